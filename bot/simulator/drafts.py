"""A message as a phone will show it, before it has a place and a number there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.simulator.stage import Bubble, Stage


@dataclass(frozen=True, slots=True)
class Draft:
    """The looks of one message; the same draft may be shown to many."""

    kind: str
    text: str
    title: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    ref: str = ""
    image: str = ""
    used: str = ""

    def bubble(self, stage: Stage, sender: str = "") -> Bubble:
        """Make a bubble of it."""
        return stage.bubble(self.kind, self.text, sender=sender, **self._rest())

    def redraw(self, bubble: Bubble) -> None:
        """Let an old bubble look like this from now on."""
        bubble.text = self.text
        for name, value in self._rest().items():
            setattr(bubble, name, value)

    def _rest(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("title", "fields", "buttons", "ref", "image", "used")}
