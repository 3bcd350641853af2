"""招商移交: to hand over after signing, to sign, to bring both papers (ZZ-09, R-E5); unsigned stays with the giver."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from models.actors import holders, people_of
from models.handover import Handover, current, duty_key, unsettled, workdays
from models.investment import Lead, stages
from models.ledger import Ledger
from models.mechanism import Actor, Obligation
from models.notices import HandoverReminder
from models.people import Unit
from models.supervision import rung
from scheduler.speaking import may_remind

_SIGNED = 2  # 签约: from then on a project is to be handed over
_LATE = -1


def handover_reminders(ledger: Ledger) -> None:
    """Remind whoever has the next step of each handing over, once a rung and once when it is late."""
    duty = ledger.mechanism.event("handover")
    if duty is None or not may_remind(ledger):
        return
    ladder = [*duty.remind.ladder, _LATE]
    horizon = ledger.calendar.add_workdays(ledger.today, max(*ladder, 1))
    for row in unsettled(ledger, horizon):
        step = rung(ladder, ledger.calendar.workdays_between(ledger.today, row.due))
        if step is not None:
            _remind(ledger, duty, row, step)
    _remind_to_hand_over(ledger, duty, ladder)


def _remind(ledger: Ledger, duty: Obligation, row: Handover, step: int) -> None:
    if row.signed:
        _say(ledger, duty, row, step, "两书", row.receiver, row.giver)
        return
    _say(ledger, duty, row, step, "签收", row.receiver, row.giver)
    if step == _LATE:
        _say(ledger, duty, row, step, "未签收", row.giver, row.receiver)


def _say(ledger: Ledger, duty: Obligation, row: Handover, step: int, what: str, to: Unit, other: Unit) -> None:
    words = HandoverReminder(
        number=row.lead.number,
        project=row.lead.name,
        step=what,
        other=other.shown,
        missing=row.missing,
        due=row.due,
        today=ledger.today,
        basis=ledger.mechanism.basis(duty.clause),
    )
    for person in people_of(ledger, to):
        ledger.say(words, to=person, key=f"{duty_key(row)}:{what}:{step}:{person.id}", duty=duty_key(row))


def _remind_to_hand_over(ledger: Ledger, duty: Obligation, ladder: list[int]) -> None:
    """Remind 招商 of what was signed and not handed over."""
    names = stages(ledger)
    signed = ledger.session.scalars(select(Lead).where(Lead.stage == names[min(_SIGNED, len(names) - 1)]))
    for lead in signed:
        if current(ledger, lead) is not None:
            continue
        due = ledger.calendar.add_workdays(lead.since, workdays(ledger))
        step = rung(ladder, ledger.calendar.workdays_between(ledger.today, due))
        if step is not None:
            _say_hand_over(ledger, duty, lead, due, step)


def _say_hand_over(ledger: Ledger, duty: Obligation, lead: Lead, due: date, step: int) -> None:
    basis = ledger.mechanism.basis(duty.clause)
    words = HandoverReminder(lead.number, lead.name, "移交", "", [], due, ledger.today, basis)
    for person in people_of(ledger, lead.unit) or holders(ledger, Actor.INVESTMENT):
        key = f"lead:{lead.id}:{lead.since.isoformat()}:{step}:{person.id}"
        ledger.say(words, to=person, key=key, duty=f"lead:{lead.id}")
