"""A sentence as the learned second opinion sees it: its pieces of one to four characters, names and numbers masked."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.understanding.text import Span

_PROJECT, _PERSON, _NUMBER = "\ue000", "\ue001", "#"  # signs that nobody types
_LONGEST = 4
_HAN = r"[\u4e00-\u9fff]"
_BY_POST = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=[和跟陪同与随替代让叫请找给])){_HAN}{{1,2}}?(?:副?县长|副?书记|副?局长|副?部长|副?主任|县长|局|总|部|工)(?!程|地|期|人|队|办|作|委|里|门|署)"
)
_NUMBERS = re.compile(r"\d+(?:\.\d+)?|[一二两三四五六七八九十百千零〇]{2,}")
_STOPS = re.compile(r"[\s，,。；;：:、！!…~～]+")


def masked(text: str, names: Sequence[Span] = ()) -> str:
    """Return a normalised text in which every project, person by post and number is a sign of its own."""
    for span in reversed(apart(names)):
        text = text[: span.start] + _PROJECT + text[span.end :]
    text = _BY_POST.sub(_PERSON, text.lower())
    return _STOPS.sub(" ", _NUMBERS.sub(_NUMBER, text)).strip()


def apart(spans: Sequence[Span]) -> list[Span]:
    """Return spans in order, without those that overlap an earlier one."""
    kept: list[Span] = []
    for span in sorted(spans):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def grams_of(words: str) -> list[str]:
    """Return the pieces of a masked text, each once, its beginning and end marked."""
    whole = f"^{words}$"
    sizes = range(1, _LONGEST + 1)
    return list(dict.fromkeys(whole[at : at + size] for size in sizes for at in range(len(whole) - size + 1)))
