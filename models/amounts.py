"""How amounts are shown: figures as people write them, never in exponents."""

from __future__ import annotations

from decimal import Decimal


def plain(value: float | int | Decimal) -> str:
    """Return a number without needless zeros: 18500, 12300.5."""
    if float(value).is_integer():
        return str(int(value))
    return f"{value:.4f}".rstrip("0").rstrip(".")
