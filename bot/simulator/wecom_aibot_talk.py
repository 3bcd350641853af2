"""What the simulated robot may say, where, how often, and what then stands on people's screens."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.simulator.drafts import Draft
from bot.simulator.limits import HOUR, MINUTE, Limit
from bot.simulator.stage import Bubble, Screen, Stage

CODE_LIFE = timedelta(hours=1)
TEXT_LIMIT = 20_480
_BLOCK = 32
_OK = {"errcode": 0, "errmsg": "ok"}

Message = dict[str, Any]


@dataclass(slots=True)
class Code:
    """The right to answer one callback once, within the hour."""

    chat: str
    single: bool
    issued: datetime
    used: bool = False


def refusal(code: int, why: str) -> Message:
    """Return the robot gateway's own words for an error."""
    return {"errcode": code, "errmsg": why}


def encipher(data: bytes, aes_key: str) -> bytes:
    """Return a file as it lies at its address: AES-256-CBC, the vector is the key's first half."""
    key = base64.b64decode(aes_key + "=" * (-len(aes_key) % 4))
    fill = _BLOCK - len(data) % _BLOCK
    worker = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return worker.update(data + bytes([fill]) * fill) + worker.finalize()


class Talk:
    """The robot's mouth. A chat is a group's id or, one to one, a member's account."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.spoken_to: set[str] = set()
        self.answers: list[Message] = []
        self._codes: dict[str, Code] = {}
        self._pace = Limit((30, MINUTE), (1000, HOUR))

    def new_code(self, chat: str, *, single: bool) -> str:
        """Issue a response code for a callback."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = Code(chat, single, self.stage.now())
        return code

    def by_code(self, code: str, body: Message) -> Message:
        """Answer a callback at its response_url: markdown, or a card one to one."""
        issued = self._codes.get(code)
        if issued is None or issued.used or self.stage.now() - issued.issued >= CODE_LIFE:
            return refusal(60140, "invalid response_code")
        if body.get("msgtype") not in ("markdown", "template_card"):
            return refusal(40008, "invalid message type")
        if body["msgtype"] == "template_card" and not issued.single:
            return refusal(40008, "template_card in a group")
        issued.used = True
        return self.speak(issued.chat, body, single=issued.single)

    def speak(self, chat: str, body: Message, *, single: bool) -> Message:
        """Put what the robot says on a screen, or refuse it."""
        if not self._pace.admits(chat, self.stage.now()):
            return refusal(45009, "api freq out of limit")
        draft = _draft(body)
        if draft is None:
            return refusal(40058, "invalid content")
        self.answers.append(body)
        self.show(chat, draft, single=single)
        return _OK

    def courtesy(self, asked: Message, said: Message) -> Message:
        """Take what answers an event at once: a welcome, or the card that takes the pressed one's place."""
        event, user = asked.get("event") or {}, asked["from"]["userid"]
        if event.get("eventtype") == "enter_chat" and said.get("msgtype") in ("text", "template_card"):
            return self.speak(user, said, single=True)
        if event.get("eventtype") == "template_card_event" and said.get("response_type") == "update_template_card":
            return self._replace(user, event["template_card_event"]["task_id"], said["template_card"])
        return refusal(40008, "no such answer to this")

    def _replace(self, user: str, task_id: str, card: Message) -> Message:
        if card.get("task_id") != task_id:
            return refusal(42014, "task_id differs")
        if card.get("card_type") == "text_notice" and not (card.get("card_action") or {}).get("url"):
            return refusal(42045, "card_action")
        screen = self._screen(user, single=True)
        for bubble in screen.bubbles if screen else ():
            if bubble.ref == task_id:
                bubble.used = card["main_title"]["title"]
        self.stage.touch()
        return _OK

    def show(self, chat: str, draft: Draft, *, single: bool, who: str = "") -> Bubble | None:
        """Draw something; `who` is the member who said it, the robot otherwise."""
        screen = self._screen(chat, single=single)
        if screen is None:
            return None
        bubble = draft.bubble(self.stage, sender=who or "智能机器人")
        bubble.mine = bool(who)
        return self.stage.show(screen, bubble)

    def _screen(self, chat: str, *, single: bool) -> Screen | None:
        if not single:
            return self.stage.groups.get(chat)
        actor = self.stage.actor_of("wecom", chat)
        return self.stage.phones[actor.key] if actor else None


def _draft(body: Message) -> Draft | None:
    kind = str(body.get("msgtype"))
    inner = body.get(kind)
    if not isinstance(inner, dict):
        return None
    if kind == "template_card":
        buttons = tuple((item["key"], item["text"]) for item in inner.get("button_list") or [])
        if not inner.get("task_id") or not 1 <= len(buttons) <= 6:
            return None
        title = inner["main_title"]["title"]
        return Draft("card", inner.get("sub_title_text") or title, title=title, buttons=buttons, ref=inner["task_id"])
    content = inner.get("content")
    if not isinstance(content, str) or not content.strip() or len(content.encode()) > TEXT_LIMIT:
        return None
    if kind == "stream" and not (inner.get("id") and inner.get("finish") is True):
        return None
    return Draft("text", content)
