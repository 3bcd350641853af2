"""What the rules and the learned second opinion see differently is asked about: nothing is written until the answer."""

from __future__ import annotations

import pytest

from tests.scenarios.conversations.county import Story, is_receipt

pytestmark = pytest.mark.asyncio

P03, P05, P08 = "县第二人民医院迁建", "S213平澜段改建", "2026年高标准农田"
UNPAID = "二院瓦工跑了十一个 说工钱压了俩月没给"


async def test_words_no_rule_knows_are_filed_as_what_they_are_said_to_be(story: Story) -> None:
    asked = await story.tell("冯涛", "高标田那几台泵跟纸糊的一样")
    assert f"《{P08}》" in asked and "记成" in asked and story.lines() == []
    is_receipt(await story.press("冯涛", "问题"), P08)
    (problem,) = story.lines("problem", "progress", "visit")
    assert (problem["kind"], problem["data"]["matter"]) == ("problem", "高标田那几台泵跟纸糊的一样")


async def test_the_category_of_a_problem_is_asked_where_two_fit(story: Story) -> None:
    asked = await story.tell("赵静", UNPAID)
    assert f"《{P03}》" in asked and "归哪一类" in asked and story.lines() == []
    assert {"要素保障/用工", "要素保障/资金"} <= set(story.buttons("赵静"))
    receipt = await story.tell("赵静", "要素保障/资金")
    assert f"《{P03}》" in receipt
    problem = story.line("problem")
    assert (problem["data"]["category"], problem["text"]) == ("要素保障/资金", UNPAID)


async def test_a_category_need_not_be_one_of_the_buttons_and_a_problem_need_not_be_noted(story: Story) -> None:
    await story.tell("赵静", UNPAID)
    await story.tell("赵静", "其他")
    assert story.line("problem")["data"]["category"] == "其他"


async def test_nothing_is_noted_where_the_sender_says_so(story: Story) -> None:
    await story.tell("赵静", UNPAID)
    assert "没有记" in await story.tell("赵静", "不用记")
    assert story.lines("problem") == []


async def test_a_message_sent_again_asks_nothing_more(story: Story) -> None:
    is_receipt(await story.tell("何军", "213路基今天压完最后一段 全线贯通"), P05)
    again = await story.tell("何军", "213路基今天压完最后一段 全线贯通")
    assert "不用重发" in again and len(story.lines("progress")) == 1


async def test_one_sort_is_noted_on_a_plain_yes(story: Story) -> None:
    asked = await story.tell("陈浩", "纺织园一期屋面板铺了三万一千平 二期基坑挖了四成 两边都不缺人")
    assert "要不要记问题" in asked and story.lines("problem") == []
    await story.tell("陈浩", "记吧")
    assert story.line("problem")["project"] == "P02"


async def test_a_charge_that_sounds_like_no_problem_is_asked_about(story: Story) -> None:
    asked = await story.tell("杜明", "城南这月投资额我叫刘洋明儿一早报，别催了哈")
    assert story.lines() == [] and "盯办" not in asked
    assert not any("盯办" in bubble.text for bubble in story.received("刘洋"))


async def test_a_question_with_a_sigh_behind_it_is_a_question(story: Story) -> None:
    told = await story.tell("李红梅", "二院封顶定的哪一天？做梦都在想这个")
    assert "12月15日" in told and story.lines() == []


async def test_who_names_a_project_that_is_not_his_hears_why_nothing_is_filed(story: Story) -> None:
    told = await story.tell("梁静", "发改这边说一声，纺织园二期专项债3000万今天到账了")
    assert "产业园二期》不在您负责的范围里" in told and "原话已留给" in told
    assert [line["data"]["state"] for line in story.lines()] == ["unplaced"]
