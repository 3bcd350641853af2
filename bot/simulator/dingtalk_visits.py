"""Signing in inside the simulated DingTalk: codes of `dd.requestAuthCode`, the ticket and the script client."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.simulator.dingtalk_api import Answer, Api
from bot.simulator.dingtalk_errors import OapiError
from bot.simulator.dingtalk_oapi import Oapi
from bot.simulator.dingtalk_org import Org
from bot.simulator.visits import script, signed_well


class Visits:
    """Endpoints over one :class:`Org`."""

    def __init__(self, org: Org, api: Api, oapi: Oapi) -> None:
        self.org = org
        self._api = api
        self._oapi = oapi

    def routes(self) -> list[Route]:
        """Return the routes, paths as on the real hosts."""
        return [
            self._api.route("POST", "/v1.0/oauth2/jsapiTickets", self.ticket, billed=False),
            self._oapi.route("POST", "/topapi/v2/user/getuserinfo", self.user),
            Route("/dingding/dingtalk-jsapi/dingtalk.open.js", self.client),
        ]

    def auth_code(self, corp_id: str, client_id: str, user_id: str) -> str | None:
        """Return a code as the app gives it to a page it shows; None for another organisation's."""
        right = corp_id == self.org.corp_id and client_id == self.org.client_id
        return self.org.auth_codes.issue(user_id) if right else None

    async def ticket(self, _: Request) -> Answer:
        """Hand out a JSAPI ticket, the same one while it lives."""
        return {"jsapiTicket": self.org.tickets.issue(), "expireIn": self.org.tickets.seconds}

    async def user(self, request: Request) -> Answer:
        """Say whose code it is."""
        self._oapi.check_token(request)
        user_id = self.org.auth_codes.spend(str((await self._oapi.body_of(request)).get("code")))
        actor = self.org.stage.actor_of("dingtalk", user_id) if user_id else None
        if actor is None:
            raise OapiError(40078, "不存在的临时授权码")
        told = {"userid": actor.user_id, "unionid": f"u{actor.user_id}", "name": actor.name}
        return {"result": told | {"sys": False, "sys_level": 0}}

    async def client(self, _: Request) -> Response:
        """Serve the script client."""
        return script("dingtalk.open.js")

    def configured(self, config: dict[str, Any], url: str) -> bool:
        """Whether `dd.config` at an address is in order."""
        return config.get("corpId") == self.org.corp_id and signed_well(self.org.tickets, config, url, "sha256")
