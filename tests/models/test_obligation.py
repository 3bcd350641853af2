"""When duties fall in 2026: the tables of the written rules, row by row, and the year as one calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import bot.simulator
from models.calendar import SHANGHAI, WorkCalendar
from models.mechanism import Conflicts, Mechanism, Obligation, load_mechanism
from models.obligation import (
    Occurrence,
    calendar_events,
    current,
    end_of,
    ladder_days,
    occurrences,
    reply_due,
)

CALENDAR = WorkCalendar()
JIAOZUO = load_mechanism("jiaozuo")
ZHANGZI = load_mechanism("zhangzi")
DANCHENG = load_mechanism("dancheng")
PINGLAN = load_mechanism(Path(bot.simulator.__path__[0]) / "pinglan.yaml")
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}" if len(text) == 5 else text)


def in_2026(mechanism: Mechanism, duty: str) -> list[Occurrence]:
    return list(occurrences(mechanism.obligation(duty), *YEAR, CALENDAR, mechanism))


# --- the 25th -------------------------------------------------------------------------------------------

TWENTY_FIFTH = [
    ("01-25", "01-23"),
    ("02-25", "02-25"),
    ("03-25", "03-25"),
    ("04-25", "04-24"),
    ("05-25", "05-25"),
    ("06-25", "06-25"),
    ("07-25", "07-24"),
    ("08-25", "08-25"),
    ("09-25", "09-24"),
    ("10-25", "10-23"),
    ("11-25", "11-25"),
    ("12-25", "12-25"),
]


@pytest.mark.parametrize(
    ("mechanism", "duty"), [(JIAOZUO, "jz.monthly-report"), (PINGLAN, "pl.monthly-report")], ids=["jz", "pl"]
)
def test_the_25th_is_judged_literally_and_reminded_on_the_last_working_day_up_to_it(
    mechanism: Mechanism, duty: str
) -> None:
    found = in_2026(mechanism, duty)
    assert [(one.due, one.remind_on) for one in found] == [(day(due), day(line)) for due, line in TWENTY_FIFTH]
    assert all(one.reminders == (one.remind_on,) for one in found)
    assert [one.period for one in found] == [f"2026-{month:02d}" for month in range(1, 13)]


def test_the_25ths_that_collide_say_so() -> None:
    clashes = [one.clash for one in in_2026(JIAOZUO, "jz.monthly-report") if one.clash]
    assert clashes == [
        "1月25日为星期日，提醒提前至1月23日",
        "4月25日为星期六，提醒提前至4月24日",
        "7月25日为星期六，提醒提前至7月24日",
        "9月25日为中秋节，提醒提前至9月24日",
        "10月25日为星期日，提醒提前至10月23日",
    ]


def test_the_quarterly_report_falls_on_the_25th_of_the_last_month() -> None:
    found = in_2026(JIAOZUO, "jz.quarterly-report")
    assert [(one.period, one.due) for one in found] == [
        ("2026-Q1", day("03-25")),
        ("2026-Q2", day("06-25")),
        ("2026-Q3", day("09-25")),
        ("2026-Q4", day("12-25")),
    ]
    assert found[2].starts == day("07-01")
    assert found[2].remind_on == day("09-24")
    assert [part.name for part in JIAOZUO.obligation("jz.quarterly-report").parts] == [
        "季度工作情况",
        "存在问题",
        "下季度工作打算",
        "招商引资项目",
        "重大项目谋划",
    ]


def test_a_county_may_settle_that_the_25th_moves_to_an_earlier_working_day() -> None:
    county = JIAOZUO.model_copy(update={"conflicts": Conflicts(fixed_day="earlier_workday")})
    september = in_2026(county, "jz.monthly-report")[8]
    assert september.due == day("09-24")
    assert september.clash == "9月25日为中秋节，截止提前至9月24日"


# --- months, weeks, halves ------------------------------------------------------------------------------


def test_a_monthly_duty_without_a_day_ends_on_the_last_working_day() -> None:
    dues = [one.due for one in in_2026(ZHANGZI, "zz.monthly-report")]
    expected = [
        "01-30",
        "02-28",
        "03-31",
        "04-30",
        "05-29",
        "06-30",
        "07-31",
        "08-31",
        "09-30",
        "10-30",
        "11-30",
        "12-31",
    ]
    assert dues == [day(text) for text in expected]  # 2-28 is a working Saturday


def test_a_duty_within_the_month_ends_with_it_and_tells_the_person_once_five_working_days_before() -> None:
    september = in_2026(JIAOZUO, "jz.monthly-supervision")[8]
    assert (september.starts, september.ends, september.due) == (day("09-01"), day("09-30"), day("09-30"))
    assert september.reminders == (day("09-22"),)
    may = in_2026(JIAOZUO, "jz.monthly-supervision")[4]
    assert (may.due, may.remind_on) == (day("05-31"), day("05-29"))


def test_the_office_is_reminded_by_mid_month_of_the_joint_meeting() -> None:
    march = in_2026(ZHANGZI, "zz.joint-meeting")[2]
    assert march.reminders == (day("03-13"), day("03-24"))  # 3-15 is a Sunday


def test_weeks_run_from_monday_to_sunday_and_know_the_working_sunday() -> None:
    weeks = {one.period: one for one in in_2026(DANCHENG, "dc.weekly-leader")}
    week = weeks["2026-W38"]
    assert (week.starts, week.ends, week.remind_on) == (day("09-14"), day("09-20"), day("09-20"))
    assert week.reminders == (day("09-18"),)
    assert weeks["2026-W39"].remind_on == day("09-24")
    assert weeks["2026-W01"].starts == day("2025-12-29")


def test_a_week_that_is_all_holiday_is_waived_and_asks_nothing() -> None:
    waived = [one for one in in_2026(DANCHENG, "dc.weekly-unit") if one.waived]
    assert [(one.period, one.reminders) for one in waived] == [("2026-W08", ())]
    assert waived[0].clash == "2026年第8周全周放假，本周免"
    county = DANCHENG.model_copy(update={"conflicts": Conflicts(waive=())})
    assert not any(one.waived for one in in_2026(county, "dc.weekly-unit"))


def test_half_months_end_on_the_15th_and_the_last_day() -> None:
    found = in_2026(DANCHENG, "dc.half-month-inspection")
    assert len(found) == 24
    assert [(one.period, one.due, one.starts) for one in found[2:4]] == [
        ("2026-02-H1", day("02-15"), day("02-01")),
        ("2026-02-H2", day("02-28"), day("02-16")),
    ]
    assert found[2].remind_on == day("02-14")


def test_observation_comes_every_two_months_on_the_day_of_the_meeting() -> None:
    assert [one.due for one in in_2026(DANCHENG, "dc.observation")] == [
        day(text) for text in ("02-02", "04-07", "06-01", "08-03", "10-08", "12-07")
    ]


def test_the_bulletin_follows_the_meeting_within_three_working_days() -> None:
    assert in_2026(DANCHENG, "dc.bulletin")[9].due == day("10-12")  # 10-10 is a working Saturday


def test_half_year_and_year_end_with_june_and_december() -> None:
    assert [(one.period, one.due) for one in in_2026(DANCHENG, "dc.half-year")] == [("2026-H1", day("06-30"))]
    assert [(one.period, one.due) for one in in_2026(DANCHENG, "dc.year-end")] == [("2026", day("12-31"))]


def test_occurrences_keep_to_the_days_asked_for() -> None:
    duty = JIAOZUO.obligation("jz.monthly-report")
    assert [one.due for one in occurrences(duty, day("09-25"), day("10-24"), CALENDAR, JIAOZUO)] == [day("09-25")]
    assert not list(occurrences(duty, day("09-26"), day("10-24"), CALENDAR, JIAOZUO))


# --- what is in force -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mechanism", "duty", "today", "period"),
    [
        (JIAOZUO, "jz.monthly-report", "09-01", "2026-09"),
        (JIAOZUO, "jz.monthly-report", "09-28", "2026-09"),  # late, and still September's
        (JIAOZUO, "jz.quarterly-report", "09-17", "2026-Q3"),
        (PINGLAN, "pl.weekly-leader", "09-20", "2026-W38"),
        (PINGLAN, "pl.weekly-leader", "09-21", "2026-W39"),
        (PINGLAN, "pl.materials", "09-17", "2026-09"),
        (PINGLAN, "pl.materials", "09-20", "2026-10"),  # the collection notice opens October's
        (PINGLAN, "pl.half-month-inspection", "09-16", "2026-09-H2"),
        (PINGLAN, "pl.year-end", "01-01", "2026"),
        (PINGLAN, "pl.observation", "09-17", "2026-10"),
    ],
)
def test_the_occurrence_in_force_is_the_latest_that_has_begun(
    mechanism: Mechanism, duty: str, today: str, period: str
) -> None:
    assert current(mechanism.obligation(duty), day(today), CALENDAR, mechanism).period == period


@given(today=st.dates(date(2020, 6, 1), date(2027, 6, 1)))
def test_some_occurrence_of_every_duty_is_always_in_force(today: date) -> None:
    for obligation in PINGLAN.obligations:
        one = current(obligation, today, CALENDAR, PINGLAN)
        assert one.starts <= today
        assert one.due is None or one.remind_on is None or one.remind_on <= one.due


def test_a_duty_that_events_bring_about_has_no_dates_of_its_own() -> None:
    duty = ZHANGZI.obligation("zz.notice-reply")
    assert not list(occurrences(duty, *YEAR, CALENDAR, ZHANGZI))
    one = current(duty, day("09-17"), CALENDAR, ZHANGZI)
    assert (one.period, one.due, one.remind_on, one.reminders) == ("event", None, None, ())


# --- the reply's clock ----------------------------------------------------------------------------------

REPLY_VECTORS = [
    ("2025-12-31", "01-06"),
    ("02-12", "02-24"),
    ("02-13", "02-25"),
    ("04-30", "05-08"),
    ("05-07", "05-11"),
    ("06-17", "06-23"),
    ("09-16", "09-20"),
    ("09-17", "09-21"),
    ("09-18", "09-22"),
    ("09-23", "09-29"),
    ("09-24", "09-30"),
    ("09-28", "10-08"),
    ("09-29", "10-09"),
    ("09-30", "10-10"),
    ("10-01", "10-10"),
    ("10-09", "10-13"),
    ("10-10", "10-14"),
    ("09-19", "09-22"),
]


@pytest.mark.parametrize(("received", "due"), REPLY_VECTORS)
@pytest.mark.parametrize("clock", ["00:00", "10:20", "23:59"])
def test_a_reply_is_due_three_working_days_after_the_day_of_receipt(received: str, due: str, clock: str) -> None:
    instant = datetime.fromisoformat(f"{day(received)}T{clock}").replace(tzinfo=SHANGHAI)
    assert reply_due(instant, ZHANGZI, CALENDAR) == day(due)
    assert reply_due(instant.astimezone(UTC), ZHANGZI, CALENDAR) == day(due)


def test_a_county_may_count_the_day_of_receipt() -> None:
    county = ZHANGZI.model_copy(update={"conflicts": Conflicts(count_receipt_day=True)})
    workday = datetime(2026, 9, 17, 10, 20, tzinfo=SHANGHAI)
    holiday = datetime(2026, 10, 1, 10, 20, tzinfo=SHANGHAI)
    assert reply_due(workday, county, CALENDAR) == day("09-20")
    assert reply_due(holiday, county, CALENDAR) == day("10-10")


def test_a_ladder_steps_over_rest_days_on_both_sides_of_the_date() -> None:
    assert ladder_days(day("09-21"), (1, 0, -1), CALENDAR) == (day("09-20"), day("09-21"), day("09-22"))
    assert ladder_days(day("10-04"), (1, 0, -1), CALENDAR) == (day("09-29"), day("09-30"), day("10-08"))
    assert ladder_days(day("10-15"), (5, 1, 0, -1), CALENDAR) == (
        day("10-09"),
        day("10-14"),
        day("10-15"),
        day("10-16"),
    )


def test_a_day_ends_at_midnight_unless_the_county_closes_earlier() -> None:
    assert end_of(day("09-21")) == datetime(2026, 9, 22, tzinfo=SHANGHAI)
    assert end_of(day("09-21"), "18:00") == datetime(2026, 9, 21, 18, tzinfo=SHANGHAI)


# --- the calendar people see ----------------------------------------------------------------------------


def test_an_event_has_the_public_fields_in_their_order() -> None:
    event = next(
        event
        for event in calendar_events(JIAOZUO, day("09-24"), day("09-24"), CALENDAR)
        if event.duty == "jz.monthly-report"
    )
    assert event.as_dict() == {
        "date": "2026-09-24",
        "time": "08:30",
        "kind": "reminder",
        "duty": "jz.monthly-report",
        "clause": "JZ-15",
        "who": "各工作专班",
        "text": "提醒：2026年9月调度情况，报领导小组办公室，9月25日前",
        "clash": "9月25日为中秋节，提醒提前至9月24日",
        "provisional": False,
    }
    assert list(event.as_dict()) == [
        "date",
        "time",
        "kind",
        "duty",
        "clause",
        "who",
        "text",
        "clash",
        "provisional",
    ]


@pytest.mark.parametrize("mechanism", [JIAOZUO, ZHANGZI, DANCHENG, PINGLAN], ids=lambda m: m.id)
def test_the_calendar_runs_in_order_of_time_within_its_days_and_reminds_on_working_days_only(
    mechanism: Mechanism,
) -> None:
    events = list(calendar_events(mechanism, *YEAR, CALENDAR))
    moments = [(event.date, event.time) for event in events]
    assert moments == sorted(moments)
    assert {moment[0].year for moment in moments} == {2026}
    spoken = [event for event in events if event.kind in ("reminder", "collection", "meeting", "observation")]
    assert spoken
    assert all(CALENDAR.is_workday(event.date) for event in spoken)


def test_a_window_of_days_shows_the_same_events_as_the_year() -> None:
    year = list(calendar_events(PINGLAN, *YEAR, CALENDAR))
    some = list(calendar_events(PINGLAN, day("09-14"), day("10-12"), CALENDAR))
    assert some == [event for event in year if day("09-14") <= event.date <= day("10-12")]


def test_the_2026_preview_names_the_thirteen_clashes_and_the_working_sunday() -> None:
    first_notice = date(2025, 12, 1)  # January's meeting is prepared in December
    events = calendar_events(PINGLAN, first_notice, day("12-10"), CALENDAR)
    clashes = {(event.duty, event.clash) for event in events if event.clash}
    counted = {duty: sum(1 for found, _ in clashes if found == duty) for duty, _ in clashes}
    assert counted == {
        "pl.monthly-report": 5,
        "pl.meeting": 3,
        "pl.materials": 2,
        "pl.collection": 3 + 1,  # and the working Sunday
        "pl.weekly-leader": 1,
        "pl.weekly-unit": 1,
    }


def test_in_march_the_office_itself_is_asked_for_the_day_of_the_collection_notice() -> None:
    event = next(e for e in calendar_events(DANCHENG, day("02-01"), day("02-28"), CALENDAR) if e.kind == "collection")
    assert (event.date, event.who) == (day("02-09"), DANCHENG.office_name)
    assert event.clash and "请项目办定" in event.clash


def test_a_year_without_arrangement_says_that_it_is_guessed() -> None:
    events = list(calendar_events(JIAOZUO, date(2027, 3, 1), date(2027, 3, 31), CALENDAR))
    assert events
    assert all(event.provisional and event.text.endswith("（暂按周末推算）") for event in events)


@given(start=st.dates(date(2020, 3, 1), date(2026, 9, 1)), length=st.integers(0, 120))
def test_adjacent_spans_of_days_lose_and_repeat_nothing(start: date, length: int) -> None:
    middle, end = start + timedelta(days=length), start + timedelta(days=2 * length + 1)
    for obligation in _monthly(PINGLAN):
        whole = list(occurrences(obligation, start, end, CALENDAR, PINGLAN))
        first = list(occurrences(obligation, start, middle, CALENDAR, PINGLAN))
        second = list(occurrences(obligation, middle + timedelta(days=1), end, CALENDAR, PINGLAN))
        assert first + second == whole


def _monthly(mechanism: Mechanism) -> list[Obligation]:
    return [duty for duty in mechanism.obligations if duty.period in ("month", "half_month", "two_months")]
