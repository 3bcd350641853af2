"""The /cgi-bin interfaces of the simulated WeCom: tokens, messages, cards, media and odds and ends."""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.simulator.credentials import Standing
from bot.simulator.drafts import Draft
from bot.simulator.shelf import sniff
from bot.simulator.wecom_corp import Card, Corp
from bot.simulator.wecom_errors import WeComError
from bot.simulator.wecom_messages import draft

Answer = dict[str, Any]
Handler = Callable[[Request], Awaitable[Answer | Response]]

_MIB = 1024 * 1024
_UPLOADS = {
    "image": (10 * _MIB, ("jpg", "png")),
    "voice": (2 * _MIB, ("amr",)),
    "video": (10 * _MIB, ("mp4",)),
    "file": (20 * _MIB, ()),
}
_UNMETERED = frozenset(("/cgi-bin/message/send", "/cgi-bin/webhook/send"))


async def body_of(request: Request) -> dict[str, Any]:
    """Return the JSON object a call brought. Raises WeComError(47001)."""
    try:
        body = json.loads(await request.body())
    except ValueError:
        raise WeComError(47001, "Warning: wrong json format.") from None
    if not isinstance(body, dict):
        raise WeComError(47001)
    return body


class Api:
    """Endpoints over one :class:`Corp`."""

    def __init__(self, corp: Corp) -> None:
        self.corp = corp

    def routes(self) -> list[Route]:
        """Return the routes, paths as on the real host."""
        return [
            self.route("GET", "/cgi-bin/gettoken", self.gettoken, token=False),
            self.route("POST", "/cgi-bin/message/send", self.send),
            self.route("POST", "/cgi-bin/message/update_template_card", self.update_card),
            self.route("POST", "/cgi-bin/media/upload", self.upload),
            self.route("GET", "/cgi-bin/media/get", self.get_media),
            self.route("GET", "/cgi-bin/agent/get", self.agent),
            self.route("POST", "/cgi-bin/batch/openuserid_to_userid", self.plain_accounts),
            self.route("GET", "/cgi-bin/getcallbackip", self.addresses),
            self.route("GET", "/cgi-bin/get_api_domain_ip", self.addresses),
            Route("/pictures/{ref}", self.picture),
        ]

    def route(self, method: str, path: str, handler: Handler, *, token: bool = True) -> Route:
        """Wrap a handler: token and call limits before it, WeCom's JSON around what it says."""

        async def endpoint(request: Request) -> Response:
            try:
                if token:
                    self._check_token(request.query_params.get("access_token"))
                self._check_rate(path)
                said = await handler(request)
            except WeComError as refusal:
                return refusal.response()
            return said if isinstance(said, Response) else JSONResponse({"errcode": 0, "errmsg": "ok"} | said)

        return Route(path, endpoint, methods=[method])

    def _check_token(self, token: str | None) -> None:
        if not token:
            raise WeComError(41001)
        standing = self.corp.tokens.standing(token)
        if standing is not Standing.VALID:
            raise WeComError(42001 if standing is Standing.EXPIRED else 40014)

    def _check_rate(self, path: str) -> None:
        if path not in _UNMETERED and not self.corp.per_api.admits(path, self.corp.stage.now()):
            raise WeComError(45009)

    async def gettoken(self, request: Request) -> Answer:
        """Hand out the token (D91039). Five wrong secrets and this address is out for an hour."""
        now = self.corp.stage.now()
        rule = self.corp.wrong_secrets
        if rule.used("", rule.rules[0][1], now) >= rule.rules[0][0]:
            raise WeComError(45009)
        if request.query_params.get("corpid") != self.corp.corp_id:
            raise WeComError(40013)
        if request.query_params.get("corpsecret") != self.corp.secret:
            rule.admits("", now)
            raise WeComError(40001)
        return {"access_token": self.corp.tokens.issue(), "expires_in": self.corp.tokens.seconds}

    async def send(self, request: Request) -> Answer:
        """Take a message (D90236). A part of the recipients failing is still errcode 0."""
        raw, message = await request.body(), await body_of(request)
        self._check_agent(message)
        good, answer = self._recipients(message)
        drawn = draft(message, self.corp.media, self.corp.pictures)
        before = self.corp.repeated(raw, message)
        if before is not None:
            return answer | {"msgid": before}
        if not self.corp.per_day.admits("", self.corp.stage.now(), len(good)):
            raise WeComError(45009)
        card = self._register(message, drawn)
        for user_id in good:
            bubble = self.corp.deliver(user_id, drawn)
            if card and bubble:
                card.bubbles[user_id.lower()] = bubble
        answer["msgid"] = secrets.token_urlsafe(32)
        self.corp.remember(raw, message, answer["msgid"])
        if card:
            answer["response_code"] = self.corp.new_code(card.task_id)
        return answer

    def _check_agent(self, message: dict[str, Any]) -> None:
        if "agentid" not in message:
            raise WeComError(40063, "agentid")
        if not isinstance(message["agentid"], int) or message["agentid"] != self.corp.agent_id:
            raise WeComError(40056)

    def _recipients(self, message: dict[str, Any]) -> tuple[list[str], Answer]:
        """Return who gets it, and the part of the answer about who does not."""
        names = {name: str(message.get(name) or "") for name in ("touser", "toparty", "totag")}
        users, parties, tags = ([part for part in value.split("|") if part] for value in names.values())
        if not users + parties + tags:
            raise WeComError(82001)
        if len(users) > 1000 or len(parties) > 100 or len(tags) > 100:
            raise WeComError(40032 if len(users) > 1000 else 82002 if len(parties) > 100 else 82003)
        if users == ["@all"]:
            return self.corp.members(), {}
        good, answer = self._sorted_out(users)
        answer |= {k: "|".join(v) for k, v in (("invalidparty", parties), ("invalidtag", tags)) if v}
        if not good:
            raise WeComError(81013, "|".join(user.lower() for user in users))
        return good, answer

    def _sorted_out(self, users: list[str]) -> tuple[list[str], Answer]:
        known = {user.lower(): self.corp.known(user) for user in users}
        unlicensed = [low for low, name in known.items() if name in self.corp.unlicensed]
        invalid = [low for low, name in known.items() if name is None]
        good = [name for low, name in known.items() if name and low not in unlicensed]
        lists = {"invaliduser": invalid, "unlicenseduser": unlicensed}
        return good, {name: "|".join(found) for name, found in lists.items() if found}

    def _register(self, message: dict[str, Any], drawn: Draft) -> Card | None:
        """Keep a card that can be pressed. A task_id is good for one card of the app."""
        body = message.get("template_card") if message["msgtype"] == "template_card" else None
        if not body or not drawn.ref:
            return None
        if drawn.ref in self.corp.cards:
            raise WeComError(42014, "task_id has been used")
        keys = frozenset(key for key, _ in drawn.buttons if "://" not in key)
        menu = (body.get("action_menu") or {}).get("action_list") or []
        card = Card(drawn.ref, body["card_type"], keys, frozenset(str(item.get("key")) for item in menu))
        self.corp.cards[drawn.ref] = card
        return card

    async def update_card(self, request: Request) -> Answer:
        """Change a card that was pressed (D94888); lists are arrays here."""
        change = await body_of(request)
        self._check_agent(change)
        if not isinstance(change.get("button"), dict) and not isinstance(change.get("template_card"), dict):
            raise WeComError(40063, "button")
        users = self.corp.members() if change.get("atall") == 1 else change.get("userids") or []
        if not isinstance(users, list) or not users:
            raise WeComError(82001)
        if isinstance(change.get("template_card"), dict):
            draft({"msgtype": "template_card"} | change, self.corp.media, self.corp.pictures)
        card = self.corp.redeem(str(change.get("response_code") or ""))
        self.corp.update_card(card, users, change)
        strangers = [user.lower() for user in users if user.lower() not in card.bubbles]
        return {"invaliduser": strangers} if strangers else {}

    async def upload(self, request: Request) -> Answer:
        """Keep a temporary medium for three days (D90253)."""
        kind = request.query_params.get("type", "")
        if kind not in _UPLOADS:
            raise WeComError(40004)
        async with request.form() as form:
            part = form.get("media")
            if not isinstance(part, UploadFile) or not part.filename:
                raise WeComError(41005)
            data, name = await part.read(), part.filename
        self._check_upload(kind, data)
        created = str(int(self.corp.stage.now().timestamp()))
        return {"type": kind, "media_id": self.corp.media.put(data, name, kind), "created_at": created}

    def _check_upload(self, kind: str, data: bytes) -> None:
        limit, formats = _UPLOADS[kind]
        if len(data) <= 5:
            raise WeComError(44001)
        if len(data) > limit:
            raise WeComError(45001)
        if formats and sniff(data)[1] not in formats:
            raise WeComError(40004)

    async def get_media(self, request: Request) -> Response:
        """Return a medium's bytes; what is wrong comes as JSON with HTTP 200 (D90254)."""
        item = self.corp.media.get(request.query_params.get("media_id", ""))
        if item is None:
            raise WeComError(40007)
        name = f"{item.kind}.{sniff(item.data)[1]}"
        return Response(
            item.data,
            media_type=item.content_type,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    async def picture(self, request: Request) -> Response:
        """Show a picture to the demo's page: not part of WeCom."""
        item = self.corp.media.any_age(request.path_params["ref"])
        return Response(item.data, media_type=item.content_type) if item else Response(status_code=404)

    async def plain_accounts(self, request: Request) -> Answer:
        """Tell whose the robot's encrypted accounts are, of members within the app's visible range (D101521)."""
        asked = (await body_of(request)).get("open_userid_list")
        if not isinstance(asked, list) or len(asked) > 1000:
            raise WeComError(40058)
        known = {veiled: user for user, veiled in self.corp.veiled.items() if self.corp.known(user)}
        pairs = [{"open_userid": account, "userid": known[account]} for account in asked if account in known]
        return {"userid_list": pairs, "invalid_open_userid_list": [a for a in asked if a not in known]}

    async def agent(self, request: Request) -> Answer:
        """Describe the app: the cheapest call that needs a token."""
        if request.query_params.get("agentid") != str(self.corp.agent_id):
            raise WeComError(40056)
        return {"agentid": self.corp.agent_id, "name": self.corp.app_name, "close": 0, "isreportenter": 1}

    async def addresses(self, request: Request) -> Answer:
        """Say from where WeCom calls and where it is called."""
        return {"ip_list": ["127.0.0.1"]}
