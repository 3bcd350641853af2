"""Which phase (期, 标段) of a project words mean: 一期 and 二期 tell twins apart wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from handlers.understanding.text import Span, span_of

if TYPE_CHECKING:
    from handlers.understanding.names import Key, NameMatch

PHASE = re.compile(r"[一二三四五六七八九十\d]+(?:期(?![间内末初满限])|标段|标|号楼|号地块)")
_AGREES, _DIFFERS = 12.0, -25.0
_HEADS = "，,。；;、 \n和与跟及"
_GONE_TO = re.compile(
    r"(?:[去来拐跑绕转奔赶]到?了?|(?<![堆放停铺接拉运存住])在|(?<=[又再还])到|搁|另外|还有|顺便|顺带)$"
)


def settle_phases(matches: list[NameMatch], text: str, phases_of: Callable[[Key], frozenset[str]]) -> list[NameMatch]:
    """Let 一期 tell twins apart wherever it stands: it speaks of the name said last before it."""
    settled = list(matches)
    for subject, said in _phases_said(matches, text).items():
        among = [match for match in matches if match.span.overlaps(subject)]
        if len(said) > 1:
            settled = [match for match in settled if match not in among] + _each_phase(among, subject, said, phases_of)
            continue
        phase = next(iter(said))
        settled = [_with_phase(one, phase, phases_of(one.key)) if one in among else one for one in settled]
    return settled


def _phases_said(matches: list[NameMatch], text: str) -> dict[Span, dict[str, Span]]:
    """Return by the name it speaks of which phases are said, and where; one in passing (才能干二期) only if alone."""
    said: dict[Span, dict[str, Span]] = {}
    for found in PHASE.finditer(text):
        subject = _subject(matches, found.start(), found.end())
        before = text[: found.start()]
        heads = (
            not found.start()
            or _GONE_TO.search(before)
            or text[found.start() - 1] in _HEADS
            or PHASE.search(text[: found.start()][-4:])
        )
        touches = subject and subject.start <= found.start() <= subject.end
        if subject and (heads or touches or subject not in said):
            said.setdefault(subject, {}).setdefault(phase_of(found.group()), span_of(text, found.start(), found.end()))
    return said


def _each_phase(
    among: list[NameMatch], subject: Span, said: dict[str, Span], phases_of: Callable[[Key], frozenset[str]]
) -> list[NameMatch]:
    """Several phases said of one name are as many mentions (一期…，二期…); of several names they are asked about."""
    found = []
    for phase, span in said.items():
        where = subject if span.within(subject) else span
        found += [
            replace(match, score=round(min(100.0, match.score + _AGREES), 1), span=where)
            for match in among
            if phase in phases_of(match.key)
        ]
    return found


def _subject(matches: list[NameMatch], start: int, end: int) -> Span | None:
    before = [match.span for match in matches if match.span.start < end]
    if before:
        return max(before, key=lambda span: span.end)
    after = [match.span for match in matches if match.span.start >= end]
    return min(after, default=None)


def _with_phase(match: NameMatch, phase: str, own: frozenset[str]) -> NameMatch:
    rivals = {other for other in own if other[-1] == phase[-1]}
    if not rivals:
        return match
    points = match.score + (_AGREES if phase in rivals else _DIFFERS)
    return replace(match, score=round(min(100.0, max(0.0, points)), 1))


def stem_of(name: str) -> str:
    """Return a name without its phase: twins have it in common."""
    return PHASE.sub("", name)


def phase_of(words: str) -> str:
    """Return a phase in the one form it is compared in."""
    return words.translate(str.maketrans("123456789", "一二三四五六七八九"))
