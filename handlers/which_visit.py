"""Whose visit it was, and how it was made, where the words leave that open: one question, nothing written till then."""

from __future__ import annotations

from typing import Any

from handlers.reading import TextReading
from handlers.routing import Router, Turn
from handlers.taking_up import take_up_again
from handlers.told import VISIT, Facts, settled_visit
from handlers.understanding.modes import mode_is_open
from handlers.understanding.visitors import other_visitor
from models import question as questions
from models.notices import Asked, Plain
from models.project import Project
from models.question import NO, Question

router = Router()
_SUBJECT = "which_visit"
_MINE = "本人"


def ask_which_visit(turn: Turn, project: Project, facts: Facts, *, among: bool = False) -> bool:
    """Ask who went, else how; False where the words say it. `among` says that other projects are named too."""
    if not facts.is_visit or turn.ledger.source is None or turn.message.attachments:
        return False
    text, known = TextReading(facts.text).text, settled_visit(turn, project)
    who = "" if facts.recorded_for or "visitor" in known else other_visitor(text, facts.names)
    if who:
        return _ask(turn, project, "visitor", "是谁去的", [(_MINE, "我去的"), (who, f"代{who}记")], among)
    if "mode" not in known and mode_is_open(text, facts.mode):
        ways = [("现场", "到了现场"), ("视频", "视频看的"), ("电话", "电话问的")]
        return _ask(turn, project, "mode", "是到了现场吗", ways, among)
    return False


def _ask(turn: Turn, project: Project, field: str, asks: str, options: list[tuple[str, str]], among: bool) -> bool:
    assert turn.ledger.source is not None
    offered = [*options, (NO, "不用记")]
    without = "（不用记就回「不用记」）" if len(offered) > questions.MOST_BUTTONS else ""
    facts: dict[str, Any] = {
        "incoming": turn.ledger.source.id,
        "project": project.code,
        "alone": not among,
        "field": field,
        "settled": turn.settled,
    }
    question = questions.ask(turn.ledger, turn.person, _SUBJECT, facts, offered)
    words = f"《{project.name}》这次现场办公{asks}？先没记。{without}"
    turn.answer(Asked(words, question.buttons), duty=f"question:{question.id}")
    return True


@router.answered(_SUBJECT)
def settle(turn: Turn, question: Question, value: str) -> None:
    """Take the message up again with what was said."""
    if value == NO:
        turn.answer(Plain("好，没有记。"))
        return
    visitor_or_mode = "" if value == _MINE else value
    take_up_again(turn, question, {str(question.facts["field"]): (visitor_or_mode, "")}, of=VISIT)
