"""What a receipt says of the photos with it: how many came, which count, which could not be opened, which are older."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from models.calendar import local_date
from models.ledger import Ledger
from models.message import Kind
from models.notices import ProblemAgain, ProblemFiled, ProgressFiled, VisitFiled
from models.periods import shown
from models.pictures import Fault, Picture, copies_here, is_picture, pictures_among
from models.trays import WAITS_FOR_MEDIA, Incoming, InState
from models.visit import JOIN

Receipt = VisitFiled | ProgressFiled | ProblemFiled | ProblemAgain
_FAULTS = {
    Fault.BROKEN: "有{}张照片打不开，原件留着了；方便的话请重发一张。",
    Fault.PIXELS: "有{}张照片超过4000万像素，原件留着了，没有做缩略图。",
    Fault.HEIC: "有{}张HEIC照片没有打开，原件留着了；手机相机里选「兼容性最佳」就能看。",
}


def with_remarks(ledger: Ledger, receipt: Receipt, attachments: list[dict[str, Any]], occurred: date) -> Receipt:
    """Let a receipt say what its reader should know of the photos, now that the entry with them is recorded."""
    photos = [item for item in attachments if is_picture(item)]
    said = [*_missing(ledger, len(photos)), *_copies(ledger, photos), *_of_pictures(ledger, photos, occurred)]
    if not said or isinstance(receipt, ProblemAgain):
        return receipt
    return replace(receipt, extras=[*said, *receipt.extras])


def photo_place(ledger: Ledger, attachments: list[dict[str, Any]], day: date) -> dict[str, Any] | None:
    """Return where a photo was taken that day, as its EXIF says; only nearness is made of it."""
    pictures = pictures_among(ledger.session, attachments)
    return next((one.place for one in pictures if one.place and _taken(one) == day), None)


def _missing(ledger: Ledger, there: int) -> list[str]:
    waiting = _waiting(ledger)
    return [f"收到照片{there}/{there + waiting}，其余到了自动补上。"] if waiting else []


def _waiting(ledger: Ledger) -> int:
    """Return how many photos sent around this message are still to be fetched."""
    source = ledger.source
    if source is None:
        return 0
    count = ledger.session.scalar(
        select(func.count()).where(
            Incoming.state == InState.NEW.value,
            Incoming.conversation == source.conversation,
            Incoming.platform == source.platform,
            Incoming.sender == source.sender,
            Incoming.kind == Kind.IMAGE.value,
            Incoming.error == WAITS_FOR_MEDIA,
            Incoming.sent_at.between(source.sent_at - JOIN, source.sent_at + JOIN),
        )
    )
    return count or 0


def _copies(ledger: Ledger, photos: list[dict[str, Any]]) -> list[str]:
    marks = copies_here(ledger)
    days = [marks[item["sha256"]] for item in photos if item["sha256"] in marks]
    if not days:
        return []
    said = "、".join(shown(day) for day in sorted(set(days)))
    return [f"另有{len(days)}张与{said}的相同，没算新照片。"]


def _of_pictures(ledger: Ledger, photos: list[dict[str, Any]], occurred: date) -> list[str]:
    pictures = pictures_among(ledger.session, photos)
    faults = [picture.fault for picture in pictures]
    said = [words.format(faults.count(fault)) for fault, words in _FAULTS.items() if fault in faults]
    marked = copies_here(ledger)
    older = [
        day
        for picture in pictures
        if (day := _taken(picture)) is not None and day < occurred and picture.sha256 not in marked
    ]
    if older:
        days = "、".join(shown(day) for day in sorted(set(older)))
        said.append(f"有{len(older)}张是{days}拍的，按补传记下了。")
    return said


def _taken(picture: Picture) -> date | None:
    return local_date(picture.taken_at) if picture.taken_at else None
