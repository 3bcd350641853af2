"""Looking into pictures: one child process, started by the first picture, begun anew when it dies or dawdles.

Decoders are where hostile files do harm (libheif had an exploited hole, 20 KB of PNG can ask for 800 MB), so none runs
in this process: the child of :mod:`bot.picture_work` has bounded memory and time, and nothing worth stealing.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog

from models.calendar import SHANGHAI
from models.pictures import Fault, Looked

log = structlog.get_logger(__name__)

PATIENCE = 30.0
"""Seconds for one picture; the slowest honest one, 40 million pixels of HEIC, takes about six on a small machine."""
_LINE = 4 * 1024 * 1024
_WORK = Path(__file__).with_name("picture_work.py")


@dataclass(frozen=True, slots=True)
class Seen:
    """What looking brought: what is stored of it, and its thumbnail (JPEG, upright, without EXIF)."""

    looked: Looked
    thumbnail: bytes = b""


class Darkroom:
    """Examines one picture at a time: two at once would need twice the memory on a machine that has little."""

    def __init__(self, *, heic: bool = True, patience: float = PATIENCE) -> None:
        self._heic = heic
        self.patience = patience
        self.child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def examine(self, path: Path) -> Seen:
        """Look into a stored file; never raises for what is in it."""
        async with self._turn:
            try:
                async with asyncio.timeout(self.patience):
                    answer = await self._ask(path)
            except (TimeoutError, OSError, ValueError) as error:
                log.warning("pictures.gave_up", error=type(error).__name__)
                await self._end()
                answer = {"fault": Fault.BROKEN.value}
        return _seen(answer)

    async def aclose(self) -> None:
        """End the child."""
        async with self._turn:
            await self._end()

    async def _ask(self, path: Path) -> dict[str, Any]:
        child = await self._running()
        assert child.stdin is not None
        assert child.stdout is not None
        request = json.dumps({"path": str(path), "heic": self._heic})
        child.stdin.write(request.encode() + b"\n")
        await child.stdin.drain()
        line = await child.stdout.readline()
        if not line.endswith(b"\n"):
            raise ValueError("the child ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def _running(self) -> asyncio.subprocess.Process:
        if self.child is None or self.child.returncode is not None:
            self.child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", str(_WORK)),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                env={"MALLOC_ARENA_MAX": "2"},  # and nothing of ours: the environment holds the secrets
                limit=_LINE,
            )
        return self.child

    async def _end(self) -> None:
        child, self.child = self.child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        with contextlib.suppress(OSError, ValueError):
            await child.communicate()  # closes the pipes, too


def _seen(answer: dict[str, Any]) -> Seen:
    looked = Looked(
        fault=Fault(answer["fault"]),
        width=int(answer.get("width", 0)),
        height=int(answer.get("height", 0)),
        taken_at=_instant(answer.get("taken")),
        place=answer.get("place"),
        fine=str(answer.get("fine", "")),
        coarse=str(answer.get("coarse", "")),
    )
    return Seen(looked, base64.b64decode(answer.get("thumbnail", "")))


def _instant(text: str | None) -> datetime | None:
    """Read a camera's time; without an offset it is the county's."""
    if not text:
        return None
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=SHANGHAI)
