"""Groups of the simulated WeCom: those the app made (appchat) and those with a webhook robot."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from bot.simulator.drafts import Draft
from bot.simulator.wecom_api import Answer, Api, body_of
from bot.simulator.wecom_corp import CHAT_ID, Chat, Corp
from bot.simulator.wecom_errors import WeComError
from bot.simulator.wecom_messages import draft

_CHAT_TYPES = frozenset(("text", "image", "voice", "video", "file", "textcard", "news", "markdown"))
_WEBHOOK_SIZES = {"text": 2048, "markdown": 4096, "markdown_v2": 4096}
_WEBHOOK_CARDS = frozenset(("text_notice", "news_notice"))


class Groups:
    """Endpoints of appchat (D90244-90248) and webhook/send (D91770)."""

    def __init__(self, corp: Corp, api: Api) -> None:
        self.corp = corp
        self._api = api

    def routes(self) -> list[Route]:
        """Return the routes, paths as on the real host."""
        return [
            self._api.route("POST", "/cgi-bin/appchat/create", self.create),
            self._api.route("POST", "/cgi-bin/appchat/update", self.update),
            self._api.route("GET", "/cgi-bin/appchat/get", self.get),
            self._api.route("POST", "/cgi-bin/appchat/send", self.send),
            self._api.route("POST", "/cgi-bin/webhook/send", self.webhook, token=False),
        ]

    async def create(self, request: Request) -> Answer:
        """Make a group of 2 to 2000 members."""
        body = await body_of(request)
        members = self._members(body.get("userlist"))
        if not 2 <= len(members) <= 2000:
            raise WeComError(86006)
        chat_id = body.get("chatid") or secrets.token_hex(16)
        if not CHAT_ID.fullmatch(str(chat_id)) or chat_id in self.corp.chats:
            raise WeComError(86001)
        if not self.corp.chat_making.admits("", self.corp.stage.now()):
            raise WeComError(45009)
        chat = Chat(chat_id, str(body.get("name") or "群聊")[:50], str(body.get("owner") or members[0]), members)
        self.corp.chats[chat_id] = chat
        self.corp.stage.add_group(chat_id, chat.name)
        return {"chatid": chat_id}

    def _members(self, names: Any) -> list[str]:
        if not isinstance(names, list):
            raise WeComError(40058, "userlist")
        found = [self.corp.known(str(name)) for name in names]
        if None in found:
            raise WeComError(86007)
        return [name for name in found if name]

    async def update(self, request: Request) -> Answer:
        """Rename a group or change who is in it."""
        body = await body_of(request)
        chat = self.corp.chat(body.get("chatid"))
        if not self.corp.chat_changes.admits("", self.corp.stage.now()):
            raise WeComError(45009)
        leaving = {str(name).lower() for name in body.get("del_user_list") or []}
        joining = self._members(body.get("add_user_list") or [])
        chat.members = [name for name in chat.members if name.lower() not in leaving]
        chat.members += [name for name in joining if name not in chat.members]
        chat.owner = str(body.get("owner") or chat.owner)
        chat.name = self.corp.stage.groups[chat.chat_id].name = str(body.get("name") or chat.name)
        return {}

    async def get(self, request: Request) -> Answer:
        """Describe a group."""
        chat = self.corp.chat(request.query_params.get("chatid"))
        info = {"chatid": chat.chat_id, "name": chat.name, "owner": chat.owner, "userlist": chat.members}
        return {"chat_info": info}

    async def send(self, request: Request) -> Answer:
        """Speak in a group: no template cards, no message id, no duplicate check."""
        body = await body_of(request)
        chat = self.corp.chat(body.get("chatid"))
        if body.get("msgtype") not in _CHAT_TYPES:
            raise WeComError(40008)
        drawn = draft(body, self.corp.media, self.corp.pictures)
        now = self.corp.stage.now()
        if not self.corp.group_traffic.admits("", now, len(chat.members)):
            raise WeComError(45009)
        reached = [user for user in chat.members if self.corp.in_groups.admits(user.lower(), now)]
        if reached:
            self._say(chat.chat_id, drawn)
        for user in set(chat.members) - set(reached):
            self.corp.drop(user, "group 200/min, 10000/day", drawn)
        return {}

    def _say(self, target: str, drawn: Draft) -> None:
        stage = self.corp.stage
        stage.show(stage.groups[target], drawn.bubble(stage, sender=self.corp.app_name))

    async def webhook(self, request: Request) -> Answer:
        """Speak through a webhook robot (消息推送): 20 a minute."""
        key = request.query_params.get("key", "")
        if key not in self.corp.stage.groups or key in self.corp.chats:
            raise WeComError(93000)
        body = await body_of(request)
        drawn = self._webhook_draft(body)
        if not self.corp.per_webhook.admits(key, self.corp.stage.now()):
            raise WeComError(45009)
        self._say(key, drawn)
        return {}

    def _webhook_draft(self, body: dict[str, Any]) -> Draft:
        kind = str(body.get("msgtype"))
        inner = body.get(kind)
        if not isinstance(inner, dict):
            raise WeComError(40008 if inner is None else 40058)
        if kind in _WEBHOOK_SIZES:
            return _webhook_text(kind, inner)
        if kind == "image":
            return self._webhook_image(inner)
        if kind == "template_card" and inner.get("card_type") not in _WEBHOOK_CARDS:
            raise WeComError(40058, "card_type")
        return draft(body, self.corp.media, self.corp.pictures)

    def _webhook_image(self, inner: dict[str, Any]) -> Draft:
        try:
            data = base64.b64decode(str(inner.get("base64") or ""), validate=True)
        except ValueError:
            raise WeComError(40058, "base64") from None
        digest = hashlib.md5(data, usedforsecurity=False).hexdigest()
        if not data or len(data) > 2 * 1024 * 1024 or digest != inner.get("md5"):
            raise WeComError(40009 if len(data) > 2 * 1024 * 1024 else 301019)
        ref = self.corp.media.put(data, "image", "image")
        return Draft("image", "[图片]", image=f"{self.corp.pictures}/{ref}")


def _webhook_text(kind: str, inner: dict[str, Any]) -> Draft:
    content = inner.get("content")
    if not isinstance(content, str) or not content.strip():
        raise WeComError(44004)
    if len(content.encode()) > _WEBHOOK_SIZES[kind]:
        raise WeComError(40058)
    mentioned = "".join(f" @{'所有人' if name == '@all' else name}" for name in inner.get("mentioned_list") or [])
    return Draft("text", content + mentioned)
