"""What was told wrong is put right in words: only that, only what the words speak of, and nothing by guessing."""

from __future__ import annotations

import pytest

from tests.clauses.stories import at
from tests.scenarios.conversations.county import Story

pytestmark = pytest.mark.asyncio


async def test_another_day_for_a_problem_told_just_now(story: Story) -> None:
    await story.tell("吴磊", "恒瑞那30亩指标没落实，9月25日前得解决")
    told = await story.tell("吴磊", "恒瑞指标那个期限报错了，应该是9月30日")
    assert "9月30日" in told and "9月25日" not in told
    open_now = await story.tell("吴磊", "问题清单")
    assert "问题1个" in open_now
    dues = [line["data"]["due"] for line in story.lines("problem")]
    assert dues == ["2026-09-25", "2026-09-30"]


async def test_what_is_put_right_leaves_the_rest_of_its_message_as_it_was(story: Story) -> None:
    await story.tell("李红梅", "二院我去了，交代两件：外电源月底前接进来；围挡9月28号前刷一遍。都是赵静盯")
    await story.tell("李红梅", "围挡那个期限说错了，应该是9月29日")
    told = await story.tell("张敏", "问题清单")
    assert "外电源月底前接进来" in told and "围挡9月29日前刷一遍" in told and "围挡9月28号" not in told
    assert len(story.lines("visit")) == 1
    await story.tell("吴磊", "恒瑞地块我来了 围挡圈好了 还差28亩用地指标没落实")
    before = [line["kind"] for line in story.lines("visit", "progress")]
    await story.tell("吴磊", "28亩说错了 是38亩")
    assert [line["kind"] for line in story.lines("visit", "progress")] == before
    assert "合计38亩" in await story.tell("张敏", "缺地的项目")


async def test_a_deadline_is_put_right_where_the_words_speak_of_the_earlier_order(story: Story) -> None:
    await story.tell("李红梅", "二院我去了，交代两件：外电源月底前接进来；围挡9月28号前刷一遍。都是赵静盯")
    await story.tell("李红梅", "外电源那个期限说错了，应该是9月27日")
    told = await story.tell("张敏", "问题清单")
    assert "外电源9月27日前接进来" in told and "围挡9月28号前刷一遍" in told


async def test_of_two_orders_neither_is_changed_by_guessing(story: Story) -> None:
    await story.tell("李红梅", "二院我去了，交代两件：外电源月底前接进来；围挡9月28号前刷一遍。都是赵静盯")
    before = story.lines()
    told = await story.tell("李红梅", "期限说错了，应该是9月29日")
    assert "外电源月底前接进来" in told and "围挡9月28号前刷一遍" in told and "哪一件" in told
    assert story.lines() == before


async def test_only_the_project_that_was_not_meant_is_moved(story: Story) -> None:
    await story.tell("陈浩", "纺织园一期北门路面铺完了，纺织园二期桩基验收通过了")
    assert [line["project"] for line in story.lines("progress")] == ["P01", "P02"]
    await story.tell("陈浩", "不是一期，是二期")
    over = {line["supersedes"] for line in story.lines()}
    standing = [(line["project"], line["text"]) for line in story.lines("progress") if line["seq"] not in over]
    assert [project for project, _ in standing] == ["P02", "P02"]
    assert "桩基" in standing[0][1] and "桩基" not in standing[1][1] and "路面" in standing[1][1]


async def test_which_of_two_projects_was_not_meant_is_not_guessed(story: Story) -> None:
    await story.tell("陈浩", "纺织园一期北门路面铺完了，纺织园二期桩基验收通过了")
    before = story.lines()
    told = await story.tell("陈浩", "项目说错了，是二期")
    assert "产业园一期" in told and "产业园二期" in told and "哪个不对" in told
    assert story.lines() == before


async def test_both_figures_are_put_right_in_one_breath(story: Story) -> None:
    await story.tell("何军", "213九月份投资1160万，累计9760万")
    told = await story.tell("何军", "1160改成1106 累计改9706")
    assert "本月完成1106万元，累计9706万元" in told


async def test_a_time_before_a_deadline_is_the_deadline(story: Story) -> None:
    await story.tell("吴磊", "恒瑞地块还有12亩没清表，10月20日前解决")
    assert "10月10日" in await story.tell("吴磊", "时间写错了 是10月10号前")
    assert [line["data"]["due"] for line in story.lines("problem")] == ["2026-10-20", "2026-10-10"]


async def test_a_reply_is_put_right_until_it_is_reviewed(story: Story) -> None:
    await story.tell("马国强", "DB-07回复：办法是分两批交地，我局牵头，分管领导李卫东，责任人孙涛，10月15号前交完")
    told = await story.tell("马国强", "复函里头责任人换一下别写孙涛了写韩雪")
    assert "责任人：韩雪" in told and "待审" in told
    first, second = story.lines("notice_replied")
    assert second["supersedes"] == first["seq"] and second["data"]["late_days"] == 0
    assert (second["data"]["person"], second["data"]["measure"]) == ("韩雪", "分两批交地")
    assert second["data"]["spans"]["person"] == "韩雪"
    old, new = [card for card in story.received("张敏") if card.title.startswith("复函待审")]
    assert ("责任人", "孙涛") in old.fields and ("责任人", "韩雪") in new.fields
    assert "没有要改的" in await story.tell("马国强", "DB-07复函责任人改成韩雪")
    await story.world.press("张敏", "通过", on=old)
    await story.world.settle()
    assert "后来改过" in story.world.heard("张敏")[-1]
    await story.press("张敏", "通过")
    assert "复函已通过" in story.world.heard("马国强")[-1]
    assert "不能再复函" in await story.tell("马国强", "DB-07复函责任人改成孙涛")
    assert len(story.lines("notice_replied")) == 2


async def test_a_reply_put_right_after_its_day_is_as_timely_as_it_was(story: Story) -> None:
    await story.tell("马国强", "DB-07回复：办法是分两批交地，我局牵头，分管领导李卫东，责任人孙涛，10月15号前交完")
    story.world.clock.set(at("2026-09-25", "10:00"))
    told = await story.tell("马国强", "DB-07复函责任人改成韩雪")
    assert "逾期" not in told and "迟" not in told
    assert story.lines("notice_replied")[-1]["data"]["late_days"] == 0


async def test_another_last_day_of_a_reply_leaves_the_steps_before_it(story: Story) -> None:
    five = "办法是先签占补协议分两批交地，我局牵头，分管领导李卫东，责任人孙涛"
    await story.tell("马国强", f"DB-07回复：{five}，9月28号前交第一批20亩，10月15号前全部交完")
    await story.tell("马国强", "DB-07回复 时限改成10月18号")
    data = story.lines("notice_replied")[-1]["data"]
    assert data["deadline"] == "2026-10-18"
    assert [step["date"] for step in data["milestones"]] == ["2026-09-28", "2026-10-18"]


async def test_a_deadline_changed_is_not_taken_for_who_is_to_supply(story: Story) -> None:
    assert "需要哪家解决" in await story.tell("冯涛", "高标田三号泵房没电，10月10日前得通")
    await story.tell("冯涛", "跟电业局又说了说，泵房那个期限改成10月20号")
    assert [line["data"]["due"] for line in story.lines("problem")] == ["2026-10-10", "2026-10-20"]
    assert not story.received("邵刚")


async def test_a_slip_of_the_tongue_is_moved(story: Story) -> None:
    await story.tell("周建国", "今天去了纺织园一期")
    told = await story.tell("周建国", "嘴瓢了 是二期不是一期")
    assert "产业园二期" in told
    assert [line["project"] for line in story.lines("visit")] == ["P01", "P02"]


async def test_a_day_put_right_with_an_aside(story: Story) -> None:
    await story.tell("王振东", "昨天到城南污水厂转了转")
    assert "9月15日" in await story.tell("王振东", "不是昨天，是前天去的，老了记不住")
    assert [line["data"]["occurred"] for line in story.lines("visit")] == ["2026-09-16", "2026-09-15"]
