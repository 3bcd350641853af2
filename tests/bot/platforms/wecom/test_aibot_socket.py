"""The robot's long connection against a gateway that behaves like WeCom's: one at a time, nothing offered twice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute

from bot.platforms.base import Address, Channel, Outcome, Words
from bot.platforms.wecom.aibot import AibotSocket, Robot, socket
from bot.simulator.serving import serve
from bot.simulator.stage import Actor, Stage
from bot.simulator.wecom_aibot_gateway import Gateway
from bot.simulator.wecom_aibot_talk import Talk
from models.message import Inbound

pytestmark = pytest.mark.asyncio
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LI = Actor("li", "李主任", "", "wecom", "LiZhuren")


@dataclass
class FreeLease:
    """A lease that is held while `free`."""

    every: float = 0.02
    free: bool = True

    async def hold(self) -> bool:
        return self.free

    async def release(self) -> None:
        self.free = True


@dataclass
class Bench:
    gateway: Gateway
    url: str
    stage: Stage
    heard: list[Inbound] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    failures: int = 0

    async def store(self, inbound: Inbound, raw: str) -> None:
        if self.failures:
            self.failures -= 1
            raise OSError("the disk is full")
        self.heard.append(inbound)

    def client(self, lease: FreeLease | None = None, key: str = "right", ping: float = 5.0) -> AibotSocket:
        return AibotSocket(
            "bot1",
            key,
            url=self.url,
            on_message=self.store,
            on_trouble=self.troubles.append,
            lease=lease or FreeLease(),
            now=lambda: NOW,
            ping_every=ping,
            backoff=(0.02, 0.05),
            kicked_rest=0.2,
        )

    async def say(self, text: str) -> None:
        message = {
            "msgid": text.encode().hex(),
            "aibotid": "bot1",
            "chattype": "single",
            "from": {"userid": "LiZhuren"},
        }
        await self.gateway.push(message | {"msgtype": "text", "text": {"content": text}})


@asynccontextmanager
async def bench() -> AsyncIterator[Bench]:
    stage = Stage([LI], lambda: NOW)
    gateway = Gateway("bot1", "right", Talk(stage))
    async with serve(Starlette(routes=[WebSocketRoute("/ws", gateway.connect)])) as url:
        yield Bench(gateway, f"ws{url.removeprefix('http')}/ws", stage)


@asynccontextmanager
async def running(client: AibotSocket) -> AsyncIterator[None]:
    task = asyncio.create_task(client.run())
    try:
        yield
    finally:
        await client.stop()
        await asyncio.wait_for(task, 5)


async def until(true: Callable[[], object], within: float = 5.0) -> None:
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


async def test_messages_are_stored_in_order_and_answered_over_the_same_line() -> None:
    async with bench() as here:
        client = here.client(ping=0.02)
        robot = Robot(api_base="https://x", now=lambda: NOW, socket=client)
        async with running(client):
            await here.gateway.connected()
            for text in "一二三":
                await here.say(text)
            await until(lambda: len(here.heard) == 3)
            reply = here.heard[-1].reply
            answered = await robot.reply(Words("已记"), Address(Channel.PERSON, "LiZhuren", reply=reply), "k1")
            pushed = await robot.push(Words("提醒"), "LiZhuren", "k2")
            stranger = await robot.push(Words("提醒"), "Nobody", "k3")
            await until(lambda: sum(frame["cmd"] == "ping" for frame in here.gateway.seen) > 2)
        assert [message.text for message in here.heard] == list("一二三")
        assert (answered.outcome, pushed.outcome) == (Outcome.SENT, Outcome.SENT)
        assert [bubble.text for bubble in here.stage.phones["li"].bubbles] == ["已记", "提醒"]
        assert (stranger.outcome, stranger.code) == (Outcome.FAILED, "846607")
        assert "发一句「你好」" in stranger.detail
        assert here.gateway.subscriptions == 1


async def test_a_message_is_kept_though_storing_it_fails_at_first() -> None:
    async with bench() as here:
        here.failures = 2
        async with running(here.client()):
            await here.gateway.connected()
            await here.say("一")
            await until(lambda: here.heard)
        assert [message.text for message in here.heard] == ["一"]


async def test_a_lost_connection_is_opened_again() -> None:
    async with bench() as here, running(here.client()):
        await here.gateway.connected()
        await here.gateway.drop()
        await until(lambda: here.gateway.subscriptions == 2)
        await here.say("又通了")
        await until(lambda: here.heard)
        assert here.troubles[-1] == ""


async def test_a_line_that_swallows_pings_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.line, "ACK_PATIENCE", 0.05)
    async with bench() as here, running(here.client(ping=0.02)):
        await here.gateway.connected()
        here.gateway.silent = True
        await until(lambda: here.gateway.subscriptions == 2)


async def test_whoever_is_kicked_rests_and_says_so() -> None:
    async with bench() as here, running(here.client()):
        await here.gateway.connected()
        async with running(here.client()):
            await until(lambda: any("顶掉" in trouble for trouble in here.troubles))
            await asyncio.sleep(0.1)
            assert here.gateway.subscriptions == 2


async def test_a_wrong_secret_is_said_and_not_hammered() -> None:
    async with bench() as here, running(here.client(key="wrong")):
        await until(lambda: here.troubles)
        assert "DUBAN_WECOM__AIBOT__BOT_ID" in here.troubles[0]
        assert here.gateway.subscriptions == 0


async def test_only_the_holder_of_the_lease_connects_and_it_leaves_when_it_loses_it() -> None:
    async with bench() as here:
        lease = FreeLease(free=False)
        client = here.client(lease)
        async with running(client):
            await asyncio.sleep(0.1)
            assert here.gateway.subscriptions == 0
            lease.free = True
            await here.gateway.connected()
            await until(lambda: client.connected)
            lease.free = False
            await until(lambda: not client.connected)
        assert here.gateway.subscriptions == 1
