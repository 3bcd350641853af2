"""A text with its spoken figures in digits, for what compares them: 51%不是61 for 百分之五十一不是六十一."""

from __future__ import annotations

import re

from handlers.understanding.money import read_money
from handlers.understanding.numerals import HAN_DIGIT, HAN_NUMBER, parse_number

_PERCENT = re.compile(rf"百分之(?P<number>\d+(?:\.\d+)?|{HAN_NUMBER}{{1,8}}(?:点[{HAN_DIGIT}]{{1,6}})?)")
_COUNTED = r"[米方亩台套根眼户株棵吨层孔跨片榀樘座盏道条处栋趟块]"
_SPOKEN = re.compile(
    rf"(?<![{HAN_DIGIT}十百千万亿])(?P<number>{HAN_NUMBER}{{2,8}}(?:点[{HAN_DIGIT}]{{1,6}})?|[{HAN_DIGIT}](?={_COUNTED}))"
    rf"(?![{HAN_DIGIT}十百千万亿月日号])"
)


def in_digits(text: str) -> str:
    """Return a text with sums, percentages and counts that are written in words put in digits."""
    for money in reversed(read_money(text)):
        if not any(letter.isdigit() and letter.isascii() for letter in money.span.words) and money.value:
            text = f"{text[: money.span.start]}{money.value}万{text[money.span.end :]}"
    text = _PERCENT.sub(lambda found: _put(found, "%"), text)
    return _SPOKEN.sub(lambda found: _put(found, ""), text)


def _put(found: re.Match[str], unit: str) -> str:
    value = parse_number(found["number"])
    return found.group() if value is None else f"{value.normalize():f}{unit}"
