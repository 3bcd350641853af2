"""Orders, corrections and questions as leaders and liaisons give them in passing, with what the ledger holds after."""

from __future__ import annotations

import pytest

from tests.scenarios.conversations.county import Story

pytestmark = pytest.mark.asyncio


async def test_two_orders_of_one_message_are_two_problems_each_with_its_day(story: Story) -> None:
    told = await story.tell("李红梅", "二院我去了，交代两件：外电源月底前接进来；围挡9月28号前刷一遍。都是赵静盯")
    assert sorted(line["kind"] for line in story.lines()) == ["problem", "problem", "visit"]
    dues = {line["data"]["matter"]: line["data"]["due"] for line in story.lines() if line["kind"] == "problem"}
    assert dues == {"外电源月底前接进来": "2026-09-30", "围挡9月28号前刷一遍": "2026-09-28"}
    assert "ISS-34" in told and "ISS-35" in told
    (heard,) = story.world.heard("赵静")  # once for both
    assert "外电源月底前接进来" in heard and "围挡9月28号前刷一遍" in heard


async def test_a_quantity_corrected_in_words_changes_the_problem_and_what_is_lacking(story: Story) -> None:
    assert "缺土地28亩" in await story.tell("吴磊", "恒瑞冷链差28亩用地指标没落实，卡住了")
    assert "缺土地38亩" in await story.tell("吴磊", "28亩说错了 是38亩")
    gap = await story.tell("张敏", "缺地的项目")
    assert "缺地的项目1个，合计38亩" in gap
    assert "恒瑞冷链差38亩" in await story.tell("张敏", "问题清单")


async def test_what_is_lacking_goes_to_the_department_that_was_meant(story: Story) -> None:
    await story.tell("秦勇", "纺织园一期变压器没装，责任单位住建局")
    told = await story.tell("秦勇", "说错了 不是住建局的事 该供电公司办")
    assert "改由供电公司解决" in told
    assert any("请供电公司落实" in text for text in story.world.heard("邵刚"))
    assert not any("水电气" in text for text in story.world.heard("杜明"))


async def test_a_leader_who_wants_somebody_urged_is_passed_on_to_the_office(story: Story) -> None:
    told = await story.tell("李红梅", "二院审图催催住建 别推来推去 25号是死线")
    assert "已转重点办" in told
    assert any(
        "李红梅请催《县第二人民医院迁建》" in text and "25号是死线" in text for text in story.world.heard("张敏")
    )
    assert not any("催" in text for text in story.world.heard("杜明"))


async def test_a_meeting_written_as_a_notice_is_called_for_those_it_names(story: Story) -> None:
    words = "9月22日下午3点在县政府三楼会议室召开项目调度会，请各责任单位主要负责人参加"
    assert "项目调度会" not in await story.tell("冯涛", words)  # not his to call
    held = "9月16日下午3点在项目部召开协调会，村里也参加"
    assert "会议" not in await story.tell("冯涛", f"高标田 {held}")  # told, not called
    told = await story.tell("程蕾", f"通知：{words}")
    assert "项目调度会" in told and "15:00" in told and "县政府三楼会议室" in told
    for head in ("秦勇", "许静", "杜明", "田志强"):
        assert any("项目调度会" in text for text in story.world.heard(head))
    for other in ("方正", "罗斌"):  # units that answer for no project
        assert not any("项目调度会" in text for text in story.world.heard(other))


async def test_a_question_is_answered_for_what_its_words_are_parts_of(story: Story) -> None:
    assert "杜明" in await story.tell("郑涛", "污水提标那个项目归哪家牵头 一把手叫啥")
    both = await story.tell("林正阳", "咱县污水项目投了多少")
    assert "城北污水处理厂提标改造" in both and "城南污水处理厂" in both
    assert "建设单位责任人" in await story.tell("何军", "范志远在咱213上是个啥角色")
    assert story.lines() == []


async def test_the_day_of_an_observation_is_told_once_it_is_settled(story: Story) -> None:
    assert "观摩的日子还没有定" in await story.tell("罗斌", "10月份观摩定哪天了 我好排车")
    await story.tell("张敏", "拟定观摩方案：10月8日9点，纺织园一期、二院、213")
    await story.tell("张敏", "观摩方案报批")
    assert "还没有定" in await story.tell("罗斌", "10月份观摩定哪天了")
    await story.tell("高远", "同意")
    assert "10月8日" in await story.tell("罗斌", "10月份观摩定哪天了")


async def test_small_talk_in_words_no_rule_knows_is_answered_kindly(story: Story) -> None:
    assert "没看明白" not in await story.tell("张敏", "早啊 今儿天可不赖")
    assert "没看明白" not in await story.tell("邵刚", "你这机器人回得还怪快嘞")
    assert story.lines() == []


async def test_nobody_is_ranked(story: Story) -> None:
    told = await story.tell("林正阳", "把各位分包领导跑现场的次数排个名次发到群里")
    assert "不排名次" in told and story.lines() == []


async def test_a_whispered_clue_reaches_the_inspector_alone(story: Story) -> None:
    await story.tell("冯涛", "悄悄说个事，镇上有人找高标田的施工队要烟要酒才肯给协调")
    assert all("要烟要酒" not in line["text"] for line in story.world.ledger())
    assert not any("要烟要酒" in text for text in story.world.heard("张敏"))
