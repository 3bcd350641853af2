"""The five matters of a reply (ZZ-19), in labelled and in free form, and replies that say nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from handlers.understanding.refs import find_notice_ref, find_problem_ref
from handlers.understanding.reply import ReplyRead, is_empty_reply, read_reply
from handlers.understanding.reply_patterns import ITEM_NAMES, Item
from handlers.understanding.text import normalise

Workday = Callable[[date], bool]

FREE = (
    "DB-07回复：办法是先签占补协议分两批交地，我局牵头，分管领导李卫东，责任人耕保股孙涛，"
    "9月28号前交第一批20亩，10月15号前全部交完"
)


def _five(read: ReplyRead) -> tuple[str | None, str | None, str | None, str | None, str | None]:
    deadline = read.deadline.isoformat() if read.deadline else None
    return read.measure, read.unit, read.leader, read.person, deadline


def test_a_free_reply_is_read_in_full(now: datetime, is_workday: Workday) -> None:
    """C07."""
    read = read_reply(FREE, sent=now, is_workday=is_workday)
    assert _five(read) == ("先签占补协议分两批交地", "我局", "李卫东", "耕保股孙涛", "2026-10-15")
    assert [(step.date.isoformat(), step.words) for step in read.milestones] == [
        ("2026-09-28", "9月28号前交第一批20亩"),
        ("2026-10-15", "10月15号前全部交完"),
    ]
    assert read.missing == ()


@pytest.mark.parametrize(
    ("words", "five"),
    [
        (
            "解决办法：与村委会签订补偿协议\n责任单位：县自然资源局\n责任领导：李卫东\n"
            "责任人：孙涛 13800000000\n解决时限：10月15日前",
            ("与村委会签订补偿协议", "县自然资源局", "李卫东", "孙涛", "2026-10-15"),
        ),
        (
            "1.解决办法：先清表后交地，分两批。2.责任单位：自然资源局；3.责任领导：李卫东副局长；4.责任人：孙涛；5.解决时限：2026年10月15日",
            ("先清表后交地，分两批", "自然资源局", "李卫东副局长", "孙涛", "2026-10-15"),
        ),
        (
            "平重办督〔2026〕7号复函：责任单位为县自然资源局，责任领导李卫东，时限10月15日",
            (None, "县自然资源局", "李卫东", None, "2026-10-15"),
        ),
        (
            "由县自然资源局牵头，李卫东副局长负责，孙涛具体负责，先拆迁3户再交地，月底前完成",
            ("先拆迁3户再交地", "县自然资源局", "李卫东副局长", "孙涛", "2026-09-30"),
        ),
        (
            "7号督办的回复如下：我们派人驻场，跟村里签协议，李局牵头",
            ("我们派人驻场，跟村里签协议", None, "李局", None, None),
        ),
        (
            "办法：增派两台挖机，昼夜施工。责任人：王五（施工员）",
            ("增派两台挖机，昼夜施工", None, None, "王五（施工员）", None),
        ),
        ("我单位负责，分管副局长赵强，10月底完成", (None, "我单位", "赵强", None, "2026-10-31")),
        ("收到，25号前一定解决，孙涛负责", (None, None, None, "孙涛", "2026-09-25")),
        ("变压器月底前装上", ("变压器月底前装上", None, None, None, "2026-09-30")),
        ("责任人孙涛具体负责", (None, None, None, "孙涛", None)),
        ("收到，我们正在积极协调，尽快解决", (None, None, None, None, None)),
        ("负责人表示同意", (None, None, None, None, None)),
        ("责任人：耕保股股长孙涛、副股长马腾", (None, None, None, "耕保股股长孙涛、副股长马腾", None)),
        ("解决时限：10月15日前签完协议", (None, None, None, None, "2026-10-15")),
        ("解决办法改为9月底先交20亩、10月交22亩", ("9月底先交20亩、10月交22亩", None, None, None, "2026-10-31")),
        (
            "DB-01回复：解决办法改为9月底先交20亩、10月交22亩",
            ("9月底先交20亩、10月交22亩", None, None, None, "2026-10-31"),
        ),
        ("办法是10月15号前完成", (None, None, None, None, "2026-10-15")),
        (
            "关于长重督〔2026〕1号的回复：一、解决办法：先签占补协议；二、责任单位：自然资源局",
            ("先签占补协议", "自然资源局", None, None, None),
        ),
        ("关于42亩地的回复：办法是先签占补协议分两批交地", ("先签占补协议分两批交地", None, None, None, None)),
    ],
)
def test_a_reply_settles_what_it_says_and_no_more(
    words: str, five: tuple[str | None, ...], now: datetime, is_workday: Workday
) -> None:
    assert _five(read_reply(normalise(words), sent=now, is_workday=is_workday)) == five


def test_what_is_missing_is_named_in_the_order_of_the_notice(now: datetime, is_workday: Workday) -> None:
    read = read_reply("我局牵头，10月15日前交完", sent=now, is_workday=is_workday)
    assert [ITEM_NAMES[item] for item in read.missing] == ["解决办法", "责任领导", "责任人"]


def test_each_item_points_at_its_words(now: datetime, is_workday: Workday) -> None:
    read = read_reply(FREE, sent=now, is_workday=is_workday)
    assert all(FREE[span.start : span.end] == span.words for span in read.spans.values())
    assert read.spans[Item.DEADLINE].words == "10月15号前"


def test_a_label_without_its_colon_ends_the_measure(now: datetime, is_workday: Workday) -> None:
    text = "DB-01 解决办法：9月25日前出方案报批；责任单位水利局；责任领导方正；责任人建设股李明；9月30日前完成"
    read = read_reply(text, sent=now, is_workday=is_workday)
    assert (read.measure, read.unit, read.leader, read.person) == (
        "9月25日前出方案报批",
        "水利局",
        "方正",
        "建设股李明",
    )
    assert read.deadline == date(2026, 9, 30)


def test_a_step_already_past_is_no_deadline(now: datetime, is_workday: Workday) -> None:
    read = read_reply("9月10日已开会，责任人孙涛", sent=now, is_workday=is_workday)
    assert (read.deadline, read.milestones) == (None, ())


def test_a_report_of_progress_is_not_a_deliberate_reply(now: datetime, is_workday: Workday) -> None:
    report = read_reply("213开挖400米，施工单位负责铺管，10月15号前完成", sent=now, is_workday=is_workday)
    reply = read_reply("办法是分两批交地，10月15号前完成", sent=now, is_workday=is_workday)
    assert (report.is_deliberate, reply.is_deliberate) == (False, True)


@pytest.mark.parametrize(
    ("asked", "words", "value"),
    [
        (Item.LEADER, "李卫东", "李卫东"),
        (Item.LEADER, "李卫东副局长", "李卫东副局长"),
        (Item.PERSON, "就是孙涛", "孙涛"),
        (Item.PERSON, "耕保股孙涛", "耕保股孙涛"),
        (Item.PERSON, "孙涛负责", "孙涛"),
        (Item.UNIT, "自然资源局", "自然资源局"),
        (Item.UNIT, "我局", "我局"),
        (Item.UNIT, "由县住建局牵头", "县住建局"),
        (Item.MEASURE, "先签协议再交地", "先签协议再交地"),
        (Item.DEADLINE, "月底", "月底"),
        (Item.LEADER, "尽快", None),
        (Item.PERSON, "待定", None),
        (Item.PERSON, "月底前", None),
        (Item.UNIT, "不知道", None),
        (Item.MEASURE, "正在协调", None),
        (Item.DEADLINE, "尽快", None),
        (Item.MEASURE, "责任人：耕保股股长孙涛、副股长马腾", None),
        (Item.MEASURE, "责任人是孙涛", None),
        (Item.MEASURE, "责任单位自然资源局", None),
        (Item.LEADER, "责任人：孙涛", None),
    ],
)
def test_an_answer_to_the_item_asked_for_is_taken_as_that_item(
    asked: Item, words: str, value: str | None, now: datetime, is_workday: Workday
) -> None:
    read = read_reply(words, sent=now, is_workday=is_workday, asked=asked)
    span = read.spans.get(asked)
    assert (span.words if span else None) == value


@pytest.mark.parametrize(
    "words",
    [
        "收到，我们正在积极协调，尽快解决", "收到", "高度重视，正在处理中", "我局高度重视，正在抓紧办理",
        "请领导放心，马上落实",
        "DB-07回复：正在推进", "明白，尽快", "督办这个事我们正在研究",
    ],
)  # fmt: skip
def test_a_reply_that_says_nothing_is_told_from_one_that_does(words: str) -> None:
    """C08."""
    assert is_empty_reply(words)


@pytest.mark.parametrize(
    "words",
    [
        "收到，本周内解决", "我局牵头办理", "213现在啥情况", "城北路堵了，正在协调", "纺织园一期完成60%", "我的待办",
        "尽快是多快？",
        "责任人孙涛，正在协调",
    ],
)  # fmt: skip
def test_a_reply_a_report_or_a_question_is_not_empty(words: str) -> None:
    assert not is_empty_reply(words)


@pytest.mark.parametrize(
    ("words", "number", "full", "span"),
    [
        ("DB-07回复：", 7, None, "DB-07"),
        ("db07销号", 7, None, "db07"),
        ("7号督办咋样了", 7, None, "7号督办"),
        ("督办7号", 7, None, "督办7号"),
        ("第三号督办通知书", 3, None, "第三号督办通知书"),
        ("关于平重办督[2026]12号的复函", 12, "平重办督〔2026〕12号", "平重办督[2026]12号"),
        ("对平重办督〔2026〕7号的回复", 7, "平重办督〔2026〕7号", "平重办督〔2026〕7号"),
        ("这个督办我们收到了", None, None, "这个督办"),
        ("关于长重督〔2026〕1号的回复：", 1, "长重督〔2026〕1号", "长重督〔2026〕1号"),
        ("长重督〔2026〕1号复函：", 1, "长重督〔2026〕1号", "长重督〔2026〕1号"),
    ],
)
def test_a_notice_is_named_in_many_ways(words: str, number: int | None, full: str | None, span: str) -> None:
    ref = find_notice_ref(words)
    assert ref is not None
    assert (ref.number, ref.full, ref.span.words) == (number, full, span)
    assert words[ref.span.start : ref.span.end] == span


@pytest.mark.parametrize("words", ["挂牌督办P05 42亩交地", "今天7号", "7号楼封顶", "db"])
def test_what_names_no_notice_is_not_one(words: str) -> None:
    assert find_notice_ref(words) is None


def test_a_problem_is_named_by_its_number() -> None:
    found = [find_problem_ref(words) for words in ("ISS-31销号", "31号问题咋样", "WT31", "问题解决了")]
    assert [ref.number if ref else None for ref in found] == [31, 31, 31, None]
