"""Photos on their way up from a page, piece by piece over a weak line.

A phone names its photo by an id of its own; pieces may come twice, in two connections at once, or after days. A photo
that is whole is checked and kept like any other (`bot/media.py`), and the note beside it says under which digest.
"""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import dataclass
from pathlib import Path

from bot.media import MAX_BYTES, MediaStore
from bot.platforms.base import MediaGone

_LIFE = 7 * 86400.0
"""Seconds after which what was begun and never sent with a report is swept away."""
_AT_ONCE = 60
_ID = re.compile(r"[0-9a-f-]{8,40}")


class UploadRefused(Exception):
    """A piece that cannot be taken; the text is for whoever sends it."""


class Gap(Exception):
    """A piece that does not follow what is there: go on from `received`."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


@dataclass(frozen=True, slots=True)
class Progress:
    """How many bytes of a photo are there; `digest` once it is whole and kept."""

    received: int
    digest: str = ""


class Uploads:
    """What people's phones are sending."""

    def __init__(self, media: MediaStore) -> None:
        self._media = media
        self._folder = media.folder / "uploads"

    def progress(self, person_id: int, photo: str) -> Progress:
        """Return how far a photo has come; nothing of one never heard of."""
        part, note = self._paths(person_id, photo)
        try:
            kept = json.loads(note.read_text(encoding="utf-8"))
            return Progress(int(kept["bytes"]), str(kept["sha256"]))
        except FileNotFoundError:
            return Progress(part.stat().st_size if part.exists() else 0)

    def add(self, person_id: int, photo: str, offset: int, size: int, piece: bytes) -> Progress:
        """Take a piece; the last makes the photo whole. Raises Gap, UploadRefused, and what the media store raises."""
        if not 0 < size <= MAX_BYTES or offset < 0 or offset + len(piece) > size:
            raise UploadRefused(f"照片最大{MAX_BYTES // 1024 // 1024}MB，这张传不了。")
        there = self.progress(person_id, photo)
        if there.digest:
            return there
        if offset > there.received:
            raise Gap(there.received)
        part, note = self._paths(person_id, photo)
        if not part.exists():
            self._make_room(part.parent)
        received = _write(part, offset, piece)
        if received < size:
            return Progress(received)
        return self._finish(part, note, size)

    def _finish(self, part: Path, note: Path, size: int) -> Progress:
        content = part.read_bytes()[:size]
        try:
            kept = self._media.save_image(content)
        except Exception:
            part.unlink(missing_ok=True)  # sent again it would be refused again: let the phone know it begins anew
            raise
        partial = note.with_suffix(".tmp")
        partial.write_text(json.dumps({"sha256": kept.sha256, "bytes": size}), encoding="utf-8")
        partial.replace(note)
        part.unlink(missing_ok=True)
        return Progress(size, kept.sha256)

    def _make_room(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        old = time.time() - _LIFE
        for path in folder.iterdir():
            if path.stat().st_mtime < old:
                path.unlink(missing_ok=True)
        if sum(1 for _ in folder.glob("*.part")) >= _AT_ONCE:
            raise UploadRefused("没传完的照片太多了，请先把前面的提交完。")

    def _paths(self, person_id: int, photo: str) -> tuple[Path, Path]:
        if not _ID.fullmatch(photo):
            raise UploadRefused("照片的编号不对，请刷新页面再选一次。")
        folder = self._folder / str(person_id)
        return folder / f"{photo}.part", folder / f"{photo}.note"


class KeptPhotos:
    """Hands the in-tray what a page has already brought up, by its digest."""

    def __init__(self, media: MediaStore) -> None:
        self._media = media

    async def fetch(self, ref: str) -> bytes:
        """Return a kept photo's bytes. Raises MediaGone."""
        try:
            return self._media.path(ref).read_bytes()
        except FileNotFoundError:
            raise MediaGone(ref) from None


def _write(part: Path, offset: int, piece: bytes) -> int:
    """Write a piece where it belongs and return the length; the same piece twice changes nothing."""
    descriptor = os.open(part, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        os.pwrite(descriptor, piece, offset)
        os.fsync(descriptor)
        return os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
