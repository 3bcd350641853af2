"""When we speak first. Each obligation looks at the ledger and says what is due; the ticks only wake them.

`OBLIGATIONS` is the whole list of ticks: name, seconds between looks, function; `MORNING` is what a day is planned
from. None is bound to a deadline: a deadline is a row, and due means reached, so what downtime missed is said once on
return.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from models.ledger import Ledger
from scheduler.boards import board_reminders
from scheduler.collections import collection_notices
from scheduler.copies import unanswered_copies
from scheduler.duties import duty_reminders, late_report_summary, snoozed_reminders
from scheduler.handovers import handover_reminders
from scheduler.holidays import missing_holidays
from scheduler.inspections import inspection_drafts
from scheduler.meetings import meeting_preparations, meeting_reminders, missing_rolls
from scheduler.nodes import node_reminders, permit_reminders
from scheduler.people import blank_clues, succession_reminders, vacancy_alarm
from scheduler.supervision import supervision_reminders
from scheduler.tasks import look_back_reminders, task_reminders

log = structlog.get_logger(__name__)

MORNING: tuple[Callable[[Ledger], None], ...] = (
    supervision_reminders,
    duty_reminders,
    snoozed_reminders,
    late_report_summary,
    task_reminders,
    look_back_reminders,
    inspection_drafts,
    handover_reminders,
    node_reminders,
    permit_reminders,
    succession_reminders,
    vacancy_alarm,
    board_reminders,
    collection_notices,
    meeting_preparations,
    missing_rolls,
    missing_holidays,
    unanswered_copies,
)
"""What looks at the day. All of it is one unit of work, so that a person's reminders leave as one digest."""


def plan_the_day(ledger: Ledger) -> None:
    """Let each of `MORNING` look; what one of them fails at is undone alone and logged."""
    for look in MORNING:
        mark, savepoint = ledger.mark(), ledger.session.begin_nested()
        try:
            look(ledger)
            ledger.session.flush()
        except Exception as error:
            savepoint.rollback()
            ledger.forget_since(mark)
            log.error("clock.look_failed", look=look.__name__, error=type(error).__name__, exc_info=True)
        else:
            savepoint.commit()


OBLIGATIONS: tuple[tuple[str, float, Callable[[Ledger], None]], ...] = (
    ("plan_the_day", 20, plan_the_day),
    ("meeting_reminders", 15, meeting_reminders),
    ("blank_clues", 10, blank_clues),
)
