"""Every field that words gave keeps them (`spans`): of reports, replies, notices, leave and what is given out."""

from __future__ import annotations

import pytest

from tests.scenarios.conversations.county import Story

pytestmark = pytest.mark.asyncio


async def test_a_report_keeps_the_words_of_its_fields(story: Story) -> None:
    await story.tell("李红梅", "二院上周五我视频连线看了，电梯没到货，叫赵静9月28号前解决")
    assert story.line("visit")["data"]["spans"] == {"occurred": "上周五", "mode": "视频连线"}
    told = story.line("problem")["data"]
    assert (told["occurred"], told["due"], told["person"]) == ("2026-09-11", "2026-09-28", "赵静")
    assert told["spans"] | {"category": ""} == {
        "occurred": "上周五",
        "category": "",
        "person": "赵静",
        "due": "9月28号前",
    }


async def test_a_month_reported_late_keeps_its_name(story: Story) -> None:
    await story.tell("何军", "213八月份完成880万")
    data = story.line("progress")["data"]
    assert data["period"] == "2026-08"
    assert data["spans"] == {"period": "八月份", "month_amount": "880万"}


async def test_what_nobody_said_points_at_no_words(story: Story) -> None:
    await story.tell("赵静", "我在二院工地")
    assert "spans" not in story.line("visit")["data"]


async def test_a_day_put_right_points_at_the_words_that_did(story: Story) -> None:
    await story.tell("王振东", "昨天去城南污水厂看了管沟")
    await story.tell("王振东", "哦记岔了我是前天去的不是昨天")
    data = [line for line in story.lines("visit", "correction") if line["data"].get("occurred") == "2026-09-15"][-1][
        "data"
    ]
    assert data["spans"]["occurred"] == "哦记岔了我是前天去的不是昨天"


async def test_a_reply_keeps_the_words_of_the_five(story: Story) -> None:
    await story.tell("马国强", "DB-07回复：办法是分两批交地，我局牵头，分管领导李卫东，责任人孙涛，10月15号前交完")
    data = story.line("notice_replied")["data"]
    assert data["unit"] == "自然资源局" and data["deadline"] == "2026-10-15"
    assert data["spans"] == {
        "measure": "分两批交地",
        "unit": "我局",
        "leader": "李卫东",
        "person": "孙涛",
        "deadline": "10月15号前",
    }


async def test_a_notice_keeps_to_whom_and_by_when(story: Story) -> None:
    await story.tell("张敏", "挂牌督办 水利局：城南污水厂尾水管线过河方案没批，10月9日前解决")
    data = story.lines("notice_issued")[-1]["data"]
    assert (data["unit"], data["solve_due"]) == ("水利局", "2026-10-09")
    assert data["spans"] == {"to": "水利局", "solve_due": "10月9日前"}


async def test_a_notice_keeps_the_day_that_was_asked_for(story: Story) -> None:
    assert "限哪天前解决" in await story.tell("张敏", "挂牌督办 水利局：城南污水厂尾水管线过河方案没批")
    await story.tell("张敏", "10月9号")
    data = story.lines("notice_issued")[-1]["data"]
    assert data["solve_due"] == "2026-10-09"
    assert data["spans"] == {"to": "水利局", "solve_due": "10月9号"}


async def test_leave_keeps_its_days_and_whose_it_is(story: Story) -> None:
    await story.tell("何军", "替何局请个假，10月8号到12号他去省里培训，10月调度会去不了")
    data = story.line("leave")["data"]
    assert (data["person"], data["first"], data["last"]) == ("何建业", "2026-10-08", "2026-10-12")
    assert data["spans"] == {"person": "何局", "first": "10月8号到12号", "last": "10月8号到12号"}


async def test_what_is_given_out_keeps_unit_person_and_day(story: Story) -> None:
    await story.tell("张敏", "交办自然资源局：213项目42亩地交付，责任人李卫东，10月15日前完成")
    data = story.line("decision")["data"]
    assert (data["unit"], data["person"], data["due"]) == ("自然资源局", "李卫东", "2026-10-15")
    assert data["spans"] == {"unit": "自然资源局", "person": "李卫东", "due": "10月15日前"}


async def test_what_the_ledger_filled_in_points_at_no_words(story: Story) -> None:
    assert "完成时限" in await story.tell("李红梅", "调度二院：围挡由住建局拆完")
    await story.tell("李红梅", "9月底前")
    data = story.line("decision")["data"]
    assert data["person"] and data["due"] == "2026-09-30"
    assert data["spans"] == {"unit": "住建局", "due": "9月底前"}
