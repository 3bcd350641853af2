"""The 25th, who is missing, meetings and their reminders; when we may speak (JZ-15, DC-13, mission section 6)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.simulator import sample_county
from bot.simulator.world import World
from handlers.meeting import announce_meeting
from models import holidays
from models.calendar import SHANGHAI
from models.directory import find_attendees, find_group
from models.ledger import Ledger, put_setting
from models.trays import Outgoing, OutState
from tests.counties import open_world

pytestmark = pytest.mark.asyncio
REPORT = "报送二院9月月报：本月完成投资1200万，累计1.02亿，形象进度60%。存在问题：手术楼审图没出"


def at(day: str, clock: str = "09:00") -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


async def call(world: World, when: datetime, *attend: str, groups: tuple[str, ...] = ()) -> None:
    def work(ledger: Ledger) -> None:
        announce_meeting(
            ledger,
            name="10月项目推进调度例会",
            at=when,
            place="县政府三楼会议室",
            convenor="高远",
            people=[person for words in attend for person in find_attendees(ledger, words)],
            groups=[find_group(ledger, name) for name in groups],
        )

    await world.office(work)
    await world.service.settle()


def reminders(world: World, who: str) -> list[str]:
    return [text for text in world.heard(who) if "9月25日" in text and "前报" in text]


async def test_the_25th_is_reminded_on_the_last_working_day_before_and_only_to_those_who_have_not_reported(
    world: World,
) -> None:
    await world.say("赵静", REPORT)
    await world.settle()
    assert "待李红梅同意" in world.heard("赵静")[-1]
    await world.say("李红梅", "同意")
    await world.settle()
    assert any("已报" in text for text in world.heard("赵静"))

    for day in ("2026-09-22", "2026-09-23"):
        await world.at(at(day, "08:40"))
    assert not reminders(world, "何军")
    await world.at(at("2026-09-24", "08:29"))
    assert not reminders(world, "何军")
    for clock in ("08:36", "09:00", "16:00"):
        await world.at(at("2026-09-24", clock))
    assert len(reminders(world, "何军")) == 1
    assert "中秋" in reminders(world, "何军")[0]
    assert not reminders(world, "赵静")


async def test_the_office_sees_who_is_missing_and_a_liaison_only_his_own(world: World) -> None:
    await world.say("赵静", REPORT)
    await world.settle()
    await world.say("李红梅", "同意")
    await world.settle()
    await world.say("张敏", "都有哪些单位没报")
    await world.say("何军", "谁没报")
    await world.settle()

    office = next(line for line in world.heard("张敏")[-1].splitlines() if "月报" in line)
    assert "交通局《S213平澜段改建》" in office
    assert "卫健委" not in office
    assert "9月25日" in office
    own = world.heard("何军")[-1]
    assert "S213平澜段改建" in own
    assert "县第二人民医院迁建" not in own


async def test_a_report_that_lacks_a_part_is_asked_for_just_that(world: World) -> None:
    await world.say("赵静", "报送二院9月月报：本月完成投资1200万，累计1.02亿，形象进度60%")
    await world.settle()
    asked = world.heard("赵静")[-1]
    assert "还差" in asked
    assert len(asked.splitlines()) == 2
    assert not [line for line in world.ledger() if line["kind"] == "submission"]

    await world.say("赵静", "存在问题：手术楼审图没出")
    await world.settle()
    (submission,) = [line for line in world.ledger() if line["kind"] == "submission"]
    assert submission["data"]["period"] == "2026-09"


async def test_downtime_over_the_25th_is_made_good_once_on_the_next_working_day(world: World) -> None:
    await world.at(at("2026-09-26", "10:00"))
    assert not world.heard("何军")
    await world.at(at("2026-09-28", "08:40"))
    await world.at(at("2026-09-28", "09:40"))
    late = [text for text in world.heard("何军") if "9月25日（周五）到期" in text]
    assert len(late) == 1


async def test_a_meeting_reaches_people_and_groups_and_is_reminded_before_it_starts(world: World) -> None:
    await call(world, at("2026-10-08"), "周建国", "自然资源局", "刘洋", groups=("平澜重点项目调度群", "平澜城建交通群"))
    for who in ("周建国", "马国强", "刘洋"):
        assert any("10月8日（周四）09:00" in text and "三楼会议室" in text for text in world.heard(who))
    for target in (sample_county.APP_GROUP, sample_county.DING_GROUP):
        (told,) = [bubble.text for bubble in world.stage.groups[target].bubbles]
        assert "10月项目推进调度例会" in told
        assert "@" not in told

    for moment in (at("2026-09-30", "14:59"), at("2026-10-05", "10:00")):
        await world.at(moment)
    assert not [text for text in world.heard("周建国") if "会议提醒" in text]
    for moment in (at("2026-10-08", "08:01"), at("2026-10-08", "08:30"), at("2026-10-08", "10:00")):
        await world.at(moment)
    assert len([text for text in world.heard("周建国") if "会议提醒" in text]) == 1
    assert len([b for b in world.stage.groups[sample_county.APP_GROUP].bubbles if "会议提醒" in b.text]) == 1


async def test_somebody_asks_when_the_meeting_is(world: World) -> None:
    await world.say("赵静", "国庆后那个会定哪天了")
    await world.settle()
    assert "以通知为准" in world.heard("赵静")[-1]
    await call(world, at("2026-10-08"), "卫健委", "赵静")
    await world.say("赵静", "下次例会哪天开")
    await world.settle()
    assert "10月8日（周四）09:00" in world.heard("赵静")[-1]


@pytest.mark.parametrize("moment", ["2026-09-17 22:00", "2026-09-26 10:00", "2026-10-03 15:00"])
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_at_night_and_on_holidays_only_answers_leave(world: World, moment: str) -> None:
    world.clock.set(datetime.fromisoformat(moment).replace(tzinfo=SHANGHAI))
    await call(world, at("2026-10-12"), "周建国")
    await world.say("周建国", "我的项目")
    await world.settle()
    assert len(world.heard("周建国")) == 1
    assert "您的项目" in world.heard("周建国")[0]


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_working_sunday_is_a_working_day(world: World) -> None:
    world.clock.set(at("2026-09-20", "10:00"))
    await call(world, at("2026-10-08"), "周建国")
    assert len(world.heard("周建国")) == 1


async def test_next_years_holidays_are_asked_for_once_unless_they_are_there(world: World) -> None:
    """Mission 3.2: a year without an official calendar is 暂按周末推算, and the administrator is told."""

    def asked() -> list[str]:
        return [text for text in world.heard("张敏") if "2027年的放假调休安排" in text]

    await world.at(at("2026-11-19", "09:00"))
    assert asked() == []
    for day in ("2026-11-20", "2026-11-23", "2026-12-01"):
        await world.at(at(day, "09:00"))
    assert len(asked()) == 1


async def test_an_arrangement_that_was_entered_is_not_asked_for(world: World) -> None:
    festivals = {date(2027, 1, number): name for number, name in enumerate(holidays.FESTIVALS, start=1)}
    arrangement = holidays.Arrangement(2027, "试行", festivals, {})
    await world.office(
        lambda ledger: put_setting(ledger.session, holidays.SETTING, holidays.with_arrangement(None, arrangement))
    )
    await world.at(at("2026-11-20", "09:00"))
    assert not [text for text in world.heard("张敏") if "2027年的放假调休安排" in text]


async def test_two_clocks_ticking_together_say_everything_once(world: World) -> None:
    world.clock.set(at("2026-09-24", "08:40"))
    for _ in range(3):
        await world.tick()
    rows = world.service.database.read(
        lambda session: list(session.scalars(select(Outgoing).where(Outgoing.notice == "report_reminder")))
    )
    assert rows
    assert len({(row.person_id, row.duty) for row in rows}) == len(rows)
    assert {row.state for row in rows} <= {OutState.SENT.value, OutState.FAILED.value}


async def test_the_jiaozuo_pack_asks_each_task_force_for_the_25th(tmp_path: Path) -> None:
    async with open_world(
        tmp_path, actors=sample_county.actors(), mechanism="jiaozuo", start=at("2026-10-23", "08:00")
    ) as world:
        await world.at(at("2026-10-23", "08:40"))
        told = [text for actor in world.stage.actors for text in world.heard(actor) if "10月25日" in text]
        assert told
        assert any("焦政办〔2021〕31号" in text for text in told)


@pytest.mark.parametrize("pack", ["zhangzi", "dancheng"])
async def test_the_other_packs_run_too(tmp_path: Path, pack: str) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism=pack) as world:
        await world.say("周建国", "我在纺织园一期现场，钢结构起来八成了")
        await world.settle()
        await world.at(at("2026-09-30", "08:40"))
        await world.say("张敏", "谁没报")
        await world.settle()
        assert [line["kind"] for line in world.ledger()].count("visit") == 1
        assert "报送情况" in world.heard("张敏")[-1]


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_the_one_part_asked_for_may_be_given_in_plain_words(world: World) -> None:
    await world.say("赵静", "报送二院9月月报：本月完成投资1200万，累计1.02亿，形象进度60%")
    await world.settle()
    await world.say("赵静", "手术楼的审图还没出来")
    await world.settle()
    (submission,) = [line for line in world.ledger() if line["kind"] == "submission"]
    assert submission["data"]["parts"]["存在问题"] == "手术楼的审图还没出来"


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_month_in_the_plans_does_not_change_the_reports_period(world: World) -> None:
    await world.say(
        "赵静", "报送二院月报：本月完成投资1200万，累计1.02亿，形象进度60%。存在问题：审图没出，10月底前要出"
    )
    await world.settle()
    (submission,) = [line for line in world.ledger() if line["kind"] == "submission"]
    assert submission["data"]["period"] == "2026-09"
