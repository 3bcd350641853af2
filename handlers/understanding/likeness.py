"""Whether two descriptions of a problem speak of the same one."""

from __future__ import annotations

import re

_AGAIN = re.compile(r"又|再次|还是(?:那|没)|仍|依旧|老问题|到现在(?:还)?没")
_FILLING = re.compile(r"[^\u4e00-\u9fff0-9a-zA-Z]|[的了呢吧吗啊那这个是在]")
_ALIKE = 0.22


def says_again(text: str) -> bool:
    """Whether the words say that it is not the first time: 又堵住了."""
    return bool(_AGAIN.search(text))


def likeness(one: str, other: str) -> float:
    """Return how much two texts share, 0 to 1, by pairs of neighbouring characters."""
    ones, others = _pairs(one), _pairs(other)
    shorter = min(len(ones), len(others))
    return len(ones & others) / shorter if shorter else 0.0


def same_problem(new: str, old: str, category: str, old_category: str) -> bool:
    """Whether a report is of the problem that is open: the same kind, told as going on or in much the same words."""
    if category != old_category or category == "其他":
        return False
    if says_again(new) and "/" in category:
        return True  # a kind as fine as 施工环境/阻挠施工 leaves little room for two
    return likeness(new, old) >= _ALIKE


def _pairs(text: str) -> frozenset[str]:
    plain = _FILLING.sub("", text)
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))
