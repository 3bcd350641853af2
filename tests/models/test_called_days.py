"""A called meeting overrides the rule's proposal wherever days are counted from it (DC-15, DC-19, A4)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import WorkCalendar
from models.called import NOTHING, Called, read_called, stored
from models.mechanism import Mechanism, load_mechanism
from models.meeting_plan import meeting_plan
from models.obligation import calendar_events, current, occurrences

CALENDAR = WorkCalendar()
DANCHENG = load_mechanism("dancheng")
OCTOBER = st.dates(date(2026, 10, 8), date(2026, 11, 20))


def due(duty: str, called: Called, mechanism: Mechanism = DANCHENG) -> date | None:
    found = occurrences(mechanism.obligation(duty), date(2026, 9, 1), date(2026, 12, 20), CALENDAR, mechanism, called)
    return next(one.due for one in found if one.period == "2026-10")


@given(OCTOBER)
def test_what_is_counted_from_a_meeting_follows_its_notice_and_keeps_its_period(day: date) -> None:
    called = Called({"2026-10": day})
    plan = meeting_plan(2026, 10, DANCHENG, CALENDAR, called)
    assert (plan.period, plan.day) == ("2026-10", day)
    assert due("dc.meeting", called) == day
    assert due("dc.materials", called) == CALENDAR.previous_workday(day - timedelta(days=7))
    assert due("dc.bulletin", called) == CALENDAR.add_workdays(day, 3)


def test_other_months_keep_the_rules_days() -> None:
    called = Called({"2026-10": date(2026, 10, 19)})
    november = meeting_plan(2026, 11, DANCHENG, CALENDAR, called)
    assert november == meeting_plan(2026, 11, DANCHENG, CALENDAR)
    assert due("dc.materials", NOTHING) == date(2026, 9, 30)


def test_the_offices_own_day_for_the_collection_notice_settles_the_clash() -> None:
    plan = meeting_plan(2026, 3, DANCHENG, CALENDAR)
    assert plan.ask_office and plan.collection == date(2026, 2, 9)
    settled = meeting_plan(2026, 3, DANCHENG, CALENDAR, Called({}, {"2026-03": date(2026, 2, 10)}))
    assert (settled.collection, settled.ask_office, settled.collection_clash) == (date(2026, 2, 10), False, None)


def test_the_years_calendar_and_the_period_in_force_follow_the_notice() -> None:
    called = Called({"2026-10": date(2026, 10, 19)})
    events = calendar_events(DANCHENG, date(2026, 10, 1), date(2026, 10, 31), CALENDAR, called)
    assert [event.date for event in events if event.duty == "dc.meeting" and event.kind == "meeting"] == [
        date(2026, 10, 19)
    ]
    now = current(DANCHENG.obligation("dc.materials"), date(2026, 10, 13), CALENDAR, DANCHENG, called)
    assert (now.period, now.due) == ("2026-10", date(2026, 10, 12))


@given(st.dictionaries(st.sampled_from(["2026-09", "2026-10", "2027-01"]), OCTOBER))
def test_what_is_kept_is_what_is_read(days: dict[str, date]) -> None:
    assert read_called(stored(Called(days, days))) == Called(days, days)
    assert read_called(None) is NOTHING


@pytest.mark.parametrize("month", range(1, 13))
def test_nothing_called_leaves_every_month_as_the_rule_has_it(month: int) -> None:
    assert meeting_plan(2026, month, DANCHENG, CALENDAR, NOTHING) == meeting_plan(2026, month, DANCHENG, CALENDAR)
