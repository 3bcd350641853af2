"""Which project a command means: named, the sender's only one, or asked for with at most three buttons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from handlers.naming import deadline_in
from handlers.routing import Router, Turn
from handlers.understanding.dates import read_dates, read_occurred
from models import question as questions
from models.directory import find_project
from models.errors import Forbidden, Refusal
from models.notices import Asked
from models.project import Project
from models.question import Question
from models.rights import may_see
from models.trays import Incoming

router = Router()
SUBJECT = "meant"
_TOKEN = re.compile(r"(?<![A-Za-z])[A-Za-z]{1,6}\s?[-—_]?\s?\d{1,5}(?!\d)")


def meant_project(turn: Turn) -> Project | None:
    """Return the one project a command means; None once the sender was asked which. Raises Refusal, Forbidden."""
    named = turn.reading.named
    if len(named) > 1:
        raise Refusal("这件事请一次说一个项目。")
    if named:
        if not may_see(turn.ledger, turn.person, named[0]):
            raise Forbidden("没有找到您能办的这个项目；可发「我的项目」看名单。")
        return named[0]
    if not turn.reading.decision.matches and len(turn.reading.own) == 1:
        return turn.reading.own[0]
    ask_among(turn, turn.reading.candidates)
    return None


def ask_among(turn: Turn, projects: Sequence[Project]) -> None:
    """Ask which of some projects a command means; the message is handled again with the answer. Raises Refusal."""
    candidates = [one for one in projects if may_see(turn.ledger, turn.person, one)][:3]
    source = turn.ledger.source
    if not candidates or source is None:
        raise Refusal("请写明是哪个项目（名称或编号）再说一遍。")
    options = [(project.code, project.name) for project in candidates]
    question = questions.ask(turn.ledger, turn.person, SUBJECT, {"incoming": source.id}, options)
    asks = f"是《{options[0][1]}》吗？" if len(options) == 1 else "说的是哪个项目？"
    turn.answer(Asked(asks, question.buttons), duty=f"question:{question.id}")


@router.answered(SUBJECT)
def go_on(turn: Turn, question: Question, value: str) -> None:
    """Handle the message again with the project that was chosen."""
    original = turn.ledger.session.get(Incoming, int(question.facts["incoming"]))
    if original is None:
        raise Forbidden("那条消息找不到了，请再说一遍。")
    turn.router.again(turn, original=original, project=find_project(turn.ledger, value))


def references(text: str) -> list[str]:
    """Return what looks like a number of ours (SB-3, XS-1), as it was written."""
    return [found.group() for found in _TOKEN.finditer(text)]


def day_due(turn: Turn, text: str) -> date | None:
    """Return the day a text gives for something to come."""
    due = deadline_in(turn.ledger, text)
    if due is not None:
        return due
    dates = read_dates(text, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    return dates[-1].date if dates else None


def day_past(turn: Turn, text: str) -> date | None:
    """Return the day on which a text says something happened."""
    read = read_occurred(text, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    return read.date if read else None
