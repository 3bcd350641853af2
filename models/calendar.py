"""Working days of a government office: official holidays, make-up days (调休) and deadline arithmetic.

Owns what a working day is and which instants are fit for speaking to people. Everything is local to
Asia/Shanghai, whatever the time zone of the host. The official arrangement of each year lies beside this
file in `holidays.json`; a year without one is computed from weekends and called provisional (暂按周末推算).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_DATA = Path(__file__).with_name("holidays.json")
_DAY = timedelta(days=1)
_SATURDAY = 5


def local_time(instant: datetime) -> datetime:
    """Return `instant` on the wall clock of Asia/Shanghai; ValueError when it carries no time zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(SHANGHAI)


def local_date(instant: datetime) -> date:
    """Return the Shanghai calendar day on which `instant` falls; ValueError when it carries no time zone."""
    return local_time(instant).date()


@dataclass(frozen=True, slots=True)
class _Official:
    """The published arrangements: rest days and make-up working days by holiday name."""

    years: frozenset[int]
    rest: Mapping[date, str]
    work: Mapping[date, str]


@cache
def _official() -> _Official:
    years = json.loads(_DATA.read_text(encoding="utf-8"))["years"]
    return _Official(
        years=frozenset(int(year) for year in years),
        rest=_days(years, "rest"),
        work=_days(years, "work"),
    )


def _days(years: Mapping[str, Mapping[str, Mapping[str, str]]], kind: str) -> dict[date, str]:
    return {date.fromisoformat(day): name for year in years.values() for day, name in year[kind].items()}


def _instead(shipped: Mapping[date, str], entered: Mapping[int, Mapping[date, str]]) -> dict[date, str]:
    kept = {day: name for day, name in shipped.items() if day.year not in entered}
    for days in entered.values():
        kept.update(days)
    return kept


class WorkCalendar:
    """Which days are worked, and counting over them.

    `local_rest` are days off a county adds (地方放假); `overrides` settle single days (True is a working day)
    above everything else; `official_years` are years whose arrangement the office has entered through
    `overrides` before the shipped data knows them.
    """

    def __init__(
        self,
        local_rest: frozenset[date] = frozenset(),
        overrides: Mapping[date, bool] | None = None,
        official_years: frozenset[int] = frozenset(),
    ) -> None:
        self.version = 0
        self._local_rest = local_rest
        self._local_names: Mapping[date, str] = {}
        self._overrides = dict(overrides or {})
        self._official = _official()
        self._years = self._official.years | official_years

    def learn(
        self,
        version: int,
        years: Mapping[int, tuple[Mapping[date, str], Mapping[date, str]]],
        local_rest: Mapping[date, str],
    ) -> None:
        """Take over what the office has entered: (rest, work) of whole years, and the county's days off, by name.

        A year entered stands in the place of the shipped one. `version` says which state of the entries this is.
        """
        shipped = _official()
        self._official = _Official(
            years=shipped.years | years.keys(),
            rest=_instead(shipped.rest, {year: rest for year, (rest, _) in years.items()}),
            work=_instead(shipped.work, {year: work for year, (_, work) in years.items()}),
        )
        self._years = self._years | years.keys()
        self._local_rest, self._local_names = frozenset(local_rest), local_rest
        self.version = version

    def is_workday(self, day: date) -> bool:
        """Tell whether `day` is worked, by weekends alone in a year that is not official."""
        settled = self._overrides.get(day)
        if settled is not None:
            return settled
        if day in self._local_rest or day in self._official.rest:
            return False
        return day in self._official.work or day.weekday() < _SATURDAY

    def is_official(self, year: int) -> bool:
        """Tell whether the State Council's arrangement of `year` is known."""
        return year in self._years

    def is_provisional(self, *days: date | None) -> bool:
        """Tell whether any of `days` lies in a year without an official arrangement."""
        return any(day is not None and not self.is_official(day.year) for day in days)

    def name_of(self, day: date) -> str | None:
        """Return the holiday `day` rests for (国庆节), None on working days and plain weekends."""
        if self.is_workday(day):
            return None
        return self._official.rest.get(day) or self._local_names.get(day)

    def makeup_for(self, day: date) -> str | None:
        """Return the holiday for which `day`, a weekend day, is worked; None otherwise."""
        return self._official.work.get(day) if self.is_workday(day) else None

    def next_workday(self, day: date) -> date:
        """Return the first working day on or after `day`."""
        return next(self._workdays(day, _DAY))

    def previous_workday(self, day: date) -> date:
        """Return the last working day on or before `day`."""
        return next(self._workdays(day, -_DAY))

    def add_workdays(self, start: date, count: int) -> date:
        """Return the `count`-th working day after `start`, which itself is not counted (民法典 201).

        A negative `count` goes backwards; zero is refused with ValueError because "no days later" would
        leave open what a rest day turns into.
        """
        if count == 0:
            raise ValueError("count must not be zero; use next_workday or previous_workday")
        step = _DAY if count > 0 else -_DAY
        days = self._workdays(start + step, step)
        for _ in range(abs(count) - 1):
            next(days)
        return next(days)

    def workdays_between(self, after: date, until: date) -> int:
        """Count working days later than `after` up to and with `until`; negative when `until` is earlier.

        The inverse of :meth:`add_workdays`: going n working days on and counting gives n again.
        """
        if until < after:
            return -sum(self.is_workday(until + _DAY * n) for n in range((after - until).days))
        return sum(self.is_workday(after + _DAY * n) for n in range(1, (until - after).days + 1))

    def _workdays(self, day: date, step: timedelta) -> Iterator[date]:
        while True:
            if self.is_workday(day):
                yield day
            day += step


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of a working day in which the bot may speak first: from `start` on, before `end`."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise ValueError("a window ends after it starts, on the same day")


def is_open(instant: datetime, window: Window, calendar: WorkCalendar) -> bool:
    """Tell whether `instant` lies inside `window` on a working day."""
    here = local_time(instant)
    return calendar.is_workday(here.date()) and window.start <= here.time() < window.end


def next_opening(instant: datetime, window: Window, calendar: WorkCalendar) -> datetime:
    """Return the earliest instant from `instant` on at which :func:`is_open` holds, on Shanghai's clock."""
    here = local_time(instant)
    if is_open(here, window, calendar):
        return here
    day = here.date() if here.time() < window.start else here.date() + _DAY
    return datetime.combine(calendar.next_workday(day), window.start, tzinfo=SHANGHAI)
