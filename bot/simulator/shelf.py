"""Photos, voices and files lying on a simulated platform for a while."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

_SIGNATURES = {
    b"\xff\xd8\xff": ("image/jpeg", "jpg"),
    b"\x89PNG": ("image/png", "png"),
    b"#!AMR": ("audio/amr", "amr"),
    b"%PDF": ("application/pdf", "pdf"),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One file and since when it lies there."""

    data: bytes
    name: str
    kind: str
    since: datetime

    @property
    def content_type(self) -> str:
        """What the bytes say they are."""
        return sniff(self.data)[0]


class Shelf:
    """Keeps files for `life`, under ids nobody can guess."""

    def __init__(self, life: timedelta, now: Callable[[], datetime]) -> None:
        self._life = life
        self._now = now
        self._items: dict[str, Item] = {}

    def put(self, data: bytes, name: str, kind: str) -> str:
        """Keep a file; return its id."""
        ref = secrets.token_urlsafe(48)
        self._items[ref] = Item(data, name, kind, self._now())
        return ref

    def get(self, ref: str) -> Item | None:
        """Return the file, or None if it never was or is past its life."""
        item = self._items.get(ref)
        return item if item and self._now() - item.since < self._life else None

    def any_age(self, ref: str) -> Item | None:
        """Return the file however old: the page still shows old pictures."""
        return self._items.get(ref)


def sniff(data: bytes) -> tuple[str, str]:
    """Return media type and extension by the first bytes."""
    for signature, found in _SIGNATURES.items():
        if data.startswith(signature):
            return found
    return ("video/mp4", "mp4") if data[4:8] == b"ftyp" else ("application/octet-stream", "bin")
