"""Bad input gets a clear answer and costs nothing else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import func, select

from bot.simulator.wecom import Sealed
from bot.simulator.world import World
from models.trays import Incoming

pytestmark = pytest.mark.asyncio


def stored(world: World) -> int:
    return world.service.database.read(lambda session: session.scalar(select(func.count(Incoming.id))) or 0)


def good(world: World) -> Sealed:
    plain, _ = world.wecom.build(world.actor("周建国").user_id, "text", Content="我的项目")
    return world.wecom.seal(plain)


async def test_the_urls_verification_is_answered_to_the_byte_within_a_second(world: World) -> None:
    check = await world.wecom.verify_url()
    assert check.ok, check.reason
    assert check.seconds < 1


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_forged_stale_and_malformed_callbacks_are_refused_and_leave_nothing(world: World) -> None:
    url = f"{world.bot_url}/callbacks/wecom"
    sealed = good(world)
    plain, _ = world.wecom.build(world.actor("周建国").user_id, "text", Content="我的项目")
    old = world.wecom.seal(plain, at=world.clock.now() - timedelta(minutes=20))
    future = world.wecom.seal(plain, at=world.clock.now() + timedelta(minutes=20))
    flipped = {**sealed.params, "msg_signature": sealed.params["msg_signature"][::-1]}
    cases = [
        (flipped, sealed.body, 403),
        (old.params, old.body, 403),
        (future.params, future.body, 403),
        ({}, sealed.body, 400),
        (sealed.params, b"<xml><nothing/></xml>", 400),
        (sealed.params, b"not xml at all", 400),
        (sealed.params, b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>', 400),
        (sealed.params, sealed.body[:-40] + b" " * 2_000_000, 413),
        (sealed.params, b"", 400),
    ]
    async with httpx2.AsyncClient(trust_env=False) as client:
        for params, body, status in cases:
            answer = await client.post(url, params=params, content=body)
            assert answer.status_code in (status, 403 if status == 400 else status), (body[:60], answer.status_code)
        assert stored(world) == 0
        assert (await client.post(url, params=sealed.params, content=sealed.body)).status_code == 200
        assert (await client.delete(url)).status_code == 405
    assert stored(world) == 1


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_handler_that_fails_keeps_the_message_and_tells_both_sides(world: World) -> None:
    plain, _ = world.wecom.build(world.actor("周建国").user_id, "text", Content="我的项目")
    await world.wecom.post(world.wecom.seal(plain))

    def spoil(session: object) -> None:
        assert hasattr(session, "scalars")
        row = session.scalars(select(Incoming)).one()
        row.message = {"platform": "wecom"}

    await world.service.database.in_write(spoil)
    for _ in range(8):
        await world.settle()
        world.clock.advance(timedelta(minutes=2))
    state = world.service.database.read(lambda session: session.scalars(select(Incoming.state)).one())
    assert state == "dead"
    assert any("没办成" in text for text in world.heard("周建国"))
    assert len([text for text in world.heard("张敏") if "没能处理" in text]) == 1


def duban(home: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    env.update({"DUBAN_HOME": str(home), **environment})
    program = Path(sys.executable).with_name("duban")
    return subprocess.run(
        [str(program), *arguments], check=False, env=env, cwd=home, capture_output=True, text=True, timeout=60
    )


async def test_a_mechanism_file_is_checked_before_anything_is_made(tmp_path: Path) -> None:
    """Every fault at once, the ban it breaks among them; a good one tells how its open questions are settled."""
    (tmp_path / "ours.yaml").write_text("id: ours\ntitle: 试行\nranking: true\n", encoding="utf-8")
    refused = duban(tmp_path, "mechanism", "check", "ours.yaml")
    assert refused.returncode == 1
    assert "ranking" in refused.stderr and "禁令二" in refused.stderr and "source: 缺少此项" in refused.stderr
    assert "Traceback" not in refused.stderr
    taken = duban(tmp_path, "mechanism", "check", "dancheng")
    assert taken.returncode == 0
    assert "郸城县" in taken.stdout
    assert "A6 “25日前”遇放假：按字面，当日24时前，提醒另提前　（conflicts.fixed_day）" in taken.stdout
    assert json.loads(duban(tmp_path, "mechanism", "schema").stdout)["title"] == "Mechanism"
    assert not (tmp_path / "duban.db").exists()


async def test_a_wrong_arrangement_of_holidays_changes_nothing(tmp_path: Path) -> None:
    assert duban(tmp_path, "init", "--mechanism", "zhangzi").returncode == 0
    (tmp_path / "2027.yaml").write_text("year: 2027\nrest:\n  元旦: 2027-13-01\nwork: {}\n", encoding="utf-8")
    refused = duban(tmp_path, "holidays", "load", "2027.yaml")
    assert refused.returncode == 1
    assert "rest.元旦" in refused.stderr and "没有写元旦、春节" in refused.stderr
    (tmp_path / "gbk.yaml").write_bytes("year: 2027\nsource: 国办".encode("gbk"))
    refused = duban(tmp_path, "holidays", "load", "gbk.yaml")
    assert (refused.returncode, refused.stderr) == (1, "gbk.yaml：不是UTF-8编码，请另存为UTF-8再录入\n")
    assert "没有另外录入" in duban(tmp_path, "holidays", "list").stdout
    assert duban(tmp_path, "holidays", "rest", "2030-10-28", "县庆").returncode == 0
    assert "2030-10-28 县庆（本县）" in duban(tmp_path, "holidays", "list").stdout


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DUBAN_PORT", "eighty"),
        ("DUBAN_DATABASE_URL", "mysql://x"),
        ("DUBAN_WECOM__CORP_ID", "ww1"),
        ("DUBAN_DINGTALK__MODE", "carrier-pigeon"),
        ("DUBAN_MEDIA_URL", "s3://bucket"),
        ("DUBAN_PUBLIC_URL", "duban.example.gov.cn"),
        ("DUBAN_PUBLIC_URL", "https://["),
        ("DUBAN_WECOM__API_BASE", "qyapi.weixin.qq.com"),
        ("DUBAN_READER__URL", "https://models.example/v1"),
        ("DUBAN_READER__URL", "models.example"),
        ("DUBAN_READER__TIMEOUT_SECONDS", "60"),
    ],
)
async def test_a_wrong_setting_stops_the_start_with_one_line_that_names_it(
    tmp_path: Path, name: str, value: str
) -> None:
    result = duban(tmp_path, "serve", **{name: value})
    assert result.returncode == 1
    assert len(result.stderr.strip().splitlines()) == 1
    assert name.rsplit("__", 1)[0] in result.stderr
    assert result.stdout == ""


async def test_the_command_line_says_what_is_wrong_in_one_line(tmp_path: Path) -> None:
    assert duban(tmp_path, "serve").returncode == 1
    assert "duban init" in duban(tmp_path, "serve").stderr
    assert duban(tmp_path, "init").returncode == 1
    assert duban(tmp_path, "nonsense").returncode == 2
    assert duban(tmp_path, "init", "--mechanism", "zhangzi").returncode == 0
    assert duban(tmp_path, "init").returncode == 0
    unknown = duban(tmp_path, "notice", "issue", "--project", "P99", "--matter", "事", "--to", "谁")
    assert unknown.returncode == 1
    assert len(unknown.stderr.strip().splitlines()) == 1
