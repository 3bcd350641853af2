"""Changes of people: a seat passes on from a day, the successor gets the open promises, a vacancy shows (JZ-07, DC-05).

Nothing is rewritten: who leaves keeps his rows with an end, and entries keep the names they were made with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ForeignKey, Select, String, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import supervision
from models.base import Base
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.mechanism import Actor
from models.people import Person, Role, Term
from models.periods import shown
from models.post import Post
from models.problem import open_problems
from models.project import Node, Part, Project, ProjectSeat, Taskforce, held_on
from models.ranks import at_least, rank_of
from models.task import live_tasks

LOOK_AHEAD = timedelta(days=30)
"""How far the brief looks at coming nodes."""

PART_NAMES = {
    Part.LEADER: "分包领导",
    Part.UNIT_HEAD: "责任单位责任人",
    Part.BUILDER_HEAD: "建设单位责任人",
    Part.DISCIPLINE: "派驻纪检监察员",
    Part.LIAISON: "联络员",
}
_ROLE_OF = {Part.LEADER: Role.ASSIGNED_LEADER, Part.LIAISON: Role.LIAISON, Part.DISCIPLINE: Role.DISCIPLINE}
_ONE_ONLY = frozenset({Part.LEADER})
_NAMED = 4
_POST_ACTORS = {"召集人": Actor.CONVENOR.value, "总召集人": Actor.MAIN_LEADER.value}


class Succession(Base):
    """A change ordered: from whom to whom, of which projects and task forces, from which day; told once it holds."""

    __tablename__ = "successions"

    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(String(20))
    from_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    to_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    from_name: Mapped[str] = mapped_column(String(50), default="")
    from_title: Mapped[str] = mapped_column(String(100), default="")
    projects: Mapped[list[int]]
    taskforces: Mapped[list[int]]
    since: Mapped[date] = mapped_column(index=True)
    told_at: Mapped[datetime | None]

    successor: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=to_id)


def hand_over(
    ledger: Ledger,
    *,
    part: Part,
    projects: Sequence[Project],
    new: Person,
    since: date,
    by: Person | None,
    old: Person | None = None,
) -> Succession:
    """Let somebody take over a part in projects from a local date on. Raises Refusal when he may not hold it."""
    if not projects:
        raise Refusal("请写明是哪些项目，例如「P01、P02的分包领导换成孙立新，10月1日起」。")
    _fit(ledger, part, new)
    given_up = [_pass_on(ledger, project, part, new, since, old) for project in projects]
    giver = old or next((person for person in given_up if person is not None), None)
    role = _ROLE_OF.get(part)
    if role is not None and not _will_hold(new, role, since):
        ledger.session.add(Term(person_id=new.id, role=role.value, since=since))
    row = _ordered(ledger, part, giver, new, [project.id for project in projects], [], since)
    names = "、".join(f"《{project.name}》" for project in projects)
    was = f"（原{giver.name}）" if giver else ""
    for project in projects:
        ledger.record(
            EntryKind.NOTE,
            f"{names}{PART_NAMES[part]}{was}由{new.name}接任，{since}起",
            person=by,
            project=project,
            data={
                "about": "extension",
                "state": "handed_over",
                "part": PART_NAMES[part],
                "from": giver.name if giver else None,
                "to": new.name,
                "since": since.isoformat(),
            },
        )
    ledger.session.flush()
    ledger.session.expire_all()
    return row


def leave(ledger: Ledger, person: Person, since: date, by: Person | None) -> list[Project]:
    """Let somebody go from a day on: seats, roles and posts end; return the projects that have no leader then."""
    seats = ledger.session.scalars(select(ProjectSeat).where(ProjectSeat.person_id == person.id)).all()
    led: list[int] = []
    for seat in seats:
        if seat.until is None or seat.until > since:
            if seat.part == Part.LEADER.value:
                led.append(seat.project_id)
            seat.until = max(since, seat.since)
    for held in _roles_and_posts(ledger, person):
        if held.until is None or held.until > since:
            held.until = max(since, held.since)
    taskforces = list(ledger.session.scalars(select(Taskforce.id).where(Taskforce.leader_id == person.id)))
    _ordered(ledger, Part.LEADER, person, None, led, taskforces, since)
    ledger.record(
        EntryKind.NOTE,
        f"{person.name}{since}起调离",
        person=by,
        data={"about": "extension", "state": "left", "person": person.name, "since": since.isoformat()},
    )
    ledger.session.flush()
    ledger.session.expire_all()
    return list(ledger.session.scalars(select(Project).where(Project.id.in_(led)).order_by(Project.id)))


def give_post(
    ledger: Ledger,
    *,
    body: str,
    name: str,
    person: Person,
    actor: str,
    since: date,
    by: Person | None,
) -> Post:
    """Let somebody hold a post from a day on; who held the one seat before is succeeded (JZ-03)."""
    for post in ledger.session.scalars(select(Post).where(Post.body == body, Post.name == name)):
        if post.until is None or post.until > since:
            post.until = max(since, post.since)
    post = Post(body=body, name=name, person_id=person.id, actor=actor, since=since)
    ledger.session.add(post)
    ledger.session.flush()
    ledger.session.refresh(post)
    ledger.record(
        EntryKind.NOTE,
        f"{person.name}任{body}{name}，{since}起",
        person=by,
        data={
            "about": "extension",
            "state": "post",
            "body": body,
            "post": name,
            "person": person.name,
            "since": since.isoformat(),
        },
    )
    return post


def post_actor(name: str) -> str:
    """Return the part in the mechanism that a post plays, empty where no rule speaks of it."""
    return _POST_ACTORS.get(name, "")


def posts_on(ledger: Ledger, body: str, day: date) -> list[Post]:
    """Return who held a body's posts on a local date, in the order of the pack's list and then of registration."""
    listed = [post for found in ledger.mechanism.bodies if body in (found.name, found.short) for post in found.posts]
    held = [post for post in ledger.session.scalars(select(Post).where(Post.body == body)) if post.covers(day)]

    def place(post: Post) -> tuple[int, int]:
        at = next((i for i, words in enumerate(listed) if words.startswith(post.name)), len(listed))
        return at, post.id

    return sorted(held, key=place)


# --- what is open -----------------------------------------------------------------------------------------


def due_successions(ledger: Ledger) -> list[Succession]:
    """Return the changes whose day has come and that nobody has been told of."""
    query = select(Succession).where(Succession.told_at.is_(None), Succession.since <= ledger.today)
    return list(ledger.session.scalars(query.order_by(Succession.id)))


def open_promises(ledger: Ledger, project: Project) -> list[str]:
    """Return what stays open in a project whoever leads it: problems, tasks, notices, nodes of the next thirty days."""
    lines = [
        f"{problem.number} {problem.short}" + (f"，{shown(problem.due)}到期" if problem.due else "")
        for problem in open_problems(ledger, project)[:3]
    ]
    lines += [
        f"{task.number} {task.unit.shown}：{task.requirement[:20]}，{shown(task.due)}前"
        for task in live_tasks(ledger, project_id=project.id)[:3]
    ]
    lines += [
        f"{notice.handle} {notice.unit.shown}{notice.label}，{shown(notice.solve_due)}前解决"
        for notice in supervision.open_notices(ledger)
        if notice.project_id == project.id
    ][:2]
    nodes = ledger.session.scalars(
        select(Node)
        .where(
            Node.project_id == project.id,
            Node.finished.is_(None),
            Node.planned >= ledger.today,
            Node.planned <= ledger.today + LOOK_AHEAD,
        )
        .order_by(Node.planned)
    )
    return lines + [f"节点：{node.name}{shown(node.planned)}" for node in nodes][:2]


_Shown = tuple[int, list[str]]
"""How many, and the first few by name."""


def without_leader(ledger: Ledger) -> _Shown:
    """Return the projects nobody leads today (无分包领导)."""
    led = select(ProjectSeat.project_id).where(*_leading(ledger))
    return _shown(ledger, select(Project).where(Project.id.not_in(led)))


def several_leaders(ledger: Ledger) -> _Shown:
    """Return the projects more than one leads today: 一个项目、一名领导."""
    led = select(ProjectSeat.project_id).where(*_leading(ledger)).group_by(ProjectSeat.project_id)
    return _shown(ledger, select(Project).where(Project.id.in_(led.having(func.count() > 1))))


def low_leaders(ledger: Ledger) -> _Shown:
    """Return the projects whose leader is below the rank the notice asks for (DC-05), each with his name."""
    wanted = ledger.mechanism.leader_rank
    if wanted is None:
        return 0, []
    seats = select(ProjectSeat.person_id).where(*_leading(ledger))
    leading = ledger.session.scalars(select(Person).where(Person.id.in_(seats)))
    low = {person.id: person for person in leading if not _fits(ledger, person, wanted)}
    theirs = (*_leading(ledger), ProjectSeat.person_id.in_(low))
    count = ledger.session.scalar(select(func.count(ProjectSeat.id)).where(*theirs)) or 0
    rows = ledger.session.execute(
        select(Project.name, ProjectSeat.person_id)
        .join(ProjectSeat, ProjectSeat.project_id == Project.id)
        .where(*theirs)
        .order_by(Project.id)
        .limit(_NAMED)
    )
    return count, [f"{name}（{low[person].name}）" for name, person in rows if person is not None]


def _leading(ledger: Ledger) -> tuple[ColumnElement[bool], ...]:
    return ProjectSeat.part == Part.LEADER.value, held_on(ledger.today)


def _shown(ledger: Ledger, projects: Select[Any]) -> _Shown:
    count = ledger.session.scalar(select(func.count()).select_from(projects.subquery())) or 0
    few = projects.with_only_columns(Project.name).order_by(Project.id).limit(_NAMED)
    return count, list(ledger.session.scalars(few)) if count else []


def register_mark(ledger: Ledger) -> str:
    """Return what changes whenever the register of projects and leaders may: newest rows, and parts ending today."""
    newest = [ledger.session.scalar(select(func.max(kind.id))) or 0 for kind in (Project, ProjectSeat)]
    ended = ledger.session.scalar(select(func.count(ProjectSeat.id)).where(ProjectSeat.until == ledger.today))
    return f"{newest[0]}-{newest[1]}-{ledger.today.day if ended else 0}"


def alarms(ledger: Ledger) -> list[str]:
    """Return what the office must mend about leaders and numbers of projects, in one line each."""
    found = (
        ("无分包领导", without_leader(ledger)),
        ("分包领导不止一位", several_leaders(ledger)),
        (f"分包领导不是{ledger.mechanism.leader_rank}", low_leaders(ledger)),
    )
    lines = [
        f"{what}{count}个：{'、'.join(names)}{'等' if count > _NAMED else ''}"
        for what, (count, names) in found
        if count
    ]
    expected = ledger.mechanism.expected_projects
    count = ledger.session.scalar(select(func.count(Project.id))) or 0
    if expected is not None and count != expected:
        lines.append(f"项目登记{count}个，制度写的是{expected}个，请核对")
    return lines


# --- inside ---------------------------------------------------------------------------------------------


def _fit(ledger: Ledger, part: Part, person: Person) -> None:
    wanted = ledger.mechanism.leader_rank
    if part is Part.LEADER and wanted and not _fits(ledger, person, wanted):
        raise Refusal(
            f"分包领导应是{wanted}领导，{person.name}（{person.title or '未写职务'}）登记的不是；"
            f"职级有变请先办「{person.name}职级改为{wanted}」。"
        )


def _fits(ledger: Ledger, person: Person, wanted: str) -> bool:
    return at_least(rank_of(ledger, person), wanted)


def _pass_on(
    ledger: Ledger, project: Project, part: Part, new: Person, since: date, old: Person | None
) -> Person | None:
    """End the seats of that part that hold on the day (only `old`'s where several may), start the new one."""
    giver: Person | None = None
    for seat in list(project.seats):
        if seat.part != part.value or (seat.until is not None and seat.until <= since):
            continue
        if part not in _ONE_ONLY and old is not None and seat.person_id != old.id:
            continue
        giver = giver or seat.person
        seat.until = max(since, seat.since)
    ledger.session.add(
        ProjectSeat(project_id=project.id, part=part.value, name=new.name, person_id=new.id, since=since)
    )
    return giver


def _ordered(
    ledger: Ledger,
    part: Part,
    old: Person | None,
    new: Person | None,
    projects: list[int],
    taskforces: list[int],
    since: date,
) -> Succession:
    row = Succession(
        part=part.value,
        from_id=old.id if old else None,
        to_id=new.id if new else None,
        from_name=old.name if old else "",
        from_title=old.title if old else "",
        projects=projects,
        taskforces=taskforces,
        since=since,
    )
    ledger.session.add(row)
    ledger.session.flush()
    return row


def _roles_and_posts(ledger: Ledger, person: Person) -> Iterator[Term | Post]:
    yield from ledger.session.scalars(select(Term).where(Term.person_id == person.id)).all()
    yield from ledger.session.scalars(select(Post).where(Post.person_id == person.id)).all()


def _will_hold(person: Person, role: Role, since: date) -> bool:
    return any(term.role == role.value and (term.until is None or term.until > since) for term in person.terms)
