"""A scripted second reader: speaks the OpenAI wire over a real socket, well or badly, and keeps what it was sent."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

Script = Callable[["ScriptedReader", asyncio.StreamWriter], Any]


class ScriptedReader:
    """Answers every request by its script."""

    def __init__(self) -> None:
        self.base = ""
        self.requests: list[str] = []
        self.script: Script = says({})

    @property
    def asked(self) -> dict[str, Any]:
        """What the newest request asks about."""
        body = json.loads(self.requests[-1].partition("\r\n\r\n")[2])
        return dict(json.loads(body["messages"][-1]["content"]))

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take one request and answer it."""
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError), contextlib.closing(writer):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            length = int(head.lower().partition("content-length:")[2].partition("\r\n")[0])
            self.requests.append(head + (await reader.readexactly(length)).decode())
            await self.script(self, writer)


def answer(body: bytes, status: str = "200 OK", *headers: str) -> Script:
    """Answer with these bytes."""
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers]

    async def script(_: ScriptedReader, writer: asyncio.StreamWriter) -> None:
        writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
        await writer.drain()

    return script


def completion(content: Any, **message: Any) -> bytes:
    """Return a chat completion whose words are `content`."""
    choice = {"index": 0, "message": {"role": "assistant", "content": content, **message}, "finish_reason": "stop"}
    return json.dumps({"id": "c-1", "object": "chat.completion", "choices": [choice]}, ensure_ascii=False).encode()


def says(proposal: Any) -> Script:
    """Answer with a proposal, given as what it is or as the text of it."""
    return answer(completion(proposal if isinstance(proposal, str) else json.dumps(proposal, ensure_ascii=False)))


def drips(every: float) -> Script:
    """Begin well and go on a byte at a time."""

    async def script(_: ScriptedReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _byte in range(1000):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(every)

    return script


async def hangs(_: ScriptedReader, __: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(60)


@contextlib.asynccontextmanager
async def scripted_reader() -> AsyncIterator[ScriptedReader]:
    """Serve one."""
    server_side = ScriptedReader()
    tasks: set[asyncio.Task[None]] = set()

    def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(server_side.meet(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    server_side.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield server_side
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
