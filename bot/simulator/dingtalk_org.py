"""What the simulated DingTalk knows about one organisation and one internal app with a robot."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.simulator.credentials import Tokens
from bot.simulator.dingtalk_messages import card_draft
from bot.simulator.drafts import Draft
from bot.simulator.limits import MINUTE, Limit
from bot.simulator.shelf import Shelf
from bot.simulator.stage import Bubble, Screen, Stage
from bot.simulator.visits import Codes

SESSION_LIFE = timedelta(minutes=90)
WEBHOOK_BLOCK = timedelta(minutes=10)


@dataclass(slots=True)
class Webhook:
    """A custom robot in a group. `secret` empty: no signature asked for; `keywords` empty: any text."""

    secret: str = ""
    keywords: tuple[str, ...] = ()
    blocked_until: datetime | None = None
    rate: Limit = field(default_factory=lambda: Limit((20, MINUTE)))
    uuids: set[str] = field(default_factory=set)


@dataclass(slots=True)
class CardInstance:
    """An interactive card (outTrackId) and its bubbles: (account or "" in a group, bubble)."""

    ref: str
    params: dict[str, str]
    private: dict[str, dict[str, str]]
    callback_type: str
    route_key: str
    bubbles: list[tuple[str, str, Bubble]] = field(default_factory=list)  # (spaceType, spaceId, bubble)

    def merged(self, user_id: str) -> dict[str, str]:
        """Return the variables as this person sees them."""
        return self.params | self.private.get(user_id, {})


class Org:
    """The platform's memory."""

    def __init__(
        self,
        stage: Stage,
        client_id: str,
        client_secret: str,
        robot_code: str,
        template: str,
        token_seconds: int,
    ) -> None:
        self.stage = stage
        self.corp_id = corp_id_of(client_id)
        self.client_id = client_id
        self.client_secret = client_secret
        self.robot_code = robot_code
        self.robot_name = "督办助手"
        self.template = template
        self.base_url = ""
        self.tokens = Tokens(token_seconds, stage.now, renews=True)
        self.tickets = Tokens(7200, stage.now, renews=True)
        self.auth_codes = Codes(stage.now)
        self.media = Shelf(timedelta(hours=2), stage.now)
        self.downloads = Shelf(timedelta(minutes=10), stage.now)
        self.poor_codes: set[str] = set()  # pictureDownloadCode: answers 500 in the field
        self.cards: dict[str, CardInstance] = {}
        self.card_routes: dict[str, tuple[str, str]] = {}  # route key -> (url, apiSecret)
        self.repeated_card_is_error = False
        self.webhooks: dict[str, Webhook] = {}
        self.sessions: dict[str, tuple[str, datetime]] = {}  # session -> (account or group, until)
        self.flow_controlled: dict[str, int] = {}
        self.monthly_calls: int | None = None
        self.calls_in: dict[str, int] = {}

    def conversation(self, user_id: str) -> str:
        """Return the conversationId of this person's chat with the robot."""
        return "cid" + hashlib.sha256(f"{self.corp_id}{user_id}".encode()).hexdigest()[:32]

    def admits(self, client_id: str, secret: str) -> bool:
        """Check the app's credentials."""
        return hmac.compare_digest(f"{client_id}\n{secret}", f"{self.client_id}\n{self.client_secret}")

    def known(self, user_id: str) -> bool:
        """Say whether somebody has this userId."""
        return self.phone(user_id) is not None

    def phone(self, user_id: str) -> Screen | None:
        """Return the phone of whoever has this userId."""
        actor = self.stage.actor_of("dingtalk", user_id)
        return self.stage.phones[actor.key] if actor and actor.user_id == user_id else None

    def show_person(self, user_id: str, draft: Draft, mine: bool = False) -> Bubble | None:
        """Put something on a person's phone; None if nobody on the stage has this userId."""
        screen = self.phone(user_id)
        if screen is None:
            return None
        bubble = draft.bubble(self.stage)
        bubble.mine = mine
        return self.stage.show(screen, bubble)

    def show_group(self, group: str, draft: Draft, sender: str = "") -> Bubble:
        """Put something in a group."""
        return self.stage.show(self.stage.groups[group], draft.bubble(self.stage, sender=sender or self.robot_name))

    def show_in(self, target: str, draft: Draft) -> None:
        """Put the robot's words wherever a session belongs to."""
        if target in self.stage.groups:
            self.show_group(target, draft)
        else:
            self.show_person(target, draft)

    def controlled(self, user_id: str) -> bool:
        """Say whether this person is under flow control for one more send."""
        left = self.flow_controlled.get(user_id, 0)
        self.flow_controlled[user_id] = max(0, left - 1)
        return left > 0

    def new_session(self, target: str) -> tuple[str, int]:
        """Return a sessionWebhook and its end in ms."""
        session, until = secrets.token_hex(16), self.stage.now() + SESSION_LIFE
        self.sessions[session] = (target, until)
        return f"{self.base_url}/robot/sendBySession?session={session}", int(until.timestamp() * 1000)

    def redraw(self, card: CardInstance) -> None:
        """Let a card's bubbles show its variables as they are now."""
        for _, space_id, bubble in card.bubbles:
            card_draft(card.merged(space_id), card.ref).redraw(bubble)
        self.stage.touch()

    def within_quota(self) -> bool:
        """Count a billed call of this month; false once the edition's quota is used up."""
        month = f"{self.stage.now():%Y-%m}"
        used = self.calls_in.get(month, 0)
        if self.monthly_calls is not None and used >= self.monthly_calls:
            return False
        self.calls_in[month] = used + 1
        return True


def corp_id_of(client_id: str) -> str:
    """Return the CorpId of the organisation that made this app."""
    return "ding" + hashlib.sha256(client_id.encode()).hexdigest()[:32]


def robot_sign(timestamp: str, secret: str) -> str:
    """Return the signature of robot callbacks and webhooks: it covers the time and nothing else."""
    digest = hmac.new(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
