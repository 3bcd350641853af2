"""The WeCom callback envelope: XML, AES-256-CBC and the SHA-1 signature, written from the documents alone.

Deliberately shares nothing with the product's own codec or wechatpy: it is the second opinion.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32


class Envelope:
    """Signs, seals and opens for one receiver (`receive_id`: the corp id of a self-built app)."""

    def __init__(self, token: str, encoding_aes_key: str, receive_id: str) -> None:
        self._token = token
        self._key = base64.b64decode(encoding_aes_key + "=")
        self._receive_id = receive_id.encode()

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        """Return the msg_signature over one ciphertext (or echostr)."""
        joined = "".join(sorted((self._token, timestamp, nonce, sealed)))
        return hashlib.sha1(joined.encode()).hexdigest()  # noqa: S324 - the platform's choice

    def encrypt(self, text: str, salt: bytes | None = None) -> str:
        """Seal `text`; `salt` (16 bytes) makes the result repeatable."""
        body = text.encode()
        plain = (salt or secrets.token_bytes(16)) + struct.pack(">I", len(body)) + body + self._receive_id
        fill = _BLOCK - len(plain) % _BLOCK
        worker = self._cipher().encryptor()
        sealed = worker.update(plain + bytes([fill]) * fill) + worker.finalize()
        return base64.b64encode(sealed).decode()

    def decrypt(self, sealed: str) -> str:
        """Open a ciphertext. Raises ValueError if it is damaged or meant for another receiver."""
        worker = self._cipher().decryptor()
        padded = worker.update(base64.b64decode(sealed, validate=True)) + worker.finalize()
        fill = padded[-1] if padded else 0
        if not 1 <= fill <= _BLOCK or padded[-fill:] != bytes([fill]) * fill:
            raise ValueError("padding")
        plain = padded[:-fill]
        (length,) = struct.unpack(">I", plain[16:20])
        if plain[20 + length :] != self._receive_id:
            raise ValueError("receiver")
        return plain[20 : 20 + length].decode()

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES256(self._key), modes.CBC(self._key[:16]))


def to_xml(fields: Mapping[str, Any]) -> str:
    """Return ``<xml>…</xml>``: numbers bare, strings in CDATA, mappings nested, sequences repeated."""
    return f"<xml>{_inner(fields)}</xml>"


def _inner(fields: Mapping[str, Any]) -> str:
    return "".join(_element(name, value) for name, value in fields.items())


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{_inner(value)}</{name}>"
    if isinstance(value, str):
        safe = value.replace("]]>", "]]]]><![CDATA[>")
        return f"<{name}><![CDATA[{safe}]]></{name}>"
    if isinstance(value, Sequence):
        return "".join(_element(name, item) for item in value)
    return f"<{name}>{value}</{name}>"
