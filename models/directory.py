"""Finding people, units, groups and projects by the words the office uses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import and_, func, literal, or_, select

from models.actors import people_of
from models.errors import Refusal
from models.ledger import Ledger, get_setting, put_setting
from models.people import Account, Person, Role, Unit
from models.project import Group, Project, ProjectSeat
from models.unit_names import other_names, unit_named, units_by_name

_QUALIFIED = re.compile(r"^(?P<name>.+?)[（(](?P<unit>.+)[）)]$")


def find_person(ledger: Ledger, words: str) -> Person:
    """Return the person of a name, or of 姓名（单位） where a name is held twice. Raises Refusal."""
    qualified = _QUALIFIED.match(words.strip())
    name = qualified["name"] if qualified else words.strip()
    people = list(ledger.session.scalars(select(Person).where(Person.name == name).order_by(Person.id)))
    if qualified:
        unit = unit_named(ledger, qualified["unit"])
        people = [person for person in people if unit is not None and person.unit_id == unit.id]
    if len(people) == 1:
        return people[0]
    if not people:
        raise Refusal(f"人员表里没有「{words}」，请先登记再办。")
    choices = "、".join(f"{person.name}（{person.unit.shown}）" for person in people)
    raise Refusal(f"有{len(people)}位「{name}」，请写明：{choices}。")


def known_names(ledger: Ledger) -> set[str]:
    """Return every name people and units go by, of two characters at least."""
    units = ledger.session.execute(select(Unit.name, Unit.short_name)).all()
    names = {name for row in units for name in row} | set(ledger.session.scalars(select(Person.name)))
    names |= other_names(ledger)
    return {name for name in names if len(name) >= 2}


@dataclass(frozen=True)
class Mention:
    """A unit where a text names it, by the words it uses."""

    at: int
    words: str
    unit: Unit


def names_in(names: Iterable[str], text: str) -> list[tuple[int, str]]:
    """Return the names a text gives and where, in the order of the text; of names that overlap the longest."""
    found = []
    for name in sorted((name for name in names if len(name) >= 2), key=lambda name: (-len(name), name)):
        at = text.find(name)
        if at >= 0:
            found.append((at, name))
            text = text.replace(name, "\0" * len(name))
    return sorted(found)


def unit_mentions(ledger: Ledger, text: str) -> list[Mention]:
    """Return where a text names registered units, by whichever name, former and other ones included, in its order."""
    units = units_by_name(ledger)
    return [Mention(at, name, units[name]) for at, name in names_in(units, text)]


def units_in(ledger: Ledger, text: str) -> list[Unit]:
    """Return the registered units a text names, each once, in the order of the text."""
    return list(dict.fromkeys(mention.unit for mention in unit_mentions(ledger, text)))


def unit_in(ledger: Ledger, text: str) -> Unit | None:
    """Return the first registered unit a text names."""
    return next(iter(units_in(ledger, text)), None)


def people_in(ledger: Ledger, text: str, among: Iterable[Person] | None = None) -> list[Person]:
    """Return the registered people a text names in full, in the order of the text."""
    people = list(among) if among is not None else list(ledger.session.scalars(select(Person).order_by(Person.id)))
    named = {person.id: (text.find(person.name), person) for person in people if person.name in text}
    return [person for _, person in sorted(named.values(), key=lambda item: item[0])]


def private_names(ledger: Ledger, text: str) -> set[str]:
    """Return what people go by in a text: full names, given names, accounts, and heads on projects not registered."""
    said = literal(text)
    given = func.substr(Person.name, 2)
    named = or_(said.contains(Person.name), and_(func.length(Person.name) > 2, said.contains(given)))
    people = set(ledger.session.scalars(select(Person.name).where(named)))
    accounts = set(ledger.session.scalars(select(Account.user_id).where(said.contains(Account.user_id))))
    heads = select(ProjectSeat.name).where(func.length(ProjectSeat.name).between(2, 4), said.contains(ProjectSeat.name))
    names = people | {name[1:] for name in people if len(name) > 2} | accounts | set(ledger.session.scalars(heads))
    return {name for name in names if len(name) >= 2}


def find_unit(ledger: Ledger, words: str) -> Unit | None:
    """Return the unit of a full or short name, a former one and other ones in use included."""
    return unit_named(ledger, words)


def shown_unit(ledger: Ledger, name: str) -> str:
    """Return what people call the unit of a full or short name; a name not registered comes back as it is."""
    unit = find_unit(ledger, name) if name else None
    return unit.shown if unit else name


def people_named(ledger: Ledger, name: str) -> list[Person]:
    """Return the registered people of a name."""
    return list(ledger.session.scalars(select(Person).where(Person.name == name).order_by(Person.id)))


def find_attendees(ledger: Ledger, words: str) -> list[Person]:
    """Return the person named, or whoever attends for a unit: its head, else its liaison. Raises Refusal."""
    unit = find_unit(ledger, words.strip())
    if unit is None:
        return [find_person(ledger, words)]
    heads = [person for person in ledger.people_with(Role.UNIT_HEAD) if person.unit_id == unit.id]
    people = heads or people_of(ledger, unit)
    if not people:
        raise Refusal(f"「{unit.shown}」还没有登记人员，请先登记再通知。")
    return people


def find_addressees(ledger: Ledger, words: str) -> list[Person]:
    """Return to whom a notice for a person or a unit goes: a unit's heads and liaisons. Raises Refusal."""
    unit = find_unit(ledger, words.strip())
    if unit is None:
        return [find_person(ledger, words)]
    people = [
        person
        for role in (Role.UNIT_HEAD, Role.LIAISON)
        for person in ledger.people_with(role)
        if person.unit_id == unit.id
    ]
    people = list({person.id: person for person in people}.values())
    if not people:
        raise Refusal(
            f"「{unit.shown}」还没有登记负责人或联络员，没有下发；"
            f"请补登记一位（人员表，或「某某任{unit.shown}联络员」），再把这句发一遍。"
        )
    return people


def find_group(ledger: Ledger, words: str) -> Group:
    """Return a registered group. Raises Refusal."""
    group = ledger.session.scalar(select(Group).where(Group.name == words.strip()))
    if group is None:
        raise Refusal(f"没有登记群聊「{words}」，请先在导入表的群聊页登记。")
    return group


def find_project(ledger: Ledger, code: str) -> Project:
    """Return the project of a 编号 or full name. Raises Refusal."""
    project = ledger.session.scalar(
        select(Project).where(or_(Project.code == code.strip(), Project.name == code.strip()))
    )
    if project is None:
        raise Refusal(f"没有编号或名称为「{code}」的项目，请核对后再试。")
    return project


def names_changed(ledger: Ledger) -> None:
    """Tell whoever caches the names of projects that there are new ones."""
    version = (get_setting(ledger.session, "names") or {}).get("version", 0)
    put_setting(ledger.session, "names", {"version": version + 1})
    ledger.session.flush()
