"""A visit that was not made, or that is for another day: nothing is written and nothing asked."""

from __future__ import annotations

from handlers.reading import REPORTS
from handlers.routing import Router, Turn
from handlers.understanding.nothing_done import not_gone
from handlers.understanding.phrases import Intent, looks_pasted
from models.message import Kind
from models.notices import Plain
from models.project import Project

router = Router()


def _stayed_away(turn: Turn) -> list[Project] | None:
    reading = turn.reading
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or looks_pasted(reading.text):
        return None
    if reading.intents & (REPORTS | {Intent.GOING, Intent.SOLVED}) or reading.intents - {Intent.FINE}:
        return None
    if not not_gone(reading.text, [match.span for match in reading.decision.matches]):
        return None
    return reading.visible or None


@router.command(_stayed_away)
def stayed_away(turn: Turn, projects: list[Project]) -> None:
    """Say that nothing was recorded, so that nobody takes it for a visit."""
    names = "".join(f"《{project.name}》" for project in projects)
    turn.answer(Plain(f"好，{names}没有记现场办公；去了说一声就记上。"))
