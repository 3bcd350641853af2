"""DingTalk's wire to `Inbound`: robot messages, card presses, events. Pure; the same for Stream and HTTP.

Whatever is not as documented is Malformed, never another exception. Source: robot-message-type,
event-callback-card; what field reports add to the documents is marked "seen".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.platforms.base import Malformed, Rejected
from bot.platforms.dingtalk.verify import WINDOW, instant, verify
from models.message import Inbound, Kind, MediaRef

PLATFORM = "dingtalk"
BODY_LIMIT = 1 << 20
QUOTA_CODE = "20001"

_EARLIEST, _LATEST = 1_000_000_000_000, 9_999_999_999_999  # 13 digits: 2001 to 2286
_PRESS = re.compile(r"(.{1,20}) #([0-9A-Za-z_:-]{1,100})")
_MENTION = re.compile(r"@\S+(?:\s+|$)")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ID = re.compile(r"[\x21-\x7e]{1,256}")


class QuotaExceeded(Rejected):
    """A message whose content the platform withheld: the month's inbound quota is used up (20001).

    Nothing is wrong with the callback, so it is answered with 200; the operator must hear of it.
    """

    status = 200

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: message content withheld, quota used up")
        self.code = code
        self.detail = detail


def parse_http_callback(
    body: bytes, headers: Mapping[str, str], secret: str, now: datetime, window: timedelta = WINDOW
) -> tuple[Inbound, str]:
    """Verify and read one robot callback in HTTP mode; returns the message and the raw text to keep.

    Raises Forged, Stale, Malformed or QuotaExceeded.
    """
    verify(headers, secret, now, window)
    if len(body) > BODY_LIMIT:
        raise Malformed("body is over 1 MiB")
    try:
        raw = body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Malformed("body is not UTF-8") from error
    return parse_robot_message(read_object(raw)), raw


def read_object(text: str) -> dict[str, Any]:
    """Return the JSON object in `text`. Raises Malformed, also for nesting too deep to follow."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    return _mapping(data, "body")


def parse_robot_message(data: Mapping[str, Any]) -> Inbound:
    """Read the body of a robot message, which Stream's `data` and the HTTP body share.

    `sender` is the userId; it is empty for people outside the organisation and while the app is unpublished.
    Raises Malformed or QuotaExceeded.
    """
    _refuse_withheld(data)
    grouped = _grouped(data)
    sender = _string(data, "senderStaffId")
    conversation = _identifier(data, "conversationId") if grouped or not sender else sender
    kind, text, media = _content(data)
    label, action = "", ""
    text = _trim(text, grouped)
    if kind is Kind.TEXT and not media:
        label, action = _press(text)
    return Inbound(
        platform=PLATFORM,
        key=_identifier(data, "msgId"),
        conversation=conversation,
        sender=sender,
        kind=Kind.BUTTON if action else kind,
        sent_at=_time(data, "createAt"),
        text=label or text,
        group=conversation if grouped else "",
        group_name=_string(data, "conversationTitle") if grouped else "",
        media=media,
        action=action,
    )


def parse_card_callback(data: Mapping[str, Any], *, at: datetime, delivery: str = "") -> Inbound:
    """Read the press of a card's button. Raises Malformed.

    The payload has neither time nor id: `at` is the frame's time (or now, when it told none) and `delivery`
    its message id, which makes two presses of one button two messages, and two deliveries of one press one.
    """
    content = data.get("content")
    if isinstance(content, str):
        content = read_object(content)
    pressed = _mapping(_mapping(content, "content").get("cardPrivateData"), "cardPrivateData")
    actions = pressed.get("actionIds")
    if not isinstance(actions, list) or not actions:
        raise Malformed("actionIds is missing or empty")
    action = _identifier({"actionId": actions[0]}, "actionId")
    task, sender = _identifier(data, "outTrackId"), _identifier(data, "userId")
    return Inbound(
        platform=PLATFORM,
        key=_digest([task, sender, actions, pressed.get("params"), delivery]),
        conversation=sender,
        sender=sender,
        kind=Kind.BUTTON,
        sent_at=at.astimezone(UTC),
        action=action,
        task=task,
    )


def parse_event(headers: Mapping[str, Any], data: Mapping[str, Any]) -> Inbound:
    """Read a Stream EVENT: `action` is its type, `key` its eventId. Raises Malformed."""
    sender = _string(data, "staffId") or _string(data, "userId")
    key = _identifier(headers, "eventId")
    return Inbound(
        platform=PLATFORM,
        key=key,
        conversation=sender or key,
        sender=sender,
        kind=Kind.EVENT,
        sent_at=_time(headers, "eventBornTime"),
        action=_identifier(headers, "eventType"),
    )


def frame_time(headers: Mapping[str, Any]) -> datetime | None:
    """Return a frame's `time` (ms; text in every sample, a number in one table), or None."""
    try:
        return _time(headers, "time")
    except Malformed:
        return None


def _refuse_withheld(data: Mapping[str, Any]) -> None:
    """Two pages name the same members differently, so both spellings are looked for."""
    if data.get("text") is not None or data.get("content") is not None:
        return
    code = _string(data, "errorCode") or _string(data, "errCode")
    if code == QUOTA_CODE:
        raise QuotaExceeded(code, _string(data, "errorMessage") or _string(data, "errMsg"))


def _content(data: Mapping[str, Any]) -> tuple[Kind, str, tuple[MediaRef, ...]]:
    kind = _string(data, "msgtype")
    if not kind:
        raise Malformed("msgtype is missing")
    if kind == "text":
        return Kind.TEXT, _string(_member(data, "text"), "content"), ()
    if kind == "richText":
        return _rich(_member(data, "content"))
    if kind in _MEDIA:
        return _medium(kind, _member(data, "content"))
    return _unknown(data)


_MEDIA = {"picture": Kind.IMAGE, "audio": Kind.VOICE, "video": Kind.VIDEO, "file": Kind.FILE}


def _medium(kind: str, content: Mapping[str, Any]) -> tuple[Kind, str, tuple[MediaRef, ...]]:
    medium = MediaRef(_MEDIA[kind], _download_code(content), _string(content, "fileName"))
    return medium.kind, _string(content, "recognition"), (medium,)


def _rich(content: Mapping[str, Any]) -> tuple[Kind, str, tuple[MediaRef, ...]]:
    """Texts joined, pictures kept; `at` items (seen) and whatever comes later are left out."""
    items = content.get("richText")
    if not isinstance(items, list):
        raise Malformed("richText is not a list")
    texts, media = [], []
    for item in (_mapping(item, "richText item") for item in items):
        kind = _string(item, "type")
        if kind == "picture":
            media.append(MediaRef(Kind.IMAGE, _download_code(item)))
        elif kind in ("", "text"):
            texts.append(_string(item, "text"))
    text = "".join(texts)
    return Kind.TEXT if text.strip() or not media else Kind.IMAGE, text, tuple(media)


def _unknown(data: Mapping[str, Any]) -> tuple[Kind, str, tuple[MediaRef, ...]]:
    """A type outside the six documented ones; `markdown`, `interactiveCard`, `chatRecord` have been seen."""
    for member in ("text", "content"):
        value = data.get(member)
        if isinstance(value, str):
            value = {"text": value}
        if isinstance(value, Mapping):
            text = _words(value.get("content")) or _words(value.get("text"))
            if text:
                return Kind.TEXT, text, ()
    return Kind.UNKNOWN, "", ()


def _download_code(content: Mapping[str, Any]) -> str:
    """`pictureDownloadCode` is the second choice: it answered 500 in the field."""
    code = _string(content, "downloadCode") or _string(content, "pictureDownloadCode")
    if not code:
        raise Malformed("downloadCode is missing")
    return code


def _trim(text: str, grouped: bool) -> str:
    """Group messages keep a space, or the mention itself, where the robot was called."""
    if not grouped:
        return text
    text = text.lstrip()
    mention = _MENTION.match(text)
    return text[mention.end() :] if mention else text


def _press(text: str) -> tuple[str, str]:
    """Return label and key when the text is what a button of ours makes its presser send, else ("", "")."""
    match = _PRESS.fullmatch(text.strip())
    return (match[1], match[2]) if match else ("", "")


def _grouped(data: Mapping[str, Any]) -> bool:
    kind = _string(data, "conversationType")
    if kind not in ("1", "2"):
        raise Malformed("conversationType is neither 1 nor 2")
    return kind == "2"


def _time(data: Mapping[str, Any], name: str) -> datetime:
    value = _string(data, name)
    if not (len(value) == 13 and value.isascii() and value.isdigit()):
        raise Malformed(f"{name} is missing or not milliseconds")
    milliseconds = int(value)
    if not _EARLIEST <= milliseconds <= _LATEST:
        raise Malformed(f"{name} is out of range")
    return instant(milliseconds)


def _identifier(data: Mapping[str, Any], name: str) -> str:
    value = _string(data, name)
    if not _ID.fullmatch(value):
        raise Malformed(f"{name} is missing or no identifier")
    return value


def _string(data: Mapping[str, Any], name: str) -> str:
    """Return a member as text: absent and null are empty, whole numbers are written out."""
    value = data.get(name)
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 64:
        return str(value)
    if not isinstance(value, str):
        raise Malformed(f"{name} is not text")
    return _words(value)


def _words(value: object) -> str:
    """Drop what no database takes: NUL and half characters."""
    return _UNSTORABLE.sub("", value) if isinstance(value, str) else ""


def _member(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    return _mapping(data.get(name), name)


def _mapping(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise Malformed(f"{name} is not an object")
    return dict(value)


def _digest(parts: list[Any]) -> str:
    try:
        text = json.dumps(parts, sort_keys=True, ensure_ascii=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise Malformed("card content cannot be read") from error
    return "card-" + hashlib.sha256(text.encode("ascii")).hexdigest()[:40]
