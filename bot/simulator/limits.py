"""Sliding-window limits, shared by the simulated platforms."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Limit:
    """So many per key within so long, for every one of `rules`."""

    def __init__(self, *rules: tuple[int, timedelta]) -> None:
        self.rules = rules
        self._seen: dict[tuple[str, timedelta], deque[datetime]] = defaultdict(deque)

    def admits(self, key: str, now: datetime, amount: int = 1) -> bool:
        """Count `amount` and return true, or count nothing and return false if one rule would be broken."""
        if any(self.used(key, span, now) + amount > limit for limit, span in self.rules):
            return False
        for _, span in self.rules:
            self._seen[key, span].extend([now] * amount)
        return True

    def used(self, key: str, span: timedelta, now: datetime) -> int:
        """Return how many of `key` were counted within the last `span`."""
        seen = self._seen[key, span]
        while seen and now - seen[0] >= span:
            seen.popleft()
        return len(seen)
