"""What stands open, told in full: a problem, a task, a notice, a node — who, since when, by when, how it is.

A question may name one by its words alone (打通进厂路的活, 过河那个方案): of all that the asker may see, those are
meant whose words it shares most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.routing import Turn
from handlers.understanding.likeness import most_alike
from handlers.wording import dated
from models import extension, problem, supervision
from models import task as tasks
from models.calendar import SHANGHAI
from models.directory import find_unit, shown_unit
from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.nodes import open_nodes
from models.people import Person, Unit
from models.periods import shown
from models.problem import Problem
from models.project import Node, Part, Project
from models.rights import may_see, sees_all
from models.supervision import SupervisionNotice
from models.task import Task, TaskState
from models.topic import Topic, live_topics
from models.visit import sent_of

_QUOTED = 40


@dataclass(frozen=True)
class Thing:
    """Something open: the words people would know it by, and what is to be told of it."""

    words: str
    line: str


def things_in_words(turn: Turn) -> list[Thing]:
    """Return the open things a question speaks of by their words; of the projects it names, where it names any."""
    named = turn.reading.visible
    if turn.reading.decision.matches and not named:
        return []
    found = list(_things(turn, named or turn.reading.own))
    return most_alike(turn.reading.beside_names, found, lambda thing: thing.words)


def things_of(turn: Turn, projects: Sequence[Project]) -> list[Thing]:
    """Return all that is open on some projects."""
    codes = {project.code for project in projects}
    return [
        *(_of_notice(turn.ledger, one) for one in notices_seen(turn) if one.project.code in codes),
        *(_of_task(turn.ledger, one) for one in tasks_seen(turn) if one.project and one.project.code in codes),
        *(_of_problem(turn.ledger, one) for one in problems_seen(turn) if one.project in codes),
    ]


def _things(turn: Turn, projects: Sequence[Project]) -> Iterator[Thing]:
    ledger, codes = turn.ledger, {project.code for project in turn.reading.visible}
    for notice in notices_seen(turn):
        if not codes or notice.project.code in codes:
            yield _of_notice(ledger, notice)
    for task in tasks_seen(turn):
        if not codes or (task.project and task.project.code in codes):
            yield _of_task(ledger, task)
    for one in problems_seen(turn):
        if not codes or one.project in codes:
            yield _of_problem(ledger, one)
    for project in projects:
        for node in open_nodes(project):
            yield Thing(node.name, node_line(ledger, project, node))
    for topic in live_topics(ledger):
        if sees_all(ledger, turn.person) or topic.project in projects or topic.person_id == turn.person.id:
            yield Thing(topic.text, topic_line(topic))


def notices_seen(turn: Turn) -> list[SupervisionNotice]:
    """Return the open notices the asker may see: addressed to him or his unit, or of his projects."""
    ledger, person = turn.ledger, turn.person
    return [one for one in supervision.open_notices(ledger) if _sees(ledger, person, one)]


def _sees(ledger: Ledger, person: Person, notice: SupervisionNotice) -> bool:
    return person.unit_id == notice.unit_id or may_see(ledger, person, notice.project)


def tasks_seen(turn: Turn) -> list[Task]:
    """Return the live tasks the asker may see: his unit's, or of his projects."""
    ledger, person = turn.ledger, turn.person
    everything = sees_all(ledger, person)
    return [
        one
        for one in tasks.live_tasks(ledger)
        if everything or person.unit_id == one.unit_id or (one.project and may_see(ledger, person, one.project))
    ]


def problems_seen(turn: Turn) -> list[Problem]:
    """Return the open problems the asker may see."""
    ledger, codes = turn.ledger, {project.code for project in turn.reading.own}
    everything = sees_all(ledger, turn.person)
    return [one for one in problem.open_problems(ledger) if everything or one.project in codes]


# --- lines ------------------------------------------------------------------------------------------------


def _of_notice(ledger: Ledger, notice: SupervisionNotice) -> Thing:
    return Thing(notice.matter, notice_line(ledger, notice))


def notice_line(ledger: Ledger, notice: SupervisionNotice) -> str:
    """Tell a notice: the matter, who ordered it, who signed, what is due."""
    told = [issued_and_signed(ledger, notice), notice.label]
    if notice.reply_due and notice.missing:
        told.append(f"{dated(notice.reply_due)}前复函{_late(ledger, notice.reply_due)}")
    told.append(f"{dated(notice.solve_due)}前解决{_late(ledger, notice.solve_due)}")
    told += _extension_words(ledger, "notice", str(notice.id))
    name = f"{notice.handle}（{notice.unit.shown}）《{notice.project.name}》"
    return f"{name}{_short(notice.matter)}：" + "，".join(one for one in told if one)


def issued_and_signed(ledger: Ledger, notice: SupervisionNotice) -> str:
    """Tell who ordered a notice and who signed it, each with the day."""
    issued = f"{shown(notice.issued_at.astimezone(SHANGHAI).date())}{_who_issued(ledger, notice)}下发"
    return f"{issued}，{_who_signed(ledger, notice)}"


def reply_lines(notice: SupervisionNotice) -> list[str]:
    """Tell what the addressee has replied so far."""
    if not notice.reply_lines:
        return []
    return [f"{notice.handle}复函：" + "；".join(f"{name}：{value}" for name, value in notice.reply_lines)]


def _who_issued(ledger: Ledger, notice: SupervisionNotice) -> str:
    entry = _entry_of(ledger, notice, EntryKind.NOTICE_ISSUED)
    return entry.person or "" if entry else ""


def _who_signed(ledger: Ledger, notice: SupervisionNotice) -> str:
    entry = _entry_of(ledger, notice, EntryKind.NOTICE_RECEIVED)
    if entry is None:
        return "还没签收"
    local = entry.time.astimezone(SHANGHAI)
    return f"{shown(local.date())}{local:%H:%M}{entry.person or ''}签收"


def _entry_of(ledger: Ledger, notice: SupervisionNotice, kind: EntryKind) -> Entry | None:
    entries = ledger.entries(project=notice.project.code, kinds=(kind,), limit=50)
    return next((one for one in reversed(entries) if one.data.get("notice") == notice.number), None)


def _of_task(ledger: Ledger, task: Task) -> Thing:
    return Thing(task.requirement, task_line(ledger, task))


def task_line(ledger: Ledger, task: Task) -> str:
    """Tell a task: who gave it when, who sees to it, by when."""
    told = [
        task_given(ledger, task),
        f"{dated(task.due)}前{_late(ledger, task.due)}",
        task.label + ("，待核实" if task.state == TaskState.REPORTED.value else ""),
        *_extension_words(ledger, "task", str(task.id)),
    ]
    return f"{task.number} {task.unit.shown}{task.person_name}：{_short(task.requirement)}，" + "，".join(told)


def task_given(ledger: Ledger, task: Task) -> str:
    """Tell who gave a task and when."""
    giver = ledger.session.get(Person, task.given_by) if task.given_by else None
    return f"{shown(task.given_at.astimezone(SHANGHAI).date())}{giver.name if giver else ''}交办"


def _of_problem(ledger: Ledger, found: Problem) -> Thing:
    return Thing(found.text, problem_line(ledger, found))


def nodes_of_unit(turn: Turn, unit: Unit, projects: Sequence[Project]) -> list[str]:
    """Tell the open nodes a unit is to see to."""
    ledger = turn.ledger
    return [
        node_line(ledger, project, node)
        for project in projects
        for node in open_nodes(project)
        if node.unit_name and find_unit(ledger, node.unit_name) is unit
    ]


def problem_line(ledger: Ledger, found: Problem) -> str:
    """Tell a problem: who told of it when, who sees to it, by when."""
    project = problem.project_of(ledger, found)
    units = "、".join(unit.shown for unit in project.units(Part.RESPONSIBLE_UNIT, ledger.today)) if project else ""
    told = [raised_words(ledger, found), f"{found.unit or found.person or units}负责", found.label]
    if found.due:
        told.append(f"{dated(found.due)}前{_late(ledger, found.due)}")
    name = f"《{project.name}》" if project else ""
    return f"{found.number}{name}{_short(found.text)}：" + "，".join(one for one in told if one)


def raised_words(ledger: Ledger, found: Problem) -> str:
    """Say who told of a problem first and on which day."""
    first = _first_telling(ledger, found)
    when = sent_of(first).astimezone(SHANGHAI).date() if first is not None else found.raised
    return f"{shown(when)}{first.person or '' if first else ''}报的" if when else ""


def _first_telling(ledger: Ledger, found: Problem) -> Entry | None:
    told = ledger.entries(project=found.project, kinds=(EntryKind.PROBLEM,), limit=100)
    return next((one for one in reversed(told) if one.data.get("problem") == found.number), None)


def node_line(ledger: Ledger, project: Project, node: Node) -> str:
    """Tell a node: by when, whose it is."""
    unit = shown_unit(ledger, node.unit_name) if node.unit_name else ""
    state = f"，{dated(node.finished)}完成" if node.finished else _late(ledger, node.planned)
    return f"《{project.name}》{node.name}：计划{dated(node.planned)}{state}" + (f"，{unit}负责" if unit else "")


def topic_line(topic: Topic) -> str:
    """Tell a topic: how it stands, and whether the leader has agreed to it as it is."""
    agreed = "领导已同意，" if topic.agreed == topic.version else ""
    return f"{topic.number} {_short(topic.text)}：{agreed}{topic.label}"


def _late(ledger: Ledger, due: date) -> str:
    late = (ledger.today - due).days
    return f"（超期{late}天）" if late > 0 else ""


def _extension_words(ledger: Ledger, kind: str, key: str) -> list[str]:
    pending = extension.pending_for(ledger, kind, key)
    if pending is not None:
        return [f"申请延到{dated(pending.wanted)}待准：{pending.reason[:20]}"]
    granted = extension.last_granted(ledger, kind, key)
    return [f"已准延到{dated(granted)}"] if granted else []


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _QUOTED else words[: _QUOTED - 1] + "…"
