"""Words said once for figures of several projects: 本月完成投资 城北640万 城南280万; 一期700万 二期350万 都是9月的."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.understanding.money import read_money
from handlers.understanding.roles import MONTH_WORDS, TOTAL_WORDS

_LONGEST_HEAD = 16
_BARE = re.compile(r"(?<![\d.])\d{2,}(?:\.\d+)?[，,。\s]*$")  # its unit is asked about
_CUT = re.compile(r"(?:这|那)?(?:都|均|全|全都)(?:是|为|算)$")
_TAIL = re.compile(
    r"[，,、；;\s]*(?P<tail>(?:这|那|以上|上面)?(?:都|均|全|全都|各|俩|两个|分别)?(?:都|全)?(?:是|为|算)[^，。；,;\d]{0,24})[。!！]*$"
)
_UNIT_AT_END = re.compile(r"[，,、；;。\s]*[（(]?单位(?:都|全|均|一律)*[是为按:： ]*万元?[）)]?[。\s]*$")


def share_common(pieces: Sequence[str], head: str) -> list[str]:
    """Give the words that say which figure it is to each project's piece; `head` is what stands before all names."""
    shared = list(pieces)
    if len(shared) < 2:
        return shared
    head = head.strip(" ，,：:、")
    if len(head) <= _LONGEST_HEAD and _names_a_figure(head) and not read_money(head):
        shared = [shared[0], *(f"{head}{piece}" if _lacks_role(piece) else piece for piece in shared[1:])]
    shared = _with_unit(_whole_tail(shared))
    found = _TAIL.search(shared[-1])
    if found and _names_a_figure(found["tail"]) and not _names_a_figure(shared[-1][: found.start()]):
        shared = [*(f"{piece}，{found['tail']}" if _lacks_role(piece) else piece for piece in shared[:-1]), shared[-1]]
    return shared


def _with_unit(pieces: list[str]) -> list[str]:
    """Give each piece the unit told at the end for all: 一期2300、累计18500；二期1000、累计5900，单位万元."""
    found = _UNIT_AT_END.search(pieces[-1])
    if found is None:
        return pieces
    return [*(piece if read_money(piece) else f"{piece}{found.group()}" for piece in pieces[:-1]), pieces[-1]]


def _whole_tail(pieces: list[str]) -> list[str]:
    """Put together a tail that a name cuts in two: 二期1010万 都是 | 纺织园本月完成投资."""
    last = pieces[-1]
    if read_money(last) or not _names_a_figure(last) or not _CUT.search(pieces[-2]):
        return pieces
    tail = _CUT.search(pieces[-2])
    assert tail is not None
    return [
        *(f"{piece}，{tail.group()}{last}" if _lacks_role(piece) else piece for piece in pieces[:-2]),
        pieces[-2] + last,
        last,
    ]


def _names_a_figure(words: str) -> bool:
    return bool(MONTH_WORDS.search(words) or TOTAL_WORDS.search(words))


def _lacks_role(piece: str) -> bool:
    return bool(read_money(piece) or _BARE.search(piece)) and not _names_a_figure(piece)
