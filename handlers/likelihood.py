"""When the learned second opinion is heard: what it finds likely is asked about, what it finds unlikely not filed."""

from __future__ import annotations

from collections.abc import Mapping

from handlers.understanding.hunch import Sort
from handlers.understanding.intents import Intent

_SORT_OF = {Intent.VISIT: Sort.VISIT, Intent.PROGRESS: Sort.PROGRESS, Intent.PROBLEM: Sort.PROBLEM}
LIKELY, POSSIBLE = 0.3, 0.1
"""From which likelihoods on a sort is asked about although no rule read it, and is worth a button."""
UNLIKELY = {Intent.VISIT: 0.1, Intent.PROGRESS: 0.08, Intent.PROBLEM: 0.12}
"""Below which likelihood a sort is not filed although a rule read it, but asked about.

Of 368 right filings of rows that the opinion had not learned from, 1 visit, 3 reports of progress and 2 problems lie
below.
"""
UNLIKELY_CHARGED = 0.03
"""The same of a problem that has a day, or somebody to see to it."""

SURE = 0.85
"""From which likelihood on a sort is filed although no rule read it, where the rest of the opinion allows.

From 0.8 on, of 330 rows that neither had seen: 32 visits, 77 reports of progress and 44 problems, one of them none.
"""
_UNLESS = {Sort.QUESTION: 0.05, Sort.QUIET: 0.1, Sort.ORDER: 0.1, Sort.NOTE: 0.15}


def sure_sorts(likely: Mapping[Sort, float]) -> frozenset[Intent]:
    """Return what words tell so surely that it is filed as if a rule had read it."""
    if any(likely[sort] >= most for sort, most in _UNLESS.items()):
        return frozenset()
    return frozenset(likely_sorts(likely, SURE))


def likely_sorts(likely: Mapping[Sort, float], least: float = LIKELY) -> list[Intent]:
    """Return what words most likely tell."""
    return [one for one, sort in _SORT_OF.items() if likely[sort] >= least]


def sorts_to_ask(likely: Mapping[Sort, float]) -> list[Intent]:
    """Return what to offer where it is open what words tell: at least progress and a problem."""
    return [one for one in _SORT_OF if one is not Intent.VISIT or likely[Sort.VISIT] >= POSSIBLE]


def is_unlikely(likely: Mapping[Sort, float], told: Intent, *, charged: bool = False) -> bool:
    """Whether words most likely do not tell what the rules read in them."""
    least = UNLIKELY_CHARGED if charged else UNLIKELY.get(told, 0.0)
    return told in _SORT_OF and likely[_SORT_OF[told]] < least
