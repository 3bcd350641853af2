"""What is still needed of oapi.dingtalk.com, and session webhooks: HTTP 200 and an errcode."""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.simulator.credentials import Standing
from bot.simulator.dingtalk_errors import OapiError
from bot.simulator.dingtalk_messages import webhook_draft
from bot.simulator.dingtalk_org import WEBHOOK_BLOCK, Org, Webhook, robot_sign

Answer = dict[str, Any]


class Oapi:
    """Endpoints over one :class:`Org`."""

    def __init__(self, org: Org) -> None:
        self.org = org

    def routes(self) -> list[Route]:
        """Return the routes, paths as on the real host."""
        return [
            self.route("GET", "/gettoken", self.gettoken),
            self.route("POST", "/robot/send", self.webhook),
            self.route("POST", "/robot/sendBySession", self.session),
            self.route("POST", "/topapi/v2/user/get", self.user),
        ]

    def route(self, method: str, path: str, handler: Callable[[Request], Awaitable[Answer]]) -> Route:
        """Wrap a handler: the old host's JSON around what it says."""

        async def endpoint(request: Request) -> Response:
            try:
                return JSONResponse({"errcode": 0, "errmsg": "ok"} | await handler(request))
            except OapiError as refusal:
                return refusal.response()

        return Route(path, endpoint, methods=[method])

    def check_token(self, request: Request) -> None:
        """Refuse a call without a token that is good."""
        if self.org.tokens.standing(request.query_params.get("access_token", "")) is not Standing.VALID:
            raise OapiError(40014, "不合法的access_token")

    async def gettoken(self, request: Request) -> Answer:
        """Hand out the same token as the new host."""
        query = request.query_params
        if not self.org.admits(query.get("appkey", ""), query.get("appsecret", "")):
            raise OapiError(40089, "不合法的corpid或corpsecret")
        return {"access_token": self.org.tokens.issue(), "expires_in": self.org.tokens.seconds}

    async def user(self, request: Request) -> Answer:
        """Describe a person."""
        self.check_token(request)
        userid = str((await self.body_of(request)).get("userid"))
        actor = self.org.stage.actor_of("dingtalk", userid)
        if actor is None:
            raise OapiError(33012, "无效的USERID")
        return {"result": {"userid": actor.user_id, "name": actor.name, "title": actor.title, "active": True}}

    async def webhook(self, request: Request) -> Answer:
        """Speak through a custom robot: signature, keywords, 20 a minute, msgUuid against repeats."""
        token = request.query_params.get("access_token", "")
        if token not in self.org.stage.groups:
            raise OapiError(300005, "token is not exist")
        robot = self.org.webhooks.setdefault(token, Webhook())
        raw = await request.body()
        if len(raw) > 20_000:
            raise OapiError(460101, "message too long")
        self._check_sign(robot, request)
        self._check_rate(robot)
        body = await self.body_of(request)
        drawn = webhook_draft(body)
        self._check_keywords(robot, raw)
        uuid = str(body.get("msgUuid") or "")
        if not uuid or uuid not in robot.uuids:
            robot.uuids.add(uuid)
            self.org.show_group(token, drawn)
        return {}

    def _check_sign(self, robot: Webhook, request: Request) -> None:
        if not robot.secret:
            return
        timestamp, sign = (request.query_params.get(name, "") for name in ("timestamp", "sign"))
        now = self.org.stage.now().timestamp() * 1000
        if not timestamp.isdigit() or abs(now - int(timestamp)) > 3_600_000:
            raise OapiError(310000, "timestamp is invalid")
        if not hmac.compare_digest(sign.encode(), robot_sign(timestamp, robot.secret).encode()):
            raise OapiError(310000, "sign not match")

    def _check_keywords(self, robot: Webhook, raw: bytes) -> None:
        text = json.dumps(json.loads(raw), ensure_ascii=False)
        if robot.keywords and not any(word in text for word in robot.keywords):
            raise OapiError(310000, "keywords not in content")

    def _check_rate(self, robot: Webhook) -> None:
        """Above 20 a minute the robot is silent for ten."""
        now = self.org.stage.now()
        blocked = robot.blocked_until is not None and now < robot.blocked_until
        if not blocked and robot.rate.admits("", now):
            return
        if not blocked:
            robot.blocked_until = now + WEBHOOK_BLOCK
        raise OapiError(410100, "发送速度太快而限流")

    async def session(self, request: Request) -> Answer:
        """Speak where somebody spoke to the robot, within 90 minutes."""
        target, until = self.org.sessions.get(request.query_params.get("session", ""), ("", None))
        if until is None or self.org.stage.now() >= until:
            raise OapiError(300001, "session 不存在")
        self.org.show_in(target, webhook_draft(await self.body_of(request)))
        return {}

    async def body_of(self, request: Request) -> Answer:
        """Return the JSON object a call brought. Raises OapiError."""
        if "json" not in request.headers.get("content-type", ""):
            raise OapiError(43004, "无效的HTTP HEADER Content-Type")
        try:
            body = json.loads(await request.body())
        except ValueError:
            raise OapiError(40035, "参数不合法") from None
        if not isinstance(body, dict):
            raise OapiError(40035, "参数不合法")
        return body
