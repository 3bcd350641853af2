"""Access tokens as a platform hands them out: one at a time, the same one while it lives."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum


class Standing(Enum):
    """What a platform thinks of a token it is shown."""

    VALID = "valid"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Tokens:
    """The token of one app. `renews`: asking again within its life lengthens it (DingTalk) or not (WeCom)."""

    def __init__(self, seconds: int, now: Callable[[], datetime], *, renews: bool) -> None:
        self.seconds = seconds
        self.issued = 0
        self._now = now
        self._renews = renews
        self._until: dict[str, datetime] = {}
        self._current = ""

    def issue(self) -> str:
        """Return the living token, or a new one."""
        alive = self.standing(self._current) is Standing.VALID
        if not alive:
            self._current = secrets.token_urlsafe(96)
            self.issued += 1
        if not alive or self._renews:
            self._until[self._current] = self._now() + timedelta(seconds=self.seconds)
        return self._current

    def standing(self, token: str) -> Standing:
        """Say whether `token` may be used."""
        until = self._until.get(token)
        if until is None:
            return Standing.UNKNOWN
        return Standing.VALID if self._now() < until else Standing.EXPIRED

    def revoke(self) -> None:
        """Make the current token unknown before its time, as platforms reserve the right to."""
        self._until.pop(self._current, None)
