"""Figures that words leave open (2300万到2500万, 可能40%也可能45%, 两三百万): asked about, never chosen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from handlers.understanding.numerals import ABOUT, NUMBER, parse_number
from handlers.understanding.text import Span, span_of

Choice = tuple[Decimal, str]
"""One of the figures that words leave open, with the words for it."""

# How it stood before: 由78%提高到82%, 上月78%.
WAS = re.compile(
    r"(?:由|从|自)[^，。；,;到至]{0,6}$|(?:原先|原来|本来|起初|开头|早先)(?:说|报|定|估|算|讲|以为)(?:的|是)?[^，。；,;现后]{0,10}$|(?:上(?:个?月|次|回|周|礼拜|期)|去年|原来|之前|原先|当初|年初)(?:的|是|为|报|末|底|还|只有?|才|完成|投资|形象进度)*$"
)
_TO = r"(?:到|至|[-~—\u2013～]|、)"
_OR = r"[，, ]?(?:或者?是?|还是|要么是?|也可能是?|也许是?|也兴是?|就是|也|又)"
_BETWEEN = re.compile(rf"(?:元|块钱|左右|上下)?\s?(?:{_TO}|{_OR})\s?(?:{ABOUT})?")
_INTO = re.compile(r"\s?(?:→|➡|[-=—]+>)\s?")
_LOW = re.compile(rf"(?P<low>{NUMBER})\s?(?:到|至|[-~—\u2013～])$")
_VAGUE = re.compile(
    r"(?:(?P<low>[一二两三四五六七八])(?P<high>[二三四五六七八九])|(?P<some>好?几|数|上|成))"
    r"(?P<scale>[十百千]?)(?:多|来)?个?多?(?P<unit>[万亿])"
)
_SCALES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 1, "亿": 10000}


def are_rivals(text: str, one: Span, other: Span) -> bool:
    """Whether two figures in a row are given for one thing; 由78%到82% tells a change."""
    return bool(_BETWEEN.fullmatch(text[one.end : other.start])) and not WAS.search(text[: one.start])


def is_replaced(text: str, one: Span, other: Span) -> bool:
    """Whether an arrow says that a figure has become the next: 43%→47%."""
    return bool(_INTO.fullmatch(text[one.end : other.start]))


def lower_end(text: str, figure: Span) -> tuple[int, Decimal, str] | None:
    """Return where a range begins that leaves its unit to the upper end (2300到2500万), with its lower figure."""
    low = _LOW.search(text, 0, figure.start)
    value = parse_number(low["low"]) if low else None
    if low is None or value is None or WAS.search(text[: low.start()]):
        return None
    return low.start("low"), value, low["low"]


def vague_sums(text: str) -> Iterator[tuple[Span, tuple[Choice, ...]]]:
    """Return the sums (万元) that no one figure is: 两三百万 with its two ends, 几百万 with none."""
    for match in _VAGUE.finditer(text):
        scale = _SCALES[match["scale"]] * _SCALES[match["unit"]]
        ends = () if match["some"] else (match["low"], match["high"])
        values = [(parse_number(end) or Decimal(0)) * scale for end in ends]
        yield span_of(text, match.start(), match.end()), tuple((value, f"{value}万") for value in values)


def in_wan(value: Decimal, words: str) -> tuple[Decimal, str]:
    """Return a bare lower end in 万元, its unit that of the upper end's words."""
    unit = "亿" if "亿" in words else "万"
    return value * _SCALES[unit], unit
