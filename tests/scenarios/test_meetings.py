"""One month's meeting from the collection notice to the bulletin, on both engines; the office's commands."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.simulator import sample_county
from bot.simulator.world import PACK, World
from tests.clauses.meeting_stories import CALL, TOPIC, at, entries, press, say, told

pytestmark = pytest.mark.asyncio
ROOT = Path(__file__).parents[2]


async def test_a_months_meeting_from_the_collection_notice_to_the_bulletin(world: World) -> None:
    await world.at(at("2026-09-20", "08:40"))
    await press(world, "张敏", "发出")
    await say(world, ("刘洋", TOPIC), ("王振东", "同意"))
    await press(world, "张敏", "列入")
    await world.at(at("2026-10-08", "08:40"))
    await press(world, "张敏", "报召集人")
    await say(world, ("高远", "改到10月9日9点"))
    await say(world, ("张敏", CALL))
    await press(world, "程蕾", "发参会通知")
    await press(world, "杜明", "收到")
    await say(world, ("张敏", "何建业10月例会请假，去省里开会"))
    await press(world, "何建业", "确认请假")
    await press(world, "高远", "准")
    await world.at(at("2026-10-09", "08:05"))
    assert told(world, "方正", "会议提醒") and not told(world, "何建业", "会议提醒")
    await world.at(at("2026-10-09", "15:00"))
    await say(world, ("张敏", "10月例会到会情况：全到"))
    await say(world, ("张敏", "议定：城南污水厂过河方案由水利局牵头，方正负责，10月20日前完成"))
    await say(world, ("张敏", "10月例会通报报审"))
    await press(world, "高远", "同意")
    assert "第1期已下发，1项" in await say(world, ("张敏", "下发10月例会通报"))
    assert "未办结：JB-1 水利局" in await say(world, ("张敏", "11月例会议程"))
    paid = [duty for line in world.ledger() for duty in line["data"].get("discharges", [])]
    assert paid == ["pl.collection", "pl.meeting", "pl.bulletin"]
    assert [line["data"]["state"] for line in entries(world, "leave")] == ["待本人确认", "待批", "准"]


def duban(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line as its users do."""
    environment = {**os.environ, "DUBAN_HOME": str(home)}
    command = [sys.executable, "-m", "bot", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """An installation with the sample county, and no service running."""
    assert duban(tmp_path, "init", "--mechanism", str(PACK)).returncode == 0
    sample_county.write_sample(tmp_path / "county.xlsx")
    assert duban(tmp_path, "import", str(tmp_path / "county.xlsx")).returncode == 0
    return tmp_path


async def test_the_office_runs_meetings_by_command_and_deeds_of_others_need_their_names(office: Path) -> None:
    called = duban(
        office,
        "meeting",
        "call",
        "--name",
        "防汛会",
        "--at",
        "2099-05-08 09:00",
        "--place",
        "三楼",
        "--attend",
        "住建局",
    )
    assert (called.returncode, called.stdout) == (0, "已通知1人：防汛会，2099-05-08 09:00，三楼\n")
    assert "HY-1 防汛会" in duban(office, "meeting", "list").stdout
    assert duban(office, "meeting", "move", "HY-1", "--at", "2099-05-11 09:00").returncode == 0
    assert "等杜明本人确认" in duban(office, "meeting", "leave", "HY-1", "--person", "杜明", "--reason", "出差").stdout
    refused = duban(office, "meeting", "invite", "HY-1")
    assert refused.returncode == 1 and "由县政府办公室、" not in refused.stderr and "办理" in refused.stderr
    assert "杜明" in duban(office, "meeting", "roster", "HY-1").stdout
    assert duban(office, "meeting", "cancel", "HY-1", "--reason", "改期").stdout == "已取消\n"
    members = duban(office, "meeting", "members", "--add", "水利局")
    assert members.stdout.splitlines()[-1] == "水利局"
    assert (
        duban(office, "meeting", "call", "--name", "会", "--at", "昨天", "--place", "三楼", "--regular").returncode == 2
    )
