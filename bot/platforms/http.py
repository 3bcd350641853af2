"""HTTP clients for calling out: certificates are read once, and an idle connection is let go early."""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any

import httpx2

_LIMITS = httpx2.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=2.0)
"""Servers close connections that were idle, many after 5 s, which is also what the library keeps them for. A request
on one that is just being closed ends in a reset, and nobody knows whether a message was sent."""


def http_client(**options: Any) -> httpx2.AsyncClient:
    """Return a client of the library's own `options`, to be closed by whoever made it."""
    return httpx2.AsyncClient(**options, verify=_certificates(), limits=_LIMITS)


@cache
def _certificates() -> ssl.SSLContext:
    """Return what servers' certificates are checked by: each reading takes 50 ms."""
    return httpx2.create_ssl_context()
