"""Permits (各类建设手续): what each project still needs before it waits for nothing but money (ZZ-06, JZ-28).

Durations are counted in working days. What is overdue is the approving department's own affair: nobody else is
shown it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.actors import Scope
from models.base import Base
from models.calendar import SHANGHAI
from models.deeds import Deed, require
from models.directory import find_unit
from models.entry import Entry, EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.need import NeedState, lacking, needs_of_factor
from models.people import Person, Unit
from models.problem import Problem, open_problems
from models.project import Project
from models.tags import ProjectTag, TagList


class Permit(Base):
    """One permit a project needs. `needed` is false where somebody said that this project does without it."""

    __tablename__ = "permits"
    __table_args__ = (UniqueConstraint("project_id", "name"), Index("ix_permits_due", "granted", "due"))

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    department: Mapped[str] = mapped_column(String(100), default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    needed: Mapped[bool] = mapped_column(default=True)
    submitted: Mapped[date | None]
    due: Mapped[date | None]
    granted: Mapped[date | None]

    project: Mapped[Project] = relationship(lazy="joined")
    unit: Mapped[Unit | None] = relationship(lazy="joined")


class FactorRank(Base):
    """A project's place in the office's order for one scarce factor (集中有限资源保重点, JZ-28)."""

    __tablename__ = "factor_ranks"
    __table_args__ = (UniqueConstraint("factor", "project_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    factor: Mapped[str] = mapped_column(String(50), index=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    rank: Mapped[int]

    project: Mapped[Project] = relationship(lazy="joined")


@dataclass(frozen=True)
class PermitFacts:
    """What is told of a permit; what is None stays as it was."""

    department: str = ""
    submitted: date | None = None
    due: date | None = None
    granted: date | None = None
    needed: bool | None = None


@dataclass(frozen=True)
class Duration:
    """How long one permit takes in one department: working days on average, over so many grants."""

    name: str
    department: str
    count: int
    workdays: float


@dataclass(frozen=True)
class Waiting:
    """A project that waits for a factor: its place in the office's order (None: not ranked) and what it asks for."""

    project: Project
    rank: int | None
    asks: str


def permits_of(ledger: Ledger, project: Project) -> list[Permit]:
    """Return a project's list of permits, in the order in which they were listed."""
    return list(ledger.session.scalars(select(Permit).where(Permit.project_id == project.id).order_by(Permit.id)))


def find_permit(ledger: Ledger, project: Project, words: str) -> Permit | None:
    """Return the permit of a project that words name, in full or in part."""
    listed = permits_of(ledger, project)
    exact = [permit for permit in listed if permit.name == words]
    close = exact or [permit for permit in listed if len(words) >= 2 and (words in permit.name or permit.name in words)]
    return close[0] if len(close) == 1 else None


def lay_out(ledger: Ledger, project: Project, by: Person | None) -> list[Permit]:
    """Give a project the usual list of permits; what it has already stays."""
    require(ledger, by, Deed.KEEP_PERMITS, Scope(project=project))
    listed = {permit.name for permit in permits_of(ledger, project)}
    new = [name for name in ledger.mechanism.projects.permits if name not in listed]
    ledger.session.add_all(Permit(project_id=project.id, name=name, department="") for name in new)
    ledger.session.flush()
    if new:
        data = {"about": "permit", "state": "listed", "names": new}
        ledger.record(EntryKind.NOTE, f"列出手续清单：{'、'.join(new)}", person=by, project=project, data=data)
    return permits_of(ledger, project)


def note_permit(
    ledger: Ledger, project: Project, name: str, told: PermitFacts, by: Person | None
) -> tuple[Permit, Entry]:
    """Note what is told of a permit, listing it where it is new. The department itself may, and the project's unit."""
    permit = find_permit(ledger, project, name)
    unit = find_unit(ledger, told.department) if told.department else permit.unit if permit else None
    require(ledger, by, Deed.KEEP_PERMITS, Scope(project=project, unit=permit.unit if permit else unit))
    _check(ledger, permit, told)
    if permit is None:
        permit = Permit(project_id=project.id, name=name, department="")
        ledger.session.add(permit)
    if told.department:
        permit.department, permit.unit = unit.shown if unit else told.department, unit
    for field in ("submitted", "due", "granted", "needed"):
        value = getattr(told, field)
        if value is not None:
            setattr(permit, field, value)
    ledger.session.flush()
    ledger.session.refresh(permit)
    if permit.granted:
        ledger.drop_waiting(duty_key(permit))
    return permit, _record(ledger, permit, by)


def _check(ledger: Ledger, permit: Permit | None, told: PermitFacts) -> None:
    submitted = told.submitted or (permit.submitted if permit else None)
    for day in (told.submitted, told.granted):
        if day is not None and day > ledger.today:
            raise Refusal(f"{day}还没到，报审和办结请填已经发生的日子。")
    if told.granted and submitted and told.granted < submitted:
        raise Refusal(f"办结{told.granted}早于报审{submitted}，请核对日期。")


def _record(ledger: Ledger, permit: Permit, by: Person | None) -> Entry:
    kind = EntryKind.PROGRESS if permit.granted else EntryKind.NOTE
    days = {"submitted": permit.submitted, "due": permit.due, "granted": permit.granted}
    data = {
        "about": "permit",
        "permit": permit.name,
        "unit": permit.department or None,
        "state": state_of(permit),
        **{name: day.isoformat() if day else None for name, day in days.items()},
    }
    return ledger.record(kind, words_of(permit), person=by, project=permit.project, data=data)


def state_of(permit: Permit) -> str:
    """Return how a permit stands, in one word."""
    if not permit.needed:
        return "不需要"
    if permit.granted:
        return "已办结"
    return "在批" if permit.submitted else "未报"


def words_of(permit: Permit) -> str:
    """Return how a permit stands, as people read it."""
    where = f"（{permit.department}）" if permit.department else ""
    days = [
        f"{permit.submitted}报审" if permit.submitted else "",
        f"限{permit.due}" if permit.due and not permit.granted else "",
        f"{permit.granted}办结" if permit.granted else "",
    ]
    told = "，".join(day for day in days if day)
    return f"{permit.name}{where}：{told or state_of(permit)}"


def is_complete(permits: list[Permit]) -> bool:
    """Whether a list of permits leaves nothing open; an empty list says nothing."""
    needed = [permit for permit in permits if permit.needed]
    return bool(needed) and all(permit.granted for permit in needed)


def waiting_for_money(ledger: Ledger) -> list[Project]:
    """Return the projects whose permits are all granted: 项目等资金 (ZZ-06)."""
    by_project: dict[int, list[Permit]] = {}
    for permit in ledger.session.scalars(select(Permit).order_by(Permit.project_id, Permit.id)):
        by_project.setdefault(permit.project_id, []).append(permit)
    return [permits[0].project for permits in by_project.values() if is_complete(permits)]


def durations(ledger: Ledger) -> list[Duration]:
    """Return how many working days each permit takes in each department, the longest first (JZ-28)."""
    query = select(Permit).where(Permit.submitted.is_not(None), Permit.granted.is_not(None)).order_by(Permit.id)
    taken: dict[tuple[str, str], list[int]] = {}
    for permit in ledger.session.scalars(query):
        assert permit.submitted and permit.granted
        days = ledger.calendar.workdays_between(permit.submitted, permit.granted)
        taken.setdefault((permit.name, permit.department), []).append(days)
    found = [Duration(*key, len(days), round(sum(days) / len(days), 1)) for key, days in taken.items()]
    return sorted(found, key=lambda one: -one.workdays)


def overdue(ledger: Ledger, unit_id: int | None = None) -> list[Permit]:
    """Return the permits not granted by their date, of one department where asked, the oldest first."""
    query = select(Permit).where(Permit.granted.is_(None), Permit.due < ledger.today, Permit.needed.is_(True))
    if unit_id is not None:
        query = query.where(Permit.unit_id == unit_id)
    return list(ledger.session.scalars(query.order_by(Permit.due, Permit.id)))


def duty_key(permit: Permit) -> str:
    """Name what a reminder reminds of."""
    return f"permit:{permit.id}"


def rank_factor(ledger: Ledger, factor: str, project: Project, rank: int, by: Person | None) -> Entry:
    """Put a project at a place in the order for a scarce factor."""
    require(ledger, by, Deed.RANK_FACTOR)
    row = ledger.session.scalar(
        select(FactorRank).where(FactorRank.factor == factor, FactorRank.project_id == project.id)
    )
    if row is None:
        row = FactorRank(factor=factor, project_id=project.id, rank=rank)
        ledger.session.add(row)
    row.rank = rank
    ledger.session.flush()
    data = {"about": "factor", "state": "ranked", "factor": factor, "rank": rank}
    return ledger.record(EntryKind.NOTE, f"{factor}保障排第{rank}位", person=by, project=project, data=data)


def priorities(ledger: Ledger, factor: str) -> list[Waiting]:
    """Return who gets a scarce factor first: the office's order, then who lacks it by scope and by size (JZ-28).

    Who lacks it has an open need, or an open problem that led to no need; who has been supplied waits no longer.
    """
    ranked = list(
        ledger.session.scalars(
            select(FactorRank).where(FactorRank.factor == factor).order_by(FactorRank.rank, FactorRank.id)
        )
    )
    asking, supplied = _asking(ledger, factor)
    waiting = [row for row in ranked if row.project.code in asking or row.project.code not in supplied]
    first = [Waiting(row.project, row.rank, asking.get(row.project.code, "")) for row in waiting]
    listed = {row.project.code for row in ranked}
    others = ledger.session.scalars(select(Project).where(Project.code.in_(asking.keys() - listed)))
    scopes = set(
        ledger.session.scalars(select(ProjectTag.project_id).where(ProjectTag.list == TagList.SCOPE.value).distinct())
    )
    later = sorted(others, key=lambda project: (project.id not in scopes, -(project.total_investment or 0)))
    return [*first, *(Waiting(project, None, asking[project.code]) for project in later)]


def _asking(ledger: Ledger, factor: str) -> tuple[dict[str, str], set[str]]:
    """Return what each project asks for of a factor, by 编号, and the projects whose needs of it are all met."""
    asking: dict[str, str] = {}
    met: dict[str, date] = {}  # until when a need stood for the problems of its project
    for need in needs_of_factor(ledger, factor):
        code = need.project.code
        if need.state == NeedState.OPEN.value:
            asking[code] = f"缺{need.size}"
        else:
            until = (need.supplied_at or need.raised_at).astimezone(SHANGHAI).date()
            met[code] = max(met.get(code, until), until)
    for problem in open_problems(ledger):
        if not _speaks_of(ledger, problem, factor) or problem.project in asking:
            continue
        if problem.project not in met or (problem.raised is not None and problem.raised > met[problem.project]):
            asking[problem.project] = problem.short
    return asking, met.keys() - asking.keys()


def _speaks_of(ledger: Ledger, problem: Problem, factor: str) -> bool:
    return factor in problem.category or lacking(ledger.mechanism, problem.text, problem.category) == factor


def set_funds(ledger: Ledger, project: Project, day: date, by: Person | None) -> Entry:
    """Note that a project's money is there (资金就绪)."""
    require(ledger, by, Deed.SET_DATES, Scope(project=project))
    project.funds_ready = day
    data = {"about": "funds", "state": "ready", "occurred": day.isoformat()}
    return ledger.record(EntryKind.NOTE, f"资金已就绪（{day}）", person=by, project=project, data=data)
