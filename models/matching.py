"""Matching of banks, government and enterprises (银政企对接, DC-26): held when needed, kept with what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models.deeds import Deed, require
from models.duties import pay
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.people import Person
from models.project import Project


def record_matching(
    ledger: Ledger, name: str, day: date, projects: Sequence[Project], result: str, by: Person | None
) -> int:
    """Record one matching for each project; the county's duty to hold them is paid once. Return how many projects."""
    require(ledger, by, Deed.SUPPLY_FACTOR)
    if day > ledger.today:
        raise Refusal("对接会还没开，开过再登记结果。")
    duty = next((one.id for one in ledger.mechanism.obligations if one.id.endswith(".finance-matching")), None)
    for number, project in enumerate(projects):
        entry = ledger.record(
            EntryKind.DECISION,
            result,
            person=by,
            project=project,
            data={"about": "extension", "state": "matching", "meeting": name, "occurred": day.isoformat()},
        )
        if duty is not None and number == 0:
            pay(ledger, entry, person=by, occurred=day, duty=duty, period=day.isoformat(), subject="area")
    return len(projects)
