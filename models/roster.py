"""Who is asked to a meeting: the body's members on that date, leaders and units by its projects, units its topics need.

Membership has dates (ZZ-27): a change leaves the rosters of earlier meetings as they were. The pack's list is the
start; rows in `memberships` add to it and end what it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ForeignKey, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.actors import people_of
from models.base import Base
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.mechanism import Actor, Body
from models.meeting import Meeting, MeetingSeat
from models.people import Person, Role, Unit
from models.project import Part, Project

_ALWAYS = date(1949, 10, 1)
_FORMING = re.compile(r"[（(]筹[）)]$")


class Membership(Base):
    """A unit's seat in a body (成员单位) from one day to another (until is exclusive); （筹） stays in its name."""

    __tablename__ = "memberships"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(String(100), index=True)
    unit_name: Mapped[str] = mapped_column(String(100))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    since: Mapped[date]
    until: Mapped[date | None]

    unit: Mapped[Unit | None] = relationship(lazy="joined")

    def covers(self, day: date) -> bool:
        """Whether the unit is a member on that local date."""
        return self.since <= day and (self.until is None or day < self.until)


def body_named(ledger: Ledger, words: str) -> Body:
    """Return the body of a name or short name; the only one with members where none is named. Raises Refusal."""
    bodies = [body for body in ledger.mechanism.bodies if body.members]
    named = [body for body in bodies if words and (words in body.name or words == body.short)]
    if named or (not words and len(bodies) == 1):
        return (named or bodies)[0]
    names = "、".join(body.short or body.name for body in bodies) or "本县制度没有列成员单位"
    raise Refusal(f"没有找到这个议事机构，可选：{names}。")


def members_on(ledger: Ledger, body: str, day: date) -> list[str]:
    """Return the names of a body's member units on a local date, the pack's first."""
    rows = ledger.session.scalars(select(Membership).where(Membership.body == body).order_by(Membership.id)).all()
    written = {row.unit_name for row in rows}
    listed = [name for known in ledger.mechanism.bodies if known.name == body for name in known.members]
    names = [name for name in listed if name not in written or any(_is(row, name, day) for row in rows)]
    return list(dict.fromkeys([*names, *(row.unit_name for row in rows if row.covers(day))]))


def _is(row: Membership, name: str, day: date) -> bool:
    return row.unit_name == name and row.covers(day)


def join(ledger: Ledger, body: Body, words: str, since: date, by: Person | None) -> str:
    """Let a unit join a body from a day on (增加成员单位). Raises Refusal when it is a member already."""
    present = _matching(members_on(ledger, body.name, since), words)
    if present:
        raise Refusal(f"{present}已经是{body.short or body.name}的成员单位。")
    unit = registered(ledger, words)
    row = Membership(body=body.name, unit_name=words, unit_id=unit.id if unit else None, since=since, until=None)
    ledger.session.add(row)
    _record(ledger, body, words, since, by, "增加成员单位")
    return words


def leave(ledger: Ledger, body: Body, words: str, until: date, by: Person | None) -> str:
    """Let a unit leave a body on a day. Raises Refusal when it is no member."""
    name = _matching(members_on(ledger, body.name, until), words)
    if name is None:
        raise Refusal(f"{words}不是{body.short or body.name}的成员单位。")
    rows = ledger.session.scalars(
        select(Membership).where(Membership.body == body.name, Membership.unit_name == name)
    ).all()
    standing = [row for row in rows if row.covers(until)]
    for row in standing:
        row.until = until
    if not standing:
        ledger.session.add(Membership(body=body.name, unit_name=name, unit_id=None, since=_ALWAYS, until=until))
    _record(ledger, body, name, until, by, "调出成员单位")
    return name


def _matching(names: Iterable[str], words: str) -> str | None:
    wanted = _plain(words)
    return next((name for name in names if wanted in (name, _plain(name))), None)


def _plain(name: str) -> str:
    return _FORMING.sub("", name).removeprefix("县").removeprefix("市")


def _record(ledger: Ledger, body: Body, unit: str, day: date, by: Person | None, what: str) -> None:
    text = f"{body.short or body.name}{what}：{unit}，自{day.isoformat()}起"
    data = {"about": "membership", "state": what, "body": body.name, "unit": unit, "since": day.isoformat()}
    ledger.record(EntryKind.NOTE, text, person=by, data=data)


def registered(ledger: Ledger, words: str) -> Unit | None:
    """Return the registered unit a pack's or a speaker's name means: 县住建局 is the unit called 住建局."""
    plain = _plain(words)
    units = ledger.session.scalars(
        select(Unit)
        .where(
            or_(
                Unit.name.in_((words, plain)),
                Unit.short_name.in_((words, plain)),
                Unit.name.endswith(plain, autoescape=True),
            )
        )
        .order_by(Unit.id)
    ).all()
    exact = [unit for unit in units if words in (unit.name, unit.short_name) or plain == unit.short_name]
    return next(iter(exact or units), None)


# --- seats ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """Somebody, or a unit nobody is registered for, with what it is asked for."""

    person: Person | None
    unit_name: str
    why: str
    relay: str = ""
    state: str = "called"


def seats_for(
    ledger: Ledger, meeting: Meeting, projects: Iterable[Project], needs: Iterable[str], extra: Iterable[Person] = ()
) -> list[MeetingSeat]:
    """Return the seats of a meeting, each person and unit once, the first reason kept (DC-13, DC-14).

    `projects` are those on its agenda; `needs` the units its topics need, whom the government office invites (DC-21).
    """
    asked = [
        *_fixed(ledger, meeting),
        *_of_projects(ledger, meeting, list(projects)),
        *(_Asked(person, person.unit.shown, "会议通知") for person in extra),
        *_invited(ledger, needs),
    ]
    found: dict[str, MeetingSeat] = {}
    for one in asked:
        key = f"p{one.person.id}" if one.person else _plain(one.unit_name)
        if key not in found:
            found[key] = _seat(one)
    return list(found.values())


def _seat(asked: _Asked) -> MeetingSeat:
    outside = asked.person is None or not asked.person.accounts
    return MeetingSeat(
        person_id=asked.person.id if asked.person else None,
        person=asked.person,
        state=asked.state,
        why=asked.why,
        unit_name=asked.unit_name,
        relay=(asked.relay or "office") if outside else "",
        note="",
    )


def _fixed(ledger: Ledger, meeting: Meeting) -> Iterator[_Asked]:
    """The body's members on the meeting's date, each by its head (一把手参会)."""
    for name in members_on(ledger, meeting.body, meeting.day):
        unit = registered(ledger, name)
        head = head_of(ledger, unit) if unit else None
        yield _Asked(head, unit.shown if unit and head else name, "固定人员")


def _of_projects(ledger: Ledger, meeting: Meeting, projects: list[Project]) -> Iterator[_Asked]:
    for project in projects:
        for leader in project.people(Part.LEADER, meeting.day):
            yield _Asked(leader, leader.unit.shown, ledger.mechanism.actor_name(Actor.ASSIGNED_LEADER))
        for unit in project.units(Part.RESPONSIBLE_UNIT, meeting.day):
            yield _Asked(head_of(ledger, unit), unit.shown, "责任单位")


def builders(ledger: Ledger, meeting: Meeting, projects: Iterable[Project]) -> list[MeetingSeat]:
    """Return the seats of the project units (项目单位), most of them outside the tenant: somebody relays (A25)."""
    found: dict[str, MeetingSeat] = {}
    for project in projects:
        for name in project.names(Part.BUILDER, meeting.day):
            unit = registered(ledger, name)
            person = head_of(ledger, unit) if unit else None
            asked = _Asked(person, name, "项目单位", relay=_relay(ledger, project, meeting.day))
            found.setdefault(name, _seat(asked))
    return list(found.values())


def _relay(ledger: Ledger, project: Project, day: date) -> str:
    """Return who notes for an outside unit: the project's liaison where the county lets liaisons do it."""
    liaisons = project.people(Part.LIAISON, day)
    if "liaison" in ledger.mechanism.conflicts.external_relay and liaisons:
        return liaisons[0].name
    return "office"


def _invited(ledger: Ledger, needs: Iterable[str]) -> Iterator[_Asked]:
    for name in needs:
        unit = registered(ledger, name)
        head = head_of(ledger, unit) if unit else None
        yield _Asked(head, unit.shown if unit else name, "议题有关单位", state="to_invite")


def head_of(ledger: Ledger, unit: Unit) -> Person | None:
    """Return who attends for a unit: its head, else whoever reports for it."""
    heads = ledger.people_with(Role.UNIT_HEAD, {unit.id})
    return next(iter(heads or people_of(ledger, unit)), None)


def relay_words(ledger: Ledger, seat: MeetingSeat) -> str:
    """Say who tells and notes for an outside unit: 外部单位，由刘洋代记."""
    by = ledger.mechanism.office_name if seat.relay == "office" else seat.relay
    return f"外部单位，由{by}代记"
