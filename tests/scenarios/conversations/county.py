"""Fixture A of the mission's section 11: 平澜县 on Thursday 2026-09-17, with what people have told it before.

The history comes in as it would have: by chat, in August and September. Only what the office kept on paper before
(the numbers of older problems and notices) is put in at its desk. It is made once and copied for every story.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.simulator import sample_county
from bot.simulator.stage import Bubble
from bot.simulator.world import World
from models import problem as problems
from models.directory import find_person, find_project
from models.entry import EntryKind
from models.ledger import Ledger
from models.problem import Problem, ProblemState
from models.supervision import SupervisionNotice
from models.supervision_states import State
from tests.clauses.stories import at, tell
from tests.counties import open_world

NOW = at("2026-09-17", "10:30")
FIELD = 120
"""So many characters at most are read in the field (U7)."""


async def prepare(home: Path) -> None:
    """Tell the county's history, and leave it in `home`."""
    async with open_world(home, actors=sample_county.actors(), start=at("2026-08-28", "10:00")) as world:
        await world.dingtalk.gateway.connected(1)
        await world.office(_older_papers)
        await tell(world, "陈浩", "纺织园一期 8月累计完成投资16200万")
        await tell(world, "赵静", "二院 8月累计完成投资9000万")
        world.clock.set(at("2026-09-08", "10:00"))
        await tell(world, "王振东", "城北污水厂村民堵路，拉设备的车进不去，9月15日前路要通")
        await world.office(lambda ledger: _closed_problem(ledger, 32))
        world.clock.set(at("2026-09-10", "10:00"))
        await tell(world, "李红梅", "二院手术楼审图没出来，住建局9月25日前要拿出审图意见")
        world.clock.set(at("2026-09-17", "10:00"))
        await tell(world, "张敏", "挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决")
        world.clock.set(at("2026-09-17", "10:20"))
        await tell(world, "韩雪", "签收DB-07")


def _older_papers(ledger: Ledger) -> None:
    _closed_problem(ledger, 30)
    unit = find_person(ledger, "方正").unit_id
    ledger.session.add(
        SupervisionNotice(
            year=2026,
            serial=6,
            number="平重办督〔2026〕6号",
            handle="DB-06",
            project_id=find_project(ledger, "P08").id,
            unit_id=unit,
            matter="机井占地补偿",
            basis="",
            state=State.CLOSED.value,
            issued_at=ledger.now,
            solve_due=ledger.today,
            reply={},
            reply_ladder=[],
            solve_ladder=[],
        )
    )


def _closed_problem(ledger: Ledger, number: int) -> None:
    closed = Problem(f"ISS-{number}", "P08", "征地拆迁", "机井占地补偿", None, state=ProblemState.CLOSED)
    problems.tell(ledger, closed, EntryKind.PROBLEM, closed.text, person=None)


@asynccontextmanager
async def county(prepared: Path, home: Path) -> AsyncIterator[World]:
    """Open a copy of the county as it stands on 2026-09-17 at 10:30."""
    shutil.copytree(prepared, home)
    async with open_world(home, actors=sample_county.actors(), start=NOW) as world:
        await world.dingtalk.gateway.connected(1)
        yield world
        assert not [bubble for group in world.stage.groups.values() for bubble in group.bubbles]  # U4


class Story:
    """One conversation: what is new in the ledger and on the phones since it began."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._before = len(world.ledger())

    def lines(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the new lines of the ledger, of these kinds or of any."""
        new = self.world.ledger()[self._before :]
        return [line for line in new if not kinds or line["kind"] in kinds]

    def line(self, kind: str) -> dict[str, Any]:
        """Return the one new line of a kind."""
        (found,) = self.lines(kind)
        return found

    async def tell(self, who: str, text: str) -> str:
        """Let somebody write; return the last answer."""
        return await tell(self.world, who, text)

    async def press(self, who: str, label: str) -> str:
        """Let somebody press a button; return the last answer."""
        await self.world.press(who, label)
        await self.world.settle()
        return self.world.heard(who)[-1]

    def received(self, who: str) -> list[Bubble]:
        """Return what somebody received."""
        return [bubble for bubble in self.world.phone(who) if not bubble.mine]

    def buttons(self, who: str) -> list[str]:
        """Return the buttons of the last thing somebody received: at most three."""
        labels = [label for _, label in self.received(who)[-1].buttons]
        assert len(labels) <= 3
        return labels


def is_receipt(text: str, project: str) -> None:
    """U1, U6, U7: the project by its full name, a way back, and short enough for the field."""
    assert f"《{project}》" in text
    assert "记错了" in text
    in_the_field(text)


def in_the_field(text: str) -> None:
    """U7: short enough for the field; an address is pressed, not read."""
    read = re.sub(r"https?://\S+", "", text)
    assert len(read) <= FIELD, (len(read), text)
