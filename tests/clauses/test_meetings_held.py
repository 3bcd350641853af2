"""Meetings held: leave and substitutes, the roll, decisions, papers, observations, meetings merged."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.simulator import sample_county
from bot.simulator.world import World
from models.absence import Absence, is_away
from models.attendance import Leave, SeatState
from models.directory import find_person
from models.duties import Payment
from models.ledger import Ledger
from models.meeting import Meeting
from models.regular import find_regular
from models.task import Task, TaskState, find_task, step
from tests.clauses.meeting_stories import CALL, at, entries, held, pack_with, press, say, told
from tests.clauses.proof import proves
from tests.counties import open_world

pytestmark = pytest.mark.asyncio
DECIDED = (
    "议定：城南污水厂尾水管线过河方案由水利局牵头，方正负责，10月20日前完成；"
    "纺织园一期变压器由供电公司牵头，邵刚负责，10月25日前装好"
)


@pytest.fixture
def engine() -> str:
    """These stories need one engine; `tests/scenarios/test_meetings.py` runs on both."""
    return "sqlite"


def seat(name: str, ledger: Ledger) -> str:
    meeting = find_regular(ledger, "2026-10")
    assert meeting is not None
    return next(one.state for one in meeting.seats if one.name == name)


async def state(world: World, name: str) -> str:
    """Return how it stands with somebody at October's meeting."""
    return await world.office(lambda ledger: seat(name, ledger))


def leaves(ledger: Ledger) -> list[tuple[str, str]]:
    return [(leave.person.name, leave.state) for leave in ledger.session.scalars(select(Leave).order_by(Leave.id))]


# --- leave ----------------------------------------------------------------------------------------------


@proves("C09", "DC-29")
async def test_a_training_that_does_not_meet_the_meeting_is_no_leave_and_nobody_goes_in_anybodys_place(
    world: World,
) -> None:
    heard = await say(world, ("何军", "何局20号到25号去省里培训，10月的调度会他去不了，我替他去中不中"))
    assert "9月20日至9月25日" in heard and "拟10月8日" in heard and "不冲突" in heard
    assert "不得替会" in heard and "三(一)" in heard
    assert "何建业本人向召集人高远" in heard and "还有别的原因吗" in heard
    assert await world.office(leaves) == [] and world.ledger() == []


@proves("DC-29")
async def test_leave_is_the_persons_own_word_and_the_convenors_to_grant(world: World) -> None:
    await say(world, ("张敏", CALL))
    heard = await say(world, ("何军", "10月例会何局10月8号到10号去省里培训，请个假"))
    assert "代请" in heard and "等何建业本人确认" in heard
    assert not told(world, "高远", "请假待您批")
    await press(world, "何建业", "确认请假")
    assert await state(world, "何建业") == SeatState.LEAVE_ASKED.value
    assert told(world, "高远", "交通局何建业")
    heard = await say(world, ("高远", "准"))
    assert "何建业的请假准了" in heard
    assert told(world, "何建业", "召集人高远准假") and told(world, "张敏", "何建业10月项目推进调度例会请假")
    assert await state(world, "何建业") == SeatState.LEAVE_GRANTED.value

    def away(ledger: Ledger) -> tuple[bool, bool]:
        who = find_person(ledger, "何建业").id
        inside = is_away(ledger, who, date(2026, 10, 8), date(2026, 10, 10))
        return inside, is_away(ledger, who, date(2026, 10, 12), date(2026, 10, 12))

    assert await world.office(away) == (True, False)
    recorded = [line["data"] for line in entries(world, "leave")]
    assert [data["state"] for data in recorded] == ["待本人确认", "待批", "准"]  # type: ignore[index]
    assert recorded[0]["recorded_for"] == "何建业"  # type: ignore[index]


@proves("DC-29")
async def test_leave_is_not_granted_before_it_is_and_not_by_anybody_else(world: World) -> None:
    await say(world, ("张敏", CALL), ("秦勇", "10月例会我请假，家里有事"))
    assert await state(world, "秦勇") == SeatState.LEAVE_ASKED.value
    await say(world, ("周建国", "准"))
    assert await state(world, "秦勇") == SeatState.LEAVE_ASKED.value
    await press(world, "高远", "不准")
    assert told(world, "秦勇", "没有准假，请按时到会")
    absences = await world.office(lambda ledger: list(ledger.session.scalars(select(Absence))))
    assert absences == []
    assert "不在10月项目推进调度例会的参会名单" in await say(world, ("陈浩", "10月例会我请假，家里有事"))


@proves("DC-29")
async def test_a_substitute_is_written_down_as_one_and_told_so(world: World) -> None:
    await say(world, ("张敏", CALL))
    heard = await say(world, ("陈浩", "10月例会秦局去不了，我代秦局参会"))
    assert "已登记为替会，不算到会" in heard and "秦勇本人向召集人高远请假" in heard
    assert await state(world, "秦勇") == SeatState.STAND_IN.value
    await world.at(at("2026-10-09", "14:00"))
    roll = await say(world, ("张敏", "10月例会到会情况：其余全到"))
    assert "替会（不算到会）：秦勇" in roll


@proves("DC-29")
async def test_somebody_may_listen_with_the_convenors_consent_and_stands_for_nobody(world: World) -> None:
    """A21: 列席 is a state of its own."""
    await say(world, ("张敏", CALL), ("梁静", "10月例会我想列席听会"))
    await press(world, "高远", "同意列席")
    assert await state(world, "梁静") == SeatState.OBSERVER.value
    assert told(world, "梁静", "同意您列席")


@proves("DC-29")
async def test_a_county_may_settle_that_a_substitute_is_not_named(tmp_path: Path) -> None:
    """A21, the other answer."""
    pack = pack_with(tmp_path, conflicts__substitute="attendance")
    async with open_world(tmp_path / "w", actors=sample_county.actors(), mechanism=pack) as world:
        await world.dingtalk.gateway.connected(1)
        await say(world, ("张敏", CALL), ("陈浩", "10月例会秦局去不了，我代秦局参会"))
        await world.at(at("2026-10-09", "14:00"))
        await say(world, ("张敏", "10月例会到会情况：其余全到"))
        assert "秦勇" not in await say(world, ("程蕾", "起草10月例会到会情况通报"))


@proves("DC-29", "DC-15")
async def test_leave_asked_for_another_day_is_asked_anew_when_the_meeting_moves(world: World) -> None:
    await say(world, ("张敏", CALL), ("杜明", "10月例会我请假，去省里开会"))
    await press(world, "高远", "准")
    await say(world, ("张敏", "10月例会改到10月12日9点"))
    assert told(world, "杜明", "原来的请假作废")
    assert await state(world, "杜明") == SeatState.CALLED.value


# --- the roll and its bulletin --------------------------------------------------------------------------


@proves("DC-29", "DC-30")
async def test_the_attendance_bulletin_names_only_those_not_excused(world: World) -> None:
    await say(world, ("张敏", CALL), ("杜明", "10月例会我请假，去省里开会"))
    await press(world, "高远", "准")
    await say(world, ("陈浩", "10月例会秦局去不了，我代秦局参会"), ("许静", "10月例会我晚到半小时，路上堵车"))
    assert told(world, "张敏", "许静报备迟到")
    await world.at(at("2026-10-09", "14:00"))
    assert told(world, "张敏", "请登记到会情况")
    roll = await say(world, ("张敏", "10月例会到会情况：田志强缺席，许静迟到，其余全到"))
    assert "缺席：田志强" in roll and "迟到：许静" in roll and "请假（准）：杜明" in roll
    bulletin = await say(world, ("程蕾", "起草10月例会到会情况通报"))
    assert "田志强：缺席" in bulletin and "秦勇：擅自安排他人替会" in bulletin
    assert "杜明" not in bulletin and "许静" not in bulletin and "按程序请假1人" in bulletin
    assert "办理" in await say(world, ("陈浩", "起草10月例会到会情况通报"))


@proves("DC-30")
async def test_the_roll_waits_for_the_meeting_and_is_the_offices(world: World) -> None:
    await say(world, ("张敏", CALL))
    assert "还没有开" in await say(world, ("张敏", "10月例会到会情况：全到"))
    await world.at(at("2026-10-09", "14:00"))
    assert "办理" in await say(world, ("何军", "10月例会到会情况：何建业缺席"))


# --- decisions ------------------------------------------------------------------------------------------


@proves("ZZ-25", "DC-22")
async def test_one_line_of_decisions_becomes_tasks_pushed_to_their_units(world: World) -> None:
    await held(world)
    heard = await say(world, ("张敏", DECIDED))
    assert "议定2项" in heard

    def tasks(ledger: Ledger) -> list[tuple[str, str, str, date, str | None]]:
        rows = ledger.session.scalars(select(Task).order_by(Task.id))
        return [
            (row.unit.shown, row.person_name, row.requirement, row.due, row.project.code if row.project else None)
            for row in rows
        ]

    assert await world.office(tasks) == [
        ("水利局", "方正", "城南污水厂尾水管线过河方案", date(2026, 10, 20), "P06"),
        ("供电公司", "邵刚", "纺织园一期变压器装好", date(2026, 10, 25), "P01"),
    ]
    assert told(world, "方正", "议定事项") and told(world, "邵刚", "议定事项")
    decisions = entries(world, "decision")
    assert [line["data"]["due"] for line in decisions] == ["2026-10-20", "2026-10-25"]  # type: ignore[index]
    assert decisions[0]["data"]["meeting"] == {"number": "HY-1", "date": "2026-10-09"}  # type: ignore[index]
    paid = await world.office(
        lambda ledger: [(row.duty, row.period) for row in ledger.session.scalars(select(Payment))]
    )
    assert ("pl.meeting", "2026-10") in paid


@proves("ZZ-25")
async def test_a_decision_is_asked_for_just_what_it_lacks(world: World) -> None:
    await held(world)
    asked = await say(world, ("张敏", "议定：二院手术楼审图意见由住建局牵头，10月20日前出具"))
    assert "还差责任人" in asked
    assert entries(world, "decision") == []
    given = await say(world, ("张敏", "杜明"))
    assert "已交办：JB-1 住建局（杜明）" in given
    asked = await say(world, ("张敏", "议定：二院电梯由卫健委牵头，许静负责"))
    assert "还差完成时限" in asked
    assert "10月30日前" in await say(world, ("张敏", "10月30日前"))
    assert "办理" in await say(world, ("陈浩", "议定：二院电梯由卫健委牵头，许静负责，10月20日前到货"))


@proves("ZZ-25", "DC-22")
async def test_the_next_meetings_first_item_is_what_became_of_the_last_ones_decisions(world: World) -> None:
    await held(world)
    await say(world, ("张敏", DECIDED))

    def close(ledger: Ledger) -> None:
        task = find_task(ledger, "JB-1")
        assert task is not None and task.state == TaskState.OPEN.value
        step(ledger, task, "close", None, "方案已批复")

    await world.office(close)
    world.clock.set(at("2026-10-28", "09:00"))
    agenda = await say(world, ("张敏", "11月例会议程"))
    opening, chief, reports, decide = (
        agenda.index(item)
        for item in ("一、上次议定事项落实情况", "二、常务副县长", "三、项目分包领导", "四、逐项研究解决")
    )
    assert opening < chief < reports < decide
    assert "议定2项，已办结1项，未办结1项" in agenda[opening:chief]
    assert "已办结：JB-1 水利局" in agenda and "未办结：JB-2 供电公司（邵刚）" in agenda and "已逾期" in agenda


@proves("DC-22")
async def test_the_agenda_of_the_dancheng_pack_keeps_the_notices_order(tmp_path: Path) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="dancheng") as world:
        agenda = await say(world, ("张敏", "10月例会议程"))
        items = [line.split("、")[1] for line in agenda.splitlines() if line[1:2] == "、"]
        assert items == [
            "上次议定事项落实情况",
            "常务副县长关于重点项目建设情况的通报",
            "项目分包领导和责任单位汇报实施进度",
            "逐项研究解决，形成决定事项",
        ]


# --- papers ---------------------------------------------------------------------------------------------


@proves("DC-22", "ZZ-28")
async def test_a_bulletin_is_drafted_approved_issued_under_its_number_and_then_only_corrected(world: World) -> None:
    await held(world)
    await say(world, ("张敏", DECIDED))
    draft = await say(world, ("张敏", "起草10月例会通报"))
    assert "平澜县重点项目建设通报" in draft
    assert "由水利局牵头，方正负责，10月20日前完成（JB-1）" in draft and draft.count("JB-") == 2
    assert "经召集人高远审定后才能下发" in await say(world, ("张敏", "下发10月例会通报"))
    await say(world, ("张敏", "10月例会通报报审"))
    assert told(world, "高远", "通报待您审定")
    await press(world, "高远", "同意")
    assert "第1期已下发，2项" in await say(world, ("张敏", "下发10月例会通报"))
    (own,) = told(world, "邵刚", "第1期已下发")
    assert "JB-2" in own and "JB-1" not in own
    assert "只能更正" in await say(world, ("张敏", "起草10月例会通报"))
    await say(world, ("张敏", "更正通报第1期：第二项时限应为10月28日"))
    (correction,) = entries(world, "correction")
    issued = [line for line in entries(world, "approval") if line["data"].get("serial")]  # type: ignore[attr-defined]
    assert correction["supersedes"] == issued[0]["seq"]
    assert told(world, "方正", "更正：《平澜县重点项目建设通报》第1期")
    assert issued[0]["data"]["discharges"] == ["pl.bulletin"]  # type: ignore[index]


@proves("DC-22")
async def test_bulletins_are_numbered_without_a_gap(world: World) -> None:
    for month, call in ((10, CALL), (11, "发11月例会通知：11月2日9点，县政府三楼会议室")):
        await say(world, ("张敏", call))
        await world.at(at(f"2026-{month}-{9 if month == 10 else 2:02d}", "14:00"))
        await say(world, ("张敏", f"{month}月例会议定：二院电梯由卫健委牵头，许静负责，12月20日前到货"))
        await say(world, ("张敏", f"{month}月例会通报报审"), ("高远", "同意"))
        assert f"第{month - 9}期已下发" in await say(world, ("张敏", f"下发{month}月例会通报"))


@proves("ZZ-28")
async def test_minutes_hold_what_the_ledger_holds_and_invent_no_speeches(world: World) -> None:
    await say(world, ("张敏", CALL), ("杜明", "10月例会我请假，去省里开会"))
    await press(world, "高远", "准")
    await world.at(at("2026-10-09", "14:00"))
    await say(world, ("张敏", "10月例会到会情况：其余全到"), ("张敏", DECIDED))
    minutes = await say(world, ("张敏", "起草10月例会纪要"))
    for part in ("时间：2026年10月9日", "地点：县政府三楼会议室", "召集人：高远", "会议议定：", "出席：", "请假：杜明"):
        assert part in minutes
    assert "一、" in minutes and "二、" in minutes
    assert "指出" not in minutes and "强调" not in minutes


# --- merging --------------------------------------------------------------------------------------------


@proves("ZZ-28")
async def test_two_meetings_of_the_same_people_are_merged_and_leave_one_set_of_minutes(world: World) -> None:
    await say(world, ("张敏", CALL))
    other = "通知开会：城建推进会，10月10日9点，县政府二楼会议室，参会：住建局、工信局、卫健委"
    await say(world, ("张敏", other))
    assert told(world, "张敏", "相同，建议合并")
    await press(world, "张敏", "合并")
    (merged,) = told(world, "杜明", "合并召开")
    assert "10月9日（周五）09:00" in merged
    await world.at(at("2026-10-10", "08:30"))
    assert not told(world, "杜明", "【会议提醒】城建推进会")
    await say(world, ("张敏", "10月例会到会情况：全到"))
    minutes = await say(world, ("张敏", "起草10月例会纪要"))
    assert "同时作为项目推进调度例会、城建推进会的会议纪要" in minutes
    count = await world.office(lambda ledger: len(list(ledger.session.scalars(select(Meeting)))))
    assert count == 2


@proves("ZZ-28")
async def test_meetings_of_other_people_are_left_apart(world: World) -> None:
    await say(world, ("张敏", CALL))
    await say(world, ("张敏", "通知开会：水利推进会，10月10日9点，县政府二楼会议室，参会：水利局、宣传部"))
    assert not told(world, "张敏", "建议合并")


@proves("DC-15")
async def test_a_cancelled_meeting_is_told_once_and_reminds_nobody(world: World) -> None:
    await say(world, ("张敏", CALL), ("张敏", "取消10月例会：与省里会议冲突"))
    (cancelled,) = told(world, "杜明", "【会议取消】")
    assert "与省里会议冲突" in cancelled
    await world.at(at("2026-10-09", "08:30"))
    assert not told(world, "杜明", "【会议提醒】")


# --- observations ---------------------------------------------------------------------------------------


@proves("DC-23", "DC-24")
async def test_an_observation_is_planned_approved_tasked_and_the_meeting_follows_on_it(world: World) -> None:
    plan = await say(world, ("张敏", "拟定观摩方案：10月9日9点，纺织园一期、二院、213、城北污水厂"))
    assert "全程直线约12.2公里" in plan and "停留20分钟" in plan
    await press(world, "张敏", "报批")
    card = told(world, "高远", "观摩方案待您批准")[0]
    stops = [line for line in card.splitlines() if line[:2] in ("1.", "2.", "3.", "4.")]
    assert ["城北" in stops[0], "纺织" in stops[1], "医院" in stops[2], "S213" in stops[3]] == [True] * 4
    await press(world, "高远", "同意")
    (chores,) = told(world, "罗斌", "JB-1")
    assert "有2件事" in chores and "活动指南" in chores and "安排车辆" in chores

    def derived(ledger: Ledger) -> tuple[str, str]:
        meeting = find_regular(ledger, "2026-10")
        assert meeting is not None
        return f"{meeting.at.astimezone(ledger.local_now.tzinfo):%m-%d %H:%M}", meeting.label

    assert await world.office(derived) == ("10-09 15:00", "召集人已定")
    await say(world, ("张敏", "拟定观摩方案：10月12日9点，纺织园一期、二院"))
    assert (await world.office(derived))[0] == "10-12 15:00"


@proves("DC-24")
async def test_the_guides_figures_are_the_ledgers_with_an_as_of_stamp(world: World) -> None:
    await say(world, ("陈浩", "纺织园一期 9月完成投资2300万，累计1.85个亿，主体封顶，形象进度82%"))
    await say(world, ("张敏", "拟定观摩方案：10月9日9点，纺织园一期、二院"))
    guide = await say(world, ("罗斌", "观摩活动指南"))
    (progress,) = entries(world, "progress")
    assert "数据截至2026年9月17日" in guide
    assert f"累计完成18500，形象进度82%（台账第{progress['seq']}条）" in guide
    assert "分包领导：周建国" in guide and "《县第二人民医院迁建》" in guide
    assert "请向重点办了解" in await say(world, ("何军", "观摩活动指南"))


@proves("DC-23")
async def test_a_finished_observation_pays_its_two_months(world: World) -> None:
    await say(world, ("张敏", "拟定观摩方案：10月9日9点，纺织园一期、二院"))
    assert "办理" in await say(world, ("陈浩", "拟定观摩方案：10月9日9点，纺织园一期"))
    await press(world, "张敏", "报批")
    await press(world, "高远", "同意")
    assert "还没有开始" in await say(world, ("张敏", "10月观摩已完成"))
    await world.at(at("2026-10-09", "12:00"))
    assert "已抵本期观摩点评" in await say(world, ("张敏", "10月观摩已完成"))
    paid = await world.office(
        lambda ledger: [(row.duty, row.period) for row in ledger.session.scalars(select(Payment))]
    )
    assert ("pl.observation", "2026-10") in paid
