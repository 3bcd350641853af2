"""记成进展还是问题？ The one question about words that no rule knows; nothing is written until the answer."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.routing import Turn
from handlers.understanding.intents import Intent
from models import question as questions
from models.notices import Asked
from models.project import Project
from models.question import NO
from models.trays import Incoming

SUBJECT = "sort"
_SORTS = {"进展": Intent.PROGRESS, "问题": Intent.PROBLEM}
_QUOTED = 20


def ask_of_what_sort(turn: Turn, projects: Sequence[Project], original: Incoming, words: str = "") -> None:
    """Ask whether a message tells of progress or of a problem, naming its projects in full.

    `words` are those of it that are asked about, where the rest is known.
    """
    options = [*((sort.value, name) for name, sort in _SORTS.items()), (NO, "不用记")]
    facts = {"incoming": original.id, "projects": [project.code for project in projects], "words": words}
    question = questions.ask(turn.ledger, turn.person, SUBJECT, facts, options, beside=True)
    buttons = [(question.button_key(at), name) for at, (_, name) in enumerate(options)]
    names = "".join(f"《{project.name}》" for project in projects)
    quoted = (words or original.inbound.text)[:_QUOTED]
    turn.answer(Asked(f"{names}「{quoted}」记成进展还是问题？", buttons), duty=f"question:{question.id}")
