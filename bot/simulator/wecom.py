"""A stand-in WeCom (企业微信) that speaks the real wire: the product cannot tell it from the platform.

Its `app` answers /cgi-bin calls; its methods are what people do on their phones, taken to the product's
callback sealed and signed, with WeCom's patience (5 s, three attempts in all, D90238).
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx2
import xmltodict
from starlette.applications import Starlette

from bot.platforms.http import http_client
from bot.simulator.delivery import Delivery
from bot.simulator.drafts import Draft
from bot.simulator.front import Code, Front, Seen
from bot.simulator.stage import Bubble, Stage
from bot.simulator.wecom_api import Api
from bot.simulator.wecom_corp import Card, Corp, Dropped
from bot.simulator.wecom_envelope import Envelope, to_xml
from bot.simulator.wecom_errors import WeComError
from bot.simulator.wecom_groups import Groups
from bot.simulator.wecom_visits import Visits


@dataclass(frozen=True, slots=True)
class Sealed:
    """A callback ready to be posted: the query and the outer XML."""

    params: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class UrlCheck:
    """What the admin console says of a callback URL. `reason` is empty when all is well."""

    ok: bool
    seconds: float
    reason: str = ""


class WeComSimulator:
    """One corp with one self-built app. `callback_url` may be set later, once the product is served.

    `mount` is the path the app is mounted under, for pictures on the page. `patience`, `tries` and
    `same_envelope` (whether a retry repeats timestamp and nonce: not documented) shape deliveries.
    """

    def __init__(
        self,
        stage: Stage,
        *,
        corp_id: str,
        agent_id: int,
        secret: str,
        token: str,
        encoding_aes_key: str,
        callback_url: str,
        token_seconds: int = 7200,
        http: httpx2.AsyncClient | None = None,
        mount: str = "",
        app_name: str = "督办助手",
        patience: float = 5.0,
        tries: int = 3,
    ) -> None:
        self.stage = stage
        self.callback_url = callback_url
        self.patience = patience
        self.tries = tries
        self.same_envelope = False
        self.envelope = Envelope(token, encoding_aes_key, corp_id)
        self.corp = Corp(stage, corp_id, agent_id, secret, token_seconds, mount, app_name)
        api = Api(self.corp)
        self.visits = Visits(self.corp, api)
        inner = Starlette(routes=[*api.routes(), *Groups(self.corp, api).routes(), *self.visits.routes()])
        self.app = Front(inner, stage.now, lambda code, _: WeComError(int(code)).response())
        self._http = http or http_client(trust_env=False)
        self._ids = count((1 << 62) | secrets.randbits(60))

    @property
    def requests(self) -> list[Seen]:
        """Every call the product made, oldest first."""
        return self.app.requests

    @property
    def dropped(self) -> list[Dropped]:
        """What was accepted and never shown to anybody."""
        return self.corp.dropped

    def fail_next(self, path: str, times: int, with_: Code, where: str = "") -> None:
        """Let the next calls to `path` go wrong; see :class:`bot.simulator.front.Fault`."""
        self.app.fail_next(path, times, with_, where)

    def revoke_token(self) -> None:
        """Invalidate the access token before its time."""
        self.corp.tokens.revoke()

    async def aclose(self) -> None:
        """Close connections."""
        await self._http.aclose()

    # What people do

    async def say(self, user_id: str, text: str) -> Delivery:
        """Type something to the app."""
        self._mine(user_id, Draft("text", text))
        return await self._message(user_id, "text", Content=text)

    async def photo(self, user_id: str, data: bytes, name: str = "photo.jpg") -> Delivery:
        """Send a photo."""
        ref = self.corp.media.put(data, name, "image")
        path = f"{self.corp.pictures}/{ref}"
        self._mine(user_id, Draft("image", "[图片]", image=path))
        return await self._message(user_id, "image", PicUrl=f"https://wework.qpic.cn/{ref}/0", MediaId=ref)

    async def voice(self, user_id: str, data: bytes) -> Delivery:
        """Send a voice message (AMR)."""
        self._mine(user_id, Draft("voice", "[语音]"))
        ref = self.corp.media.put(data, "voice.amr", "voice")
        return await self._message(user_id, "voice", MediaId=ref, Format="amr")

    async def video(self, user_id: str, data: bytes) -> Delivery:
        """Send a video; its thumbnail is no picture worth fetching."""
        self._mine(user_id, Draft("text", "[视频]"))
        ref = self.corp.media.put(data, "video.mp4", "video")
        thumb = self.corp.media.put(b"\xff\xd8\xff\xd9", "thumb.jpg", "image")
        return await self._message(user_id, "video", MediaId=ref, ThumbMediaId=thumb)

    async def location(self, user_id: str, latitude: float, longitude: float, label: str = "") -> Delivery:
        """Send a point picked on the map."""
        self._mine(user_id, Draft("location", label or f"{latitude},{longitude}"))
        point = {"Location_X": latitude, "Location_Y": longitude, "Scale": 15, "Label": label}
        return await self._message(user_id, "location", **point, AppType="wxwork")

    async def link(self, user_id: str, title: str, description: str, url: str, picture: str = "") -> Delivery:
        """Share a page."""
        self._mine(user_id, Draft("text", f"{title}\n{url}"))
        return await self._message(user_id, "link", Title=title, Description=description, Url=url, PicUrl=picture)

    async def press(
        self, user_id: str, card: Bubble | str, key: str, selected: dict[str, list[str]] | None = None
    ) -> Delivery:
        """Press a card's button or top-right menu entry. Raises LookupError if the phone shows no such thing.

        `selected` maps a question's key to the chosen options' ids.
        """
        found = self._pressable(user_id, card.ref if isinstance(card, Bubble) else card, key)
        event = "template_card_menu_event" if key in found.menu_keys else "template_card_event"
        items = [{"QuestionKey": name, "OptionIds": {"OptionId": ids}} for name, ids in (selected or {}).items()]
        fields: dict[str, Any] = {
            "EventKey": key,
            "TaskId": found.task_id,
            "CardType": found.card_type,
            "ResponseCode": self.corp.new_code(found.task_id),
        }
        if items:
            fields["SelectedItems"] = {"SelectedItem": items}
        return await self._event(user_id, event, **fields)

    async def menu(self, user_id: str, key: str) -> Delivery:
        """Tap an entry of the app's menu."""
        return await self._event(user_id, "click", EventKey=key)

    async def enter(self, user_id: str) -> Delivery:
        """Open the conversation with the app."""
        return await self._event(user_id, "enter_agent", EventKey="")

    async def subscribe(self, user_id: str) -> Delivery:
        """Come into the app's visible range."""
        return await self._event(user_id, "subscribe")

    async def redeliver(self, delivery: Delivery) -> Delivery:
        """Deliver a former message once more: the same inside, a fresh timestamp and nonce outside."""
        return await self.deliver(delivery.plain, delivery.msg_id)

    # Raw parts, for those who shuffle, forge and age

    def build(self, user_id: str, msg_type: str, **fields: Any) -> tuple[str, str]:
        """Return the plain XML of a message or event and its MsgId ("" for events)."""
        head = {
            "ToUserName": self.corp.corp_id,
            "FromUserName": user_id,
            "CreateTime": int(self.stage.now().timestamp()),
            "MsgType": msg_type,
        }
        msg_id = "" if msg_type == "event" else str(next(self._ids))
        tail: dict[str, Any] = {"MsgId": int(msg_id)} if msg_id else {}
        return to_xml(head | fields | tail | {"AgentID": self.corp.agent_id}), msg_id

    def seal(self, plain: str, at: datetime | None = None, nonce: str | None = None) -> Sealed:
        """Encrypt and sign a plain XML as of `at` (default: the county's now)."""
        timestamp = str(int((at or self.stage.now()).timestamp()))
        nonce = nonce or str(secrets.randbelow(9 * 10**9) + 10**9)
        sealed = self.envelope.encrypt(plain)
        outer = {"ToUserName": self.corp.corp_id, "AgentID": str(self.corp.agent_id), "Encrypt": sealed}
        signature = self.envelope.signature(timestamp, nonce, sealed)
        return Sealed({"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}, to_xml(outer).encode())

    async def post(self, sealed: Sealed) -> httpx2.Response:
        """Post once, with WeCom's patience. Raises TimeoutError or httpx2.TransportError."""
        async with asyncio.timeout(self.patience):
            return await self._http.post(
                self.callback_url,
                params=sealed.params,
                content=sealed.body,
                headers={"Content-Type": "text/xml"},
                timeout=self.patience,
            )

    async def deliver(self, plain: str, msg_id: str = "") -> Delivery:
        """Take a plain XML to the product: three attempts in all on silence or anything but 200."""
        sealed = self.seal(plain)
        status, answer, attempt = None, b"", 0
        while status != 200 and attempt < self.tries:
            attempt += 1
            if attempt > 1 and not self.same_envelope:
                sealed = self.seal(plain)
            try:
                response = await self.post(sealed)
            except (TimeoutError, httpx2.TransportError):
                status, answer = None, b""
                continue
            status, answer = response.status_code, response.content
        if status == 200:
            self._passive_reply(plain, answer)
        return Delivery(status, attempt, msg_id, plain, answer)

    async def verify_url(self) -> UrlCheck:
        """Check the callback URL as the admin console does on saving it: one second, byte for byte."""
        secret = str(secrets.randbits(63))
        echo, nonce = self.envelope.encrypt(secret), secrets.token_hex(8)
        timestamp = str(int(self.stage.now().timestamp()))
        signature = self.envelope.signature(timestamp, nonce, echo)
        query = f"msg_signature={signature}&timestamp={timestamp}&nonce={nonce}&echostr={quote(echo, safe='')}"
        began = time.monotonic()
        try:
            response = await self._http.get(f"{self.callback_url}?{query}", timeout=1.0)
        except httpx2.TransportError as trouble:
            return UrlCheck(False, time.monotonic() - began, type(trouble).__name__)
        seconds = time.monotonic() - began
        if response.status_code != 200 or response.content != secret.encode():
            return UrlCheck(False, seconds, f"HTTP {response.status_code}, {len(response.content)} bytes")
        return UrlCheck(seconds < 1.0, seconds, "" if seconds < 1.0 else "slower than 1 s")

    async def _message(self, user_id: str, msg_type: str, **fields: Any) -> Delivery:
        return await self.deliver(*self.build(user_id, msg_type, **fields))

    async def _event(self, user_id: str, event: str, **fields: Any) -> Delivery:
        return await self.deliver(*self.build(user_id, "event", Event=event, **fields))

    def _mine(self, user_id: str, draft: Draft) -> None:
        self.corp.show(user_id, draft, mine=True)

    def _pressable(self, user_id: str, task_id: str, key: str) -> Card:
        card = self.corp.cards.get(task_id)
        bubble = card.bubbles.get(user_id.lower()) if card else None
        if card is None or bubble is None:
            raise LookupError(f"no card {task_id!r} on this phone")
        if key in card.menu_keys:
            return card
        if bubble.used or key not in card.keys:
            raise LookupError(f"no live button {key!r} on card {task_id!r}")
        return card

    def _passive_reply(self, plain: str, answer: bytes) -> None:
        """Show what the product answered inside the callback, if it is a well signed envelope (D90241)."""
        if not answer.startswith(b"<xml>"):
            return
        outer = xmltodict.parse(answer)["xml"]
        signed = self.envelope.signature(str(outer["TimeStamp"]), outer["Nonce"], outer["Encrypt"])
        if signed != outer["MsgSignature"]:
            return
        asked = xmltodict.parse(plain)["xml"]
        reply = xmltodict.parse(self.envelope.decrypt(outer["Encrypt"]))["xml"]
        if reply["MsgType"] == "text":
            self.corp.show(asked["FromUserName"], Draft("text", reply.get("Content") or ""))
        elif reply["MsgType"] == "update_button" and asked.get("ResponseCode"):
            card = self.corp.redeem(asked["ResponseCode"])
            change = {"button": {"replace_name": reply["Button"]["ReplaceName"]}}
            self.corp.update_card(card, [asked["FromUserName"]], change)
