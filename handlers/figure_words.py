"""A question about figures, answered in words: 累计按10200万, 万元, 610是本月 6010是累计 (C04).

The answer settles the figures it names; the message that was asked about is taken up again with all its others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from handlers.doubting import SUBJECT as DOUBT
from handlers.figures import FIGURES
from handlers.routing import Router, Turn
from handlers.summing import SUBJECT as SUMS
from handlers.taking_up import MINE, take_up_again
from handlers.understanding.numbers import read_amounts
from handlers.understanding.numerals import parse_number
from handlers.understanding.roles import MONTH_WORDS, TOTAL_WORDS
from handlers.understanding.wondering import wonders
from models import question as questions
from models.message import Kind
from models.question import Question

router = Router()
_WITHIN = timedelta(hours=12)
_UNIT = re.compile(
    r"(?:(?:对|嗯|好|哦|单位|数|都|全|是|就是|按|用|以)的?[，,：:\s]*)*(?P<unit>万|亿|元|块)元?(?:钱|的|为单位|吧|啊|呀|哈|呢|嘛)*[。.!！]*"
)
_SCALES = {"万": Decimal(1), "亿": Decimal(10000), "元": Decimal("0.0001"), "块": Decimal("0.0001")}
_SLIP = re.compile(r"(?:报|说|写|填|弄|打|算|记|搞|输|敲|看|抄)(?:错|反|漏|岔|混)了?(?:一?个)?(?:数字?)?[，,。 ]?")
_SAID_BESIDE = re.compile(
    r"累计|累积|总数|总的|本月|这个?月|当月|\d{1,2}月份?|形象进度|进度|投资|完成|应该?|其实|实际|就|按|是|为|用|以|算|改成?|的|数|吧|了|对|不对|不是|哦|噢|嗯|啊|呀|哈|才|都"
    r"|万|亿|元|[，,。.、；;：:！! ]"
)
_PLAINLY = re.compile(r"为准|就是|还是|改成?|以(?=\d)|按照?|应该?是?|就按?")
_CHANGES = re.compile(r"改|(?<!没)(?<!没有)错|不对|调")
_OTHER_MONTH = re.compile(r"\d月|上个?月|[一二三四五六七八九十]月")
_MOST_BESIDE = 3
_MOST_OF_A_ROLE = 10
_Given = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class _Answer:
    question: Question
    figures: _Given


def _answers(turn: Turn) -> _Answer | None:
    """Return what short words settle of the newest question about figures."""
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE):
        return None
    question = _asked(turn)
    if question is None or any(one.code != question.facts["project"] for one in turn.reading.named):
        return None
    text = turn.reading.beside_names.strip(" ，,。；;！!")
    figures = _by_unit(question, text) or _by_role(question, text) or _by_figures(question, text)
    return _Answer(question, figures) if figures else None


def _asked(turn: Turn) -> Question | None:
    """Return the newest question about figures that waits: not answered, or answered 我改."""
    newest = turn.ledger.session.scalar(
        select(Question)
        .where(Question.person_id == turn.person.id, Question.subject.in_((SUMS, DOUBT)))
        .order_by(Question.id.desc())
        .limit(1)
    )
    if newest is None or turn.ledger.now - newest.asked_at > _WITHIN:
        return None
    return newest if newest.answered_at is None or newest.answer == MINE else None


def _by_unit(question: Question, text: str) -> _Given:
    """Read the unit alone that the figures lacked."""
    found = _UNIT.fullmatch(text)
    offered: list[dict[str, Any]] = question.facts.get("figures") or []
    if found is None or not offered or not question.facts.get("unitless"):
        return {}
    scale = _SCALES[found["unit"]]
    return {
        name: (str(Decimal(value) if name == "percent" else Decimal(value) * scale), words)
        for name, (value, words) in offered[0].items()
    }


def _by_role(question: Question, text: str) -> _Given:
    """Read which figure is meant, by its name alone: 这个月的; 改累计 of two that do not add up."""
    if len(text) > _MOST_OF_A_ROLE or re.search(r"\d", re.sub(r"\d{1,2}月", "", text)):
        return {}
    names = {name for name, words in (("month", MONTH_WORDS), ("total", TOTAL_WORDS)) if words.search(text)}
    if len(names) != 1 or wonders(text):
        return {}
    name = names.pop()
    if question.subject == SUMS:
        value, label = question.facts["values"][name]
        if _OTHER_MONTH.search(text):
            return {}
        return {name: (value, label)} if _CHANGES.search(text) and Decimal(value) >= 0 else {}
    offered: list[dict[str, Any]] = question.facts.get("figures") or []
    meant = [figures for figures in offered if list(figures) == [name]]
    return {name: (meant[0][name][0], meant[0][name][1])} if len(meant) == 1 else {}


def _by_figures(question: Question, text: str) -> _Given:
    """Read the figures themselves; numbers without a unit are in the one the question used."""
    told = _PLAINLY.sub("", _SLIP.sub("", text))
    read = read_amounts(told)
    if read.either:
        return {}
    figures = {name: (str(getattr(read, name)), span.words) for name, span in read.spans.items() if name in FIGURES}
    words = [span.words for span in read.spans.values()]
    asked = question.facts.get("asks") or []
    bare = parse_number(told)
    if not figures and bare is not None and len(asked) == 1:
        return {asked[0]: (str(bare), told)}
    if not figures and len(read.loose) == 1 and len(asked) == 1 and read.loose[0].either is None:
        figures = {asked[0]: (str(read.loose[0].value), read.loose[0].span.words)}
        words = [read.loose[0].span.words]
    for said in words:
        told = told.replace(said, "", 1)
    return figures if len(_SAID_BESIDE.sub("", told)) <= _MOST_BESIDE else {}


@router.command(_answers)
def settle_in_words(turn: Turn, answer: _Answer) -> None:
    """Take the message up again with what was said."""
    questions.settle(turn.ledger, answer.question, turn.reading.text)
    turn.ledger.drop_waiting(f"question:{answer.question.id}")
    take_up_again(turn, answer.question, answer.figures)
