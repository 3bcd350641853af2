"""Papers of the inspectors (督查通报, 督查专报, 小结, 总评): drafted from facts, edited by remarks, published once.

A series (the paper's name) is numbered through the year without a gap: a number is given when it is published.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import duties
from models.base import Base
from models.deeds import Deed, require
from models.entry import EntryKind
from models.errors import Refusal, WrongState
from models.inspection import Inspection
from models.ledger import Ledger
from models.mechanism import Actor, DutyKind, Obligation
from models.people import Person

_DRAWN = frozenset({DutyKind.INSPECTION, DutyKind.BULLETIN, DutyKind.REPORT})


class InspectionPaper(Base):
    """One paper. `duty` and `period` say which recurring duty it pays; a 专报 belongs to an inspection instead."""

    __tablename__ = "papers"
    __table_args__ = (UniqueConstraint("duty", "period"), UniqueConstraint("series", "year", "serial"))

    id: Mapped[int] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(200))
    duty: Mapped[str | None] = mapped_column(String(60))
    period: Mapped[str | None] = mapped_column(String(20))
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"), unique=True)
    year: Mapped[int | None]
    serial: Mapped[int | None]
    body: Mapped[str] = mapped_column(Text)
    sources: Mapped[list[int]]
    remarks: Mapped[list[str]]
    drafted_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    entry_seq: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))

    inspection: Mapped[Inspection | None] = relationship(lazy="joined")

    @property
    def number(self) -> str:
        """How people call it before it has its serial: 稿3."""
        return f"稿{self.id}"


def drawn_by_inspectors(ledger: Ledger) -> list[Obligation]:
    """Return the recurring duties of the county whose paper the inspectors draw up from facts (DC-33, ZZ-21)."""
    return [
        duty
        for duty in ledger.mechanism.obligations
        if duty.recurring and duty.kind in _DRAWN and duty.per == "area" and duty.drafter is Actor.INSPECTOR
    ]


def draft(
    ledger: Ledger,
    *,
    series: str,
    title: str,
    body: str,
    sources: list[int],
    duty: Obligation | None = None,
    period: str | None = None,
    inspection: Inspection | None = None,
) -> InspectionPaper:
    """Keep a draft; there is one for a duty and period, and one for an inspection."""
    paper = InspectionPaper(
        series=series,
        title=title,
        duty=duty.id if duty else None,
        period=period,
        inspection_id=inspection.id if inspection else None,
        body=body,
        sources=sources,
        remarks=[],
        drafted_at=ledger.now,
    )
    ledger.session.add(paper)
    ledger.session.flush()
    ledger.session.refresh(paper)
    return paper


def revise(ledger: Ledger, paper: InspectionPaper, person: Person | None, remark: str) -> None:
    """Add what the inspector wants said besides the facts; the facts themselves are the ledger's."""
    require(ledger, person, Deed.INSPECT)
    _require_draft(paper)
    if len(remark.strip()) < 2:
        raise Refusal(f"请写明要加什么，例如「修改{paper.number}：请各单位国庆前完成整改」。")
    paper.remarks = [*paper.remarks, remark.strip()]


def publish(ledger: Ledger, paper: InspectionPaper, person: Person | None) -> None:
    """印发 by the inspectors: it gets its serial, pays its duty, and is not changed any more."""
    require(ledger, person, Deed.PUBLISH_INSPECTION)
    _require_draft(paper)
    last = select(func.max(InspectionPaper.serial)).where(
        InspectionPaper.series == paper.series, InspectionPaper.year == ledger.today.year
    )
    paper.year, paper.serial = ledger.today.year, (ledger.session.scalar(last) or 0) + 1
    paper.published_at, paper.published_by = ledger.now, (person.id if person else None)
    if paper.inspection is not None:
        paper.inspection.published_at = ledger.now
    duty = ledger.mechanism.obligation(paper.duty) if paper.duty else None
    kind = EntryKind(duty.discharged_by[0].value) if duty and duty.discharged_by else EntryKind.NOTE
    entry = ledger.record(
        kind,
        text_of(ledger, paper),
        person=person,
        data={
            "about": "paper",
            "paper": masthead(ledger, paper),
            "duty": paper.duty,
            "period": paper.period,
            "inspection": paper.inspection.number if paper.inspection else None,
            "sources": paper.sources,
            "state": "published",
            "approver": person.name if person else None,
        },
    )
    ledger.when_sealed(entry, lambda sealed: setattr(paper, "entry_seq", sealed.seq))
    if duty is not None:
        duties.pay(
            ledger,
            entry,
            person=person,
            occurred=ledger.today,
            duty=duty.id,
            period=paper.period,
            subject="area",
        )


def masthead(ledger: Ledger, paper: InspectionPaper) -> str:
    """Return the paper's name with its number: 督查专报 第3期."""
    if paper.serial is None:
        return f"{paper.series}（{paper.number}）"
    return f"{paper.series} {ledger.mechanism.numbering.bulletin.format(n=paper.serial, year=paper.year)}"


def text_of(ledger: Ledger, paper: InspectionPaper) -> str:
    """Return the whole paper as it stands: facts, remarks, and what the inspected object."""
    lines = [masthead(ledger, paper), paper.title, paper.body]
    if paper.inspection is not None:
        lines += [finding.line for finding in paper.inspection.findings]
    lines += [f"要求：{remark}" for remark in paper.remarks]
    return "\n".join(lines)


def drafts(ledger: Ledger) -> list[InspectionPaper]:
    """Return the drafts that are not out, oldest first."""
    return list(
        ledger.session.scalars(
            select(InspectionPaper).where(InspectionPaper.published_at.is_(None)).order_by(InspectionPaper.id)
        )
    )


def find_paper(ledger: Ledger, number: int) -> InspectionPaper | None:
    """Return the paper of a draft's number."""
    return ledger.session.get(InspectionPaper, number)


def paper_for(ledger: Ledger, duty: Obligation, period: str) -> InspectionPaper | None:
    """Return the paper of a duty's period."""
    return ledger.session.scalar(
        select(InspectionPaper).where(InspectionPaper.duty == duty.id, InspectionPaper.period == period)
    )


def paper_of(ledger: Ledger, inspection: Inspection) -> InspectionPaper | None:
    """Return the paper of an inspection."""
    return ledger.session.scalar(select(InspectionPaper).where(InspectionPaper.inspection_id == inspection.id))


def _require_draft(paper: InspectionPaper) -> None:
    if paper.published_at is not None:
        raise WrongState(f"{paper.series}第{paper.serial}期已经印发，不能再改；有出入请另发更正。")
