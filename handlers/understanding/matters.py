"""What is stuck, out of a text that tells more: the words a list shows of a problem."""

from __future__ import annotations

import re

from handlers.understanding.intents import Intent
from handlers.understanding.people import find_assignee
from handlers.understanding.phrases import find_intent
from handlers.understanding.text import clauses

_TURN = re.compile(r"(?:就是|不过|但是?|可是|只是|另外|还有|然后)(?:那个|这个|说)?")
_ORDERS = re.compile(r"(?:叫|让|请|安排|派|喊|通知)$")
_LEAST = 3
_RISK = re.compile(r"人家要走|要撤资|撤资|不投了|投到?别处|[要想]跑|要解约|退出|另找地方|去外地|黄了")


def matter_of(text: str) -> str:
    """Return the words about what is stuck: from the first clause that says so, without who is to see to it."""
    for clause in clauses(text):
        found = find_intent(clause.words, Intent.PROBLEM)
        if found is not None:
            turned = [match.end() for match in _TURN.finditer(clause.words, 0, found.start)]
            start = clause.start + (turned[-1] if turned else 0)
            words = text[start : _end(text, clause.start + found.end)].strip(" ，,。；;")
            return words if len(words) >= _LEAST else text
    return text


def _end(text: str, after: int) -> int:
    """Return where the words end: before somebody is told to see to it."""
    assignee = find_assignee(text)
    if assignee is None or assignee.start <= after:
        return len(text)
    orders = _ORDERS.search(text[: assignee.start])
    return orders.start() if orders else assignee.start


def tells_high_risk(text: str) -> bool:
    """Whether a problem may cost the project itself: 再不落实人家要走."""
    return bool(_RISK.search(text))
