"""The door to a simulated platform: it writes down every call and makes trouble to order."""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_SECRET_NAMES = frozenset(
    """access_token corpsecret key sign session ticket
    secret appsecret clientsecret client_secret apisecret""".split()  # noqa: SIM905 - reads better
)
_GATEWAY_PAGE = "<html><head><title>504</title></head><body>gateway busy</body></html>"

Code = int | str


@dataclass(frozen=True, slots=True)
class Seen:
    """One call. Tokens and secrets are masked in `query` and `body`; `body` is JSON, or its size."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    at: datetime
    monotonic: float
    digest: str


@dataclass(slots=True)
class Fault:
    """Trouble for calls whose path ends in `path` and whose body holds `where`.

    `with_`: "timeout", "reset", "html" (nothing is done), "accept_then_timeout", "accept_then_reset" (it is
    done but never said), an HTTP status 400-599, or one of the platform's own codes.
    """

    path: str
    with_: Code
    times: int
    where: str = ""
    chance: float = 1.0

    def strikes(self, path: str, body: bytes, dice: random.Random) -> bool:
        """Say whether this call is hit, counting it if so."""
        if self.times == 0 or not path.endswith(self.path) or self.where.encode() not in body:
            return False
        if self.chance < 1.0 and dice.random() >= self.chance:
            return False
        self.times -= 1
        return True


class Front:
    """ASGI middleware around a platform. `refuse` words the platform's own error for a code and a path."""

    def __init__(
        self,
        app: ASGIApp,
        now: Callable[[], datetime],
        refuse: Callable[[Code, str], Response],
        seed: int = 0,
    ) -> None:
        self.requests: list[Seen] = []
        self.hang_seconds = 60.0
        self._app = app
        self._now = now
        self._refuse = refuse
        self._faults: list[Fault] = []
        self._dice = random.Random(seed)

    def fail_next(self, path: str, times: int, with_: Code, where: str = "") -> None:
        """Let the next `times` calls go wrong."""
        self._faults.append(Fault(path, with_, times, where))

    def fail_often(self, path: str, chance: float, with_: Code, where: str = "") -> None:
        """Let calls go wrong by chance, until :meth:`heal`."""
        self._faults.append(Fault(path, with_, -1, where, chance))

    def heal(self) -> None:
        """Make no more trouble."""
        self._faults.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            scope["duban.transport"] = _transport(send)
            await self._app(scope, receive, send)
            return
        path = _path_within_mount(scope)
        body = await _whole_body(receive)
        self.requests.append(self._note(scope, path, body))
        fault = next((f for f in self._faults if f.strikes(path, body, self._dice)), None)
        again = _replay(body, receive)
        if fault is None:
            await self._app(scope, again, send)
        else:
            await self._misbehave(fault.with_, path, scope, again, send)

    async def _misbehave(self, with_: Code, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        if with_ in ("accept_then_timeout", "accept_then_reset"):
            await self._app(scope, receive, _nowhere)
        if with_ in ("timeout", "accept_then_timeout"):
            await self._hang(receive, send)
        elif with_ in ("reset", "accept_then_reset"):
            await _hang_up(receive, send)
        else:
            await self._wrong_answer(with_, path)(scope, receive, send)

    def _wrong_answer(self, with_: Code, path: str) -> Response:
        if with_ == "html":
            return HTMLResponse(_GATEWAY_PAGE)
        if isinstance(with_, int) and 400 <= with_ <= 599:
            return PlainTextResponse("upstream error", with_)
        return self._refuse(with_, path)

    async def _hang(self, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self.hang_seconds):
                await _until_gone(receive)
        except TimeoutError:
            await _hang_up(receive, send)

    def _note(self, scope: Scope, path: str, body: bytes) -> Seen:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        return Seen(
            method=scope["method"],
            path=path,
            query=_masked(query),
            body=_masked(_readable(body)),
            at=self._now(),
            monotonic=time.monotonic(),
            digest=hashlib.sha256(body).hexdigest(),
        )


def _path_within_mount(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))


async def _whole_body(receive: Receive) -> bytes:
    parts = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return bytes(parts)
        parts += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _nowhere(message: Message) -> None:
    """Swallow an answer."""


async def _hang_up(receive: Receive, send: Send) -> None:
    """Drop the TCP connection: without a word where the server can be reached, else within an answer."""
    transport = _transport(send)
    if transport is None:
        head = [(b"content-length", b"1")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        return  # promised a byte and gives none: the server can only close
    transport.abort()
    await _until_gone(receive)


def _transport(send: Send) -> Any:
    """Return the connection under an uvicorn `send`, or None where something stands between."""
    return getattr(getattr(send, "__self__", None), "transport", None)


async def _until_gone(receive: Receive) -> None:
    """Wait for the caller to hang up."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _readable(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return f"({len(body)} bytes)"


def _masked(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: "***" if _secret(k) and isinstance(v, str) else _masked(v) for k, v in value.items()}
    return [_masked(item) for item in value] if isinstance(value, list) else value


def _secret(name: str) -> bool:
    return name.lower() in _SECRET_NAMES
