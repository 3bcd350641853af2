"""Ledger entries: append-only, each sealed by a hash over itself and the one before it.

The hash is SHA-256 over the canonical JSON of the exported line without its `hash`; the line carries `prev`, so
whoever holds an export can check every line, and the whole chain where the export is whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, Integer, String, Text, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base

GENESIS = "0" * 64
_SHANGHAI = ZoneInfo("Asia/Shanghai")


class EntryKind(StrEnum):
    """What an entry tells (interface: the ledger as JSON lines)."""

    VISIT = "visit"
    PROGRESS = "progress"
    PROBLEM = "problem"
    RESOLUTION = "resolution"
    NOTICE_ISSUED = "notice_issued"
    NOTICE_RECEIVED = "notice_received"
    NOTICE_REPLIED = "notice_replied"
    NOTICE_RETURNED = "notice_returned"
    NOTICE_CLOSED = "notice_closed"
    SUBMISSION = "submission"
    APPROVAL = "approval"
    TOPIC = "topic"
    ATTENDANCE = "attendance"
    LEAVE = "leave"
    DECISION = "decision"
    PHOTO = "photo"
    NOTE = "note"
    CORRECTION = "correction"


ENTRY_LABELS = {
    EntryKind.VISIT: "现场办公",
    EntryKind.PROGRESS: "进展",
    EntryKind.PROBLEM: "存在问题",
    EntryKind.RESOLUTION: "问题销号",
    EntryKind.NOTICE_ISSUED: "下发督办",
    EntryKind.NOTICE_RECEIVED: "签收督办",
    EntryKind.NOTICE_REPLIED: "复函",
    EntryKind.NOTICE_RETURNED: "退回复函",
    EntryKind.NOTICE_CLOSED: "督办销号",
    EntryKind.SUBMISSION: "报送",
    EntryKind.APPROVAL: "审定",
    EntryKind.TOPIC: "议题",
    EntryKind.ATTENDANCE: "参会回执",
    EntryKind.LEAVE: "请假",
    EntryKind.DECISION: "决定事项",
    EntryKind.PHOTO: "照片",
    EntryKind.NOTE: "记事",
    EntryKind.CORRECTION: "更正",
}


class Entry(Base):
    """One line of the ledger (台账).

    `project` and `person` are kept as the words they were at that time (编号, 姓名), beside the ids that queries
    use. `source` is the digest of the message the entry was made from. An entry is never changed: a correction is
    a new entry that `supersedes` the old one.
    """

    __tablename__ = "entries"

    seq: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False
    )
    time: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    project: Mapped[str | None] = mapped_column(String(50), index=True)
    person: Mapped[str | None] = mapped_column(String(50))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    data: Mapped[dict[str, Any]]
    attachments: Mapped[list[Any]]
    channel: Mapped[str] = mapped_column(String(20))
    message_id: Mapped[str | None] = mapped_column(String(200), index=True)
    source: Mapped[str | None] = mapped_column(String(64))
    supersedes: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), index=True)
    prev: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))

    def line(self) -> dict[str, Any]:
        """Return the exported line."""
        return {
            "seq": self.seq,
            "time": self.time.astimezone(_SHANGHAI).isoformat(timespec="milliseconds"),
            "kind": self.kind,
            "project": self.project,
            "person": self.person,
            "text": self.text,
            "data": self.data,
            "attachments": self.attachments,
            "channel": self.channel,
            "message_id": self.message_id,
            "supersedes": self.supersedes,
            "person_id": self.person_id,
            "source": self.source,
            "prev": self.prev,
            "hash": self.hash,
        }

    def computed_hash(self) -> str:
        """Return what the hash must be, given every other field."""
        return line_hash(self.line())


def of_kinds(kinds: Collection[EntryKind]) -> ColumnElement[bool]:
    """Return the condition for entries of these kinds, and for corrections that are a new version of one.

    A correction that only takes back names what it corrects and mends nothing.
    """
    wanted = [kind.value for kind in kinds]
    mended = and_(Entry.kind == EntryKind.CORRECTION.value, Entry.data["mends"].as_string().in_(wanted))
    return or_(Entry.kind.in_(wanted), mended)


class ChainHead(Base):
    """The last sealed entry: one row, locked while a unit of work seals its entries."""

    __tablename__ = "chain_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    hash: Mapped[str] = mapped_column(String(64))


def line_hash(line: dict[str, Any]) -> str:
    """Return the SHA-256 of a line's canonical JSON, its own hash left out."""
    body = {name: value for name, value in line.items() if name != "hash"}
    canonical = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
