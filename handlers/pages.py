"""「看板」: the link that lets whoever asks into the pages."""

from __future__ import annotations

from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from models.notices import PageLink
from models.sign_in import LINK_LIFE, new_link

router = Router()


@router.command(lambda turn: Intent.BOARD in turn.reading.intents, help="打开网页", example="看板")
def page_link(turn: Turn) -> None:
    """Answer with a link of the asker's own, one to one wherever it was asked."""
    url = f"{turn.ledger.county.public_url}/in/{new_link(turn.ledger, turn.person)}"
    turn.answer(PageLink(url, int(LINK_LIFE.total_seconds() // 60)))
