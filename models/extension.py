"""Extensions (申请延期): one way for notices, tasks, nodes, starts, finishes and problems (4.3, ZZ-22, A22).

The clock never stops for the asking: the date moves when the office grants it, and not before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import problem as problems
from models import supervision
from models.base import Base
from models.calendar import local_date
from models.deeds import Deed, require
from models.directory import shown_unit
from models.entry import EntryKind
from models.errors import Forbidden, Refusal, WrongState
from models.ledger import Ledger
from models.people import Person
from models.problem import Problem
from models.project import Node, Part, Project
from models.rights import belongs_to
from models.supervision import SupervisionNotice
from models.task import Task, postpone


class ExtensionState(StrEnum):
    """Where a request for more time stands; the value is how people call it."""

    PENDING = "待准"
    GRANTED = "已准"
    REFUSED = "未准"


class Extension(Base):
    """Somebody asked for more time. `due` is the date it was asked against, `granted` the one it became."""

    __tablename__ = "extensions"
    __table_args__ = (Index("ix_extensions_thing", "kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(200))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), index=True)
    unit_name: Mapped[str] = mapped_column(String(100), default="")
    reason: Mapped[str] = mapped_column(Text)
    due: Mapped[date]
    wanted: Mapped[date]
    state: Mapped[str] = mapped_column(String(20), index=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]
    granted: Mapped[date | None]
    remark: Mapped[str] = mapped_column(Text, default="")

    asker: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=asked_by)
    project: Mapped[Project | None] = relationship(lazy="joined")


@dataclass(frozen=True)
class Thing:
    """What more time may be asked for, with the date that stands now."""

    kind: str
    key: str
    label: str
    due: date
    project: Project | None
    unit_name: str
    of: SupervisionNotice | Task | Node | Project | Problem


def of_notice(notice: SupervisionNotice) -> Thing:
    """Return a supervision notice as something with a date: that of solving."""
    return Thing("notice", str(notice.id), notice.handle, notice.solve_due, notice.project, notice.unit.shown, notice)


def of_task(task: Task) -> Thing:
    """Return a task."""
    return Thing("task", str(task.id), task.number, task.due, task.project, task.unit.shown, task)


def of_problem(ledger: Ledger, problem: Problem) -> Thing:
    """Return a problem. Raises Refusal where it has no date yet."""
    if problem.due is None:
        raise Refusal(f"{problem.number}还没有定时限，不用申请延期。")
    project = problems.project_of(ledger, problem)
    return Thing("problem", problem.number, problem.number, problem.due, project, problem.unit, problem)


def of_node(ledger: Ledger, project: Project, node: Node) -> Thing:
    """Return a node of a project's plan."""
    unit = shown_unit(ledger, node.unit_name)
    return Thing("node", str(node.id), f"{project.code}{node.name}", node.planned, project, unit, node)


def of_start(ledger: Ledger, project: Project) -> Thing:
    """Return a project's planned start. Raises Refusal where none is planned."""
    return _milestone(ledger, project, "start", "开工", project.planned_start)


def of_finish(ledger: Ledger, project: Project) -> Thing:
    """Return a project's planned finish. Raises Refusal where none is planned."""
    return _milestone(ledger, project, "finish", "竣工", project.planned_finish)


def _milestone(ledger: Ledger, project: Project, kind: str, name: str, due: date | None) -> Thing:
    if due is None:
        raise Refusal(f"《{project.name}》没有登记计划{name}日期，请先请{ledger.mechanism.office_name}登记。")
    units = "、".join(unit.shown for unit in project.units(Part.RESPONSIBLE_UNIT, ledger.today))
    return Thing(kind, str(project.id), f"{project.code}{name}", due, project, units, project)


def ask(ledger: Ledger, thing: Thing, wanted: date, reason: str, person: Person | None) -> Extension:
    """申请延期 by those who have to do it; nothing moves yet. Raises Refusal."""
    _require_own(ledger, thing, person)
    if len(reason.strip()) < 2:
        raise Refusal(f"请写明原因，例如「{thing.label}申请延期到10月20日：补偿款未到位」。")
    if wanted <= thing.due:
        raise Refusal(f"{thing.label}现在的时限是{thing.due.isoformat()}，申请的日子要在它之后。")
    if pending_for(ledger, thing.kind, thing.key) is not None:
        raise WrongState(f"{thing.label}已有一份延期申请待准，原时限照算；有了结果我马上告诉您。")
    extension = Extension(
        kind=thing.kind,
        key=thing.key,
        label=thing.label,
        project_id=thing.project.id if thing.project else None,
        unit_name=thing.unit_name,
        reason=reason.strip(),
        due=thing.due,
        wanted=wanted,
        state=ExtensionState.PENDING.value,
        asked_by=person.id if person else None,
        asked_at=ledger.now,
        remark="",
    )
    ledger.session.add(extension)
    ledger.session.flush()
    ledger.session.refresh(extension)
    _record(ledger, extension, EntryKind.NOTE, reason, person)
    return extension


def decide(
    ledger: Ledger, extension: Extension, person: Person | None, *, grant: bool, until: date | None, remark: str
) -> None:
    """准 (with the date asked for, or another) or 不准, by the office; only a grant moves the date."""
    require(ledger, person, Deed.GRANT_EXTENSION)
    if extension.state != ExtensionState.PENDING.value:
        raise WrongState(f"{extension.label}的延期申请已是「{extension.state}」，不用再办。")
    extension.decided_by, extension.decided_at = (person.id if person else None), ledger.now
    extension.remark = remark
    extension.state = (ExtensionState.GRANTED if grant else ExtensionState.REFUSED).value
    if grant:
        extension.granted = until or extension.wanted
        if extension.granted <= extension.due:
            raise Refusal(f"{extension.label}原时限是{extension.due.isoformat()}，批准的日子要在它之后。")
        _move(ledger, extension, person)
    ledger.drop_waiting(duty_key(extension))
    _record(ledger, extension, EntryKind.APPROVAL, remark or extension.state, person)


def pending(ledger: Ledger) -> list[Extension]:
    """Return the requests that wait for the office, oldest first."""
    query = select(Extension).where(Extension.state == ExtensionState.PENDING.value).order_by(Extension.id)
    return list(ledger.session.scalars(query))


def last_granted(ledger: Ledger, kind: str, key: str) -> date | None:
    """Return the day a thing was last put off to, None where it never was."""
    return ledger.session.scalar(
        select(Extension.granted)
        .where(Extension.kind == kind, Extension.key == key, Extension.state == ExtensionState.GRANTED.value)
        .order_by(Extension.id.desc())
        .limit(1)
    )


def pending_for(ledger: Ledger, kind: str, key: str) -> Extension | None:
    """Return the request for one thing that waits."""
    return next((one for one in pending(ledger) if (one.kind, one.key) == (kind, key)), None)


@dataclass(frozen=True)
class Judged:
    """The date by which something is judged, and what is to be said of an extension that came too late (A22)."""

    due: date
    note: str = ""


class Extensions:
    """The granted extensions, read once for a whole list."""

    def __init__(self, ledger: Ledger) -> None:
        self._excused = ledger.mechanism.conflicts.approved_extension_excused
        self._granted: dict[tuple[str, str], list[Extension]] = {}
        query = select(Extension).where(Extension.state == ExtensionState.GRANTED.value).order_by(Extension.id)
        for extension in ledger.session.scalars(query):
            self._granted.setdefault((extension.kind, extension.key), []).append(extension)

    def granted_too_late(self) -> list[tuple[str, str]]:
        """Return what was granted more time only after its date had passed."""
        return [
            thing
            for thing, granted in self._granted.items()
            if any(one.granted and self.judged(*thing, one.granted).due < one.granted for one in granted)
        ]

    def judged(self, kind: str, key: str, due: date) -> Judged:
        """Return the date that judges: an extension counts only where it was granted before the date passed."""
        granted = self._granted.get((kind, key), [])
        if not granted:
            return Judged(due)
        line, note = granted[0].due, ""
        for extension in granted:
            assert extension.granted is not None and extension.decided_at is not None
            decided = local_date(extension.decided_at)
            if self._excused and decided <= line:
                line = max(line, extension.granted)
            else:
                when = "节点日期后才批准" if decided > line else "已批准"
                note = f"延期至{extension.granted.isoformat()}，{when}"
        return Judged(line, note)


def duty_key(extension: Extension) -> str:
    """Name what the request's card asks for."""
    return f"extension:{extension.id}"


def _require_own(ledger: Ledger, thing: Thing, person: Person | None) -> None:
    if person is None:
        return
    if isinstance(thing.of, SupervisionNotice):
        own = supervision.is_addressee(ledger, thing.of, person) or person.unit_id == thing.of.unit_id
    elif isinstance(thing.of, Task):
        own = person.unit_id == thing.of.unit_id or person.id == thing.of.person_id
    else:
        own = thing.project is not None and belongs_to(ledger, person, thing.project)
    if not own:
        raise Forbidden(f"没有找到「{thing.label}」，或者不归您单位办理；可发「我的待办」看一看。")


def _move(ledger: Ledger, extension: Extension, person: Person | None) -> None:
    """Let the new date stand. The ladders begin anew from it."""
    assert extension.granted is not None
    if extension.kind == "notice":
        notice = ledger.session.get_one(SupervisionNotice, int(extension.key))
        notice.solve_due = extension.granted
        ledger.drop_waiting(supervision.duty(notice, "solve"))
    elif extension.kind == "task":
        postpone(ledger, ledger.session.get_one(Task, int(extension.key)), extension.granted)
    elif extension.kind == "problem":
        found = problems.find_problem(ledger, extension.key)
        if found is not None:
            problems.postpone(ledger, found, person, extension.granted, f"准予延期至{extension.granted}")
    elif extension.kind == "node":
        ledger.session.get_one(Node, int(extension.key)).planned = extension.granted
    else:
        project = ledger.session.get_one(Project, int(extension.key))
        field = "planned_start" if extension.kind == "start" else "planned_finish"
        setattr(project, field, extension.granted)


def _record(ledger: Ledger, extension: Extension, kind: EntryKind, text: str, person: Person | None) -> None:
    ledger.record(
        kind,
        text,
        person=person,
        project=extension.project,
        data={
            "about": "extension",
            "extension": extension.id,
            "thing": extension.label,
            "state": extension.state,
            "unit": extension.unit_name or None,
            "due": extension.due.isoformat(),
            "wanted": extension.wanted.isoformat(),
            "granted": extension.granted.isoformat() if extension.granted else None,
        },
    )
