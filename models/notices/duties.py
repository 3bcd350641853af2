"""Recurring duties: what is still open, and several things said at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from models.notices.base import Notice
from models.notices.reporting import ReportReminder


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
        key = (notice.duty, notice.period) if isinstance(notice, DutyReminder | ReportReminder) else number
        found[key] = _joined(found.get(key), notice)
    return list(found.values())


def _joined(known: Notice | None, notice: Notice) -> Notice:
    if isinstance(known, DutyReminder) and isinstance(notice, DutyReminder):
        return replace(known, subjects=list(dict.fromkeys([*known.subjects, *notice.subjects])))
    if isinstance(known, ReportReminder) and isinstance(notice, ReportReminder):
        return replace(known, subject=f"{known.subject}、{notice.subject}")
    return notice
