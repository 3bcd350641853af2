"""Numbers as they are written: 1,850, 1.85, 一百二十三, 两千零三, 三点五, 廿五, 一万二."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "○": 0, "两": 2, "俩": 2, "仨": 3,
}  # fmt: skip
_SMALL_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_GREAT_UNITS = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
_SHORTHAND = {"廿": "二十", "卅": "三十"}

HAN_DIGIT = "".join(DIGITS)
HAN_NUMBER = f"[{HAN_DIGIT}十拾百佰千仟廿卅]"
ARABIC = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
# How people say that a figure is rough, before it; 大概其 and 撑死 are heard more often than written.
ABOUT = (
    r"(?:大概[其齐]?|大约[摸莫]?|大致|约[莫摸]|毛估|粗算|粗略|估摸着?|估计|差不多|差不离|可能|应该有|(?:也就是?)?撑死|顶多|顶天|最多|充其量|满打满算"
    r"|也就|少说|起码|至少|将近|接近|不到|超过|约)(?:着|是|也?就?得?有个?|也就|能到|到)?|小(?=[一二两三四五六七八九十\d])|近|超|上下"
)
# A Chinese number must begin with a digit: 千万 (by all means) and 几百万 are no amounts; nor is the end of another
# number (几千六百万), while 好 and 上 before a digit belong to other words (正好六百万, 加上六百万).
_HAN = (
    rf"(?<![几{HAN_DIGIT}十拾百佰千仟])(?:[{HAN_DIGIT}]|(?<![数好上成])[十拾廿卅]){HAN_NUMBER}{{0,15}}"
    rf"(?:点[{HAN_DIGIT}]{{1,6}})?"
)
NUMBER = rf"(?:(?<![\d.]){ARABIC}(?:[百千](?:[\d{HAN_DIGIT}][百千])*)?|{_HAN})"

_ARABIC = re.compile(rf"{ARABIC}\Z")
_PLAIN_DIGITS = re.compile(rf"[{HAN_DIGIT}]+\Z")


def parse_number(words: str) -> Decimal | None:
    """Return the number some words write, or None: ranges (二三十) and vague words (几十) are no numbers."""
    if _ARABIC.match(words):
        return Decimal(words.replace(",", ""))
    for short, full in _SHORTHAND.items():
        words = words.replace(short, full)
    whole, point, fraction = words.partition("点")
    value = _whole(whole)
    if value is None or not point:
        return None if value is None else Decimal(value)
    if not _PLAIN_DIGITS.match(fraction):
        return None
    return Decimal(f"{value}.{''.join(str(DIGITS[letter]) for letter in fraction)}")


def _whole(words: str) -> int | None:
    if not words:
        return None
    if _PLAIN_DIGITS.match(words):  # 二零二六; but 二三 is a range
        return int("".join(str(DIGITS[letter]) for letter in words)) if _reads_digit_by_digit(words) else None
    for unit in ("亿", "億", "万", "萬"):
        head, found, tail = words.partition(unit)
        if found:
            return _great(head, _GREAT_UNITS[unit], tail)
    return _section(words)


def _reads_digit_by_digit(words: str) -> bool:
    return len(words) == 1 or len(words) >= 4 or words[0] in "零〇"


def _great(head: str, unit: int, tail: str) -> int | None:
    count = _whole(head)
    rest = _tail(tail, unit)
    return None if count is None or rest is None else count * unit + rest


def _tail(words: str, unit: int) -> int | None:
    """What stands behind a unit; one digit alone continues it: 一万二 is 12,000."""
    if not words:
        return 0
    if len(words) == 1 and words in DIGITS:
        return DIGITS[words] * unit // 10
    return _whole(words.lstrip("零〇"))


def _section(words: str) -> int | None:
    total, digit, last = 0, None, 10**4
    zero = False
    for letter in words:
        if letter in DIGITS:
            if digit is not None and not zero:
                return None
            digit, zero = DIGITS[letter], DIGITS[letter] == 0
            continue
        unit = _SMALL_UNITS.get(letter)
        if unit is None or unit >= last:
            return None
        total += (1 if digit is None else digit) * unit
        digit, last, zero = None, unit, False
    if digit is None:
        return total
    skipped = any(zero_word in words for zero_word in "零〇")
    return total + digit * (1 if skipped or last == 10 else last // 10)
