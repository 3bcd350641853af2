"""The rows of the 台账 (JZ-17): how each project stands, from its plan and from the entries that stand.

Every text that comes from an entry names it (流水12), so that each cell leads to its source message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased, selectinload

from models.calendar import local_date
from models.entry import Entry, EntryKind
from models.indicators import is_permit
from models.project import Node, Part, Project

_TOLD = (
    EntryKind.PROGRESS,
    EntryKind.PROBLEM,
    EntryKind.RESOLUTION,
    EntryKind.NOTICE_ISSUED,
    EntryKind.NOTICE_REPLIED,
    EntryKind.NOTICE_CLOSED,
    EntryKind.CORRECTION,
)


@dataclass(slots=True)
class Matter:
    """An open problem or supervision notice, in words for its columns."""

    text: str = ""
    solution: str = ""
    due: str = ""
    unit: str = ""
    leader: str = ""


@dataclass(slots=True)
class Standing:
    """How a project stands: the newest word on each figure, and what is open, by number."""

    figures: dict[str, str] = field(default_factory=dict)
    latest: str = ""
    matters: dict[str, Matter] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Told:
    """A standing entry as far as the rows need it; `kind` of a correction is that of the entry it corrects."""

    seq: int
    day: date
    kind: EntryKind
    text: str
    data: dict[str, Any]

    @property
    def source(self) -> str:
        return f"流水{self.seq}"

    def number(self, key: str) -> str:
        return str(self.data.get(key) or self.source)


def project_rows(session: Session, code: str | None, before: datetime | None, day: date) -> list[tuple[str, ...]]:
    """Return the cells of each project from 项目名称 to 责任领导, by 编号, as things stood on a local date.

    `before` leaves out entries from that instant on.
    """
    query = select(Project).options(selectinload(Project.nodes)).order_by(Project.code)
    if code is not None:
        query = query.where(Project.code == code)
    standings: dict[str, Standing] = defaultdict(Standing)
    for project, told in _standing_entries(session, code, before):
        _READERS[told.kind](standings[project], told)
    return [_row(project, standings[project.code], day) for project in session.scalars(query)]


def _standing_entries(session: Session, code: str | None, before: datetime | None) -> Iterator[tuple[str, _Told]]:
    """Yield (project code, entry), oldest first, without what was superseded or taken back."""
    old = aliased(Entry)
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    if before is not None:
        newer = newer.where(Entry.time < before)
    query = (
        select(Entry.seq, Entry.time, Entry.kind, Entry.project, Entry.text, Entry.data, old.kind)
        .outerjoin(old, old.seq == Entry.supersedes)
        .where(Entry.kind.in_([kind.value for kind in _TOLD]), Entry.project.is_not(None))
        .where(Entry.seq.not_in(newer))
        .order_by(Entry.seq)
    )
    if code is not None:
        query = query.where(Entry.project == code)
    if before is not None:
        query = query.where(Entry.time < before)
    for seq, time, kind, project, text, data, corrected in session.execute(query.execution_options(yield_per=1000)):
        if kind == EntryKind.CORRECTION.value:
            kind = data.get("corrects") or corrected
            if kind not in _READERS or "撤回" in (data.get("reason") or ""):
                continue
        yield project, _Told(seq, local_date(time), EntryKind(kind), text, data)


# --- reading entries --------------------------------------------------------------------------------------


def _read_progress(standing: Standing, told: _Told) -> None:
    about = "约" if told.data.get("approximate") else ""
    whole = told.data.get("percent_of") or "形象进度"
    period = told.data.get("period") or told.day.isoformat()[:7]
    figures = {
        "total": ("total_amount", f"累计完成{about}{{}}（至{period}，{told.source}）"),
        "month": ("month_amount", f"{period}完成{about}{{}}（{told.source}）"),
        "percent": ("percent", f"{whole}{about}{{}}%（{told.source}）"),
    }
    for name, (key, words) in figures.items():
        if told.data.get(key) is not None:
            standing.figures[name] = words.format(_amount(told.data[key]))
    standing.latest = f"{told.day}：{told.text}（{told.source}）"


def _read_problem(standing: Standing, told: _Told) -> None:
    if "task" in told.data:
        return  # a task done, not a problem
    number = told.number("problem")
    if told.data.get("state") == "closed":
        standing.matters.pop(number, None)
        return
    matter = standing.matters.setdefault(number, Matter())
    first = told.data.get("matter") in (None, told.text)
    if (told.kind is EntryKind.PROBLEM and first) or not matter.text:
        matter.text = f"{told.text}（{told.source}）"
    else:  # what was done about it, waiting to be closed
        matter.solution = f"{told.text}（{told.source}）"
    matter.due = told.data.get("due") or matter.due
    matter.unit = told.data.get("unit") or matter.unit


def _read_notice_issued(standing: Standing, told: _Told) -> None:
    standing.matters[told.number("notice")] = Matter(
        text=f"挂牌督办：{told.data.get('matter') or told.text}（{told.source}）",
        due=told.data.get("solve_due") or "",
        unit=told.data.get("unit") or "",
    )


def _read_notice_replied(standing: Standing, told: _Told) -> None:
    matter = standing.matters.get(told.number("notice"))
    if matter is None:
        return
    matter.solution = f"{told.data.get('measure') or told.text}（{told.source}）"
    matter.due = told.data.get("deadline") or matter.due
    matter.unit = told.data.get("unit") or matter.unit
    matter.leader = told.data.get("leader") or matter.leader


def _read_notice_closed(standing: Standing, told: _Told) -> None:
    standing.matters.pop(told.number("notice"), None)


_READERS: dict[str, Callable[[Standing, _Told], None]] = {
    EntryKind.PROGRESS: _read_progress,
    EntryKind.PROBLEM: _read_problem,
    EntryKind.RESOLUTION: _read_problem,
    EntryKind.NOTICE_ISSUED: _read_notice_issued,
    EntryKind.NOTICE_REPLIED: _read_notice_replied,
    EntryKind.NOTICE_CLOSED: _read_notice_closed,
}


# --- writing cells ----------------------------------------------------------------------------------------


def _row(project: Project, standing: Standing, day: date) -> tuple[str, ...]:
    permits = [node for node in project.nodes if is_permit(node.name)]
    works = [node for node in project.nodes if not is_permit(node.name)]
    units, leaders = project.names(Part.RESPONSIBLE_UNIT, day), project.names(Part.LEADER, day)
    return (
        project.name,
        _lines(_node(node) for node in permits),
        _investment(project, standing),
        _building(project, standing, works),
        _by_matter(standing, "text"),
        _by_matter(standing, "solution"),
        _by_matter(standing, "due"),
        _lines(("、".join(units), _by_matter(standing, "unit"))),
        _lines(("、".join(leaders), _by_matter(standing, "leader"))),
    )


def _node(node: Node) -> str:
    done = f"，{node.finished}完成" if node.finished else ""
    return f"{node.name}：计划{node.planned}{done}"


def _investment(project: Project, standing: Standing) -> str:
    planned = (("总投资", project.total_investment), ("年度计划", project.annual_investment))
    lines = [f"{name}{_amount(amount)}" for name, amount in planned if amount is not None]
    return _lines([*lines, standing.figures.get("total", ""), standing.figures.get("month", "")])


def _building(project: Project, standing: Standing, works: list[Node]) -> str:
    stage = f"阶段：{project.stage}" if project.stage else ""
    start = f"计划开工：{project.planned_start}" if project.planned_start else ""
    finish = f"计划竣工：{project.planned_finish}" if project.planned_finish else ""
    latest = f"最新进展 {standing.latest}" if standing.latest else ""
    figure = standing.figures.get("percent", "")
    return _lines([stage, start, finish, *(_node(node) for node in works), figure, latest])


def _by_matter(standing: Standing, column: str) -> str:
    told = ((number, getattr(matter, column)) for number, matter in standing.matters.items())
    return _lines(f"{number} {text}" for number, text in told if text)


def _lines(texts: Any) -> str:
    return "\n".join(text for text in texts if text)


def _amount(value: Decimal | float | int) -> str:
    """Write a number with thousands separators and without needless noughts."""
    text = f"{Decimal(str(value)):,.2f}"
    return text.rstrip("0").rstrip(".")
