"""What an enterprise promised in its agreement (企业协议, DC-28): terms with a day, and whether they were kept.

A term not kept by its day is a fact on the lists (`models/delays.py`), with the unit's words and the office's finding
beside it. What follows from it for the enterprise is for people to decide; nothing here proposes it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.actors import Scope
from models.base import Base
from models.deeds import Deed, require
from models.entry import EntryKind
from models.errors import Refusal, WrongState
from models.ledger import Ledger
from models.people import Person
from models.project import Part, Project

PREFIX = "XY-"


class AgreementTerm(Base):
    """One thing an enterprise is to do by a day. `met_on`: when it was done; a `withdrawn` one was entered wrongly."""

    __tablename__ = "agreement_terms"
    __table_args__ = (Index("ix_agreement_terms_due", "due", "met_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    due: Mapped[date]
    met_on: Mapped[date | None]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    entered_at: Mapped[datetime]

    project: Mapped[Project] = relationship(lazy="joined")

    @property
    def number(self) -> str:
        """How people name it: XY-1."""
        return f"{PREFIX}{self.id}"


def enter(ledger: Ledger, project: Project, text: str, due: date | None, by: Person | None) -> AgreementTerm:
    """Write a term of the agreement down. Raises Forbidden, Refusal without its day or its words."""
    _require(ledger, project, by)
    if due is None or len(text.strip()) < 2:
        raise Refusal("请写明协议约定的事和日期，例如「恒瑞协议约定：2026年12月31日前建成投产」。")
    term = AgreementTerm(
        project_id=project.id, text=text.strip(), due=due, withdrawn=False, entered_at=ledger.now, project=project
    )
    ledger.session.add(term)
    ledger.session.flush()
    _record(ledger, term, by, text, "entered")
    return term


def meet(ledger: Ledger, term: AgreementTerm, by: Person | None, on: date, text: str = "") -> None:
    """The enterprise has done it, on that day. Raises Forbidden, WrongState, Refusal for a day to come."""
    _require(ledger, term.project, by)
    if term.met_on is not None:
        raise WrongState(f"{term.number}已于{term.met_on.isoformat()}记为完成；记错了请先撤销再重新登记。")
    if on > ledger.today:
        raise Refusal(f"{on.isoformat()}还没到，完成以后再报{term.number}。")
    term.met_on = on
    _record(ledger, term, by, text or "已完成", "met")


def amend(ledger: Ledger, term: AgreementTerm, by: Person | None, due: date, reason: str) -> None:
    """Let a supplementary agreement move the day, before it has passed. Raises Forbidden, WrongState, Refusal."""
    _require(ledger, term.project, by)
    if term.met_on is not None or term.due < ledger.today:
        raise WrongState(
            f"{term.number}的日期{term.due.isoformat()}已过或已完成，不再改；"
            f"有补充协议请{ledger.mechanism.office_name}认定客观原因，另登记一条。"
        )
    if len(reason.strip()) < 2:
        raise Refusal(f"请写明依据，例如「{term.number}改到2027年3月31日：补充协议9月20日签订」。")
    term.due = due
    _record(ledger, term, by, reason, "amended")


def withdraw(ledger: Ledger, term: AgreementTerm, by: Person | None, reason: str) -> None:
    """Take back what was entered wrongly: by the office, with the reason. Raises Forbidden, Refusal."""
    require(ledger, by, Deed.WITHDRAW_AGREEMENT)
    if len(reason.strip()) < 2:
        raise Refusal(f"请写明为什么撤销，例如「撤销{term.number} 录重了」。")
    term.withdrawn = True
    _record(ledger, term, by, reason, "withdrawn")


def find_term(ledger: Ledger, number: str) -> AgreementTerm | None:
    """Return the term of a number (XY-1, xy1) that is not withdrawn."""
    digits = number.upper().removeprefix("XY").strip("- ")
    term = ledger.session.get(AgreementTerm, int(digits)) if digits.isdigit() else None
    return term if term is not None and not term.withdrawn else None


def terms(ledger: Ledger, project: Project | None = None) -> list[AgreementTerm]:
    """Return the terms that stand, of one project where asked: what is open first, the soonest first."""
    query = select(AgreementTerm).where(AgreementTerm.withdrawn.is_(False))
    if project is not None:
        query = query.where(AgreementTerm.project_id == project.id)
    return list(ledger.session.scalars(query.order_by(AgreementTerm.met_on.is_not(None), AgreementTerm.due)))


def told(ledger: Ledger, term: AgreementTerm) -> str:
    """Return a term in one line: its number, project, words, day, and what became of it."""
    if term.met_on is not None:
        late = f"，晚{(term.met_on - term.due).days}天" if term.met_on > term.due else ""
        state = f"{term.met_on.isoformat()}完成{late}"
    else:
        state = "已过期未完成" if term.due < ledger.today else "未到期"
    words = f"{enterprise(ledger, term)}{term.text}"
    return f"{term.number}《{term.project.name}》{words}（{term.due.isoformat()}前；{state}）"


def enterprise(ledger: Ledger, term: AgreementTerm) -> str:
    """Return who promised it: the project's builder, where one is named."""
    names = "、".join(term.project.names(Part.BUILDER, ledger.today))
    return f"{names}：" if names else ""


def _require(ledger: Ledger, project: Project, by: Person | None) -> None:
    require(ledger, by, Deed.KEEP_AGREEMENT, Scope(project=project))


def _record(ledger: Ledger, term: AgreementTerm, by: Person | None, text: str, state: str) -> None:
    data = {
        "about": "agreement",
        "term": term.number,
        "state": state,
        "due": term.due.isoformat(),
        "met": term.met_on.isoformat() if term.met_on else None,
    }
    ledger.record(EntryKind.NOTE, text, person=by, project=term.project, data=data)
