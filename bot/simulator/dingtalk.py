"""A stand-in DingTalk (钉钉) that speaks the real wire, in Stream mode or over HTTP.

Its `app` answers the new host, the old host and the Stream gateway's WebSocket; its methods are what people
do on their phones.
"""

from __future__ import annotations

import json
import secrets
from typing import Any, Literal

import httpx2
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

from bot.platforms.http import http_client
from bot.simulator.delivery import Delivery
from bot.simulator.dingtalk_api import Api
from bot.simulator.dingtalk_cards import Cards, answer_to_press, card_sign, press_payload
from bot.simulator.dingtalk_errors import DingTalkError, OapiError, refuse
from bot.simulator.dingtalk_gateway import Gateway
from bot.simulator.dingtalk_messages import webhook_draft
from bot.simulator.dingtalk_oapi import Oapi
from bot.simulator.dingtalk_org import CardInstance, Org, Webhook, robot_sign
from bot.simulator.dingtalk_visits import Visits
from bot.simulator.drafts import Draft
from bot.simulator.front import Code, Front, Seen
from bot.simulator.stage import Bubble, Screen, Stage

Message = dict[str, Any]


class DingTalkSimulator:
    """One organisation with one internal app and its robot.

    `base_url` is where `app` is reachable (both hosts and the gateway); it and `callback_url` may be set
    later. `http_tries` is how often HTTP mode delivers: whether the platform repeats is not documented.
    `mount` is the path the app is mounted under, for pictures on the page.
    """

    def __init__(
        self,
        stage: Stage,
        *,
        client_id: str,
        client_secret: str,
        robot_code: str,
        card_template_id: str = "",
        mode: Literal["stream", "http"] = "stream",
        callback_url: str = "",
        base_url: str = "",
        token_seconds: int = 7200,
        http: httpx2.AsyncClient | None = None,
        mount: str = "",
        patience: float = 5.0,
        http_tries: int = 1,
    ) -> None:
        self.stage = stage
        self.mode = mode
        self.callback_url = callback_url
        self.patience = patience
        self.http_tries = http_tries
        self.org = Org(stage, client_id, client_secret, robot_code, card_template_id, token_seconds)
        self.gateway = Gateway(stage.now, self.org.admits)
        self.app = Front(Starlette(routes=self._routes()), stage.now, refuse)
        self._http = http or http_client(trust_env=False)
        self._pictures = f"{mount}/pictures"
        self.base_url = base_url

    def _routes(self) -> list[Route | WebSocketRoute]:
        api, oapi = Api(self.org), Oapi(self.org)
        self.visits = Visits(self.org, api, oapi)
        return [
            *api.routes(),
            *Cards(self.org, api).routes(),
            *oapi.routes(),
            *self.visits.routes(),
            Route("/v1.0/gateway/connections/open", self.gateway.open, methods=["POST"]),
            WebSocketRoute("/connect", self.gateway.connect),
        ]

    @property
    def base_url(self) -> str:
        """Where the simulator is reachable, without a slash at its end."""
        return self.org.base_url

    @base_url.setter
    def base_url(self, value: str) -> None:
        self.org.base_url = value.rstrip("/")
        self.gateway.endpoint = "ws" + self.org.base_url.removeprefix("http") + "/connect"

    @property
    def requests(self) -> list[Seen]:
        """Every call the product made, oldest first."""
        return self.app.requests

    def fail_next(self, path: str, times: int, with_: Code, where: str = "") -> None:
        """Let the next calls to `path` go wrong; `with_` may be a code such as "InvalidAuthentication"."""
        self.app.fail_next(path, times, with_, where)

    def revoke_token(self) -> None:
        """Invalidate the access token before its time."""
        self.org.tokens.revoke()

    def add_webhook(self, token: str, name: str, secret: str = "", keywords: tuple[str, ...] = ()) -> None:
        """Put a custom robot (群机器人) into a group that is known by the robot's token."""
        self.stage.add_group(token, name)
        self.org.webhooks[token] = Webhook(secret, keywords)

    async def rotate(self) -> None:
        """Let the gateway retire its connections: `disconnect`, silence, close."""
        await self.gateway.rotate()

    async def aclose(self) -> None:
        """Close connections and forget what was to be redelivered."""
        await self.gateway.aclose()
        await self._http.aclose()

    # What people do

    async def say(self, user_id: str, text: str, group: str = "", group_name: str = "") -> Delivery:
        """Type to the robot; in a group this means calling it by @."""
        self._show(user_id, Draft("text", text), group, group_name)
        content = f" {text} " if group else text
        return await self._send(user_id, "text", {"content": content}, group)

    async def photo(self, user_id: str, data: bytes, name: str = "photo.jpg") -> Delivery:
        """Send a photo to the robot."""
        code = self.org.media.put(data, name, "picture")
        self._show(user_id, Draft("image", "[图片]", image=f"{self._pictures}/{code}"))
        poor = secrets.token_urlsafe(48)
        self.org.poor_codes.add(poor)
        return await self._send(user_id, "picture", {"downloadCode": code, "pictureDownloadCode": poor})

    async def audio(self, user_id: str, data: bytes, recognition: str, seconds: float = 3.0) -> Delivery:
        """Send a voice message; the platform adds what it understood."""
        self._show(user_id, Draft("voice", f"[语音] {recognition}"))
        code = self.org.media.put(data, "voice.amr", "audio")
        heard = {"downloadCode": code, "duration": int(seconds * 1000), "recognition": recognition}
        return await self._send(user_id, "audio", heard)

    async def video(self, user_id: str, data: bytes, seconds: float = 5.0) -> Delivery:
        """Send a video."""
        self._show(user_id, Draft("text", "[视频]"))
        code = self.org.media.put(data, "video.mp4", "video")
        content = {"downloadCode": code, "videoType": "mp4", "duration": int(seconds * 1000)}
        return await self._send(user_id, "video", content)

    async def file(self, user_id: str, data: bytes, name: str) -> Delivery:
        """Send a file."""
        self._show(user_id, Draft("text", f"[文件] {name}"))
        code = self.org.media.put(data, name, "file")
        return await self._send(user_id, "file", {"downloadCode": code, "fileName": name})

    async def rich(self, user_id: str, parts: list[str | bytes], group: str = "", group_name: str = "") -> Delivery:
        """Send text and pictures in one message (图文), the only way for a picture into a group's robot."""
        items: list[Message] = []
        for part in parts:
            if isinstance(part, str):
                items.append({"text": part})
                self._show(user_id, Draft("text", part), group, group_name)
            else:
                code = self.org.media.put(part, "photo.jpg", "picture")
                items.append({"type": "picture", "downloadCode": code})
                picture = Draft("image", "[图片]", image=f"{self._pictures}/{code}")
                self._show(user_id, picture, group, group_name)
        return await self._send(user_id, "richText", {"richText": items}, group)

    async def press(self, user_id: str, card: Bubble | str, key: str) -> Delivery:
        """Press a button: a card calls back, an ActionCard's button makes its presser speak.

        Raises LookupError if no such button is there or it only opens a page.
        """
        ref = card.ref if isinstance(card, Bubble) else card
        instance = self.org.cards.get(ref)
        if instance is not None:
            return await self._press_card(user_id, instance, key)
        screen, bubble = self._find(user_id, card)
        if key not in dict(bubble.buttons) or "://" in key:
            raise LookupError(f"no button {key!r} that sends anything")
        groups = [target for target, group in self.stage.groups.items() if group is screen]
        return await self.say(user_id, key, group=groups[0] if groups else "")

    async def over_quota(self, user_id: str, names: tuple[str, str] = ("errorCode", "errorMessage")) -> Delivery:
        """Deliver what arrives once the month's inbound quota is used up: no content, error 20001."""
        message = self.build(user_id, "text", {})
        del message["text"]
        return await self.deliver(message | {names[0]: "20001", names[1]: "消息额度已用尽"})

    async def event(self, event_type: str, data: Message, waits: tuple[float, ...] = (10.0, 30.0, 3.0)) -> Delivery:
        """Push an EVENT over Stream until it is answered with SUCCESS; again after 10 s and after 30 s."""
        headers = {
            "eventType": event_type,
            "eventId": secrets.token_hex(16),
            "eventCorpId": self.org.corp_id,
            "eventBornTime": self._ms(),
            "eventUnifiedAppId": "simulated",
        }
        parcel = await self.gateway.push_event(headers, json.dumps(data, ensure_ascii=False), waits)
        code = parcel.ack.code if parcel.ack else None
        return Delivery(code, parcel.attempts, headers["eventId"], parcel.data)

    async def redeliver(self, delivery: Delivery) -> Delivery:
        """Deliver a former message once more, exactly as it was."""
        return await self._carry(delivery.plain, delivery.msg_id)

    # Raw parts, for those who shuffle, forge and age

    def build(self, user_id: str, msgtype: str, payload: Message, group: str = "") -> Message:
        """Return a robot message as Stream's `data` and the HTTP body carry it."""
        actor = self.stage.actor_of("dingtalk", user_id)
        session, until = self.org.new_session(group or user_id)
        message: Message = {
            "msgId": "msg" + secrets.token_urlsafe(16) + "==",
            "conversationId": group or self.org.conversation(user_id),
            "conversationType": "2" if group else "1",
            "senderStaffId": user_id,
            "senderId": f"$:LWCP_v1:${user_id}",
            "senderNick": actor.name if actor else user_id,
            "senderCorpId": self.org.corp_id,
            "isAdmin": False,
            "chatbotUserId": "$:LWCP_v1:$robot",
            "chatbotCorpId": self.org.corp_id,
            "robotCode": self.org.robot_code,
            "sessionWebhook": session,
            "sessionWebhookExpiredTime": until,
            "createAt": int(self._ms()),
            "senderPlatform": "iOS",
            "msgtype": msgtype,
            "text" if msgtype == "text" else "content": payload,
        }
        if group:
            message["conversationTitle"] = self.stage.groups[group].name
            message["atUsers"] = [{"dingtalkId": "$:LWCP_v1:$robot"}]
            message["isInAtList"] = True
        return message

    async def deliver(self, message: Message) -> Delivery:
        """Take a robot message to the product, over Stream or HTTP as `mode` says."""
        return await self._carry(json.dumps(message, ensure_ascii=False), str(message.get("msgId", "")))

    def sign(self, timestamp: str) -> dict[str, str]:
        """Return the headers of an HTTP robot callback sent at `timestamp` (ms)."""
        return {"timestamp": timestamp, "sign": robot_sign(timestamp, self.org.client_secret)}

    async def _send(self, user_id: str, msgtype: str, payload: Message, group: str = "") -> Delivery:
        return await self.deliver(self.build(user_id, msgtype, payload, group))

    async def _carry(self, plain: str, msg_id: str) -> Delivery:
        if self.mode == "stream":
            parcel = await self.gateway.push_robot(plain)
            return Delivery(parcel.ack.code if parcel.ack else None, parcel.attempts, msg_id, plain)
        status, answer, attempt = None, b"", 0
        while status != 200 and attempt < self.http_tries:
            attempt += 1
            status, answer = await self._post(self.callback_url, plain, self.sign(self._ms()), self.patience)
        if status == 200:
            self._answer_in_body(plain, answer)
        return Delivery(status, attempt, msg_id, plain, answer)

    async def _post(self, url: str, plain: str, headers: dict[str, str], patience: float) -> tuple[int | None, bytes]:
        headers = headers | {"Content-Type": "application/json; charset=utf-8"}
        try:
            response = await self._http.post(url, content=plain.encode(), headers=headers, timeout=patience)
        except httpx2.TransportError:
            return None, b""
        return response.status_code, response.content

    def _answer_in_body(self, plain: str, answer: bytes) -> None:
        """Show what the product said in the HTTP answer itself; most say nothing there."""
        try:
            said = json.loads(answer)
            drawn = webhook_draft(said) if said.get("msgtype") not in (None, "empty") else None
        except (ValueError, AttributeError, OapiError):
            return
        message = json.loads(plain)
        grouped = message.get("conversationType") == "2"
        if drawn:
            self.org.show_in(message["conversationId" if grouped else "senderStaffId"], drawn)

    async def _press_card(self, user_id: str, card: CardInstance, key: str) -> Delivery:
        places = [(kind, place) for kind, place, bubble in card.bubbles if key in dict(bubble.buttons)]
        mine = [place for place in places if place == ("IM_ROBOT", user_id) or place[0] == "IM_GROUP"]
        if not mine:
            raise LookupError(f"no live button {key!r} on card {card.ref!r}")
        plain = press_payload(self.org, card, user_id, key, mine[0])
        if card.callback_type == "STREAM":
            parcel = await self.gateway.push_card(plain)
            code, said = (parcel.ack.code, parcel.ack.data) if parcel.ack else (None, {})
            said = said.get("response") or {}
            attempts = parcel.attempts
        else:
            code, said = await self._press_over_http(card, plain)
            attempts = 1
        if code == 200:
            self._take(card, user_id, said)
        return Delivery(code, attempts, "", plain)

    async def _press_over_http(self, card: CardInstance, plain: str) -> tuple[int | None, Any]:
        if card.route_key not in self.org.card_routes:
            raise LookupError(f"no callback registered as {card.route_key!r}")
        url, secret = self.org.card_routes[card.route_key]
        now = self._ms()
        headers = {"x-ddpaas-signature-timestamp": now, "x-ddpaas-signature": card_sign(now, secret)}
        status, answer = await self._post(url, plain, headers, 2.0)
        try:
            return status, json.loads(answer or b"{}")
        except ValueError:
            return status, {}

    def _take(self, card: CardInstance, user_id: str, said: Any) -> None:
        try:
            answer_to_press(self.org, card, user_id, said)
        except DingTalkError:  # the platform shows the card unchanged
            return

    def _find(self, user_id: str, card: Bubble | str) -> tuple[Screen, Bubble]:
        own = self.org.phone(user_id)
        for screen in [*([own] if own else []), *self.stage.groups.values()]:
            for bubble in screen.bubbles:
                if bubble is card or (isinstance(card, str) and card and bubble.ref == card):
                    return screen, bubble
        raise LookupError("no such message where this person can see it")

    def _show(self, user_id: str, draft: Draft, group: str = "", group_name: str = "") -> None:
        if not group:
            self.org.show_person(user_id, draft, mine=True)
            return
        self.stage.add_group(group, group_name or "群聊")
        actor = self.stage.actor_of("dingtalk", user_id)
        self.org.show_group(group, draft, sender=actor.name if actor else user_id)

    def _ms(self) -> str:
        return str(int(self.stage.now().timestamp() * 1000))
