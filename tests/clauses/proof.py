"""How a test says which clause of the notices it proves; `docs/clauses.md` is made from these marks."""

from __future__ import annotations

import pytest


def proves(*clauses: str) -> pytest.MarkDecorator:
    """Mark a test as the proof of clauses (`DC-16`): through the wire or the clock where a person or a date acts."""
    return pytest.mark.clause(*clauses)
