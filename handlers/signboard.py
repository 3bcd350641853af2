"""What is written on a project's own page (扫码页): the project is known, so whatever else it is, it is its news."""

from __future__ import annotations

from handlers.filing import file_on, keep_material, sent_place
from handlers.routing import Router, Turn
from handlers.understanding.phrases import looks_pasted
from models.message import Kind
from models.project import Project

router = Router()


def _news(turn: Turn) -> list[Project] | None:
    said = turn.inbound.kind is Kind.TEXT and bool(turn.reading.text) and not looks_pasted(turn.reading.text)
    return turn.reading.named if said and turn.reading.chosen is not None and turn.reading.named else None


@router.command(_news)
def news(turn: Turn, projects: list[Project]) -> None:
    """File words that nothing else has understood: somebody stood before the board to say them."""
    if turn.message.attachments or turn.inbound.location:
        keep_material(turn, list(turn.message.attachments), sent_place(turn.inbound))
    file_on(turn, projects)
