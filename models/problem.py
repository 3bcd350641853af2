"""Problems (存在问题) as the ledger's entries tell them: open until somebody entitled closes them (ZZ-20)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.project import Project


@dataclass(frozen=True)
class Problem:
    """One problem as its standing entry has it."""

    number: str
    project: str
    category: str
    text: str
    due: date | None

    @property
    def short(self) -> str:
        """Its words, cut to what fits a line."""
        words = " ".join(self.text.split())
        return words if len(words) <= 24 else words[:23] + "…"


def open_problems(ledger: Ledger, project: Project | None = None) -> list[Problem]:
    """Return the problems that are not closed, newest first."""
    entries = ledger.entries(
        project=project.code if project else None,
        kinds=(EntryKind.PROBLEM, EntryKind.RESOLUTION),
        limit=500,
    )
    latest: dict[str, Entry] = {}
    for entry in entries:
        latest.setdefault(entry.data.get("problem", ""), entry)
    return [_problem(entry) for entry in latest.values() if entry.data.get("state") != "closed"]


def next_problem_number(ledger: Ledger) -> str:
    """Return the next number in the county's form (ISS-34)."""
    numbers = ledger.session.scalars(select(Entry.data).where(Entry.kind == EntryKind.PROBLEM.value))
    highest = max((_serial(str(data.get("problem", ""))) for data in numbers), default=0)
    highest = max([highest, *(_serial(str(entry.data.get("problem", ""))) for entry in ledger.unsealed)])
    return ledger.mechanism.numbering.problem.format(n=highest + 1, year=ledger.today.year)


def _serial(number: str) -> int:
    found = re.search(r"(\d+)$", number)
    return int(found[1]) if found else 0


def _problem(entry: Entry) -> Problem:
    due = entry.data.get("due")
    return Problem(
        entry.data.get("problem", ""),
        entry.project or "",
        entry.data.get("category", ""),
        entry.text,
        date.fromisoformat(due) if due else None,
    )
