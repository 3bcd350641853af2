"""Small parts of the index of names: which pairs of sounds a name is filed under, and where its words end."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from itertools import pairwise


def end_of_word(text: str, end: int) -> int:
    """Return where the pinyin ends that a character stands for; elsewhere the end as it is."""
    while (
        text[end - 1].isascii()
        and text[end - 1].isalpha()
        and text[end : end + 1].isascii()
        and text[end : end + 1].isalpha()
    ):
        end += 1
    return end


def rarity(posting: tuple[array[int], str]) -> int:
    """Return how many names are filed under a pair."""
    return len(posting[0])


def lengths_by_start(forms: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return how long the forms are that begin with two characters."""
    lengths: dict[str, set[int]] = {}
    for form in forms:
        if len(form) > 1:
            lengths.setdefault(form[:2], set()).add(len(form))
    return {start: tuple(sorted(found)) for start, found in lengths.items()}


def neighbours(sound: str) -> Iterator[str]:
    """Yield the pairs of sounds that stand side by side."""
    return map("".join, pairwise(sound))


def near_pairs(sound: str) -> Iterator[str]:
    """Yield the pairs of sounds up to six apart."""
    return ("".join(pair) for apart in range(1, 7) for pair in zip(sound, sound[apart:], strict=False))
