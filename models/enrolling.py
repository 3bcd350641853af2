"""Registering one person, or a role from one day to another, outside the import workbook."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select

from models.deeds import Deed, require
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.people import Account, Person, Role, Term, Unit, account_key
from models.ranks import RANKS


def enrol(
    ledger: Ledger,
    name: str,
    unit: Unit,
    title: str,
    roles: Iterable[Role],
    mobile: str,
    rank: str,
    accounts: Mapping[str, str],
    by: Person | None,
) -> Person:
    """Register somebody with roles from today and accounts by platform. Raises Refusal where one is taken."""
    require(ledger, by, Deed.MANAGE_PEOPLE)
    taken = select(Person.id).where(Person.name == name, Person.unit_id == unit.id)
    if ledger.session.scalar(taken) is not None:
        raise Refusal(f"{unit.shown}已经登记过{name}。")
    if rank and rank not in RANKS:
        raise Refusal(f"职级只能是：{'、'.join(RANKS)}。")
    person = Person(name=name, unit_id=unit.id, title=title, mobile=mobile, rank=rank)
    ledger.session.add(person)
    ledger.session.flush()
    for platform, user_id in accounts.items():
        if not user_id:
            continue
        if ledger.person_by_account(platform, user_id) is not None:
            raise Refusal(f"账号「{user_id}」已经是别人的，请核对。")
        key = account_key(platform, user_id)
        ledger.session.add(Account(person_id=person.id, platform=platform, user_id=user_id, user_key=key))
    for role in roles:
        ledger.session.add(Term(person_id=person.id, role=role.value, since=ledger.today))
    ledger.session.flush()
    ledger.record(
        EntryKind.NOTE,
        f"登记{unit.shown}{name}",
        person=by,
        data={"about": "extension", "state": "enrolled", "person": name, "unit": unit.shown},
    )
    return person


def give_role(ledger: Ledger, person: Person, role: Role, since: date, by: Person | None, *, end: bool) -> None:
    """Let a role begin, or end, on a local date."""
    require(ledger, by, Deed.MANAGE_PEOPLE)
    held = [
        term
        for term in ledger.session.scalars(select(Term).where(Term.person_id == person.id, Term.role == role.value))
        if term.until is None or term.until > since
    ]
    if end:
        if not held:
            raise Refusal(f"{person.name}没有「{role.value}」这个角色。")
        for term in held:
            term.until = max(since, term.since)
    elif not held:
        ledger.session.add(Term(person_id=person.id, role=role.value, since=since))
    ledger.session.flush()
    ledger.session.expire_all()
    ledger.record(
        EntryKind.NOTE,
        f"{person.name}{'不再' if end else ''}任{role.value}，{since}起",
        person=by,
        data={
            "about": "extension",
            "state": "role_ended" if end else "role",
            "person": person.name,
            "role": role.value,
        },
    )
