"""Periodic reports (报送: JZ-15, ZZ-14, DC-17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from models.notices.base import Manner, Notice, Press


@dataclass(frozen=True)
class ReportReminder(Notice):
    """A periodic report is due and this subject has not reported."""

    duty: str
    period: str
    subject: str
    parts: list[str]
    due: date
    today: date
    clash: str
    basis: str


@dataclass(frozen=True)
class ReportFiled(Notice):
    """A report was filed, or waits for approval."""

    duty: str
    period: str
    subject: str
    parts: list[str]
    version: int
    late: bool
    approver: str  # empty when none is needed


@dataclass(frozen=True)
class ReportIncomplete(Notice):
    """A report lacks parts: ask for exactly those."""

    duty: str
    period: str
    subject: str
    have: list[str]
    ask: list[str]


@dataclass(frozen=True)
class ReportDrafted(Notice):
    """What the ledger makes of the missing parts, to be confirmed; `ask` is what it cannot draft."""

    duty: str
    period: str
    subject: str
    lines: list[str]
    ask: list[str]
    buttons: list[Press]


@dataclass(frozen=True)
class ReportToApprove(Notice):
    """Give the approver a report."""

    duty: str
    period: str
    subject: str
    summary: str
    due: date | None
    buttons: list[Press]


@dataclass(frozen=True)
class ReportDecided(Notice):
    """Tell the drafter that the report was approved or returned."""

    manner: ClassVar[Manner] = Manner.RESULT

    duty: str
    period: str
    subject: str
    approved: bool
    approver: str
    remark: str


@dataclass(frozen=True)
class ReportDelivered(Notice):
    """Give a leader a report that is meant for him (JZ-19)."""

    duty: str
    period: str
    subject: str
    lines: list[str]


@dataclass(frozen=True)
class JointToConfirm(Notice):
    """Ask the project's own unit whether the material is right (DC-17)."""

    duty: str
    period: str
    subject: str
    summary: str
    buttons: list[Press]


@dataclass(frozen=True)
class SummaryToApprove(Notice):
    """Put a summary before the leader who approves it; `missing` reports are not in it."""

    title: str
    summary: str
    missing: int
    buttons: list[Press]


@dataclass(frozen=True)
class SummaryReturned(Notice):
    """Tell the office that a paper came back."""

    title: str
    person: str
    remark: str


@dataclass(frozen=True)
class SummaryApproved(Notice):
    """Tell whoever publishes that a paper may go out."""

    title: str
    person: str
