"""Entering a year's holidays or a local day off: what is kept, and what falls on other days by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.calendars import differences
from models import holidays
from models.calendar import WorkCalendar
from models.deeds import Deed, require
from models.ledger import Ledger, get_setting, put_setting
from models.people import Person

Change = Callable[[Mapping[str, Any] | None], dict[str, Any]]
"""From the house setting as it is to the setting as it shall be."""


def enter_holidays(
    ledger: Ledger, by: Person | None, years: tuple[int, ...], change: Change, *, keep: bool = True
) -> list[str]:
    """Keep what the office enters and return what falls on other days by it, a line each.

    `by` None is the office's own desk; without `keep` it is only shown what would change.
    """
    require(ledger, by, Deed.KEEP_HOLIDAYS)
    setting = change(get_setting(ledger.session, holidays.SETTING))
    if keep:
        put_setting(ledger.session, holidays.SETTING, setting)
    after = WorkCalendar()
    holidays.learn(after, setting)
    return list(differences(ledger.mechanism, years, ledger.today, ledger.calendar, after))
