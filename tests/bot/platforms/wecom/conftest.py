"""WeCom's API as a transport: keeps what it was asked and answers as told."""

from __future__ import annotations

import json
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
import pytest_asyncio

from bot.platforms.wecom import WeCom, WeComSecrets

Answer = dict[str, Any] | httpx2.Response | Exception
OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}


class FakeWeCom:
    """Each path answers its queued answers first, then its standing one, then ok."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.bodies: list[bytes] = []
        self.queries: list[dict[str, str]] = []
        self.queued: dict[str, deque[Answer]] = {}
        self.standing: dict[str, Answer] = {}

    def client(self) -> httpx2.AsyncClient:
        """Return an HTTP client whose every request ends here."""
        return httpx2.AsyncClient(transport=httpx2.MockTransport(self._answer))

    def queue(self, path: str, *answers: Answer) -> None:
        """Answer `path` with these, once each."""
        self.queued.setdefault(path, deque()).extend(answers)

    def sent(self) -> list[dict[str, Any]]:
        """Return the JSON bodies received, in order."""
        return [json.loads(body) for body in self.bodies]

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        path = request.url.path.removeprefix("/cgi-bin/")
        self.calls[path] += 1
        self.queries.append({name: values[0] for name, values in parse_qs(request.url.query.decode()).items()})
        if request.method == "POST":
            self.bodies.append(request.content)
        waiting = self.queued.get(path)
        answer = waiting.popleft() if waiting else self.standing.get(path, self._usual(path))
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx2.Response) else httpx2.Response(200, json=answer)

    def _usual(self, path: str) -> Answer:
        if path == "gettoken":
            return {**OK, "access_token": f"tok-{self.calls[path]}", "expires_in": 7200}
        if path == "message/send":
            return {**OK, "msgid": f"m{self.calls[path]}", "response_code": "Rc1"}
        return OK


SECRET = "SeCrEt-0123456789-abcdefghijklmnop"
SECRETS = WeComSecrets("ww0123456789abcdef", 1000012, "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")


class Clock:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def api() -> FakeWeCom:
    return FakeWeCom()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def wecom(api: FakeWeCom, clock: Clock) -> AsyncIterator[WeCom]:
    async with api.client() as http:
        yield WeCom(SECRETS, SECRET, http=http, clock=clock)


@pytest.fixture
def refusal() -> Callable[..., dict[str, Any]]:
    """Return a maker of answers with a code."""
    return lambda code, errmsg="no": {"errcode": code, "errmsg": errmsg}
