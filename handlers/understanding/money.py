"""Sums of money in a text, in 万元 (the ledger's unit); counts and areas (30亩, 3万方, 5万人) are never money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from handlers.understanding.numerals import ABOUT, DIGITS, HAN_DIGIT, NUMBER, parse_number
from handlers.understanding.open_figures import Choice, are_rivals, in_wan, is_replaced, is_slip, lower_end, vague_sums
from handlers.understanding.text import Span, span_of

ROUGHLY_AFTER = r"左右|上下|出头|以上|开外|的?样子|冒点?头|挂零|打不住|往上|不到"
_MEASURES = (
    "平|方|立方|亩|人(?!民币|工)|户|吨|株|棵|米|公里|千米|千瓦|瓦|台|套|件|只|头|斤|公斤|次|张|度|升|㎡|m"
    "|里(?!头|面)|火|块砖|册|辆"
)

# 三万一千平: what follows 万 is still the count.
_COUNTED_ON = rf"零?(?:[\d{HAN_DIGIT}]+[千百十])+[\d{HAN_DIGIT}]?[多来余]?(?:{_MEASURES})"
# 一万五千九百万: who goes on counting after the first 万.
_TENS_OF_THOUSANDS = (
    rf"(?<![几{HAN_DIGIT}十百千])[{HAN_DIGIT}十]{{1,3}}[万萬](?=零?[{HAN_DIGIT}][千百][{HAN_DIGIT}百十]*[万萬])"
)
_MONEY = re.compile(
    rf"(?P<about>{ABOUT})?\s?(?:"
    rf"(?P<yi>{NUMBER}|半)(?P<more1>[来多余])?个?(?P<more2>多)?[亿億](?:(?P<yi_wan>{NUMBER})(?P<more3>[来多余])?万"
    rf"(?:(?P<yi_rest>{NUMBER})(?=元|块钱))?"
    rf"|零?(?P<yi_bare>[{HAN_DIGIT}][百千][{HAN_DIGIT}百十]*)(?=$|[，。；,;\s了吧啊呢])"
    rf"|(?P<yi_digit>[1-9一二三四五六七八九])(?![\d.%{HAN_DIGIT}十百千月号日期个]))?"
    rf"|(?P<wan>(?:{_TENS_OF_THOUSANDS})?{NUMBER})(?P<more4>[来多余])?个?(?P<more5>多)?(?:[（(]?[万萬]|[wW](?![a-zA-Z]))"
    rf"(?:(?P<wan_digit>[1-9一二三四五六七八九](?=[元块，。；,;\s]|$))|零?(?P<kilo>[1-9一二三四五六七八九])千(?![{HAN_DIGIT}\d])"
    rf"|(?P<rest>{NUMBER})(?=元|块钱))?"
    rf"|(?P<rough>[个百千])把(?P<rough_unit>[亿万])"
    rf"|(?P<yuan>{NUMBER})(?P<more6>[来多余])?(?=元|块钱)"
    rf")(?P<more7>[多余])?(?:元|块钱?)?(?:人民币)?[)）]?(?!{_MEASURES}|元?[/每]亩|{_COUNTED_ON}|零?[{HAN_DIGIT}][百千](?![{HAN_DIGIT}百十]*(?:元|块)))(?P<after>{ROUGHLY_AFTER})?"
)
# 一分钱没投: a sum, and it is none.
_NOUGHT = re.compile(
    r"一(?:分|毛|个?子儿?)钱?(?:都|也)?(?:还)?(?:没有?|未)(?:投|花|干|动|用|出)|分文(?:未|没)(?:投|花|动)"
    r"|(?<![\d一二三四五六七八九十])[零0](?:投资|投入)|(?:没有?|未)(?:投|花)一(?:分|毛)钱|投资(?:额)?(?:还)?(?:是|为)[零0](?![\d.])"
)

_LIKE = 3  # times
_LEAST_SPOKEN = 100
_SHORT = re.compile(
    rf"(?:[干投做弄]了|完成(?:了)?|(?:只|才|就)有?|实际|落了)(?P<number>[{HAN_DIGIT}][千百][{HAN_DIGIT}百十]*)(?=$|[，。；,;\s了吧啊])"
)

_MIXED_PART = re.compile(rf"(\d+(?:\.\d+)?|[{HAN_DIGIT}])([千百])")
_MIXED = re.compile(rf"\d+(?:\.\d+)?[千百](?:[\d{HAN_DIGIT}][千百])*")
# 300-500万 and 1-8月 are ranges, -300万 is below nothing.
SIGN = re.compile(r"(?<![\d万亿元%个])[-\u2212负]$")


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in 万元; `either` holds what it may be, where that is left open (empty for 几百万)."""

    value: Decimal
    approximate: bool
    span: Span
    either: tuple[Choice, ...] | None = None


def plain(value: Decimal) -> Decimal:
    """Return a number of 万元 to the 元, without needless zeros or exponents."""
    rounded = value.quantize(Decimal("0.0001"))
    whole = rounded.to_integral_value()
    return whole if rounded == whole else rounded.normalize()


def read_money(text: str) -> tuple[Money, ...]:
    """Return every sum of money a text states with a unit."""
    return tuple(money for money in sums(text) if money.either is None)


def sums(text: str) -> list[Money]:
    """Return the sums of a text in order, two that cannot both be so as one that is open."""
    listed = list(_moneys(text))
    for span, choices in vague_sums(text):
        if not any(span.overlaps(money.span) and money.span.start < span.start for money in listed):
            listed = [money for money in listed if not money.span.overlaps(span)]
            listed.append(Money(Decimal(0), True, span, choices))
    listed += _without_unit(text, listed)
    listed += [Money(Decimal(0), False, span_of(text, found.start(), found.end())) for found in _NOUGHT.finditer(text)]
    listed.sort(key=lambda money: money.span.start)
    merged: list[Money] = []
    for money in listed:
        if merged and (is_replaced(text, merged[-1].span, money.span) or _takes_back(text, merged[-1], money)):
            merged.pop()
        elif merged and are_rivals(text, merged[-1].span, money.span):
            whole = up_to(text, merged[-1].span.start, money.span)
            money = replace(money, span=whole, either=both(merged.pop(), money))
        elif (low := lower_end(text, money.span)) and money.either is None:
            value, unit = in_wan(low[1], money.span.words)
            either = ((value, low[2] + unit), (money.value, money.span.words))
            money = replace(money, span=up_to(text, low[0], money.span), either=either)
        merged.append(money)
    return merged


def _without_unit(text: str, listed: list[Money]) -> Iterator[Money]:
    """Return the sums that leave their unit to the one before: 计划两千五百万 只干了两千二."""
    for match in _SHORT.finditer(text):
        value, start = _spoken(match["number"]), match.start("number")
        before = [money for money in listed if money.span.end <= start and money.either is None and money.value]
        if value and before and Decimal(1) / _LIKE <= value / before[-1].value <= _LIKE:
            yield Money(plain(value), False, span_of(text, start, match.end("number")))


def _spoken(words: str) -> Decimal | None:
    value = parse_number(words)
    return value if value is not None and value >= _LEAST_SPOKEN else None


def _takes_back(text: str, one: Money, other: Money) -> bool:
    """Whether a sum stands for the one just said, by a slip of the tongue; one of another order is asked about."""
    alike = bool(one.value) and Decimal(1) / _LIKE <= other.value / one.value <= _LIKE
    return alike and is_slip(text, one.span, other.span)


def both(one: Money, other: Money) -> tuple[Choice, ...]:
    """Return what two figures given for one thing leave to choose from."""
    return _joined(one, other)


def _joined(*figures: Money) -> tuple[Choice, ...]:
    choices = [each.either if each.either is not None else ((each.value, bluntly(each.span)),) for each in figures]
    return tuple(dict.fromkeys(choice for listed in choices for choice in listed))


def bluntly(figure: Span) -> str:
    """Return the words of a figure without 大概 before them."""
    return re.sub(rf"^(?:{ABOUT})", "", figure.words)


def up_to(text: str, start: int, span: Span) -> Span:
    """Return a span that begins earlier."""
    return span_of(text, start, span.end)


def _moneys(text: str) -> Iterator[Money]:
    for match in _MONEY.finditer(text):
        value = _money_value(match)
        if value is not None:
            groups = match.groupdict()
            rough = any(groups[name] for name in groups if name.startswith(("about", "more", "rough", "after")))
            below = 1 if SIGN.search(text, 0, match.start()) else 0
            span = span_of(text, match.start() - below, match.end())
            yield Money(plain(-value if below else value), rough, span)


def _money_value(match: re.Match[str]) -> Decimal | None:
    if match["rough"]:
        count = {"个": 1, "百": 100, "千": 1000}[match["rough"]]
        return Decimal(count * (10000 if match["rough_unit"] == "亿" else 1))
    if match["yuan"]:
        value = parse_number(match["yuan"])
        return None if value is None else value / 10000
    if match["wan"]:
        tenth = match["wan_digit"] or match["kilo"]
        if match["kilo"] and match["wan"] in DIGITS and not match.group().rstrip(")）").endswith(("元", "块", "钱")):
            return None  # 累计一万四千: most likely 14000万, its unit left out
        return _sum_of((match["wan"], 1), (tenth, Decimal("0.1")), (match["rest"], Decimal("0.0001")))
    if match["yi"] == "半":
        return Decimal(5000)
    rest = (match["yi_rest"], Decimal("0.0001"))
    return _sum_of((match["yi"], 10000), (match["yi_wan"] or match["yi_bare"], 1), (match["yi_digit"], 1000), rest)


def _sum_of(*terms: tuple[str | None, int | Decimal]) -> Decimal | None:
    total = Decimal(0)
    for words, unit in terms:
        value = _mixed(words) if words else Decimal(0)
        if value is None:
            return None
        total += value * unit
    return total


def _mixed(words: str) -> Decimal | None:
    """Read digits with 千 and 百 between them (2千3百) beside the regular ways to write a number."""
    if not _MIXED.fullmatch(words):
        return parse_number(words)
    scale = {"千": 1000, "百": 100}
    return sum((_digits(number) * scale[unit] for number, unit in _MIXED_PART.findall(words)), Decimal(0))


def _digits(words: str) -> Decimal:
    return parse_number(words) or Decimal(0)
