"""Papers the county issues on a duty (汇总稿, 通报): drafted by one part, approved by a second, published by a third.

Who they are stands in the duty of the pack (`drafter`, `approver`, `publisher`); the approval binds to the text's
version, and only the publisher issues (JZ-21: 汇总 → 审定 → 通报, by the inspection office alone). A number for each
published paper runs on within the year.
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
from models.errors import Forbidden, WrongState
from models.ledger import Ledger
from models.mechanism import Actor, Obligation
from models.people import Person


class PaperState(StrEnum):
    """Where a paper stands."""

    DRAFT = "draft"
    PENDING = "pending"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"


PAPER_LABELS = {
    PaperState.DRAFT: "汇总稿",
    PaperState.PENDING: "待审定",
    PaperState.RETURNED: "退回修改",
    PaperState.APPROVED: "已审定、待发布",
    PaperState.PUBLISHED: "已发布",
}


class Paper(Base):
    """A paper of one duty and period. `sources` are the ledger lines and reports its text was made from."""

    __tablename__ = "papers"
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
        return PAPER_LABELS[PaperState(self.state)]

    @property
    def digest(self) -> str:
        """What an approval binds to: the SHA-256 of the text (★3)."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def find_paper(ledger: Ledger, duty: Obligation, period: str) -> Paper | None:
    """Return the paper of a duty and period."""
    return ledger.session.scalar(select(Paper).where(Paper.duty == duty.id, Paper.period == period))


def papers_in(ledger: Ledger, *states: PaperState) -> list[Paper]:
    """Return the papers in these states, oldest first."""
    return list(ledger.session.scalars(select(Paper).where(Paper.state.in_(states)).order_by(Paper.id)))


def draft(
    ledger: Ledger, duty: Obligation, period: str, *, title: str, text: str, sources: list[Any], by: Person | None
) -> Paper:
    """Write or rewrite a paper; a changed text is a new version and loses its approval.

    Raises WrongState once it is issued.
    """
    _require(ledger, by, duty.drafter or duty.owner, "起草", duty)
    paper = find_paper(ledger, duty, period)
    if paper is not None and paper.state == PaperState.PUBLISHED.value:
        raise WrongState(f"《{paper.title}》已发布（{paper.number}），不能再改；有误请另发更正。")
    if paper is None:
        paper = Paper(duty=duty.id, period=period, title=title, text="", sources=[], version=0, number="")
        paper.approved_digest = ""
        ledger.session.add(paper)
    if text != paper.text:
        paper.text, paper.sources, paper.version = text, sources, paper.version + 1
        paper.state, paper.approved_digest = PaperState.DRAFT.value, ""
    paper.touched_at = ledger.now
    ledger.session.flush()
    return paper


def send_up(ledger: Ledger, duty: Obligation, paper: Paper, by: Person | None) -> None:
    """送审: put the paper before whoever approves it."""
    _require(ledger, by, duty.drafter or duty.owner, "送审", duty)
    _expect(paper, "送审", PaperState.DRAFT, PaperState.RETURNED)
    paper.state = PaperState.PENDING.value
    _record(ledger, EntryKind.SUBMISSION, duty, paper, by, f"{paper.title}送审")


def decide(ledger: Ledger, duty: Obligation, paper: Paper, by: Person, *, approve: bool, remark: str) -> None:
    """审定 or 退回, of the version as it stands."""
    _require(ledger, by, duty.approver or duty.owner, "审定", duty)
    _expect(paper, "审定", PaperState.PENDING)
    paper.state = (PaperState.APPROVED if approve else PaperState.RETURNED).value
    paper.approved_digest, paper.approved_by = (paper.digest, by.id) if approve else ("", None)
    _record(ledger, EntryKind.APPROVAL, duty, paper, by, remark or ("审定" if approve else "退回"))


def publish(ledger: Ledger, duty: Obligation, paper: Paper, by: Person | None) -> Entry:
    """发布: number and issue what was approved; pays the duty. Raises Forbidden or WrongState."""
    _require(ledger, by, duty.publisher or duty.owner, "发布", duty)
    if duty.approver is not None:
        _expect(paper, "发布", PaperState.APPROVED)
        if paper.approved_digest != paper.digest:
            raise WrongState(f"《{paper.title}》审定后又改过，请重新送审再发布。")
    else:
        _expect(paper, "发布", PaperState.DRAFT, PaperState.APPROVED)
    paper.state, paper.published_at = PaperState.PUBLISHED.value, ledger.now
    paper.number = _next_number(ledger, paper)
    entry = _record(ledger, EntryKind.APPROVAL, duty, paper, by, f"发布《{paper.title}》{paper.number}")
    duties.pay(ledger, entry, person=by, occurred=ledger.today, duty=duty.id, period=paper.period, subject="area")
    return entry


def note_refusal(ledger: Ledger, paper: Paper | None, by: Person, what: str) -> None:
    """Keep that somebody tried what was not his or not yet to be done (JZ-21: refused, and on record)."""
    data = {"about": "refused", "deed": what, "paper": paper.title if paper else None}
    ledger.record(EntryKind.NOTE, f"{by.name}{what}，未办", person=by, data=data)


def _require(ledger: Ledger, by: Person | None, actor: Actor, verb: str, duty: Obligation) -> None:
    allowed = actor is Actor.OFFICE if by is None else holds(ledger, by, actor)
    if not allowed:
        raise Forbidden(f"{duty.name}由{ledger.mechanism.actor_name(actor)}{verb}，这一步请他们办。")


def _expect(paper: Paper, verb: str, *states: PaperState) -> None:
    if PaperState(paper.state) not in states:
        raise WrongState(f"《{paper.title}》现在是「{paper.label}」，还不能{verb}。")


def _next_number(ledger: Ledger, paper: Paper) -> str:
    year = paper.period[:4]
    count = ledger.session.scalar(
        select(func.count()).where(Paper.duty == paper.duty, Paper.period.startswith(year), Paper.number != "")
    )
    return f"{year}年" + ledger.mechanism.numbering.bulletin.format(n=(count or 0) + 1, year=year)


def _record(ledger: Ledger, kind: EntryKind, duty: Obligation, paper: Paper, by: Person | None, text: str) -> Entry:
    return ledger.record(
        kind,
        text,
        person=by,
        data={
            "about": "paper",
            "duty": duty.id,
            "period": paper.period,
            "title": paper.title,
            "number": paper.number or None,
            "version": paper.version,
            "digest": paper.digest,
            "state": paper.label,
            "approver": by.name if by and kind is EntryKind.APPROVAL else None,
            "sources": paper.sources or None,
        },
    )
