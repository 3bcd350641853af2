"""Who is at a page: one-time links that the bot sends, and the sessions they open.

Only digests are kept, so that whoever reads the database cannot enter with what he finds there.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, delete, update
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.ledger import Ledger
from models.people import Person

LINK_LIFE = timedelta(minutes=10)
SESSION_LIFE = timedelta(hours=12)
"""A working day: nobody signs in twice, and a phone left behind is closed by the evening."""


class KeyKind(StrEnum):
    """What a key opens: a session once, or the pages while it lasts."""

    LINK = "link"
    SESSION = "session"


class PageKey(Base):
    """One link or session of one person."""

    __tablename__ = "page_keys"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    until: Mapped[datetime] = mapped_column(index=True)


def new_link(ledger: Ledger, person: Person) -> str:
    """Return the secret of a link that lets somebody in once, within ten minutes."""
    return _new(ledger, person, KeyKind.LINK, LINK_LIFE)


def open_session(ledger: Ledger, person: Person) -> str:
    """Return the secret of a session of somebody who has shown who he is; what has run out is swept away."""
    ledger.session.execute(delete(PageKey).where(PageKey.until < ledger.now))
    return _new(ledger, person, KeyKind.SESSION, SESSION_LIFE)


def use_link(ledger: Ledger, secret: str) -> Person | None:
    """Return whose link this is and use it up; None when it was used, has run out, or never was."""
    person = _holder(ledger, secret, KeyKind.LINK)
    if person is None:
        return None
    taken = ledger.session.execute(
        update(PageKey)
        .where(PageKey.digest == _digest(secret), PageKey.until > ledger.now)
        .values(until=ledger.now - timedelta(seconds=1))
    )
    # Of two presses at once only one takes it.
    return person if taken.rowcount else None  # type: ignore[attr-defined]


def session_holder(ledger: Ledger, secret: str) -> Person | None:
    """Return who has this session."""
    return _holder(ledger, secret, KeyKind.SESSION)


def close_session(ledger: Ledger, secret: str) -> None:
    """End a session."""
    ledger.session.execute(delete(PageKey).where(PageKey.digest == _digest(secret)))


def _new(ledger: Ledger, person: Person, kind: KeyKind, life: timedelta) -> str:
    secret = secrets.token_urlsafe(24)
    ledger.session.add(PageKey(digest=_digest(secret), kind=kind.value, person_id=person.id, until=ledger.now + life))
    return secret


def _holder(ledger: Ledger, secret: str, kind: KeyKind) -> Person | None:
    key = ledger.session.get(PageKey, _digest(secret))
    if key is None or key.kind != kind or key.until <= ledger.now:
        return None
    return ledger.session.get(Person, key.person_id)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
