"""Binds the obligations to APScheduler: a handful of interval jobs in memory, none for a deadline.

Its job store cannot be shared between processes and loses late runs, so it holds nothing worth keeping; any number
of processes may tick, the out-tray's unique keys decide.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from models.ledger import Ledger
from scheduler import OBLIGATIONS

log = structlog.get_logger(__name__)

Work = Callable[[Ledger], None]
RunOnLedger = Callable[[Work], Awaitable[None]]


def start_clock(run: RunOnLedger, *, pace: float = 1.0) -> AsyncIOScheduler:
    """Start ticking. `run` gives an obligation a ledger and commits; `pace` multiplies the intervals."""
    scheduler = AsyncIOScheduler(timezone="Asia/Shanghai")
    for name, seconds, obligation in OBLIGATIONS:
        scheduler.add_job(
            _tick,
            "interval",
            seconds=seconds * pace,
            args=(name, obligation, run),
            id=name,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    scheduler.start()
    return scheduler


async def tick_all(run: RunOnLedger) -> None:
    """Let every obligation look once, now (at start, in the demo and in tests)."""
    for name, _, obligation in OBLIGATIONS:
        await _tick(name, obligation, run)


async def _tick(name: str, obligation: Work, run: RunOnLedger) -> None:
    try:
        await run(obligation)
    except Exception as error:
        log.error("clock.obligation_failed", obligation=name, error=type(error).__name__, exc_info=True)
