"""Figures nobody can be sure of: no unit, between two, of no month, beyond what can be: one question."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from handlers.figures import ASIDE, figures_in
from handlers.routing import Router, Turn
from handlers.taking_up import MINE, say_anew, take_up_again
from handlers.understanding.numbers import AmountsRead
from handlers.understanding.text import Span, clause_at
from models import question as questions
from models.amounts import plain
from models.notices import Asked, Plain
from models.project import Project
from models.question import Question
from models.sums import oddity_of

router = Router()
SUBJECT = "doubt"
_NAMES = {"month": "本月", "total": "累计", "percent": "形象进度"}
_UNITS = {"month": "万元", "total": "万元", "percent": "%"}
_MOST_CHOICES = 2
_TOGETHER = re.compile(
    r"加(?:起来|一块儿?|一起|到一块)|合(?:起来|到?一块儿?)|[两俩三几](?:个|期|项|家)*(?:项目)?(?:一共|总共|共|拢共|合计)"
)
_PROGRESS = "进度"
_ALL = 100  # of a hundred
_OF_A_PLAN = re.compile(r"率|计划|目标|任务|投资|超额|序时|占")
_EACH = re.compile(r"各|都|均|分别|每个")

Figures = dict[str, tuple[str, str]]
"""Figures an answer settles: its value and the words for it, by name."""
_Options = list[tuple[str, Figures]]
"""What may be chosen: the button's label, and the figures it settles."""


def ask_about_figures(turn: Turn, project: Project, text: str, period: str, *, among: bool = False) -> bool:
    """Ask about the first figure that is not certain; False where each is, or there is none."""
    read = figures_in(turn, text, project)
    if among and _is_of_several(turn, project, text, read):
        turn.answer(
            Plain(
                f"《{project.name}》等几个项目的数合在一起了，先没记。请再说一遍，分开说各是多少，如「……本月……万，……本月……万」。"
            )
        )
        return True
    unclear = _open(read) or _unitless(read) or _unplaced(read) or _loose(read)
    asked = unclear or _odd(turn, project, read, period) or _beyond(turn, project, text, read)
    if asked is None or turn.ledger.source is None:
        return False
    words, options = asked
    offered = options if any(ASIDE in figures for _, figures in options) else [*options, (_mine(options), {})]
    facts: dict[str, Any] = {
        "incoming": turn.ledger.source.id,
        "project": project.code,
        "alone": not among,
        "figures": [figures for _, figures in offered],
        "settled": turn.settled,
        "unitless": bool(read.unitless) and not read.either,
        "asks": [*read.either][:1] or sorted(read.unitless or read.assumed),
    }
    choices = [(str(at) if figures else MINE, label) for at, (label, figures) in enumerate(offered)]
    question = questions.ask(turn.ledger, turn.person, SUBJECT, facts, choices)
    stop = "" if words.endswith("？") else "，"
    turn.answer(Asked(f"《{project.name}》{words}{stop}先没记。", question.buttons), duty=f"question:{question.id}")
    return True


def _is_of_several(turn: Turn, project: Project, text: str, read: AmountsRead) -> bool:
    """Whether one figure is told of several projects together (一期二期加一块3300万); 各500万 is each one's."""
    figures = {*read.spans, *read.either} & {"month", "total"}
    together = turn.reading.shares().count(text) > 1 or bool(_TOGETHER.search(text))
    return together and bool(figures) and not _EACH.search(text)


def _mine(options: _Options) -> str:
    return "不是，我改" if options and options[0][0].startswith("是，") else "我改"


def _open(read: AmountsRead) -> tuple[str, _Options] | None:
    """A figure between two, or of no certain size."""
    for name, choices in read.either.items():
        options = [(words, {name: (str(value), words)}) for value, words in choices[:_MOST_CHOICES]]
        asks = "是哪个数？" if options else "具体是多少？"
        return f"{_NAMES[name]}没看准，{asks}", options
    return None


def _unitless(read: AmountsRead) -> tuple[str, _Options] | None:
    """Numbers that lack nothing but the unit."""
    if not read.unitless:
        return None
    names = [name for name in _NAMES if name in read.unitless]
    figures = {name: (str(getattr(read, name)), read.spans[name].words) for name in names}
    shown = "，".join(f"{_NAMES[name]}{plain(getattr(read, name))}{_UNITS[name]}" for name in names)
    return f"是{shown}吗？没看到单位", [("是，记上", figures)]


def _unplaced(read: AmountsRead) -> tuple[str, _Options] | None:
    """A sum that is the month's or the total, and does not say which."""
    for name in sorted(read.assumed):
        value, words = getattr(read, name), read.spans[name].words
        others = [key for key in ("month", "total") if key not in read.spans or key == name]
        options = [(f"{_NAMES[key]}{words}", {key: (str(value), words)}) for key in others if value >= 0]
        return f"「{words}」是{'本月的还是累计的？' if len(others) > 1 else _NAMES[others[0]] + '的吗？'}", options
    return None


def _loose(read: AmountsRead) -> tuple[str, _Options] | None:
    """A sum of which nothing says what it is, while a figure is still missing that it may be."""
    free = [key for key in ("month", "total") if key not in read.spans and key not in read.either]
    if not free or not read.loose:
        return None
    money = read.loose[0]
    words = money.span.words
    if money.either is not None or money.value < 0:
        return f"「{words}」没看准，具体是多少，是{'还是'.join(_NAMES[key] + '的' for key in free)}？", []
    options: _Options = [(f"{_NAMES[key]}{words}", {key: (str(money.value), words)}) for key in free]
    asks = "本月的还是累计的" if len(free) > 1 else f"{_NAMES[free[0]]}的"
    return f"「{words}」是{asks}{'？' if len(free) > 1 else '吗？'}", [*options, ("都不是", {ASIDE: ("", words)})]


def _odd(turn: Turn, project: Project, read: AmountsRead, period: str) -> tuple[str, _Options] | None:
    """A sum that is certain and can hardly be."""
    settled = turn.settled.get(project.code, {})
    odd = oddity_of(turn.ledger, project, period, read.month, read.total)
    if odd is None or odd.figure in settled:
        return None
    value: Decimal = getattr(read, odd.figure)
    name = _NAMES[odd.figure]
    words = read.spans[odd.figure].words
    return f"您报的{name}{plain(value)}万{odd.limit}，对吗？", [
        (f"是，就是{words}"[:20], {odd.figure: (str(value), words)})
    ]


def _beyond(turn: Turn, project: Project, text: str, read: AmountsRead) -> tuple[str, _Options] | None:
    """More than all of the works; what is counted against a plan may pass it (DC-04)."""
    percent = read.percent
    if percent is None or percent <= _ALL or "percent" in turn.settled.get(project.code, {}):
        return None
    if _is_of_a_plan(text, read.spans["percent"]):
        return None
    words = read.spans["percent"].words
    return f"您报的形象进度{plain(percent)}%超过100%，对吗？", [
        (f"是，就是{words}"[:20], {"percent": (str(percent), words)})
    ]


def _is_of_a_plan(text: str, percent: Span) -> bool:
    """Whether the words beside a percentage count it against a plan: 占月计划的105%, 投资进度103%."""
    clause = clause_at(text, percent.start)
    before, after = text[clause.start : percent.start], text[percent.end : clause.end]
    nearest = before[max(0, before.rfind(_PROGRESS) - len(_PROGRESS)) :]  # 进度, and the word that says of what
    return bool(_OF_A_PLAN.search(nearest) or _OF_A_PLAN.search(after))


@router.answered(SUBJECT)
def settle(turn: Turn, question: Question, value: str) -> None:
    """Take the message up again with what was chosen; 我改 waits for other words."""
    if value == MINE:
        say_anew(turn, question, "带单位")
        return
    chosen = question.facts["figures"][int(value)]
    take_up_again(turn, question, {name: (given[0], given[1]) for name, given in chosen.items()})
