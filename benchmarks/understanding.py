"""Understanding one message among 300,000 project names, against a plain look-up of its substrings in a dictionary.

Every message is new: no round finds in a cache what an earlier one put there. Times are of the processor, so that who
else is at work does not count. What is understood is checked: a name written out must be taken for its project, and a
name misspelt never for another's.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pypinyin import lazy_pinyin

from benchmarks.figures import Report, ratio_of, spread
from handlers.reading import TextReading
from handlers.understanding.categories import category_of
from handlers.understanding.dates import read_occurred, read_period
from handlers.understanding.hunch import kinds, likelihoods
from handlers.understanding.names import Decision, Name, NameIndex, Verdict, decide
from handlers.understanding.numbers import read_amounts
from models.calendar import SHANGHAI, WorkCalendar

NAMES = 300_000
_EACH = 120  # messages of a sort in a round
_ROUNDS = 3
_WARM = 60
_SENT = datetime(2026, 9, 17, 10, tzinfo=SHANGHAI)
_CALENDAR = WorkCalendar()

_TOWN_HEADS, _TOWN_TAILS = (
    "柳杨枣槐桃青石白清龙马牛羊黄高王李张赵胡金银铁双三五新老平安永兴和太长",
    "河桥店陵集庄山岗坡寨楼塘湾口岭台关沟原堂",
)
_HAMLET_HEADS, _HAMLET_TAILS = (
    "李王张刘陈赵周孙马胡郭何高林罗郑梁谢宋唐许邓冯韩曹曾彭肖蔡潘",
    "庄楼寨集营屯洼湾岗沟坑桥店堂",
)
_TOWNS = [f"{a}{b}{kind}" for a, b in itertools.product(_TOWN_HEADS, _TOWN_TAILS) for kind in ("镇", "乡")]
_HAMLETS = [f"{a}{b}{c}" for a in ("", "大", "小", "东", "西") for b in _HAMLET_HEADS for c in _HAMLET_TAILS]
_HAMLETS_OF_A_TOWN = 24
_WORKS = (
    *("高标准农田建设项目", "污水处理厂提标改造工程", "污水处理厂", "集中供水工程", "中心小学教学楼", "中心小学综合楼"),
    *("卫生院病房楼", "卫生院迁建项目", "幼儿园改扩建项目", "养老服务中心", "农贸市场", "粮食烘干中心", "冷链物流园"),
    *(
        "农产品加工产业园",
        "纺织产业园",
        "装备制造产业园",
        "标准化厂房",
        "光伏发电项目",
        "垃圾中转站",
        "垃圾填埋场封场工程",
    ),
    *(
        "老旧小区改造",
        "棚户区改造",
        "人居环境整治",
        "坑塘治理工程",
        "河道清淤工程",
        "河道综合治理工程",
        "排涝站",
        "提灌站",
    ),
    *("通村道路", "通村道路改建", "危桥改造", "客运站", "变电站", "天然气管网", "充电站", "文化活动中心"),
)
_PHASES = ("", "", "一期", "二期", "一标段", "二标段")
_SAYINGS = (
    "到{}现场看了，正在浇筑基础，人员机械都在",
    "{} 9月完成投资230万，累计1850万，形象进度62%",
    "夜儿个去{}了，外墙完成六成，差电梯没到货",
    "{}那路又叫堵住了 拉设备的车进不去",
    "恁看看{}现在啥情况",
    "{}还那样 没啥进展",
    "我一会儿去{}",
    "这个{}吧大概干了有八成了就是工程款还没拨下来得催一下这周得有个说法",
)
_NAMELESS = (
    "收到，我们正在积极协调，{}前答复",
    "下次例会哪天开，{}能定不能",
    "给没报的发个催办，{}前都交上来",
    "我{}请假，去省里开会",
    "这个月完成投资230万，累计1850万，{}报",
    "哪些逾期了，{}的也算上",
)
_DAYS = [f"{month}月{day}日" for month in range(1, 13) for day in range(1, 29)]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A message and the project it is about: None where it names none."""

    sort: str
    text: str
    key: int | None


def names(count: int = NAMES) -> list[str]:
    """Return so many project names, no two alike.

    A town has two dozen villages and a village some ten works; other towns have villages of the same name, and most
    works stand in most of them.
    """
    chance = random.Random(7)
    found: dict[str, None] = {}
    while len(found) < count:
        town = chance.choice(_TOWNS)
        for hamlet in chance.sample(_HAMLETS, _HAMLETS_OF_A_TOWN):
            found.update((f"{town}{hamlet}村{work}{chance.choice(_PHASES)}", None) for work in chance.sample(_WORKS, 9))
        found.update((f"{town}{work}{phase}", None) for work in chance.sample(_WORKS, 9) for phase in ("一期", "二期"))
    return list(found)[:count]


def messages(known: Sequence[str], each: int, seed: int) -> list[Spoken]:
    """Return messages of every sort, mixed."""
    chance = random.Random(seed)
    taken, sounds = set(known), _sounds(known)
    made: list[Spoken] = []
    sorts: dict[str, Callable[[str], str]] = {
        "written out": lambda name: name,
        "one wrong character": lambda name: _misheard(name, sounds, chance),
        "one left out": lambda name: _shortened(name, chance),
    }
    for sort, change in sorts.items():
        while sum(one.sort == sort for one in made) < each:
            key = chance.randrange(len(known))
            said = change(known[key])
            if said and (said == known[key] or said not in taken):
                made.append(Spoken(sort, chance.choice(_SAYINGS).format(said), key))
    made += [Spoken("no name", chance.choice(_NAMELESS).format(chance.choice(_DAYS)), None) for _ in range(each)]
    chance.shuffle(made)
    return made


def _sounds(known: Sequence[str]) -> dict[str, list[str]]:
    """Return each character's others of the same sound."""
    common = sorted({character for name in known[:: len(known) // 2000] for character in name} | set(_OFTEN_TYPED))
    by_sound: dict[str, list[str]] = defaultdict(list)
    for character, sound in zip(common, lazy_pinyin(common), strict=True):
        by_sound[sound].append(character)
    return {one: [other for other in alike if other != one] for alike in by_sound.values() for one in alike}


_OFTEN_TYPED = "园员原源圆院远场长常厂城成程诚承工公功宫供攻中种忠钟项象向相村存理里力利立水税睡楼搂露路陆录庄装撞"


def _misheard(name: str, sounds: dict[str, list[str]], chance: random.Random) -> str:
    places = [place for place, character in enumerate(name) if sounds.get(character)]
    if not places:
        return ""
    place = chance.choice(places)
    return name[:place] + chance.choice(sounds[name[place]]) + name[place + 1 :]


def _shortened(name: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(name) - 1)
    return name[:place] + name[place + 1 :]


def look_up(book: dict[str, int], longest: int, text: str) -> list[int]:
    """The plain pass: every substring that may be a name, in a dictionary of the names."""
    return [
        book[text[start:end]]
        for start in range(len(text))
        for end in range(start + 2, min(len(text), start + longest) + 1)
        if text[start:end] in book
    ]


def understand(index: NameIndex, text: str) -> Decision:
    """All that is read from a message's words: its project, intents, figures, dates, category, the second opinion."""
    reading = TextReading(text)
    decision = decide(index.find(reading.text))
    spans = [match.span for match in decision.matches]
    aware = TextReading(text, spans)
    _ = aware.intents, read_amounts(reading.text), read_period(reading.text, sent=_SENT), category_of(reading.text)
    _ = likelihoods(reading.text, spans), kinds(reading.text, spans)
    read_occurred(reading.text, sent=_SENT, is_workday=_CALENDAR.is_workday)
    return decision


def measure() -> Report:
    """Build both, and let them read the same messages turn by turn."""
    report = Report("understanding", f"one message among {NAMES:,} project names; ratio to the dictionary by round")
    known = names()
    longest = max(map(len, known))
    with _building(report, "dictionary"):
        book = {name: key for key, name in enumerate(known)}
    with _building(report, "index"):
        index = NameIndex(Name(key, name) for key, name in enumerate(known))
        index.find(known[0])  # what is put off until then belongs to it
    readers: dict[str, Callable[[str], object]] = {
        "dictionary, every substring": lambda text: look_up(book, longest, text),
        "project names": lambda text: decide(index.find(TextReading(text).text)),
        "the whole message": lambda text: understand(index, text),
    }
    for spoken in messages(known, _WARM // 4, seed=1):
        for read in readers.values():
            read(spoken.text)
    rounds: dict[str, list[dict[str, float]]] = {reader: [] for reader in readers}
    all_times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for number in range(_ROUNDS):
        for reader, times in _round(readers, messages(known, _EACH, seed=10 + number), all_times).items():
            rounds[reader].append(_percentiles(times))
    _add(report, rounds, all_times)
    report.rows += list(_check(report, index, known))
    return report


def _round(
    readers: dict[str, Callable[[str], object]], said: Sequence[Spoken], all_times: dict[tuple[str, str], list[float]]
) -> dict[str, list[float]]:
    """Let each read every message once; those that keep forms of names take turns at going first."""
    times: dict[str, list[float]] = {reader: [] for reader in readers}
    order = list(readers.items())
    for number, spoken in enumerate(said):
        for reader, read in order if number % 2 else reversed(order):
            started = time.thread_time()
            read(spoken.text)
            times[reader].append((time.thread_time() - started) * 1e3)
            all_times[reader, spoken.sort].append(times[reader][-1])
    return times


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {"p50": statistics.median(ordered), "p99": ordered[int(len(ordered) * 0.99)], "worst": ordered[-1]}


def _add(
    report: Report, rounds: dict[str, list[dict[str, float]]], all_times: dict[tuple[str, str], list[float]]
) -> None:
    plain = next(iter(rounds.values()))
    for reader, mine in rounds.items():
        report.add(
            reader=reader,
            p50_ms=statistics.median(one["p50"] for one in mine),
            p99_ms=statistics.median(one["p99"] for one in mine),
            worst_ms=max(one["worst"] for one in mine),
            p50_ratio=spread(ratio_of(mine, plain, "p50")),
            p99_ratio=spread(ratio_of(mine, plain, "p99")),
        )
    for (reader, sort), times in sorted(all_times.items()):
        if reader == "the whole message":
            found = _percentiles(times)
            report.add(reader=f"  {sort}", p50_ms=found["p50"], p99_ms=found["p99"], worst_ms=found["worst"])


def _check(report: Report, index: NameIndex, known: Sequence[str]) -> Iterator[dict[str, object]]:
    """Say how the messages were understood: the right project, asked with it among three, another, or none."""
    outcomes: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(("right", "asked", "missed", "wrong"), 0))
    for number in range(_ROUNDS):
        for spoken in messages(known, _EACH, seed=10 + number):
            decision = understand(index, spoken.text)
            outcome = _outcome(decision, spoken)
            outcomes[spoken.sort][outcome] += 1
            if outcome == "wrong" and outcomes[spoken.sort]["wrong"] == 1:
                taken = "、".join(known[int(key)] for key in decision.keys)
                report.faults.append(f"taken for another project, as here ({spoken.sort}): {spoken.text} → {taken}")
    if missed := outcomes["written out"]["missed"]:
        report.faults.append(f"{missed} names written out were not found")
    for sort, counted in outcomes.items():
        yield {"reader": f"  {sort}", **counted}


def _outcome(decision: Decision, spoken: Spoken) -> str:
    if decision.verdict in (Verdict.ONE, Verdict.SEVERAL):
        return "right" if decision.keys == (spoken.key,) else "wrong"
    if decision.verdict is Verdict.ASK:
        return "asked" if spoken.key is None or spoken.key in decision.keys else "missed"
    return "right" if spoken.key is None else "missed"


@contextlib.contextmanager
def _building(report: Report, what: str) -> Iterator[None]:
    """Note how long something took to build and how much memory it keeps."""
    before, started = _resident(), time.perf_counter()
    yield
    seconds = time.perf_counter() - started
    report.notes.append(f"{what}: built in {seconds:.2f} s, {_resident() - before:.0f} MB resident")


def _resident() -> float:
    """Return the resident megabytes of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
