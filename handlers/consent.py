"""A report put before whoever agrees to it first, and what a message of figures does to one (DC-18, C03, C15)."""

from __future__ import annotations

from typing import Any

from models.amounts import plain
from models.drafting import drafts, figures
from models.duties import unpay
from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.mechanism import Obligation
from models.obligation import Occurrence
from models.people import Person
from models.periods import period_said
from models.project import Project
from models.reporting import (
    ReportState,
    Submission,
    approval_card,
    find_submission,
    missing_parts,
    open_periods,
    reports,
    submit,
)
from models.subjects import Subject, subjects_of
from models.sums import told_today

_UNITS = {"month_amount": "万元", "total_amount": "万元", "percent": "%"}
_MONEY = {"month_amount", "total_amount"}
_UNDER_WAY = (ReportState.PENDING.value, ReportState.FILED.value)


def ask_consent(ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject, row: Submission) -> None:
    """Put the version that stands before each approver, one to one; a card for an older one waits no more."""
    ledger.drop_waiting(f"approve:{row.id}:{row.version - 1}")
    card = approval_card(ledger, duty, occurrence, subject, row)
    for person in subject.approvers:
        key = f"approve:{row.id}:{row.version}"
        ledger.say(card, to=person, key=f"{key}:{person.id}", duty=key)


def report_with(ledger: Ledger, person: Person, project: Project, entry: Entry, problem: str) -> str:
    """Let this month's figures, told by who drafts the report, be the report; return what the receipt says of it.

    What else it needs is taken from the ledger; where that does not hold it, no report is begun. The figures may come
    in several messages of a day, as bad signal cuts them. `problem` is what the same message filed as stuck.
    """
    own = {key for key in _UNITS if entry.data.get(key) is not None}
    told = told_today(ledger, project, str(entry.data["period"]), person)
    if not own or not own | told.keys() >= _MONEY:
        return ""
    for duty, occurrence, subject in _owed(ledger, person, project, str(entry.data["period"])):
        parts = {**_figure_parts(duty, entry), **_stuck(ledger, duty, occurrence, subject, problem)}
        row = find_submission(ledger, duty, occurrence.period, subject)
        if row is not None and row.state == ReportState.FILED.value and not own >= _MONEY:
            continue  # one figure more, told after the consent, is no new report
        parts = {**figures(ledger, duty, occurrence, subject), **parts}
        given = {**(row.parts if row else {}), **parts}
        if any(part.required and not given.get(part.name) for part in duty.parts):
            continue
        row = submit(ledger, duty, occurrence, subject, parts, person, entry.text)
        return _after(ledger, duty, occurrence, subject, row)
    return ""


def restate(ledger: Ledger, person: Person, project: Project, entry: Entry) -> str:
    """Bring the reports that rest on corrected figures up to them: a new version; consent to the old one is void."""
    for duty, occurrence, subject in _owed(ledger, person, project, str(entry.data["period"])):
        row = find_submission(ledger, duty, occurrence.period, subject)
        if row is None:
            continue
        agreed = row.state == ReportState.FILED.value
        row = submit(ledger, duty, occurrence, subject, _figure_parts(duty, entry), person, entry.text)
        said = _after(ledger, duty, occurrence, subject, row)
        return f"原来的同意不算了。{said}" if agreed else said
    return ""


def withdraw_reports(ledger: Ledger, entry: Entry) -> list[Entry]:
    """Put reports that came of the same message back to drafts; return the entries that filed them."""
    filed = [
        one
        for one in ledger.entries(project=entry.project, kinds=(EntryKind.SUBMISSION,), limit=20)
        if one.message_id == entry.message_id
    ]
    for one in filed:
        rows = ledger.session.query(Submission).filter_by(duty=one.data["duty"], period=one.data["period"])
        for row in rows:
            if row.version == one.data["version"] and row.state in _UNDER_WAY:
                ledger.drop_waiting(f"approve:{row.id}:{row.version}")
                unpay(ledger, row.duty, row.period, row.subject)
                row.state, row.filed_at, row.parts = ReportState.DRAFT.value, None, {}
                row.version += 1
    return filed


def _owed(
    ledger: Ledger, person: Person, project: Project, period: str
) -> list[tuple[Obligation, Occurrence, Subject]]:
    """Return the reports of month and total that somebody owes for a project in a period."""
    found = []
    for duty in reports(ledger):
        if not {part.key for part in duty.parts} >= _MONEY:
            continue
        occurrence = next((one for one in open_periods(ledger, duty) if one.period == period), None)
        subjects = [one for one in subjects_of(ledger, duty, person) if one.project and one.project.id == project.id]
        found += [(duty, occurrence, one) for one in subjects if occurrence is not None]
    return found


def _figure_parts(duty: Obligation, entry: Entry) -> dict[str, str]:
    about = entry.data.get("about") or ()
    return {
        part.name: f"{'约' if part.key in about else ''}{plain(entry.data[part.key])}{_UNITS[part.key]}"
        for part in duty.parts
        if part.key in _UNITS and entry.data.get(part.key) is not None and not _of_a_part(entry.data, part.key)
    }


def _of_a_part(data: dict[str, Any], key: str) -> bool:
    """Whether a percentage is of the steel frame alone, say: no 形象进度 of the project."""
    return key == "percent" and bool(data.get("percent_of"))


def _stuck(ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject, problem: str) -> dict[str, str]:
    """Return what is stuck as the ledger has it, for the parts that draw on its problems."""
    drawn = [part.name for part in duty.parts if EntryKind.PROBLEM.value in part.draws]
    drafted = drafts(ledger, duty, occurrence, subject)
    known = {name: drafted[name].text for name in drawn if name in drafted}
    return {name: "；".join(filter(None, (known.get(name), problem))) or "台账没有未销号的问题" for name in drawn}


def _after(ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject, row: Submission) -> str:
    name = f"{period_said(occurrence.period, ledger.today)}{duty.name.removeprefix('项目进展')}"
    if missing_parts(duty, row):
        return ""
    if row.state != ReportState.PENDING.value:
        return f"{name}已报。"
    ask_consent(ledger, duty, occurrence, subject, row)
    who = "、".join(approver.name for approver in subject.approvers)
    return f"{name}待{who}同意，同意后才算已报。"
