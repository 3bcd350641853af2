"""How well a run of a sentence fits a project's name: letters in order, gaps allowed in the name only.

"城北污水厂" fits 城北污水处理厂提标改造; so does 城背污水厂, by sound. The proof a fit gives is the sum over the parts
of the name it covers (`lexicon.Part`), in units where 1.5 is the least that names something.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import pairwise

from handlers.understanding.lexicon import COMMON, Part, Piece, core, pieces
from handlers.understanding.sounds import sounded

_FILLERS = frozenset("那个的这")
_DIVISIONS = "县市镇乡"
# Characters that tell twins apart: never a typing error for one another.
CRITICAL = (
    frozenset("东南西北中"),
    frozenset("一二三四五六七八九十0123456789"),
    frozenset("新老旧"),
    frozenset("上下左右"),
)

# 城北 alone means a project only where the sender has one that begins so.
_LEAST_PROOF, _LEAST_PROOF_OF_PLACE = 1.5, 1.2
# Most an uncertain fit may score: enough to ask, too little to write (names.CERTAIN is 80).
_ONLY_ASK, _SKIPPED_ORDINAL = 72.0, 64.0
_SQUEEZED = 76.0  # certain with what the sender's own projects get on top
# What other names hardly share; words of trade alone must prove more before they are certain.
_TELLING = frozenset({Part.OWN, Part.PLACE, Part.CODE, Part.ORDINAL, Part.PHASE})
_PROOF_OF_PLAIN = 3.0

_LONG_RUN, _SKIPPED = 0.4, 0.2

_GAP = 0.3
_SAME_SOUND = 0.8
_WRONG = -0.4
_SKIPPED_FILLER = -0.2


@dataclass(frozen=True, slots=True)
class Form:
    """A name or alias made ready: compact text, its sound, its parts, and the part each character is in."""

    text: str
    sound: str
    parts: tuple[Piece, ...]
    part_of: tuple[int, ...]
    first: int  # the name proper, without year, 县 and 改造, is [first, last)
    last: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A compact sentence, its sound, and where each sound occurs."""

    text: str
    sound: str
    places: dict[str, list[int]]


@dataclass(frozen=True, slots=True)
class Fit:
    """A run `[start, end)` of the compact sentence with the characters of the name it covers."""

    start: int
    end: int
    covered: tuple[int, ...]
    alike: frozenset[int]  # those of them that only sound the same
    wrong: int  # characters that are another


@dataclass(slots=True)
class _Step:
    score: float
    came_from: tuple[int, int] | None
    wrong: int = 0
    chain: list[int] = field(default_factory=list)


def form_of(text: str, home: frozenset[str] = frozenset()) -> Form:
    """Return a compact name made ready for :func:`fits`; `home` holds names of the county, which tell nothing."""
    parts = [_plain_at_home(text, piece, home) for piece in pieces(text)]
    part_of = tuple(index for index, piece in enumerate(parts) for _ in range(piece.start, piece.end))
    first, last = core(parts)
    return Form(text, sounded(text), tuple(parts), part_of, first, last)


def _plain_at_home(text: str, piece: Piece, home: frozenset[str]) -> Piece:
    return replace(piece, part=Part.FILLER) if text[piece.start : piece.end] in home else piece


def sentence_of(text: str) -> Sentence:
    """Return a compact sentence made ready for :func:`fits`."""
    sound = sounded(text)
    places: dict[str, list[int]] = {}
    for index, letter in enumerate(sound):
        places.setdefault(letter, []).append(index)
    return Sentence(text, sound, places)


def fits(sentence: Sentence, form: Form) -> list[Fit]:
    """Return the runs of a sentence that follow the name, the longest chains first (at most four)."""
    steps = _steps(sentence, form)
    ends = sorted((step.score, place) for place, step in steps.items() if step.score >= 1.5)
    found: list[Fit] = []
    for _, place in reversed(ends):
        fit = _trace(sentence, form, steps, place)
        if not any(k.start <= fit.start and fit.end <= k.end and k.wrong <= fit.wrong for k in found):
            found.append(fit)
        if len(found) == 4:
            break
    return found


def proof(fit: Fit, form: Form) -> float:
    """Return what a fit proves: the sum over the parts it covers, whole parts counting more than pieces of them."""
    covered: dict[int, list[int]] = {}
    for place in fit.covered:
        covered.setdefault(form.part_of[place], []).append(place)
    worth = sum(_worth(form, form.parts[index], places, fit.alike) for index, places in covered.items())
    skipped = fit.end - fit.start - len(fit.covered) - fit.wrong
    return worth + (_LONG_RUN if _unbroken(fit) >= 5 else 0) - _SKIPPED * skipped


def score(sentence: Sentence, form: Form, fit: Fit, preferred: bool) -> float:
    """Return what a fit is worth, of 100; 0 where it names nothing. `preferred`: it is one of the sender's own."""
    worth = proof(fit, form)
    skipped = {form.parts[form.part_of[place]].part for place in range(form.first, fit.covered[0])}
    touched = {form.parts[form.part_of[place]].part for place in fit.covered}
    unsaid = {piece.part for piece in form.parts if form.first <= piece.start < fit.covered[-1]} - touched
    just_place = touched == {Part.PLACE} and fit.covered[0] == form.first
    whole = fit.covered == tuple(range(form.first, form.last))
    if whole and len(fit.covered) >= 4 and worth < _LEAST_PROOF:
        return _ONLY_ASK
    if worth < _LEAST_PROOF and _is_squeezed(form, fit):
        return _SQUEEZED if preferred else _ONLY_ASK
    if worth < (_LEAST_PROOF_OF_PLACE if preferred and just_place else _LEAST_PROOF) or not _mostly_exact(fit):
        return 0.0
    points = 50 + 14 * min(worth, 3.0) - 6 * len(fit.alike) - 12 * fit.wrong
    points += 4 if _unbroken(fit) >= 4 else 0
    points -= 30 if _contradicted(sentence, form, fit) else 0
    if Part.ORDINAL in unsaid:
        points = min(points, _SKIPPED_ORDINAL)
    if preferred:
        return points + (6 if just_place else 0)
    if Part.PLACE in skipped:
        points -= 8
    own = any(piece.part is Part.OWN and piece.end - piece.start > 1 for piece in form.parts)
    plain = not touched & _TELLING and not whole and worth < _PROOF_OF_PLAIN
    unsure = plain or (own and Part.OWN not in touched) or (fit.alike and len(fit.covered) < 4)
    return min(points, _ONLY_ASK) if unsure else points


def _is_squeezed(form: Form, fit: Fit) -> bool:
    """Whether a name is written from its first to its last character with a few left out or one wrong: 高标农田."""
    ends = fit.covered[0] == form.first and fit.covered[-1] == form.last - 1
    enough = len(fit.covered) >= 4 and 3 * len(fit.covered) >= 2 * (form.last - form.first)
    return ends and enough and not fit.alike


def _mostly_exact(fit: Fit) -> bool:
    return 2 * (len(fit.alike) + fit.wrong) <= len(fit.covered) and (not fit.wrong or len(fit.covered) >= 4)


def _unbroken(fit: Fit) -> int:
    longest = run = 1
    for before, place in pairwise(fit.covered):
        run = run + 1 if place == before + 1 else 1
        longest = max(longest, run)
    return longest


def _contradicted(sentence: Sentence, form: Form, fit: Fit) -> bool:
    """城北污水厂 is not 城南污水厂, though 污水厂 fits both; nor is 平澜县 the 平澜 of a hotel's name."""
    following = sentence.text[fit.end : fit.end + 1]
    if following and following in _DIVISIONS and form.text[fit.covered[-1] + 1 : fit.covered[-1] + 2] != following:
        return True
    if fit.start == 0 or fit.covered[0] == 0:
        return False
    said, meant = sentence.text[fit.start - 1], form.text[fit.covered[0] - 1]
    return said != meant and any(said in kind and meant in kind for kind in CRITICAL)


def _steps(sentence: Sentence, form: Form) -> dict[tuple[int, int], _Step]:
    steps: dict[tuple[int, int], _Step] = {}
    by_row: dict[int, list[int]] = {}
    pairs = sorted((i, j) for j, sound in enumerate(form.sound) for i in sentence.places.get(sound, ()))
    for i, j in pairs:
        own = 1.0 if sentence.text[i] == form.text[j] else _SAME_SOUND
        if own < 1.0 and _rivals(sentence.text[i], form.text[j]):
            continue
        best = _Step(own, None) if _may_begin(form, j) else _Step(-1.0, None)
        _extend(best, own, i, j, steps, by_row, sentence, form)
        if best.score > 0:
            steps[i, j] = best
            by_row.setdefault(i, []).append(j)
    return steps


def _extend(
    best: _Step,
    own: float,
    i: int,
    j: int,
    steps: dict[tuple[int, int], _Step],
    by_row: dict[int, list[int]],
    sentence: Sentence,
    form: Form,
) -> None:
    for before in by_row.get(i - 1, ()):
        if before == j - 1 or (own == 1.0 and _may_follow(form, before, j)):
            _offer(best, steps, (i - 1, before), own - (0 if before == j - 1 else _GAP), 0)
    if own == 1.0 and (i - 2, j - 2) in steps and _may_be_wrong(sentence.text[i - 1], form.text[j - 1]):
        _offer(best, steps, (i - 2, j - 2), own + _WRONG, 1)
    if i >= 2 and sentence.text[i - 1] in _FILLERS:
        for before in by_row.get(i - 2, ()):
            if own == 1.0 and _may_follow(form, before, j):
                _offer(best, steps, (i - 2, before), own + _SKIPPED_FILLER, 0)


def _offer(best: _Step, steps: dict[tuple[int, int], _Step], place: tuple[int, int], gain: float, wrong: int) -> None:
    earlier = steps[place]
    if earlier.score + gain > best.score and earlier.wrong + wrong <= 1:
        best.score = earlier.score + gain
        best.came_from = place
        best.wrong = earlier.wrong + wrong


def _may_begin(form: Form, j: int) -> bool:
    piece = form.parts[form.part_of[j]]
    return j == piece.start or piece.part in (Part.OWN, Part.ORDINAL, Part.CODE)


def _may_follow(form: Form, before: int, j: int) -> bool:
    """After a gap people go on at the head of a part or with its last character (园 for 产业园)."""
    piece = form.parts[form.part_of[j]]
    return before < j and j in (before + 1, piece.start, piece.end - 1)


def _may_be_wrong(written: str, meant: str) -> bool:
    return written.isalpha() and meant.isalpha() and not _rivals(written, meant)


def _rivals(written: str, meant: str) -> bool:
    return any(written in kind and meant in kind for kind in CRITICAL) or meant.isascii() or written.isascii()


def _trace(sentence: Sentence, form: Form, steps: dict[tuple[int, int], _Step], place: tuple[int, int]) -> Fit:
    path: list[tuple[int, int]] = []
    current: tuple[int, int] | None = place
    while current is not None:
        path.append(current)
        current = steps[current].came_from
    path.reverse()
    alike = frozenset(j for i, j in path if sentence.text[i] != form.text[j])
    covered = tuple(j for _, j in path)
    return Fit(path[0][0], path[-1][0] + 1, covered, alike, steps[place].wrong)


def _worth(form: Form, piece: Piece, places: list[int], alike: frozenset[int]) -> float:
    size = piece.end - piece.start
    whole = len(places) == size
    match piece.part:
        case Part.OWN:
            letters = sum(0.6 if form.text[place] in COMMON else 1.0 for place in places)
            if len(places) == 1 and size > 1:
                return 0.2 if places[0] in alike else 0.5
            return letters + (0.3 if whole and size > 1 else 0)
        case Part.CODE:
            return 2.0 if whole else 0.0
        case Part.PLACE:
            return (1.2 if piece.start == form.first else 0.8) if whole else 0.4
        case Part.TRADE:
            if len(places) == 1 and places[0] in alike:
                return 0.2
            return 1.0 if whole else 0.8 if len(places) > 1 else 0.6
        case Part.HEAD | Part.ORDINAL:
            return 0.6
        case Part.PHASE:
            return 0.6 if whole else 0.0
        case _:
            return 0.2 if whole else 0.1
