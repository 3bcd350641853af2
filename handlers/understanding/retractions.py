"""What a speaker takes back as he speaks: 昨天啊不是昨天是前天, 城北…不对不对是城南. Only what he ends with stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from handlers.understanding.phrasebook.presence import DAY
from handlers.understanding.text import Span

_SURELY = r"(?:不对|错了|说错了|讲错了|记错了|写错了|打错了|口误|呸|哦不|啊不|噢不|不不|更正)"
_NO = r"(?:不对|不是|错了|说错了|讲错了|记错了|写错了|打错了|口误|呸|哦不|啊不|噢不|不不|更正)"
_PAUSE = r"[，,。、…\s啊呃嗯哦噢哎诶呀吧那个]*"
# A day and the day it is put right by: 昨天啊不是昨天是前天, 周三，不对，周四.
_DAY_AGAIN = re.compile(
    rf"(?P<old>{DAY}){_PAUSE}(?:{_NO}{_PAUSE})+(?:(?P=old){_PAUSE})?(?:应该)?(?:(?<!不)是|(?<=[对错误啊不呸]))(?={DAY})"
    rf"|(?P<said>{DAY})(?=(?P=said))"
)
# 我昨天在那儿啊不是 是前天: the day that ends the words is the one.
_DAY_AFTER = re.compile(
    rf"(?P<old>{DAY})(?P<told>[^，。；,;]{{1,22}}?){_PAUSE}(?:(?:{_NO}{_PAUSE})+(?:应该)?(?<!不)是|(?:{_SURELY}{_PAUSE})+)"
    rf"(?P<new>{DAY})(?=$|[，。；,;！!\s]|[去来]的)"
)
# 我礼拜一去的 不是礼拜一 礼拜二: denied in so many words.
_DAY_DENIED = re.compile(
    rf"(?P<old>{DAY})(?P<told>[^。；]{{1,16}}?){_PAUSE}不是(?P=old){_PAUSE}(?:应该)?(?:而?是)?(?P<new>{DAY})(?=$|[，。；,;！!\s]|[去来]的)"
)
# 这个月四百二十万不对四百六十万: in one breath; who writes a comma between may put right what he told before.
_SUM = r"(?:\d+(?:\.\d+)?|[一二两三四五六七八九十百千零〇半]{1,8})多?(?:万|个?亿)"
_SUM_AGAIN = re.compile(rf"{_SUM}元?[啊呃嗯哦噢哎呀吧]*(?:{_SURELY}[啊呃嗯哦噢呀]*)+(?:应该)?是?(?={_SUM})")
_ENDS = r"(?:应该|去的|说的|来的|到的|我说的?|说成|搞成)*(?:是|在)?"
_PHASE = r"[一二三四五六七八九十\d]+(?:期|标段|标)"
_PHASE_AGAIN = re.compile(rf"{_PHASE}{_PAUSE}(?:(?:{_NO})(?:了|啊|吧)?{_PAUSE})+{_ENDS}(?<!不是)(?P<new>{_PHASE})")
# Between two names: the first was a slip of the tongue.
_SLIP = re.compile(rf"[^，。；,;\d]{{0,8}}?{_PAUSE}(?:{_NO}(?:了|啊|吧)?{_PAUSE})+{_ENDS}")
_MERELY_NOT = re.compile(r"[^，。；,;]{0,8}?[，,\s]*(?:而)?不是$")  # 去的城北不是城南: the second was
_SAYS_NO = re.compile(_NO)


def without_retracted(text: str, names: Callable[[str], Sequence[Span]]) -> str:
    """Return a normalised text without the days and names of projects that its own later words put right.

    `names` tells where a text names projects; it is asked only where something is taken back.
    """
    if not _SAYS_NO.search(text):
        return text
    text = _SUM_AGAIN.sub("", _PHASE_AGAIN.sub(r"\g<new>", text))
    text = _DAY_AFTER.sub(r"\g<new>\g<told>", _DAY_AGAIN.sub("", _DAY_DENIED.sub(r"\g<new>\g<told>", text)))
    found = sorted(names(text))
    for first, second in reversed(list(pairwise(found))):
        between = text[first.end : second.start]
        if _MERELY_NOT.fullmatch(between):
            text = text[: first.end] + text[second.end :]
        elif _SLIP.fullmatch(between):
            text = text[: first.start] + text[second.start :]
    return text
