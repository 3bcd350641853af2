"""How answers are put: days with their weekday, at most five lines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

LINES = 5
_WEEKDAYS = "一二三四五六日"


def dated(day: date) -> str:
    """Say a day with its weekday: 9月21日（周一）."""
    return f"{day.month}月{day.day}日（周{_WEEKDAYS[day.weekday()]}）"


def five(lines: Sequence[str], measure: str = "项", how: str = "", most: int = LINES) -> list[str]:
    """Keep an answer at five lines, or at `most`; say how many were left out, and `how` they are seen."""
    if len(lines) <= most:
        return list(lines)
    return [*lines[: most - 1], f"……另有{len(lines) - most + 1}{measure}{'，' + how if how else ''}"]


def packed(items: Sequence[str], separator: str = "；", width: int = 60) -> list[str]:
    """Put short items side by side, so that many fit into five lines."""
    lines: list[str] = []
    for item in items:
        if lines and len(lines[-1]) + len(item) < width:
            lines[-1] += separator + item
        else:
            lines.append(item)
    return lines


def some(names: Sequence[str], most: int = 8, measure: str = "个") -> str:
    """Name the first few and how many there are."""
    return "、".join(names[:most]) + (f"等{len(names)}{measure}" if len(names) > most else "")
