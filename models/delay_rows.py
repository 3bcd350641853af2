"""The rows of the four lists (ZZ-22) and of the enterprises' agreements (DC-28): what is late, and what was.

A row is judged by the date that stood before it passed (A22). What is over is told only of a span of days asked for,
with the day it came about; where the books do not tell that day, nothing is claimed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from models import agreement
from models import request as requests
from models import task as tasks
from models.agreement import AgreementTerm
from models.calendar import local_date
from models.directory import shown_unit
from models.entry import Entry, EntryKind
from models.extension import Extensions
from models.ledger import Ledger
from models.mechanism import Mechanism
from models.project import Node, Part, Project
from models.task import Task, TaskState

EARLY, START, FINISH, TASK, AGREEMENT = range(5)
_USUAL = (
    "谋划项目前期工作未按时完成",
    "计划开工项目未按时开工",
    "在建项目未按时竣工",
    "调度任务未按时落实",
)
_AGREEMENT = "未按协议要求完成建设任务"
_STARTED = ("在建", "开工", "续建", "施工", "试运行", "停工", "停缓建")
_FINISHED = ("竣工", "完工", "投产", "建成", "达效", "交付使用")
_PLANNED = ("node", "start", "finish")


@dataclass(frozen=True)
class Delay:
    """One row of the lists. `handle` is what people call it, `evidence` the entries (流水号) it rests on.

    `days` counts to today, or to the day it was over (`ended`).
    """

    kind: int
    key: str
    handle: str
    what: str
    project: Project | None
    unit: str
    due: date
    days: int
    evidence: tuple[int, ...]
    note: str = ""
    explanation: str = ""
    cause: str = ""
    ended: date | None = None

    @property
    def line(self) -> str:
        """The row in one line, the unit's words included."""
        source = f"（流水{'、'.join(map(str, self.evidence))}）" if self.evidence else "（导入计划）"
        said = f"单位说明：{self.explanation}" if self.explanation else "单位未作说明"
        note = f"；{self.note}" if self.note else ""
        what = f"{self.unit or '未定单位'} {self.handle} {self.what}"
        passed = f"{self.ended}完成，晚{self.days}天" if self.ended else f"已过{self.days}天"
        return f"{what}，应于{self.due}，{passed}{source}；{said}{note}"


def by_kind(mechanism: Mechanism, found: list[Delay]) -> list[tuple[str, list[Delay]]]:
    """Group rows under what the county calls the four, empty ones too; the agreements' only where there are any."""
    groups = [(name, [row for row in found if row.kind == kind]) for kind, name in enumerate(_names(mechanism))]
    promised = [row for row in found if row.kind == AGREEMENT]
    return [*groups, (_AGREEMENT, promised)] if promised else groups


def kind_name(mechanism: Mechanism, row: Delay) -> str:
    """Return what the county calls the list a row stands on."""
    return _AGREEMENT if row.kind == AGREEMENT else _names(mechanism)[row.kind]


def _names(mechanism: Mechanism) -> tuple[str, ...]:
    codes = mechanism.codes.delays
    return codes.names if codes is not None and len(codes.names) == len(_USUAL) else _USUAL


def has_started(project: Project) -> bool:
    """Whether a project is being built or done, by its own date or its stage; one carried over is (A15)."""
    if project.actual_start is not None:
        return True
    return any(word in project.stage for word in (*_STARTED, *_FINISHED)) and "未开工" not in project.stage


def is_finished(project: Project) -> bool:
    """Whether a project is done, by its own date or its stage."""
    if project.actual_finish is not None:
        return True
    return any(word in project.stage for word in _FINISHED) and "未" not in project.stage


def late_now(ledger: Ledger) -> Iterator[Delay]:
    """Yield what is late today."""
    granted = Extensions(ledger)
    latest = _latest_entries(ledger)
    late = select(Project).where((Project.planned_start < ledger.today) | (Project.planned_finish < ledger.today))
    for project in ledger.session.scalars(late):
        yield from _late_milestone(ledger, granted, latest, project)
    nodes = select(Node, Project).join(Project, Project.id == Node.project_id)
    for node, project in ledger.session.execute(nodes.where(Node.finished.is_(None), Node.planned < ledger.today)):
        if not has_started(project):
            yield from _late_node(ledger, granted, latest, project, node)
    yield from _late_by_old_date(ledger, granted, latest)
    waits = requests.waits_of(ledger, "task")
    late_tasks = tasks.live_tasks(ledger, due_by=ledger.today)
    too_late = [ledger.session.get_one(Task, int(key)) for kind, key in granted.granted_too_late() if kind == "task"]
    for task in {one.id: one for one in (*late_tasks, *too_late) if one.state in tasks.LIVE}.values():
        yield from _late_task(ledger, granted, task, waits.get(task.number, 0))
    promised = select(AgreementTerm).where(AgreementTerm.met_on.is_(None), AgreementTerm.withdrawn.is_(False))
    for term in ledger.session.scalars(promised.where(AgreementTerm.due < ledger.today)):
        yield _late_term(ledger, term)


def ended_late(ledger: Ledger, first: date, last: date) -> Iterator[Delay]:
    """Yield what came about in these days and later than it should have."""
    granted = Extensions(ledger)
    latest = _latest_entries(ledger)
    for field, planned, kind, name in (
        (Project.actual_start, Project.planned_start, START, "开工"),
        (Project.actual_finish, Project.planned_finish, FINISH, "竣工"),
    ):
        thing = "start" if kind == START else "finish"
        for project in ledger.session.scalars(select(Project).where(field.between(first, last), planned < field)):
            came = project.actual_start if kind == START else project.actual_finish
            due = project.planned_start if kind == START else project.planned_finish
            assert came is not None and due is not None
            yield from _late(ledger, granted, latest, kind, f"{thing}:{project.id}", name, project, due, came)
    nodes = select(Node, Project).join(Project, Project.id == Node.project_id)
    for node, project in ledger.session.execute(nodes.where(Node.finished.between(first, last))):
        if node.finished is not None and node.planned < node.finished and _was_early(project, node.finished):
            yield from _late_node(ledger, granted, latest, project, node)
    yield from _done_late(ledger, granted, first, last)
    kept = select(AgreementTerm).where(AgreementTerm.withdrawn.is_(False), AgreementTerm.met_on.between(first, last))
    for term in ledger.session.scalars(kept.where(AgreementTerm.met_on > AgreementTerm.due)):
        yield _late_term(ledger, term)


def _was_early(project: Project, day: date) -> bool:
    """Whether a project was not yet being built on a day (前期工作); without its date of start, by its stage today."""
    return day <= project.actual_start if project.actual_start is not None else not has_started(project)


def _done_late(ledger: Ledger, granted: Extensions, first: date, last: date) -> Iterator[Delay]:
    """Yield the tasks done late: judged by the day the unit said that it was done, where the office agreed."""
    done = [task for task in tasks.done_tasks(ledger, first, last) if task.done_at is not None]
    said = tasks.reported_on(ledger, [task.number for task in done])
    for task in done:
        assert task.done_at is not None
        yield from _late_task(ledger, granted, task, 0, said.get(task.number) or local_date(task.done_at))


def _late_milestone(ledger: Ledger, granted: Extensions, latest: dict[str, int], project: Project) -> Iterator[Delay]:
    if project.planned_start and not has_started(project):
        yield from _late(ledger, granted, latest, START, f"start:{project.id}", "开工", project, project.planned_start)
    if project.planned_finish and has_started(project) and not is_finished(project):
        key = f"finish:{project.id}"
        yield from _late(ledger, granted, latest, FINISH, key, "竣工", project, project.planned_finish)


def _late_by_old_date(ledger: Ledger, granted: Extensions, latest: dict[str, int]) -> Iterator[Delay]:
    """Yield what has a later date today and was late by the date that judges: extensions granted too late (A22)."""
    for kind, key in granted.granted_too_late():
        thing = ledger.session.get(Node if kind == "node" else Project, int(key)) if kind in _PLANNED else None
        if isinstance(thing, Node):
            project = ledger.session.get_one(Project, thing.project_id)
            if thing.finished is None and thing.planned >= ledger.today and not has_started(project):
                yield from _late_node(ledger, granted, latest, project, thing)
        elif isinstance(thing, Project):
            day = thing.planned_start if kind == "start" else thing.planned_finish
            if day is not None and day >= ledger.today:
                yield from (
                    row for row in _late_milestone(ledger, granted, latest, thing) if row.key == f"{kind}:{key}"
                )


def _late_node(
    ledger: Ledger, granted: Extensions, latest: dict[str, int], project: Project, node: Node
) -> Iterator[Delay]:
    key = f"node:{node.id}"
    for row in _late(ledger, granted, latest, EARLY, key, node.name, project, node.planned, node.finished):
        yield replace(row, unit=shown_unit(ledger, node.unit_name) or row.unit)


def _late(
    ledger: Ledger,
    granted: Extensions,
    latest: dict[str, int],
    kind: int,
    key: str,
    name: str,
    project: Project,
    due: date,
    ended: date | None = None,
) -> Iterator[Delay]:
    thing, _, number = key.partition(":")
    judged = granted.judged(thing, number, due)
    until = ended or ledger.today
    if judged.due >= until:
        return
    units = "、".join(unit.shown for unit in project.units(Part.RESPONSIBLE_UNIT, ledger.today))
    seq = latest.get(project.code)
    yield Delay(
        kind,
        key,
        f"{project.code}{name}",
        f"《{project.name}》{name}",
        project,
        units,
        judged.due,
        (until - judged.due).days,
        (seq,) if seq else (),
        judged.note,
        ended=ended,
    )


def _late_task(
    ledger: Ledger, granted: Extensions, task: Task, waits: int, ended: date | None = None
) -> Iterator[Delay]:
    judged = granted.judged("task", str(task.id), task.due)
    until = ended or ledger.today
    if judged.due >= until or task.state == TaskState.RAISED.value:
        return
    of_task = Entry.data["task"].as_string() == task.number
    given = select(func.min(Entry.seq)).where(Entry.kind == EntryKind.DECISION.value, of_task)
    seq = ledger.session.scalar(given)
    yield Delay(
        TASK,
        f"task:{task.id}",
        task.number,
        " ".join(task.requirement.split())[:40],
        task.project,
        task.unit.shown,
        judged.due,
        (until - judged.due).days,
        (seq,) if seq else (),
        judged.note + (f"；等上级{waits}个工作日，时限已顺延" if waits else ""),
        ended=ended,
    )


def _late_term(ledger: Ledger, term: AgreementTerm) -> Delay:
    units = "、".join(unit.shown for unit in term.project.units(Part.RESPONSIBLE_UNIT, ledger.today))
    of_term = Entry.data["term"].as_string() == term.number
    seqs = ledger.session.scalars(select(Entry.seq).where(Entry.project == term.project.code, of_term))
    words = f"《{term.project.name}》协议约定：{agreement.enterprise(ledger, term)}{' '.join(term.text.split())[:60]}"
    days = ((term.met_on or ledger.today) - term.due).days
    key = f"agreement:{term.id}"
    evidence = tuple(sorted(seqs))
    return Delay(AGREEMENT, key, term.number, words, term.project, units, term.due, days, evidence, ended=term.met_on)


def _latest_entries(ledger: Ledger) -> dict[str, int]:
    """Return the newest entry that tells of each project."""
    kinds = [kind.value for kind in (EntryKind.PROGRESS, EntryKind.VISIT, EntryKind.PROBLEM, EntryKind.SUBMISSION)]
    query = select(Entry.project, func.max(Entry.seq)).where(Entry.kind.in_(kinds), Entry.project.is_not(None))
    return {str(code): seq for code, seq in ledger.session.execute(query.group_by(Entry.project))}
