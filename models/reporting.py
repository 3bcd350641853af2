"""Periodic reports (报送: JZ-15, JZ-20, ZZ-14, DC-17): who owes one, what was filed, who is missing.

A report is approved before it is filed where the mechanism names an approver; the approval holds for the version it
was given to (DC-18).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.actors import people_of
from models.base import Base
from models.entry import EntryKind
from models.errors import Forbidden, WrongState
from models.ledger import Ledger, get_setting
from models.mechanism import Actor, Obligation
from models.obligation import Occurrence, current, occurrences
from models.people import Person, Unit
from models.project import Part, Project, ProjectSeat, Taskforce, held_on
from models.rights import own_projects

LATELY = timedelta(days=10)
"""How long after its date a report is still asked for."""


class ReportState(StrEnum):
    """Where a report stands; late is an attribute (mission 4.3)."""

    DRAFT = "draft"
    PENDING = "pending"
    RETURNED = "returned"
    FILED = "filed"


REPORT_LABELS = {
    ReportState.DRAFT: "草稿",
    ReportState.PENDING: "待同意",
    ReportState.RETURNED: "已退回",
    ReportState.FILED: "已报",
}


class Submission(Base):
    """A subject's report for one duty and period; `version` counts the texts given."""

    __tablename__ = "submissions"

    id: Mapped[int] = mapped_column(primary_key=True)
    duty: Mapped[str] = mapped_column(String(60), index=True)
    period: Mapped[str] = mapped_column(String(20), index=True)
    subject: Mapped[str] = mapped_column(String(60), index=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20))
    parts: Mapped[dict[str, Any]]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    touched_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined")


@dataclass(frozen=True)
class Subject:
    """Who owes a report: a task force, a unit or a project, and the people who may file and approve it."""

    key: str
    name: str
    reporters: tuple[Person, ...]
    approvers: tuple[Person, ...]
    project: Project | None = None
    unit: str = ""

    @property
    def shown(self) -> str:
        """The name with the unit that answers for it: 卫健委《县第二人民医院迁建》."""
        return f"{self.unit}《{self.name}》" if self.unit else self.name


def reports(ledger: Ledger) -> list[Obligation]:
    """Return the duties that units pay by a report; what is drawn up from facts asks nobody (per area)."""
    return [duty for duty in ledger.mechanism.obligations if duty.recurring and _is_report(duty)]


def _is_report(duty: Obligation) -> bool:
    paid = any(kind.value == EntryKind.SUBMISSION.value for kind in duty.discharged_by)
    return paid and bool(duty.parts) and duty.per != "area"


def subjects(ledger: Ledger, duty: Obligation) -> list[Subject]:
    """Return everybody who owes this report. Without registered task forces the units report."""
    if duty.per == "project":
        projects = ledger.session.scalars(select(Project).order_by(Project.id))
        return [_project_subject(ledger, duty, project) for project in projects]
    return _taskforce_subjects(ledger, duty) or [_unit_subject(ledger, unit) for unit in responsible_units(ledger)]


def subjects_of(ledger: Ledger, duty: Obligation, person: Person) -> list[Subject]:
    """Return the subjects somebody may report for; those far from him are not looked at."""
    if duty.per == "project":
        own = sorted(own_projects(ledger, person), key=lambda project: project.id)
        near = [_project_subject(ledger, duty, project) for project in own]
    else:
        units = responsible_units(ledger, person.unit_id)
        near = _taskforce_subjects(ledger, duty) or [_unit_subject(ledger, unit) for unit in units]
    return [subject for subject in near if person.id in {reporter.id for reporter in subject.reporters}]


def responsible_units(ledger: Ledger, only: int | None = None) -> list[Unit]:
    """Return the units responsible for a project today, each once; `only` is the id of the one that matters."""
    first = (func.min(ProjectSeat.project_id), func.min(ProjectSeat.id))
    query = select(ProjectSeat.unit_id).where(
        ProjectSeat.part == Part.RESPONSIBLE_UNIT, ProjectSeat.unit_id.is_not(None), held_on(ledger.today)
    )
    if only is not None:
        query = query.where(ProjectSeat.unit_id == only)
    ids = ledger.session.scalars(query.group_by(ProjectSeat.unit_id).order_by(*first)).all()
    units = {unit.id: unit for unit in ledger.session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    return [units[number] for number in ids if number is not None]


def _taskforce_subjects(ledger: Ledger, duty: Obligation) -> list[Subject]:
    if duty.per != "taskforce":
        return []
    taskforces = ledger.session.scalars(select(Taskforce).order_by(Taskforce.id)).all()
    return [_taskforce_subject(ledger, duty, taskforce) for taskforce in taskforces]


def _taskforce_subject(ledger: Ledger, duty: Obligation, taskforce: Taskforce) -> Subject:
    approves = duty.approver is Actor.TASKFORCE_LEADER and taskforce.leader is not None
    approvers = (taskforce.leader,) if approves and taskforce.leader else ()
    reporters = people_of(ledger, *taskforce.lead_units)
    return Subject(f"taskforce:{taskforce.id}", taskforce.name, tuple(reporters), approvers)


def _project_subject(ledger: Ledger, duty: Obligation, project: Project) -> Subject:
    today = ledger.today
    reporters = project.people(Part.LIAISON, today)
    reporters = reporters or people_of(ledger, *project.units(Part.RESPONSIBLE_UNIT, today))
    approvers = project.people(Part.LEADER, today) if duty.approver is Actor.ASSIGNED_LEADER else []
    units = "、".join(unit.shown for unit in project.units(Part.RESPONSIBLE_UNIT, today))
    return Subject(f"project:{project.id}", project.name, tuple(reporters), tuple(approvers), project, units)


def _unit_subject(ledger: Ledger, unit: Unit) -> Subject:
    return Subject(f"unit:{unit.id}", unit.shown, tuple(people_of(ledger, unit)), ())


def open_periods(ledger: Ledger, duty: Obligation) -> list[Occurrence]:
    """Return the periods a report may be for: those due lately and the one in force, oldest first."""
    now = current(duty, ledger.today, ledger.calendar, ledger.mechanism, ledger.called)
    first = max(ledger.today - LATELY, begun(ledger))
    lately = occurrences(duty, first, ledger.today, ledger.calendar, ledger.mechanism, ledger.called)
    asked_for = [one for one in (*lately, now) if not one.waived and (one.due is None or one.due >= begun(ledger))]
    return list({occurrence.period: occurrence for occurrence in asked_for}.values())


def begun(ledger: Ledger) -> date:
    """Return the local date on which the county began with us: nothing older is asked for."""
    county = get_setting(ledger.session, "county") or {}
    return date.fromisoformat(county["since"]) if "since" in county else date.min


def asked(ledger: Ledger) -> Iterator[tuple[Obligation, Occurrence]]:
    """Yield every report period that is asked for today, each with a date."""
    for duty in reports(ledger):
        yield from ((duty, occurrence) for occurrence in open_periods(ledger, duty) if occurrence.due is not None)


def in_force(
    ledger: Ledger, duty: Obligation, month: int | None = None, subject: Subject | None = None
) -> Occurrence | None:
    """Return the period a report written today is for.

    `month` when the text names one; else the oldest open period that the `subject` has not filed, else the newest.
    """
    periods = open_periods(ledger, duty)
    if month is not None:
        named = [occurrence for occurrence in periods if occurrence.period.endswith(f"-{month:02d}")]
        return named[0] if named else _named_month(ledger, duty, month) or (periods[-1] if periods else None)
    for occurrence in periods if subject else []:
        row = find_submission(ledger, duty, occurrence.period, subject) if subject else None
        if row is None or row.state != ReportState.FILED.value:
            return occurrence
    return periods[-1] if periods else None


def _named_month(ledger: Ledger, duty: Obligation, month: int) -> Occurrence | None:
    year = ledger.today.year - (1 if month > ledger.today.month + 1 else 0)
    start, end = date(year, month, 1), date(year, month, 28)
    named = occurrences(duty, start, end, ledger.calendar, ledger.mechanism, ledger.called)
    return next((occurrence for occurrence in named if occurrence.period == f"{year}-{month:02d}"), None)


def find_submission(ledger: Ledger, duty: Obligation, period: str, subject: Subject) -> Submission | None:
    """Return what a subject has given for a period."""
    return ledger.session.scalar(
        select(Submission).where(
            Submission.duty == duty.id, Submission.period == period, Submission.subject == subject.key
        )
    )


def unreported(ledger: Ledger, duty: Obligation, occurrence: Occurrence) -> list[tuple[Subject, Submission | None]]:
    """Return the subjects whose report is not filed, with what they have given so far."""
    rows = ledger.session.scalars(
        select(Submission).where(Submission.duty == duty.id, Submission.period == occurrence.period)
    )
    given = {row.subject: row for row in rows}
    owing = [(subject, given.get(subject.key)) for subject in subjects(ledger, duty)]
    return [(subject, row) for subject, row in owing if row is None or row.state != ReportState.FILED.value]


def submit(
    ledger: Ledger,
    duty: Obligation,
    occurrence: Occurrence,
    subject: Subject,
    parts: dict[str, str],
    person: Person,
    text: str,
) -> Submission:
    """Take parts of a report; file it, or hand it to the approver, once every required part is there.

    A changed text is a new version, and an approval given to the old one is void.
    """
    row = find_submission(ledger, duty, occurrence.period, subject)
    if row is None:
        row = Submission(
            duty=duty.id,
            period=occurrence.period,
            subject=subject.key,
            version=0,
            state=ReportState.DRAFT.value,
            parts={},
            person_id=person.id,
            touched_at=ledger.now,
        )
        ledger.session.add(row)
    merged = {**row.parts, **parts}
    if merged == row.parts and row.state in (ReportState.FILED.value, ReportState.PENDING.value):
        return row
    row.parts = merged
    row.version += 1
    row.touched_at = ledger.now
    row.person_id = person.id
    row.person = person
    if missing_parts(duty, row):
        row.state = ReportState.DRAFT.value
        return row
    row.state = (ReportState.PENDING if subject.approvers else ReportState.FILED).value
    row.filed_at = None if subject.approvers else ledger.now
    _record(ledger, EntryKind.SUBMISSION, duty, occurrence.period, row, subject, person, text)
    ledger.session.flush()
    return row


def missing_parts(duty: Obligation, row: Submission) -> list[str]:
    """Return the names of the required parts not given yet."""
    return [part.name for part in duty.parts if part.required and not row.parts.get(part.name)]


def decide(ledger: Ledger, submission_id: int, person: Person, *, approve: bool, remark: str) -> Submission:
    """同意 or 退回 by the approver, for the version he was shown."""
    row = ledger.session.get(Submission, submission_id)
    found = _subject_of(ledger, row) if row else None
    if row is None or found is None:
        raise Forbidden("没有找到要您同意的材料，可发「我的待办」看一看。")
    duty, subject = found
    if person.id not in {approver.id for approver in subject.approvers}:
        raise Forbidden("这份材料不需要您同意，可发「我的待办」看一看。")
    if row.state != ReportState.PENDING.value:
        raise WrongState(f"这份材料现在是「{REPORT_LABELS[ReportState(row.state)]}」，不用再办了。")
    row.state = (ReportState.FILED if approve else ReportState.RETURNED).value
    row.filed_at = ledger.now if approve else None
    text = remark or ("同意" if approve else "退回")
    _record(ledger, EntryKind.APPROVAL, duty, row.period, row, subject, person, text)
    return row


def unfinished_of(ledger: Ledger, person: Person) -> list[tuple[Obligation, Subject]]:
    """Return the reports somebody has begun, or got back, and not finished, of the periods that are asked for."""
    states = (ReportState.DRAFT.value, ReportState.RETURNED.value)
    rows = ledger.session.scalars(select(Submission).where(Submission.state.in_(states))).all()
    if not rows:
        return []
    found = []
    for duty, occurrence in asked(ledger):
        here = {row.subject for row in rows if row.duty == duty.id and row.period == occurrence.period}
        if here:
            found += [(duty, subject) for subject in subjects_of(ledger, duty, person) if subject.key in here]
    return found


def pending_for(ledger: Ledger, person: Person) -> list[tuple[Obligation, Subject, Submission]]:
    """Return the reports that wait for somebody's approval."""
    found = []
    rows = ledger.session.scalars(select(Submission).where(Submission.state == ReportState.PENDING.value))
    for row in rows:
        place = _subject_of(ledger, row)
        if place and person.id in {approver.id for approver in place[1].approvers}:
            found.append((*place, row))
    return found


def duty_key(duty: Obligation, period: str, subject: Subject) -> str:
    """Name what a reminder reminds of."""
    return f"report:{duty.id}:{period}:{subject.key}"


def _subject_of(ledger: Ledger, row: Submission) -> tuple[Obligation, Subject] | None:
    duty = next((duty for duty in reports(ledger) if duty.id == row.duty), None)
    if duty is None:
        return None
    kind, _, number = row.subject.partition(":")
    if kind == "project":
        project = ledger.session.get(Project, int(number))
        return (duty, _project_subject(ledger, duty, project)) if project else None
    if kind == "taskforce":
        taskforce = ledger.session.get(Taskforce, int(number))
        return (duty, _taskforce_subject(ledger, duty, taskforce)) if taskforce else None
    unit = ledger.session.get(Unit, int(number))
    return (duty, _unit_subject(ledger, unit)) if unit else None


def _record(
    ledger: Ledger,
    kind: EntryKind,
    duty: Obligation,
    period: str,
    row: Submission,
    subject: Subject,
    person: Person,
    text: str,
) -> None:
    ledger.record(
        kind,
        text,
        person=person,
        project=subject.project,
        data={
            "duty": duty.id,
            "duty_name": duty.name,
            "period": period,
            "version": row.version,
            "state": REPORT_LABELS[ReportState(row.state)],
            "subject": subject.name,
            "parts": dict(row.parts),
            "approver": "、".join(approver.name for approver in subject.approvers) or None,
            "discharges": [duty.id] if row.state == ReportState.FILED.value else None,
        },
    )
