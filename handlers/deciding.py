"""After the meeting: the roll in one line, decisions in one line (ZZ-25), just what is missing asked for."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from handlers.decisions import ask_missing, completed, read_decision, split_items
from handlers.meeting_changes import hold_meeting
from handlers.routing import Router, Turn
from handlers.which_meeting import begun_meeting
from handlers.wording import five
from models import question as questions
from models.actors import people_of
from models.agenda import settle_topics
from models.attendance import SeatState, call_roll
from models.deeds import Deed, require
from models.ledger import Ledger
from models.meeting import Meeting, MeetingState
from models.notices import Answer, DecisionGiven, Plain
from models.people import Person, Role, Unit
from models.periods import shown
from models.project import Project
from models.task import Task, TaskSource, assign, duty_key

router = Router(topic="会议")
_SUBJECT = "decision"
_THE_REST = "可发「交办清单」看"
_DECIDED = re.compile(
    r"^(?P<which>[^：:。]{0,24}?)(?:会议)?(?:议定|决定事项|会议决定|形成决定)(?:事项)?[：:]\s*(?P<text>.+)$", re.S
)
_ROLL = re.compile(r"(?:到会情况|点名|到会登记)[：:，,\s]+(?P<text>.+)$", re.S)
_STATUS = {
    "缺席": SeatState.ABSENT,
    "没来": SeatState.ABSENT,
    "未到": SeatState.ABSENT,
    "迟到": SeatState.LATE,
    "替会": SeatState.STAND_IN,
    "列席": SeatState.OBSERVER,
}
_ALL_CAME = re.compile(r"(?:其余|其他|全部|都|均)(?:人|同志)?(?:全部|都|均)?到")


# --- the roll -------------------------------------------------------------------------------------------


@router.command(
    lambda turn: _ROLL.search(turn.reading.text),
    listed=(Role.OFFICE,),
    help="登记到会情况",
    example="10月例会到会情况：何建业缺席，李红梅迟到，其余全到",
)
def roll_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """The office's roll in one line: the exceptions are named, everybody else came."""
    require(turn.ledger, turn.person, Deed.RECORD_ATTENDANCE)
    meeting = begun_meeting(turn.ledger, turn.reading.text)
    lines = roll(turn.ledger, meeting, turn.person, read_exceptions(meeting, found["text"]), turn.inbound.text)
    turn.answer(Answer(f"{meeting.name}到会情况已登记：", lines))


def roll(ledger: Ledger, meeting: Meeting, by: Person | None, exceptions: dict[str, SeatState], text: str) -> list[str]:
    """Note who came, and that the meeting was held; return what the office is told."""
    require(ledger, by, Deed.RECORD_ATTENDANCE)
    hold_meeting(ledger, meeting, by, f"{meeting.name}已召开")
    by_state = call_roll(ledger, meeting, by, exceptions, text)
    told = [f"到会{len(by_state.get(SeatState.PRESENT, ()))}人"]
    labels = (
        (SeatState.LATE, "迟到"),
        (SeatState.LEAVE_GRANTED, "请假（准）"),
        (SeatState.STAND_IN, "替会（不算到会）"),
        (SeatState.ABSENT, "缺席"),
    )
    listening = by_state.get(SeatState.OBSERVER)
    told[0] += f"；列席：{'、'.join(listening)}" if listening else ""
    return told + [f"{label}：{'、'.join(by_state[state])}" for state, label in labels if by_state.get(state)]


def read_exceptions(meeting: Meeting, text: str) -> dict[str, SeatState]:
    """Read 何建业缺席，李红梅、杜明迟到 or 缺席：何建业、杜明；迟到：李红梅."""
    names = [name for seat in meeting.seats for name in (seat.name, seat.unit_name) if name]
    found: dict[str, SeatState] = {}
    status: SeatState | None = None
    for clause in re.split(r"[，,；;。\n]", text):
        if _ALL_CAME.search(clause):
            continue
        said = next((state for word, state in _STATUS.items() if word in clause), None)
        status = said or status
        for name in sorted(set(names), key=len, reverse=True):
            if status is not None and name in clause:
                found[name] = status
                clause = clause.replace(name, "")
    return found


# --- decisions ------------------------------------------------------------------------------------------


@router.command(
    lambda turn: _DECIDED.match(turn.reading.text),
    listed=(Role.OFFICE,),
    help="登记议定事项",
    example="议定：尾水管线过河方案由水利局牵头，方正负责，10月20日前完成",
)
def decided_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """One line, one or several decisions; each becomes a task, or is asked about for just what it lacks."""
    require(turn.ledger, turn.person, Deed.RECORD_DECISION)
    meeting = begun_meeting(turn.ledger, turn.reading.text)
    done, open_items = [], []
    for item in split_items(found["text"]):
        parts = read_decision(turn, item)
        if parts["missing"]:
            open_items.append(parts)
        else:
            done.append(_assign(turn.ledger, meeting, parts, turn.person))
    if done:
        turn.answer(
            Answer(
                f"{meeting.name}议定{len(done)}项，已交办：", five([task_line(task) for task in done], "件", _THE_REST)
            )
        )
    if open_items:
        ask_missing(turn, _SUBJECT, {"meeting": meeting.id}, open_items)


def _assign(ledger: Ledger, meeting: Meeting, parts: dict[str, Any], by: Person | None) -> Task:
    """Give the task, tell the unit, and let it conclude the topic it is about."""
    project = ledger.session.get(Project, parts["project"]) if parts["project"] else None
    return give(
        ledger,
        meeting,
        requirement=parts["requirement"],
        unit=ledger.session.get(Unit, parts["unit"]) if parts["unit"] else None,
        person=ledger.session.get(Person, parts["person"]) if parts["person"] else None,
        name=parts["name"],
        due=date.fromisoformat(parts["due"]) if parts["due"] else None,
        project=project,
        by=by,
        spans=parts.get("spans"),
    )


def give(
    ledger: Ledger,
    meeting: Meeting,
    *,
    requirement: str,
    unit: Unit | None,
    person: Person | None,
    name: str,
    due: date | None,
    project: Project | None,
    by: Person | None,
    spans: dict[str, str] | None = None,
) -> Task:
    """Make one decision of a meeting a task and say so to its unit. Raises Refusal that names what is missing."""
    require(ledger, by, Deed.RECORD_DECISION)
    if meeting.state == MeetingState.CALLED.value and meeting.at <= ledger.now:
        hold_meeting(ledger, meeting, by, f"{meeting.name}已召开")
    task = assign(
        ledger,
        source=TaskSource.MEETING,
        requirement=requirement,
        unit=unit,
        person=person,
        person_name=name,
        due=due,
        by=by,
        project=project,
        meeting_id=meeting.id,
        spans=spans,
    )
    settle_topics(ledger, meeting, task)
    words = DecisionGiven(task.number, meeting.name, requirement, task.unit.shown, task.person_name, task.due)
    for one in _concerned(ledger, task):
        ledger.say(words, to=one, key=f"{duty_key(task)}:given:{one.id}", duty=f"{duty_key(task)}:given")
    return task


def _concerned(ledger: Ledger, task: Task) -> list[Person]:
    heads = ledger.people_with(Role.UNIT_HEAD, {task.unit_id})
    own = [task.person] if task.person is not None else []
    everybody = {person.id: person for person in [*own, *heads, *people_of(ledger, task.unit)]}
    return [person for person in everybody.values() if person.accounts]


def task_line(task: Task) -> str:
    """Say a decision in one line."""
    return f"{task.number} {task.unit.shown}（{task.person_name}）：{task.requirement}，{shown(task.due)}前"


# --- what is missing ------------------------------------------------------------------------------------


@router.command(lambda turn: completed(turn, _SUBJECT))
def complete(turn: Turn, answered: tuple[questions.Question, dict[str, Any]]) -> None:
    """Take the words as what was missing."""
    question, first = answered
    rest = list(question.facts["items"])[1:]
    meeting = turn.ledger.session.get(Meeting, question.facts["meeting"])
    assert meeting is not None
    questions.settle(turn.ledger, question, turn.reading.text)
    if first["missing"]:
        ask_missing(turn, _SUBJECT, {"meeting": meeting.id}, [first, *rest])
        return
    task = _assign(turn.ledger, meeting, first, turn.person)
    turn.answer(Plain(f"已交办：{task_line(task)}。"))
    if rest:
        ask_missing(turn, _SUBJECT, {"meeting": meeting.id}, rest)
