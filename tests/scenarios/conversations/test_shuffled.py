"""Bad signal (★10): recorded conversations shuffled, sent twice, delayed by hours and split leave the same ledger."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.simulator.world import World
from tests.scenarios.conversations.county import NOW, Story, county

PHOTOS = [b"\xff\xd8\xff\xe0" + bytes([number]) * 300 for number in range(6)]


@dataclass(frozen=True)
class Sent:
    """One message as it was recorded: seconds since the start, who, and words, a photo's number, or a place."""

    at: int
    who: str
    text: str = ""
    photo: int | None = None
    place: str = ""


C01 = (
    Sent(0, "周建国", photo=0),
    Sent(5, "周建国", photo=1),
    Sent(20, "周建国", "我在纺织园呢一期这个钢结构起来了大概八成吧就是那个变压器电业局还没给装叫小陈盯一下这周得弄好"),
    Sent(260, "周建国", photo=2),
)
C03 = (Sent(30, "赵静", "二院 9月完成投资1200万，累计1.02个亿，形象进度62%"),)
C05_C18 = (
    Sent(0, "王振东", "恁看看吧 城北污水厂那路又叫堵住了 拉设备的车进不去 夜儿个就没进成"),
    Sent(1200, "王振东", "城北设备到了6台，城南管沟开挖400米，两个都没啥问题"),
)
C20 = (
    Sent(10, "李红梅", "在二院现场，外墙完成60%"),
    Sent(12, "李红梅", photo=3),
    Sent(14, "李红梅", photo=4),
    Sent(40, "李红梅", place="P03"),
)
HEARD = (Sent(50, "赵静", "二院 供电公司说月底通电"),)
RECORDED = (*C01, *C03, *C05_C18, *C20, *HEARD)
HALVES = {
    C01[2].text: ("我在纺织园呢一期这个钢结构起来了大概八成吧", "就是那个变压器电业局还没给装叫小陈盯一下这周得弄好"),
    C05_C18[1].text: ("城北设备到了6台，", "城南管沟开挖400米，两个都没啥问题"),
}


@dataclass(frozen=True)
class Signal:
    """What bad signal does: in which order things come, what comes twice, what comes how much later."""

    order: Sequence[int]
    redelivered: Sequence[int]
    sent_again: Sequence[int]
    late: frozenset[int]
    hours: int
    split: bool


GOOD = Signal(range(99), (), (), frozenset(), 0, False)


@st.composite
def signals(draw: st.DrawFn) -> Signal:
    numbers = st.integers(0, len(RECORDED) - 1)
    return Signal(
        order=draw(st.permutations(range(len(RECORDED) + len(HALVES)))),
        redelivered=draw(st.lists(numbers, max_size=3)),
        sent_again=draw(st.lists(numbers, max_size=3, unique=True)),
        late=draw(st.frozensets(numbers, max_size=6)),
        hours=draw(st.sampled_from([1, 4, 20])),
        split=draw(st.booleans()),
    )


def messages(signal: Signal) -> list[Sent]:
    """Return what was sent, a message split in two where the signal did so."""
    found: list[Sent] = []
    for sent in RECORDED:
        halves = HALVES.get(sent.text) if signal.split else None
        found += [replace(sent, at=sent.at + at, text=half) for at, half in enumerate(halves)] if halves else [sent]
    return found


async def deliver(world: World, sent: Sent, again: int = 0) -> str:
    """Hand a message over as the platform would, `again` seconds after it was first sent; return its plain text."""
    user, wecom = world.actor(sent.who).user_id, world.wecom
    if sent.text:
        plain = wecom.build(user, "text", Content=sent.text)[0]
    elif sent.photo is not None:
        shelf = wecom.corp.media.put(PHOTOS[sent.photo], "p.jpg", "image")
        plain = wecom.build(user, "image", MediaId=shelf, PicUrl="")[0]
    else:
        site = world.projects()[sent.place]
        where = {"Location_X": site.latitude, "Location_Y": site.longitude, "Scale": 16, "Label": "工地"}
        plain = wecom.build(user, "location", **where)[0]
    head, _, tail = plain.partition("<CreateTime>")
    stamp = int(NOW.timestamp()) + sent.at + again
    plain = f"{head}<CreateTime>{stamp}<{tail.partition('<')[2]}"
    await wecom.deliver(plain)
    return plain


async def play(prepared: Path, home: Path, signal: Signal) -> list[tuple[Any, ...]]:
    async with county(prepared, home) as world:
        story, sent = Story(world), messages(signal)
        world.clock.advance(timedelta(minutes=25))
        order = [number for number in signal.order if number < len(sent)]
        for wave in (False, True):
            for number in order:
                if (number in signal.late) is not wave:
                    continue
                plain = await deliver(world, sent[number])
                if number in signal.redelivered:
                    await world.wecom.deliver(plain)
                if number in signal.sent_again:
                    await deliver(world, sent[number], again=100)
            await world.settle()
            world.clock.advance(timedelta(hours=signal.hours))
        return projection(story)


def projection(story: Story) -> list[tuple[Any, ...]]:
    """Return what the new lines say, without numbers, times, hashes, and where a message was cut.

    The photos and the place that joined a visit later are the visit's.
    """
    kept = {
        *("occurred", "mode", "recorded_for", "period", "month_amount", "total_amount", "percent", "percent_of"),
        *("approximate", "about", "spans", "problem", "category", "due", "person", "state", "matter", "discharges"),
        *("factor", "department", "said_by", "again", "version", "approver", "parts"),
    }
    lines, found = story.lines(), []
    for line in lines:
        if "visit" in line["data"]:
            continue
        added = [other for other in lines if other["data"].get("visit") == line["seq"]]
        photos = sorted({item["sha256"] for one in (line, *added) for item in one["attachments"]})
        near = {one["data"].get("nearness") for one in (line, *added)} - {None, "未知"}
        data = sorted((key, value) for key, value in line["data"].items() if key in kept)
        found.append((line["kind"], line["project"], line["person"], str(data), tuple(photos), tuple(sorted(near))))
    return sorted(found)


@pytest.mark.timeout(300)
@settings(
    max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(signal=signals())
def test_bad_signal_leaves_the_same_ledger(
    signal: Signal, prepared: Path, straight: list[tuple[Any, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("bad") / "home"
    assert asyncio.run(play(prepared, home, signal)) == straight


@pytest.fixture(scope="module")
def straight(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Any, ...]]:
    """What the conversations leave when everything comes at once and in order."""
    found = asyncio.run(play(prepared, tmp_path_factory.mktemp("good") / "home", GOOD))
    kinds = [kind for kind, *_ in found]
    assert kinds.count("visit") == 2 and kinds.count("progress") == 5 and kinds.count("problem") == 2
    (visit,) = [one for one in found if one[:2] == ("visit", "P01")]
    assert set(visit[4]) == {hashlib.sha256(photo).hexdigest() for photo in PHOTOS[:3]}
    return found
