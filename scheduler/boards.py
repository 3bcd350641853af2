"""Boards that no longer say who is answerable: told once a change, dropped once the unit reports (DC-07, R-E7)."""

from __future__ import annotations

import hashlib

from models import board
from models.ledger import Ledger
from models.mechanism import Mechanism
from models.notices import BoardStale
from models.planned_reminder import once
from models.project import Project
from models.succession import register_mark
from scheduler.speaking import may_remind


def board_reminders(ledger: Ledger) -> None:
    """Look at the projects one of whose five names changed these days; told once for what the board then lacks."""
    if not may_remind(ledger):
        return
    clause = _ground(ledger.mechanism)
    if clause is None or not once(ledger, "boards", ledger.today.isoformat(), register_mark(ledger)):
        return
    for project, changes in board.changed_projects(ledger):
        named = [change for change in changes if change[2] != board.NOBODY]  # a vacancy is not printed
        if named:
            _say(ledger, project, named, clause)


def _say(ledger: Ledger, project: Project, changes: list[tuple[str, str, str]], clause: str) -> None:
    lines = [f"{label}：牌上{was}，台账{now}" for label, was, now in changes]
    digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
    words = BoardStale(project.name, lines, clause)
    duty = board.duty_key(project)
    for person in board.answerable(ledger, project):
        ledger.say(words, to=person, key=f"{duty}:{digest}:{person.id}", duty=duty)


def _ground(mechanism: Mechanism) -> str | None:
    """Return the ground, None where the notice asks for no boards."""
    names = mechanism.codes.board_names
    return mechanism.basis(names.clause) if names else None
