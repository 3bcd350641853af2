"""Supervision notices (挂牌督办, ZZ-18, ZZ-19) from issue to 销号."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from models.notices.base import Manner, Notice, Press


@dataclass(frozen=True)
class SupervisionIssued(Notice):
    """The notice card for the addressee."""

    manner: ClassVar[Manner] = Manner.FORMAL

    number: str
    handle: str
    project: str
    matter: str
    requirement: str
    basis: str
    office: str
    contact: str
    reply_workdays: int
    reply_due_if_today: date
    solve_due: date
    provisional: bool
    buttons: list[Press]


@dataclass(frozen=True)
class SupervisionCopied(Notice):
    """A copy (抄送) for the project's assigned leader."""

    number: str
    unit: str
    project: str
    matter: str
    solve_due: date


@dataclass(frozen=True)
class SupervisionSent(Notice):
    """Tell the office under which number it went out, to whom and when it leaves."""

    number: str
    handle: str
    project: str
    recipients: list[str]
    solve_due: date
    leaves_at: datetime | None
    unreachable: list[str]


@dataclass(frozen=True)
class SupervisionReceived(Notice):
    """签收 is registered: the clock runs."""

    number: str
    handle: str
    received: datetime
    reply_due: date
    solve_due: date
    items: list[str]
    provisional: bool


@dataclass(frozen=True)
class SupervisionReceivedOffice(Notice):
    """Tell the office who signed."""

    number: str
    project: str
    person: str
    reply_due: date


@dataclass(frozen=True)
class ReplyIncomplete(Notice):
    """The five 落实 are not complete: ask exactly for what is missing."""

    number: str
    have: list[tuple[str, str]]
    missing: list[str]
    reply_due: date


@dataclass(frozen=True)
class ReplyFiled(Notice):
    """The reply (复函) is complete and with the office."""

    number: str
    project: str
    items: list[tuple[str, str]]
    late_days: int
    after_solve_due: bool


@dataclass(frozen=True)
class ReplyToReview(Notice):
    """Give the office a reply to review."""

    number: str
    handle: str
    project: str
    unit: str
    items: list[tuple[str, str]]
    late_days: int
    buttons: list[Press]


@dataclass(frozen=True)
class ReplyReviewed(Notice):
    """Tell the unit what became of its reply."""

    manner: ClassVar[Manner] = Manner.RESULT

    number: str
    handle: str
    project: str
    accepted: bool
    remark: str
    solve_due: date
    reply_due: date


@dataclass(frozen=True)
class CloseRequested(Notice):
    """The unit says it is solved; the office decides."""

    number: str
    handle: str
    project: str
    unit: str
    evidence: str
    buttons: list[Press]


@dataclass(frozen=True)
class SupervisionClosed(Notice):
    """销号."""

    manner: ClassVar[Manner] = Manner.RESULT

    number: str
    project: str
    remark: str


@dataclass(frozen=True)
class SupervisionReminder(Notice):
    """A notice's reply or solving date comes near, is today, or has passed."""

    number: str
    handle: str
    project: str
    stage: str  # "sign", "reply" or "solve"
    due: date
    workdays_left: int  # negative when late
    clause: str
    missing: list[str]


@dataclass(frozen=True)
class EscalationSuggested(Notice):
    """Suggest to the office that somebody above be told; it decides."""

    number: str
    project: str
    unit: str
    stage: str
    due: date
    workdays_late: int
