"""明显滞后 by the three presets, at their edges (A16)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.indicators import PRESETS, lag_word
from models.request import is_empty_suggestion

SHARES = st.decimals(0, 130, places=1)


@pytest.mark.parametrize(
    ("preset", "done", "elapsed", "word"),
    [
        ("yinchuan", 60, 70, "黄"),
        ("yinchuan", "60.1", 70, ""),
        ("yinchuan", 40, 70, "黄"),
        ("yinchuan", "39.9", 70, "红"),
        ("sanya", 70, 70, ""),
        ("sanya", 35, 70, "黄"),
        ("sanya", "34.9", 70, "红"),
        ("xinhuang", 56, 70, ""),
        ("xinhuang", "55.9", 70, "跟踪"),
        ("xinhuang", "41.9", 70, "黄牌"),
        ("none", 0, 70, ""),
    ],
)
def test_each_preset_judges_as_its_place_does(preset: str, done: object, elapsed: int, word: str) -> None:
    assert lag_word(preset, Decimal(str(done)), Decimal(elapsed)) == word


@given(st.sampled_from(sorted(PRESETS)), SHARES, SHARES)
def test_whoever_is_level_with_the_calendar_is_never_behind(preset: str, done: Decimal, elapsed: Decimal) -> None:
    if done >= elapsed:
        assert lag_word(preset, done, elapsed) == ""


@pytest.mark.parametrize(
    ("words", "empty"),
    [
        ("", True),
        ("请领导尽快协调解决", True),
        ("请县政府统筹研究，大力支持", True),
        ("建议加大协调力度", True),
        ("由自然资源局调剂30亩指标，10月底前批复", False),
        ("请财政局按每亩1800元追加补偿", False),
    ],
)
def test_a_suggestion_that_suggests_nothing_is_none(words: str, empty: bool) -> None:
    assert is_empty_suggestion(words) is empty
