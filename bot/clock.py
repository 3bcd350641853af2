"""The only place that reads the wall clock.

Everything else is told `now`. The demo and the tests hand the product a clock of their own.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Wall time, shifted by an offset that the demo may move forward."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """Return the instant in UTC."""
        return datetime.now(UTC) + self._offset

    def seconds(self) -> float:
        """Return seconds for measuring spans: never set back with the host's clock, moved on with ours."""
        return time.monotonic() + self._offset.total_seconds()

    def set(self, instant: datetime) -> None:
        """Let it be `instant` now; time runs on from there."""
        self._offset = instant - datetime.now(UTC)

    def advance(self, by: timedelta) -> None:
        """Move forward by `by`."""
        self._offset += by
