"""Who plays in the simulated county and what each of them sees on the phone.

The simulated platforms deliver into a :class:`Stage`; the chat page and the tests look at it.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count


@dataclass(frozen=True, slots=True)
class Actor:
    """A made-up person. `platform` is "wecom" or "dingtalk", `user_id` the account there."""

    key: str
    name: str
    title: str
    platform: str
    user_id: str


@dataclass(slots=True)
class Bubble:
    """One message on a phone. `mine` is true for what the phone's owner sent.

    `kind` is text, card, image, location or voice. `used` is the label shown once a card's button is spent;
    `ref` is what the platform knows the message by (task id, outTrackId).
    """

    number: int
    at: datetime
    kind: str
    text: str
    mine: bool = False
    title: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()  # (key, label)
    used: str = ""
    ref: str = ""
    sender: str = ""  # shown in groups
    image: str = ""  # path of the picture on the simulator


@dataclass(slots=True)
class Screen:
    """A phone's conversation with the bot, or a group."""

    name: str
    bubbles: list[Bubble] = field(default_factory=list)


class Stage:
    """Everybody's screens; wakes whoever waits for a change.

    `extras` have accounts and phones like the others, but the page leaves them out.
    """

    def __init__(self, actors: Sequence[Actor], now: Callable[[], datetime], extras: Sequence[Actor] = ()) -> None:
        self.actors = {actor.key: actor for actor in actors}
        self.extras = {actor.key: actor for actor in extras}
        self.now = now
        self.phones = {actor.key: Screen(actor.name) for actor in (*actors, *extras)}
        self.groups: dict[str, Screen] = {}  # by the platform's own id: chatid, webhook key, openConversationId
        self.version = 0
        self._numbers = count(1)
        self._changed = asyncio.Event()

    @property
    def everybody(self) -> tuple[Actor, ...]:
        """Return all who have an account."""
        return (*self.actors.values(), *self.extras.values())

    def actor_of(self, platform: str, user_id: str) -> Actor | None:
        """Return who has this account; WeCom compares accounts without regard to case."""
        wanted = user_id.lower()
        for actor in self.everybody:
            if actor.platform == platform and actor.user_id.lower() == wanted:
                return actor
        return None

    def add_group(self, target: str, name: str) -> None:
        """Let a group exist under the id the platform addresses it by."""
        self.groups.setdefault(target, Screen(name))

    def bubble(self, kind: str, text: str, **more: object) -> Bubble:
        """Make a bubble stamped with the county's time."""
        return Bubble(next(self._numbers), self.now(), kind, text, **more)  # type: ignore[arg-type]

    def show(self, screen: Screen, bubble: Bubble) -> Bubble:
        """Put a bubble on a screen."""
        screen.bubbles.append(bubble)
        self.touch()
        return bubble

    def touch(self) -> None:
        """Say that something on some screen changed."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait_beyond(self, version: int, seconds: float) -> int:
        """Wait until the stage is newer than `version`, or so many seconds; return its version."""
        if self.version <= version:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), seconds)
        return self.version
