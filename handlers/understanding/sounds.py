"""How a character sounds, folded as voice input confuses it: zh/z, ch/c, sh/s, ing/in, eng/en are one."""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cache

_FOLDS = ((re.compile(r"^([zcs])h"), r"\1"), (re.compile(r"(?<=[ie])ng$"), "n"))


def sounded(text: str) -> str:
    """Return the text with every character replaced by one that stands for its folded sound.

    Two texts of one length sound alike where the results agree; a character outside Chinese stands for itself.
    """
    return text.translate(_representatives())


@cache
def _representatives() -> dict[int, int]:
    first: dict[str, int] = {}
    return {code: first.setdefault(_folded(reading), code) for code, reading in _readings().items()}


def _readings() -> dict[int, str]:
    # We read single characters only; the dictionary of phrases would cost 44 MB and 0.13 s.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
    from pypinyin.pinyin_dict import pinyin_dict

    return {code: readings.split(",")[0] for code, readings in sorted(pinyin_dict.items()) if 0x4E00 <= code <= 0x9FFF}


def _folded(reading: str) -> str:
    decomposed = unicodedata.normalize("NFD", reading)
    plain = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    for pattern, replacement in _FOLDS:
        plain = pattern.sub(replacement, plain)
    return plain


def spelt_sounds(letters: str) -> list[tuple[str, int]]:
    """Return the sounds that pinyin spells, each as a character that stands for it and where it begins.

    Empty where the letters spell fewer than two sounds.
    """
    known = _by_reading()
    found: list[tuple[str, int]] = []
    at = 0
    while at < len(letters):
        for length in range(min(6, len(letters) - at), 0, -1):
            sound = known.get(_folded(letters[at : at + length]))
            if sound and (length > 1 or letters[at] in "aeo"):
                found.append((sound, at))
                at += length
                break
        else:
            return []
    return found if len(found) > 1 else []


@cache
def _by_reading() -> dict[str, str]:
    return {_folded(reading): chr(_representatives()[code]) for code, reading in _readings().items()}
