"""The scorer tells a row that says what is not so; the corpus itself is held to account in `test_corpus.py`."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from models.entry import Entry
from models.trays import Incoming
from tests.understanding.county import Heard, Office, Said, open_office
from tests.understanding.rows import BadRow, Row, read_row
from tests.understanding.scoring import Outcome, Score, judge, score_all

_FIGURES = "纺织园一期9月完成投资2300万，累计1.85亿，形象进度82%"
_NOTICE = "发10月例会通知：10月9日9点，县政府三楼会议室"

MISSTATED: tuple[tuple[dict[str, Any], Outcome], ...] = (
    ({"who": "陈浩", "say": _FIGURES, "write": ["progress P01 month=2300 total=18400 percent=82"]}, Outcome.WRONG),
    ({"who": "陈浩", "say": _FIGURES, "write": ["progress P01 month=2300 percent=82"]}, Outcome.WRONG),
    ({"who": "陈浩", "say": _FIGURES, "write": ["progress P02 month=2300 total=18500 percent=82"]}, Outcome.WRONG),
    (
        {"who": "陈浩", "say": _FIGURES, "write": ["progress P01 month=2300 total=18500 percent=82 by=周建国"]},
        Outcome.WRONG,
    ),
    ({"who": "陈浩", "say": _FIGURES, "read": ["高端纺织产业园一期"]}, Outcome.WRONG),
    ({"who": "陈浩", "say": _FIGURES, "ask": "must"}, Outcome.WRONG),
    ({"who": "陈浩", "say": _FIGURES, "quiet": True}, Outcome.WRONG),
    ({"who": "李红梅", "say": "昨天去二院看了看", "write": ["visit P03"]}, Outcome.WRONG),
    ({"who": "李红梅", "say": "今天去二院看了看", "write": ["visit P03 mode=视频"]}, Outcome.WRONG),
    ({"who": "李红梅", "say": "今天去二院看了看", "write": ["visit P03", "problem P03"]}, Outcome.LOST),
    ({"who": "李红梅", "say": "今天去二院看了看", "write": ["visit P03"], "never": ["县第二人民医院"]}, Outcome.WRONG),
    ({"who": "张敏", "say": _NOTICE, "write": ["note"], "also": ["note"]}, Outcome.WRONG),  # a group was told
    ({"who": "周建国", "say": "到纺织园了", "write": ["visit P01"]}, Outcome.ASKED),
    ({"who": "周建国", "say": "到纺织园了", "ask": "must", "says": ["县第二人民医院迁建"]}, Outcome.ASKED),
    ({"who": "周建国", "say": "到纺织园了", "quiet": True}, Outcome.ASKED),
    ({"who": "陈浩", "say": "谢谢", "write": ["progress P01"]}, Outcome.LOST),
    ({"who": "陈浩", "say": "谢谢", "ask": "must"}, Outcome.LOST),
    ({"who": "高远", "say": "213现在啥情况", "read": ["县第二人民医院迁建"]}, Outcome.LOST),
    ({"who": "高远", "say": "督办清单", "read": ["DB-01"], "told": {"何军": ["DB-01"]}}, Outcome.LOST),
    ({"who": "何军", "say": "咕噜咕噜哐当哐当", "quiet": True}, Outcome.LOST),
    ({"who": "何军", "say": "谢谢", "quiet": True, "erased": True}, Outcome.WRONG),
)
"""Rows that say what is not so, and what the scorer must make of each."""


def _count(office: Office) -> tuple[int, int]:
    def work(session: Any) -> tuple[int, int]:
        return (
            session.scalar(select(func.count()).select_from(Entry)),
            session.scalar(select(func.count()).select_from(Incoming)),
        )

    return office.world.service.database.read(work)


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Score]]:
    """Score the misstated rows in one county, which is afterwards as it was."""

    async def run(home: Path) -> dict[str, list[Score]]:
        misstated = [read_row(row, f"misstated-{number:02d}") for number, (row, _) in enumerate(MISSTATED, start=1)]
        async with open_office(home) as office:
            before = _count(office)
            scores = {"misstated": await asyncio.to_thread(score_all, office, misstated)}
            assert _count(office) == before
        return scores

    return asyncio.run(run(tmp_path_factory.mktemp("county")))


@pytest.mark.parametrize("number", range(len(MISSTATED)))
def test_the_scorer_tells_a_misstated_row(scored: dict[str, list[Score]], number: int) -> None:
    score = scored["misstated"][number]
    assert score.outcome is MISSTATED[number][1], (score.row.say, score.found)


@pytest.mark.parametrize(
    ("spans", "receipt", "outcome"),
    [
        ({"month_amount": "2300万"}, "已记《高端纺织产业园一期》", Outcome.RIGHT),
        ({"month_amount": "2400万"}, "已记《高端纺织产业园一期》", Outcome.WRONG),
        ({}, "已记《高端纺织产业园一期》", Outcome.WRONG),
        ({"month_amount": "2300万"}, "已记。", Outcome.LOST),
    ],
)
def test_a_figure_points_at_its_words_and_a_receipt_names_the_project(
    spans: dict[str, str], receipt: str, outcome: Outcome
) -> None:
    row = read_row({"who": "陈浩", "say": "一期2300万", "write": ["progress P01 month=2300"]}, "row")
    data = {"occurred": "2026-09-17", "period": "2026-09", "month_amount": 2300, "spans": spans}
    entry = {"kind": "progress", "project": "P01", "person": "陈浩", "text": row.say, "data": data, "supersedes": None}
    heard = Heard(lines=[entry | {"name": "高端纺织产业园一期"}], said=[Said("陈浩", receipt, "plain", (), True)])
    assert judge(row, heard)[0] is outcome


@pytest.mark.parametrize(
    "row",
    [
        {"who": "陈浩", "say": "谢谢"},
        {"who": "陈浩", "say": "谢谢", "quiet": True, "ask": "must"},
        {"who": "陈浩", "say": "谢谢", "quiet": True, "nonsense": 1},
        {"who": "陈浩", "say": "谢谢", "write": ["progress"]},
        {"who": "陈浩", "say": "谢谢", "write": ["gossip P01"]},
    ],
)
def test_a_row_that_states_nothing_or_two_things_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(BadRow):
        _: Row = read_row(row, "bad")
