"""Thanks that no other topic took: answered kindly, whatever small talk goes with them, and nothing is filed."""

from __future__ import annotations

import re

from handlers.likelihood import likely_sorts
from handlers.routing import Router, Turn
from handlers.understanding.hunch import likelihoods
from handlers.understanding.phrasebook.hindrances import tells_of_trouble
from handlers.understanding.wondering import wonders
from handlers.understanding.works import tells_of_works
from models.message import Kind
from models.notices import Plain

router = Router()
_THANKS = re.compile(r"谢谢|多谢|感谢|谢啦|谢了|谢过|有劳|费心了?|受累了?|辛苦(?:了|你|您|恁|啦)")
# What is wanted or ordered beside the thanks is not answered by 不客气.
_WANTS = re.compile(
    r"请|帮|麻烦|能|要|让|叫|把|改|删|发|查|记(?!着|住|得)|报|批|准|假|会|\d|[一二三四五六七八九十]+[号月点]"
)
_LONGEST = 24


def _thanks(turn: Turn) -> bool:
    text, reading = turn.reading.text, turn.reading
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or len(text) > _LONGEST or not _THANKS.search(text):
        return False
    if reading.intents or reading.decision.matches or _WANTS.search(_THANKS.sub("", text)) or wonders(text):
        return False
    return not (tells_of_trouble(text) or tells_of_works(text) or likely_sorts(likelihoods(text, [])))


@router.command(_thanks)
def thanked(turn: Turn) -> None:
    """谢谢 with words that ask for nothing."""
    turn.answer(Plain("不客气，有事随时说。"))
