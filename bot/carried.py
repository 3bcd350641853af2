"""What a message carries, once fetched: kept with it, waited for as a message of its own, or told to be lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.fetching import Fetched
from models import pictures
from models.calendar import SHANGHAI
from models.entry import EntryKind
from models.ledger import Ledger
from models.message import Inbound, Kind, MediaRef
from models.notices import MediaLost, Plain
from models.people import Person
from models.trays import WAITS_FOR_MEDIA, Incoming, InState, StoredFile


def may_go_ahead(inbound: Inbound, fetched: Fetched) -> bool:
    """Whether a message is handled before all of it is there: what it says, or the photos that came, stand alone.

    A file without words, or a voice message without text, is all there is to it.
    """
    if inbound.kind is Kind.FILE:
        return False
    return bool(inbound.text.strip() or fetched.stored)


def keep_files(session: Session, fetched: Fetched, now: datetime) -> None:
    """Note the files that came, and what was seen in the pictures."""
    for file in fetched.stored:
        session.merge(StoredFile(sha256=file.sha256, bytes=file.bytes, type=file.type, stored_at=now))
    session.flush()
    for digest, seen in fetched.seen.items():
        pictures.keep(session, digest, seen.looked, fetched.thumbnails.get(digest, ""))


def part_of(row: Incoming, inbound: Inbound, ref: MediaRef, number: int, now: datetime) -> Incoming:
    """Let what has to be waited for be a message of its own, with the other's words as its proof."""
    part = replace(inbound, key=f"{row.key}#{number}", kind=ref.kind, text="", media=(ref,), part_of=row.key)
    return Incoming(
        platform=row.platform,
        key=part.key,
        conversation=row.conversation,
        sender=row.sender,
        kind=part.kind.value,
        message=part.as_dict(),
        raw=row.raw,
        digest=row.digest,
        sent_at=row.sent_at,
        received_at=row.received_at,
        state=InState.NEW.value,
        attempts=1,
        not_before=now + timedelta(seconds=5),
        handler="",
        error=WAITS_FOR_MEDIA,
    )


def tell_lost(ledger: Ledger, person: Person, row: Incoming, fetched: Fetched) -> None:
    """Tell the sender what did not come, and the office where it was not the sender's doing; the ledger keeps it."""
    for reason in dict.fromkeys(lost.reason for lost in fetched.lost):
        lost = [one for one in fetched.lost if one.reason == reason]
        what = said([one.ref for one in lost])
        number = len(ledger.unsealed)
        ledger.say(
            MediaLost(when=row.sent_at, what=what, reason=reason),
            to=person,
            key=f"lost:{row.id}:{number}",
            push=False,
        )
        if not lost[0].ours:
            continue
        text = f"{what}没有取到：{reason}"
        ledger.record(EntryKind.NOTE, text, person=person, data={"about": "media", "state": "lost"})
        sent = row.sent_at.astimezone(SHANGHAI)
        words = f"{person.name}{sent.month}月{sent.day}日{sent:%H:%M}发的{what}没有取到（{reason}），已请本人重发。"
        ledger.say_to_office(Plain(words), key=f"lost-office:{row.id}:{number}", besides=person.id)


def said(refs: Sequence[MediaRef]) -> str:
    """Say how many of what: 2张照片."""
    kinds = {_CALLED.get(ref.kind, "份文件") for ref in refs}
    return f"{len(refs)}{kinds.pop() if len(kinds) == 1 else '份文件'}"


_CALLED = {Kind.IMAGE: "张照片", Kind.VIDEO: "段视频", Kind.VOICE: "段录音"}
