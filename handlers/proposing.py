"""Before the notice: the collection notice (DC-16), the office's 召开会议的建议 (DC-20), the convenor's decision."""

from __future__ import annotations

import re
from datetime import date, time

from sqlalchemy import select

from handlers.meeting_changes import move_to_day
from handlers.meeting_ripples import said_at
from handlers.routing import Router, Turn
from handlers.understanding.categories import category_of
from handlers.understanding.moments import read_clock, read_days
from handlers.which_meeting import coming_or_next, meeting_named, period_named
from handlers.wording import five
from models.actors import holders
from models.agenda import AgendaLine, general_meeting, theme_line, themes
from models.collecting import AROUND, collecting, send_collection, workdays_off
from models.deeds import Deed, may, require
from models.errors import Forbidden, Refusal, WrongState
from models.ledger import Ledger
from models.mechanism import Actor
from models.meeting import Meeting, MeetingState, coming_meetings, duty, moment_of, set_collection, step
from models.notices import Answer, MeetingChoice, Plain
from models.people import Person, Role
from models.periods import shown, weekday_words
from models.regular import plan_of
from models.request import Request, open_requests
from models.topic import is_tabled, topics_of

router = Router(topic="会议")
_COLLECT = re.compile(r"^(?:请)?(?:发|发出|下发)(?:[^，。]{0,10})?征集通知[。!！]*$")
_COLLECT_DAY = re.compile(r"征集通知(?:改到|定在|改在|定到)")
_PROPOSE = re.compile(r"(?:提出|报|发|起草)(?:[^，。]{0,12})?(?:召开会议的?|开会|召开)(?:的)?建议")
_GENERAL = re.compile(r"(?:生成|拟定?|出)(?:一?个)?综合调度会(?:的)?议程")
_NEW_DAY = re.compile(
    r"^(?:同意[，, ]*)?(?P<which>[^，。：:]{0,12}?(?:会议|例会|调度会))?"
    r"(?:改到|改在|改期到|定在|放在|推到)(?P<rest>.+)$"
)


# --- 征集通知 -------------------------------------------------------------------------------------------


@router.command(
    lambda turn: bool(_COLLECT.match(turn.reading.text)), listed=(Role.OFFICE,), help="发征集通知", example="发征集通知"
)
def collect_by_chat(turn: Turn) -> None:
    """The office sends the collection notice."""
    _collect(turn)


@router.press("collect", "已发出")
def press_collect(turn: Turn, rest: str) -> None:
    """The card's 发出."""
    _collect(turn, rest)


@router.press("collectday", "已定")
def press_collect_day(turn: Turn, rest: str) -> None:
    """The card's choice of a day where the usual one leaves too little time (A4)."""
    period, day = rest[:7], date.fromisoformat(rest[8:])
    if day <= turn.ledger.today:
        _collect(turn, period)
        return
    _set_day(turn, period, day)


@router.command(lambda turn: bool(_COLLECT_DAY.search(turn.reading.text)))
def collect_on(turn: Turn) -> None:
    """The office sets the day of the collection notice."""
    found = collecting(turn.ledger)
    tail = _COLLECT_DAY.split(turn.reading.text, maxsplit=1)[1]
    days = read_days(tail, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    if found is None or not days:
        raise Refusal("请写明哪一天，例如「征集通知定在2月9日」。")
    _set_day(turn, found.period, days[0])


def _set_day(turn: Turn, period: str, day: date) -> None:
    turn.answer(Plain(collect_later(turn.ledger, day, turn.person, period)))


def collect_later(ledger: Ledger, day: date, by: Person | None, period: str = "") -> str:
    """Set the day of the collection notice (A4); return what is told. Raises Forbidden, Refusal."""
    require(ledger, by, Deed.SEND_COLLECTION)
    found = collecting(ledger)
    if found is None or (period and found.period != period):
        raise Refusal("现在没有要发的征集通知。")
    if not ledger.today < day < found.plan.materials_due:
        raise Refusal(f"征集通知要在{shown(found.plan.materials_due)}材料报送日之前、今天之后，请另定日子。")
    set_collection(ledger, found.period, day)
    ledger.drop_waiting(f"collection:{found.period}")
    return f"征集通知定在{shown(day)}（{weekday_words(day)}），到日子早上我发给各责任单位联络员。"


def _collect(turn: Turn, period: str = "") -> None:
    turn.answer(Plain(collect_now(turn.ledger, turn.person, period)))


def collect_now(ledger: Ledger, by: Person | None, period: str = "") -> str:
    """Send the collection notice; return what is told. Raises Forbidden, WrongState."""
    require(ledger, by, Deed.SEND_COLLECTION)
    found = collecting(ledger)
    if found is None or (period and found.period != period):
        raise WrongState("这一期的征集通知已经发出，或者还不到时候；只发一次。")
    count, otherwise = send_collection(ledger, found, by)
    off = workdays_off(ledger, found.plan)
    when = f"{'晚' if off > 0 else '早'}{abs(off)}个工作日"
    far = f"（比应发的{shown(found.plan.collection)}{when}）" if abs(off) > AROUND else ""
    also = f"；没有登记账号，请另行通知：{'、'.join(otherwise)}" if otherwise else ""
    return f"征集通知已逐一发给{count}位联络员{far}，材料{shown(found.plan.materials_due)}前报{also}。"


# --- 召开会议的建议 -------------------------------------------------------------------------------------


@router.command(
    lambda turn: bool(_PROPOSE.search(turn.reading.text)),
    listed=(Role.OFFICE,),
    help="提出召开会议的建议",
    example="报10月例会开会建议",
)
def propose_by_chat(turn: Turn) -> None:
    """The office puts the proposal before the convenor."""
    meeting = coming_or_next(turn.ledger, turn.reading.text)
    suggest(turn.ledger, meeting, turn.person)
    turn.answer(Plain(f"{meeting.name}的建议已报召集人{meeting.convenor}，定了告诉您。"))


@router.press("suggest", "已报召集人")
def press_suggest(turn: Turn, rest: str) -> None:
    """The office's card: 报召集人."""
    meeting = _meeting(turn, rest)
    suggest(turn.ledger, meeting, turn.person)
    turn.answer(Plain(f"{meeting.name}的建议已报召集人{meeting.convenor}，定了告诉您。"))


def suggest(ledger: Ledger, meeting: Meeting, by: Person | None) -> None:
    """Put time, alternatives, clash and the merged topics before the convenor; where the rule decides, that is all.

    Raises Forbidden, and Refusal when nobody is registered as convenor.
    """
    require(ledger, by, Deed.PROPOSE_MEETING)
    if ledger.mechanism.conflicts.day_decided_by == "rule":
        step(ledger, meeting, MeetingState.DECIDED, by, f"{meeting.name}按制度定在{said_at(meeting.at, ledger)}")
        return
    if meeting.convened_by is None:
        raise Refusal("还没有登记会议召集人，请先登记再报建议。")
    step(ledger, meeting, MeetingState.SUGGESTED, by, f"提出召开{meeting.name}的建议")
    ledger.drop_waiting(f"{duty(meeting)}:prepare")
    others = alternatives(ledger, meeting)
    moved = [(f"mday-{meeting.id}-{day:%Y-%m-%d}", f"改{shown(day)}") for day in others]
    words = MeetingChoice(
        title=f"{ledger.mechanism.documents.meeting_proposal}：{meeting.name}",
        lines=proposal_lines(ledger, meeting),
        hint="可回「同意」，或「改到10月9日9点」。",
        buttons=[(f"mok-{meeting.id}", "同意"), *(moved[:1] or []), (f"mmove-{meeting.id}", "改期")][:3],
    )
    key = f"{duty(meeting)}:suggest:{ledger.now.isoformat()}"
    ledger.say(words, to=meeting.convened_by, key=key, duty=f"{duty(meeting)}:suggest")


def proposal_lines(ledger: Ledger, meeting: Meeting) -> list[str]:
    """Return the proposal's lines: time with alternatives and clash, topics by theme, who is to come."""
    plan = plan_of(ledger, meeting.period) if meeting.period else None
    clash = f"（{plan.clash}）" if plan and plan.clash else ""
    others = "、".join(f"{shown(day)}（{weekday_words(day)}）" for day in alternatives(ledger, meeting))
    topics = topics_of(ledger, meeting)
    groups = themes(topics)
    merged = [theme_line(theme, found) for theme, found in groups.items()]
    return [
        f"拟{said_at(meeting.at, ledger)}{clash}",
        f"备选：{others}",
        f"议题{len(topics)}项：{'；'.join(merged)}" if topics else "还没有单位报来议题",
        f"看到每个项目可回「展开{next(iter(groups))}」" if groups else "材料报齐后附会",
    ]


def alternatives(ledger: Ledger, meeting: Meeting) -> list[date]:
    """Return the two working days after the proposed one."""
    first = ledger.calendar.add_workdays(meeting.day, 1)
    return [first, ledger.calendar.add_workdays(first, 1)]


@router.press("mok", "已同意")
def press_agree(turn: Turn, rest: str) -> None:
    """The convenor's 同意."""
    decide(turn, _meeting(turn, rest), None)


@router.press("mday", "已改期")
def press_day(turn: Turn, rest: str) -> None:
    """The convenor's choice of an alternative day."""
    number, _, day = rest.partition("-")
    decide(turn, _meeting(turn, number), date.fromisoformat(day))


@router.press("mmove", "改期")
def press_move(turn: Turn, rest: str) -> None:
    """The convenor's 改期: which day, in words."""
    meeting = _meeting(turn, rest)
    days = "、".join(shown(day) for day in alternatives(turn.ledger, meeting))
    turn.answer(Plain(f"请回「改到」加日期，例如「改到{days.split('、')[0]}9点」；备选{days}。"))


def _changes_day(turn: Turn) -> tuple[Meeting, re.Match[str]] | None:
    found = _NEW_DAY.match(turn.reading.text)
    if not found:
        return None
    named = period_named(turn.ledger, found["which"] or "")
    waiting = [one for one in suggested_to(turn.ledger, turn.person) if named is None or one.period == named]
    meeting = waiting[0] if waiting else _convened(turn, found["which"] or "")
    return (meeting, found) if meeting is not None else None


def _convened(turn: Turn, which: str) -> Meeting | None:
    """Return the meeting the sender convenes and speaks of, before any proposal or after the notice."""
    if not may(turn.ledger, turn.person, Deed.DECIDE_MEETING):
        return None
    if which:
        meeting = meeting_named(turn.ledger, which)
        return meeting if meeting is not None and meeting.convenor_id == turn.person.id else None
    called = [one for one in coming_meetings(turn.ledger) if one.convenor_id == turn.person.id]
    return called[0] if len(called) == 1 else None


@router.command(_changes_day)
def decide_other_day(turn: Turn, given: tuple[Meeting, re.Match[str]]) -> None:
    """The convenor's 改到…, in words: of a proposal, of a meeting not proposed yet, of one called."""
    meeting, found = given
    days = read_days(found["rest"], sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    if not days:
        raise Refusal("请写明改到哪一天，例如「改到10月9日9点」。")
    clock = read_clock(re.sub(r"\d+月\d+[日号]", "", found["rest"]))
    decide(turn, meeting, days[0], f"{clock:%H:%M}" if clock else "")


def suggested_to(ledger: Ledger, convenor: Person) -> list[Meeting]:
    """Return the proposals that wait for a convenor."""
    return list(
        ledger.session.scalars(
            select(Meeting)
            .where(Meeting.convenor_id == convenor.id, Meeting.state == MeetingState.SUGGESTED.value)
            .order_by(Meeting.at)
        )
    )


def decide(turn: Turn, meeting: Meeting, day: date | None, clock: str = "") -> None:
    """The convenor fixes the day, by chat."""
    turn.answer(Plain(fix(turn.ledger, meeting, turn.person, day, clock)))


def fix(ledger: Ledger, meeting: Meeting, by: Person | None, day: date | None, clock: str = "") -> str:
    """The convenor fixes the day; nothing goes to members before the notice (A3). Return what he is told.

    After the notice his other day moves the meeting, and everybody asked hears it once (DC-15).
    """
    require(ledger, by, Deed.DECIDE_MEETING)
    assert by is not None
    if meeting.state == MeetingState.CALLED.value:
        return _move_called(ledger, meeting, by, day, clock)
    local = meeting.at.astimezone(ledger.local_now.tzinfo)
    if day is not None:
        if day < ledger.today:
            raise Refusal(f"{shown(day)}已经过去，请改一个以后的日子。")
        meeting.at = moment_of(day, clock or f"{local:%H:%M}")
    step(ledger, meeting, MeetingState.DECIDED, by, f"召集人定{meeting.name}：{said_at(meeting.at, ledger)}")
    ledger.drop_waiting(f"{duty(meeting)}:suggest")
    said = said_at(meeting.at, ledger)
    how = f"例如「发{meeting.name}通知：{shown(meeting.day)}9点，某会议室」"
    words = f"召集人{by.name}定了：{meeting.name}{said}。请发通知，{how}。"
    ledger.say_to_office(Plain(words), key=f"{duty(meeting)}:decided:{ledger.now.isoformat()}", besides=by.id)
    return f"好的，{meeting.name}定在{said}，由{ledger.mechanism.office_name}发通知。"


def _move_called(ledger: Ledger, meeting: Meeting, by: Person, day: date | None, clock: str) -> str:
    if day is None:
        raise WrongState(f"{meeting.name}已经通知；要改期请回「{meeting.name}改到」加日期。")
    told = move_to_day(ledger, meeting, day, time.fromisoformat(clock) if clock else None, "", by)
    words = Plain(f"召集人{by.name}改期：{told}")
    ledger.say_to_office(words, key=f"{duty(meeting)}:moved:{ledger.now.isoformat()}:office", besides=by.id)
    return told


def answer(turn: Turn, meeting: Meeting, agreed: bool, remark: str) -> None:
    """The convenor's 同意 in words; anything else needs a day."""
    if not agreed:
        raise Refusal(f"请回「改到」加日期，或与{turn.ledger.mechanism.office_name}联系。")
    decide(turn, meeting, None)


# --- 综合调度会 (JZ-14) ---------------------------------------------------------------------------------


@router.command(lambda turn: bool(_GENERAL.search(turn.reading.text)))
def general_by_chat(turn: Turn) -> None:
    """One step from what waits for the main leader to a meeting's agenda."""
    require(turn.ledger, turn.person, Deed.PROPOSE_MEETING)
    meeting, count = make_general(turn.ledger, turn.person)
    lines = [f"{theme_line(theme, found)}" for theme, found in themes(topics_of(turn.ledger, meeting)).items()]
    turn.answer(
        Answer(
            f"{meeting.number}{meeting.name}议程已生成，{count}项提请事项：",
            five(lines, "类", f"可发「{meeting.name}议程」看"),
        )
    )


def make_general(ledger: Ledger, by: Person | None) -> tuple[Meeting, int]:
    """Make the general meeting of all open requests. Raises Refusal when there is none."""
    waiting = [request for request in open_requests(ledger) if not is_tabled(ledger, request.number)]
    if not waiting:
        raise Refusal("现在没有待研究的提请事项，不用开综合调度会。")
    convenor = next(iter(holders(ledger, Actor.MAIN_LEADER)), None)
    return general_meeting(ledger, [_line_of(request) for request in waiting], convenor, by), len(waiting)


def _line_of(request: Request) -> AgendaLine:
    text = f"{request.number} {request.matter}；建议：{request.suggestion}"
    return AgendaLine(text, category_of(request.matter), request.project, request.asker)


def _meeting(turn: Turn, rest: str) -> Meeting:
    meeting = turn.ledger.session.get(Meeting, int(rest)) if rest.isdigit() else None
    if meeting is None:
        raise Forbidden("没有找到这次会议，可发「哪天开会」看一看。")
    return meeting
