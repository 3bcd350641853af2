"""A callback's bytes into an Inbound: pure, no clock, no I/O.

Element names and units after D90239 (messages) and D90240 (events).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.platforms.base import Forged, Malformed
from bot.platforms.wecom import crypto, envelope
from bot.platforms.wecom.crypto import WeComSecrets
from models.message import Inbound, Kind, Location, MediaRef

NAME = "wecom"

_Fields = dict[str, str]

_UNASKED_PLACE = re.compile(r"<(Latitude|Longitude|Precision)>.*?</\1>", re.DOTALL)
"""Where somebody was on opening the chat: nobody chose to tell it, so it is not kept."""
_EVENT_IDENTITY = ("FromUserName", "CreateTime", "Event", "EventKey", "TaskId", "AgentID", "ResponseCode")
_USERID_LIMIT = 64
_MSGID_LIMIT = 20


def parse_callback(body: bytes, query: Mapping[str, str], secrets: WeComSecrets, now: datetime) -> tuple[Inbound, str]:
    """Verify, open and read one callback; return the message and the XML that was sealed in it.

    The place a LOCATION event brings unasked is taken out of it. `query` holds URL-decoded `msg_signature`,
    `timestamp` and `nonce`. Raises Forged, Stale or Malformed and nothing else; a message or event type unknown
    to us is read all the same.
    """
    sealed = envelope.sealed_text(body, secrets)
    crypto.verify(sealed, query, secrets.token, now)
    plain = crypto.decrypt(sealed, secrets.encoding_aes_key, secrets.corp_id)
    fields = envelope.read_fields(plain)
    try:
        raw = plain.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("wecom: not UTF-8") from None
    inbound = _inbound(fields, plain, secrets)
    return inbound, _UNASKED_PLACE.sub(r"<\1></\1>", raw) if inbound.action == "location_report" else raw


def verify_url(query: Mapping[str, str], secrets: WeComSecrets, now: datetime) -> bytes:
    """Return what the URL check (验证 URL) wants to read back, to be answered as it is within a second.

    Raises Forged, Stale or Malformed. `echostr` must be URL-decoded.
    """
    sealed = envelope.base64_text(query.get("echostr", ""))
    crypto.verify(sealed, query, secrets.token, now)
    return crypto.decrypt(sealed, secrets.encoding_aes_key, secrets.corp_id)


def _inbound(fields: _Fields, plain: bytes, secrets: WeComSecrets) -> Inbound:
    if fields.get("AgentID") not in (None, "", str(secrets.agent_id)):
        raise Forged("wecom: message for another app")
    sender = fields.get("FromUserName", "")
    if not 0 < len(sender) <= _USERID_LIMIT:
        raise Malformed("wecom: no sender")
    kind, rest = _content(fields, secrets.location_datum)
    return Inbound(
        platform=NAME,
        key=_key(fields, plain, secrets.agent_id),
        conversation=sender,
        sender=sender,
        kind=kind,
        sent_at=_sent_at(fields.get("CreateTime", "")),
        **rest,
    )


def _sent_at(seconds: str) -> datetime:
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 10):  # to the year 2286
        raise Malformed("wecom: CreateTime is not seconds")
    return datetime.fromtimestamp(int(seconds), UTC)


def _key(fields: _Fields, plain: bytes, agent_id: int) -> str:
    """Messages carry a MsgId; events do not, and two of them may share sender and second."""
    msg_id = fields.get("MsgId", "")
    if msg_id.isascii() and msg_id.isdigit() and len(msg_id) <= _MSGID_LIMIT:
        return f"{agent_id}:{msg_id}"
    identity = plain
    if _is_event(fields):
        identity = "\0".join([fields.get(name, "") for name in _EVENT_IDENTITY]).encode()
    return f"{agent_id}:e{hashlib.sha1(identity, usedforsecurity=False).hexdigest()}"


def _is_event(fields: _Fields) -> bool:
    return fields.get("MsgType", "").lower() == "event"


def _content(fields: _Fields, datum: str) -> tuple[Kind, dict[str, Any]]:
    if _is_event(fields):
        return _event(fields)
    read = _READERS.get(fields.get("MsgType", "").lower())
    return read(fields, datum) if read else (Kind.UNKNOWN, {})


def _event(fields: _Fields) -> tuple[Kind, dict[str, Any]]:
    name = fields.get("Event", "").lower()
    if name == "location":
        return Kind.EVENT, {"action": "location_report"}
    if name not in ("click", "template_card_event", "template_card_menu_event"):
        return Kind.EVENT, {"action": name}
    return Kind.BUTTON, {
        "action": fields.get("EventKey", ""),
        "task": fields.get("TaskId", ""),
        "response_code": fields.get("ResponseCode", ""),
    }


def _text(fields: _Fields, _datum: str) -> tuple[Kind, dict[str, Any]]:
    return Kind.TEXT, {"text": fields.get("Content", "")}


def _medium(kind: Kind) -> Callable[[_Fields, str], tuple[Kind, dict[str, Any]]]:
    def read(fields: _Fields, _datum: str) -> tuple[Kind, dict[str, Any]]:
        ref = fields.get("MediaId", "")
        if not ref:
            raise Malformed("wecom: medium without MediaId")
        return kind, {"media": (MediaRef(kind, ref),), "text": fields.get("Recognition", "")}

    return read


def _place(fields: _Fields, datum: str) -> tuple[Kind, dict[str, Any]]:
    return Kind.LOCATION, {"location": _location(fields, "Location_X", "Location_Y", datum)}


def _link(fields: _Fields, _datum: str) -> tuple[Kind, dict[str, Any]]:
    lines = [fields.get(name, "") for name in ("Title", "Description", "Url")]
    return Kind.LINK, {"text": "\n".join(line for line in lines if line)}


def _location(fields: _Fields, latitude: str, longitude: str, datum: str) -> Location:
    try:
        lat, lon = float(fields.get(latitude, "")), float(fields.get(longitude, ""))
    except ValueError:
        raise Malformed("wecom: coordinates are not numbers") from None
    # Written so that NaN fails too.
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise Malformed("wecom: coordinates off the globe")
    return Location(lat, lon, fields.get("Label", ""), datum)


_READERS: dict[str, Callable[[_Fields, str], tuple[Kind, dict[str, Any]]]] = {
    "text": _text,
    "image": _medium(Kind.IMAGE),
    "voice": _medium(Kind.VOICE),
    "video": _medium(Kind.VIDEO),
    "location": _place,
    "link": _link,
}
