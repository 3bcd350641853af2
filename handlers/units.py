"""The register of units by chat: new names, mergers, other names, groups of addressees (JZ-01, DC-01, A23)."""

from __future__ import annotations

import re
from datetime import date

from handlers.confirming import confirm
from handlers.naming import deadline_in
from handlers.routing import Router, Turn
from handlers.wording import dated
from models import question as questions
from models.deeds import Deed, may, require
from models.errors import Refusal
from models.notices import Answer, Plain
from models.people import Unit
from models.question import Question
from models.unit_names import also_called, expand, find_addressee_group, merge, rename, unit_named

router = Router(topic="人员")
_END = r"(?=[，,。 ]|$)"
_RENAMED = re.compile(
    rf"^(?P<old>[\u4e00-\u9fff]{{2,24}}?)(?:更名|改名)(?:为|成|叫)(?P<new>[\u4e00-\u9fff]{{2,24}}?){_END}"
)
_MERGED = re.compile(
    rf"^(?P<old>[\u4e00-\u9fff]{{2,24}}?)(?:并入|合并到|并到)(?:了)?(?P<new>[\u4e00-\u9fff]{{2,24}}?){_END}"
)
_CALLED = re.compile(
    rf"^(?P<new>[\u4e00-\u9fff]{{2,24}}?)(?:就是|也叫|又叫|又称)(?P<old>[\u4e00-\u9fff]{{2,24}}?){_END}"
)
_GROUP = re.compile(
    r"^(?:主送)?(?P<name>[\u4e00-\u9fffA-Za-z（）()]{2,40}?)(?:有哪些单位|都有哪些单位|包括哪些单位|展开)[?？。]*$"
)


def _order(turn: Turn) -> tuple[str, str, str] | None:
    text = turn.reading.text
    if not may(turn.ledger, turn.person, Deed.MANAGE_PEOPLE):
        return None
    for kind, pattern in (("rename", _RENAMED), ("merge", _MERGED), ("called", _CALLED)):
        found = pattern.match(text)
        known = (found["old"], found["new"]) if found else ()
        if found and any(unit_named(turn.ledger, name) for name in known):
            return kind, found["old"], found["new"]
    return None


@router.command(_order, help="单位更名、合并", example="卫计局更名为卫健局")
def order_unit(turn: Turn, order: tuple[str, str, str]) -> None:
    """A unit gets another name, goes into another, or is called otherwise besides: ask once."""
    kind, old, new = order
    since = min(deadline_in(turn.ledger, turn.reading.text) or turn.ledger.today, turn.ledger.today)
    words = {
        "rename": f"{old}更名为{new}，{dated(since)}起；以前的文书仍写{old}",
        "merge": f"{old}并入{new}，{dated(since)}起；人员和分工随转，以前的文书仍写{old}",
        "called": f"以后说「{old}」「{new}」都指同一个单位",
    }[kind]
    confirm(turn, "unit", {"kind": kind, "old": old, "new": new, "since": since.isoformat()}, f"{words}。确认吗？")


@router.answered("unit")
def apply_unit(turn: Turn, question: Question, value: str) -> None:
    """Do what was confirmed."""
    if value != questions.YES:
        turn.answer(Plain("好，没有改。"))
        return
    ledger, facts = turn.ledger, question.facts
    require(ledger, turn.person, Deed.MANAGE_PEOPLE)
    old, new, since = facts["old"], facts["new"], date.fromisoformat(facts["since"])
    if facts["kind"] == "rename":
        unit = _unit(turn, old)
        full = unit.name.replace(unit.short_name, new) if unit.short_name and unit.short_name in unit.name else new
        rename(ledger, unit, full, new, since, turn.person)
    elif facts["kind"] == "merge":
        merge(ledger, _unit(turn, old), _unit(turn, new), since, turn.person)
    else:
        known, other = (old, new) if unit_named(ledger, old) else (new, old)
        also_called(ledger, _unit(turn, known), other, turn.person)
    turn.answer(Plain("已改；新旧叫法都听得懂，以前的文书不变。"))


def _asks_group(turn: Turn) -> str | None:
    found = _GROUP.match(turn.reading.text)
    return found["name"] if found and find_addressee_group(turn.ledger, found["name"]) else None


@router.command(_asks_group)
def show_group(turn: Turn, name: str) -> None:
    """The units a group of addressees stands for today."""
    group = find_addressee_group(turn.ledger, name)
    assert group is not None
    units = [unit.shown for unit in expand(turn.ledger, group)]
    turn.answer(Answer(f"{name}共{len(units)}个单位：", ["、".join(units)] if units else []))


def _unit(turn: Turn, name: str) -> Unit:
    unit = unit_named(turn.ledger, name)
    if unit is None:
        raise Refusal(f"没有登记单位「{name}」，请先登记。")
    return unit
