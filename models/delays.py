"""四类未按时 (ZZ-22, DC-28): the lists, with the unit's words and the office's finding of the cause beside each row.

What waits above is nobody's fault below (JZ-13); what the office has found to be beyond the unit's power (客观) is on
no list (DC-28). These are facts for people who decide. The rows are found in `models/delay_rows.py`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.deeds import Deed, may, require
from models.delay_rows import Delay, ended_late, late_now
from models.entry import EntryKind
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.people import Person
from models.rights import belongs_to

CAUSES = ("主观", "客观")
_OBJECTIVE = "客观"


class Explanation(Base):
    """What a unit says of one delay, and what the office found its cause to be (DC-28). `key` is the delay's."""

    __tablename__ = "explanations"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    text: Mapped[str] = mapped_column(Text, default="")
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    explained_at: Mapped[datetime | None]
    cause: Mapped[str] = mapped_column(String(20), default="")
    finding: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=person_id)


def delays(
    ledger: Ledger, *, unit: str = "", with_excused: bool = False, span: tuple[date, date] | None = None
) -> list[Delay]:
    """Return the lists as they stand today, of one unit where asked; the excused only where asked.

    With a `span` of days also what was late and was over within it.
    """
    ended = ended_late(ledger, *span) if span else ()
    found = sorted([*late_now(ledger), *ended], key=lambda row: (row.kind, row.due, row.key))
    said = _explanations(ledger, [row.key for row in found])
    rows = [_told(row, said.get(row.key)) for row in found]
    return [
        row for row in rows if (with_excused or row.cause != _OBJECTIVE) and (not unit or unit in row.unit.split("、"))
    ]


def find_delay(ledger: Ledger, handle: str) -> Delay | None:
    """Return the delay people call by a handle (JB-3, P07开工, P07土地摘牌), one that was over this year included."""
    wanted, year = _squeeze(handle), (date(ledger.today.year, 1, 1), ledger.today)
    return next((row for row in delays(ledger, with_excused=True, span=year) if _squeeze(row.handle) == wanted), None)


def explain(ledger: Ledger, delay: Delay, person: Person | None, text: str) -> None:
    """Keep the unit's own explanation beside the fact; the newest one counts. Raises Forbidden for other units."""
    if person is not None and not _is_own(ledger, delay, person):
        raise Forbidden(f"没有找到「{delay.handle}」，或者不归您单位办理；可发「未按时清单」看一看。")
    if len(text.strip()) < 2:
        raise Refusal(f"请写明原因，例如「{delay.handle}说明：土地指标9月才批复」。")
    row = _row(ledger, delay.key)
    row.text, row.person_id, row.explained_at = text.strip(), (person.id if person else None), ledger.now
    _record(ledger, delay, text, person, state="explained")


def decide_cause(ledger: Ledger, delay: Delay, person: Person | None, cause: str, finding: str) -> None:
    """认定 主观 or 客观, with what was found, by the office alone (DC-28)."""
    require(ledger, person, Deed.EXCUSE_DELAY)
    if len(finding.strip()) < 2:
        raise Refusal(f"请写明认定依据，例如「认定{delay.handle}客观：省级指标9月30日才下达」。")
    row = _row(ledger, delay.key)
    row.cause, row.finding = cause, finding.strip()
    row.decided_by, row.decided_at = (person.id if person else None), ledger.now
    _record(ledger, delay, finding, person, state="decided", cause=cause)


# --- what is said of them -------------------------------------------------------------------------------


def _explanations(ledger: Ledger, keys: list[str]) -> dict[str, Explanation]:
    rows = ledger.session.scalars(select(Explanation).where(Explanation.key.in_(keys)))
    return {row.key: row for row in rows}


def _told(row: Delay, said: Explanation | None) -> Delay:
    if said is None:
        return row
    return replace(row, explanation=said.text, cause=said.cause)


def _row(ledger: Ledger, key: str) -> Explanation:
    row = ledger.session.scalar(select(Explanation).where(Explanation.key == key))
    if row is None:
        row = Explanation(key=key, text="", cause="", finding="")
        ledger.session.add(row)
    return row


def _is_own(ledger: Ledger, delay: Delay, person: Person) -> bool:
    """Whether a delay is the person's to explain: his unit's, or any for the office; of no unit's, the project's."""
    if may(ledger, person, Deed.EXCUSE_DELAY):
        return True
    if delay.unit:
        return person.unit.shown in delay.unit.split("、")
    return delay.project is not None and belongs_to(ledger, person, delay.project)


def _record(
    ledger: Ledger, delay: Delay, text: str, person: Person | None, *, state: str, cause: str | None = None
) -> None:
    ledger.record(
        EntryKind.NOTE,
        text,
        person=person,
        project=delay.project,
        data={
            "about": "delay",
            "delay": delay.key,
            "thing": delay.handle,
            "state": state,
            "due": delay.due.isoformat(),
            "unit": delay.unit,
            "cause": cause,
        },
    )


def _squeeze(handle: str) -> str:
    return handle.upper().replace("-", "").replace(" ", "").replace("《", "").replace("》", "")
