"""Sentences in which the name of a project stands between the words: visits, questions, what is no problem."""

from __future__ import annotations

import pytest

from handlers.reading import TextReading, intents_of
from handlers.understanding.names import Name, NameIndex, Verdict, decide
from handlers.understanding.phrases import Intent
from handlers.understanding.text import normalise

PROJECTS = {
    "Y01": ("云岭县中医院迁建项目", "中医院", "县中医院"),
    "Y02": ("城东再生水厂一期工程", "再生水厂", "水厂一期"),
    "Y03": ("城东再生水厂二期工程", "再生水厂", "水厂二期"),
    "Y04": ("S327云柳线改扩建工程", "S327", "云柳线"),
    "Y05": ("云岭智能装备产业园标准化厂房", "装备园", "智能装备园"),
    "Y06": ("柳河镇高标准农田建设项目", "高标准农田"),
}
INDEX = NameIndex([Name(key, names[0], names[1:]) for key, names in PROJECTS.items()])
SAYINGS = [names[0] for names in PROJECTS.values()] + ["装备园", "S327", "县中医院", "水厂一期", "高标准农田"]


def read(words: str) -> frozenset[Intent]:
    """Return the intents, the names found taken as names."""
    text = normalise(words)
    return TextReading(text, [match.span for match in decide(INDEX.find(text)).matches]).intents


@pytest.mark.parametrize("name", SAYINGS)
@pytest.mark.parametrize(
    "words",
    [
        "我到{}了",
        "已到{}",
        "刚到{}",
        "到{}了，工人不少",
        "{}到了，路基填筑完成3公里",
        "来{}看看，工人不少",
        "今天上午调研{}，要求加快路基施工",
        "上周五去了{}",
        "陪同市领导视察{}",
        "{}看了，没啥问题",
        "{}现场，门诊楼封顶了",
        "刚从{}回来，老百姓堵路",
        "还在{}，打井进度可以",
        "转了转{}",
        "今天在{}开了现场会",
        "下工地看了{}",
        "带队检查{}",
        "到{}督导",
        "9月15日去过{}，准备浇筑",
        "在{}，明天再来",
        "我刚打{}回来管沟挖了有四百米了吧",
        "大前天到{}看的 出水桩安了一半",
        "李部长今天上午去{}了我代她记一下",
        "周县长刚从{}走 帮他记一笔",
        "跟何局长视频看了下{}的路基 没去现场",
        "前天上{}那儿瞅了瞅",
    ],
)
def test_who_was_there_made_a_visit_whatever_the_name(words: str, name: str) -> None:
    assert Intent.VISIT in read(words.format(name))
    assert Intent.VISIT in intents_of(words.format(name), [name])


@pytest.mark.parametrize("name", SAYINGS)
@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("我一会儿去{}", Intent.GOING),
        ("明天去{}", Intent.GOING),
        ("准备去{}", Intent.GOING),
        ("下周三去{}督导", Intent.GOING),
        ("{}进展咋样", Intent.PROJECT_STATUS),
        ("去{}的路堵了没", Intent.PROJECT_STATUS),
        ("请住建局检查{}", None),
        ("设备到{}了，共6台", None),
        ("看了{}的报告", None),
        ("{}到了6台设备", Intent.PROGRESS),
        ("到{}的路堵了", Intent.PROBLEM),
        ("谁去了{}", None),
        ("{}", None),
    ],
)
def test_who_is_to_go_or_asks_made_none(words: str, meant: Intent | None, name: str) -> None:
    intents = read(words.format(name))
    assert Intent.VISIT not in intents
    assert meant is None or meant in intents


@pytest.mark.parametrize(
    "words",
    [
        "装备园没有停工",
        "视频看了一下中医院工地，没停工",
        "装备园用地不存在卡壳",
        "装备园的问题有哪些",
        "装备园缺什么",
        "装备园卡在哪了",
        "装备园为什么停工了",
        "装备园还差啥",
        "装备园有啥问题没",
        "装备园停工了没",
    ],
)
def test_a_denial_or_a_question_is_no_problem(words: str) -> None:
    assert Intent.PROBLEM not in read(words)


@pytest.mark.parametrize(
    "words",
    [
        "装备园停工了",
        "装备园用地卡住了，没人管",
        "中医院征地还差12亩",
        "云柳线还差12亩地没交",
        "装备园用工缺口200人",
        "装备园的问题是缺变压器",
        "不知道为啥又不让进云柳线",
        "装备园卡在哪个环节说不清，手续没批",
        "云柳线没法施工，老百姓堵着路",
    ],
)
def test_what_is_missing_or_blocked_is_a_problem(words: str) -> None:
    assert Intent.PROBLEM in read(words)


def test_what_a_name_says_itself_is_not_reported_of_it() -> None:
    assert Intent.PROBLEM in TextReading("北街隐患治理工程主体完成").intents
    assert intents_of("北街隐患治理工程主体完成", ["北街隐患治理工程"]) == {Intent.PROGRESS}


@pytest.mark.parametrize(("words", "key"), [("水厂1期看了，没啥问题", "Y02"), ("城东再生水厂2期清表", "Y03")])
def test_a_phase_in_figures_is_the_phase_in_words(words: str, key: str) -> None:
    decision = decide(INDEX.find(words))
    assert (decision.verdict, decision.key) == (Verdict.ONE, key)


def test_photos_wait_for_words_that_are_neither_command_nor_question() -> None:
    waited = ["到了装备园", "这边工人不少", "装备园封顶", "我一会儿去装备园"]
    at_once = ["我的待办", "谁没报", "装备园咋样", "是", ""]
    assert [TextReading(words).may_be_report for words in waited] == [True] * 4
    assert [TextReading(words).may_be_report for words in at_once] == [False] * 5
