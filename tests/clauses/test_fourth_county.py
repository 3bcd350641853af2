"""A county that is none of the three, from a YAML file alone: its own dates, names, numbers, budget and clocks."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from bot.simulator import sample_county
from bot.simulator.world import World
from models.calendar import SHANGHAI, WorkCalendar
from models.mechanism import load_mechanism
from models.meeting_plan import meeting_plan
from tests.counties import open_world

PACK = Path(__file__).with_name("qingping.yaml")


def at(day: str, clock: str = "09:05") -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


async def talk(world: World, who: str, text: str) -> str:
    await world.say(who, text)
    await world.settle()
    return world.heard(who)[-1]


@pytest.mark.asyncio
async def test_the_file_alone_makes_a_county(tmp_path: Path) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism=PACK, start=at("2026-09-14")) as world:
        await world.dingtalk.gateway.connected(1)

        # 半月巡查按领导计：到一个项目就抵，9月上半月已过，下半月9月30日前
        receipt = await talk(world, "周建国", "我到了纺织园一期")
        assert "半月巡查" in receipt
        assert "已抵" in await talk(world, "周建国", "我的义务")

        # 9月15日是半月的最后一天，9月11日已提醒过的不再提；28日报月报，提前两个工作日和当天
        await world.at(at("2026-09-24", "08:55"))
        assert not [text for text in world.heard("赵静") if "工程月报" in text]
        await world.at(at("2026-09-24", "09:01"))
        (told,) = [text for text in world.heard("赵静") if "工程月报" in text]
        assert "9月28日" in told and "清政办〔2026〕9号 第2条" in told
        assert "原文：“每月28日前报送工程月报”" in await talk(world, "赵静", "凭啥催我")
        assert "已报" in await talk(world, "赵静", "报送二院9月月报：形象进度：外墙六成。需要协调：没有")
        await world.at(at("2026-09-28"))
        assert len([text for text in world.heard("赵静") if "请于9月28日" in text]) == 1

        # 督办：本县的文号、五个工作日、收到当日计入
        answer = await talk(world, "张敏", "挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决")
        assert "清督字〔2026〕1号" in answer
        signed = await talk(world, "马国强", "签收QD-001")
        assert "10月9日" in signed  # 9月28日签收计入：28、29、30、10月8日、9日
        assert "还差" in await talk(world, "马国强", "QD-001回复：办法是分两批交地")


def test_its_meetings_and_calendar_are_its_own() -> None:
    mechanism = load_mechanism(PACK)
    plan = meeting_plan(2026, 10, mechanism, WorkCalendar())
    assert (plan.day.isoformat(), plan.materials_due.isoformat()) == ("2026-10-13", "2026-10-10")


@pytest.mark.parametrize("words", ["清坪县", "A12"])
def test_the_check_of_the_file_tells_how_it_is_understood(words: str) -> None:
    command = [str(Path(sys.executable).with_name("duban")), "mechanism", "check", str(PACK)]
    checked = subprocess.run(command, capture_output=True, text=True, check=True)
    assert words in checked.stdout
