"""Questions to the ledger that name no project: how many there are, who serves in a unit, what became of a matter.

All that fits is answered at once, within the asker's rights; nothing is ever asked back.
"""

from __future__ import annotations

import re

from handlers.asked.things import notices_seen, problem_line, reply_lines, things_in_words
from handlers.finding import spoken_of
from handlers.routing import Router, Turn
from handlers.understanding.categories import read_category
from handlers.understanding.likeness import most_alike
from handlers.understanding.lookups import Lookup, asks_for
from handlers.understanding.phrases import Intent
from handlers.understanding.refs import find_notice_ref
from handlers.wording import dated, five
from models import problem as problems
from models import supervision
from models.actors import people_of
from models.calendar import SHANGHAI
from models.directory import unit_mentions
from models.notices import Answer
from models.overview import batch_line
from models.people import Person, Role, Unit
from models.periods import shown
from models.problem import Problem
from models.reasons import reports_owed
from models.rights import may_see, own_projects, sees_all
from models.supervision import REPLY_ITEMS, SupervisionNotice

router = Router(topic="查询")
_TO_REPORT = re.compile(r"报|交|填")
_REMINDED = re.compile(r"催|提醒|督办|挂牌|找我|找俺")
_IN_HAND = re.compile(r"(?:公司|集团|水务|城投|局|委|专班|县长|主任|部长)[^，。]{0,4}(?:手上|手里|名下|有|管|包|承|干)")
_DAY = re.compile(r"(?<!\d)(?P<day>\d{1,2})[日号]")


# --- how many ---------------------------------------------------------------------------------


def _how_many(turn: Turn) -> bool:
    if Intent.MY_PROJECTS in turn.reading.intents or turn.reading.visible:
        return False
    return asks_for(turn.reading.text, Lookup.HOW_MANY) and not _IN_HAND.search(turn.reading.text)


@router.command(_how_many)
def how_many(turn: Turn) -> None:
    """How many projects there are: the county's for those who oversee it, one's own for others."""
    ledger, person = turn.ledger, turn.person
    if sees_all(ledger, person):
        turn.answer(Answer("全县项目：", [batch_line(ledger)]))
        return
    mine = own_projects(ledger, person)
    turn.answer(Answer(f"您能查看的项目{len(mine)}个：", five([project.name for project in mine], "个")))


# --- who serves in a unit ---------------------------------------------------------------------------------


def _unit_asked(turn: Turn) -> Unit | None:
    if not asks_for(turn.reading.text, Lookup.WHO_IN_UNIT) or turn.reading.decision.matches:
        return None
    mention = next(iter(unit_mentions(turn.ledger, turn.reading.text)), None)
    return mention.unit if mention else None


@router.command(_unit_asked, help="单位联系人", example="住建局的联络员是谁")
def who_in_unit(turn: Turn, unit: Unit) -> None:
    """Who answers for a unit and who reports for it; telephone numbers to the office and to colleagues."""
    ledger = turn.ledger
    near = sees_all(ledger, turn.person) or turn.person.unit_id == unit.id
    heads = ledger.people_with(Role.UNIT_HEAD, {unit.id})
    liaisons = ledger.people_with(Role.LIAISON, {unit.id})
    others = [] if heads or liaisons else people_of(ledger, unit)
    lines = [
        f"{what}：{'、'.join(_reached(person, near) for person in people)}"
        for what, people in (("负责人", heads), ("联络员", liaisons), ("登记人员", others))
        if people
    ]
    turn.answer(Answer(f"{unit.shown}：", lines or ["还没有登记人员"]))


def _reached(person: Person, near: bool) -> str:
    post = f"（{person.title}）" if person.title else ""
    return f"{person.name}{post}{' ' + person.mobile if near and person.mobile else ''}"


# --- supervision ------------------------------------------------------------------------------------------


@router.command(
    lambda turn: asks_for(turn.reading.text, Lookup.REPLY_NEEDS), help="复函写哪几样", example="复函要写哪几样"
)
def reply_needs(turn: Turn) -> None:
    """The five that a reply must settle, and which of them this unit still owes."""
    lines = ["、".join(REPLY_ITEMS.values()) + "，一样不能少。"]
    lines += [line for notice in notices_seen(turn) for line in reply_lines(notice)]
    for notice in supervision.notices_for(turn.ledger, turn.person):
        if notice.reply_due and notice.missing:
            lines.append(f"{notice.handle}还差{'、'.join(notice.missing)}，{dated(notice.reply_due)}前复函")
    turn.answer(Answer("复函要写清五样：", five(lines)))


def _why_notice(turn: Turn) -> list[SupervisionNotice] | None:
    if not asks_for(turn.reading.text, Lookup.WHY_NOTICE):
        return None
    codes = {project.id for project in turn.reading.visible}
    found = [one for one in supervision.open_notices(turn.ledger) if one.project_id in codes]
    reference = find_notice_ref(turn.reading.text)
    by_words = spoken_of(turn) if reference and reference.number is None else []
    return found or by_words or supervision.open_notices(turn.ledger, turn.person.unit_id) or None


@router.command(_why_notice)
def why_notice(turn: Turn, notices: list[SupervisionNotice]) -> None:
    """Why something is under supervision: the matter, who ordered it when, to be solved by when."""
    basis = turn.ledger.mechanism.basis(turn.ledger.mechanism.supervision.notice_clause)
    lines = [
        f"{one.handle}（{one.unit.shown}）：{one.matter[:50]}，{shown(one.issued_at.astimezone(SHANGHAI).date())}下发，"
        f"{dated(one.solve_due)}前解决"
        for one in notices
    ]
    turn.answer(Answer("挂牌督办的事由：", five([*lines, f"依据：{basis}"])))


def _why_report(turn: Turn) -> list[str] | None:
    text = turn.reading.text
    if Intent.WHY not in turn.reading.intents or not _TO_REPORT.search(text) or _REMINDED.search(text):
        return None
    found = reports_owed(turn.ledger, turn.person)
    day = _DAY.search(text)
    on_day = [one for one in found if day and one[1].day == int(day["day"])]
    return [f"{reason.what}（{dated(due)}前）：{reason.basis}" for reason, due in on_day or found] or None


@router.command(_why_report)
def why_report(turn: Turn, lines: list[str]) -> None:
    """Why something is to be reported by a day: the clause of each report the asker owes."""
    turn.answer(Answer("报送的依据：", five(lines)))


# --- a matter in words ------------------------------------------------------------------------------------


def _matters(turn: Turn) -> list[Problem] | None:
    text = turn.reading.text
    if not asks_for(text, Lookup.MATTER) or turn.reading.is_report:
        return None
    named = {project.code for project in turn.reading.visible}
    if turn.reading.decision.matches and not named:
        return None
    seen = [one for one in problems.open_problems(turn.ledger) if _may_see(turn, one)]
    seen = [one for one in seen if not named or one.project in named]
    read = read_category(text)
    fits = [one for one in seen if read and "/" in one.category and read.category.value == one.category]
    return most_alike(text, seen, lambda one: one.text) or fits or None


@router.command(_matters)
def matters(turn: Turn, found: list[Problem]) -> None:
    """What is known of a matter spoken of in words: when it was told by whom, who sees to it, how it stands."""
    lines = [thing.line for thing in things_in_words(turn)] or [problem_line(turn.ledger, problem) for problem in found]
    turn.answer(Answer("台账里对得上的：", five(lines, "个")))


def _may_see(turn: Turn, problem: Problem) -> bool:
    project = problems.project_of(turn.ledger, problem)
    return project is not None and may_see(turn.ledger, turn.person, project)
