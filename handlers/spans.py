"""From which words the fields of a report came: what the ledger keeps beside each of them (`spans`).

A field that no words gave (the day of the message itself, a visit on the spot) has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from handlers.reading import TextReading
from handlers.routing import Turn
from handlers.told import Facts
from handlers.understanding.categories import read_category
from handlers.understanding.date_rules import Leaning
from handlers.understanding.dates import read_dates, read_period
from handlers.understanding.modes import words_of_mode
from handlers.understanding.people import find_assignee, is_called, spoken_to
from handlers.understanding.text import said
from handlers.understanding.wrong_characters import as_typed
from models.people import Person


def visit_spans(turn: Turn, facts: Facts) -> dict[str, str]:
    """Return the words for a visit's day, mode and visitor."""
    return said(
        occurred=_occurred(turn, facts),
        mode=words_of_mode(TextReading(facts.text).text, facts.mode),
        recorded_for=facts.recorded_for,
    )


def progress_spans(turn: Turn, facts: Facts, figures: Mapping[str, str] | None) -> dict[str, str]:
    """Return the words for the day and the month of progress, with those of its `figures`."""
    period = read_period(TextReading(facts.own).text, sent=datetime.fromisoformat(facts.sent))
    days = said(occurred=_occurred(turn, facts), period=period.span.words if period else "")
    return days | said(**(figures or {}))


def problem_spans(
    turn: Turn, facts: Facts, text: str, *, category: str, minder: Person | None, due: date | None
) -> dict[str, str]:
    """Return the words for a problem's day, kind and deadline, and for who is to see to it."""
    words = TextReading(text).text
    kind = read_category(words)
    typed = str(turn.ledger.source.message.get("text") or "") if turn.ledger.source else turn.inbound.text
    return said(
        occurred=_occurred(turn, facts),
        category=as_typed(kind.span.words, typed) if kind and kind.category.value == category else "",
        person=_called(words, minder) or (_called(TextReading(facts.text).text, minder)),
        due=_day(turn, facts, due, words, "future") if due else "",
    )


def _occurred(turn: Turn, facts: Facts) -> str:
    return _day(turn, facts, facts.occurred, TextReading(facts.text).text, "past")


def _day(turn: Turn, facts: Facts, day: date, text: str, prefer: Leaning) -> str:
    """Return the words that mean a day, in a text or else in the whole message: one day may be said for two matters."""
    sent, source = datetime.fromisoformat(facts.sent), turn.ledger.source
    whole = TextReading(str(source.message.get("text") or "")).text if source is not None else ""
    for words in (text, whole):
        for name in {span.words for span in facts.names}:
            words = words.replace(name, "，" * len(name))  # 恒瑞9.8: the day stands right behind it
        reads = read_dates(words, sent=sent, is_workday=turn.ledger.calendar.is_workday, prefer=prefer)
        reads = sorted(reads, key=lambda read: read.first != read.date)  # 9.14 rather than 本周, which begins on it
        found = next((read for read in reads if day in (read.date, read.first)), None)
        if found is not None:
            return found.words
    return ""


def _called(text: str, person: Person | None) -> str:
    if person is None:
        return ""
    if person.name in text:
        return person.name
    first = find_assignee(text)
    calls = [*([first] if first else []), *spoken_to(text)]
    return next((one.words for one in calls if is_called(one.words, person.name, person.title)), "")
