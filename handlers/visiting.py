"""A visit (现场办公) into the ledger: one for a person, project and day, whatever else comes of it that day.

What it pays is told in its receipt (★4); one noted for somebody else pays nothing until he says so (DC-31).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers.arriving import last_said
from handlers.proxies import ask_whom_it_was_noted_for
from handlers.reading import TextReading
from handlers.routing import Turn
from handlers.spans import visit_spans
from handlers.told import Facts, read_facts, reported
from handlers.understanding.people import companions, is_called
from models import duties
from models.actors import Scope, holders
from models.board import page_url
from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.mechanism import Actor, Obligation
from models.notices import VisitFiled
from models.people import Person
from models.periods import shown
from models.pictures import counted
from models.problem import open_problems
from models.project import Project
from models.visit import nearness_of, photos_of, sent_of, visit_of_day


def record_visit(turn: Turn, project: Project, facts: Facts, extras: list[str]) -> VisitFiled:
    """Write a visit, or add to the one of that day; return the receipt."""
    ledger, person = turn.ledger, turn.person
    before = visit_of_day(ledger, person, project, facts.occurred, mode=facts.mode, recorded_for=facts.recorded_for)
    if before is not None:
        return _add_to(ledger, person, project, facts, before, extras)
    near = nearness_of(project, facts.place)
    entry = ledger.record(
        EntryKind.VISIT,
        facts.text,
        person=person,
        project=project,
        data={
            "occurred": facts.occurred.isoformat(),
            "mode": facts.mode,
            "nearness": near,
            "recorded_for": facts.recorded_for or None,
            "sent": facts.sent,
            "reported": reported(facts, ledger.today),
            "spans": visit_spans(turn, facts),
        },
        attachments=facts.attachments,
    )
    paid = _pay(ledger, entry, person, project, facts)
    extras = [*extras, *_where_to_add_a_place(ledger, project, facts)]
    if facts.recorded_for:
        extras = [*extras, _ask_to_confirm(ledger, project, facts, person)]
    said = last_said(ledger, person, project, before=entry)
    return VisitFiled(
        project=project.name,
        photos=counted(ledger, facts.attachments),
        nearness=near,
        occurred=facts.occurred,
        today=ledger.today,
        extras=[said, *extras] if said else extras,
        discharges=[duty.name for duty in paid],
        others=[] if said else reminders(ledger, project),
        joined=False,
    )


def show_visit(
    turn: Turn, report: Entry, project: Project, attachments: list[dict[str, Any]], place: dict[str, Any] | None
) -> VisitFiled:
    """Write the visit that pictures or a place show which came after the words of a report."""
    inbound = replace(turn.inbound, sent_at=sent_of(report))
    facts = replace(read_facts(turn, inbound, project, report.text), attachments=attachments, place=place)
    return record_visit(turn, project, facts, [])


def _add_to(
    ledger: Ledger, person: Person, project: Project, facts: Facts, visit: Entry, extras: list[str]
) -> VisitFiled:
    """Add words and pictures to the day's visit: one trip is one visit, however often it is told of."""
    known = set(photos_of(ledger.session, visit))
    new = [item for item in facts.attachments if item["sha256"] not in known]
    near = nearness_of(project, facts.place)
    ledger.record(
        EntryKind.PHOTO if new else EntryKind.NOTE,
        facts.text or f"补照片{len(new)}张",
        person=person,
        project=project,
        data={
            "visit": visit.seq,
            "joins": True,
            "occurred": facts.occurred.isoformat(),
            "nearness": near if facts.place else None,
            "sent": facts.sent,
            "reported": reported(facts, ledger.today),
        },
        attachments=new,
    )
    return VisitFiled(
        project=project.name,
        photos=len(known) + counted(ledger, new),
        nearness=near,
        occurred=facts.occurred,
        today=ledger.today,
        extras=extras,
        discharges=[],
        others=[],
        joined=True,
    )


def reminders(ledger: Ledger, project: Project) -> list[str]:
    """Return what the sender should know: the project's problem that is past its date."""
    overdue = [problem for problem in open_problems(ledger, project) if problem.due and problem.due < ledger.today]
    return [f"提醒：{problem.number} {problem.short}已超期。" for problem in overdue[:1]]


def _where_to_add_a_place(ledger: Ledger, project: Project, facts: Facts) -> list[str]:
    """DingTalk's robot receives no places; the project's page does."""
    asked = ledger.source is not None and ledger.source.platform == "dingtalk" and ledger.county.public_url
    if not asked or facts.place or facts.recorded_for or facts.occurred != ledger.today or project.latitude is None:
        return []
    return [f"要附位置，点这里：{page_url(ledger.county.public_url, project)}"]


def _ask_to_confirm(ledger: Ledger, project: Project, facts: Facts, sender: Person) -> str:
    """代记 is no visit of the sender's; the one it is noted for is asked once (DC-31)."""
    day = shown(facts.occurred)
    person = ask_whom_it_was_noted_for(ledger, project, facts.recorded_for, day, sender)
    return f"记为代记；已请{person.name}本人确认，确认后才算其现场办公。" if person else "记为代记，不抵现场办公。"


def _pay(ledger: Ledger, entry: Entry, person: Person, project: Project, facts: Facts) -> list[Obligation]:
    """Let a visit pay every duty it fits (★4), for those who came along too: two who go together are two."""
    if facts.recorded_for or not facts.counts:
        return []
    there = [person, *_came_along(ledger, project, facts.text, person)]
    paid = [
        duty
        for one in there
        for duty in duties.pay(ledger, entry, person=one, project=project, occurred=facts.occurred, mode=facts.mode)
    ]
    if len(there) > 1:
        entry.data = {**entry.data, "companions": [one.name for one in there[1:]]}
    return list({duty.id: duty for duty in paid}.values())


def _came_along(ledger: Ledger, project: Project, text: str, sender: Person) -> list[Person]:
    """Return those of the project's people whom the words name as having come along."""
    called = companions(TextReading(text).text)
    if not called:
        return []
    people = {seat.person_id: seat.person for seat in project.seats if seat.person and seat.covers(ledger.today)}
    people |= {head.id: head for head in holders(ledger, Actor.UNIT_HEAD, Scope(project=project))}
    return [
        person
        for person in people.values()
        if person.id != sender.id and any(is_called(words, person.name, person.title) for words in called)
    ]
