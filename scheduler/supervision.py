"""Reminders of supervision notices: to sign, to reply, to solve; and the suggestion to escalate (ZZ-18, ZZ-19)."""

from __future__ import annotations

from datetime import date

from models import supervision
from models.ledger import Ledger
from models.notices import EscalationSuggested, SupervisionReminder
from models.request import waiting_above
from models.supervision import SupervisionNotice
from models.supervision_states import State
from scheduler.speaking import may_remind

_REPLY_STATES = (State.RECEIVED, State.RETURNED)
_SOLVE_STATES = (State.RECEIVED, State.RETURNED, State.REPLIED, State.ACCEPTED)


def supervision_reminders(ledger: Ledger) -> None:
    """Say the rung that each open notice has reached, once."""
    if not may_remind(ledger):
        return
    raised = waiting_above(ledger, "notice")
    for notice in supervision.open_notices(ledger):
        if notice.handle in raised:
            continue  # it waits for somebody above: nobody below is urged (JZ-13)
        state = State(notice.state)
        if state in (State.ISSUED, State.DELIVERED):
            _remind_to_sign(ledger, notice)
        if state in _REPLY_STATES and notice.reply_due:
            _remind(ledger, notice, "reply", notice.reply_due, notice.reply_ladder)
        if state in _SOLVE_STATES:
            _remind(ledger, notice, "solve", notice.solve_due, notice.solve_ladder)


def _remind_to_sign(ledger: Ledger, notice: SupervisionNotice) -> None:
    after = ledger.mechanism.supervision.sign_after_workdays
    if supervision.sign_rung(notice, ledger.calendar, ledger.today, after) is None:
        return
    due = ledger.calendar.add_workdays(notice.issued_at.astimezone(ledger.local_now.tzinfo).date(), after)
    _say(ledger, notice, "sign", due, 0, 0)


def _remind(ledger: Ledger, notice: SupervisionNotice, stage: str, due: date, ladder: list[int]) -> None:
    left = supervision.workdays_left(ledger.calendar, ledger.today, due)
    rung = supervision.rung(ladder, left)
    if rung is None:
        return
    _say(ledger, notice, stage, due, rung, left)
    if left < 0:
        _suggest_escalation(ledger, notice, stage, due, -left)


def _say(ledger: Ledger, notice: SupervisionNotice, stage: str, due: date, rung: int, left: int) -> None:
    rule = ledger.mechanism.supervision
    clause = rule.notice_clause if stage == "solve" else rule.reply_clause
    words = SupervisionReminder(
        number=notice.number,
        handle=notice.handle,
        project=notice.project.name,
        stage=stage,
        due=due,
        workdays_left=left,
        clause=ledger.mechanism.basis(clause),
        missing=notice.missing if stage == "reply" else [],
    )
    duty = supervision.duty(notice, stage)
    for person in supervision.answerable_by(ledger, notice):
        ledger.say(words, to=person, key=f"{duty}:{due.isoformat()}:{rung}:{person.id}", duty=duty)


def _suggest_escalation(ledger: Ledger, notice: SupervisionNotice, stage: str, due: date, late: int) -> None:
    words = EscalationSuggested(
        number=notice.number,
        project=notice.project.name,
        unit=notice.unit.shown,
        stage=stage,
        due=due,
        workdays_late=late,
    )
    duty = supervision.duty(notice, stage)
    ledger.say_to_office(words, key=f"{duty}:{due.isoformat()}:escalate", duty=duty)
