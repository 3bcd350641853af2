"""督查 and 联合督导 (JZ-24, DC-32, DC-33): a plan, findings that rest on entries, feedback and objections.

A finding without evidence cannot be added. The inspected see their own findings and may object for thirty days.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import problem as problems
from models import supervision
from models import task as tasks
from models.base import Base
from models.calendar import local_date
from models.deeds import Deed, require
from models.entry import Entry, EntryKind
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.people import Person, Unit
from models.project import Part, Project
from models.task import Task

CHECKS = ("节点", "交办")
"""The two fixed checks of JZ-24: are the nodes kept, are the tasks carried out."""
OTHER_CHECK = "其他"
OBJECTION_DAYS = timedelta(days=30)
"""政府督查工作条例: calendar days after the feedback."""
_SEQ = re.compile(r"(?:第|流水|台账)?\s*#?(\d{1,9})\s*(?:条|号流水)")
_HANDLE = re.compile(r"(?<![A-Za-z])([A-Za-z]{2,4})\s?-?\s?(\d{1,6})(?!\d)")


class Inspection(Base):
    """One inspection: who goes, where, what is checked. `joint` is 联合督导, with other bodies."""

    __tablename__ = "inspections"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    joint: Mapped[bool]
    team: Mapped[list[str]]
    projects: Mapped[list[str]]
    checks: Mapped[list[str]]
    day: Mapped[date]
    planned_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    published_at: Mapped[datetime | None]

    findings: Mapped[list[Finding]] = relationship(
        lazy="selectin", order_by="Finding.serial", back_populates="inspection"
    )


class Finding(Base):
    """One conclusion: what, of whom, on which entries (流水号), and what the inspected object."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("inspection_id", "serial"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), index=True)
    serial: Mapped[int]
    check: Mapped[str] = mapped_column("topic", String(20))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    evidence: Mapped[list[int]]
    told_at: Mapped[datetime | None]
    objection: Mapped[str] = mapped_column(Text, default="")
    objected_at: Mapped[datetime | None]
    objected_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    inspection: Mapped[Inspection] = relationship(back_populates="findings")
    project: Mapped[Project | None] = relationship(lazy="joined")
    unit: Mapped[Unit | None] = relationship(lazy="joined")
    task: Mapped[Task | None] = relationship(lazy="joined")

    @property
    def number(self) -> str:
        """How people call it: DD-1.2."""
        return f"{self.inspection.number}.{self.serial}"

    @property
    def line(self) -> str:
        """The conclusion with its evidence and the objection, if there is one."""
        where = f"《{self.project.name}》" if self.project else ""
        task = f"（{self.task.number}）" if self.task else ""
        words = f"{self.number} {where}{self.text}{task}（流水{'、'.join(map(str, self.evidence))}）"
        return f"{words}　被督查单位异议：{self.objection}" if self.objection else words


def plan(
    ledger: Ledger, *, title: str, team: list[str], projects: list[Project], day: date, joint: bool, by: Person | None
) -> Inspection:
    """督查方案, by the inspectors alone; asking the units nothing."""
    require(ledger, by, Deed.INSPECT)
    if not projects:
        raise Refusal("请写明督查哪些项目，例如「督查方案：城北污水厂、213，9月22日」。")
    last = ledger.session.scalar(select(func.max(Inspection.id))) or 0
    inspection = Inspection(
        number=ledger.mechanism.numbering.inspection.format(n=last + 1, year=ledger.today.year),
        title=title,
        joint=joint,
        team=team,
        projects=[project.code for project in projects],
        checks=list(CHECKS),
        day=day,
        planned_by=by.id if by else None,
        findings=[],
    )
    ledger.session.add(inspection)
    ledger.session.flush()
    names = "、".join(project.name for project in projects)
    _record(ledger, inspection, f"督查方案：{names}", by, None, state="planned", team=team)
    return inspection


@dataclass(frozen=True)
class Evidence:
    """The entries some words point at, and the task among them."""

    seqs: tuple[int, ...]
    task: Task | None


def read_evidence(ledger: Ledger, words: str) -> Evidence:
    """Return what words point at: 第12条, or whatever the ledger tells of DB-07, JB-3, ISS-31. Raises Refusal."""
    seqs: list[int] = []
    task: Task | None = None
    for found in _SEQ.finditer(words):
        if ledger.session.get(Entry, int(found[1])) is None:
            raise Refusal(f"台账里没有第{found[1]}条，请核对流水号。")
        seqs.append(int(found[1]))
    for found in _HANDLE.finditer(words):
        handle = f"{found[1]}-{found[2]}"
        task = tasks.find_task(ledger, handle) or task
        seqs += _entries_of(ledger, handle)
    return Evidence(tuple(dict.fromkeys(seqs)), task)


def add_finding(
    ledger: Ledger,
    inspection: Inspection,
    *,
    check: str,
    text: str,
    evidence: Evidence,
    project: Project | None,
    by: Person | None,
) -> Finding:
    """Add a conclusion. Raises Refusal where nothing in the ledger bears it out."""
    require(ledger, by, Deed.INSPECT)
    if inspection.published_at is not None:
        raise Refusal(f"{inspection.number}的专报已经印发，结论不能再加；请另立一次督查。")
    if not evidence.seqs:
        raise Refusal(
            f"结论要有依据才能记：请写明台账流水号或编号，例如「{inspection.number}结论：路未通，依据ISS-31」。"
        )
    if len(text.strip()) < 2:
        raise Refusal("请写明结论是什么。")
    task = evidence.task
    project = project or (task.project if task else None)
    units = project.units(Part.RESPONSIBLE_UNIT, ledger.today) if project else []
    unit = task.unit if task else (units[0] if units else None)
    finding = Finding(
        serial=len(inspection.findings) + 1,
        check=check,
        project_id=project.id if project else None,
        unit_id=unit.id if unit else None,
        task_id=task.id if task else None,
        text=text.strip(),
        evidence=list(evidence.seqs),
        objection="",
    )
    inspection.findings.append(finding)
    ledger.session.flush()
    ledger.session.refresh(finding)
    _record(
        ledger,
        inspection,
        text,
        by,
        project,
        finding=finding.number,
        check=check,
        evidence=list(evidence.seqs),
        unit=unit.shown if unit else None,
        task=task.number if task else None,
    )
    return finding


def object_to(ledger: Ledger, finding: Finding, person: Person, text: str) -> None:
    """异议 by the inspected unit, within thirty days of the feedback; the paper carries it from then on."""
    theirs = finding.unit is not None and person.unit_id == finding.unit_id
    if not theirs or finding.told_at is None:
        raise Forbidden(f"没有找到反馈给您单位的结论「{finding.number}」，请核对编号。")
    last = local_date(finding.told_at) + OBJECTION_DAYS
    if ledger.today > last:
        raise Refusal(f"{finding.number}的异议期已于{last.isoformat()}届满；如有新情况请与督查部门联系。")
    if len(text.strip()) < 2:
        raise Refusal(f"请写明异议内容，例如「异议{finding.number}：9月20日已交地，有交接单」。")
    finding.objection, finding.objected_at, finding.objected_by = text.strip(), ledger.now, person.id
    _record(ledger, finding.inspection, text, person, finding.project, finding=finding.number, state="objected")


def find_inspection(ledger: Ledger, number: str) -> Inspection | None:
    """Return the inspection of a number (DD-1, dd1)."""
    wanted = number.upper().replace("-", "").replace(" ", "")
    alike = func.upper(func.replace(Inspection.number, "-", "")) == wanted
    return ledger.session.scalar(select(Inspection).where(alike))


def find_finding(ledger: Ledger, number: str) -> Finding | None:
    """Return the finding of a number (DD-1.2)."""
    head, _, serial = number.rpartition(".")
    inspection = find_inspection(ledger, head)
    found = [one for one in inspection.findings if str(one.serial) == serial] if inspection else []
    return found[0] if found else None


def findings_of(ledger: Ledger, task: Task) -> list[Finding]:
    """Return what inspections found of a decision: the way back from it (DC-32)."""
    return list(ledger.session.scalars(select(Finding).where(Finding.task_id == task.id).order_by(Finding.id)))


def open_inspections(ledger: Ledger) -> list[Inspection]:
    """Return the inspections whose paper is not out yet, newest first."""
    query = select(Inspection).where(Inspection.published_at.is_(None)).order_by(Inspection.id.desc())
    return list(ledger.session.scalars(query))


def _entries_of(ledger: Ledger, handle: str) -> list[int]:
    """Return the newest entry about whatever a handle names."""
    notice = supervision.find(ledger, handle)
    problem = problems.find_problem(ledger, handle)
    task = tasks.find_task(ledger, handle)
    for key, number in (
        ("notice", notice.number if notice and _same(notice.handle, handle) else ""),
        ("problem", problem.number if problem else ""),
        ("task", task.number if task else ""),
    ):
        if number:
            about = Entry.data[key].as_string() == number
            seq = ledger.session.scalar(select(func.max(Entry.seq)).where(about))
            return [seq] if seq is not None else []
    return []


def _same(one: str, other: str) -> bool:
    def plain(text: str) -> str:
        return re.sub(r"-0*", "", text.upper())

    return plain(one) == plain(other)


def _record(
    ledger: Ledger, inspection: Inspection, text: str, by: Person | None, project: Project | None, /, **data: object
) -> None:
    ledger.record(
        EntryKind.NOTE,
        text,
        person=by,
        project=project,
        data={"about": "inspection", "inspection": inspection.number, **data},
    )
