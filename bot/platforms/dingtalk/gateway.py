"""Opening one Stream connection: a POST that grants an endpoint and a ticket, then the WebSocket itself."""

from __future__ import annotations

import logging
from urllib.parse import quote

import httpx2
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bot.platforms.base import Outcome
from bot.platforms.dingtalk import frames
from bot.platforms.dingtalk.client import TIMEOUT
from bot.platforms.dingtalk.errors import fault_of
from bot.platforms.dingtalk.parse import read_object
from bot.platforms.http import http_client
from bot.platforms.redact import silence_urls

CLOSE_PATIENCE = 2.0
"""Seconds a server gets to answer our close."""

_REFUSED = "钉钉拒绝建立 Stream 连接：请核对 Client ID、Client Secret，并在开发者后台为机器人选用 Stream 模式"
_SOCKET_LOG = logging.getLogger(f"{__name__}.socket")
_SOCKET_LOG.setLevel(logging.INFO)  # at DEBUG the library writes the request line, ticket and all


class NotConnectedError(Exception):
    """An attempt to connect failed.

    `refused`: trying again soon cannot help, and `detail` (Chinese) says why.
    """

    def __init__(self, code: str, detail: str = "", *, refused: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.refused = refused


class Gateway:
    """Where connections come from. `http` is closed only when it was made here."""

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        api_base: str,
        http: httpx2.AsyncClient | None = None,
        events: bool = False,
    ) -> None:
        silence_urls()
        self._credentials = {"clientId": client_id, "clientSecret": client_secret}
        self._api = api_base.rstrip("/")
        self._http = http or http_client(timeout=TIMEOUT)
        self._owned = http is None
        self._events = events

    async def aclose(self) -> None:
        """Close what was opened here."""
        if self._owned:
            await self._http.aclose()

    async def connect(self) -> ClientConnection:
        """Return a new connection. Raises NotConnectedError, whose context never holds ticket or secret."""
        endpoint, ticket = await self._register()
        address = f"{endpoint}{'&' if '?' in endpoint else '?'}ticket={quote(ticket, safe='')}"
        try:
            return await connect(address, logger=_SOCKET_LOG, open_timeout=TIMEOUT, close_timeout=CLOSE_PATIENCE)
        except (OSError, ValueError, WebSocketException) as error:
            code = type(error).__name__
        raise NotConnectedError(code)

    async def _register(self) -> tuple[str, str]:
        """Return an endpoint and its one-shot ticket (90 s), never kept."""
        body = {**self._credentials, "subscriptions": frames.subscriptions(self._events), "ua": "duban"}
        url = f"{self._api}/v1.0/gateway/connections/open"
        accept = {"Accept": "application/json"}  # without it the answer may be XML
        try:
            answer = await self._http.post(url, json=body, headers=accept, timeout=TIMEOUT, follow_redirects=False)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            code = type(error).__name__
        else:
            return self._grant(answer.status_code, answer.text)
        raise NotConnectedError(code)

    def _grant(self, status: int, text: str) -> tuple[str, str]:
        fault = fault_of(status, text)
        if fault is not None:
            refused = fault.outcome in (Outcome.PAUSED, Outcome.FAILED)
            detail = fault.detail if fault.outcome is Outcome.PAUSED else _REFUSED
            raise NotConnectedError(fault.code, detail, refused=refused)
        answer = read_object(text)
        endpoint, ticket = answer.get("endpoint"), answer.get("ticket")
        if not (isinstance(endpoint, str) and isinstance(ticket, str) and endpoint and ticket):
            raise NotConnectedError("endpoint.missing")
        plain = self._api.startswith("http://") and endpoint.startswith("ws://")
        if not (plain or endpoint.startswith("wss://")):
            raise NotConnectedError("endpoint.scheme")
        return endpoint, ticket
