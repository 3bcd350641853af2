"""Whole reports a second: from the callback to the ledger entry and the receipt the platform accepted.

Everybody reports at once, as on the evening before a deadline: several reports a leader, each of another project. Every
report must have exactly one entry of the right person and project, and one receipt that names the project in full.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.figures import Report, median_of, ratio_of, spread
from benchmarks.load import fire
from benchmarks.sealing import Callback, Numbers, seal, text_message
from benchmarks.servers import OTHER_CORE, Installation, Server, peer, pin, postgres, script, workshop
from bot.workbook.template import write_workbook

PATH = "/callbacks/wecom"
_ROUNDS = 3
_LEADERS = 150
_EACH = 4  # WeCom delivers 30 messages a minute to one person: all rounds together must stay below
_UNITS = 50
_PATIENCE = 120.0
_WORKS = ("小学教学楼", "卫生院病房楼", "污水处理站", "农贸市场", "产业园标准厂房", "养老服务中心")
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王冯陈", ("伟民", "国强", "志远", "晓东", "文斌")
_PLACES = ["".join(pair) for pair in itertools.product("青白红黄石柳桃杨枣槐", "山河桥湾坡塘店寨岗泉")]


@dataclass(frozen=True, slots=True)
class Assignment:
    """A project and the account of the leader it is assigned to."""

    project: str
    leader: str


ASSIGNMENTS = tuple(
    Assignment(f"{place}{work}", f"leader{number % _LEADERS:03d}")
    for number, (work, place) in enumerate(itertools.islice(itertools.product(_WORKS, _PLACES), _LEADERS * _EACH))
)


def _name(number: int) -> str:
    surname, rest = _SURNAMES[number % 10], number // 10
    return surname + _GIVEN[rest % 5] if rest < 5 else f"{surname}{_GIVEN[rest % 5]}{'甲乙丙'[rest // 5]}"


def write_county(path: Path) -> None:
    """Write a county in which every leader has some projects."""
    leaders = [
        {
            "姓名": _name(number),
            "单位": "县政府办",
            "职务": "副县长",
            "角色": "分包领导",
            "企业微信账号": f"leader{number:03d}",
        }
        for number in range(_LEADERS)
    ]
    projects = [
        {
            "编号": f"B{number:04d}",
            "名称": assignment.project,
            "阶段": "在建",
            "分包领导": _name(number % _LEADERS),
            "责任单位": f"第{number % _UNITS + 1}局",
        }
        for number, assignment in enumerate(ASSIGNMENTS)
    ]
    units = [{"名称": "平澜县人民政府办公室", "简称": "县政府办"}]
    units += [{"名称": f"第{number + 1}局"} for number in range(_UNITS)]
    write_workbook(path, {"单位": units, "人员": leaders, "项目": projects})


@dataclass
class Contender:
    """A server under test, what it was sent and what its rounds gave."""

    name: str
    server: Server
    api: Server
    installation: Installation | None = None  # None: it keeps nothing
    sent: int = 0
    rounds: list[dict[str, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def run(self, numbers: Numbers, wave: int, *, counted: bool = True) -> None:
        """Let everybody report at once, and wait for the receipts."""
        callbacks = [_report(assignment, numbers, wave) for assignment in ASSIGNMENTS]
        before = accepted(self.api)
        processor = self.server.processor()
        volley = fire(self.server.url, callbacks)
        self.faults += [f"{self.name}: {fault}" for fault in volley.faults()]
        self.sent += len(callbacks)
        times = self._receipts(before)
        if counted and times:
            self.rounds.append(
                {
                    "per_second": len(times) / (times[-1] - volley.started),
                    "half_s": times[len(times) // 2] - volley.started,
                    "all_s": times[-1] - volley.started,
                    "callbacks_s": volley.seconds,
                    "cpu_ms": (self.server.processor() - processor) / len(times) * 1e3,
                }
            )

    def _receipts(self, before: int) -> list[float]:
        """Return when the receipts of this wave were accepted, and find fault with what is missing or too much."""
        until = time.monotonic() + _PATIENCE
        while accepted(self.api) - before < len(ASSIGNMENTS) and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.5)  # for what should not come
        messages = list(_messages(self.api))[before:]
        got = Counter(_named(message["touser"], message["said"]) for message in messages)
        wrong = [
            f"{leader}/{project}: {got[leader, project]}" for leader, project in _WANTED if got[leader, project] != 1
        ]
        if wrong or len(messages) != len(ASSIGNMENTS):
            self.faults.append(
                f"{self.name}: {len(messages)} receipts for {len(ASSIGNMENTS)} reports, "
                f"{len(wrong)} reports without exactly one, e.g. {wrong[:1]}"
            )
        return sorted(float(message["at"]) for message in messages)

    def compare(self, folder: Path) -> None:
        """Compare the ledger with what was sent: for each report one entry of its project and person."""
        if self.installation is None:
            return
        out = folder / "ledger.jsonl"
        self.installation.run("ledger", "verify")
        self.installation.run("ledger", "export", "--format", "jsonl", "--out", str(out))
        entries = Counter(visit for line in out.read_text().splitlines() if (visit := _visit(line)))
        waves = self.sent // len(ASSIGNMENTS)
        wanted = Counter({(_name(number % _LEADERS), one.project): waves for number, one in enumerate(ASSIGNMENTS)})
        if entries != wanted:
            self.faults.append(
                f"{self.name}: {entries.total()} entries for {wanted.total()} reports, or the wrong ones"
            )


_WANTED = tuple((one.leader, one.project) for one in ASSIGNMENTS)
_PROJECTS = frozenset(one.project for one in ASSIGNMENTS)
_STAGES = ("基础开挖", "主体封顶", "外墙完成六成", "室内管线安装")


def _report(assignment: Assignment, numbers: Numbers, wave: int) -> Callback:
    text = f"到{assignment.project}现场看了，正在{_STAGES[wave % len(_STAGES)]}，人员机械都在"
    number = numbers.take()
    return seal(PATH, number, text_message(assignment.leader, number, text))


def _named(leader: str, said: str) -> tuple[str, str]:
    return leader, next((project for project in _PROJECTS if project in said), "")


def _visit(line: str) -> tuple[str, str] | None:
    """Return person and project of a visit's line; the progress told in passing has a line of its own."""
    entry = json.loads(line)
    return (entry["person"], ASSIGNMENTS[int(entry["project"][1:])].project) if entry["kind"] == "visit" else None


def _messages(api: Server) -> Iterator[dict[str, str]]:
    with urllib.request.urlopen(f"{api.url}/accepted") as response:
        yield from json.load(response)


def accepted(api: Server) -> int:
    """Return how many messages the platform has accepted."""
    return len(list(_messages(api)))


def measure() -> Report:
    """Whole reports against a bot that stores nothing and echoes."""
    title = f"callback → ledger entry → accepted receipt; {_LEADERS} leaders report {_EACH} projects each at once"
    report = Report("reports", title)
    with workshop() as folder, contextlib.ExitStack() as stack:
        contenders = list(_contenders(stack, folder))
        pin(OTHER_CORE)
        numbers = Numbers()
        for wave in range(_ROUNDS + 1):
            for contender in contenders:
                contender.run(numbers, wave, counted=wave > 0)
        for contender in contenders:
            contender.compare(folder)
            report.faults += contender.faults
            _add(report, contender, contenders[0])
    return report


def _contenders(stack: contextlib.ExitStack, folder: Path) -> Iterator[Contender]:
    api = stack.enter_context(script("accepting_api", folder, core=OTHER_CORE))
    bare = stack.enter_context(peer("wechatpy_echo", folder, environment={"API_BASE": api.url}))
    yield Contender("wechatpy + FastAPI, echoes, stores nothing", bare, api)
    url = stack.enter_context(postgres())
    for name, database in (("SQLite FULL", ""), ("PostgreSQL", url)):
        own_api = stack.enter_context(script("accepting_api", folder, core=OTHER_CORE))
        installation = Installation(folder / name, own_api.url, database)
        installation.folder.mkdir()
        installation.run("init", "--mechanism", "jiaozuo")
        write_county(installation.folder / "county.xlsx")
        installation.run("import", "county.xlsx")
        server = stack.enter_context(installation.serving("all"))
        yield Contender(f"duban all, {name}", server, own_api, installation)


def _add(report: Report, contender: Contender, bare: Contender) -> None:
    rounds = contender.rounds
    if not rounds:
        return
    report.add(
        server=contender.name,
        per_second=round(median_of(rounds, "per_second")),
        ratio="1" if contender is bare else spread(ratio_of(rounds, bare.rounds, "per_second")),
        half_s=round(median_of(rounds, "half_s"), 2),
        all_s=round(median_of(rounds, "all_s"), 2),
        callbacks_s=round(median_of(rounds, "callbacks_s"), 2),
        cpu_ms=round(median_of(rounds, "cpu_ms"), 2),
        reports=contender.sent,
    )
