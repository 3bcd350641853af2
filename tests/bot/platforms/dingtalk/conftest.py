"""DingTalk's HTTP side as a transport: it records what was asked and answers what the test scripted."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest

Answer = httpx2.Response | Exception | dict[str, Any]


class Wire:
    """`asked` lists (method, path, body, request); `script` answers each path in turn, the last for ever."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, Any, httpx2.Request]] = []
        self.tokens = 0
        self.script: dict[str, list[Answer]] = {}

    def handle(self, request: httpx2.Request) -> httpx2.Response:
        body = json.loads(request.content) if request.content else None
        path = request.url.path
        self.asked.append((request.method, path, body, request))
        answers = self.script.get(path)
        if answers:
            answer = answers.pop(0) if len(answers) > 1 else answers[0]
            if isinstance(answer, Exception):
                raise answer
            return answer if isinstance(answer, httpx2.Response) else httpx2.Response(200, json=answer)
        if path == "/v1.0/oauth2/accessToken":
            self.tokens += 1
            return httpx2.Response(200, json={"accessToken": f"token-seed-{self.tokens}", "expireIn": 7200})
        return httpx2.Response(200, json={"processQueryKey": "pqk-1", "errcode": 0})

    def bodies(self, path: str) -> list[Any]:
        return [body for _, asked, body, _ in self.asked if asked == path]

    def requests(self, path: str) -> list[httpx2.Request]:
        return [request for _, asked, _, request in self.asked if asked == path]


@pytest.fixture
def wire() -> Wire:
    return Wire()


@pytest.fixture
def http(wire: Wire) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.MockTransport(wire.handle))


@pytest.fixture
def refusal() -> Callable[[int, str], httpx2.Response]:
    return lambda status, code: httpx2.Response(status, json={"code": code, "message": "m"})
