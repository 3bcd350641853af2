"""Every open file of the corpus, row by row: nothing is read wrong and nothing is lost.

What the files are, and who wrote them, is told in the heads of the files; `python -m tests.understanding --path FILE`
shows each fault.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.understanding.county import open_office
from tests.understanding.rows import FOLDER, load
from tests.understanding.scoring import Outcome, Score, counts, score_all

_MOST_ASKED = 0.22
"""So many rows of a hundred may be asked about; one may always ask, but not everybody about everything."""


def _score(path: Path, home: Path) -> list[Score]:
    async def run() -> list[Score]:
        async with open_office(home) as office:
            return await asyncio.to_thread(score_all, office, load(path))

    return asyncio.run(run())


_ALL = sorted(path.stem for path in FOLDER.glob("*.yaml"))
_ALWAYS = ("open", "second")
"""Nearly six hundred rows with every test run; all of them with `make corpus`, which takes some minutes."""


@pytest.mark.parametrize("name", _ALL if os.environ.get("DUBAN_TESTS_CORPUS") else _ALWAYS)
def test_what_people_type_is_understood(name: str, tmp_path: Path) -> None:
    scores = _score(FOLDER / f"{name}.yaml", tmp_path)
    faults = [score for score in scores if score.outcome in (Outcome.WRONG, Outcome.LOST)]
    told = [f"{one.row.id} {one.outcome.value} {one.row.who}：{one.row.say} ({one.found})" for one in faults]
    assert told == []
    assert counts(scores)[Outcome.ASKED] <= _MOST_ASKED * len(scores)


def test_the_corpus_is_large_enough_and_says_everything_once() -> None:
    rows = [row for path in FOLDER.glob("*.yaml") for row in load(path)]
    assert len(rows) >= 1200
    said = [(row.who, row.say, row.before, row.at, row.site) for row in rows]
    assert len(set(said)) == len(said)
