"""How each project stands, from the entries that stand: the newest word on each figure, and what is open.

The one source of the figures that the 台账, the list, the chart and an answer in chat show (JZ-08); each knows the
entry it comes from (JZ-17).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.calendar import local_date
from models.entry import Entry, EntryKind

_TOLD = (
    EntryKind.PROGRESS,
    EntryKind.PROBLEM,
    EntryKind.RESOLUTION,
    EntryKind.NOTICE_ISSUED,
    EntryKind.NOTICE_REPLIED,
    EntryKind.NOTICE_CLOSED,
    EntryKind.CORRECTION,
)
_FIGURES = {"total": "total_amount", "month": "month_amount", "percent": "percent"}


@dataclass(frozen=True, slots=True)
class Told:
    """A standing entry as far as the rows need it; `kind` of a correction is that of the entry it corrects."""

    seq: int
    day: date
    kind: EntryKind
    text: str
    data: dict[str, Any]

    @property
    def source(self) -> str:
        """How a cell names it."""
        return f"流水{self.seq}"

    def number(self, key: str) -> str:
        """Return the number of what it speaks of."""
        return str(self.data.get(key) or self.source)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as last told; `whole` is what a percentage is of."""

    value: float
    period: str
    about: bool
    seq: int
    whole: str = ""


@dataclass(slots=True)
class Matter:
    """An open problem or supervision notice, in words for its columns, with the entries they come from."""

    text: str = ""
    solution: str = ""
    due: str = ""
    unit: str = ""
    leader: str = ""
    seqs: dict[str, int] = field(default_factory=dict)

    def tell(self, seq: int, **columns: str) -> None:
        """Take over what an entry says of it; what the entry does not say stays."""
        for column, words in columns.items():
            if words:
                setattr(self, column, words)
                self.seqs[column] = seq


@dataclass(slots=True)
class Standing:
    """How a project stands: the newest word on each figure, and what is open, by number."""

    figures: dict[str, Figure] = field(default_factory=dict)
    latest: Told | None = None
    matters: dict[str, Matter] = field(default_factory=dict)

    def value(self, name: str) -> float | None:
        """Return a figure's value: total, month or percent."""
        figure = self.figures.get(name)
        return figure.value if figure else None


def standings(session: Session, code: str | None = None, before: datetime | None = None) -> dict[str, Standing]:
    """Return how each project stands by its code; `before` leaves out entries from that instant on."""
    found: dict[str, Standing] = defaultdict(Standing)
    for project, told in _standing_entries(session, code, before):
        _READERS[told.kind](found[project], told)
    return found


def _standing_entries(session: Session, code: str | None, before: datetime | None) -> Iterator[tuple[str, Told]]:
    """Yield (project code, entry), oldest first, without what was superseded or taken back."""
    old = aliased(Entry)
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    if before is not None:
        newer = newer.where(Entry.time < before)
    query = (
        select(Entry.seq, Entry.time, Entry.kind, Entry.project, Entry.text, Entry.data, old.kind)
        .outerjoin(old, old.seq == Entry.supersedes)
        .where(Entry.kind.in_([kind.value for kind in _TOLD]), Entry.project.is_not(None))
        .where(Entry.seq.not_in(newer))
        .order_by(Entry.seq)
    )
    if code is not None:
        query = query.where(Entry.project == code)
    if before is not None:
        query = query.where(Entry.time < before)
    for seq, time, kind, project, text, data, corrected in session.execute(query.execution_options(yield_per=1000)):
        if kind == EntryKind.CORRECTION.value:
            kind = data.get("mends") or _restated(data, corrected)
            if kind not in _READERS:
                continue
        yield project, Told(seq, local_date(time), EntryKind(kind), text, data)


def _restated(data: dict[str, Any], corrected: str | None) -> str | None:
    """Return the kind a correction speaks of, unless it only takes back."""
    return None if "撤回" in (data.get("reason") or "") else data.get("corrects") or corrected


def _read_progress(standing: Standing, told: Told) -> None:
    period = told.data.get("period") or told.day.isoformat()[:7]
    about = bool(told.data.get("approximate"))
    whole = told.data.get("percent_of") or "形象进度"
    for name, key in _FIGURES.items():
        if told.data.get(key) is not None:
            standing.figures[name] = Figure(told.data[key], period, about, told.seq, whole)
    standing.latest = told


def _read_problem(standing: Standing, told: Told) -> None:
    if "task" in told.data:
        return  # a task done, not a problem
    number = told.number("problem")
    if told.data.get("state") == "closed":
        standing.matters.pop(number, None)
        return
    matter = standing.matters.setdefault(number, Matter())
    first = told.data.get("matter") in (None, told.text)
    if (told.kind is EntryKind.PROBLEM and first) or not matter.text:
        matter.tell(told.seq, text=f"{told.text}（{told.source}）")
    else:  # what was done about it, waiting to be closed
        matter.tell(told.seq, solution=f"{told.text}（{told.source}）")
    matter.tell(told.seq, due=told.data.get("due") or "", unit=told.data.get("unit") or "")


def _read_notice_issued(standing: Standing, told: Told) -> None:
    matter = standing.matters[told.number("notice")] = Matter()
    matter.tell(
        told.seq,
        text=f"挂牌督办：{told.data.get('matter') or told.text}（{told.source}）",
        due=told.data.get("solve_due") or "",
        unit=told.data.get("unit") or "",
    )


def _read_notice_replied(standing: Standing, told: Told) -> None:
    matter = standing.matters.get(told.number("notice"))
    if matter is None:
        return
    matter.tell(
        told.seq,
        solution=f"{told.data.get('measure') or told.text}（{told.source}）",
        due=told.data.get("deadline") or "",
        unit=told.data.get("unit") or "",
        leader=told.data.get("leader") or "",
    )


def _read_notice_closed(standing: Standing, told: Told) -> None:
    standing.matters.pop(told.number("notice"), None)


_READERS: dict[str, Callable[[Standing, Told], None]] = {
    EntryKind.PROGRESS: _read_progress,
    EntryKind.PROBLEM: _read_problem,
    EntryKind.RESOLUTION: _read_problem,
    EntryKind.NOTICE_ISSUED: _read_notice_issued,
    EntryKind.NOTICE_REPLIED: _read_notice_replied,
    EntryKind.NOTICE_CLOSED: _read_notice_closed,
}
