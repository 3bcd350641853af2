"""Terms of the trade with one wrong character that sounds the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.text import normalise
from handlers.understanding.wrong_characters import with_right_characters


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9月完成头资1280万，累记10280万，行象进度57%", "9月完成投资1280万，累计10280万，形象进度57%"),
        ("上一条作费", "上一条作废"),
        ("给二院排个议提", "给二院排个议题"),
        ("商砼站线产", "商砼站限产"),
        ("环平还没批", "环评还没批"),
        ("督办那个复涵还剩几天", "督办那个复函还剩几天"),
        ("三号厂房都封订了", "三号厂房都封顶了"),
        ("恒瑞这周木有进展", "恒瑞这周没有进展"),
    ],
)
def test_a_term_gets_its_own_characters(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


@pytest.mark.parametrize(
    "words",
    [
        *("压路机进厂了", "可研批复之后", "打桩机三台在转", "会议室音响修好", "村里青苗补偿", "钻了四十八个眼收工了"),
        *(
            "建议提前安排",
            "会议提出三条",
            "设备安装基本完成",
            "服装基地",
            "工作费用没报",
            "制作费",
            "县产业园",
            "二院影像科",
        ),
        *(
            "军工企业",
            "李青说路通了",
            "周围当地群众",
            "老板投自己的钱",
            "累及工期",
            "通风顶管",
            "张俊工作忙",
            "积累记录",
        ),
        *("线产值", "环平路", "奔月", "图只有一张", "为挡风"),
        *("生产线产能上来了", "一线产业工人", "龙头资源", "苗木有三百棵", "图子退回来了", "一提这事就头疼"),
    ],
)
def test_other_words_that_sound_alike_stay(words: str) -> None:
    assert normalise(words) == words


@given(st.text(alphabet="累记计投头资议提题作废费现场厂进度渡1280万，一二期了", max_size=20))
def test_every_span_stays_where_it_was(text: str) -> None:
    right = with_right_characters(text)
    assert len(right) == len(text)
    assert with_right_characters(right) == right
