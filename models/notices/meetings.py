"""Meetings: announced and reminded (DC-13)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from models.notices.base import Manner, Notice


@dataclass(frozen=True)
class MeetingCalled(Notice):
    """A meeting is announced to somebody who attends."""

    manner: ClassVar[Manner] = Manner.FORMAL

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
