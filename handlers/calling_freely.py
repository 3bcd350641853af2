"""A meeting called as an office writes it: 请通知卫健委、住建局：9月23日下午3点半在五楼会议室召开审图协调会."""

from __future__ import annotations

import re

from handlers.routing import Router, Turn
from handlers.understanding.wondering import wonders
from models.deeds import Deed, may
from models.directory import units_in
from models.trays import InState

router = Router()
_A_DAY = r"(?=\d{1,2}[月日号]|[今明后]天|[下本这]周|周[一二三四五]|星期)"
_CALLS = re.compile(
    rf"^(?:请|麻烦)?(?:通知|告知)(?:一?下)?[：:\s]*(?P<who>[^：:，,。；;]{{2,60}}?)(?:的?(?:负责人|联络员|(?:主要)?负责同志))?"
    rf"(?:[：:，,\s]+|{_A_DAY})(?:请?于|定于|在)?(?P<when>[^。；;]+?)(?:召开|参加|开)(?:一?[个次])?"
    r"(?P<name>[^，,。：:；;\s]{2,24}?会)(?:议)?[。!！]*$"
)
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


@router.command(_calls)
def call_freely(turn: Turn, notice: str) -> InState | None:
    """Call it as 通知开会 does; what is missing is named there."""
    return turn.router.again(turn, text=notice).state
