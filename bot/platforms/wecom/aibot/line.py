"""One long connection to the robot's gateway (D101463): frames out, frames in, and which answer belongs to which.

Every frame is `{cmd, headers: {req_id}, body}`; what we send is acknowledged under its own req_id with an errcode.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any
from weakref import WeakValueDictionary

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from bot.platforms.base import Malformed
from bot.platforms.wecom.aibot.parse import read_object

SUBSCRIBE, PING = "aibot_subscribe", "ping"
MESSAGE, EVENT = "aibot_msg_callback", "aibot_event_callback"
RESPOND, WELCOME, UPDATE, SEND = (
    "aibot_respond_msg",
    "aibot_respond_welcome_msg",
    "aibot_respond_update_msg",
    "aibot_send_msg",
)
ACK_PATIENCE = 5.0
OPEN_PATIENCE = 10.0
_FRAME_LIMIT = 1024 * 1024

_log = structlog.get_logger(__name__)
_SOCKET_LOG = logging.getLogger(f"{__name__}.socket")
_SOCKET_LOG.setLevel(logging.INFO)  # at DEBUG the library writes every frame, the secret's too


class LineDownError(Exception):
    """Nothing was sent: there is no connection, or it broke before."""


class NoAckError(Exception):
    """It was sent, and nobody said what became of it."""


class Line:
    """One open socket. Call :meth:`frames` and keep reading, or no answer is ever heard."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._awaited: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    async def open(cls, url: str) -> Line:
        """Connect. Raises LineDownError."""
        try:
            socket = await connect(
                url, logger=_SOCKET_LOG, open_timeout=OPEN_PATIENCE, close_timeout=2.0, max_size=_FRAME_LIMIT
            )
        except (OSError, ValueError, WebSocketException) as error:
            name = type(error).__name__
        else:
            return cls(socket)
        raise LineDownError(name)

    async def ask(self, cmd: str, body: Mapping[str, Any] | None = None, req_id: str = "") -> dict[str, Any]:
        """Send one frame and return its acknowledgement. Raises LineDownError or NoAckError.

        Replies to one callback share its req_id, so they wait for one another.
        """
        req_id = req_id or f"{cmd}_{secrets.token_hex(8)}"
        lock = self._turns.get(req_id)
        if lock is None:
            lock = self._turns[req_id] = asyncio.Lock()
        async with lock:
            return await self._exchange(cmd, body, req_id)

    async def _exchange(self, cmd: str, body: Mapping[str, Any] | None, req_id: str) -> dict[str, Any]:
        frame: dict[str, Any] = {"cmd": cmd, "headers": {"req_id": req_id}}
        if body is not None:
            frame["body"] = body
        coming = self._awaited[req_id] = asyncio.get_running_loop().create_future()
        try:
            await self._socket.send(json.dumps(frame, ensure_ascii=False))
        except ConnectionClosed:
            self._awaited.pop(req_id, None)
            raise LineDownError("closed") from None
        try:
            return await asyncio.wait_for(coming, ACK_PATIENCE)
        except TimeoutError:
            raise NoAckError(cmd) from None
        finally:
            self._awaited.pop(req_id, None)

    async def frames(self) -> AsyncIterator[dict[str, Any]]:
        """Yield what the gateway pushes, until the connection ends; acknowledgements go to whoever waits."""
        try:
            async for raw in self._socket:
                frame = self._sort(raw)
                if frame is not None:
                    yield frame
        except ConnectionClosed as error:
            _log.info("aibot_line_dropped", code=error.rcvd.code if error.rcvd else None)
        finally:
            for coming in self._awaited.values():
                if not coming.done():
                    coming.set_exception(NoAckError("dropped"))

    def _sort(self, raw: str | bytes) -> dict[str, Any] | None:
        try:
            frame = read_object(raw)
        except Malformed:
            _log.warning("aibot_frame_skipped")
            return None
        if frame.get("cmd") in (MESSAGE, EVENT):
            return frame
        headers = frame.get("headers")
        coming = self._awaited.get(str(headers.get("req_id"))) if isinstance(headers, dict) else None
        if coming is not None and not coming.done():
            coming.set_result(frame)
        return None

    async def close(self) -> None:
        """Close in good order."""
        await self._socket.close()
