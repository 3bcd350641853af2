"""Planning one day for 52, 3,000 and 300,000 projects: the tick's cost against what is due, and against what exists.

Three days, each planned again and again in a transaction that is rolled back: a day on which nothing is due; a day on
which 52 nodes and 52 tasks reach a rung, the same 52 however many projects there are; and the reminder day of a duty
that every project owes and all but 52 have paid.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from benchmarks.figures import Report, median_of, ratio_of, spread
from benchmarks.servers import workshop
from bot.database import Database
from bot.schema import install
from models.calendar import SHANGHAI, WorkCalendar
from models.duties import Payment
from models.ledger import County, Ledger
from models.mechanism import load_mechanism
from models.people import Person, Role, Term, Unit
from models.project import Node, Part, Project, ProjectSeat
from models.task import Task, TaskSource, TaskState
from models.trays import Outgoing
from scheduler import plan_the_day
from scheduler.inspections import inspection_drafts
from scheduler.people import vacancy_alarm

SIZES = (52, 3_000, 300_000)
DUE = 52
_ROUNDS = 7
_BATCH = 20_000
_SINCE = date(2026, 1, 1)
QUIET, DATED, OWED = "2026-03-10", "2026-03-17", "2026-03-19"
"""A Tuesday, the Tuesday a week before the nodes, and the Thursday on which the week's visits are told of."""
_NODES_DUE = date(2026, 3, 24)
_TASKS_DUE = date(2026, 3, 18)


@dataclass(frozen=True)
class Town:
    """A database with so many projects, and the county it belongs to."""

    size: int
    database: Database
    county: County

    def prepare(self, day: str) -> None:
        """Do what is done once a period and is not measured: the month's look at the register, drafts of papers."""
        now = datetime.fromisoformat(f"{day} 09:00").replace(tzinfo=SHANGHAI)
        with Session(self.database.engine) as session:
            ledger = Ledger(session, now, self.county)
            vacancy_alarm(ledger)
            inspection_drafts(ledger)
            session.commit()

    def plan(self, day: str) -> dict[str, float]:
        """Plan a day and take it back; return milliseconds and how many reminders it would have said."""
        now = datetime.fromisoformat(f"{day} 09:00").replace(tzinfo=SHANGHAI)
        with Session(self.database.engine) as session:
            before = time.perf_counter()
            plan_the_day(Ledger(session, now, self.county))
            session.flush()
            seconds = time.perf_counter() - before
            said = session.scalar(select(func.count()).select_from(Outgoing)) or 0
            session.rollback()
        return {"ms": seconds * 1e3, "said": float(said)}


def measure() -> Report:
    """Plan each day in each town, turn by turn."""
    report = Report("planning", "one day's tick, in ms; ratio to 52 projects within the same round")
    with workshop() as folder:
        towns = [_build(folder / f"{size}.db", size) for size in SIZES]
        for name, day in (("nothing is due", QUIET), (f"{DUE} of them due", DATED), ("all but 52 have paid", OWED)):
            rounds: dict[int, list[dict[str, float]]] = {town.size: [] for town in towns}
            for town in towns:
                town.prepare(day)
            for _ in range(_ROUNDS):
                for town in towns:
                    rounds[town.size].append(town.plan(day))
            for town in towns:
                mine = rounds[town.size]
                report.add(
                    day=name,
                    projects=town.size,
                    reminders=int(median_of(mine, "said")),
                    ms=median_of(mine, "ms"),
                    ratio=spread(ratio_of(mine, rounds[SIZES[0]], "ms")),
                )
        for town in towns:
            town.database.close()
    return report


def _build(path: Path, size: int) -> Town:
    mechanism = load_mechanism("dancheng")
    database = Database(f"sqlite:///{path}")
    install(database, mechanism, _SINCE)
    database.write(lambda session: _fill(session, size))
    return Town(size, database, County(mechanism, WorkCalendar()))


def _fill(session: Session, size: int) -> None:
    session.execute(insert(Unit), [{"id": 1, "name": "平澜县住房和城乡建设局", "short_name": "住建局"}])
    people = [{"id": number, "name": f"领导{number}", "unit_id": 1} for number in range(1, 61)]
    session.execute(insert(Person), people)
    session.execute(insert(Term), [{"person_id": 60, "role": Role.LIAISON.value, "since": _SINCE}])
    for rows, table in (
        (_projects(size), Project),
        (_seats(size), ProjectSeat),
        (_nodes(size), Node),
        (_payments(size), Payment),
        (_tasks(), Task),
    ):
        _bulk(session, table, rows)


def _bulk(session: Session, table: type, rows: Iterator[dict[str, object]]) -> None:
    batch: list[dict[str, object]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            session.execute(insert(table), batch)
            batch = []
    if batch:
        session.execute(insert(table), batch)


def _projects(size: int) -> Iterator[dict[str, object]]:
    for number in range(1, size + 1):
        yield {"id": number, "code": f"B{number:06d}", "name": f"第{number}号工程", "stage": "在建"}


def _seats(size: int) -> Iterator[dict[str, object]]:
    for number in range(1, size + 1):
        leader = number % 59 + 1
        yield {
            "project_id": number,
            "part": Part.LEADER.value,
            "name": f"领导{leader}",
            "person_id": leader,
            "unit_id": None,
            "since": _SINCE,
        }
        yield {
            "project_id": number,
            "part": Part.RESPONSIBLE_UNIT.value,
            "name": "住建局",
            "person_id": None,
            "unit_id": 1,
            "since": _SINCE,
        }


def _nodes(size: int) -> Iterator[dict[str, object]]:
    """Yield a node for each project: the first 52 due soon, the rest spread over the other half of the year."""
    for number in range(1, size + 1):
        far = date(2026, 7, 1) + timedelta(days=number % 180)
        yield {"project_id": number, "name": "主体封顶", "planned": _NODES_DUE if number <= DUE else far}


def _payments(size: int) -> Iterator[dict[str, object]]:
    paid_at = datetime(2026, 3, 16, 10, tzinfo=SHANGHAI)
    for number in range(DUE + 1, size + 1):
        for duty in ("dc.weekly-leader", "dc.weekly-unit"):
            yield {
                "duty": duty,
                "period": "2026-W12",
                "subject": f"project:{number}",
                "occurred": paid_at.date(),
                "paid_at": paid_at,
            }


def _tasks() -> Iterator[dict[str, object]]:
    for number in range(1, DUE + 1):
        yield {
            "number": f"JB-{number}",
            "source": TaskSource.MEETING.value,
            "project_id": number,
            "unit_id": 1,
            "person_id": number,
            "person_name": f"领导{number}",
            "requirement": "打通便道",
            "due": _TASKS_DUE,
            "state": TaskState.OPEN.value,
            "given_at": datetime(2026, 3, 2, 9, tzinfo=SHANGHAI),
        }
