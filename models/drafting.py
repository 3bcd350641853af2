"""A report drafted from what the ledger holds (ZZ-14, JZ-20): people type only the difference, nobody is asked twice.

A part's `draws` says from where: kinds of entries (`visit`, `decision`, `problem`), or `duty-id/part`, the same part
of that duty's reports filed in the period. A draft is shown and confirmed before it is filed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from models.amounts import plain
from models.calendar import local_date
from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.mechanism import Obligation, Part
from models.obligation import Occurrence
from models.periods import shown
from models.problem import open_problems
from models.project import Project
from models.reporting import ReportState, Submission
from models.subjects import Subject

_LINES = 6
_WIDTH = 60
_UNITS = {"month_amount": "{}万元", "total_amount": "{}万元", "percent": "{}%"}


@dataclass(frozen=True)
class Draft:
    """A part in words, with the ledger lines it was drawn from."""

    text: str
    sources: tuple[int, ...]


def figures(ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject) -> dict[str, str]:
    """Return the parts that are one figure of the period, already in the ledger: filed without asking."""
    if subject.project is None:
        return {}
    found: dict[str, str] = {}
    for entry in ledger.entries(project=subject.project.code, kinds=(EntryKind.PROGRESS,), limit=20):
        if entry.data.get("period") != occurrence.period:
            continue
        for part in duty.parts:
            value = entry.data.get(part.key or "")
            if value is not None:
                found.setdefault(part.name, _UNITS.get(part.key or "", "{}").format(plain(value)))
    return found


def drafts(ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject) -> dict[str, Draft]:
    """Return the parts that can be drafted, by name; what the ledger does not hold is left out."""
    found = {part.name: _draft(ledger, part, occurrence, subject) for part in duty.parts if part.draws}
    return {name: draft for name, draft in found.items() if draft is not None}


def _draft(ledger: Ledger, part: Part, occurrence: Occurrence, subject: Subject) -> Draft | None:
    lines: list[tuple[str, int]] = []
    for source in part.draws:
        if "/" in source:
            lines += _from_reports(ledger, source, occurrence, subject)
        elif source == EntryKind.PROBLEM.value:
            lines += _from_problems(ledger, subject)
        else:
            lines += _from_entries(ledger, EntryKind(source), occurrence, subject)
    if not lines:
        return None
    kept = lines[:_LINES]
    more = f"（另有{len(lines) - _LINES}条）" if len(lines) > _LINES else ""
    return Draft("；".join(text for text, _ in kept) + more, tuple(seq for _, seq in kept if seq))


def _from_entries(
    ledger: Ledger, kind: EntryKind, occurrence: Occurrence, subject: Subject
) -> Iterable[tuple[str, int]]:
    for project in _projects(ledger, subject):
        name = "" if subject.project else f"《{project.name}》"
        for entry in reversed(ledger.entries(project=project.code, kinds=(kind,), limit=40)):
            day = _day(entry)
            if occurrence.starts <= day <= occurrence.ends:
                yield f"{shown(day)}{name}{entry.person or ''}：{_short(entry.text)}", entry.seq


def _from_problems(ledger: Ledger, subject: Subject) -> Iterable[tuple[str, int]]:
    for project in _projects(ledger, subject):
        for problem in reversed(open_problems(ledger, project)):
            yield f"{problem.number}{problem.category}：{_short(problem.text)}", 0


def _from_reports(ledger: Ledger, source: str, occurrence: Occurrence, subject: Subject) -> Iterable[tuple[str, int]]:
    duty_id, _, part = source.partition("/")
    rows = ledger.session.scalars(
        select(Submission)
        .where(
            Submission.duty == duty_id,
            Submission.subject == subject.key,
            Submission.state == ReportState.FILED.value,
            Submission.period >= f"{occurrence.starts:%Y-%m}",
            Submission.period <= f"{occurrence.ends:%Y-%m}",
        )
        .order_by(Submission.period)
    )
    for row in rows:
        text = row.parts.get(part)
        if text:
            yield f"{int(row.period[5:7])}月：{_short(text)}", _filing(ledger, row)


def _filing(ledger: Ledger, row: Submission) -> int:
    entries = ledger.entries(kinds=(EntryKind.SUBMISSION, EntryKind.APPROVAL), limit=400)
    wanted = (row.duty, row.period, row.version)
    mine = [one for one in entries if (one.data.get("duty"), one.data.get("period"), one.data.get("version")) == wanted]
    return mine[0].seq if mine else 0


def _projects(ledger: Ledger, subject: Subject) -> list[Project]:
    if subject.project is not None:
        return [subject.project]
    if subject.taskforce is None:
        return []
    query = select(Project).where(Project.taskforce_id == subject.taskforce.id).order_by(Project.id)
    return list(ledger.session.scalars(query))


def _day(entry: Entry) -> date:
    occurred = entry.data.get("occurred")
    return date.fromisoformat(occurred) if occurred else local_date(entry.time)


def _short(text: str) -> str:
    words = " ".join(str(text).split()).rstrip("。；;")
    return words if len(words) <= _WIDTH else words[: _WIDTH - 1] + "…"
