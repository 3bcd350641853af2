"""The short names a full name implies (二院, 213), and where a short name may stand in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from handlers.understanding.lexicon import Part, pieces
from handlers.understanding.sounds import spelt_sounds

# What an exact find of a form is worth, of 100.
FULL, ALIAS, IMPLIED = 98.0, 90.0, 88.0

_DROPPED = re.compile(r"[\s()（）【】\[\]〔〕《》“”\"'‘’·\-—_/]")
_ROAD = re.compile(r"(?<![a-z0-9])([gsxy])(\d{3})(?!\d)")
_SCHOOLED = (
    (re.compile(r"第([一二三四五六七八九十])(?:人民)?(?:中心)?医院"), "{}院"),
    (re.compile(r"第([一二三四五六七八九十])(?:初级|高级|实验|完全)*中学"), "{}中"),
    (re.compile(r"第([一二三四五六七八九十])(?:实验|完全)*小学"), "{}小"),
    (re.compile(r"第([一二三四五六七八九十])(?:高级中学|高中)"), "{}高"),
    (re.compile(r"第([一二三四五六七八九十])(?:实验|中心)*幼儿园"), "{}幼"),
    (re.compile(r"第([一二三四五六七八九十])(?:污水处理厂)"), "{}污"),
    (re.compile(r"第([一二三四五六七八九十])(?:自来)?水厂"), "{}水厂"),
)
_NUMERALS = "一二三四五六七八九十"
_STANDS_THERE = "厂院园校馆站库场"  # a road by such a name is another road

# 213万, 213米: a count; 213国道 or a bare 213: the road.
_COUNTED = re.compile(
    r"\s*(?:[\d.,:%万亿元块米吨亩户人个台套件只棵株页条次名家天年月日号楼平立方公里千米瓦度斤升小时分点倍]|(?![kK]\d)[a-z])"
)
_SUMMED = re.compile(r"(?:第|共|约|近|超|完成|累计|增加|减少|还差|缺|花了|投资)\s*$")
# 一中午, 二小时, 统一中: a numeral and a letter that only look like a school.
_NOT_SCHOOL = re.compile(r"[午心间旬期等层央型标途]|[时块步部段组型]|节(?!点)|[子落内]|[价峰度]|[染]")


# 水厂1期 is 水厂一期.
_PHASE = re.compile(r"(?<![\d.])[1-9](?=期|标段|号楼|号地块|院(?![子长里内落]))")
_LATIN = re.compile(r"[a-z]{4,}")


def compact(text: str) -> tuple[str, list[int]]:
    """Return the text in lower case without blanks, brackets and dashes, and each character's old place.

    The number of a phase becomes a Chinese one.
    """
    text = _PHASE.sub(lambda found: "一二三四五六七八九"[int(found.group()) - 1], text)
    lowered = text.lower()
    if (typed := _LATIN.search(lowered)) and (sounds := spelt_sounds(typed.group())):
        return _with_sounds(text, typed, sounds)
    if len(lowered) == len(text) and not _DROPPED.search(text):
        return lowered, list(range(len(text)))
    kept = [(index, letter) for index, letter in enumerate(text) if not _dropped(text, index)]
    return "".join(letter.lower()[0] for _, letter in kept), [index for index, _ in kept]


def _with_sounds(text: str, typed: re.Match[str], sounds: list[tuple[str, int]]) -> tuple[str, list[int]]:
    """Return a text whose first word in letters is pinyin (chengbei污水厂) with a character for each of its sounds."""
    before, places = compact(text[: typed.start()])
    after, later = compact(text[typed.end() :])
    heard = "".join(letter for letter, _ in sounds)
    places += [typed.start() + at for _, at in sounds]
    return before + heard + after, places + [typed.end() + at for at in later]


def _dropped(text: str, index: int) -> bool:
    if text[index] == " " and text[index - 1 : index].isascii() and text[index + 1 : index + 2].isascii():
        return False  # "P05 42亩": two things
    return _DROPPED.match(text[index]) is not None


def spellings(key: str | int, full: str, aliases: Sequence[str]) -> dict[str, float]:
    """Return every compact form a name is known by, with what finding it exactly is worth."""
    whole, _ = compact(full)
    forms = {whole: FULL}
    for alias in (*aliases, *([key] if isinstance(key, str) else [])):
        forms.setdefault(compact(alias)[0], ALIAS)
    for form in implied(whole):
        forms.setdefault(form, IMPLIED)
    return {form: points for form, points in forms.items() if len(form) > 1}


def implied(name: str) -> Iterator[str]:
    """Yield the short names a compact full name implies that :mod:`alignment` would not find."""
    road = _ROAD.search(name)
    if road:
        yield from (road[1] + road[2], road[2])
    if "第" in name:
        yield from _schooled(name)
    yield from _by_place(name)


def _by_place(name: str) -> Iterator[str]:
    """Yield 城北厂 of 城北污水处理厂提标改造: its place, and the word for what stands there."""
    parts = pieces(name)
    place = next((one for one in parts if one.part is Part.PLACE), None)
    head = next((one for one in parts if one.part is Part.HEAD and name[one.start] in _STANDS_THERE), None)
    if place is not None and head is not None and head.start > place.end:
        yield name[place.start : place.end] + name[head.start]


_STAKE = re.compile(r"k\d", re.IGNORECASE)  # 213 K7: a place on the road


def stands_alone(form: str, text: str, start: int, end: int) -> bool:
    """Whether a short name found at `[start, end)` of a compact text is one, not a piece of something longer."""
    before, after = text[:start], text[end:]
    if form[0].isascii() and before[-1:].isascii() and before[-1:].isalnum():
        return False
    if form[-1].isascii() and after[:1].isascii() and after[:1].isalnum() and not _STAKE.match(after):
        return False
    if form.isdigit():
        return not _COUNTED.match(after) and not _SUMMED.search(before) and before[-1:] != "."
    if len(form) <= 3 and form[0] in _NUMERALS:
        return before[-1:] not in tuple("第统唯同" + _NUMERALS) and not _NOT_SCHOOL.match(after)
    return True


def _schooled(name: str) -> Iterator[str]:
    for pattern, form in _SCHOOLED:
        found = pattern.search(name)
        if found:
            yield form.format(found[1])
