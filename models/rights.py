"""Who may see what, in one place (mission 4.1): default no."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from models.ledger import Ledger
from models.people import Person, Role, Unit
from models.project import Part, Project, ProjectSeat, held_on

_SEE_ALL = (Role.OFFICE, Role.INSPECTOR, Role.COUNTY_LEADER, Role.ADMIN)


def sees_all(ledger: Ledger, person: Person) -> bool:
    """Whether somebody's work covers the whole county."""
    return ledger.has_role(person, *_SEE_ALL)


def belongs_to(ledger: Ledger, person: Person, project: Project) -> bool:
    """Whether somebody has a part in a project, himself or through his unit."""
    for seat in project.seats:
        if not seat.covers(ledger.today):
            continue
        if seat.person_id == person.id or (seat.unit_id is not None and seat.unit_id == person.unit_id):
            return True
    return False


def may_see(ledger: Ledger, person: Person, project: Project) -> bool:
    """Whether somebody may read and file on a project."""
    return sees_all(ledger, person) or belongs_to(ledger, person, project)


def own_projects(ledger: Ledger, person: Person) -> list[Project]:
    """Return the projects somebody has a part in, those he holds himself first."""
    own = ledger.session.scalars(select(Project).where(_has_part(ledger, person)).order_by(Project.id))
    return sorted(own, key=lambda project: not _holds(ledger, person, project))


def projects_of_unit(ledger: Ledger, unit: Unit) -> list[Project]:
    """Return the projects a unit has a part in today."""
    seats = select(ProjectSeat.project_id).where(ProjectSeat.unit_id == unit.id, held_on(ledger.today))
    return list(ledger.session.scalars(select(Project).where(Project.id.in_(seats)).order_by(Project.id)))


def own_codes(ledger: Ledger, person: Person) -> frozenset[str]:
    """Return the codes (编号) of :func:`own_projects`."""
    return frozenset(ledger.session.scalars(select(Project.code).where(_has_part(ledger, person))))


def led_projects(ledger: Ledger, person: Person) -> list[Project]:
    """Return the projects somebody is assigned leader of (分包领导)."""
    return [
        project
        for project in own_projects(ledger, person)
        if person.id in {leader.id for leader in project.people(Part.LEADER, ledger.today)}
    ]


def _has_part(ledger: Ledger, person: Person) -> ColumnElement[bool]:
    mine = or_(ProjectSeat.person_id == person.id, ProjectSeat.unit_id == person.unit_id)
    return Project.id.in_(select(ProjectSeat.project_id).where(mine, held_on(ledger.today)))


def _holds(ledger: Ledger, person: Person, project: Project) -> bool:
    return any(seat.person_id == person.id and seat.covers(ledger.today) for seat in project.seats)
