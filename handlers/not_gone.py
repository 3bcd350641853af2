"""A visit not made, for another day, or by others, and words that urge others on: nothing written, nothing asked."""

from __future__ import annotations

import re

from handlers.reading import Reading, TextReading
from handlers.routing import Router, Turn
from handlers.understanding.categories import Category, category_of
from handlers.understanding.nothing_done import not_gone, without_excuse
from handlers.understanding.phrasebook.presence import EXHORTS
from handlers.understanding.phrases import Intent, looks_pasted
from handlers.understanding.visitors import tells_only_of_others
from models.message import Kind
from models.notices import Plain
from models.project import Project

router = Router()


def _only_an_excuse(reading: Reading) -> bool:
    """Whether the trouble told is no more than why one did not go: 又叫常委会给耽误了, 叫信访的事绊住了."""
    if not reading.intents <= {Intent.FINE, Intent.PROBLEM}:
        return False
    rest = without_excuse(reading.text)
    return category_of(rest) == Category.OTHER or Intent.PROBLEM not in TextReading(rest).intents


_URGES = re.compile(EXHORTS)
_FROM_AFAR = re.compile(r"视频|电话|手机上|连线|监控")
_QUIET = "没有记现场办公；要记进展、问题直接说。"
_KNOWN_BESIDE = frozenset({Intent.FINE, Intent.GOING})


def _stayed_away(turn: Turn) -> list[Project] | None:
    reading = turn.reading
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or looks_pasted(reading.text):
        return None
    if _FROM_AFAR.search(reading.text):
        return None
    if reading.intents - {Intent.FINE} and not _only_an_excuse(reading):
        return None
    names = [match.span for match in reading.decision.matches]
    if not not_gone(reading.text, names) and not tells_only_of_others(reading.text, names):
        return None
    return reading.visible or None


@router.command(_stayed_away)
def stayed_away(turn: Turn, projects: list[Project]) -> None:
    """Say that nothing was recorded, so that nobody takes it for a visit."""
    names = "".join(f"《{project.name}》" for project in projects)
    turn.answer(Plain(f"好，{names}{_QUIET}"))


def _urges_on(turn: Turn) -> bool:
    reading = turn.reading
    said = turn.inbound.kind in (Kind.TEXT, Kind.VOICE) and not looks_pasted(reading.text)
    return said and not reading.intents - _KNOWN_BESIDE and bool(_URGES.search(reading.text))


@router.command(_urges_on)
def urging_on(turn: Turn) -> None:
    """大家都收拾利索点: an order to colleagues, not to us."""
    turn.answer(Plain("这句是说给大家的，没有要记的；要记进展、问题直接说。"))
