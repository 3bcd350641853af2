"""Periodic reports (报送: JZ-15, JZ-20, ZZ-14, DC-17): who owes one, what was filed, who is missing.

A report is approved before it is filed where the mechanism names an approver; the approval holds for the version it
was given to (DC-18).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, false, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import duties
from models.actors import Scope, holders
from models.base import Base
from models.duties import due_within, occurrence_now
from models.entry import EntryKind
from models.errors import Forbidden, WrongState
from models.ledger import Ledger, get_setting
from models.mechanism import Actor, Obligation
from models.notices import ReportDelivered, ReportToApprove
from models.obligation import Occurrence
from models.people import Person
from models.periods import period_said
from models.subjects import Subject, subject_at, subjects, subjects_of

LATELY = timedelta(days=10)
"""How long after its date a report is still asked for."""


class ReportState(StrEnum):
    """Where a report stands; late is an attribute (mission 4.3)."""

    DRAFT = "draft"
    PENDING = "pending"
    RETURNED = "returned"
    FILED = "filed"


REPORT_LABELS = {
    ReportState.DRAFT: "草稿",
    ReportState.PENDING: "待同意",
    ReportState.RETURNED: "已退回",
    ReportState.FILED: "已报",
}


class Submission(Base):
    """A subject's report for one duty and period; `version` counts the texts, `joint` says who confirmed it (DC-17).

    `on_once_mended`: its approver, who sent it back, lets the mended text be filed without seeing it again (C11).
    """

    __tablename__ = "submissions"

    id: Mapped[int] = mapped_column(primary_key=True)
    duty: Mapped[str] = mapped_column(String(60), index=True)
    period: Mapped[str] = mapped_column(String(20), index=True)
    subject: Mapped[str] = mapped_column(String(60), index=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20))
    parts: Mapped[dict[str, Any]]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    touched_at: Mapped[datetime]
    filed_at: Mapped[datetime | None]
    joint: Mapped[str] = mapped_column(String(100), default="", server_default="")
    on_once_mended: Mapped[bool] = mapped_column(default=False, server_default=false())

    person: Mapped[Person] = relationship(lazy="joined")

    @property
    def digest(self) -> str:
        """What an approval binds to: the SHA-256 of the text in its parts (★3)."""
        text = json.dumps(self.parts, ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()


def reports(ledger: Ledger) -> list[Obligation]:
    """Return the duties that units pay by a report; what is drawn up from facts asks nobody (per area)."""
    return [duty for duty in ledger.mechanism.obligations if duty.recurring and _is_report(duty)]


def _is_report(duty: Obligation) -> bool:
    paid = any(kind.value == EntryKind.SUBMISSION.value for kind in duty.discharged_by)
    return paid and bool(duty.parts) and duty.per != "area"


def open_periods(ledger: Ledger, duty: Obligation) -> list[Occurrence]:
    """Return the periods a report may be for: those due lately and the one in force, oldest first."""
    now = occurrence_now(ledger, duty)
    since = begun(ledger)
    lately = due_within(ledger, duty, max(ledger.today - LATELY, since), ledger.today)
    asked_for = [one for one in (*lately, now) if not one.waived and (one.due is None or one.due >= since)]
    return list({occurrence.period: occurrence for occurrence in asked_for}.values())


def begun(ledger: Ledger) -> date:
    """Return the local date on which the county began with us: nothing older is asked for."""
    county = get_setting(ledger.session, "county") or {}
    return date.fromisoformat(county["since"]) if "since" in county else date.min


def asked(ledger: Ledger) -> Iterator[tuple[Obligation, Occurrence]]:
    """Yield every report period that is asked for today, each with a date."""
    for duty in reports(ledger):
        yield from ((duty, occurrence) for occurrence in open_periods(ledger, duty) if occurrence.due is not None)


def in_force(
    ledger: Ledger, duty: Obligation, month: int | None = None, subject: Subject | None = None
) -> Occurrence | None:
    """Return the period a report written today is for.

    `month` when the text names one; else the oldest open period that the `subject` has not filed, else the newest.
    """
    periods = open_periods(ledger, duty)
    if month is not None:
        named = [occurrence for occurrence in periods if occurrence.period.endswith(f"-{month:02d}")]
        return named[0] if named else _named_month(ledger, duty, month) or (periods[-1] if periods else None)
    for occurrence in periods if subject else []:
        row = find_submission(ledger, duty, occurrence.period, subject) if subject else None
        if row is None or row.state != ReportState.FILED.value:
            return occurrence
    return periods[-1] if periods else None


def _named_month(ledger: Ledger, duty: Obligation, month: int) -> Occurrence | None:
    year = ledger.today.year - (1 if month > ledger.today.month + 1 else 0)
    # What is for a month may be due before it: the papers of October's meeting on 30 September.
    start, end = date(year, month, 1) - timedelta(days=31), date(year, month, 28)
    named = due_within(ledger, duty, start, end)
    return next((occurrence for occurrence in named if occurrence.period == f"{year}-{month:02d}"), None)


def find_submission(ledger: Ledger, duty: Obligation, period: str, subject: Subject) -> Submission | None:
    """Return what a subject has given for a period."""
    return ledger.session.scalar(
        select(Submission).where(
            Submission.duty == duty.id, Submission.period == period, Submission.subject == subject.key
        )
    )


def unreported(ledger: Ledger, duty: Obligation, occurrence: Occurrence) -> list[tuple[Subject, Submission | None]]:
    """Return the subjects whose report is not filed, with what they have given so far."""
    rows = ledger.session.scalars(
        select(Submission).where(Submission.duty == duty.id, Submission.period == occurrence.period)
    )
    given = {row.subject: row for row in rows}
    owing = [(subject, given.get(subject.key)) for subject in subjects(ledger, duty)]
    return [(subject, row) for subject, row in owing if row is None or row.state != ReportState.FILED.value]


def submit(
    ledger: Ledger,
    duty: Obligation,
    occurrence: Occurrence,
    subject: Subject,
    parts: dict[str, str],
    person: Person,
    text: str,
) -> Submission:
    """Take parts of a report; file it, or hand it to the approver, once every required part is there.

    A changed text is a new version, and an approval given to the old one is void.
    """
    row = find_submission(ledger, duty, occurrence.period, subject)
    if row is None:
        row = Submission(
            duty=duty.id,
            period=occurrence.period,
            subject=subject.key,
            version=0,
            state=ReportState.DRAFT.value,
            joint="",
            on_once_mended=False,
            parts={},
            person_id=person.id,
            touched_at=ledger.now,
        )
        ledger.session.add(row)
    given = {**row.parts, **parts}
    order = [part.name for part in duty.parts]
    merged = {name: given[name] for name in sorted(given, key=lambda name: order.index(name) if name in order else -1)}
    if merged == row.parts and row.state in (ReportState.FILED.value, ReportState.PENDING.value):
        return row
    if row.state == ReportState.FILED.value:
        duties.unpay(ledger, duty.id, occurrence.period, subject.key)
    mended = merged != row.parts
    row.parts = merged
    row.joint = ""
    row.version += 1
    row.touched_at = ledger.now
    row.person_id = person.id
    row.person = person
    if missing_parts(duty, row):
        row.state = ReportState.DRAFT.value
        return row
    _hand_in(ledger, row, subject, mended=mended)
    _record(ledger, EntryKind.SUBMISSION, duty, occurrence.period, row, subject, person, text)
    ledger.session.flush()
    return row


def _hand_in(ledger: Ledger, row: Submission, subject: Subject, *, mended: bool) -> None:
    """File a whole report, or let it wait for its approver, who may have let this one text on (C11)."""
    allowed = mended and row.on_once_mended and row.state == ReportState.RETURNED.value
    straight = allowed or not subject.approvers
    row.state = (ReportState.FILED if straight else ReportState.PENDING).value
    row.filed_at = ledger.now if straight else None
    row.on_once_mended = False


def missing_parts(duty: Obligation, row: Submission) -> list[str]:
    """Return the names of the required parts not given yet."""
    return [part.name for part in duty.parts if part.required and not row.parts.get(part.name)]


def decide(ledger: Ledger, submission_id: int, person: Person, *, approve: bool, remark: str) -> Submission:
    """同意 or 退回 by the approver, for the version he was shown."""
    row = ledger.session.get(Submission, submission_id)
    found = _subject_of(ledger, row) if row else None
    if row is None or found is None:
        raise Forbidden("没有找到要您同意的材料，可发「我的待办」看一看。")
    duty, subject = found
    if person.id not in {approver.id for approver in subject.approvers}:
        raise Forbidden("这份材料不需要您同意，可发「我的待办」看一看。")
    if row.state != ReportState.PENDING.value:
        raise WrongState(f"这份材料现在是「{REPORT_LABELS[ReportState(row.state)]}」，不用再办了。")
    row.state = (ReportState.FILED if approve else ReportState.RETURNED).value
    row.filed_at = ledger.now if approve else None
    row.on_once_mended = False
    text = remark or ("同意" if approve else "退回")
    _record(ledger, EntryKind.APPROVAL, duty, row.period, row, subject, person, text)
    return row


def let_on_once_mended(ledger: Ledger, row: Submission, person: Person) -> None:
    """The approver who sent a report back lets the mended text be filed by itself, once (C11). Raises WrongState."""
    found = _subject_of(ledger, row)
    if found is None or row.state != ReportState.RETURNED.value:
        raise WrongState("这份材料不在您退回待改的里面，可发「我的待办」看一看。")
    duty, subject = found
    row.on_once_mended = True
    _record(ledger, EntryKind.APPROVAL, duty, row.period, row, subject, person, "改好直接报")


def approval_card(
    ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject, row: Submission
) -> ReportToApprove:
    """Return what an approver is shown: at most 120 characters, and buttons that name the version."""
    summary = "；".join(f"{name}：{text}" for name, text in row.parts.items())
    if duty.joint is not None:
        summary = f"{ledger.mechanism.actor_name(duty.joint)}{'已确认' if row.joint else '未确认'}。{summary}"
    return ReportToApprove(
        duty=duty.name,
        period=period_said(occurrence.period, ledger.today),
        subject=subject.name,
        summary=summary if len(summary) <= 120 else summary[:119] + "…",
        due=occurrence.due,
        buttons=[(f"approve-{row.id}-{row.version}", "同意"), (f"send_back-{row.id}-{row.version}", "退回")],
    )


def unfinished_of(ledger: Ledger, person: Person) -> list[tuple[Obligation, Subject]]:
    """Return the reports somebody has begun, or got back, and not finished, of the periods that are asked for."""
    states = (ReportState.DRAFT.value, ReportState.RETURNED.value)
    rows = ledger.session.scalars(select(Submission).where(Submission.state.in_(states))).all()
    if not rows:
        return []
    found = []
    for duty, occurrence in asked(ledger):
        here = {row.subject for row in rows if row.duty == duty.id and row.period == occurrence.period}
        if here:
            found += [(duty, subject) for subject in subjects_of(ledger, duty, person) if subject.key in here]
    return found


def pending_for(ledger: Ledger, person: Person) -> list[tuple[Obligation, Subject, Submission]]:
    """Return the reports that wait for somebody's approval."""
    found = []
    rows = ledger.session.scalars(select(Submission).where(Submission.state == ReportState.PENDING.value))
    for row in rows:
        place = _subject_of(ledger, row)
        if place and person.id in {approver.id for approver in place[1].approvers}:
            found.append((*place, row))
    return found


def duty_key(duty: Obligation, period: str, subject: Subject) -> str:
    """Name what a reminder reminds of."""
    return duties.duty_key(duty.id, period, subject.key)


def _subject_of(ledger: Ledger, row: Submission) -> tuple[Obligation, Subject] | None:
    duty = next((duty for duty in reports(ledger) if duty.id == row.duty), None)
    subject = subject_at(ledger, duty, row.subject) if duty else None
    return (duty, subject) if duty and subject else None


def _record(
    ledger: Ledger,
    kind: EntryKind,
    duty: Obligation,
    period: str,
    row: Submission,
    subject: Subject,
    person: Person,
    text: str,
) -> None:
    entry = ledger.record(
        kind,
        text,
        person=person,
        project=subject.project,
        data={
            "duty": duty.id,
            "duty_name": duty.name,
            "period": period,
            "version": row.version,
            "digest": row.digest,
            "state": REPORT_LABELS[ReportState(row.state)],
            "subject": subject.name,
            "parts": dict(row.parts),
            "approver": "、".join(approver.name for approver in subject.approvers) or None,
            "joint": row.joint or None,
        },
    )
    if row.state == ReportState.FILED.value:
        _deliver(ledger, duty, row, subject)
        duties.pay(
            ledger, entry, person=person, occurred=ledger.today, duty=duty.id, period=period, subject=subject.key
        )


def _deliver(ledger: Ledger, duty: Obligation, row: Submission, subject: Subject) -> None:
    """Give a filed report to a leader whom the duty names as its receiver (JZ-19); the office has it in its list."""
    if duty.receiver is None or duty.receiver is Actor.OFFICE:
        return
    lines = [f"{name}：{text}" for name, text in row.parts.items() if text]
    words = ReportDelivered(duty.name, period_said(row.period, ledger.today), subject.name, lines)
    for person in holders(ledger, duty.receiver, Scope(project=subject.project, taskforce=subject.taskforce)):
        ledger.say(words, to=person, key=f"delivered:{row.id}:{row.version}:{person.id}")


def confirm_jointly(ledger: Ledger, row: Submission, who: str) -> None:
    """Note who confirmed a report beside its drafter; the text stays as it is."""
    row.joint = who[:100]
    data = {"about": "joint", "duty": row.duty, "period": row.period, "version": row.version, "digest": row.digest}
    ledger.record(EntryKind.NOTE, f"{who}确认材料", person=None, data={**data, "person": who})
