"""What the processes of one installation tell each other: nudges and platform tokens.

Everything here may be lost: a lost nudge costs a second (the trays are polled), a lost token a new one. In memory
for one process, in Redis for several.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from typing import Protocol

import structlog

from bot.platforms.tokens import NoStore, TokenStore

log = structlog.get_logger(__name__)


class SharedState(Protocol):
    """Nudges by topic ("in", "out") and a token store by name."""

    def nudge(self, topic: str) -> None:
        """Wake whoever waits for a topic, now and in other processes; never blocks, never fails."""
        ...

    async def wait(self, topic: str, seconds: float) -> None:
        """Wait for a nudge or for so many seconds."""
        ...

    def tokens(self, name: str) -> TokenStore:
        """Return the store for one app's access token."""
        ...

    async def check(self) -> str | None:
        """Return None, or what is wrong."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...


class LocalState:
    """Within one process."""

    def __init__(self) -> None:
        self._events: dict[str, asyncio.Event] = {}

    def nudge(self, topic: str) -> None:
        self._event(topic).set()

    async def wait(self, topic: str, seconds: float) -> None:
        event = self._event(topic)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), seconds)
        event.clear()

    def tokens(self, name: str) -> TokenStore:
        return NoStore()

    async def check(self) -> str | None:
        return None

    async def aclose(self) -> None:
        return None

    def _event(self, topic: str) -> asyncio.Event:
        return self._events.setdefault(topic, asyncio.Event())


class RedisState(LocalState):
    """Across processes. Redis down means polling, not failing."""

    def __init__(self, url: str) -> None:
        super().__init__()
        import redis.asyncio as redis

        self._redis = redis.Redis.from_url(url, decode_responses=True)
        # Waiting for messages has no end of its own, so the listener's reads have no time limit.
        self._listener_redis = redis.Redis.from_url(url, decode_responses=True, socket_timeout=None)
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Task[None] | None = None

    def nudge(self, topic: str) -> None:
        super().nudge(topic)
        task = asyncio.get_running_loop().create_task(self._publish(topic))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def wait(self, topic: str, seconds: float) -> None:
        if self._listener is None:
            self._listener = asyncio.get_running_loop().create_task(self._listen())
        await super().wait(topic, seconds)

    def tokens(self, name: str) -> TokenStore:
        return RedisTokenStore(self, f"duban:token:{name}")

    async def check(self) -> str | None:
        try:
            await self._redis.ping()
        except Exception as error:
            return f"Redis does not answer ({type(error).__name__}); the service polls instead"
        return None

    async def aclose(self) -> None:
        for task in [*self._tasks, *([self._listener] if self._listener else [])]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        await self._redis.aclose()
        await self._listener_redis.aclose()

    async def get(self, key: str) -> str | None:
        """Read a value, None when Redis is away."""
        try:
            value = await self._redis.get(key)
        except Exception as error:
            log.warning("redis.read_failed", error=type(error).__name__)
            return None
        return str(value) if value is not None else None

    async def put(self, key: str, value: str | None, seconds: float) -> None:
        """Write a value that lives for some seconds, or delete it; lost when Redis is away."""
        try:
            if value is None:
                await self._redis.delete(key)
            else:
                await self._redis.set(key, value, px=max(1, int(seconds * 1000)))
        except Exception as error:
            log.warning("redis.write_failed", error=type(error).__name__)

    async def _publish(self, topic: str) -> None:
        try:
            await self._redis.publish("duban:nudge", topic)
        except Exception as error:
            log.warning("redis.nudge_failed", error=type(error).__name__)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._listener_redis.pubsub() as channel:
                    await channel.subscribe("duban:nudge")
                    async for message in channel.listen():
                        if message["type"] == "message":
                            super().nudge(str(message["data"]))
            except asyncio.CancelledError:
                raise
            except Exception as error:
                log.warning("redis.listen_failed", error=type(error).__name__)
                await asyncio.sleep(2)


class RedisTokenStore:
    """An app's token, shared by the processes."""

    def __init__(self, state: RedisState, key: str) -> None:
        self._state = state
        self._key = key

    async def get(self) -> tuple[str, float] | None:
        """Return (token, seconds it still lives)."""
        text = await self._state.get(self._key)
        if text is None:
            return None
        token, expires_at = json.loads(text)
        return token, float(expires_at) - _wall()

    async def put(self, token: str, expires_in: float) -> None:
        """Keep a token for its life."""
        await self._state.put(self._key, json.dumps([token, _wall() + expires_in]), expires_in)

    async def delete(self, token: str) -> None:
        """Forget the token, unless another took its place."""
        held = await self.get()
        if held is not None and held[0] == token:
            await self._state.put(self._key, None, 0)


def _wall() -> float:
    return time.time()
