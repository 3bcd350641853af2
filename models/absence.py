"""Leave and training (请假, 培训) that was granted: it waives what it covers (A13)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.ledger import Ledger
from models.people import Person

_DAY = timedelta(days=1)


class Absence(Base):
    """Somebody is away from `first` to `last`, both included; written once it is granted, never before."""

    __tablename__ = "absences"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=person_id)


def is_away(ledger: Ledger, person_id: int, first: date, last: date) -> bool:
    """Whether somebody is away on every working day from `first` to `last`; False where there is none."""
    days = [first + _DAY * n for n in range((last - first).days + 1)]
    working = [day for day in days if ledger.calendar.is_workday(day)]
    if not working:
        return False
    away = ledger.session.scalars(
        select(Absence).where(Absence.person_id == person_id, Absence.first <= last, Absence.last >= first)
    ).all()
    return all(any(absence.first <= day <= absence.last for absence in away) for day in working)
