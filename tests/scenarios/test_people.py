"""People who change, factors that lack, clues: the same on every engine the product runs on."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.simulator.world import World
from models import board, liaison, succession
from models.calendar import SHANGHAI

pytestmark = pytest.mark.asyncio


async def tell(world: World, who: str, text: str) -> str:
    await world.say(who, text)
    await world.settle()
    return world.heard(who)[-1]


async def test_a_hand_over_a_vacancy_a_stale_board_and_a_missing_liaison_are_told_alike(world: World) -> None:
    await world.say("张敏", "周建国调走，P01的分包领导换成孙立新，9月18日起")
    await world.settle()
    await world.press("张敏", "确认")
    await world.settle()
    await world.at(datetime(2026, 9, 18, 8, 40, tzinfo=SHANGHAI))

    assert any("由您任分包领导，接周建国" in text for text in world.heard("孙立新"))
    assert "无分包领导1个：高端纺织产业园二期" in await tell(world, "张敏", "我的待办")
    assert any("牌上周建国，台账孙立新" in text for text in world.heard("陈浩"))
    assert await world.office(succession.several_leaders) == (0, [])
    assert await world.office(lambda ledger: len(board.stale(ledger))) == 2
    assert await world.office(lambda ledger: len(liaison.vacancies(ledger))) == 6


async def test_a_need_is_summed_and_a_clue_is_blanked_alike(world: World) -> None:
    await tell(world, "吴磊", "恒瑞冷链那30亩指标到现在没落实，企业催得紧")
    await tell(world, "吴磊", "自然资源局，10月15日前")
    assert "合计30亩" in await tell(world, "张敏", "缺地的项目")
    assert "已记落实" in await tell(world, "马国强", "恒瑞30亩已落实")

    await tell(world, "吴磊", "匿名举报 恒瑞办手续有人索要两条烟")
    assert "两条烟" in await tell(world, "丁一凡", "线索")
    await world.tick()
    assert all("两条烟" not in line["text"] for line in world.ledger())


async def test_a_confirmation_of_yesterday_still_counts_and_a_cancelled_one_does_nothing(world: World) -> None:
    await tell(world, "张敏", "电业局就是供电公司")
    world.clock.set(datetime(2026, 9, 18, 9, 0, tzinfo=SHANGHAI))
    assert "已改" in await tell(world, "张敏", "是")
    assert "确认吗" in await tell(world, "张敏", "刘洋任召集人，今天起")
    assert "没有改" in await tell(world, "张敏", "取消")
