"""What notices and the office have fixed against the rule: the called days of regular meetings, collection days.

A notice beats the rule (DC-15, A3). What is counted from a meeting asks here first; the truth is the meetings' own
rows, from which `models/meeting.py` writes this one house setting, so that a unit of work reads it by one key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

SETTING = "called"


@dataclass(frozen=True, slots=True)
class Called:
    """Period (`2026-10`) → the day a notice names, and the day the office has set for its collection notice (A4)."""

    days: Mapping[str, date] = field(default_factory=dict)
    collections: Mapping[str, date] = field(default_factory=dict)


NOTHING = Called()


def read_called(stored: Mapping[str, Any] | None) -> Called:
    """Read the house setting; an empty one leaves everything to the rule."""
    if not stored:
        return NOTHING
    return Called(_days(stored.get("days", {})), _days(stored.get("collections", {})))


def stored(called: Called) -> dict[str, dict[str, str]]:
    """Return the JSON that :func:`read_called` reads."""
    return {
        "days": {period: day.isoformat() for period, day in sorted(called.days.items())},
        "collections": {period: day.isoformat() for period, day in sorted(called.collections.items())},
    }


def _days(written: Mapping[str, str]) -> dict[str, date]:
    return {period: date.fromisoformat(day) for period, day in written.items()}
