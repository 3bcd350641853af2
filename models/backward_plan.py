"""倒排工期: from the day of completion back through the usual steps, in working days, and what cannot be (DC-08)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from models.actors import Scope
from models.calendar import WorkCalendar
from models.deeds import Deed, may, require
from models.entry import Entry, EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.mechanism import Step
from models.nodes import add, shift
from models.people import Person
from models.periods import shown
from models.project import Node, Project


@dataclass(frozen=True)
class PlannedStep:
    """One step counted back: it takes `workdays`, from the day after `start` to `due`; `node` stands there already."""

    name: str
    workdays: int
    start: date
    due: date
    node: Node | None = None


@dataclass(frozen=True)
class BackwardPlan:
    """The steps from first to last, and what cannot be."""

    finish: date
    steps: list[PlannedStep]
    clashes: list[str]


def count_back(calendar: WorkCalendar, finish: date, steps: Sequence[Step]) -> list[PlannedStep]:
    """Return each step's dates: the last ends on the working day up to `finish`, each ends where the next begins."""
    due = calendar.previous_workday(finish)
    planned: list[PlannedStep] = []
    for step in reversed(steps):
        start = calendar.add_workdays(due, -step.workdays)
        planned.append(PlannedStep(step.name, step.workdays, start, due))
        due = start
    return planned[::-1]


def plan_back(ledger: Ledger, project: Project, finish: date, steps: Sequence[Step] = ()) -> BackwardPlan:
    """Count a project's open steps back from a finish: the pack's usual ones unless others are given.

    What is done already is left out, and so are the steps before construction once it has begun.
    """
    usual = steps or ledger.mechanism.projects.plan
    begun = project.actual_start or project.planned_start
    building = begun is not None and begun <= ledger.today
    done = {node.name for node in project.nodes if node.finished is not None}
    left = [step for step in usual if step.name not in done and not (building and step.permit and not steps)]
    last_done = max((at for at, step in enumerate(usual) if step.name in done), default=-1)
    left = [step for step in left if usual.index(step) > last_done]
    if not left:
        raise Refusal(f"《{project.name}》的各步都已完成，不用再倒排。")
    known = {node.name: node for node in project.nodes}
    planned = [
        PlannedStep(step.name, step.workdays, step.start, step.due, known.get(step.name))
        for step in count_back(ledger.calendar, finish, left)
    ]
    permits = {step.name for step in usual if step.permit}
    return BackwardPlan(finish, planned, _clashes(ledger, project, planned, permits))


def _clashes(ledger: Ledger, project: Project, planned: list[PlannedStep], permits: set[str]) -> list[str]:
    found = []
    start = project.actual_start or project.planned_start
    first = planned[0]
    if first.start < ledger.today:
        late = ledger.calendar.workdays_between(first.start, ledger.today)
        found.append(f"「{first.name}」应从{first.start}开始，已过去{late}个工作日，工期不够")
    works = [step for step in planned if step.name not in permits]
    if start is not None and works and works[0].start < start:
        found.append(f"「{works[0].name}」应从{works[0].start}开始，早于计划开工{start}")
    for before, step in zip([None, *planned], planned, strict=False):
        node = step.node
        if node is not None and node.planned > step.due:
            found.append(f"台账上「{step.name}」是{node.planned}，比倒排的{step.due}晚")
        if before is not None and node is not None and node.planned < before.due:
            found.append(f"台账上「{step.name}」{node.planned}早于前一步「{before.name}」{before.due}")
    return found


def explain(plan: BackwardPlan) -> list[str]:
    """Return the plan in words, last step first, as it was counted."""
    return [f"{step.name}{shown(step.due)}（{step.workdays}个工作日）" for step in reversed(plan.steps)]


def write_plan(ledger: Ledger, project: Project, plan: BackwardPlan, by: Person | None) -> list[Entry]:
    """Put a plan into the ledger: new nodes are added; what stands there, and the finish, only the office moves."""
    require(ledger, by, Deed.PLAN_NODES, Scope(project=project))
    mark, before, moves = ledger.mark(), "", may(ledger, by, Deed.MOVE_NODE)
    for step in plan.steps:
        why = f"倒排工期：{step.name}{step.due}（由竣工{plan.finish}往回推）"
        if step.node is None:
            add(ledger, project, step.name, step.due, by=by, after=before, text=why)
        elif moves and step.node.planned != step.due:
            shift(ledger, project, step.node, step.due, by=by, reason=f"由竣工{plan.finish}往回推")
            step.node.after = before
        before = step.name
    if moves and project.planned_finish != plan.finish:
        _set_finish(ledger, project, plan.finish, by)
    ledger.session.flush()
    return ledger.unsealed[mark:]


def _set_finish(ledger: Ledger, project: Project, finish: date, by: Person | None) -> None:
    before, project.planned_finish = project.planned_finish, finish
    data = {"about": "date", "state": "planned_finish", "before": before.isoformat() if before else None}
    data["after"] = finish.isoformat()
    ledger.record(EntryKind.NOTE, f"计划竣工由{before or '未定'}改为{finish}", person=by, project=project, data=data)
