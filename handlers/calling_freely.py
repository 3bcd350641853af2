"""A meeting called as an office writes it: 请通知卫健委、住建局：9月23日下午3点半在五楼会议室召开审图协调会."""

from __future__ import annotations

import re

from sqlalchemy import select

from handlers.routing import Router, Turn
from handlers.understanding.moments import read_moment
from handlers.understanding.wondering import wonders
from models.deeds import Deed, may, require
from models.directory import units_in
from models.ledger import Ledger
from models.people import Role
from models.project import Part, ProjectSeat, held_on
from models.trays import InState

router = Router()
_A_DAY = r"(?=\d{1,2}[月日号]|[今明后]天|[下本这]周|周[一二三四五]|星期)"
_CALLS = re.compile(
    rf"^(?:请|麻烦)?(?:通知|告知)(?:一?下)?[：:\s]*(?P<who>[^：:，,。；;]{{2,60}}?)(?:的?(?:负责人|联络员|(?:主要)?负责同志))?"
    rf"(?:[：:，,\s]+|{_A_DAY})(?:请?于|定于|在)?(?P<when>[^。；;]+?)(?:召开|参加|开)(?:一?[个次])?"
    r"(?P<name>[^，,。：:；;\s]{2,24}?会)(?:议)?[。!！]*$"
)
# 9月22日下午3点在县政府三楼会议室召开项目调度会，请各责任单位主要负责人参加
_STATES = re.compile(
    r"^(?:会议)?(?:通知)?[：:，,\s]*(?:兹|拟|经研究)?[，,]?(?:定于)?(?P<when>(?=[^。；;]*\d)[^。；;]+?)(?:召开|开)(?:一?[个次])?"
    r"(?P<name>(?![了过完着的])[^，,。：:；;\s]{2,24}?会)(?:议)?[，,。\s]+(?:请|望)?(?P<who>[^。]{2,60}?)"
    r"(?:务必|准时|按时|同志|都|要)*(?:参加|到会|参会|出席)[。!！]*$"
)
_HEADS = re.compile(r"^各?(?:责任|有关|相关)单位(?:的)?(?:主要)?(?:负责)?(?:人|同志|领导)?$")
_LEADERS = re.compile(r"^各?(?:位)?(?:分包|包联)(?:县)?领导$")
_AT = re.compile(r"(?:，|,|\s)*(?:在|到)(?=[^，,。]{2,24}$)")
_REGULAR = re.compile(r"例会|月调度会|学习|体检")
_JOINTS = re.compile(r"[、和与及\s]+")


def _calls(turn: Turn) -> str | None:
    """Return the notice in the order in which notices are read; None where not everybody named is a unit of ours."""
    found = _CALLS.match(turn.reading.text)
    if found is None or _REGULAR.search(found["name"]) or wonders(turn.reading.text):
        return None
    named = [name for name in _JOINTS.split(found["who"]) if name]
    if not may(turn.ledger, turn.person, Deed.CALL_MEETING) or not all(units_in(turn.ledger, name) for name in named):
        return None
    when = _AT.sub("，", found["when"].strip("，, "))
    return f"通知开会：{found['name']}，{when}，参会：{'、'.join(named)}"


def _states(turn: Turn) -> re.Match[str] | None:
    found = _STATES.match(turn.reading.text)
    if found is None or wonders(turn.reading.text):
        return None
    is_workday = turn.ledger.calendar.is_workday
    at = read_moment(found["when"], sent=turn.ledger.local_now, is_workday=is_workday)
    return found if at is not None and at > turn.ledger.now else None


@router.command(_states)
def call_as_stated(turn: Turn, found: re.Match[str]) -> InState | None:
    """Call what is written as a notice is: the regular meeting by the rules, any other with whom it names."""
    require(turn.ledger, turn.person, Deed.CALL_MEETING)
    when, name = _AT.sub("，", found["when"].strip("，, ")), found["name"]
    when = re.sub(r"\s+", "，", when)
    if _REGULAR.search(name):
        return turn.router.again(turn, text=f"发{name}通知：{when}").state
    who = [one for words in _JOINTS.split(found["who"]) if words for one in _meant(turn.ledger, words)]
    return turn.router.again(turn, text=f"通知开会：{name}，{when}，参会：{'、'.join(dict.fromkeys(who))}").state


def _meant(ledger: Ledger, words: str) -> list[str]:
    """Return whom words of a notice mean, by names of people and units."""
    if _HEADS.match(words):
        part = ProjectSeat.part == Part.RESPONSIBLE_UNIT.value
        seats = ledger.session.scalars(select(ProjectSeat).where(part, held_on(ledger.today)).order_by(ProjectSeat.id))
        return [seat.unit.shown for seat in seats if seat.unit is not None]
    if _LEADERS.match(words):
        return [leader.name for leader in ledger.people_with(Role.ASSIGNED_LEADER)]
    units = units_in(ledger, words)
    return [unit.shown for unit in units] or [words]


@router.command(_calls)
def call_freely(turn: Turn, notice: str) -> InState | None:
    """Call it as 通知开会 does; what is missing is named there."""
    return turn.router.again(turn, text=notice).state
