"""Whether this is a moment to speak first."""

from __future__ import annotations

from datetime import time

from models.calendar import is_open
from models.ledger import Ledger


def may_remind(ledger: Ledger) -> bool:
    """Whether the day's reminders may go out: a working day, in the window, after the county's morning time."""
    if not is_open(ledger.now, ledger.county.window, ledger.calendar):
        return False
    return ledger.local_now.time() >= time.fromisoformat(ledger.mechanism.morning)


def may_speak(ledger: Ledger) -> bool:
    """Whether this is a working day inside the speaking window."""
    return is_open(ledger.now, ledger.county.window, ledger.calendar)
