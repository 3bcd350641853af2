"""汇总: the reports of one period put together by whom they are owed (JZ-15, JZ-20); nothing is asked again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from models.ledger import Ledger
from models.mechanism import Obligation
from models.obligation import Occurrence
from models.periods import period_words
from models.reporting import ReportState, Submission
from models.subjects import Subject, subjects

NOT_REPORTED = "（未报）"
"""What a summary says in the place of a report that has not come."""


@dataclass(frozen=True)
class Gathered:
    """A summary: its text, one section a subject in the notice's order, and who is missing."""

    title: str
    text: str
    sources: list[str]
    missing: list[Subject]
    sections: int


def gather_reports(ledger: Ledger, duty: Obligation, occurrence: Occurrence) -> Gathered:
    """Return the summary of a duty's reports; a subject that has not reported is named in its place."""
    rows = {
        row.subject: row
        for row in ledger.session.scalars(
            select(Submission).where(Submission.duty == duty.id, Submission.period == occurrence.period)
        )
    }
    title = f"{period_words(occurrence.period)}{duty.name}汇总"
    lines, sources, missing = [title], [], []
    owing = subjects(ledger, duty)
    for number, subject in enumerate(owing, 1):
        row = rows.get(subject.key)
        lines.append(f"{_numeral(number)}、{subject.shown}")
        if row is None or row.state != ReportState.FILED.value:
            missing.append(subject)
            lines.append(NOT_REPORTED)
            continue
        late = occurrence.due and row.filed_at and row.filed_at.date() > occurrence.due
        sources.append(f"submission:{row.id}:{row.version}")
        lines += [f"（{part}）{text}" for part, text in row.parts.items() if text]
        if late:
            lines.append("（逾期补报）")
    return Gathered(title, "\n".join(lines), sources, missing, len(owing))


def _numeral(number: int) -> str:
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")
