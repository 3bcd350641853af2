"""Who is who, asked in free words: a person, a unit, a task force, an enterprise — with what they have in hand."""

from __future__ import annotations

import re

from sqlalchemy import select

from handlers.asked.county import taskforce_named
from handlers.asked.people_meant import people_meant
from handlers.asked.things import nodes_of_unit, notice_line, notices_seen, reply_lines, task_line, tasks_seen
from handlers.routing import Router, Turn
from handlers.understanding.likeness import likeness
from handlers.understanding.refs import find_notice_ref
from handlers.understanding.wondering import wonders
from handlers.wording import five, some
from models.directory import unit_in
from models.message import Kind
from models.notices import Answer
from models.people import Person, Role, Unit
from models.project import Part, Project, ProjectSeat, Taskforce, held_on
from models.rights import may_see, own_projects, projects_of_unit, sees_all

router = Router()
_OF_SOMEBODY = re.compile(
    r"电话|手机|号码?|联系|找|是谁|干啥|干什么|职务|哪个?(?:单位|局)|(?:管|包|分包|负责)|还是(?:旁人|别人)|叫啥|姓啥|谁[^，。]{0,4}联络"
)
_WHO = re.compile(
    r"电话|号码?|手机|联系|对接|联络|一把手|负责人|局长|主任|老总|老板|经理|当家|管事|叫啥|姓啥|谁|哪个|哪位|登记的"
)
_OUR = re.compile(r"(?:我|俺|咱)们?[\u4e00-\u9fff]{0,8}?(?:局|单位|委|镇|乡|中心|公司)")
_OWED = re.compile(r"(?:没|未|欠|差|该|还要)[^，。]{0,2}(?:交|报|办|弄|干|复|回)|还有啥|还有什么")
_MOST_PEOPLE = 3
_FEW = 3


def asks(turn: Turn) -> bool:
    """Whether a message asks and reports nothing."""
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or turn.reading.is_report:
        return False
    return wonders(turn.reading.text)


# --- a person ---------------------------------------------------------------------------------------------


def _somebody(turn: Turn) -> list[Person] | None:
    if not asks(turn) or not _OF_SOMEBODY.search(turn.reading.text):
        return None
    return people_meant(turn.ledger, turn.reading.text)[:_MOST_PEOPLE] or None


@router.command(_somebody)
def of_somebody(turn: Turn, people: list[Person]) -> None:
    """Who somebody is: unit, post, projects; the telephone to whoever works with them."""
    lines = [line for person in people for line in _card(turn, person)]
    turn.answer(Answer("查到：" if len(people) > 1 else f"{people[0].name}：", five(lines)))


def _card(turn: Turn, person: Person) -> list[str]:
    shared = [project for project in own_projects(turn.ledger, person) if may_see(turn.ledger, turn.person, project)]
    lines = [f"{person.name} {person.unit.shown}{person.title} {_phone(turn, person)}"]
    for project in shared[:_FEW]:
        leads = person in project.people(Part.LEADER, turn.ledger.today)
        liaisons = "、".join(one.name for one in project.people(Part.LIAISON, turn.ledger.today))
        lines.append(f"{'分包' if leads else '负责'}《{project.name}》" + (f"，联络员{liaisons}" if liaisons else ""))
    return lines


def _phone(turn: Turn, person: Person) -> str:
    """Return the telephone to the office, colleagues, who shares a project, and of the office to everybody."""
    if not _is_near(turn, person):
        return f"（电话请问{turn.ledger.mechanism.office_name}）"
    return person.mobile or "（没有登记电话）"


def _is_near(turn: Turn, person: Person) -> bool:
    ledger = turn.ledger
    if sees_all(ledger, turn.person) or turn.person.unit_id == person.unit_id:
        return True
    if ledger.has_role(person, Role.OFFICE):
        return True
    return any(may_see(ledger, turn.person, project) for project in own_projects(ledger, person))


# --- a task force, a unit, an enterprise ------------------------------------------------------------------


def _force(turn: Turn) -> Taskforce | None:
    return taskforce_named(turn.ledger, turn.reading.text) if asks(turn) else None


@router.command(_force)
def of_taskforce(turn: Turn, force: Taskforce) -> None:
    """Who leads a task force, its units, its projects the asker may see."""
    ledger = turn.ledger
    found = ledger.session.scalars(select(Project).where(Project.taskforce_id == force.id).order_by(Project.code))
    seen = [project.name for project in found if may_see(ledger, turn.person, project)]
    lines = [
        f"牵头领导：{force.leader.name if force.leader else force.leader_name or '没有登记'}",
        f"牵头单位：{'、'.join(unit.shown for unit in force.lead_units) or '没有登记'}",
        f"项目{len(seen)}个：{some(seen)}" if seen else "没有您能查看的项目",
    ]
    turn.answer(Answer(f"{force.name}：", lines))


def _unit(turn: Turn) -> Unit | None:
    if not asks(turn) or turn.reading.visible or turn.reading.decision.matches or find_notice_ref(turn.reading.text):
        return None
    if _OUR.search(turn.reading.text) and _OWED.search(turn.reading.text):
        return None
    named = unit_in(turn.ledger, turn.reading.text)
    return named or (turn.person.unit if _OUR.search(turn.reading.text) else None)


@router.command(_unit)
def of_unit(turn: Turn, unit: Unit) -> None:
    """Who serves in a unit where that is asked, and what it has in hand, as far as the asker may see."""
    people = _people_lines(turn, unit) if _WHO.search(turn.reading.text) else []
    lines = [*people, *_in_hand(turn, unit)]
    turn.answer(Answer(f"{unit.shown}：", five(lines) or ["没有您能查看的项目、督办和交办"]))


def _people_lines(turn: Turn, unit: Unit) -> list[str]:
    ledger = turn.ledger
    heads, liaisons = ledger.people_with(Role.UNIT_HEAD, {unit.id}), ledger.people_with(Role.LIAISON, {unit.id})
    everybody = ledger.session.scalars(select(Person).where(Person.unit_id == unit.id).order_by(Person.id))
    others = [one for one in everybody if one not in heads and one not in liaisons]
    others.sort(key=lambda one: likeness(one.title, turn.reading.text), reverse=True)
    told = (("负责人", heads), ("联络员", liaisons), ("其他", others[:_FEW]))
    return [f"{what}：{'、'.join(_reached(turn, one) for one in people)}" for what, people in told if people] or [
        "还没有登记人员"
    ]


def _reached(turn: Turn, person: Person) -> str:
    post = f"（{person.title}）" if person.title else ""
    return f"{person.name}{post}{person.mobile if _is_near(turn, person) else ''}"


def _in_hand(turn: Turn, unit: Unit) -> list[str]:
    ledger = turn.ledger
    everything = sees_all(ledger, turn.person) or turn.person.unit_id == unit.id
    projects = [one for one in projects_of_unit(ledger, unit) if everything or may_see(ledger, turn.person, one)]
    notices = [one for one in notices_seen(turn) if one.unit_id == unit.id]
    lines = [line for one in notices for line in (notice_line(ledger, one), *reply_lines(one))]
    lines += [task_line(ledger, one) for one in tasks_seen(turn) if one.unit_id == unit.id]
    lines += nodes_of_unit(turn, unit, projects)
    lines += [f"项目{len(projects)}个：{some([one.name for one in projects])}"] if projects else []
    return [*_none_of(turn, lines), *lines]


def _none_of(turn: Turn, lines: list[str]) -> list[str]:
    """Say of what is asked for that there is none."""
    asked = {"交办": "JB-", "督办": "DB-", "挂牌": "DB-"}
    text = turn.reading.text
    return [
        f"没有在办的{what}" for what, mark in asked.items() if what in text and not any(mark in line for line in lines)
    ]


def _enterprise(turn: Turn) -> list[Project] | None:
    """Return the projects of the enterprise whose name a question holds in part (锦澜那家老总)."""
    if not asks(turn) or turn.reading.decision.matches:
        return None
    ledger, text = turn.ledger, turn.reading.text
    parts = (Part.BUILDER.value, Part.BUILDER_HEAD.value)
    seats = select(ProjectSeat).where(ProjectSeat.part.in_(parts), held_on(ledger.today)).limit(_MOST_SEATS)
    places = {ledger.mechanism.area[:2]}
    ids = {seat.project_id for seat in ledger.session.scalars(seats) if _called(seat.name, text, places)}
    found = ledger.session.scalars(select(Project).where(Project.id.in_(ids)).order_by(Project.code))
    return [project for project in found if may_see(ledger, turn.person, project)] or None


_MOST_SEATS = 5000
_COMMON = re.compile(r"有限|公司|集团|建设|建筑|工程|投资|开发|发展|科技|实业|股份|责任|项目|管理|水务|城投|交通|农业")


def _called(name: str, text: str, places: set[str]) -> bool:
    core = _COMMON.sub("\0", name)
    pairs = {core[at : at + 2] for at in range(len(core) - 1)}
    return any("\0" not in pair and pair in text and pair not in places for pair in pairs)


@router.command(_enterprise)
def of_enterprise(turn: Turn, projects: list[Project]) -> None:
    """An enterprise's projects and who heads it there."""
    today = turn.ledger.today
    lines = [
        f"《{one.name}》建设单位：{'、'.join(one.names(Part.BUILDER, today)) or '没有登记'}，"
        f"负责人：{'、'.join(one.names(Part.BUILDER_HEAD, today)) or '没有登记'}（企业的电话没有登记）"
        for one in projects
    ]
    turn.answer(Answer(f"台账里对得上的{len(projects)}个项目：", five(lines, "个")))
