"""What a short correction keeps once its denial is left out: 昨天去的 of 不是今天 是昨天去的."""

from __future__ import annotations

import re

from handlers.understanding.text import Span

_WRONG = (
    r"(?:我)?(?:刚才|刚刚|刚|上面|前面)?(?:那|这)?(?:一?条)?(?:我)?(?:记|说|报|发|搞|弄|填|写|打|看)(?:错|混|岔|差)(?:日子|日期|时间|天|项目|名字?|地方)?(?:了|啦)"
    r"|(?:日期|日子|时间|项目|名字)(?:说|记|报|写|弄)?(?:错了|不对)|不对|错了"
)
_MARK = re.compile(rf"^(?:{_WRONG})(?:[，,。！!\s]|(?=是|应))|不是")
_DENIED = re.compile(r"[，,。\s]*(?:而)?(?:并)?不是(?:说的?)?[^，。；,;\s是]{1,14}")
_FRAME = re.compile(
    rf"^(?:{_WRONG}|[，,。！!\s]|应该?是?|其实|实际|说的|指的|我说的?|而?是|为|改成|换成)+|(?:[，,。！!\s]|才对|的事?儿?|吧|啊|呀)+$"
)
_WHEN_ONLY = re.compile(r"(?:我|俺)?(?:也|才|就)?(?:去|来|到|过|看|了|的|那天|发生|出|拦|堵|停|报|事|儿|办|干|弄|完)*")
_LONGEST = 30


def kept_part(text: str) -> str | None:
    """Return what a correction puts in place of what was told; None where a text is none, or says more than that."""
    if len(text) > _LONGEST or not _MARK.search(text):
        return None
    rest = _FRAME.sub("", _FRAME.sub("", _DENIED.sub(" ", text)))
    return rest.strip() or None


def says_only_when(kept: str, day: Span) -> bool:
    """Whether the words that are kept say a day and nothing else."""
    return bool(_WHEN_ONLY.fullmatch((kept[: day.start] + kept[day.end :]).strip("，,。 ")))
