"""Copies of pictures and words (★11): the author is asked first and alone; only what stays unanswered goes further.

Whether words are copied is told by `handlers/understanding/likeness.py`; here lie the keys by which candidates are
found, and what became of each case.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.entry import Entry
from models.ledger import Ledger
from models.people import Person

_Seq = BigInteger().with_variant(Integer, "sqlite")
_CANDIDATES = 30
_SHARED = 2
"""So many keys of six must be shared before a text is worth reading."""


class CopyKind(StrEnum):
    """What was used again."""

    PHOTO = "photo"
    TEXT = "text"
    NAME = "name"  # another project's name in a report


COPY_LABELS = {CopyKind.PHOTO: "照片相同", CopyKind.TEXT: "文字雷同", CopyKind.NAME: "写了别的项目"}


class TextKey(Base):
    """One of the keys of an entry's words."""

    __tablename__ = "text_keys"

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(_Seq, primary_key=True, autoincrement=False)


class Copy(Base):
    """One case: an entry that shows or says what another did. The office sees it from `office_from` on, unanswered."""

    __tablename__ = "copies"
    __table_args__ = (Index("ix_copies_unanswered", "answered_at", "office_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    seq: Mapped[int] = mapped_column(_Seq)
    earlier: Mapped[int | None] = mapped_column(_Seq)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    project: Mapped[str] = mapped_column(String(50))
    words: Mapped[str] = mapped_column(String(200))  # 照片1张与8月12日《…》的相同
    asked_at: Mapped[datetime]
    office_from: Mapped[date]
    office_told: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship(lazy="joined")


def open_case(ledger: Ledger, kind: CopyKind, entry: Entry, person: Person, words: str, *, earlier: int | None) -> Copy:
    """Note a case; for some working days only its author knows."""
    case = Copy(
        kind=kind.value,
        seq=0,
        earlier=earlier,
        person_id=person.id,
        person=person,
        project=entry.project or "",
        words=words[:200],
        asked_at=ledger.now,
        office_from=ledger.calendar.add_workdays(ledger.today, ledger.mechanism.copies.office_after_workdays),
        office_told=False,
        answer="",
    )

    def number(sealed: Entry) -> None:
        case.seq = sealed.seq

    ledger.session.add(case)
    ledger.session.flush()
    ledger.when_sealed(entry, number)
    return case


def settle_case(ledger: Ledger, case: Copy, answer: str) -> None:
    """Note the author's answer; the case goes no further."""
    case.answered_at = ledger.now
    case.answer = answer[:200]


def unanswered(ledger: Ledger) -> list[Copy]:
    """Return the cases the office may see: not answered in the days that were the author's own, and still standing."""
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    return list(
        ledger.session.scalars(
            select(Copy)
            .where(Copy.answered_at.is_(None), Copy.office_from <= ledger.today, Copy.seq.not_in(newer))
            .order_by(Copy.office_from, Copy.id)
        )
    )


def remember_words(ledger: Ledger, entry: Entry, keys: Iterable[int]) -> None:
    """Let an entry be found by its words once it has its number."""
    wanted = sorted(set(keys))

    def write(sealed: Entry) -> None:
        ledger.session.add_all(TextKey(key=key, seq=sealed.seq) for key in wanted)

    ledger.when_sealed(entry, write)


def alike_by_key(ledger: Ledger, keys: Iterable[int]) -> list[Entry]:
    """Return the newest entries that stand and share enough keys."""
    shared = (
        select(TextKey.seq)
        .where(TextKey.key.in_(list(keys)))
        .group_by(TextKey.seq)
        .having(func.count() >= _SHARED)
        .order_by(TextKey.seq.desc())
        .limit(_CANDIDATES)
    )
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    query = select(Entry).where(Entry.seq.in_(shared), Entry.seq.not_in(newer)).order_by(Entry.seq.desc())
    return list(ledger.session.scalars(query))
