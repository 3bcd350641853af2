"""What somebody promised of a project, or was told by others: kept beside it with who said it, never as progress."""

from __future__ import annotations

from datetime import date
from typing import Any

from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.people import Person
from models.project import Project

PROMISED, HEARD = "promised", "heard"
_LOOKED_AT = 60


def keep(
    ledger: Ledger,
    person: Person,
    project: Project,
    text: str,
    *,
    said_by: str,
    matter: str,
    due: date | None,
    sent: str,
    spans: dict[str, str],
) -> Entry:
    """Keep a promise of the sender's, or the words of whoever he names (`said_by`, 有人 where nobody)."""
    data: dict[str, Any] = {
        "state": HEARD if said_by else PROMISED,
        "said_by": said_by or person.name,
        "matter": matter,
        "due": due.isoformat() if due else None,
        "sent": sent,
        "spans": spans,
    }
    return ledger.record(EntryKind.NOTE, text, person=person, project=project, data=data)


def kept_of(ledger: Ledger, project: Project) -> list[Entry]:
    """Return what was promised and heard of a project and stands, newest first."""
    notes = ledger.entries(project=project.code, kinds=(EntryKind.NOTE,), limit=_LOOKED_AT)
    return [note for note in notes if note.data.get("state") in (PROMISED, HEARD) and "matter" in note.data]
