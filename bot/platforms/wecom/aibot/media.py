"""Pictures and files sent to the robot: an address that lives five minutes, and a cipher over what lies there.

The key is the callback's own, or one for each file over the long connection. AES-256-CBC, the vector is the key's
first half, padded to 32 bytes (D100719).
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx2
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.platforms.base import MediaGone, MediaUnavailable

PREFIX = "aibot:"
MEDIA_LIMIT = 20 * 1024 * 1024
_BLOCK = 32
_TIMEOUT = httpx2.Timeout(10.0)


def medium_ref(url: str, aes_key: str, until: datetime) -> str:
    """Return what :func:`fetch` needs; `aes_key` is empty where the callback's own is meant."""
    return f"{PREFIX}{int(until.timestamp())}:{aes_key}:{url}"


async def fetch(http: httpx2.AsyncClient, ref: str, own_key: str, now: datetime) -> bytes:
    """Return a medium's bytes, deciphered. Raises MediaUnavailable within its life and MediaGone after it."""
    until, aes_key, url = ref.removeprefix(PREFIX).split(":", 2)
    try:
        sealed = await _download(http, url)
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        reason = type(error).__name__
    else:
        return _open(sealed, aes_key or own_key)
    if now >= datetime.fromtimestamp(int(until), UTC):
        raise MediaGone("五分钟内没取到，地址已失效")
    raise MediaUnavailable(reason)


async def _download(http: httpx2.AsyncClient, url: str) -> bytes:
    if urlsplit(url).scheme not in ("https", "http"):
        raise MediaGone("地址不对")
    content = bytearray()
    async with http.stream("GET", url, timeout=_TIMEOUT, follow_redirects=False) as answer:
        if 400 <= answer.status_code < 500:
            raise MediaGone(f"平台答复 {answer.status_code}")
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes():
            content += chunk
            if len(content) > MEDIA_LIMIT + _BLOCK:
                raise MediaGone("超过 20 兆")
    return bytes(content)


def _open(sealed: bytes, aes_key: str) -> bytes:
    try:
        key = base64.b64decode(aes_key + "=" * (-len(aes_key) % 4))
        worker = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = worker.update(sealed) + worker.finalize()
    except (ValueError, binascii.Error):
        raise MediaGone("解不开") from None
    count = plain[-1] if plain else 0
    if not 1 <= count <= _BLOCK or plain[-count:] != bytes((count,)) * count:
        raise MediaGone("解不开")
    return plain[:-count]
