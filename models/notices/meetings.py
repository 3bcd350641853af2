"""Meetings: announced and reminded (DC-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from models.notices.base import Manner, Notice, Press


@dataclass(frozen=True)
class MeetingCalled(Notice):
    """A meeting is announced to somebody who attends."""

    manner: ClassVar[Manner] = Manner.FORMAL

    meeting: str
    at: datetime
    place: str
    convenor: str
    rules: list[str]
    buttons: list[Press]


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


@dataclass(frozen=True)
class MeetingMoved(Notice):
    """A called meeting is on another day or at another place: said once to whoever was asked to it."""

    manner: ClassVar[Manner] = Manner.FORMAL

    meeting: str
    before: datetime
    at: datetime
    place: str


@dataclass(frozen=True)
class MeetingCancelled(Notice):
    """A called meeting does not take place."""

    manner: ClassVar[Manner] = Manner.FORMAL

    meeting: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class MeetingChoice(Notice):
    """Something about a meeting that one person decides: the matter, its lines, how to answer in words."""

    title: str
    lines: list[str]
    hint: str
    buttons: list[Press]


@dataclass(frozen=True)
class MeetingPaper(Notice):
    """A paper of a meeting as plain text."""

    title: str
    text: str


@dataclass(frozen=True)
class DatesMoved(Notice):
    """What is counted from a meeting is on other days, because its notice moved it (DC-15)."""

    meeting: str
    changes: list[str]


@dataclass(frozen=True)
class CollectionSent(Notice):
    """The call for material before a regular meeting (征集通知, DC-16)."""

    meeting: str
    day: date
    decided: bool
    due: date
    projects: list[str]
    parts: list[str]
    approval: bool
    basis: str


@dataclass(frozen=True)
class DecisionGiven(Notice):
    """A meeting has given a unit something to do (议定事项)."""

    number: str
    meeting: str
    requirement: str
    unit: str
    person: str
    due: date


@dataclass(frozen=True)
class BulletinIssued(Notice):
    """A bulletin went out: tell a unit what in it is its own."""

    manner: ClassVar[Manner] = Manner.FORMAL

    title: str
    number: str
    items: list[str]
