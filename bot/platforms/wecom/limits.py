"""How often we may write to somebody. WeCom drops messages above its limits without an error (D90236).

Counted in this process over sliding windows, so several processes should each be given their share.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

PER_MEMBER = ((24, 60.0), (800, 3600.0))  # four fifths of 30 a minute and 1000 an hour
PER_GROUP_MEMBER = ((160, 60.0),)  # of 200 a minute over all the app's groups
PER_WEBHOOK = ((20, 60.0),)  # the limit itself: above it WeCom answers 45009

_MANY = 10_000


class Limiter:
    """Admits so many messages per window and key. `windows` are (messages, seconds) pairs."""

    def __init__(self, windows: tuple[tuple[int, float], ...], clock: Callable[[], float] = time.monotonic) -> None:
        self._windows = windows
        self._clock = clock
        self._longest = max(seconds for _, seconds in windows)
        self._sent: dict[str, deque[float]] = {}

    def admit(self, key: str, count: int = 1) -> float:
        """Record `count` messages and return 0.0, or record nothing and return the seconds to wait.

        A batch larger than a window is admitted when that window is empty, or it could never go.
        """
        now = self._clock()
        sent = self._recent(key, now)
        wait = max(_wait(sent, count, limit, seconds, now) for limit, seconds in self._windows)
        if wait <= 0:
            sent.extend([now] * count)
        return max(wait, 0.0)

    def _recent(self, key: str, now: float) -> deque[float]:
        if len(self._sent) > _MANY:
            busy = {name: sent for name, sent in self._sent.items() if sent and self._counts(sent[-1], now)}
            self._sent = busy
        sent = self._sent.setdefault(key, deque())
        while sent and not self._counts(sent[0], now):
            sent.popleft()
        return sent

    def _counts(self, when: float, now: float) -> bool:
        return now - when < self._longest


def _wait(sent: deque[float], count: int, limit: int, seconds: float, now: float) -> float:
    room = max(limit - count, 0)
    if len(sent) <= room:
        return 0.0
    return sent[-room - 1] + seconds - now
