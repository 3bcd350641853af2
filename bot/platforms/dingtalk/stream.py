"""DingTalk's Stream mode: the connection over which messages reach us without a public address.

One POST gives an endpoint and a ticket for exactly one WebSocket; five shapes of frame follow. A message is
handed over, and only when that returned is it acknowledged: an unacknowledged one may come again in a minute,
or never. When the server announces a disconnect it stops delivering, so the next socket is opened first and
the old one is read until it closes. Source: the Stream protocol page; field reports where it is silent.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from weakref import WeakValueDictionary

import httpx2
import structlog
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from bot.clock import Clock
from bot.platforms.base import Malformed
from bot.platforms.dingtalk import frames
from bot.platforms.dingtalk.client import API_BASE
from bot.platforms.dingtalk.frames import Frame
from bot.platforms.dingtalk.gateway import Gateway, NotConnectedError
from bot.platforms.dingtalk.parse import QuotaExceeded
from models.message import Inbound

log = structlog.get_logger(__name__)

OnMessage = Callable[[Inbound, str], Awaitable[None]]
OnTrouble = Callable[[str, str], None]

CARD_PATIENCE = 1.5
"""Seconds after which a card's press is answered whatever happened; the platform waits 2."""
STEADY = 5.0
"""Seconds a connection must live for its end not to count as a failure."""
IN_FLIGHT = 100
"""Messages being persisted at once; more wait in the socket."""

_MOST_FAILURES = 16


class _Session:
    """One socket. `spent` is set when it needs a replacement: announced, closed, or we are stopping."""

    def __init__(self, socket: ClientConnection, opened: float) -> None:
        self.socket = socket
        self.opened = opened
        self.heard = opened
        self.spent = asyncio.Event()
        self.reader: asyncio.Task[None] | None = None


class StreamClient:
    """Keeps one Stream connection open and hands every message to `on_message` with the text it came in.

    A message is acknowledged when `on_message` returns, so it must have been persisted by then; if it raises,
    nothing is acknowledged and the platform may send it again. Messages of one conversation are handed over
    one at a time, in order of arrival. `on_trouble(code, detail)` hears what an operator must act upon; it
    may be called again with the same code. `idle_limit` is the silence, in seconds, after which a socket
    counts as dead; `backoff` the shortest and longest wait between attempts; `drain` how long an old socket
    is still read and how long `stop` waits for work under way.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        on_message: OnMessage,
        on_trouble: OnTrouble | None = None,
        api_base: str = API_BASE,
        http: httpx2.AsyncClient | None = None,
        events: bool = False,
        idle_limit: float = 180.0,
        backoff: tuple[float, float] = (1.0, 60.0),
        drain: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        self._on_message = on_message
        self._on_trouble = on_trouble
        self._gateway = Gateway(client_id, client_secret, api_base=api_base, http=http, events=events)
        self._events = events
        self._idle_limit = idle_limit
        self._backoff = backoff
        self._drain = drain
        self._clock = clock
        self._now = now or Clock().now
        self._session: _Session | None = None
        self._heard: float | None = None
        self._failures = 0
        self._running = False
        self._stopping = asyncio.Event()
        self._finished = asyncio.Event()
        self._slots = asyncio.Semaphore(IN_FLIGHT)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._tasks: set[asyncio.Task[None]] = set()
        self._retiring: dict[_Session, asyncio.Task[None]] = {}

    @property
    def connected(self) -> bool:
        """Whether a socket is open that the platform delivers to, as far as we know."""
        return self._session is not None and not self._session.spent.is_set()

    @property
    def last_frame_age(self) -> float | None:
        """Seconds since anything was heard from the platform; None before the first frame."""
        return None if self._heard is None else self._clock() - self._heard

    async def run(self) -> None:
        """Stay connected until `stop` or cancellation. Call it once."""
        self._running = True
        try:
            while (session := await self._replacement()) is not None:
                old, self._session = self._session, session
                if old is not None:
                    self._retiring[old] = asyncio.create_task(self._retire(old))
                await self._watch(session)
        finally:
            await self._shut_down()
            self._finished.set()

    async def stop(self) -> None:
        """Finish the work under way, within `drain` seconds, and close. Returns when `run` has ended."""
        self._stopping.set()
        if self._session is not None:
            self._session.spent.set()
        if self._running:
            await self._finished.wait()

    async def _replacement(self) -> _Session | None:
        """Return an open session, trying for as long as it takes, or None when stopping."""
        while not self._stopping.is_set():
            await _within(self._stopping, self._delay())
            if self._stopping.is_set():
                break
            try:
                return await self._open()
            except NotConnectedError as error:
                self._not_connected(error)
        return None

    def _delay(self) -> float:
        """Exponential with jitter; nothing after a connection that had been steady."""
        if not self._failures:
            return 0.0
        shortest, longest = self._backoff
        ceiling = min(longest, shortest * 2.0**self._failures)
        return random.uniform(max(shortest, ceiling / 2), ceiling)

    def _not_connected(self, error: NotConnectedError) -> None:
        log.warning("dingtalk_stream_not_connected", code=error.code, failures=self._failures)
        self._failures = _MOST_FAILURES if error.refused else min(self._failures + 1, _MOST_FAILURES)
        if error.refused:
            self._trouble(error.code, error.detail)

    async def _open(self) -> _Session:
        session = _Session(await self._gateway.connect(), self._clock())
        session.reader = asyncio.create_task(self._read(session))
        session.reader.add_done_callback(_report)
        log.info("dingtalk_stream_connected")
        return session

    async def _watch(self, session: _Session) -> None:
        """Return when `session` needs a replacement or has been silent for too long."""
        while not (session.spent.is_set() or self._stopping.is_set()):
            left = session.heard + self._idle_limit - self._clock()
            if left <= 0:
                log.warning("dingtalk_stream_silent", seconds=round(self._idle_limit))
                session.spent.set()
                break
            await _within(session.spent, left)
        if self._clock() - session.opened < STEADY:
            self._failures = min(self._failures + 1, _MOST_FAILURES)

    async def _read(self, session: _Session) -> None:
        try:
            async for raw in session.socket:
                session.heard = self._heard = self._clock()
                if not session.spent.is_set():
                    self._failures = 0
                await self._take(session, raw)
        except ConnectionClosed as error:
            log.info("dingtalk_stream_dropped", code=error.rcvd.code if error.rcvd else None)
        finally:
            session.spent.set()

    async def _take(self, session: _Session, raw: str | bytes) -> None:
        try:
            frame = frames.read(raw)
        except Malformed as error:
            log.warning("dingtalk_frame_skipped", reason=str(error))
            return
        if frame.type == "SYSTEM":
            await self._system(session, frame)
        elif not frame.known or (frame.type == "EVENT" and not self._events):
            await _reply(session, frame, frames.NOT_FOUND)
        else:
            await self._slots.acquire()
            task = asyncio.create_task(self._handle(session, frame))
            self._tasks.add(task)
            task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slots.release()
        _report(task)

    async def _system(self, session: _Session, frame: Frame) -> None:
        if frame.topic == "ping":
            await _reply(session, frame, frames.OK)
        elif frame.topic == "disconnect":
            log.info("dingtalk_stream_rotated")
            session.spent.set()

    async def _handle(self, session: _Session, frame: Frame) -> None:
        """Persist, then acknowledge; a card's presser is not kept waiting, though the work goes on.

        A message that was not kept is not acknowledged at all: in the field only silence brings it again.
        """
        work = asyncio.create_task(self._persist(frame))
        try:
            await asyncio.wait({work}, timeout=CARD_PATIENCE if frame.card else None)
            code = work.result() if work.done() else frames.FAILED
            if code != frames.FAILED or not frame.robot:
                await _reply(session, frame, code)
            await work
        finally:
            work.cancel()
            await asyncio.wait({work})

    async def _persist(self, frame: Frame) -> int:
        try:
            inbound = frame.inbound(self._now())
        except QuotaExceeded as error:
            self._trouble(error.code, "本月钉钉消息额度已用完，收到的消息没有内容：请购买额度，或等次月 1 日恢复")
            return frames.OK
        except Malformed as error:
            log.warning("dingtalk_message_malformed", message=frame.message_id, reason=str(error))
            return frames.BAD_REQUEST
        async with self._turn(inbound.conversation):
            try:
                await self._on_message(inbound, frame.data)
            except Exception as error:  # whatever it is, it was not kept
                log.error("dingtalk_message_not_kept", message=inbound.key, error=type(error).__name__)
                return frames.FAILED
        return frames.OK

    def _turn(self, conversation: str) -> asyncio.Lock:
        """Return the lock of a conversation; it lives as long as somebody holds or awaits it."""
        lock = self._turns.get(conversation)
        if lock is None:
            lock = self._turns[conversation] = asyncio.Lock()
        return lock

    def _trouble(self, code: str, detail: str) -> None:
        log.error("dingtalk_stream_trouble", code=code)
        if self._on_trouble is not None:
            self._on_trouble(code, detail)

    async def _retire(self, session: _Session) -> None:
        """Read a socket that has been replaced until the server closes it, then make sure it is closed."""
        if session.reader is not None:
            await asyncio.wait({session.reader}, timeout=self._drain)
        await session.socket.close()
        self._retiring.pop(session, None)

    async def _shut_down(self) -> None:
        """Let what was received be persisted and acknowledged, then close every socket with 1000."""
        sessions = [*self._retiring, *([self._session] if self._session else [])]
        for session in sessions:
            session.spent.set()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._drain)
        for session in sessions:
            await session.socket.close()
        rest = [*self._tasks, *self._retiring.values(), *(s.reader for s in sessions if s.reader)]
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        await self._gateway.aclose()


def _report(task: asyncio.Task[None]) -> None:
    """Log what ended a task that nothing but a mistake of ours can end."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("dingtalk_stream_task_failed", error=type(error).__name__)


async def _within(event: asyncio.Event, seconds: float) -> None:
    """Wait for `event`, at most `seconds`."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


async def _reply(session: _Session, frame: Frame, code: int) -> None:
    """Acknowledge on the socket the frame came by. A lost acknowledgement only means it may come again."""
    try:
        await session.socket.send(frames.answer(frame, code))
    except ConnectionClosed:
        log.info("dingtalk_ack_lost", message=frame.message_id)
