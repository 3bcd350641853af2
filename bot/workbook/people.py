"""Loads the sheets 单位 and 人员: units, people, their accounts and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.workbook.loading import Loading
from bot.workbook.shape import ACCOUNTS, PersonRow, Row
from models.people import Account, Person, Term, Unit, account_key

_SHOWN_NAMES = 10


def load_units(loading: Loading) -> None:
    """Load the sheet 单位."""
    loading.units = {unit.name: unit for unit in loading.session.scalars(select(Unit))}
    for row in loading.workbook.units:
        _load_unit(loading, row)


def _load_unit(loading: Loading, row: Row) -> None:
    name = row.text("名称")
    unit = loading.units.get(name)
    added = unit is None
    if unit is None:
        unit = loading.units[name] = Unit(name=name, short_name="", kind="", parent_name="")
        loading.session.add(unit)
    changed = loading.set(unit, row, short_name="简称", kind="类别", parent_name="上级单位")
    loading.summary.count("单位", added, changed)


@dataclass(slots=True)
class _Loaded:
    row: PersonRow
    person: Person
    added: bool
    changed: bool


def load_people(loading: Loading) -> None:
    """Load the sheet 人员. Accounts are given up before somebody else takes them."""
    since = loading.start_of(Term)
    everybody = list(
        loading.session.scalars(select(Person).options(selectinload(Person.accounts), selectinload(Person.terms)))
    )
    loading.people = {(person.name, person.unit.name): person for person in everybody}
    own = {row.key for row in loading.workbook.people}
    holders = {(account.platform, account.user_key): person for person in everybody for account in person.accounts}
    loaded = [_load_person(loading, row, _moved(row, holders, own)) for row in loading.workbook.people]
    for item in loaded:
        item.changed |= _give_up_accounts(loading, item)
    loading.session.flush()
    for item in loaded:
        item.changed |= _take_accounts(loading, item) | _succeed_roles(loading, item, since)
        loading.summary.count("人员", item.added, item.changed)
    loading.session.flush()
    _hint_at_the_unreachable(loading, [item.person for item in loaded])


def _load_person(loading: Loading, row: PersonRow, moved: Person | None) -> _Loaded:
    unit = loading.units[row.key[1]]
    person = loading.people.get(row.key) or moved
    added = person is None
    if person is None:
        person = Person(name=row.key[0], unit=unit, title="", mobile="", accounts=[], terms=[])
        loading.session.add(person)
    changed = person.unit is not unit
    if changed:
        person.unit = unit
    loading.people[row.key] = person
    changed |= loading.set(person, row.row, title="职务", mobile="手机")
    return _Loaded(row, person, added, changed)


def _moved(row: PersonRow, holders: dict[tuple[str, str], Person], own: set[tuple[str, str]]) -> Person | None:
    """Return whoever has that name and account at a unit where the workbook no longer lists him."""
    for platform, user_id in row.accounts.items():
        person = holders.get((platform, account_key(platform, user_id)))
        if person and person.name == row.key[0] and (person.name, person.unit.name) not in own:
            return person
    return None


def _give_up_accounts(loading: Loading, item: _Loaded) -> bool:
    """Remove the accounts the workbook no longer gives, on the platforms it has a column for."""
    wanted = {(platform, account_key(platform, user)) for platform, user in item.row.accounts.items()}
    ruled = {platform for column, platform in ACCOUNTS.items() if loading.workbook.has("人员", column)}
    gone = [
        account
        for account in item.person.accounts
        if account.platform in ruled and (account.platform, account.user_key) not in wanted
    ]
    for account in gone:
        item.person.accounts.remove(account)
        loading.session.delete(account)
    return bool(gone)


def _take_accounts(loading: Loading, item: _Loaded) -> bool:
    held = {account.platform: account for account in item.person.accounts}
    changed = False
    for platform, user_id in item.row.accounts.items():
        account = held.get(platform)
        if account is None:
            key = account_key(platform, user_id)
            item.person.accounts.append(Account(platform=platform, user_id=user_id, user_key=key))
            changed = True
        elif account.user_id != user_id:  # other capitals
            account.user_id = user_id
            changed = True
    return changed


def _succeed_roles(loading: Loading, item: _Loaded, since: date) -> bool:
    if not loading.workbook.has("人员", "角色"):
        return False

    def start(role: str) -> None:
        item.person.terms.append(Term(role=role, since=since))

    return loading.succeed(item.person.terms, item.row.row.items("角色"), lambda term: term.role, start)


def _hint_at_the_unreachable(loading: Loading, people: list[Person]) -> None:
    names = [person.name for person in people if not person.accounts]
    if names:
        shown = "、".join(names[:_SHOWN_NAMES]) + ("等" if len(names) > _SHOWN_NAMES else "")
        loading.summary.hints.append(f"提示：{len(names)}人没有企业微信或钉钉账号，收不到消息：{shown}")
