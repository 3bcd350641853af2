"""Dates as officials say them, against Thursday 2026-09-17 (25 September and 1 to 7 October are off)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.understanding.dates import read_dates, read_deadline, read_occurred, read_period
from handlers.understanding.text import normalise

Workday = Callable[[date], bool]


@pytest.mark.parametrize(
    ("words", "day", "kind"),
    [
        ("今天", "2026-09-17", "point"),
        ("今儿", "2026-09-17", "point"),
        ("昨天", "2026-09-16", "point"),
        ("夜儿个", "2026-09-16", "point"),
        ("前儿", "2026-09-15", "point"),
        ("大前天", "2026-09-14", "point"),
        ("明天", "2026-09-18", "point"),
        ("赶明儿", "2026-09-18", "point"),
        ("后天", "2026-09-19", "point"),
        ("周五", "2026-09-18", "point"),
        ("周三", "2026-09-23", "point"),
        ("这周三", "2026-09-16", "point"),
        ("下周三", "2026-09-23", "point"),
        ("下下周一", "2026-09-28", "point"),
        ("上礼拜五", "2026-09-11", "point"),
        ("本周", "2026-09-20", "period"),
        ("这周", "2026-09-20", "period"),
        ("下周", "2026-09-27", "period"),
        ("本周内", "2026-09-20", "before"),
        ("这周末", "2026-09-20", "period"),
        ("周五前", "2026-09-18", "before"),
        ("月底", "2026-09-30", "point"),
        ("月末前", "2026-09-30", "before"),
        ("这个月底", "2026-09-30", "point"),
        ("本月25日前", "2026-09-25", "before"),
        ("25号", "2026-09-25", "point"),
        ("二十五号前", "2026-09-25", "before"),
        ("10号前", "2026-10-10", "before"),
        ("下个月5号", "2026-10-05", "point"),
        ("下月初", "2026-10-05", "period"),
        ("10月中旬", "2026-10-20", "period"),
        ("9月28日", "2026-09-28", "point"),
        ("9月28号前", "2026-09-28", "before"),
        ("9月28前", "2026-09-28", "before"),
        ("十月十五号", "2026-10-15", "point"),
        ("10月15号", "2026-10-15", "point"),
        ("2026-10-15", "2026-10-15", "point"),
        ("2026年10月15日前", "2026-10-15", "before"),
        ("明年3月底", "2027-03-31", "point"),
        ("1月15日前", "2027-01-15", "before"),
        ("去年12月5日", "2025-12-05", "point"),
        ("10月前", "2026-09-30", "before"),
        ("10月底前", "2026-10-31", "before"),
        ("10月份", "2026-10-31", "period"),
        ("3天内", "2026-09-20", "before"),
        ("两周内", "2026-10-01", "before"),
        ("半个月内", "2026-10-02", "before"),
        ("一个月内", "2026-10-17", "before"),
        ("三个工作日内", "2026-09-21", "before"),
        ("7个工作日内", "2026-09-28", "before"),
        ("年底前", "2026-12-31", "before"),
        ("今年底", "2026-12-31", "point"),
        ("季度末", "2026-09-30", "point"),
        ("国庆前", "2026-09-30", "before"),
        ("节前", "2026-09-24", "before"),
        ("20号到25号", "2026-09-25", "period"),
        ("9月28日至10月3日", "2026-10-03", "period"),
    ],
)
def test_a_date_is_resolved(words: str, day: str, kind: str, now: datetime, is_workday: Workday) -> None:
    found = read_dates(f"定在{words}，就这样", sent=now, is_workday=is_workday)
    assert [(read.date.isoformat(), read.kind.value, read.words) for read in found] == [(day, kind, words)]


@pytest.mark.parametrize(
    "words",
    [
        "10.15", "节后", "春节前", "2月30日", "35号", "三十五号", "7号督办", "3号楼封顶", "2号线", "每周五例会",
        "每月底",
        "周县长来了", "上周县长说的", "以前天天堵", "之后天天来", "前个月", "9月2300万", "9月5台设备", "DB-07",
        "600天内",
        "第25号文", "213", "1.85亿", "第三批",
    ],
)  # fmt: skip
def test_what_cannot_be_known_gives_no_date(words: str, now: datetime, is_workday: Workday) -> None:
    found = [read for read in read_dates(words, sent=now, is_workday=is_workday) if read.words != "9月"]
    assert found == []


def test_a_range_keeps_its_first_day(now: datetime, is_workday: Workday) -> None:
    read = read_dates("何局20号到25号去培训", sent=now, is_workday=is_workday)[0]
    assert (read.first, read.date) == (date(2026, 9, 20), date(2026, 9, 25))


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("叫小陈盯一下这周得弄好", "2026-09-20"),
        ("9月28号前交第一批20亩，10月15号前全部交完", "2026-10-15"),
        ("昨天开会说了，25号前弄好，明天先派人", "2026-09-25"),
        ("今天去看了，月底前弄好", "2026-09-30"),
        ("今天必须弄好", "2026-09-17"),
        ("月底吧", "2026-09-30"),
        ("明天", "2026-09-18"),
        ("10月份通水", "2026-10-31"),
        ("全部10月10日前完，第一批9月30日前", "2026-10-10"),
        ("周一一场大雨 冲垮两段渠", None),  # it happened, though another Monday is to come
        ("十月的桩钱没着落", None),
        ("供电所说要排到十一月", None),
        ("变压器没到 田局后天下去", None),
        ("今天又堵了", None),
        ("昨天没进成", None),
        ("9月完成投资2300万", None),
        ("9月10日前要通的，没通", None),
        ("尽快", None),
        ("节后再说", None),
    ],
)
def test_a_deadline_is_the_day_it_is_to_be_done(
    words: str, day: str | None, now: datetime, is_workday: Workday
) -> None:
    read = read_deadline(words, sent=now, is_workday=is_workday)
    assert (read.date.isoformat() if read else None) == day


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("夜儿个就没进成", "2026-09-16"),
        ("上礼拜五去的", "2026-09-11"),
        ("周一堵的", "2026-09-14"),
        ("周五堵的", "2026-09-11"),
        ("10号停的工", "2026-09-10"),
        ("25号就停了", "2026-08-25"),
        ("12月5日开的工", "2025-12-05"),
        ("今天去看了，月底前弄好", "2026-09-17"),
        ("刚才转了一圈", "2026-09-17"),
        ("今天务必弄好", None),
        ("25号前弄好", None),
        ("路堵了", None),
    ],
)
def test_an_event_leans_to_the_past(words: str, day: str | None, now: datetime, is_workday: Workday) -> None:
    read = read_occurred(words, sent=now, is_workday=is_workday)
    assert (read.date.isoformat() if read else None) == day


@pytest.mark.parametrize(
    ("words", "period"),
    [
        ("9月完成2300万", "2026-09"),
        ("8月2300万", "2026-08"),
        ("上个月2300万", "2026-08"),
        ("8月23", None),
        ("本月完成2300万", "2026-09"),
        ("上个月完成2300万", "2026-08"),
        ("八月份完成2300万", "2026-08"),
        ("2026年7月完成", "2026-07"),
        ("累计1.85亿，本月2300万，上月累计1.6亿", "2026-09"),
        ("累计1.85亿，上月累计1.6亿", None),
        ("进度62%，比8月提高5个百分点", None),
        ("10月的调度会", None),
        ("10月完成通水", None),
        ("12月完成的", None),
        ("完成2300万", None),
        ("9月28日完成", None),
    ],
)
def test_a_reporting_month_is_not_one_to_come(words: str, period: str | None, now: datetime) -> None:
    read = read_period(words, sent=now)
    assert (read.period if read else None) == period


def test_in_january_december_is_last_years(is_workday: Workday) -> None:
    sent = datetime(2027, 1, 5, 2, 0, tzinfo=UTC)
    read = read_period("12月完成2300万", sent=sent)
    assert read is not None
    assert read.period == "2026-12"
    occurred = read_occurred("12月28日停的工", sent=sent, is_workday=is_workday)
    assert occurred is not None
    assert occurred.date == date(2026, 12, 28)


def test_the_day_is_the_day_in_china_wherever_the_host_stands(is_workday: Workday) -> None:
    late = datetime(2026, 9, 17, 16, 30, tzinfo=UTC)  # 00:30 on the 18th in China
    assert read_dates("今天", sent=late, is_workday=is_workday)[0].date == date(2026, 9, 18)


def test_a_time_without_a_zone_is_refused(is_workday: Workday) -> None:
    with pytest.raises(ValueError, match="aware"):
        read_dates("今天", sent=datetime(2026, 9, 17), is_workday=is_workday)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("sent", "due"),
    [
        (date(2026, 9, 16), date(2026, 9, 20)),
        (date(2026, 9, 17), date(2026, 9, 21)),
        (date(2026, 9, 24), date(2026, 9, 30)),
        (date(2026, 9, 28), date(2026, 10, 8)),
        (date(2026, 9, 30), date(2026, 10, 10)),
        (date(2026, 10, 1), date(2026, 10, 10)),
    ],
)
def test_three_working_days_follow_the_official_calendar(sent: date, due: date, is_workday: Workday) -> None:
    """ZZ-19; the day of the message is not counted."""
    at = datetime(sent.year, sent.month, sent.day, 2, 0, tzinfo=UTC)
    read = read_deadline("三个工作日内", sent=at, is_workday=is_workday)
    assert read is not None
    assert read.date == due


def test_a_calendar_without_working_days_gives_no_date(now: datetime) -> None:
    assert read_dates("三个工作日内", sent=now, is_workday=lambda _: False) == []


@given(st.text(alphabet="今明昨天周月一二三十0123456789号日前底内工作个年-./下上这礼拜末到 ，", max_size=24))
def test_no_jumble_of_dates_breaks_the_reader(text: str) -> None:
    sent = datetime(2026, 9, 17, 2, 0, tzinfo=UTC)
    words = normalise(text)
    for read in read_dates(words, sent=sent, is_workday=lambda day: day.weekday() < 5):
        assert words[read.span.start : read.span.end] == read.words
        assert read.kind != "period" or read.first <= read.date


@given(st.dates(date(2026, 9, 17), date(2027, 7, 1)))
def test_a_day_to_come_named_without_its_year_is_that_day(day: date) -> None:
    sent = datetime(2026, 9, 17, 2, 0, tzinfo=UTC)
    read = read_deadline(f"{day.month}月{day.day}日前完成", sent=sent, is_workday=lambda _: True)
    assert read is not None
    assert read.date == day
