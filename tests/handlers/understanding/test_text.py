"""Text as typed is brought to one form, and every span of it is a piece of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.text import MAX_CHARACTERS, Span, clause_at, clauses, normalise, phrases, span_of


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("\uff11．\uff18\uff15亿元，完成\uff18\uff12\uff05", "1.85亿元，完成82%"),
        ("　二院　　封顶　", "二院 封顶"),
        ("二\u200b院\ufeff封\u2060顶", "二院封顶"),
        ("9 月 28 日前", "9月28日前"),
        ("2300 万", "2300万"),
        ("第一条\r\n\r\n 第二条", "第一条\n第二条"),
        ("@督办助手 213咋样", "213咋样"),
        ("213咋样 @督办助手", "213咋样"),
        ("@督办助手\u2005谁没报", "谁没报"),
        ("@小郭 213咋样", "213咋样"),
        ("@督办助手 叫@陈浩 盯一下", "叫@陈浩 盯一下"),
        ("①先清表②再交地", "①先清表②再交地"),
        ("\uff30\uff10\uff15　\uff24\uff22－\uff10\uff17", "P05 DB-07"),
        ("", ""),
    ],
)
def test_text_is_brought_to_one_form(typed: str, normal: str) -> None:
    assert normalise(typed) == normal


def test_chinese_punctuation_stays_chinese() -> None:
    assert normalise("收到，尽快办：（一）〔2026〕7号！？；") == "收到，尽快办：（一）〔2026〕7号！？；"


def test_a_bots_own_name_is_stripped_wherever_it_stands() -> None:
    assert normalise("请问@平澜重点办 谁没报", bot_names=("平澜重点办",)) == "请问 谁没报"


def test_a_pasted_book_is_cut_to_a_message() -> None:
    assert len(normalise("堵路" * 5000)) == MAX_CHARACTERS


def test_a_thousands_comma_does_not_part_a_clause() -> None:
    assert [span.words for span in clauses("完成1,200万，累计9,800万。")] == ["完成1,200万", "累计9,800万"]


def test_hurried_typists_part_clauses_with_blanks() -> None:
    assert [span.words for span in phrases("本月1200万 累计9800万、封顶")] == ["本月1200万", "累计9800万", "封顶"]


def test_a_place_outside_every_clause_has_an_empty_one() -> None:
    assert clause_at("堵路，停工", 2) == Span(2, 2, "")
    assert clause_at("堵路，停工", 3).words == "停工"


@given(st.text(max_size=300))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text.replace("@", ""))
    assert normalise(once) == once


@given(st.text(max_size=100), st.integers(0, 100), st.integers(0, 100))
def test_a_span_is_the_piece_of_text_it_points_at(text: str, start: int, length: int) -> None:
    start = min(start, len(text))
    span = span_of(text, start, min(len(text), start + length))
    assert text[span.start : span.end] == span.words == span.words.strip()


@given(st.text(alphabet="堵路，。 \n停工1,200", max_size=60))
def test_clauses_point_into_the_text(text: str) -> None:
    assert all(text[clause.start : clause.end] == clause.words for clause in clauses(text))
