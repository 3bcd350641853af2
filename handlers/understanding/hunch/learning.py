"""Learn what sentences tell: ``python -m handlers.understanding.hunch.learning`` writes the weights anew.

`sentences/*.tsv` hold a line each: the sorts that hold of it (a problem with its category: ``problem:要素保障/用电``),
and a sentence with projects in 〔〕 and people in 〈〉. One logistic regression for each label, over pieces of text,
trained by stochastic gradient descent with the step of AdaGrad; the same sentences always give the same weights.
"""

from __future__ import annotations

import hashlib
import math
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from handlers.understanding.categories import Category
from handlers.understanding.hunch import SCALE, Sort, probability, table_path
from handlers.understanding.hunch.features import grams_of, masked
from handlers.understanding.text import Span, normalise

SENTENCES = Path(__file__).parent / "sentences"
_ROUNDS, _STEP, _DECAY, _SEED = 16, 0.4, 1e-4, 2026
_LEAST = 3  # sentences a piece stands in; what stands in fewer says little of others
_MARKED = re.compile(r"〔(.*?)〕|〈(.*?)〉")


class BadSentence(ValueError):
    """A line of the sentences that cannot be read."""


@dataclass(frozen=True)
class Sentence:
    """A sentence, masked, with what it tells; `category` is its problem's, where it is one kind for certain."""

    words: str
    sorts: frozenset[str]
    category: str = ""


def read_sentence(line: str) -> Sentence:
    """Read one line. Raises :class:`BadSentence`."""
    told, _, marked = line.partition("\t")
    named = [name.partition(":") for name in told.split(",")]
    sorts = {sort for sort, _, _ in named}
    category = next((category for _, _, category in named if category), "")
    if not marked.strip() or not sorts <= set(Sort) or category not in {"", *Category}:
        raise BadSentence(line)
    return Sentence(_masked(marked), frozenset(sorts), category)


def _masked(marked: str) -> str:
    text, spans, at = "", [], 0
    for found in _MARKED.finditer(marked):
        text += normalise(marked[at : found.start()])
        at = found.end()
        name = normalise(found[1] or found[2])
        if found[1]:
            spans.append(Span(len(text), len(text) + len(name), name))
        text += name
    return masked(text + normalise(marked[at:]), spans)


def read_sentences(folder: Path = SENTENCES) -> list[Sentence]:
    """Read all of them, in a fixed order."""
    lines = (line for path in sorted(folder.glob("*.tsv")) for line in path.read_text(encoding="utf-8").splitlines())
    return [read_sentence(line) for line in lines if line.strip()]


def learn_sorts(sentences: Sequence[Sentence]) -> str:
    """Return the table that tells sorts."""
    labels = [(sort.value, [sort in sentence.sorts for sentence in sentences]) for sort in Sort]
    return _learn([sentence.words for sentence in sentences], labels)


def learn_categories(sentences: Sequence[Sentence]) -> str:
    """Return the table that tells the category of a problem."""
    known = [sentence for sentence in sentences if sentence.category]
    labels = [(one.value, [sentence.category == one for sentence in known]) for one in Category]
    return _learn([sentence.words for sentence in known], labels)


def _learn(words: Sequence[str], labels: Sequence[tuple[str, Sequence[bool]]]) -> str:
    """Return a table: the mark of its sentences and the labels, what is known without a piece, a line for each."""
    pieces = [grams_of(one) for one in words]
    seen = Counter(gram for grams in pieces for gram in grams)
    kept = [[gram for gram in grams if seen[gram] >= _LEAST] for grams in pieces]
    learned = [_regress(kept, told) for _, told in labels]
    rows = [[digest(words), *(label for label, _ in labels)], ["", *(str(round(SCALE * bias)) for bias, _ in learned)]]
    for gram in sorted({gram for _, weights in learned for gram in weights}):
        row = [round(SCALE * weights.get(gram, 0.0)) for _, weights in learned]
        if any(row):
            rows.append([gram, *map(str, row)])
    return "".join("\t".join(row) + "\n" for row in rows)


def digest(words: Sequence[str]) -> str:
    """Return a mark of the sentences a table was made of, so that a test sees when one is older than they are."""
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:16]


def _regress(pieces: Sequence[Sequence[str]], told: Sequence[bool]) -> tuple[float, dict[str, float]]:
    """Return the bias and the weights of one label."""
    order, chance = list(range(len(pieces))), random.Random(_SEED)
    bias, weights, steps = 0.0, dict[str, float](), dict[str, float]()
    for _ in range(_ROUNDS):
        chance.shuffle(order)
        for at in order:
            grams = pieces[at]
            if not grams:
                continue
            error = told[at] - probability(bias + sum(weights.get(gram, 0.0) for gram in grams))
            bias += 0.02 * error
            size = math.sqrt(len(grams))
            for gram in grams:
                steps[gram] = steps.get(gram, 1.0) + error * error
                moved = _STEP * error / math.sqrt(steps[gram]) / size
                weights[gram] = weights.get(gram, 0.0) * (1 - _DECAY) + moved
    return bias, weights


def main() -> None:
    """Write the tables."""
    sentences = read_sentences()
    table_path("sorts").write_text(learn_sorts(sentences), encoding="utf-8")
    table_path("categories").write_text(learn_categories(sentences), encoding="utf-8")


if __name__ == "__main__":
    main()
