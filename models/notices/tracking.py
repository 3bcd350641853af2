"""What is tracked until it is closed: tasks, problems, extensions, requests upward, looks back, inspections."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar

from models.notices.base import Manner, Notice, Press


@dataclass(frozen=True)
class SupervisionDrafted(Notice):
    """A notice waits to be signed before it goes out (审签)."""

    number: str
    handle: str
    project: str
    unit: str
    matter: str
    solve_due: date
    buttons: list[Press]


@dataclass(frozen=True)
class ExtensionAsked(Notice):
    """A unit asks for more time; the office decides, and until then the old date stands."""

    thing: str
    project: str
    unit: str
    reason: str
    due: date
    wanted: date
    buttons: list[Press]


@dataclass(frozen=True)
class ExtensionDecided(Notice):
    """Tell the unit what became of it, and which date stands."""

    manner: ClassVar[Manner] = Manner.RESULT

    thing: str
    project: str
    granted: bool
    due: date
    remark: str


@dataclass(frozen=True)
class RequestToConsent(Notice):
    """A request waits for the leading leader before it goes up."""

    number: str
    project: str
    unit: str
    matter: str
    suggestion: str
    buttons: list[Press]


@dataclass(frozen=True)
class RequestRaised(Notice):
    """The request as the main leader gets it (提请事项单)."""

    number: str
    project: str
    unit: str
    matter: str
    tried: str
    obstacle: str
    suggestion: str
    decision: str
    buttons: list[Press]


@dataclass(frozen=True)
class RequestAnswered(Notice):
    """Tell those below what the main leader ordered, or that it came back."""

    manner: ClassVar[Manner] = Manner.RESULT

    number: str
    project: str
    state: str
    answer: str
    task: str  # the task it became, empty when none


@dataclass(frozen=True)
class TaskGiven(Notice):
    """A task for somebody: what, by when, from where."""

    number: str
    project: str
    requirement: str
    person: str
    due: date
    source: str


@dataclass(frozen=True)
class TaskReported(Notice):
    """A unit says a task is done; the office decides."""

    number: str
    project: str
    unit: str
    requirement: str
    evidence: str
    photos: int
    buttons: list[Press]


@dataclass(frozen=True)
class TaskReviewed(Notice):
    """Tell the unit that its task is closed, or goes on."""

    manner: ClassVar[Manner] = Manner.RESULT

    number: str
    requirement: str
    state: str
    remark: str
    due: date


@dataclass(frozen=True)
class TaskReminder(Notice):
    """A task's date comes near, is today, or has passed."""

    number: str
    project: str
    requirement: str
    due: date
    workdays_left: int
    basis: str


@dataclass(frozen=True)
class ProblemAgain(Notice):
    """The same problem again: appended to the one that is open, not a second one (C05)."""

    project: str
    number: str
    category: str
    times: int
    due: date | None
    late: bool
    extras: list[str] = field(default_factory=list)  # what else was filed of the same words


@dataclass(frozen=True)
class RouteSuggested(Notice):
    """Suggest to the office which unit usually solves such a problem; the office decides."""

    number: str
    project: str
    category: str
    text: str
    unit: str


@dataclass(frozen=True)
class ProblemCloseRequested(Notice):
    """A problem is said to be solved; the office or the inspectors decide (ZZ-20)."""

    number: str
    project: str
    person: str
    outcome: str
    evidence: str
    photos: int
    buttons: list[Press]


@dataclass(frozen=True)
class ProblemReviewed(Notice):
    """Tell the unit what became of its problem."""

    manner: ClassVar[Manner] = Manner.RESULT

    number: str
    project: str
    state: str
    remark: str


@dataclass(frozen=True)
class LookBackDue(Notice):
    """回头看: the day has come to see whether what was closed is solved indeed."""

    number: str
    project: str
    days: int
    buttons: list[Press]


@dataclass(frozen=True)
class PaperDrafted(Notice):
    """A periodic paper is drafted from facts; the inspector reads, edits by a remark and publishes."""

    title: str
    number: str
    body: str
    buttons: list[Press]


@dataclass(frozen=True)
class FindingTold(Notice):
    """Feedback to the inspected: one conclusion, and until when they may object."""

    paper: str
    number: str
    text: str
    until: date
