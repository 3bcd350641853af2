"""The interfaces of api.dingtalk.com (`/v1.0/…`) that a robot needs, cards aside."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.simulator.credentials import Standing
from bot.simulator.dingtalk_errors import QPS, QUOTA, UNAUTHENTICATED, DingTalkError
from bot.simulator.dingtalk_messages import robot_draft
from bot.simulator.dingtalk_org import Org
from bot.simulator.limits import Limit

Answer = dict[str, Any]
Handler = Callable[[Request], Awaitable[Answer | Response]]


async def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object a call brought. Raises DingTalkError."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise DingTalkError("invalidParameter") from None
    if not isinstance(body, dict):
        raise DingTalkError("invalidParameter")
    return body


class Api:
    """Endpoints over one :class:`Org`."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self._per_path = Limit((20, timedelta(seconds=1)))

    def routes(self) -> list[Route]:
        """Return the routes, paths as on the real host."""
        return [
            self.route("POST", "/v1.0/oauth2/accessToken", self.access_token, token=False, billed=False),
            self.route("POST", "/v1.0/robot/oToMessages/batchSend", self.to_persons),
            self.route("POST", "/v1.0/robot/groupMessages/send", self.to_group),
            self.route("POST", "/v1.0/robot/messageFiles/download", self.download),
            Route("/files/{ref}", self.file),
            Route("/pictures/{ref}", self.picture),
        ]

    def route(self, method: str, path: str, handler: Handler, *, token: bool = True, billed: bool = True) -> Route:
        """Wrap a handler: token, 20 calls a second and the month's quota before it."""

        async def endpoint(request: Request) -> Response:
            try:
                if token:
                    self._check_token(request)
                self._check_rate(path, billed)
                said = await handler(request)
            except DingTalkError as refusal:
                return refusal.response()
            return said if isinstance(said, Response) else JSONResponse(said)

        return Route(path, endpoint, methods=[method])

    def _check_token(self, request: Request) -> None:
        shown = request.headers.get("x-acs-dingtalk-access-token", "")
        if self.org.tokens.standing(shown) is not Standing.VALID:
            raise DingTalkError(UNAUTHENTICATED, "不合法的access_token")

    def _check_rate(self, path: str, billed: bool) -> None:
        """The 20 a second are real seconds, not the county's. Refused calls are not billed."""
        if not self._per_path.admits(path, datetime.fromtimestamp(time.monotonic(), UTC)):
            raise DingTalkError(QPS)
        if billed and not self.org.within_quota():
            raise DingTalkError(QUOTA)

    async def access_token(self, request: Request) -> Answer:
        """Hand out the token; asking again renews it."""
        body = await body_of(request)
        if not self.org.admits(str(body.get("appKey")), str(body.get("appSecret"))):
            raise DingTalkError("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
        return {"accessToken": self.org.tokens.issue(), "expireIn": self.org.tokens.seconds}

    def _check_robot(self, body: dict[str, Any]) -> None:
        if not body.get("robotCode"):
            raise DingTalkError("miss.param.robotCode")
        if body["robotCode"] != self.org.robot_code:
            raise DingTalkError("robot.oto.notExist")

    async def to_persons(self, request: Request) -> Answer:
        """Send one to one, at most 20 people. HTTP 200 does not mean that everybody got it."""
        body = await body_of(request)
        self._check_robot(body)
        users = body.get("userIds")
        if not isinstance(users, list) or not users or len(users) > 20:
            raise DingTalkError("invalidParameter.userIds.invalid")
        drawn = robot_draft(body.get("msgKey"), body.get("msgParam"))
        strangers = [user for user in users if not self.org.known(user)]
        if len(strangers) == len(users):
            raise DingTalkError("staffId.notExisted")
        slowed = [user for user in users if user not in strangers and self.org.controlled(user)]
        key = secrets.token_urlsafe(32) + "="
        for user in users:
            if user not in strangers and user not in slowed:
                self.org.show_person(user, replace(drawn, ref=key))
        return {
            "processQueryKey": key,
            "invalidStaffIdList": strangers,
            "flowControlledStaffIdList": slowed,
        }

    async def to_group(self, request: Request) -> Answer:
        """Send to a group; nobody can be called by @ and nothing recognises a repeat."""
        body = await body_of(request)
        self._check_robot(body)
        drawn = robot_draft(body.get("msgKey"), body.get("msgParam"))
        group = body.get("openConversationId")
        if not group:
            raise DingTalkError("miss.param.openConversationId")
        if group not in self.org.stage.groups or group in self.org.webhooks:
            raise DingTalkError("resource.not.found")
        key = secrets.token_urlsafe(32) + "="
        self.org.show_group(group, replace(drawn, ref=key))
        return {"processQueryKey": key}

    async def download(self, request: Request) -> Answer:
        """Trade a download code for a URL that lives for minutes."""
        body = await body_of(request)
        code = str(body.get("downloadCode") or "")
        if code in self.org.poor_codes:
            raise DingTalkError("system.error")
        item = self.org.media.get(code)
        if item is None or body.get("robotCode") != self.org.robot_code:
            raise DingTalkError("invalidParameter.robotCode.downloadCode")
        ref = self.org.downloads.put(item.data, item.name, item.kind)
        return {"downloadUrl": f"{self.org.base_url}/files/{ref}"}

    async def file(self, request: Request) -> Response:
        """Serve what a download URL leads to; the name tells nothing about the type."""
        item = self.org.downloads.get(request.path_params["ref"])
        if item is None:
            return Response("<Error><Code>AccessDenied</Code></Error>", 403, media_type="application/xml")
        headers = {"Content-Disposition": 'attachment; filename="download.file"'}
        return Response(item.data, media_type="application/octet-stream", headers=headers)

    async def picture(self, request: Request) -> Response:
        """Show a picture to the demo's page: not part of DingTalk."""
        item = self.org.media.any_age(request.path_params["ref"])
        return Response(item.data, media_type=item.content_type) if item else Response(status_code=404)
