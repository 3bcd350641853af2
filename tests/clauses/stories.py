"""How the proofs let people speak and hear."""

from __future__ import annotations

from datetime import datetime

from bot.simulator.world import World
from models.calendar import SHANGHAI


def at(day: str, clock: str = "08:40") -> datetime:
    """Return a Shanghai instant."""
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


async def tell(world: World, who: str, text: str) -> str:
    """Let somebody write and return the last answer."""
    await world.say(who, text)
    await world.settle()
    return world.heard(who)[-1]


async def confirmed(world: World, who: str, text: str) -> str:
    """Let somebody write, press 确认, and return the last answer."""
    await world.say(who, text)
    await world.settle()
    await world.press(who, "确认")
    await world.settle()
    return world.heard(who)[-1]


def texts(world: World, who: str, words: str) -> list[str]:
    """Return what somebody heard that holds the words."""
    return [text for text in world.heard(who) if words in text]
