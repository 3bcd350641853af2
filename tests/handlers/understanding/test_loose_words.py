"""Orders and verdicts as they stand in free speech: in a phrase of their own, beside what they are about."""

from __future__ import annotations

import pytest

from handlers.understanding.approval import has_condition, read_apart, read_approval
from handlers.understanding.courtesy import is_admonition
from handlers.understanding.orders import find_numbered, read_loose_order

_VERBS = {"销号": "close", "销": "close", "关": "close", "验收": "report", "退": "return"}


@pytest.mark.parametrize(
    ("words", "verb", "remark"),
    [
        ("核实过了 ISS-2的意见书出了 同意销号", "close", "核实过了，的意见书出了"),
        ("ISS-2我看可以关了", "close", ""),
        ("ISS-2给关了吧", "close", ""),
        ("进厂路通了 ISS-2可以验收了", "report", "进厂路通了"),
        ("ISS-2退了吧 东头没弄完", "return", "东头没弄完"),
    ],
)
def test_an_order_may_stand_in_a_phrase_of_its_own(words: str, verb: str, remark: str) -> None:
    named = find_numbered(words, "ISS-{n}")
    assert named is not None
    order = read_loose_order(words, named.span, _VERBS)
    assert order is not None
    assert (order.verb, order.remark) == (verb, remark)


@pytest.mark.parametrize(
    "words", ["ISS-2先别销 我下周再去", "ISS-2销了没有", "ISS-2还卡着 缺地勘报告", "ISS-2先留着别关"]
)
def test_what_is_asked_or_not_to_be_done_is_no_order(words: str) -> None:
    named = find_numbered(words, "ISS-{n}")
    assert named is not None
    assert read_loose_order(words, named.span, _VERBS) is None


@pytest.mark.parametrize(
    ("words", "agreed", "remark"),
    [
        ("看过了 可以报", True, ""),
        ("这议题可以上", True, ""),
        ("二院月报我看了 可以", True, ""),
        ("自然资源局要拖的那个 DB-01 延期我同意", True, ""),
        ("把进厂路写细点再报", False, "把进厂路写细点再报"),
        ("投资数跟统计局对一下再报", False, "投资数跟统计局对一下再报"),
        ("这版不行 数没核", False, "数没核"),
        ("先不同意延期", False, ""),
    ],
)
def test_what_waits_may_be_named_before_the_verdict(words: str, agreed: bool, remark: str) -> None:
    read = read_approval(words, ["二院", "自然资源局", "DB-01"])
    assert read is not None
    assert (read.agreed, read.remark) == (agreed, remark)


@pytest.mark.parametrize("words", ["今天到二院工地看了看 外墙可以", "等我看了再报", "城北路通了没有"])
def test_a_visit_or_a_question_is_no_verdict(words: str) -> None:
    assert read_approval(words, ["二院", "城北"]) is None


def test_a_leave_is_decided_among_other_phrases() -> None:
    read = read_apart("何局去看病 准假 让他安心治", ["何局"])
    assert read is not None and read.said_yes
    assert read_apart("秦勇的准 郭峰的不准", ["秦勇", "郭峰"]) is None
    assert not has_condition("让他好好养病")
    assert has_condition("让副局长来听听")


def test_words_to_everybody_are_no_report() -> None:
    assert is_admonition("各位抓紧把自家的材料弄弄 别等到最后一天")
    assert not is_admonition("各村都把沟渠清完了")
