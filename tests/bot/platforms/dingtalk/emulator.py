"""A small DingTalk on loopback sockets: the Stream gateway, and the HTTP side of both hosts.

Tickets open one connection each, as the platform's do. What an HTTP path answers is scripted.
"""

from __future__ import annotations

import asyncio
import http
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

Answer = tuple[int, str]


class Gateway:
    """The Stream side. `opens` are the bodies of connection requests; `acks` what came over sockets."""

    def __init__(self) -> None:
        self.opens: list[dict[str, Any]] = []
        self.refusals: list[Answer] = []
        self.sockets: list[ServerConnection] = []
        self.acks: asyncio.Queue[tuple[int, dict[str, Any]]] = asyncio.Queue()
        self.url = ""
        self._endpoint = ""
        self._tickets: set[str] = set()
        self._issued = 0
        self._came = asyncio.Condition()

    async def start(self) -> None:
        self._ws: Server = await serve(self._serve, "127.0.0.1", 0, process_request=self._admit)
        self._http = await asyncio.start_server(self._answer, "127.0.0.1", 0)
        self._endpoint = f"ws://127.0.0.1:{port(self._ws)}/connect"
        self.url = f"http://127.0.0.1:{port(self._http)}"

    async def close(self) -> None:
        self._http.close()
        await self._http.wait_closed()
        self._ws.close()
        await self._ws.wait_closed()

    async def connected(self, count: int, within: float = 5.0) -> None:
        """Wait until `count` connections have been opened in all."""
        async with asyncio.timeout(within), self._came:
            await self._came.wait_for(lambda: len(self.sockets) >= count)

    async def push(self, topic: str, data: Any, *, kind: str = "CALLBACK", on: int = -1, **headers: Any) -> None:
        text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
        frame = {
            "specVersion": "1.0",
            "type": kind,
            "headers": {"topic": topic, "messageId": f"m-{topic}", "time": "1789997600123", **headers},
            "data": text,
        }
        await self.sockets[on].send(json.dumps(frame, ensure_ascii=False))

    async def message(self, data: dict[str, Any], *, on: int = -1, **headers: Any) -> None:
        await self.push("/v1.0/im/bot/messages/get", data, on=on, **headers)

    async def ack(self, within: float = 3.0) -> tuple[int, dict[str, Any]]:
        """Return the next reply and the number of the socket it came by."""
        async with asyncio.timeout(within):
            return await self.acks.get()

    def _admit(self, _: ServerConnection, request: Request) -> Response | None:
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        if ticket not in self._tickets:
            return Response(401, "Unauthorized", request.headers.__class__())
        self._tickets.discard(ticket)
        return None

    async def _serve(self, socket: ServerConnection) -> None:
        number = len(self.sockets)
        self.sockets.append(socket)
        async with self._came:
            self._came.notify_all()
        try:
            async for raw in socket:
                await self.acks.put((number, json.loads(raw)))
        except ConnectionClosed:
            return

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(int(line[15:]) for line in head.splitlines() if line.lower().startswith("content-length:"))
        body = json.loads(await reader.readexactly(length))
        if head.startswith("POST /v1.0/gateway/connections/open "):
            self.opens.append(body)
        status, text = self.refusals.pop(0) if self.refusals else (200, self._grant())
        payload = text.encode()
        phrase = http.HTTPStatus(status).phrase
        writer.write(
            f"HTTP/1.1 {status} {phrase}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(payload)}\r\nConnection: close\r\n\r\n".encode()
            + payload
        )
        await writer.drain()
        writer.close()

    def _grant(self) -> str:
        self._issued += 1
        ticket = f"ticket+/={self._issued}"
        self._tickets.add(ticket)
        return json.dumps({"endpoint": self._endpoint, "ticket": ticket})


def port(server: Any) -> int:
    return int(next(iter(server.sockets)).getsockname()[1])
