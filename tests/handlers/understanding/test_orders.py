"""Orders about numbered things, and whether two reports speak of the same problem."""

from __future__ import annotations

import pytest

from handlers.understanding.likeness import same_problem
from handlers.understanding.orders import Order, find_numbered, looked_back, read_order

VERBS = {"销号": "close", "申请销号": "request", "退回": "return", "办完了": "request", "回头看": "look"}


@pytest.mark.parametrize(
    ("text", "number"),
    [("JB-3办完了", "JB-3"), ("jb3销号", "JB-3"), ("把JB—03退回", "JB-3"), ("JB 12", "JB-12")],
)
def test_a_number_is_found_however_it_is_typed(text: str, number: str) -> None:
    found = find_numbered(text, "JB-{n}")
    assert found is not None and found.number == number


@pytest.mark.parametrize(
    ("text", "pattern"),
    [("AJB-3", "JB-{n}"), ("JB-", "JB-{n}"), ("DB-3", "JB-{n}"), ("议〔2026〕3号", "议〔{year}〕{n}号外")],
)
def test_what_is_not_such_a_number_is_not_taken_for_one(text: str, pattern: str) -> None:
    assert find_numbered(text, pattern) is None


def test_a_countys_own_form_is_read_with_its_year() -> None:
    found = find_numbered("请看议〔2026〕03号", "议〔{year}〕{n}号")
    assert found is not None and found.number == "议〔2026〕3号"


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("JB-3办完了：42亩已交", Order("request", "42亩已交")),
        ("把JB-3销号", Order("close", "")),
        ("销号JB-3 现场核实已交", Order("close", "现场核实已交")),
        ("JB-3申请销号，附照片", Order("request", "附照片")),
        ("退回JB-3 没写清楚", Order("return", "没写清楚")),
    ],
)
def test_an_order_is_read_with_its_remark(text: str, order: Order) -> None:
    found = find_numbered(text, "JB-{n}")
    assert found is not None and read_order(text, found.span, VERBS) == order


@pytest.mark.parametrize("text", ["JB-3销号了吗", "JB-3办完了没有", "昨天开会说JB-3要快点办", "JB-3啥情况"])
def test_a_question_or_talk_is_no_order(text: str) -> None:
    found = find_numbered(text, "JB-{n}")
    assert found is not None and read_order(text, found.span, VERBS) is None


def test_a_look_back_archives_or_reopens() -> None:
    assert looked_back(Order("look", "属实，路通着")) == Order("archive", "路通着")
    assert looked_back(Order("look", "路又堵了")) == Order("reopen", "路又堵了")


@pytest.mark.parametrize(
    ("new", "old", "category", "same"),
    [
        ("那路又叫堵住了，车进不去", "村民堵路", "施工环境/阻挠施工", True),
        ("拉设备的车进不去，村民堵着路口", "村民堵着路口拉设备的车进不去", "施工环境/阻挠施工", True),
        ("塔吊坏了一台", "电梯设备没到货", "设计施工", False),
        ("又有一批设备没到", "塔吊坏了一台", "设计施工", False),
        ("还是那个事", "还是那个事", "其他", False),
    ],
)
def test_the_same_problem_is_recognised_and_another_is_not(new: str, old: str, category: str, same: bool) -> None:
    assert same_problem(new, old, category, category) is same
