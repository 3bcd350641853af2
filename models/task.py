"""Tasks (交办事项, 议定事项): who does what by when, given by a meeting, a dispatch or an inspection, until closed.

A task without unit, person, requirement and date is not given (JZ-12, ZZ-13, ZZ-25). The unit reports it done;
the office or the inspectors close it. While it waits for somebody above (提请, JZ-13) nobody is reminded of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import duties
from models.base import Base
from models.calendar import SHANGHAI, local_date
from models.entry import Entry, EntryKind
from models.errors import Refusal, WrongState
from models.ledger import Ledger
from models.meeting import Meeting
from models.people import Person, Unit
from models.project import Project


class TaskState(StrEnum):
    """Where a task stands; overdue is an attribute."""

    OPEN = "open"
    REPORTED = "reported"
    RAISED = "raised"
    DONE = "done"
    CANCELLED = "cancelled"


TASK_LABELS = {
    TaskState.OPEN: "办理中",
    TaskState.REPORTED: "申请销号",
    TaskState.RAISED: "已提请、等上级",
    TaskState.DONE: "已办结",
    TaskState.CANCELLED: "已取消",
}
LIVE = (TaskState.OPEN.value, TaskState.REPORTED.value, TaskState.RAISED.value)
_STEPS = {
    ("report", TaskState.OPEN): TaskState.REPORTED,
    ("return", TaskState.REPORTED): TaskState.OPEN,
    ("raise", TaskState.OPEN): TaskState.RAISED,
    ("lower", TaskState.RAISED): TaskState.OPEN,
    ("raise", TaskState.REPORTED): TaskState.RAISED,
    ("close", TaskState.OPEN): TaskState.DONE,
    ("close", TaskState.REPORTED): TaskState.DONE,
    ("reopen", TaskState.DONE): TaskState.OPEN,
    ("cancel", TaskState.OPEN): TaskState.CANCELLED,
}
_VERBS = {
    "report": "申请销号",
    "return": "退回",
    "raise": "提请",
    "lower": "退回办理",
    "close": "销号",
    "reopen": "重开",
    "cancel": "取消",
}


class TaskSource(StrEnum):
    """What gave a task; the value is how people call it."""

    MEETING = "会议"
    DISPATCH = "调度"
    INSPECTION = "督查"
    REQUEST = "提请批示"
    VISIT = "现场办公"


class Task(Base):
    """One thing a unit has to do. `person_name` is who answers for it, registered or not."""

    __tablename__ = "tasks"
    __table_args__ = (Index("ix_tasks_due", "state", "due"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    source: Mapped[str] = mapped_column(String(20))
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    person_name: Mapped[str] = mapped_column(String(50))
    requirement: Mapped[str] = mapped_column(Text)
    due: Mapped[date]
    state: Mapped[str] = mapped_column(String(20))
    given_at: Mapped[datetime]
    given_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    done_at: Mapped[datetime | None]
    result: Mapped[str] = mapped_column(Text, default="")

    project: Mapped[Project | None] = relationship(lazy="joined")
    unit: Mapped[Unit] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=person_id)

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return TASK_LABELS[TaskState(self.state)]


def assign(
    ledger: Ledger,
    *,
    source: TaskSource,
    requirement: str,
    unit: Unit | None,
    person: Person | None,
    due: date | None,
    by: Person | None,
    person_name: str = "",
    project: Project | None = None,
    meeting_id: int | None = None,
    spans: dict[str, str] | None = None,
) -> Task:
    """Give a task and record the decision; what is said about it is the caller's.

    `spans` are the words its unit, person and date came from.
    Raises Refusal that names every one of the four that is missing.
    """
    name = person.name if person else person_name
    missing = missing_of(requirement=requirement, unit=unit, person=name, due=due)
    if missing or unit is None or due is None:
        raise Refusal(f"交办事项还缺{'、'.join(missing)}，补上再交办。")
    task = Task(
        number=_next_number(ledger),
        source=source.value,
        meeting_id=meeting_id,
        project_id=project.id if project else None,
        unit_id=unit.id,
        person_id=person.id if person else None,
        person_name=name,
        requirement=requirement,
        due=due,
        state=TaskState.OPEN.value,
        given_at=ledger.now,
        given_by=by.id if by else None,
        result="",
    )
    ledger.session.add(task)
    ledger.session.flush()
    ledger.session.refresh(task)
    entry = record_step(ledger, task, by, requirement, EntryKind.DECISION, spans=spans)
    if source is TaskSource.DISPATCH and project is not None:
        duties.pay(ledger, entry, person=by, occurred=ledger.today, project=project)
    return task


def missing_of(*, requirement: str, unit: Unit | None, person: str, due: date | None) -> list[str]:
    """Return which of the four are missing, in the notices' words."""
    given = {"责任单位": unit, "责任人": person, "办理要求": requirement, "完成时限": due}
    return [name for name, value in given.items() if not value]


def step(
    ledger: Ledger, task: Task, verb: str, by: Person | None, text: str, attachments: Sequence[dict[str, Any]] = ()
) -> Entry:
    """Take one step (report, return, raise, lower, close, reopen, cancel) and record it. Raises WrongState."""
    target = _STEPS.get((verb, TaskState(task.state)))
    if target is None:
        raise WrongState(f"{task.number}现在是「{task.label}」，不能再{_VERBS[verb]}。")
    task.state = target.value
    if target is TaskState.DONE:
        task.done_at, task.result = ledger.now, text
    if target is not TaskState.OPEN:
        ledger.drop_waiting(duty_key(task))
    kind = EntryKind.RESOLUTION if target is TaskState.DONE else EntryKind.NOTE
    return record_step(ledger, task, by, text or _VERBS[verb], kind, attachments)


def postpone(ledger: Ledger, task: Task, due: date) -> None:
    """Let another date stand; what waits to be said of the old one is dropped."""
    task.due = due
    ledger.drop_waiting(duty_key(task))


def record_step(
    ledger: Ledger,
    task: Task,
    by: Person | None,
    text: str,
    kind: EntryKind,
    attachments: Sequence[dict[str, Any]] = (),
    spans: dict[str, str] | None = None,
) -> Entry:
    """Record what became of a task."""
    return ledger.record(
        kind,
        text,
        person=by,
        project=task.project,
        data={
            "about": "task",
            "task": task.number,
            "state": task.state,
            "unit": task.unit.shown,
            "person": task.person_name,
            "due": task.due.isoformat(),
            "source": task.source,
            "meeting": _meeting_of(ledger, task),
            "spans": spans,
        },
        attachments=attachments,
    )


def _meeting_of(ledger: Ledger, task: Task) -> dict[str, str] | None:
    """Its meeting as entries tell it: number and date."""
    meeting = ledger.session.get(Meeting, task.meeting_id) if task.meeting_id else None
    return {"number": meeting.number, "date": meeting.day.isoformat()} if meeting else None


def find_task(ledger: Ledger, number: str) -> Task | None:
    """Return the task of a number (JB-12, jb12)."""
    wanted = number.upper().replace("-", "").replace(" ", "")
    return ledger.session.scalar(select(Task).where(func.upper(func.replace(Task.number, "-", "")) == wanted))


def live_tasks(
    ledger: Ledger, *, unit_id: int | None = None, project_id: int | None = None, due_by: date | None = None
) -> list[Task]:
    """Return the tasks that are not over, the soonest first."""
    query = select(Task).where(Task.state.in_(LIVE)).order_by(Task.due, Task.id)
    if unit_id is not None:
        query = query.where(Task.unit_id == unit_id)
    if project_id is not None:
        query = query.where(Task.project_id == project_id)
    if due_by is not None:
        query = query.where(Task.due <= due_by)
    return list(ledger.session.scalars(query))


def done_tasks(ledger: Ledger, first: date, last: date) -> list[Task]:
    """Return the tasks the office closed on these local days."""
    since = datetime.combine(first, time(), SHANGHAI)
    until = datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    over = select(Task).where(Task.state == TaskState.DONE.value, Task.done_at >= since, Task.done_at < until)
    return list(ledger.session.scalars(over.order_by(Task.id)))


def reported_on(ledger: Ledger, numbers: Sequence[str]) -> dict[str, date]:
    """Return the local day on which each task was last said to be done."""
    number = Entry.data["task"].as_string()
    said = select(number, Entry.time).where(
        Entry.kind == EntryKind.NOTE.value,
        Entry.data["about"].as_string() == "task",
        Entry.data["state"].as_string() == TaskState.REPORTED.value,
        number.in_(numbers),
    )
    return {str(one): local_date(when) for one, when in ledger.session.execute(said.order_by(Entry.seq))}


def duty_key(task: Task) -> str:
    """Name what a reminder reminds of."""
    return f"task:{task.id}"


def _next_number(ledger: Ledger) -> str:
    last = ledger.session.scalar(select(func.max(Task.id))) or 0
    return ledger.mechanism.numbering.task.format(n=last + 1, year=ledger.today.year)
