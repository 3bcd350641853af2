"""What the simulated WeCom knows about one corp and one self-built app, and how messages reach phones."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.simulator.credentials import Tokens
from bot.simulator.drafts import Draft
from bot.simulator.limits import DAY, HOUR, MINUTE, Limit
from bot.simulator.shelf import Shelf
from bot.simulator.stage import Bubble, Stage
from bot.simulator.wecom_errors import WeComError
from bot.simulator.wecom_messages import replaced

CODE_LIFE = timedelta(hours=72)
MEDIA_LIFE = timedelta(days=3)
CHAT_ID = re.compile(r"[0-9A-Za-z]{1,32}")


@dataclass(frozen=True, slots=True)
class Dropped:
    """A message WeCom took and never showed. `why` names the rule."""

    at: datetime
    user_id: str
    why: str
    text: str


@dataclass(slots=True)
class Card:
    """A card as sent: what may be pressed on it, and its bubble on each phone (by lower-cased account)."""

    task_id: str
    card_type: str
    keys: frozenset[str]
    menu_keys: frozenset[str]
    bubbles: dict[str, Bubble] = field(default_factory=dict)


@dataclass(slots=True)
class ResponseCode:
    """The right to change a card once, within 72 hours."""

    task_id: str
    issued: datetime
    used: bool = False


@dataclass(slots=True)
class Chat:
    """A group made by the app (应用群)."""

    chat_id: str
    name: str
    owner: str
    members: list[str]


class Corp:
    """The platform's memory."""

    def __init__(
        self,
        stage: Stage,
        corp_id: str,
        agent_id: int,
        secret: str,
        token_seconds: int,
        mount: str,
        app_name: str,
    ) -> None:
        self.stage = stage
        self.corp_id = corp_id
        self.agent_id = agent_id
        self.secret = secret
        self.app_name = app_name
        self.pictures = f"{mount}/pictures"
        self.tokens = Tokens(token_seconds, stage.now, renews=False)
        self.media = Shelf(MEDIA_LIFE, stage.now)
        self.cards: dict[str, Card] = {}
        self.codes: dict[str, ResponseCode] = {}
        self.chats: dict[str, Chat] = {}
        self.foreign_chats: set[str] = set()
        self.unlicensed: set[str] = set()
        self.veiled: dict[str, str] = {}  # by account: what a robot of no super administrator calls it
        self.dropped: list[Dropped] = []
        self.account_ceiling = 500
        self.repeats: dict[bytes, tuple[datetime, str]] = {}
        self.per_member = Limit((30, MINUTE), (1000, HOUR))
        self.per_day = Limit((self.account_ceiling * 200, DAY))
        self.in_groups = Limit((200, MINUTE), (10_000, DAY))
        self.group_traffic = Limit((20_000, MINUTE), (300_000, HOUR))
        self.per_webhook = Limit((20, MINUTE))
        self.per_api = Limit((10_000, MINUTE))
        self.chat_making = Limit((1000, DAY))
        self.chat_changes = Limit((100, HOUR))
        self.wrong_secrets = Limit((5, HOUR))

    def members(self) -> list[str]:
        """Return the accounts within the app's visible range."""
        return [actor.user_id for actor in self.stage.everybody if actor.platform == "wecom"]

    def known(self, user_id: str) -> str | None:
        """Return the account as it is written, whatever the case asked for."""
        actor = self.stage.actor_of("wecom", user_id)
        return actor.user_id if actor else None

    def show(self, user_id: str, draft: Draft, mine: bool = False) -> Bubble | None:
        """Put something on a person's phone; None if nobody on the stage has this account."""
        actor = self.stage.actor_of("wecom", user_id)
        if actor is None:
            return None
        bubble = draft.bubble(self.stage)
        bubble.mine = mine
        return self.stage.show(self.stage.phones[actor.key], bubble)

    def deliver(self, user_id: str, draft: Draft) -> Bubble | None:
        """Show the app's message, or drop it without a word beyond 30 a minute or 1000 an hour (D90236)."""
        if not self.per_member.admits(user_id.lower(), self.stage.now()):
            self.drop(user_id, "member 30/min, 1000/h", draft)
            return None
        return self.show(user_id, draft)

    def drop(self, user_id: str, why: str, draft: Draft) -> None:
        """Remember what was swallowed."""
        self.dropped.append(Dropped(self.stage.now(), user_id, why, draft.text))

    def repeated(self, raw: bytes, message: dict[str, Any]) -> str | None:
        """Return the msgid of the identical request within its interval, if it asked for that check."""
        if message.get("enable_duplicate_check") != 1:
            return None
        before = self.repeats.get(hashlib.sha256(raw).digest())
        return before[1] if before and self.stage.now() < before[0] else None

    def remember(self, raw: bytes, message: dict[str, Any], msgid: str) -> None:
        """Let the same request be recognised until its interval is over (default 1800 s, at most 4 h)."""
        if message.get("enable_duplicate_check") != 1:
            return
        seconds = min(int(message.get("duplicate_check_interval") or 1800), 4 * 3600)
        until = self.stage.now() + timedelta(seconds=seconds)
        self.repeats[hashlib.sha256(raw).digest()] = (until, msgid)

    def new_code(self, task_id: str) -> str:
        """Issue a response_code for a card."""
        code = secrets.token_urlsafe(48)
        self.codes[code] = ResponseCode(task_id, self.stage.now())
        return code

    def redeem(self, code: str) -> Card:
        """Spend a response_code. Raises WeComError(60140) if unknown or older than 72 h, 42022 if spent."""
        issued = self.codes.get(code)
        if issued is None or self.stage.now() - issued.issued >= CODE_LIFE:
            raise WeComError(60140)
        if issued.used:
            raise WeComError(42022)
        issued.used = True
        return self.cards[issued.task_id]

    def update_card(self, card: Card, user_ids: list[str], change: dict[str, Any]) -> None:
        """Grey a card's buttons or put another card in its place, on these people's phones."""
        for user_id in user_ids:
            bubble = card.bubbles.get(user_id.lower())
            if bubble is None:
                continue
            if "button" in change:
                bubble.used = str(change["button"].get("replace_name") or "")
            else:
                replaced(change["template_card"]).redraw(bubble)
        self.stage.touch()

    def chat(self, chat_id: object) -> Chat:
        """Find a group the app made; the stage may have set it up beforehand. Raises WeComError."""
        if not isinstance(chat_id, str) or not CHAT_ID.fullmatch(chat_id):
            raise WeComError(86001)
        if chat_id in self.foreign_chats:
            raise WeComError(86008)
        if chat_id in self.stage.groups and chat_id not in self.chats:
            self.chats[chat_id] = Chat(chat_id, self.stage.groups[chat_id].name, "", self.members())
        if chat_id not in self.chats:
            raise WeComError(86003)
        return self.chats[chat_id]
