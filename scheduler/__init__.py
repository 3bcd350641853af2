"""When we speak first. Each obligation looks at the ledger and says what is due; the ticks only wake them.

`OBLIGATIONS` is the whole list: name, seconds between looks, function. None is bound to a deadline: a deadline is
a row, and due means reached, so what downtime missed is said once on return.
"""

from __future__ import annotations

from collections.abc import Callable

from models.ledger import Ledger
from scheduler.collections import collection_notices
from scheduler.holidays import missing_holidays
from scheduler.meetings import meeting_preparations, meeting_reminders, missing_rolls
from scheduler.reports import late_report_summary, report_reminders
from scheduler.supervision import supervision_reminders

OBLIGATIONS: tuple[tuple[str, float, Callable[[Ledger], None]], ...] = (
    ("supervision_reminders", 20, supervision_reminders),
    ("report_reminders", 20, report_reminders),
    ("late_report_summary", 30, late_report_summary),
    ("meeting_reminders", 15, meeting_reminders),
    ("meeting_preparations", 60, meeting_preparations),
    ("collection_notices", 60, collection_notices),
    ("missing_rolls", 60, missing_rolls),
    ("missing_holidays", 600, missing_holidays),
)
