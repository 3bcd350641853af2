"""A report and a question in one message (213九月完成1090万 顺便问一句议题几号截止): each is taken as if said alone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from handlers.reading import Reading
from handlers.routing import Router, Turn
from handlers.understanding.text import Span
from handlers.understanding.wondering import asking_phrases, seeks_facts
from handlers.understanding.works import tells_of_works
from models.errors import Refusal
from models.message import Kind
from models.notices import Plain

router = Router()
_OF_THE_OFFICE = re.compile(r"会(?!议室)|议题|月报|季报|材料|待办|[我俺咱]")
_FIRMLY = re.compile(
    r"[了完过着没不已在到]|(?:完成|累计|投资|进度|干|投)[^，。]{0,6}(?:\d|百分之|[一二两三四五六七八九]成)"
)
# 累计9000万对不对: all that comes before is asked too. 啥时候给 催催呗: whoever asks may urge as well.
_CHECKS = re.compile(r"(?:对不对|对吗|准不准|有没有错|没错吧)[啊呀]?[。!！]*$")
_URGES = re.compile(r"(?:^|(?<=[，。；,;\s]))(?:再|你们?|您|给|帮我?|也)*催一?催(?:他们?|她|人家)?[呗吧哈啊]?[。!！]*$")
_LEAD = re.compile(r"^(?:顺便|另外|对了|还有|再)*(?:打听|问)(?:一?下|一?句|个事)?")
_ASIDE = re.compile(
    r"(?:^|(?<=[，。；,;\s]))(?:顺便|另外?|还有|再|对了|捎带)*(?:打听|问)(?:一?下|一?句|个事)?[，,\s]*$"
)
_EDGES = " ，,。；;、"


@dataclass(frozen=True)
class _Both:
    told: str
    asked: str


def _tells_and_asks(turn: Turn) -> _Both | None:
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE):
        return None
    text = turn.reading.text
    asking = asking_phrases(text)
    if not asking or not all(seeks_facts(phrase.words) and not _CHECKS.search(phrase.words) for phrase in asking):
        return None
    told = _ASIDE.sub("", _URGES.sub("", _without(text, asking))).strip(_EDGES)
    reading = _read(turn, told) if told else None
    if reading is None or not _FIRMLY.search(told) or not (reading.is_report or _speaks_of_works(reading)):
        return None
    if not reading.named and len(reading.own) != 1:
        return None
    asked = _LEAD.sub("", " ".join(phrase.words for phrase in asking))
    if not reading.decision.matches and _read(turn, asked).decision.matches:
        return None  # 二期总投资是多少 我这儿对不上: not of the asker's own
    if not _read(turn, asked).decision.matches and len(reading.named) == 1 and not _OF_THE_OFFICE.search(asked):
        asked = f"{reading.named[0].name} {asked}"
    return _Both(told, asked)


def _speaks_of_works(reading: Reading) -> bool:
    """Whether words no rule knows tell of the works of a named project: they are asked about, not passed over."""
    return bool(reading.named) and not reading.intents and tells_of_works(reading.text)


@router.command(_tells_and_asks)
def tell_and_ask(turn: Turn, both: _Both) -> None:
    """File what is told, then answer what is asked."""
    turn.router.again(turn, text=both.told)
    try:
        turn.router.again(turn, text=both.asked)
    except Refusal as refusal:  # what was told stays told
        turn.answer(Plain(refusal.words))


def _read(turn: Turn, text: str) -> Reading:
    return Reading(replace(turn.inbound, text=text), turn.ledger, turn.person, turn.router.names)


def _without(text: str, pieces: list[Span]) -> str:
    rest, at = "", 0
    for piece in pieces:
        rest, at = rest + text[at : piece.start], piece.end + (text[piece.end : piece.end + 1] in ("?", "？"))
    return (rest + text[at:]).strip(_EDGES)
