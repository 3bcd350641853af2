"""招商项目移交: from whom, to whom, when, signed or not, with 时间表 and 任务书 (ZZ-09).

Until it is signed the project stays with the giver; a receiver without the two papers is reminded.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import duties
from models.actors import Scope
from models.base import Base
from models.deeds import Deed, require
from models.entry import Entry, EntryKind
from models.errors import Refusal, WrongState
from models.investment import Lead, note
from models.ledger import Ledger
from models.people import Person, Unit

PAPERS = ("时间表", "任务书")
_WORKDAYS = 10


class Handover(Base):
    """One handing over. `due` is by when it must be signed and both papers be there."""

    __tablename__ = "handovers"
    __table_args__ = (Index("ix_handovers_due", "settled", "due"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("leads.id"), index=True)
    giver_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    handed: Mapped[date]
    due: Mapped[date]
    signed: Mapped[date | None]
    signed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    timetable: Mapped[str] = mapped_column(Text, default="")
    tasks: Mapped[str] = mapped_column(Text, default="")
    settled: Mapped[bool] = mapped_column(default=False)

    lead: Mapped[Lead] = relationship(lazy="joined")
    giver: Mapped[Unit] = relationship(lazy="joined", foreign_keys=giver_id)
    receiver: Mapped[Unit] = relationship(lazy="joined", foreign_keys=receiver_id)

    @property
    def holder(self) -> Unit:
        """Who answers for the project now: the giver until it is signed."""
        return self.receiver if self.signed else self.giver

    @property
    def missing(self) -> list[str]:
        """Which of the two papers is not there."""
        return [name for name, text in zip(PAPERS, (self.timetable, self.tasks), strict=True) if not text]


def workdays(ledger: Ledger) -> int:
    """Return how many working days the notice, or its default, leaves for taking over."""
    duty = ledger.mechanism.event("handover")
    return (duty.due.workdays if duty else None) or _WORKDAYS


def hand_over(ledger: Ledger, lead: Lead, to: Unit, by: Person | None) -> Handover:
    """Hand a lead's project over to the unit that takes it on; an unsigned one before it is void."""
    require(ledger, by, Deed.HAND_OVER)
    before = current(ledger, lead)
    if before is not None and before.signed:
        raise WrongState(f"{lead.shown}已由{before.receiver.shown}签收承接。")
    if to.id == lead.unit_id:
        raise Refusal(f"{lead.shown}本来就在{to.shown}，不用移交。")
    if before is not None:
        before.settled = True
        ledger.drop_waiting(duty_key(before))
    row = Handover(
        lead_id=lead.id,
        giver_id=lead.unit_id,
        receiver_id=to.id,
        handed=ledger.today,
        due=ledger.calendar.add_workdays(ledger.today, workdays(ledger)),
        timetable="",
        tasks="",
    )
    ledger.session.add(row)
    ledger.session.flush()
    ledger.session.refresh(row)
    ledger.drop_waiting(f"lead:{lead.id}")
    note(
        ledger, lead, by, f"移交{to.shown}承接，{row.due}前签收并拿出时间表、任务书", "handed", due=row.due.isoformat()
    )
    return row


def sign(ledger: Ledger, row: Handover, by: Person | None) -> Entry:
    """Sign for a handing over: from now on the receiver answers for it."""
    require(ledger, by, Deed.TAKE_OVER, Scope(unit=row.receiver))
    if row.signed:
        raise WrongState(f"{row.lead.shown}已于{row.signed}签收。")
    row.signed, row.signed_by = ledger.today, by.id if by else None
    row.lead.unit = row.receiver
    _settle(ledger, row)
    return note(ledger, row.lead, by, f"{row.receiver.shown}签收承接", "signed", giver=row.giver.shown)


def add_papers(ledger: Ledger, row: Handover, papers: dict[str, str], by: Person | None) -> Entry:
    """Take 时间表 or 任务书, one or both; pays the duty of taking over once nothing is missing."""
    require(ledger, by, Deed.TAKE_OVER, Scope(unit=row.receiver))
    if not row.signed:
        raise WrongState(f"{row.lead.shown}还没签收，请先回「签收{row.lead.number}」。")
    row.timetable = papers.get(PAPERS[0], row.timetable)
    row.tasks = papers.get(PAPERS[1], row.tasks)
    _settle(ledger, row)
    text = "；".join(f"{name}：{words}" for name, words in papers.items())
    duty = ledger.mechanism.event("handover")
    data = {"about": "handover", "state": "filed", "lead": row.lead.number, "missing": row.missing or None}
    data["duty"] = duty.id if duty else None
    entry = ledger.record(EntryKind.SUBMISSION, text, person=by, project=row.lead.project, data=data)
    if duty is not None and row.settled:
        period, subject = row.handed.isoformat(), duty_key(row)
        duties.pay(ledger, entry, person=by, occurred=ledger.today, duty=duty.id, period=period, subject=subject)
    return entry


def current(ledger: Ledger, lead: Lead) -> Handover | None:
    """Return the newest handing over of a lead."""
    return ledger.session.scalar(select(Handover).where(Handover.lead_id == lead.id).order_by(Handover.id.desc()))


def unsettled(ledger: Ledger, by: date) -> list[Handover]:
    """Return what is unsigned or without its papers and due by a day, the soonest first."""
    return list(
        ledger.session.scalars(
            select(Handover).where(Handover.settled.is_(False), Handover.due <= by).order_by(Handover.due, Handover.id)
        )
    )


def waiting_for(ledger: Ledger, unit_id: int) -> list[Handover]:
    """Return what a unit has still to sign or to write papers for."""
    return list(
        ledger.session.scalars(
            select(Handover).where(Handover.receiver_id == unit_id, Handover.settled.is_(False)).order_by(Handover.due)
        )
    )


def duty_key(row: Handover) -> str:
    """Name what a reminder reminds of."""
    return f"handover:{row.id}"


def _settle(ledger: Ledger, row: Handover) -> None:
    ledger.drop_waiting(duty_key(row))
    row.settled = row.signed is not None and not row.missing
