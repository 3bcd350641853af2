"""What looks into pictures: a process of its own, so that a hostile file can kill nothing but this.

Run by :mod:`bot.pictures` as a script, isolated from our environment: it knows no setting, no secret and no database.
One request a line on standard input, `{"path": …, "heic": …}`; one answer a line, as :func:`examine` returns it.
"""

from __future__ import annotations

import base64
import io
import json
import resource
import sys
import warnings
from datetime import datetime
from pathlib import Path
from typing import Any

from PIL import ExifTags, Image, ImageFile, ImageOps, ImageStat

MAX_PIXELS = 40_000_000
MEMORY = 1_200 * 1024 * 1024
"""Bytes of address space: a HEIC of 40 million pixels needs about 0.6 GB, and libraries are mapped besides."""
CPU_SECONDS = 600
"""Of the process' whole life, so that one that spins ends by itself; it is then started anew."""

_FORMATS = ("JPEG", "PNG", "GIF", "BMP", "WEBP")
_THUMBNAIL = (480, 480)
_FINE, _COARSE = 16, 8
"""Cells a side of the two fingerprints: 256 bits judge, 64 bits find what is worth judging."""
_BLANK = 6.0
"""Standard deviation of grey below which a picture shows nothing (a wall, a black pocket) and must not match."""
_ONE_SIDED = 16
"""So few bits of one sort in the fine fingerprint mean a mere gradient (an empty sky), which matches every other."""


def examine(path: str, heic: bool) -> dict[str, Any]:
    """Return size, when and where it was taken, thumbnail and fingerprint; or only the `fault` that forbids it.

    Faults: `pixels` (too many, nothing decoded), `heic` (switched off), `broken` (truncated, or not what it seems).
    """
    with Path(path).open("rb") as file:
        head = file.read(12)
        if head[4:8] == b"ftyp":
            if not heic:
                return {"fault": "heic"}
            _learn_heic()
        file.seek(0)
        try:
            return _look(file)
        except (Image.DecompressionBombWarning, Image.DecompressionBombError):
            return {"fault": "pixels"}  # told by its head: nothing was decoded
        except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError, IndexError, MemoryError):
            return {"fault": "broken"}  # Pillow raises these for files made or cut by whoever


def _look(file: Any) -> dict[str, Any]:
    with Image.open(file, formats=_FORMATS + (("HEIF",) if "HEIF" in Image.OPEN else ())) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:  # where a format's own reader does not ask
            return {"fault": "pixels"}
        found = _exif(picture)
        if picture.format == "JPEG":
            picture.draft("RGB", (2 * _THUMBNAIL[0], 2 * _THUMBNAIL[1]))
        upright = ImageOps.exif_transpose(picture)
        small = _flat(upright)
        if found.pop("turned") and width != height:
            width, height = height, width
    small.thumbnail(_THUMBNAIL, Image.Resampling.LANCZOS)
    saved = io.BytesIO()
    small.save(saved, "JPEG", quality=75)  # a new file: nothing of the EXIF is carried over
    thumbnail = base64.b64encode(saved.getvalue()).decode()
    fine = dhash(small, _FINE)
    prints = {"fine": fine, "coarse": dhash(small, _COARSE)} if _tells(small, fine) else {"fine": "", "coarse": ""}
    return {"fault": "", "width": width, "height": height, **found, **prints, "thumbnail": thumbnail}


def _flat(picture: Image.Image) -> Image.Image:
    """Return it as plain RGB, what is transparent on white."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        seen = picture.convert("RGBA")
        ground = Image.new("RGB", seen.size, "white")
        ground.paste(seen, mask=seen.getchannel("A"))
        return ground
    return picture.convert("RGB")


def dhash(picture: Image.Image, side: int) -> str:
    """Return the difference hash of `side` × `side` bits as hex: is each cell darker than its right neighbour?"""
    cells = picture.convert("L").resize((side + 1, side), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(side):
        for at in range(row * (side + 1), row * (side + 1) + side):
            bits = bits << 1 | (cells[at] < cells[at + 1])
    return f"{bits:0{side * side // 4}x}"


def _tells(picture: Image.Image, fine: str) -> bool:
    """Whether a picture shows enough to be told from others."""
    ones = int(fine, 16).bit_count()
    sided = min(ones, _FINE * _FINE - ones)
    return sided >= _ONE_SIDED and ImageStat.Stat(picture.convert("L")).stddev[0] >= _BLANK


def _exif(picture: Image.Image) -> dict[str, Any]:
    """Return `taken` (as the camera's clock said, its offset where given), `turned`, and `place` with its datum."""
    exif = picture.getexif()
    own, gps = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    taken = _taken(own.get(ExifTags.Base.DateTimeOriginal), own.get(ExifTags.Base.OffsetTimeOriginal))
    return {
        "taken": taken,
        "turned": exif.get(ExifTags.Base.Orientation) in (5, 6, 7, 8),
        "place": _place(gps),
    }


def _taken(value: Any, offset: Any) -> str | None:
    """Read 2026:08:12 09:30:00 and +08:00."""
    day_and_time = str(value).strip("\0 ").replace(":", "-", 2)
    try:
        read = datetime.fromisoformat(day_and_time + (str(offset).strip("\0 ") if offset else ""))
    except ValueError:
        return None
    return read.isoformat() if read.year >= 2000 else None  # an earlier one is a clock never set


def _place(gps: dict[int, Any]) -> dict[str, Any] | None:
    try:
        latitude = _degrees(gps[ExifTags.GPS.GPSLatitude], gps[ExifTags.GPS.GPSLatitudeRef])
        longitude = _degrees(gps[ExifTags.GPS.GPSLongitude], gps[ExifTags.GPS.GPSLongitudeRef])
    except (KeyError, TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or latitude == longitude == 0:
        return None
    told = "".join(letter for letter in str(gps.get(ExifTags.GPS.GPSMapDatum, "")).lower() if letter.isalnum())
    datum = "gcj02" if told.startswith("gcj") else "bd09" if told.startswith("bd") else "wgs84"
    return {"latitude": round(latitude, 6), "longitude": round(longitude, 6), "datum": datum}


def _degrees(parts: Any, reference: Any) -> float:
    value = float(parts[0]) + float(parts[1]) / 60 + float(parts[2]) / 3600
    if value != value:
        raise ValueError
    return -value if str(reference).upper().startswith(("S", "W")) else value


def _learn_heic() -> None:
    if "HEIF" not in Image.OPEN:
        import pillow_heif

        pillow_heif.register_heif_opener(decode_threads=1)


def _confine() -> None:
    """Bound what a file can make us take."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            resource.setrlimit(limit, (most, most))
        except (ValueError, OSError):
            continue  # macOS knows no bound on address space; the timeout and the pixel limit stand there
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    ImageFile.LOAD_TRUNCATED_IMAGES = False


def main() -> None:
    """Answer requests until there are no more."""
    _confine()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = examine(request["path"], request["heic"])
        except Exception:
            answer = {"fault": "broken"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
