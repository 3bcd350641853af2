"""这条说的是哪个项目？ The question about a message whose project is open; nothing is written until the answer."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from handlers.routing import Turn
from handlers.understanding.intents import Intent
from models import question as questions
from models.notices import Asked, Plain
from models.people import Person
from models.project import Project
from models.trays import Incoming
from models.visit import distance_to, held_materials, place_of

_FAR = 2000.0
_GROUNDS = re.compile(r"(?:新|老|东|西|南|北)?(?:院区|校区|厂区|园区|库区|分院|分校|分厂)")
_WAITS = timedelta(minutes=30)


def ask_project(turn: Turn, candidates: list[Project]) -> None:
    """Ask which project a message means; nothing is written until the answer."""
    ledger, person, source = turn.ledger, turn.person, turn.ledger.source
    assert source is not None
    waiting = [one for one in questions.open_questions(ledger, person) if one.subject == "project"]
    if any(_same_words(turn, one) for one in waiting):
        turn.answer(Plain("这条刚才已收到，不用重发；点一下是哪个项目就记上。"))
        return
    place = place_of(held_materials(ledger, person, turn.inbound.sent_at))
    ordered = _nearest_first(candidates, place)[:3]
    goes_on = not turn.reading.decision.matches and Intent.VISIT not in turn.reading.intents
    facts = {"incoming": source.id, "words": _unsure_words(turn, ordered), "goes_on": goes_on}
    options = [(project.code, project.name) for project in ordered]
    question = questions.ask(ledger, person, "project", facts, options, beside=True)
    this = f"「{turn.reading.text[:12]}」这条" if waiting else "这条"
    asks = f"是《{ordered[0].name}》吗？" if len(ordered) == 1 else f"{this}说的是哪个项目？"
    more = "（都不是就直接回项目名）"
    ledger.drop_waiting(held_duty(person))
    turn.answer(Asked(asks + more, question.buttons), duty=f"question:{question.id}")


def _same_words(turn: Turn, question: questions.Question) -> bool:
    """Whether a question asks about these very words, sent a moment before."""
    earlier = turn.ledger.session.get(Incoming, int(question.facts["incoming"]))
    if earlier is None or not turn.inbound.text or earlier.inbound.text != turn.inbound.text:
        return False
    return abs(earlier.sent_at - turn.inbound.sent_at) <= _WAITS


def _unsure_words(turn: Turn, candidates: list[Project]) -> str:
    """Return the name by which the sender called the one project that is asked about; empty where he gave none."""
    matches = turn.reading.decision.matches
    if len(candidates) != 1 or not matches:
        return ""
    grounds = _GROUNDS.match(turn.reading.text, matches[0].span.end)  # 人民医院新院区 is not every 人民医院
    return matches[0].span.words + (grounds.group() if grounds else "")


def held_duty(person: Person) -> str:
    """Name the hint that photos wait for words."""
    return f"held:{person.id}"


def _nearest_first(projects: list[Project], place: dict[str, Any] | None) -> list[Project]:
    """Put the projects whose site is near a place first."""

    def far(project: Project) -> float:
        distance = distance_to(project, place)
        return distance if distance is not None and distance < _FAR else _FAR

    return sorted(projects, key=far)
