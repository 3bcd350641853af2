"""A stand-in for WeCom's 智能机器人: what people say to it by @, by URL callback or over its long connection.

Written from the documents alone (D100719, D101027, D101031, D101033, D101138, D101463); the other half, the gateway
and what the robot answers, is in `wecom_aibot_gateway.py`.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any, Literal

import httpx2
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute

from bot.platforms.http import http_client
from bot.simulator.delivery import Delivery
from bot.simulator.drafts import Draft
from bot.simulator.stage import Bubble, Stage
from bot.simulator.wecom_aibot_gateway import Gateway
from bot.simulator.wecom_aibot_talk import Talk, encipher
from bot.simulator.wecom_envelope import Envelope

Message = dict[str, Any]


class AibotSimulator:
    """One robot. `base_url` is where `app` is reachable; it and `callback_url` may be set later.

    `veiled` are the accounts it tells encrypted, as it does when its creator is no super administrator.
    """

    def __init__(
        self,
        stage: Stage,
        *,
        mode: Literal["callback", "stream"],
        token: str = "",
        encoding_aes_key: str = "",
        bot_id: str = "",
        secret: str = "",
        patience: float = 5.0,
        tries: int = 3,
    ) -> None:
        self.stage = stage
        self.mode = mode
        self.callback_url = ""
        self.base_url = ""
        self.patience = patience
        self.tries = tries
        self.veiled: dict[str, str] = {}
        self.bot_id = bot_id or "aibSimulated0001"
        self.talk = Talk(stage)
        self.gateway = Gateway(self.bot_id, secret, self.talk)
        self._key = encoding_aes_key
        self.envelope = Envelope(token, encoding_aes_key, "") if mode == "callback" else None
        self._http = http_client(trust_env=False)
        self._files: dict[str, bytes] = {}
        self.app = Starlette(
            routes=[
                Route("/response", self._response, methods=["POST"]),
                Route("/files/{name}", self._file),
                WebSocketRoute("/ws", self.gateway.connect),
            ]
        )

    async def aclose(self) -> None:
        """Close connections."""
        await self.gateway.aclose()
        await self._http.aclose()

    # What people do

    async def say(self, user_id: str, text: str, group: str = "", quote: Message | None = None) -> Delivery:
        """Type to the robot; in a group the words begin with its mention."""
        self._show(user_id, group, Draft("text", text))
        content = f"@督办助手 {text}" if group else text
        message = self.build(user_id, "text", {"content": content}, group)
        return await self.deliver(message | ({"quote": quote} if quote else {}))

    async def mixed(self, user_id: str, parts: list[str | bytes], group: str = "") -> Delivery:
        """Send text and pictures in one message: the only way for a picture into a group's robot."""
        items: list[Message] = [{"msgtype": "text", "text": {"content": "@督办助手 "}}] if group else []
        for part in parts:
            if isinstance(part, str):
                items.append({"msgtype": "text", "text": {"content": part}})
            else:
                items.append({"msgtype": "image", "image": self._lay(part)})
        self._show(user_id, group, Draft("text", "".join(part for part in parts if isinstance(part, str))))
        return await self.deliver(self.build(user_id, "mixed", {"msg_item": items}, group))

    async def photo(self, user_id: str, data: bytes) -> Delivery:
        """Send a picture, one to one."""
        return await self.deliver(self.build(user_id, "image", self._lay(data)))

    async def file(self, user_id: str, data: bytes) -> Delivery:
        """Send a file, one to one."""
        return await self.deliver(self.build(user_id, "file", self._lay(data)))

    async def video(self, user_id: str, data: bytes) -> Delivery:
        """Send a video, one to one."""
        return await self.deliver(self.build(user_id, "video", self._lay(data)))

    async def voice(self, user_id: str, recognised: str) -> Delivery:
        """Send a voice message, one to one; the robot's owner gets the words only."""
        return await self.deliver(self.build(user_id, "voice", {"content": recognised}))

    async def enter(self, user_id: str) -> Delivery:
        """Open the chat with the robot for the first time that day."""
        return await self.deliver(self.build(user_id, "event", {"eventtype": "enter_chat"}))

    async def feedback(self, user_id: str) -> Delivery:
        """Tap the thumb under an answer."""
        event = {"eventtype": "feedback_event", "feedback_event": {"id": "f1", "type": 1}}
        return await self.deliver(self.build(user_id, "event", event))

    async def press(self, user_id: str, card: Bubble, key: str) -> Delivery:
        """Press a button of a card the robot sent. Delivered once, whatever comes of it."""
        if card.used or key not in dict(card.buttons):
            raise LookupError(f"no live button {key!r}")
        pressed = {"card_type": "button_interaction", "event_key": key, "task_id": card.ref}
        event = {"eventtype": "template_card_event", "template_card_event": pressed}
        return await self.deliver(self.build(user_id, "event", event), tries=1)

    # Raw parts

    def build(self, user_id: str, msgtype: str, content: Message, group: str = "") -> Message:
        """Return the plain JSON of a message or event."""
        message: Message = {
            "msgid": secrets.token_urlsafe(18),
            "aibotid": self.bot_id,
            "chattype": "group" if group else "single",
            "from": {"userid": self.veiled.get(user_id, user_id)},
            "msgtype": msgtype,
            msgtype: content,
        }
        if group:
            message["chatid"] = group
        if msgtype == "event":
            message["create_time"] = int(self.stage.now().timestamp())
        if self.mode == "callback":
            code = self.talk.new_code(group or user_id, single=not group)
            message["response_url"] = f"{self.base_url}/response?response_code={code}"
        return message

    def seal(self, message: Message, at: int | None = None, nonce: str = "") -> tuple[dict[str, str], bytes]:
        """Encrypt and sign a message for the callback: the query and the body."""
        assert self.envelope is not None
        timestamp = str(at or int(self.stage.now().timestamp()))
        nonce = nonce or str(secrets.randbelow(9 * 10**9) + 10**9)
        sealed = self.envelope.encrypt(json.dumps(message, ensure_ascii=False))
        signature = self.envelope.signature(timestamp, nonce, sealed)
        query = {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}
        return query, json.dumps({"encrypt": sealed}).encode()

    async def deliver(self, message: Message, tries: int | None = None) -> Delivery:
        """Take a message to the product."""
        plain = json.dumps(message, ensure_ascii=False)
        if self.mode == "stream":
            sent = await self.gateway.push(message)
            return Delivery(200 if sent else None, 1, message["msgid"], plain)
        query: dict[str, str] = {}
        status, attempt, answer = None, 0, b""
        while status != 200 and attempt < (tries or self.tries):
            attempt += 1
            query, body = self.seal(message)
            status, answer = await self._post(query, body)
        if answer:
            self._passive(message, query["nonce"], answer)
        return Delivery(status, attempt, message["msgid"], plain, answer)

    async def verify_url(self) -> bool:
        """Check the callback URL as the console does on saving it."""
        assert self.envelope is not None
        echo = self.envelope.encrypt("1616140317555161061")
        query = {"timestamp": str(int(self.stage.now().timestamp())), "nonce": "263014780"}
        query["msg_signature"] = self.envelope.signature(query["timestamp"], query["nonce"], echo)
        answer = await self._http.get(self.callback_url, params=query | {"echostr": echo}, timeout=1.0)
        return answer.status_code == 200 and answer.content == b"1616140317555161061"

    async def _post(self, query: dict[str, str], body: bytes) -> tuple[int | None, bytes]:
        try:
            async with asyncio.timeout(self.patience):
                response = await self._http.post(
                    self.callback_url, params=query, content=body, headers={"Content-Type": "application/json"}
                )
        except (TimeoutError, httpx2.TransportError):
            return None, b""
        return response.status_code, response.content

    def _passive(self, message: Message, nonce: str, answer: bytes) -> None:
        """Take the passive answer, if it is sealed as the documents say: under the callback's own nonce."""
        assert self.envelope is not None
        outer = json.loads(answer)
        signed = self.envelope.signature(str(outer["timestamp"]), outer["nonce"], outer["encrypt"])
        if outer["nonce"] != nonce or signed != outer["msgsignature"] or not isinstance(outer["timestamp"], int):
            raise ValueError("the passive answer is not sealed as documented")
        self.talk.courtesy(message, json.loads(self.envelope.decrypt(outer["encrypt"])))

    async def _response(self, request: Request) -> Response:
        said = self.talk.by_code(request.query_params.get("response_code", ""), await request.json())
        return Response(json.dumps(said), media_type="application/json")

    async def _file(self, request: Request) -> Response:
        sealed = self._files.get(request.path_params["name"])
        until = int(request.query_params.get("until", "0"))
        if sealed is None or self.stage.now().timestamp() >= until:
            return Response("AccessDenied", 403)
        return Response(sealed, media_type="application/octet-stream")

    def _lay(self, data: bytes) -> Message:
        """Put a file, enciphered, where it can be fetched for five minutes."""
        name, key = secrets.token_hex(12), self._key if self.mode == "callback" else secrets.token_hex(22)[:43]
        self._files[name] = encipher(data, key)
        url = f"{self.base_url}/files/{name}?until={int(self.stage.now().timestamp()) + 300}"
        return {"url": url} | ({"aeskey": key} if self.mode == "stream" else {})

    def _show(self, user_id: str, group: str, draft: Draft) -> None:
        self.talk.show(group or user_id, draft, single=not group, who=user_id)
