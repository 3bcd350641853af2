"""When somebody takes over: the brief on the day it holds; vacancies to the office once (JZ-07, DC-05)."""

from __future__ import annotations

import hashlib

from sqlalchemy import select

from models import succession
from models.clue import forget_words
from models.ledger import Ledger
from models.mechanism import Mechanism
from models.notices import PostsVacant, SuccessionBrief
from models.planned_reminder import once
from models.project import Part, Project, Taskforce
from scheduler.speaking import may_remind

_PROMISES = 10


def succession_reminders(ledger: Ledger) -> None:
    """Give each successor what is open, on the day his part begins; task forces of who left lose their leader."""
    if not may_remind(ledger):
        return
    for change in succession.due_successions(ledger):
        change.told_at = ledger.now
        for taskforce in ledger.session.scalars(select(Taskforce).where(Taskforce.id.in_(change.taskforces))):
            taskforce.leader = None
        if change.successor is not None:
            _brief(ledger, change)


def _brief(ledger: Ledger, change: succession.Succession) -> None:
    projects = ledger.session.scalars(select(Project).where(Project.id.in_(change.projects)).order_by(Project.id)).all()
    promises = []
    for project in projects:
        open_now = succession.open_promises(ledger, project)
        promises += [f"{project.name}：{line}" for line in open_now]
    words = SuccessionBrief(
        part=succession.PART_NAMES[Part(change.part)],
        predecessor=change.from_name,
        since=change.since,
        projects=[f"《{project.name}》" for project in projects],
        promises=promises[:_PROMISES],
    )
    assert change.successor is not None
    ledger.say(words, to=change.successor, key=f"succession:{change.id}")


def vacancy_alarm(ledger: Ledger) -> None:
    """Tell the office once what its register of leaders lacks; a lasting vacancy stays in its to-do."""
    if not may_remind(ledger):
        return
    if not once(ledger, "leaders", f"{ledger.today:%Y-%m}", succession.register_mark(ledger)):
        return
    lines = succession.alarms(ledger)
    if not lines:
        ledger.drop_waiting("leaders")
        return
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    words = PostsVacant(lines, _ground(ledger.mechanism))
    ledger.say_to_office(words, key=f"leaders:{ledger.today:%Y-%m}:{digest}", duty="leaders")


def _ground(mechanism: Mechanism) -> str:
    cited = next((clause for clause in ("DC-05", "ZZ-11", "JZ-07") if clause in mechanism.clauses), None)
    return mechanism.basis(cited) if cited else mechanism.source


def blank_clues(ledger: Ledger) -> None:
    """Blank what was said of clues once it has left the house (DC-35)."""
    forget_words(ledger)
