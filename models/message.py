"""What reaches us, in one shape whatever platform it came through.

Platforms turn their wire into an :class:`Inbound`; the in-tray row (`models/intray.py`) keeps it beside the
raw text it was read from.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

PAGE = "page"
"""The platform of what was sent from a project's page (扫码页); its senders are people's ids."""


class Kind(StrEnum):
    """What sort of message a person sent."""

    TEXT = "text"
    IMAGE = "image"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"
    LOCATION = "location"
    LINK = "link"
    BUTTON = "button"  # a press: a card's button or a menu entry; `action` says which
    EVENT = "event"  # entered, subscribed, viewed …; `action` names it
    UNKNOWN = "unknown"  # a type the platform may add later: kept, answered with a hint


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A photo, voice, video or file still lying on the platform, to be fetched at once.

    `ref` is WeCom's media id (lives three days) or DingTalk's download code.
    """

    kind: Kind
    ref: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Location:
    """A point the sender picked: proof of nothing, useful for nearness. Degrees in `datum`."""

    latitude: float
    longitude: float
    label: str = ""
    datum: str = "gcj02"


@dataclass(frozen=True, slots=True)
class Inbound:
    """One verified message.

    `key` is unique on its platform however often the message is delivered; `conversation` is where answers
    are kept in order (the person one to one, or the group); `text` is as it was sent, `sent_at` is the
    sender's time in UTC as the platform tells it. `quoted` is what the sender pointed at: words of somebody, not
    necessarily theirs. `veiled` says that `sender` is an encrypted account, under which nobody is registered.
    `reply` is how the platform is answered in that very chat; it is good for a short while and never logged.
    """

    platform: str
    key: str
    conversation: str
    sender: str
    kind: Kind
    sent_at: datetime
    text: str = ""
    group: str = ""
    group_name: str = ""
    media: tuple[MediaRef, ...] = ()
    location: Location | None = None
    action: str = ""
    task: str = ""  # WeCom TaskId or DingTalk outTrackId of the card that was pressed
    part_of: str = ""  # the key of the message this came with, where a photo of it had to be waited for
    response_code: str = ""  # WeCom: greys the pressed card's button, once, within 72 h
    quoted: str = ""
    veiled: bool = False
    reply: str = field(default="", repr=False)
    project: str = ""  # 编号 of the project on whose page it was written

    def as_dict(self) -> dict[str, Any]:
        """Return a JSON-ready mapping; :meth:`from_dict` is its inverse."""
        data: dict[str, Any] = {
            name: value for name in _PLAIN if (value := getattr(self, name)) or name in ("sender", "key")
        }
        data["kind"] = self.kind.value
        data["sent_at"] = self.sent_at.isoformat()
        if self.media:
            data["media"] = [{"kind": ref.kind.value, "ref": ref.ref, "name": ref.name} for ref in self.media]
        if self.location is not None:
            data["location"] = dataclasses.asdict(self.location)
        return data

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Inbound:
        """Rebuild what :meth:`as_dict` wrote."""
        fields = dict(data)
        fields["kind"] = Kind(fields["kind"])
        fields["sent_at"] = datetime.fromisoformat(fields["sent_at"])
        fields["media"] = tuple(
            MediaRef(Kind(item["kind"]), item["ref"], item.get("name", "")) for item in fields.get("media", ())
        )
        if fields.get("location"):
            fields["location"] = Location(**fields["location"])
        return cls(**fields)


# Spelled out because every callback passes here: dataclasses.asdict copies deeply and costs more than storing.
_PLAIN = tuple(
    member.name for member in dataclasses.fields(Inbound) if member.name not in ("kind", "sent_at", "media", "location")
)
