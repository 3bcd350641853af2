"""Nodes (节点): done with evidence, added, moved by the office, looked ahead at (DC-03, DC-08, JZ-18)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from models.actors import Scope
from models.base import Base
from models.deeds import Deed, require
from models.directory import find_unit
from models.entry import Entry, EntryKind
from models.errors import Refusal, WrongState
from models.ledger import Ledger
from models.people import Person
from models.project import ItemKind, Node, Project
from models.tags import YearlyItem, enlist, yearly_item

_OVER = ("竣工", "完工", "投产", "终止", "取消")


class StageGoal(Base):
    """What a stage of a year is to reach (阶段目标); the nodes up to its date, after the stage before, lead to it."""

    __tablename__ = "stage_goals"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    year: Mapped[int]
    goal: Mapped[str] = mapped_column(String(500))
    due: Mapped[date]


def scope_of(ledger: Ledger, project: Project, node: Node | None = None) -> Scope:
    """Return whom a node concerns: the project, and the department that has the node in hand."""
    unit = find_unit(ledger, node.unit_name) if node and node.unit_name else None
    return Scope(project=project, unit=unit)


def open_nodes(project: Project) -> list[Node]:
    """Return the nodes that are not done, the soonest first."""
    return [node for node in project.nodes if node.finished is None]


def named_nodes(nodes: Sequence[Node], text: str) -> list[Node]:
    """Return the nodes whose names a text holds, whole; else those of whose names it holds the most."""
    whole = [node for node in nodes if node.name in text]
    if whole:
        longer = {node.id for node in whole for other in whole if node.name != other.name and node.name in other.name}
        return [node for node in whole if node.id not in longer]
    shared = {node.id: _shared(node.name, text) for node in nodes}
    best = max(shared.values(), default=0)
    return [node for node in nodes if best >= 2 and shared[node.id] == best]


_EMPTY = re.compile(r"节点|完成|办结|项目|工程|了")


def _shared(name: str, text: str) -> int:
    """Return how many pairs of a text's characters are of a name, in whatever order (审图, 施工图审查)."""
    letters, words = set(_EMPTY.sub("", name)), _EMPTY.sub("", text)
    return 2 * sum(words[at] in letters and words[at + 1] in letters for at in range(len(words) - 1))


def complete(
    ledger: Ledger,
    project: Project,
    node: Node,
    *,
    on: date,
    text: str,
    by: Person | None,
    attachments: Sequence[dict[str, Any]] = (),
) -> Entry:
    """Note that a node is done, with what shows it; reminders that wait for it are cancelled."""
    require(ledger, by, Deed.REPORT_NODE, scope_of(ledger, project, node))
    if node.finished is not None:
        raise WrongState(f"《{project.name}》「{node.name}」{node.finished}已完成，不用再报。")
    if on > ledger.today:
        raise Refusal(f"{on}还没到，请等完成了再报。")
    node.finished = on
    ledger.drop_waiting(duty_key(node))
    data = {"about": "node", "node": node.name, "state": "done", "planned": node.planned.isoformat()}
    data |= {"occurred": on.isoformat(), "period": f"{on:%Y-%m}"}
    return ledger.record(EntryKind.PROGRESS, text, person=by, project=project, data=data, attachments=attachments)


def reopen(ledger: Ledger, project: Project, node: Node, by: Person | None) -> Entry:
    """Take a wrong completion back."""
    require(ledger, by, Deed.REPORT_NODE, scope_of(ledger, project, node))
    if node.finished is None:
        raise WrongState(f"《{project.name}》「{node.name}」本来就没完成，计划{node.planned}。")
    node.finished = None
    return _note(ledger, project, node, by, f"节点「{node.name}」完成有误，改回未完成", "reopened")


def add(
    ledger: Ledger,
    project: Project,
    name: str,
    planned: date,
    *,
    by: Person | None,
    unit_name: str = "",
    after: str = "",
    text: str = "",
) -> Node:
    """Add a node to a project's plan."""
    require(ledger, by, Deed.PLAN_NODES, Scope(project=project))
    if any(node.name == name for node in project.nodes):
        raise Refusal(f"《{project.name}》已有节点「{name}」，要改时间请说「{name}节点改到…」。")
    if after and not any(node.name == after for node in project.nodes):
        raise Refusal(f"《{project.name}》没有节点「{after}」，不能排在它后面。")
    node = Node(project_id=project.id, name=name, planned=planned, unit_name=unit_name, after=after)
    project.nodes.append(node)
    ledger.session.flush()
    _note(ledger, project, node, by, text or f"新增节点「{name}」，计划{planned}", "added")
    return node


def shift(ledger: Ledger, project: Project, node: Node, planned: date, *, by: Person | None, reason: str = "") -> Entry:
    """Move a node to another day: the office's to do, for a unit asks for an extension (ZZ-22)."""
    require(ledger, by, Deed.MOVE_NODE)
    if node.finished is not None:
        raise WrongState(f"《{project.name}》「{node.name}」已完成，不用再改。")
    before, node.planned = node.planned, planned
    ledger.drop_waiting(duty_key(node))
    text = f"节点「{node.name}」由{before}调到{planned}{'：' + reason if reason else ''}"
    return _note(ledger, project, node, by, text, "moved", before=before.isoformat(), reason=reason or None)


def clashes(ledger: Ledger, project: Project) -> list[str]:
    """Return what in a project's plan cannot be: before its predecessor, before the start, after the finish, past."""
    by_name = {node.name: node for node in project.nodes}
    found = []
    for node in open_nodes(project):
        found += node_clashes(ledger, project, node.name, node.planned, by_name.get(node.after))
    return found


def node_clashes(ledger: Ledger, project: Project, name: str, planned: date, before: Node | None) -> list[str]:
    """Return what speaks against one node on one day."""
    start, finish = project.actual_start or project.planned_start, project.planned_finish
    found = []
    if before is not None and before.finished is None and planned < before.planned:
        found.append(f"「{name}」{planned}早于前一个节点「{before.name}」{before.planned}")
    if planned < ledger.today:
        found.append(f"「{name}」{planned}已经过去")
    if start is not None and planned < start and name in _after_start(ledger):
        found.append(f"「{name}」{planned}早于计划开工{start}")
    if finish is not None and planned > finish:
        found.append(f"「{name}」{planned}晚于计划竣工{finish}")
    return found


def _after_start(ledger: Ledger) -> set[str]:
    return {step.name for step in ledger.mechanism.projects.plan if not step.permit}


def coming(ledger: Ledger, days: int, projects: Sequence[Project] | None = None) -> list[tuple[Project, Node]]:
    """Return the open nodes of the next so many days with their projects, the soonest first (JZ-18)."""
    last = ledger.today + timedelta(days=days)
    return planned_between(ledger, ledger.today, last, projects)


def planned_between(
    ledger: Ledger, first: date, last: date, projects: Sequence[Project] | None = None
) -> list[tuple[Project, Node]]:
    """Return the open nodes planned from one day to another, both included."""
    query = (
        select(Project, Node)
        .join(Node, Node.project_id == Project.id)
        .where(Node.finished.is_(None), Node.planned >= first, Node.planned <= last)
        .order_by(Node.planned, Project.code, Node.id)
    )
    if projects is not None:
        query = query.where(Project.id.in_([project.id for project in projects]))
    return [(project, node) for project, node in ledger.session.execute(query)]


def without_nodes(ledger: Ledger) -> list[Project]:
    """Return the projects that have no dated node at all; finished ones need none (DC-03)."""
    query = (
        select(Project)
        .where(Project.id.not_in(select(Node.project_id)), Project.kind == ItemKind.PROJECT.value)
        .order_by(Project.code)
    )
    found = ledger.session.scalars(query)
    return [project for project in found if not any(word in project.stage for word in _OVER)]


def duty_key(node: Node) -> str:
    """Name what a reminder reminds of."""
    return f"node:{node.id}"


# --- goals --------------------------------------------------------------------------------------------------


def set_goal(ledger: Ledger, project: Project, year: int, goal: str, by: Person | None) -> YearlyItem:
    """Say what a project is to reach in a year (年度目标)."""
    require(ledger, by, Deed.PLAN_NODES, Scope(project=project))
    item = yearly_item(ledger, project, year) or enlist(ledger, project, year, by=None)
    item.goal = goal
    data = {"about": "goal", "state": "year", "year": year}
    ledger.record(EntryKind.NOTE, f"{year}年度目标：{goal}", person=by, project=project, data=data)
    return item


def add_stage_goal(ledger: Ledger, project: Project, goal: str, due: date, by: Person | None) -> StageGoal:
    """Say what a stage of the year is to reach, and by when (阶段目标)."""
    require(ledger, by, Deed.PLAN_NODES, Scope(project=project))
    row = StageGoal(project_id=project.id, year=due.year, goal=goal, due=due)
    ledger.session.add(row)
    ledger.session.flush()
    data = {"about": "goal", "state": "stage", "due": due.isoformat()}
    ledger.record(EntryKind.NOTE, f"阶段目标（{due}前）：{goal}", person=by, project=project, data=data)
    return row


def goals_of(ledger: Ledger, project: Project, year: int) -> tuple[str, list[tuple[StageGoal, list[Node]]], list[Node]]:
    """Return a year's goal, each stage goal with the nodes that lead to it, and the nodes under no stage (DC-03)."""
    item = yearly_item(ledger, project, year)
    stages = list(
        ledger.session.scalars(
            select(StageGoal)
            .where(StageGoal.project_id == project.id, StageGoal.year == year)
            .order_by(StageGoal.due, StageGoal.id)
        )
    )
    rest = [node for node in project.nodes if node.planned.year == year]
    told = []
    for stage in stages:
        under = [node for node in rest if node.planned <= stage.due]
        rest = [node for node in rest if node.planned > stage.due]
        told.append((stage, under))
    return item.goal if item else "", told, rest


def _note(
    ledger: Ledger, project: Project, node: Node, by: Person | None, text: str, state: str, **more: object
) -> Entry:
    data = {"about": "node", "node": node.name, "state": state, "planned": node.planned.isoformat(), **more}
    return ledger.record(EntryKind.NOTE, text, person=by, project=project, data=data)
