"""Recurring duties: what is still open, and several things said at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from models.notices.base import Notice


@dataclass(frozen=True)
class DutyReminder(Notice):
    """A recurring duty of the period nothing has paid yet; `subjects` are those that are open."""

    duty: str
    period: str
    subjects: list[str]
    due: date
    how: str
    basis: str


@dataclass(frozen=True)
class Digest(Notice):
    """Several things at once, a line each; `more` of them found no room, `cards` can be had one by one."""

    lines: list[str]
    more: int
    cards: bool


def combine(notices: Sequence[Notice]) -> list[Notice]:
    """Put the reminders of one duty and period together, and leave the rest as they are, in their order."""
    found: dict[object, Notice] = {}
    for number, notice in enumerate(notices):
        if not isinstance(notice, DutyReminder):
            found[number] = notice
            continue
        key = (notice.duty, notice.period)
        known = found.get(key)
        if isinstance(known, DutyReminder):
            names = dict.fromkeys([*known.subjects, *notice.subjects])
            found[key] = replace(known, subjects=list(names))
        else:
            found[key] = notice
    return list(found.values())
