"""Figures: C03, C04, C15, corrections in words, and 「1.85亿哪来的」 (★8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.simulator.world import World
from tests.clauses.proof import proves
from tests.scenarios.conversations.county import Story, in_the_field, is_receipt

pytestmark = pytest.mark.asyncio

P01, P03 = "高端纺织产业园一期", "县第二人民医院迁建"
REPORT = "纺织园一期 9月完成投资2300万，累计1.85个亿，主体封顶，形象进度82%"


def figures(line: dict[str, object]) -> tuple[object, ...]:
    data = line["data"]
    assert isinstance(data, dict)
    return tuple(data[key] for key in ("period", "month_amount", "total_amount", "percent"))


@pytest.mark.parametrize("words", ["城南污水厂9月完成投资315万，形象进度167%", "城南污水厂9月完成投资315万 进度167%"])
async def test_more_than_all_of_the_works_is_asked_about_whatever_else_is_told(story: Story, words: str) -> None:
    assert "167%超过100%，对吗" in await story.tell("刘洋", words)
    assert story.lines() == []


async def test_more_than_a_plan_is_not_asked_about(story: Story) -> None:
    await story.tell("刘洋", "城南污水厂9月完成投资315万，占月计划的105%，投资进度103%")
    assert story.line("progress")["data"]["month_amount"] == 315


@proves("C03")
@proves("C15")
async def test_c03_c15_a_months_report_waits_for_consent_and_its_correction_makes_a_version_that_waits_anew(
    story: Story, pinglan: World
) -> None:
    receipt = await story.tell("陈浩", REPORT)
    first = story.line("progress")
    assert first["project"] == "P01" and figures(first) == ("2026-09", 2300, 18500, 82)
    spans = {"period": "9月", "month_amount": "2300万", "total_amount": "1.85个亿", "percent": "82%"}
    assert first["data"]["spans"] == spans
    filed = story.line("submission")["data"]
    assert (filed["state"], filed["approver"], filed["period"], filed["version"]) == ("待同意", "周建国", "2026-09", 1)
    assert "discharges" not in filed
    is_receipt(receipt, P01)
    assert "待周建国同意" in receipt and "才算已报" in receipt
    (card,) = story.received("周建国")
    assert "18500万元" in card.text and [label for _, label in card.buttons] == ["同意", "退回"]
    in_the_field(card.text)
    assert "未报" in await story.tell("张敏", "谁没报") and P01 in pinglan.heard("张敏")[-1]

    assert "已报" in await story.press("周建国", "同意")
    assert story.line("approval")["data"]["discharges"] == ["pl.monthly-report"]
    pinglan.clock.advance(timedelta(minutes=10))
    asked = await story.tell("陈浩", "刚才报错了，累计是1.83亿不是1.85")
    assert "8月累计16200万，加本月2300万是18500万" in asked and "本月2100万吗" in asked
    in_the_field(asked)
    assert not story.lines("correction")  # the first version stands until it is answered
    assert "18500万元" in await story.tell("周建国", "纺织园一期啥情况")

    answer = await story.tell("陈浩", "是")
    second = story.line("correction")
    assert second["supersedes"] == first["seq"] and figures(second) == ("2026-09", 2100, 18300, 82)
    assert second["data"]["reason"] == "刚才报错了，累计是1.83亿不是1.85"
    assert second["data"]["spans"] == spans | {"month_amount": "本月2100", "total_amount": "1.83亿"}
    assert "原来的同意不算了" in answer and "待周建国同意" in answer
    is_receipt(answer, P01)
    again = story.lines("submission")[-1]["data"]
    assert (again["version"], again["state"]) == (2, "待同意")
    assert "18300万元" in pinglan.heard("周建国")[-1]
    assert story.buttons("周建国") == ["同意", "退回"]
    assert "18300万元" in await story.tell("周建国", "纺织园一期啥情况")


async def test_a_figure_brings_the_message_its_author_and_who_agreed(story: Story, pinglan: World) -> None:
    """★8, with the version after it; what the asker may not see is as if it were not there."""
    await story.tell("陈浩", REPORT)
    await story.tell("周建国", "同意")
    pinglan.clock.advance(timedelta(minutes=10))
    assert "形象进度70%" in await story.tell("陈浩", "不对，是70%")
    said = await story.tell("周建国", "1.85亿哪来的")
    assert f"《{P01}》9月累计18500万元" in said and "陈浩9月17日10:30（企业微信）" in said
    assert REPORT in said and "周建国9月17日10:30同意（项目进展月报第1版）" in said
    assert "更正前：形象进度82%" in await story.tell("周建国", "纺织园一期形象进度70%哪来的")
    assert "没有您能查看的这个数" in await story.tell("赵静", "1.85亿哪来的")


@pytest.mark.parametrize(
    ("answer", "figure"),
    [("累计10200", (1200, 10200)), ("按本月800", (800, 9800)), ("我改", None)],
)
@proves("C04")
async def test_c04_figures_that_do_not_add_up_are_asked_about_before_anything_is_written(
    story: Story, pinglan: World, answer: str, figure: tuple[int, int] | None
) -> None:
    asked = await story.tell("赵静", "二院这个月完成1200万 累计9800万")
    assert story.lines() == []
    assert f"《{P03}》8月累计9000万，加1200万应为10200万" in asked and "您看按哪个" in asked
    in_the_field(asked)
    assert story.buttons("赵静") == ["累计10200", "本月800", "我改"]
    pinglan.clock.advance(timedelta(hours=3))
    receipt = await story.tell("赵静", answer)
    if figure is None:
        assert story.lines() == []
        receipt = await story.tell("赵静", "二院9月完成1200万，累计1.02亿")
    data = story.line("progress")["data"]
    assert (data["month_amount"], data["total_amount"]) == (figure or (1200, 10200))
    is_receipt(receipt, P03)


async def test_corrections_in_words(story: Story, pinglan: World) -> None:
    """Each makes the next version of the line it corrects, and may be taken back."""
    await story.tell("何军", "213本月完成投资1000万，形象进度60%")
    assert "1200万元" in await story.tell("何军", "不是1000万是1200万")
    assert "形象进度70%" in await story.tell("何军", "不对，是70%")
    versions = story.lines("correction")
    assert [figures(line | {"data": {"total_amount": None, **line["data"]}})[1:4:2] for line in versions] == [
        (1200, 60),
        (1200, 70),
    ]
    assert [line["data"]["version"] for line in versions] == [2, 3]
    assert "恢复为：本月完成1200万元，形象进度60%" in await story.tell("何军", "记错了")
    await story.tell("陈浩", "纺织园二期 本月完成500万，累计3000万")
    assert "是本月的还是累计的" in await story.tell("陈浩", "更正一下，应该是600万")
    assert "累计600万元" in await story.tell("陈浩", "累计")
