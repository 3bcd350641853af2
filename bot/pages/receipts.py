"""What became of a report sent from a page, in the words that also go out by chat."""

from __future__ import annotations

from typing import Any

from sqlalchemy import or_, select

from models.ledger import Ledger
from models.message import PAGE
from models.notices import read_notice
from models.people import Person
from models.trays import Incoming, InState, Outgoing
from templates import render


def receipt_of(ledger: Ledger, person: Person, report_id: str) -> dict[str, Any]:
    """Return state and words of one of somebody's own reports: unknown, waiting, failed or done."""
    key = f"{person.id}:{report_id}"
    row = ledger.session.scalar(select(Incoming).where(Incoming.platform == PAGE, Incoming.key == key))
    if row is None:
        return {"state": "unknown"}
    if row.state == InState.NEW.value:
        return {"state": "waiting"}
    if row.state == InState.DEAD.value:
        return {"state": "failed", "words": ["没能处理，原文已保存，已告诉项目办。"]}
    return {"state": "done", "words": [_rendered(said) for said in _said(ledger, person, row)]}


def _said(ledger: Ledger, person: Person, row: Incoming) -> list[Outgoing]:
    answers = or_(Outgoing.key.like(f"answer:{row.id}:%"), Outgoing.key.like(f"photos:%:{row.id}"))
    query = select(Outgoing).where(Outgoing.person_id == person.id, answers).order_by(Outgoing.id)
    return list(ledger.session.scalars(query))


def _rendered(said: Outgoing) -> str:
    notice = read_notice(said.notice, said.facts)
    return render(notice.name, {name: getattr(notice, name) for name in said.facts}).text
