"""The collection notice (征集通知, DC-16): once, to each responsible unit's liaison, before a regular meeting.

The office sends it around the day its mechanism names; where that day leaves too little time (A4) the office sets the
day first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from models import duties
from models.agenda import materials_duty
from models.entry import EntryKind
from models.errors import WrongState
from models.ledger import Ledger
from models.mechanism import Obligation
from models.meeting_plan import MeetingPlan
from models.notices import CollectionSent
from models.people import Person
from models.periods import month_end, shown
from models.regular import plan_of
from models.subjects import subjects

AROUND = 3
"""Working days around the day the mechanism names (R-M11)."""


@dataclass(frozen=True)
class Collecting:
    """A collection notice not sent yet."""

    duty: Obligation
    period: str
    plan: MeetingPlan


def collection_duty(ledger: Ledger) -> Obligation | None:
    """Return the pack's duty to send the notice."""
    return next((duty for duty in ledger.mechanism.obligations if duty.due.rule == "collection"), None)


def collecting(ledger: Ledger) -> Collecting | None:
    """Return the notice to be sent for the nearest meeting that still lies ahead and has none."""
    duty = collection_duty(ledger)
    if duty is None:
        return None
    for day in (ledger.today, month_end(ledger.today) + timedelta(days=1)):
        period = f"{day:%Y-%m}"
        plan = plan_of(ledger, period)
        if plan and plan.day > ledger.today and not is_sent(ledger, duty, period):
            return Collecting(duty, period, plan)
    return None


def is_sent(ledger: Ledger, duty: Obligation, period: str) -> bool:
    """Whether the notice of a period went out."""
    return bool(duties.payments(ledger, duty, period, ["area"]))


def send_collection(ledger: Ledger, found: Collecting, by: Person | None) -> tuple[int, list[str]]:
    """Send it 1:1, each liaison once with all his projects; return how many, and who can only be told otherwise."""
    if is_sent(ledger, found.duty, found.period):
        raise WrongState(f"{found.period}的征集通知已经发出，只发一次。")
    material = materials_duty(ledger)
    people: dict[int, tuple[Person, list[str]]] = {}
    for subject in subjects(ledger, material) if material else []:
        for person in subject.owners:
            people.setdefault(person.id, (person, []))[1].append(subject.name)
    names = [person.name for person, _ in people.values()]
    entry = ledger.record(
        EntryKind.NOTE,
        f"发出{found.duty.name}（{found.period}），材料{shown(found.plan.materials_due)}前报",
        person=by,
        data={"about": "collection", "state": "sent", "period": found.period, "to": names},
    )
    key = f"collection:{found.period}"
    ledger.drop_waiting(key)
    duties.pay(ledger, entry, person=by, occurred=ledger.today, duty=found.duty.id, period=found.period, subject="area")
    for person, projects in people.values():
        if person.accounts:
            ledger.say(
                _words(ledger, found, projects, material), to=person, key=f"{key}:{person.id}", duty=f"{key}:sent"
            )
    return len(people), [person.name for person, _ in people.values() if not person.accounts]


def workdays_off(ledger: Ledger, plan: MeetingPlan) -> int:
    """Return how many working days today lies from the day of the notice."""
    return ledger.calendar.workdays_between(plan.collection, ledger.today)


def _words(ledger: Ledger, found: Collecting, projects: list[str], material: Obligation | None) -> CollectionSent:
    return CollectionSent(
        meeting=ledger.mechanism.meetings.name,
        day=found.plan.day,
        decided=found.period in ledger.called.days,
        due=found.plan.materials_due,
        projects=projects,
        parts=[part.name for part in material.parts] if material else [],
        approval=material is not None and material.approver is not None,
        basis=ledger.mechanism.basis(found.duty.clause),
    )
