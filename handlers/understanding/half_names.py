"""Half a name, where the sender has few projects: 冷链那个项目, 农田没去, 二期桩基打完了.

A word of trade or a phase that belongs to one of his projects alone names it at the head of a phrase or after the verb
that leads there. 新医院 may be another, and 医院 by itself is where people fall ill: the one is asked about, the other
names nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from handlers.understanding.lexicon import Part, pieces
from handlers.understanding.names import CERTAIN, Key, NameMatch
from handlers.understanding.nicknames import compact
from handlers.understanding.phrasebook.presence import DAY, NOW, SELF
from handlers.understanding.text import Span, span_of

FEW = 6
_SURE, _UNSURE = CERTAIN + 2, CERTAIN - 8
_LEAST = 2
_MOST_ASKED = 3
_NAMED_EVERYWHERE = """
医院 学校 中学 小学 大学 学院 幼儿园 公园 广场 车站 机场 宾馆 酒店 市场 商业 图书馆 体育馆 小区 社区 农村 乡村 公路
道路 大道 法院 公安 人民 产业 工业 中心 安全 技术 环保 生态 保障 农业 文化 服务 建筑 城市 人才 资源 设备 材料 经济 科技
"""
_PLACES_OF_ALL = frozenset(_NAMED_EVERYWHERE.split())
_MODIFIED = re.compile(r"[新老旧原大]$")
_LED_TO = re.compile(
    rf"(?:^|[，。；、,;：:！!\s]|{DAY}|{NOW}|{SELF}|[去来到在搁跑看转查了过的从跟和与把是]|[那这]个|[咱俺]们?)$"
)
_GOES_ON = re.compile(
    rf"$|[，。；、,;：:！!\s]|那[边个儿块]?|这[边个儿块]?|项目|工地|现场|的|{SELF}|{DAY}|{NOW}|[没也都还]|[去来](?=[了过的看转])"
)
_TOLD_OUT = re.compile(r"(?:[万亿%成台套根米吨片孔块座亩户]|[啊呢嘞])$")
_CALLED = re.compile(r"(?:^|[，。；、,;：:！!\s])[\u4e00-\u9fff]?[园厂工院路渠桥校区楼场][子区程]?$")  # 园子一期
_OF_A_PROJECT = re.compile(r"(?P<words>[\u4e00-\u9fff]{2,8}?)(?:的|那个?|这个?)*(?:项目|工程)(?!办)")
_PLAINLY = re.compile(r"那[边个儿块]|这[边个儿块]|项目|工地|现场|建设|迁建")


def half_named(text: str, own: Sequence[tuple[Key, str]], taken: Sequence[Span] = ()) -> list[NameMatch]:
    """Return which of somebody's own projects, by key and name, a text half names beside the `taken` words."""
    if len(own) > FEW:
        return []
    found: dict[Key, NameMatch] = {}
    works = {} if taken else _words_of_works(own)
    for word, key in (_telling_words(own) | works).items():
        for match in re.finditer(re.escape(word), text):
            span = span_of(text, match.start(), match.end())
            if word in works and not _PLAINLY.match(text, span.end):
                continue
            points = 0.0 if any(span.overlaps(other) for other in taken) else _points(text, span, bool(taken))
            if points and (key not in found or points > found[key].score):
                found[key] = NameMatch(key, points, span)
    return sorted(found.values(), key=lambda match: match.span)


def asked_by_parts(text: str, names: Sequence[tuple[Key, str]]) -> list[Key]:
    """Return which of all names a question's words before 项目 are parts of: 污水提标那个项目, 迁建项目.

    Enough to answer by, never to write by. Empty where many have them, or none.
    """
    found = _OF_A_PROJECT.search(text)
    said = found["words"] if found else ""
    for start in range(len(said) - _LEAST + 1):
        words = said[start:]
        having = [key for key, name in names if _is_made_of(words, compact(name)[0])]
        if having:
            return having if len(having) <= _MOST_ASKED and words not in _PLACES_OF_ALL else []
    return []


def _is_made_of(words: str, name: str) -> bool:
    """Whether words are pieces of a name, each of two letters at least, in the name's order."""
    while words:
        length = next((length for length in range(len(words), _LEAST - 1, -1) if words[:length] in name), 0)
        if not length:
            return False
        words, name = words[length:], name[name.index(words[:length]) + length :]
    return True


def _telling_words(own: Sequence[tuple[Key, str]]) -> dict[str, Key]:
    """Return the words that only one of the projects has, with its key."""
    having: dict[str, Key] = {}
    count: Counter[str] = Counter()
    for key, name in own:
        whole, _ = compact(name)
        words = {
            whole[piece.start : piece.end]
            for piece in pieces(whole)
            if piece.part in (Part.TRADE, Part.PHASE) and piece.end - piece.start >= _LEAST
        }
        count.update(words)
        having |= dict.fromkeys(words, key)
    return {word: key for word, key in having.items() if count[word] == 1}


def _words_of_works(own: Sequence[tuple[Key, str]]) -> dict[str, Key]:
    """Return the ends of names that only one of the projects has, with its key: 提标改造那个项目."""
    ends: dict[str, Key] = {}
    count: Counter[str] = Counter()
    for key, name in own:
        whole, _ = compact(name)
        parts = pieces(whole)
        start = len(parts)
        while start and parts[start - 1].part is Part.FILLER:
            start -= 1
        end = "".join(whole[piece.start : piece.end] for piece in parts[start:])
        if len(end) >= _LEAST:
            count[end] += 1
            ends[end] = key
    return {end: key for end, key in ends.items() if count[end] == 1}


def _points(text: str, span: Span, beside: bool) -> float:
    before, after = text[: span.start], text[span.end :]
    common = span.words in _PLACES_OF_ALL
    follows = _PLAINLY.match(after) if common else _GOES_ON.match(after) or _is_phase(span.words)
    if not follows:
        return 0.0
    if _is_phase(span.words) and _CALLED.search(before):
        return _UNSURE
    if _MODIFIED.search(before):
        return _UNSURE
    if beside and _is_phase(span.words) and _TOLD_OUT.search(before):
        return _SURE  # 纺织园一期…累计1.85亿二期9月…
    return _SURE if _LED_TO.search(before) else 0.0


def _is_phase(words: str) -> bool:
    return words.endswith(("期", "标段"))
