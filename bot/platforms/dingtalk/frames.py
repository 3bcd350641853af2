"""Stream frames: read from text, answered as text. Pure. Every header but `topic` may be missing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.platforms.base import Malformed
from bot.platforms.dingtalk import parse
from models.message import Inbound

MESSAGES = "/v1.0/im/bot/messages/get"
CARDS = "/v1.0/card/instances/callback"

OK, BAD_REQUEST, NOT_FOUND, FAILED = 200, 400, 404, 500


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame from the server; `data` is the JSON text it carries."""

    type: str
    topic: str
    message_id: str
    data: str
    headers: Mapping[str, Any]

    @property
    def known(self) -> bool:
        """Whether we subscribed to this."""
        return self.type == "EVENT" or (self.type == "CALLBACK" and self.topic in (MESSAGES, CARDS))

    @property
    def robot(self) -> bool:
        """Whether it is a message to the robot."""
        return self.topic == MESSAGES

    @property
    def card(self) -> bool:
        """Whether it is the press of a card's button."""
        return self.type == "CALLBACK" and self.topic == CARDS

    def inbound(self, now: datetime) -> Inbound:
        """Read the message out of a known frame. Raises Malformed or QuotaExceeded."""
        data = parse.read_object(self.data)
        if self.type == "EVENT":
            return parse.parse_event(self.headers, data)
        if self.card:
            at = parse.frame_time(self.headers) or now
            return parse.parse_card_callback(data, at=at, delivery=self.message_id)
        return parse.parse_robot_message(data)


def read(raw: str | bytes) -> Frame:
    """Return the frame in `raw`. Raises Malformed."""
    if isinstance(raw, bytes):
        raise Malformed("binary frame")
    frame = parse.read_object(raw)
    headers, data = frame.get("headers"), frame.get("data", "")
    if not isinstance(headers, dict) or not isinstance(headers.get("topic"), str):
        raise Malformed("frame without a topic")
    message_id = headers.get("messageId")
    return Frame(
        type=str(frame.get("type", "")),
        topic=headers["topic"],
        message_id=message_id if isinstance(message_id, str) else "",
        data=data if isinstance(data, str) else json.dumps(data, ensure_ascii=False),
        headers=headers,
    )


def subscriptions(events: bool) -> list[dict[str, str]]:
    """Return what to subscribe to; which events arrive is ticked in the developer console, not here."""
    wanted = [{"type": "CALLBACK", "topic": topic} for topic in (MESSAGES, CARDS)]
    return [*wanted, {"type": "EVENT", "topic": "*"}] if events else wanted


def answer(frame: Frame, code: int) -> str:
    """Return the acknowledgement of `frame`: each kind wants its own data, and an event says LATER in it."""
    if frame.type == "SYSTEM":
        data = frame.data
    elif frame.type == "EVENT":
        data = json.dumps({"status": "LATER" if code == FAILED else "SUCCESS", "message": ""})
        code = OK if code == FAILED else code
    else:
        data = json.dumps({"response": {} if frame.card else None})
    return json.dumps(
        {
            "code": code,
            "headers": {"messageId": frame.message_id, "contentType": "application/json"},
            "message": "OK" if code == OK else "",
            "data": data,
        },
        ensure_ascii=False,
    )
