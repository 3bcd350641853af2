"""A report of figures that bad signal cut in two (★10, C03): it stands, and is checked, as if told at once."""

from __future__ import annotations

import pytest

from models.standing import standings
from tests.scenarios.conversations.county import Story
from tests.scenarios.conversations.test_shuffled import Sent, deliver

pytestmark = pytest.mark.asyncio
WHOLE = ("二院 9月完成投资1200万，累计1.02个亿，形象进度62%",)
HALVES = ("二院 9月完成投资1200万，", "累计1.02个亿，形象进度62%")


async def send(story: Story, *texts: str) -> None:
    """Deliver texts in this order; each was sent a second after the one it stands behind in HALVES."""
    for text in texts:
        at = HALVES.index(text) if text in HALVES else 0
        await deliver(story.world, Sent(30 + at, "赵静", text))
        await story.world.settle()


@pytest.mark.parametrize("texts", [WHOLE, HALVES, HALVES[::-1]], ids=["whole", "halves", "the second first"])
async def test_a_report_cut_in_two_is_the_same_report(story: Story, texts: tuple[str, ...]) -> None:
    await send(story, *texts)
    standing = await story.world.office(lambda ledger: standings(ledger.session, "P03")["P03"])
    assert [standing.value(name) for name in ("month", "total", "percent")] == [1200, 10200, 62]
    report = story.line("submission")["data"]
    told = {name: report["parts"][name] for name in ("本月完成投资", "累计完成投资", "形象进度")}
    assert told == {"本月完成投资": "1200万元", "累计完成投资": "10200万元", "形象进度": "62%"}
    assert report["state"] == "待同意" and report["version"] == 1
    assert sum("1200万元" in text for text in story.world.heard("李红梅")) == 1


async def test_a_figure_told_after_the_consent_does_not_void_it(story: Story) -> None:
    await send(story, *HALVES)
    await story.press("李红梅", "同意")
    await story.tell("赵静", "二院形象进度63%")
    assert [line["data"]["version"] for line in story.lines("submission")] == [1]
    assert len(story.lines("approval")) == 1


@pytest.mark.parametrize("first", [0, 1])
async def test_halves_that_do_not_add_up_are_asked_about(story: Story, first: int) -> None:
    halves = ("二院 9月完成投资1300万，", "二院累计1.02个亿，形象进度62%")
    await story.tell("赵静", halves[first])
    asked = await story.tell("赵静", halves[1 - first])
    assert "8月累计9000万，加1300万应为10300万，您报的是10200万，先没记" in asked
    assert story.buttons("赵静") == ["累计10300", "本月1200", "我改"]
    assert not story.lines("submission") and len(story.lines("progress")) == 1
    await story.press("赵静", "本月1200")
    standing = await story.world.office(lambda ledger: standings(ledger.session, "P03")["P03"])
    assert standing.value("month") == 1200
    assert story.line("submission")["data"]["parts"]["本月完成投资"] == "1200万元"
