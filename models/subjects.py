"""Who owes a duty: a project, a person, a unit, a task force or the county, and the people who act for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select

from models.absence import is_away
from models.actors import Scope, holders, people_of
from models.duties import Payment, per_of
from models.ledger import Ledger
from models.mechanism import Actor, Obligation, PayingKind
from models.obligation import Occurrence
from models.people import Person, Unit
from models.project import Part, Project, ProjectSeat, Taskforce, held_on
from models.rights import own_projects

AREA = "area"


@dataclass(frozen=True)
class Subject:
    """Who owes one duty. `owners` do it or file it, `approvers` consent before it is filed."""

    key: str
    name: str
    owners: tuple[Person, ...]
    approvers: tuple[Person, ...] = ()
    project: Project | None = None
    taskforce: Taskforce | None = None
    unit: str = ""

    @property
    def shown(self) -> str:
        """The name with the unit that answers for it: 卫健委《县第二人民医院迁建》."""
        return f"{self.unit}《{self.name}》" if self.unit else self.name


def subjects(ledger: Ledger, duty: Obligation) -> list[Subject]:
    """Return everybody who owes this duty. Reports without registered task forces are owed by the units."""
    return list(_built(ledger, duty, _all_keys(ledger, duty)))


def unpaid(ledger: Ledger, duty: Obligation, occurrence: Occurrence) -> list[Subject]:
    """Return the subjects nothing has paid for in a period; the cost grows with these alone.

    Whoever is away on granted leave for the whole of it owes nothing (A13).
    """
    owing = _built(ledger, duty, _all_keys(ledger, duty, occurrence.period))
    return [subject for subject in owing if not _waived(ledger, duty, occurrence, subject)]


def subjects_of(ledger: Ledger, duty: Obligation, person: Person) -> list[Subject]:
    """Return the subjects somebody acts for; those far from him are not looked at."""
    near = _built(ledger, duty, _near_keys(ledger, duty, person))
    return [subject for subject in near if person.id in {owner.id for owner in subject.owners}]


def subject_at(ledger: Ledger, duty: Obligation, key: str) -> Subject | None:
    """Return the subject of a key, None when what it names is gone."""
    return next(iter(_built(ledger, duty, [key])), None)


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


def unmanned(ledger: Ledger) -> list[tuple[Actor, list[Obligation]]]:
    """Return the parts of the county's own duties that nobody plays, each with what is owed by nobody."""
    found: dict[Actor, list[Obligation]] = {}
    for duty in ledger.mechanism.obligations:
        if duty.recurring and duty.per == AREA and not any(subject.owners for subject in subjects(ledger, duty)):
            found.setdefault(duty.owner, []).append(duty)
    return list(found.items())


# --- keys: what is asked of the database ----------------------------------------------------------------


def _all_keys(ledger: Ledger, duty: Obligation, unpaid_in: str | None = None) -> list[str]:
    """Return the keys of all subjects, or of those that nothing has paid for in a period."""
    per = per_of(ledger, duty)
    if per == "taskforce" and duty.parts and ledger.session.scalar(select(Taskforce.id).limit(1)) is None:
        per = "unit"
    if per == AREA:
        keys = [AREA]
    elif per == "unit":
        keys = [f"unit:{unit.id}" for unit in responsible_units(ledger)]
    else:
        return list(ledger.session.scalars(_keys_query(ledger, duty, per, unpaid_in)))
    if unpaid_in is None:
        return keys
    paid = set(ledger.session.scalars(_paid(duty, unpaid_in)))
    return [key for key in keys if key not in paid]


def _keys_query(ledger: Ledger, duty: Obligation, per: str, unpaid_in: str | None) -> Select[Any]:
    if per == "project":
        number, query = Project.id, select(Project.id).where(Project.is_live).order_by(Project.id)
    elif per == "taskforce":
        number, query = Taskforce.id, select(Taskforce.id).order_by(Taskforce.id)
    else:
        led = (
            select(ProjectSeat.person_id)
            .join(Project)
            .where(ProjectSeat.part == Part.LEADER, held_on(ledger.today), Project.is_live)
        )
        number, query = Person.id, select(Person.id).where(Person.id.in_(led)).order_by(Person.id)
    key = literal(f"{per}:") + cast(number, String)
    query = query.with_only_columns(key)
    return query if unpaid_in is None else query.where(key.not_in(_paid(duty, unpaid_in)))


def _paid(duty: Obligation, period: str) -> Select[Any]:
    return select(Payment.subject).where(Payment.duty == duty.id, Payment.period == period)


def _near_keys(ledger: Ledger, duty: Obligation, person: Person) -> list[str]:
    per = per_of(ledger, duty)
    if per == "project":
        own = sorted(own_projects(ledger, person), key=lambda project: project.id)
        return [f"project:{project.id}" for project in own if project.is_live]
    if per == "person":
        return [f"person:{person.id}"] if any(key == f"person:{person.id}" for key in _all_keys(ledger, duty)) else []
    if per == "unit":
        return [f"unit:{unit.id}" for unit in responsible_units(ledger, person.unit_id)]
    return _all_keys(ledger, duty)


# --- subjects: who acts for a key -----------------------------------------------------------------------


def _built(ledger: Ledger, duty: Obligation, keys: Iterable[str]) -> Iterable[Subject]:
    found = (_subject(ledger, duty, key) for key in keys)
    return (subject for subject in found if subject is not None)


def _subject(ledger: Ledger, duty: Obligation, key: str) -> Subject | None:
    kind, _, number = key.partition(":")
    if kind == AREA:
        owners = holders(ledger, duty.drafter or duty.owner)
        approvers = holders(ledger, duty.approver) if duty.approver else []
        return Subject(AREA, ledger.mechanism.area, tuple(owners), tuple(approvers))
    row = ledger.session.get(_TABLES[kind], int(number))
    if row is None:
        return None
    if isinstance(row, Project):
        return _project_subject(ledger, duty, row)
    if isinstance(row, Taskforce):
        return _taskforce_subject(ledger, duty, row)
    if isinstance(row, Unit):
        return Subject(key, row.shown, tuple(people_of(ledger, row)))
    assert isinstance(row, Person)
    return Subject(key, row.name, (row,))


_TABLES: dict[str, type[Project] | type[Taskforce] | type[Unit] | type[Person]] = {
    "project": Project,
    "taskforce": Taskforce,
    "unit": Unit,
    "person": Person,
}


def _project_subject(ledger: Ledger, duty: Obligation, project: Project) -> Subject:
    scope = Scope(project=project)
    owners = holders(ledger, Actor.RESPONSIBLE_UNIT if duty.parts else duty.owner, scope)
    approvers = holders(ledger, duty.approver, scope) if duty.approver else []
    units = "、".join(unit.shown for unit in project.units(Part.RESPONSIBLE_UNIT, ledger.today))
    return Subject(f"project:{project.id}", project.name, tuple(owners), tuple(approvers), project, unit=units)


def _taskforce_subject(ledger: Ledger, duty: Obligation, taskforce: Taskforce) -> Subject:
    scope = Scope(taskforce=taskforce)
    owners = holders(ledger, Actor.LEAD_UNIT if duty.parts else duty.owner, scope)
    approvers = holders(ledger, duty.approver, scope) if duty.approver else []
    return Subject(f"taskforce:{taskforce.id}", taskforce.name, tuple(owners), tuple(approvers), taskforce=taskforce)


def _waived(ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject) -> bool:
    if PayingKind.VISIT not in duty.discharged_by or "leave" not in ledger.mechanism.conflicts.waive:
        return False
    first, last = occurrence.starts, occurrence.ends
    return bool(subject.owners) and all(is_away(ledger, owner.id, first, last) for owner in subject.owners)
