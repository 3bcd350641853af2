"""What a short correction keeps once its denial is left out: 昨天去的 of 不是今天 是昨天去的."""

from __future__ import annotations

import re

from handlers.understanding.text import Span

_WRONG = (
    r"(?:我)?(?:刚才|刚刚|刚|上面|前面)?(?:那|这)?(?:一?条)?(?:我)?(?:(?:记|说|报|发|搞|弄|填|写|打|看)(?:错|混|岔|差)|嘴瓢|口误|手误|手滑|打错)(?:日子|日期|时间|天|项目|名字?|字|地方)?(?:[了啦咧嘞喽咯])"
    r"|(?:日期|日子|时间|天数?|项目|名字)(?:我|俺|给|让|叫)*(?:说|记|报|写|弄|搞|填|发|整|打|算)?(?:错|岔|混|差|串|反)(?:[了啦咧嘞喽咯])|(?:日期|日子|时间|项目|名字)(?:说|记|报|写|弄|搞|填)?(?:得|的)?不对|不对|错了"
)
_MARK = re.compile(rf"^(?:{_WRONG})+(?:[，,。！!\s]|(?=是|应|不是|我|俺))|不是")
_DENIED = re.compile(r"[，,。\s]*(?:而)?(?:并)?不是(?:说的?)?[^，。；,;\s是]{1,14}")
_NOT_MEANT = re.compile(r"不是(?:说的?)?(?P<words>[^，。；,;\s是]{1,14})")
_FRAME = re.compile(
    rf"[，,。！!\s]+(?:{_WRONG})[。！!]*$|^(?:{_WRONG}|[，,。！!\s]|应该?是?|其实|实际|(?:刚才?|刚刚|上面)?说的|指的|我说的?|(?:那|这|它)(?:个|条|回|趟|次)?(?:也|都|其实|应该?)*(?=是|不是)|而?是|为|改成|换成)+|(?:[，,。！!\s]|才对|的事?儿?|吧|啊|呀)+$"
)
_WHEN_ONLY = re.compile(
    r"(?:我|俺)?(?:是|也|才|就)?(?:去|来|到|过|看|了|的|那天|[上中下]午|[前后]晌|早上|晚上|一早|傍[晚黑]|发生|出|拦|堵|停|报|事|儿|办|干|弄|完)*"
)
_SIGH = re.compile(r"^(?:哎呀?|诶|哦|噢|喂|呃|嗯|啊|唉|那个)+[，,。\s]*")
_LONGEST = 30


def kept_part(text: str) -> str | None:
    """Return what a correction puts in place of what was told; None where a text is none, or says more than that."""
    if len(text) > _LONGEST or not _MARK.search(_SIGH.sub("", text)):
        return None
    text = _SIGH.sub("", text)
    rest = _FRAME.sub("", _FRAME.sub("", _DENIED.sub(" ", text)))
    return rest.strip() or None


def denied_part(text: str) -> str:
    """Return the words a correction says were not meant: 一期 of 不是一期 是二期; empty where it does not say."""
    found = _NOT_MEANT.search(text)
    return found["words"] if found else ""


def says_only_when(kept: str, day: Span) -> bool:
    """Whether the words that are kept say a day and nothing else."""
    return bool(_WHEN_ONLY.fullmatch((kept[: day.start] + kept[day.end :]).strip("，,。 ")))
