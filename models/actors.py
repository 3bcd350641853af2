"""Who acts: from the parts a mechanism speaks of (分包领导, 召集人, 督查室) to the people who hold them on a day.

A post registered for a part comes first; else roles, seats in projects and task forces, and titles say who it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select

from models.ledger import Ledger
from models.mechanism import Actor
from models.people import Person, Role, Unit
from models.post import Post
from models.project import Part, Project, Taskforce

_MAIN_TITLES = ("县长", "市长", "区长", "县委书记", "市委书记", "区委书记")


@dataclass(frozen=True)
class Scope:
    """What a part is asked about: a leader is a leader of some project, a lead unit leads some task force."""

    project: Project | None = None
    taskforce: Taskforce | None = None
    unit: Unit | None = None
    convenor: Person | None = None  # of the meeting spoken of: leave goes to nobody else (ZZ-26)


NOWHERE = Scope()


def holders(ledger: Ledger, actor: Actor, scope: Scope = NOWHERE) -> list[Person]:
    """Return who plays a part today, each once, in the order of registration; nobody when it is vacant."""
    return _unique([*_posted(ledger, actor, scope), *_WHO.get(actor, _by_unit(actor))(ledger, scope)])


def holds(ledger: Ledger, person: Person, actor: Actor, scope: Scope = NOWHERE) -> bool:
    """Whether somebody plays a part today."""
    return person.id in {holder.id for holder in holders(ledger, actor, scope)}


def people_of(ledger: Ledger, *units: Unit) -> list[Person]:
    """Return who reports for units: their liaisons, else their heads, else anybody registered there."""
    ids = {unit.id for unit in units}
    for role in (Role.LIAISON, Role.UNIT_HEAD):
        people = ledger.people_with(role, ids)
        if people:
            return people
    return list(ledger.session.scalars(select(Person).where(Person.unit_id.in_(ids)).order_by(Person.id)))


def posts_of(ledger: Ledger, person: Person | None = None, body: str | None = None) -> list[Post]:
    """Return the posts held today, of one person or one body where asked, in the order of registration."""
    query = select(Post).order_by(Post.id)
    if person is not None:
        query = query.where(Post.person_id == person.id)
    if body is not None:
        query = query.where(Post.body == body)
    return [post for post in ledger.session.scalars(query) if post.covers(ledger.today)]


def _posted(ledger: Ledger, actor: Actor, scope: Scope) -> list[Person]:
    if scope != NOWHERE and actor in _SCOPED:
        return []  # who leads this project is in the project's own seats
    if scope.convenor is not None and actor is Actor.CONVENOR:
        return []
    posts = ledger.session.scalars(select(Post).where(Post.actor == actor.value).order_by(Post.id))
    return [post.person for post in posts if post.covers(ledger.today)]


def _leaders(ledger: Ledger, scope: Scope) -> list[Person]:
    if scope.project is not None:
        return scope.project.people(Part.LEADER, ledger.today)
    return ledger.people_with(Role.ASSIGNED_LEADER)


def _unit_heads(ledger: Ledger, scope: Scope) -> list[Person]:
    if scope.project is None:
        return ledger.people_with(Role.UNIT_HEAD, {scope.unit.id} if scope.unit else None)
    named = scope.project.people(Part.UNIT_HEAD, ledger.today)
    units = {unit.id for unit in scope.project.units(Part.RESPONSIBLE_UNIT, ledger.today)}
    return named or ledger.people_with(Role.UNIT_HEAD, units)


def _responsible(ledger: Ledger, scope: Scope) -> list[Person]:
    if scope.project is None:
        return people_of(ledger, scope.unit) if scope.unit else []
    today = ledger.today
    named = scope.project.people(Part.LIAISON, today)
    return named or people_of(ledger, *scope.project.units(Part.RESPONSIBLE_UNIT, today))


def _builders(ledger: Ledger, scope: Scope) -> list[Person]:
    if scope.project is None:
        return []
    named = scope.project.people(Part.BUILDER_HEAD, ledger.today)
    return named or people_of(ledger, *scope.project.units(Part.BUILDER, ledger.today))


def _taskforce_leaders(ledger: Ledger, scope: Scope) -> list[Person]:
    if scope.taskforce is not None:
        return [scope.taskforce.leader] if scope.taskforce.leader else []
    found = ledger.session.scalars(select(Taskforce).order_by(Taskforce.id))
    return [taskforce.leader for taskforce in found if taskforce.leader]


def _lead_units(ledger: Ledger, scope: Scope) -> list[Person]:
    return people_of(ledger, *scope.taskforce.lead_units) if scope.taskforce else []


def _vice_leaders(ledger: Ledger, scope: Scope) -> list[Person]:
    """分管副市长: the leader of the task force that is spoken of (JZ-19)."""
    return _taskforce_leaders(ledger, scope) if scope.taskforce else []


def _convenors(ledger: Ledger, scope: Scope) -> list[Person]:
    if scope.convenor is not None:
        return [scope.convenor]
    return _titled(ledger, ledger.mechanism.meetings.convenor_title.split("、"))


def _main_leaders(ledger: Ledger, scope: Scope) -> list[Person]:
    return _titled(ledger, _MAIN_TITLES)


def _titled(ledger: Ledger, titles: Iterable[str]) -> list[Person]:
    wanted = {title.strip() for title in titles}
    return [person for person in ledger.people_with(Role.COUNTY_LEADER) if wanted & set(person.title.split("、"))]


def _with(role: Role) -> Callable[[Ledger, Scope], list[Person]]:
    return lambda ledger, scope: ledger.people_with(role)


def _by_unit(actor: Actor) -> Callable[[Ledger, Scope], list[Person]]:
    """A part that a whole unit plays (县政府办公室, 机关事务管理局): found by the name the pack gives it."""

    def find(ledger: Ledger, scope: Scope) -> list[Person]:
        name = ledger.mechanism.roles.get(actor)
        if not name:
            return []
        plain = name.removeprefix("县").removeprefix("市")
        units = ledger.session.scalars(
            select(Unit).where(or_(Unit.name.endswith(plain), Unit.short_name == name)).order_by(Unit.id)
        ).all()
        return people_of(ledger, units[0]) if units else []

    return find


def _whole_unit(ledger: Ledger, *units: Unit) -> list[Person]:
    ids = [unit.id for unit in units]
    return list(ledger.session.scalars(select(Person).where(Person.unit_id.in_(ids)).order_by(Person.id)))


def _of_that_unit(ledger: Ledger, scope: Scope) -> list[Person]:
    """A department or receiving unit (职能部门, 承接部门) is whoever works in the unit that is spoken of."""
    return _whole_unit(ledger, scope.unit) if scope.unit else []


def _investors(ledger: Ledger, scope: Scope) -> list[Person]:
    """招商部门: everybody in the unit that the pack names."""
    return _whole_unit(ledger, *{person.unit for person in _by_unit(Actor.INVESTMENT)(ledger, scope)})


def _media(ledger: Ledger, scope: Scope) -> list[Person]:
    """融媒体中心: whoever works in the unit of that name."""
    name = ledger.mechanism.actor_name(Actor.MEDIA).removeprefix("县").removeprefix("市")
    units = ledger.session.scalars(select(Unit).where(Unit.name.contains(name))).all()
    return _whole_unit(ledger, *units)


def _unique(people: Iterable[Person]) -> list[Person]:
    return list({person.id: person for person in people}.values())


_SCOPED = frozenset(
    {
        Actor.ASSIGNED_LEADER,
        Actor.UNIT_HEAD,
        Actor.RESPONSIBLE_UNIT,
        Actor.PROJECT_UNIT,
        Actor.TASKFORCE,
        Actor.TASKFORCE_LEADER,
        Actor.LEAD_UNIT,
        Actor.VICE_LEADER,
    }
)
_WHO: dict[Actor, Callable[[Ledger, Scope], list[Person]]] = {
    Actor.ASSIGNED_LEADER: _leaders,
    Actor.UNIT_HEAD: _unit_heads,
    Actor.RESPONSIBLE_UNIT: _responsible,
    Actor.LIAISON: _responsible,
    Actor.PROJECT_UNIT: _builders,
    Actor.TASKFORCE: _lead_units,
    Actor.LEAD_UNIT: _lead_units,
    Actor.TASKFORCE_LEADER: _taskforce_leaders,
    Actor.VICE_LEADER: _vice_leaders,
    Actor.OFFICE: _with(Role.OFFICE),
    Actor.INSPECTOR: _with(Role.INSPECTOR),
    Actor.DISCIPLINE: _with(Role.DISCIPLINE),
    Actor.ADMIN: _with(Role.ADMIN),
    Actor.CONVENOR: _convenors,
    Actor.MAIN_LEADER: _main_leaders,
    Actor.DEPARTMENT: _of_that_unit,
    Actor.RECEIVING_UNIT: _of_that_unit,
    Actor.INVESTMENT: _investors,
    Actor.MEDIA: _media,
}
