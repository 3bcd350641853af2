"""Signing in inside the simulated WeCom: OAuth (D91022, D91023), the tickets and the script client (D90506)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.simulator.credentials import Tokens
from bot.simulator.limits import HOUR, Limit
from bot.simulator.visits import PHONE, Codes, script, signed_well
from bot.simulator.wecom_api import Answer, Api
from bot.simulator.wecom_corp import Corp
from bot.simulator.wecom_errors import WeComError


class Visits:
    """Endpoints over one :class:`Corp`. `trusted` is the trusted domain (可信域名), "" for any."""

    def __init__(self, corp: Corp, api: Api) -> None:
        self.corp = corp
        self.api = api
        self.trusted = ""
        self.codes = Codes(corp.stage.now)
        self.tickets = Tokens(7200, corp.stage.now, renews=False)
        self.app_tickets = Tokens(7200, corp.stage.now, renews=False)
        self._per_hour = Limit((400, HOUR))

    def routes(self) -> list[Route]:
        """Return the routes, paths as on the real hosts."""
        return [
            Route("/connect/oauth2/authorize", self.authorize),
            self.api.route("GET", "/cgi-bin/auth/getuserinfo", self.user),
            self.api.route("GET", "/cgi-bin/get_jsapi_ticket", self.ticket),
            self.api.route("GET", "/cgi-bin/ticket/get", self.app_ticket),
            Route("/open/js/jweixin-1.2.0.js", self.client),
        ]

    async def authorize(self, request: Request) -> Response:
        """Send the app's browser back with a code; a browser that is nobody's phone gets no further."""
        query, user_id = request.query_params, request.cookies.get(PHONE, "")
        back = query.get("redirect_uri", "")
        right = query.get("appid") == self.corp.corp_id and query.get("response_type") == "code"
        if not right or query.get("scope") not in ("snsapi_base", "snsapi_privateinfo"):
            return PlainTextResponse("参数错误", 400)
        if self.trusted and urlsplit(back).hostname != self.trusted:
            return PlainTextResponse("redirect_uri 与配置的授权完成回调域名不一致（50001）", 400)
        if not user_id:
            return PlainTextResponse("请在企业微信客户端打开链接", 403)
        answer = {"code": self.codes.issue(user_id), "state": query.get("state", "")}
        return RedirectResponse(f"{back}{'&' if '?' in back else '?'}{urlencode(answer)}", 302)

    async def user(self, request: Request) -> Answer:
        """Say whose code it is: a member's account, or an outsider's openid."""
        user_id = self.codes.spend(request.query_params.get("code", ""))
        if user_id is None:
            raise WeComError(40029)
        known = self.corp.known(user_id)
        return {"userid": known, "user_ticket": ""} if known else {"openid": f"o{user_id}"}

    async def ticket(self, _: Request) -> Answer:
        """Hand out the corporation's ticket, at most 400 times an hour."""
        if not self._per_hour.admits("", self.corp.stage.now()):
            raise WeComError(45009)
        return {"ticket": self.tickets.issue(), "expires_in": self.tickets.seconds}

    async def app_ticket(self, request: Request) -> Answer:
        """Hand out the app's own ticket (wx.agentConfig)."""
        if request.query_params.get("type") != "agent_config":
            raise WeComError(40058)
        return {"ticket": self.app_tickets.issue(), "expires_in": self.app_tickets.seconds}

    async def client(self, _: Request) -> Response:
        """Serve the script client."""
        return script("jweixin.js")

    def configured(self, config: dict[str, Any], url: str) -> bool:
        """Whether `wx.config` at an address is in order."""
        return config.get("appId") == self.corp.corp_id and signed_well(self.tickets, config, url, "sha1")
