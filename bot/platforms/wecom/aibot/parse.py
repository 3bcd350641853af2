"""The robot's JSON to an Inbound (D100719, D101027): the same for callback and long connection. Pure.

In a group only messages that @ the robot arrive, as text or as text with pictures; voice, files and videos come one
to one only; places never. What somebody quotes is not what they say, so it is kept apart.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.platforms.base import Malformed
from bot.platforms.wecom.aibot.media import medium_ref
from models.message import Inbound, Kind, MediaRef

PLATFORM = "wecom"
MEDIA_LIFE = timedelta(minutes=5)

_ID = re.compile(r"[\x21-\x7e]{1,128}")
_MENTION = re.compile(r"\s*@\S+(?:\s+|$)")
_VEILED = re.compile(r"wo[0-9A-Za-z_-]{20,}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_QUOTED_MOST = 2000  # characters

_Data = Mapping[str, Any]
_Content = tuple[Kind, dict[str, Any]]


def read_object(text: bytes | str) -> dict[str, Any]:
    """Return the JSON object in `text`. Raises Malformed, also for nesting too deep to follow."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise Malformed("aibot: not JSON") from None
    return dict(_mapping(data, "body"))


def parse_message(data: _Data, at: datetime, req_id: str = "") -> Inbound:
    """Read a message or an event that reached us at `at`; `req_id` is the long connection's handle to answer it.

    Raises Malformed and nothing else; types unknown to us are read all the same.
    """
    sender = _identifier(_member(data, "from"), "userid")
    group = _identifier(data, "chatid") if _string(data, "chattype") == "group" else ""
    at = _created(data) or at
    kind, rest = _content(data, at)
    if group and "text" in rest:
        rest["text"] = _without_call(rest["text"])
    return Inbound(
        platform=PLATFORM,
        key=f"aibot:{_string(data, 'aibotid')}:{_identifier(data, 'msgid')}",
        conversation=group or sender,
        sender=sender,
        kind=kind,
        sent_at=at,
        group=group,
        quoted=_quoted(data),
        veiled=bool(_VEILED.fullmatch(sender)),
        reply=f"req:{req_id}" if req_id else _response_url(data),
        **rest,
    )


def _created(data: _Data) -> datetime | None:
    seconds = data.get("create_time")
    if not isinstance(seconds, int) or not 10**9 <= seconds < 10**10:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _content(data: _Data, at: datetime) -> _Content:
    kind = _string(data, "msgtype")
    if not kind:
        raise Malformed("aibot: msgtype is missing")
    read = _READERS.get(kind)
    return read(_member(data, kind), at) if read else (Kind.UNKNOWN, {})


def _text(content: _Data, _at: datetime) -> _Content:
    return Kind.TEXT, {"text": _string(content, "content")}


def _voice(content: _Data, _at: datetime) -> _Content:
    """The platform has made words of it already; the sound itself never comes."""
    return Kind.VOICE, {"text": _string(content, "content")}


def _medium(kind: Kind) -> Callable[[_Data, datetime], _Content]:
    def read(content: _Data, at: datetime) -> _Content:
        return kind, {"media": (_ref(kind, content, at),)}

    return read


def _mixed(content: _Data, at: datetime) -> _Content:
    items = content.get("msg_item")
    if not isinstance(items, list):
        raise Malformed("aibot: msg_item is not a list")
    texts, media = [], []
    for item in (_mapping(item, "msg_item") for item in items):
        if _string(item, "msgtype") == "image":
            media.append(_ref(Kind.IMAGE, _member(item, "image"), at))
        else:
            texts.append(_string(_mapping(item.get("text", {}), "text"), "content"))
    text = "".join(texts)
    bare = not _without_call(text).strip()
    return Kind.IMAGE if media and bare else Kind.TEXT, {"text": text, "media": tuple(media)}


def _event(content: _Data, _at: datetime) -> _Content:
    name = _string(content, "eventtype")
    if name != "template_card_event":
        return Kind.EVENT, {"action": name}
    pressed = _mapping(content.get(name, content), name)
    return Kind.BUTTON, {"action": _string(pressed, "event_key"), "task": _string(pressed, "task_id")}


_READERS: dict[str, Callable[[_Data, datetime], _Content]] = {
    "text": _text,
    "voice": _voice,
    "mixed": _mixed,
    "image": _medium(Kind.IMAGE),
    "file": _medium(Kind.FILE),
    "video": _medium(Kind.VIDEO),
    "event": _event,
    "stream": lambda _content, _at: (Kind.EVENT, {"action": "stream"}),
}


def _ref(kind: Kind, content: _Data, at: datetime) -> MediaRef:
    url = _string(content, "url")
    if not url:
        raise Malformed("aibot: medium without url")
    name = _string(content, "filename") or _string(content, "name")
    return MediaRef(kind, medium_ref(url, _string(content, "aeskey"), at + MEDIA_LIFE), name)


def _quoted(data: _Data) -> str:
    """Return the words somebody pointed at, or what sort of thing it was."""
    quote = data.get("quote")
    if not isinstance(quote, Mapping):
        return ""
    kind = _string(quote, "msgtype")
    content = quote.get(kind)
    words = _string(content, "content") if isinstance(content, Mapping) else ""
    return (words or f"［{kind}］")[:_QUOTED_MOST]


def _without_call(text: str) -> str:
    """Drop the mention at the start: that is how we are called."""
    return _MENTION.sub("", text, count=1) if _MENTION.match(text) else text


def _response_url(data: _Data) -> str:
    url = _string(data, "response_url")
    return f"url:{url}" if url.startswith(("https://", "http://")) and len(url) <= 2048 else ""


def _identifier(data: _Data, name: str) -> str:
    value = _string(data, name)
    if not _ID.fullmatch(value):
        raise Malformed(f"aibot: {name} is missing or no identifier")
    return value


def _string(data: _Data, name: str) -> str:
    """Return a member as text without what no database takes; absent and null are empty."""
    value = data.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Malformed(f"aibot: {name} is not text")
    return _UNSTORABLE.sub("", value)


def _member(data: _Data, name: str) -> _Data:
    return _mapping(data.get(name), name)


def _mapping(value: object, name: str) -> _Data:
    if not isinstance(value, Mapping):
        raise Malformed(f"aibot: {name} is not an object")
    return value
