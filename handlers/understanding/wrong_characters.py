"""A term of the trade with one wrong character that sounds the same (累记, 作费, 封订), brought to the usual one.

As names are, so are the words that tell what a figure or a step is. Only terms stand here whose other spellings are no
words of their own: 进厂 is not 进场, 之后 not 滞后. The text keeps its length, so that spans stay where they were.
"""

from __future__ import annotations

import re
from functools import cache

from handlers.understanding.sounds import sounded

_TERMS = (
    *("形象进度", "累计", "投资", "进度", "本月", "议题", "复函", "作废", "影响", "手续"),
    *("环评", "审图", "图纸", "验收", "竣工", "封顶", "桩基", "沥青", "钢筋", "浇筑", "围挡", "塔吊", "变压器", "限产"),
)
# What sounds like one of these and is something else.
_WORDS = frozenset({"一题", "音响", "桩机", "里青", "眼收", "图子", "泵月"})
# 木有 is typed for 没有, for fun; 苗木有三百棵 is not.
_FOR_FUN = re.compile(r"(?<![苗树草林土积原圆花乔灌板方枕坑])木有(?![限机色])")
# 生产线产能, 一线产业, 龙头资源: the same two sounds across the end of a word.
_NOT_AFTER = {"限产": "产一二三热专流条两水", "投资": "龙源码渡块口点"}


def with_right_characters(text: str) -> str:
    """Return a text with such terms as they are usually written, of the same length."""
    text = _FOR_FUN.sub("没有", text)
    heard = sounded(text)
    for sound, term in _by_sound().items():
        at = heard.find(sound)
        while at >= 0:
            if _is_meant(text, at, term):
                text = text[:at] + term + text[at + len(term) :]
            at = heard.find(sound, at + 1)
    return text


def as_typed(words: str, text: str) -> str:
    """Return how words of the text so written were typed."""
    at = -1 if words in text else sounded(text).find(sounded(words))
    return text[at : at + len(words)] if at >= 0 else words


def _is_meant(text: str, at: int, term: str) -> bool:
    written = text[at : at + len(term)]
    right = sum(one == other for one, other in zip(written, term, strict=True))
    if written == term or written in _WORDS or right < len(term) // 2:
        return False
    return at == 0 or text[at - 1] not in _NOT_AFTER.get(term, "")


@cache
def _by_sound() -> dict[str, str]:
    return {sounded(term): term for term in _TERMS}
