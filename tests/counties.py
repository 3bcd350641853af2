"""Counties for tests: founded once for a mechanism, a workbook and a day, and copied for every test that opens one.

Founding one (every migration, an import workbook written and read) takes ten times as long as copying it.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.simulator import sample_county
from bot.simulator.world import PACK, World, found
from bot.simulator.world import open_world as open_founded

_Contents = tuple[date, bytes, bytes]
_FOUNDED: dict[_Contents, TemporaryDirectory[str]] = {}  # kept until the process ends


@asynccontextmanager
async def open_world(
    home: Path,
    *,
    start: datetime = sample_county.START,
    mechanism: str | Path = PACK,
    workbook: Path | None = None,
    database_url: str = "",
    **arguments: Any,
) -> AsyncIterator[World]:
    """Open a county as :func:`bot.simulator.world.open_world` does; a home that holds one goes on with it.

    A PostgreSQL database must have been founded: see the fixture `county_database`.
    """
    if not database_url and not (home / "duban.db").exists():
        shutil.copytree(_founded(start, mechanism, workbook), home, dirs_exist_ok=True)
    async with open_founded(home, start=start, database_url=database_url, founded=True, **arguments) as world:
        yield world


def _founded(start: datetime, mechanism: str | Path, workbook: Path | None) -> str:
    """Return the folder of a county that is copied for every test that wants one like it."""
    pack = Path(mechanism)
    key = (
        start.date(),
        pack.read_bytes() if pack.is_file() else str(mechanism).encode(),
        workbook.read_bytes() if workbook else b"",
    )
    if key not in _FOUNDED:
        folder = TemporaryDirectory(prefix="county-")
        found(Path(folder.name), start, mechanism=mechanism, workbook=workbook)
        _FOUNDED[key] = folder
    return _FOUNDED[key].name
