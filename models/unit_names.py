"""The register of units: kinds, names by date, mergers, and groups of addressees (JZ-01, DC-01, A23).

A unit that is renamed keeps its row; its former names stay beside it with the day they ended, so that old papers
print the old name and new messages understand both. A name without an end is one people use besides (电业局).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.people import Person, Unit
from models.project import ProjectSeat, TaskforceUnit


class UnitKind(StrEnum):
    """What a unit is; the value is how people call it."""

    COUNTY = "县区"
    COMMITTEE = "管委会"
    DEPARTMENT = "部门"
    TOWN = "乡镇"
    PARTY = "党委部门"
    MASS = "人民团体"
    COMPANY = "企业"
    OTHER = "其他"


_WORDS: tuple[tuple[UnitKind, tuple[str, ...]], ...] = (
    (UnitKind.PARTY, ("党委", "县委", "市委", "区委")),
    (UnitKind.MASS, ("团体",)),
    (UnitKind.COMMITTEE, ("管委会", "开发区", "示范区", "高新区")),
    (UnitKind.COUNTY, ("县区", "县（市）区", "县(市)区", "区县")),
    (UnitKind.TOWN, ("乡镇", "街道", "乡", "镇")),
    (UnitKind.COMPANY, ("企业", "公司")),
    (UnitKind.DEPARTMENT, ("部门", "直属", "县直", "市直", "政府")),
)


EVERYDAY = {
    "电业局": "供电公司",
    "电力局": "供电公司",
    "土地局": "自然资源局",
    "国土局": "自然资源局",
    "经信委": "工信局",
    "经信局": "工信局",
    "工信委": "工信局",
    "农业局": "农业农村局",
    "卫生局": "卫健委",
    "规划局": "自然资源局",
    "建委": "住建局",
    "建设局": "住建局",
    "计生委": "卫健委",
    "卫计委": "卫健委",
    "环保局": "生态环境局",
}
"""What people everywhere still call some units, by their short names today; the register's own names go before."""


class UnitName(Base):
    """A former name of a unit (`until` is the day it ended), or another one still in use (`until` is None)."""

    __tablename__ = "unit_names"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(100), index=True)
    short_name: Mapped[str] = mapped_column(String(50), default="", index=True)
    until: Mapped[date | None]

    unit: Mapped[Unit] = relationship(lazy="joined")


class AddresseeGroup(Base):
    """A group of addressees (主送): every unit of some kinds, and units by name."""

    __tablename__ = "addressee_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    kinds: Mapped[list[str]]
    unit_ids: Mapped[list[int]]


def kind_of(unit: Unit) -> UnitKind:
    """Return what a unit is, whichever word the workbook has for it (县直部门, 县委部门, 街道)."""
    for kind, words in _WORDS:
        if any(word in unit.kind for word in words):
            return kind
    return UnitKind.OTHER


def units_in_force(ledger: Ledger, kinds: Iterable[UnitKind] = ()) -> list[Unit]:
    """Return the units that exist today, of these kinds or of any, in the order of registration."""
    query = select(Unit).where(or_(Unit.until.is_(None), Unit.until > ledger.today)).order_by(Unit.id)
    wanted = set(kinds)
    return [unit for unit in ledger.session.scalars(query) if not wanted or kind_of(unit) in wanted]


def unit_named(ledger: Ledger, words: str) -> Unit | None:
    """Return the unit of a full, short, former or other name; one that was merged is the one it went into."""
    if not words:
        return None
    unit = ledger.session.scalar(
        select(Unit).where(or_(Unit.name == words, Unit.short_name == words)).order_by(Unit.id)
    )
    if unit is None:
        known = select(UnitName).where(or_(UnitName.name == words, UnitName.short_name == words))
        found = ledger.session.scalar(known.order_by(UnitName.id.desc()))
        unit = found.unit if found else None
    return _in_force(ledger, unit) if unit else None


def unit_of_notice(ledger: Ledger, words: str) -> Unit | None:
    """Return the unit of a name as the notice has it, with or without 县, 市 before it."""
    return unit_named(ledger, words) or unit_named(ledger, words.removeprefix("县").removeprefix("市"))


def units_by_name(ledger: Ledger) -> dict[str, Unit]:
    """Return every name units go by, former, other and everyday ones included."""
    units = ledger.session.scalars(select(Unit).order_by(Unit.id))
    others = ledger.session.scalars(select(UnitName).order_by(UnitName.id.desc()))
    found: dict[str, Unit] = {}
    for unit in units:
        for name in (unit.name, unit.short_name):
            found.setdefault(name, unit)
    for other in others:
        for name in (other.name, other.short_name):
            found.setdefault(name, other.unit)
    for everyday, name in EVERYDAY.items():
        if name in found:
            found.setdefault(everyday, found[name])
    return {name: now for name, unit in found.items() if name and (now := _in_force(ledger, unit)) is not None}


def _in_force(ledger: Ledger, unit: Unit) -> Unit | None:
    """Return a unit, or the one it was merged into."""
    found: Unit | None = unit
    while found is not None and found.merged_into_id is not None:
        found = ledger.session.get(Unit, found.merged_into_id)
    return found


def other_names(ledger: Ledger) -> set[str]:
    """Return every former and other name in the register."""
    rows = ledger.session.execute(select(UnitName.name, UnitName.short_name))
    return {name for row in rows for name in row if name}


def former_names(ledger: Ledger, unit: Unit) -> list[str]:
    """Return a unit's former and other names, the former ones with the day they ended."""
    rows = ledger.session.scalars(select(UnitName).where(UnitName.unit_id == unit.id).order_by(UnitName.id))
    return [f"{row.short_name or row.name}（至{row.until}）" if row.until else row.name for row in rows]


def shown_on(ledger: Ledger, unit: Unit, day: date) -> str:
    """Return what a unit was called on a local date: what a paper of that day prints."""
    former = ledger.session.scalar(
        select(UnitName).where(UnitName.unit_id == unit.id, UnitName.until > day).order_by(UnitName.until).limit(1)
    )
    return (former.short_name or former.name) if former else unit.shown


def add_unit(ledger: Ledger, name: str, short: str, kind: str, by: Person | None) -> Unit:
    """Register a unit. Raises Refusal when a unit goes by that name."""
    taken = next((known for known in (name, short) if known and unit_named(ledger, known)), None)
    if taken:
        raise Refusal(f"「{taken}」已经登记过了，请核对后再加。")
    unit = Unit(name=name, short_name=short, kind=kind, parent_name="")
    ledger.session.add(unit)
    ledger.session.flush()
    _note(ledger, f"登记单位{name}", unit, "added", by)
    return unit


def also_called(ledger: Ledger, unit: Unit, name: str, by: Person | None) -> None:
    """Note another name people use for a unit (电业局 for 供电公司)."""
    known = unit_named(ledger, name)
    if known is not None:
        raise Refusal(f"「{name}」已经是{known.shown}的叫法。")
    ledger.session.add(UnitName(unit_id=unit.id, name=name, short_name=""))
    _note(ledger, f"{unit.shown}又称{name}", unit, "also_called", by)


def rename(ledger: Ledger, unit: Unit, name: str, short: str, since: date, by: Person | None) -> None:
    """Give a unit a new name from a day on; the old one stays understood. Raises Refusal for a day to come."""
    if since > ledger.today:
        raise Refusal(f"更名要到{since}才生效，请那天再改；在这以前仍用{unit.shown}。")
    clash = unit_named(ledger, name)
    if clash is not None and clash.id != unit.id:
        raise Refusal(f"「{name}」已经是{clash.shown}；要合并请用合并。")
    old = unit.shown
    ledger.session.add(UnitName(unit_id=unit.id, name=unit.name, short_name=unit.short_name, until=since))
    unit.name, unit.short_name = name, short
    ledger.session.flush()
    _note(ledger, f"{old}更名为{unit.shown}，{since}起", unit, "renamed", by)


def merge(ledger: Ledger, gone: Unit, into: Unit, since: date, by: Person | None) -> None:
    """Let a unit go into another from a day on: its people and its parts move, its papers keep its name."""
    if since > ledger.today:
        raise Refusal(f"合并要到{since}才生效，请那天再办。")
    if gone.id == into.id:
        raise Refusal("合并前后是同一个单位，请核对。")
    people = list(ledger.session.scalars(select(Person).where(Person.unit_id == gone.id)))
    there = set(ledger.session.scalars(select(Person.name).where(Person.unit_id == into.id)))
    twice = [person.name for person in people if person.name in there]
    if twice:
        raise Refusal(f"两个单位都有「{'、'.join(twice)}」，请先改成能分清的名字再合并。")
    for person in people:
        person.unit = into
    _move_seats(ledger, gone, into, since)
    gone.merged_into_id, gone.until = into.id, since
    ledger.session.flush()
    _note(ledger, f"{gone.shown}并入{into.shown}，{since}起", into, "merged", by)


def save_group(
    ledger: Ledger, name: str, kinds: Iterable[UnitKind], units: Iterable[Unit], by: Person | None
) -> AddresseeGroup:
    """Keep a group of addressees under a name, anew where it exists."""
    group = ledger.session.scalar(select(AddresseeGroup).where(AddresseeGroup.name == name))
    if group is None:
        group = AddresseeGroup(name=name, kinds=[], unit_ids=[])
        ledger.session.add(group)
    group.kinds = list(dict.fromkeys(kind.value for kind in kinds))
    group.unit_ids = list(dict.fromkeys(unit.id for unit in units))
    if not group.kinds and not group.unit_ids:
        raise Refusal("主送群组至少要有一类单位或一个单位。")
    ledger.session.flush()
    ledger.record(
        EntryKind.NOTE,
        f"主送群组{name}",
        person=by,
        data={"about": "extension", "state": "addressee_group", "group": name, "kinds": group.kinds},
    )
    return group


def find_addressee_group(ledger: Ledger, name: str) -> AddresseeGroup | None:
    """Return the group of a name."""
    return ledger.session.scalar(select(AddresseeGroup).where(AddresseeGroup.name == name))


def expand(ledger: Ledger, group: AddresseeGroup) -> list[Unit]:
    """Return the units of a group today, each once, none that is no more: nobody is left out or named twice."""
    kinds, named = set(group.kinds), set(group.unit_ids)
    return [unit for unit in units_in_force(ledger) if kind_of(unit).value in kinds or unit.id in named]


def _move_seats(ledger: Ledger, gone: Unit, into: Unit, since: date) -> None:
    seats = ledger.session.scalars(select(ProjectSeat).where(ProjectSeat.unit_id == gone.id)).all()
    for seat in seats:
        if seat.until is not None and seat.until <= since:
            continue
        rest, seat.until = seat.until, since
        following = ProjectSeat(
            project_id=seat.project_id,
            part=seat.part,
            name=into.shown,
            unit_id=into.id,
            since=max(since, seat.since),
            until=rest,
        )
        ledger.session.add(following)
    taken = {
        (seat.taskforce_id, seat.lead)
        for seat in ledger.session.scalars(select(TaskforceUnit).where(TaskforceUnit.unit_id == into.id))
    }
    for place in ledger.session.scalars(select(TaskforceUnit).where(TaskforceUnit.unit_id == gone.id)).all():
        if (place.taskforce_id, place.lead) in taken:
            ledger.session.delete(place)
        else:
            place.unit_id = into.id


def _note(ledger: Ledger, text: str, unit: Unit, state: str, by: Person | None) -> None:
    ledger.record(
        EntryKind.NOTE,
        text,
        person=by,
        data={"about": "extension", "state": f"unit_{state}", "unit": unit.shown},
    )
