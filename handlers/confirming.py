"""One confirmation before something is changed that is not easily taken back."""

from __future__ import annotations

from typing import Any

from handlers.routing import Turn
from models import question as questions
from models.notices import Asked


def confirm(turn: Turn, subject: str, facts: dict[str, Any], asks: str) -> None:
    """Ask 确认 or 取消; the handler declared for `subject` gets the answer (`questions.YES`)."""
    question = questions.ask(
        turn.ledger, turn.person, subject, facts, [(questions.YES, "确认"), (questions.NO, "取消")]
    )
    turn.answer(Asked(asks, question.buttons), duty=f"question:{question.id}")
