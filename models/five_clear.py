"""五清 (ZZ-17): whether a project's base, progress, problems, answerability and results are clear from the ledger.

The field map is that of mission 4.2: each of the five is a list of things the ledger must hold, and how to see it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from models.brief import brief_of, fact_names
from models.calendar import local_date
from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.mechanism import Actor
from models.nodes import open_nodes
from models.permit import permits_of
from models.problem import open_problems
from models.project import Part, Project
from models.standing import Standing, standings

_NAMES = ("项目底数清", "进展情况清", "存在问题清", "落实责任清", "解决效果清")
_ENOUGH = 4  # characters that say how something was solved


@dataclass(frozen=True)
class Books:
    """What the ledger holds of one project."""

    ledger: Ledger
    project: Project
    standing: Standing


@dataclass(frozen=True)
class Clear:
    """One of the five: its name and what is missing for it."""

    name: str
    missing: list[str]


Check = Callable[[Books], list[str]]


def five_clear(ledger: Ledger, project: Project) -> list[Clear]:
    """Return the five with what each still misses, under the names of the notice."""
    codes = ledger.mechanism.codes.five_clear
    names = codes.names if codes and len(codes.names) == len(_MAP) else _NAMES
    standing = standings(ledger.session, project.code).get(project.code) or Standing()
    books = Books(ledger, project, standing)
    return [
        Clear(name, [lack for check in checks for lack in check(books)])
        for name, checks in zip(names, _MAP, strict=True)
    ]


def _facts(books: Books) -> list[str]:
    """The five facts of the 说明书; the register of projects knows some of them too."""
    brief = brief_of(books.ledger, books.project)
    given = dict(brief.facts) if brief else {}
    project, today = books.project, books.ledger.today
    registered = {
        "投资主体": bool(project.names(Part.BUILDER, today)),
        "投资额度": project.total_investment is not None,
        "建设地点": project.latitude is not None,
    }
    return [name for name in fact_names(books.ledger) if not given.get(name) and not registered.get(name)]


def _money(books: Books) -> list[str]:
    wanted = {"总投资": books.project.total_investment, "年度计划投资": books.project.annual_investment}
    return [name for name, value in wanted.items() if value is None]


def _permits(books: Books) -> list[str]:
    return [] if permits_of(books.ledger, books.project) else ["手续清单"]


def _progress(books: Books) -> list[str]:
    days = books.ledger.mechanism.projects.progress_days
    latest = books.standing.latest
    if latest is None or latest.day < books.ledger.today - timedelta(days=days):
        return [f"{days}天内的进展"]
    return []


def _month(books: Books) -> list[str]:
    """The investment of this month, or of the last while this one is not over."""
    today = books.ledger.today
    last = today.replace(day=1) - timedelta(days=1)
    figure = books.standing.figures.get("month")
    recent = figure is not None and figure.period in (f"{today:%Y-%m}", f"{last:%Y-%m}")
    return [] if recent else ["本月完成投资"]


def _problems(books: Books) -> list[str]:
    """Every open problem with the date by which it is to be solved."""
    undated = [problem.number for problem in open_problems(books.ledger, books.project) if problem.due is None]
    return [f"{'、'.join(undated)}的解决时限"] if undated else []


def _answerable(books: Books) -> list[str]:
    project, today = books.project, books.ledger.today
    parts = {
        "责任单位": project.names(Part.RESPONSIBLE_UNIT, today),
        books.ledger.mechanism.actor_name(Actor.ASSIGNED_LEADER): project.names(Part.LEADER, today),
        "责任人": [*project.names(Part.UNIT_HEAD, today), *project.names(Part.LIAISON, today)],
    }
    return [name for name, held in parts.items() if not held]


def _dated(books: Books) -> list[str]:
    project = books.project
    finished = project.actual_finish is not None
    return [] if finished or project.planned_finish or open_nodes(project) else ["时限（计划竣工或节点）"]


def _results(books: Books) -> list[str]:
    """Every problem that was closed says how, in words or by a picture."""
    closed = [entry for entry in _resolutions(books) if entry.data.get("state") == "closed"]
    bare = [entry for entry in closed if not entry.attachments and len(entry.text.strip()) < _ENOUGH]
    return [f"{entry.data.get('problem', '')}的销号证据" for entry in bare]


def _overdue(books: Books) -> list[str]:
    late = [
        problem.number
        for problem in open_problems(books.ledger, books.project)
        if problem.due and problem.due < books.ledger.today
    ]
    return [f"{'、'.join(late)}的解决结果"] if late else []


def _resolutions(books: Books) -> list[Entry]:
    kinds = (EntryKind.RESOLUTION,)
    entries = books.ledger.entries(project=books.project.code, kinds=kinds, limit=200)
    year = books.ledger.today.year
    return [entry for entry in entries if local_date(entry.time).year == year]


_MAP: tuple[tuple[Check, ...], ...] = (
    (_facts, _money, _permits),
    (_progress, _month),
    (_problems,),
    (_answerable, _dated),
    (_results, _overdue),
)
