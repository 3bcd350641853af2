"""What pays a duty (一报多用, ★4): each fact is matched to every open duty it satisfies, and only to those.

A payment points at the ledger entry that paid. Whoever records a fact calls :func:`pay` with the entry; a report,
an approval or a note pays the duty it names, a visit or a decision every duty it fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from models.actors import Scope, holds
from models.base import Base
from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.mechanism import Actor, Obligation, PayingKind
from models.obligation import Occurrence, current, occurrences
from models.people import Person, Role
from models.project import Part, Project, Taskforce

_NAMED = frozenset({EntryKind.SUBMISSION, EntryKind.APPROVAL, EntryKind.NOTE})
"""Kinds that pay only the duty they name: a note is not an inspection because it is a note."""


class Payment(Base):
    """One duty of one period, paid for one subject by one entry."""

    __tablename__ = "payments"
    __table_args__ = (Index("ix_payments_duty", "duty", "period", "subject"),)

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    duty: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(20))
    subject: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    entry_seq: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), index=True)
    occurred: Mapped[date]
    paid_at: Mapped[datetime]


def pay(
    ledger: Ledger,
    entry: Entry,
    *,
    person: Person | None,
    occurred: date,
    project: Project | None = None,
    taskforce: Taskforce | None = None,
    mode: str = "",
    duty: str | None = None,
    period: str | None = None,
    subject: str | None = None,
) -> list[Obligation]:
    """Note every duty the entry pays, in the entry's `discharges` too, and return them.

    `duty`, with `period` and `subject` where the entry itself says them, names the one duty it pays; `occurred` is
    the local date of the fact, which decides the period: what happened last week pays nothing of this one.
    """
    paid = []
    for obligation in _candidates(ledger, EntryKind(entry.kind), duty):
        if duty is None and not _fits(ledger, obligation, person, project, taskforce, mode):
            continue
        keys = [subject] if subject else _subjects(ledger, obligation, person, project, taskforce)
        label = period or period_label(ledger, obligation, occurred)
        if label is None or not keys:
            continue
        for key in keys:
            _note(ledger, entry, obligation, label, key, person, occurred)
        paid.append(obligation)
    if paid:
        ids = [*entry.data.get("discharges", ()), *(obligation.id for obligation in paid)]
        entry.data = {**entry.data, "discharges": list(dict.fromkeys(ids))}
    return paid


def void(ledger: Ledger, entry_seq: int) -> None:
    """Take back what an entry paid: it no longer stands."""
    ledger.session.execute(delete(Payment).where(Payment.entry_seq == entry_seq))


def carry_over(ledger: Ledger, entry_seq: int, to: Entry) -> None:
    """Let what an entry paid be paid by the version that takes its place."""
    paid = list(ledger.session.scalars(select(Payment).where(Payment.entry_seq == entry_seq)))

    def hand_over(sealed: Entry) -> None:
        for payment in paid:
            payment.entry_seq = sealed.seq

    ledger.when_sealed(to, hand_over)


def unpay(ledger: Ledger, duty: str, period: str, subject: str) -> None:
    """Open a duty again: what paid it was changed and has to be agreed to anew."""
    ledger.session.execute(
        delete(Payment).where(Payment.duty == duty, Payment.period == period, Payment.subject == subject)
    )


def is_paid(ledger: Ledger, duty: str, period: str, subject: str) -> bool:
    """Whether something has paid a duty of one subject in a period."""
    query = select(Payment.id).where(Payment.duty == duty, Payment.period == period, Payment.subject == subject)
    return ledger.session.scalar(query.limit(1)) is not None


def payments(ledger: Ledger, duty: Obligation, period: str, subjects: Iterable[str] = ()) -> dict[str, Payment]:
    """Return the first payment of each subject, of these subjects where given."""
    query = select(Payment).where(Payment.duty == duty.id, Payment.period == period).order_by(Payment.id.desc())
    wanted = list(subjects)
    if wanted:
        query = query.where(Payment.subject.in_(wanted))
    return {row.subject: row for row in ledger.session.scalars(query)}


def duty_key(duty: str, period: str, subject: str) -> str:
    """Name one duty of one subject in one period: what a reminder reminds of, and what a payment settles."""
    return f"duty:{duty}:{period}:{subject}"


def period_label(ledger: Ledger, obligation: Obligation, day: date) -> str | None:
    """Return the label of the period in which a fact of that day pays, None when no period holds it."""
    found = occurrence_on(ledger, obligation, day)
    return found.period if found else None


def due_within(ledger: Ledger, obligation: Obligation, first: date, last: date) -> Iterator[Occurrence]:
    """Yield what is due between two local dates, with the meetings where notices have put them."""
    return occurrences(obligation, first, last, ledger.calendar, ledger.mechanism, ledger.called)


def occurrence_now(ledger: Ledger, obligation: Obligation) -> Occurrence:
    """Return the latest occurrence whose period has begun, also when its date has passed."""
    return current(obligation, ledger.today, ledger.calendar, ledger.mechanism, ledger.called)


def occurrence_on(ledger: Ledger, obligation: Obligation, day: date) -> Occurrence | None:
    """Return the occurrence whose period holds a local date."""
    first, last = date.fromordinal(day.toordinal() - 70), date.fromordinal(day.toordinal() + 370)
    around = due_within(ledger, obligation, first, last)
    return next((one for one in around if one.starts <= day <= one.ends), None)


def per_of(ledger: Ledger, duty: Obligation) -> str:
    """Return by what a duty is counted: a visit by project or by leader, as the county settled it (A12)."""
    by_leader = ledger.mechanism.conflicts.visit_per == "leader" and PayingKind.VISIT in duty.discharged_by
    return "person" if by_leader and duty.per == "project" and duty.owner is Actor.ASSIGNED_LEADER else duty.per


def _candidates(ledger: Ledger, kind: EntryKind, duty: str | None) -> list[Obligation]:
    if duty is not None:
        return [obligation for obligation in ledger.mechanism.obligations if obligation.id == duty]
    if kind in _NAMED:
        return []
    return [
        obligation
        for obligation in ledger.mechanism.obligations
        if obligation.recurring and any(paying.value == kind.value for paying in obligation.discharged_by)
    ]


def _fits(
    ledger: Ledger,
    obligation: Obligation,
    person: Person | None,
    project: Project | None,
    taskforce: Taskforce | None,
    mode: str,
) -> bool:
    if person is None or (obligation.modes and mode not in obligation.modes):
        return False
    if obligation.per == "area":
        return False  # a county's duty is paid by the act itself, which names it
    return _owes(ledger, obligation.owner, person, project, taskforce)


def _owes(ledger: Ledger, owner: Actor, person: Person, project: Project | None, taskforce: Taskforce | None) -> bool:
    if owner in (Actor.TASKFORCE_LEADER, Actor.LEAD_UNIT, Actor.TASKFORCE):
        group = taskforce or (project.taskforce if project else None)
        return group is not None and holds(ledger, person, owner, Scope(taskforce=group))
    if project is None:
        return False
    leaders = {leader.id for leader in project.people(Part.LEADER, ledger.today)}
    if owner is Actor.ASSIGNED_LEADER:
        return person.id in leaders
    units = {unit.id for unit in project.units(Part.RESPONSIBLE_UNIT, ledger.today)}
    if person.id in leaders or person.unit_id not in units:
        return False
    if owner is Actor.RESPONSIBLE_UNIT:
        return True
    return owner is Actor.UNIT_HEAD and ledger.has_role(person, Role.UNIT_HEAD)


def _subjects(
    ledger: Ledger,
    obligation: Obligation,
    person: Person | None,
    project: Project | None,
    taskforce: Taskforce | None,
) -> list[str]:
    per = per_of(ledger, obligation)
    if per == "area":
        return ["area"]
    if per == "project":
        return [f"project:{project.id}"] if project else []
    if per == "taskforce":
        group = taskforce or (project.taskforce if project else None)
        return [f"taskforce:{group.id}"] if group else []
    if per == "person":
        return [f"person:{person.id}"] if person else []
    return [f"unit:{person.unit_id}"] if person else []


def _note(
    ledger: Ledger,
    entry: Entry,
    obligation: Obligation,
    period: str,
    subject: str,
    person: Person | None,
    occurred: date,
) -> None:
    payment = Payment(
        duty=obligation.id,
        period=period,
        subject=subject,
        person_id=person.id if person else None,
        occurred=occurred,
        paid_at=ledger.now,
    )
    ledger.session.add(payment)
    ledger.when_sealed(entry, lambda sealed: setattr(payment, "entry_seq", sealed.seq))
    ledger.drop_waiting(duty_key(obligation.id, period, subject))
