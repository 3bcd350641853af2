"""What the loaders of the import workbook share: the transaction, the days, setting what changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.workbook.shape import SHEETS, PersonKey, Row, Summary, Tally, Workbook
from models.people import Person, Term, Unit
from models.project import ProjectSeat

K = TypeVar("K", bound=Hashable)


class Dated(Protocol):
    """A row that holds until a local date."""

    until: date | None


D = TypeVar("D", bound=Dated)


class Loading:
    """One import under way. `units` and `people` hold everybody registered, by key, once they are loaded."""

    def __init__(self, session: Session, workbook: Workbook, today: date) -> None:
        self.session = session
        self.workbook = workbook
        self.today = today
        self.summary = Summary({sheet: Tally() for sheet in SHEETS if sheet in workbook.columns})
        self.units: dict[str, Unit] = {}
        self.people: dict[PersonKey, Person] = {}

    def start_of(self, kind: type[Term] | type[ProjectSeat]) -> date:
        """Return from when new rows hold: New Year where there were none before, else today."""
        began = self.session.scalar(select(kind.id).limit(1)) is not None
        return self.today if began else date(self.today.year, 1, 1)

    def set(self, item: object, row: Row, **columns: str) -> bool:
        """Set attributes (attribute=column) from the columns the sheet has; whether anything changed."""
        changed = False
        for attribute, column in columns.items():
            if self.workbook.has(row.sheet, column):
                changed |= set_if_other(item, attribute, row.values[column])
        return changed

    def succeed(
        self, held: Iterable[D], wanted: Iterable[K], key: Callable[[D], K], start: Callable[[K], object]
    ) -> bool:
        """End today what is held and no longer wanted, start what is wanted and not held."""
        held_now = {key(row): row for row in held if row.until is None}
        wanted_now = list(dict.fromkeys(wanted))
        ending = [row for name, row in held_now.items() if name not in wanted_now]
        starting = [name for name in wanted_now if name not in held_now]
        for row in ending:
            row.until = self.today
        for name in starting:
            start(name)
        return bool(ending or starting)


def set_if_other(item: object, attribute: str, value: object) -> bool:
    """Set an attribute and tell whether that changed it, so that unchanged rows stay untouched."""
    if getattr(item, attribute) == value:
        return False
    setattr(item, attribute, value)
    return True
