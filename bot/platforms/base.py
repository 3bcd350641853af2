"""What a platform must be able to do, and how it says what became of a message.

A platform is narrow: parse what arrives, send words to an address, fetch a medium. Everything else
(who, when, whether, how often) is decided before it is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Protocol


class Rejected(Exception):
    """A callback that must not be believed. `status` is the HTTP answer; the text is for the operator's log."""

    status = 400


class Forged(Rejected):
    """The signature, the receiver or the padding is wrong."""

    status = 403


class Stale(Rejected):
    """The signature is right but too old or from the future: a replay, or a clock that is off."""

    status = 403


class Malformed(Rejected):
    """Not what the platform documents: not XML or JSON, fields missing, too deep, a DTD."""

    status = 400


class NotNow(Exception):
    """The platform did not say, and may when asked again."""


class MediaUnavailable(Exception):
    """A medium could not be fetched now; worth another try within its life."""


class MediaGone(Exception):
    """A medium that will never come: expired, refused, or not what it claims to be."""


class Outcome(StrEnum):
    """What became of one send, in the terms the out-tray acts on."""

    SENT = "sent"  # the platform accepted it for this recipient
    RETRY = "retry"  # certainly not delivered; try again after `retry_after`
    UNKNOWN = "unknown"  # may have been delivered: timeout, reset, unreadable answer
    FAILED = "failed"  # will never be delivered to this recipient as it is
    PAUSED = "paused"  # the channel itself is broken (secret, trusted IP, permission): stop and tell


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one send.

    `code` is the platform's own; `detail` is a line for the office or the operator (Chinese, no secrets);
    `refs` holds what the platform gave us to refer to the message later (msgid, response_code, processQueryKey).
    """

    outcome: Outcome
    code: str = ""
    detail: str = ""
    retry_after: timedelta | None = None
    refs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Button:
    """One press a card offers. `key` comes back as `Inbound.action`."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Words:
    """A rendered message in the common subset; each platform dresses it in its own dialect.

    `text` alone must be enough to understand; `title`, `brief` (the text where the fields stand beside it),
    `fields` (name, value) and `buttons` make a card of it where the platform has cards.
    """

    text: str
    title: str = ""
    brief: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    buttons: tuple[Button, ...] = ()


class Channel(StrEnum):
    """Ways out to somebody."""

    PERSON = "person"  # one to one
    APP_GROUP = "app_group"  # WeCom 应用群: `target` is a chatid this app created
    WEBHOOK = "webhook"  # 群机器人 of either platform: `target` is the webhook URL or its key/token
    DING_GROUP = "ding_group"  # 钉钉群 with our robot in it: `target` is the openConversationId
    ROOM = "room"  # the group somebody called us in: `target` is its id, `reply` how the call is answered


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes. `secret` signs a DingTalk webhook; `reply` answers in the very chat that asked, if it
    still can (:class:`models.message.Inbound`). Neither is ever logged.
    """

    channel: Channel
    target: str
    secret: str = field(default="", repr=False)
    reply: str = field(default="", repr=False)


class Platform(Protocol):
    """A chat platform as the out-tray and the media store see it."""

    name: str

    async def send(self, words: Words, to: Address, *, key: str) -> Result:
        """Send once. `key` is stable over retries of the same message and unique to it (<= 64 characters of
        ``[0-9A-Za-z_-]``); it feeds whatever the platform has against duplicates. Never raises for what the
        platform or the network does: that is a :class:`Result`."""
        ...

    def repeatable(self, words: Words, to: Address) -> bool:
        """Whether sending the same words under the same key again is shown to the recipient only once."""
        ...

    async def retire(self, words: Words, refs: dict[str, str], pressed: str) -> None:
        """Mark a card's buttons as used, best effort: `refs` of the send, `pressed` the label to show."""
        ...

    async def fetch(self, ref: str) -> bytes:
        """Return a medium's bytes (at most 20 MiB). Raises MediaUnavailable or MediaGone."""
        ...

    async def identify(self, account: str) -> str:
        """Return the account people are registered under behind an encrypted one, "" when nobody can tell.

        Raises NotNow.
        """
        ...

    async def check(self) -> str | None:
        """Make one cheap authenticated call; return None or a line saying what is wrong and the remedy."""
        ...

    async def aclose(self) -> None:
        """Close connections."""
        ...
