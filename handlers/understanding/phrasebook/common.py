"""Words that phrases of several kinds share."""

from __future__ import annotations

from handlers.understanding.refs import find_notice_ref

ENDED = r"(?=$|[，。；,;！!\s])"
EDGE = r"$|[，。；,;！!\s]"
WHAT = r"(?:啥|什么|任何|大|多大)?"


def names_a_notice(text: str) -> bool:
    """Whether a text names a supervision notice by its number."""
    return find_notice_ref(text) is not None
