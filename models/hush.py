"""「别提醒了」: what somebody does not want to be reminded of, or not yet; said once, kept, taken back in words.

It silences reminders, never a duty and never a notice. `scope` is a duty of one period (`duty:…`), a duty for good
(its id), or everything periodic (`all`). A hush with a day is a snooze: on that day the reminder comes once more.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.ledger import Ledger
from models.people import Person

ALL = "all"


class Hush(Base):
    """One such wish; `until` is the local day from which it no longer holds, None for good."""

    __tablename__ = "hushes"
    __table_args__ = (Index("ix_hushes_until", "until", "woken"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    scope: Mapped[str] = mapped_column(String(200))
    until: Mapped[date | None]
    asked_at: Mapped[datetime]
    woken: Mapped[bool] = mapped_column(default=False)

    person: Mapped[Person] = relationship(lazy="joined")


def hush(ledger: Ledger, person: Person, scope: str, until: date | None) -> Hush:
    """Keep somebody's wish."""
    row = Hush(person_id=person.id, scope=scope, until=until, asked_at=ledger.now, woken=until is None)
    ledger.session.add(row)
    ledger.session.flush()
    return row


def is_hushed(ledger: Ledger, person: Person, key: str, duty: str = "") -> bool:
    """Whether somebody wants to hear nothing of this today: `key` of one period, `duty` the rule's id."""
    rows = ledger.session.scalars(
        select(Hush.until).where(Hush.person_id == person.id, Hush.scope.in_([key, duty, ALL]))
    )
    return any(until is None or ledger.today < until for until in rows)


def waking(ledger: Ledger) -> list[Hush]:
    """Return the snoozes whose day has come."""
    return list(ledger.session.scalars(select(Hush).where(Hush.woken.is_(False), Hush.until <= ledger.today)))


def lift(ledger: Ledger, person: Person) -> int:
    """Take back everything somebody hushed; return how many wishes that were."""
    rows = ledger.session.scalars(select(Hush).where(Hush.person_id == person.id)).all()
    live = [row for row in rows if row.until is None or ledger.today < row.until]
    for row in live:
        row.until, row.woken = ledger.today, True
    return len(live)
