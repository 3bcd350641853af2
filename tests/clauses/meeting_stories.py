"""What the stories about meetings share: speaking, the county's days, what somebody heard."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import yaml

from bot.simulator.world import PACK, World
from models.calendar import SHANGHAI

TOPIC = "10月调度会加个议题：城南污水厂尾水管线过河要水利局出意见，请王主任看了再报"
CALL = "发10月例会通知：10月9日9点，县政府三楼会议室"


def at(day: str, clock: str = "09:00") -> datetime:
    """Return a Shanghai instant."""
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


async def say(world: World, *lines: tuple[str, str]) -> str:
    """Let people write one after the other; return what the last of them heard last."""
    for who, text in lines:
        await world.say(who, text)
        await world.settle()
    return world.heard(lines[-1][0])[-1]


async def press(world: World, who: str, label: str) -> str:
    """Let somebody press a button; return what he heard last."""
    await world.press(who, label)
    await world.settle()
    return world.heard(who)[-1]


def told(world: World, who: str, words: str) -> list[str]:
    """Return the messages somebody heard that contain the words, a card with its title and fields."""
    shown = (
        "\n".join([bubble.title, *(f"{name}：{value}" for name, value in bubble.fields), bubble.text])
        for bubble in world.phone(who)
        if not bubble.mine
    )
    return [text for text in shown if words in text]


def buttons(world: World, who: str) -> list[str]:
    """Return the labels of all buttons somebody sees."""
    return [label for bubble in world.phone(who) for _, label in bubble.buttons]


def entries(world: World, kind: str, about: str | None = None) -> list[dict[str, object]]:
    """Return the ledger's lines of a kind."""
    lines = [line for line in world.ledger() if line["kind"] == kind]
    return [line for line in lines if about is None or line["data"].get("about") == about]


async def held(world: World) -> None:
    """Call October's regular meeting for the 9th and let the day go by."""
    await say(world, ("张敏", CALL))
    await world.at(at("2026-10-09", "14:00"))


def pack_with(folder: Path, **changes: object) -> Path:
    """Write the county's pack with other answers to its open questions or other keys of its meetings."""
    data = yaml.safe_load(PACK.read_text(encoding="utf-8"))
    for key, value in changes.items():
        block, _, name = key.partition("__")
        data[block][name] = value
    path = folder / "other.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return path
