"""What kind of trouble words tell of, whether it is the one that is open, and who is told to see to it."""

from __future__ import annotations

import pytest

from handlers.understanding.categories import Category, category_of, told_wrong
from handlers.understanding.intents import Intent
from handlers.understanding.likeness import same_problem
from handlers.understanding.people import find_charged
from handlers.understanding.phrases import read_intents, surely_shows

_ROAD = "城北污水厂进厂路叫村民堵路了，设备车进不去"
_DRAWINGS = "二院手术楼审图意见还没出，卡住了，9月25日前得解决"
_NAMES = ("城北污水厂", "城北", "二院")


@pytest.mark.parametrize(
    ("words", "category"),
    [
        ("电梯厂家要预付款 钱一直没批下来", Category.FUNDS),
        ("土地出让金凑不齐 差着九百万", Category.FUNDS),
        ("村民嫌臭 不叫装泵", Category.OBSTRUCTION),
        ("把路断了", Category.OBSTRUCTION),
        ("路口那家饭店死活不拆", Category.LAND_CLEARANCE),
        ("坟地没迁", Category.LAND_CLEARANCE),
        ("车间还没通水", Category.UTILITIES),
        ("一天只给送六个钟头电", Category.POWER),
        ("塔吊司机跑了俩 没人开", Category.LABOUR),
        ("屋面返工 设计变更没批", Category.WORKS),
        ("设备基础有裂缝", Category.WORKS),
        ("消防验收没过", Category.PERMITS),
        ("沟渠全线完工 就是井房一直没电", Category.POWER),
        ("施工证办下来了 就是缺焊工", Category.LABOUR),
    ],
)
def test_the_words_of_what_is_wrong_tell_its_kind(words: str, category: Category) -> None:
    assert category_of(words) == category.value


@pytest.mark.parametrize(
    ("words", "old"),
    [
        ("进厂路还没通", _ROAD),
        ("城北那路还没通呢", _ROAD),
        ("进厂路那边还是堵", _ROAD),
        ("进厂那条路老乡又摆了一堆石头 车过不去", _ROAD),
        ("城北那档子堵路的事还没摆平", _ROAD),
        ("手术楼审图还是没出 二院的", _DRAWINGS),
        ("图审那边一直拖着不出结果", _DRAWINGS),
        ("二院审图还卡着", _DRAWINGS),
    ],
)
def test_a_problem_told_again_is_the_open_one(words: str, old: str) -> None:
    assert same_problem(told_wrong(words), old, category_of(words), category_of(old), _NAMES)


@pytest.mark.parametrize(
    ("words", "old"),
    [
        ("城北污水厂污泥脱水机坏了", _ROAD),
        ("城北污水厂进厂路路灯没装", _ROAD),
        ("城北污水厂施工便道塌了", _ROAD),
        ("城北污水厂自来水没通", _ROAD),
        ("二院手术楼钢筋没到货", _DRAWINGS),
        ("二院手术楼门窗没装", _DRAWINGS),
        ("二院门诊楼的消防验收没过", _DRAWINGS),
    ],
)
def test_another_problem_of_the_same_project_is_another(words: str, old: str) -> None:
    assert not same_problem(told_wrong(words), old, category_of(words), category_of(old), _NAMES)


def test_things_of_one_building_that_share_a_character_are_not_one_problem() -> None:
    assert not same_problem("手术楼材料没送到", "手术楼差工程款 料场不肯放", "设计施工", "要素保障/资金", _NAMES)
    assert not same_problem("手术楼许可证没发", "手术楼短了两个焊工证的人", "证照办理", "要素保障/用工", _NAMES)
    assert same_problem("手术楼还在等图", "手术楼审图意见还没出", "设计施工", "立项审批", _NAMES)


@pytest.mark.parametrize(
    ("words", "old", "same"),
    [
        ("手术楼电缆没到货", "手术楼电梯没到货", False),
        ("手术楼的电梯还没到", "手术楼电梯没到货", True),
        ("钢筋没到 停了半天", "水泥没到 停了一天", False),
        ("村民又把大门堵了", "进厂路叫村民堵路了", True),
    ],
)
def test_of_one_kind_of_problem_those_of_other_things_are_others(words: str, old: str, same: bool) -> None:
    assert same_problem(words, old, Category.OBSTRUCTION, Category.OBSTRUCTION, _NAMES) is same


@pytest.mark.parametrize(
    ("words", "plainly"),
    [
        ("叫何军9月28号前把便道修好", True),
        ("由何军牵头 围挡9月底前圈起来", True),
        ("护栏没装 何军礼拜天前装上", False),
        ("垃圾成堆 何军你三天之内清干净", False),
        ("便道9月30号前整平 何军具体办", False),
        ("厕所返臭 何军找施工单位", False),
        ("何军说便道修好了", None),
        ("何军来了", None),
        ("跟何军看了便道", None),
        ("何军把便道修好了", None),
    ],
)
def test_whoever_is_told_to_do_something_is_found(words: str, plainly: bool | None) -> None:
    charged = find_charged(words, ["何军", "赵静"])
    assert (charged.plainly if charged else None) == plainly
    assert charged is None or charged.name.words == "何军"


def test_a_matter_is_surely_done_only_by_a_phrase_that_is_not_weak() -> None:
    assert surely_shows("桩基打完了", Intent.PROGRESS)
    assert not surely_shows("桩基", Intent.PROGRESS)


@pytest.mark.parametrize(
    "words",
    [
        "没有蜂窝麻面",
        "垃圾都清走了",
        "沟槽塌方处理完 继续干",
        "没发现问题",
        "一点没耽误",
        "滴水不漏",
        "我堵在高速上了",
        "今天停电 我晚点发材料",
        "别等到最后一天",
        "哪些设备没到",
    ],
)
def test_what_is_denied_mended_or_ones_own_affair_is_no_problem(words: str) -> None:
    assert Intent.PROBLEM not in read_intents(words)
