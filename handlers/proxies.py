"""代记 (DC-31): a visit noted by somebody else pays nothing until the leader says, with one tap, that it was his."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select

from handlers.routing import Router, Turn
from handlers.understanding.people import is_called
from models import duties
from models import question as questions
from models.actors import Scope, holders
from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.mechanism import Actor
from models.notices import Asked, Plain
from models.people import Person
from models.project import Project
from models.question import Question

router = Router()
_SUBJECT = "proxy_visit"
_YES = "yes"


def ask_whom_it_was_noted_for(ledger: Ledger, project: Project, words: str, day: str, sender: Person) -> Person | None:
    """Ask the one person the words mean, one to one, in working hours; None where they fit nobody or several."""
    people = {seat.person_id: seat.person for seat in project.seats if seat.person and seat.covers(ledger.today)}
    people |= {head.id: head for head in holders(ledger, Actor.UNIT_HEAD, Scope(project=project))}
    meant = [one for one in people.values() if one.id != sender.id and is_called(words, one.name, one.title)]
    if len(meant) != 1 or ledger.source is None:
        return None
    person = meant[0]
    facts = {"message": ledger.source.key, "project": project.code, "noted_by": sender.name}
    question = questions.ask(ledger, person, _SUBJECT, facts, [(_YES, "是我去的"), ("no", "不是")])
    duty = f"question:{question.id}"
    asks = f"{sender.name}代您记了{day}在《{project.name}》现场办公，是您本人去的吗？点一下就算您的记录。"
    ledger.say(Asked(asks, question.buttons), to=person, key=f"{duty}:asked", duty=duty)
    return person


@router.answered(_SUBJECT)
def confirm(turn: Turn, question: Question, value: str) -> None:
    """是我去的: the visit becomes the leader's own and pays what it pays; 不是 leaves it as it is."""
    ledger, noted = turn.ledger, _noted(turn.ledger, question.facts)
    if noted is None or value != _YES:
        turn.answer(Plain("好，那条代记不算您的现场办公。"))
        return
    project = ledger.session.scalar(select(Project).where(Project.code == noted.project))
    entry = ledger.record(
        EntryKind.VISIT,
        noted.text,
        person=turn.person,
        project=project,
        data={
            **{name: value for name, value in noted.data.items() if name not in ("recorded_for", "discharges")},
            "noted_by": question.facts["noted_by"],
            "confirmed": True,
        },
        attachments=noted.attachments,
        supersedes=noted.seq,
    )
    occurred = date.fromisoformat(noted.data["occurred"])
    mode = str(noted.data.get("mode") or "")
    paid = duties.pay(ledger, entry, person=turn.person, occurred=occurred, project=project, mode=mode)
    names = "、".join(duty.name for duty in paid)
    where = project.name if project else ""
    turn.answer(Plain(f"已记为您本人在《{where}》的现场办公。" + (f"已抵：{names}。" if names else "")))


def _noted(ledger: Ledger, facts: dict[str, Any]) -> Entry | None:
    """Return the visit as it was noted, if it still stands."""
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    return ledger.session.scalar(
        select(Entry).where(
            Entry.message_id == facts["message"],
            Entry.kind == EntryKind.VISIT.value,
            Entry.project == facts["project"],
            Entry.seq.not_in(newer),
        )
    )
