"""What a speaker says of the line and the noise around him: 噪音大听不清回头再细说. It tells nothing of the works."""

from __future__ import annotations

import re

_VERY = r"(?:太|可|很|老|真|有点儿?|挺|特别)"
_LOUD = (
    rf"(?:(?:(?:这|那)[边儿里]|机器|现场|工地)?[上里]?的?(?:噪音|噪声|动静|声音|响声|风声?|杂音){_VERY}?大(?:得很|死了|着呢|了)?"
    rf"|{_VERY}?吵(?:得很|死了|得慌|着呢)?|信号(?:太|很|不)*[差好行弱]|轰轰[响的])"
)
_CANNOT_HEAR = (
    r"(?:我|俺|你|咱)?(?:都|也|啥都?|根本|电话)?[听接](?:不(?:清楚?|见|着|到)|不太清)"
    r"(?:你|您|电话)?[说讲]?的?(?:啥|什么|话)?"
)
_LATER = (
    r"我?(?:回头|一会儿?|待会儿?|等会儿?|回去|晚[点会]儿?|下来)(?:再|我)*"
    r"(?:给你)?(?:细|慢慢)?[说讲聊打回][吧啊]?"
)
_SEP = r"[，,。.！!\s　啊呢了吧]*"
_DIN = re.compile(rf"(?:{_LOUD}{_SEP})?{_CANNOT_HEAR}(?:{_SEP}{_LATER})?(?=$|[，。；,;！!\s啊呢了吧])")


def without_din(text: str) -> str:
    """Return a text without such phrases, blanked out so that spans stay where they are."""
    return _DIN.sub(lambda found: "　" * len(found.group()), text)
