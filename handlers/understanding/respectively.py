"""Figures told of several projects in one go: 一期二期分别完成投资2300万和870万. Each gets its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.understanding.text import Span

_FIGURE = (
    r"(?:约|大概|近)?[\d一二两三四五六七八九十百千零点.]+(?:个?[多来])?"
    r"(?:%|万元?|亿元?|个亿|成|[台套根米片孔亩户吨块座眼栋])"
)
_EACH = re.compile(
    rf"(?:分别|各自?|依次)(?P<role>[^，。；,;\d]{{0,12}}?)(?P<figures>{_FIGURE}(?:[、和与跟，,\s]+(?:{_FIGURE}))+)"
)
_ONE = re.compile(_FIGURE)


def dealt_out(text: str, names: Sequence[Span]) -> list[str]:
    """Return for each project, in the order of its name before 分别, the words with its own figure; none otherwise."""
    found = _EACH.search(text)
    if found is None:
        return []
    figures = _ONE.findall(found["figures"])
    named = [name for name in names if name.end <= found.start()]
    if len(figures) != len(named) or len(named) != len(names) or len(figures) < 2:
        return []
    before, after = text[named[-1].end : found.start()], text[found.end() :]
    head = text[: named[0].start]
    return [
        f"{head}{name.words}{before}{found['role']}{figure}{after}" for name, figure in zip(named, figures, strict=True)
    ]
