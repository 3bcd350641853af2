"""What `duban doctor` found: one line a thing looked at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `words` of what is not sound end in what to do about it."""

    what: str
    sound: bool
    words: str


def sound(what: str, words: str) -> Finding:
    """Say that something is as it should be."""
    return Finding(what, True, words)


def unsound(what: str, words: str) -> Finding:
    """Say what is wrong and what to do about it."""
    return Finding(what, False, words)
