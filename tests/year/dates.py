"""The year 2026 reckoned a second time, by other means than the product's: when which duty must be reminded of.

Nothing here is imported from the product. The days off are typed from the State Council's arrangement of
2025-11-04, the rules from the three notices.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)


def _span(first: str, last: str) -> set[date]:
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    return {start + DAY * n for n in range((end - start).days + 1)}


OFF = (
    _span("2026-01-01", "2026-01-03")
    | _span("2026-02-15", "2026-02-23")
    | _span("2026-04-04", "2026-04-06")
    | _span("2026-05-01", "2026-05-05")
    | _span("2026-06-19", "2026-06-21")
    | _span("2026-09-25", "2026-09-27")
    | _span("2026-10-01", "2026-10-07")
)
ON = {date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)}
WORKED = {
    day
    for day in (date(2025, 12, 1) + DAY * n for n in range(430))
    if day in ON or (day.weekday() < 5 and day not in OFF)
}


def at_or_before(day: date) -> date:
    """Return the last worked day up to a day."""
    while day not in WORKED:
        day -= DAY
    return day


def at_or_after(day: date) -> date:
    """Return the first worked day from a day on."""
    while day not in WORKED:
        day += DAY
    return day


def back(day: date, count: int) -> date:
    """Go back so many worked days from a worked day."""
    for _ in range(count):
        day = at_or_before(day - DAY)
    return day


@dataclass(frozen=True)
class Due:
    """A duty in one period: its label, its date, the days on which it is told."""

    duty: str
    period: str
    due: date
    told: tuple[date, ...]
    report: bool = False


def weeks(duty: str, ladder: tuple[int, ...]) -> Iterator[Due]:
    """Yield the weeks of the year that have a worked day; a day before Monday is told on the line itself."""
    monday = date(2025, 12, 29)
    while monday.year < 2027:
        sunday = monday + DAY * 6
        if any(monday + DAY * n in WORKED for n in range(7)):
            line = at_or_before(sunday)
            told = {day if day >= monday else line for day in (back(line, step) for step in ladder)}
            year, week, _ = sunday.isocalendar()
            yield Due(duty, f"{year}-W{week:02d}", sunday, tuple(sorted(told)))
        monday += DAY * 7


def last_of(year: int, month: int) -> date:
    """Return a month's last day."""
    return (date(year, month, 28) + DAY * 4).replace(day=1) - DAY


def month_ends(
    duty: str, ladder: tuple[int, ...], *, worked: bool = False, report: bool = False, also: int = 0
) -> Iterator[Due]:
    """Yield the months: due on the last day, or the last worked day; `also` is a day of the month told besides."""
    for month in range(1, 13):
        end = last_of(2026, month)
        due = at_or_before(end) if worked else end
        line = at_or_before(end)
        told = {back(line, step) for step in ladder} | ({at_or_before(date(2026, month, also))} if also else set())
        first = date(2026, month, 1)
        told = {day if day >= first else line for day in told}
        yield Due(duty, f"2026-{month:02d}", due, tuple(sorted(told)), report)


def the_25th(
    duty: str, ladder: tuple[int, ...], months: range | tuple[int, ...], *, quarter: bool = False
) -> Iterator[Due]:
    """Yield the 25ths: the literal day judges, the last worked day up to it is told on."""
    for month in months:
        due = date(2026, month, 25)
        told = tuple(sorted(back(at_or_before(due), step) for step in ladder))
        yield Due(duty, f"2026-Q{(month + 2) // 3}" if quarter else f"2026-{month:02d}", due, told, report=True)


def materials(duty: str, ladder: tuple[int, ...]) -> Iterator[Due]:
    """Yield the material before each month's proposed meeting: first Monday, a week before, the earlier worked day.

    The call for it opens the period: on the 20th of the month before, or where that leaves fewer than three worked
    days, five worked days before the material is due.
    """
    for first in [*(date(2026, month, 1) for month in range(1, 13)), date(2027, 1, 1)]:
        meeting = at_or_after(first + DAY * ((7 - first.weekday()) % 7))
        due = at_or_before(meeting - DAY * 7)
        call = at_or_before((first - DAY).replace(day=20))
        if sum(call + DAY * n in WORKED for n in range(1, (due - call).days + 1)) < 3:
            call = back(due, 5)
        told = {day if day >= call else due for day in (back(due, step) for step in ladder)}
        yield Due(duty, f"{meeting:%Y-%m}", due, tuple(sorted(told)), report=True)


EXPECTED = {
    "dancheng": (
        *weeks("dc.weekly-leader", (1,)),
        *weeks("dc.weekly-unit", (1,)),
        *materials("dc.materials", (1, 0)),
    ),
    "zhangzi": (
        *month_ends("zz.monthly-dispatch", (5,)),
        *month_ends("zz.monthly-leader", (5,)),
        *month_ends("zz.monthly-head", (5,)),
        *month_ends("zz.monthly-report", (1,), worked=True, report=True),
    ),
    "jiaozuo": (
        *month_ends("jz.taskforce-meeting", (5,)),
        *month_ends("jz.monthly-supervision", (5,)),
        *month_ends("jz.lead-unit-feedback", (1,), worked=True, report=True),
        *the_25th("jz.monthly-report", (0,), range(1, 13)),
        *the_25th("jz.quarterly-report", (3, 0), (3, 6, 9, 12), quarter=True),
    ),
}
