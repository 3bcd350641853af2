"""The figures of a report: this month's sum, the total and the progress; areas beside them.

Money is in 万元 (the ledger's unit). `money.py` reads the sums, `roles.py` what they are, `shares.py` percentages.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from handlers.understanding.bare_sums import bare_sums, stray_sums, tells_the_unit
from handlers.understanding.money import Money, bluntly, plain, read_money
from handlers.understanding.numerals import ABOUT, NUMBER, parse_number
from handlers.understanding.open_figures import UNSURE, Choice
from handlers.understanding.percentages import Percent, shares, whole_percent
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
    bare = bare_sums(text, said)
    said |= bare
    told_once = tells_the_unit(text)
    lacking = {name: value for name, value in bare.items() if value.value and value.either is None}
    unitless = {} if told_once else lacking  # nothing has no unit
    either = {name: value.either for name, value in said.items() if value.either is not None}
    if UNSURE.search(text):
        told_unsurely = {name: money for name, money in said.items() if name != "percent" and name not in either}
        either |= {name: ((money.value, bluntly(money.span)),) for name, money in told_unsurely.items()}
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
        loose=(*roles.loose, *stray_sums(text, said)),
    )
