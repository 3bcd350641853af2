"""The rows of the 台账 (JZ-17): how each project stands, from its plan and from the entries that stand.

Every cell knows the entries it comes from, and a text that comes from one names it (流水12), so that each leads to
its source message.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models.entry import Entry, EntryKind
from models.indicators import is_permit
from models.permit import Permit, words_of
from models.project import Node, Part, Project
from models.standing import Figure, Standing, standings


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell, and the entries (流水号) it comes from; what was registered comes from none."""

    text: str
    seqs: tuple[int, ...] = ()


def project_rows(session: Session, code: str | None, before: datetime | None, day: date) -> list[tuple[str, ...]]:
    """Return the texts of :func:`project_cells`."""
    return [tuple(cell.text for cell in cells) for cells in project_cells(session, code, before, day)]


def project_cells(session: Session, code: str | None, before: datetime | None, day: date) -> list[tuple[Cell, ...]]:
    """Return the cells of each project from 项目名称 to 责任领导, by 编号, as things stood on a local date.

    `before` leaves out entries from that instant on.
    """
    query = select(Project).options(selectinload(Project.nodes)).order_by(Project.code)
    if code is not None:
        query = query.where(Project.code == code)
    found, told = standings(session, code, before), _told(session, code, before)
    permits = _permits(session)
    return [
        _row(project, found.get(project.code) or Standing(), permits.get(project.id, []), told, day)
        for project in session.scalars(query)
    ]


_Told = dict[tuple[str, str, str], int]
"""The newest entry that told of a thing: (project code, what about, its name) → 流水号."""


def _told(session: Session, code: str | None, before: datetime | None) -> _Told:
    """Return which entry last told of each node, permit and date."""
    kinds = (EntryKind.NOTE.value, EntryKind.PROGRESS.value)
    query = select(Entry.seq, Entry.project, Entry.data).where(Entry.kind.in_(kinds), Entry.project.is_not(None))
    if code is not None:
        query = query.where(Entry.project == code)
    if before is not None:
        query = query.where(Entry.time < before)
    names = {"node": "node", "permit": "permit", "date": "state"}
    told: _Told = {}
    for seq, project, data in session.execute(query.order_by(Entry.seq).execution_options(yield_per=1000)):
        about = data.get("about")
        if isinstance(about, str) and about in names:  # of a progress it is the list of figures that are 约
            told[project, about, str(data.get(names[about]))] = seq
    return told


def _permits(session: Session) -> dict[int, list[Permit]]:
    found: dict[int, list[Permit]] = {}
    for permit in session.scalars(select(Permit).where(Permit.needed.is_(True)).order_by(Permit.id)):
        found.setdefault(permit.project_id, []).append(permit)
    return found


# --- writing cells ----------------------------------------------------------------------------------------


def _row(project: Project, standing: Standing, permits: list[Permit], told: _Told, day: date) -> tuple[Cell, ...]:
    before = [node for node in project.nodes if is_permit(node.name)]
    works = [node for node in project.nodes if not is_permit(node.name)]
    units, leaders = project.names(Part.RESPONSIBLE_UNIT, day), project.names(Part.LEADER, day)
    return (
        Cell(project.name),
        _cell([*(_node(node, told, project) for node in before), *(_permit(one, told, project) for one in permits)]),
        _investment(project, standing),
        _building(project, standing, works, told),
        _by_matter(standing, "text"),
        _by_matter(standing, "solution"),
        _by_matter(standing, "due"),
        _cell([Cell("、".join(units)), _by_matter(standing, "unit")]),
        _cell([Cell("、".join(leaders)), _by_matter(standing, "leader")]),
    )


def _node(node: Node, told: _Told, project: Project) -> Cell:
    seq = told.get((project.code, "node", node.name))
    done = f"，{node.finished}完成" if node.finished else ""
    return Cell(f"{node.name}：计划{node.planned}{done}", (seq,) if seq else ())


def _permit(permit: Permit, told: _Told, project: Project) -> Cell:
    seq = told.get((project.code, "permit", permit.name))
    return Cell(words_of(permit), (seq,) if seq else ())


def _investment(project: Project, standing: Standing) -> Cell:
    planned = (("总投资", project.total_investment), ("年度计划", project.annual_investment))
    lines = [Cell(f"{name}{_amount(amount)}") for name, amount in planned if amount is not None]
    total, month = standing.figures.get("total"), standing.figures.get("month")
    if total:
        lines.append(_figure(total, f"累计完成{{}}（至{total.period}，流水{total.seq}）"))
    if month:
        lines.append(_figure(month, f"{month.period}完成{{}}（流水{month.seq}）"))
    return _cell(lines)


def _figure(figure: Figure, words: str) -> Cell:
    return Cell(words.format(("约" if figure.about else "") + _amount(figure.value)), (figure.seq,))


_DATES = {  # as they came about (DC-11), by the name their entries give them
    "landed": "落地",
    "actual_start": "实际开工",
    "actual_finish": "实际竣工",
    "effective": "达效",
}


def _building(project: Project, standing: Standing, works: list[Node], told: _Told) -> Cell:
    lines = [
        Cell(f"阶段：{project.stage}" if project.stage else ""),
        Cell(f"计划开工：{project.planned_start}" if project.planned_start else ""),
        Cell(f"计划竣工：{project.planned_finish}" if project.planned_finish else ""),
    ]
    for name, words in _DATES.items():
        day, seq = getattr(project, name), told.get((project.code, "date", name))
        lines.append(Cell(f"{words}：{day}" if day else "", (seq,) if seq and day else ()))
    lines += [_node(node, told, project) for node in works]
    percent, latest = standing.figures.get("percent"), standing.latest
    if percent:
        lines.append(_figure(percent, f"{percent.whole}{{}}%（流水{percent.seq}）"))
    if latest:
        lines.append(Cell(f"最新进展 {latest.day}：{latest.text}（{latest.source}）", (latest.seq,)))
    return _cell(lines)


def _by_matter(standing: Standing, column: str) -> Cell:
    lines = [
        Cell(f"{number} {text}", (matter.seqs[column],))
        for number, matter in standing.matters.items()
        if (text := getattr(matter, column))
    ]
    return _cell(lines)


def _cell(lines: Iterable[Cell]) -> Cell:
    told = [line for line in lines if line.text]
    seqs = dict.fromkeys(seq for line in told for seq in line.seqs)
    return Cell("\n".join(line.text for line in told), tuple(sorted(seqs)))


def _amount(value: Decimal | float | int) -> str:
    """Write a number with thousands separators and without needless noughts."""
    text = f"{Decimal(str(value)):,.2f}"
    return text.rstrip("0").rstrip(".")
