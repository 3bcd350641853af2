"""People who change, boards that no longer fit, difficulties of enterprises, texts for the public, clues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.notices.base import Notice, Press


@dataclass(frozen=True)
class SuccessionBrief(Notice):
    """What somebody takes over, with what his predecessor left open."""

    part: str
    predecessor: str
    since: date
    projects: list[str]
    promises: list[str]


@dataclass(frozen=True)
class PostsVacant(Notice):
    """Tell the office what its register of leaders lacks, on which ground."""

    lines: list[str]
    clause: str


@dataclass(frozen=True)
class BoardStale(Notice):
    """A board says other names than the ledger (牌面与台账不一致)."""

    project: str
    changes: list[str]
    clause: str


@dataclass(frozen=True)
class DifficultyRaised(Notice):
    """Tell who sees to it that the enterprise has a difficulty."""

    project: str
    number: str
    category: str
    unit: str
    text: str


@dataclass(frozen=True)
class ExtractToApprove(Notice):
    """A text for the public waits for approval."""

    title: str
    text: str
    buttons: list[Press]


@dataclass(frozen=True)
class ClueWaiting(Notice):
    """Something waits for the discipline inspector; it says nothing of what."""


@dataclass(frozen=True)
class ProxyReport(Notice):
    """Somebody who is not the liaison filed for a unit: does it count?"""

    reporter: str
    unit: str
    text: str
    buttons: list[Press]
