"""Reminders of periodic reports (JZ-15, ZZ-14, DC-19): only to those who have not reported, aimed at a working day.

The literal date judges; the reminder line is the last working day up to it (A6).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from models.ledger import Ledger
from models.mechanism import Obligation
from models.notices import Answer, ReportReminder
from models.obligation import Occurrence, occurrences
from models.reporting import LATELY, ReportState, Subject, begun, duty_key, reports, unreported
from scheduler.speaking import may_remind

_LOOK_AHEAD = timedelta(days=40)


def report_reminders(ledger: Ledger) -> None:
    """Tell each subject that has not reported, once a reminder day and once when it is late."""
    if not may_remind(ledger):
        return
    for duty, occurrence in _near(ledger):
        reached = [day for day in occurrence.reminders if day <= ledger.today]
        if not reached:
            continue
        rung = "late" if _is_late(occurrence, ledger.today) else max(reached).isoformat()
        for subject, row in unreported(ledger, duty, occurrence):
            if row is None or row.state != ReportState.PENDING.value:
                _remind(ledger, duty, occurrence, subject, rung)


def late_report_summary(ledger: Ledger) -> None:
    """Tell the office, once the date has passed, who has not reported."""
    if not may_remind(ledger):
        return
    for duty, occurrence in _near(ledger):
        if not _is_late(occurrence, ledger.today):
            continue
        missing = [subject.name for subject, _ in unreported(ledger, duty, occurrence)]
        if missing:
            lines = ["、".join(missing[:20]) + (f" 等{len(missing)}家" if len(missing) > 20 else "")]
            words = Answer(f"{duty.name}（{occurrence.period}）已过期，未报{len(missing)}家：", lines)
            ledger.say_to_office(words, key=f"late-summary:{duty.id}:{occurrence.period}")


def _near(ledger: Ledger) -> Iterator[tuple[Obligation, Occurrence]]:
    """Yield the report periods whose dates are near; none that ended before the county began with us."""
    start, end = ledger.today - LATELY, ledger.today + _LOOK_AHEAD
    for duty in reports(ledger):
        for occurrence in occurrences(duty, start, end, ledger.calendar, ledger.mechanism, ledger.called):
            if occurrence.due is not None and occurrence.due >= begun(ledger) and not occurrence.waived:
                yield duty, occurrence


def _is_late(occurrence: Occurrence, today: date) -> bool:
    return occurrence.due is not None and today > occurrence.due


def _remind(ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject, rung: str) -> None:
    assert occurrence.due is not None
    key = duty_key(duty, occurrence.period, subject)
    words = ReportReminder(
        duty=duty.name,
        period=occurrence.period,
        subject=subject.name,
        parts=[part.name for part in duty.parts if part.required],
        due=occurrence.due,
        today=ledger.today,
        clash=occurrence.clash or "",
        basis=ledger.mechanism.basis(duty.clause),
    )
    for person in subject.reporters:
        ledger.say(words, to=person, key=f"{key}:{rung}:{person.id}", duty=key)
