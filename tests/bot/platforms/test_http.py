"""A request is never made on a connection that its server may be about to drop."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.platforms.http import http_client

pytestmark = pytest.mark.asyncio

PATIENCE = 2.5
"""Seconds after which the server below drops a connection that is used again: half of what servers grant."""

_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


class Impatient:
    """Answers every request, and resets a connection that was idle too long at the very moment it is used again."""

    def __init__(self) -> None:
        self.connections: list[asyncio.Task[None]] = []

    def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections.append(asyncio.create_task(_answer(reader, writer)))

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        finally:
            server.close()
            await asyncio.gather(*self.connections)


async def _answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        loop = asyncio.get_running_loop()
        last = loop.time()
        while await _request(reader):
            if loop.time() - last > PATIENCE:
                break
            writer.write(_ANSWER)
            await writer.drain()
            last = loop.time()
    writer.transport.abort()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def _request(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except (asyncio.IncompleteReadError, ConnectionError):
        return b""


@pytest.mark.parametrize("pause", [0, PATIENCE + 0.5], ids=["at once", "after idling"])
async def test_no_request_meets_a_connection_that_idled_too_long(pause: float) -> None:
    server = Impatient()
    async with server.serving() as url, http_client(trust_env=False) as http:
        await http.get(url)
        await asyncio.sleep(pause)
        assert (await http.get(url)).status_code == 200
    assert len(server.connections) == (2 if pause else 1)
