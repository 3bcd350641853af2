"""The second reader (辅助识读) on the wire: any OpenAI-compatible chat-completions endpoint.

It costs nothing when it is down: few calls at once, a short deadline, and after some failures in a row a pause. What it
answers is checked before anybody sees it; nothing of a message or an answer is logged.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import structlog

from bot.metrics import SECOND_READER
from bot.platforms.http import http_client
from bot.platforms.redact import silence_urls
from bot.settings import ReaderSettings
from handlers.understanding.second_reader import Proposal, Request, check, request

log = structlog.get_logger(__name__)

_MOST_AT_ONCE = 4
_FAILURES = 3
_PAUSE, _LONGEST_PAUSE = 60.0, 960.0
_ANSWER_LIMIT = 64 * 1024
_SAMPLE = "外墙今天刷完了"


class _Failure(Exception):
    """No usable answer; the text is the outcome that is counted."""


class SecondReader:
    """Asks the endpoint. `is_workday` is the county's calendar, `clock` counts seconds."""

    def __init__(
        self, settings: ReaderSettings, *, is_workday: Callable[[date], bool], clock: Callable[[], float]
    ) -> None:
        self._settings = settings
        self._is_workday = is_workday
        self._clock = clock
        self._http = http_client(timeout=settings.timeout_seconds, follow_redirects=False)
        self._busy = 0
        self._failed = 0
        self._pause_until = -math.inf
        silence_urls()

    @property
    def sends_names(self) -> bool:
        """Whether names of projects may be sent."""
        return self._settings.names

    @property
    def ready(self) -> bool:
        """Whether it may be asked now: not paused after failures, and not busy; a message never queues for it."""
        return self._clock() >= self._pause_until and self._busy < (1 if self._failed >= _FAILURES else _MOST_AT_ONCE)

    async def ask(self, asked: Request) -> Proposal | None:
        """Return what of its answer holds, None whatever goes wrong. Lasts at most the deadline."""
        if not self.ready:
            SECOND_READER.labels("skipped").inc()
            return None
        self._busy += 1
        try:
            answer = await self._answer(asked)
        except _Failure as failure:
            self._note_failure(str(failure))
            return None
        finally:
            self._busy -= 1
        self._failed = 0
        proposal = check(answer, asked, model=self._settings.model, is_workday=self._is_workday)
        SECOND_READER.labels("proposed" if proposal else "dropped").inc()
        return proposal

    async def fault(self) -> str | None:
        """Ask about a made-up sentence; return what is wrong and the remedy, or None."""
        try:
            await self._answer(request(_SAMPLE, sent=datetime(2026, 9, 17, 2, tzinfo=UTC)))
        except _Failure as failure:
            return _REMEDIES.get(str(failure), "没有应答或应答读不懂：请检查 DUBAN_READER__URL、网络和防火墙")
        return None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def _note_failure(self, outcome: str) -> None:
        SECOND_READER.labels(outcome).inc()
        self._failed += 1
        if self._failed >= _FAILURES:
            pause = min(_PAUSE * 2 ** (self._failed - _FAILURES), _LONGEST_PAUSE)
            self._pause_until = self._clock() + pause
            log.warning("second_reader.paused", outcome=outcome, seconds=pause)

    async def _answer(self, asked: Request) -> str:
        """Return the words of the answer. Raises _Failure."""
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                return _words(await self._post(asked))
        except (TimeoutError, httpx2.TimeoutException):
            outcome = "timeout"
        except _Failure:
            raise
        except Exception as error:  # whatever the other side does must not cost the message its handling
            log.warning("second_reader.failed", error=type(error).__name__)
            outcome = "unreachable"
        raise _Failure(outcome)

    async def _post(self, asked: Request) -> bytes:
        body = {"model": self._settings.model, "messages": asked.messages(), "stream": False}
        key = self._settings.api_key.get_secret_value()
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        headers |= {"Authorization": f"Bearer {key}"} if key else {}
        content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
        async with self._http.stream("POST", self._settings.endpoint, content=content, headers=headers) as response:
            if response.status_code != 200:
                raise _Failure("refused" if response.status_code in (401, 403) else "status")
            answer = bytearray()
            async for chunk in response.aiter_raw():
                answer += chunk
                if len(answer) > _ANSWER_LIMIT:
                    raise _Failure("too_large")
            return bytes(answer)


_REMEDIES = {
    "refused": "密钥没有被接受：请检查 DUBAN_READER__API_KEY",
    "status": "地址或模型不对：请检查 DUBAN_READER__URL（形如 https://主机/v1）和 DUBAN_READER__MODEL",
    "timeout": "没有在期限内应答：请换快一些的模型，或加大 DUBAN_READER__TIMEOUT_SECONDS",
}


def _words(answer: bytes) -> str:
    """Return the content of the first choice. Raises _Failure for anything else, a call of a tool included."""
    try:
        message: Any = json.loads(answer)["choices"][0]["message"]
        words = message["content"]
        calls = message.get("tool_calls")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        raise _Failure("malformed") from None
    if not isinstance(words, str) or calls:
        raise _Failure("malformed")
    return words
