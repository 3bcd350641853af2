"""The answer to a question about a report's figures: the message is taken up again with what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.routing import Turn
from models.directory import find_project
from models.errors import Forbidden
from models.notices import Plain
from models.question import Question
from models.trays import Incoming

MINE = "mine"
"""The option 我改: the sender says his figures anew."""


def say_anew(turn: Turn, question: Question, how: str) -> None:
    """Answer 我改: nothing is written, and how the figures are to be said again."""
    name = find_project(turn.ledger, str(question.facts["project"])).name
    turn.answer(Plain(f"好，没有记。请把《{name}》的数{how}再说一遍，如「本月完成……万，累计……万」。"))


def take_up_again(turn: Turn, question: Question, chosen: Mapping[str, tuple[str, str]]) -> None:
    """File the message asked about with the chosen figures (value and words), and with those settled before."""
    facts = question.facts
    project = find_project(turn.ledger, str(facts["project"]))
    original = turn.ledger.session.get(Incoming, int(facts["incoming"]))
    if original is None:
        raise Forbidden("那条消息找不到了，请再说一遍。")
    before: dict[str, Any] = facts.get("settled") or {}
    settled = {code: {name: tuple(given) for name, given in figures.items()} for code, figures in before.items()}
    settled.setdefault(project.code, {}).update(chosen)
    turn.router.again(turn, original=original, project=project if facts["alone"] else None, settled=settled)
