"""What a message most likely tells, learned from sentences whose sort and category are known.

A second opinion beside the phrases: where it finds most unlikely what they read, or likely what they did not read, the
sender is asked; what is filed on its word alone stands in :mod:`handlers.likelihood`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path

from handlers.understanding.categories import Category
from handlers.understanding.hunch.features import grams_of, masked
from handlers.understanding.text import Span

SCALE = 100
"""A weight is written as a whole number of hundredths."""


class Sort(StrEnum):
    """What a message may tell or want; one message may do several of them."""

    VISIT = "visit"
    PROGRESS = "progress"
    PROBLEM = "problem"
    QUESTION = "question"
    GOING = "going"
    NOTE = "note"
    ORDER = "order"
    QUIET = "quiet"
    SOLVED = "solved"


@dataclass(frozen=True)
class Weights:
    """For each piece of text how much it speaks for each of some labels; `bias` is what is known without any piece."""

    made_of: str
    labels: tuple[str, ...]
    bias: tuple[int, ...]
    grams: dict[str, tuple[int, ...]]


def table_path(name: str) -> Path:
    """Return where the weights of a learned table stand: ``sorts`` or ``categories``."""
    return Path(__file__).parent / f"{name}.tsv"


@cache
def _learned(name: str) -> Weights:
    return read_weights(table_path(name).read_text(encoding="utf-8"))


def read_weights(table: str) -> Weights:
    """Read what :mod:`handlers.understanding.hunch.learning` has written."""
    labels, bias, *lines = (line.split("\t") for line in table.rstrip("\n").split("\n"))
    grams = {gram: tuple(map(int, numbers)) for gram, *numbers in lines}
    return Weights(labels[0], tuple(labels[1:]), tuple(map(int, bias[1:])), grams)


def likelihoods(text: str, names: Sequence[Span] = ()) -> dict[Sort, float]:
    """Return how likely a normalised text tells each sort (0 to 1); `names` are where it names projects."""
    return {Sort(label): chance for label, chance in _chances("sorts", masked(text, names))}


def kinds(text: str, names: Sequence[Span] = ()) -> list[tuple[float, Category]]:
    """Return the categories of the problem a normalised text tells, likeliest first; the chances sum to 1."""
    found = _chances("categories", masked(text, names))
    total = sum(chance for _, chance in found)
    return sorted(((chance / total, Category(label)) for label, chance in found), reverse=True)


@lru_cache(maxsize=256)
def _chances(name: str, words: str) -> tuple[tuple[str, float], ...]:
    learned = _learned(name)
    totals = _totals(learned, grams_of(words))
    return tuple(zip(learned.labels, (probability(total / SCALE) for total in totals), strict=True))


def _totals(learned: Weights, grams: Iterable[str]) -> list[int]:
    totals = list(learned.bias)
    for gram in grams:
        for at, weight in enumerate(learned.grams.get(gram, ())):
            totals[at] += weight
    return totals


def probability(evidence: float) -> float:
    """Return the probability that a sum of evidence stands for."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, evidence))))
