"""Facts for assessment (JZ-25, ZZ-23, DC-27, JZ-26): what happened, when, under which number, and what the unit says.

Results only: no visits counted, no chat, no logins. Every figure can be counted again from the rows; nothing here
scores anybody or proposes what is to be done about it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from models.calendar import SHANGHAI, local_date
from models.delay_rows import kind_name
from models.delays import delays
from models.duties import due_within
from models.entry import Entry, EntryKind
from models.indicators import invested_this_year
from models.ledger import Ledger
from models.people import Unit
from models.project import Part, Project
from models.supervision import SupervisionNotice

_CLASSES = ("责任单位", "乡镇（街道）", "优秀项目业主单位", "个人")
UNIT, TOWNSHIP, OWNER, PERSON = range(4)
_TOLD = (
    EntryKind.NOTICE_ISSUED,
    EntryKind.NOTICE_REPLIED,
    EntryKind.NOTICE_CLOSED,
    EntryKind.SUBMISSION,
    EntryKind.RESOLUTION,
)


@dataclass(frozen=True)
class Fact:
    """One row. `kind` names the sort of fact, `number` is its 文号 or handle, `seq` the ledger's entry (流水号)."""

    award: str
    whose: str
    kind: str
    text: str
    day: date
    number: str
    seq: int | None
    explanation: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return the row for JSON."""
        return {
            "class": self.award,
            "unit": self.whose,
            "kind": self.kind,
            "fact": self.text,
            "date": self.day.isoformat(),
            "number": self.number,
            "seq": self.seq,
            "explanation": self.explanation,
        }


#: What each sort of fact counts: the definition beside the figure.
DEFINITIONS = {
    "被挂牌督办": "年内下发给该单位的挂牌督办通知书件数",
    "按期复函": "期限内五项落实齐全的复函件数",
    "逾期复函": "晚于期限的复函件数",
    "督办销号": "经项目办或督查部门核实销号的督办件数",
    "按期报送": "期限内报出的定期材料份数",
    "逾期报送": "晚于期限报出的定期材料份数",
    "按期办结交办": "时限内核实销号的交办、议定事项件数",
    "逾期办结交办": "晚于时限核实销号的交办、议定事项件数",
    "问题销号": "经核实销号的问题个数",
    "年度投资": "项目年内累计完成投资与年度计划（万元）",
}


def facts(ledger: Ledger, year: int, unit: str = "") -> list[Fact]:
    """Return the year's facts by class, unit and day; of one unit where asked."""
    found = [*_from_entries(ledger, year), *_from_delays(ledger, year), *_from_investment(ledger, year)]
    rows = [fact for fact in found if not unit or fact.whose == unit]
    return sorted(rows, key=lambda fact: (_order(ledger, fact.award), fact.whose, fact.kind, fact.day, fact.seq or 0))


def counted(rows: Iterable[Fact]) -> list[tuple[str, str, str, int]]:
    """Return (class, unit, sort of fact, how many), counted from the rows and from nothing else."""
    counts = Counter((fact.award, fact.whose, fact.kind) for fact in rows)
    return [(*key, number) for key, number in counts.items()]


def award_names(ledger: Ledger) -> tuple[str, ...]:
    """Return what the county calls the four classes it commends (DC-27)."""
    codes = ledger.mechanism.codes.awards
    return codes.names if codes is not None and len(codes.names) == len(_CLASSES) else _CLASSES


def _order(ledger: Ledger, award: str) -> int:
    return award_names(ledger).index(award)


class _Whose:
    """The units and projects a year's entries speak of, read once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self.awards = award_names(ledger)
        self.units = {
            name: unit for unit in ledger.session.scalars(select(Unit)) for name in (unit.name, unit.short_name) if name
        }
        self.projects = {project.code: project for project in ledger.session.scalars(select(Project))}
        self.notices = {notice.number: notice for notice in ledger.session.scalars(select(SupervisionNotice))}

    def award_of(self, unit: str) -> str:
        """Return the class of a unit: townships stand by themselves."""
        found = self.units.get(unit)
        kind = found.kind if found else ""
        return self.awards[TOWNSHIP if "乡" in kind or "镇" in kind or "街道" in kind else UNIT]

    def responsible(self, code: str | None) -> list[str]:
        """Return the units responsible for a project today."""
        project = self.projects.get(code or "")
        if project is None:
            return []
        return [unit.shown for unit in project.units(Part.RESPONSIBLE_UNIT, self._ledger.today)]


def _from_entries(ledger: Ledger, year: int) -> Iterator[Fact]:
    whose = _Whose(ledger)
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    first, after = datetime(year, 1, 1, tzinfo=SHANGHAI), datetime(year + 1, 1, 1, tzinfo=SHANGHAI)
    query = (
        select(Entry)
        .where(Entry.kind.in_([kind.value for kind in _TOLD]), Entry.time >= first, Entry.time < after)
        .where(Entry.seq.not_in(newer))
        .order_by(Entry.seq)
    )
    due = _due_dates(ledger)
    for entry in ledger.session.scalars(query.execution_options(yield_per=1000)):
        for unit, kind, number in _read(entry, whose, due):
            yield _fact(whose.award_of(unit), unit, kind, entry, number)
        yield from _of_people(entry, whose)


def _read(entry: Entry, whose: _Whose, due: Callable[[str, str], date | None]) -> Iterator[tuple[str, str, str]]:
    """Yield (unit, sort of fact, number) of an entry."""
    data, day = entry.data, local_date(entry.time)
    notice = whose.notices.get(str(data.get("notice")))
    if entry.kind == EntryKind.NOTICE_ISSUED.value:
        yield str(data.get("unit") or ""), "被挂牌督办", str(data.get("notice"))
    elif entry.kind == EntryKind.NOTICE_REPLIED.value:
        kind = "逾期复函" if data.get("late_days") else "按期复函"
        yield str(data.get("supervised_unit") or ""), kind, str(data.get("notice"))
    elif entry.kind == EntryKind.NOTICE_CLOSED.value and notice is not None:
        yield notice.unit.shown, "督办销号", notice.number
    elif entry.kind == EntryKind.RESOLUTION.value and "task" in data:
        on_time = day <= date.fromisoformat(data["due"])
        yield str(data["unit"]), "按期办结交办" if on_time else "逾期办结交办", str(data["task"])
    elif entry.kind == EntryKind.RESOLUTION.value and not data.get("look_back"):
        for unit in whose.responsible(entry.project):
            yield unit, "问题销号", str(data.get("problem") or "")
    elif entry.kind == EntryKind.SUBMISSION.value and data.get("period") and "about" not in data:
        last = due(str(data["duty"]), str(data["period"]))
        kind = "逾期报送" if last is not None and day > last else "按期报送"
        for unit in whose.responsible(entry.project) or [str(data.get("subject") or "")]:
            yield unit, kind, f"{data.get('duty_name') or data['duty']} {data['period']}"


def _of_people(entry: Entry, whose: _Whose) -> Iterator[Fact]:
    """Yield the facts of a person: what somebody named got done."""
    if entry.kind == EntryKind.RESOLUTION.value and entry.data.get("task") and entry.data.get("person"):
        name = f"{entry.data['person']}（{entry.data['unit']}）"
        yield _fact(
            whose.awards[PERSON], name, "按期办结交办" if _on_time(entry) else "逾期办结交办", entry, entry.data["task"]
        )


def _on_time(entry: Entry) -> bool:
    return local_date(entry.time) <= date.fromisoformat(entry.data["due"])


def _fact(award: str, whose: str, kind: str, entry: Entry, number: str) -> Fact:
    return Fact(award, whose, kind, entry.text[:200], local_date(entry.time), number, entry.seq)


def _due_dates(ledger: Ledger) -> Callable[[str, str], date | None]:
    """Return a look-up of the date a duty of a period was due, each worked out once."""
    known: dict[str, dict[str, date | None]] = {}

    def due(duty: str, period: str) -> date | None:
        if duty not in known:
            named = [one for one in ledger.mechanism.obligations if one.id == duty and one.recurring]
            start, end = date(ledger.today.year - 1, 1, 1), date(ledger.today.year + 1, 12, 31)
            known[duty] = {
                one.period: one.due for obligation in named for one in due_within(ledger, obligation, start, end)
            }
        return known[duty].get(period)

    return due


def _from_delays(ledger: Ledger, year: int) -> Iterator[Fact]:
    """Yield what is late, or was over late in that year, and not excused, with the unit's own words."""
    awards, whose = award_names(ledger), _Whose(ledger)
    for row in delays(ledger, span=(date(year, 1, 1), date(year, 12, 31))):
        if row.due.year != year:
            continue
        seq = row.evidence[0] if row.evidence else None
        ended = f"，{row.ended.isoformat()}完成" if row.ended else ""
        text = f"{row.what}，应于{row.due.isoformat()}{ended}" + (f"；{row.note}" if row.note else "")
        kind = kind_name(ledger.mechanism, row)
        for unit in row.unit.split("、") if row.unit else [awards[UNIT]]:
            award = whose.award_of(unit)
            yield Fact(award, unit, kind, text, row.due, row.handle, seq, row.explanation or "单位未作说明")


def _from_investment(ledger: Ledger, year: int) -> Iterator[Fact]:
    """Yield what was invested of the year's plan, for those who build and those who answer for it."""
    if year != ledger.today.year:
        return
    whose = _Whose(ledger)
    for code, (amount, seq) in sorted(invested_this_year(ledger).items()):
        project = whose.projects.get(code)
        if project is None or not project.annual_investment:
            continue
        text = f"《{project.name}》累计完成{amount:f}万元，年度计划{project.annual_investment.normalize():f}万元"
        day = ledger.today
        for name in project.names(Part.BUILDER, day):
            yield Fact(whose.awards[OWNER], name, "年度投资", text, day, code, seq)
        for unit in whose.responsible(code):
            yield Fact(whose.award_of(unit), unit, "年度投资", text, day, code, seq)
