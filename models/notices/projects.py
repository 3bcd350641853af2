"""Projects' life: declarations, nodes ahead, what is handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.notices.base import Notice, Press


@dataclass(frozen=True)
class BriefWaiting(Notice):
    """A declaration for the office to accept, admit or return (ZZ-04)."""

    number: str
    project: str
    unit: str
    author: str
    state: str
    items: list[tuple[str, str]]
    buttons: list[Press]


@dataclass(frozen=True)
class NodeComing(Notice):
    """A node is near: an offer of help to the unit that has it, in no demanding tone (JZ-18)."""

    project: str
    node: str
    planned: date
    workdays_left: int
    basis: str


@dataclass(frozen=True)
class HandoverSent(Notice):
    """A project is handed over to a unit: to sign, with both papers to follow (ZZ-09)."""

    number: str
    project: str
    giver: str
    due: date
    basis: str
    buttons: list[Press]


@dataclass(frozen=True)
class HandoverReminder(Notice):
    """What is still to be done about a handing over; `step` is 移交, 签收 or 两书."""

    number: str
    project: str
    step: str
    other: str
    missing: list[str]
    due: date
    today: date
    basis: str
