"""The moment and the calendar the stories of understanding are told at: Thursday 2026-09-17, 10:00 in China."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

import pytest

_DAYS_OFF = {date(2026, 9, 25), *(date(2026, 10, day) for day in range(1, 8))}
_WORKING_WEEKENDS = {date(2026, 9, 20), date(2026, 10, 10)}


@pytest.fixture
def now() -> datetime:
    """When the messages are sent."""
    return datetime(2026, 9, 17, 10, 0, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture
def is_workday() -> Callable[[date], bool]:
    """The official calendar of September and October 2026."""
    return lambda day: day in _WORKING_WEEKENDS or (day.weekday() < 5 and day not in _DAYS_OFF)
