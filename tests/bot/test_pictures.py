"""Looking into pictures: what is learnt, what is refused, and that no file harms more than the child that opens it."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image, ImageEnhance

from bot.media import MediaStore, Refused, sniff
from bot.picture_work import MAX_PIXELS
from bot.pictures import Darkroom, Seen
from models.calendar import SHANGHAI
from models.pictures import ALIKE, Fault, alike
from tests import pictures

pytestmark = pytest.mark.asyncio
REAL = sorted((Path(__file__).parents[2] / "bot/simulator/web/photos").glob("*.jpg"))


@pytest_asyncio.fixture
async def room() -> AsyncIterator[Darkroom]:
    darkroom = Darkroom()
    yield darkroom
    await darkroom.aclose()


async def look(room: Darkroom, folder: Path, content: bytes) -> Seen:
    path = folder / "picture"
    path.write_bytes(content)
    return await room.examine(path)


async def test_a_photo_is_turned_upright_and_its_thumbnail_carries_no_exif(room: Darkroom, tmp_path: Path) -> None:
    content = pictures.photo(1, size=(800, 600), taken="2026:08:12 09:30:00", place=(35.1234, 113.2345), turn=6)
    seen = await look(room, tmp_path, content)

    assert (seen.looked.width, seen.looked.height) == (600, 800)
    assert seen.looked.taken_at == datetime(2026, 8, 12, 9, 30, tzinfo=SHANGHAI)
    assert seen.looked.place == {"latitude": 35.1234, "longitude": 113.2345, "datum": "wgs84"}
    small = Image.open(io.BytesIO(seen.thumbnail))
    assert small.format == "JPEG"
    assert small.size == (360, 480)
    assert not dict(small.getexif())


async def test_heic_opens_and_may_be_switched_off(room: Darkroom, tmp_path: Path) -> None:
    content = pictures.heic(2)
    assert sniff(content) == "image/heic"
    seen = await look(room, tmp_path, content)
    jpeg = await look(room, tmp_path, pictures.photo(2))
    assert (seen.looked.fault, seen.looked.width) == (Fault.NONE, 480)
    assert seen.thumbnail.startswith(b"\xff\xd8\xff")
    assert alike(seen.looked.fine, jpeg.looked.fine)  # the same photo, whichever way the phone sent it

    without = Darkroom(heic=False)
    assert (await look(without, tmp_path, content)).looked.fault is Fault.HEIC
    await without.aclose()


def bomb(side: int) -> bytes:
    """Return a PNG of some kilobytes that asks for gigabytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(b"\0" * (side // 8 + 1) * side, 9)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def most_memory(pid: int) -> int:
    """Return the most kB a process has held (Linux; 0 elsewhere)."""
    status = Path(f"/proc/{pid}/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM")), 0)


async def test_what_is_too_large_cut_short_or_no_picture_at_all_costs_nothing(room: Darkroom, tmp_path: Path) -> None:
    whole = pictures.photo(3)
    wrong = {
        "a bomb": (bomb(13_000), Fault.PIXELS),
        "cut short": (whole[: len(whole) // 2], Fault.BROKEN),
        "garbage": (b"\xff\xd8\xff\xe0" + b"a picture" * 50, Fault.BROKEN),
        "a cut heic": (pictures.heic(3)[:400], Fault.BROKEN),
        "eps under another name": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Fault.BROKEN),
    }
    for what, (content, fault) in wrong.items():
        assert (await look(room, tmp_path, content)).looked.fault is fault, what
    assert MAX_PIXELS < 13_000 * 13_000
    assert (await look(room, tmp_path, whole)).looked.fault is Fault.NONE
    assert room.child is not None
    assert most_memory(room.child.pid) < 1_200 * 1024


async def test_a_child_that_dies_or_hangs_is_begun_anew(room: Darkroom, tmp_path: Path) -> None:
    await look(room, tmp_path, pictures.photo(4))
    assert room.child is not None
    room.child.kill()
    await room.child.wait()
    assert (await look(room, tmp_path, pictures.photo(4))).looked.fault is Fault.NONE
    first = room.child.pid

    room.patience = 0.2
    hole = tmp_path / "fifo"
    os.mkfifo(hole)  # a file that never yields a byte
    assert (await room.examine(hole)).looked.fault is Fault.BROKEN
    room.patience = 30
    assert (await look(room, tmp_path, pictures.photo(4))).looked.fault is Fault.NONE
    assert room.child is not None
    assert room.child.pid != first


async def test_copies_are_near_and_other_pictures_are_not(room: Darkroom, tmp_path: Path) -> None:
    """Saved anew at quality 50, sent at two thirds, brighter: all; one per cent cropped on each side: most."""
    originals = [Image.open(path).convert("RGB") for path in REAL] + [
        pictures.scene(seed, (960, 720)) for seed in range(10, 18)
    ]

    async def fine(picture: Image.Image) -> str:
        return (await look(room, tmp_path, pictures.saved(picture, quality=90))).looked.fine

    prints = [await fine(picture) for picture in originals]
    saved_anew, sent_small, cropped, brighter = [], [], [], []
    for picture, known in zip(originals, prints, strict=True):
        width, height = picture.size
        again = Image.open(io.BytesIO(pictures.saved(picture, quality=50)))
        saved_anew.append(alike(known, await fine(again)))
        sent_small.append(alike(known, await fine(picture.resize((width * 2 // 3, height * 2 // 3)))))
        one = picture.crop((width // 100, height // 100, width - width // 100, height - height // 100))
        cropped.append(alike(known, await fine(one)))
        brighter.append(alike(known, await fine(ImageEnhance.Brightness(picture).enhance(1.15))))
    assert all(saved_anew)
    assert all(sent_small)
    assert all(brighter)
    assert sum(cropped) / len(cropped) >= 0.9
    assert not any(alike(one, other) for at, one in enumerate(prints) for other in prints[:at])
    assert ALIKE == 32


async def test_pictures_that_show_nothing_match_nothing(room: Darkroom, tmp_path: Path) -> None:
    grey = await look(room, tmp_path, pictures.saved(Image.new("RGB", (400, 300), "grey")))
    sky = await look(room, tmp_path, pictures.saved(Image.linear_gradient("L").convert("RGB")))
    assert grey.looked.fine == sky.looked.fine == ""
    assert not alike(grey.looked.fine, sky.looked.fine)


async def test_a_files_type_is_in_its_bytes_and_size_has_a_limit(tmp_path: Path) -> None:
    store = MediaStore(tmp_path)
    with pytest.raises(Refused, match="不是照片"):
        store.save_image(b"<svg onload=alert(1)>")
    with pytest.raises(Refused, match="20兆"):
        store.save(b"\0" * (20 * 1024 * 1024 + 1))
    stored = store.save_image(pictures.photo(5))
    store.save_thumbnail(stored.sha256, b"\xff\xd8\xffthumbnail")
    assert list(store.digests()) == [stored.sha256]
    assert store.verify(stored.sha256)
