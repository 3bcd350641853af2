"""Of which category a problem is: certain where the rules and the learned second opinion agree, else asked about."""

from __future__ import annotations

from handlers.reading import TextReading
from handlers.told import Facts
from handlers.understanding.categories import Category, category_of, told_wrong
from handlers.understanding.hunch import kinds
from handlers.understanding.intents import Intent

_SURE, _RATHER, _KNOWS = 0.6, 0.5, 0.3
"""Chances of the second opinion's best: names the category where the rules see none; where it finds what the rules say
next to impossible; below the last it knows nothing, and what the rules say stands."""
_IMPOSSIBLE = 0.02
# On 1,100 sentences that neither had seen: where both agree 86 of a hundred are right, where one of the above decides
# 86 to 88, and where they differ otherwise neither is to be relied on.


def likeliest_category(facts: Facts) -> str:
    """Return the category of the problem that words tell, without asking."""
    read, ranked = _opinions(facts)
    return ranked[0][1].value if read is Category.OTHER or _overrules(read, ranked) else read.value


def open_categories(facts: Facts) -> list[Category]:
    """Return the two or three categories between which it is open what the words tell; none where it is certain."""
    read, ranked = _opinions(facts)
    (chance, best), (_, next_best) = ranked[:2]
    if read is best or _overrules(read, ranked) or (read is not Category.OTHER and chance < _KNOWS):
        return []
    return list(dict.fromkeys((best, read) if read is not Category.OTHER else (best, next_best, read)))


def _overrules(read: Category, ranked: list[tuple[float, Category]]) -> bool:
    chance = ranked[0][0]
    if read is Category.OTHER and chance >= _SURE:
        return True
    return chance >= _RATHER and next(one for one, category in ranked if category is read) < _IMPOSSIBLE


def _opinions(facts: Facts) -> tuple[Category, list[tuple[float, Category]]]:
    """Return the rules' category and the learned ones, likeliest first; what went well beside it is left out."""
    text = TextReading(facts.text).text
    wrong = told_wrong(text) if facts.intents & {Intent.PROGRESS, Intent.VISIT} else text
    return Category(category_of(facts.text)), kinds(wrong, facts.names if wrong == text else ())
