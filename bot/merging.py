"""Several things to say to one person at one moment leave as one message (the morning's digest, ★9).

The rows stay what they are: each keeps its key and its duty, and is sent when the digest is. Where the digest cannot
leave, its rows wait on their own again, so that a duty met meanwhile drops out of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from models.burden import free_slots
from models.ledger import Ledger
from models.notices import Digest, Manner, Notice, combine, read_notice
from models.trays import Outgoing, OutState
from templates import render

_MARK = "digest:"
_LINES = 9
_WIDTH = 60


def gather(ledger: Ledger, row: Outgoing) -> Outgoing:
    """Return what to send in the row's place: the row itself, or a digest of what waits with it."""
    if row.person is None or leaves_alone(row) or is_digest(row):
        return row
    together = [row, *_waiting_with(ledger, row)]
    cards = [one for one in together if one.facts.get("buttons")]
    words = [one for one in together if not one.facts.get("buttons")]
    if len(cards) + bool(words) <= free_slots(ledger, row.person):
        together = [row] if row in cards else words
    return _digest(ledger, together) if len(together) > 1 else row


def takes_slot(row: Outgoing) -> bool:
    """Whether a row uses up one of its recipient's pushes of the day."""
    return row.push and row.person is not None and _manner(row) is not Manner.RESULT


def leaves_alone(row: Outgoing) -> bool:
    """Whether a row is never put into a digest: a paper of its own, or bound to an hour."""
    return row.expires_at is not None or _manner(row) is not Manner.DIGEST


def _manner(row: Outgoing) -> Manner:
    return Notice.registry[row.notice].manner


def is_digest(row: Outgoing) -> bool:
    """Whether a row speaks for others."""
    return row.key.startswith(_MARK)


def members(ledger: Ledger, digest: Outgoing) -> list[Outgoing]:
    """Return the rows a digest speaks for."""
    return list(ledger.session.scalars(select(Outgoing).where(Outgoing.merged_into == digest.id).order_by(Outgoing.id)))


def part_again(ledger: Ledger, digest: Outgoing, until: datetime) -> None:
    """Let a digest that did not leave fall apart into its rows; they gather anew at `until`."""
    for row in members(ledger, digest):
        row.state, row.merged_into, row.not_before = OutState.WAITING.value, None, until
    digest.state, digest.pushed_on = OutState.CANCELLED.value, None


def _waiting_with(ledger: Ledger, row: Outgoing) -> Sequence[Outgoing]:
    alone = [name for name, kind in Notice.registry.items() if kind.manner is not Manner.DIGEST]
    return ledger.session.scalars(
        select(Outgoing)
        .where(
            Outgoing.notice.not_in(alone),
            Outgoing.person_id == row.person_id,
            Outgoing.id != row.id,
            Outgoing.state == OutState.WAITING.value,
            Outgoing.push,
            Outgoing.urgent == "",
            Outgoing.attempts == 0,
            Outgoing.expires_at.is_(None),
            Outgoing.not_before <= ledger.now,
        )
        .order_by(Outgoing.id)
    ).all()


def _digest(ledger: Ledger, rows: Sequence[Outgoing]) -> Outgoing:
    notices = combine([read_notice(row.notice, row.facts) for row in rows])
    if len(notices) == 1:
        notice: Notice = notices[0]
    else:
        lines = [_line(one) for one in notices]
        cards = any(row.facts.get("buttons") for row in rows)
        notice = Digest(lines[:_LINES], max(0, len(lines) - _LINES), cards)
    first = rows[0]
    digest = Outgoing(
        key=f"{_MARK}{first.id}:{ledger.now.isoformat()}",
        notice=notice.name,
        facts=notice.facts(),
        person_id=first.person_id,
        conversation=first.conversation,
        push=True,
        urgent="",
        duty="",
        created_at=ledger.now,
        not_before=ledger.now,
        state=OutState.WAITING.value,
        attempts=0,
        platform=first.platform,
    )
    ledger.session.add(digest)
    ledger.session.flush()
    ledger.session.refresh(digest)
    for row in rows:
        row.state, row.merged_into = OutState.MERGED.value, digest.id
    return digest


def _line(notice: Notice) -> str:
    line = render(notice.name, {name: getattr(notice, name) for name in notice.facts()}).line
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
