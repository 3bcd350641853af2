"""Figures that words leave open, of another time, or of a change: none is taken for a figure reported."""

from __future__ import annotations

from decimal import Decimal

import pytest

from handlers.understanding.numbers import read_amounts
from handlers.understanding.text import normalise


@pytest.mark.parametrize(
    ("words", "figure", "choices"),
    [
        ("纺织园一期完成投资2300万到2500万之间", "month", [2300, 2500]),
        ("本月完成2300到2500万", "month", [2300, 2500]),
        ("累计0.23-0.25亿", "total", [2300, 2500]),
        ("本月不是500万就是600万", "month", [500, 600]),
        ("这个月投了两三百万", "month", [200, 300]),
        ("这个月投了好几百万", "month", []),
        ("形象进度可能40%也可能45%", "percent", [40, 45]),
        ("形象进度40%或者45%", "percent", [40, 45]),
        ("外墙40-45%", "percent", [40, 45]),
    ],
)
def test_a_figure_between_two_is_left_open(words: str, figure: str, choices: list[int]) -> None:
    read = read_amounts(normalise(words))
    assert [value for value, _ in read.either[figure]] == [Decimal(choice) for choice in choices]
    assert getattr(read, figure) is None


@pytest.mark.parametrize(
    ("words", "month", "total", "percent"),
    [
        ("形象进度由78%提高到82%", None, None, 82),
        ("形象进度从58%涨到61%", None, None, 61),
        ("上个月78%，这个月82%", None, None, 82),
        ("形象进度提高了4%", None, None, None),
        ("形象进度比上月提高4%，到82%", None, None, 82),
        ("增长4%到5%", None, None, None),
        ("累计由1.62亿增加到1.85亿", None, 18500, None),
        ("本月比上月多完成500万", None, None, None),
        ("上月完成1800万，本月2300万", 2300, None, None),
        ("本月计划完成1500万，实际完成1350万", 1350, None, None),
        ("没完成本月计划的500万 只干了320万", 320, None, None),
        ("这月没花啥钱 就二十万的设计费", 20, None, None),
        ("3.2万亩 已经整完2.7万亩", None, None, None),
    ],
)
def test_a_plan_a_change_and_another_time_are_not_the_figure(
    words: str, month: int | None, total: int | None, percent: int | None
) -> None:
    read = read_amounts(normalise(words))
    assert (read.month, read.total, read.percent) == (month, total, percent)
    assert not read.assumed


@pytest.mark.parametrize(
    ("words", "unitless"),
    [
        ("九月完成2300 累计18500", {"month", "total"}),
        ("本月投了两千三", {"month"}),
        ("形象进度82", {"percent"}),
        ("累计完成6台", set()),
    ],
)
def test_numbers_without_a_unit_are_told_apart(words: str, unitless: set[str]) -> None:
    assert set(read_amounts(normalise(words)).unitless) == unitless
