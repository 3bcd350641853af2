"""What a short correction keeps: the day or the project that is meant, with its denial left out."""

from __future__ import annotations

import pytest

from handlers.understanding.moving import kept_part
from handlers.understanding.text import normalise


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("不是今天 是昨天去的", "昨天去"),
        ("记错了 是9月15号去的", "9月15号去"),
        ("日期错了 应该是前天", "前天"),
        ("搞错了 是城南不是城北", "城南"),
        ("不是城北，是城南", "城南"),
        ("说岔了 是二期不是一期", "二期"),
        ("日子弄错了 那是昨个的", "昨个"),
        ("时间我搞错了，是前天的", "前天"),
        ("日期填岔了 那趟是星期二去的", "星期二去"),
        ("记错了", None),
        ("日子弄错了", None),
        ("应该是前天", None),
        ("城南管沟挖了400米", None),
        ("这不是我们能定的事，得请县里出面协调，村里也没松口，还得再等等看吧", None),
    ],
)
def test_a_correction_is_left_with_what_it_puts_in_place(words: str, kept: str | None) -> None:
    assert kept_part(normalise(words)) == kept
