"""After the meeting: the roll in one line, decisions in one line (ZZ-25), just what is missing asked for."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from handlers.meeting_changes import hold_meeting
from handlers.routing import Router, Turn
from handlers.understanding.dates import read_deadline
from handlers.which_meeting import begun_meeting
from models import question as questions
from models.actors import people_of
from models.agenda import settle_topics
from models.attendance import SeatState, call_roll
from models.deeds import Deed, require
from models.directory import people_in, units_in
from models.ledger import Ledger
from models.meeting import Meeting, MeetingState
from models.notices import Answer, Asked, DecisionGiven, Plain
from models.people import Person, Role, Unit
from models.periods import shown
from models.project import Project
from models.task import Task, TaskSource, assign, duty_key, missing_of

router = Router()
_ASKED_LATELY = timedelta(hours=2)
_DECIDED = re.compile(
    r"^(?P<which>[^：:。]{0,24}?)(?:会议)?(?:议定|决定事项|会议决定|形成决定)(?:事项)?[：:]\s*(?P<text>.+)$", re.S
)
_SPLIT = re.compile(r"[；;\n]+|。(?=.)|(?<!^)(?=[一二三四五六七八九十]{1,2}、)|(?<!^)(?<!\d)(?=\d{1,2}[.、．](?!\d))")
_LABEL = re.compile(r"^\s*(?:[一二三四五六七八九十]{1,2}、|\d{1,2}[.、．)）])\s*")
_LEAD = re.compile(r"由?(?P<unit>[^，,。；;由]{2,20}?)(?:牵头|承办|主办|办理|落实)")
_PERSON = re.compile(r"(?:责任人[：:是为]?|由|[，,、 ]|^)(?P<name>[\u4e00-\u9fff]{2,4}?)(?:同志)?(?:具体)?负责")
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
_TRIMMED = re.compile(r"[，,、。；; ]+$|^[，,、。；; ]+")


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
        (SeatState.OBSERVER, "列席"),
        (SeatState.ABSENT, "缺席"),
    )
    told += [f"{label}：{'、'.join(by_state[state])}" for state, label in labels if by_state.get(state)]
    return told[:5]


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
        turn.answer(Answer(f"{meeting.name}议定{len(done)}项，已交办：", [task_line(task) for task in done][:5]))
    if open_items:
        _ask(turn, meeting, open_items)


def split_items(text: str) -> list[str]:
    """Split what was decided into items: by numbers, semicolons, line ends."""
    pieces = (_LABEL.sub("", piece).strip(" ，,。；;") for piece in _SPLIT.split(text))
    return [piece for piece in pieces if len(piece) >= 4]


def read_decision(turn: Turn, item: str) -> dict[str, Any]:
    """Read unit, person, requirement and date of one decision; `missing` names what is not there."""
    ledger = turn.ledger
    read = read_deadline(item, sent=ledger.local_now, is_workday=ledger.calendar.is_workday)
    unit, unit_words = _unit_in(ledger, item)
    person, name, person_words = _person_in(ledger, item, unit)
    project = _project_in(turn, item)
    requirement = item
    for words in (unit_words, person_words):
        requirement = requirement.replace(words, "", 1) if words else requirement
    if read:
        requirement = re.sub(rf"[，,]*{re.escape(read.words)}", "", requirement, count=1)
    requirement = _tidy(requirement)
    due = read.date if read else None
    return {
        "requirement": requirement,
        "unit": unit.id if unit else None,
        "person": person.id if person else None,
        "name": name,
        "due": due.isoformat() if due else None,
        "project": project.id if project else None,
        "missing": missing_of(requirement=requirement, unit=unit, person=name, due=due),
    }


def _tidy(text: str) -> str:
    text = re.sub(r"[，,]?\s*(?:完成|办结|办好|落实)(?:到位)?[。]?$", "", text)
    text = re.sub(r"[，,；;]\s*(?=[，,；;])", "", text)
    return _TRIMMED.sub("", _TRIMMED.sub("", text))


def _unit_in(ledger: Ledger, item: str) -> tuple[Unit | None, str]:
    """The unit that leads, else the first unit named; with the words that say so."""
    found = _LEAD.search(item)
    led = units_in(ledger, found["unit"])[-1:] if found else []
    if found and led:
        start = item.rfind(led[0].short_name or led[0].name, 0, found.end())
        start = start if start >= 0 else found.start("unit")
        begin = start - 1 if start > 0 and item[start - 1] == "由" else start
        return led[0], item[begin : found.end()]
    named = units_in(ledger, item)
    return (named[0], "") if named else (None, "")


def _person_in(ledger: Ledger, item: str, unit: Unit | None) -> tuple[Person | None, str, str]:
    """Who answers for it: somebody registered, else the name as it stands."""
    found = _PERSON.search(item)
    name = found["name"] if found else ""
    if unit is not None and name in (unit.name, unit.short_name):
        name = ""
    known = people_in(ledger, item)
    if found and name:
        person = next((one for one in known if one.name == name), None)
        return person, name, item[found.start("name") : found.end()]
    if known:
        return known[0], known[0].name, known[0].name
    return None, "", ""


def _project_in(turn: Turn, item: str) -> Project | None:
    named = turn.reading.named
    if len(named) == 1:
        return named[0]
    inside = [one for one in named if one.name in item or any(alias.alias in item for alias in one.aliases)]
    return inside[0] if len(inside) == 1 else None


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


def _ask(turn: Turn, meeting: Meeting, items: list[dict[str, Any]]) -> None:
    """Ask for what the first unfinished item lacks; the others wait their turn."""
    first = items[0]
    questions.ask(turn.ledger, turn.person, "decision", {"meeting": meeting.id, "items": items}, [])
    missing = "、".join(first["missing"])
    turn.answer(Asked(f"「{first['requirement'] or '这一项'}」还差{missing}，请补一句，补齐再交办。", []))


def _completes(turn: Turn) -> questions.Question | None:
    if turn.reading.intents or len(turn.reading.text) > 40:
        return None
    for question in questions.open_questions(turn.ledger, turn.person):
        if question.subject == "decision" and turn.ledger.now - question.asked_at <= _ASKED_LATELY:
            filled = _filled(turn, question.facts["items"][0])
            return question if filled is not None else None
    return None


@router.command(_completes)
def complete(turn: Turn, question: questions.Question) -> None:
    """Take the words as what was missing."""
    items = list(question.facts["items"])
    first = _filled(turn, items[0])
    assert first is not None
    meeting = turn.ledger.session.scalar(select(Meeting).where(Meeting.id == question.facts["meeting"]))
    assert meeting is not None
    questions.settle(turn.ledger, question, turn.reading.text)
    if first["missing"]:
        _ask(turn, meeting, [first, *items[1:]])
        return
    task = _assign(turn.ledger, meeting, first, turn.person)
    turn.answer(Plain(f"已交办：{task_line(task)}。"))
    if items[1:]:
        _ask(turn, meeting, items[1:])


def _filled(turn: Turn, item: dict[str, Any]) -> dict[str, Any] | None:
    """Put what a short answer gives into an unfinished item; None when it gives nothing that is missing."""
    ledger, text = turn.ledger, turn.reading.text
    given: dict[str, Any] = {}
    read = read_deadline(text, sent=ledger.local_now, is_workday=ledger.calendar.is_workday)
    if "完成时限" in item["missing"] and read is not None:
        given["due"] = read.date.isoformat()
    units = units_in(ledger, text)
    if "责任单位" in item["missing"] and units:
        given["unit"] = units[0].id
    if "责任人" in item["missing"]:
        people = people_in(ledger, text)
        bare = re.fullmatch(r"(?:由|责任人)?[：:]?([\u4e00-\u9fff]{2,4}?)(?:同志)?(?:负责)?[。]?", text)
        if people:
            given |= {"person": people[0].id, "name": people[0].name}
        elif bare and not given:
            given["name"] = bare[1]
    if "办理要求" in item["missing"] and not given and len(text) >= 4:
        given["requirement"] = text
    if not given:
        return None
    filled = {**item, **given}
    gave = {"due": "完成时限", "unit": "责任单位", "name": "责任人", "requirement": "办理要求"}
    filled["missing"] = [name for name in item["missing"] if name not in {gave.get(key) for key in given}]
    return filled
