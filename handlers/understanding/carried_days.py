"""The day of a visit, carried from one project's words to another's: 昨天上午在一期…；下午到二期…."""

from __future__ import annotations

import re
from collections.abc import Sequence

_DAY = (
    r"(?:大?[昨前](?:天|日|儿个?|个儿?)|昨(?=[上中下]午|[前后头]晌|晚)|夜儿个?|上个?(?:周|星期|礼拜)[一二三四五六日天末]"
    r"|(?:这|本)?(?:周|星期|礼拜)[一二三四五六日天末]|(?:\d{1,2}月)?\d{1,2}[日号]|(?<![\d.])(?:1[0-2]|0?[1-9])\.(?:3[01]|[12]\d|0?[1-9])(?![\d.]|\s?[万亿%元公米]))"
)
_ANY_DAY = re.compile(
    rf"{_DAY}|[今明后][天日儿早晚]|(?:这|本|下|上)个?(?:周|星期|礼拜|月)|[现目]在|目前|眼下|这会儿|[刚]才?|\d月|月[底初]"
)
_FIRST = re.compile(_DAY)
_THEN = re.compile(
    r"(?:[，,、\s]|我们?|俺们?|咱们?|又|也|再|还|就)*(?:[上中下]午|晌午|[前后头]半?晌|晚上|傍[晚黑]|夜里|早上|中间|[\d一二两三四五六七八九十]{1,3}点"
    r"|顺[便道路脚带]|又|接着|紧接着|然后|随后|随即|后来|之后|回来|完了|再|也|另外|同[日天]|当[天日])"
)


def carry_days(shares: Sequence[str]) -> list[str]:
    """Return each project's words with the day of what went before where they go on telling of the same day.

    Words with a day of their own stay as they are, and so do those after words of several days.
    """
    carried, found = "", []
    for share in shares:
        own = _day_of(share)
        if not own and carried and not _ANY_DAY.search(share) and _THEN.match(share):
            share = f"{carried}{share.lstrip(' ，,、')}"
        elif own or _ANY_DAY.search(share):
            carried = own
        found.append(share)
    return found


def _day_of(words: str) -> str:
    """Return the one day that words tell of; empty where they tell of none or of several."""
    days = dict.fromkeys(found.group() for found in _FIRST.finditer(words))
    return next(iter(days)) if len(days) == 1 else ""
