"""Interactive cards (互动卡片): created and delivered, updated, and what a press sends."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from bot.simulator.dingtalk_api import Answer, Api, body_of
from bot.simulator.dingtalk_errors import DingTalkError
from bot.simulator.dingtalk_messages import card_draft
from bot.simulator.dingtalk_org import CardInstance, Org

_SPACE = "dtv1.card//"
_MODELS = {"IM_GROUP": "imGroupOpen", "IM_ROBOT": "imRobotOpen"}


class Cards:
    """Endpoints of card/instances and card/callbacks."""

    def __init__(self, org: Org, api: Api) -> None:
        self.org = org
        self._api = api

    def routes(self) -> list[Route]:
        """Return the routes, paths as on the real host."""
        return [
            self._api.route("POST", "/v1.0/card/instances/createAndDeliver", self.create),
            self._api.route("PUT", "/v1.0/card/instances", self.update),
            self._api.route("POST", "/v1.0/card/callbacks/register", self.register),
        ]

    async def create(self, request: Request) -> Answer:
        """Create a card and put it where `openSpaceId` says. The same outTrackId again changes nothing."""
        body = await body_of(request)
        ref = body.get("outTrackId")
        if not isinstance(ref, str) or not ref:
            raise DingTalkError("param.outTrackIdEmpty")
        if not self.org.template or body.get("cardTemplateId") != self.org.template:
            raise DingTalkError("param.templateNotExist")
        params = _params(body.get("cardData"))
        spaces = [space for space in str(body.get("openSpaceId") or "").split(";") if space]
        if not spaces:
            raise DingTalkError("param.openSpaceIdEmpty")
        card = self.org.cards.get(ref)
        if card and self.org.repeated_card_is_error:
            raise DingTalkError("param.cardAlreadyExist")
        if card is None:
            card = CardInstance(ref, params, _private(body), _callback(body), str(body.get("callbackRouteKey")))
            self.org.cards[ref] = card
            results = [self._deliver(card, space, body) for space in spaces]
        else:
            results = [_result(kind, place, "") for kind, place, _ in card.bubbles]
        return {"success": True, "result": {"outTrackId": ref, "deliverResults": results}}

    def _deliver(self, card: CardInstance, space: str, body: dict[str, Any]) -> Answer:
        """Deliver to one space; what goes wrong here is told only inside deliverResults."""
        kind, _, place = space.removeprefix(_SPACE).partition(".")
        problem = self._problem(kind, place, body)
        if not problem:
            drawn = card_draft(card.merged(place), card.ref)
            shown = self.org.show_person(place, drawn) if kind == "IM_ROBOT" else self.org.show_group(place, drawn)
            if shown:
                card.bubbles.append((kind, place, shown))
        return _result(kind, place, problem)

    def _problem(self, kind: str, place: str, body: dict[str, Any]) -> str:
        if kind not in _MODELS:
            return "param.openSpaceIdInvalid"
        opened, delivered = (body.get(f"{_MODELS[kind]}{part}Model") or {} for part in ("Space", "Deliver"))
        if "supportForward" not in opened:
            return "param.supportForwardEmpty"
        if delivered.get("robotCode") != self.org.robot_code:
            return "robot.notExist"
        if kind == "IM_ROBOT" and delivered.get("spaceType") != "IM_ROBOT":
            return "param.spaceTypeInvalid"
        there = self.org.known(place) if kind == "IM_ROBOT" else place in self.org.stage.groups
        return "" if there else "spaceId.notExist"

    async def update(self, request: Request) -> Answer:
        """Change a card's variables. Without updateCardDataByKey they are replaced as a whole."""
        body = await body_of(request)
        card = self.org.cards.get(str(body.get("outTrackId") or ""))
        if card is None:
            raise DingTalkError("param.cardNotExist")
        apply_update(self.org, card, body, _private(body))
        return {"success": True, "result": True}

    async def register(self, request: Request) -> Answer:
        """Keep the URL that HTTP cards call back."""
        body = await body_of(request)
        route = str(body.get("callbackRouteKey") or "")
        if not route or not body.get("callbackUrl"):
            raise DingTalkError("invalidParameter.callbackRouteKey")
        if route in self.org.card_routes and not body.get("forceUpdate"):
            raise DingTalkError("callbackRouteKey.exist")
        secret = str(body.get("apiSecret") or secrets.token_hex(16))
        self.org.card_routes[route] = (str(body["callbackUrl"]), secret)
        return {"success": True, "result": {"callbackUrl": body["callbackUrl"], "apiSecret": secret}}


def apply_update(org: Org, card: CardInstance, change: dict[str, Any], private: dict[str, dict[str, str]]) -> None:
    """Take the variables of an update or of the answer to a press."""
    options = change.get("cardUpdateOptions") or {}
    if change.get("cardData"):
        params = _params(change["cardData"])
        card.params = card.params | params if options.get("updateCardDataByKey") is True else params
    for user, params in private.items():
        old = card.private.get(user, {}) if options.get("updatePrivateDataByKey") is True else {}
        card.private[user] = old | params
    org.redraw(card)


def answer_to_press(org: Org, card: CardInstance, user_id: str, said: Any) -> None:
    """Apply what the product answered to a press, if it is something."""
    if not isinstance(said, dict):
        return
    own = said.get("userPrivateData")
    apply_update(org, card, said, {user_id: _params(own)} if own else {})


def press_payload(org: Org, card: CardInstance, user_id: str, key: str, place: tuple[str, str]) -> str:
    """Return the callback of one press; `content` is JSON text inside it."""
    content = {"cardPrivateData": {"actionIds": [key], "params": {}}}
    payload = {
        "type": "actionCallback",
        "outTrackId": card.ref,
        "corpId": org.corp_id,
        "userId": user_id,
        "userIdType": 1,
        "spaceType": place[0],
        "spaceId": place[1],
        "extension": "{}",
        "content": json.dumps(content),
    }
    return json.dumps(payload, ensure_ascii=False)


def card_sign(timestamp: str, secret: str) -> str:
    """Return x-ddpaas-signature."""
    digest = hmac.new(secret.encode(), timestamp.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _params(data: Any) -> dict[str, str]:
    """Return cardParamMap: strings only, keys to 100 bytes, values to 1 KB."""
    params = data.get("cardParamMap") if isinstance(data, dict) else None
    if not isinstance(params, dict):
        raise DingTalkError("param.cardDataEmpty")
    for name, value in params.items():
        if not isinstance(value, str) or len(name.encode()) > 100 or len(value.encode()) > 1024:
            raise DingTalkError("param.cardParamMapInvalid", name)
    return params


def _private(body: dict[str, Any]) -> dict[str, dict[str, str]]:
    return {user: _params(data) for user, data in (body.get("privateData") or {}).items()}


def _callback(body: dict[str, Any]) -> str:
    kind = body.get("callbackType") or "HTTP"
    if kind not in ("STREAM", "HTTP"):
        raise DingTalkError("param.callbackTypeInvalid")
    return str(kind)


def _result(kind: str, place: str, problem: str) -> Answer:
    carrier = "" if problem else secrets.token_urlsafe(16)
    found = {"spaceType": kind, "spaceId": place, "success": not problem, "carrierId": carrier}
    return found | {"errorMsg": problem}
