"""Declaring a project (申报) with its paper (项目说明书): drafted, filed, accepted, admitted or returned.

Five facts are mandatory beside the author (ZZ-03, ZZ-04). An admitted project has a number of its own; what is
changed later is a new version, and each version is an entry.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Numeric, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.actors import Scope
from models.base import Base
from models.deeds import Deed, require
from models.directory import names_changed
from models.entry import Entry, EntryKind
from models.errors import Forbidden, Refusal, WrongState
from models.gate import batches
from models.ledger import Ledger
from models.people import Person, Role, Unit
from models.project import Part, Project, ProjectSeat

_FACTS = ("投资主体", "投资额度", "建设地点", "建设内容", "经济社会效益")


class BriefState(StrEnum):
    """Where a declaration stands; the value is how people call it."""

    DRAFT = "草稿"
    FILED = "已申报"
    ACCEPTED = "已受理"
    ADMITTED = "已入库"
    RETURNED = "已退回"
    DROPPED = "已撤回"


OPEN = (BriefState.DRAFT.value, BriefState.RETURNED.value)
WAITING = (BriefState.FILED.value, BriefState.ACCEPTED.value)


class Brief(Base):
    """A project's paper. `facts` go by the names of the notice; `investment` is 投资额度 in 万元."""

    __tablename__ = "briefs"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    facts: Mapped[dict[str, Any]]
    investment: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    board: Mapped[str] = mapped_column(String(50), default="")
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    version: Mapped[int] = mapped_column(default=1)
    reason: Mapped[str] = mapped_column(String(500), default="")
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), unique=True)
    touched_at: Mapped[datetime]

    author: Mapped[Person] = relationship(lazy="joined")
    unit: Mapped[Unit] = relationship(lazy="joined")
    project: Mapped[Project | None] = relationship(lazy="joined")


def fact_names(ledger: Ledger) -> tuple[str, ...]:
    """Return the names of the mandatory facts, as the notice orders them."""
    codes = ledger.mechanism.codes.brief
    return codes.names if codes else _FACTS


def missing(ledger: Ledger, brief: Brief) -> list[str]:
    """Return the mandatory facts that are not given yet."""
    return [name for name in fact_names(ledger) if not brief.facts.get(name)]


def begin(ledger: Ledger, author: Person, name: str) -> Brief:
    """Begin a declaration, or take up the one of this name that is not in yet. Raises Refusal for a known project."""
    known = ledger.session.scalar(select(Project).where(Project.name == name))
    if known is not None:
        raise Refusal(
            f"台账里已有《{known.name}》（{known.code}），不用再申报；要改请说「变更说明书 {known.code}：…」。"
        )
    unfinished = ledger.session.scalar(
        select(Brief).where(Brief.name == name, Brief.unit_id == author.unit_id, Brief.state.in_(OPEN))
    )
    if unfinished is not None:
        return unfinished
    waiting = ledger.session.scalar(select(Brief).where(Brief.name == name, Brief.state.in_(WAITING)))
    if waiting is not None:
        raise Refusal(f"《{name}》{waiting.unit.shown}已经申报（{waiting.number}，{waiting.state}），不用重报。")
    last = ledger.session.scalar(select(func.max(Brief.id))) or 0
    brief = Brief(
        number=ledger.mechanism.numbering.declaration.format(n=last + 1, year=ledger.today.year),
        name=name,
        facts={},
        author_id=author.id,
        unit_id=author.unit_id,
        state=BriefState.DRAFT.value,
        touched_at=ledger.now,
    )
    ledger.session.add(brief)
    ledger.session.flush()
    ledger.session.refresh(brief)
    return brief


def fill(ledger: Ledger, brief: Brief, facts: dict[str, str], investment: Decimal | None = None) -> None:
    """Add facts to a declaration that is not in yet."""
    known = fact_names(ledger)
    strange = [name for name in facts if name not in known]
    if strange:
        raise Refusal(f"说明书没有「{'、'.join(strange)}」这一项，可填：{'、'.join(known)}。")
    brief.facts = {**brief.facts, **{name: value.strip() for name, value in facts.items() if value.strip()}}
    if investment is not None:
        brief.investment = investment
    brief.touched_at = ledger.now


def file(ledger: Ledger, brief: Brief) -> Entry:
    """Hand a complete declaration in. Raises Refusal naming what is missing."""
    lacking = missing(ledger, brief)
    if lacking:
        raise Refusal(f"《{brief.name}》说明书还差{'、'.join(lacking)}，补上才能申报。")
    if brief.state == BriefState.RETURNED.value:
        brief.version += 1
    return _step(ledger, brief, BriefState.FILED, brief.author, f"申报项目：{brief.name}", facts=dict(brief.facts))


def withdraw(ledger: Ledger, brief: Brief, by: Person) -> None:
    """Let the author put an unfinished declaration aside."""
    if brief.author_id != by.id or brief.state not in OPEN:
        raise Forbidden("这份申报不能撤回；有需要请与项目办联系。")
    brief.state = BriefState.DROPPED.value


def accept(ledger: Ledger, brief: Brief, by: Person | None) -> Entry:
    """受理: the office takes it in hand."""
    require(ledger, by, Deed.ADMIT_PROJECT)
    _need(brief, BriefState.FILED)
    return _step(ledger, brief, BriefState.ACCEPTED, by, f"受理{brief.number}：{brief.name}")


def send_back(ledger: Ledger, brief: Brief, by: Person | None, reason: str) -> Entry:
    """退回, never without a reason."""
    require(ledger, by, Deed.ADMIT_PROJECT)
    _need(brief, BriefState.FILED, BriefState.ACCEPTED)
    if not reason:
        raise Refusal(f"退回请写明原因，例如「退回{brief.number} 效益没写清」。")
    brief.reason = reason
    return _step(ledger, brief, BriefState.RETURNED, by, f"退回{brief.number}：{reason}", reason=reason)


def admit(ledger: Ledger, brief: Brief, by: Person | None) -> Project:
    """入库: the project stands in the ledger under a number that no other has, in the first 批."""
    require(ledger, by, Deed.ADMIT_PROJECT)
    _need(brief, BriefState.FILED, BriefState.ACCEPTED)
    project = Project(
        code=_next_code(ledger),
        name=brief.name,
        stage="前期",
        batch=batches(ledger)[0],
        board=brief.board,
        total_investment=brief.investment,
    )
    project.seats.append(_seat(Part.RESPONSIBLE_UNIT, brief.unit.name, ledger, unit=brief.unit))
    if ledger.has_role(brief.author, Role.LIAISON):
        project.seats.append(_seat(Part.LIAISON, brief.author.name, ledger, person=brief.author))
    ledger.session.add(project)
    ledger.session.flush()
    brief.project = project
    names_changed(ledger)
    _step(ledger, brief, BriefState.ADMITTED, by, f"入库{project.code}：{brief.name}", code=project.code)
    return project


def change(ledger: Ledger, brief: Brief, name: str, value: str, by: Person | None, money: Decimal | None) -> Entry:
    """Change one fact of an admitted project: the next version, with what stood before (ZZ-04)."""
    require(ledger, by, Deed.SET_DATES, Scope(project=brief.project))
    _need(brief, BriefState.ADMITTED)
    before = brief.facts.get(name, "")
    fill(ledger, brief, {name: value}, money)
    brief.version += 1
    if money is not None and brief.project is not None:
        brief.project.total_investment = money
    text = f"说明书第{brief.version}版：{name}由「{before}」改为「{value}」"
    return _step(ledger, brief, BriefState.ADMITTED, by, text, fact=name, before=before, after=value)


def find_brief(ledger: Ledger, words: str) -> Brief | None:
    """Return the declaration of a number (SB-3, sb3), or of a project's code or name."""
    wanted = words.upper().replace("-", "").replace(" ", "")
    found = select(Brief).order_by(Brief.id.desc())
    for brief in ledger.session.scalars(found.where(Brief.state != BriefState.DROPPED.value)):
        project = brief.project
        if brief.number.upper().replace("-", "") == wanted or words == brief.name:
            return brief
        if project is not None and words in (project.code, project.name):
            return brief
    return None


def brief_of(ledger: Ledger, project: Project) -> Brief | None:
    """Return the paper of an admitted project."""
    return ledger.session.scalar(select(Brief).where(Brief.project_id == project.id))


def draft_of(ledger: Ledger, person: Person) -> Brief | None:
    """Return the declaration somebody is writing, the newest."""
    return ledger.session.scalar(
        select(Brief).where(Brief.author_id == person.id, Brief.state.in_(OPEN)).order_by(Brief.touched_at.desc())
    )


def waiting(ledger: Ledger) -> list[Brief]:
    """Return the declarations that wait for the office."""
    return list(ledger.session.scalars(select(Brief).where(Brief.state.in_(WAITING)).order_by(Brief.id)))


def _need(brief: Brief, *states: BriefState) -> None:
    if brief.state not in {state.value for state in states}:
        raise WrongState(f"{brief.number}《{brief.name}》现在是「{brief.state}」，这一步办不了。")


def _step(ledger: Ledger, brief: Brief, to: BriefState, by: Person | None, text: str, **more: Any) -> Entry:
    brief.state, brief.touched_at = to.value, ledger.now
    ledger.drop_waiting(f"brief:{brief.id}")
    data = {"about": "brief", "state": to.value, "brief": brief.number, "version": brief.version, **more}
    data |= {"unit": brief.unit.shown, "author": brief.author.name}
    return ledger.record(EntryKind.NOTE, text, person=by, project=brief.project, data=data)


def _seat(
    part: Part, name: str, ledger: Ledger, *, unit: Unit | None = None, person: Person | None = None
) -> ProjectSeat:
    return ProjectSeat(part=part.value, name=name, unit=unit, person=person, since=ledger.today)


def _next_code(ledger: Ledger) -> str:
    pattern, year = ledger.mechanism.numbering.project, ledger.today.year
    taken = set(ledger.session.scalars(select(Project.code)))
    serial = 1
    while pattern.format(year=year, n=serial) in taken:
        serial += 1
    return pattern.format(year=year, n=serial)
