"""记成进展还是问题？ The one question about words of which it is not certain what they tell."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.routing import Turn
from handlers.understanding.categories import Category
from handlers.understanding.intents import Intent
from models import question as questions
from models.notices import Asked
from models.project import Project
from models.question import NO
from models.trays import Incoming

SUBJECT, CATEGORY = "sort", "category"
SORTS = {Intent.VISIT: "现场办公", Intent.PROGRESS: "进展", Intent.PROBLEM: "问题"}
"""What may be asked about, in the order of the buttons."""
_USUAL = (Intent.PROGRESS, Intent.PROBLEM)
_QUOTED = 20


def ask_of_what_sort(
    turn: Turn, projects: Sequence[Project], original: Incoming, words: str = "", sorts: Sequence[Intent] = _USUAL
) -> None:
    """Ask which of some sorts a message tells, naming its projects in full; nothing is written until the answer.

    `words` are those of it that are asked about, where the rest is known.
    """
    options = [(sort.value, name) for sort, name in SORTS.items() if sort in sorts]
    _ask(turn, SUBJECT, projects, original, words, options, _asks([name for _, name in options]))


def ask_of_which_category(
    turn: Turn, project: Project, original: Incoming, words: str, categories: Sequence[Category]
) -> None:
    """Ask of which category the problem is that words tell; it is not written until the answer."""
    named = dict.fromkeys((*categories, Category.OTHER))
    options = [(one.value, one.value) for one in named]
    _ask(turn, CATEGORY, [project], original, words, options, "这个问题归哪一类？（不用记就回「不用记」）")


def _ask(
    turn: Turn,
    subject: str,
    projects: Sequence[Project],
    original: Incoming,
    words: str,
    options: Sequence[tuple[str, str]],
    asks: str,
) -> None:
    choices = [*options, (NO, "不用记")]
    facts = {"incoming": original.id, "projects": [project.code for project in projects], "words": words}
    question = questions.ask(turn.ledger, turn.person, subject, facts, choices, beside=True)
    names = "".join(f"《{project.name}》" for project in projects)
    quoted = (words or original.inbound.text)[:_QUOTED]
    turn.answer(Asked(f"{names}「{quoted}」{asks}", question.buttons), duty=f"question:{question.id}")


def _asks(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"要不要记{names[0]}？"
    without = "（都不用记就回「不用记」）" if len(names) == questions.MOST_BUTTONS else ""
    return f"记成{'、'.join(names[:-1])}还是{names[-1]}？{without}"
