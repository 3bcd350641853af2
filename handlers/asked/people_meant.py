"""Whom a question means: a full name, or surname and post (何局, 农业局田局长), within the unit that is named."""

from __future__ import annotations

from sqlalchemy import select

from handlers.understanding.people import called_by_post, is_called
from models.directory import people_in, unit_in
from models.ledger import Ledger
from models.people import Person


def people_meant(ledger: Ledger, text: str) -> list[Person]:
    """Return the registered people a text may mean, those of the unit it names where it names one."""
    named = people_in(ledger, text)
    if named:
        return named
    found: list[Person] = []
    for words in called_by_post(text):
        everybody = ledger.session.scalars(select(Person).where(Person.name.startswith(words[0])).order_by(Person.id))
        found += [person for person in everybody if is_called(words, person.name, person.title)]
    unit = unit_in(ledger, text)
    of_unit = [person for person in found if unit is not None and person.unit_id == unit.id]
    return of_unit or found
