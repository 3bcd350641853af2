"""The figure a correction in words puts in place of another: 是1.83亿不是1.85, 不对，是70%, 不是2300万是2100万."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from handlers.understanding.numbers import AmountsRead, read_amounts, read_money
from handlers.understanding.roles import MONTH_WORDS, TOTAL_WORDS

_NUMBER = r"\d+(?:\.\d+)?"
_UNIT = r"(?:个)?(?:亿|万|%)"
_NOT_THEN = re.compile(
    rf"不是[^\d，。,]{{0,6}}(?P<old>{_NUMBER})(?P<old_unit>{_UNIT})?元?[，,、 ]*"
    r"(?:而|应该?|其实|实际)*(?:是|为|改成|改为)?"
    rf"[^\d，。,]{{0,6}}(?P<new>{_NUMBER})(?P<new_unit>{_UNIT})?"
)
_THEN_NOT = re.compile(
    rf"(?P<new>{_NUMBER})(?P<new_unit>{_UNIT})?元?[，,、 ]*(?:而)?不是[^\d，。,]{{0,6}}"
    rf"(?P<old>{_NUMBER})(?P<old_unit>{_UNIT})?"
)
_NAMED = {"month_amount": MONTH_WORDS, "total_amount": TOTAL_WORDS, "percent": re.compile("进度|%")}
_ARROW = re.compile(
    rf"(?<![\d.])(?P<old>{_NUMBER})(?:万|%)?元?(?:[写说报填记]?错了?[，,、\s]*(?:应该?)?(?:是|为|改成)|应该?(?:填|报|写|记)?(?:是|成|为)|应该?(?:填|报|写|记)|应为|改成|改为|改到?|→|->)(?P<new>{_NUMBER})(?!亿)"
)
_CHANGED = re.compile(r"(?<=累计|本月|当月|进度)(?:也|都|应该?)*改(?:成|为|到)?(?=\d)")
_SHOULD_BE = re.compile(rf"(?:应该?|其实|本来)就?(?:是|为)({_NUMBER})(?![\d.]|亿)")
_PLAIN = re.compile(r"(?<![\d.A-Za-z-])\d+(?:\.\d+)?(?![\d.]|[年月日号点天个台套米亩户人])")
_WHOLE, _FAR = 100, 10  # a corrected sum is of the same order
_SCALE = {"亿": Decimal(10000), "万": Decimal(1), "%": Decimal(1)}
_MONEY = ("month_amount", "total_amount")
_READ = {"month": "month_amount", "total": "total_amount", "percent": "percent"}


@dataclass(frozen=True, slots=True)
class Mended:
    """A figure's new value with the words it came from; `about` where it was said roughly."""

    value: Decimal
    words: str
    about: bool = False


def mended(text: str, told: Mapping[str, float]) -> dict[str, Mended]:
    """Return the new figures by the ledger's names; `told` are those of the line that is corrected.

    A sum that may be either of the two figures told comes back under both names: ask which.
    """
    if stands := _as_it_stands(text, told):
        return stands
    pair = _THEN_NOT.search(text) or _NOT_THEN.search(text)
    if pair is not None:
        return _by_old(pair, told)
    read = read_amounts(_CHANGED.sub("", text))
    found = {
        _READ[name]: Mended(getattr(read, name), span.words, name in read.about)
        for name, span in read.spans.items()
        if name not in read.assumed
    }
    found |= _unitless(read, told) | _by_arrow(text, told)
    if found:
        return found
    sums = [money for money in read_money(text) if all(money.value != Decimal(str(value)) for value in told.values())]
    if len(sums) == 1:
        return {key: Mended(sums[0].value, sums[0].span.words, sums[0].approximate) for key in _MONEY if key in told}
    return {} if sums else _bare(text, told)


def _as_it_stands(text: str, told: Mapping[str, float]) -> dict[str, Mended]:
    """Return the figure that is told again as it stands: 58那个写成60了么 应该是58."""
    meant = _SHOULD_BE.findall(text)
    same = [key for key, old in told.items() if len(meant) == 1 and Decimal(meant[0]) == Decimal(str(old))]
    return {key: Mended(Decimal(meant[0]), meant[0]) for key in same}


def _unitless(read: AmountsRead, told: Mapping[str, float]) -> dict[str, Mended]:
    """Take a number of a named figure without its unit, where it is of the old one's order."""
    found = {}
    for name in read.unitless:
        key, value = _READ[name], getattr(read, name)
        if key in told and _fits(key, value, told):
            found[key] = Mended(value, read.spans[name].words, name in read.about)
    return found


def _by_arrow(text: str, told: Mapping[str, float]) -> dict[str, Mended]:
    """Take 2300应该是2100: the number behind stands for the figure that had the number before."""
    found = {}
    for pair in _ARROW.finditer(text):
        for key, old in told.items():
            if Decimal(pair["old"]) == Decimal(str(old)) and _fits(key, Decimal(pair["new"]), told):
                found[key] = Mended(Decimal(pair["new"]), pair["new"])
    return found


def _fits(key: str, value: Decimal, told: Mapping[str, float]) -> bool:
    old = Decimal(str(told[key]))
    return value <= _WHOLE if key == "percent" else old / _FAR <= value <= old * _FAR


def _bare(text: str, told: Mapping[str, float]) -> dict[str, Mended]:
    """Take the one number that was not told before, in the unit of the figure told: 应该是1090, 88是目标 实际86."""
    numbers = [(Decimal(words), words) for words in _PLAIN.findall(text)]
    new = [(value, words) for value, words in numbers if all(value != Decimal(str(old)) for old in told.values())]
    named = [key for key, old in told.items() if any(value == Decimal(str(old)) for value, _ in numbers)]
    keys = named or [key for key, words in _NAMED.items() if key in told and words.search(text)] or list(told)
    if len(new) != 1 or len(keys) != 1:
        return {}
    (value, words), key = new[0], keys[0]
    return {key: Mended(value, words)} if _fits(key, value, told) else {}


def _by_old(pair: re.Match[str], told: Mapping[str, float]) -> dict[str, Mended]:
    """Find the figure by the value it had; a number without a unit goes by the other one's, or by what was told."""
    new_unit = pair["new_unit"] or pair["old_unit"]
    old_unit = pair["old_unit"] or pair["new_unit"]
    found = {}
    for key, value in told.items():
        for unit in ("%",) if key == "percent" else ("亿", "万"):
            if not _is(old_unit, unit) or not _is(new_unit, unit):
                continue
            if Decimal(pair["old"]) * _SCALE[unit] == Decimal(str(value)):
                found[key] = Mended(Decimal(pair["new"]) * _SCALE[unit], pair["new"] + (pair["new_unit"] or ""))
    return found


def _is(given: str | None, unit: str) -> bool:
    return given is None or given.endswith(unit)
