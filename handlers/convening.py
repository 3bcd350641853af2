"""Calling, moving, cancelling, merging and holding meetings by chat; who is asked; the government office's part."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from sqlalchemy import select

from handlers.meeting import Called, announce_meeting, call_prepared, require_caller
from handlers.meeting_changes import cancel_meeting, hold_meeting, merge_meetings, move_to_day
from handlers.meeting_ripples import invite, said_at
from handlers.routing import Router, Turn
from handlers.understanding.moments import read_clock, read_days, read_moment, read_place
from handlers.understanding.wondering import wonders
from handlers.which_meeting import (
    MEETING_WORDS,
    begun_meeting,
    called_named,
    coming_or_next,
    meeting_named,
    taskforce_named,
)
from handlers.wording import dated, five
from models.actors import Scope
from models.attendance import SEAT_LABELS, SeatState
from models.deeds import Deed, may, require
from models.directory import find_attendees, find_person
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.meeting import COMING, FORMS, Meeting, MeetingKind, MeetingState, coming_meetings, step, usual_convenor
from models.notices import Answer, Plain
from models.people import Person, Role
from models.project import Group
from models.regular import find_regular, next_period, plan_of, prepare, taskforce_meeting
from models.reporting import begun
from models.rights import sees_all
from models.roster import relay_words

router = Router(topic="会议")
_ALL = r"(?:各(?:单位|局委?|部门|参会单位|成员单位|有关单位)|大家|参会(?:人员|单位|的)|有关单位|他们)"
_CALL = re.compile(
    rf"^(?:请|麻烦)?(?:[给向对][^，。：:\s]{{1,10}}?)?(?:下?发|发出|印发)(?:一?[个份])?(?P<which>[^，。：:]{{0,20}}?{MEETING_WORDS}?)(?:的)?(?:会议)?通知"
    r"(?!书)[：:，,\s]+(?P<rest>.+)$"
    rf"|^(?P<which3>[^，。：:\s]{{0,16}}?{MEETING_WORDS})(?:请|现)?(?:通知|告知){_ALL}(?:一?下|知晓)*[：:，,\s]+(?P<rest3>.+)$"
    rf"|^(?P<which4>[^，。：:\s]{{0,16}}?{MEETING_WORDS})(?:就|先|都)?(?:定[在于到]?|安排在)(?P<rest4>.+?)[，,。\s]+(?:你|请|麻烦)?(?:给{_ALL})?(?:把)?(?:会议)?(?:发(?:个)?通知|通知(?:{_ALL}|下去|出去|发(?:出去|下去|了)?|一?下)+)[吧了。!！]*$"
    rf"|^(?P<which5>[^，。：:\s]{{0,16}}?{MEETING_WORDS})(?:的)?(?:会议)?(?:可以|就|先|也|都)*(?:把)?(?:发(?:出|下)?(?:一?[个份])?(?:会议)?通知|(?:会议)?通知(?:可以|能|就|先|也)*(?:发|下发|发出)(?:了|出去|下去)?)(?:了|吧|一?下)*[，,：:\s]+(?:就|定[在于]?|时间|是)*(?P<rest5>.+)$"
    rf"|^(?:请|麻烦)?(?:发(?:一?[个份])?)?(?:会议)?通知(?:{_ALL})?(?:一?下)?[：:，,\s]*(?P<which2>[^，。：:\s]{{0,16}}?{MEETING_WORDS})(?:定[在于]|时间|于|在)?[：:，,\s]*(?P<rest2>.+)$",
    re.S,
)
_NAME_WITHIN = 12  # characters in which a notice names its meeting
_OPEN = re.compile(
    r"^(?:通知开会|开会通知|组织)[：:，,\s]*(?P<name>[^，,。：:]{2,24}?会)[，,。：:\s]+(?P<rest>.+)$", re.S
)
_ATTEND = re.compile(r"(?:参会|参加)(?:人员|单位)?[：:]\s*(?P<names>.+)$", re.S)
_CONVENOR = re.compile(
    r"(?:召集人[：:是为]?|由)(?P<name>[\u4e00-\u9fff]{2,4}?)(?:县长|书记)?(?:召集|主持|(?=[，,。；;]|$))"
)
_TO_DAY = (
    r"(?:改到|改期到|改期为|推迟到|延到|提前到|改在|挪到"
    r"|改(?=\d{1,2}月|\d{1,2}[日号]|下周|下个?月|星期|周[一二三四五]))"
)
_MOVE = re.compile(rf"{MEETING_WORDS}.{{0,10}}?{_TO_DAY}")
_MOVE_TAIL = re.compile(_TO_DAY)
_CANCEL = re.compile(
    rf"^(?:取消|不开)(?!了吗).{{0,16}}?{MEETING_WORDS}[了吧]?(?:[，,：:。\s]+(?P<why>.+))?$"
    rf"|^.{{0,16}}?{MEETING_WORDS}(?:先|暂时?|就)?(?:取消|不开|不办|停开)[了吧]*(?:[，,：:。\s]+(?P<reason>.+))?$"
)
_MERGE = re.compile(
    r"^(?:把)?合并?(?:会议)?\s*HY-?(?P<other>\d+)\s*(?:合并|并)?(?:到|入|和|与)\s*HY-?(?P<into>\d+)", re.I
)
_INVITE = re.compile(r"^(?:请)?发(?:出)?(?:[^，。]{0,12}的?)?参会通知[。!！]*$")
_HELD = re.compile(
    rf"{MEETING_WORDS}(?:已经?|昨天|今天|刚)?(?:开过|开完|召开|开)了[。!！]*|{MEETING_WORDS}已(?:经)?(?:召开|开过|结束)"
)
_ROSTER = re.compile(
    r"(?:参会|与会|到会)(?:人员|名单)|谁(?:要)?参(?:会|加)|谁[^，。]{0,4}回(?:了)?(?:收到|执)|都?通知了?谁"
)
_SOON = re.compile(
    r"^(?:看看|查一?下)?(?:近期|最近|近来|本月|这个月)(?:都)?(?:的|有哪些|有什么|有啥)?会议?(?:安排|有哪些|要开)?[?？。]*$"
)


# --- calling --------------------------------------------------------------------------------------------


def _calls(turn: Turn) -> re.Match[str] | None:
    found = _CALL.match(turn.reading.text)
    if not found or re.search(r"督办|征集|参会通知", turn.reading.text[:30]):
        return None
    which = _of(found, "which") or (found["rest"] or "")[:_NAME_WITHIN]
    return found if meeting_named(turn.ledger, which) or (found["which"] and "会" in which) else None


@router.command(
    _calls,
    listed=(Role.OFFICE,),
    help="发会议通知",
    example="发10月例会通知：10月9日9点，县政府三楼会议室",
)
def call_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """Give notice of a meeting that is prepared: day, hour, place."""
    meeting = coming_or_next(turn.ledger, turn.reading.text)
    require_caller(turn.ledger, meeting, turn.person)
    rest = _of(found, "rest")
    usual = time.fromisoformat(turn.ledger.mechanism.meetings.time)
    at = read_moment(rest, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday, usual=usual)
    place = read_place(rest)
    missing = [name for name, given in (("哪天几点", at), ("地点", place)) if not given]
    if at is None or missing:
        raise Refusal(f"还差{'、'.join(missing)}，例如「发10月例会通知：10月9日9点，县政府三楼会议室」。")
    called = call_prepared(
        turn.ledger,
        meeting,
        at=at,
        place=place,
        by=turn.person,
        extra=_attending(turn.ledger, rest),
        groups=meeting_groups(turn.ledger),
        convenor=_convenor(turn.ledger, rest),
    )
    turn.answer(Answer(called_words(turn.ledger, called), called_lines(called)))


def _of(found: re.Match[str], part: str) -> str:
    """Return a part of a notice, whichever of its wordings was used."""
    return next((words for name, words in found.groupdict().items() if name.startswith(part) and words), "")


def called_words(ledger: Ledger, called: Called) -> str:
    """Say what a call did."""
    meeting = called.meeting
    when = f"{said_at(meeting.at, ledger)}，{meeting.place}"
    return f"已通知{meeting.number} {meeting.name}：{when}，{len(meeting.people)}人。"


def called_lines(called: Called) -> list[str]:
    """Say what the office still has to think of, at most five lines."""
    waiting = [seat.unit_name for seat in called.meeting.seats if seat.state == SeatState.TO_INVITE.value]
    invited = [f"议题有关单位由政府办通知：{'、'.join(waiting)}"] if waiting else []
    paper = [f"另发纸质通知，{how}：{'、'.join(names)}" for how, names in called.on_paper.items()]
    return five([*invited, *paper, *called.warnings], "条", f"见「{called.meeting.name}参会名单」")


def meeting_groups(ledger: Ledger) -> list[Group]:
    """Return the groups registered for meeting notices."""
    return list(ledger.session.scalars(select(Group).where(Group.purpose == "会议通知").order_by(Group.id)))


def _convenor(ledger: Ledger, text: str) -> Person | None:
    found = _CONVENOR.search(text)
    return find_person(ledger, found["name"]) if found else None


def _attending(ledger: Ledger, text: str) -> list[Person]:
    found = _ATTEND.search(text)
    names = re.split(r"[、，,\s]+", found["names"].strip("。 ")) if found else []
    return [person for name in names if name for person in find_attendees(ledger, name)]


@router.command(
    lambda turn: _OPEN.match(turn.reading.text),
    listed=(Role.OFFICE,),
    help="通知开会",
    example="通知开会：防汛调度会，9月21日15点，县政府二楼会议室，参会：住建局、水利局",
)
def open_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """Call a meeting of any other sort, 银政企对接 (DC-26) among them."""
    require(turn.ledger, turn.person, Deed.CALL_MEETING)
    rest = _ATTEND.sub("", found["rest"])
    at = read_moment(rest, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    place = read_place(rest)
    people = _attending(turn.ledger, found["rest"])
    missing = [name for name, given in (("哪天几点", at), ("地点", place), ("参会的人或单位", people)) if not given]
    if at is None or missing:
        raise Refusal(
            f"还差{'、'.join(missing)}，例如「通知开会：防汛调度会，9月21日15点，县政府二楼会议室，参会：住建局」。"
        )
    convenor = _convenor(turn.ledger, rest)
    if kind_of(found["name"]) is MeetingKind.OTHER:
        name = convenor.name if convenor else turn.ledger.mechanism.meetings.convenor_title
        meeting = announce_meeting(
            turn.ledger, name=found["name"], at=at, place=place, convenor=name, people=people, groups=[]
        )
        turn.answer(
            Plain(f"已通知{meeting.number} {meeting.name}：{said_at(at, turn.ledger)}，{place}，{len(people)}人。")
        )
        return
    called = call_special(turn.ledger, found["name"], turn.person, at, place, people, convenor)
    turn.answer(Answer(called_words(turn.ledger, called), called_lines(called)))


def kind_of(name: str) -> MeetingKind:
    """Return what sort of meeting a name means."""
    if re.search(r"银(?:政企|企)|政银企|融资对接", name):
        return MeetingKind.MATCHING
    return MeetingKind.GENERAL if "综合调度" in name else MeetingKind.OTHER


def call_special(
    ledger: Ledger,
    name: str,
    by: Person | None,
    at: datetime,
    place: str,
    people: list[Person],
    convenor: Person | None,
) -> Called:
    """Call a 综合调度会 or 对接会 that nobody has prepared."""
    meeting = prepare(ledger, kind=kind_of(name), name=name, at=at, convenor=convenor or usual_convenor(ledger))
    return call_prepared(ledger, meeting, at=at, place=place, by=by, extra=people)


# --- moving, cancelling, merging, holding ---------------------------------------------------------------


@router.command(
    lambda turn: bool(_MOVE.search(turn.reading.text)) and _runs_meetings(turn),
    listed=(Role.OFFICE,),
    help="会议改期",
    example="10月例会改到10月12日9点",
)
def move_by_chat(turn: Turn) -> None:
    """改期."""
    head, tail = _MOVE_TAIL.split(turn.reading.text, maxsplit=1)
    meeting = called_named(turn.ledger, head)
    days = read_days(tail, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    if not days:
        raise Refusal("请写明改到哪一天，例如「10月例会改到10月12日9点」。")
    clock = read_clock(re.sub(r"\d+月\d+[日号]", "", tail))
    turn.answer(Plain(move_to_day(turn.ledger, meeting, days[-1], clock, read_place(tail), turn.person)))


def _cancels(turn: Turn) -> re.Match[str] | None:
    found = _CANCEL.match(turn.reading.text)
    return found if found and _runs_meetings(turn) else None


@router.command(
    _cancels,
    listed=(Role.OFFICE,),
    help="取消会议",
    example="取消10月例会：与省里会议冲突",
)
def cancel_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """取消."""
    meeting = called_named(turn.ledger, turn.reading.text)
    cancel_meeting(turn.ledger, meeting, turn.person, (found["why"] or found["reason"] or "").strip())
    turn.answer(Plain(f"已取消{meeting.name}，已通知的{len(meeting.people)}人各告知一次。"))


def _orders_what_is_others(turn: Turn) -> Meeting | None:
    """10月例会取消, said by who does not run it; a report of a meeting of his own is none."""
    text = turn.reading.text
    if turn.reading.named or _runs_meetings(turn) or wonders(text) or not (_CANCEL.match(text) or _MOVE.search(text)):
        return None
    return meeting_named(turn.ledger, text)


@router.command(_orders_what_is_others)
def tell_who_runs_it(turn: Turn, meeting: Meeting) -> None:
    """A meeting is moved and cancelled by the office alone."""
    office = turn.ledger.mechanism.office_name
    stands = said_at(meeting.at, turn.ledger)
    raise Forbidden(
        f"会议改期、取消由{office}办理，没有改；{meeting.name}现在是{stands}，不能到会请向召集人{meeting.convenor}请假。"
    )


@router.command(lambda turn: _MERGE.match(turn.reading.text))
def merge_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """Merge two called meetings."""
    _merge(turn, found["into"], found["other"])


@router.press("merge", "已合并")
def press_merge(turn: Turn, rest: str) -> None:
    """The card's 合并."""
    into, _, other = rest.partition("-")
    _merge(turn, into, other)


@router.press("apart", "不合并")
def press_apart(turn: Turn, rest: str) -> None:
    """The card's 不合并."""
    require(turn.ledger, turn.person, Deed.MERGE_MEETINGS)
    turn.ledger.drop_waiting(f"merge:{rest.replace('-', ':')}")
    turn.answer(Plain("好的，两个会分别召开。"))


def _merge(turn: Turn, into_id: str, other_id: str) -> None:
    into, other = _by_id(turn, into_id), _by_id(turn, other_id)
    merge_meetings(turn.ledger, into, other, turn.person)
    turn.answer(Plain(f"{other.name}已并入{into.name}，一次开、一份纪要；重复通知的人各告知一次。"))


def _says_held(turn: Turn) -> bool:
    """A meeting of ours took place; a unit that tells of its own (协调会开了，路明天通) only reports."""
    text = turn.reading.text
    if not _HELD.search(text) or "通知" in text or turn.reading.named:
        return False
    return may(turn.ledger, turn.person, Deed.CALL_MEETING) or taskforce_named(turn.ledger, text) is not None


@router.command(
    _says_held,
    listed=(Role.OFFICE,),
    help="登记会议已召开",
    example="产业项目专班调度会已召开，专题会议",
)
def held_by_chat(turn: Turn) -> None:
    """已召开, in whatever form (JZ-10)."""
    meeting = _begun_or_unannounced(turn)
    require_caller(turn.ledger, meeting, turn.person)
    form = next((one for one in FORMS if one in turn.reading.text), "")
    entry = hold_meeting(turn.ledger, meeting, turn.person, turn.inbound.text, form)
    paid = entry.data.get("discharges", []) if entry else []
    names = "、".join(turn.ledger.mechanism.obligation(duty).name for duty in paid)
    turn.answer(Plain(f"已登记{meeting.name}召开{'，已抵：' + names if names else ''}。"))


def _runs_meetings(turn: Turn) -> bool:
    """Whether the sender may be ordering something about a meeting: others who speak of one only report."""
    if may(turn.ledger, turn.person, Deed.CALL_MEETING):
        return True
    taskforce = taskforce_named(turn.ledger, turn.reading.text)
    return taskforce is not None and may(turn.ledger, turn.person, Deed.CALL_TASKFORCE, Scope(taskforce=taskforce))


def _begun_or_unannounced(turn: Turn) -> Meeting:
    """A 专班 may meet without a notice of ours, on the site say: it is noted all the same (JZ-10)."""
    ledger, taskforce = turn.ledger, taskforce_named(turn.ledger, turn.reading.text)
    try:
        return begun_meeting(ledger, turn.reading.text)
    except Refusal:
        if taskforce is None:
            raise
    require(ledger, turn.person, Deed.CALL_TASKFORCE, Scope(taskforce=taskforce))
    meeting = taskforce_meeting(ledger, taskforce, f"{ledger.today:%Y-%m}")
    meeting.at, meeting.called_at = ledger.now, ledger.now
    step(ledger, meeting, MeetingState.CALLED, turn.person, f"{meeting.name}没有另发通知")
    return meeting


@router.command(lambda turn: bool(_INVITE.match(turn.reading.text)))
def invite_by_chat(turn: Turn) -> None:
    """The government office invites those the topics need (DC-21)."""
    require(turn.ledger, turn.person, Deed.INVITE)
    _invite(turn, called_named(turn.ledger, turn.reading.text))


@router.press("invite", "已通知")
def press_invite(turn: Turn, rest: str) -> None:
    """The card's 发参会通知."""
    _invite(turn, _by_id(turn, rest))


def _invite(turn: Turn, meeting: Meeting) -> None:
    told, other = invite(turn.ledger, meeting, turn.person)
    also = f"；请另行通知：{'、'.join(other)}" if other else ""
    turn.answer(Plain(f"已通知{'、'.join(told) or '0人'}参加{meeting.name}{also}。"))
    words = f"{turn.person.name}已通知议题有关人员参加{meeting.name}：{'、'.join([*told, *other])}。"
    turn.ledger.say_to_office(Plain(words), key=f"meeting:{meeting.id}:invited:{turn.number}", besides=turn.person.id)


# --- looking --------------------------------------------------------------------------------------------


@router.command(
    lambda turn: bool(_ROSTER.search(turn.reading.text)) and "会" in turn.reading.text,
)
def roster(turn: Turn) -> None:
    """Who is asked, in what state: for those who run the meeting."""
    if not (may(turn.ledger, turn.person, Deed.RECORD_ATTENDANCE) or sees_all(turn.ledger, turn.person)):
        raise Forbidden(f"参会名单请向{turn.ledger.mechanism.office_name}了解。")
    meeting = coming_or_next(turn.ledger, turn.reading.text)
    turn.answer(
        Answer(f"{meeting.name}（{meeting.label}）{len(meeting.seats)}人：", roster_lines(turn.ledger, meeting))
    )


def roster_lines(ledger: Ledger, meeting: Meeting) -> list[str]:
    """Say who is asked, by state, outside units with who relays."""
    groups: dict[str, list[str]] = {}
    for seat in meeting.seats:
        label = relay_words(ledger, seat) if seat.relay else SEAT_LABELS[SeatState(seat.state)]
        groups.setdefault(label, []).append(seat.name)
    return [f"{label}：{'、'.join(names)}" for label, names in groups.items()] or ["还没有通知。"]


@router.command(lambda turn: bool(_SOON.match(turn.reading.text)), help="近期会议", example="近期会议")
def soon(turn: Turn) -> None:
    """What is coming: all meetings with how they stand for those who oversee the county, one's own for others."""
    ledger = turn.ledger
    if sees_all(ledger, turn.person):
        lines = [*unheld_line(ledger), *meeting_lines(ledger)]
        lines += [] if find_regular(ledger, next_period(ledger)) else next_regular_line(ledger)
    else:
        mine = [one for one in coming_meetings(ledger) if turn.person.id in {person.id for person in one.people}]
        lines = [f"{one.name}：{said_at(one.at, ledger)}，{one.place}" for one in mine] + next_regular_line(ledger)
    turn.answer(Answer("近期会议：" if lines else "近期没有会议。", five(lines, "个", "可问「10月例会」这样的一次会")))


def next_regular_line(ledger: Ledger) -> list[str]:
    """Say which day is meant for the next regular meeting while no notice has fixed it."""
    period = next_period(ledger)
    plan, meeting = plan_of(ledger, period), find_regular(ledger, period)
    if plan is None or (meeting is not None and meeting.by_notice):
        return []
    day = meeting.day if meeting is not None else plan.day
    clash = f"（{plan.clash}）" if plan.clash and day == plan.day else ""
    return [f"{int(period[5:])}月{ledger.mechanism.meetings.name}：拟{dated(day)}{clash}，以通知为准"]


def meeting_lines(ledger: Ledger) -> list[str]:
    """Say the meetings that are coming, and this month's, with how they stand."""
    states = [*(state.value for state in COMING), MeetingState.HELD.value]
    first = ledger.local_now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = ledger.session.scalars(
        select(Meeting).where(Meeting.state.in_(states), Meeting.at >= first).order_by(Meeting.at)
    )
    return [f"{row.number} {row.name}：{said_at(row.at, ledger)}（{row.label}）" for row in rows]


def unheld_line(ledger: Ledger) -> list[str]:
    """Say that last month had no regular meeting, where it had none (ZZ-24)."""
    last = ledger.today.replace(day=1) - timedelta(days=1)
    period = f"{last:%Y-%m}"
    if last < begun(ledger):
        return []
    meeting = find_regular(ledger, period)
    held = meeting is not None and meeting.state in (MeetingState.HELD.value, MeetingState.MERGED.value)
    return [] if held else [f"{last.month}月{ledger.mechanism.meetings.name}：未召开"]


def _by_id(turn: Turn, rest: str) -> Meeting:
    meeting = turn.ledger.session.get(Meeting, int(rest)) if rest.isdigit() else None
    if meeting is None:
        raise Forbidden("没有找到这次会议，可发「近期会议」看一看。")
    return meeting
