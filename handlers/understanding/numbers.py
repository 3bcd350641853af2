"""The figures of a report: this month's sum, the total and the progress; areas beside them.

Money is in 万元 (the ledger's unit). `money.py` reads the sums, `roles.py` what they are, `shares.py` percentages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from handlers.understanding.money import Money, plain, read_money
from handlers.understanding.numerals import ABOUT, ARABIC, HAN_NUMBER, NUMBER, parse_number
from handlers.understanding.open_figures import Choice
from handlers.understanding.percentages import MOST_PERCENT, Percent, shares, whole_percent
from handlers.understanding.roles import sums_by_role
from handlers.understanding.text import Span, span_of

__all__ = [
    "AmountsRead",
    "Area",
    "Money",
    "Percent",
    "plain",
    "read_amounts",
    "read_areas",
    "read_money",
    "read_percents",
]

_AREA = re.compile(rf"(?P<about>{ABOUT})?(?P<number>{NUMBER})(?P<more>[来多余])?(?P<ten_thousand>万)?亩")
_BARE = re.compile(
    rf"(?P<role>累计|累积|一共|总共|拢共|合计|加起来|合起来|形象进度|本月|这个?月|当月|(?:\d{{1,2}}|[一二三四五六七八九十]{{1,2}})月份?(?=完成|投资|[又再]?[投干弄]了?|\s?\d{{3,}}(?!\d*[年.])))(?:一共)?"
    rf"(?:完成|[又再]?[投干弄]了?)?(?:投资)?(?:额)?(?:[（(]万元?[）)])?(?:达到?|[是为到按了:：])?\s?(?P<about>{ABOUT})?(?P<number>{ARABIC}|{HAN_NUMBER}{{2,8}})(?=$|[\s，。；,;!！?？吧）)])"
)
_BARE_ROLE_AFTER = re.compile(
    rf"(?<![\d.A-Za-z])(?P<number>{ARABIC}|{HAN_NUMBER}{{3,8}})[，,\s]?(?:这|都|均|全)*(?:是|为|算)(?P<role>累计|总数|总的|本月|这个?月|当月)(?:完成|投资|的|数|万元)*(?=$|[\s，。；,;\d])"
)
# Said once for all: 单位都是万元.
_UNIT_TOLD = re.compile(
    r"单位(?:都|全|均|一律)*[是为:： ]?万|[（(]万元?[）)]|(?:都|全|均)(?:是|为|按|以)的?万元?(?=$|[，。；,;\s计])"
)


@dataclass(frozen=True, slots=True)
class Area:
    """An area in 亩."""

    value: Decimal
    approximate: bool
    span: Span


@dataclass(frozen=True, slots=True)
class AmountsRead:
    """What a report says of money (万元) and progress (percent, may pass 100, to 200).

    `spans` holds the words of each field that is set, under its name; `assumed` the fields whose unit or month the
    sender left to us, or that fall below nothing: ask before writing them; `about` the fields said as 约. `parts` are
    all percentages of progress; `percent` is the one that speaks of the whole, or the only one there is (`percent_of`
    names its part, as 钢结构). `unitless` are those of `assumed` that lack nothing but the unit; `either` what a figure
    may be where the words leave it open, which is then not set; `loose` are sums of which no words say what they are.
    """

    month: Decimal | None = None
    total: Decimal | None = None
    percent: Decimal | None = None
    percent_of: str = ""
    approximate: bool = False
    about: frozenset[str] = frozenset()
    assumed: frozenset[str] = frozenset()
    unitless: frozenset[str] = frozenset()
    either: dict[str, tuple[Choice, ...]] = field(default_factory=dict)
    parts: tuple[Percent, ...] = ()
    spans: dict[str, Span] = field(default_factory=dict)
    loose: tuple[Money, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.spans) or bool(self.parts)


def read_percents(text: str) -> tuple[Percent, ...]:
    """Return the percentages that tell progress; growth, shares and interest are none."""
    return tuple(percent for percent in shares(text) if percent.either is None)


def read_areas(text: str) -> tuple[Area, ...]:
    """Return every area in 亩."""
    found = []
    for match in _AREA.finditer(text):
        value = parse_number(match["number"])
        if value is not None:
            rough = bool(match["about"] or match["more"])
            scaled = value * (10000 if match["ten_thousand"] else 1)
            found.append(Area(plain(scaled), rough, span_of(text, match.start(), match.end())))
    return tuple(found)


def read_amounts(text: str) -> AmountsRead:
    """Return this month's sum, the total and the progress a report gives; see :class:`AmountsRead`."""
    roles = sums_by_role(text)
    told = shares(text)
    percent = whole_percent(text, told)
    said: dict[str, Money | Percent] = {**roles.found, **({"percent": percent} if percent else {})}
    bare = _bare(text, said)
    said |= bare
    told_once = bool(_UNIT_TOLD.search(text)) and _all_read(text)
    unitless = {name: value for name, value in bare.items() if value.value and not told_once}  # nothing has no unit
    either = {name: value.either for name, value in said.items() if value.either is not None}
    figures = {name: value for name, value in said.items() if name not in either}
    about = frozenset(name for name, value in figures.items() if value.approximate)
    whole = figures.get("percent")
    return AmountsRead(
        **{name: value.value for name, value in figures.items()},
        percent_of=whole.of if isinstance(whole, Percent) else "",
        approximate=bool(about),
        about=about,
        assumed=frozenset(roles.assumed | unitless.keys()) & figures.keys(),
        unitless=frozenset(unitless),
        either=either,
        parts=tuple(share for share in told if share.either is None),
        spans={name: value.span for name, value in figures.items()},
        loose=tuple(roles.loose),
    )


def _all_read(text: str) -> bool:
    """Whether each number without a unit can be read: 本月六五五 cannot."""
    return all(parse_number(match["number"]) is not None for match in _BARE.finditer(text))


def _bare(text: str, said: Mapping[str, Money | Percent]) -> dict[str, Money]:
    """Return numbers whose role is plain and whose unit is not, as 万元 or % to be confirmed: "本月1200 累计9800"."""
    found: dict[str, Money] = {}
    for match in (*_BARE.finditer(text), *_BARE_ROLE_AFTER.finditer(text)):
        head = match["role"]
        role = "percent" if head[0] == "形" else "total" if re.match(r"累|[一总拢]|合|加", head) else "month"
        role = "month" if head.endswith(("月", "月份")) else role
        value = parse_number(match["number"])
        if value is None or role in said or role in found or (role == "percent" and value > MOST_PERCENT):
            continue
        start, end = match.span("number")
        found[role] = Money(plain(value), bool(match.groupdict().get("about")), span_of(text, start, end))
    return found
