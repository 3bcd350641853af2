"""A whole name written with a mistake or two: where it stands in a sentence, and how many characters are not its own.

Among very many names nothing less is certain: a piece of a name fits dozens of them. A homophone and a character left
out are slips of whoever types; any other character may as well be another name's.
"""

from __future__ import annotations

from dataclasses import dataclass

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from handlers.understanding.alignment import CRITICAL
from handlers.understanding.sounds import sounded

MOST = 2
_LEAST = 5  # characters: with fewer, one mistake makes another name
_ALIKE = 80.0  # of 100, by sound: below it no window holds the name with so few mistakes
_SETTLES = frozenset().union(*CRITICAL)  # what tells twins apart is never a slip


@dataclass(frozen=True, slots=True)
class Misspelt:
    """A name found at `[start, end)` of a compact text; `doubtful` where another name may have been meant."""

    start: int
    end: int
    slips: int
    doubtful: bool


def find_misspelt(text: str, sound: str, name: str) -> Misspelt | None:
    """Return where a compact text writes a name out with at most two slips."""
    if len(name) < _LEAST:
        return None
    near = fuzz.partial_ratio_alignment(sounded(name), sound, score_cutoff=_ALIKE)
    if near is None:
        return None
    windows = [
        (start, end)
        for start in range(max(0, near.dest_start - 1), near.dest_start + 2)
        for end in range(near.dest_end - 1, min(len(text), near.dest_end + 1) + 1)
        if end - start >= _LEAST - 1
    ]
    # Of windows as good the longest: a homophone at the edge belongs to the name.
    slips, _, start, end = min(
        (Levenshtein.distance(name, text[start:end], score_cutoff=MOST), start - end, start, end)
        for start, end in windows
    )
    return Misspelt(start, end, slips, _is_doubtful(name, text[start:end])) if slips <= MOST else None


def _is_doubtful(name: str, written: str) -> bool:
    for edit in Levenshtein.editops(name, written):
        meant, read = name[edit.src_pos : edit.src_pos + 1], written[edit.dest_pos : edit.dest_pos + 1]
        if edit.tag == "insert":
            return True
        if edit.tag == "replace" and (sounded(meant) != sounded(read) or {meant, read} <= _SETTLES):
            return True
    return False
