"""The unsigned paper round the sealed text, and the XML inside it.

The outer envelope is read by a strict pattern, because no XML parser may see bytes nobody has vouched for.
The inner document, once its seal is proven, is read by expat with limits and without any DTD.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NoReturn
from xml.parsers import expat

from bot.platforms.base import Forged, Malformed
from bot.platforms.wecom import crypto
from bot.platforms.wecom.crypto import WeComSecrets

BODY_LIMIT = 1024 * 1024
DEPTH_LIMIT = 10
ELEMENT_LIMIT = 200

_ENVELOPE_LIMIT = 10  # elements; WeCom sends three

_ELEMENT = re.compile(rb"\s*<([A-Za-z]{1,32})>(?:<!\[CDATA\[([^\]<>]*)\]\]>|([^\]<>&]*))</\1>")
_SEALED = re.compile(r"[0-9A-Za-z+/]{22,}={0,2}")


def sealed_text(body: bytes, secrets: WeComSecrets) -> str:
    """Return the `Encrypt` text of a callback body.

    Raises Malformed unless the body is a flat ``<xml>`` of plain elements with exactly one `Encrypt`, and
    Forged when it names another corp or another app than ours.
    """
    if len(body) > BODY_LIMIT:
        raise Malformed("wecom: body too large")
    fields = _flat_elements(body.strip())
    if fields.get("ToUserName", secrets.corp_id) != secrets.corp_id:
        raise Forged("wecom: envelope names another corp")
    if fields.get("AgentID") not in (None, "", str(secrets.agent_id)):
        raise Forged("wecom: envelope names another app")
    return base64_text(fields.get("Encrypt", ""))


def base64_text(text: str) -> str:
    """Return `text` if it can be sealed text. Raises Malformed."""
    if not _SEALED.fullmatch(text):
        raise Malformed("wecom: no sealed text")
    return text


def _flat_elements(body: bytes) -> dict[str, str]:
    if not (body.startswith(b"<xml>") and body.endswith(b"</xml>")):
        raise Malformed("wecom: envelope is not <xml>")
    inner = body[5:-6].rstrip()
    fields: dict[str, str] = {}
    position = 0
    while position < len(inner):
        match = _ELEMENT.match(inner, position)
        if match is None or len(fields) >= _ENVELOPE_LIMIT:
            raise Malformed("wecom: envelope is not a few plain elements")
        name = match[1].decode("ascii")
        if name in fields:
            raise Malformed("wecom: element repeated in the envelope")
        fields[name] = (match[2] or match[3] or b"").decode("ascii", "replace")
        position = match.end()
    return fields


class _Reader:
    """Collects the text of the root's direct children; what lies deeper is only counted."""

    __slots__ = ("_depth", "_elements", "_text", "fields")

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}
        self._depth = 0
        self._elements = 0
        self._text = ""

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """Enter an element."""
        self._depth += 1
        self._elements += 1
        if self._depth > DEPTH_LIMIT or self._elements > ELEMENT_LIMIT:
            raise Malformed("wecom: document too deep or too long")
        if self._depth == 1 and name != "xml":
            raise Malformed("wecom: root is not <xml>")
        self._text = ""

    def data(self, text: str) -> None:
        """Take in text; expat gives a long run in several pieces."""
        if self._depth == 2:  # a child of the root
            self._text += text

    def end(self, name: str) -> None:
        """Leave an element."""
        if self._depth == 2:
            self.fields.setdefault(name, self._text)
        self._depth -= 1


def _no_dtd(*_: object) -> NoReturn:
    raise Malformed("wecom: a DTD or an entity in the document")


def read_fields(document: bytes) -> dict[str, str]:
    """Return the root's children by name, text as sent; of a repeated one the first.

    Raises Malformed for anything but a small, well-formed UTF-8 ``<xml>`` without a DTD. A user may well
    write "<!DOCTYPE" in a message: inside CDATA it is text and passes.
    """
    reader = _Reader()
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = _no_dtd
    parser.EntityDeclHandler = _no_dtd
    try:
        parser.Parse(document, True)
    except expat.ExpatError as error:
        raise Malformed(f"wecom: not XML (expat {error.code})") from None
    return reader.fields


def reply(message: bytes, secrets: WeComSecrets, now: datetime, nonce: str) -> bytes:
    """Return the body of a passive reply (被动回复) carrying the XML `message` (D90241)."""
    timestamp = str(int(now.timestamp()))
    sealed = crypto.encrypt(message, secrets.encoding_aes_key, secrets.corp_id)
    signature = crypto.sign(secrets.token, timestamp, nonce, sealed)
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    ).encode()


def callback(message: bytes, secrets: WeComSecrets, now: datetime, nonce: str) -> tuple[bytes, dict[str, str]]:
    """Return body and query as WeCom itself would post `message` to us; for simulators and tests."""
    sealed = crypto.encrypt(message, secrets.encoding_aes_key, secrets.corp_id)
    body = (
        f"<xml><ToUserName><![CDATA[{secrets.corp_id}]]></ToUserName>"
        f"<AgentID><![CDATA[{secrets.agent_id}]]></AgentID><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    )
    return body.encode(), signed_query(sealed, secrets, now, nonce)


def signed_query(sealed: str, secrets: WeComSecrets, now: datetime, nonce: str) -> dict[str, str]:
    """Return the three signature parameters WeCom puts into the URL beside `sealed`."""
    timestamp = str(int(now.timestamp()))
    signature = crypto.sign(secrets.token, timestamp, nonce, sealed)
    return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}
