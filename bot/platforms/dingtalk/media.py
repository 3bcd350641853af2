"""Fetching a file from an address the platform handed out, without being led anywhere else.

The address is temporary, may be plain http and belongs to a storage host nobody lists, so an allow-list is
not to be had; what can be refused is: credentials in it, other schemes, this machine and its neighbours,
redirects, and more bytes than a photo has.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from urllib.parse import urlsplit

import httpx2

from bot.platforms.base import MediaGone, MediaUnavailable

LIMIT = 20 * 1024 * 1024
"""Bytes the platform itself accepts for one file."""

PATIENCE = 60.0
"""Seconds for the whole file, however slowly it drips."""

_GONE = frozenset({400, 401, 403, 404, 410})


def guard(url: str, *, trusted: frozenset[str] = frozenset(), local: bool = False) -> None:
    """Raise MediaGone unless `url` may be fetched.

    `trusted` hosts come from the configuration (private deployments); `local` admits private addresses, for
    the demo and the tests, whose platform itself is on this machine.
    """
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".")
        port = parts.port
    except ValueError as error:
        raise MediaGone("address cannot be read") from error
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise MediaGone("address is not a web address")
    if parts.username is not None or parts.password is not None or "\\" in url or not url.isascii():
        raise MediaGone("address is not plain")
    if not local and host not in trusted and _private(host):
        raise MediaGone("address is inside this network")


def loopback(host: str) -> bool:
    """Whether a configured host is this machine."""
    address = _literal(host)
    return host == "localhost" or (address is not None and address.is_loopback)


async def download(http: httpx2.AsyncClient, url: str) -> bytes:
    """Read at most LIMIT bytes. Raises MediaGone, or MediaUnavailable when another try may do."""
    try:
        async with asyncio.timeout(PATIENCE), http.stream("GET", url, follow_redirects=False) as response:
            _judge(response)
            return await _read(response)
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL, httpx2.StreamError) as error:
        failure = type(error).__name__
    raise MediaUnavailable(failure)  # outside the handler: the error's context would carry the address


def _judge(response: httpx2.Response) -> None:
    status = response.status_code
    if status in _GONE or 300 <= status < 400:
        raise MediaGone(f"HTTP {status}")
    if status != 200:
        raise MediaUnavailable(f"HTTP {status}")
    length = response.headers.get("content-length", "")
    if length.isdigit() and int(length) > LIMIT:
        raise MediaGone("over 20 MiB")


async def _read(response: httpx2.Response) -> bytes:
    buffer = bytearray()
    async for chunk in response.aiter_bytes():
        buffer += chunk
        if len(buffer) > LIMIT:
            raise MediaGone("over 20 MiB")
    return bytes(buffer)


def _private(host: str) -> bool:
    """Names without a dot and literal addresses, in whatever notation, that are not on the open internet."""
    address = _literal(host)
    if address is not None:
        return not address.is_global
    return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa"))


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Read `127.1`, `0x7f000001`, `2130706433` and `::ffff:127.0.0.1` as the system's resolver would."""
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        pass
    try:
        address = ipaddress.IPv6Address(host.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address
