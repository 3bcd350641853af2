"""When we speak first. Each obligation looks at the ledger and says what is due; the ticks only wake them.

`OBLIGATIONS` is the whole list: name, seconds between looks, function. None is bound to a deadline: a deadline is
a row, and due means reached, so what downtime missed is said once on return.
"""

from __future__ import annotations

from collections.abc import Callable

from models.ledger import Ledger
from scheduler.holidays import missing_holidays
from scheduler.inspections import inspection_drafts
from scheduler.meetings import meeting_reminders
from scheduler.reports import late_report_summary, report_reminders
from scheduler.supervision import supervision_reminders
from scheduler.tasks import look_back_reminders, task_reminders

OBLIGATIONS: tuple[tuple[str, float, Callable[[Ledger], None]], ...] = (
    ("supervision_reminders", 20, supervision_reminders),
    ("task_reminders", 20, task_reminders),
    ("look_back_reminders", 60, look_back_reminders),
    ("inspection_drafts", 60, inspection_drafts),
    ("report_reminders", 20, report_reminders),
    ("late_report_summary", 30, late_report_summary),
    ("meeting_reminders", 15, meeting_reminders),
    ("missing_holidays", 600, missing_holidays),
)
