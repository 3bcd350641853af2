"""Every notice can be said, whatever its facts, and fits the narrowest channel when the facts are ordinary."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.notices import Notice, read_notice
from templates import render

WECOM_TEXT = 2048
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    str.strip
)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
INSTANTS = st.integers(1_577_836_800, 1_893_456_000).map(lambda second: datetime.fromtimestamp(second, UTC))
BY_TYPE = {
    "str": WORDS,
    "int": st.integers(-300, 300),
    "bool": st.booleans(),
    "date": DAYS,
    "date | None": st.none() | DAYS,
    "datetime": INSTANTS,
    "datetime | None": st.none() | INSTANTS,
    "list[str]": st.lists(WORDS, max_size=4),
    "list[tuple[str, str]]": st.lists(st.tuples(WORDS, WORDS), max_size=5),
    "list[Press]": st.lists(st.tuples(WORDS, WORDS), max_size=3),
}


def facts_of(kind: type[Notice]) -> st.SearchStrategy[Notice]:
    return st.builds(kind, **{field.name: BY_TYPE[str(field.type)] for field in fields(kind)})


@pytest.mark.parametrize("name", sorted(Notice.registry))
@given(data=st.data())
def test_a_notice_survives_its_row_and_is_said(name: str, data: st.DataObject) -> None:
    notice = data.draw(facts_of(Notice.registry[name]))
    again = read_notice(name, notice.facts())
    assert again == notice
    words = render(name, {field.name: getattr(again, field.name) for field in fields(again)})
    assert words.text


ORDINARY = {
    "str": "县自然资源局关于某某项目建设用地交付事项的说明",
    "int": 3,
    "bool": True,
    "date": date(2026, 9, 21),
    "date | None": date(2026, 9, 21),
    "datetime": datetime(2026, 9, 21, 1, 0, tzinfo=UTC),
    "datetime | None": datetime(2026, 9, 21, 1, 0, tzinfo=UTC),
    "list[str]": ["本月完成投资", "累计完成投资", "形象进度"],
    "list[tuple[str, str]]": [("解决办法", "先签占补协议分两批交地"), ("责任单位", "自然资源局")],
    "list[Press]": [("q-1-0", "高端纺织产业园一期"), ("q-1-1", "高端纺织产业园二期")],
}


@pytest.mark.parametrize("name", sorted(Notice.registry))
def test_ordinary_facts_fit_one_wecom_text(name: str) -> None:
    kind = Notice.registry[name]
    notice = kind(**{field.name: ORDINARY[str(field.type)] for field in fields(kind)})
    words = render(name, {field.name: getattr(notice, field.name) for field in fields(kind)})
    assert len(words.text.encode()) <= WECOM_TEXT


def test_a_missing_fact_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(Exception, match="undefined"):
        render("plain", {})
