"""How short answers put days and lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

LINES = 5
_WEEKDAYS = "一二三四五六日"


def day(value: date) -> str:
    """Say a day: 9月21日（周一）."""
    return f"{value.month}月{value.day}日（周{_WEEKDAYS[value.weekday()]}）"


def five(lines: Sequence[str]) -> list[str]:
    """Keep an answer at five lines and say what was left out."""
    if len(lines) <= LINES:
        return list(lines)
    return [*lines[: LINES - 1], f"……另有{len(lines) - LINES + 1}项"]


def listed(names: Sequence[str], most: int = 6) -> str:
    """Put names in a row, the first few and how many there are."""
    return "、".join(names[:most]) + (f"等{len(names)}家" if len(names) > most else "")
