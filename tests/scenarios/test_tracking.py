"""A task, a problem and an inspection from beginning to end, on both databases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from bot.simulator.world import World
from models.calendar import SHANGHAI
from models.indicators import indicators
from models.ledger import Ledger
from models.problem import Problem, find_problem, next_problem_number, open_problems

pytestmark = pytest.mark.asyncio


async def say(world: World, who: str, text: str) -> str:
    await world.say(who, text)
    await world.settle()
    return world.heard(who)[-1]


def lines(world: World, kind: str) -> list[dict[str, Any]]:
    return [line for line in world.ledger() if line["kind"] == kind]


async def test_a_matter_goes_up_comes_back_as_a_task_and_is_inspected(world: World) -> None:
    await say(world, "张敏", "交办交通局：213路基贯通方案上报，责任人何军，9月18日前完成")
    await say(world, "何军", "JB-1申请延期到9月30日：专家评审没排上")
    await world.press("张敏", "不准")
    await world.settle()
    await say(world, "何军", "提请JB-1：专家评审排不上。建议：由县政府办请省厅9月25日前组织评审")
    await say(world, "高远", "同意TQ-1")
    assert "等上级" in await say(world, "何军", "交办清单")
    await say(world, "林正阳", "批示TQ-1 同意，由住建局9月28日前落实评审场地")
    assert [line["data"]["task"] for line in lines(world, "decision")] == ["JB-1", "JB-2"]

    await world.at(datetime(2026, 9, 29, 8, 40, tzinfo=SHANGHAI))
    assert any("超1个工作日" in text for text in world.heard("刘洋") if "JB-2" in text)
    await say(world, "郑涛", "督查方案：213，9月29日")
    await say(world, "郑涛", "DD-1结论 213交办：评审场地未落实，依据JB-2")
    assert "第1期" in await say(world, "郑涛", "印发DD-1")
    await say(world, "刘洋", "异议DD-1.1：场地9月29日已定，函已发")
    assert "异议" in await say(world, "郑涛", "DD-1专报")
    listed = await say(world, "郑涛", "未按时清单")
    assert "调度任务未按时落实" in listed and "JB-" in listed


async def test_each_problem_is_read_by_its_newest_step_however_many_there_are(world: World) -> None:
    await say(world, "刘洋", "城北污水厂那路叫村民堵住了，拉设备的车进不去")
    for number in range(12):
        await say(world, "陈浩", f"纺织园一期第{number}批设备没到货，缺件{number}套")
    await say(world, "刘洋", "ISS-1申请销号：路已通")
    await say(world, "张敏", "销号ISS-1")

    def standing(ledger: Ledger) -> tuple[list[str], Problem | None, str]:
        numbers = [problem.number for problem in open_problems(ledger)]
        return numbers, find_problem(ledger, "iss1"), next_problem_number(ledger)

    numbers, closed, following = await world.office(standing)
    assert "ISS-1" not in numbers and len(set(numbers)) == len(numbers)
    assert closed is not None and closed.state.value == "closed"
    told = {line["data"]["problem"] for line in lines(world, "problem")}
    assert following == f"ISS-{len(told) + 1}"


async def test_the_newest_standing_figure_makes_the_rate(world: World) -> None:
    await say(world, "陈浩", "纺织园一期9月完成投资2300万，累计18500万，形象进度82%")
    await say(world, "陈浩", "记错了")
    await say(world, "陈浩", "纺织园一期9月完成投资2100万，累计18300万，形象进度81%")
    invested = (await world.office(indicators))[2]
    assert invested.done == 18300
    assert invested.sources == (lines(world, "progress")[-1]["seq"],)
