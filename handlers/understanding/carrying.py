"""What a figure is, carried from one project's words to another's: 城北本月投资690万 城南285万; …俩数都是本月的."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.understanding.roles import MONTH_WORDS, TOTAL_WORDS, sums_by_role
from handlers.understanding.text import Span

_ROLE = r"(?:本月|这个?月|当月|\d{1,2}月份?|[一二三四五六七八九十]{1,2}月份?|累计)"
# Said once of all of them: 这个月就这俩数, 都是累计的.
_OF_ALL = re.compile(
    rf"(?P<first>{_ROLE})[^，。；,;\s\d]{{0,4}}?(?:[这那](?:俩|两|三|几|些)个?数)"
    rf"|(?:都|全|均)(?:是|算|为)(?P<last>{_ROLE})(?:的|份|完成|投资|额|数)*(?=$|[，。；,;\s])"
)
_MONTH_DONE = re.compile(r"(?P<role>本月|这个?月|当月|\d{1,2}月份?|[一二三四五六七八九十]{1,2}月份?)完成(?:投资|产值)")
_VERB = re.compile(r"(?:完成|[投干弄做]了?)?(?:投资|产值)?(?:额)?(?:了|是|为|约|大概)*$")


def carry_roles(shares: Sequence[str], text: str) -> list[str]:
    """Return each project's words with the role of its one sum put in where only another's words, or the end, name it.

    `text` is the whole message. Words that name a role of their own, or hold several sums, stay as they are.
    """
    closing = _OF_ALL.search(text)
    role = (closing["first"] or closing["last"]) if closing else ""
    month = ""  # 一期九月份完成投资2200万累计…; the other's 完成投资1050万 is the month's too
    found = []
    for share in shares:
        roles = sums_by_role(share)
        sure = set(roles.found) - roles.assumed
        open_sums = [*roles.loose, *(roles.found[name] for name in roles.assumed)]
        if (role or month) and not sure and len(open_sums) == 1 and open_sums[0].either is None:
            at = open_sums[0].span.start
            verb = _VERB.search(share[:at])
            at = verb.start() if verb else at
            share = share[:at] + (role or (month if verb and verb.group() else "")) + share[at:]
        elif not closing:
            role = _role_of(share, roles.found[sure.pop()].span) if len(sure) == 1 and not open_sums else ""
            told = _MONTH_DONE.search(share)
            month = told["role"] if told and not open_sums else ""
        found.append(share)
    return found


def _role_of(share: str, figure: Span) -> str:
    """Return the words that say what the one sum of a share is."""
    around = (share[: figure.start], share[figure.end :])
    named = [found for words in around for role in (MONTH_WORDS, TOTAL_WORDS) for found in role.findall(words)]
    return named[0] if len(named) == 1 else ""
