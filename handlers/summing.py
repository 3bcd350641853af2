"""Figures that do not add up (C04): nothing is written, one question with what either figure would have to be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from handlers.figures import figures_in
from handlers.routing import Router, Turn
from models import question as questions
from models.amounts import plain
from models.directory import find_project
from models.errors import Forbidden
from models.notices import Asked, Plain
from models.project import Project
from models.question import Question
from models.sums import Clash, clash_of
from models.trays import Incoming

router = Router()
SUBJECT = "sums"
_MINE = "mine"


def ask_which_is_right(turn: Turn, project: Project, text: str, period: str, *, among: bool = False) -> bool:
    """Ask about figures that do not add up; False where they do, or cannot be checked.

    `among` says that the message names other projects too, so that the answer does not settle which is meant.
    """
    read = figures_in(turn, text, project)
    sure = {name for name in ("month", "total") if name not in read.assumed and name not in read.about}
    if sure != {"month", "total"}:
        return False
    clash = clash_of(turn.ledger, project, period, read.month, read.total)
    if clash is None or turn.ledger.source is None:
        return False
    options = {
        "total": (clash.right_total, f"累计{plain(clash.right_total)}"),
        "month": (clash.right_month, f"本月{plain(clash.right_month)}"),
    }
    offered = [(name, label) for name, (value, label) in options.items() if value >= 0] + [(_MINE, "我改")]
    facts: dict[str, Any] = {
        "incoming": turn.ledger.source.id,
        "project": project.code,
        "alone": not among,
        "values": {name: [str(value), label] for name, (value, label) in options.items()},
        "settled": turn.settled,
    }
    question = questions.ask(turn.ledger, turn.person, SUBJECT, facts, offered)
    buttons = [(question.button_key(at), label) for at, (_, label) in enumerate(offered)]
    turn.answer(Asked(_words(project, clash), buttons), duty=f"question:{question.id}")
    return True


def _words(project: Project, clash: Clash) -> str:
    since = f"{int(clash.since[5:])}月"
    return (
        f"《{project.name}》{since}累计{plain(clash.before)}万，加{plain(clash.month)}万应为{plain(clash.right_total)}万，"
        f"您报的是{plain(clash.total)}万，先没记。您看按哪个？"
    )


@router.answered(SUBJECT)
def settle(turn: Turn, question: Question, value: str) -> None:
    """Take the message up again with the figure that was chosen; 我改 waits for other words."""
    facts = question.facts
    project = find_project(turn.ledger, str(facts["project"]))
    original = turn.ledger.session.get(Incoming, int(facts["incoming"]))
    if original is None:
        raise Forbidden("那条消息找不到了，请再说一遍。")
    if value == _MINE:
        turn.answer(Plain(f"好，没有记。请把《{project.name}》的数再说一遍，如「本月完成……万，累计……万」。"))
        return
    chosen, words = facts["values"][value]
    before: dict[str, Any] = facts.get("settled") or {}
    settled = {code: dict(values) for code, values in before.items()}
    settled.setdefault(project.code, {})[value] = (str(Decimal(chosen)), words)
    turn.router.again(turn, original=original, project=project if facts["alone"] else None, settled=settled)
