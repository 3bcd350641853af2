"""Asking about what a message most likely tells although no rule read it, by the learned second opinion.

One question beside whatever was filed or answered; nothing is written until the answer.
"""

from __future__ import annotations

from handlers.filing import spoken_of
from handlers.likelihood import LIKELY, likely_sorts
from handlers.reading import named_in
from handlers.routing import Turn
from handlers.sorting import ask_of_what_sort
from handlers.understanding.hunch import Sort, likelihoods
from handlers.understanding.intents import Intent
from handlers.understanding.phrases import looks_pasted
from handlers.understanding.text import normalise, phrases
from handlers.understanding.wondering import wonders
from handlers.which_project import ask_project
from models.entry import Entry, EntryKind
from models.message import Kind
from models.project import Project
from models.visit import already_filed

_FEW = 3
_LEAST = 4  # characters: 是, 二期 answer something
_ENOUGH = 8  # characters
_RATHER = 0.4
_HARDLY = 0.02  # what the rules take for a question is none only where the second opinion finds it next to impossible
_KIND_OF = {
    Intent.VISIT: EntryKind.VISIT.value,
    Intent.PROGRESS: EntryKind.PROGRESS.value,
    Intent.PROBLEM: EntryKind.PROBLEM.value,
}


def think_again(turn: Turn, begun: int) -> None:
    """Look at what a message has recorded since `begun`, and ask about what it most likely tells besides."""
    said = turn.inbound.kind in (Kind.TEXT, Kind.VOICE) and not looks_pasted(turn.reading.text)
    if not said or len(turn.reading.text) < _LEAST or turn.person.id in turn.ledger.asked:
        return
    entries = turn.ledger.unsealed[begun:]
    if not entries and (_asked(turn) or _is_repeated(turn)):
        return
    if any(entry.kind not in _KIND_OF.values() and not _is_heard(entry) for entry in entries):
        return  # an order or a formal act, or kept as not understood
    if not entries and not turn.reading.decision.matches and _is_of_many(turn):
        ask_project(turn, turn.reading.own)
        return
    missing = [(project, words, left) for project, words in _shares(turn) if (left := _left(project, words, entries))]
    if not missing or turn.ledger.source is None:
        return
    if len(missing) > 1 and not entries:
        sorts = [one for _, _, left in missing for one in left]
        projects = [project for project, _, _ in missing]
        ask_of_what_sort(turn, projects, turn.ledger.source, turn.inbound.text, sorts)
        return
    for project, words, left in missing:
        ask_of_what_sort(turn, [project], turn.ledger.source, words, left)


def _is_repeated(turn: Turn) -> bool:
    """Whether it is a message sent again after bad signal, of which everything is known."""
    inbound = turn.inbound
    return already_filed(turn.ledger, turn.person, inbound.text, inbound.sent_at) is not None


def _is_of_many(turn: Turn) -> bool:
    """Whether words that name no project most likely tell of one of the sender's few."""
    told = likely_sorts(likelihoods(turn.reading.text))
    return bool(told) and 1 < len(turn.reading.own) <= _FEW and not spoken_of(turn)


def _asked(turn: Turn) -> bool:
    """Whether the sender most likely asked something, which has been answered."""
    names = [match.span for match in turn.reading.decision.matches]
    likely = likelihoods(turn.reading.text, names)[Sort.QUESTION]
    return likely >= (_HARDLY if wonders(turn.reading.text) else LIKELY) and not _tells_besides(turn.reading.text)


def _tells_besides(text: str) -> bool:
    """Whether the phrases beside a question most likely tell something: 北门有人拦土方车，派出所去没去？"""
    told = [phrase.words for phrase in phrases(text) if not wonders(phrase.words)]
    beside = " ".join(told)
    return len(beside) >= _ENOUGH and bool(likely_sorts(likelihoods(beside), _RATHER))


def _is_heard(entry: Entry) -> bool:
    """Whether it is a note of what others said."""
    return entry.kind == EntryKind.NOTE.value and entry.data.get("state") == "heard"


def _shares(turn: Turn) -> list[tuple[Project, str]]:
    """Return the projects a message is about, each with its words."""
    reading = turn.reading
    if len(reading.named) > 1:
        shares = zip(reading.named, reading.shares(), strict=True)
        return [(project, words) for project, words in shares if project in reading.visible]
    about = reading.visible if reading.named else spoken_of(turn) or (reading.own if len(reading.own) == 1 else [])
    return [(project, turn.inbound.text) for project in about]


def _left(project: Project, words: str, entries: list[Entry]) -> list[Intent]:
    likely = likelihoods(normalise(words), named_in(words, project.called))
    done = {entry.kind for entry in entries if entry.project == project.code}
    heard = any(_is_heard(entry) for entry in entries)  # what others do or plan is no progress; what is in the way is
    return [one for one in likely_sorts(likely) if _KIND_OF[one] not in done and not (heard and one != Intent.PROBLEM)]
