"""Talking with one person: help, questions, refusals, strangers, failures, answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from models.notices.base import Manner, Notice, Press


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
    """Tell a sender that photos or files could not be kept."""

    when: datetime
    what: str  # 2张照片
    reason: str


@dataclass(frozen=True)
class Answer(Notice):
    """An answer from the ledger: a heading and at most five lines."""

    heading: str
    lines: list[str]


@dataclass(frozen=True)
class PageLink(Notice):
    """The way into the pages, for the reader alone, once."""

    url: str
    minutes: int


@dataclass(frozen=True)
class Result(Notice):
    """What came of somebody's own request."""

    manner: ClassVar[Manner] = Manner.RESULT

    text: str


@dataclass(frozen=True)
class Amended(Notice):
    """What changes a paper in force: 更正, 撤回, 重开, a receipt on paper."""

    manner: ClassVar[Manner] = Manner.FORMAL

    text: str


@dataclass(frozen=True)
class GroupReceipt(Notice):
    """All a group hears of what somebody said to us there: never what, who or how much."""

    words: str


@dataclass(frozen=True)
class GroupUnreached(Notice):
    """Tell whoever asked in a group that the answer could not be given one to one, and how to begin."""

    platform: str
