"""Short numbers as they are spoken (JB杠一), and a notice pointed at without its number."""

from __future__ import annotations

import pytest

from handlers.understanding.approval import read_approval
from handlers.understanding.refs import find_notice_ref, in_written_codes


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("那个JB杠一吧能不能再缓几天", "那个JB-1吧能不能再缓几天"),
        ("db杠零七签收", "DB-7签收"),
        ("ISS杠十二解决了", "ISS-12解决了"),
        ("DB横杠3收到", "DB-3收到"),
        ("双杠一根都没装", "双杠一根都没装"),
        ("JB一个都没办完", "JB一个都没办完"),
        ("DB-07签收", "DB-07签收"),
    ],
)
def test_a_number_is_written_as_it_is_spoken(spoken: str, written: str) -> None:
    assert in_written_codes(spoken) == written


def test_a_notice_is_pointed_at_as_that_matter() -> None:
    reference = find_notice_ref("督办那事 地都腾出来了")
    assert reference is not None and reference.number is None
    assert find_notice_ref("挂牌督办有几个") is None
    assert find_notice_ref("督办的是啥事") is None


@pytest.mark.parametrize(
    "words", ["行这个我看了没啥改的就这么着往上报", "我看过了没啥要改的 就这么报", "中就这么着上报吧"]
)
def test_nothing_to_change_is_consent(words: str) -> None:
    read = read_approval(words)
    assert read is not None and read.agreed


@pytest.mark.parametrize("words", ["行这个我看了数还得改", "没啥改的地方可讲", "行人路没铺"])
def test_what_is_to_change_is_no_consent(words: str) -> None:
    read = read_approval(words)
    assert read is None or not read.agreed
