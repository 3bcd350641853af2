"""A project's own page (扫码页) as chat knows it: the news written there, and the way there for what DingTalk keeps."""

from __future__ import annotations

from handlers.filing import file_on, keep_material, sent_place
from handlers.routing import Router, Turn
from handlers.told import Told
from handlers.understanding.phrases import Intent, looks_pasted
from handlers.wording import five
from models.board import page_url
from models.entry import EntryKind
from models.message import Kind
from models.notices import Answer
from models.project import Project
from models.trays import InState

router = Router()


def _kept_back(turn: Turn) -> bool:
    """DingTalk's robot is given no places: what comes of one is a message of a kind it does not name."""
    unnamed = turn.inbound.kind is Kind.UNKNOWN and turn.inbound.platform == "dingtalk"
    return unnamed and bool(turn.reading.own) and bool(turn.ledger.county.public_url)


@router.command(_kept_back)
def where_to_send_it(turn: Turn) -> InState:
    """Keep that something came, and tell where a place can be sent."""
    turn.ledger.record(EntryKind.NOTE, "［unknown］", person=turn.person, data={"state": "unplaced"})
    url = turn.ledger.county.public_url
    lines = [f"{project.name}：{page_url(url, project)}" for project in turn.reading.own]
    turn.answer(Answer("这条内容钉钉没有传给我。要附位置，请点项目的网页：", five(lines)))
    return InState.UNPLACED


def _news(turn: Turn) -> list[Project] | None:
    said = turn.inbound.kind is Kind.TEXT and bool(turn.reading.text) and not looks_pasted(turn.reading.text)
    return turn.reading.named if said and turn.reading.chosen is not None and turn.reading.named else None


@router.command(_news)
def news(turn: Turn, projects: list[Project]) -> None:
    """File words that nothing else has understood: somebody stood before the board to say them."""
    if turn.message.attachments or turn.inbound.location:
        keep_material(turn, list(turn.message.attachments), sent_place(turn.inbound))
    file_on(turn, projects, told=Told() if turn.reading.intents else Told(frozenset({Intent.PROGRESS})))
