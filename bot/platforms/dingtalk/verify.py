"""Whether a callback in HTTP mode really comes from DingTalk, and signing what we send to a group's webhook.

The platform's signature covers the time and the secret only, not the body: a captured pair of headers serves
for any body until it is too old. Hence the narrow window here, and the unique message id further in.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.platforms.base import Forged, Malformed, Stale

WINDOW = timedelta(seconds=600)
"""How far a callback's time may lie from ours, either way."""

WIDEST = timedelta(hours=1)
"""What the platform documents as the limit (robot-message-type); a wider window is a mistake."""

_TIMESTAMP = re.compile(r"[0-9]{13}")
_SIGN = re.compile(r"[0-9A-Za-z+/]{43}=")


def sign(timestamp: str, secret: str) -> str:
    """Return base64(HMAC-SHA256(secret, timestamp LF secret)), for callbacks and group webhooks alike."""
    digest = hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), "sha256")
    return base64.b64encode(digest).decode("ascii")


def verify(headers: Mapping[str, str], secret: str, now: datetime, window: timedelta = WINDOW) -> None:
    """Accept the headers `timestamp` (ms) and `sign` of one callback, or raise.

    Malformed for the wrong shape, Forged for a wrong signature or when no secret is set, Stale for a right
    one outside `window` (capped at an hour). `now` is aware.
    """
    timestamp, given = _headers(headers)
    if not secret:
        raise Forged("no client secret is configured to check the signature with")
    if not hmac.compare_digest(given, sign(timestamp, secret)):
        raise Forged("signature does not match")
    if abs(now.astimezone(UTC) - instant(int(timestamp))) > min(window, WIDEST):
        raise Stale("signature is right but its time is outside the window")


def instant(milliseconds: int) -> datetime:
    """Return the platform's epoch milliseconds in UTC. Raises Malformed when no calendar holds them."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    except (OverflowError, OSError, ValueError) as error:
        raise Malformed("a time that is none") from error


def _headers(headers: Mapping[str, str]) -> tuple[str, str]:
    lowered = {name.lower(): value for name, value in headers.items()}
    timestamp, given = lowered.get("timestamp", ""), lowered.get("sign", "")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise Malformed("header timestamp is missing or not 13 digits")
    if not _SIGN.fullmatch(given):
        raise Malformed("header sign is missing or not the base64 of 32 bytes")
    return timestamp, given
