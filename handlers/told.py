"""What one message reports on one project: its facts, read once, before anything of it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from handlers.reading import REPORTS, TextReading, intents_of, named_in
from handlers.routing import Turn
from handlers.understanding.dates import read_occurred
from handlers.understanding.hearsay import Heard, read_heard, without_heard
from handlers.understanding.nothing_done import awaits_figures, nothing_done
from handlers.understanding.numbers import read_amounts
from handlers.understanding.people import is_called
from handlers.understanding.phrases import Intent, visit_mode
from handlers.understanding.text import Span, phrases
from handlers.understanding.visitors import proxy_in, visit_days, without_others
from models.calendar import SHANGHAI
from models.message import Inbound
from models.people import Person
from models.project import Project
from models.visit import occurred_on

_BUT = re.compile(r"就是|但是?|不过|可是|只是|然而")
_KNOWN = REPORTS | {Intent.SOLVED, Intent.FINE}
# What others say makes none of these; a problem they tell of is one.
_OWN_ONLY = {Intent.VISIT, Intent.PROGRESS, Intent.NO_NEWS, Intent.SOLVED}


@dataclass(frozen=True)
class Facts:
    """What one message reports on one project."""

    text: str
    own: str  # the sender's own words: what others said left out
    sent: str
    occurred: date
    intents: frozenset[Intent]
    mode: str
    recorded_for: str  # 代记: the words for the person it is noted for
    heard: tuple[Heard, ...] = ()
    attachments: list[dict[str, Any]] = field(default_factory=list)
    place: dict[str, Any] | None = None
    names: tuple[Span, ...] = ()  # where the words name projects
    counts: bool = True  # a second project of one trip may not (A14)
    also_on: tuple[date, ...] = ()  # further days on which he was there: 昨天今天都去了

    @property
    def is_visit(self) -> bool:
        """A visit is said to be one, or shown by photos and a place sent with the words."""
        shown = any(map(shows_the_site, self.attachments))
        return Intent.VISIT in self.intents or shown or self.place is not None

    @property
    def tells(self) -> bool:
        """Whether anything in it is known; what is not is never taken for progress."""
        return bool(self.intents & _KNOWN) or bool(self.heard) or self.is_visit

    @property
    def tells_nothing_done(self) -> bool:
        """Whether it says that nothing was done, or what is still to come: 没去, 明天再去."""
        return not self.tells and (Intent.GOING in self.intents or nothing_done(self.text, self.names))

    @property
    def only_heard(self) -> bool:
        """Whether it tells nothing but what others said."""
        return bool(self.heard) and not self.intents and not self.is_visit


def shows_the_site(attachment: dict[str, Any]) -> bool:
    """Whether it is a picture or a film: whoever sends one was there."""
    return str(attachment["type"]).startswith(("image/", "video/"))


def read_facts(turn: Turn, inbound: Inbound, project: Project, text: str) -> Facts:
    """Read the words a message has for one project, as of the message's own time."""
    ledger = turn.ledger
    read = TextReading(text)
    sent = inbound.sent_at.astimezone(SHANGHAI)
    named = [project, *(other for other in turn.reading.named if other is not project)]
    names = [name for one in named for name in (one.name, *(alias.alias for alias in one.aliases))]
    names += [match.span.words for match in turn.reading.decision.matches]
    spans = named_in(text, names)
    own, heard = without_heard(read.text, spans), read_heard(read.text, spans)
    intents = intents_of(text, names)
    if heard:
        intents -= _OWN_ONLY - intents_of(own, names)
    if Intent.VISIT in intents and Intent.VISIT not in intents_of(without_others(read.text, spans), names):
        intents -= {Intent.VISIT}
    if Intent.PROBLEM in intents and not _tells_progress(own, names):
        intents -= {Intent.PROGRESS}
    if intents == {Intent.PROBLEM} and awaits_figures(read.text):
        intents = frozenset()
    days = visit_days(read.text, spans, sent=sent, is_workday=ledger.calendar.is_workday)
    occurred = read_occurred(read.text, sent=sent, is_workday=ledger.calendar.is_workday)
    day = days[0] if days and Intent.VISIT in intents else occurred.date if occurred else sent.date()
    return Facts(
        text=text,
        own=own if heard else text,
        sent=sent.isoformat(timespec="seconds"),
        occurred=occurred_on(ledger, day),
        also_on=days[1:] if Intent.VISIT in intents else (),
        names=tuple(spans),
        intents=intents,
        mode=visit_mode(read.text, spans),
        recorded_for=_proxy_name(proxy_in(read.text, spans), turn.person),
        heard=heard if Intent.PROBLEM not in intents or intents_of(own, names) & {Intent.PROBLEM} else (),
    )


def _tells_progress(text: str, names: list[str]) -> bool:
    """Whether words tell progress of their own beside a problem: a figure, or a phrase not about the problem."""
    if read_amounts(text):
        return True
    parts = (intents_of(words, names) for phrase in phrases(text) for words in _BUT.split(phrase.words) if words)
    return any(Intent.PROGRESS in part and Intent.PROBLEM not in part for part in parts)


def reported(facts: Facts, today: date) -> str | None:
    """Return the day it was told, where it happened on another (补报)."""
    return today.isoformat() if facts.occurred != today else None


def _proxy_name(words: str, sender: Person) -> str:
    """Return for whom a visit is noted, empty when the sender speaks of himself."""
    return "" if is_called(words, sender.name, sender.title) else words
