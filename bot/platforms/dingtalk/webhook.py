"""A group's custom robot (自定义机器人): its query string, and not sending to it too fast.

The platform blocks a robot for ten minutes when it gets more than 20 messages in a minute
(custom-robots-send-group-messages), so we stop short of that ourselves.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from bot.platforms.dingtalk.verify import sign

PER_MINUTE = 18
MINUTE = 60.0


class Gate:
    """Says how long a robot must still be left alone. One process's memory; `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}
        self._closed_until: dict[str, float] = {}

    def enter(self, token: str) -> timedelta | None:
        """Take one turn and return None, or return how long to wait for one."""
        now = self._clock()
        wait = self._closed_until.get(token, now) - now
        sent = self._sent.setdefault(token, deque())
        while sent and sent[0] <= now - MINUTE:
            sent.popleft()
        if wait <= 0 and len(sent) >= PER_MINUTE:
            wait = sent[0] + MINUTE - now
        if wait > 0:
            return timedelta(seconds=wait)
        sent.append(now)
        return None

    def close(self, token: str, duration: timedelta) -> None:
        """Let nothing through for `duration`: the platform has blocked this robot."""
        self._closed_until[token] = self._clock() + duration.total_seconds()


def token_of(target: str) -> str:
    """Return the robot's token out of a token or a whole webhook address; "" when there is none.

    Only the token is ever taken from an address: where it is sent is configuration.
    """
    target = target.strip()
    if "://" not in target:
        return target
    try:
        return parse_qs(urlsplit(target).query).get("access_token", [""])[0]
    except ValueError:
        return ""


def query(token: str, secret: str, now: datetime) -> dict[str, str]:
    """Return the query of one send; without a secret the robot relies on keywords or addresses."""
    if not secret:
        return {"access_token": token}
    timestamp = str(int(now.timestamp() * 1000))
    return {"access_token": token, "timestamp": timestamp, "sign": sign(timestamp, secret)}
