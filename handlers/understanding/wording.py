"""Whether a report's words are another's (★11): copied from month to month, or from project to project.

Short honest reports are alike by nature (主体施工正常), and so are the phrases of the form. Both are left out: what is
compared is what remains when names, figures, dates and the phrases everybody writes are gone, and where little remains
nothing is said.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from handlers.understanding.text import normalise

OWN = 20
"""So many characters of one's own a text must have before it can be a copy."""
_WIDTH = 3
_KEYS = 6
"""Keys by which candidates are found: of texts alike by a half, 98 in a hundred share two."""
_COPIED = 0.55
"""Share of the three-character pieces, of both texts, that are the same: for other projects, figures left out."""
_REPEATED = 0.85
"""The same for one's own project another month, where the figures must be the same as well."""
_INSIDE = 0.8
"""Share of the shorter text that stands in a longer one."""
_LONG = 30

_FIGURE = re.compile(
    r"约?(?:\d+(?:[.,:]\d+)*|[零〇一二两三四五六七八九十百千]+(?=[万亿个项成月日号层台套米吨户处亩天名人%]))%?"
)
_PUNCTUATION = re.compile(r"[^\u4e00-\u9fffA-Za-z#]")
_FILLING = re.compile(r"[的了呢吧吗啊嘛哈这那都也就还又再已正在]")
_FORM = re.compile(
    r"报送|月报|季报|周报|汇报|关于|情况|如下|具体|目前|现在|截至|截止|当前|今年|全年|本年|年度|本季度?|本月|上月|下月|本周|上周|下周|今天|昨天|明天"
    r"|累计|新增|计划|总投资|投资|完成(?:率|了)?|占|亿元|万元|形象进度|工程进度|项目|工程|进展|进度"
    r"|存在(?:的)?(?:主要)?问题|主要问题|困难|下一?步(?:工作)?(?:打算|计划|安排|措施)?|需要?(?:协调|解决)+(?:的)?事项|请"
    r"|施工|建设|主体|正常|有序|顺利|稳步|积极|全力|推进|开展|进行|按(?:照)?(?:计划|节点|要求|工期)|确保|争取|力争|加快|抓紧|继续|做好"
    r"|暂无|没有|没|无|暂时|一切|现场|到位|工人|机械|人员|材料|设备|基本|全部|已经|预计"
)


@dataclass(frozen=True)
class Wording:
    """A text as it is compared. `names` are those of its project, which a copy has changed."""

    text: str
    names: tuple[str, ...] = ()

    @cached_property
    def own(self) -> str:
        """What remains of it, figures as #."""
        words = normalise(self.text)
        for name in sorted(self.names, key=len, reverse=True):
            words = words.replace(normalise(name), "，")
        words = _FIGURE.sub("#", words)
        words = _PUNCTUATION.sub("", _FORM.sub("", words))
        return _FILLING.sub("", re.sub(r"#[年月日号层万亿成个%]*", "#", words))

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """The figures and dates in it, in order of size."""
        words = normalise(self.text)
        for name in self.names:
            words = words.replace(normalise(name), "，")
        return tuple(sorted(_FIGURE.findall(words)))

    @cached_property
    def pieces(self) -> frozenset[str]:
        """Three neighbouring characters each."""
        return frozenset(self.own[at : at + _WIDTH] for at in range(len(self.own) - _WIDTH + 1))

    @property
    def tells(self) -> bool:
        """Whether enough of it is the author's own to be compared."""
        return len(self.own.replace("#", "")) >= OWN

    def keys(self) -> list[int]:
        """Return the keys by which texts like this one are found; none for a text that tells little."""
        return sorted(zlib.crc32(piece.encode()) for piece in self.pieces)[:_KEYS] if self.tells else []


def copied(new: Wording, old: Wording, *, same_project: bool) -> bool:
    """Whether one text was made from the other; a project's own text counts only with the very same figures."""
    if not (new.tells and old.tells) or (same_project and new.figures != old.figures):
        return False
    shared = len(new.pieces & old.pieces)
    both = shared / len(new.pieces | old.pieces)
    if same_project:
        return both >= _REPEATED
    shorter = min(new, old, key=lambda one: len(one.pieces))
    inside = shared / len(shorter.pieces)
    return both >= _COPIED or (inside >= _INSIDE and len(shorter.own.replace("#", "")) >= _LONG)


def foreign_names(text: str, own: Iterable[str], others: Iterable[str]) -> list[str]:
    """Return the full names of other projects that a text has, where they are no part of one's own."""
    words = normalise(text)
    for name in sorted(own, key=len, reverse=True):
        words = words.replace(normalise(name), "，")
    return [name for name in dict.fromkeys(others) if normalise(name) in words]
