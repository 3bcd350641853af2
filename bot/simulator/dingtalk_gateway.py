"""The Stream gateway: tickets, sockets, ACKs and what the real one does when there is none."""

from __future__ import annotations

import asyncio
import json
import random
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.simulator.dingtalk_errors import DingTalkError

BOT_TOPIC = "/v1.0/im/bot/messages/get"
CARD_TOPIC = "/v1.0/card/instances/callback"
TICKET_LIFE = timedelta(seconds=90)

Subscription = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Ack:
    """A client's reply to one frame; `data` is the JSON inside it, or {}."""

    code: int
    data: dict[str, Any]


@dataclass(slots=True)
class Parcel:
    """Something to be pushed; it may travel in several frames, each with a message id of its own."""

    kind: str
    topic: str
    data: str
    headers: dict[str, str] = field(default_factory=dict)
    attempts: int = 0
    ack: Ack | None = None


class Connection:
    """One open socket. After `disconnect` it is `draining`: nothing more comes through it."""

    def __init__(self, socket: WebSocket, subscriptions: frozenset[Subscription]) -> None:
        self.id = secrets.token_hex(8)
        self.subscriptions = subscriptions
        self.draining = False
        self.pongs = 0
        self._socket = socket
        self._awaited: dict[str, asyncio.Future[Ack]] = {}

    def takes(self, kind: str, topic: str) -> bool:
        """Say whether this socket subscribed to such frames."""
        return (kind, "*" if kind == "EVENT" else topic) in self.subscriptions

    async def send(self, frame: dict[str, Any]) -> asyncio.Future[Ack]:
        """Send a frame; the future is its ACK."""
        coming: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self._awaited[frame["headers"]["messageId"]] = coming
        await self._socket.send_text(json.dumps(frame, ensure_ascii=False))
        return coming

    def hear(self, text: str) -> None:
        """Take what the client says; what is not an ACK of something sent is ignored."""
        try:
            said = json.loads(text)
            message_id, code = said["headers"]["messageId"], int(said["code"])
            data = json.loads(said.get("data") or "{}")
        except (ValueError, KeyError, TypeError):
            return
        coming = self._awaited.pop(message_id, None)
        if coming and not coming.done():
            coming.set_result(Ack(code, data if isinstance(data, dict) else {}))

    async def close(self) -> None:
        """Close in good order."""
        try:
            await self._socket.close(1000)
        except RuntimeError:  # it is closed already
            return

    async def drop(self) -> None:
        """Cut the TCP connection where the server lets us, else close."""
        transport = self._socket.scope.get("duban.transport")
        if transport is None:
            await self.close()
        else:
            transport.abort()


class Gateway:
    """The platform's end of Stream mode.

    `redeliver_seconds`: how long a robot message waits for its ACK before it comes again (None: never;
    documents and field reports disagree), `deliveries` how often in all; whether an ACK of an error counts
    as none is not documented either, by default it does not. `drain_seconds` is the silence
    between a `disconnect` frame and the close. `admits(client_id, secret)` checks credentials.
    """

    def __init__(self, now: Callable[[], datetime], admits: Callable[[str, str], bool]) -> None:
        self.connections: list[Connection] = []
        self.redeliver_seconds: float | None = 60.0
        self.deliveries = 2
        self.error_ack_redelivers = False
        self.patience = 5.0
        self.drain_seconds = 10.0
        self.ping_seconds = 30.0
        self.endpoint = ""
        self._now = now
        self._admits = admits
        self._tickets: dict[str, tuple[datetime, frozenset[Subscription]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._arrived = asyncio.Event()

    @property
    def live(self) -> list[Connection]:
        """The sockets that still take frames."""
        return [connection for connection in self.connections if not connection.draining]

    async def open(self, request: Request) -> Response:
        """Register: hand out an endpoint and a ticket good for 90 s and one connection."""
        try:
            body = json.loads(await request.body())
            wanted = frozenset((str(s["type"]), str(s["topic"])) for s in body["subscriptions"])
            client, secret = str(body.get("clientId")), str(body.get("clientSecret"))
        except (ValueError, KeyError, TypeError):
            return DingTalkError("invalidParameter").response()
        if not self._admits(client, secret):
            return DingTalkError("invalidClientIdOrSecret").response()
        ticket = secrets.token_urlsafe(24) + "=="
        self._tickets[ticket] = (self._now(), wanted)
        if "json" not in request.headers.get("accept", ""):
            xml = f"<r><endpoint>{self.endpoint}</endpoint><ticket>{ticket}</ticket></r>"
            return Response(xml, media_type="application/xml")
        return JSONResponse({"endpoint": self.endpoint, "ticket": ticket})

    async def connect(self, socket: WebSocket) -> None:
        """Serve one socket until it closes. A ticket unknown, used or too old is refused at the handshake."""
        issued, wanted = self._tickets.pop(socket.query_params.get("ticket", ""), (None, frozenset()))
        if issued is None or self._now() - issued >= TICKET_LIFE:
            await socket.close()
            return
        await socket.accept()
        connection = Connection(socket, wanted)
        self.connections.append(connection)
        self._arrived.set()
        pinging = self._spawn(self._ping(connection))
        try:
            while True:
                connection.hear(await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            return
        finally:
            self.connections.remove(connection)
            pinging.cancel()

    async def connected(self, count: int = 1, within: float = 5.0) -> None:
        """Wait until so many sockets are open and not draining. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while len(self.live) < count:
                self._arrived.clear()
                await self._arrived.wait()

    async def push_robot(self, data: str) -> Parcel:
        """Push a robot message; without any ACK it comes again later, when this has returned."""
        again = self.redeliver_seconds
        waits = [self.patience] if again is None else [again] * self.deliveries
        return await self._insist(Parcel("CALLBACK", BOT_TOPIC, data), waits, self._settles)

    def _settles(self, ack: Ack) -> bool:
        return ack.code == 200 or not self.error_ack_redelivers

    async def push_card(self, data: str) -> Parcel:
        """Push a card's press: once, and two seconds to answer."""
        return await self._insist(Parcel("CALLBACK", CARD_TOPIC, data), [2.0], lambda ack: True)

    async def push_event(self, headers: dict[str, str], data: str, waits: Iterable[float]) -> Parcel:
        """Push an EVENT until its ACK says SUCCESS, `waits` seconds after one another."""
        parcel = Parcel("EVENT", "*", data, headers)
        return await self._insist(parcel, waits, lambda ack: ack.data.get("status") == "SUCCESS")

    async def rotate(self, reason: str = "connection is expired") -> None:
        """Retire every open connection as the real gateway does: a frame, silence, then the close."""
        for connection in self.live:
            connection.draining = True
            await connection.send(self._frame("SYSTEM", "disconnect", json.dumps({"reason": reason}), connection))
            self._spawn(self._close_later(connection))

    async def drop(self) -> None:
        """Lose every connection without warning."""
        for connection in list(self.connections):
            await connection.drop()

    async def aclose(self) -> None:
        """Stop redelivering and close the sockets."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in list(self.connections):
            await connection.close()

    async def _insist(self, parcel: Parcel, waits: Iterable[float], enough: Callable[[Ack], bool]) -> Parcel:
        """Push in the background; return when it is done or after `patience`, whichever comes first."""
        task = self._spawn(self._try_all(parcel, waits, enough))
        await asyncio.wait({task}, timeout=self.patience)
        return parcel

    async def _try_all(self, parcel: Parcel, waits: Iterable[float], enough: Callable[[Ack], bool]) -> None:
        loop = asyncio.get_running_loop()
        for wait in waits:
            began = loop.time()
            ack = await self._attempt(parcel, wait)
            parcel.ack = ack or parcel.ack
            if ack and enough(ack):
                return
            await asyncio.sleep(max(0.0, began + wait - loop.time()))

    async def _attempt(self, parcel: Parcel, wait: float) -> Ack | None:
        """Send through one socket chosen at random; None without a socket or an ACK in time."""
        open_to = [c for c in self.live if c.takes(parcel.kind, parcel.topic)]
        if not open_to:
            return None
        connection = random.choice(open_to)
        parcel.attempts += 1
        frame = self._frame(parcel.kind, parcel.topic, parcel.data, connection)
        frame["headers"] |= parcel.headers
        try:
            async with asyncio.timeout(wait):
                return await (await connection.send(frame))
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return None

    def _frame(self, kind: str, topic: str, data: str, connection: Connection) -> dict[str, Any]:
        headers = {
            "appId": "simulated",
            "connectionId": connection.id,
            "contentType": "application/json",
            "messageId": secrets.token_hex(16),
            "time": str(int(self._now().timestamp() * 1000)),
            "topic": topic,
        }
        return {"specVersion": "1.0", "type": kind, "headers": headers, "data": data}

    async def _ping(self, connection: Connection) -> None:
        while True:
            await asyncio.sleep(self.ping_seconds)
            opaque = json.dumps({"opaque": secrets.token_hex(8)})
            try:
                await (await connection.send(self._frame("SYSTEM", "ping", opaque, connection)))
            except (WebSocketDisconnect, RuntimeError):
                return
            connection.pongs += 1

    async def _close_later(self, connection: Connection) -> None:
        await asyncio.sleep(self.drain_seconds)
        await connection.close()

    def _spawn(self, work: Any) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
