"""Which unit a problem usually goes to, and what was sent to a unit (DC-36: 施工环境 to the police)."""

from __future__ import annotations

from collections.abc import Sequence

from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.mechanism import Code
from models.people import Person, Unit
from models.problem import Problem, open_problems
from models.project import Project
from models.unit_names import unit_named


def usual_route(ledger: Ledger, category: str) -> str:
    """Return the unit that usually solves such problems, as the pack's code list has it."""

    def look(codes: Sequence[Code], names: list[str]) -> str:
        for code in codes:
            if names and code.name == names[0]:
                return look(code.children, names[1:]) or code.route or ""
        return ""

    return look(ledger.mechanism.codes.problem_categories.items, category.split("/"))


def route_unit(ledger: Ledger, category: str) -> Unit | None:
    """Return that unit where it is registered."""
    words = usual_route(ledger, category)
    return unit_named(ledger, words) or unit_named(ledger, words.removeprefix("县").removeprefix("市"))


def send_to(ledger: Ledger, problem: Problem, project: Project, unit: Unit, by: Person | None) -> None:
    """转办: note that a unit is asked to solve a problem."""
    if any(sent == problem.number for sent, held in _sent(ledger) if held == unit.shown):
        raise Refusal(f"{problem.number}已经转{unit.shown}了。")
    ledger.record(
        EntryKind.NOTE,
        f"{problem.number}转{unit.shown}办理",
        person=by,
        project=project,
        data={"about": "extension", "state": "routed", "problem": problem.number, "unit": unit.shown},
    )


def sent_to(ledger: Ledger, unit: Unit) -> list[Problem]:
    """Return the open problems a unit was asked to solve."""
    numbers = {number for number, held in _sent(ledger) if held == unit.shown}
    return [problem for problem in open_problems(ledger) if problem.number in numbers] if numbers else []


def _sent(ledger: Ledger) -> list[tuple[str, str]]:
    return [
        (str(entry.data.get("problem", "")), str(entry.data.get("unit", "")))
        for entry in ledger.entries(kinds=(EntryKind.NOTE,), limit=1000)
        if entry.data.get("state") == "routed"
    ]
