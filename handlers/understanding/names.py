"""Which projects (or units) a sentence names: exactly, in short, mistyped, or by sound.

The index finds candidates through pairs of neighbouring sounds, the rarest pairs of the sentence first, so that the
cost follows the sentence and not the number of names; only candidates are aligned with the sentence.
A wrong project is worse than a question, and a question worse than a miss: ordinary words match nothing.
"""

from __future__ import annotations

import heapq
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from threading import Lock

from rapidfuzz import fuzz

from handlers.understanding.alignment import Form, Sentence, fits, form_of, score, sentence_of
from handlers.understanding.misspelling import Misspelt, find_misspelt
from handlers.understanding.nicknames import compact, spellings, stands_alone
from handlers.understanding.phases import PHASE, phase_of, settle_phases, stem_of
from handlers.understanding.postings import end_of_word, lengths_by_start, near_pairs, neighbours, rarity
from handlers.understanding.sounds import sounded
from handlers.understanding.spoken_codes import codes_in, in_digits
from handlers.understanding.text import Span, span_of

Key = str | int

CERTAIN = 80.0  # from here a match may be written down
WORTH_ASKING = 60.0  # from here it may be asked about
RIVAL_GAP = 8.0  # two matches closer than this are asked about (ecosystem §7)

_PREFERRED = 10.0
_FORMS_KEPT = 20_000
_SMALL = 3000  # up to here names are also found by letters that do not stand side by side
_MANY_POSTINGS = 8000
_READ_CLOSELY = 400  # in what follows only exact names are found
_ALIGNED, _LOOSELY, _COMPARED = 40, 12, 300
_UNPROVEN = 67.0  # of a name that may be one of many: below CERTAIN, its phase agreeing included
_SPELT, _SLIP = 100.0, 9.0  # a whole name with slips, among many names; so much less a slip
_LOST = 2  # pairs of sounds that a name may share fewer than the best and still be written out
# The county puts its own name before many projects; said alone it means none of them.
_HOME = re.compile(r"([\u4e00-\u9fff]{2,3})[县市]")


@dataclass(frozen=True, slots=True)
class Name:
    """One thing that can be named. A `key` that is text (编号) is a name too."""

    key: Key
    full: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NameMatch:
    """`key` is named by `span` of the text, with a score from 0 to 100."""

    key: Key
    score: float
    span: Span


class Verdict(StrEnum):
    """What to do about the names found."""

    ONE = "one"
    SEVERAL = "several"  # more than one mention, each certain: "城北…，城南…"
    ASK = "ask"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Decision:
    """`matches`: the one, the several in order of mention, or at most three to ask about, best first."""

    verdict: Verdict
    matches: tuple[NameMatch, ...] = ()

    @property
    def key(self) -> Key | None:
        """The one project that is meant, or None."""
        return self.matches[0].key if self.verdict is Verdict.ONE else None

    @property
    def keys(self) -> tuple[Key, ...]:
        """Every key the decision speaks of."""
        return tuple(match.key for match in self.matches)


def decide(matches: Sequence[NameMatch]) -> Decision:
    """Say whether the matches of one sentence settle what it is about.

    Matches on the same words are rivals: within 8 points of each other, or under 80, they are asked about.
    """
    mentions = [_decide_mention(group) for group in _mentions(matches)]
    sure = [mention.matches[0] for mention in mentions if mention.verdict is Verdict.ONE]
    asked = [mention for mention in mentions if mention.verdict is Verdict.ASK]
    if sure:
        keys = {match.key: match for match in reversed(sure)}
        in_order = tuple(sorted(keys.values(), key=lambda match: match.span))
        # Beside a certain name, words that merely resemble another one are not worth a question.
        strong = [mention for mention in asked if mention.matches[0].score >= CERTAIN]
        if not strong or all(set(mention.keys) & set(keys) for mention in strong):
            return Decision(Verdict.ONE if len(in_order) == 1 else Verdict.SEVERAL, in_order)
        asked = strong
    if not asked:
        return Decision(Verdict.NONE)
    best = max(asked, key=lambda mention: mention.matches[0].score)
    return Decision(Verdict.ASK, best.matches[:3])


def _mentions(matches: Sequence[NameMatch]) -> list[list[NameMatch]]:
    groups: list[list[NameMatch]] = []
    for match in sorted(matches, key=lambda match: -match.score):
        for group in groups:
            if any(match.span.overlaps(member.span) for member in group):
                group.append(match)
                break
        else:
            groups.append([match])
    return groups


def _decide_mention(group: list[NameMatch]) -> Decision:
    best = group[0].score
    rivals = tuple(match for match in group if best - match.score < RIVAL_GAP)
    if best >= CERTAIN and len(rivals) == 1:
        return Decision(Verdict.ONE, rivals)
    if best >= WORTH_ASKING:
        return Decision(Verdict.ASK, rivals)
    return Decision(Verdict.NONE)


class NameIndex:
    """Names ready to be found in sentences. Building is put off until the first question."""

    def __init__(self, items: Iterable[Name]) -> None:
        self._items = list(items)
        self._exact: dict[str, list[tuple[int, float]]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}  # by the first two characters
        self._pairs: dict[str, array[int]] = {}
        self._places: dict[Key, int] = {}
        self._forms: dict[int, tuple[Form, ...]] = {}
        self._home: frozenset[str] = frozenset()
        self._stems: dict[str, list[int]] = {}  # names that are phases of one another
        self._codes: frozenset[str] = frozenset()
        self._built = False
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._items)

    def find(self, text: str, *, prefer: frozenset[Key] = frozenset(), limit: int = 5) -> list[NameMatch]:
        """Return what a normalised sentence names, best first; `prefer` holds the sender's own projects."""
        self._build()
        words, places = compact(in_digits(text, self._codes))
        if len(words) < 2 or not self._items:
            return []
        exact = self._exact_matches(words)
        found = dict(exact)
        sentence = sentence_of(words[:_READ_CLOSELY])
        votes, looked_at = self._votes(sentence)
        among_many = len(votes) > _ALIGNED
        spelt = self._spelt(sentence, votes, looked_at) if among_many else {}
        close = heapq.nlargest(_LOOSELY, votes, key=votes.__getitem__) if among_many and not (found or spelt) else []
        for number in dict.fromkeys([*(close if among_many else votes), *self._own(prefer)]):
            preferred = self._items[number].key in prefer
            for start, end, points in self._aligned(sentence, number, preferred):
                # A piece of one name is, among so many, a piece of others that were not looked at.
                spelt[number, start, end] = min(points, _UNPROVEN) if among_many and not preferred else points
        for (number, start, end), points in spelt.items():
            # Words that are one name to the letter are not another that merely resembles it.
            if not any(other != number and s <= start and end <= e for other, s, e in exact):
                found[number, start, end] = max(points, found.get((number, start, end), 0.0))
        for (_, start, end), points in spelt.items():
            for other, s, e in exact if among_many else ():
                if start <= s and e <= end and end - start >= e - s + 2:  # 水厂 inside 水厂改造, misspelt
                    found[other, s, e] = min(found[other, s, e], points)
        matches = []
        for (number, start, end), points in found.items():
            span = span_of(text, places[start], end_of_word(text, places[end - 1] + 1))
            matches.append(self._match(number, points, span, prefer))
        best = _without_inner(_best_of_each(_without_common(matches)))
        settled = settle_phases([*best, *self._twins(best, text)], text, self._phases)
        return sorted(settled, key=lambda match: (-match.score, match.span))[:limit]

    def resembling(self, words: str, *, limit: int = 5) -> list[NameMatch]:
        """Return the names most like some words that are known to mean one: an answer to “哪个项目？”."""
        self._build()
        sought, _ = compact(words)
        sentence = sentence_of(sought)
        span = span_of(words, 0, len(words))
        numbers = [number for number, _ in self._exact.get(sought, ())]
        votes, _ = self._votes(sentence)
        numbers += heapq.nlargest(_COMPARED, votes, key=votes.__getitem__)
        scored = ((self._resemblance(sentence, number), number) for number in dict.fromkeys(numbers))
        return [NameMatch(self._items[n].key, points, span) for points, n in heapq.nlargest(limit, scored)]

    # -- building -------------------------------------------------------------------------------------------

    def _build(self) -> None:
        with self._lock:
            if not self._built:
                self._index()
                self._built = True

    def _index(self) -> None:
        pairs_of = near_pairs if len(self._items) <= _SMALL else neighbours
        for number, item in enumerate(self._items):
            self._places[item.key] = number
            if PHASE.search(item.full):
                self._stems.setdefault(stem_of(item.full), []).append(number)
            pairs: set[str] = set()
            for form, points in spellings(item.key, item.full, item.aliases).items():
                self._exact.setdefault(form, []).append((number, points))
                pairs.update(pairs_of(sounded(form)))
            for pair in pairs:
                self._pairs.setdefault(pair, array("i")).append(number)
        self._lengths = lengths_by_start(self._exact)
        self._codes = codes_in(text for item in self._items for text in (item.full, *item.aliases))
        self._home = frozenset(found[1] for item in self._items if (found := _HOME.match(item.full)))

    def _forms_of(self, number: int) -> tuple[Form, ...]:
        forms = self._forms.get(number)
        if forms is None:
            if len(self._forms) > _FORMS_KEPT:
                self._forms.clear()
            item = self._items[number]
            texts = dict.fromkeys(compact(text)[0] for text in (item.full, *item.aliases))
            forms = tuple(form_of(text, self._home) for text in texts if len(text) >= 3)
            self._forms[number] = forms
        return forms

    # -- finding --------------------------------------------------------------------------------------------

    def _exact_matches(self, words: str) -> dict[tuple[int, int, int], float]:
        found: dict[tuple[int, int, int], float] = {}
        for start in range(len(words) - 1):
            for length in self._lengths.get(words[start : start + 2], ()):
                end = start + length
                form = words[start:end]
                if end <= len(words) and form in self._exact and stands_alone(form, words, start, end):
                    found |= {(number, start, end): points for number, points in self._exact[form]}
        return found

    def _votes(self, sentence: Sentence) -> tuple[Counter[int], frozenset[str]]:
        """Return the names that share pairs of sounds with a sentence and how many, and which pairs were looked at."""
        pairs = {sentence.sound[i : i + 2] for i in range(len(sentence.sound) - 1)}
        postings = sorted(((self._pairs[pair], pair) for pair in pairs if pair in self._pairs), key=rarity)
        votes: Counter[int] = Counter()
        read, looked_at = 0, []
        for posting, pair in postings:
            if votes and read + len(posting) > _MANY_POSTINGS:
                break
            votes.update(posting[:_MANY_POSTINGS])
            looked_at.append(pair)
            read += len(posting)
        return votes, frozenset(looked_at)

    def _own(self, prefer: frozenset[Key]) -> list[int]:
        return [self._places[key] for key in prefer if key in self._places]

    def _spelt(
        self, sentence: Sentence, votes: Counter[int], looked_at: frozenset[str]
    ) -> dict[tuple[int, int, int], float]:
        """Return the names that a sentence writes out with slips.

        A name with no more slips shares all the pairs of those words but one a slip; where one that shares so many
        was not looked at, none is certain.
        """
        found: dict[tuple[int, int, int], tuple[int, bool, int]] = {}  # slips, doubtful, pairs that a rival must share
        most = unseen = max(votes.values())
        close = [(number, shared) for number, shared in votes.items() if shared >= most - _LOST]
        for least in range(most, max(0, most - _LOST - 1), -1):
            alike = [number for number, shared in close if shared == least]
            for number in alike[:_COMPARED]:
                for near in self._near(sentence, number):
                    pairs = {sentence.sound[i : i + 2] for i in range(near.start, near.end - 1)} & looked_at
                    place = (number, near.start, near.end)
                    found[place] = (near.slips, near.doubtful, len(pairs) - near.slips)
            if len(alike) > _COMPARED:
                break
            unseen = least - 1
            if any(not doubtful and needed > unseen for _, doubtful, needed in found.values()):
                break
        return {
            place: _UNPROVEN if doubtful or unseen >= needed else _SPELT - _SLIP * slips
            for place, (slips, doubtful, needed) in found.items()
        }

    def _near(self, sentence: Sentence, number: int) -> Iterator[Misspelt]:
        item = self._items[number]
        for text in (item.full, *item.aliases):
            near = find_misspelt(sentence.text, sentence.sound, compact(text)[0])
            if near is not None:
                yield near

    def _aligned(self, sentence: Sentence, number: int, preferred: bool) -> Iterator[tuple[int, int, float]]:
        for form in self._forms_of(number):
            for fit in fits(sentence, form):
                points = score(sentence, form, fit, preferred)
                if points >= WORTH_ASKING - (_PREFERRED if preferred else 0):
                    yield fit.start, fit.end, points

    def _match(self, number: int, points: float, span: Span, prefer: frozenset[Key]) -> NameMatch:
        key = self._items[number].key
        total = min(100.0, points + (_PREFERRED if key in prefer else 0.0))
        return NameMatch(key, round(total, 1), span)

    def _twins(self, matches: list[NameMatch], text: str) -> list[NameMatch]:
        """Return the other phases of a name that a text says besides the one it names: 纺织园一期…，二期…."""
        said = {phase_of(found.group()) for found in PHASE.finditer(text)} if matches else set()
        known = {match.key for match in matches}
        found = []
        for match in matches if len(said) > 1 else ():
            item = self._items[self._places[match.key]]
            for number in self._stems.get(stem_of(item.full), ()):
                key = self._items[number].key
                if key not in known and self._phases(key) & said:
                    known.add(key)
                    found.append(replace(match, key=key))
        return found

    def _phases(self, key: Key) -> frozenset[str]:
        return frozenset(map(phase_of, PHASE.findall(self._items[self._places[key]].full)))

    def _resemblance(self, sought: Sentence, number: int) -> float:
        item = self._items[number]
        return max(_likeness(sought, compact(form)[0]) for form in (item.full, *item.aliases))


def _best_of_each(matches: list[NameMatch]) -> list[NameMatch]:
    best: dict[Key, NameMatch] = {}
    for match in matches:
        known = best.get(match.key)
        if known is None or _rank(match) > _rank(known):
            best[match.key] = match
    return list(best.values())


def _without_common(matches: list[NameMatch]) -> list[NameMatch]:
    """Drop words that fit several names where one of these is named elsewhere: 城南那个污水厂 is no other 污水厂."""
    best = {match.key: match for match in _best_of_each(matches)}
    return [
        match
        for match in matches
        if not any(
            rival.span == match.span and rival.key != match.key and not best[rival.key].span.overlaps(match.span)
            for rival in matches
            if rival.score >= match.score - RIVAL_GAP
        )
    ]


def _rank(match: NameMatch) -> tuple[float, int, int]:
    return match.score, match.span.end - match.span.start, -match.span.start


def _without_inner(matches: list[NameMatch]) -> list[NameMatch]:
    """Drop what only matches a piece of the words that name something else: 污水厂 inside 城北污水厂."""
    return [match for match in matches if not any(_swallows(other, match) for other in matches)]


def _swallows(outer: NameMatch, inner: NameMatch) -> bool:
    return outer.span != inner.span and inner.span.within(outer.span) and outer.score >= inner.score - RIVAL_GAP


def _likeness(sought: Sentence, form: str) -> float:
    letters = fuzz.partial_ratio(sought.text, form)
    sounds = fuzz.partial_ratio(sought.sound, sounded(form))
    whole = fuzz.ratio(sought.text, form)
    return round(0.5 * letters + 0.3 * sounds + 0.2 * whole, 1)
