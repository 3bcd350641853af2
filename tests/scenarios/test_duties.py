"""One message pays many duties, each told once and in one digest; why, not now, not again (★4, ★9, ★14)."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select

from bot.simulator.world import World
from models.burden import allowance
from models.calendar import SHANGHAI
from models.duties import Payment
from models.ledger import Ledger
from models.notices import Answer, MeetingReminder, Plain
from models.people import Person
from models.selfcheck import self_check
from models.trays import Outgoing, OutState

pytestmark = pytest.mark.asyncio


def at(day: str, clock: str = "08:40") -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


def paid(world: World) -> set[tuple[str, str, str]]:
    return world.service.database.read(
        lambda session: {(row.duty, row.period, row.subject) for row in session.scalars(select(Payment))}
    )


async def tell(world: World, who: str, *texts: str, key: str = "t") -> None:
    """Say plain things to somebody first, as the office's own events would."""

    def work(ledger: Ledger) -> None:
        person = ledger.session.scalar(select(Person).where(Person.name == who))
        assert person is not None
        for number, text in enumerate(texts):
            ledger.say(Plain(text), to=person, key=f"{key}:{number}")

    await world.office(work)
    await world.service.settle()


async def test_one_sentence_of_a_leader_pays_the_week_the_month_and_the_dispatch(world: World) -> None:
    await world.say("周建国", "我到了纺织园一期，钢结构起来了")
    await world.settle()

    receipt = world.heard("周建国")[-1]
    assert "分包领导现场办公" in receipt and "现场调研" in receipt
    project = f"project:{world.projects()['P01'].id}"
    assert paid(world) == {
        ("pl.weekly-leader", "2026-W38", project),
        ("pl.monthly-leader", "2026-09", project),
        ("pl.monthly-dispatch", "2026-09", project),
    }
    (visit,) = [line for line in world.ledger() if line["kind"] == "visit"]
    assert visit["data"]["discharges"] == ["pl.weekly-leader", "pl.monthly-leader", "pl.monthly-dispatch"]
    rows = world.service.database.read(lambda session: session.scalars(select(Payment.entry_seq)).all())
    assert set(rows) == {visit["seq"]}


async def test_two_who_go_together_are_two_and_one_message_tells_of_both(world: World) -> None:
    await world.say("周建国", "我和秦局长一起到了纺织园一期，钢结构起来了")
    await world.settle()

    (visit,) = [line for line in world.ledger() if line["kind"] == "visit"]
    assert visit["data"]["companions"] == ["秦勇"]
    duties = {duty for duty, _, _ in paid(world)}
    assert {"pl.weekly-leader", "pl.weekly-unit", "pl.monthly-leader", "pl.monthly-head"} <= duties


async def test_what_happened_last_week_pays_last_week(world: World) -> None:
    await world.say("周建国", "上周五我到了纺织园一期")
    await world.settle()
    assert ("pl.weekly-leader", "2026-W37") in {(duty, period) for duty, period, _ in paid(world)}
    assert "2026-W38" not in {period for _, period, _ in paid(world)}


async def test_taking_it_back_opens_the_duties_again(world: World) -> None:
    await world.say("周建国", "我到了纺织园一期")
    await world.settle()
    assert paid(world)
    await world.say("周建国", "记错了")
    await world.settle()
    assert paid(world) == set()


async def test_only_who_owes_is_reminded_once_a_rung_and_never_after_it_is_paid(world: World) -> None:
    await world.say("李红梅", "我到了二院")
    await world.settle()
    said = len(world.heard("李红梅"))
    for moment in (at("2026-09-18", "08:30"), at("2026-09-18", "08:36"), at("2026-09-18", "11:00")):
        await world.at(moment)

    assert len(world.heard("李红梅")) == said
    (reminder,) = world.heard("周建国")
    assert "高端纺织产业园一期、高端纺织产业园二期" in reminder
    assert "照片" in reminder and "依据：" in reminder


async def test_a_morning_is_one_message_and_its_parts_are_answered_for_one_by_one(world: World) -> None:
    await world.at(at("2026-09-24"))
    (digest,) = world.heard("陈浩")
    assert digest.startswith("有2件事")
    assert "本周责任单位现场办公" in digest and "9月项目进展月报" in digest

    await world.say("陈浩", "凭啥催我第2件")
    await world.settle()
    why = world.heard("陈浩")[-1]
    assert "原文：“" in why and "中秋节，提醒提前至9月24日" in why and "遇假不顺延" in why


async def test_a_paid_duty_drops_out_of_a_digest_that_could_not_leave(world: World) -> None:
    world.wecom.fail_next("/cgi-bin/message/send", 40, -1)
    await world.at(at("2026-09-24"))
    assert world.heard("周建国") == []
    await world.say("周建国", "我到了纺织园一期")
    await world.say("周建国", "我到了纺织园二期")
    await world.settle()
    for minute in range(41, 59):
        await world.at(at("2026-09-24", f"08:{minute}"))
    pushes = [text for text in world.heard("周建国") if "还没有记录" in text or "件事" in text]
    assert pushes == []


async def test_nobody_hears_more_than_the_county_allows_and_nothing_is_lost(world: World) -> None:
    for number in range(4):
        await tell(world, "李卫东", f"第{number}件", key=f"k{number}")
    assert world.heard("李卫东") == ["第0件", "第1件"]
    await world.at(at("2026-09-17", "15:01"))
    afternoon = world.heard("李卫东")[2]
    assert "第2件" in afternoon and "第3件" in afternoon
    await tell(world, "李卫东", "第4件", "第5件", key="k5")
    await world.at(at("2026-09-17", "17:00"))
    assert len(world.heard("李卫东")) == 3
    await world.at(at("2026-09-18", "08:36"))
    assert any("第4件" in text and "第5件" in text for text in world.heard("李卫东")[3:])


async def test_what_an_hour_makes_pointless_is_not_said_after_it(world: World) -> None:
    def work(ledger: Ledger) -> None:
        person = ledger.session.scalar(select(Person).where(Person.name == "李卫东"))
        assert person is not None
        meeting_at = at("2026-09-17", "10:00")
        for number in range(3):
            ledger.say(Answer("占满", [str(number)]), to=person, key=f"full:{number}", not_before=at("2026-09-17"))
        words = MeetingReminder("例会", meeting_at, "三楼")
        ledger.say(words, to=person, key="soon", expires_at=meeting_at, not_before=at("2026-09-17", "10:01"))

    await world.office(work)
    await world.at(at("2026-09-17", "10:30"))
    assert not [text for text in world.heard("李卫东") if "例会" in text]
    state = world.service.database.read(
        lambda session: session.scalar(select(Outgoing.state).where(Outgoing.key == "soon"))
    )
    assert state == OutState.CANCELLED.value


@pytest.mark.parametrize(
    ("wish", "answer"),
    [("别提醒了", "这一期不再提醒"), ("所有提醒都别发了", "定期提醒都不发了"), ("不用再催我了", "这一期不再提醒")],
)
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_who_wants_no_reminder_hears_none_and_the_wish_is_kept(world: World, wish: str, answer: str) -> None:
    await world.at(at("2026-09-18"))
    await world.say("周建国", wish)
    await world.settle()
    assert answer in world.heard("周建国")[-1]
    said = len(world.heard("周建国"))
    for day in ("2026-09-20", "2026-09-21"):
        await world.at(at(day))
    assert len(world.heard("周建国")) == said
    assert any(line["data"].get("about") == "hush" for line in world.ledger())


async def test_a_snooze_comes_back_on_its_day_unless_the_duty_was_met(world: World) -> None:
    await world.at(at("2026-09-18"))
    for who in ("周建国", "李红梅"):
        await world.say(who, "过两天再提醒")
    await world.settle()
    assert "9月20日" in world.heard("周建国")[-1]
    await world.say("李红梅", "我到了二院")
    await world.settle()
    before = {who: len(world.heard(who)) for who in ("周建国", "李红梅")}
    await world.at(at("2026-09-20"))
    await world.at(at("2026-09-20", "14:00"))
    assert len(world.heard("周建国")) == before["周建国"] + 1
    assert len(world.heard("李红梅")) == before["李红梅"]


async def test_the_months_self_check_counts_what_was_said(world: World) -> None:
    await world.say("李红梅", "我到了二院")
    await world.settle()
    for day in ("2026-09-18", "2026-09-24", "2026-09-25", "2026-09-28"):
        for clock in ("07:30", "08:36", "16:00", "21:00"):
            await world.at(at(day, clock))
    checks = {check.about: check for check in await world.office(lambda ledger: self_check(ledger, ledger.today))}
    assert all(check.sound is not False for check in checks.values())
    assert "已办之后仍提醒的0条" in checks["禁令一 重复索要"].finding
    assert "没有照片也照样算数的1条" in checks["禁令四 强制照片、定位"].finding

    def counts(ledger: Ledger) -> None:
        rows = ledger.session.execute(
            select(Outgoing.person_id, Outgoing.pushed_on, func.count())
            .where(Outgoing.pushed_on.is_not(None))
            .group_by(Outgoing.person_id, Outgoing.pushed_on)
        ).all()
        assert rows
        for number, _, count in rows:
            person = ledger.session.get(Person, number)
            assert person is not None
            assert count <= allowance(ledger, person)

    await world.office(counts)
