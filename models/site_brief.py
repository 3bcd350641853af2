"""What somebody should know before he goes to a site (★5): his promises, what is open, what is due, whom to call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from models import supervision
from models import task as tasks
from models.ledger import Ledger
from models.people import Person
from models.periods import shown
from models.problem import Problem, open_problems
from models.project import Part, Project
from models.supervision import SupervisionNotice
from models.task import Task, TaskState

_WIDTH = 24
_BRIEFLY = 10  # what stands in another line in full
_CALLED = ((Part.LIAISON, "联络员"), (Part.UNIT_HEAD, "责任人"))


@dataclass(frozen=True)
class Contact:
    """Somebody in charge; `mobile` is empty where none is registered."""

    label: str
    name: str
    mobile: str


@dataclass(frozen=True)
class SiteBrief:
    """One project as one person should know it, each matter in a few words."""

    promised: list[str]
    open: list[str]
    due: list[str]
    leaders: list[str]
    contacts: list[Contact]


def site_brief(ledger: Ledger, person: Person, project: Project) -> SiteBrief:
    """Return the brief; whether the person may see the project is the caller's to ask."""
    given = tasks.live_tasks(ledger, project_id=project.id)
    problems = open_problems(ledger, project)
    notices = [notice for notice in supervision.open_notices(ledger) if notice.project_id == project.id]
    return SiteBrief(
        promised=_promised(ledger, person, given, problems, notices),
        open=_open(given, problems, notices),
        due=_due(ledger, project, given, problems, notices),
        leaders=project.names(Part.LEADER, ledger.today),
        contacts=_contacts(ledger, project),
    )


def _promised(
    ledger: Ledger, person: Person, given: list[Task], problems: list[Problem], notices: list[SupervisionNotice]
) -> list[str]:
    """Return what he, or his unit through him, has taken on and not yet done."""
    mine = [f"{_cut(task.requirement)}，{shown(task.due)}前" for task in given if _is_mine(task, person)]
    mine += [f"盯办{one.number} {one.short}{_by(one.due)}" for one in problems if one.person == person.name]
    return mine + [
        f"{notice.handle}{_cut(notice.matter)}，{shown(notice.solve_due)}前"
        for notice in notices
        if supervision.is_addressee(ledger, notice, person)
    ]


def _is_mine(task: Task, person: Person) -> bool:
    meant = person.id == task.person_id if task.person_id else person.unit_id == task.unit_id
    return meant and task.state == TaskState.OPEN.value


def _open(given: list[Task], problems: list[Problem], notices: list[SupervisionNotice]) -> list[str]:
    lines = [f"{one.number} {one.short}{_by(one.due)}" for one in problems]
    lines += [f"{notice.handle}（{notice.unit.shown}）{notice.label}" for notice in notices]
    return lines + [f"{task.number} {task.unit.shown}：{_cut(task.requirement)}" for task in given]


def _due(
    ledger: Ledger, project: Project, given: list[Task], problems: list[Problem], notices: list[SupervisionNotice]
) -> list[str]:
    """Return what is late or due by Sunday, the oldest first."""
    dated: list[tuple[date | None, str]] = [(node.planned, node.name) for node in project.nodes if not node.finished]
    dated += [(task.due, f"{task.number} {_cut(task.requirement, _BRIEFLY)}") for task in given]
    dated += [(one.due, f"{one.number} {_cut(one.text, _BRIEFLY)}") for one in problems]
    dated += [(notice.reply_due, f"{notice.handle}复函") for notice in notices if notice.missing]
    dated += [(notice.solve_due, f"{notice.handle}解决") for notice in notices]
    return [_when(ledger, day, what) for day, what in _this_week(ledger, dated)]


def _this_week(ledger: Ledger, dated: Iterable[tuple[date | None, str]]) -> list[tuple[date, str]]:
    sunday = ledger.today + timedelta(days=6 - ledger.today.weekday())
    return sorted((day, what) for day, what in dated if day is not None and day <= sunday)


def _when(ledger: Ledger, day: date, what: str) -> str:
    return f"{what}，{shown(day)}{'已超期' if day < ledger.today else '到期'}"


def _contacts(ledger: Ledger, project: Project) -> list[Contact]:
    """Return whom to call, each once: who does the work of the project first."""
    found = {
        person.id: Contact(label, person.name, person.mobile)
        for part, label in reversed(_CALLED)
        for person in project.people(part, ledger.today)
    }
    return sorted(found.values(), key=lambda contact: [label for _, label in _CALLED].index(contact.label))


def _by(day: date | None) -> str:
    return f"，{shown(day)}前" if day else ""


def _cut(text: str, width: int = _WIDTH) -> str:
    words = " ".join(text.split())
    return words if len(words) <= width else words[: width - 1] + "…"
