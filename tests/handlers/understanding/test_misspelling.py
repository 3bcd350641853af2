"""A whole name with a slip is found, what may be another's is doubtful; among many nothing less is certain."""

from __future__ import annotations

import itertools

import pytest

from handlers.understanding.misspelling import find_misspelt
from handlers.understanding.names import Name, NameIndex, Verdict, decide
from handlers.understanding.sounds import sounded

_NAME = "柳园乡大潘沟村天然气管网二标段"


@pytest.mark.parametrize(
    ("said", "slips", "doubtful"),
    [
        ("到柳园乡大潘沟村天然气管网二标段了", 0, False),
        ("到柳院乡大潘沟村天然气管网二标段了", 1, False),
        ("柳园乡大潘沟天然气管网二标段还那样", 1, False),
        ("柳园乡大潘沟村天然气灌网二标段", 1, False),
        ("柳园乡大潘沟村天然气管网一标段", 1, True),
        ("柳园乡小潘沟村天然气管网二标段", 1, True),
        ("柳园乡大潘沟东村天然气管网二标段", 1, True),
    ],
)
def test_slips_are_counted_and_another_name_is_doubted(said: str, slips: int, doubtful: bool) -> None:
    found = find_misspelt(said, sounded(said), _NAME)
    assert found is not None
    assert (found.slips, found.doubtful) == (slips, doubtful)


@pytest.mark.parametrize("said", ["柳园乡大潘沟村", "天然气管网二标段", "路又叫堵住了 拉设备的车进不去"])
def test_a_piece_of_a_name_is_not_the_name(said: str) -> None:
    assert find_misspelt(said, sounded(said), _NAME) is None


@pytest.fixture(scope="module")
def many() -> NameIndex:
    towns = [f"{a}{b}乡" for a, b in itertools.product("柳杨枣槐桃青白清龙马", "园河桥店陵集庄")]
    works = ("天然气管网一标段", "天然气管网二标段", "污水处理厂", "污水处理厂提标改造工程", "中心小学综合楼")
    names = [f"{town}{side}潘沟村{work}" for town in towns for side in ("大", "小") for work in works]
    return NameIndex(Name(name, name) for name in names)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("柳院乡大潘沟村天然气管网二标段那路又叫堵住了", "柳园乡大潘沟村天然气管网二标段"),
        ("到枣店乡大潘沟村中心小雪综合楼了", "枣店乡大潘沟村中心小学综合楼"),
        ("枣店乡大潘沟村污水处理厂 9月完成投资230万", "枣店乡大潘沟村污水处理厂"),
        ("枣店乡大潘沟村污水处理厂提标改造工呈完成六成", "枣店乡大潘沟村污水处理厂提标改造工程"),
    ],
)
def test_a_name_with_a_slip_is_certain_among_many(many: NameIndex, said: str, meant: str) -> None:
    decision = decide(many.find(said))
    assert (decision.verdict, decision.keys) == (Verdict.ONE, (meant,))


@pytest.mark.parametrize(
    "said",
    ["柳园乡潘沟村污水处理厂", "大潘沟村污水处理厂完成六成", "枣店乡大潘沟村天然气管网标段还那样", "潘沟村小学封顶"],
)
def test_what_fits_several_among_many_is_never_certain(many: NameIndex, said: str) -> None:
    assert decide(many.find(said)).verdict is not Verdict.ONE
