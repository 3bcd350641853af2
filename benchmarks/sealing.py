"""Callbacks as WeCom posts them: written, sealed and signed here, with nothing of the product's own code.

A wrong idea of the wire shared by both sides would otherwise measure as success.
"""

from __future__ import annotations

import base64
import hashlib
import os
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from benchmarks.credentials import AES_KEY, AGENT_ID, CORP_ID, TOKEN

_KEY = base64.b64decode(AES_KEY + "=")
_CIPHER = Cipher(algorithms.AES(_KEY), modes.CBC(_KEY[:16]))
_REDELIVERED_WITHIN = 8


@dataclass(frozen=True, slots=True)
class Callback:
    """One request as bytes, and what should be stored of it: the in-tray's key and the digest of the XML."""

    wire: bytes
    key: str
    digest: str
    forged: bool


def text_message(user: str, number: int, text: str) -> str:
    """Return a text message's XML (D90239)."""
    return _message(user, number, "text", f"<Content><![CDATA[{text}]]></Content>")


def image_message(user: str, number: int) -> str:
    """Return an image message's XML."""
    media = f"<PicUrl><![CDATA[http://127.0.0.1/{number}]]></PicUrl><MediaId><![CDATA[m{number}]]></MediaId>"
    return _message(user, number, "image", media)


def location_message(user: str, number: int) -> str:
    """Return a location message's XML."""
    point = "<Location_X>34.0712</Location_X><Location_Y>114.3856</Location_Y><Scale>15</Scale>"
    return _message(user, number, "location", f"{point}<Label><![CDATA[平澜县滨河路]]></Label>")


def _message(user: str, number: int, kind: str, content: str) -> str:
    return (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><FromUserName><![CDATA[{user}]]></FromUserName>"
        f"<CreateTime>{int(time.time())}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{content}"
        f"<MsgId>{number}</MsgId><AgentID>{AGENT_ID}</AgentID></xml>"
    )


def seal(path: str, number: int, xml: str, *, forged: bool = False) -> Callback:
    """Return the POST that carries `xml`; a forged one has the signature of another text."""
    plain = xml.encode()
    sealed = _encrypt(plain)
    timestamp, nonce = str(int(time.time())), str(random.randrange(10**9, 10**10))
    signature = _sign(timestamp, nonce, sealed[:-4] + "AAA=" if forged else sealed)
    body = (
        f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><AgentID><![CDATA[{AGENT_ID}]]></AgentID>"
        f"<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    ).encode()
    query = urlencode({"msg_signature": signature, "timestamp": timestamp, "nonce": nonce})
    head = (
        f"POST {path}?{query} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\nContent-Type: text/xml\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    return Callback(head + body, f"{AGENT_ID}:{number}", hashlib.sha256(plain).hexdigest(), forged)


def _encrypt(message: bytes) -> str:
    content = os.urandom(16) + len(message).to_bytes(4, "big") + message + CORP_ID.encode()
    fill = 32 - len(content) % 32
    encryptor = _CIPHER.encryptor()
    return base64.b64encode(encryptor.update(content + bytes([fill]) * fill) + encryptor.finalize()).decode()


def _sign(timestamp: str, nonce: str, sealed: str) -> str:
    return hashlib.sha1("".join(sorted([TOKEN, timestamp, nonce, sealed])).encode()).hexdigest()  # noqa: S324


class Numbers:
    """Message ids that never repeat within a run, nor with an earlier one on the same database."""

    def __init__(self) -> None:
        self._next = time.time_ns() // 1000

    def take(self) -> int:
        """Return the next id."""
        self._next += 1
        return self._next


def everyday_traffic(
    path: str, numbers: Numbers, count: int, *, users: int, redelivered: float = 0.0, forged: float = 0.0
) -> list[Callback]:
    """Return `count` callbacks of an ordinary mix (eight texts to one picture and one place).

    A share is delivered again, byte for byte, soon after its first copy; another is forged.
    """
    dice = random.Random(count)
    fresh: list[Callback] = []
    order: list[Callback] = []
    while len(order) < count:
        if fresh and dice.random() < redelivered:
            order.append(dice.choice(fresh[-_REDELIVERED_WITHIN:]))
            continue
        callback = _everyday(path, numbers.take(), f"stranger{dice.randrange(users):05d}", dice, forged)
        order.append(callback)
        if not callback.forged:
            fresh.append(callback)
    return order


def _everyday(path: str, number: int, user: str, dice: random.Random, forged: float) -> Callback:
    write = dice.choices(_WRITERS, (8, 1, 1))[0]
    return seal(path, number, write(user, number, dice), forged=dice.random() < forged)


_SENTENCES = (
    "到城东安置房工地看了，主体封顶，外墙完成六成，本月完成投资320万元",
    "纺织园二期的变压器还没到货，需要供电公司协调",
    "今天现场把第三标段的路基填完了，照片随后发",
    "二院进展怎么样",
    "帮助",
)
_WRITERS: Sequence[Callable[[str, int, random.Random], str]] = (
    lambda user, number, dice: text_message(user, number, f"{dice.choice(_SENTENCES)}（{number}）"),
    lambda user, number, _: image_message(user, number),
    lambda user, number, _: location_message(user, number),
)
