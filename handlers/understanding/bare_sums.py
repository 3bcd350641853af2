"""Sums that leave their unit out (累计到10400了 单位万 这月1400): taken where it is told once, else asked about (C04).

Whatever number stands where the month's sum or the total belongs is accounted for: taken, a choice, or asked about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from handlers.understanding.money import ROUGHLY_AFTER, Money, both, plain
from handlers.understanding.numerals import ABOUT, ARABIC, HAN_NUMBER, parse_number
from handlers.understanding.percentages import MOST_PERCENT, Percent
from handlers.understanding.text import span_of

_MONTH = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?"
_SPOKEN = rf"(?:{HAN_NUMBER}{{1,3}}万零?)?{HAN_NUMBER}{{2,8}}"
_TIGHT = re.compile(
    rf"(?P<role>累计|累积|一共|总共|拢共|合计|加起来|合起来|(?:形象|工程|总体?|整体)?进度|本月|这个?月|当月|{_MONTH}(?=完成|投资|产值|[又再]?[投干弄]了?|\s?\d{{3,}}(?!\d*[年.])))(?:一共)?"
    rf"(?:完成|[又再]?[投干弄]了?)?(?:投资|产值)?(?:额)?(?:[（(]万元?[）)])?(?:达到?|[是为到按填报写了:：])?\s?(?P<about>{ABOUT})?(?P<number>{ARABIC}|{_SPOKEN})(?P<after>多|左右|上下|出头)?(?=$|[\s，。；,;!！?？吧）)])"
)
_ROLE_AFTER = re.compile(
    rf"(?<![\d.A-Za-z])(?P<number>{ARABIC}|{HAN_NUMBER}{{3,8}})[，,\s]?(?:这|都|均|全)*(?:是|为|算)(?P<role>累计|总数|总的|本月|这个?月|当月)(?:完成|投资|的|数|万元)*(?=$|[，。；,;\s\d])"
)
# 累计到这会儿是10400了, 这月200多一点: anything between the role and the number that says nothing else.
_LOOSE = re.compile(
    rf"(?P<role>累计|累积|累(?=\d)|本月|这个?月|当月|{_MONTH})"
    r"(?:份|的|完成|投资|产值|额|数|情况|累计|一共|总共|拢共|合计|到(?:现在|目前|今天|这会儿|眼下)|为止|一(?=个)|[了已经都也就才又再共新是为到达能得有按报填写算投干弄做花个:：\s]|[（(]万元?[）)]){0,8}?"
    rf"(?P<about>{ABOUT})?(?P<number>(?<![\d.]){ARABIC}|{_SPOKEN})(?P<after>多(?:一?点)?儿?|{ROUGHLY_AFTER})?"
    r"(?=$|[\s，。；,;!！?？、（()）]|[了吧啊呢哈嘞哩嘛呀呗](?:$|[\s，。；,;!！?？])|累计|累积|本月|这个?月|当月|总共|一共|其中|不含)"
)
# 进度干到84.5了, 进度已经撵到61: how far it has come, without the sign; 进度到9.18 may be a day.
_SHARE = re.compile(
    r"(?P<role>进度)(?:[啊呀呢嘛那这也都才刚就又]|已经?|现在|目前|眼下|总算|终于|好歹|今[天儿]|[这那]会儿){0,4}"
    r"(?:[干弄做搞整撵赶追推提升走冲上涨爬]到了?|到了?|达到了?|有了?)\s?"
    rf"(?P<about>{ABOUT})?(?P<number>(?<![\d.])(?:[1-9]\d(?:\.\d)?|{HAN_NUMBER}十{HAN_NUMBER}?))(?P<after>多|左右|上下|出头)?"
    r"(?=$|[\s，。；,;!！?？]|[了吧啊呢哈嘞哩嘛呀](?:$|[\s，。；,;!！?？吧啊呢哈呀]))"
)
_MAY_BE_A_DAY = re.compile(r"1[0-2]\.\d")
_TO_COME = re.compile(r"(?:之|以)?[前内]|[月年]底|国庆|中秋|下个?[月周]|明[天年]|[能得要会想]")
# 打了712根 总共980: the number goes on counting.
_COUNTED_BEFORE = re.compile(
    r"[\d一二两三四五六七八九十百千][根片眼米台套层亩方吨棵株榀孔跨段块间户处个道座盏节公里]{1,2}[，,\s]*$"
)
_SOFT = frozenset({"一共", "总共", "拢共", "合计", "加起来", "合起来"})
# What the number is otherwise: 计划这月1500, 争取本月干到1200.
_OTHERWISE = re.compile(r"计划|任务|目标|指标|争取|力争|确保|预计|打算|准备|应该?(?:完成|干)|截[至止]|去年|上年")
_HOPED = re.compile(r"[能得要会]")
# Said once for all: 单位都是万元.
_UNIT_TOLD = re.compile(
    r"单位(?:都|全|均|一律|统一)*[是为按:： ]*万|[（(]万元?[）)]"
    r"|(?:都|全|均)(?:是|为|按|以)的?万元?(?=$|[，。；,;\s计])"
)
# A number by itself of which nothing says what it is: 报二院的投资 1400 10400.
_STRAY = re.compile(
    rf"(?:^|(?<=[，。；,;：:\s/]))(?:实际|实有|其实|投资|完成|产值|报数?|[了是为到达有才就]){{0,3}}(?P<number>(?<![\d.])(?<!\d,){ARABIC})(?=$|[\s，。；,;!！/]|[了吧啊呢哈呗]$)"
)
_TELLS_SUMS = re.compile(r"投资|产值|累[计积]|单位|万元|报(?:个|一?下)?数")
_LEAST, _MOST = 3, 6  # digits
_NEAR = 6
_MONEY_TOLD = re.compile(r"[万亿元]|投资|产值|完成|累[计积]|[投干]了|单位")


def tells_the_unit(text: str) -> bool:
    """Whether the unit is told once for all, and each number without one can be read: 本月六五五 cannot."""
    return bool(_UNIT_TOLD.search(text)) and all(
        parse_number(match["number"]) is not None for match in _TIGHT.finditer(text)
    )


def bare_sums(text: str, said: Mapping[str, Money | Percent]) -> dict[str, Money]:
    """Return numbers whose role is plain and whose unit is not, as 万元 or %: 本月1200 累计9800.

    What cannot be read, or is told twice, comes open: its `either` is to be asked about.
    """
    found: dict[str, Money] = {}
    for role, money in _each(text):
        stands = found.get(role)
        if role in said or (role == "percent" and (money.value > MOST_PERCENT or money.either is not None)):
            continue
        if stands is None:
            found[role] = money
        elif stands.value != money.value and role != "percent" and not stands.span.overlaps(money.span):
            found[role] = replace(stands, either=both(stands, money))
    return found


def stray_sums(text: str, said: Mapping[str, Money | Percent]) -> list[Money]:
    """Return numbers by themselves, among words that tell sums, that nothing has placed: each is to be asked about."""
    if not _TELLS_SUMS.search(text):
        return []
    found = []
    for match in _STRAY.finditer(text):
        span = span_of(text, *match.span("number"))
        if (
            any(span.overlaps(one.span) for one in said.values())
            or not _LEAST <= len(match["number"].partition(".")[0]) <= _MOST
        ):
            continue
        if _OTHERWISE.search(re.split(r"\d", text[: match.start()])[-1][-_NEAR:]):
            continue
        value = parse_number(match["number"]) or Decimal(0)
        found.append(Money(plain(value), False, span, None if tells_the_unit(text) else ()))
    return found


def _each(text: str) -> Iterator[tuple[str, Money]]:
    taken: list[Money] = []
    for match in (*_TIGHT.finditer(text), *_ROLE_AFTER.finditer(text)):
        head, value = match["role"], parse_number(match["number"])
        if value is None or (_COUNTED_BEFORE.search(text, 0, match.start()) and head in _SOFT):
            continue
        money = Money(
            plain(value),
            any(match.groupdict().get(name) for name in ("about", "after")),
            span_of(text, *match.span("number")),
        )
        if not _OTHERWISE.search(_clause(text, match.start())):
            taken.append(money)
            yield _role(head, text[: match.start()]), money
    yield from _shares(text, taken)
    if not _MONEY_TOLD.search(text):
        return
    for match in _LOOSE.finditer(text):
        span = span_of(text, *match.span("number"))
        if any(span.overlaps(one.span) for one in taken) or _OTHERWISE.search(_clause(text, match.start())):
            continue
        value = parse_number(match["number"])
        if value is not None and len(match["number"]) < _LEAST and value < 100:
            continue
        hoped = _HOPED.search(text[match.end("role") : match.start("number")])
        unread = value is None or bool(hoped)
        rough = bool(match["about"] or match["after"])
        yield (
            _role(match["role"], text[: match.start()]),
            Money(plain(value or Decimal(0)), rough, span, () if unread else None),
        )


def _shares(text: str, taken: list[Money]) -> Iterator[tuple[str, Money]]:
    """Return how far the works are where that is told without its sign; what they are to reach is no share."""
    for match in _SHARE.finditer(text):
        span, before = span_of(text, *match.span("number")), _clause(text, match.start())
        value = parse_number(match["number"])
        if value is None or _OTHERWISE.search(before) or _TO_COME.search(before):
            continue
        if not _MAY_BE_A_DAY.fullmatch(match["number"]) and not any(span.overlaps(one.span) for one in taken):
            yield "percent", Money(plain(value), bool(match["about"] or match["after"]), span)


def _clause(text: str, end: int) -> str:
    return re.split(r"[，。；,;\s]", text[:end])[-1]


def _role(head: str, before: str) -> str:
    """Return which figure the word for it means; 1到9月 is the total."""
    if head.endswith(("月", "月份")):
        return "total" if before.endswith(("到", "至", "-", "—", "~")) else "month"
    return "percent" if head.endswith("进度") else "total" if re.match(r"累|[一总拢]|合|加", head) else "month"
