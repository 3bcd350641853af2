"""The loop that works a tray: start what is due, wait for a nudge, finish what runs before leaving."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Coroutine, Hashable
from typing import Any

import structlog

from bot.shared_state import SharedState

log = structlog.get_logger(__name__)

_IDLE = 1.0
_BUSY = 0.3
_AFTER_TROUBLE = 1.0


class TrayLoop(ABC):
    """Works the rows of one tray, at most one task a key; `topic` is what its nudges are called."""

    topic: str

    def __init__(self, state: SharedState) -> None:
        self._state = state
        self._busy: dict[Hashable, asyncio.Task[None]] = {}

    @abstractmethod
    async def start_due(self) -> int:
        """Begin the work that is due and return how much was begun."""

    async def run(self) -> None:
        """Work until cancelled; what is under way then is finished first."""
        try:
            while True:
                started = await self._start_safely()
                await self._state.wait(self.topic, _BUSY if started or self._busy else _IDLE)
        finally:
            if self._busy:
                await asyncio.gather(*self._busy.values(), return_exceptions=True)

    async def drain(self) -> None:
        """Do everything that is due now, and return (the demo's scene and the tests)."""
        while await self.start_due() or self._busy:
            await asyncio.gather(*self._busy.values())

    def begin(self, key: Hashable, work: Coroutine[Any, Any, None]) -> None:
        """Begin a task; its end wakes the loop."""
        self._busy[key] = asyncio.get_running_loop().create_task(self._finish(key, work))

    def is_busy(self, key: Hashable) -> bool:
        """Whether a task of that key is under way."""
        return key in self._busy

    async def _finish(self, key: Hashable, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            # The row is still claimed or new, so it comes again; the wait keeps a lasting fault from spinning.
            log.error("tray.work_failed", tray=self.topic, error=type(error).__name__, exc_info=True)
            await asyncio.sleep(_AFTER_TROUBLE)
        finally:
            del self._busy[key]
            self._state.nudge(self.topic)

    async def _start_safely(self) -> int:
        """Start what is due; a database that is away for a while is waited for."""
        try:
            return await self.start_due()
        except Exception as error:
            log.error("tray.cannot_claim", tray=self.topic, error=type(error).__name__)
            await asyncio.sleep(_AFTER_TROUBLE)
            return 0
