"""Factor needs (要素需求): land, people, money, power that a project lacks, who supplies them, until they are there.

JZ-16, DC-26. A need is born from a problem in everyday words or at the office's desk; the department that supplies it
says when it is met. Factors and everyday words come from the pack's codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Numeric, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.actors import Scope
from models.amounts import plain
from models.base import Base
from models.deeds import Deed, require
from models.entry import EntryKind
from models.errors import Refusal, WrongState
from models.ledger import Ledger
from models.mechanism import Code, Mechanism
from models.people import Person, Unit
from models.project import Project
from models.unit_names import unit_of_notice

_BRANCH = "要素保障"
_MAY_LACK = ("", _BRANCH, "其他")


class NeedState(StrEnum):
    """Where a need stands."""

    OPEN = "open"
    SUPPLIED = "supplied"
    WITHDRAWN = "withdrawn"


NEED_LABELS = {NeedState.OPEN: "未落实", NeedState.SUPPLIED: "已落实", NeedState.WITHDRAWN: "已撤回"}


class Need(Base):
    """One factor one project lacks. `amount` in `measure_unit` (亩, 万元, 人); `measure` is the service offered."""

    __tablename__ = "needs"
    __table_args__ = (Index("ix_needs_open", "state", "factor"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    factor: Mapped[str] = mapped_column(String(50))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    measure_unit: Mapped[str] = mapped_column(String(10), default="")
    text: Mapped[str] = mapped_column(Text)
    department_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    due: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20))
    problem: Mapped[str] = mapped_column(String(30), default="", index=True)
    measure: Mapped[str] = mapped_column(String(100), default="")
    raised_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    raised_at: Mapped[datetime]
    supplied_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    supplied_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(Text, default="")

    project: Mapped[Project] = relationship(lazy="joined")
    department: Mapped[Unit | None] = relationship(lazy="joined")

    @property
    def handle(self) -> str:
        """Its short name in chat and on the command line."""
        return f"XQ-{self.id}"

    @property
    def size(self) -> str:
        """How much of what: 土地30亩."""
        return (
            f"{self.factor}{plain(float(self.amount))}{self.measure_unit}" if self.amount is not None else self.factor
        )


def factor_of(mechanism: Mechanism, text: str, category: str = "") -> str | None:
    """Return the factor a text speaks of, as the notice calls it; None where it speaks of none.

    The notice's own list comes first, by its names and everyday words; then the finer kinds of 要素保障.
    """
    listed = mechanism.codes.factors
    found = _longest(listed.items if listed else (), text)
    if found is not None:
        return found
    branch, _, kind = category.partition("/")
    finer = _longest(_branch(mechanism), text) or (_longest(_branch(mechanism), kind) if branch == _BRANCH else None)
    if finer is None:
        return None
    return _longest(listed.items if listed else (), finer) or finer


def lacking(mechanism: Mechanism, text: str, category: str) -> str | None:
    """Return the factor that a problem of a category is about: a road that is blocked needs no land."""
    return factor_of(mechanism, text, category) if category.partition("/")[0] in _MAY_LACK else None


def factor_names(mechanism: Mechanism) -> tuple[str, ...]:
    """Return the notice's factors, and the finer kinds of 要素保障 that it leaves out."""
    listed = mechanism.codes.factors
    names = list(listed.names) if listed else []
    for code in mechanism.codes.problem_categories.items:
        if code.name == _BRANCH:
            kinds = (child.name for child in code.children)
            names += [kind for kind in kinds if _longest(listed.items if listed else (), kind) is None]
    return tuple(names)


def supplier_of(ledger: Ledger, factor: str) -> Unit | None:
    """Return the department a factor usually goes to, where the pack names one that is registered."""
    listed = ledger.mechanism.codes.factors
    codes = [*(listed.items if listed else ()), *_branch(ledger.mechanism)]
    route = next((code.route for code in codes if code.name == factor and code.route), None)
    return unit_of_notice(ledger, route) if route else None


def raise_need(
    ledger: Ledger,
    *,
    project: Project,
    factor: str,
    text: str,
    by: Person | None,
    amount: Decimal | None = None,
    measure_unit: str = "",
    department: Unit | None = None,
    due: date | None = None,
    problem: str = "",
) -> Need:
    """Register a need and route it; the same one raised again is brought up to date instead of doubled."""
    if factor not in factor_names(ledger.mechanism):
        raise Refusal(f"没有「{factor}」这类要素，可选：{'、'.join(factor_names(ledger.mechanism))}。")
    need = next((held for held in open_needs(ledger, project=project) if held.factor == factor), None)
    if need is None:
        need = Need(
            project_id=project.id,
            factor=factor,
            text=text,
            measure_unit="",
            state=NeedState.OPEN.value,
            problem=problem,
            raised_by=by.id if by else None,
            raised_at=ledger.now,
        )
        ledger.session.add(need)
    need.text = text
    if amount is not None:
        need.amount, need.measure_unit = amount, measure_unit
    if department is not None:
        need.department_id = department.id
    elif need.department_id is None:
        usual = supplier_of(ledger, factor)
        need.department_id = usual.id if usual else None
    need.due = due or need.due
    need.problem = need.problem or problem
    ledger.session.flush()
    ledger.session.refresh(need)
    _record(ledger, need, by, text, "need")
    return need


def route_need(ledger: Ledger, need: Need, department: Unit | None, due: date | None, by: Person | None) -> None:
    """Say which department supplies it, by when."""
    if department is not None:
        need.department_id = department.id
    need.due = due or need.due
    ledger.session.flush()
    ledger.session.refresh(need)
    words = "，".join(
        part for part in (f"由{department.shown}解决" if department else "", f"{due}前" if due else "") if part
    )
    _record(ledger, need, by, words, "need_routed")


def supply(ledger: Ledger, need: Need, by: Person | None, text: str) -> None:
    """已落实, by the department it was routed to or the office. Raises Forbidden for others."""
    require(ledger, by, Deed.SUPPLY_FACTOR, Scope(unit=need.department) if need.department else Scope())
    if need.state != NeedState.OPEN.value:
        raise WrongState(f"《{need.project.name}》的{need.size}{NEED_LABELS[NeedState(need.state)]}，不用再报。")
    need.state = NeedState.SUPPLIED.value
    need.supplied_at, need.supplied_by, need.result = ledger.now, by.id if by else None, text
    _record(ledger, need, by, text, "need_supplied")
    ledger.drop_waiting(f"need:{need.id}")


def withdraw(ledger: Ledger, need: Need, by: Person | None, text: str) -> None:
    """No longer needed."""
    if need.state != NeedState.OPEN.value:
        raise WrongState(f"{need.size}{NEED_LABELS[NeedState(need.state)]}，不用撤回。")
    need.state = NeedState.WITHDRAWN.value
    _record(ledger, need, by, text, "need_withdrawn")


def offer_measure(ledger: Ledger, need: Need, measure: str, by: Person | None) -> None:
    """Note the service measure that is used for it (容缺办理, 并联审批)."""
    require(ledger, by, Deed.SUPPLY_FACTOR, Scope(unit=need.department) if need.department else Scope())
    names = measures(ledger.mechanism)
    if measure not in names:
        raise Refusal(f"没有「{measure}」这项服务措施，可选：{'、'.join(names)}。")
    held = [name for name in need.measure.split("、") if name]
    need.measure = "、".join(dict.fromkeys([*held, measure]))
    _record(ledger, need, by, measure, "need_measure")


def measures(mechanism: Mechanism) -> tuple[str, ...]:
    """Return the service measures the notice names."""
    listed = mechanism.codes.service_measures
    return listed.names if listed else ()


def open_needs(
    ledger: Ledger, *, project: Project | None = None, factors: Iterable[str] = (), department: Unit | None = None
) -> list[Need]:
    """Return the needs that are not met, the soonest first."""
    query = select(Need).where(Need.state == NeedState.OPEN.value)
    if project is not None:
        query = query.where(Need.project_id == project.id)
    if department is not None:
        query = query.where(Need.department_id == department.id)
    wanted = list(factors)
    if wanted:
        query = query.where(Need.factor.in_(wanted))
    found = ledger.session.scalars(query.order_by(Need.id))
    return sorted(found, key=lambda need: (need.due or date.max, need.id))


def needs_of_factor(ledger: Ledger, factor: str) -> list[Need]:
    """Return every need of a factor, met ones included, the first raised first."""
    return list(ledger.session.scalars(select(Need).where(Need.factor == factor).order_by(Need.id)))


def find_need(ledger: Ledger, handle: str) -> Need:
    """Return the need of a number (XQ-3, 3). Raises Refusal."""
    digits = handle.upper().removeprefix("XQ").lstrip("-")
    need = ledger.session.get(Need, int(digits)) if digits.isdigit() else None
    if need is None:
        raise Refusal(f"没有编号为「{handle}」的要素需求，可发「要素缺口」看一看。")
    return need


def total(needs: Iterable[Need]) -> str:
    """Return the sums of what is lacking, each in its own measure: 合计30亩、2000万元."""
    sums: dict[str, Decimal] = {}
    for need in needs:
        if need.amount is not None:
            sums[need.measure_unit] = sums.get(need.measure_unit, Decimal(0)) + need.amount
    return "、".join(f"{plain(float(value))}{unit}" for unit, value in sums.items())


def _branch(mechanism: Mechanism) -> tuple[Code, ...]:
    for code in mechanism.codes.problem_categories.items:
        if code.name == _BRANCH:
            return code.children
    return ()


def _longest(codes: Iterable[Code], text: str) -> str | None:
    found = [(len(word), code.name) for code in codes for word in (code.name, *code.words) if word in text]
    return max(found)[1] if found else None


def _record(ledger: Ledger, need: Need, by: Person | None, text: str, state: str) -> None:
    ledger.record(
        EntryKind.NOTE,
        text,
        person=by,
        project=need.project,
        data={
            "about": "extension",
            "state": state,
            "need": need.handle,
            "factor": need.factor,
            "amount": float(need.amount) if need.amount is not None else None,
            "measure_unit": need.measure_unit or None,
            "department": need.department.shown if need.department else None,
            "due": need.due.isoformat() if need.due else None,
            "problem": need.problem or None,
        },
    )
