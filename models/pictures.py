"""What looking into pictures taught, and where each was used: so that a picture used before is found (★11, C21).

A copy is the same picture, or one resized, saved anew or barely cropped, that somebody else sent, or that stands for
another day or another project. It is marked in the entry it comes with and does not count as new evidence there.

Finding is an indexed query. A coarse fingerprint of 64 bits stands in four columns of 16; all that differ in at most
seven bits agree in one column up to one bit, so 68 look-ups find them. What is found is judged by 256 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ForeignKey, Integer, String, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.calendar import local_date
from models.entry import Entry

if TYPE_CHECKING:
    from models.ledger import Ledger
    from models.people import Person
    from models.project import Project

ALIKE = 32
"""Bits of 256 in which copies differ at most. Measured on 103 pictures of 960 × 720: saved anew (quality 50 and 20),
resized to a third, or made brighter, all are found; cropped on every side by one per cent all, by two 85 %, by three
45 %, by five 4 %. Another shot from the same place differs in 39 bits or more, other pictures in 63 or more."""

_BAND = 16


class Fault(StrEnum):
    """Why a picture could not be looked into; its bytes are kept all the same."""

    NONE = ""
    BROKEN = "broken"
    PIXELS = "pixels"
    HEIC = "heic"


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look brought. `place` has latitude, longitude and datum; the fingerprints are hex, empty for a blank."""

    fault: Fault = Fault.NONE
    width: int = 0
    height: int = 0
    taken_at: datetime | None = None
    place: dict[str, Any] | None = None
    fine: str = ""
    coarse: str = ""


class Picture(Base):
    """A kept picture. `place` is where its EXIF says it was taken; people are told no more of it than 在场 or 附近."""

    __tablename__ = "pictures"

    sha256: Mapped[str] = mapped_column(ForeignKey("files.sha256"), primary_key=True)
    fault: Mapped[str] = mapped_column(String(10))
    width: Mapped[int]
    height: Mapped[int]
    taken_at: Mapped[datetime | None]
    place: Mapped[dict[str, Any] | None]
    fine: Mapped[str] = mapped_column(String(64))
    band_a: Mapped[int | None] = mapped_column(index=True)
    band_b: Mapped[int | None] = mapped_column(index=True)
    band_c: Mapped[int | None] = mapped_column(index=True)
    band_d: Mapped[int | None] = mapped_column(index=True)
    thumbnail: Mapped[str] = mapped_column(String(64))  # its digest, empty where there is none


class PictureUse(Base):
    """An entry that shows a picture, with what decides whether another use is a copy."""

    __tablename__ = "picture_uses"

    sha256: Mapped[str] = mapped_column(ForeignKey("pictures.sha256"), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    project: Mapped[str] = mapped_column(String(50))
    day: Mapped[date]


_BANDS = (Picture.band_a, Picture.band_b, Picture.band_c, Picture.band_d)


def keep(session: Session, digest: str, looked: Looked, thumbnail: str) -> None:
    """Store what was learnt of a kept file; looking twice changes nothing."""
    session.merge(
        Picture(
            sha256=digest,
            fault=looked.fault.value,
            width=looked.width,
            height=looked.height,
            taken_at=looked.taken_at,
            place=looked.place,
            fine=looked.fine,
            thumbnail=thumbnail,
            **{column.key: part for column, part in zip(_BANDS, _parts(looked.coarse), strict=True)},
        )
    )


def marked(
    ledger: Ledger, attachments: Sequence[dict[str, Any]], person: Person | None, project: Project, day: date
) -> list[dict[str, Any]]:
    """Return the attachments, each copy among them with the day and entry of its earlier use."""
    return [_mark(ledger, item, person, project, day) for item in attachments]


def note_uses(session: Session, entry: Entry) -> None:
    """Remember which pictures a sealed entry shows."""
    if entry.project is None:
        return
    digests = {str(item["sha256"]) for item in entry.attachments}
    for digest in session.scalars(select(Picture.sha256).where(Picture.sha256.in_(digests))):
        session.add(
            PictureUse(
                sha256=digest,
                seq=entry.seq,
                person_id=entry.person_id,
                project=entry.project,
                day=day_of(entry.data, entry.time),
            )
        )


def day_of(data: dict[str, Any], time: datetime) -> date:
    """Return the local date of what an entry tells."""
    occurred = data.get("occurred")
    return date.fromisoformat(occurred) if occurred else local_date(time)


def pictures_among(session: Session, attachments: Iterable[dict[str, Any]]) -> list[Picture]:
    """Return what is known of the pictures among attachments."""
    digests = [str(item["sha256"]) for item in attachments]
    return list(session.scalars(select(Picture).where(Picture.sha256.in_(digests)))) if digests else []


def counted(ledger: Ledger, attachments: Sequence[dict[str, Any]]) -> int:
    """Return how many pictures count as new evidence: copies marked in this unit of work, or before, do not."""
    known = copies_here(ledger)
    return sum(1 for item in attachments if is_picture(item) and item["sha256"] not in known)


def only_copies(ledger: Ledger, attachments: Sequence[dict[str, Any]]) -> bool:
    """Whether all there is to show was shown before, so that it proves nothing new."""
    known = copies_here(ledger)
    return bool(attachments) and all(item["sha256"] in known for item in attachments)


def copies_here(ledger: Ledger) -> dict[str, date]:
    """Return the copies among the entries of this unit of work, and the days of their earlier uses."""
    marks = (item for entry in ledger.unsealed for item in entry.attachments if "same_as" in item)
    return {item["sha256"]: date.fromisoformat(item["same_as"]) for item in marks}


def is_picture(item: dict[str, Any]) -> bool:
    """Whether an attachment is a picture."""
    return str(item["type"]).startswith("image/")


def alike(fine: str, other: str) -> bool:
    """Whether two fine fingerprints are of one picture."""
    return bool(fine and other) and (int(fine, 16) ^ int(other, 16)).bit_count() <= ALIKE


def _mark(ledger: Ledger, item: dict[str, Any], person: Person | None, project: Project, day: date) -> dict[str, Any]:
    use = _earlier_use(ledger.session, str(item["sha256"]), person, project, day) if is_picture(item) else None
    return {**item, "same_as": use.day.isoformat(), "same_entry": use.seq} if use else item


def _earlier_use(
    session: Session, digest: str, person: Person | None, project: Project, day: date
) -> PictureUse | None:
    """Return the first use that still stands by another person, for another project or on another day."""
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    uses = session.scalars(
        select(PictureUse)
        .where(PictureUse.sha256.in_(_copies_of(session, digest)), PictureUse.seq.not_in(newer))
        .order_by(PictureUse.day, PictureUse.seq)
    )
    here = (person.id if person else None, project.code, day)
    return next((use for use in uses if (use.person_id, use.project, use.day) != here), None)


def _copies_of(session: Session, digest: str) -> list[str]:
    """Return the digests of a picture and of all its copies."""
    picture = session.get(Picture, digest)
    if picture is None or not picture.fine:
        return [digest]
    near = (column.in_(_within_one_bit(getattr(picture, column.key))) for column in _BANDS)
    rows = session.execute(select(Picture.sha256, Picture.fine).where(or_(*near)))
    return [digest, *(other for other, fine in rows if other != digest and alike(picture.fine, fine))]


def _within_one_bit(part: int) -> list[int]:
    return [part, *(part ^ 1 << bit for bit in range(_BAND))]


def _parts(coarse: str) -> tuple[int | None, ...]:
    if not coarse:
        return (None,) * len(_BANDS)
    return tuple(int(coarse[at : at + 4], 16) for at in range(0, 16, 4))
