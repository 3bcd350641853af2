"""Sums checked before they are written: 累计 = 上月累计 + 本月 within one year (mission C04, C15, ★12)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from models.amounts import plain
from models.calendar import local_date
from models.entry import EntryKind
from models.ledger import Ledger
from models.people import Person
from models.project import Project

FIGURES = ("month_amount", "total_amount", "percent")
_LOOKED_AT = 60  # progress lines of one project; a year has fewer that tell a total


@dataclass(frozen=True)
class Clash:
    """Figures that do not add up: with `before` of the month `since`, `month` comes to another sum than `total`."""

    since: str
    before: Decimal
    month: Decimal
    total: Decimal

    @property
    def right_total(self) -> Decimal:
        """The total, where this month's figure is right."""
        return self.before + self.month

    @property
    def right_month(self) -> Decimal:
        """This month's figure, where the total is right; below nothing where the total fell."""
        return self.total - self.before


def total_before(ledger: Ledger, project: Project, period: str) -> tuple[str, Decimal] | None:
    """Return the month before a period with its total as last told; None where that month told none for certain."""
    year, month = int(period[:4]), int(period[5:7])
    if month == 1:
        return None  # a year's total begins anew
    since = f"{year}-{month - 1:02d}"
    for entry in ledger.entries(project=project.code, kinds=(EntryKind.PROGRESS,), limit=_LOOKED_AT):
        if entry.data.get("period") == since and entry.data.get("total_amount") is not None:
            rough = "total_amount" in (entry.data.get("about") or ())
            return None if rough else (since, Decimal(str(entry.data["total_amount"])))
    return None


def told_today(ledger: Ledger, project: Project, period: str, person: Person) -> dict[str, tuple[Decimal, bool]]:
    """Return the figures of a period that somebody has told today, each as last told and whether roughly.

    Bad signal cuts a report in two: each half is checked and completed by the other.
    """
    found: dict[str, tuple[Decimal, bool]] = {}
    for entry in ledger.entries(project=project.code, kinds=(EntryKind.PROGRESS,), limit=_LOOKED_AT):
        if local_date(entry.time) != ledger.today:
            break
        if entry.person_id != person.id or entry.data.get("period") != period:
            continue
        for name in FIGURES:
            if (value := entry.data.get(name)) is not None:
                found.setdefault(name, (Decimal(str(value)), name in (entry.data.get("about") or ())))
    return found


@dataclass(frozen=True)
class Oddity:
    """A figure that can hardly be: `figure` month or total, and how it stands to `limit`, as the asker hears it."""

    figure: str
    limit: str


def oddity_of(
    ledger: Ledger, project: Project, period: str, month: Decimal | None, total: Decimal | None
) -> Oddity | None:
    """Return what is odd about figures that add up: above the investment or the year's plan, or less than before."""
    whole = project.total_investment
    for name, value in (("total", total), ("month", month)):
        if value is not None and whole is not None and value > whole:
            return Oddity(name, f"超过总投资{plain(whole)}万")
    planned = project.annual_investment
    if month is not None and planned is not None and month > planned:
        return Oddity("month", f"超过全年计划{plain(planned)}万")
    if month is not None and total is not None and month > total:
        return Oddity("month", f"比累计{plain(total)}万还多")
    told = _last_total(ledger, project, period) if total is not None else None
    if total is not None and told is not None and total < told[1]:
        return Oddity("total", f"比{int(told[0][5:])}月报的{plain(told[1])}万还少")
    return None


def _last_total(ledger: Ledger, project: Project, period: str) -> tuple[str, Decimal] | None:
    """Return the last certain total told for this year, up to a period, with its month."""
    totals = []
    for entry in ledger.entries(project=project.code, kinds=(EntryKind.PROGRESS,), limit=_LOOKED_AT):
        told = str(entry.data.get("period") or "")
        value = entry.data.get("total_amount")
        certain = value is not None and "total_amount" not in (entry.data.get("about") or ())
        if certain and told[:4] == period[:4] and told <= period:
            totals.append((told, entry.seq, Decimal(str(value))))
    return (max(totals)[0], max(totals)[2]) if totals else None


def clash_of(
    ledger: Ledger, project: Project, period: str, month: Decimal | None, total: Decimal | None
) -> Clash | None:
    """Return how this month's figure and the total fail to add up, None where they do or cannot be checked."""
    if month is None or total is None:
        return None
    told = total_before(ledger, project, period)
    if told is None or told[1] + month == total:
        return None
    return Clash(told[0], told[1], month, total)
