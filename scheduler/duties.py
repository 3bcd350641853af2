"""Reminders of recurring duties: planned once a rung, for those who still owe, aimed at a working day.

The literal date judges; the reminder line is the last working day up to it (A6). Looking costs as much as the pack has
duties; only a rung that is reached looks at people, and only at those nothing has been paid for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from models.absence import is_away
from models.actors import Scope, holders
from models.duties import due_within, duty_key, is_paid
from models.hush import Hush, is_hushed, waking
from models.ledger import Ledger
from models.mechanism import Actor, Obligation, PayingKind
from models.meeting import is_meeting_called
from models.notices import Answer, DutyReminder, Notice, ReportReminder
from models.obligation import Occurrence
from models.people import Person
from models.periods import period_said
from models.planned_reminder import is_planned, note_planned
from models.reporting import LATELY, ReportState, Submission, approval_card, begun, find_submission, reports, unreported
from models.subjects import Subject, subject_at, unpaid
from scheduler.speaking import may_remind

_LOOK_AHEAD = timedelta(days=40)
_LATE = "late"


def duty_reminders(ledger: Ledger) -> None:
    """Tell whoever owes a duty whose reminder day has come, once a rung; of reports also once that they are late."""
    if not may_remind(ledger):
        return
    for duty, occurrence in _near(ledger):
        rung = _rung(ledger, duty, occurrence)
        if rung and not is_planned(ledger, duty.id, occurrence.period, rung):
            _plan(ledger, duty, occurrence, rung)
            note_planned(ledger, duty.id, occurrence.period, rung)


def snoozed_reminders(ledger: Ledger) -> None:
    """Say again what somebody wanted to hear later, if it is still open."""
    if not may_remind(ledger):
        return
    for hush in waking(ledger):
        hush.woken = True
        if hush.scope.startswith("duty:"):
            _say_again(ledger, hush)


def _say_again(ledger: Ledger, hush: Hush) -> None:
    _, duty_id, period, key = hush.scope.split(":", 3)
    for duty, occurrence in _near(ledger):
        if (duty.id, occurrence.period) != (duty_id, period) or is_paid(ledger, duty_id, period, key):
            continue
        subject = subject_at(ledger, duty, key)
        if subject is not None:
            _say(ledger, duty, occurrence, subject, f"again{hush.id}", hush.person)


def late_report_summary(ledger: Ledger) -> None:
    """Tell the office, once the date has passed, who has not reported."""
    if not may_remind(ledger):
        return
    asked_for = {duty.id for duty in reports(ledger)}
    for duty, occurrence in _near(ledger):
        if duty.id not in asked_for or not _is_late(occurrence, ledger.today):
            continue
        if is_planned(ledger, duty.id, occurrence.period, "summary"):
            continue
        note_planned(ledger, duty.id, occurrence.period, "summary")
        missing = [subject.name for subject, _ in unreported(ledger, duty, occurrence)]
        if missing:
            lines = ["、".join(missing[:20]) + (f" 等{len(missing)}家" if len(missing) > 20 else "")]
            said = period_said(occurrence.period, ledger.today)
            words = Answer(f"{said}{duty.name}已过期，未报{len(missing)}家：", lines)
            ledger.say_to_office(words, key=f"late-summary:{duty.id}:{occurrence.period}")


def _near(ledger: Ledger) -> Iterator[tuple[Obligation, Occurrence]]:
    """Yield the periods whose dates are near; none that ended before the county began with us."""
    start, end = max(ledger.today - LATELY, begun(ledger)), ledger.today + _LOOK_AHEAD
    for duty in ledger.mechanism.obligations:
        for occurrence in due_within(ledger, duty, start, end):
            if occurrence.due is not None and not occurrence.waived:
                yield duty, occurrence


def _rung(ledger: Ledger, duty: Obligation, occurrence: Occurrence) -> str | None:
    """Return the newest rung reached: what downtime missed is skipped, and nothing is said of a period gone by."""
    if _is_late(occurrence, ledger.today):
        return _LATE if duty.parts and occurrence.reminders else None
    reached = [day for day in occurrence.reminders if day <= ledger.today]
    return max(reached).isoformat() if reached else None


def _is_late(occurrence: Occurrence, today: date) -> bool:
    return occurrence.due is not None and today > occurrence.due


def _plan(ledger: Ledger, duty: Obligation, occurrence: Occurrence, rung: str) -> None:
    if _arranged(ledger, duty, occurrence):
        return
    for subject in unpaid(ledger, duty, occurrence):
        row = find_submission(ledger, duty, occurrence.period, subject) if duty.parts else None
        if row is not None and row.state == ReportState.PENDING.value:
            _ask_approvers(ledger, duty, occurrence, subject, row, rung)
            continue
        for person in _told(ledger, occurrence, subject):
            _say(ledger, duty, occurrence, subject, rung, person)


def _arranged(ledger: Ledger, duty: Obligation, occurrence: Occurrence) -> bool:
    """Whether the county's meeting of the period is called already: then its office need not be reminded (ZZ-24)."""
    held = PayingKind.DECISION in duty.discharged_by and duty.per == "area"
    return held and is_meeting_called(ledger, occurrence.starts, occurrence.ends)


def _told(ledger: Ledger, occurrence: Occurrence, subject: Subject) -> list[Person]:
    """Return who is told: the owners; where all are away till the date, the head of their unit."""
    last = max(ledger.today, occurrence.due or ledger.today)
    present = [person for person in subject.owners if not is_away(ledger, person.id, ledger.today, last)]
    if present or not subject.owners:
        return present
    return holders(ledger, Actor.UNIT_HEAD, Scope(project=subject.project, unit=subject.owners[0].unit))


def _say(ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject, rung: str, person: Person) -> None:
    key = duty_key(duty.id, occurrence.period, subject.key)
    if not is_hushed(ledger, person, key, duty.id):
        words = _words(ledger, duty, occurrence, subject, person)
        ledger.say(words, to=person, key=f"{key}:{rung}:{person.id}", duty=key)


def _ask_approvers(
    ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject, row: Submission, rung: str
) -> None:
    card = approval_card(ledger, duty, occurrence, subject, row)
    for person in subject.approvers:
        key = f"approve:{row.id}:{row.version}:{rung}:{person.id}"
        ledger.say(card, to=person, key=key, duty=f"approve:{row.id}:{row.version}")


def _words(ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject, person: Person) -> Notice:
    assert occurrence.due is not None
    said, basis = period_said(occurrence.period, ledger.today), ledger.mechanism.basis(duty.clause)
    if duty.parts:
        return ReportReminder(
            duty=duty.name,
            period=said,
            subject=subject.name,
            parts=[part.name for part in duty.parts if part.required],
            due=occurrence.due,
            today=ledger.today,
            clash=occurrence.clash or "",
            basis=basis,
        )
    named = [] if subject.key in ("area", f"person:{person.id}") else [subject.name]
    return DutyReminder(duty.name, said, named, occurrence.due, _how(duty), basis)


def _how(duty: Obligation) -> str:
    """Say what is enough: never a form, never a photo (mission 6)."""
    if PayingKind.VISIT in duty.discharged_by:
        ways = "、".join(duty.modes) or "现场、微信、视频、电话"
        return f"{ways}都行，回一句说到了哪里、看到什么就记上，不用照片。"
    if PayingKind.DECISION in duty.discharged_by:
        return "开了以后回「议定：……」就记上。"
    return "草稿由台账自动起草，改好发出即可。"
