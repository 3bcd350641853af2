"""Everything the bot can say, as facts. Each notice's name is its template's name in `templates/messages/`.

A notice is a frozen dataclass; its fields are what the template may use. Dates are local dates, date-times aware.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

from pydantic import TypeAdapter

Press = tuple[str, str]  # a button: its key and its label


@dataclass(frozen=True)
class Notice:
    """Base of all notices."""

    registry: ClassVar[dict[str, type[Notice]]] = {}

    def __init_subclass__(cls) -> None:
        Notice.registry[cls.name_of()] = cls

    @classmethod
    def name_of(cls) -> str:
        """Return the template's name: VisitFiled is visit_filed."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()

    @property
    def name(self) -> str:
        """The template's name."""
        return self.name_of()

    def facts(self) -> dict[str, Any]:
        """Return the fields as JSON."""
        facts: dict[str, Any] = TypeAdapter(type(self)).dump_python(self, mode="json")
        return facts


def read_notice(name: str, facts: dict[str, Any]) -> Notice:
    """Rebuild a notice from its out-tray row."""
    notice: Notice = TypeAdapter(Notice.registry[name]).validate_python(facts)
    return notice


def notice_fields(kind: type[Notice]) -> set[str]:
    """Return the names a template may use."""
    return {field.name for field in dataclasses.fields(kind)}


# --- conversation ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plain(Notice):
    """One sentence as it is: refusals and short answers that carry their own words."""

    text: str


@dataclass(frozen=True)
class Help(Notice):
    """What this person can say, from the handlers' own declarations."""

    greeting: str
    lines: list[tuple[str, str]]  # what it does, an example


@dataclass(frozen=True)
class NotUnderstood(Notice):
    """A message we could not place: kept, and the nearest things we understand."""

    nearest: list[tuple[str, str]]


@dataclass(frozen=True)
class StrangerTold(Notice):
    """The one polite sentence for somebody not registered."""

    office: str


@dataclass(frozen=True)
class StrangerReported(Notice):
    """Tell the office that somebody unregistered wrote."""

    platform: str
    user_id: str


@dataclass(frozen=True)
class Asked(Notice):
    """One question with at most three buttons."""

    question: str
    buttons: list[Press]


@dataclass(frozen=True)
class MessageFailed(Notice):
    """Tell a sender that their message is kept but could not be handled."""

    when: datetime


@dataclass(frozen=True)
class DeliveryFailed(Notice):
    """Tell the office that something could not be delivered for good."""

    recipient: str
    what: str
    reason: str


@dataclass(frozen=True)
class MediaLost(Notice):
    """Tell a sender that a photo could not be fetched."""

    when: datetime
    reason: str


# --- filing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VisitFiled(Notice):
    """The receipt of a 现场办公 entry."""

    project: str
    photos: int
    nearness: str
    occurred: date
    today: date
    extras: list[str]  # what else was filed from the same message: progress, problems
    discharges: list[str]
    others: list[str]  # things the sender should know: the project's open problem


@dataclass(frozen=True)
class ProgressFiled(Notice):
    """The receipt of a progress entry."""

    project: str
    summary: str
    photos: int
    extras: list[str]


@dataclass(frozen=True)
class ProblemFiled(Notice):
    """The receipt of a problem entry."""

    project: str
    number: str
    category: str
    person: str
    due: date | None
    photos: int


@dataclass(frozen=True)
class MaterialHeld(Notice):
    """Photos or a place came before the words."""

    photos: int
    place: bool


@dataclass(frozen=True)
class PhotosAdded(Notice):
    """Later photos joined a visit already filed."""

    project: str
    added: int
    total: int


@dataclass(frozen=True)
class PlaceAdded(Notice):
    """A place joined a visit already filed."""

    project: str
    nearness: str


@dataclass(frozen=True)
class Withdrawn(Notice):
    """Something was taken back."""

    what: str
    project: str


# --- supervision (挂牌督办, ZZ-18, ZZ-19) ------------------------------------------------------------------


@dataclass(frozen=True)
class SupervisionIssued(Notice):
    """The notice card for the addressee."""

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
    project: str
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
    handle: str
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
    handle: str
    project: str
    unit: str
    stage: str
    due: date
    workdays_late: int


# --- reporting (JZ-15, ZZ-14, DC-17) -----------------------------------------------------------------------


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

    duty: str
    period: str
    subject: str
    approved: bool
    approver: str
    remark: str


# --- meetings --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MeetingCalled(Notice):
    """A meeting is announced to somebody who attends."""

    meeting: str
    at: datetime
    place: str
    convenor: str
    rules: list[str]


@dataclass(frozen=True)
class MeetingCalledGroup(Notice):
    """A meeting is announced in a group: neutral and short."""

    meeting: str
    at: datetime
    place: str


@dataclass(frozen=True)
class MeetingReminder(Notice):
    """The meeting comes near."""

    meeting: str
    at: datetime
    place: str
    today: date


# --- answers ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer(Notice):
    """An answer from the ledger: a heading and at most five lines."""

    heading: str
    lines: list[str]
