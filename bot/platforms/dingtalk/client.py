"""Calling DingTalk: both hosts, one token, every failure turned into a `Fault`.

New API: JSON, the token in a header, the HTTP status carries errors. Old API: the token in the query, always
200 with `errcode`. One token serves both. No error raised here keeps a request, an address or a body in it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx2
import structlog

from bot.platforms.base import MediaGone, MediaUnavailable, Outcome
from bot.platforms.dingtalk import media
from bot.platforms.dingtalk.errors import (
    LATER,
    DingTalkError,
    Fault,
    classify,
    fault_of,
    legacy_fault_of,
    unanswered,
    unreachable,
)
from bot.platforms.http import http_client
from bot.platforms.redact import silence_urls
from bot.platforms.tokens import TokenSource, TokenStore

log = structlog.get_logger(__name__)

API_BASE = "https://api.dingtalk.com"
OAPI_BASE = "https://oapi.dingtalk.com"
TIMEOUT = 10.0
"""Seconds. The platform's own gateway gives up after 3."""

_NOT_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.ProxyError)


class Client:
    """The calls this bot makes, as coroutines that return the answer's body or raise DingTalkError.

    `http` is closed only when it was made here. `tokens` is given where processes share one token.
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        *,
        robot_code: str = "",
        api_base: str = API_BASE,
        oapi_base: str = OAPI_BASE,
        http: httpx2.AsyncClient | None = None,
        tokens: TokenStore | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        silence_urls()
        self.client_id = client_id
        self.robot_code = robot_code or client_id
        self._secret = client_secret
        self._api = api_base.rstrip("/")
        self._oapi = oapi_base.rstrip("/")
        self._http = http or http_client(timeout=TIMEOUT)
        self._owned = http is None
        self._tokens = TokenSource(self.fetch_token, clock=clock, store=tokens)

    async def aclose(self) -> None:
        """Close the connections made here."""
        if self._owned:
            await self._http.aclose()

    async def fetch_token(self) -> tuple[str, float]:
        """Ask for the token and its life in seconds. Not billed, but asking too often gets one blocked."""
        body = {"appKey": self.client_id, "appSecret": self._secret}
        try:
            answer = await self._call("POST", "/v1.0/oauth2/accessToken", body, {})
        except DingTalkError as error:
            fault = _before_sending(error.fault)
        else:
            token, life = answer.get("accessToken"), answer.get("expireIn")
            if isinstance(token, str) and token and isinstance(life, int | float) and life > 0:
                return token, float(life)
            fault = _before_sending(classify("http:502", code="token.unreadable"))
        raise DingTalkError(fault)

    async def call(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        """Make one call of the new API, renewing the token once if it is refused."""
        token = await self._tokens.get()
        try:
            return await self._authorized(method, path, body, token)
        except DingTalkError as error:
            if not error.fault.renew:
                raise
        await self._tokens.invalidate(token)
        return await self._authorized(method, path, body, await self._tokens.get())

    async def call_legacy(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Make one call of the old API, renewing the token once if it is refused."""
        token = await self._tokens.get()
        try:
            return await self._legacy(path, {"access_token": token}, body)
        except DingTalkError as error:
            if not error.fault.renew:
                raise
        await self._tokens.invalidate(token)
        return await self._legacy(path, {"access_token": await self._tokens.get()}, body)

    async def send_to_person(self, user: str, template: str, params: str) -> dict[str, Any]:
        """Send a robot message one to one. 200 does not mean it got there: read both lists."""
        body = {"robotCode": self.robot_code, "userIds": [user], "msgKey": template, "msgParam": params}
        return await self.call("POST", "/v1.0/robot/oToMessages/batchSend", body)

    async def send_to_group(self, conversation: str, template: str, params: str) -> dict[str, Any]:
        """Send a robot message to a group the robot is in. It cannot @ anyone."""
        body = {
            "robotCode": self.robot_code,
            "openConversationId": conversation,
            "msgKey": template,
            "msgParam": params,
        }
        return await self.call("POST", "/v1.0/robot/groupMessages/send", body)

    async def send_to_webhook(self, query: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        """Send through a group's custom robot; `query` holds its own token, time and signature."""
        return await self._legacy("/robot/send", query, body)

    async def create_card(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Create and deliver a card. Needs the permission Card.Instance.Write."""
        return await self.call("POST", "/v1.0/card/instances/createAndDeliver", body)

    async def update_card(self, track: str, params: Mapping[str, str]) -> None:
        """Overwrite the named variables of a card, leaving the others."""
        body = {
            "outTrackId": track,
            "cardData": {"cardParamMap": dict(params)},
            "cardUpdateOptions": {"updateCardDataByKey": True},
        }
        await self.call("PUT", "/v1.0/card/instances", body)

    async def fetch(self, code: str) -> bytes:
        """Return the bytes behind a download code. Raises MediaUnavailable or MediaGone."""
        body = {"downloadCode": code, "robotCode": self.robot_code}
        try:
            answer = await self.call("POST", "/v1.0/robot/messageFiles/download", body)
        except DingTalkError as error:
            fault = error.fault
            gone = fault.outcome is Outcome.FAILED
            raise (MediaGone if gone else MediaUnavailable)(fault.code) from None
        url = answer.get("downloadUrl")
        if not isinstance(url, str):
            raise MediaUnavailable("no address in the answer")
        hosts = frozenset(urlsplit(base).hostname or "" for base in (self._api, self._oapi))
        media.guard(url, trusted=hosts, local=media.loopback(urlsplit(self._api).hostname or ""))
        return await media.download(self._http, url)

    async def _authorized(self, method: str, path: str, body: Mapping[str, Any] | None, token: str) -> dict[str, Any]:
        return await self._call(method, path, body, {"x-acs-dingtalk-access-token": token})

    async def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> dict[str, Any]:
        return _body(path, await self._exchange(method, self._api + path, body, headers, {}), fault_of)

    async def _legacy(self, path: str, query: Mapping[str, str], body: Mapping[str, Any]) -> dict[str, Any]:
        return _body(path, await self._exchange("POST", self._oapi + path, body, {}, query), legacy_fault_of)

    async def _exchange(
        self,
        method: str,
        url: str,
        body: Mapping[str, Any] | None,
        headers: Mapping[str, str],
        query: Mapping[str, str],
    ) -> httpx2.Response | Fault:
        """Make the request; failures are returned, not raised, so that no traceback holds the request."""
        accept = {"Accept": "application/json", **headers}
        try:
            return await self._http.request(
                method,
                url,
                json=None if body is None else dict(body),
                headers=accept,
                params=dict(query),
                follow_redirects=False,
                timeout=TIMEOUT,
            )
        except _NOT_SENT as error:
            return unreachable(type(error).__name__)
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return unanswered(type(error).__name__)


def _body(path: str, answer: httpx2.Response | Fault, judge: Callable[[int, str], Fault | None]) -> dict[str, Any]:
    """Return a good answer's body; log and raise anything else."""
    fault = answer if isinstance(answer, Fault) else judge(answer.status_code, answer.text)
    if fault is None and isinstance(answer, httpx2.Response):
        return dict(json.loads(answer.text))
    fault = fault or unanswered("unreadable")
    log.warning("dingtalk_refused", path=path, code=fault.code, outcome=fault.outcome.value)
    raise DingTalkError(fault)


def _before_sending(fault: Fault) -> Fault:
    """Without a token nothing was sent, so what is unknown about the token is certain about the message."""
    if fault.outcome is Outcome.UNKNOWN:
        return replace(fault, outcome=Outcome.RETRY, detail="取不到钉钉访问令牌，稍后重试", retry_after=LATER)
    if fault.outcome is Outcome.FAILED:
        return replace(fault, outcome=Outcome.PAUSED, detail="取不到钉钉访问令牌：请核对 Client ID 和 Client Secret")
    return replace(fault, renew=False)
