"""Liaisons (联络员): one a unit, of the rank the notice asks, with a substitute while away (ZZ-29)."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.absence import is_away
from models.base import Base
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.people import Person, Role, Term, Unit
from models.project import Part, ProjectSeat, held_on
from models.ranks import at_least, rank_of
from models.unit_names import UnitKind, kind_of, units_in_force

_DAY = timedelta(days=1)


class LiaisonStandIn(Base):
    """Somebody files for a unit from `first` to `last`, both included (代理期)."""

    __tablename__ = "liaison_stand_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    first: Mapped[date]
    last: Mapped[date]
    reason: Mapped[str] = mapped_column(String(200), default="")

    person: Mapped[Person] = relationship(lazy="joined")


def liaisons(ledger: Ledger, unit: Unit) -> list[Person]:
    """Return a unit's own liaisons today, without those who stand in."""
    away_from = {person.id for person in substitutes(ledger, unit)}
    return [person for person in ledger.people_with(Role.LIAISON, {unit.id}) if person.id not in away_from]


def substitutes(ledger: Ledger, unit: Unit) -> list[Person]:
    """Return who is entered to stand in for a unit's liaison today."""
    today = ledger.today
    rows = ledger.session.scalars(
        select(LiaisonStandIn)
        .where(LiaisonStandIn.unit_id == unit.id, LiaisonStandIn.first <= today, LiaisonStandIn.last >= today)
        .order_by(LiaisonStandIn.id)
    )
    return list({row.person_id: row.person for row in rows}.values())


def stand_ins(ledger: Ledger, unit: Unit) -> list[Person]:
    """Return who files while a unit's liaison cannot: the entered substitutes, else the heads; nobody while he can."""
    entered = substitutes(ledger, unit)
    if entered:
        return entered
    here = [person for person in liaisons(ledger, unit) if not is_away(ledger, person.id, ledger.today, ledger.today)]
    return [] if here else ledger.people_with(Role.UNIT_HEAD, {unit.id})


def substitute(
    ledger: Ledger, unit: Unit, person: Person, first: date, last: date, reason: str, by: Person | None
) -> LiaisonStandIn:
    """Let somebody of the unit stand in: for that time he holds the liaison's role and seats, by date."""
    if person.unit_id != unit.id:
        raise Refusal(f"代理联络员应是{unit.shown}的人，{person.name}在{person.unit.shown}。")
    if last < first or last < ledger.today:
        raise Refusal("代理期的截止日期不对，请写明从哪天到哪天。")
    row = LiaisonStandIn(unit_id=unit.id, person_id=person.id, first=first, last=last, reason=reason)
    ledger.session.add(row)
    ledger.session.add(Term(person_id=person.id, role=Role.LIAISON.value, since=first, until=last + _DAY))
    for seat in _liaison_seats(ledger, unit):
        if seat.person_id != person.id:
            ledger.session.add(
                ProjectSeat(
                    project_id=seat.project_id,
                    part=Part.LIAISON.value,
                    name=person.name,
                    person_id=person.id,
                    since=first,
                    until=last + _DAY,
                )
            )
    ledger.session.flush()
    ledger.session.expire_all()
    ledger.record(
        EntryKind.NOTE,
        f"{first}至{last}由{person.name}代理{unit.shown}联络员",
        person=by,
        data={"about": "extension", "state": "liaison_stand_in", "unit": unit.shown, "person": person.name},
    )
    return row


def vacancies(ledger: Ledger) -> list[Unit]:
    """Return the units that owe a liaison and have none: all but enterprises and the office's own."""
    held = {person.unit_id for person in ledger.people_with(Role.LIAISON)}
    exempt = {person.unit_id for person in ledger.people_with(Role.OFFICE)}
    exempt |= {person.unit_id for person in ledger.people_with(Role.COUNTY_LEADER)}
    return [
        unit
        for unit in units_in_force(ledger)
        if unit.id not in held and unit.id not in exempt and kind_of(unit) is not UnitKind.COMPANY
    ]


def doubles(ledger: Ledger) -> list[Unit]:
    """Return the units with more than one liaison of their own: one a unit."""
    counted: dict[int, int] = {}
    for person in ledger.people_with(Role.LIAISON):
        counted[person.unit_id] = counted.get(person.unit_id, 0) + 1
    return [unit for unit in units_in_force(ledger) if counted.get(unit.id, 0) > 1 and len(liaisons(ledger, unit)) > 1]


def below_rank(ledger: Ledger) -> list[Person]:
    """Return the liaisons under the rank the notice asks for; nobody where it asks for none."""
    wanted = ledger.mechanism.liaison_rank
    if wanted is None:
        return []
    return [person for person in ledger.people_with(Role.LIAISON) if not at_least(rank_of(ledger, person), wanted)]


def confirmers(ledger: Ledger, person: Person) -> list[Person]:
    """Return who confirms what somebody files for his unit (代报): its liaisons and heads; nobody for them."""
    own = [*ledger.people_with(Role.LIAISON, {person.unit_id}), *ledger.people_with(Role.UNIT_HEAD, {person.unit_id})]
    people = list({one.id: one for one in own}.values())
    return [] if person.id in {one.id for one in people} else people


def _liaison_seats(ledger: Ledger, unit: Unit) -> list[ProjectSeat]:
    people = select(Person.id).where(Person.unit_id == unit.id)
    query = select(ProjectSeat).where(
        ProjectSeat.part == Part.LIAISON.value, ProjectSeat.person_id.in_(people), held_on(ledger.today)
    )
    return list({seat.project_id: seat for seat in ledger.session.scalars(query)}.values())
