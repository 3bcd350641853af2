"""Exactly once: however a conversation is shuffled, repeated or interrupted, the ledger is the same."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from bot.clock import Clock
from bot.simulator import sample_county
from bot.simulator.serving import serve
from bot.simulator.stage import Stage
from bot.simulator.wecom import WeComSimulator
from bot.simulator.world import AGENT_ID, CORP_ID, PACK, World
from tests.counties import open_world

TOKEN, AES_KEY = "tokentoken", "a" * 43
PHOTOS = [b"\xff\xd8\xff\xe0" + bytes([number]) * 300 for number in range(3)]


def facts(world: World) -> list[tuple[Any, ...]]:
    """Return what the ledger holds, without what may differ: numbers, times, hashes, channels' ids."""
    lines = world.ledger()
    visits = {line["seq"]: line["text"] for line in lines if line["kind"] == "visit"}
    found = []
    for line in lines:
        data = {key: value for key, value in line["data"].items() if key not in ("sent", "visit", "problem")}
        shas = sorted(item["sha256"] for item in line["attachments"])
        found.append(
            (
                line["kind"],
                line["project"],
                line["person"],
                line["text"],
                str(sorted(data)),
                shas,
                visits.get(line["data"].get("visit")),
            )
        )
    return sorted(found, key=str)


async def play(home: Path, order: list[int]) -> list[tuple[Any, ...]]:
    async with open_world(home, actors=sample_county.actors()) as world:
        zhou, zhao = world.actor("周建国").user_id, world.actor("赵静").user_id
        shelf = [world.wecom.corp.media.put(photo, "p.jpg", "image") for photo in PHOTOS]
        start = int(world.clock.now().timestamp())
        recorded = [
            world.wecom.build(zhou, "image", MediaId=shelf[0], PicUrl="")[0],
            world.wecom.build(zhou, "text", Content="我在纺织园一期现场，钢结构起来八成了")[0],
            world.wecom.build(zhou, "image", MediaId=shelf[1], PicUrl="")[0],
            world.wecom.build(zhao, "text", Content="二院 9月完成投资1200万，累计1.02亿，形象进度60%")[0],
            world.wecom.build(zhao, "text", Content="二院手术楼审图卡住了，一直没出来")[0],
        ]
        recorded = [retime(plain, start + number) for number, plain in enumerate(recorded)]
        for number in order:
            await world.wecom.deliver(recorded[number])
        await world.settle()
        return facts(world)


def retime(plain: str, at: int) -> str:
    head, _, tail = plain.partition("<CreateTime>")
    return f"{head}<CreateTime>{at}<{tail.partition('<')[2]}"


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    order=st.permutations(range(5)).flatmap(
        lambda base: st.lists(st.sampled_from(range(5)), max_size=6).map(lambda extra: list(base) + extra)
    )
)
def test_shuffled_and_repeated_deliveries_leave_the_same_ledger(
    order: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    straight = asyncio.run(play(tmp_path_factory.mktemp("straight"), list(range(5))))
    shuffled = asyncio.run(play(tmp_path_factory.mktemp("shuffled"), order))
    assert shuffled == straight
    assert len([fact for fact in straight if fact[0] == "visit"]) == 1


# --- killed -----------------------------------------------------------------------------------------------


class Installation:
    """`duban serve` as a process of its own that may be killed."""

    def __init__(self, home: Path, port: int, api_base: str, simulator: WeComSimulator) -> None:
        self.port = port
        self.home = home
        corp = simulator.corp
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")},
            "DUBAN_HOME": str(home),
            "DUBAN_PORT": str(port),
            "DUBAN_WECOM__CORP_ID": CORP_ID,
            "DUBAN_WECOM__AGENT_ID": str(AGENT_ID),
            "DUBAN_WECOM__SECRET": corp.secret,
            "DUBAN_WECOM__TOKEN": TOKEN,
            "DUBAN_WECOM__ENCODING_AES_KEY": AES_KEY,
            "DUBAN_WECOM__API_BASE": api_base,
        }

    def run(self, *arguments: str) -> None:
        subprocess.run(self._command(*arguments), env=self.environment, check=True, capture_output=True, timeout=60)

    @contextmanager
    def serving(self) -> Iterator[subprocess.Popen[bytes]]:
        process = subprocess.Popen(
            self._command("serve"),
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    async def ready(self) -> None:
        async with httpx2.AsyncClient(trust_env=False) as client:
            for _ in range(400):
                try:
                    await client.get(f"http://127.0.0.1:{self.port}/healthz")
                    return
                except httpx2.HTTPError:
                    await asyncio.sleep(0.05)
        raise TimeoutError("duban serve did not come up")

    def count(self, query: str) -> int:
        engine = create_engine(f"sqlite:///{self.home / 'duban.db'}")
        with engine.connect() as connection:
            found = int(connection.execute(text(query)).scalar() or 0)
        engine.dispose()
        return found

    def _command(self, *arguments: str) -> list[str]:
        return [str(Path(sys.executable).with_name("duban")), *arguments]


@pytest.mark.asyncio
@pytest.mark.timeout(180)
async def test_killed_at_any_moment_nothing_accepted_is_lost_and_nothing_is_done_twice(tmp_path: Path) -> None:
    clock = Clock()
    stage = Stage(sample_county.actors(), clock.now)
    simulator = WeComSimulator(
        stage,
        corp_id=CORP_ID,
        agent_id=AGENT_ID,
        secret="s" * 32,
        token=TOKEN,
        encoding_aes_key=AES_KEY,
        callback_url="",
        tries=1,
    )
    dice = random.Random(20260917)
    users = [actor.user_id for actor in stage.everybody if actor.name in ("周建国", "高远", "孙立新", "林正阳")]
    accepted: list[str] = []
    async with serve(simulator.app) as api_base:
        port = free_port()
        installation = Installation(tmp_path, port, api_base, simulator)
        workbook = tmp_path / "county.xlsx"
        sample_county.write_sample(workbook)
        installation.run("init", "--mechanism", str(PACK))
        installation.run("import", str(workbook))
        simulator.callback_url = f"http://127.0.0.1:{port}/callbacks/wecom"
        number = 0
        for _ in range(4):
            with installation.serving() as process:
                await installation.ready()
                until = time.monotonic() + dice.uniform(1.5, 4.0)
                while time.monotonic() < until:
                    number += 1
                    words = f"二院第{number}号楼外墙完成六成"
                    delivery = await simulator.say(dice.choice(users), words)
                    if delivery.accepted:
                        accepted.append(words)
                        if dice.random() < 0.2:
                            await simulator.redeliver(delivery)
                os.killpg(process.pid, signal.SIGKILL)
        with installation.serving() as process:
            await installation.ready()
            for _ in range(400):
                if installation.count("SELECT count(*) FROM incoming WHERE state = 'new'") == 0:
                    break
                await asyncio.sleep(0.2)
            process.terminate()
            await asyncio.to_thread(process.wait, 20)
    await simulator.aclose()
    assert len(accepted) > 20
    assert installation.count("SELECT count(*) FROM entries WHERE kind = 'progress'") == len(accepted)
    assert installation.count("SELECT count(DISTINCT text) FROM entries WHERE kind = 'progress'") == len(accepted)
    seen = sum(1 for user in users for bubble in stage.phones[user].bubbles if not bubble.mine)
    sent = installation.count("SELECT count(*) FROM outgoing WHERE state = 'sent'")
    begun = installation.count("SELECT count(*) FROM outgoing WHERE state != 'sent' AND words IS NOT NULL")
    assert 0 < sent <= seen <= sent + begun
    installation.run("ledger", "verify")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
