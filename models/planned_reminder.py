"""What was planned already: one row for each duty, period and rung of its ladder whose reminders were written.

A day's planning looks at the pack's duties, not at the projects, until a rung is reached; then at those who owe it,
once. Who was waiting at that moment is in the out-tray.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.ledger import Ledger


class PlannedReminder(Base):
    """A rung of a duty's ladder in a period, once its reminders are written."""

    __tablename__ = "plans"

    duty: Mapped[str] = mapped_column(String(60), primary_key=True)
    period: Mapped[str] = mapped_column(String(20), primary_key=True)
    rung: Mapped[str] = mapped_column(String(60), primary_key=True)
    planned_at: Mapped[datetime]


def is_planned(ledger: Ledger, duty: str, period: str, rung: str) -> bool:
    """Whether the reminders of a rung were written."""
    return ledger.session.get(PlannedReminder, (duty, period, rung)) is not None


def once(ledger: Ledger, duty: str, period: str, rung: str) -> bool:
    """Whether this is the first time it is asked for; the next time it is not."""
    if is_planned(ledger, duty, period, rung):
        return False
    note_planned(ledger, duty, period, rung)
    return True


def note_planned(ledger: Ledger, duty: str, period: str, rung: str) -> None:
    """Remember that they were."""
    ledger.session.add(PlannedReminder(duty=duty, period=period, rung=rung, planned_at=ledger.now))
    ledger.session.flush()
