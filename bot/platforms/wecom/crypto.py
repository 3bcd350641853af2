"""WeCom's seal: signature, AES envelope and the checks wechatpy leaves out (D90930, D101033).

The cipher is wechatpy's; around it stand our own constant-time signature comparison, the freshness window,
the padding and length checks and the receiver check. Nothing here parses XML.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets as random_source
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from wechatpy.work.crypto import PrpCrypto

from bot.platforms.base import Forged, Malformed, Stale

WINDOW = 300
"""Seconds a signed request may lie in the past or the future."""

_TIMESTAMP = re.compile(r"[0-9]{10}")
_NONCE = re.compile(r"[0-9A-Za-z_-]{1,64}")
_SIGNATURE = re.compile(r"[0-9a-f]{40}")
_TOKEN = re.compile(r"[0-9A-Za-z]{1,32}")
_AES_KEY = re.compile(r"[0-9A-Za-z]{43}")
_PREFIX = 16  # random bytes before the length
_HEAD = _PREFIX + 4
_BLOCK = 32  # WeCom pads to 32, not to AES's 16


@dataclass(frozen=True, slots=True)
class WeComSecrets:
    """What the admin page of the self-built app (自建应用) gives for its callback.

    `location_datum` is the datum location messages are taken to be in; the platform does not say.
    Raises ValueError when the token or the key cannot be what the admin page shows.
    """

    corp_id: str
    agent_id: int
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    location_datum: str = "gcj02"

    def __post_init__(self) -> None:
        """Refuse what would fail on every callback."""
        if not self.corp_id:
            raise ValueError("企业微信 CorpID 为空")
        if not _TOKEN.fullmatch(self.token):
            raise ValueError("企业微信回调 Token 应为 1 至 32 位字母或数字")
        if not _AES_KEY.fullmatch(self.encoding_aes_key):
            raise ValueError("企业微信 EncodingAESKey 应为 43 位字母或数字")


class _Cipher(PrpCrypto):  # type: ignore[misc]
    """wechatpy's codec with the random prefix open to the caller, for vectors and simulators."""

    def __init__(self, key: bytes) -> None:
        super().__init__(key)
        self.prefix: bytes | None = None

    def get_random_string(self) -> bytes:
        """Return the sixteen bytes that precede the length."""
        return self.prefix or random_source.token_bytes(_PREFIX)

    def open(self, ciphertext: bytes) -> bytes:
        """Return the padded plaintext. Raises ValueError unless it is whole AES blocks."""
        plain: bytes = self.cipher.decrypt(ciphertext)
        return plain


def _key(encoding_aes_key: str) -> bytes:
    return base64.b64decode(encoding_aes_key + "=")


@lru_cache(maxsize=16)
def _cipher(encoding_aes_key: str) -> _Cipher:
    return _Cipher(_key(encoding_aes_key))


def sign(token: str, timestamp: str, nonce: str, text: str) -> str:
    """Return `msg_signature`: lower-case hex SHA-1 over the four strings, sorted and joined."""
    joined = "".join(sorted((token, timestamp, nonce, text)))
    return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()


def verify(text: str, query: Mapping[str, str], token: str, now: datetime) -> None:
    """Check that `text` was signed with `token`, and lately.

    Raises Malformed for parameters of the wrong shape, Forged for a wrong signature and Stale for a right
    one outside :data:`WINDOW`. The shapes matter: the signature covers a plain concatenation, so digits
    could otherwise wander from the nonce into the timestamp.
    """
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    signature = query.get("msg_signature", "")
    if not (_TIMESTAMP.fullmatch(timestamp) and _NONCE.fullmatch(nonce) and _SIGNATURE.fullmatch(signature)):
        raise Malformed("wecom: signature parameters missing or misshapen")
    if not hmac.compare_digest(sign(token, timestamp, nonce, text), signature):
        raise Forged("wecom: signature does not match")
    if abs(now.timestamp() - int(timestamp)) > WINDOW:
        raise Stale("wecom: timestamp outside the window")


def decrypt(text: str, encoding_aes_key: str, receive_id: str) -> bytes:
    """Return the message inside base64 `text`, after checking padding, length and receiver.

    `receive_id` is the CorpID of a self-built app and empty for an internal aibot (智能机器人).
    Raises Forged: whoever holds the key makes none of these mistakes.
    """
    try:
        plain = _cipher(encoding_aes_key).open(base64.b64decode(text, validate=True))
    except (ValueError, binascii.Error):
        raise Forged("wecom: ciphertext is not whole base64 AES blocks") from None
    return _unpack(_unpad(plain), receive_id.encode())


def _unpad(plain: bytes) -> bytes:
    count = plain[-1] if plain else 0
    if not 1 <= count <= _BLOCK or plain[-count:] != bytes((count,)) * count:
        raise Forged("wecom: padding is wrong")
    return plain[:-count]


def _unpack(content: bytes, receive_id: bytes) -> bytes:
    end = _HEAD + int.from_bytes(content[_PREFIX:_HEAD], "big")
    if len(content) < _HEAD or end > len(content):
        raise Forged("wecom: length field points outside the message")
    if not hmac.compare_digest(content[end:], receive_id):
        raise Forged("wecom: meant for another receiver")
    return content[_HEAD:end]


def encrypt(message: bytes, encoding_aes_key: str, receive_id: str, *, prefix: bytes | None = None) -> str:
    """Return `message` sealed as base64 text; `prefix` (16 bytes) fixes the random part for vectors."""
    cipher = _Cipher(_key(encoding_aes_key))
    cipher.prefix = prefix
    sealed: bytes = cipher.encrypt(message, receive_id)
    return sealed.decode("ascii")


def jsapi_signature(ticket: str, nonce: str, timestamp: int, url: str) -> str:
    """Return the JS-SDK signature of a page; `url` is cut at its fragment."""
    page = url.partition("#")[0]
    text = f"jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={page}"
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
