"""When we speak first. Each obligation looks at the ledger and says what is due; the ticks only wake them.

`OBLIGATIONS` is the whole list: name, seconds between looks, function. None is bound to a deadline: a deadline is
a row, and due means reached, so what downtime missed is said once on return.
"""

from __future__ import annotations

from collections.abc import Callable

from models.ledger import Ledger
from scheduler.boards import board_reminders
from scheduler.holidays import missing_holidays
from scheduler.meetings import meeting_reminders
from scheduler.people import blank_clues, handover_reminders, vacancy_alarm
from scheduler.reports import late_report_summary, report_reminders
from scheduler.supervision import supervision_reminders

OBLIGATIONS: tuple[tuple[str, float, Callable[[Ledger], None]], ...] = (
    ("supervision_reminders", 20, supervision_reminders),
    ("report_reminders", 20, report_reminders),
    ("late_report_summary", 30, late_report_summary),
    ("meeting_reminders", 15, meeting_reminders),
    ("missing_holidays", 600, missing_holidays),
    ("handover_reminders", 60, handover_reminders),
    ("vacancy_alarm", 300, vacancy_alarm),
    ("board_reminders", 300, board_reminders),
    ("blank_clues", 10, blank_clues),
)
