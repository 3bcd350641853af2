"""Units found in a text: by whichever name, in the order of the text, the longest of names that overlap."""

from __future__ import annotations

from datetime import date

import pytest

from bot.simulator.world import World
from models.directory import names_in, unit_in, unit_mentions, units_in
from models.ledger import Ledger
from models.unit_names import add_unit, also_called, merge, rename

pytestmark = pytest.mark.parametrize("engine", ["sqlite"])


def _three(ledger: Ledger) -> None:
    office = add_unit(ledger, "清河县粮食和物资储备局", "粮食局", "县直部门", None)
    also_called(ledger, office, "老粮站", None)
    rename(ledger, office, "清河县粮食和应急储备局", "粮储局", date(2026, 9, 1), None)
    gone = add_unit(ledger, "清河县粮食局下属公司", "粮食局公司", "企业", None)
    merge(ledger, gone, office, date(2026, 9, 1), None)
    add_unit(ledger, "清河县盐务局", "盐务局", "县直部门", None)


@pytest.mark.asyncio
async def test_a_unit_is_found_by_each_name_it_has_or_had(world: World) -> None:
    def found(ledger: Ledger) -> None:
        _three(ledger)
        for name in ("粮储局", "粮食局", "老粮站", "清河县粮食和物资储备局", "粮食局公司"):
            unit = unit_in(ledger, f"请{name}办")
            assert unit is not None and unit.shown == "粮储局", name
            (mention,) = unit_mentions(ledger, f"请{name}办")
            assert (mention.at, mention.words) == (1, name)

    await world.office(found)


@pytest.mark.asyncio
async def test_units_come_in_the_order_of_the_text_and_each_once(world: World) -> None:
    def found(ledger: Ledger) -> None:
        _three(ledger)
        text = "盐务局牵头，粮食局公司和老粮站配合，粮食局也去"
        assert [unit.shown for unit in units_in(ledger, text)] == ["盐务局", "粮储局"]
        assert units_in(ledger, "哪家都没说") == []

    await world.office(found)


def test_a_short_name_inside_a_longer_one_is_not_a_name_of_its_own_there(engine: str) -> None:
    names = {"粮食局", "粮食局公司", "局"}
    assert names_in(names, "粮食局公司先报") == [(0, "粮食局公司")]
    assert names_in(names, "粮食局公司先报，再报粮食局") == [(0, "粮食局公司"), (10, "粮食局")]
