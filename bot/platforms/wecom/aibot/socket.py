"""Keeping the robot's one long connection: subscribe, ping, store what comes, connect again.

A robot may have one live connection: a second one kicks the first. Among our own processes a lease decides who
holds it; being kicked all the same means somebody else uses the same robot, and fighting would lose messages for
both. Nothing is offered again after a gap, so a message is stored before anything else is done with it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Protocol

import structlog

from bot.platforms.base import Malformed
from bot.platforms.wecom.aibot import line
from bot.platforms.wecom.aibot.courtesy import courtesy
from bot.platforms.wecom.aibot.line import Line, LineDownError, NoAckError
from bot.platforms.wecom.aibot.parse import parse_message
from models.message import Inbound

PING_EVERY = 30.0
KICKED_REST = 600.0
"""Seconds left to whoever took the robot from us, before we try once more."""
STORE_TRIES = (0.2, 1.0, 3.0)

_MOST_FAILURES = 16
_log = structlog.get_logger(__name__)

OnMessage = Callable[[Inbound, str], Awaitable[None]]
OnTrouble = Callable[[str], None]


class Holder(Protocol):
    """The right to be the one who is connected."""

    every: float

    async def hold(self) -> bool:
        """Take or renew it; False while another has it."""
        ...

    async def release(self) -> None:
        """Give it up."""
        ...


class AibotSocket:
    """Stays connected while it holds the lease; hands every message to `on_message` with its JSON.

    `on_trouble` hears what an operator must act upon, and "" once it is over. `page` is where a used card leads.
    """

    def __init__(
        self,
        bot_id: str,
        secret: str,
        *,
        url: str,
        on_message: OnMessage,
        on_trouble: OnTrouble,
        lease: Holder,
        now: Callable[[], datetime],
        page: str = "",
        ping_every: float = PING_EVERY,
        backoff: tuple[float, float] = (1.0, 30.0),
        kicked_rest: float = KICKED_REST,
    ) -> None:
        self._credentials = {"bot_id": bot_id, "secret": secret}
        self._url = url
        self._on_message = on_message
        self._on_trouble = on_trouble
        self._lease = lease
        self._now = now
        self._page = page
        self._ping_every = ping_every
        self._backoff = backoff
        self._kicked_rest = kicked_rest
        self._line: Line | None = None
        self._kicked = False
        self._failures = 0
        self._running = False
        self._stopping = asyncio.Event()
        self._finished = asyncio.Event()
        self._answers: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> bool:
        """Whether this process holds the robot's connection."""
        return self._line is not None

    async def ask(self, cmd: str, body: Mapping[str, Any], req_id: str = "") -> dict[str, Any]:
        """Send over the connection and return the acknowledgement. Raises LineDownError or NoAckError."""
        if self._line is None:
            raise LineDownError("not connected")
        return await self._line.ask(cmd, body, req_id)

    async def run(self) -> None:
        """Stay connected until `stop` or cancellation. Call it once."""
        self._running = True
        try:
            while not self._stopping.is_set():
                if await self._lease.hold():
                    await self._one_connection()
                    await self._wait(self._pause())
                else:
                    await self._wait(self._lease.every)
        finally:
            await self._lease.release()
            self._finished.set()

    async def stop(self) -> None:
        """Close and give up the lease, so that the next process need not wait for its end."""
        self._stopping.set()
        if self._line is not None:
            await self._line.close()
        if self._running:
            await self._finished.wait()

    def _pause(self) -> float:
        if self._kicked:
            return self._kicked_rest
        shortest, longest = self._backoff
        ceiling = min(longest, shortest * 2.0 ** min(self._failures, _MOST_FAILURES))
        return random.uniform(ceiling / 2, ceiling)

    async def _wait(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _one_connection(self) -> None:
        self._kicked = False
        self._failures += 1  # until it has proved itself
        try:
            opened = await Line.open(self._url)
        except LineDownError as error:
            _log.warning("aibot_not_connected", reason=str(error), failures=self._failures)
            self._on_trouble("连不上智能机器人的长连接：请检查网络、防火墙和 DUBAN_WECOM__AIBOT__WS_URL")
            return
        try:
            await self._serve(opened)
        finally:
            self._line = None
            await opened.close()

    async def _serve(self, opened: Line) -> None:
        """Subscribe, then read until the connection ends, pinging and renewing the lease beside it."""
        reading = asyncio.create_task(self._read(opened))
        try:
            if not await self._subscribed(opened):
                return
            self._line = opened
            async with _beside(self._keep_alive(opened), self._keep_lease(opened)):
                await asyncio.wait({reading})
        finally:
            reading.cancel()
            await asyncio.wait({reading})

    async def _subscribed(self, opened: Line) -> bool:
        try:
            answer = await opened.ask(line.SUBSCRIBE, self._credentials)
        except (LineDownError, NoAckError) as error:
            _log.warning("aibot_not_subscribed", reason=type(error).__name__)
            return False
        if answer.get("errcode") == 0:
            _log.info("aibot_connected")
            self._failures = 0
            self._on_trouble("")
            return True
        self._failures = _MOST_FAILURES
        self._on_trouble(
            f"智能机器人订阅被拒（错误码 {answer.get('errcode')}）："
            "请核对 DUBAN_WECOM__AIBOT__BOT_ID、SECRET，并确认机器人用的是长连接方式"
        )
        return False

    async def _keep_alive(self, opened: Line) -> None:
        """Ping; two pings without an answer are the end of the connection."""
        missed = 0
        while missed < 2:
            await asyncio.sleep(self._ping_every)
            try:
                await opened.ask(line.PING)
                missed = 0
            except (LineDownError, NoAckError):
                missed += 1
        _log.warning("aibot_line_silent")
        await opened.close()

    async def _keep_lease(self, opened: Line) -> None:
        while await self._lease.hold():
            await self._wait(self._lease.every)
            if self._stopping.is_set():
                return
        _log.warning("aibot_lease_lost")
        await opened.close()

    async def _read(self, opened: Line) -> None:
        async for frame in opened.frames():
            await self._take(opened, frame)

    async def _take(self, opened: Line, frame: dict[str, Any]) -> None:
        headers, body = frame.get("headers"), frame.get("body")
        if not isinstance(body, dict) or not isinstance(headers, dict):
            _log.warning("aibot_frame_skipped")
            return
        if _is_kick(body):
            self._kicked = True
            self._on_trouble("智能机器人的长连接被别处顶掉了：同一个机器人只能一处连接，请停掉另一处")
            await opened.close()
            return
        try:
            inbound = parse_message(body, self._now(), str(headers.get("req_id") or ""))
        except Malformed as error:
            _log.warning("aibot_message_malformed", reason=str(error))
            return
        if await self._stored(inbound, json.dumps(body, ensure_ascii=False)):
            self._answer_soon(opened, inbound)

    async def _stored(self, inbound: Inbound, raw: str) -> bool:
        """Insist: the gateway does not offer a message twice."""
        for pause in (*STORE_TRIES, None):
            try:
                await self._on_message(inbound, raw)
                return True
            except Exception as error:  # whatever it is, it was not kept
                _log.error("aibot_message_not_kept", message=inbound.key, error=type(error).__name__)
            if pause is not None:
                await asyncio.sleep(pause)
        return False

    def _answer_soon(self, opened: Line, inbound: Inbound) -> None:
        polite = courtesy(inbound, self._page)
        if polite is None:
            return
        cmd, body = polite
        task = asyncio.create_task(_answer(opened, cmd, body, inbound.reply.removeprefix("req:")))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)


async def _answer(opened: Line, cmd: str, body: Mapping[str, Any], req_id: str) -> None:
    try:
        await opened.ask(cmd, body, req_id)
    except (LineDownError, NoAckError) as error:
        _log.info("aibot_courtesy_lost", reason=type(error).__name__)


def _is_kick(body: Mapping[str, Any]) -> bool:
    event = body.get("event")
    return isinstance(event, Mapping) and event.get("eventtype") == "disconnected_event"


@asynccontextmanager
async def _beside(*works: Awaitable[None]) -> AsyncIterator[None]:
    """Run these beside the body, and no longer."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
