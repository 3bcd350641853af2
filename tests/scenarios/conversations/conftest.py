"""The prepared county, made once, and a copy of it for every story. On SQLite only: what is tested is how people are understood."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.simulator.world import World
from tests.scenarios.conversations.county import Story, county, prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the county with its history."""
    home = tmp_path_factory.mktemp("fixture-a")
    asyncio.run(prepare(home))
    return home


@pytest_asyncio.fixture
async def pinglan(prepared: Path, tmp_path: Path) -> AsyncIterator[World]:
    """The county on 2026-09-17 at 10:30."""
    async with county(prepared, tmp_path / "home") as world:
        yield world


@pytest.fixture
def story(pinglan: World) -> Story:
    """A conversation in it."""
    return Story(pinglan)
