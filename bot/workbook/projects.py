"""Loads the sheets 专班, 项目, 节点 and 群聊."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.workbook.loading import Loading, set_if_other
from bot.workbook.shape import PLATFORMS, NodeRow, ProjectRow, Row, Seat, TaskforceRow
from models.project import Group, ItemKind, Node, Part, Project, ProjectAlias, ProjectSeat, Taskforce, TaskforceUnit

_PART_COLUMNS = {
    Part.LEADER: "分包领导",
    Part.RESPONSIBLE_UNIT: "责任单位",
    Part.UNIT_HEAD: "责任单位责任人",
    Part.BUILDER: "建设单位",
    Part.BUILDER_HEAD: "建设单位责任人",
    Part.PARTNER: "配合单位",
    Part.DISCIPLINE: "派驻纪检监察员",
    Part.LIAISON: "联络员",
}


def load_taskforces(loading: Loading) -> None:
    """Load the sheet 专班."""
    known = {item.name: item for item in loading.session.scalars(select(Taskforce))}
    for row in loading.workbook.taskforces:
        _load_taskforce(loading, row, known)


def _load_taskforce(loading: Loading, row: TaskforceRow, known: dict[str, Taskforce]) -> None:
    name = row.row.text("名称")
    taskforce = known.get(name)
    added = taskforce is None
    if taskforce is None:
        taskforce = Taskforce(name=name, leader_name="", seats=[])
        loading.session.add(taskforce)
    changed = False
    if loading.workbook.has("专班", "牵头领导"):
        leader = loading.people[row.leader] if row.leader else None
        changed |= set_if_other(taskforce, "leader", leader)
        changed |= set_if_other(taskforce, "leader_name", leader.name if leader else "")
    changed |= _seat_units(loading, taskforce, "牵头单位", row.lead_units, lead=True)
    changed |= _seat_units(loading, taskforce, "配合部门", row.support_units, lead=False)
    loading.summary.count("专班", added, changed)


def _seat_units(loading: Loading, taskforce: Taskforce, column: str, wanted: Iterable[str], *, lead: bool) -> bool:
    """Seat the units anew when they or their order changed: the first leading unit reports."""
    units = [loading.units[name] for name in wanted]
    held = [seat for seat in taskforce.seats if seat.lead == lead]
    if not loading.workbook.has("专班", column) or [seat.unit for seat in held] == units:
        return False
    for seat in held:
        taskforce.seats.remove(seat)
        loading.session.delete(seat)
    loading.session.flush()
    taskforce.seats.extend(TaskforceUnit(unit=unit, lead=lead) for unit in units)
    return True


def load_projects(loading: Loading) -> None:
    """Load the sheet 项目."""
    since = loading.start_of(ProjectSeat)
    known = {
        item.code: item
        for item in loading.session.scalars(
            select(Project).options(selectinload(Project.aliases), selectinload(Project.nodes))
        )
    }
    taskforces = {item.name: item for item in loading.session.scalars(select(Taskforce))}
    for row in loading.workbook.projects:
        project = known.get(row.row.text("编号"))
        added = project is None
        if project is None:
            project = Project(code=row.row.text("编号"), name="", category="", stage="", datum="gcj02")
            project.aliases, project.seats, project.nodes = [], [], []
            loading.session.add(project)
        changed = _set_project(loading, project, row.row)
        if loading.workbook.has("项目", "专班"):
            changed |= set_if_other(project, "taskforce", taskforces.get(row.row.text("专班")))
        changed |= _succeed_seats(loading, project, row, since)
        loading.summary.count("项目", added, changed)


def _set_project(loading: Loading, project: Project, row: Row) -> bool:
    changed = loading.set(project, row, name="名称", category="类别", stage="阶段")
    changed |= loading.set(project, row, total_investment="总投资", annual_investment="年度计划投资")
    changed |= loading.set(project, row, latitude="纬度", longitude="经度")
    changed |= loading.set(project, row, planned_start="计划开工", planned_finish="计划竣工")
    changed |= loading.set(project, row, batch="批次", board="板块")
    if loading.workbook.has("项目", "类型"):
        changed |= set_if_other(project, "kind", row.text("类型") or ItemKind.PROJECT.value)
    if loading.workbook.has("项目", "坐标系"):
        changed |= set_if_other(project, "datum", row.text("坐标系") or "gcj02")
    if loading.workbook.has("项目", "别名"):
        changed |= _set_aliases(loading, project, row.items("别名"))
    return changed


def _set_aliases(loading: Loading, project: Project, wanted: tuple[str, ...]) -> bool:
    held = {alias.alias: alias for alias in project.aliases}
    for name in held.keys() - set(wanted):
        project.aliases.remove(held[name])
        loading.session.delete(held[name])
    new = [name for name in wanted if name not in held]
    project.aliases.extend(ProjectAlias(alias=name) for name in new)
    return bool(new) or bool(held.keys() - set(wanted))


def _succeed_seats(loading: Loading, project: Project, row: ProjectRow, since: date) -> bool:
    """Let new holders succeed old ones, in the parts the sheet has a column for."""
    ruled = {part for part, column in _PART_COLUMNS.items() if loading.workbook.has("项目", column)}
    held = [seat for seat in project.seats if Part(seat.part) in ruled]

    def start(seat: Seat) -> None:
        project.seats.append(
            ProjectSeat(
                part=seat.part.value,
                name=seat.name,
                person=loading.people[seat.person] if seat.person else None,
                unit=loading.units[seat.unit] if seat.unit else None,
                since=since,
            )
        )

    return loading.succeed(held, row.seats, _seat_of, start)


def _seat_of(row: ProjectSeat) -> Seat:
    """Return a seat held, in the workbook's shape."""
    person = (row.person.name, row.person.unit.name) if row.person else None
    return Seat(Part(row.part), row.name, person, row.unit.name if row.unit else None)


def load_nodes(loading: Loading) -> None:
    """Load the sheet 节点."""
    projects = {item.code: item for item in loading.session.scalars(select(Project))}
    for row in loading.workbook.nodes:
        _load_node(loading, row, projects[row.row.text("项目编号")])


def _load_node(loading: Loading, row: NodeRow, project: Project) -> None:
    name, planned = row.row.text("节点"), row.row.day("计划完成")
    node = next((node for node in project.nodes if node.name == name), None)
    added = node is None
    if node is None:
        node = Node(name=name, planned=planned, unit_name="")
        project.nodes.append(node)
    changed = set_if_other(node, "planned", planned)
    if loading.workbook.has("节点", "责任单位"):
        changed |= set_if_other(node, "unit_name", row.unit_name)
    loading.summary.count("节点", added, changed)


def load_groups(loading: Loading) -> None:
    """Load the sheet 群聊."""
    known = {group.name: group for group in loading.session.scalars(select(Group))}
    for row in loading.workbook.groups:
        group = known.get(row.text("名称"))
        added = group is None
        if group is None:
            group = Group(name=row.text("名称"), secret="", purpose="")
            group.platform, group.method, group.target = "", "", ""
            loading.session.add(group)
        changed = set_if_other(group, "platform", PLATFORMS[row.text("平台")])
        changed |= loading.set(group, row, method="方式", target="标识", purpose="用途")
        changed |= loading.set(group, row, secret="密钥")  # noqa: S106 - the name of a column
        loading.summary.count("群聊", added, changed)
