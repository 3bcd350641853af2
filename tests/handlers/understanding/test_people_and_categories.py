"""Who is meant in a message, and what kind of problem it tells of."""

from __future__ import annotations

import pytest

from handlers.understanding.categories import Category, category_of, read_category
from handlers.understanding.people import find_assignee, is_called, recorded_for, said_by_other


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("叫小陈盯一下这周得弄好", "小陈"),
        ("让交通局何军跟一下213", "何军"),
        ("安排刘洋负责", "刘洋"),
        ("请王主任协调一下", "王主任"),
        ("由孙涛具体负责", "孙涛"),
        ("叫我问一下", None),
        ("安排人盯着", None),
        ("让他们抓紧办", None),
        ("路堵了", None),
    ],
)
def test_whoever_is_to_see_to_it_is_found(words: str, name: str | None) -> None:
    span = find_assignee(words)
    assert (span.words if span else None) == name


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("周县长今天去了二院，我代记", "周县长"),
        ("替李部长记一下，上午在二院调研", "李部长"),
        ("代王振东记录：城南污水厂", "王振东"),
        ("周县长今天去了二院", None),
        ("代建单位进场了", None),
    ],
)
def test_a_visit_noted_for_another_names_them(words: str, name: str | None) -> None:
    span = recorded_for(words)
    assert (span.words if span else None) == name


@pytest.mark.parametrize(
    "words", ["他说月底能完", "听施工方讲还得俩月", "听说要停工", "王总保证国庆前装上", "设计院答应下周出图"]
)
def test_hearsay_is_told_from_the_senders_own_word(words: str) -> None:
    assert said_by_other(words)


@pytest.mark.parametrize("words", ["月底能完", "我跟施工方说了月底前干完", "设计说明书出了"])
def test_the_senders_own_word_is_not_hearsay(words: str) -> None:
    assert said_by_other(words) is None


@pytest.mark.parametrize(
    ("words", "name", "title", "called"),
    [
        ("陈浩", "陈浩", "", True),
        ("小陈", "陈浩", "科员", True),
        ("老陈", "陈浩", "", True),
        ("何局", "何军", "交通局局长", True),
        ("何局", "何军", "交通局联络员", False),
        ("王主任", "王振东", "人大常委会副主任", True),
        ("建国", "周建国", "副县长", True),
        ("周县长", "周建国", "副县长", True),
        ("周县长", "陈浩", "副县长", False),
        ("小李", "陈浩", "", False),
    ],
)
def test_people_are_called_by_name_age_or_post(words: str, name: str, title: str, called: bool) -> None:
    assert is_called(words, name, title) is called


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("城北污水厂那路又叫堵住了 拉设备的车进不去", Category.OBSTRUCTION),
        ("恒瑞冷链那30亩指标到现在没落实", Category.LAND),
        ("变压器电业局还没给装", Category.POWER),
        ("环评指标卡住了", Category.ENVIRONMENT),
        ("工程款拖欠，资金跟不上", Category.FUNDS),
        ("招工难，用工缺口大", Category.LABOUR),
        ("施工证没办下来", Category.PERMITS),
        ("消防验收批不下来", Category.PERMITS),
        ("手术楼审图慢", Category.APPROVAL),
        ("可研批复还没拿到", Category.APPROVAL),
        ("还有三户没拆迁", Category.LAND_CLEARANCE),
        ("42亩交地没完成", Category.LAND_CLEARANCE),
        ("村里强买强卖沙石", Category.FORCED_TRADE),
        ("货车强装强卸", Category.FORCED_LOADING),
        ("设计变更没出图", Category.WORKS),
        ("就是慢", Category.OTHER),
        ("没啥问题", Category.OTHER),
        ("用电的问题解决了", Category.OTHER),
    ],
)
def test_a_problem_gets_its_category(words: str, category: Category) -> None:
    assert category_of(words) == category.value


def test_the_category_points_at_its_words() -> None:
    read = read_category("恒瑞变压器没装")
    assert read is not None
    assert (read.category, read.span.words) == (Category.POWER, "变压器")
