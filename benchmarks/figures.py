"""Medians, ratios, and how they are printed."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Round = Mapping[str, float]


def median_of(rounds: Sequence[Round], name: str) -> float:
    """Return the median of one figure."""
    return statistics.median(one[name] for one in rounds)


def ratio_of(rounds: Sequence[Round], peers: Sequence[Round], name: str) -> tuple[float, float, float]:
    """Return the median, lowest and highest ratio to the peer in the same round."""
    ratios = [one[name] / peer[name] for one, peer in zip(rounds, peers, strict=True) if peer[name]]
    return statistics.median(ratios), min(ratios), max(ratios)


@dataclass
class Report:
    """What one measure found: rows of a table, and faults that take its figures' meaning away."""

    name: str
    title: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, **row: Any) -> None:
        """Add a row."""
        self.rows.append(row)

    def as_lines(self) -> str:
        """Return JSON lines, a row each."""
        bad = {"faults": self.faults} if self.faults else {}
        return "\n".join(json.dumps({"measure": self.name, **row, **bad}, ensure_ascii=False) for row in self.rows)

    def as_table(self) -> str:
        """Return a plain table."""
        columns = list(dict.fromkeys(name for row in self.rows for name in row))
        cells = [columns, *([_shown(row.get(name)) for name in columns] for row in self.rows)]
        widths = [max(len(line[place]) for line in cells) for place in range(len(columns))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in cells]
        lines.insert(1, "  ".join("-" * width for width in widths))
        said = [f"  {note}" for note in self.notes] + [f"  FAULT: {fault}" for fault in self.faults]
        return "\n".join([f"{self.name}: {self.title}", *(line.rstrip() for line in lines), *said])


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)


def spread(ratio: tuple[float, float, float]) -> str:
    """Return a ratio as median and range."""
    return f"{ratio[0]:.2f} ({ratio[1]:.2f}-{ratio[2]:.2f})"
