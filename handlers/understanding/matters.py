"""What is stuck, out of a text that tells more: the words a list shows of a problem."""

from __future__ import annotations

import re

from handlers.understanding.intents import Intent
from handlers.understanding.people import find_assignee
from handlers.understanding.phrases import find_intent
from handlers.understanding.text import Span, clauses, span_of

_TURN = re.compile(r"(?:就是|不过|但是?|可是|只是|另外|还有|然后)(?:那个|这个|说)?")
_ORDERS = re.compile(r"(?:叫|让|请|安排|派|喊|通知)$")
_LEAST = 3
_BARE = 4  # characters: a verb without what it is said of
_RISK = re.compile(r"人家要走|要撤资|撤资|不投了|投到?别处|[要想]跑|要解约|退出|另找地方|去外地|黄了")


def matter_of(text: str) -> str:
    """Return the words about what is stuck: from the clause that says so, without who is to see to it."""
    found = find_intent(text, Intent.PROBLEM)
    if found is None:
        return text
    first = _first_sign(text, found)
    start = _start_of(text, first)
    turned = [match.end() for match in _TURN.finditer(text, start, first.start)]
    start = turned[-1] if turned else start
    words = text[start : _end(text, found.end)].strip(" ，,。；;")
    return words if len(words) >= _LEAST else text


def _end(text: str, after: int) -> int:
    """Return where the words end: before somebody is told to see to it."""
    assignee = find_assignee(text)
    if assignee is None or assignee.start <= after:
        return len(text)
    orders = _ORDERS.search(text[: assignee.start])
    return orders.start() if orders else assignee.start


def _first_sign(text: str, found: Span) -> Span:
    """Return the first words that tell of it: 缺变压器 in 缺变压器，供电一直没落实."""
    for clause in clauses(text):
        sign = find_intent(clause.words, Intent.PROBLEM) if clause.start <= found.start else None
        if sign is not None:
            return span_of(text, clause.start + sign.start, clause.start + sign.end)
    return found


def _start_of(text: str, found: Span) -> int:
    """Return where the clause that says so begins; 卡住了 alone says nothing without the one before it."""
    before = [clause for clause in clauses(text) if clause.start <= found.start]
    while len(before) > 1 and len(before[-1].words) <= _BARE:
        before.pop()
    return before[-1].start if before else 0


def tells_high_risk(text: str) -> bool:
    """Whether a problem may cost the project itself: 再不落实人家要走."""
    return bool(_RISK.search(text))
