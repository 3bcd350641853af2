"""Working days, the vectors of the written rules for 2026, and the hours in which the bot may speak."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta, timezone

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import SHANGHAI, Window, WorkCalendar, is_open, local_date, next_opening

CALENDAR = WorkCalendar()
HOURS = Window(time(8, 0), time(18, 30))
OFFICIAL_YEARS = range(2020, 2027)
days = st.dates(date(2020, 1, 2), date(2026, 12, 30))


def every_day(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


@pytest.mark.parametrize("year", OFFICIAL_YEARS)
def test_every_day_of_an_official_year_agrees_with_the_independent_library(year: int) -> None:
    for day in every_day(date(year, 1, 1), date(year, 12, 31)):
        assert CALENDAR.is_workday(day) == chinese_calendar.is_workday(day), day


@pytest.mark.parametrize("year", OFFICIAL_YEARS)
def test_holiday_names_agree_with_the_independent_library(year: int) -> None:
    for day in every_day(date(year, 1, 1), date(year, 12, 31)):
        off, name = chinese_calendar.get_holiday_detail(day)
        expected = chinese_calendar.Holiday(name).chinese if off and name else None
        assert (CALENDAR.name_of(day) or "").removesuffix("节") == (expected or "").removesuffix("节"), day


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("2026-01-01", "2026-01-03", "元旦"),
        ("2026-02-15", "2026-02-23", "春节"),
        ("2026-04-04", "2026-04-06", "清明节"),
        ("2026-05-01", "2026-05-05", "劳动节"),
        ("2026-06-19", "2026-06-21", "端午节"),
        ("2026-09-25", "2026-09-27", "中秋节"),
        ("2026-10-01", "2026-10-07", "国庆节"),
    ],
)
def test_the_holidays_of_2026_rest_under_their_names(first: str, last: str, name: str) -> None:
    for day in every_day(date.fromisoformat(first), date.fromisoformat(last)):
        assert not CALENDAR.is_workday(day)
        assert CALENDAR.name_of(day) == name


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        ("2026-01-04", "元旦"),
        ("2026-02-14", "春节"),
        ("2026-02-28", "春节"),
        ("2026-05-09", "劳动节"),
        ("2026-09-20", "国庆节"),
        ("2026-10-10", "国庆节"),
    ],
)
def test_the_make_up_weekends_of_2026_are_worked_and_say_for_what(day: str, holiday: str) -> None:
    made_up = date.fromisoformat(day)
    assert made_up.weekday() >= 5
    assert CALENDAR.is_workday(made_up)
    assert CALENDAR.name_of(made_up) is None
    assert CALENDAR.makeup_for(made_up) == holiday


REPLY_VECTORS = [
    ("2025-12-31", "2026-01-06"),
    ("2026-02-12", "2026-02-24"),
    ("2026-02-13", "2026-02-25"),
    ("2026-04-30", "2026-05-08"),
    ("2026-05-07", "2026-05-11"),
    ("2026-06-17", "2026-06-23"),
    ("2026-09-16", "2026-09-20"),
    ("2026-09-17", "2026-09-21"),
    ("2026-09-18", "2026-09-22"),
    ("2026-09-23", "2026-09-29"),
    ("2026-09-24", "2026-09-30"),
    ("2026-09-28", "2026-10-08"),
    ("2026-09-29", "2026-10-09"),
    ("2026-09-30", "2026-10-10"),
    ("2026-10-01", "2026-10-10"),
    ("2026-10-09", "2026-10-13"),
    ("2026-10-10", "2026-10-14"),
    ("2026-09-19", "2026-09-22"),
]


@pytest.mark.parametrize(("received", "due"), REPLY_VECTORS)
def test_three_working_days_leave_out_the_day_of_receipt(received: str, due: str) -> None:
    assert CALENDAR.add_workdays(date.fromisoformat(received), 3) == date.fromisoformat(due)


@pytest.mark.parametrize(
    ("literal", "line"),
    [
        ("2026-01-25", "2026-01-23"),
        ("2026-02-25", "2026-02-25"),
        ("2026-03-25", "2026-03-25"),
        ("2026-04-25", "2026-04-24"),
        ("2026-05-25", "2026-05-25"),
        ("2026-06-25", "2026-06-25"),
        ("2026-07-25", "2026-07-24"),
        ("2026-08-25", "2026-08-25"),
        ("2026-09-25", "2026-09-24"),
        ("2026-10-25", "2026-10-23"),
        ("2026-11-25", "2026-11-25"),
        ("2026-12-25", "2026-12-25"),
    ],
)
def test_reminders_of_the_25th_aim_at_the_last_working_day_up_to_it(literal: str, line: str) -> None:
    assert CALENDAR.previous_workday(date.fromisoformat(literal)) == date.fromisoformat(line)


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ("2026-04-06", "2026-04-07"),
        ("2026-05-04", "2026-05-06"),
        ("2026-10-05", "2026-10-08"),
        ("2026-06-01", "2026-06-01"),
    ],
)
def test_a_meeting_on_a_holiday_moves_to_the_next_working_day(literal: str, expected: str) -> None:
    assert CALENDAR.next_workday(date.fromisoformat(literal)) == date.fromisoformat(expected)


@given(start=days, count=st.integers(1, 60))
def test_adding_and_counting_working_days_are_inverse(start: date, count: int) -> None:
    end = CALENDAR.add_workdays(start, count)
    assert CALENDAR.is_workday(end)
    assert CALENDAR.workdays_between(start, end) == count
    assert CALENDAR.workdays_between(end, start) == -(count - 1 + CALENDAR.is_workday(start))


@given(start=days, count=st.integers(1, 60))
def test_going_back_undoes_going_on_from_a_working_day(start: date, count: int) -> None:
    day = CALENDAR.next_workday(start)
    assert CALENDAR.add_workdays(CALENDAR.add_workdays(day, count), -count) == day


@given(first=days, second=days, third=days)
def test_counts_of_adjacent_spans_add_up(first: date, second: date, third: date) -> None:
    a, b, c = sorted((first, second, third))
    assert CALENDAR.workdays_between(a, b) + CALENDAR.workdays_between(b, c) == CALENDAR.workdays_between(a, c)


@given(day=days)
def test_the_nearest_working_days_enclose_the_day_and_nothing_worked_lies_between(day: date) -> None:
    before, after = CALENDAR.previous_workday(day), CALENDAR.next_workday(day)
    assert before <= day <= after
    worked = [d for d in every_day(before, after) if CALENDAR.is_workday(d)]
    assert worked == sorted({before, after})


def test_zero_working_days_is_a_question_without_an_answer() -> None:
    with pytest.raises(ValueError, match="zero"):
        CALENDAR.add_workdays(date(2026, 9, 25), 0)


def test_a_year_without_arrangement_is_computed_from_weekends_and_provisional() -> None:
    assert not CALENDAR.is_official(2027)
    assert CALENDAR.is_workday(date(2027, 10, 1))
    assert not CALENDAR.is_workday(date(2027, 10, 2))
    assert CALENDAR.is_provisional(date(2026, 12, 31), None, date(2027, 1, 4))
    assert not CALENDAR.is_provisional(date(2026, 12, 31), None)


def test_a_year_the_office_has_entered_itself_is_official() -> None:
    entered = WorkCalendar(overrides={date(2027, 1, 1): False}, official_years=frozenset({2027}))
    assert not entered.is_workday(date(2027, 1, 1))
    assert not entered.is_provisional(date(2027, 1, 1))


def test_a_county_rests_on_its_own_days_and_single_days_can_be_settled() -> None:
    local = date(2026, 4, 20)
    county = WorkCalendar(local_rest=frozenset({local}), overrides={date(2026, 10, 1): True})
    assert CALENDAR.is_workday(local)
    assert not county.is_workday(local)
    assert county.is_workday(date(2026, 10, 1))
    assert county.name_of(date(2026, 10, 1)) is None
    assert WorkCalendar(frozenset({local}), {local: True}).is_workday(local)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("instant", "opening"),
    [
        ("2026-09-17 07:59", "2026-09-17 08:00"),
        ("2026-09-17 08:00", "2026-09-17 08:00"),
        ("2026-09-17 18:29", "2026-09-17 18:29"),
        ("2026-09-17 18:30", "2026-09-18 08:00"),
        ("2026-09-17 21:40", "2026-09-18 08:00"),
        ("2026-09-18 20:00", "2026-09-20 08:00"),  # Saturday rests, the Sunday is worked
        ("2026-09-24 19:00", "2026-09-28 08:00"),
        ("2026-10-01 09:00", "2026-10-08 08:00"),
        ("2026-02-14 18:30", "2026-02-24 08:00"),
    ],
)
def test_speaking_waits_for_the_next_open_hour(instant: str, opening: str) -> None:
    assert next_opening(at(instant), HOURS, CALENDAR) == at(opening)
    assert is_open(at(opening), HOURS, CALENDAR)
    assert is_open(at(instant), HOURS, CALENDAR) == (instant == opening)


@given(instant=st.datetimes(datetime(2020, 1, 2), datetime(2026, 12, 20), timezones=st.just(UTC)))  # noqa: DTZ001
def test_an_opening_is_open_and_never_earlier(instant: datetime) -> None:
    opening = next_opening(instant, HOURS, CALENDAR)
    assert opening >= instant
    assert is_open(opening, HOURS, CALENDAR)
    assert opening == instant or not is_open(instant, HOURS, CALENDAR)


def test_the_local_day_does_not_depend_on_the_zone_an_instant_came_in() -> None:
    late = datetime(2026, 9, 24, 16, 30, tzinfo=UTC)
    assert local_date(late) == date(2026, 9, 25)
    assert local_date(late.astimezone(timezone(timedelta(hours=-8)))) == date(2026, 9, 25)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 9, 24))  # noqa: DTZ001


def test_a_window_over_midnight_is_refused() -> None:
    with pytest.raises(ValueError, match="same day"):
        Window(time(18, 30), time(8, 0))


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Shanghai"])
def test_a_host_in_another_zone_gives_the_same_answers(zone: str) -> None:
    code = (
        "from datetime import *; from models.calendar import *; c = WorkCalendar();"
        "t = datetime(2026, 9, 24, 16, 30, tzinfo=timezone.utc);"
        "print(local_date(t), next_opening(t, Window(time(8), time(18, 30)), c).isoformat())"
    )
    seen = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout.split() == ["2026-09-25", "2026-09-28T08:00:00+08:00"]
