"""Numbers of roads as they are spoken digit by digit: 二一三 for 213. Only what is a project's number is read so."""

from __future__ import annotations

import re
from collections.abc import Iterable

_DIGITS = dict(zip("零〇幺一二三四五六七八九", "001123456789", strict=True))
_RUN = re.compile(f"[{''.join(_DIGITS)}]{{3,}}")
_CODE = re.compile(r"(?<!\d)\d{3,}(?![\d年])")


def codes_in(names: Iterable[str]) -> frozenset[str]:
    """Return the numbers of three digits and more that names hold; a year is none."""
    return frozenset(code for name in names for code in _CODE.findall(name))


def in_digits(text: str, codes: frozenset[str]) -> str:
    """Return a text of the same length with spoken numbers of roads in digits: 二一三三标 becomes 213三标."""

    def digits(found: re.Match[str]) -> str:
        spoken = found.group()
        for length in range(len(spoken), 2, -1):
            code = "".join(map(_DIGITS.__getitem__, spoken[:length]))
            if code in codes:
                return code + spoken[length:]
        return spoken

    return _RUN.sub(digits, text) if codes else text
