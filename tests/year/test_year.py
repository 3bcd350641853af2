"""The year 2026 under each shipped mechanism: 52 projects, 60 people, a clock that jumps, three outages.

What is said is compared with `dates.py`, which reckons the same year by other means.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.simulator.world import World
from models.burden import allowance
from models.calendar import SHANGHAI
from models.duties import Payment, duty_key
from models.ledger import Ledger
from models.mechanism import load_mechanism
from models.people import Person
from models.reasons import reason_of
from models.trays import Delivery, Outgoing, OutState
from tests.counties import open_world
from tests.year.county import Cast, found
from tests.year.dates import DAY, EXPECTED, WORKED, Due

pytestmark = [pytest.mark.asyncio, pytest.mark.timeout(900)]
PACKS = ("dancheng", "zhangzi", "jiaozuo")
MORNING, AFTERNOON = time(8, 36), time(15, 1)


def at(day: str, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


_OUTAGES = (  # from, to: the bot is down for three hours over a morning, for two days, for nine days
    (at("2026-03-25", "08:00"), at("2026-03-25", "11:30")),
    (at("2026-04-23", "18:00"), at("2026-04-25", "18:00")),
    (at("2026-09-18", "07:00"), at("2026-09-27", "07:00")),
)
_LATELY = timedelta(days=10)


def moments() -> Iterator[datetime]:
    """Yield where the clock stops in 2026: mornings and afternoons, some nights, the outages left out."""
    day = date(2026, 1, 1)
    while day.year == 2026:
        clocks = [MORNING, AFTERNOON] if day in WORKED else [time(10, 0)]
        clocks += [time(7, 0), time(21, 30)] if day.day % 9 == 0 else []
        for clock in sorted(clocks):
            instant = datetime.combine(day, clock, SHANGHAI)
            if not any(start <= instant < end for start, end in _OUTAGES):
                yield instant
        yield from (end for _, end in _OUTAGES if end.date() == day)
        day += DAY


@dataclass(frozen=True)
class Told:
    """A reminder that has to be said: of which duty and period, on which day."""

    duty: str
    period: str
    day: date


def expected(pack: str, stops: list[datetime]) -> dict[Told, Due]:
    """Reckon which reminders the year must bring, given when the bot was there to say them."""
    said: set[tuple[str, str, str]] = set()
    found: dict[Told, Due] = {}
    for instant in sorted(stops):
        day = instant.date()
        if day not in WORKED or not MORNING <= instant.time() < time(18, 30):
            continue
        for due in EXPECTED[pack]:
            rung = _rung(due, day)
            if rung and (due.duty, due.period, rung) not in said:
                said.add((due.duty, due.period, rung))
                found[Told(due.duty, due.period, day)] = due
    return found


def _rung(due: Due, day: date) -> str:
    if due.due < date(2026, 1, 1) or day > due.due + _LATELY or due.due > day + timedelta(days=40):
        return ""
    if day > due.due:
        return "late" if due.report else ""
    reached = [told for told in due.told if told <= day]
    return max(reached).isoformat() if reached else ""


async def live(world: World, cast: Cast, pack: str, stops: list[datetime]) -> None:
    """Let the year pass: people report now and then, and the product notices every stop of the clock."""
    dice = random.Random(20260101)
    for instant in stops:
        world.clock.set(instant)
        if instant.time() == AFTERNOON and instant.date() in WORKED and instant.day % 2:
            for who, text in _messages(cast, pack, dice, instant.date()):
                await world.say(who, text)
                await world.settle()
            world.clock.set(instant + timedelta(minutes=5))
        await world.tick()


def _messages(cast: Cast, pack: str, dice: random.Random, day: date) -> Iterator[tuple[str, str]]:
    for project in dice.sample(list(cast.projects.values()), 2):
        yield project["分包领导"], f"我到了{project['名称']}，推进正常"
    for project in dice.sample(list(cast.projects.values()), 1):
        yield dice.choice([project["联络员"], project["责任单位责任人"]]), f"到了{project['名称']}工地，外墙完成一半"
    if pack == "jiaozuo" and 18 <= day.day <= 24:
        name, group = dice.choice(list(cast.taskforces.items()))
        yield group["联络员"], f"报送{name}{day.month}月调度情况：开了一次会"
        yield group["牵头领导"], "都同意"
    if pack == "zhangzi" and day.day >= 24:
        project = dice.choice(list(cast.projects.values()))
        words = "推进情况：完成一半。月调度情况：调度一次。存在问题：没有"
        yield project["联络员"], f"报送{project['名称']}{day.month}月专报：{words}"
        yield project["分包领导"], "都同意"


@pytest.mark.parametrize("pack", PACKS)
async def test_a_whole_year_says_each_thing_once_at_its_time_to_those_who_owe_it(tmp_path: Path, pack: str) -> None:
    workbook = tmp_path / "county.xlsx"
    cast = found(workbook, load_mechanism(pack))
    stops = list(moments())
    start = datetime(2026, 1, 1, 6, 0, tzinfo=SHANGHAI)
    async with open_world(
        tmp_path / "home", actors=cast.actors, mechanism=pack, workbook=workbook, start=start
    ) as world:
        await world.dingtalk.gateway.connected(1)
        await live(world, cast, pack, stops)
        await world.office(lambda ledger: _examine(ledger, pack, stops))
        _count_on_phones(world, await world.office(_sent_to))


def _examine(ledger: Ledger, pack: str, stops: list[datetime]) -> None:
    rows = list(ledger.session.scalars(select(Outgoing).where(Outgoing.push, Outgoing.person_id.is_not(None))))
    sent = [row for row in rows if row.state == OutState.SENT.value]
    assert len(sent) > 500
    assert _not_sent(ledger, rows) == []
    _examine_dates(ledger, pack, stops, sent)
    _examine_manners(ledger, sent)
    _examine_reasons(ledger, sent)


def _not_sent(ledger: Ledger, rows: Sequence[Outgoing]) -> list[str]:
    """Return what became of each message that did not leave, attempt by attempt."""
    lost = [row for row in rows if row.state in (OutState.FAILED.value, OutState.UNKNOWN.value)]
    tried = ledger.session.scalars(select(Delivery).where(Delivery.outgoing_id.in_([row.id for row in lost])))
    return [f"{one.outgoing_id} {one.at} {one.platform} {one.outcome} {one.code} {one.detail}" for one in tried]


def _examine_reasons(ledger: Ledger, sent: list[Outgoing]) -> None:
    """「凭啥催我」 has a clause and a reckoning for one of each kind of thing that was said (★14)."""
    kinds = {row.duty.partition(":")[0]: row for row in sent if row.duty}
    for row in kinds.values():
        assert reason_of(ledger, row).reckoning, row.duty


def _examine_dates(ledger: Ledger, pack: str, stops: list[datetime], sent: list[Outgoing]) -> None:
    """Every reminder on the day the other reckoning names, once per recipient, to each who still owed it."""
    wanted = expected(pack, stops)
    known = {due.duty for due in EXPECTED[pack]}
    reminded: dict[Told, Counter[tuple[str, int]]] = defaultdict(Counter)
    for row in sent:
        if not row.duty.startswith("duty:") or row.duty.split(":")[1] not in known:
            continue
        _, duty, period, subject = row.duty.split(":", 3)
        assert row.sent_at is not None and row.person_id is not None
        day = row.sent_at.astimezone(SHANGHAI).date()
        reminded[Told(duty, period, day)][(subject, row.person_id)] += 1
    assert set(reminded) <= set(wanted)
    for told, counts in reminded.items():
        assert set(counts.values()) == {1}, told
    paid = _paid(ledger)
    for told in wanted:
        owing = _owing(ledger, pack, told, paid)
        assert {subject for subject, _ in reminded[told]} == owing, told


def _paid(ledger: Ledger) -> dict[tuple[str, str, str], datetime]:
    first: dict[tuple[str, str, str], datetime] = {}
    for row in ledger.session.scalars(select(Payment).order_by(Payment.id.desc())):
        first[(row.duty, row.period, row.subject)] = row.paid_at
    return first


def _owing(ledger: Ledger, pack: str, told: Told, paid: dict[tuple[str, str, str], datetime]) -> set[str]:
    """Return the subjects nothing had paid for by the morning of a day; reports waiting for consent are not asked."""
    morning = datetime.combine(told.day, MORNING, SHANGHAI)
    rule = load_mechanism(pack).obligation(told.duty)
    count = {"project": 52, "taskforce": 8, "person": 10}[rule.per]
    numbers = list(range(1, count + 1))
    if rule.per == "person":
        numbers = list(ledger.session.scalars(select(Person.id).where(Person.title.endswith("副县长"))))
    keys = {f"{rule.per}:{number}" for number in numbers}
    return {
        key for key in keys if paid.get((told.duty, told.period, key), datetime.max.replace(tzinfo=SHANGHAI)) > morning
    }


def _examine_manners(ledger: Ledger, sent: list[Outgoing]) -> None:
    """Nothing at night or on a day off, nothing after its duty was met, nobody more than his share."""
    paid = {duty_key(*key): instant for key, instant in _paid(ledger).items()}
    for row in sent:
        assert row.sent_at is not None
        local = row.sent_at.astimezone(SHANGHAI)
        assert local.date() in WORKED and time(8, 0) <= local.time() < time(18, 30), row.key
        if row.duty in paid:
            assert row.sent_at <= paid[row.duty], row.key
    days = ledger.session.execute(
        select(Outgoing.person_id, Outgoing.pushed_on, func.count())
        .where(Outgoing.pushed_on.is_not(None))
        .group_by(Outgoing.person_id, Outgoing.pushed_on)
    ).all()
    for number, day, count in days:
        person = ledger.session.get(Person, number)
        assert person is not None and day in WORKED
        assert count <= allowance(ledger, person), (person.name, day)


def _sent_to(ledger: Ledger) -> dict[str, int]:
    """Return how many messages left for each person, by name; a digest is one."""
    rows = ledger.session.execute(
        select(Person.name, func.count())
        .join(Outgoing, Outgoing.person_id == Person.id)
        .where(Outgoing.state == OutState.SENT.value, Outgoing.merged_into.is_(None))
        .group_by(Person.name)
    )
    return dict(iter(rows))


def _count_on_phones(world: World, sent: dict[str, int]) -> None:
    """What the platforms delivered is what left, each message once."""
    assert {name: len(world.heard(name)) for name in sent} == sent
