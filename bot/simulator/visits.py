"""What both stand-ins need to tell who opened a page: codes good once within five minutes, and signatures."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.responses import Response

from bot.simulator.credentials import Standing, Tokens

CODE_LIFE = timedelta(minutes=5)
PHONE = "simulated_phone"
"""The cookie by which the stand-ins know whose phone a browser is; the real apps know it by themselves."""

_SCRIPTS = Path(__file__).with_name("clients")


class Codes:
    """Codes of one platform. `spend` returns whose it was, None when it is used up, too old or unknown."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._issued: dict[str, tuple[str, datetime]] = {}

    def issue(self, user_id: str) -> str:
        """Return a new code."""
        code = secrets.token_urlsafe(32)
        self._issued[code] = (user_id, self._now() + CODE_LIFE)
        return code

    def spend(self, code: str) -> str | None:
        """Use a code up."""
        user_id, until = self._issued.pop(code, ("", None))
        return user_id if until is not None and self._now() < until else None


def signed_well(tickets: Tokens, config: dict[str, Any], url: str, algorithm: str) -> bool:
    """Whether a page's configuration of the script client carries the right signature for its address."""
    stamp = config.get("timestamp", config.get("timeStamp"))
    ticket = tickets.issue()
    signed = f"jsapi_ticket={ticket}&noncestr={config.get('nonceStr')}&timestamp={stamp}&url={url.partition('#')[0]}"
    right = hashlib.new(algorithm, signed.encode()).hexdigest()
    return tickets.standing(ticket) is Standing.VALID and config.get("signature") == right


def script(name: str) -> Response:
    """Serve a stand-in of an app's script client; it calls the app through `window.simulatedApp`."""
    return Response((_SCRIPTS / name).read_bytes(), media_type="text/javascript; charset=utf-8")
