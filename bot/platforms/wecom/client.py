"""WeCom's HTTP API as calls that answer with a mapping or raise ApiError or NoAnswerError, and nothing else.

Knows addresses, the token and time limits; knows no message. No exception raised here is chained to one of
the HTTP library, because those carry the URL and so the token.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx2
import structlog

from bot.platforms.http import http_client
from bot.platforms.redact import redact, silence_urls
from bot.platforms.tokens import TokenSource, TokenStore
from bot.platforms.wecom.errors import SECRET_REFUSED, TOKEN_REFUSED, ApiError, NoAnswerError

API_BASE = "https://qyapi.weixin.qq.com"
MEDIA_LIMIT = 20 * 1024 * 1024
SECRET_PAUSE = 600.0
"""Seconds without another attempt after WeCom refused the secret."""

_ANSWER_LIMIT = 1024 * 1024
_STEP_TIMEOUT = httpx2.Timeout(10.0)  # for each of connect, write, read
_CALL_TIMEOUT = 20.0  # for a whole call, against an answer that trickles
_MEDIA_TIMEOUT = 120.0
_JSON_TYPES = ("application/json", "text/plain", "text/json")

# Raised before a byte of the request can have reached WeCom.
_NEVER_SENT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.ProxyError,
    httpx2.UnsupportedProtocol,
)

_log = structlog.get_logger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _Call:
    """One request. `body` is sent byte for byte, so that a repeat is recognised as one."""

    method: str
    path: str
    query: Mapping[str, str]
    body: bytes | None = None
    limit: int = _ANSWER_LIMIT
    timeout: float = _CALL_TIMEOUT


def encode(payload: Mapping[str, Any]) -> bytes:
    """Return the JSON bytes of `payload`: equal payloads give equal bytes."""
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


class Client:
    """Calls the API of one self-built app (自建应用).

    `api_base` may point at a private deployment. A given `http` is used but not closed. `clock` counts
    seconds.
    """

    def __init__(
        self,
        corp_id: str,
        secret: str,
        *,
        api_base: str = API_BASE,
        http: httpx2.AsyncClient | None = None,
        tokens: TokenStore | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._base = _checked_base(api_base)
        self._corp_id = corp_id
        self._secret = secret
        self._http = http or http_client()
        self._own_http = http is None
        self._clock = clock
        self._tokens = TokenSource(self._fetch_token, clock=clock, store=tokens)
        self._refused: ApiError | None = None
        self._refused_until = 0.0
        silence_urls()

    async def get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """GET with the token. Raises ApiError or NoAnswerError."""
        return await self._with_token(_Call("GET", path, query or {}), _decode)

    async def post(self, path: str, body: bytes) -> dict[str, Any]:
        """POST JSON with the token. Raises ApiError or NoAnswerError."""
        return await self._with_token(_Call("POST", path, {}, body), _decode)

    async def post_keyed(self, path: str, key: str, body: bytes) -> dict[str, Any]:
        """POST JSON to a group webhook, whose `key` takes the token's place. Raises as :meth:`post`."""
        return self._clean(_decode, await self._exchange(_Call("POST", path, {"key": key}, body)))

    async def download(self, media_id: str) -> bytes:
        """Return a medium of at most 20 MiB. Raises ApiError (45001 when larger) or NoAnswerError."""
        call = _Call("GET", "/cgi-bin/media/get", {"media_id": media_id}, None, MEDIA_LIMIT, _MEDIA_TIMEOUT)
        return await self._with_token(call, _decode_media)

    async def aclose(self) -> None:
        """Close the connections that are ours."""
        if self._own_http:
            await self._http.aclose()

    async def _with_token(self, call: _Call, decode: Callable[[_Answer], _T]) -> _T:
        token = await self._tokens.get()
        try:
            return await self._attempt(call, token, decode)
        except ApiError as error:
            if error.code not in TOKEN_REFUSED:
                raise
        await self._tokens.invalidate(token)
        return await self._attempt(call, await self._tokens.get(), decode)

    async def _attempt(self, call: _Call, token: str, decode: Callable[[_Answer], _T]) -> _T:
        query = {"access_token": token, **call.query}
        answer = await self._exchange(_Call(call.method, call.path, query, call.body, call.limit, call.timeout))
        return self._clean(decode, answer)

    def _clean(self, decode: Callable[[_Answer], _T], answer: _Answer) -> _T:
        try:
            return decode(answer)
        except ApiError as error:
            code, errmsg = error.code, redact(error.errmsg).replace(self._secret or "\0", "***")
        raise ApiError(code, errmsg)

    async def _fetch_token(self) -> tuple[str, float]:
        if self._refused is not None and self._clock() < self._refused_until:
            raise ApiError(self._refused.code, self._refused.errmsg)
        query = {"corpid": self._corp_id, "corpsecret": self._secret}
        try:
            answer = await self._exchange(_Call("GET", "/cgi-bin/gettoken", query))
            data = self._clean(_decode, answer)
        except NoAnswerError as error:
            # Whatever was to be done with the token has certainly not been done.
            reason = f"获取 access_token 时{error.reason}"
        except ApiError as error:
            self._remember_refusal(error)
            raise
        else:
            return _token_of(data)
        raise NoAnswerError(reason, maybe_done=False)

    def _remember_refusal(self, error: ApiError) -> None:
        if error.code in SECRET_REFUSED:
            self._refused, self._refused_until = error, self._clock() + SECRET_PAUSE
            _log.error("wecom_secret_refused", code=error.code)

    async def _exchange(self, call: _Call) -> _Answer:
        try:
            async with asyncio.timeout(call.timeout):
                return await self._stream(call)
        except _NEVER_SENT as error:
            failure = NoAnswerError(f"连不上企业微信（{type(error).__name__}）", maybe_done=False)
        except (httpx2.HTTPError, TimeoutError) as error:
            failure = NoAnswerError(f"企业微信未应答（{type(error).__name__}）", maybe_done=True)
        _log.warning("wecom_unreachable", path=call.path, maybe_done=failure.maybe_done)
        raise failure

    async def _stream(self, call: _Call) -> _Answer:
        headers = {"Content-Type": "application/json"} if call.body is not None else {}
        async with self._http.stream(
            call.method,
            self._base + call.path,
            params=dict(call.query),
            content=call.body,
            headers={"Accept-Encoding": "identity", **headers},
            timeout=_STEP_TIMEOUT,
            follow_redirects=False,
        ) as response:
            body = await _read(response, call.limit)
            return _Answer(response.status_code, response.headers.get("content-type", ""), body)


def _checked_base(api_base: str) -> str:
    parts = urlsplit(api_base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("企业微信接口地址应形如 https://主机")
    return api_base.rstrip("/")


async def _read(response: httpx2.Response, limit: int) -> bytes:
    """Return the body, or somewhat more than `limit` bytes of one that is longer."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > limit:
            break
    return bytes(body)


def _check_status(answer: _Answer) -> None:
    if answer.status == 200:
        return
    refused = 300 <= answer.status < 500 and answer.status != 408
    raise NoAnswerError(f"接口返回 HTTP {answer.status}", maybe_done=not refused)


def _decode(answer: _Answer) -> dict[str, Any]:
    _check_status(answer)
    data = _json_object(answer.body)
    code = data.get("errcode") if data is not None else None
    if data is None or not isinstance(code, int):
        raise NoAnswerError("接口返回了无法识别的内容", maybe_done=True)
    if code != 0:
        raise ApiError(code, str(data.get("errmsg", "")))
    return data


def _decode_media(answer: _Answer) -> bytes:
    """Media errors come as HTTP 200 with JSON in place of the file (D90254)."""
    _check_status(answer)
    if len(answer.body) > MEDIA_LIMIT:
        raise ApiError(45001, "medium too large")
    kind = answer.content_type.partition(";")[0].strip().lower()
    if kind in _JSON_TYPES or answer.body[:1] == b"{":
        _decode(answer)
    if kind.startswith("text/") or kind in _JSON_TYPES or not answer.body:
        raise NoAnswerError("接口返回的不是媒体文件", maybe_done=False)
    return answer.body


def _json_object(body: bytes) -> dict[str, Any] | None:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, dict) else None


def _token_of(data: Mapping[str, Any]) -> tuple[str, float]:
    token, life = data.get("access_token"), data.get("expires_in")
    if not isinstance(token, str) or not token or not isinstance(life, int | float) or life <= 0:
        raise NoAnswerError("获取 access_token 时接口返回了无法识别的内容", maybe_done=False)
    return token, float(life)
