"""Where a figure comes from (★8, JZ-17): the entry that told it, who agreed to it, the versions before and after."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select

from models.calendar import SHANGHAI
from models.entry import Entry, EntryKind, of_kinds
from models.ledger import Ledger
from models.periods import shown

FIGURE_KEYS = ("total_amount", "month_amount", "percent")
_NEAR = 0.005  # of 万元: figures are kept to the 元, and asked for as people round them


def find_figure(
    ledger: Ledger, codes: Collection[str], keys: Sequence[str], values: Collection[float]
) -> tuple[Entry, str] | None:
    """Return the newest entry with such a figure, and which it is; of these projects, of any where none is given.

    Without a value it is the newest that stands; with one, also a figure that was corrected since.
    """
    query = select(Entry).where(of_kinds([EntryKind.PROGRESS]), Entry.project.is_not(None))
    if codes:
        query = query.where(Entry.project.in_(list(codes)))
    if values:
        told = [Entry.data[key].as_float().between(value - _NEAR, value + _NEAR) for key in keys for value in values]
    else:
        newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
        told = [Entry.data[key].as_float().is_not(None) for key in keys]
        query = query.where(Entry.seq.not_in(newer))
    entry = ledger.session.scalar(query.where(or_(*told)).order_by(Entry.seq.desc()).limit(1))
    if entry is None:
        return None
    key = next(key for key in keys if _matches(entry.data.get(key), values))
    for older in versions_before(ledger, entry):
        if older.data.get(key) != entry.data.get(key):
            break
        entry = older  # a correction of another figure took this one over
    return entry, key


def _matches(told: float | None, values: Collection[float]) -> bool:
    return told is not None and (not values or any(abs(told - value) <= _NEAR for value in values))


def agreed_to(ledger: Ledger, entry: Entry) -> str:
    """Return who agreed to the report a figure went into, or whose consent it waits for; empty where it went into none."""
    filed = ledger.session.scalar(
        select(Entry)
        .where(Entry.kind == EntryKind.SUBMISSION.value, Entry.message_id == entry.message_id)
        .where(Entry.project == entry.project)
        .order_by(Entry.seq.desc())
        .limit(1)
    )
    if filed is None:
        return ""
    name, version = filed.data.get("duty_name", ""), filed.data.get("version")
    decided = ledger.session.scalars(
        select(Entry).where(Entry.kind == EntryKind.APPROVAL.value, Entry.project == entry.project).order_by(Entry.seq)
    )
    for decision in decided:
        same = all(decision.data.get(key) == filed.data.get(key) for key in ("duty", "period", "version"))
        if same and decision.seq > filed.seq:
            when = decision.time.astimezone(SHANGHAI)
            how = "同意" if decision.data.get("state") == "已报" else "退回"
            return f"{decision.person}{shown(when.date())}{when:%H:%M}{how}（{name}第{version}版）"
    approver = filed.data.get("approver")
    return f"待{approver}同意（{name}第{version}版）" if approver else f"{name}第{version}版，不用审定"


def later_version(ledger: Ledger, entry: Entry) -> Entry | None:
    """Return the entry that took an entry's place, or took it back; None while it stands."""
    return ledger.session.scalar(select(Entry).where(Entry.supersedes == entry.seq).order_by(Entry.seq).limit(1))


def versions_before(ledger: Ledger, entry: Entry) -> list[Entry]:
    """Return the versions an entry took the place of, the latest first."""
    found = []
    older = ledger.session.get(Entry, entry.supersedes) if entry.supersedes else None
    while older is not None:
        found.append(older)
        older = ledger.session.get(Entry, older.supersedes) if older.supersedes else None
    return found
