"""Receipts of what was filed: visits, progress, problems, photos."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from models.notices.base import Notice


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
    joined: bool = False  # added to the visit of that day: `photos` are all it has


@dataclass(frozen=True)
class ProgressFiled(Notice):
    """The receipt of a progress entry."""

    project: str
    summary: str
    photos: int
    extras: list[str]
    others: list[str] = field(default_factory=list)  # things the sender should know


@dataclass(frozen=True)
class ProblemFiled(Notice):
    """The receipt of a problem entry."""

    project: str
    number: str
    category: str
    person: str
    due: date | None
    photos: int
    extras: list[str] = field(default_factory=list)  # who sees to it, what is still asked
    risk: str = ""


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
