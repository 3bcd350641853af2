"""The in-tray, the out-tray and what was fetched: rows that outlive a crash.

Nothing is answered before its in-tray row is committed, nothing is said but from an out-tray row.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.message import Inbound
from models.people import Person
from models.project import Group

_BigId = BigInteger().with_variant(Integer, "sqlite")


class InState(StrEnum):
    """Where an incoming message stands."""

    NEW = "new"
    DONE = "done"
    UNPLACED = "unplaced"  # kept and answered, but the office must look at it
    STRANGER = "stranger"  # from somebody who is not registered
    DEAD = "dead"  # failed too often; the office sees it and may replay it


WAITS_FOR_MEDIA = "media"
"""The error of a message whose photo or file cannot be fetched yet."""


class Incoming(Base):
    """A message as it came. `raw` is what the platform sent (decrypted); `digest` its SHA-256."""

    __tablename__ = "incoming"
    __table_args__ = (
        UniqueConstraint("platform", "key"),
        Index("ix_incoming_open", "state", "conversation", "id"),
        Index("ix_incoming_next", "state", "id"),
    )

    id: Mapped[int] = mapped_column(_BigId, primary_key=True)
    platform: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(200))
    conversation: Mapped[str] = mapped_column(String(200))
    sender: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(20))
    message: Mapped[dict[str, Any]]
    raw: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    sent_at: Mapped[datetime]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    not_before: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    handler: Mapped[str] = mapped_column(String(50), default="")
    error: Mapped[str] = mapped_column(String(300), default="")

    @property
    def inbound(self) -> Inbound:
        """The message in the shape the handlers read."""
        return Inbound.from_dict(self.message)


class OutState(StrEnum):
    """Where something we say stands. Accepted by the platform is not read."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"  # 结果不明: may have been delivered, shown to the office
    FAILED = "failed"
    CANCELLED = "cancelled"  # the duty was met before it left
    MERGED = "merged"  # leaves with the digest it was put into


class Outgoing(Base):
    """One thing to say to one person or group: facts first, the words once they are sent.

    `key` is unique for ever; `duty` names what would make it pointless (a met duty cancels what waits);
    a `push` respects the speaking window, an answer (`push` false) does not. `expires_at` is when an hour makes it
    pointless; `pushed_on` the local day whose slot of the person's budget it took; `merged_into` its digest.
    `chat` is the chat that asked, where that is not the person's own with the app: see :class:`models.ledger.Room`.
    """

    __tablename__ = "outgoing"
    __table_args__ = (
        Index("ix_outgoing_due", "state", "not_before"),
        Index("ix_outgoing_recent", "conversation", "sent_at"),
        Index("ix_outgoing_pushed", "person_id", "pushed_on"),
    )

    id: Mapped[int] = mapped_column(_BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    notice: Mapped[str] = mapped_column(String(60))
    facts: Mapped[dict[str, Any]]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("groups.id"))
    account: Mapped[dict[str, Any] | None]  # platform and user id of somebody not registered
    chat: Mapped[dict[str, Any] | None]
    conversation: Mapped[str] = mapped_column(String(200), default="")
    platform: Mapped[str] = mapped_column(String(20), default="")
    push: Mapped[bool]
    urgent: Mapped[str] = mapped_column(String(200), default="")
    duty: Mapped[str] = mapped_column(String(100), default="", index=True)
    created_at: Mapped[datetime]
    not_before: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    pushed_on: Mapped[date | None]
    merged_into: Mapped[int | None] = mapped_column(_BigId, index=True)
    state: Mapped[str] = mapped_column(String(20))
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    words: Mapped[str | None] = mapped_column(Text)
    template_hash: Mapped[str | None] = mapped_column(String(64))
    refs: Mapped[dict[str, Any] | None]
    detail: Mapped[str] = mapped_column(String(300), default="")

    person: Mapped[Person | None] = relationship(lazy="joined")
    group: Mapped[Group | None] = relationship(lazy="joined")

    @property
    def in_room(self) -> bool:
        """Whether it is said in the group it was asked in, and not to a person."""
        return self.chat is not None and self.person_id is None and self.account is None


class Delivery(Base):
    """One attempt to send."""

    __tablename__ = "deliveries"

    id: Mapped[int] = mapped_column(_BigId, primary_key=True)
    outgoing_id: Mapped[int] = mapped_column(ForeignKey("outgoing.id"), index=True)
    at: Mapped[datetime]
    platform: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(80), default="")
    detail: Mapped[str] = mapped_column(String(300), default="")


class StoredFile(Base):
    """A photo or document kept byte for byte under its SHA-256."""

    __tablename__ = "files"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    bytes: Mapped[int]
    type: Mapped[str] = mapped_column(String(100))
    stored_at: Mapped[datetime]


class Lease(Base):
    """Who alone may do something for now: hold the one long connection a bot is allowed."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    holder: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]


class Material(Base):
    """A photo or a location that waits to be joined to a visit by person, time and project."""

    __tablename__ = "materials"

    id: Mapped[int] = mapped_column(_BigId, primary_key=True)
    incoming_id: Mapped[int] = mapped_column(ForeignKey("incoming.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    sent_at: Mapped[datetime]
    attachments: Mapped[list[Any]]  # [{"sha256", "bytes", "type"}]
    location: Mapped[dict[str, Any] | None]
    used: Mapped[bool] = mapped_column(default=False)

    incoming: Mapped[Incoming] = relationship(lazy="joined")


class Setting(Base):
    """What the county chose at `duban init`, and small facts of the house (a key and JSON)."""

    __tablename__ = "settings"

    key: Mapped[str] = mapped_column(String(50), primary_key=True)
    value: Mapped[dict[str, Any]]
