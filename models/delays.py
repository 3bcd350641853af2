"""四类未按时 (ZZ-22): what is late of early work, starts, finishes and tasks, with evidence and the unit's words.

A row is judged by the date that stood before it passed (A22); what waits above is nobody's fault below (JZ-13). What
the office has found to be beyond the unit's power (客观) is on no list (DC-28). These are facts for people who decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import request as requests
from models import task as tasks
from models.base import Base
from models.deeds import Deed, may, require
from models.directory import shown_unit
from models.entry import Entry, EntryKind
from models.errors import Forbidden, Refusal
from models.extension import Extensions
from models.ledger import Ledger
from models.mechanism import Mechanism
from models.people import Person
from models.project import Node, Part, Project
from models.rights import belongs_to
from models.task import Task, TaskState

EARLY, START, FINISH, TASK = range(4)
_USUAL = (
    "谋划项目前期工作未按时完成",
    "计划开工项目未按时开工",
    "在建项目未按时竣工",
    "调度任务未按时落实",
)
CAUSES = ("主观", "客观")
_OBJECTIVE = "客观"
_STARTED = ("在建", "开工", "续建", "施工", "试运行", "停工", "停缓建")
_FINISHED = ("竣工", "完工", "投产", "建成", "达效", "交付使用")


class Explanation(Base):
    """What a unit says of one delay, and what the office found its cause to be (DC-28). `key` is the delay's."""

    __tablename__ = "explanations"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    text: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    explained_at: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(String(20), default="")
    finding: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=person_id)


@dataclass(frozen=True)
class Delay:
    """One row of the four lists. `handle` is what people call it, `evidence` the entries (流水号) it rests on."""

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

    @property
    def line(self) -> str:
        """The row in one line, the unit's words included."""
        source = f"（流水{'、'.join(map(str, self.evidence))}）" if self.evidence else "（导入计划）"
        said = f"单位说明：{self.explanation}" if self.explanation else "单位未作说明"
        note = f"；{self.note}" if self.note else ""
        what = f"{self.unit or '未定单位'} {self.handle} {self.what}"
        return f"{what}，应于{self.due}，已过{self.days}天{source}；{said}{note}"


def delay_names(mechanism: Mechanism) -> tuple[str, ...]:
    """Return what the county calls the four."""
    codes = mechanism.codes.delays
    return codes.names if codes is not None and len(codes.names) == len(_USUAL) else _USUAL


def delays(ledger: Ledger, *, unit: str = "", with_excused: bool = False) -> list[Delay]:
    """Return the four lists as they stand today, of one unit where asked; the excused only where asked."""
    found = sorted(_found(ledger), key=lambda row: (row.kind, row.due, row.key))
    said = _explanations(ledger, [row.key for row in found])
    rows = [_told(row, said.get(row.key)) for row in found]
    return [
        row for row in rows if (with_excused or row.cause != _OBJECTIVE) and (not unit or unit in row.unit.split("、"))
    ]


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


def find_delay(ledger: Ledger, handle: str) -> Delay | None:
    """Return the delay people call by a handle: JB-3, P07开工, P07土地摘牌."""
    wanted = _squeeze(handle)
    return next((row for row in delays(ledger, with_excused=True) if _squeeze(row.handle) == wanted), None)


def explain(ledger: Ledger, delay: Delay, person: Person | None, text: str) -> None:
    """Keep the unit's own explanation beside the fact; the newest one counts. Raises Forbidden for other units."""
    if person is not None and not _is_own(ledger, delay, person):
        raise Forbidden(f"没有找到「{delay.handle}」，或者不归您单位办理；可发「未按时清单」看一看。")
    if len(text.strip()) < 2:
        raise Refusal(f"请写明原因，例如「{delay.handle}说明：土地指标9月才批复」。")
    row = _row(ledger, delay.key)
    row.text, row.person_id, row.explained_at = text.strip(), (person.id if person else None), ledger.now
    _record(ledger, delay, text, person, state="explained")


def decide_cause(ledger: Ledger, delay: Delay, person: Person | None, cause: str, finding: str) -> None:
    """认定 主观 or 客观, with what was found, by the office alone (DC-28)."""
    require(ledger, person, Deed.EXCUSE_DELAY)
    if len(finding.strip()) < 2:
        raise Refusal(f"请写明认定依据，例如「认定{delay.handle}客观：省级指标9月30日才下达」。")
    row = _row(ledger, delay.key)
    row.cause, row.finding = cause, finding.strip()
    row.decided_by, row.decided_at = (person.id if person else None), ledger.now
    _record(ledger, delay, finding, person, state="decided", cause=cause)


# --- the four -------------------------------------------------------------------------------------------


def _found(ledger: Ledger) -> Iterator[Delay]:
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


_PLANNED = ("node", "start", "finish")


def _late_node(
    ledger: Ledger, granted: Extensions, latest: dict[str, int], project: Project, node: Node
) -> Iterator[Delay]:
    found = _late(ledger, granted, latest, EARLY, f"node:{node.id}", node.name, project, node.planned)
    for row in found:
        unit = shown_unit(ledger, node.unit_name) or row.unit
        yield Delay(**{**row.__dict__, "unit": unit})


def _late(
    ledger: Ledger,
    granted: Extensions,
    latest: dict[str, int],
    kind: int,
    key: str,
    name: str,
    project: Project,
    due: date,
) -> Iterator[Delay]:
    thing, _, number = key.partition(":")
    judged = granted.judged(thing, number, due)
    if judged.due >= ledger.today:
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
        (ledger.today - judged.due).days,
        (seq,) if seq else (),
        judged.note,
    )


def _late_task(ledger: Ledger, granted: Extensions, task: Task, waits: int) -> Iterator[Delay]:
    judged = granted.judged("task", str(task.id), task.due)
    if judged.due >= ledger.today or task.state == TaskState.RAISED.value:
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
        (ledger.today - judged.due).days,
        (seq,) if seq else (),
        judged.note + (f"；等上级{waits}个工作日，时限已顺延" if waits else ""),
    )


def _latest_entries(ledger: Ledger) -> dict[str, int]:
    """Return the newest entry that tells of each project."""
    kinds = [kind.value for kind in (EntryKind.PROGRESS, EntryKind.VISIT, EntryKind.PROBLEM, EntryKind.SUBMISSION)]
    query = select(Entry.project, func.max(Entry.seq)).where(Entry.kind.in_(kinds), Entry.project.is_not(None))
    return {str(code): seq for code, seq in ledger.session.execute(query.group_by(Entry.project))}


# --- what is said of them -------------------------------------------------------------------------------


def _explanations(ledger: Ledger, keys: list[str]) -> dict[str, Explanation]:
    rows = ledger.session.scalars(select(Explanation).where(Explanation.key.in_(keys)))
    return {row.key: row for row in rows}


def _told(row: Delay, said: Explanation | None) -> Delay:
    if said is None:
        return row
    return Delay(**{**row.__dict__, "explanation": said.text, "cause": said.cause})


def _row(ledger: Ledger, key: str) -> Explanation:
    row = ledger.session.scalar(select(Explanation).where(Explanation.key == key))
    if row is None:
        row = Explanation(key=key, text="", cause="", finding="")
        ledger.session.add(row)
    return row


def _is_own(ledger: Ledger, delay: Delay, person: Person) -> bool:
    """Whether a delay is the person's to explain: his unit's, or any for the office; of no unit's, the project's."""
    if may(ledger, person, Deed.EXCUSE_DELAY):
        return True
    if delay.unit:
        return person.unit.shown in delay.unit.split("、")
    return delay.project is not None and belongs_to(ledger, person, delay.project)


def _record(
    ledger: Ledger, delay: Delay, text: str, person: Person | None, *, state: str, cause: str | None = None
) -> None:
    ledger.record(
        EntryKind.NOTE,
        text,
        person=person,
        project=delay.project,
        data={
            "about": "delay",
            "delay": delay.key,
            "thing": delay.handle,
            "state": state,
            "due": delay.due.isoformat(),
            "unit": delay.unit,
            "cause": cause,
        },
    )


def _squeeze(handle: str) -> str:
    return handle.upper().replace("-", "").replace(" ", "").replace("《", "").replace("》", "")
