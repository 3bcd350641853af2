"""Addresses in settings: what kind they are, and how they are shown."""

from __future__ import annotations

import contextlib
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit


def is_local(parts: SplitResult) -> bool:
    """Whether it is this machine's own."""
    host = parts.hostname or ""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    return False


def is_private(parts: SplitResult) -> bool:
    """Whether it lies in a private network."""
    with contextlib.suppress(ValueError):
        return ip_address(parts.hostname or "").is_private
    return False


def split(url: str) -> SplitResult:
    """Take an address apart, into nothing when it is none (`http://[`)."""
    with contextlib.suppress(ValueError):
        return urlsplit(url)
    return SplitResult("", "", "", "", "")


def shown(url: str) -> str:
    """Return an address without a user, a password or a query in it."""
    parts = split(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}".rstrip("/")
