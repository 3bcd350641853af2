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
    r"(?:由|从|自(?!开工|动工|年初|去年|前年))[^，。；,;到至]{0,6}$|(?:原先|原来|本来|起初|开头|早先)(?:说|报|定|估|算|讲|以为)(?:的|是)?[^，。；,;现后]{0,10}$|(?:上(?:个?月|次|回|周|礼拜|期)|去年|原来|之前|原先|当初|年初)(?:的|是|为|报|末|底|还|只有?|才|完成|投资|形象进度)*$"
)
_TO = r"(?:到|至|[-~—\u2013～]|、)"
_OR = r"[，, ]?(?:或者?是?|还是|要么是?|也可能是?|也许是?|也兴是?|就是|也|又)"
_BETWEEN = re.compile(rf"(?:元|块钱|左右|上下)?\s?(?:{_TO}|{_OR})\s?(?:{ABOUT})?")
_INTO = re.compile(r"\s?(?:→|➡|[-=—]+>)\s?")
# Figures whose sender says he is not sure of them.
UNSURE = re.compile(
    r"(?:记|看|听|算)(?:得|的)?不(?:大|太|很|是很)?(?:清|准|真)|拿不[准稳]|吃不[准透]|说不准|不(?:太|大|敢)?(?:确定|肯定)"
    r"|没(?:有)?(?:最后|完全)?(?:核实|核准|核对|对账|敲定|定准)|也?不(?:一定|见得)准|心里没(?:底|数)|待(?:核实|核对|核准)"
)
# 一千二百万 哦不 一千一百万; 1200万不是1000万 says the opposite.
_NO = r"(?:不+(?!是)|不对|错了?|(?:说|报|记|看|念)(?:错|岔|串|反)了|口误|瞎了)"
_OH = r"(?:哦|噢|喔|哎呀?|唉|诶)"
_SLIP = re.compile(
    rf"[，,。\s]*(?:{_OH}[，,\s]*(?:不是|不|{_NO})?|(?:啊|呃|额|嗯)?[，,\s]*{_NO})(?:[，,\s]*{_NO})*[，,\s]*(?:其实|应该?)?是?[，,\s]*"
)
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


def is_slip(text: str, one: Span, other: Span) -> bool:
    """Whether the speaker took a figure back and gave the next in its place: 一千二百万 哦不 一千一百万."""
    return bool(_SLIP.fullmatch(text[one.end : other.start]))


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
