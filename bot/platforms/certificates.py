"""The certificates that the system trusts, read once for all HTTP clients: each reading takes 50 ms."""

from __future__ import annotations

import ssl
from functools import cache

import httpx2


@cache
def certificates() -> ssl.SSLContext:
    """Return what a client checks a server's certificate by."""
    return httpx2.create_ssl_context()
