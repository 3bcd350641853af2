"""Days and periods as rules name them and as people say them: RRULE days, period bounds and labels, words.

Owns the labels that entries carry for a period (`2026-09`, `2026-W38`, `2026-Q3`, `2026-09-H1`, `2026-H1`,
`2026`) and the wording of a collision with a rest day.
"""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
from functools import lru_cache

from dateutil.rrule import rrulestr

from models.calendar import WorkCalendar

_ANCHOR = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # INTERVAL in a cadence counts from here
_WEEKDAYS = "一二三四五六日"
_LABELS = (
    (r"(\d{4})-W(\d\d)", "{0}年第{1}周"),
    (r"(\d{4})-Q(\d)", "{0}年第{1}季度"),
    (r"(\d{4})-H1", "{0}年上半年"),
    (r"(\d{4})-H2", "{0}年下半年"),
    (r"(\d{4})-(\d\d)-H1", "{0}年{1}月上半月"),
    (r"(\d{4})-(\d\d)-H2", "{0}年{1}月下半月"),
    (r"(\d{4})-(\d\d)", "{0}年{1}月"),
    (r"(\d{4})", "{0}年"),
)


def literal_days(cadence: str, start: dt.date, end: dt.date) -> list[dt.date]:
    """Return the days within [start, end] that an RRULE names, in order."""
    days = (day for year in range(start.year, end.year + 1) for day in _days_of_year(cadence, year))
    return [day for day in days if start <= day <= end]


@lru_cache(maxsize=1024)
def _days_of_year(cadence: str, year: int) -> tuple[dt.date, ...]:
    first = dt.datetime(year, 1, 1, tzinfo=dt.UTC)
    rule = rrulestr(cadence, dtstart=min(_ANCHOR, first))
    return tuple(day.date() for day in rule.between(first, first.replace(month=12, day=31), inc=True))


def month_end(day: dt.date) -> dt.date:
    """Return the last day of the month of `day`."""
    return day.replace(day=months.monthrange(day.year, day.month)[1])


def period_of(kind: str, day: dt.date) -> tuple[dt.date, dt.date, str]:
    """Return first day, last day and label of the period around `day`; `kind` as an obligation's `period`."""
    if kind == "week":
        monday = day - dt.timedelta(days=day.weekday())
        year, week, _ = day.isocalendar()
        return monday, monday + dt.timedelta(days=6), f"{year}-W{week:02d}"
    if kind == "half_month":
        return _half_month(day)
    length = {"month": 1, "two_months": 2, "quarter": 3, "half_year": 6, "year": 12}[kind]
    first = day.replace(month=(day.month - 1) // length * length + 1, day=1)
    last = month_end(first.replace(month=first.month + length - 1))
    number = (first.month - 1) // length + 1
    label = {
        "month": f"{first:%Y-%m}",
        "two_months": f"{last:%Y-%m}",
        "quarter": f"{first.year}-Q{number}",
        "half_year": f"{first.year}-H{number}",
        "year": f"{first.year}",
    }[kind]
    return first, last, label


def _half_month(day: dt.date) -> tuple[dt.date, dt.date, str]:
    if day.day <= 15:
        return day.replace(day=1), day.replace(day=15), f"{day:%Y-%m}-H1"
    return day.replace(day=16), month_end(day), f"{day:%Y-%m}-H2"


def period_words(label: str) -> str:
    """Say a period's label in Chinese: 2026-W38 is 2026年第38周; an unknown label comes back as it is."""
    for pattern, words in _LABELS:
        if found := re.fullmatch(pattern, label):
            numbers = [int(part) for part in found.groups()]
            quarter = "一二三四"[numbers[1] - 1] if "季度" in words else ""
            return words.format(numbers[0], quarter) if quarter else words.format(*numbers)
    return label


def period_said(label: str, today: dt.date) -> str:
    """Say a period as people do on a day of it: 本周, 9月, 第三季度; the year only where it is another."""
    if label == period_of("week", today)[2]:
        return "本周"
    words = period_words(label)
    return re.sub(r"(?<=月)0", "", words.removeprefix(f"{today.year}年")) or words


def shown(day: dt.date) -> str:
    """Write a day as people say it: 9月24日."""
    return f"{day.month}月{day.day}日"


def why_not_worked(day: dt.date, calendar: WorkCalendar) -> str | None:
    """Say why `day` is not an ordinary working day (中秋节, 星期日), None when it is."""
    if calendar.is_workday(day):
        return None
    weekend = f"星期{_WEEKDAYS[day.weekday()]}" if day.weekday() >= 5 else "本地休息日"
    return calendar.name_of(day) or weekend


def moved(literal: dt.date, to: dt.date, words: str, calendar: WorkCalendar) -> str | None:
    """Say that `literal` is a rest day and what is done instead, on day `to`; None when nothing collides."""
    reason = why_not_worked(literal, calendar)
    if reason is None:
        return None
    made_up = f"（星期{_WEEKDAYS[to.weekday()]}，调休上班）" if to.weekday() >= 5 else ""
    return f"{shown(literal)}为{reason}，{words}{shown(to)}{made_up}"


def weekday_words(day: dt.date) -> str:
    """Say the day of the week: 星期三."""
    return f"星期{_WEEKDAYS[day.weekday()]}"
