"""Which words of a message go with which of the projects it names.

A message is cut where people draw breath, and before each further name together with the words that lead up to it
(又拐到一期, 下午二院). A cut belongs to the projects it names, or to those named last; what is said of both (两个都…)
belongs to all, and bare names in a row (恒瑞 高标准农田) share what is said before or after them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from handlers.understanding.intents import Intent
from handlers.understanding.phrasebook.presence import DAY, NOW, SELF
from handlers.understanding.phrases import read_intents
from handlers.understanding.text import Span, phrases

Mention = tuple[str, Span]

_AND = re.compile(r"[\s、和与跟及]*(?:还有|以及)?\s*")
_THEN = (
    rf"(?:{DAY}|{NOW}|{SELF}|又|再|也|还|就|先|后|然后|接着|随后|后来|(?:(?<![\u4e00-\u9fff])|(?<=了))完了|另外|还有|而|但是?|不过"
    r"|顺[道路便]|他|她|人家)"
)
_WENT = r"(?:没|不)?(?:有|能|顾上)?(?:再)?(?:去|来|跑|拐|绕|转|奔|赶|回)(?:去|到|往)?(?:了|过|的)?(?:一?趟)?"
_MOVES = rf"(?:{_WENT}|(?:去|来)?(?:看|转|瞅|逛|查)(?:了[看转瞅]|了|过|完|的)?)"
# The words that lead up to a name: 又拐到, 没去, 下午. What is carried to another (泵调到城南) is no way there.
_LEADS_UP = re.compile(rf"(?:{_THEN}*{_MOVES}|{_THEN}+(?:没|不)?(?:[去来到在搁上往奔])?(?:到|去)?(?:了|过|的)?|往)?$")
# 恒瑞我昨天去的高标田今天去的: who names the project first says of it what follows.
_TOLD_OF_IT = re.compile(rf"(?:{DAY}|{NOW}|{SELF}|那边|那头|也|都|又|就|刚|是)*(?:{_WENT}|到(?:了|过|的))")
# 一期二期都看了一期钢构没问题: what was done at both leads up to neither.
_OF_BOTH = re.compile(rf"(?:{DAY}|{NOW}|{SELF}|也|就)*(?:都|全|均)(?:{_WENT}|{_MOVES})")
# 先后到城北、城南: one way to all the places in the row.
_ONE_WAY = re.compile(
    r"(?:先后|分别|依次|相继|逐一|挨个|接连|连着)(?:我|俺|实地|现场|又)*(?:[到去来赴跑看转查]|深入|前往|走访|查看|察看|调研|检查|督导)(?:了|过)?$"
)
_NUMBER = re.compile(r"(?:其|第)?[一二三四五六七八九十]|[(（]?[\d一二三四五六七八九十]{1,2}[)）]?")
_TOLD_OUT = re.compile(r"[\u4e00-\u9fff\d]{3}(?:了|嘞|啊|呢|[完好成齐满])$")
_SAYS_NOTHING = re.compile(
    rf"(?:{DAY}|{NOW}|{SELF}|那边|那儿|这边|这儿|那个|这个|的|了|也|和|跟|与|及|还有|以及|有|[、:：\s])*"
)
_DATED = re.compile(r"[昨前今][天日儿]|夜儿|(?:周|星期|礼拜)[一二三四五六日天末]|[\d一二三四五六七八九十][日号]|\d\.\d")
_TWO = r"[两俩三仨]个?(?:项目|点|厂|地方|工地|地儿|处|家|边)?"
_OF_ALL = re.compile(
    rf"(?:今天|上午|下午|昨天|我们?|[这那])*(?:{_TWO}(?:我们?|俺|{DAY}|也|是)*(?:都|全|均|各)|俩|(?:都|均|全都|全部)(?!是(?![我俺咱]|现场))"
    r"|[两各]边|各自)"
)


@dataclass(frozen=True, slots=True)
class _Cut:
    """A piece `[start, end)` of a text, the projects named in it, and whether it is nothing but names."""

    start: int
    end: int
    names: tuple[str, ...]
    bare: bool
    dated: bool = False  # with a day before its name: 周一恒瑞 周二高标田


def shares_of(text: str, mentions: Sequence[Mention], projects: Sequence[str]) -> list[str]:
    """Return for each project its words; `mentions` say where each is named, in the order of the text."""
    cuts = _cuts(text, mentions)
    owned: dict[str, list[_Cut]] = {project: [] for project in projects}
    for place, cut in enumerate(cuts):
        for owner in _owners(text, cuts, place, projects):
            owned[owner].append(cut)
    _lend_a_visit(text, mentions, cuts, owned)
    return [_words(text, sorted(owned[project], key=lambda cut: cut.start)) for project in projects]


def _cuts(text: str, mentions: Sequence[Mention]) -> list[_Cut]:
    found: list[_Cut] = []
    for phrase in _whole_names(text, phrases(text), mentions):
        if _numbers_the_next(text, phrase):
            continue
        inside = [mention for mention in mentions if mention[1].start >= phrase.start and mention[1].end <= phrase.end]
        starts, groups = [phrase.start], [[*inside[:1]]]
        if found and inside and (former := _of_the_former(text[phrase.start : inside[0][1].start])):
            found.append(_cut(text, phrase.start, phrase.start + former, ()))
            starts = [phrase.start + former]
        first_named = _names_come_first(text, phrase, inside)
        for before, mention in pairwise(inside):
            between = text[before[1].end : mention[1].start]
            if mention[1].start <= before[1].end or _AND.fullmatch(between):
                groups[-1].append(mention)
                continue
            own = (first_named and _TOLD_OF_IT.fullmatch(between)) or _OF_BOTH.fullmatch(between)
            lead = None if own else _LEADS_UP.search(between)
            starts.append(before[1].end + (lead.start() if lead else len(between)))
            groups.append([mention])
        ends = [*starts[1:], phrase.end]
        found += [_cut(text, start, end, group) for start, end, group in zip(starts, ends, groups, strict=True)]
    return found


def _numbers_the_next(text: str, phrase: Span) -> bool:
    """Whether a phrase is no more than the number of what follows: 二 in …合格。二、城南污水厂…."""
    return text[phrase.end : phrase.end + 1] in ("、", ".", "．") and _NUMBER.fullmatch(phrase.words) is not None


def _of_the_former(words: str) -> int:
    """Return how many of the words before a name tell of what was named before it: 钢结构九成了二期没去."""
    lead = _LEADS_UP.search(words)
    told = words[: lead.start()] if lead else words
    return len(told) if _TOLD_OUT.search(told) else 0


def _names_come_first(text: str, phrase: Span, inside: Sequence[Mention]) -> bool:
    """Whether a phrase names each project before it tells that one went there."""
    if len(inside) < 2 or not _SAYS_NOTHING.fullmatch(text[phrase.start : inside[0][1].start]):
        return False
    between = text[inside[0][1].end : inside[1][1].start]
    return bool(_TOLD_OF_IT.fullmatch(between) and _TOLD_OF_IT.match(text[inside[1][1].end : phrase.end]))


def _whole_names(text: str, parts: Sequence[Span], mentions: Sequence[Mention]) -> list[Span]:
    """Put phrases together again that part a name (纺织园 一期屋面…) or a row of places (先后到城北、城南)."""
    whole: list[Span] = []
    for part in parts:
        parted = any(span.start < part.start and span.end > part.start for _, span in mentions)
        if whole and (parted or _goes_on(text, whole[-1], part, mentions)):
            whole[-1] = Span(whole[-1].start, part.end, text[whole[-1].start : part.end])
        else:
            whole.append(part)
    return whole


def _goes_on(text: str, whole: Span, part: Span, mentions: Sequence[Mention]) -> bool:
    """Whether a phrase begins with the next place of a row that one went to."""
    inside = [span for _, span in mentions if span.within(whole)]
    follows = any(span.start == part.start for _, span in mentions)
    if not inside or not follows or not _AND.fullmatch(text[inside[-1].end : part.start]):
        return False
    return bool(_ONE_WAY.search(text[whole.start : inside[0].start]))


def _cut(text: str, start: int, end: int, group: Sequence[Mention]) -> _Cut:
    rest, at = "", start
    for _, span in group:
        rest, at = rest + text[at : max(at, span.start)], max(at, span.end)
    rest += text[at:end]
    names = tuple(dict.fromkeys(name for name, _ in group))
    bare = bool(names) and _SAYS_NOTHING.fullmatch(rest) is not None
    return _Cut(start, end, names, bare, bare and _DATED.search(rest) is not None)


def _owners(text: str, cuts: Sequence[_Cut], place: int, projects: Sequence[str]) -> tuple[str, ...]:
    """Return whose a cut is: of those it names with those named just beside it, else of those named last."""
    cut = cuts[place]
    if cut.dated and sum(one.dated for one in cuts) > 1:
        return cut.names
    if cut.names:
        return cut.names if not cut.bare and not _bare_before(cuts, place) else _row(cuts, place)
    if _OF_ALL.match(text[cut.start : cut.end]):
        return tuple(projects)
    before = next((at for at in range(place - 1, -1, -1) if cuts[at].names), None)
    if before is not None:
        return _row(cuts, before) if cuts[before].bare else cuts[before].names
    after = next((at for at in range(place + 1, len(cuts)) if cuts[at].names), None)
    return tuple(projects) if after is None else _row(cuts, after)


def _bare_before(cuts: Sequence[_Cut], place: int) -> bool:
    return place > 0 and cuts[place - 1].bare


def _row(cuts: Sequence[_Cut], place: int) -> tuple[str, ...]:
    """Return the projects of the names in a row around a cut: bare names go with the one that follows."""
    first = place
    while _bare_before(cuts, first):
        first -= 1
    last = place
    while cuts[last].bare and last + 1 < len(cuts) and cuts[last + 1].names:
        last += 1
    return tuple(dict.fromkeys(name for cut in cuts[first : last + 1] for name in cut.names))


def _lend_a_visit(text: str, mentions: Sequence[Mention], cuts: Sequence[_Cut], owned: dict[str, list[_Cut]]) -> None:
    """Let a project that is only named take the visit told before it: 上午去了213 下午二院."""
    for own in owned.values():
        if not own or not all(cut.bare for cut in own):
            continue
        before = [cut for cut in cuts if cut.end <= own[0].start and cut.names]
        if before and _tells_a_visit(text, mentions, before[-1]):
            own.insert(0, before[-1])


def _tells_a_visit(text: str, mentions: Sequence[Mention], cut: _Cut) -> bool:
    names = [
        Span(span.start - cut.start, span.end - cut.start, span.words)
        for _, span in mentions
        if span.start >= cut.start and span.end <= cut.end
    ]
    return read_intents(text[cut.start : cut.end], names) == (Intent.VISIT,)


def _words(text: str, cuts: Sequence[_Cut]) -> str:
    """Return cuts as they stand in the text; a comma where something between them is left out."""
    pieces: list[tuple[int, int]] = []
    for cut in cuts:
        if pieces and not text[pieces[-1][1] : cut.start].strip(" ，,。；;、!！\n"):
            pieces[-1] = pieces[-1][0], max(pieces[-1][1], cut.end)
        else:
            pieces.append((cut.start, cut.end))
    return "，".join(text[start:end].strip(" ，,。；;、") for start, end in pieces)
