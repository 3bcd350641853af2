"""What people in the field ask and tell in passing: a question writes nothing, and a receipt says all that was written.

On SQLite only: what is tested is how words are taken, not how they are stored.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.simulator.world import World

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("engine", ["sqlite"])]


async def say(world: World, who: str, text: str) -> str:
    await world.say(who, text)
    await world.settle()
    return world.heard(who)[-1]


def lines(world: World, kind: str) -> list[dict[str, Any]]:
    return [line for line in world.ledger() if line["kind"] == kind]


@pytest.mark.parametrize(
    "question", ["二院的问题", "二院有哪些问题没解决", "二院的问题有哪些", "二院还有几个问题没解决？", "二院问题清单"]
)
async def test_asking_for_the_problems_of_a_project_lists_them_and_files_none(world: World, question: str) -> None:
    await say(world, "李红梅", "二院缺电梯，厂家不发货")
    await say(world, "李红梅", "二院围挡被村民堵住了")
    answer = await say(world, "李红梅", question)
    assert "没销号的问题2个" in answer and "ISS-1" in answer and "ISS-2" in answer
    assert len(lines(world, "problem")) == 2
