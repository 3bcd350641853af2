"""Photos and files, kept byte for byte under their SHA-256.

Never the sender's file name, never a type taken on trust: the first bytes say what a file is. The thumbnail of a
picture lies beside it; it is derived, and may be made again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_BYTES = 20 * 1024 * 1024
_THUMBNAIL = ".jpg"


class Refused(Exception):
    """Not kept; the text says why, in the words the sender reads."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A kept file, as ledger entries attach it."""

    sha256: str
    bytes: int
    type: str

    def attachment(self) -> dict[str, Any]:
        """Return the form it has in an entry."""
        return {"sha256": self.sha256, "bytes": self.bytes, "type": self.type}


class MediaStore:
    """A folder of files named by digest."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, content: bytes) -> Stored:
        """Keep bytes; safe to repeat, complete or absent after a crash."""
        if len(content) > MAX_BYTES:
            raise Refused("文件超过20兆")
        digest = hashlib.sha256(content).hexdigest()
        _write(self.path(digest), content)
        return Stored(digest, len(content), sniff(content))

    def save_image(self, content: bytes) -> Stored:
        """Keep a photo, or raise :class:`Refused`."""
        if not sniff(content).startswith("image/"):
            raise Refused("文件打不开，不是照片")
        return self.save(content)

    def save_thumbnail(self, digest: str, content: bytes) -> str:
        """Keep the thumbnail of a picture beside it; return the thumbnail's own digest."""
        _write(self.thumbnail(digest), content)
        return hashlib.sha256(content).hexdigest()

    def path(self, digest: str) -> Path:
        """Return where a file of that digest lies."""
        return self.folder / digest[:2] / digest

    def thumbnail(self, digest: str) -> Path:
        """Return where the thumbnail of a picture of that digest lies, if it has one."""
        return self.path(digest).with_suffix(_THUMBNAIL)

    def digests(self) -> Iterator[str]:
        """Yield the name of every kept file; what is derived from one, or half written, is none."""
        for path in sorted(self.folder.glob("??/*")):
            if not path.suffix:
                yield path.name

    def verify(self, digest: str) -> bool:
        """Whether the file is there and still has its digest."""
        try:
            with self.path(digest).open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == digest
        except FileNotFoundError:
            return False


def _write(target: Path, content: bytes) -> None:
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.{os.getpid()}.part")
    with partial.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)


def sniff(content: bytes) -> str:
    """Tell the type from the first bytes; application/octet-stream when unknown."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:8] == b"ftyp":
        return "image/heic" if content[8:12] in _HEIC_BRANDS else "video/mp4"
    return "application/octet-stream"


_HEIC_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"heim", b"heis"}
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
)
