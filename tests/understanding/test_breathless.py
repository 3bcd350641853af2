"""Voice comes without a comma, and people paste what they find: whatever is said, reading it ends.

A pattern that tries every way of cutting its text up takes seconds on a line and hours on two; the limits here stop a
reader that hangs, they measure nothing.
"""

from __future__ import annotations

import asyncio
import random
import re
from datetime import date, datetime
from pathlib import Path

import pytest

from handlers.understanding.dates import read_dates
from handlers.understanding.forecasts import is_forecast
from models.calendar import SHANGHAI
from tests.understanding.county import Office, open_office
from tests.understanding.rows import FOLDER, load

NOW = datetime(2026, 9, 17, 10, tzinfo=SHANGHAI)
_MARKS = re.compile(r"[\s，。；,;、：:！？!?]")
_LONG = 400


@pytest.mark.timeout(30)
def test_a_day_and_a_long_clause_behind_it_are_read() -> None:
    text = "今天" + "六楼楼顶护栏一圈都比上回强多了就是电梯井口盖板少两块" * 4
    (today, *_) = read_dates(text, sent=NOW, is_workday=lambda day: date.weekday(day) < 5)
    assert not is_forecast(today, text)


@pytest.mark.timeout(60)
def test_many_messages_in_one_breath_are_read(tmp_path: Path) -> None:
    rows = [row for path in FOLDER.glob("*.yaml") for row in load(path)]
    dice = random.Random(20260917)

    def talk(office: Office) -> None:
        for _ in range(20):
            words = "".join(_MARKS.sub("", row.say) for row in dice.sample(rows, 40))[:_LONG]
            with office.conversation() as conversation:
                heard = conversation.say(office.actor(dice.choice(rows).who), words, NOW)
                assert heard.handler

    async def run() -> None:
        async with open_office(tmp_path) as office:
            await asyncio.to_thread(talk, office)

    asyncio.run(run())
