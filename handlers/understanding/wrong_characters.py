"""A term of the trade with one wrong character that sounds the same (累记, 作费, 封订), brought to the usual one.

Each wrong spelling stands here by itself, with what must not be beside it: taken by sound alone, 建议提前, 安装基本 and
县产业 would be terms too. The text keeps its length, so that spans stay where they were.
"""

from __future__ import annotations

import re

_END = r"(?=$|[，。；,;！!？?\s了吧])"
_WRITTEN = (
    ("形象进度", r"[行形型]象进[度渡]|[行形型]像进[度渡]"),
    ("累计", r"(?<![积劳])累记(?=[\d一二三四五六七八九十百千两完投到是为约])"),
    ("投资", r"(?<![龙源码渡块口点镜])头资(?=[\d一二三四五六七八九十百千两是为额完])"),
    ("进度", r"进渡(?=[\d一二两三四五六七八九十百是到才约])"),
    ("议题", r"(?<![会建商协审合评决])议提(?=$|[：:，。,\s])"),
    ("复函", r"复涵"),
    ("作废", rf"(?<![工合制操运协劳动著写])作费{_END}"),
    ("影响", r"影向"),
    ("手续", r"手绪"),
    ("环评", r"环平(?=$|[，。；,;\s]|没|还|也|批|报告|过了|办)"),
    ("验收", r"验手(?=$|[，。；,;\s]|了|没|还|通过|合格)"),
    ("竣工", r"[峻俊](?:工)(?=$|[，。；,;\s]|了|验收|日期|时间)"),
    ("封顶", rf"封[订定]{_END}"),
    ("沥青", r"沥清|历青(?!年)"),
    ("钢筋", r"钢劲"),
    ("围挡", r"(?<!范)围档"),
    ("变压器", r"变压[气汽]"),
    ("限产", rf"(?<![产一二三热专流条两水总布管接主支电光生])线产{_END}"),
    # Typed for fun; 苗木有三百棵 is not.
    ("没有", r"(?<![苗树草林土积原圆花乔灌板方枕坑])木有(?![限机色])"),
)
_PATTERNS = tuple((term, re.compile(written)) for term, written in _WRITTEN)


def with_right_characters(text: str) -> str:
    """Return a text with such terms as they are usually written, of the same length."""
    for term, written in _PATTERNS:
        text = written.sub(term, text)
    return text


def as_typed(words: str, text: str) -> str:
    """Return how words of the text so written were typed."""
    at = -1 if words in text else with_right_characters(text).find(words)
    return text[at : at + len(words)] if at >= 0 else words
