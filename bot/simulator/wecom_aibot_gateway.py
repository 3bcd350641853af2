"""The robot's gateway: one live long connection, and what may be sent over it (D101463)."""

from __future__ import annotations

import asyncio
import json
import secrets
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from bot.simulator.wecom_aibot_talk import Talk, refusal

Message = dict[str, Any]
BAD_CREDENTIALS = 853000


class Gateway:
    """Takes subscriptions and frames. `silent` lets it swallow pings; `seen` holds every frame it got."""

    def __init__(self, bot_id: str, secret: str, talk: Talk) -> None:
        self._bot_id = bot_id
        self._secret = secret
        self._talk = talk
        self._live: WebSocket | None = None
        self._asked: dict[str, Message] = {}  # by req_id: what was pushed
        self._arrived = asyncio.Event()
        self.silent = False
        self.subscriptions = 0
        self.seen: list[Message] = []

    async def connect(self, socket: WebSocket) -> None:
        """Serve one connection."""
        await socket.accept()
        try:
            while True:
                await self._hear(socket, json.loads(await socket.receive_text()))
        except (WebSocketDisconnect, RuntimeError, ValueError):
            return
        finally:
            if self._live is socket:
                self._live = None

    async def connected(self, within: float = 5.0) -> None:
        """Wait for a subscription. Raises TimeoutError."""
        async with asyncio.timeout(within):
            while self._live is None:
                self._arrived.clear()
                await self._arrived.wait()

    async def push(self, message: Message) -> bool:
        """Push a message or event to whoever is subscribed; what nobody hears is not offered again."""
        if self._live is None:
            return False
        event = message["msgtype"] == "event"
        req_id = secrets.token_hex(8)
        self._asked[req_id] = message
        if not event:
            self._talk.spoken_to.add(message.get("chatid") or message["from"]["userid"])
        cmd = "aibot_event_callback" if event else "aibot_msg_callback"
        await self._live.send_text(json.dumps({"cmd": cmd, "headers": {"req_id": req_id}, "body": message}))
        return True

    async def drop(self) -> None:
        """Lose the connection."""
        if self._live is not None:
            await self._live.close(1011)

    async def aclose(self) -> None:
        """Close the connection."""
        if self._live is not None:
            await self._live.close()

    async def _hear(self, socket: WebSocket, frame: Message) -> None:
        cmd, req_id, body = frame.get("cmd"), frame["headers"]["req_id"], frame.get("body") or {}
        self.seen.append({"cmd": cmd, "req_id": req_id, "body": {} if cmd == "aibot_subscribe" else body})
        if cmd == "ping" and self.silent:
            return
        said = await self._subscribe(socket, body) if cmd == "aibot_subscribe" else self._answer(socket, cmd, frame)
        await socket.send_text(json.dumps({"headers": {"req_id": req_id}, **said}))
        if said["errcode"] == BAD_CREDENTIALS:
            await socket.close()

    async def _subscribe(self, socket: WebSocket, body: Message) -> Message:
        if (body.get("bot_id"), body.get("secret")) != (self._bot_id, self._secret):
            return refusal(BAD_CREDENTIALS, "invalid bot_id or secret")
        self.subscriptions += 1
        old, self._live = self._live, socket
        if old is not None:
            kick = {"msgid": secrets.token_hex(8), "aibotid": self._bot_id, "msgtype": "event"}
            event = kick | {"event": {"eventtype": "disconnected_event"}}
            frame = {"cmd": "aibot_event_callback", "headers": {"req_id": secrets.token_hex(8)}, "body": event}
            await old.send_text(json.dumps(frame))
            await old.close()
        self._arrived.set()
        return refusal(0, "ok")

    def _answer(self, socket: WebSocket, cmd: object, frame: Message) -> Message:
        if socket is not self._live:
            return refusal(846600, "not subscribed")
        if cmd == "ping":
            return refusal(0, "ok")
        body = frame.get("body") or {}
        if cmd == "aibot_send_msg":
            chat = str(body.get("chatid"))
            if chat not in self._talk.spoken_to:
                return refusal(846607, "no conversation")
            return self._talk.speak(chat, body, single=body.get("chat_type") == 1)
        asked = self._asked.get(frame["headers"]["req_id"])
        if asked is None:
            return refusal(846605, "invalid req_id")
        if cmd in ("aibot_respond_welcome_msg", "aibot_respond_update_msg"):
            return self._talk.courtesy(asked, body)
        if cmd != "aibot_respond_msg" or body.get("msgtype") not in ("stream", "template_card"):
            return refusal(40008, "invalid message type")
        single = asked["chattype"] == "single"
        if body["msgtype"] == "template_card" and not single:
            return refusal(40008, "template_card in a group")
        return self._talk.speak(asked.get("chatid") or asked["from"]["userid"], body, single=single)
