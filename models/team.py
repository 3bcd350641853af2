"""Teams (班子): who carries a project or a chain, in places of a rank each, from one day to another (ZZ-12, DC-06)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.people import Person, Role, Unit
from models.project import Part, Project
from models.ranks import at_least, rank_of


class Place(StrEnum):
    """A place in a team; the value is how people call it."""

    CHIEF = "链长"
    HEAD = "组长"
    DEPUTY = "副组长"
    MEMBER = "成员"


_ORDER = tuple(Place)
_FITS = {
    Place.CHIEF: ("处级", "县领导"),
    Place.HEAD: ("正科", "包联单位主要领导"),
    Place.DEPUTY: ("副科", "相关部门分管领导"),
    Place.MEMBER: ("股级", "业务科室负责人"),
}
"""Place → the lowest rank that fits, and whom the notice means by it."""


class TeamMember(Base):
    """Somebody's place in the team of a project or of a chain (`until` is exclusive)."""

    __tablename__ = "team_members"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), index=True)
    chain_id: Mapped[int | None] = mapped_column(ForeignKey("chains.id"), index=True)
    place: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(50))
    title: Mapped[str] = mapped_column(String(100), default="")
    since: Mapped[date]
    until: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="joined")

    def covers(self, day: date) -> bool:
        """Whether the place is held on that local date."""
        return self.since <= day and (self.until is None or day < self.until)


def members(
    ledger: Ledger, *, project_id: int | None = None, chain_id: int | None = None, day: date | None = None
) -> list[TeamMember]:
    """Return a team on a local date (today), its head first."""
    query = select(TeamMember).order_by(TeamMember.id)
    query = query.where(TeamMember.project_id == project_id, TeamMember.chain_id == chain_id)
    held = [member for member in ledger.session.scalars(query) if member.covers(day or ledger.today)]
    return sorted(held, key=lambda member: _ORDER.index(Place(member.place)))


def appoint(
    ledger: Ledger,
    place: Place,
    person: Person,
    *,
    project: Project | None = None,
    chain_id: int | None = None,
    since: date | None = None,
    by: Person | None,
) -> TeamMember:
    """Put somebody into a team; 链长 and 组长 pass on. Raises Refusal when the rank does not fit."""
    _check(ledger, place, person, project)
    start = since or ledger.today
    project_id = project.id if project else None
    for held in members(ledger, project_id=project_id, chain_id=chain_id, day=start):
        if held.person_id == person.id and held.place == place.value:
            return held
        if held.person_id == person.id or (held.place == place.value and place in (Place.CHIEF, Place.HEAD)):
            held.until = start
    member = TeamMember(
        project_id=project_id,
        chain_id=chain_id,
        place=place.value,
        person_id=person.id,
        name=person.name,
        title=f"{person.unit.shown}{person.title}",
        since=start,
    )
    ledger.session.add(member)
    ledger.session.flush()
    ledger.session.refresh(member)
    ledger.record(
        EntryKind.NOTE,
        f"{person.name}任{place.value}",
        person=by,
        project=project,
        data={
            "about": "extension",
            "state": "team",
            "place": place.value,
            "person": person.name,
            "since": start.isoformat(),
        },
    )
    return member


def dismiss(ledger: Ledger, member: TeamMember, until: date, by: Person | None) -> None:
    """End somebody's place."""
    member.until = until
    ledger.record(
        EntryKind.NOTE,
        f"{member.name}不再任{member.place}",
        person=by,
        data={"about": "extension", "state": "team_left", "place": member.place, "person": member.name},
    )


def missing_places(ledger: Ledger, project: Project) -> list[str]:
    """Return the places a project's team lacks: each kind must be filled (ZZ-12)."""
    held = {member.place for member in members(ledger, project_id=project.id)}
    return [place.value for place in (Place.HEAD, Place.DEPUTY, Place.MEMBER) if place.value not in held]


def team_units(ledger: Ledger, project: Project) -> list[Unit]:
    """Return the units that carry a project (包联单位): the responsible ones."""
    return project.units(Part.RESPONSIBLE_UNIT, ledger.today)


def _check(ledger: Ledger, place: Place, person: Person, project: Project | None) -> None:
    rank, meant = _FITS[place]
    theirs = rank_of(ledger, person)
    if not at_least(theirs, rank):
        who = f"{person.name}（{person.title or '未写职务'}，{theirs}）"
        raise Refusal(f"{place.value}应由{meant}担任，{who}不合，请换人或先改正职级。")
    if place is not Place.HEAD or project is None:
        return
    units = {unit.id for unit in team_units(ledger, project)}
    if person.unit_id not in units:
        raise Refusal(f"组长应是《{project.name}》包联单位的主要领导，{person.name}在{person.unit.shown}，请换人。")
    if not (ledger.has_role(person, Role.UNIT_HEAD) or at_least(theirs, "正科")):
        raise Refusal(f"组长应是包联单位主要领导，{person.name}不是，请换人。")
