"""The answer to a question about what a report says: the message is taken up again with what was chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.routing import Settled, Turn
from models.directory import find_project
from models.errors import Forbidden
from models.notices import Plain
from models.project import Project
from models.question import Question
from models.trays import Incoming

MINE = "mine"
"""The option 我改: the sender says his figures anew."""
_ANSWERED = "answered:"


def say_anew(turn: Turn, question: Question, how: str) -> None:
    """Answer 我改: nothing is written, and how the figures are to be said again."""
    name = find_project(turn.ledger, str(question.facts["project"])).name
    turn.answer(Plain(f"好，没有记。请把《{name}》的数{how}再说一遍，如「本月完成……万，累计……万」。"))


def keep_answer(turn: Turn, question: Question, value: str) -> None:
    """Remember an answer while its message is filed: what is asked about that message next takes it up from there."""
    codes = question.facts["projects"]
    turn.settled = {**turn.settled, **{f"{_ANSWERED}{code}": {str(question.id): (value, "")} for code in codes}}


def take_up_again(turn: Turn, question: Question, chosen: Mapping[str, tuple[str, str]], of: str = "") -> None:
    """File the message asked about with what was chosen (value and words), and with what was settled before.

    `of` tells what of the project is settled, where it is not its figures (``visit:``).
    """
    facts = question.facts
    project = find_project(turn.ledger, str(facts["project"]))
    original = turn.ledger.session.get(Incoming, int(facts["incoming"]))
    if original is None:
        raise Forbidden("那条消息找不到了，请再说一遍。")
    before: dict[str, Any] = facts.get("settled") or {}
    settled = {code: {name: tuple(given) for name, given in figures.items()} for code, figures in before.items()}
    settled.setdefault(f"{of}{project.code}", {}).update(chosen)
    if earlier := settled.get(f"{_ANSWERED}{project.code}"):
        _answer_again(turn, project, earlier, settled)
        return
    turn.router.again(turn, original=original, project=project if facts["alone"] else None, settled=settled)


def _answer_again(turn: Turn, project: Project, earlier: Mapping[str, tuple[str, str]], settled: Settled) -> None:
    """Go on with an answer kept before, for this project alone: the others are filed."""
    ((number, (value, _)),) = earlier.items()
    asked = turn.ledger.session.get_one(Question, int(number))
    alone = Question(id=asked.id, subject=asked.subject, facts={**asked.facts, "projects": [project.code]})
    turn.settled = settled
    turn.router.continuations[asked.subject](turn, alone, value)
