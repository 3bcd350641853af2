"""Figures that do not add up (C04): nothing is written, one question with what either figure would have to be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from handlers.figures import FIGURES, figures_in
from handlers.routing import Router, Turn
from handlers.taking_up import MINE, say_anew, take_up_again
from handlers.understanding.numbers import AmountsRead
from models import question as questions
from models.amounts import plain
from models.notices import Asked
from models.project import Project
from models.question import Question
from models.sums import Clash, clash_of, told_today

router = Router()
SUBJECT = "sums"
_SUMS = ("month", "total")


def ask_which_is_right(turn: Turn, project: Project, text: str, period: str, *, among: bool = False) -> bool:
    """Ask about figures that do not add up; False where they do, or cannot be checked.

    `among` says that the message names other projects too, so that the answer does not settle which is meant.
    """
    read = figures_in(turn, text, project)
    if (read.assumed | read.about) & set(_SUMS) or (read.month is None and read.total is None):
        return False
    clash = clash_of(turn.ledger, project, period, *_both_sums(turn, project, period, read))
    if clash is None or turn.ledger.source is None:
        return False
    options = {
        "total": (clash.right_total, f"累计{plain(clash.right_total)}"),
        "month": (clash.right_month, f"本月{plain(clash.right_month)}"),
    }
    offered = [(name, label) for name, (value, label) in options.items() if value >= 0] + [(MINE, "我改")]
    facts: dict[str, Any] = {
        "incoming": turn.ledger.source.id,
        "project": project.code,
        "alone": not among,
        "values": {name: [str(value), label] for name, (value, label) in options.items()},
        "settled": turn.settled,
    }
    question = questions.ask(turn.ledger, turn.person, SUBJECT, facts, offered)
    turn.answer(Asked(_words(project, clash), question.buttons), duty=f"question:{question.id}")
    return True


def _both_sums(turn: Turn, project: Project, period: str, read: AmountsRead) -> tuple[Decimal | None, Decimal | None]:
    """Return this month's sum and the total; one that is not said here is the one the sender has told today."""
    told = told_today(turn.ledger, project, period, turn.person)
    certain = {name: value for name, (value, rough) in told.items() if not rough}
    month = read.month if read.month is not None else certain.get(FIGURES["month"])
    return month, read.total if read.total is not None else certain.get(FIGURES["total"])


def _words(project: Project, clash: Clash) -> str:
    since = f"{int(clash.since[5:])}月"
    return (
        f"《{project.name}》{since}累计{plain(clash.before)}万，加{plain(clash.month)}万应为{plain(clash.right_total)}万，"
        f"您报的是{plain(clash.total)}万，先没记。您看按哪个？"
    )


@router.answered(SUBJECT)
def settle(turn: Turn, question: Question, value: str) -> None:
    """Take the message up again with the figure that was chosen; 我改 waits for other words."""
    if value == MINE:
        say_anew(turn, question, "")
        return
    chosen, words = question.facts["values"][value]
    take_up_again(turn, question, {value: (str(Decimal(chosen)), words)})
