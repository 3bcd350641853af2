"""Who owes which recurring duty on a day, and which entry of the ledger paid it (★4): one row a duty and subject."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from models.duties import occurrence_on, payments
from models.entry import ENTRY_LABELS, Entry, EntryKind
from models.ledger import Ledger
from models.mechanism import Obligation
from models.obligation import Occurrence
from models.people import Person
from models.periods import period_words
from models.subjects import Subject, subjects, subjects_of


@dataclass(frozen=True)
class DutyRow:
    """One duty of one subject in the period that holds the day."""

    duty: Obligation
    occurrence: Occurrence
    subject: Subject
    paid: bool
    entry: Entry | None
    """What paid; None too where the payment came before the ledger kept it."""

    @property
    def owed(self) -> bool:
        """Whether somebody still has to do it."""
        return not self.paid and not self.occurrence.waived

    @property
    def period(self) -> str:
        """The period in Chinese."""
        return period_words(self.occurrence.period)

    @property
    def owners(self) -> str:
        """Who does it, or that nobody is named."""
        return "、".join(person.name for person in self.subject.owners) or "（空缺）"

    @property
    def paid_by(self) -> str:
        """Which entry paid, in words: 台账第41条 现场办公 周建国."""
        if self.entry is None:
            return "—"
        label = ENTRY_LABELS[EntryKind(self.entry.kind)]
        return " ".join(part for part in (f"台账第{self.entry.seq}条", label, self.entry.person or "") if part)


def duty_rows(ledger: Ledger, day: date, *, person: Person | None = None, duty: str = "") -> list[DutyRow]:
    """Return the rows of the periods that hold `day`, of everybody or of what one person acts for."""
    found = []
    for obligation in ledger.mechanism.obligations:
        if not obligation.recurring or duty not in ("", obligation.id):
            continue
        occurrence = occurrence_on(ledger, obligation, day)
        if occurrence is not None:
            owing = subjects_of(ledger, obligation, person) if person else subjects(ledger, obligation)
            found += list(_rows(ledger, obligation, occurrence, owing))
    return found


def _rows(ledger: Ledger, duty: Obligation, occurrence: Occurrence, owing: list[Subject]) -> Iterator[DutyRow]:
    paid = payments(ledger, duty, occurrence.period)
    numbers = [payment.entry_seq for payment in paid.values() if payment.entry_seq]
    entries = {entry.seq: entry for entry in ledger.session.scalars(select(Entry).where(Entry.seq.in_(numbers)))}
    for subject in owing:
        payment = paid.get(subject.key)
        entry = entries.get(payment.entry_seq) if payment and payment.entry_seq else None
        yield DutyRow(duty, occurrence, subject, payment is not None, entry)
