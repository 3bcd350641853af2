"""Whose visit it was, how and when it was made, who is charged with what is wrong, and days that are no deadline."""

from __future__ import annotations

from datetime import datetime

import pytest

from handlers.understanding.carried_days import carry_days
from handlers.understanding.dates import CHINA, read_dates
from handlers.understanding.forecasts import without_forecasts
from handlers.understanding.modes import mode_is_open
from handlers.understanding.people import find_assignee, recorded_for, spoken_to
from handlers.understanding.phrases import visit_mode
from handlers.understanding.visitors import other_visitor

_SENT = datetime(2026, 9, 17, 10, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        ("帮王主任补一条 9月11号他去过城南", "王主任"),
        ("给孙县长补一笔 他到过现场", "孙县长"),
        ("麻烦把周县长15号去二期那趟补进去", "周县长"),
        ("许主任让我跟你说一下 她昨天下午到工地了", "许主任"),
        ("9月15日周县长赴二期调研，请代为登记", "周县长"),
        ("给宋院长挂了个电话 问了工地复工没有", ""),
        ("给王主任报一下 管沟通了", ""),
    ],
)
def test_for_whom_a_visit_is_noted(words: str, whose: str) -> None:
    found = recorded_for(words)
    assert (found.words if found else "") == whose


@pytest.mark.parametrize(
    ("words", "whose"),
    [
        ("昨天下午他到工地转了一圈", "他"),
        ("人家今天到工地转了一圈", "他"),
        ("我到工地了 他还没来", ""),
        ("陪孙县长到了工地 他很满意", ""),
        ("到工地了，外墙完成六成", ""),
    ],
)
def test_somebody_else_who_may_have_gone(words: str, whose: str) -> None:
    assert other_visitor(words, []) == whose


@pytest.mark.parametrize(
    ("words", "mode", "is_open"),
    [
        ("今天开的视频连线 何军拿手机给我转了一圈", "视频", False),
        ("我在监控上转了一圈", "视频", False),
        ("在工地现场跟市里视频连线汇报了", "现场", True),
        ("到现场了 视频发群里了", "现场", False),
        ("我在工地 手机没电了", "现场", False),
        ("到现场看了 监控还没装", "现场", False),
    ],
)
def test_how_a_visit_was_made(words: str, mode: str, is_open: bool) -> None:
    assert visit_mode(words) == mode
    assert mode_is_open(words, mode) is is_open


@pytest.mark.parametrize(
    ("shares", "carried"),
    [
        (["昨天上午在一期看安装", "下午到二期看桩基"], "昨天下午到二期看桩基"),
        (["9月15日，上午到恒瑞", "同日下午到农田"], "9月15日同日下午到农田"),
        (["昨天去了一期", "二期今天封顶"], "二期今天封顶"),
        (["周一周二都在一期", "下午到二期"], "下午到二期"),  # of which of the two days nobody says
        (["昨天去了一期", "二期也缺人"], "二期也缺人"),
    ],
)
def test_a_day_goes_on_to_the_next_project(shares: list[str], carried: str) -> None:
    assert carry_days(shares)[1] == carried


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("鼓风机压在港口 下个月才能到", False),
        ("钢梁20号以后才发", False),
        ("厂家说10月中旬发货", False),
        ("变压器要排到11月底", False),
        ("环评公示期到10月12号", False),
        ("围挡9月28日得修好", True),
        ("请住建局9月24日前出意见", True),
        ("责成何军国庆前送到", True),
    ],
)
def test_when_something_may_come_is_no_deadline(words: str, left: bool) -> None:
    reads = read_dates(words, sent=_SENT, is_workday=lambda day: day.weekday() < 5)
    assert reads
    assert (without_forecasts(words, reads) == words) is left


@pytest.mark.parametrize(
    ("words", "called"),
    [("桩机没油了你让小陈明天给我解决了", "小陈"), ("围挡倒了 叫小赵后天前给我弄好", "小赵")],
)
def test_who_is_to_see_to_it(words: str, called: str) -> None:
    found = find_assignee(words)
    assert found is not None
    assert found.words == called


def test_whoever_is_spoken_to_may_be_charged() -> None:
    assert "何军" in [span.words for span in spoken_to("便道断了 责成何军今晚之前恢复")]
    assert "小刘" in [span.words for span in spoken_to("泵房漏水 小刘你盯着")]
    assert spoken_to("泵房漏水") == []
