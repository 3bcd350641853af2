"""Pictures for tests: little scenes as a phone would send them, each seed another."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from typing import Any

import pillow_heif
from PIL import ExifTags, Image, ImageDraw, ImageFilter

SIZE = (480, 360)


def scene(seed: int, size: tuple[int, int] = SIZE) -> Image.Image:
    """Return a picture of boxes and roofs under a sky."""
    dice = random.Random(seed)
    width, height = size
    picture = Image.new("RGB", size, _colour(dice))
    draw = ImageDraw.Draw(picture)
    draw.rectangle([0, dice.randint(height // 4, height // 2), width, height], fill=_colour(dice))
    for _ in range(24):
        x, y = dice.randint(-40, width), dice.randint(0, height)
        across, down = dice.randint(width // 40, width // 3), dice.randint(height // 40, height // 3)
        draw.rectangle([x, y, x + across, y + down], fill=_colour(dice), outline=_colour(dice))
    return Image.blend(picture, Image.effect_noise(size, 30).convert("RGB"), 0.1).filter(ImageFilter.GaussianBlur(1))


def photo(
    seed: int,
    *,
    size: tuple[int, int] = SIZE,
    quality: int = 88,
    taken: str = "",
    place: tuple[float, float] | None = None,
    turn: int = 1,
) -> bytes:
    """Return a JPEG; `taken` as cameras write it (2026:08:12 09:30:00), `place` north and east in WGS-84 degrees."""
    picture = scene(seed, size)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = turn
    if taken:
        exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = taken
    if place:
        exif.get_ifd(ExifTags.IFD.GPSInfo).update(_gps(*place))
    return saved(picture, "JPEG", quality=quality, exif=exif)


def heic(seed: int) -> bytes:
    """Return what an iPhone sends as 原图."""
    pillow_heif.register_heif_opener()
    return saved(scene(seed), "HEIF", quality=80)


def saved(picture: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """Return a picture as a file."""
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def _gps(latitude: float, longitude: float) -> Mapping[int, Any]:
    return {
        ExifTags.GPS.GPSLatitudeRef: "N",
        ExifTags.GPS.GPSLatitude: _sexagesimal(latitude),
        ExifTags.GPS.GPSLongitudeRef: "E",
        ExifTags.GPS.GPSLongitude: _sexagesimal(longitude),
        ExifTags.GPS.GPSMapDatum: "WGS-84",
    }


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes = degrees % 1 * 60
    return float(int(degrees)), float(int(minutes)), minutes % 1 * 60


def _colour(dice: random.Random) -> tuple[int, int, int]:
    return dice.randint(20, 240), dice.randint(20, 240), dice.randint(20, 240)
