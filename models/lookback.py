"""回头看: some days after something was closed somebody looks again, and archives it or opens it anew (4.3)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.ledger import Ledger
from models.project import Project


class LookBack(Base):
    """One look to be taken at what was closed; `kind` and `number` say what, `result` stays empty until it is taken."""

    __tablename__ = "look_backs"
    __table_args__ = (Index("ix_look_backs_due", "done_at", "due"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(100), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    due: Mapped[date]
    done_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(Text, default="")

    project: Mapped[Project | None] = relationship(lazy="joined")


def plan(ledger: Ledger, kind: str, number: str, project: Project | None) -> LookBack | None:
    """Plan the look at something closed today; None where the county takes none."""
    days = ledger.mechanism.supervision.look_back_days
    if not days:
        return None
    drop(ledger, kind, number)
    look = LookBack(
        kind=kind,
        number=number,
        project_id=project.id if project else None,
        due=ledger.today + timedelta(days=days),
        result="",
    )
    ledger.session.add(look)
    ledger.session.flush()
    return look


def waiting(ledger: Ledger, kind: str, number: str) -> LookBack | None:
    """Return the look still to be taken."""
    return ledger.session.scalar(
        select(LookBack).where(LookBack.kind == kind, LookBack.number == number, LookBack.done_at.is_(None))
    )


def take(ledger: Ledger, kind: str, number: str, result: str) -> None:
    """Note what was found."""
    look = waiting(ledger, kind, number)
    if look is not None:
        look.done_at, look.result = ledger.now, result
        ledger.drop_waiting(duty_key(look))


def drop(ledger: Ledger, kind: str, number: str) -> None:
    """Forget a look that has become pointless: the thing is open again."""
    look = waiting(ledger, kind, number)
    if look is not None:
        ledger.drop_waiting(duty_key(look))
        ledger.session.delete(look)


def due_looks(ledger: Ledger) -> list[LookBack]:
    """Return the looks whose day has come, the longest due first."""
    query = select(LookBack).where(LookBack.done_at.is_(None), LookBack.due <= ledger.today)
    return list(ledger.session.scalars(query.order_by(LookBack.due, LookBack.id)))


def duty_key(look: LookBack) -> str:
    """Name what a reminder reminds of."""
    return f"look-back:{look.id}"
