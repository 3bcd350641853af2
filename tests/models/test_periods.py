"""Periods as people say them."""

from __future__ import annotations

import pytest

from models.periods import period_words


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("2026-09", "2026年9月"),
        ("2026-W08", "2026年第8周"),
        ("2026-Q3", "2026年第三季度"),
        ("2026-09-H1", "2026年9月上半月"),
        ("2026-09-H2", "2026年9月下半月"),
        ("2026-H1", "2026年上半年"),
        ("2026-H2", "2026年下半年"),
        ("2026", "2026年"),
        ("event", "event"),
    ],
)
def test_periods_are_said_in_chinese(label: str, words: str) -> None:
    assert period_words(label) == words
