"""What people say beside their reports: a notice pushed away and a meeting called in the office's own words."""

from __future__ import annotations

import pytest

from tests.scenarios.conversations.county import Story

pytestmark = pytest.mark.asyncio


async def test_a_notice_pushed_away_is_no_reply_and_stays_with_its_unit(story: Story) -> None:
    told = await story.tell("马国强", "DB-07这事不赖我们 找城关镇去")
    assert "没有记成DB-07的复函" in told and "自然资源局" in told and "9月21日前复函" in told
    assert story.lines() == []


async def test_a_meeting_is_called_in_the_offices_own_words(story: Story) -> None:
    told = await story.tell("张敏", "请通知卫健委、住建局：9月23日下午3点半在五楼会议室召开审图协调会")
    assert "已通知HY-1 审图协调会" in told and "15:30" in told and "2人" in told
    for head in ("许静", "杜明"):
        assert any("审图协调会" in text for text in story.world.heard(head))
