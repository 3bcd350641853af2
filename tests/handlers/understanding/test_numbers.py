"""Sums in 万元, percentages and areas, and what each of them is."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.numbers import read_amounts, read_areas, read_money, read_percents
from handlers.understanding.numerals import parse_number
from handlers.understanding.text import normalise


def _amount(words: str | None) -> Decimal | None:
    return None if words is None else Decimal(words)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("1,850", "1850"),
        ("1.85", "1.85"),
        ("两千零三", "2003"),
        ("一百二十三万", "1230000"),
        ("一亿八千万", "180000000"),
        ("廿五", "25"),
        ("壹佰", "100"),
        ("一万二", "12000"),
        ("三百五", "350"),
        ("三点五", "3.5"),
        ("二零二六", "2026"),
        ("十", "10"),
        ("零", "0"),
        ("二三十", None),
        ("几十", None),
        ("一百百", None),
        ("五点", None),
        ("万", None),
        ("", None),
    ],
)
def test_numbers_are_read_in_figures_and_in_words(words: str, number: str | None) -> None:
    assert parse_number(words) == _amount(number)


def in_words(number: int) -> str:
    """Write a number below 10**12 the way people read it out."""
    for unit, letter in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            rest = number % unit
            gap = "零" if 0 < rest < unit // 10 else ""
            return in_words(number // unit) + letter + gap + (in_words(rest) if rest else "")
    text = ""
    for unit, letter in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += "零一二三四五六七八九"[digit] + letter
        elif text and not text.endswith("零"):
            text += "零"
    return text.rstrip("零") or "零"


@given(st.integers(0, 10**12 - 1))
def test_what_is_written_in_words_is_read_back(number: int) -> None:
    assert parse_number(in_words(number)) == number


@given(st.decimals(min_value=0, max_value=99_999, places=2))
def test_a_sum_in_figures_is_read_back(number: Decimal) -> None:
    assert [money.value for money in read_money(f"本月完成{number}万元")] == [number]
    assert [money.value for money in read_money(f"累计{number}亿")] == [number * 10000]


@given(st.integers(1, 99_999_999))
def test_a_sum_in_words_is_read_back(number: int) -> None:
    words = in_words(number)
    found = read_money(f"累计{words}元")
    assert [money.value for money in found] == [Decimal(number) / 10000]


@given(st.text(alphabet="0123456789.,一二三十百千万亿元%成个多来半完成累计本月亩 ，", max_size=40))
def test_no_jumble_of_figures_breaks_the_reader(text: str) -> None:
    read = read_amounts(text)
    for span in read.spans.values():
        assert text[span.start : span.end] == span.words


@pytest.mark.parametrize(
    ("words", "value", "rough"),
    [
        ("2300万", "2300", False),
        ("2,300.5万元", "2300.5", False),
        ("1.85亿", "18500", False),
        ("1.85个亿", "18500", False),
        ("一亿八千五百万", "18500", False),
        ("1亿8500万", "18500", False),
        ("1亿8", "18000", False),
        ("半个亿", "5000", False),
        ("23000000元", "2300", False),
        ("5000块钱", "0.5", False),
        ("三万五", "3.5", False),
        ("300W", "300", False),
        ("三百来万", "300", True),
        ("两个多亿", "20000", True),
        ("2300多万", "2300", True),
        ("约2300万", "2300", True),
        ("两千万左右", "2000", True),
        ("个把亿", "10000", True),
        ("千把万", "1000", True),
    ],
)
def test_a_sum_is_read_in_ten_thousands(words: str, value: str, rough: bool) -> None:
    assert [(money.value, money.approximate) for money in read_money(words)] == [(Decimal(value), rough)]


@pytest.mark.parametrize(
    "words",
    [
        "42亩", "3万方土", "5万平方米", "3万人", "12万吨", "千万要注意", "几百万", "十几万", "万一", "上千万",
        "十万火急", "2300", "3万元/亩", "400米", "P05", "2026年9月",
    ],
)  # fmt: skip
def test_what_is_no_sum_is_not_read_as_one(words: str) -> None:
    assert read_money(words) == ()


@pytest.mark.parametrize(
    ("words", "value", "rough", "of"),
    [
        ("形象进度82%", "82", False, ""),
        ("外墙完成60%", "60", False, "外墙"),
        ("百分之四十五", "45", False, ""),
        ("百分之45", "45", False, ""),
        ("钢结构八成", "80", True, "钢结构"),
        ("八成半", "85", True, ""),
        ("七八成", "75", True, ""),
        ("大概65%", "65", True, ""),
        ("60%左右", "60", True, ""),
        ("进度120%", "120", False, ""),
        ("完成了一半", "50", True, ""),
        ("进度过半", "50", True, ""),
        ("82.5%", "82.5", False, ""),
    ],
)
def test_a_percentage_is_read_with_the_part_it_speaks_of(words: str, value: str, rough: bool, of: str) -> None:
    found = read_percents(normalise(words))
    assert [(read.value, read.approximate, read.of) for read in found] == [(Decimal(value), rough, of)]


@pytest.mark.parametrize(
    "words",
    [
        "同比增长8%",
        "完成年度计划的60%",
        "占总投资的76%",
        "利率4%",
        "八成是要下雨",
        "已完成功能测试",
        "少了一半人",
        "提高5个百分点",
    ],
)
def test_growth_shares_and_guesses_are_no_progress(words: str) -> None:
    assert read_percents(words) == ()


@pytest.mark.parametrize(
    ("words", "month", "total", "percent"),
    [
        ("9月完成投资2300万，累计1.85个亿，主体封顶，形象进度82%", "2300", "18500", "82"),
        ("这个月完成1200万 累计9800万", "1200", "9800", None),
        ("累计9800万，本月1200万", "1200", "9800", None),
        ("截至8月底完成投资9000万", None, "9000", None),
        ("1-8月完成投资9000万", None, "9000", None),
        ("总投资5亿元，年度计划24000万，本月完成2300万", "2300", None, None),
        ("资金缺口500万，到位300万", None, None, None),
        ("本月到位资金300万", None, None, None),
        ("累计是1.83亿不是1.85", None, "18300", None),
        ("累计是1.83亿不是1.85亿", None, "18300", None),
        ("本月不是2300万是2100万", "2100", None, None),
        ("累计1.85亿，不对，累计1.83亿", None, "18300", None),
        ("这个月弄了三百来万", "300", None, None),
        ("主体完成80%，外墙完成60%", None, None, None),
        ("主体完成80%，形象进度60%", None, None, "60"),
        ("完成土方3万方，30亩已清表", None, None, None),
        ("九月定的是完成投资1200万 落下来只有980万 欠220万", "980", None, None),
        ("开累完成投资8760万，占全年14000万的62.57%", None, "8760", None),
        ("一共投了五千八百四十万 里头有四百六十万是这个月的", "460", "5840", None),
        ("累计9800万 其中1200万是设备", None, "9800", None),
        ("完成投资五百八十万是这个月的啊累计是五千九百三十万", "580", "5930", None),
        ("本期2300万,开年累计1.75亿", "2300", "17500", None),
        ("累计1.85亿 上月底是1.62亿", None, "18500", None),
        ("本月投了一千二百万 哦 一千一百万", "1100", None, None),
        ("累计八千七百六十万啊不八千六百七十万", None, "8670", None),
        ("本月1200万不是1000万", "1200", None, None),
        ("本月1200万哦 累计9800万", "1200", "9800", None),
        ("形象进度61%哦不51%", None, None, "51"),
        ("不是六成是五成", None, None, "50"),
        ("屋面板铺了三万一千平", None, None, None),
    ],
)
def test_each_figure_gets_its_role(words: str, month: str | None, total: str | None, percent: str | None) -> None:
    read = read_amounts(words)
    assert (read.month, read.total, read.percent) == (_amount(month), _amount(total), _amount(percent))
    assert not read.assumed


@pytest.mark.parametrize(
    ("words", "assumed"),
    [
        ("本月1200 累计9800", {"month", "total"}),
        ("完成投资2300万", {"month"}),
        ("累计9800，本月1200万", {"total"}),
    ],
)
def test_what_the_sender_left_out_is_marked_for_a_question(words: str, assumed: set[str]) -> None:
    assert read_amounts(words).assumed == assumed


def test_every_figure_points_at_its_words() -> None:
    text = normalise("纺织园一期 9月完成投资2300万，累计1.85个亿，形象进度82%")
    read = read_amounts(text)
    assert {role: span.words for role, span in read.spans.items()} == {
        "month": "2300万",
        "total": "1.85个亿",
        "percent": "82%",
    }
    assert all(text[span.start : span.end] == span.words for span in read.spans.values())


def test_several_parts_are_all_kept() -> None:
    parts = read_amounts("主体完成80%，外墙完成60%").parts
    assert [(part.of, part.value) for part in parts] == [
        ("主体", Decimal(80)),
        ("外墙", Decimal(60)),
    ]


def test_a_report_without_figures_is_empty() -> None:
    assert not read_amounts("城北设备到了6台，城南管沟开挖400米")


def test_areas_are_read_in_mu() -> None:
    found = read_areas("9月28号前交第一批20亩，一共约四十二亩，1.2万亩农田")
    assert [(area.value, area.approximate) for area in found] == [
        (Decimal(20), False),
        (Decimal(42), True),
        (Decimal(12000), False),
    ]


@pytest.mark.parametrize(
    ("text", "total"),
    [("累计投资1亿2千万", 12000), ("累计2千3百万", 2300), ("累计1亿2千3百万", 12300), ("累计5百万", 500)],
)
def test_digits_with_thousands_and_hundreds_between_them_are_one_number(text: str, total: int) -> None:
    assert read_amounts(text).total == total


def test_each_figure_is_approximate_for_itself() -> None:
    read = read_amounts("本月投资0.8亿，累计1.2亿元，形象进度七成五")
    assert (read.month, read.total, read.percent) == (8000, 12000, 75)
    assert read.about == {"percent"}


@pytest.mark.parametrize("words", ["完成投资-300万", "9月完成投资-300万", "本月完成负300万", "累计\u2212300万"])
def test_a_sum_below_nothing_is_not_sure(words: str) -> None:
    read = read_amounts(normalise(words))
    assert read.assumed
    assert not {"month", "total"} & (read.spans.keys() - read.assumed)


def test_a_range_is_not_below_nothing() -> None:
    assert all(money.value > 0 for money in read_money("本月完成300万-500万，9-10月累计800万"))


@pytest.mark.parametrize("words", ["进度210%", "进度1200%", "进度-5%", "进度负5%"])
def test_a_percentage_that_cannot_be_is_left_out(words: str) -> None:
    assert read_amounts(words).percent is None


def test_somewhat_over_the_plan_can_be() -> None:
    assert read_amounts("进度120%").percent == 120


@pytest.mark.parametrize(
    ("words", "month", "total"),
    [
        ("累计到10400了 单位万 这月1400", "1400", "10400"),
        ("本月2000，累18200，单位均为万元", "2000", "18200"),
        ("9月：930；累计：7800（万元）", "930", "7800"),
        ("单位：万元 年度计划12000 1-9月完成7800 9月930", "930", "7800"),
        ("本月投资1400（万） 累计10400（万）", "1400", "10400"),
        ("本月一千四百万 累计一万零四百万", "1400", "10400"),
        ("累计一万零四百 单位万", None, "10400"),
        ("这个月十二万四千", "12.4", None),
    ],
)
def test_a_unit_told_once_serves_every_number(words: str, month: str | None, total: str | None) -> None:
    read = read_amounts(normalise(words))
    assert (read.month, read.total) == (_amount(month), _amount(total))
    assert not read.assumed and not read.either


@pytest.mark.parametrize(
    "words",
    [
        "本月两千来万 累计能到一个八二",
        "今年累计完成9800万元 自开工累计2.3亿",
        "本月1400，累计10400",
        "这月计划1500 实际1350 单位万",
        "8月1100 9月1400 单位万",
        "这月590万吧 记不太清",
        "累计一万四千",
        "形象进度 60左右",
    ],
)
def test_a_number_that_nothing_places_is_asked_about(words: str) -> None:
    read = read_amounts(normalise(words))
    assert read.either or read.assumed or read.loose


@pytest.mark.parametrize(
    "words", ["累计完成10400万 电话 13800001111", "二院累计完成10400万 床位1200", "本月1400万元 年度计划5,000"]
)
def test_a_number_of_something_else_is_not_asked_about(words: str) -> None:
    read = read_amounts(normalise(words))
    assert not read.either and not read.loose


@pytest.mark.parametrize(
    ("words", "percent"),
    [
        ("设备没装到六成 也就一半多点", "50"),
        ("管网没铺够八成 七成多一点", "70"),
        ("渠道占了总长的七成", "70"),
        ("本月计划1500万 完成93%", None),
        ("三分之一都没到", None),
    ],
)
def test_what_is_denied_or_of_the_plan_is_no_progress(words: str, percent: str | None) -> None:
    assert read_amounts(normalise(words)).percent == _amount(percent)


@pytest.mark.parametrize(
    ("words", "percent"),
    [
        ("形像进度干到84.5了", "84.5"),
        ("进度已经赶到88，下步装修", "88"),
        ("进度干到3号楼了", None),
        ("进度到9.18了", None),
        ("进度要干到90", None),
    ],
)
def test_a_share_without_its_sign_is_read_and_asked_about(words: str, percent: str | None) -> None:
    read = read_amounts(normalise(words))
    assert read.percent == _amount(percent)
    assert percent is None or read.unitless == {"percent"}
