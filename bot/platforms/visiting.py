"""People who open one of our pages inside a platform's app: what both platforms' ways of telling who it is share."""

from __future__ import annotations

import hashlib
from typing import Literal


class CodeRefused(Exception):
    """The code is used up, too old, or never was: begin anew."""


class Outsider(Exception):
    """Whoever it is, he is no member of the organisation."""


class VisitUnavailable(Exception):
    """The platform cannot say now; the text (Chinese, no secrets) is for the operator."""


def page_signature(
    ticket: str, nonce: str, timestamp: int, url: str, algorithm: Literal["sha1", "sha256"] = "sha1"
) -> str:
    """Return what lets the page at `url` (up to the #) use the app's script client (D90506; DingTalk: sha256)."""
    signed = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url.partition('#')[0]}"
    return hashlib.new(algorithm, signed.encode(), usedforsecurity=False).hexdigest()
