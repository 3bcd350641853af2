"""Whether two descriptions of a problem speak of the same one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

_Thing = TypeVar("_Thing")
_AGAIN = re.compile(r"又|再次|还是(?:那|没)|仍|依旧|老问题|到现在(?:还)?没")
_FILLING = re.compile(r"[^\u4e00-\u9fff0-9a-zA-Z]|[的了呢吧吗啊那这个是在]")
_ALIKE = 0.22
# What every question and every matter holds tells nothing about which matter is meant.
_ASKING = re.compile(
    r"啥时候|什么时候|什么时间|哪一?天|谁|怎么|咋样?|回事|现在|到底|情况|问题|事儿?|项目|解决|处理|办理|落实|报的|还没有?|没有"
    r"|督办|挂牌|通知书?|进展|进度|负责|要求|完成|时限|\d+月|\d+[日号]|我们?|你们?|他们?|单位"
)


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


def most_alike(text: str, things: Iterable[_Thing], words_of: Callable[[_Thing], str]) -> list[_Thing]:
    """Return the things whose words a question speaks of: those that share most with it, if any share."""
    sought = _telling(text)
    counted = [(len(sought & _telling(words_of(thing))), thing) for thing in things]
    most = max((count for count, _ in counted), default=0)
    return [thing for count, thing in counted if count == most] if most else []


def _telling(text: str) -> frozenset[str]:
    return frozenset(pair for piece in _ASKING.split(text) for pair in _pairs(piece))


def _pairs(text: str) -> frozenset[str]:
    plain = _FILLING.sub("", text)
    return frozenset(plain[at : at + 2] for at in range(len(plain) - 1))
