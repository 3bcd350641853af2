"""Loading an import workbook: all rows or none, safe to repeat.

Rows are found again by key: unit, task force and group by 名称; person by 姓名 and 单位; project by 编号;
node by 节点 within its project. Whoever gives up a seat or a role keeps its row with an end, so that old papers
keep old names. What the workbook does not hold stays as it is.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database import Database
from bot.workbook.checks import read_workbook
from bot.workbook.loading import Loading
from bot.workbook.people import load_people, load_units
from bot.workbook.projects import load_groups, load_nodes, load_projects, load_taskforces
from bot.workbook.shape import Fault, ImportFaults, Known, Summary, Workbook
from bot.workbook.template import write_template
from models.ledger import get_setting, put_setting
from models.people import Account, Person, Unit
from models.project import Project, Taskforce

__all__ = [
    "Fault",
    "ImportFaults",
    "Known",
    "Summary",
    "Workbook",
    "apply",
    "import_file",
    "known_names",
    "read_workbook",
    "write_template",
]

NAMES = "names"
"""The house setting that tells whoever caches names that there are new ones: `{"version": n}`."""

log = structlog.get_logger(__name__)


def import_file(database: Database, path: Path, today: date) -> Summary:
    """Read, check and load a workbook; raise :class:`ImportFaults` and change nothing when it has faults."""
    workbook = read_workbook(path, database.read(known_names))
    return database.write(lambda session: apply(session, workbook, today))


def known_names(session: Session) -> Known:
    """Return what the database has that a workbook may refer to or clash with."""
    people = {person.id: (person.name, person.unit.name) for person in session.scalars(select(Person))}
    accounts = session.execute(select(Account.platform, Account.user_key, Account.person_id))
    return Known(
        units={unit.name: unit.short_name for unit in session.scalars(select(Unit))},
        people=frozenset(people.values()),
        accounts={(platform, key): people[holder] for platform, key, holder in accounts},
        taskforces=frozenset(session.scalars(select(Taskforce.name))),
        projects=frozenset(session.scalars(select(Project.code))),
    )


def apply(session: Session, workbook: Workbook, today: date) -> Summary:
    """Load a checked workbook within the caller's transaction.

    `today` is a local date. Seats and roles of the first import hold from New Year, later ones from today.
    """
    settled = get_setting(session, NAMES)
    loading = Loading(session, workbook, today)
    for load in (load_units, load_people, load_taskforces, load_projects, load_nodes, load_groups):
        load(loading)
        session.flush()
    put_setting(session, NAMES, {"version": (settled or {}).get("version", 0) + 1})
    session.flush()
    log.info("import.applied", rows=loading.summary.rows)
    return loading.summary
