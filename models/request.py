"""提请 (JZ-13, JZ-09): what cannot be solved here goes up a level with a concrete suggestion, and waits there.

While it waits above nobody below is urged; everybody below still sees where it stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import task as tasks
from models.actors import Scope, holders
from models.base import Base
from models.calendar import local_date
from models.deeds import Deed, require
from models.entry import EntryKind
from models.errors import Forbidden, Refusal, WrongState
from models.ledger import Ledger
from models.mechanism import Actor
from models.people import Person, Unit
from models.project import Project
from models.rights import may_see
from models.task import Task, TaskSource, TaskState


class Level(StrEnum):
    """Where an item is dealt with (JZ-09)."""

    TASKFORCE = "taskforce"
    VICE_LEADER = "vice_leader"
    MAIN_LEADER = "main_leader"


class RequestState(StrEnum):
    """Where a request stands; the value is how people call it."""

    ASKED = "待牵头领导同意"
    RAISED = "待主要领导批示"
    ANSWERED = "已批示"
    RETURNED = "已退回"


#: Words that look like a suggestion and suggest nothing.
_EMPTY = re.compile(
    r"^(?:请|建议|恳请|望)?(?:领导|上级|县里|市里|县委县政府|县政府|市政府)?"
    r"(?:尽快|予以|给予|帮助|帮忙|大力|积极|统筹|加强|加大|协调|支持|解决|研究|重视|关注|推进|力度|一下|决定|定夺|指示|为盼|处理)*$"
)
_OPEN = (RequestState.ASKED.value, RequestState.RAISED.value)


class Request(Base):
    """One 提请事项. `source` names the task, problem or notice it came from (JB-3, ISS-31, DB-07), if any."""

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_source", "source_kind", "source"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(30), unique=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    source_kind: Mapped[str] = mapped_column(String(20), default="")
    source: Mapped[str] = mapped_column(String(60), default="")
    matter: Mapped[str] = mapped_column(Text)
    tried: Mapped[str] = mapped_column(Text, default="")
    obstacle: Mapped[str] = mapped_column(Text, default="")
    suggestion: Mapped[str] = mapped_column(Text)
    decision: Mapped[str] = mapped_column(Text, default="")
    level: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(20), index=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    asked_at: Mapped[datetime]
    raised_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    raised_at: Mapped[datetime | None]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")

    project: Mapped[Project | None] = relationship(lazy="joined")
    unit: Mapped[Unit | None] = relationship(lazy="joined")
    asker: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=asked_by)

    @property
    def short(self) -> str:
        """The matter, cut to what fits a line."""
        words = " ".join(self.matter.split())
        return words if len(words) <= 24 else words[:23] + "…"


@dataclass(frozen=True)
class Draft:
    """What a request says (提请事项单): the suggestion is what makes it one."""

    matter: str
    suggestion: str
    tried: str = ""
    obstacle: str = ""
    decision: str = ""
    source_kind: str = ""
    source: str = ""


def is_empty_suggestion(words: str) -> bool:
    """Whether a suggestion suggests nothing: none at all, or 请领导协调解决."""
    plain = re.sub(r"[，,。.；;、！!\s]", "", words)
    return len(plain) < 4 or bool(_EMPTY.match(plain))


def ask(ledger: Ledger, draft: Draft, project: Project | None, person: Person | None, unit: Unit | None) -> Request:
    """提请: it goes to the leading leader first, or straight up where there is none. Raises Refusal."""
    if project is not None and person is not None and not may_see(ledger, person, project):
        raise Forbidden(f"《{project.name}》不在您负责的范围里；如有变动请告诉{ledger.mechanism.office_name}。")
    if is_empty_suggestion(draft.suggestion):
        raise Refusal(
            "提请要附具体意见建议：请写明建议由谁、怎么办、何时前，"
            "例如「建议：由自然资源局调剂30亩指标，10月底前批复」。"
        )
    if draft.source and _open_for(ledger, draft.source_kind, draft.source) is not None:
        raise WrongState(f"{draft.source}已经提请，正在等上级，不用再报。")
    request = Request(
        number=_next_number(ledger),
        project_id=project.id if project else None,
        unit_id=unit.id if unit else None,
        source_kind=draft.source_kind,
        source=draft.source,
        matter=draft.matter,
        tried=draft.tried,
        obstacle=draft.obstacle,
        suggestion=draft.suggestion,
        decision=draft.decision,
        level=Level.TASKFORCE.value,
        state=RequestState.ASKED.value,
        asked_by=person.id if person else None,
        asked_at=ledger.now,
        answer="",
    )
    ledger.session.add(request)
    ledger.session.flush()
    ledger.session.refresh(request)
    leaders = consenters(ledger, request)
    if leaders and not (person and person.id in {leader.id for leader in leaders}):
        request.level = Level.VICE_LEADER.value
        _record(ledger, request, draft.matter, person)
        return request
    _record(ledger, request, draft.matter, person)
    _raise(ledger, request, person)
    return request


def consenters(ledger: Ledger, request: Request) -> list[Person]:
    """Return who consents: the task force's leading leader, else the project's assigned leaders."""
    project = request.project
    if project is None:
        return []
    if project.taskforce is not None and project.taskforce.leader is not None:
        return holders(ledger, Actor.TASKFORCE_LEADER, Scope(taskforce=project.taskforce))
    return holders(ledger, Actor.ASSIGNED_LEADER, Scope(project=project))


def consent(ledger: Ledger, request: Request, person: Person, *, agree: bool, remark: str) -> None:
    """The leading leader lets it go up, or sends it back."""
    project = request.project
    require(ledger, person, Deed.CONSENT_REQUEST, Scope(project, project.taskforce if project else None))
    if person.id not in {leader.id for leader in consenters(ledger, request)}:
        raise Forbidden("这件提请不需要您同意，可发「提请清单」看一看。")
    if request.state != RequestState.ASKED.value:
        raise WrongState(f"{request.number}现在是「{request.state}」，不用再办。")
    ledger.drop_waiting(duty_key(request))
    if agree:
        _record(ledger, request, remark or "同意提请", person, EntryKind.APPROVAL)
        _raise(ledger, request, person)
        return
    request.state, request.level = RequestState.RETURNED.value, Level.TASKFORCE.value
    _record(ledger, request, remark or "退回", person, EntryKind.APPROVAL)


@dataclass(frozen=True)
class Order:
    """What the main leader's line orders, as far as it says."""

    unit: Unit | None
    person: Person | None
    due: date | None
    spans: dict[str, str] = field(default_factory=dict)  # the words its unit and its day came from


def answer(ledger: Ledger, request: Request, person: Person | None, text: str, order: Order) -> Task | None:
    """批示 by the main leader: it becomes a task, or lets the waiting task go on with its date moved by the wait."""
    require(ledger, person, Deed.ANSWER_REQUEST)
    if request.state != RequestState.RAISED.value:
        raise WrongState(f"{request.number}现在是「{request.state}」，不用再批。")
    request.state = RequestState.ANSWERED.value
    _settle(ledger, request, person, text)
    waiting = _raised_task(ledger, request)
    if waiting is not None:
        due = order.due if order.unit is None or order.unit.id == waiting.unit_id else None
        _let_go_on(ledger, request, waiting, person, text, due)
    if order.unit is None or order.due is None or (waiting is not None and order.unit.id == waiting.unit_id):
        return waiting
    return tasks.assign(
        ledger,
        source=TaskSource.REQUEST,
        requirement=text,
        unit=order.unit,
        person=order.person,
        due=order.due,
        by=person,
        project=request.project,
        spans=order.spans,
    )


def send_back(ledger: Ledger, request: Request, person: Person | None, remark: str) -> None:
    """退回 by the main leader: it is worked on below again."""
    require(ledger, person, Deed.ANSWER_REQUEST)
    if request.state != RequestState.RAISED.value:
        raise WrongState(f"{request.number}现在是「{request.state}」，不用再批。")
    request.state, request.level = RequestState.RETURNED.value, Level.TASKFORCE.value
    _settle(ledger, request, person, remark or "退回")
    waiting = _raised_task(ledger, request)
    if waiting is not None:
        _let_go_on(ledger, request, waiting, person, remark or "退回办理", None)


def open_requests(ledger: Ledger) -> list[Request]:
    """Return what waits for the main leader, oldest first: the agenda of a 综合调度会 (JZ-14)."""
    query = select(Request).where(Request.state == RequestState.RAISED.value)
    return list(ledger.session.scalars(query.order_by(Request.raised_at, Request.id)))


def requests_seen_by(ledger: Ledger, person: Person) -> list[Request]:
    """Return the open requests somebody may see: also those below still see where a matter stands."""
    query = select(Request).where(Request.state.in_(_OPEN)).order_by(Request.id)
    return [
        request
        for request in ledger.session.scalars(query)
        if request.unit_id == person.unit_id or request.project is None or may_see(ledger, person, request.project)
    ]


def find_request(ledger: Ledger, number: str) -> Request | None:
    """Return the request of a number (TQ-2, tq2)."""
    wanted = number.upper().replace("-", "").replace(" ", "")
    alike = func.upper(func.replace(Request.number, "-", "")) == wanted
    return ledger.session.scalar(select(Request).where(alike))


def to_consent(ledger: Ledger, person: Person) -> list[Request]:
    """Return what waits for somebody's consent."""
    query = select(Request).where(Request.state == RequestState.ASKED.value).order_by(Request.id)
    return [
        request
        for request in ledger.session.scalars(query)
        if person.id in {leader.id for leader in consenters(ledger, request)}
    ]


def waiting_above(ledger: Ledger, kind: str) -> frozenset[str]:
    """Return the numbers of tasks, problems or notices that wait for somebody above: nobody is urged (JZ-13)."""
    query = select(Request.source).where(Request.source_kind == kind, Request.state == RequestState.RAISED.value)
    return frozenset(ledger.session.scalars(query))


def waited(ledger: Ledger, request: Request) -> int:
    """Return how many working days a request has waited, or waited, above (★15)."""
    if request.raised_at is None:
        return 0
    until = local_date(request.answered_at) if request.answered_at else ledger.today
    return ledger.calendar.workdays_between(local_date(request.raised_at), until)


def waits_of(ledger: Ledger, kind: str) -> dict[str, int]:
    """Return, for each number that went up, how many working days it waited above."""
    query = select(Request).where(Request.source_kind == kind, Request.raised_at.is_not(None))
    found: dict[str, int] = {}
    for request in ledger.session.scalars(query):
        found[request.source] = found.get(request.source, 0) + waited(ledger, request)
    return found


def duty_key(request: Request) -> str:
    """Name what its cards ask for."""
    return f"request:{request.id}"


def _raise(ledger: Ledger, request: Request, by: Person | None) -> None:
    request.state, request.level = RequestState.RAISED.value, Level.MAIN_LEADER.value
    request.raised_by, request.raised_at = (by.id if by else None), ledger.now
    task = tasks.find_task(ledger, request.source) if request.source_kind == "task" else None
    if task is not None:
        tasks.step(ledger, task, "raise", by, f"{request.number}已提请，等上级")
    _record(ledger, request, f"{request.number}提请主要领导", by)


def _settle(ledger: Ledger, request: Request, person: Person | None, text: str) -> None:
    request.answered_by, request.answered_at, request.answer = (person.id if person else None), ledger.now, text
    ledger.drop_waiting(duty_key(request))
    _record(ledger, request, text, person, EntryKind.APPROVAL)


def _raised_task(ledger: Ledger, request: Request) -> Task | None:
    if request.source_kind != "task":
        return None
    task = tasks.find_task(ledger, request.source)
    return task if task is not None and task.state == TaskState.RAISED.value else None


def _let_go_on(ledger: Ledger, request: Request, task: Task, by: Person | None, text: str, due: date | None) -> None:
    """Open a raised task again; the days it waited above are not the unit's."""
    days = waited(ledger, request)
    moved = due or (ledger.calendar.add_workdays(task.due, days) if days else task.due)
    tasks.postpone(ledger, task, moved)
    tasks.step(ledger, task, "lower", by, text)


def _open_for(ledger: Ledger, kind: str, source: str) -> Request | None:
    return ledger.session.scalar(
        select(Request).where(Request.source_kind == kind, Request.source == source, Request.state.in_(_OPEN))
    )


def _next_number(ledger: Ledger) -> str:
    last = ledger.session.scalar(select(func.max(Request.id))) or 0
    return ledger.mechanism.numbering.request.format(n=last + 1, year=ledger.today.year)


def _record(
    ledger: Ledger, request: Request, text: str, person: Person | None, kind: EntryKind = EntryKind.NOTE
) -> None:
    ledger.record(
        kind,
        text,
        person=person,
        project=request.project,
        data={
            "about": "request",
            "request": request.number,
            "state": request.state,
            "level": request.level,
            "unit": request.unit.shown if request.unit else None,
            "source": request.source or None,
            "tried": request.tried or None,
            "obstacle": request.obstacle or None,
            "suggestion": request.suggestion,
            "decision": request.decision or None,
        },
    )
