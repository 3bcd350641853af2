"""Meetings up to their notice: proposed by rule, decided by the convenor, called by notice, with rosters and topics."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.simulator import sample_county
from bot.simulator.world import World
from models.agenda import AgendaLine, agenda, general_meeting, table
from models.attendance import SeatState
from models.duties import Payment
from models.ledger import Ledger
from models.mechanism import Obligation
from models.meeting import Meeting
from models.obligation import occurrences
from models.regular import find_regular, regular_meeting
from models.topic import Topic
from tests.clauses.meeting_stories import CALL, TOPIC, at, buttons, entries, pack_with, press, say, told
from tests.clauses.proof import proves
from tests.counties import open_world

ASKED = (
    "提请：纺织园一期缺12亩土地指标。已做工作：对接省厅两次。建议：由自然资源局统筹12亩指标，10月底前批复",
    "提请：二院专项债额度没落实。已做工作：报过两批。建议：由财政局协调专项债8000万元，10月底前到位",
)
pytestmark = pytest.mark.asyncio


@pytest.fixture
def engine() -> str:
    """These stories need one engine; `tests/scenarios/test_meetings.py` runs on both."""
    return "sqlite"


def due_days(ledger: Ledger, rule: str, year: int, month: int) -> dict[str, date | None]:
    """Return the due dates by period of the duty with a rule, around a month."""
    duty: Obligation = next(one for one in ledger.mechanism.obligations if one.due.rule == rule)
    start = date(year, month, 1)
    end = start + timedelta(days=40)
    found = occurrences(duty, start, end, ledger.calendar, ledger.mechanism, ledger.called)
    return {one.period: one.due for one in found}


# --- the rule proposes, the notice decides --------------------------------------------------------------


@proves("DC-13", "DC-15", "DC-20")
async def test_the_convenor_fixes_the_day_before_a_proposal_and_moves_the_meeting_after_its_notice(
    world: World,
) -> None:
    assert "10月9日" in await say(world, ("高远", "10月例会定在10月9日"))
    assert told(world, "张敏", "召集人高远定了")
    assert not told(world, "马国强", "例会")
    await say(world, ("张敏", CALL))
    moved = await say(world, ("高远", "10月例会改到10月12日10点"))
    assert "已改到10月12日（星期一）10:00" in moved
    assert told(world, "马国强", "会议改期")
    assert "已改到10月13日（星期二）10:00" in await say(world, ("高远", "改到10月13日"))
    before = len(entries(world, "note", "meeting"))
    await say(world, ("李红梅", "10月例会改到10月14日"), ("刘洋", "10月例会改到10月14日"))
    assert len(entries(world, "note", "meeting")) == before


@proves("DC-13", "DC-15", "C14")
async def test_a_liaison_who_asks_hears_the_proposed_day_its_clash_and_his_own_material(world: World) -> None:
    heard = await say(world, ("赵静", "国庆后那个会定哪天了 我还用不用准备材料"))
    assert "拟10月8日" in heard and "10月5日为国庆节" in heard and "以通知为准" in heard
    assert "县第二人民医院迁建：材料9月30日（周三）前经李红梅同意后报" in heard
    assert world.ledger() == []


@proves("DC-15", "DC-19")
async def test_a_notice_for_another_day_moves_what_is_counted_back_and_tells_the_difference_once(world: World) -> None:
    before = await world.office(lambda ledger: due_days(ledger, "before_meeting", 2026, 9))
    assert before["2026-10"] == date(2026, 9, 30)
    await say(world, ("张敏", "发10月例会通知：10月19日9点，县政府三楼会议室"))
    after = await world.office(lambda ledger: due_days(ledger, "before_meeting", 2026, 10))
    assert after["2026-10"] == date(2026, 10, 12)
    for who in ("张敏", "何军"):
        (change,) = told(world, who, "的日子变了")
        assert "会议：10月8日→10月19日" in change and "材料报送：9月30日→10月12日" in change
    bulletin = await world.office(lambda ledger: due_days(ledger, "after_meeting", 2026, 10))
    assert bulletin["2026-10"] == date(2026, 10, 22)


@proves("DC-15")
async def test_a_meeting_moved_tells_everybody_once_and_drops_what_waited(world: World) -> None:
    await say(world, ("张敏", CALL), ("张敏", "10月例会改到10月12日9点半"))
    (moved,) = told(world, "周建国", "【会议改期】")
    assert "10月12日（周一）09:30" in moved
    await world.at(at("2026-10-09", "08:30"))
    assert not told(world, "周建国", "【会议提醒】")
    await world.at(at("2026-10-12", "08:45"))
    (reminder,) = told(world, "周建国", "【会议提醒】")
    assert "10月12日" in reminder


@proves("DC-15")
async def test_without_a_confirmed_notice_members_hear_nothing_of_a_meeting(world: World) -> None:
    """A3: proposed, suggested and even decided meetings are no meetings for their members."""
    await say(world, ("张敏", "报10月例会开会建议"))
    await press(world, "高远", "同意")
    for moment in ("2026-09-30 15:30", "2026-10-08 08:20", "2026-10-08 08:50"):
        await world.at(at(*moment.split()))
    for who in ("周建国", "李红梅", "杜明"):
        assert not told(world, who, "会议通知") and not told(world, who, "会议提醒")


@proves("DC-20")
async def test_the_proposal_reaches_the_convenor_merged_by_theme_with_alternatives_and_is_his_to_decide(
    world: World,
) -> None:
    for text in ("二院手术楼用地卡住了土地指标没落实", "二院迁建土地指标还差12亩"):
        await say(world, ("赵静", f"10月例会加个议题：{text}"), ("李红梅", "同意"))
    await world.at(at("2026-10-08", "08:36"))
    assert "报召集人" in buttons(world, "张敏")
    await press(world, "张敏", "报召集人")
    card = told(world, "高远", "召开会议的建议")[-1]
    assert "拟10月8日" in card and "国庆节" in card and "备选：10月9日" in card
    assert "议题2项：要素保障/土地2项" in card
    expanded = await say(world, ("高远", "展开要素保障/土地"))
    assert expanded.count("《县第二人民医院迁建》") == 2
    decided = await say(world, ("高远", "改到10月9日9点"))
    assert "10月9日（星期五）09:00" in decided
    assert told(world, "张敏", "召集人高远定了：10月项目推进调度例会10月9日")
    state = await world.office(lambda ledger: regular_meeting(ledger, "2026-10").label)
    assert state == "召集人已定"


@proves("DC-20")
async def test_only_the_office_proposes_and_only_the_convenor_decides(world: World) -> None:
    assert "由重点办办理" in await say(world, ("陈浩", "报10月例会开会建议"))
    await say(world, ("张敏", "报10月例会开会建议"))
    label = await world.office(lambda ledger: regular_meeting(ledger, "2026-10").label)
    assert label == "待召集人定"


# --- the collection notice ------------------------------------------------------------------------------


@proves("DC-16")
async def test_on_the_working_sunday_the_20th_the_office_sends_each_liaison_one_notice(world: World) -> None:
    await world.at(at("2026-09-18", "08:40"))
    assert "发出" not in buttons(world, "张敏")
    await world.at(at("2026-09-20", "08:40"))
    assert "6位联络员" in await press(world, "张敏", "发出")
    (notice,) = told(world, "刘洋", "征集通知")
    assert "拟10月8日（周四）召开，以通知为准" in notice and "9月30日（周三）前" in notice
    assert "《城北污水处理厂提标改造》" in notice and "《城南污水处理厂》" in notice
    assert "项目进展情况、存在问题、需要解决事项" in notice and "二(二)例会3" in notice
    assert "只发一次" in await say(world, ("张敏", "发征集通知"))
    for day in ("2026-09-21", "2026-09-24", "2026-09-28"):
        await world.at(at(day, "08:40"))
    assert len(told(world, "刘洋", "【征集通知】")) == 1
    (note,) = entries(world, "note", "collection")
    assert note["data"]["discharges"] == ["pl.collection"]  # type: ignore[index]


@proves("DC-16")
async def test_where_the_spring_festival_leaves_no_time_the_office_chooses_the_day(tmp_path: Path) -> None:
    """A4: in 2026 the 20 February notice would come after the material is due (14 February)."""
    async with open_world(tmp_path, actors=sample_county.actors(), start=at("2026-02-03", "09:00")) as world:
        await world.at(at("2026-02-04", "08:40"))
        (asked,) = told(world, "张敏", "征集通知哪天发")
        assert "2月20日为春节" in asked and "2月14日" in asked
        assert not told(world, "何军", "征集通知")
        await press(world, "张敏", "2月9日发")
        await world.at(at("2026-02-06", "08:40"))
        assert not told(world, "何军", "征集通知")
        await world.at(at("2026-02-09", "08:40"))
        await world.at(at("2026-02-10", "08:40"))
        (notice,) = told(world, "何军", "【征集通知】")
        assert "2月14日（周六）前报材料" in notice


# --- who is asked ---------------------------------------------------------------------------------------


@proves("DC-13", "DC-14")
async def test_the_roster_is_the_fixed_units_leaders_heads_and_project_units_each_once(world: World) -> None:
    await say(world, ("刘洋", TOPIC), ("王振东", "同意"), ("张敏", CALL))

    def seats(ledger: Ledger) -> list[tuple[str, str]]:
        meeting = find_regular(ledger, "2026-10")
        assert meeting is not None
        return [(seat.name, seat.why) for seat in meeting.seats]

    roster = await world.office(seats)
    names = [name for name, _ in roster]
    assert len(names) == len(set(names))
    why = dict(roster)
    assert {name for name, reason in roster if reason == "固定人员"} >= {"秦勇", "杜明", "马国强", "县财政局"}
    assert why["李红梅"] == "分包领导" and why["许静"] == "责任单位" and why["平澜碧源水务有限公司"] == "项目单位"
    assert why["杜明"] == "固定人员"  # also a responsible unit's head: asked once
    assert len(told(world, "杜明", "【会议通知】")) == 1


@proves("DC-14")
async def test_an_outside_unit_is_shown_with_who_relays_and_told_on_paper(world: World) -> None:
    """A25."""
    heard = await say(world, ("刘洋", TOPIC), ("王振东", "同意"), ("张敏", CALL))
    assert "另发纸质通知，外部单位，由重点办代记：县财政局" in heard
    assert "外部单位，由刘洋代记：平澜碧源水务有限公司" in heard


@proves("DC-14")
async def test_where_liaisons_may_not_relay_the_office_does(tmp_path: Path) -> None:
    """A25, the other answer."""
    pack = pack_with(tmp_path, conflicts__external_relay=["office"])
    async with open_world(tmp_path / "w", actors=sample_county.actors(), mechanism=pack) as world:
        await world.dingtalk.gateway.connected(1)
        heard = await say(world, ("刘洋", TOPIC), ("王振东", "同意"), ("张敏", CALL))
        assert "由刘洋代记" not in heard and "平澜碧源水务有限公司" in heard


@proves("DC-21")
async def test_those_a_topic_needs_are_invited_by_the_government_office_and_by_nobody_else(world: World) -> None:
    await say(world, ("刘洋", TOPIC), ("王振东", "同意"), ("张敏", CALL))
    assert not told(world, "方正", "会议通知")
    assert "由县政府办公室办理" in await say(world, ("张敏", "发参会通知"))
    assert not told(world, "方正", "会议通知")
    assert "已通知方正" in await press(world, "程蕾", "发参会通知")
    (invitation,) = told(world, "方正", "【会议通知】")
    assert "县政府办公室通知" in invitation


@proves("DC-21")
async def test_a_pack_may_authorise_the_office_to_invite(tmp_path: Path) -> None:
    pack = pack_with(tmp_path, meetings__office_invites=True)
    async with open_world(tmp_path / "w", actors=sample_county.actors(), mechanism=pack) as world:
        await world.dingtalk.gateway.connected(1)
        await say(world, ("刘洋", TOPIC), ("王振东", "同意"), ("张敏", CALL))
        assert "已通知方正" in await say(world, ("张敏", "发参会通知"))


@proves("DC-13")
async def test_a_deputy_who_asks_for_heads_is_warned_about_and_not_stopped(world: World) -> None:
    """若干规定 against DC-29: a warning, not a block; A1: the notice names the convenor, another may be named."""
    heard = await say(world, ("张敏", CALL))
    assert "一般不要求下级单位一把手参会" in heard
    assert "召集人：高远" in told(world, "杜明", "【会议通知】")[0]
    await say(world, ("张敏", "取消10月例会"))
    heard = await say(world, ("张敏", f"{CALL}，召集人林正阳"))
    assert "一般不要求" not in heard
    assert "召集人：林正阳" in told(world, "杜明", "【会议通知】")[-1]


# --- topics ---------------------------------------------------------------------------------------------


@proves("C10", "DC-18")
async def test_a_topic_waits_for_its_projects_leader_who_gets_a_card(world: World) -> None:
    heard = await say(world, ("刘洋", TOPIC))
    assert "《城南污水处理厂》" in heard and "需水利局参会" in heard
    assert "待王振东同意" in heard and "9月30日前报" in heard
    (card,) = told(world, "王振东", "议题待您同意")
    assert "尾水管线过河要水利局出意见" in card
    (topic,) = entries(world, "topic")
    assert topic["project"] == "P06"
    assert not told(world, "张敏", "议题已报")


@proves("C11", "DC-18")
async def test_consent_with_a_remark_is_not_consent_yet(world: World) -> None:
    await say(world, ("刘洋", TOPIC))
    asked = await say(world, ("王振东", "同意 把时间写明白"))
    assert "改好直接报，还是再给您看" in asked
    assert told(world, "刘洋", "把时间写明白")
    assert not told(world, "张敏", "议题已报")
    await press(world, "王振东", "改好直接报")
    await say(world, ("刘洋", "议题改为：城南污水厂尾水管线过河，请水利局10月20日前出意见"))
    assert "10月20日前" in told(world, "张敏", "议题已报")[0]


@proves("C11", "DC-18")
async def test_consent_holds_for_the_text_it_was_given_to(world: World) -> None:
    await say(world, ("刘洋", TOPIC), ("王振东", "同意"))
    heard = await say(world, ("刘洋", "YT-1改为：城南污水厂尾水管线过河，要水利局和自然资源局出意见"))
    assert "待王振东同意" in heard
    versions = [line["data"]["version"] for line in entries(world, "topic")]  # type: ignore[index]
    assert versions == [1, 2]
    assert len(told(world, "王振东", "议题待您同意")) == 2


@proves("C11", "DC-18")
async def test_of_several_things_that_wait_a_leader_is_asked_which_or_names_it(world: World) -> None:
    await say(
        world,
        ("何军", "10月调度会加个议题：213用地要自然资源局出意见"),
        ("何军", "10月调度会加个议题：213管线迁改要供电公司出面"),
        ("张敏", "报10月例会开会建议"),
    )
    asked = await say(world, ("高远", "同意"))
    assert "有3件待您定" in asked and "议题YT-1《S213平澜段改建》" in asked and "例会的会期" in asked
    assert entries(world, "approval") == []
    assert "YT-2同意" in await press(world, "高远", "YT-2")
    assert "YT-1同意" in await say(world, ("高远", "同意10月例会议题"))
    assert "定在10月8日" in await say(world, ("高远", "同意"))
    assert len(entries(world, "approval")) == 2


@proves("C10")
async def test_a_topic_on_one_of_two_projects_asks_which_before_anything_is_written(world: World) -> None:
    await say(world, ("刘洋", "10月例会加个议题：污水厂尾水管线过河要水利局出意见"))
    assert world.ledger() == []
    heard = await press(world, "刘洋", "城南污水处理厂")
    assert "《城南污水处理厂》" in heard


@proves("ZZ-28", "DC-20")
async def test_the_office_takes_lists_passes_on_or_returns_a_topic(world: World) -> None:
    await say(world, ("刘洋", TOPIC), ("王振东", "同意"))
    assert "已列入议程" in await press(world, "张敏", "列入")
    assert told(world, "刘洋", "YT-1已列入议程")
    await say(world, ("陈浩", "10月例会加个议题：纺织园一期变压器没装"), ("周建国", "同意"))
    assert "请写明转给哪家办" in await say(world, ("张敏", "转办YT-2"))
    assert "转供电公司办" in await say(world, ("张敏", "转办YT-2 由供电公司10月10日前答复"))
    assert told(world, "邵刚", "转办议题YT-2")
    listed = await say(world, ("张敏", "10月例会议程"))
    assert "YT-1" in listed and "YT-2" not in listed
    assert "由重点办办理" in await say(world, ("刘洋", "列入YT-1"))


# --- member units, convenors, the month's meeting -------------------------------------------------------


@proves("ZZ-27")
async def test_membership_has_dates_and_old_meetings_keep_their_rosters(tmp_path: Path) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="zhangzi") as world:
        await world.dingtalk.gateway.connected(1)
        listed = await say(world, ("张敏", "联席会议成员单位有哪些"))
        assert "12家" in listed and "开发区（筹）" in listed
        await say(world, ("张敏", "发9月联席会议通知：9月22日9点，县政府三楼会议室"))
        heard = await say(world, ("张敏", "联席会议增加成员单位水利局"))
        assert "现有13家" in heard and "以前的会议名单不变" in heard
        await say(world, ("张敏", "联席会议调出成员单位统计局，10月1日起"))
        await say(world, ("张敏", "发10月联席会议通知：10月20日9点，县政府三楼会议室"))

        def rosters(ledger: Ledger) -> list[set[str]]:
            meetings = ledger.session.scalars(select(Meeting).order_by(Meeting.at)).all()
            return [{seat.unit_name for seat in meeting.seats if seat.why == "固定人员"} for meeting in meetings]

        september, october = await world.office(rosters)
        assert "水利局" not in september and "县统计局" in september
        assert "水利局" in october and "县统计局" not in october
        assert "开发区（筹）" in september & october
        assert "由县重点项目办公室办理" in await say(world, ("陈浩", "联席会议增加成员单位公安局"))


@proves("ZZ-26")
async def test_leave_goes_to_the_convenor_of_this_very_meeting(tmp_path: Path) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="zhangzi") as world:
        await world.dingtalk.gateway.connected(1)
        await say(world, ("张敏", "发9月联席会议通知：9月22日9点，县政府三楼会议室，召集人周建国"))
        await say(world, ("杜明", "9月联席会议我请假，去省里开会"))
        assert told(world, "周建国", "请假待您批") and not told(world, "高远", "请假待您批")
        await press(world, "周建国", "准")
        assert told(world, "杜明", "召集人周建国准假")


@proves("ZZ-24", "ZZ-25")
async def test_a_held_meeting_pays_the_month_and_a_month_without_one_is_listed(tmp_path: Path) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="zhangzi") as world:
        await world.dingtalk.gateway.connected(1)
        await say(world, ("张敏", "发9月联席会议通知：9月22日9点，县政府三楼会议室"))
        await world.at(at("2026-09-22", "14:00"))
        await say(world, ("张敏", "9月联席会议到会情况：全到"))

        def paid(ledger: Ledger) -> list[tuple[str, str]]:
            rows = ledger.session.scalars(select(Payment).where(Payment.duty == "zz.joint-meeting"))
            return [(row.period, row.subject) for row in rows]

        assert await world.office(paid) == [("2026-09", "area")]
        await world.at(at("2026-10-08", "09:00"))
        assert "未召开" not in await say(world, ("张敏", "近期会议"))
        await world.at(at("2026-11-02", "09:00"))
        assert "10月重点项目建设联席会议：未召开" in await say(world, ("张敏", "近期会议"))


@proves("DC-13")
async def test_the_slogan_taken_at_its_word_leaves_even_months_to_the_observation(tmp_path: Path) -> None:
    """A2."""
    pack = pack_with(tmp_path, conflicts__rhythm="odd_meeting_even_observation")
    async with open_world(tmp_path / "w", actors=sample_county.actors(), mechanism=pack) as world:
        october = await world.office(lambda ledger: due_days(ledger, "before_meeting", 2026, 9))
        november = await world.office(lambda ledger: due_days(ledger, "before_meeting", 2026, 10))
        assert "2026-10" not in october and november["2026-11"] == date(2026, 10, 26)


# --- task forces, the general meeting, 银政企对接 -------------------------------------------------------


@proves("JZ-10", "JZ-11")
async def test_a_department_submits_a_question_and_the_task_forces_meeting_concludes_it(tmp_path: Path) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="jiaozuo") as world:
        await world.dingtalk.gateway.connected(1)
        heard = await say(world, ("方正", "向民生和基础设施专班提交问题：城南污水厂过河管线审批要跨两个局"))
        assert "民生和基础设施专班9月调度会" in heard and "已报" in heard
        assert told(world, "刘洋", "议题已报")  # the lead unit's liaison
        assert "列入议程" in await say(world, ("刘洋", "列入YT-1"))
        await say(world, ("刘洋", "发民生和基础设施专班调度会通知：9月25日9点，住建局会议室"))
        assert told(world, "方正", "【会议通知】")
        await world.at(at("2026-09-28", "09:00"))
        heard = await say(world, ("刘洋", "民生和基础设施专班调度会已召开，专题会议"))
        assert "已抵：专班调度会" in heard
        await say(
            world, ("高远", "民生和基础设施专班调度会议定：城南污水厂过河管线由水利局牵头，方正负责，10月20日前批复")
        )

        def outcome(ledger: Ledger) -> tuple[str, str, str | None]:
            topic = ledger.session.scalars(select(Topic)).one()
            payment = ledger.session.scalars(select(Payment).where(Payment.duty == "jz.taskforce-meeting")).one()
            line = next(one for one in ledger.entries(limit=50) if one.seq == payment.entry_seq)
            return topic.label, payment.period, line.message_id

        label, period, message = await world.office(outcome)
        assert label == "已议定" and period == "2026-09"
        assert message, "the payment points at the message that paid"


@proves("JZ-10")
async def test_a_task_forces_month_may_be_met_on_the_site(tmp_path: Path) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="jiaozuo") as world:
        heard = await say(world, ("周建国", "产业项目专班调度会已召开，现场办公"))
        assert "已抵：专班调度会" in heard
        (entry,) = [line for line in entries(world, "note", "meeting") if line["data"].get("form")]  # type: ignore[attr-defined]
        assert entry["data"]["form"] == "现场办公"  # type: ignore[index]
        assert "办理" in await say(world, ("赵静", "产业项目专班调度会已召开，现场办公"))


@proves("JZ-14")
async def test_open_requests_become_the_general_meetings_agenda_in_one_step(tmp_path: Path) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="jiaozuo") as world:
        assert "没有待研究的提请事项" in await say(world, ("张敏", "生成综合调度会议程"))

        await say(world, ("陈浩", ASKED[0]), ("赵静", ASKED[1]))
        assert "没有待研究的提请事项" in await say(world, ("张敏", "生成综合调度会议程"))
        await say(world, ("周建国", "同意TQ-1"), ("高远", "同意TQ-2"))
        heard = await say(world, ("张敏", "生成综合调度会议程"))
        assert "综合调度会议程已生成，2项" in heard
        assert "没有待研究的提请事项" in await say(world, ("张敏", "生成综合调度会议程"))

        def listed(ledger: Ledger) -> tuple[str, list[str]]:
            meeting = ledger.session.scalars(select(Meeting).where(Meeting.kind == "general")).one()
            return meeting.convenor, agenda(ledger, meeting)[-1][1]

        convenor, lines = await world.office(listed)
        assert convenor == "林正阳"
        assert len(lines) == 2 and "TQ-1" in lines[0] and "土地指标" in lines[0]


@proves("JZ-14")
async def test_lines_from_elsewhere_come_onto_an_agenda_as_topics(world: World) -> None:
    def make(ledger: Ledger) -> list[str]:
        meeting = general_meeting(ledger, [AgendaLine("请县里统筹用地", "要素保障")], None, None)
        table(ledger, meeting, [AgendaLine("请县里协调贷款", "要素保障")])
        return agenda(ledger, meeting)[-1][1]

    lines = await world.office(make)
    assert [line.split(" ", 1)[1] for line in lines] == ["请县里统筹用地", "请县里协调贷款"]


@proves("DC-26")
async def test_a_financing_meeting_is_called_in_one_line_and_pays_its_duty(tmp_path: Path) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="dancheng") as world:
        await world.dingtalk.gateway.connected(1)
        heard = await say(world, ("张敏", "通知开会：银政企对接会，9月24日9点，县政府报告厅，参会：工信局、商务局"))
        assert "已通知HY-1 银政企对接会" in heard
        assert told(world, "秦勇", "银政企对接会")
        await world.at(at("2026-09-24", "14:00"))
        assert "已抵：银政企对接" in await say(world, ("张敏", "银政企对接会已召开"))


@proves("DC-12")
async def test_the_material_has_its_three_sections_from_what_units_reported(world: World) -> None:
    world.clock.set(at("2026-09-21", "09:30"))
    parts = "项目进展情况：外墙完成六成。存在问题：手术楼审图没出。需要解决事项：请住建局9月底前出审图意见"
    await say(world, ("赵静", f"报送例会材料：{parts}"), ("李红梅", "同意"), ("刘洋", TOPIC), ("王振东", "同意"))
    material = await say(world, ("张敏", "10月例会会议材料"))
    progress, answering, problems = (material.index(name) for name in ("督项目进度", "查责任落实", "促问题解决"))
    assert progress < answering < problems
    assert "外墙完成六成" in material[progress:answering]
    assert "未报例会材料：交通局" in material[answering:problems]
    assert "未报例会材料：卫健委" not in material
    assert "手术楼审图没出" in material[problems:] and "YT-1" in material[problems:]


@proves("DC-29")
async def test_whoever_acknowledges_is_known_to_know(world: World) -> None:
    await say(world, ("张敏", CALL), ("周建国", "收到"))
    await press(world, "杜明", "收到")

    def states(ledger: Ledger) -> dict[str, str]:
        meeting = find_regular(ledger, "2026-10")
        assert meeting is not None
        return {seat.name: seat.state for seat in meeting.seats}

    known = await world.office(states)
    assert known["周建国"] == known["杜明"] == SeatState.AWARE.value and known["秦勇"] == SeatState.CALLED.value


@proves("DC-13", "DC-15")
async def test_a_county_may_let_its_main_leader_convene_or_the_rule_decide_the_day(tmp_path: Path) -> None:
    """A1 and A3, the other answers."""
    pack = pack_with(tmp_path, conflicts__convenor="main_leader", conflicts__day_decided_by="rule")
    async with open_world(tmp_path / "w", actors=sample_county.actors(), mechanism=pack) as world:
        await say(world, ("张敏", "报10月例会开会建议"))
        meeting = await world.office(lambda ledger: regular_meeting(ledger, "2026-10"))
        assert meeting.label == "召集人已定"
        await say(world, ("张敏", CALL))
        assert "召集人：林正阳" in told(world, "周建国", "【会议通知】")[0]


@proves("DC-15")
async def test_a_meeting_called_once_is_moved_and_not_called_again(world: World) -> None:
    heard = await say(world, ("张敏", CALL), ("张敏", CALL.replace("9日", "13日")))
    assert "已经通知在10月9日" in heard and "改到" in heard
    assert len(told(world, "周建国", "【会议通知】")) == 1


@proves("DC-21")
async def test_others_who_speak_of_meetings_report_and_order_nothing(world: World) -> None:
    await say(world, ("张敏", CALL))
    await say(world, ("刘洋", "城北污水厂的协调会开了，路明天通"), ("何军", "213的例会改到明天了"))
    await say(world, ("何军", "取消10月例会"))
    label = await world.office(lambda ledger: regular_meeting(ledger, "2026-10").label)
    assert label == "已通知" and not told(world, "周建国", "会议改期")
