"""Attending a meeting, by chat: 收到, 请假 (the person's own, or asked for him), 替会, 列席, 迟到 (DC-29, A21)."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select

from handlers.routing import Router, Turn
from handlers.understanding.dates import DateKind, DateRead, read_dates
from handlers.understanding.moments import read_days
from handlers.understanding.phrases import Intent
from handlers.understanding.text import said
from handlers.which_meeting import coming_or_next, meeting_named
from handlers.wording import some
from models import supervision
from models.attendance import (
    Leave,
    SeatState,
    ask_leave,
    confirm_leave,
    mark,
    seat_for,
    seats_of,
    withdraw_leave,
)
from models.deeds import Deed, may
from models.directory import people_in
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.meeting import Meeting, duty, seat_of
from models.notices import MeetingChoice, Plain, Result
from models.people import Person, Role
from models.periods import shown
from models.supervision_states import State

router = Router()
_SURELY = (
    r"(?:我|俺|我们|本人|自己|亲自|届时|到时候?|那天|会|[准按]时|准点|按点|亲自|按通知|一定|可以|能|保证|肯定|照常|准|都|也"
    r"|\d{1,2}[月号日点]|[上下]午)*"
)
_CERTAIN = "|".join(
    rf"(?<={word})" for word in (r"[准按]时", r"[准按]点", "亲自", "一定", "保证", "肯定", "[准能会]", r"[：:，, ]")
)
_COMES = (
    rf"{_SURELY}(?:参加|参会|到会|到场|出席|到时候?见|算我一个"
    r"|(?:我|俺)(?:本人|自己)?(?:到|去)(?=[了的吧啊呀，,。!！ ]*(?:$|[准按][时点]))"
    rf"|(?:{_CERTAIN})(?:到|去|来))"
)
_NOTED = (
    r"(?:我|俺)?(?:都|也|已经?|刚)?(?:收到|收悉|收阅|阅(?:悉|知)?(?![^，。\s])|阅(?=[，,\s])|看到|看见|看(?=[过了罢])"
    r"|知道|知悉|晓得)[过罢了啦]*"
)
_SOOTHES = r"(?:(?:你们?|您|请|恁)?(?:尽管)?放心|没问题|错不了|不会(?:迟到|晚|误)|(?:不用|别|甭)(?:操心|担心|惦记))"
_PAUSE = r"[了的吧啊呀哈，,。!！ ]*"
_AWARE = re.compile(
    r"^(?P<which>[^，。,\s]{1,16}?会(?:议?(?:的?通知)?)?)?[：:，, ]*(?:好的?|嗯|行|中)?[，,、 ]*"
    rf"(?:(?:会议?)?(?:的)?(?:通知)?{_NOTED}{_PAUSE}(?:{_NOTED}{_PAUSE})?(?:{_SOOTHES}{_PAUSE})?(?P<also>{_COMES})?|(?P<comes>{_COMES})){_PAUSE}(?:(?:{_SOOTHES}|{_COMES}){_PAUSE}){{0,3}}$"
)
_WHILE = r"(?:[\d一二三四五六七八九十两半几]+[来多]?(?:分钟?|个?半?(?:小?时|钟头)|刻钟?)|个?半个?(?:小?时|钟头))"
_LATE = re.compile(
    rf"(?<![推延])(?:晚|迟)个?(?:{_WHILE}|一?会儿?|一?点儿?)?(?:左右)?(?:才|再)?(?:能|会)?(?:到(?![^，。]{{0,4}}开)|来|去|过去|赶到|进场)"
    rf"|(?:晚|迟)个?{_WHILE}(?:左右)?(?=$|[，,。\s吧了])|赶不上(?:开头|点|开场)"
)
_OBSERVE = re.compile(r"(?:想|申请|要求?|请求|能不能|可不可以|可否|让我)[^，。]{0,12}列席")
_QUESTION = re.compile(
    r"(?P<fit>[中行成妥好])不(?P=fit)|可不可以|能不能|[中行成妥好可]以?[不否没][啊呀]?[。!！]*$|吗|[?？]|咋弄|咋办|怎么办|能行|算不算|[行中](?:吧|呗)[。]*$"
)
_HOW = re.compile(r"^(?:我)?(?:要|想)?请(?:个)?假[。!！]*$")
_ASKED_FOR = re.compile(r"[替代帮为](?:我们?)?(?P<who>(?!会|表)[^，。,：:\s请]{1,12}?)(?:同志)?[请告](?:个|一?下)?假")
_OF_A_DAY = re.compile(
    r"^(?!.*(?:会|培训|学习|出差)).*(?:半天|[上下今明]午|今[天儿]|明[天儿]|[一两三]天)"
)  # no meeting's
_MYSELF = re.compile(r"^(?:我|俺|自己|本人)$")
_SOMEBODY = re.compile(r"^(?:他|她|我?们?(?:局长|主任|领导|一把手))$")
_MERELY_GOES = re.compile(rf"(?:{_SURELY})(?:去|来){_PAUSE}")  # of no meeting that is named: anywhere
_MEETING_TAIL = re.compile(r"(?:议)?(?:的)?(?:通知)?$")
_LEAST_NAME = 3
_WHOLE_MONTH = re.compile(r".*月份?$")


# --- 收到 -----------------------------------------------------------------------------------------------


def _knows(turn: Turn) -> Meeting | None:
    himself = rf"(?:我|俺)?们?(?:公司|局|单位|委|中心|镇|乡)?(?:由)?{re.escape(turn.person.name)}(?:同志|本人)?"
    found = _AWARE.match(re.sub(himself, "我", turn.reading.text))
    if not found:
        return None
    if found["which"]:
        own = _own_meeting(turn, found["which"])
        return own or (meeting_named(turn.ledger, found["which"]) if found["comes"] else None)
    if _MERELY_GOES.fullmatch(turn.reading.text):
        return None
    comes = found["comes"] or found["also"]
    if not comes and supervision.notices_for(turn.ledger, turn.person, State.ISSUED, State.DELIVERED):
        return None  # a notice that waits to be signed comes first
    called = seats_of(turn.ledger, turn.person, SeatState.CALLED)
    return called[0][0] if called else None


def _own_meeting(turn: Turn, words: str) -> Meeting | None:
    """Return the meeting of the sender's that words name: 10月例会, 8号的会, or a part of its name (用地协调会)."""
    seats = [meeting for meeting, _ in seats_of(turn.ledger, turn.person)]
    part = _MEETING_TAIL.sub("", words)
    called = [one for one in seats if len(part) >= _LEAST_NAME and part in one.name]
    days = read_days(words, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    called = called or [one for one in seats if one.day in days]
    if len(called) == 1:
        return called[0]
    named = meeting_named(turn.ledger, words)
    return named if named is not None and seat_for(named, turn.person) is not None else None


@router.command(_knows)
def aware(turn: Turn, meeting: Meeting) -> None:
    """收到, 参加: he knows."""
    _note_aware(turn, meeting)


@router.press("aware", "已收到")
def press_aware(turn: Turn, rest: str) -> None:
    """The notice's 收到."""
    _note_aware(turn, _meeting(turn, rest))


def _note_aware(turn: Turn, meeting: Meeting) -> None:
    seat = seat_for(meeting, turn.person)
    if seat is None:
        raise Forbidden("这次会议没有通知您参加；有疑问请与项目办联系。")
    if seat.state == SeatState.CALLED.value:
        mark(turn.ledger, meeting, seat, SeatState.AWARE, turn.person, turn.inbound.text or "收到")
    turn.answer(Plain(f"好的，{meeting.name}{shown(meeting.day)}见；不能到会请直接回「请假」加原因。"))


# --- 请假, 替会 -----------------------------------------------------------------------------------------


@router.command(
    lambda turn: bool(turn.reading.intents & {Intent.LEAVE, Intent.STAND_IN}) and not _LATE.search(turn.reading.text),
    help="向召集人请假",
    example="10月例会我请假，去省里开会",
)
def leave(turn: Turn) -> None:
    """A request for leave: the convenor's to grant, the person's own to ask; a substitute is neither (DC-29)."""
    ledger, text = turn.ledger, turn.reading.text
    if _OF_A_DAY.search(text):
        turn.answer(Plain("没有记：我这里只转会议的请假；平时请假请按单位的规矩办。要请会议的假，请带上是哪个会。"))
        return
    who = _for_whom(turn)
    meeting = _which(ledger, who, text)
    days = _days(turn)
    stands_in = Intent.STAND_IN in turn.reading.intents
    if days is not None and not days.first <= meeting.day <= days.date:
        turn.answer(Plain(_does_not_meet(ledger, meeting, who, days, stands_in)))
        return
    if stands_in and not _leave_asked(turn):
        _substitute(turn, meeting, who)
        return
    if _HOW.match(text):
        turn.answer(Plain(f"请写明原因，例如「{meeting.name}请假，去省里开会」；由召集人{meeting.convenor}批。"))
        return
    request = ask_leave(
        ledger,
        meeting,
        who,
        by=turn.person,
        reason=turn.inbound.text,
        first=days.first if days else None,
        last=days.date if days else None,
        spans=_spans(turn, who, days),
    )
    turn.answer(Plain(put_leave(ledger, request, turn.person)))


@router.press("askleave", "请假")
def press_leave(turn: Turn, rest: str) -> None:
    """The notice's 请假: say how."""
    meeting = _meeting(turn, rest)
    turn.answer(Plain(f"请回一句「{meeting.name}请假」加原因，我转给召集人{meeting.convenor}批；不得替会。"))


def put_leave(ledger: Ledger, request: Leave, by: Person | None) -> str:
    """Put a request before whoever is next: the person himself, or the convenor; return what the asker is told."""
    meeting, who = request.meeting, request.person
    if by is None or by.id != who.id:
        words = MeetingChoice(
            title=f"有人代您请假：{meeting.name}（{shown(meeting.day)}）",
            lines=[f"{by.name if by else ledger.mechanism.office_name}代请：{request.reason}"],
            hint="请假须您本人确认；可回「确认请假」或「不请假」。",
            buttons=[(f"mine-{request.id}", "确认请假"), (f"notmine-{request.id}", "不请假")],
        )
        key = f"leave:{request.id}"
        ledger.say(words, to=who, key=f"{key}:confirm", duty=key, expires_at=_while_ahead(ledger, meeting))
        return f"已记为代请，等{who.name}本人确认后报召集人{meeting.convenor}；没有批准前仍须到会。"
    ask_convenor(ledger, request)
    return f"请假已报召集人{meeting.convenor}，批了告诉您；没有批准前仍须到会，不得替会。"


def ask_convenor(ledger: Ledger, request: Leave) -> None:
    """Put a request before this meeting's convenor."""
    meeting = request.meeting
    words = MeetingChoice(
        title=f"请假待您批：{meeting.name}（{shown(meeting.day)}）",
        lines=[f"{request.person.unit.shown}{request.person.name}：{request.reason}"],
        hint="可回「准」或「不准」。",
        buttons=[(f"grant-{request.id}", "准"), (f"deny-{request.id}", "不准")],
    )
    if meeting.convened_by is not None:
        key, ends = f"leave:{request.id}", _while_ahead(ledger, meeting)
        ledger.say(words, to=meeting.convened_by, key=f"{key}:ask", duty=key, expires_at=ends)


def _while_ahead(ledger: Ledger, meeting: Meeting) -> datetime | None:
    """When asking becomes pointless: what must be settled before a meeting does not wait for a digest."""
    return meeting.at if meeting.at > ledger.now else None


@router.press("mine", "已确认")
def press_confirm(turn: Turn, rest: str) -> None:
    """The person himself stands by it."""
    confirm(turn, leave_of(turn, rest))


@router.press("notmine", "不请假")
def press_withdraw(turn: Turn, rest: str) -> None:
    """The person does not want leave."""
    request = leave_of(turn, rest)
    if request.person_id != turn.person.id:
        raise Forbidden("这份请假不是您的。")
    withdraw_leave(turn.ledger, request, turn.person)
    turn.ledger.drop_waiting(f"leave:{request.id}")
    turn.answer(Plain(f"好的，{request.meeting.name}照常参加。"))


def confirm(turn: Turn, request: Leave) -> None:
    """Confirm what was asked for oneself, and put it before the convenor."""
    confirm_leave(turn.ledger, request, turn.person)
    turn.ledger.drop_waiting(f"leave:{request.id}")
    ask_convenor(turn.ledger, request)
    turn.answer(Plain(f"已报召集人{request.meeting.convenor}，批了告诉您。"))


def leave_of(turn: Turn, rest: str) -> Leave:
    """Return the request a button names."""
    found = turn.ledger.session.get(Leave, int(rest)) if rest.isdigit() else None
    if found is None:
        raise Forbidden("没有找到这份请假，可发「我的待办」看一看。")
    return found


def _leave_asked(turn: Turn) -> bool:
    return Intent.LEAVE in turn.reading.intents and "请假" in turn.reading.text


def _for_whom(turn: Turn) -> Person:
    """Whose leave it is: whoever it is asked for, somebody named (by his unit or the office), the head, the sender."""
    ledger, text, me = turn.ledger, turn.reading.text, turn.person
    asked_for = _ASKED_FOR.search(text)
    if asked_for and not _SOMEBODY.match(asked_for["who"]):
        return me if _MYSELF.match(asked_for["who"]) else _spoken_of(turn, asked_for["who"])
    colleagues = ledger.people_with(Role.UNIT_HEAD, {me.unit_id})
    others = None if may(ledger, me, Deed.RECORD_ATTENDANCE) else colleagues
    named = [one for one in people_in(ledger, text, others) if one.id != me.id]
    named = named or [head for head in colleagues if head.id != me.id and _called_in(head, text)]
    if named:
        return named[0]
    heads = [head for head in colleagues if head.id != me.id]
    spoken_of = re.search(r"他|她|我们?(?:局长|主任|领导|一把手)", text)
    return heads[0] if heads and spoken_of and me not in colleagues else me


def _spoken_of(turn: Turn, words: str) -> Person:
    """Return whom 替李部长请假 means, by name or by surname and post. Raises Refusal: a guess would be a wrong fact."""
    people = list(turn.ledger.session.scalars(select(Person).order_by(Person.id)))
    found = people_in(turn.ledger, words, people) or [one for one in people if _goes_by(one, words)]
    if len(found) > 1:
        found = [one for one in found if one.unit_id == turn.person.unit_id] or found
    if len(found) != 1:
        names = some([f"{one.name}（{one.unit.shown}）" for one in found], 4, "位")
        raise Refusal(f"没有记请假：「{words}」{'有几位：' + names if found else '不在人员表里'}，请写明姓名再发一遍。")
    return found[0]


def _goes_by(person: Person, words: str) -> bool:
    """李部长, 何局: the surname with the end of the post, or its first character."""
    surname, post = words[:1], words[1:]
    ends = bool(post) and (person.title.endswith(post) or person.title[-2:].startswith(post))
    return person.name.startswith(surname) and ends


def _called_in(person: Person, text: str) -> bool:
    """何局, 何局长, 许主任: the surname with the post."""
    post = person.title.removeprefix("副")
    return any(f"{person.name[0]}{short}" in text for short in {post, post[:1]} if short)


def _which(ledger: Ledger, who: Person, text: str) -> Meeting:
    named = meeting_named(ledger, text)
    if named is not None:
        return named
    seats = seats_of(ledger, who)
    if len(seats) > 1:
        names = some([meeting.name for meeting, _ in seats], 4)
        raise Refusal(f"{who.name}近期有{len(seats)}个会：{names}，请写明哪一个。")
    return seats[0][0] if seats else coming_or_next(ledger, text)


def _spans(turn: Turn, who: Person, days: DateRead | None) -> dict[str, str]:
    """Return the words a leave's days, and whose it is, came from."""
    text, asked_for = turn.reading.text, _ASKED_FOR.search(turn.reading.text)
    spoken = asked_for["who"] if asked_for else who.name if who.name in text else ""
    if who.id == turn.person.id:
        spoken = ""
    away = days.words if days else ""
    return said(person=spoken, first=away, last=away)


def _days(turn: Turn) -> DateRead | None:
    """The days somebody is away, where the text names any: 20号到25号."""
    read = read_dates(turn.reading.text, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    spans = [one for one in read if one.kind is DateKind.PERIOD and not _WHOLE_MONTH.match(one.words)]
    points = [one for one in read if one.kind is DateKind.POINT]
    found = spans or points
    return found[0] if found else None


def _does_not_meet(ledger: Ledger, meeting: Meeting, who: Person, days: DateRead, stands_in: bool) -> str:
    span = shown(days.date) if days.first == days.date else f"{shown(days.first)}至{shown(days.date)}"
    on = shown(meeting.day) if meeting.by_notice else f"拟{shown(meeting.day)}，以通知为准"
    rule = f"{_no_substitute(ledger)}；" if stands_in else ""
    return (
        f"{span}与{meeting.name}（{on}）不冲突，没有记请假。{rule}"
        f"请假由{who.name}本人向召集人{meeting.convenor}提出，还有别的原因吗？"
    )


def _no_substitute(ledger: Ledger) -> str:
    clause = ledger.mechanism.meetings.leave_clause
    return f"按{ledger.mechanism.basis(clause)}不得替会" if clause else "替会不算到会"


def _substitute(turn: Turn, meeting: Meeting, who: Person) -> None:
    """替会: answered as what it is; once said as settled, recorded as 替会 and as nothing else."""
    seat = seat_for(meeting, who)
    way = f"不能到会请由{who.name}本人向召集人{meeting.convenor}请假，或经召集人同意后列席。"
    if who.id == turn.person.id or seat is None or _QUESTION.search(turn.reading.text):
        turn.answer(Plain(f"{_no_substitute(turn.ledger)}，没有记请假。{way}"))
        return
    mark(turn.ledger, meeting, seat, SeatState.STAND_IN, turn.person, turn.inbound.text, f"由{turn.person.name}替会")
    turn.answer(Plain(f"已登记为替会，不算到会。{_no_substitute(turn.ledger)}；{way}"))


# --- 列席, 迟到 -----------------------------------------------------------------------------------------


@router.command(lambda turn: bool(_OBSERVE.search(turn.reading.text)) and "会" in turn.reading.text)
def observe(turn: Turn) -> None:
    """列席听会: with the convenor's consent only, and never attendance for somebody else (A21)."""
    meeting = coming_or_next(turn.ledger, turn.reading.text)
    if meeting.convened_by is None:
        raise Refusal(f"{meeting.name}还没有登记召集人，请与项目办联系。")
    who = f"{meeting.id}-{turn.person.id}"
    words = MeetingChoice(
        title=f"列席待您同意：{meeting.name}",
        lines=[f"{turn.person.unit.shown}{turn.person.name}：{turn.inbound.text}"],
        hint="列席只听会，不顶替他人到会。",
        buttons=[(f"letin-{who}", "同意列席"), (f"letout-{who}", "不同意")],
    )
    key = f"{duty(meeting)}:observe:{turn.person.id}"
    ends = _while_ahead(turn.ledger, meeting)
    turn.ledger.say(words, to=meeting.convened_by, key=key, duty=key, expires_at=ends)
    turn.answer(
        Plain(f"已报召集人{meeting.convenor}；同意后登记为列席，不算{turn.person.unit.shown}主要负责同志到会。")
    )


@router.press("letin", "已同意列席")
def press_let_in(turn: Turn, rest: str) -> None:
    """The convenor consents."""
    _let(turn, rest, agreed=True)


@router.press("letout", "已答复")
def press_let_out(turn: Turn, rest: str) -> None:
    """The convenor does not."""
    _let(turn, rest, agreed=False)


def _let(turn: Turn, rest: str, *, agreed: bool) -> None:
    number, _, person_id = rest.partition("-")
    meeting, person = _meeting(turn, number), turn.ledger.session.get(Person, int(person_id))
    if person is None or meeting.convenor_id != turn.person.id:
        raise Forbidden(f"列席由召集人{meeting.convenor}定。")
    if agreed:
        seat = seat_for(meeting, person) or seat_of(person, "列席")
        if seat not in meeting.seats:
            meeting.seats = [*meeting.seats, seat]
        mark(turn.ledger, meeting, seat, SeatState.OBSERVER, turn.person, "同意列席")
    verb = "同意您列席" if agreed else "没有同意列席"
    turn.ledger.say(
        Result(f"召集人{turn.person.name}{verb}{meeting.name}。"),
        to=person,
        key=f"{duty(meeting)}:observe:{person.id}:{agreed}",
    )
    turn.answer(Plain(f"好的，已告诉{person.name}。"))


def _comes_late(turn: Turn) -> Meeting | None:
    if not _LATE.search(turn.reading.text) or (turn.reading.is_report and not turn.reading.text.count("会")):
        return None
    seats = seats_of(turn.ledger, turn.person)
    named = meeting_named(turn.ledger, turn.reading.text) if "会" in turn.reading.text else None
    if named is not None and seat_for(named, turn.person) is not None:
        return named
    return seats[0][0] if seats and ("会" in turn.reading.text or seats[0][0].day == turn.ledger.today) else None


@router.command(_comes_late, help="会议迟到报备", example="10月例会我晚到半小时，路上堵车")
def late(turn: Turn, meeting: Meeting) -> None:
    """迟到报备."""
    seat = seat_for(meeting, turn.person)
    assert seat is not None
    mark(turn.ledger, meeting, seat, SeatState.LATE_TOLD, turn.person, turn.inbound.text, turn.inbound.text)
    words = Plain(f"{turn.person.name}报备迟到：{meeting.name}，{turn.inbound.text}")
    turn.ledger.say_to_office(words, key=f"{duty(meeting)}:late:{turn.person.id}:{turn.number}", besides=turn.person.id)
    turn.answer(Plain(f"已登记迟到报备，并告知{turn.ledger.mechanism.office_name}。"))


def _meeting(turn: Turn, rest: str) -> Meeting:
    meeting = turn.ledger.session.get(Meeting, int(rest)) if rest.isdigit() else None
    if meeting is None:
        raise Forbidden("没有找到这次会议，可发「哪天开会」看一看。")
    return meeting
