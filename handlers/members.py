"""Member units by chat (ZZ-27): who is in, joining, leaving; earlier meetings keep their rosters."""

from __future__ import annotations

import re
from datetime import date

from handlers.routing import Router, Turn
from handlers.understanding.moments import read_days
from models.deeds import Deed, require
from models.errors import Refusal
from models.ledger import Ledger
from models.mechanism import Body
from models.notices import Answer, Plain
from models.people import Person, Role
from models.periods import shown
from models.roster import body_named, join, leave, members_on

router = Router(topic="会议")
_CHANGE = re.compile(
    r"^(?:把|将)?(?P<body>[\u4e00-\u9fff]{0,20}?)(?P<verb>增加|新增|吸收|去掉|调出|减少|移除)(?:一?个)?成员单位[：:，,\s]*"
    r"(?P<unit>[\u4e00-\u9fffA-Za-z0-9（）()]{2,20}?)(?:[，,。\s]+(?P<when>.+))?$"
)
_LIST = re.compile(
    r"^(?P<body>[\u4e00-\u9fff]{0,20}?)(?:有哪些|现在有哪些|都有哪些)?成员单位(?:名单|有哪些|有谁)?[?？。]*$"
)
_JOINS = ("增加", "新增", "吸收")


@router.command(
    lambda turn: _CHANGE.match(turn.reading.text),
    listed=(Role.OFFICE,),
    help="调整成员单位",
    example="联席会议增加成员单位水利局",
)
def change_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """A unit joins or leaves a body, today or on the day named."""
    when = found["when"] or ""
    days = read_days(when, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    day = days[0] if days else turn.ledger.today
    body = body_named(turn.ledger, found["body"])
    name = change(turn.ledger, body, found["unit"], day, joins=found["verb"] in _JOINS, by=turn.person)
    verb = "增加" if found["verb"] in _JOINS else "调出"
    count = len(members_on(turn.ledger, body.name, day))
    words = f"{body.short or body.name}自{shown(day)}起{verb}成员单位{name}，现有{count}家；以前的会议名单不变。"
    turn.answer(Plain(words))


def change(ledger: Ledger, body: Body, unit: str, day: date, *, joins: bool, by: Person | None) -> str:
    """Let a unit join or leave a body from a day on. Raises Forbidden, Refusal."""
    require(ledger, by, Deed.CHANGE_MEMBERS)
    return join(ledger, body, unit, day, by) if joins else leave(ledger, body, unit, day, by)


@router.command(lambda turn: _LIST.match(turn.reading.text))
def list_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """Who is in today."""
    try:
        body = body_named(turn.ledger, found["body"])
    except Refusal:
        body = body_named(turn.ledger, "")
    names = members_on(turn.ledger, body.name, turn.ledger.today)
    turn.answer(Answer(f"{body.short or body.name}成员单位{len(names)}家：", ["、".join(names)]))
