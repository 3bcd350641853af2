"""What tells the projects of one message apart when it speaks of them again: 一期…二期…, 城北…城南…."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from handlers.understanding.text import Span

Mention = tuple[str, Span]
_PHASE = re.compile(r"[一二三四五六七八九十]+(?:期|标段|标)$")
_LEAST_TAIL, _LEAST_HEAD = 1, 2
_PLACES = r"(?!(?:大?[路街道]|村|镇|乡|区|派出所|办事处|社区|桥|门|分局|支行|所))"


def named_again(text: str, mentions: Sequence[Mention]) -> list[Mention]:
    """Return where a text speaks of the mentioned projects by what their names do not share; none where that fails."""
    telling: dict[str, str] = {}
    for (one, first), (other, second) in combinations(mentions, 2):
        if one != other:
            for code, words in _told_apart(one, first.words, other, second.words):
                telling[code] = words
    if len(set(telling.values())) < len(telling):
        return []
    found = []
    for code, words in telling.items():
        for at in re.finditer(rf"(?<!第){re.escape(words)}{_PLACES}", text):
            span = Span(at.start(), at.end(), words)
            if not any(span.overlaps(known) for _, known in mentions):
                found.append((code, span))
    return found


def _told_apart(one: str, first: str, other: str, second: str) -> list[tuple[str, str]]:
    """Return for two projects the words of each that the other's name has not: its phase, or how it begins."""
    phases = _PHASE.search(first), _PHASE.search(second)
    if phases[0] and phases[1] and phases[0].group() != phases[1].group():
        return [(one, phases[0].group()), (other, phases[1].group())]
    shared = 0
    while shared < min(len(first), len(second)) and first[-1 - shared] == second[-1 - shared]:
        shared += 1
    heads = first[: len(first) - shared], second[: len(second) - shared]
    if shared < _LEAST_TAIL and first[:1] == second[:1] and min(len(first), len(second)) >= _LEAST_HEAD:
        heads = first[:_LEAST_HEAD], second[:_LEAST_HEAD]  # 城北, 城南厂
    elif shared < _LEAST_TAIL or min(map(len, heads)) < _LEAST_HEAD:
        return []
    return [(one, heads[0]), (other, heads[1])] if heads[0] != heads[1] else []
