"""Numbered things in a message: the task, problem, request or inspection somebody names, and what is ordered of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.routing import Turn
from handlers.understanding.dates import DateRead, read_deadline
from handlers.understanding.orders import Order, find_numbered, read_loose_order, read_order
from models.errors import Forbidden
from models.ledger import Ledger
from models.people import Person
from models.visit import gather, held_materials


@dataclass(frozen=True)
class Ordered:
    """A number with the order about it."""

    number: str
    order: Order


def ordered(turn: Turn, what: str, verbs: Mapping[str, str], loose: Mapping[str, str] | None = None) -> Ordered | None:
    """Return the order about one sort of numbered thing, by the county's own pattern for it.

    `loose` are the verbs that may also stand in a phrase of their own (给关了吧); the usual ones count there too.
    """
    text = turn.reading.text
    named = find_numbered(text, getattr(turn.ledger.mechanism.numbering, what))
    order = read_order(text, named.span, verbs) if named else None
    if named and order is None and loose is not None:
        order = read_loose_order(text, named.span, {**verbs, **loose})
    return Ordered(named.number, order) if named and order else None


def number_in(turn: Turn, what: str) -> str | None:
    """Return the number of one sort that a message names."""
    named = find_numbered(turn.reading.text, getattr(turn.ledger.mechanism.numbering, what))
    return named.number if named else None


def not_there(number: str, listed: str) -> Forbidden:
    """Return the one answer for what is not theirs and what does not exist."""
    return Forbidden(f"没有找到「{number}」，或者不在您负责的范围里；可发「{listed}」看一看。")


def deadline_in(ledger: Ledger, text: str) -> date | None:
    """Return the day by which something is to be done, as words give it on the day they were sent."""
    read = deadline_read(ledger, text)
    return read.date if read else None


def deadline_read(ledger: Ledger, text: str) -> DateRead | None:
    """Return the same day with its words."""
    sent = ledger.source.sent_at if ledger.source else ledger.now
    return read_deadline(text, sent=sent, is_workday=ledger.calendar.is_workday)


def evidence_with(turn: Turn) -> list[dict[str, Any]]:
    """Take the pictures sent with a message, or shortly before it."""
    held = gather(held_materials(turn.ledger, turn.person, turn.inbound.sent_at))
    found = {item["sha256"]: item for item in (*held, *turn.message.attachments)}
    return list(found.values())


def tell(ledger: Ledger, people: Sequence[Person], say: Any, key: str, duty: str = "") -> None:
    """Say something to several people, each once."""
    for person in {one.id: one for one in people}.values():
        ledger.say(say, to=person, key=f"{key}:{person.id}", duty=duty)
