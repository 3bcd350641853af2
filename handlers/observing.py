"""Observations by chat (DC-23, DC-24): the plan, the convenor's consent, the logistics' tasks, the guide, 已完成."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from handlers.meeting_ripples import said_at
from handlers.routing import Router, Turn
from handlers.understanding.moments import read_clock, read_days
from handlers.understanding.wondering import wonders
from models import duties
from models.actors import Scope, holders
from models.deeds import Deed, may, require
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.mechanism import Actor, DutyKind, Obligation
from models.meeting import Meeting, MeetingState, moment_of, step
from models.notices import DecisionGiven, MeetingChoice, MeetingPaper, Plain, Result
from models.observation import (
    Observation,
    ObservationState,
    find_observation,
    guide_text,
    move,
    next_approved,
    plan,
    plan_text,
    route_lines,
    total_kilometres,
)
from models.people import Person, Role
from models.periods import period_said, shown
from models.project import Project
from models.regular import regular_meeting
from models.rights import sees_all
from models.task import Task, TaskSource, assign, duty_key

router = Router(topic="会议")
_PLAN = re.compile(
    r"^(?:拟定?|起草|做|出)(?:一?个)?(?P<which>[^，。：:]{0,10}?)观摩(?:活动)?(?:方案|计划|路线)[：:，,\s]*(?P<rest>.*)$",
    re.S,
)
_HAND_UP = re.compile(r"观摩(?:活动)?方案(?:报批|报审|报召集人|送审)")
_GUIDE = re.compile(r"(?:观摩)?活动指南|观摩指南|观摩手册")
_DONE = re.compile(r"观摩(?:活动)?(?:已经?)?(?:完成|结束|开展完)了?[。!！]*$")
_SHOW = re.compile(r"^(?:看|查)?(?:一下)?[^，。：:]{0,8}?观摩(?:活动)?(?:方案|路线|安排)[。?？]*$")
_WHEN = re.compile(r"哪一?天|几号|几点|(?:啥|什么)时候|何时|多会儿|定了没|定下没|定了吗")
_CHORES = ("印制{day}观摩活动指南", "为{day}观摩安排车辆、筹备会务")


def observation_duty(ledger: Ledger) -> Obligation | None:
    """Return the pack's duty to observe."""
    return next((duty for duty in ledger.mechanism.obligations if duty.kind is DutyKind.OBSERVATION), None)


@router.command(
    lambda turn: _PLAN.match(turn.reading.text),
    listed=(Role.OFFICE,),
    help="拟定观摩方案",
    example="拟定观摩方案：10月8日9点，纺织园一期、二院、213",
)
def plan_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """The office drafts day, projects and route."""
    days = read_days(found["rest"], sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    if not days:
        raise Refusal("请写明哪一天、观摩哪些项目，例如「拟定观摩方案：10月8日9点，纺织园一期、二院、213」。")
    clock = read_clock(re.sub(r"\d+月\d+[日号]", "", found["rest"]))
    at = moment_of(days[0], f"{clock:%H:%M}" if clock else turn.ledger.mechanism.meetings.time)
    row = draft(turn.ledger, at, turn.reading.named, turn.person)
    lines = [f"{shown(days[0])}，全程直线约{total_kilometres(row)}公里", *route_lines(row)]
    turn.answer(
        MeetingChoice(
            title=f"观摩方案已拟，例会随后在{row.meeting.at.astimezone(turn.ledger.local_now.tzinfo):%H:%M}开"
            if row.meeting
            else "观摩方案已拟",
            lines=lines,
            hint="可回「观摩方案报批」。",
            buttons=[(f"obsup-{row.id}", "报批")],
        )
    )


def draft(ledger: Ledger, at: datetime, projects: list[Project], by: Person | None) -> Observation:
    """Draft an observation; the regular meeting of its month follows on it the same day (DC-23)."""
    require(ledger, by, Deed.PLAN_OBSERVATION)
    period = f"{at:%Y-%m}"
    meeting = regular_meeting(ledger, period)
    after = moment_of(at.date(), ledger.mechanism.meetings.after_observation)
    if meeting.by_notice and (meeting.day != at.date() or meeting.at <= at):
        raise Refusal(f"{meeting.name}已通知在{said_at(meeting.at, ledger)}，请先把会议改到观摩当天、观摩之后。")
    if not meeting.by_notice:
        meeting.at = max(after, at + timedelta(hours=1))
    convenor = meeting.convened_by or next(iter(holders(ledger, Actor.CONVENOR)), None)
    return plan(ledger, period=period, at=at, projects=projects, convenor=convenor, meeting=meeting, by=by)


@router.command(lambda turn: bool(_HAND_UP.search(turn.reading.text)))
def hand_up_by_chat(turn: Turn) -> None:
    """Put the plan before the convenor."""
    put_up(turn.ledger, latest(turn.ledger), turn.person)
    turn.answer(Plain("观摩方案已报召集人，批了告诉您。"))


@router.press("obsup", "已报批")
def press_up(turn: Turn, rest: str) -> None:
    """The card's 报批."""
    put_up(turn.ledger, _row(turn, rest), turn.person)
    turn.answer(Plain("观摩方案已报召集人，批了告诉您。"))


def put_up(ledger: Ledger, row: Observation, by: Person | None) -> None:
    """Put a plan before the convenor. Raises Forbidden, Refusal, WrongState."""
    require(ledger, by, Deed.PLAN_OBSERVATION)
    if row.convenor is None:
        raise Refusal("还没有登记会议召集人，请先登记再报批。")
    move(ledger, row, ObservationState.WAITING, by, "观摩方案报召集人")
    local = row.at.astimezone(ledger.local_now.tzinfo)
    words = MeetingChoice(
        title=f"观摩方案待您批准：{shown(local.date())}{local:%H:%M}",
        lines=[*route_lines(row), f"全程直线约{total_kilometres(row)}公里，观摩后开例会"],
        hint="可回「同意」，或「退回」加意见。",
        buttons=[(f"obsyes-{row.id}", "同意"), (f"obsno-{row.id}", "退回")],
    )
    mine = f"observation:{row.id}"
    ledger.say(words, to=row.convenor, key=f"{mine}:{ledger.now.isoformat()}", duty=mine)


@router.press("obsyes", "已同意")
def press_approve(turn: Turn, rest: str) -> None:
    """The convenor's 同意."""
    decide(turn, _row(turn, rest), agreed=True, remark="")


@router.press("obsno", "已退回")
def press_return(turn: Turn, rest: str) -> None:
    """The convenor's 退回."""
    decide(turn, _row(turn, rest), agreed=False, remark="")


def decide(turn: Turn, row: Observation, *, agreed: bool, remark: str) -> None:
    """The convenor approves or sends back, by chat."""
    turn.answer(Plain(settle(turn.ledger, row, turn.person, agreed=agreed, remark=remark)))


def settle(ledger: Ledger, row: Observation, by: Person | None, *, agreed: bool, remark: str) -> str:
    """The convenor approves: the logistics get their tasks, the meeting's day is fixed by the observation's.

    Return what he is told. Raises Forbidden, WrongState.
    """
    require(ledger, by, Deed.APPROVE_OBSERVATION, Scope(convenor=row.convenor))
    assert by is not None
    to = ObservationState.APPROVED if agreed else ObservationState.DRAFT
    move(ledger, row, to, by, remark or ("同意观摩方案" if agreed else "退回观摩方案"))
    ledger.drop_waiting(f"observation:{row.id}")
    given, otherwise = _give_chores(ledger, row, by) if agreed else ([], "")
    if agreed and row.meeting is not None:
        _fix_meeting(ledger, row.meeting, by)
    verb = "批准了" if agreed else "退回了"
    tasks = f"；已交办{given[0].unit.shown}{len(given)}项" if given else otherwise
    words = Result(f"{by.name}{verb}观摩方案{'：' + remark if remark else ''}{tasks}。")
    ledger.say_to_office(words, key=f"observation:{row.id}:{ledger.now.isoformat()}", besides=by.id)
    return f"好，观摩方案已{'批准' if agreed else '退回'}{tasks}。"


def _fix_meeting(ledger: Ledger, meeting: Meeting, by: Person) -> None:
    if meeting.state in (MeetingState.PROPOSED.value, MeetingState.SUGGESTED.value):
        step(ledger, meeting, MeetingState.DECIDED, by, f"{meeting.name}随观摩定在{shown(meeting.day)}")


def _give_chores(ledger: Ledger, row: Observation, by: Person) -> tuple[list[Task], str]:
    """Give the logistics their two tasks: the guide, the vehicles (DC-24)."""
    name = ledger.mechanism.actor_name(Actor.LOGISTICS)
    people = holders(ledger, Actor.LOGISTICS)
    if not people:
        return [], f"；{name}没有登记，印制指南、安排车辆请另行通知"
    day = row.at.astimezone(ledger.local_now.tzinfo).date()
    due = max(ledger.calendar.add_workdays(day, -1), ledger.today)
    given = []
    for chore in _CHORES:
        task = assign(
            ledger,
            source=TaskSource.MEETING,
            requirement=chore.format(day=shown(day)),
            unit=people[0].unit,
            person=people[0],
            due=due,
            by=by,
            meeting_id=row.meeting_id,
        )
        given.append(task)
        words = DecisionGiven(task.number, "观摩活动", task.requirement, task.unit.shown, task.person_name, due)
        for person in people:
            ledger.say(words, to=person, key=f"{duty_key(task)}:given:{person.id}", duty=f"{duty_key(task)}:given")
    return given, ""


@router.command(lambda turn: bool(_GUIDE.search(turn.reading.text)))
def show_guide(turn: Turn) -> None:
    """The guide: figures from the ledger, as of now; for the office, the logistics and those who see all."""
    people = holders(turn.ledger, Actor.LOGISTICS)
    if not (sees_all(turn.ledger, turn.person) or turn.person.id in {one.id for one in people}):
        raise Forbidden(f"活动指南请向{turn.ledger.mechanism.office_name}了解。")
    turn.answer(MeetingPaper("［草稿］", guide_text(turn.ledger, latest(turn.ledger))))


def _asks_when(turn: Turn) -> bool:
    text = turn.reading.text
    return "观摩" in text and wonders(text) and bool(_WHEN.search(text)) and not turn.reading.is_report


@router.command(_asks_when)
def when_observed(turn: Turn) -> None:
    """On which day the next observation is, where its plan is approved; what may still change is the office's."""
    ledger = turn.ledger
    row = next_approved(ledger)
    if row is None:
        turn.answer(Plain(f"观摩的日子还没有定；定了{ledger.mechanism.office_name}会通知。"))
        return
    turn.answer(Plain(f"{period_said(row.period, ledger.today)}观摩：{said_at(row.at, ledger)}。"))


@router.command(lambda turn: bool(_SHOW.match(turn.reading.text)))
def show_plan(turn: Turn) -> None:
    """The plan as a paper."""
    if not (sees_all(turn.ledger, turn.person) or may(turn.ledger, turn.person, Deed.PLAN_OBSERVATION)):
        raise Forbidden(f"观摩方案请向{turn.ledger.mechanism.office_name}了解。")
    row = latest(turn.ledger)
    turn.answer(MeetingPaper(f"［{row.label}］", plan_text(turn.ledger, row)))


@router.command(lambda turn: bool(_DONE.search(turn.reading.text)))
def done_by_chat(turn: Turn) -> None:
    """The observation took place."""
    row = latest(turn.ledger)
    finish(turn.ledger, row, turn.person)
    turn.answer(
        Plain(f"已登记{period_said(row.period, turn.ledger.today)}观摩完成，已抵本期观摩点评；随后的例会照常开。")
    )


def finish(ledger: Ledger, row: Observation, by: Person | None) -> None:
    """Note that an observation took place: it pays its duty. Raises Refusal before its day."""
    require(ledger, by, Deed.PLAN_OBSERVATION)
    if row.at > ledger.now:
        raise Refusal("观摩还没有开始，完成后再登记。")
    entry = move(ledger, row, ObservationState.HELD, by, "观摩已完成")
    duty = observation_duty(ledger)
    if duty is not None:
        period = duties.period_label(ledger, duty, row.at.astimezone(ledger.local_now.tzinfo).date())
        duties.pay(
            ledger, entry, person=by, occurred=ledger.today, duty=duty.id, period=period or row.period, subject="area"
        )


def latest(ledger: Ledger) -> Observation:
    """Return the observation of this month or the next. Raises Refusal when none is planned."""
    for day in (ledger.today, ledger.today.replace(day=28) + timedelta(days=7)):
        row = find_observation(ledger, f"{day:%Y-%m}")
        if row is not None and row.state != ObservationState.HELD.value:
            return row
    row = find_observation(ledger, f"{ledger.today:%Y-%m}")
    if row is None:
        raise Refusal("还没有观摩方案，可回「拟定观摩方案：10月8日9点，纺织园一期、二院」。")
    return row


def _row(turn: Turn, rest: str) -> Observation:
    row = turn.ledger.session.get(Observation, int(rest)) if rest.isdigit() else None
    if row is None:
        raise Forbidden("没有找到这份观摩方案。")
    return row
