"""Thanks and small talk that no other topic took: answered kindly, and nothing is filed."""

from __future__ import annotations

import re

from handlers.company import SMALL_TALK
from handlers.likelihood import LIKELY, likely_sorts
from handlers.routing import Router, Turn
from handlers.understanding.hunch import Sort, likelihoods
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
_MOST_LIKELY = 0.75


def _tells_nothing(turn: Turn, beside: str) -> bool:
    """Whether a short text, of which `beside` is not plainly courtesy, neither wants nor reports anything."""
    text, reading = turn.reading.text, turn.reading
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or len(text) > _LONGEST:
        return False
    if reading.intents or reading.decision.matches or _WANTS.search(beside) or wonders(text):
        return False
    return not (tells_of_works(text) or likely_sorts(likelihoods(text, [])))


def _thanks(turn: Turn) -> bool:
    text = turn.reading.text
    return bool(_THANKS.search(text)) and not tells_of_trouble(text) and _tells_nothing(turn, _THANKS.sub("", text))


def _chats(turn: Turn) -> bool:
    """Whether the learned second opinion takes it for small talk: 早啊 今儿天可不赖."""
    likely = likelihoods(turn.reading.text, [])
    if likely[Sort.QUIET] < _MOST_LIKELY or likely[Sort.QUESTION] >= LIKELY:
        return False
    return _tells_nothing(turn, turn.reading.text)


@router.command(_thanks)
def thanked(turn: Turn) -> None:
    """谢谢 with words that ask for nothing."""
    turn.answer(Plain("不客气，有事随时说。"))


@router.command(_chats)
def chatted(turn: Turn) -> None:
    """Small talk in words that no rule knows."""
    turn.answer(Plain(SMALL_TALK))
