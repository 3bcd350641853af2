"""Words said once for the figures of several projects: 本月完成投资 城北640万 城南280万; 一期2280万 二期1010万 都是本月的."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.understanding.money import read_money
from handlers.understanding.roles import MONTH_WORDS, TOTAL_WORDS

_LONGEST_HEAD = 16
_TAIL = re.compile(
    r"[，,、；; ]*(?P<tail>(?:这|那|以上|上面)?(?:都|均|全|全都|各|俩|两个|分别)?(?:都|全)?(?:是|为|算)[^，。；,;\d]{0,24})[。!！]*$"
)


def share_common(pieces: Sequence[str], head: str) -> list[str]:
    """Give the words that say which figure it is to each project's piece; `head` is what stands before all names."""
    shared = list(pieces)
    if len(shared) < 2:
        return shared
    head = head.strip(" ，,：:、")
    if len(head) <= _LONGEST_HEAD and _names_a_figure(head) and not read_money(head):
        shared = [shared[0], *(f"{head}{piece}" if _lacks_role(piece) else piece for piece in shared[1:])]
    found = _TAIL.search(shared[-1])
    if found and _names_a_figure(found["tail"]) and read_money(shared[-1][: found.start()]):
        shared = [*(f"{piece}，{found['tail']}" if _lacks_role(piece) else piece for piece in shared[:-1]), shared[-1]]
    return shared


def _names_a_figure(words: str) -> bool:
    return bool(MONTH_WORDS.search(words) or TOTAL_WORDS.search(words))


def _lacks_role(piece: str) -> bool:
    return bool(read_money(piece)) and not _names_a_figure(piece)
