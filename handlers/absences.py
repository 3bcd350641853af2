"""Who is away for some days (我10月12日到16日年休): kept as a note, and told which meetings of his fall into them.

It is no leave from a meeting: that is asked of its convenor, meeting by meeting (DC-29).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from handlers.routing import Router, Turn
from handlers.understanding.dates import DateKind, read_dates
from handlers.understanding.wondering import wonders
from models.attendance import seat_for, seats_of
from models.directory import people_in
from models.entry import EntryKind
from models.message import Kind
from models.notices import Plain
from models.periods import shown
from models.regular import next_period, regular_meeting

router = Router()
_AWAY = re.compile(
    r"年休|年假|休假|公休|病假|产假|婚假|探亲|陪护|住院|外出|出差|培训|学习|党校|考察|挂职|不在(?:家|县|单位|岗|平|办公室)|请(?:个|几天|[一两二三四五六七\d]+天)?假"
)
_ELSEWHERE = re.compile(
    r"跑(?!了|完)[^，。；\s]{1,8}?(?:招商|办事|考察)|(?:去|到|上|在)(?:省|市|北京|外地|外省|[\u4e00-\u9fff]{2}市)[^，。；\s]{0,6}?(?:开会|办事|招商|汇报|跑|参会)"
)
_STANDS_IN = re.compile(r"[^，。；\s]{0,8}(?:先|就|都|请)*(?:找|联系|问)[\u4e00-\u9fff]{2,4}")  # 有事先找秦勇
_A_MEETING = re.compile(r"例会|调度会|推进会|联席会|参会|到会|开会|[这那次个的]会")
_SOMEBODY_ELSE = re.compile(
    r"代理|顶替|代管|接手|替我|[他她]|(?<!我们)(?<!俺们)(?:局长|主任|县长|书记)|工人|企业|施工|厂家"
)


@dataclass(frozen=True)
class _Away:
    first: date
    last: date
    why: str


def _tells_away(turn: Turn) -> _Away | None:
    text = turn.reading.text
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or turn.reading.is_report or turn.reading.decision.matches:
        return None
    why = _AWAY.search(text) or _ELSEWHERE.search(text)
    if why is None or _A_MEETING.search(_ELSEWHERE.sub("", text)) or _SOMEBODY_ELSE.search(text) or wonders(text):
        return None
    if any(person.id != turn.person.id for person in people_in(turn.ledger, _STANDS_IN.sub("", text))):
        return None
    days = _days(turn, text)
    return _Away(*days, why.group()) if days else None


def _days(turn: Turn, text: str) -> tuple[date, date] | None:
    """Return the first and the last day a text names, none of them past."""
    read = read_dates(text, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    found = [one for one in read if one.kind in (DateKind.PERIOD, DateKind.POINT) and one.date >= turn.ledger.today]
    return (min(one.first for one in found), max(one.date for one in found)) if found else None


@router.command(_tells_away)
def away(turn: Turn, given: _Away) -> None:
    """Note the days; whoever has a meeting in them hears how to ask for leave."""
    ledger, person = turn.ledger, turn.person
    data = {"state": "away", "first": given.first.isoformat(), "last": given.last.isoformat(), "reason": given.why}
    ledger.record(EntryKind.NOTE, turn.inbound.text, person=person, data=data)
    span = shown(given.first) if given.first == given.last else f"{shown(given.first)}至{shown(given.last)}"
    turn.answer(Plain(f"记下了：您{span}{given.why}。{_meetings_then(turn, given)}"))


def _meetings_then(turn: Turn, given: _Away) -> str:
    ledger = turn.ledger
    called = [meeting for meeting, _ in seats_of(ledger, turn.person)]
    regular = regular_meeting(ledger, next_period(ledger))
    if regular not in called and (not regular.by_notice or seat_for(regular, turn.person)):
        called.append(regular)
    then = [one for one in called if given.first <= one.day <= given.last]
    if not then:
        return "其间没有要您参加的会；有新通知我再告诉您，不能到会须另向召集人请假。"
    names = "、".join(f"{one.name}（{shown(one.day)}）" for one in then)
    return f"其间有{names}：不能到会请回「{then[0].name}请假」加原因，由召集人{then[0].convenor}批，不得替会。"
