"""Problems by chat: told once or again (C05), solved on site or studied (ZZ-16), closed by those who may (ZZ-20)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from handlers.asked.things import raised_words
from handlers.naming import Ordered, evidence_with, not_there, number_in, ordered, tell
from handlers.routing import Router, Turn
from handlers.topics import before_whoever_is_next
from handlers.understanding.categories import category_of, told_wrong
from handlers.understanding.likeness import names_a_thing, same_problem
from handlers.understanding.matters import matter_of, tells_high_risk
from handlers.understanding.orders import asks_about, find_numbered, looked_back
from handlers.understanding.phrases import Intent
from handlers.understanding.text import normalise
from handlers.which_meeting import coming_or_next
from handlers.wording import five, some
from models import problem as problems
from models.actors import Scope, holders
from models.deeds import Deed, may
from models.directory import unit_mentions, units_in
from models.entry import Entry, EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.mechanism import Actor
from models.notices import (
    Answer,
    Plain,
    ProblemAgain,
    ProblemCloseRequested,
    ProblemFiled,
    ProblemReviewed,
    RouteSuggested,
)
from models.people import Person
from models.periods import shown
from models.pictures import counted
from models.problem import Problem, ProblemState
from models.project import Part, Project
from models.rights import may_see, sees_all
from models.topic import Topic, raise_topic

router = Router(topic="交办")
_VERBS = {
    **dict.fromkeys(("现场解决", "当场解决", "现场已解决"), "on_site"),
    **dict.fromkeys(
        ("申请销号", "请求销号", "可以销号", "已解决", "解决了", "处理好了", "处理完了", "办好了"), "request"
    ),
    **dict.fromkeys(("转专题研究", "专题研究", "转议题", "上会研究"), "study"),
    **dict.fromkeys(("销号", "销了", "核销"), "close"),
    **dict.fromkeys(("退回", "打回"), "return"),
    "重开": "reopen",
    "回头看": "look",
    **dict.fromkeys(("回头看属实", "属实", "归档"), "archive"),
    **dict.fromkeys(("转办", "转"), "route"),
}
# In a phrase of its own, wherever it stands: 核实过了 ISS-2的意见书出了 同意销号; ISS-2给关了吧.
_LOOSE = {
    **dict.fromkeys(("销", "关", "关闭", "消号"), "close"),
    **dict.fromkeys(("验收", "核验"), "request"),
    **dict.fromkeys(("不能销", "不能销号", "不予销号", "不准销", "不同意销号", "销不了", "先不销", "退"), "return"),
}
_PLEADS = re.compile(r"请|麻烦|申请|劳驾")
_CLOSED_BY_WORD = re.compile(r"销号|核销|销[了吧掉]|结案")
_LIST = re.compile(
    r"^(?:看看|查一?下|列一?下)?(?:我的|我们的|没销号的|未销号的)?问题(?:台账|清单|名单|有哪些)[?？。]*$"
    r"|^(?:没|未)销号的?问题(?:有哪些)?[?？。]*$"
)
_OF_PROJECT = re.compile(
    r"(?:哪些|哪几个|几个|多少|什么|啥)(?:问题|困难)|(?:问题|困难)(?:都|还)?(?:有|是)?(?:哪|啥|什么|几个|多少)"
    r"|(?:问题|困难)(?:清单|台账|情况|呢)?[?？。]*$"
)
_RATIO = re.compile(r"现场解决(?:率|了多少|了几个|情况)")
_SOLVED_THERE = re.compile(
    r"(?:现场|当场)(?:已经?|就|给)?(?:协调)?解决(?:了|好了)(?![吗没?？]|[几多\d一二三四五六七八九])"
)
_ANOTHER = re.compile(r"^(?:这是)?另(?:立|一个|外一个|记)(?:一个)?(?:问题|件事)?[。!！]*$")
_WITHIN = timedelta(hours=24)
_SAID = {"close": "已销号", "return": "的销号申请退回，请继续办理", "reopen": "已重开，请继续办理"}


# --- acts, shared with filing and with the command line -------------------------------------------------


def record_problem(
    ledger: Ledger,
    person: Person,
    project: Project,
    text: str,
    *,
    category: str,
    minder: str,
    due: date | None,
    occurred: date,
    sent: str,
    attachments: Sequence[dict[str, Any]],
    spans: dict[str, str] | None = None,
    same_kind: bool = False,
) -> ProblemFiled | ProblemAgain:
    """Tell a problem to the ledger: anew, or as the open one happening again (C05).

    `same_kind` takes any open one of that category for it.
    """
    told_later = ledger.today.isoformat() if occurred != ledger.today else None  # 补报
    facts = {"occurred": occurred.isoformat(), "reported": told_later, "sent": sent, "spans": spans}
    again = _same(ledger, project, text, category, same_kind)
    if again is not None:
        told = replace(again, times=again.times + 1, due=due or again.due, risk=again.risk or _risk(text))
        problems.tell(
            ledger, told, EntryKind.PROBLEM, text, person=person, attachments=attachments, again=True, **facts
        )
        _suggest_route(ledger, told, project, text)
        overdue = told.due is not None and told.due < ledger.today
        return ProblemAgain(project.name, told.number, told.category, told.times, told.due, overdue)
    number = problems.next_problem_number(ledger)
    matter, risk = matter_of(normalise(text)), _risk(text)
    told = Problem(number, project.code, category, matter, due, person=minder, raised=occurred, risk=risk)
    problems.tell(ledger, told, EntryKind.PROBLEM, text, person=person, attachments=attachments, **facts)
    _suggest_route(ledger, told, project, text)
    return ProblemFiled(project.name, number, category, minder, due, counted(ledger, attachments), risk=risk)


def _risk(text: str) -> str:
    return "高" if tells_high_risk(text) else ""


def request_close(
    ledger: Ledger,
    problem: Problem,
    by: Person | None,
    text: str,
    attachments: Sequence[dict[str, Any]] = (),
    *,
    on_site: bool = False,
) -> None:
    """申请销号 or 现场解决: those who may close are asked."""
    changed = problems.request_close(ledger, problem, by, text, attachments, on_site=on_site)
    project = problems.project_of(ledger, problem)
    words = ProblemCloseRequested(
        number=changed.number,
        project=project.name if project else "",
        person=by.name if by else ledger.mechanism.office_name,
        outcome=changed.outcome if on_site else "",
        evidence=text or "附照片",
        photos=counted(ledger, attachments),
        buttons=[(f"problem_close-{changed.number}", "销号"), (f"problem_keep-{changed.number}", "退回")],
    )
    ledger.say_to_office(words, key=f"problem:{changed.number}:closing:{ledger.now.isoformat()}", duty=_duty(changed))


def study(ledger: Ledger, problem: Problem, by: Person | None, remark: str) -> Topic:
    """专题研究: what cannot be solved on site becomes a topic of the coming meeting (ZZ-16)."""
    problems.study(ledger, problem, by, remark)
    topic = raise_topic(
        ledger,
        text=f"{problem.number} {problem.text}" + (f"；{remark}" if remark else ""),
        meeting=coming_or_next(ledger, remark),
        project=problems.project_of(ledger, problem),
        person=by,
        category=problem.category,
        needs=[unit.shown for unit in units_in(ledger, remark) if by is None or unit.id != by.unit_id],
        due=None,
    )
    before_whoever_is_next(ledger, topic)
    return topic


def review(ledger: Ledger, problem: Problem, by: Person | None, verb: str, remark: str) -> None:
    """销号, 退回 or 重开 by 督查室 or the office; the project's people are told."""
    act = {"close": problems.close, "return": problems.refuse_close, "reopen": problems.reopen}[verb]
    changed = act(ledger, problem, by, remark)
    ledger.drop_waiting(_duty(changed))
    project = problems.project_of(ledger, problem)
    if project is not None:
        words = ProblemReviewed(changed.number, project.name, _SAID[verb], remark)
        key = f"problem:{changed.number}:{verb}:{ledger.now.isoformat()}"
        tell(ledger, holders(ledger, Actor.LIAISON, Scope(project=project)), words, key)


# --- chat -----------------------------------------------------------------------------------------------


@router.command(
    lambda turn: ordered(turn, "problem", _VERBS, _LOOSE),
    help="问题销号、现场解决",
    example="ISS-31现场解决：村民已让路",
)
def act(turn: Turn, given: Ordered) -> None:
    """What becomes of a numbered problem."""
    ledger, problem = turn.ledger, _named(turn, given.number)
    order = looked_back(given.order)
    verb, remark = order.verb, order.remark
    office = ledger.mechanism.office_name
    if verb == "request" and _CLOSED_BY_WORD.search(turn.reading.text) and may(ledger, turn.person, Deed.CLOSE_PROBLEM):
        verb = "close"  # 可以销号了, said by whoever decides it
    elif verb == "close" and remark and _PLEADS.search(turn.reading.text):
        verb = verb if may(ledger, turn.person, Deed.CLOSE_PROBLEM) else "request"
    if verb in ("request", "on_site"):
        request_close(ledger, problem, turn.person, remark, evidence_with(turn), on_site=verb == "on_site")
        how = "记为现场解决" if verb == "on_site" else "已提交销号申请"
        turn.answer(Plain(f"{problem.number}{how}，由{office}或督查部门核实后销号。"))
    elif verb == "study":
        topic = study(ledger, problem, turn.person, remark)
        turn.answer(Plain(f"{problem.number}已转专题研究，列为议题{topic.number}（{topic.label}）。"))
    elif verb == "archive":
        problems.archive(ledger, problem, turn.person, remark)
        turn.answer(Plain(f"{problem.number}回头看属实，已归档。"))
    elif verb == "route":
        _route(turn, problem, remark)
    else:
        review(ledger, problem, turn.person, verb, remark)
        turn.answer(Plain(f"{problem.number}{_SAID[verb]}。"))


def _solved_there(turn: Turn) -> Problem | None:
    if not _SOLVED_THERE.search(turn.reading.text) or len(turn.reading.named) != 1:
        return None
    project = turn.reading.named[0]
    if not may_see(turn.ledger, turn.person, project):
        return None
    found = [one for one in problems.open_problems(turn.ledger, project) if one.state is not ProblemState.CLOSING]
    if len(found) > 1:
        numbers = some([f"{one.number}（{one.short[:10]}）" for one in found], 3)
        raise Refusal(f"《{project.name}》有{len(found)}个没销号的问题：{numbers}，请写明是哪一个。")
    return found[0] if found else None


@router.command(_solved_there)
def solved_there(turn: Turn, problem: Problem) -> None:
    """现场解决了, told without the number, where the project has one open problem (ZZ-16)."""
    request_close(turn.ledger, problem, turn.person, turn.inbound.text, evidence_with(turn), on_site=True)
    office = turn.ledger.mechanism.office_name
    turn.answer(Plain(f"{problem.number}（{problem.short}）记为现场解决，由{office}或督查部门核实后销号。"))


@router.press("problem_close", "已销号")
def press_close(turn: Turn, rest: str) -> None:
    """The card's 销号."""
    review(turn.ledger, _named(turn, rest), turn.person, "close", "")
    turn.answer(Plain(f"{rest}{_SAID['close']}。"))


@router.press("problem_keep", "已退回")
def press_keep(turn: Turn, rest: str) -> None:
    """The card's 退回."""
    review(turn.ledger, _named(turn, rest), turn.person, "return", "")
    turn.answer(Plain(f"{rest}{_SAID['return']}。"))


@router.command(lambda turn: bool(_LIST.match(turn.reading.text)), help="问题清单", example="问题清单")
def problem_list(turn: Turn) -> None:
    """The problems that are not closed and the asker may see, those past their date first."""
    ledger, person = turn.ledger, turn.person
    everything = sees_all(ledger, person)
    own = {project.code for project in turn.reading.own}
    found = [problem for problem in problems.open_problems(ledger) if everything or problem.project in own]
    found.sort(key=_pressing)
    lines = [_line(ledger, problem) for problem in found]
    turn.answer(Answer(f"没销号的问题{len(lines)}个：" if lines else "没有未销号的问题。", five(lines, "个")))


def _asks_of_project(turn: Turn) -> Project | None:
    """Return the one project whose problems are asked for."""
    if Intent.PROJECT_STATUS not in turn.reading.intents or not _OF_PROJECT.search(turn.reading.text):
        return None
    return turn.reading.visible[0] if len(turn.reading.visible) == 1 else None


@router.command(_asks_of_project)
def problems_of_project(turn: Turn, project: Project) -> None:
    """The problems of one project that are not closed, those past their date first; asking writes nothing."""
    found = sorted(problems.open_problems(turn.ledger, project), key=_pressing)
    lines = [_line(turn.ledger, problem) for problem in found]
    heading = f"没销号的问题{len(lines)}个：" if lines else "没有未销号的问题。"
    turn.answer(Answer(f"《{project.name}》{heading}", five(lines, "个")))


@router.command(lambda turn: bool(_RATIO.search(turn.reading.text)) and sees_all(turn.ledger, turn.person))
def on_site_ratio(turn: Turn) -> None:
    """How many of this month's problems were solved on the spot, entry by entry (ZZ-16)."""
    today = turn.ledger.today
    solved = problems.solved_on_site(turn.ledger, today.replace(day=1), today)
    share = f"，现场解决率{solved.on_site * 100 / solved.raised:.0f}%" if solved.raised else ""
    lines = [f"现场解决{solved.on_site}个（已核销{solved.verified}个），转专题研究{solved.study}个{share}"]
    if solved.seqs:
        lines.append(f"台账流水：{'、'.join(map(str, solved.seqs[:10]))}")
    turn.answer(Answer(f"{today.month}月提出问题{solved.raised}个：", lines))


def _asks_one(turn: Turn) -> Problem | None:
    number = number_in(turn, "problem")
    text = turn.reading.text
    if number is None or not (asks_about(text) or len(text) <= len(number) + 2):
        return None
    return _named(turn, number)


@router.command(_asks_one)
def problem_status(turn: Turn, problem: Problem) -> None:
    """How one problem stands."""
    lines = [f"{problem.category}，{problem.label}" + (f"，反映{problem.times}次" if problem.times > 1 else "")]
    lines.append(problem.text[:60])
    if problem.due:
        lines.append(f"时限{problem.due.isoformat()}" + (f"，{problem.unit}办理" if problem.unit else ""))
    lines.append(raised_words(turn.ledger, problem))
    turn.answer(Answer(f"{problem.number}《{_project_name(turn.ledger, problem)}》", lines))


def _wants_another(turn: Turn) -> Entry | None:
    if not _ANOTHER.match(turn.reading.text):
        return None
    for entry in turn.ledger.entries(kinds=(EntryKind.PROBLEM,), limit=30):
        if entry.person_id == turn.person.id and turn.ledger.now - entry.time <= _WITHIN:
            return entry if entry.data.get("again") else None
    return None


@router.command(_wants_another)
def another(turn: Turn, entry: Entry) -> None:
    """It is not the same problem after all: the report becomes one of its own."""
    ledger = turn.ledger
    old = problems.find_problem(ledger, str(entry.data["problem"]))
    assert old is not None
    number = problems.next_problem_number(ledger)
    new = Problem(number, old.project, old.category, entry.text, None, raised=old.raised)
    ledger.record(
        EntryKind.PROBLEM,
        entry.text,
        person=turn.person,
        project=problems.project_of(ledger, old),
        data={**new.data(), "occurred": entry.data.get("occurred"), "sent": entry.data.get("sent")},
        attachments=entry.attachments,
        supersedes=entry.seq,
    )
    turn.answer(Plain(f"好，另立为{number}；{old.number}不动。"))


def _route(turn: Turn, problem: Problem, remark: str) -> None:
    unit = next((mention.unit for mention in unit_mentions(turn.ledger, remark) if mention.at == 0), None)
    if unit is None:
        raise Refusal(f"请写明转哪个单位，例如「{problem.number}转公安局」。")
    problems.route(turn.ledger, problem, turn.person, unit)
    project = _project_name(turn.ledger, problem)
    words = Plain(
        f"{problem.number}《{project}》转您单位办理：{problem.short}。办好请回「{problem.number}申请销号：结果」。"
    )
    people = holders(turn.ledger, Actor.RESPONSIBLE_UNIT, Scope(unit=unit))
    tell(turn.ledger, people, words, f"problem:{problem.number}:routed:{unit.id}")
    turn.answer(Plain(f"{problem.number}已转{unit.shown}办理。"))


def _suggest_route(ledger: Ledger, problem: Problem, project: Project, text: str) -> None:
    unit = problems.usual_route(ledger, problem.category)
    own = [one.shown for one in project.units(Part.RESPONSIBLE_UNIT, ledger.today)]
    if not unit or unit in own or problem.unit == unit:
        return
    words = RouteSuggested(problem.number, project.name, problem.category, text[:60], unit)
    ledger.say_to_office(words, key=f"problem:{problem.number}:route:{problem.times}")


def tells_again(ledger: Ledger, project: Project, text: str) -> bool:
    """Whether words tell a problem of the project's that is open already."""
    return _same(ledger, project, text, category_of(text), same_kind=False) is not None


def _same(ledger: Ledger, project: Project, text: str, category: str, same_kind: bool) -> Problem | None:
    found = problems.open_problems(ledger, project)
    named = find_numbered(normalise(text), ledger.mechanism.numbering.problem)
    if named is not None:
        return next((problem for problem in found if problem.number == named.number), None)
    names = _called(project)
    wrong = told_wrong(text)
    wrong = wrong if names_a_thing(wrong) else text
    for problem in found:
        if same_kind and problem.category == category:
            return problem
        if same_problem(wrong, problem.text, category, problem.category, names):
            return problem
    return None


def _called(project: Project) -> list[str]:
    """Return what a project goes by, its name's beginnings too: 城北污水厂 for 城北污水处理厂提标改造."""
    whole = list(project.called)
    return whole + [name[:2] for name in whole]


def _named(turn: Turn, number: str) -> Problem:
    problem = problems.find_problem(turn.ledger, number)
    project = problems.project_of(turn.ledger, problem) if problem else None
    if problem is None or project is None:
        raise not_there(number, "问题清单")
    if not may_see(turn.ledger, turn.person, project) and turn.person.unit.shown != problem.unit:
        raise not_there(number, "问题清单")
    return problem


def _pressing(problem: Problem) -> tuple[date, int]:
    return problem.due or date.max, problem.seq


def _line(ledger: Ledger, problem: Problem) -> str:
    due = f"，{shown(problem.due)}前" if problem.due else ""
    late = "（超期）" if problem.due and problem.due < ledger.today else ""
    return f"{problem.number} {problem.short}{due}{late}，{problem.label}"


def _project_name(ledger: Ledger, problem: Problem) -> str:
    project = problems.project_of(ledger, problem)
    return project.name if project else ""


def _duty(problem: Problem) -> str:
    return f"problem:{problem.number}:review"
