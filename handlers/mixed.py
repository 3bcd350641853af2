"""A report with a question behind it (本月投资290万 另外下次例会几号): it is filed, then the question is answered."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.reading import TextReading
from handlers.routing import Router, Turn
from handlers.understanding.numbers import read_amounts
from handlers.understanding.phrases import Intent, looks_pasted
from handlers.understanding.text import phrases
from handlers.understanding.wondering import wonders
from models.errors import Refusal
from models.message import Kind
from models.notices import Plain

router = Router()
_DOUBTS = re.compile(r"对不对|对吗|是不是|是吧|准不准|有没有错")  # asks about the report itself


@dataclass(frozen=True)
class _Parts:
    report: str
    question: str


def _parts(turn: Turn) -> _Parts | None:
    """Cut a text before its question, where the question would else hide what is reported."""
    text, reading = turn.reading.text, turn.reading
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or reading.is_report or not reading.named:
        return None
    if looks_pasted(text):
        return None
    for start in [phrase.start for phrase in phrases(text)][1:]:
        report, question = text[:start].strip(" ，,。；;"), text[start:]
        if wonders(question) and not wonders(report) and _reports_figures(turn, report):
            doubts = TextReading(question).is_report or read_amounts(question) or _DOUBTS.search(question)
            return None if doubts else _Parts(report, question)
    return None


def _reports_figures(turn: Turn, report: str) -> bool:
    named = any(match.span.end <= len(report) for match in turn.reading.decision.matches)
    return named and Intent.PROGRESS in TextReading(report).intents and bool(read_amounts(report).spans)


@router.command(_parts)
def report_and_question(turn: Turn, parts: _Parts) -> None:
    """File the report, then answer what is asked behind it."""
    turn.router.again(turn, text=parts.report)
    try:
        turn.router.again(turn, text=parts.question)
    except Refusal as refusal:
        turn.answer(Plain(refusal.words))
