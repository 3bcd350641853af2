"""挂牌督办 from issue to 销号, with its two clocks (ZZ-18 to ZZ-20)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from bot.simulator.world import World
from handlers.issuing import issue_notice
from models import holidays
from models.calendar import SHANGHAI
from models.directory import find_person, find_project
from models.ledger import Ledger, get_setting, put_setting

pytestmark = pytest.mark.asyncio

FULL_REPLY = (
    "DB-01回复：办法是先签占补协议分两批交地，我局牵头，分管领导李卫东，责任人耕保股孙涛，"
    "9月28号前交第一批20亩，10月15号前全部交完"
)


def at(day: str, clock: str = "09:00") -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


async def issue(world: World, to: str = "马国强", solve_by: date | None = date(2026, 10, 15)) -> str:
    def work(ledger: Ledger) -> str:
        notice = issue_notice(
            ledger,
            project=find_project(ledger, "P05"),
            matter="S213平澜段改建项目42亩建设用地未按节点交付",
            recipients=[find_person(ledger, to)],
            solve_by=solve_by,
            by=find_person(ledger, "张敏"),
        )
        return notice.number

    number = await world.office(work)
    await world.service.settle()
    return number


async def issue_and_reply(world: World) -> None:
    await issue(world)
    await world.press("马国强", "签收")
    await world.say("马国强", FULL_REPLY)
    await world.settle()


def lines(world: World, kind: str) -> list[dict[str, Any]]:
    return [line for line in world.ledger() if line["kind"] == kind]


async def test_the_card_carries_number_matter_and_both_dates(world: World) -> None:
    number = await issue(world)

    card = world.phone("马国强")[-1]
    shown = " ".join([card.title, card.text, *(f"{name}{value}" for name, value in card.fields)])
    assert number in shown
    assert "42亩" in shown
    assert "3个工作日" in shown and "9月21日" in shown
    assert "10月15日" in shown
    assert [label for _, label in card.buttons] == ["签收"]


async def test_a_day_off_entered_while_the_bot_runs_moves_what_is_not_issued_yet(world: World) -> None:
    """ZZ-19: the county rests on Friday 18 September, so three working days from the 17th end on Tuesday the 22nd."""

    def enter(ledger: Ledger) -> None:
        stored = get_setting(ledger.session, holidays.SETTING)
        put_setting(ledger.session, holidays.SETTING, holidays.with_local_rest(stored, date(2026, 9, 18), "县庆"))

    await world.office(enter)
    await issue(world)
    await world.say("马国强", "签收DB-01")
    await world.settle()

    (received,) = lines(world, "notice_received")
    assert received["data"]["reply_due"] == "2026-09-22"
    assert "9月22日" in world.heard("马国强")[-1]


@pytest.mark.parametrize("how", ["press", "words"])
async def test_signing_starts_three_working_days(world: World, how: str) -> None:
    number = await issue(world)
    if how == "press":
        await world.press("马国强", "签收")
    else:
        await world.say("马国强", "签收DB-01")
    await world.settle()

    (received,) = lines(world, "notice_received")
    assert received["data"]["notice"] == number
    assert received["data"]["reply_due"] == "2026-09-21"
    assert received["data"]["solve_due"] == "2026-10-15"
    assert "9月21日" in world.heard("马国强")[-1]
    if how == "press":
        card = next(bubble for bubble in world.phone("马国强") if bubble.buttons)
        assert card.used == "已签收"


@pytest.mark.parametrize(
    ("signed", "due"),
    [("2026-09-16", "2026-09-20"), ("2026-09-28", "2026-10-08"), ("2026-09-30", "2026-10-10")],
)
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_the_reply_date_follows_the_official_calendar(world: World, signed: str, due: str) -> None:
    world.clock.set(at(signed))
    await issue(world)
    await world.press("马国强", "签收")
    await world.settle()
    assert lines(world, "notice_received")[0]["data"]["reply_due"] == due


async def test_only_the_five_make_a_reply_and_only_what_is_missing_is_asked(world: World) -> None:
    await issue(world)
    await world.press("马国强", "签收")
    await world.say("马国强", "收到，我们正在积极协调，尽快解决")
    await world.settle()
    assert "还差5项" in world.heard("马国强")[-1]

    await world.say("马国强", "DB-01回复：办法是先签占补协议分两批交地，我局牵头，分管领导李卫东")
    await world.settle()
    asked = world.heard("马国强")[-1]
    assert "还差2项：责任人、解决时限" in asked
    assert lines(world, "notice_replied") == []

    await world.say("马国强", "责任人是耕保股孙涛，10月15号前全部交完")
    await world.settle()
    (reply,) = lines(world, "notice_replied")
    assert reply["data"]["unit"] == "自然资源局"
    assert reply["data"]["leader"] == "李卫东"
    assert "孙涛" in reply["data"]["person"]
    assert reply["data"]["deadline"] == "2026-10-15"
    assert reply["data"]["late_days"] == 0


async def test_a_reply_given_at_once_is_reviewed_and_closed_by_the_office_only(world: World) -> None:
    number = await issue(world)
    await world.press("马国强", "签收")
    await world.say("马国强", FULL_REPLY)
    await world.settle()
    assert "复函已报" in world.heard("马国强")[-1]
    await world.say("马国强", "销号DB-01")
    await world.settle()
    assert "督查部门办理" in world.heard("马国强")[-1]
    assert lines(world, "notice_closed") == []

    await world.press("张敏", "通过")
    await world.settle()
    assert "复函已通过" in world.heard("马国强")[-1]
    await world.say("马国强", "申请销号DB-01 42亩已全部交付")
    await world.settle()
    await world.press("张敏", "销号")
    await world.settle()
    (closed,) = lines(world, "notice_closed")
    assert closed["data"]["notice"] == number
    assert closed["person"] == "张敏"
    assert "已销号" in world.heard("马国强")[-1]

    await world.say("马国强", "DB-01回复：办法是再签一份协议")
    await world.settle()
    assert "已销号" in world.heard("马国强")[-1]
    assert "不能再复函" in world.heard("马国强")[-1]


async def test_a_returned_reply_asks_for_more_and_the_date_stays(world: World) -> None:
    await issue_and_reply(world)
    await world.say("张敏", "退回DB-01 责任人没写职务")
    await world.settle()

    (returned,) = lines(world, "notice_returned")
    assert returned["data"]["reason"] == "责任人没写职务"
    assert "退回补正：责任人没写职务" in world.heard("马国强")[-1]
    assert "9月21日" in world.heard("马国强")[-1]

    await world.say("马国强", "DB-01 责任人：耕保股股长孙涛")
    await world.settle()
    assert len(lines(world, "notice_replied")) == 2


async def test_reminders_come_before_on_and_after_the_day_once_each(world: World) -> None:
    await issue(world)
    await world.press("马国强", "签收")
    await world.settle()
    before = len(world.heard("马国强"))
    for day in ("2026-09-18", "2026-09-20", "2026-09-21", "2026-09-22"):
        for clock in ("08:36", "11:00", "17:00"):
            await world.at(at(day, clock))
    reminders = world.heard("马国强")[before:]
    assert [("还有1个工作日" in text, "今天是复函最后一天" in text, "超1个工作日" in text) for text in reminders] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    suggestions = [text for text in world.heard("张敏") if text.startswith("建议：")]
    assert len(suggestions) == 1
    assert "请您定" in suggestions[0]


async def test_what_downtime_missed_is_said_once_on_return(world: World) -> None:
    await issue(world)
    await world.press("马国强", "签收")
    await world.settle()
    before = len(world.heard("马国强"))
    await world.at(at("2026-09-29", "08:40"))
    await world.tick()
    late = [text for text in world.heard("马国强")[before:] if "复函" in text]
    assert len(late) == 1
    assert "超" in late[0]


async def test_a_reply_cancels_the_reminders_that_still_wait(world: World) -> None:
    await issue_and_reply(world)
    before = len(world.heard("马国强"))
    for day in ("2026-09-20", "2026-09-21", "2026-09-22"):
        await world.at(at(day, "08:40"))
    assert not [text for text in world.heard("马国强")[before:] if "复函" in text and "提醒" in text]


async def test_a_notice_issued_at_night_leaves_in_the_morning(world: World) -> None:
    world.clock.set(at("2026-09-17", "21:40"))
    await issue(world)
    assert world.heard("马国强") == []
    await world.at(at("2026-09-18", "07:59"))
    assert world.heard("马国强") == []
    await world.at(at("2026-09-18", "08:01"))
    assert len(world.heard("马国强")) == 1


async def test_the_office_issues_by_chat(world: World) -> None:
    await world.say("张敏", "挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决")
    await world.settle()

    (issued,) = lines(world, "notice_issued")
    assert issued["project"] == "P05"
    assert issued["data"]["solve_due"] == "2026-10-15"
    assert "已下发" in world.heard("张敏")[-1]
    assert any("挂牌督办通知书" in bubble.title for bubble in world.phone("马国强"))


async def test_nobody_but_the_office_can_issue(world: World) -> None:
    await world.say("陈浩", "挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决")
    await world.settle()
    assert lines(world, "notice_issued") == []
    assert "项目办" in world.heard("陈浩")[-1]


async def test_a_unit_cannot_touch_another_units_notice(world: World) -> None:
    await issue(world)
    await world.say("陈浩", "签收DB-01")
    await world.settle()
    assert lines(world, "notice_received") == []
    assert "不是发给您单位的" in world.heard("陈浩")[-1]


async def test_a_second_press_changes_nothing(world: World) -> None:
    await issue(world)
    card = next(bubble for bubble in world.phone("马国强") if bubble.buttons)
    key = card.buttons[0][0]
    user = world.actor("马国强").user_id
    first = await world.wecom.press(user, card, key)
    await world.settle()
    await world.wecom.redeliver(first)
    await world.settle()
    assert len(lines(world, "notice_received")) == 1


async def test_a_dingtalk_addressee_signs_on_his_own_platform(world: World) -> None:
    await issue(world, to="何军")
    await world.press("何军", "签收")
    await world.settle()
    (received,) = lines(world, "notice_received")
    assert received["person"] == "何军"
    assert received["channel"] == "dingtalk"


@pytest.mark.parametrize(
    "order",
    [
        "挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决",
        "挂牌督办：213项目42亩地没交付，督办自然资源局，10月15日前解决",
        "下发挂牌督办通知书给马国强：213项目42亩地没交付，10月15日前解决",
        "对自然资源局挂牌督办，213项目42亩地没交付，10月15日前解决",
        "挂牌督办马国强 213项目42亩地没交付 10月15日前解决",
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_an_order_is_understood_however_it_is_put(world: World, order: str) -> None:
    await world.say("张敏", order)
    await world.settle()
    (issued,) = lines(world, "notice_issued")
    assert issued["project"] == "P05"
    assert issued["data"]["unit"] == "自然资源局"
    assert issued["data"]["solve_due"] == "2026-10-15"
    assert "42亩地没交付" in issued["text"]


@pytest.mark.parametrize(
    "words",
    ["退回DB-01 责任人没写全", "DB-01退回，责任人没写全", "DB-01的复函退回，责任人没写全", "把DB-01打回 责任人没写全"],
)
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_the_office_returns_a_reply_however_it_says_so(world: World, words: str) -> None:
    await issue_and_reply(world)
    await world.say("张敏", words)
    await world.settle()
    (returned,) = lines(world, "notice_returned")
    assert returned["data"]["reason"] == "责任人没写全"


@pytest.mark.parametrize("words", ["记错了", "记错了，不是纺织园", "刚才那条记错了", "撤回"])
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_taking_back_is_understood_however_it_is_said(world: World, words: str) -> None:
    await world.say("周建国", "我在纺织园一期现场，钢结构起来八成了")
    await world.settle()
    await world.say("周建国", words)
    await world.settle()
    assert any(line["kind"] == "correction" for line in world.ledger())


async def test_signing_twice_is_answered_twice(world: World) -> None:
    await issue(world)
    for _ in range(2):
        await world.say("马国强", "签收DB-01")
        await world.settle()
    answers = [text for text in world.heard("马国强") if text.startswith("已签收")]
    assert len(answers) == 2
    assert len(lines(world, "notice_received")) == 1


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_asking_to_close_needs_the_result(world: World) -> None:
    await issue_and_reply(world)
    await world.press("张敏", "通过")
    await world.settle()
    await world.say("马国强", "申请销号DB-01")
    await world.settle()
    assert "写明办理结果" in world.heard("马国强")[-1]
    assert not any(bubble.title.startswith("申请销号") for bubble in world.phone("张敏"))
