"""The load generator: keep-alive connections that post prepared callbacks, one under way on each.

Nothing is prepared, decoded or judged while the clock runs. Answers are kept and judged afterwards.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import uvloop

from benchmarks.sealing import Callback

_GRACE = 30.0
"""Seconds for what is under way when the time is up."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back on one callback."""

    callback: Callback
    seconds: float
    status: int
    body: bytes


@dataclass(slots=True)
class Volley:
    """What one burst of callbacks met with."""

    answers: list[Answer] = field(default_factory=list)
    started: float = 0.0
    seconds: float = 0.0
    busy: float = 0.0  # share of its core the generator itself used
    lost: int = 0  # requests whose connection broke

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answers) / self.seconds

    def quantile(self, share: float) -> float:
        """Return the milliseconds within which this share was answered."""
        times = sorted(answer.seconds for answer in self.answers)
        return times[min(len(times) - 1, int(len(times) * share))] * 1000

    @property
    def genuine(self) -> dict[str, str]:
        """Digests by key of what was sent with a right signature, each once."""
        return {answer.callback.key: answer.callback.digest for answer in self.answers if not answer.callback.forged}

    def faults(self) -> list[str]:
        """Return what was answered otherwise than it must be: an empty 200, and 4xx to a forgery."""
        found = [f"{self.lost} connections broke"] if self.lost else []
        wrong = [answer for answer in self.answers if not _as_it_must_be(answer)]
        if wrong:
            first = wrong[0]
            what = "forged" if first.callback.forged else "genuine"
            found.append(f"{len(wrong)} wrong answers, first: {first.status} {first.body[:60]!r} to a {what} one")
        return found


def _as_it_must_be(answer: Answer) -> bool:
    if answer.callback.forged:
        return 400 <= answer.status < 500
    return answer.status == 200 and not answer.body


class _Line(asyncio.Protocol):
    """One connection; takes the next callback as soon as the last is answered."""

    def __init__(self, burst: _Burst) -> None:
        self._burst = burst
        self._transport: asyncio.WriteTransport | None = None
        self._current: Callback | None = None
        self._sent = 0.0
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.WriteTransport", transport)  # uvloop's own are of no asyncio class

    def post_next(self) -> None:
        """Send the next callback, or finish when there is none or the time is up."""
        assert self._transport is not None
        self._current = self._burst.next()
        if self._current is None:
            self._transport.close()
            return
        self._sent = time.perf_counter()
        self._transport.write(self._current.wire)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, blank, body = self._buffer.partition(b"\r\n\r\n")
        if not blank or self._current is None or len(body) < _length(head):
            return
        now = time.perf_counter()
        self._burst.volley.answers.append(Answer(self._current, now - self._sent, int(head[9:12]), body))
        self._burst.last = now
        self._buffer = b""
        self.post_next()

    def connection_lost(self, _error: Exception | None) -> None:
        if self._current is not None:
            self._burst.volley.lost += 1
        self._burst.line_closed()


def _length(head: bytes) -> int:
    at = head.lower().find(b"\r\ncontent-length:")
    if at < 0:
        return 0
    return int(head[at + 17 :].split(b"\r\n", 1)[0])


class _Burst:
    """The lines of one volley and the callbacks they share."""

    def __init__(self, callbacks: Sequence[Callback], seconds: float) -> None:
        self.volley = Volley()
        self.last = 0.0
        self._callbacks: Iterator[Callback] = iter(callbacks)
        self._seconds = seconds
        self._until = 0.0
        self._open = 0
        self._done = asyncio.get_running_loop().create_future()

    def next(self) -> Callback | None:
        """Return the next callback while there is time."""
        return next(self._callbacks, None) if time.perf_counter() < self._until else None

    def line_closed(self) -> None:
        """Count a line out."""
        self._open -= 1
        if not self._open and not self._done.done():
            self._done.set_result(None)

    async def run(self, host: str, port: int, lines: int) -> Volley:
        """Post until the callbacks or the seconds run out."""
        loop = asyncio.get_running_loop()
        opened = [(await loop.create_connection(lambda: _Line(self), host, port))[1] for _ in range(lines)]
        self._open = lines
        self.volley.started = time.time()
        start, processor = time.perf_counter(), time.process_time()
        self._until = start + self._seconds
        for line in opened:
            line.post_next()
        await asyncio.wait_for(self._done, self._seconds + _GRACE)
        self.volley.seconds = self.last - start
        self.volley.busy = (time.process_time() - processor) / self.volley.seconds
        return self.volley


def fire(url: str, callbacks: Sequence[Callback], *, lines: int = 16, seconds: float = 600.0) -> Volley:
    """Post the callbacks over `lines` connections for at most `seconds`. Raises TimeoutError if answers stay out."""

    async def run() -> Volley:
        place = urlsplit(url)
        assert place.hostname is not None and place.port is not None
        return await _Burst(callbacks, seconds).run(place.hostname, place.port, lines)

    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        with _favoured():
            return uvloop.run(run())
    finally:
        gc.enable()
        gc.unfreeze()


@contextlib.contextmanager
def _favoured() -> Iterator[None]:
    """Let the generator go before whatever else runs on its core, where we may: its delays would be measured too."""
    usual = os.getpriority(os.PRIO_PROCESS, 0)
    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, -10)
    try:
        yield
    finally:
        os.setpriority(os.PRIO_PROCESS, 0, usual)
