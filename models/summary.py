"""Summaries issued on a duty (汇总稿, 通报): drafted by one part, approved by a second, published by a third.

Who they are stands in the duty of the pack (`drafter`, `approver`, `publisher`); the approval binds to the text's
version, and only the publisher issues (JZ-21: 汇总 → 审定 → 通报, by the inspection office alone). A number for each
published summary runs on within the year.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from models import duties
from models.actors import holds
from models.base import Base
from models.entry import Entry, EntryKind
from models.errors import Forbidden, Refusal, WrongState
from models.gathering import NOT_REPORTED
from models.ledger import Ledger
from models.mechanism import Actor, Obligation
from models.people import Person


class SummaryState(StrEnum):
    """Where a summary stands."""

    DRAFT = "draft"
    PENDING = "pending"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"


SUMMARY_LABELS = {
    SummaryState.DRAFT: "汇总稿",
    SummaryState.PENDING: "待审定",
    SummaryState.RETURNED: "退回修改",
    SummaryState.APPROVED: "已审定、待发布",
    SummaryState.PUBLISHED: "已发布",
}


class Summary(Base):
    """What was put together for one duty and period. `sources` are the reports its text was made from."""

    __tablename__ = "summaries"
    __table_args__ = (UniqueConstraint("duty", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    duty: Mapped[str] = mapped_column(String(60))
    period: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    number: Mapped[str] = mapped_column(String(50), default="")
    text: Mapped[str] = mapped_column(Text)
    sources: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20))
    approved_digest: Mapped[str] = mapped_column(String(64), default="")
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    touched_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return SUMMARY_LABELS[SummaryState(self.state)]

    @property
    def digest(self) -> str:
        """What an approval binds to: the SHA-256 of the text (★3)."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def find_summary(ledger: Ledger, duty: Obligation, period: str) -> Summary | None:
    """Return the summary of a duty and period."""
    return ledger.session.scalar(select(Summary).where(Summary.duty == duty.id, Summary.period == period))


def summaries_in(ledger: Ledger, *states: SummaryState) -> list[Summary]:
    """Return the papers in these states, oldest first."""
    return list(ledger.session.scalars(select(Summary).where(Summary.state.in_(states)).order_by(Summary.id)))


def draft(
    ledger: Ledger, duty: Obligation, period: str, *, title: str, text: str, sources: list[Any], by: Person | None
) -> Summary:
    """Write or rewrite a summary; a changed text is a new version and loses its approval.

    Raises WrongState once it is issued.
    """
    _require(ledger, by, duty.drafter or duty.owner, "起草", duty)
    summary = find_summary(ledger, duty, period)
    if summary is not None and summary.state == SummaryState.PUBLISHED.value:
        raise WrongState(f"《{summary.title}》已发布（{summary.number}），不能再改；有误请另发更正。")
    if summary is None:
        summary = Summary(duty=duty.id, period=period, title=title, text="", sources=[], version=0, number="")
        summary.approved_digest = ""
        ledger.session.add(summary)
    if text != summary.text:
        summary.text, summary.sources, summary.version = text, sources, summary.version + 1
        summary.state, summary.approved_digest = SummaryState.DRAFT.value, ""
    summary.touched_at = ledger.now
    ledger.session.flush()
    return summary


def send_up(ledger: Ledger, duty: Obligation, summary: Summary, by: Person | None, *, though_empty: str = "") -> None:
    """送审: put the summary before whoever approves it.

    Raises Refusal for one without a single report, unless `though_empty` says that it goes all the same: those words
    are kept in the entry.
    """
    _require(ledger, by, duty.drafter or duty.owner, "送审", duty)
    _expect(summary, "送审", SummaryState.DRAFT, SummaryState.RETURNED)
    _require_reports(summary, though_empty, "送审")
    summary.state = SummaryState.PENDING.value
    words = f"{summary.title}送审"
    _record(ledger, EntryKind.SUBMISSION, duty, summary, by, f"{words}：{though_empty}" if though_empty else words)


def _require_reports(summary: Summary, though_empty: str, verb: str) -> None:
    missing = summary.text.count(NOT_REPORTED)
    if missing and not summary.sources and not though_empty:
        raise Refusal(
            f"《{summary.title}》应报{missing}份，一份都没有报，不能{verb}；请先催报。"
            f"确要{verb}，请回「{verb}…，没有单位报，照发」，写入台账。"
        )


def decide(ledger: Ledger, duty: Obligation, summary: Summary, by: Person, *, approve: bool, remark: str) -> None:
    """审定 or 退回, of the version as it stands."""
    _require(ledger, by, duty.approver or duty.owner, "审定", duty)
    _expect(summary, "审定", SummaryState.PENDING)
    summary.state = (SummaryState.APPROVED if approve else SummaryState.RETURNED).value
    summary.approved_digest, summary.approved_by = (summary.digest, by.id) if approve else ("", None)
    _record(ledger, EntryKind.APPROVAL, duty, summary, by, remark or ("审定" if approve else "退回"))


def publish(ledger: Ledger, duty: Obligation, summary: Summary, by: Person | None, *, though_empty: str = "") -> Entry:
    """发布: number and issue what was approved; pays the duty. Raises Forbidden or WrongState.

    What nobody approves first is not issued without a single report, unless `though_empty` says so.
    """
    _require(ledger, by, duty.publisher or duty.owner, "发布", duty)
    if duty.approver is not None:
        _expect(summary, "发布", SummaryState.APPROVED)
        if summary.approved_digest != summary.digest:
            raise WrongState(f"《{summary.title}》审定后又改过，请重新送审再发布。")
    else:
        _expect(summary, "发布", SummaryState.DRAFT, SummaryState.APPROVED)
        _require_reports(summary, though_empty, "发布")
    summary.state, summary.published_at = SummaryState.PUBLISHED.value, ledger.now
    summary.number = _next_number(ledger, summary)
    words = f"发布《{summary.title}》{summary.number}" + (f"：{though_empty}" if though_empty else "")
    entry = _record(ledger, EntryKind.APPROVAL, duty, summary, by, words)
    duties.pay(ledger, entry, person=by, occurred=ledger.today, duty=duty.id, period=summary.period, subject="area")
    return entry


def note_refusal(ledger: Ledger, summary: Summary | None, by: Person, what: str) -> None:
    """Keep that somebody tried what was not his or not yet to be done (JZ-21: refused, and on record)."""
    data = {"about": "refused", "deed": what, "summary": summary.title if summary else None}
    ledger.record(EntryKind.NOTE, f"{by.name}{what}，未办", person=by, data=data)


def _require(ledger: Ledger, by: Person | None, actor: Actor, verb: str, duty: Obligation) -> None:
    allowed = actor is Actor.OFFICE if by is None else holds(ledger, by, actor)
    if not allowed:
        raise Forbidden(f"{duty.name}由{ledger.mechanism.actor_name(actor)}{verb}，这一步请他们办。")


def _expect(summary: Summary, verb: str, *states: SummaryState) -> None:
    if SummaryState(summary.state) not in states:
        raise WrongState(f"《{summary.title}》现在是「{summary.label}」，还不能{verb}。")


def _next_number(ledger: Ledger, summary: Summary) -> str:
    year = summary.period[:4]
    count = ledger.session.scalar(
        select(func.count()).where(Summary.duty == summary.duty, Summary.period.startswith(year), Summary.number != "")
    )
    return f"{year}年" + ledger.mechanism.numbering.bulletin.format(n=(count or 0) + 1, year=year)


def _record(ledger: Ledger, kind: EntryKind, duty: Obligation, summary: Summary, by: Person | None, text: str) -> Entry:
    return ledger.record(
        kind,
        text,
        person=by,
        data={
            "about": "summary",
            "duty": duty.id,
            "period": summary.period,
            "title": summary.title,
            "number": summary.number or None,
            "version": summary.version,
            "digest": summary.digest,
            "state": summary.label,
            "approver": by.name if by and kind is EntryKind.APPROVAL else None,
            "sources": summary.sources or None,
        },
    )
