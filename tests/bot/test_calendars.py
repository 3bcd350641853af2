"""The printed calendar: what the office reads, what a script parses, what a phone's calendar imports."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest
from rich.cells import cell_len

from bot.calendars import differences, print_calendar
from models.calendar import WorkCalendar
from models.errors import Refusal
from models.holidays import learn, with_local_rest
from models.ledger import County
from models.mechanism import Clause, Mechanism, load_mechanism

SEPTEMBER = (date(2026, 9, 1), date(2026, 9, 30))
AUTUMN = (date(2026, 9, 1), date(2026, 10, 31))
TURN_OF_YEAR = (date(2026, 12, 1), date(2027, 1, 31))
PUBLIC_KEYS = ["date", "time", "kind", "duty", "clause", "who", "text", "clash", "provisional"]


class Terminal(io.StringIO):
    """A stream that says it is looked at."""

    def isatty(self) -> bool:
        return True


def printed(pack: str | Mechanism, days: tuple[date, date], format: str) -> str:
    mechanism = pack if isinstance(pack, Mechanism) else load_mechanism(pack)
    out = io.StringIO(newline="")
    print_calendar(County(mechanism, WorkCalendar()), *days, format, out)
    return out.getvalue()


def ics_events(text: str) -> list[dict[str, str]]:
    """Read the events the way a calendar program does: unfold, split at the first colon, unescape."""
    lines = text.replace("\r\n ", "").split("\r\n")
    events: list[dict[str, str]] = []
    for line in lines[lines.index("END:VTIMEZONE") :]:
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and ":" in line:
            name, value = line.split(":", 1)
            value = value.replace("\\n", "\n").replace("\\,", ",").replace("\\;", ";").replace("\\\\", "\\")
            events[-1][name] = value
    return events


def row_of(table: str, *words: str) -> str:
    return next(line for line in table.splitlines() if all(word in line for word in words))


def jiaozuo_with(title: str) -> Mechanism:
    """Return the Jiaozuo pack with its monthly report called `title`."""
    mechanism = load_mechanism("jiaozuo")
    renamed = mechanism.obligation("jz.monthly-report").model_copy(update={"name": title})
    return mechanism.model_copy(update={"obligations": (renamed,)})


def test_the_table_says_day_weekday_time_matter_who_basis_and_collision() -> None:
    table = printed("jiaozuo", SEPTEMBER, "table")
    assert [*row_of(table, "日期").split()] == ["日期", "周几", "时间", "事项", "谁", "依据", "冲突"]
    reminder = row_of(table, "提醒：2026年9月调度情况")
    assert reminder.split()[:3] == ["2026-09-24", "周四", "08:30"]
    assert "各工作专班" in reminder
    assert "JZ-15 四(二)" in reminder
    assert "9月25日为中秋节，提醒提前至9月24日" in reminder


def test_the_table_names_the_paper_it_rests_on() -> None:
    assert "焦作市《关于建立全市重大项目调度机制的通知》（焦政办〔2021〕31号）" in printed(
        "jiaozuo", SEPTEMBER, "table"
    )


def test_a_clause_of_another_paper_is_named_with_that_paper() -> None:
    mechanism = load_mechanism("jiaozuo")
    other = Clause(place="第2条", quote="每月25日前", source="焦政办〔2025〕8号")
    amended = mechanism.model_copy(update={"clauses": {**mechanism.clauses, "JZ-15": other}})
    assert "JZ-15 焦政办〔2025〕8号 第2条" in row_of(printed(amended, SEPTEMBER, "table"), "9月调度情况")


def test_what_an_entered_day_off_moves_is_named_from_today_on() -> None:
    """JZ-15: the 25th stays the date that judges; its reminder and the ladders before the month's end move."""
    mechanism, after = load_mechanism("jiaozuo"), WorkCalendar()
    learn(after, with_local_rest(None, date(2026, 11, 25), "县庆"))
    moved = list(differences(mechanism, (2026,), date(2026, 11, 21), WorkCalendar(), after))
    assert "提醒：2026年11月调度情况：11月25日 → 11月24日" in moved
    assert "提醒：2026年11月分包督导：11月23日 → 11月20日" in moved
    assert not [line for line in moved if not line.startswith("提醒")]
    assert list(differences(mechanism, (2026,), date(2026, 11, 26), WorkCalendar(), after)) == []


def test_columns_stand_straight_under_chinese_text() -> None:
    table = printed("dancheng", AUTUMN, "table")
    starts = {
        cell_len(line[: line.index(mark)]) for line in table.splitlines() for mark in ("DC-", "依据") if mark in line
    }
    assert len(starts) == 1


def test_an_event_stays_on_one_line_when_nobody_looks_at_a_terminal() -> None:
    table = printed("dancheng", AUTUMN, "table")
    events = printed("dancheng", AUTUMN, "jsonl").splitlines()
    assert sum(line.strip().startswith("2026-") for line in table.splitlines()) == len(events)
    assert f"共{len(events)}项" in table


def test_a_narrow_terminal_folds_text_and_loses_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("TERM", "dumb")
    out = Terminal()
    county = County(load_mechanism("jiaozuo"), WorkCalendar())
    print_calendar(county, date(2026, 9, 25), date(2026, 9, 25), "table", out)
    lines = out.getvalue().splitlines()
    assert max(cell_len(line) for line in lines) <= 80
    letters = {letter for line in lines for letter in line}
    assert set("提醒提前至领导小组办公室中秋节") <= letters
    assert "…" not in letters


def test_square_brackets_in_a_duty_are_text_and_not_markup() -> None:
    assert "调度[bold]情况" in printed(jiaozuo_with("调度[bold]情况"), SEPTEMBER, "table")


def test_a_year_without_an_official_calendar_is_marked_and_one_with_is_not() -> None:
    table = printed("jiaozuo", TURN_OF_YEAR, "table")
    assert "暂按周末推算" in row_of(table, "2027年1月调度情况")
    assert "暂按周末推算" not in row_of(table, "2026年12月调度情况")


def test_a_range_without_events_says_so() -> None:
    assert "这段日子没有安排" in printed("jiaozuo", (date(2026, 9, 2), date(2026, 9, 2)), "table")


def test_json_lines_carry_the_public_keys_in_order_of_time() -> None:
    events = [json.loads(line) for line in printed("dancheng", TURN_OF_YEAR, "jsonl").splitlines()]
    assert {tuple(event) for event in events} == {tuple(PUBLIC_KEYS)}
    moments = [(event["date"], event["time"]) for event in events]
    assert moments == sorted(moments)
    assert {event["provisional"] for event in events} == {True, False}


def test_json_lines_say_what_collides() -> None:
    events = [json.loads(line) for line in printed("dancheng", AUTUMN, "jsonl").splitlines()]
    [meeting] = [event for event in events if event["duty"] == "dc.meeting" and event["date"] > "2026-10"]
    assert (meeting["date"], meeting["time"], meeting["kind"]) == ("2026-10-08", "09:00", "meeting")
    assert meeting["clash"].startswith("10月5日为国庆节")
    assert "以通知为准" in meeting["text"]


def test_calendar_files_are_ended_folded_and_cut_between_characters() -> None:
    text = printed("dancheng", AUTUMN, "ics")
    assert text.endswith("END:VCALENDAR\r\n")
    assert "\n" not in text.replace("\r\n", "")
    lines = text.encode().split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert any(line.startswith(b" ") for line in lines)
    for line in lines:
        line.decode()


def test_a_deadline_is_a_whole_day_and_a_reminder_has_its_minute_in_shanghai() -> None:
    text = printed("jiaozuo", SEPTEMBER, "ics")
    assert "TZID:Asia/Shanghai\r\nBEGIN:STANDARD" in text
    report = [event for event in ics_events(text) if "9月调度情况" in event["SUMMARY"]]
    reminder, due = report
    assert reminder["DTSTART;TZID=Asia/Shanghai"] == "20260924T083000"
    assert due["DTSTART;VALUE=DATE"] == "20260925"
    assert "冲突：9月25日为中秋节，提醒提前至9月24日" in reminder["DESCRIPTION"]
    assert "依据：焦政办〔2021〕31号 四(二)（JZ-15）" in due["DESCRIPTION"]


def test_a_proposed_meeting_is_tentative_and_a_deadline_is_not() -> None:
    events = ics_events(printed("dancheng", AUTUMN, "ics"))
    states = {event["UID"].split("-")[1]: event["STATUS"] for event in events}
    assert states["meeting"] == "TENTATIVE"
    assert states["due"] == "CONFIRMED"


def test_a_date_that_is_only_guessed_is_tentative() -> None:
    events = ics_events(printed("jiaozuo", TURN_OF_YEAR, "ics"))
    states = {event["SUMMARY"].split("，")[0]: event["STATUS"] for event in events}
    assert (states["2026年12月调度情况"], states["2027年1月调度情况"]) == ("CONFIRMED", "TENTATIVE")


def test_marks_of_the_format_inside_text_are_escaped() -> None:
    text = printed(jiaozuo_with("情况;一,二\\三\n四"), SEPTEMBER, "ics")
    assert "情况\\;一\\,二\\\\三\\n四" in text.replace("\r\n ", "")
    assert any("情况;一,二\\三\n四" in event["SUMMARY"] for event in ics_events(text))


def test_an_event_keeps_its_name_whatever_range_it_is_printed_in() -> None:
    short = ics_events(printed("dancheng", SEPTEMBER, "ics"))
    long = ics_events(printed("dancheng", AUTUMN, "ics"))
    names = [event["UID"] for event in long]
    assert len(set(names)) == len(names)
    assert {event["UID"] for event in short} == {event["UID"] for event in long if event["UID"].startswith("202609")}


def test_printing_twice_gives_the_same_bytes_stamped_with_the_papers_day() -> None:
    text = printed("jiaozuo", SEPTEMBER, "ics")
    assert printed("jiaozuo", SEPTEMBER, "ics") == text
    assert {event["DTSTAMP"] for event in ics_events(text)} == {"20210608T000000Z"}


def test_a_paper_without_a_day_stamps_the_first_day_asked_for() -> None:
    events = ics_events(printed("zhangzi", SEPTEMBER, "ics"))
    assert {event["DTSTAMP"] for event in events} == {"20260901T000000Z"}


@pytest.mark.parametrize("format", ["jsonl", "ics"])
def test_formats_for_programs_are_utf8_on_a_host_of_another_locale(format: str) -> None:
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, encoding="gbk", newline="\r\n")
    print_calendar(County(load_mechanism("jiaozuo"), WorkCalendar()), *SEPTEMBER, format, out)
    out.flush()
    assert raw.getvalue().decode("utf-8") == printed("jiaozuo", SEPTEMBER, format)


@pytest.mark.parametrize(
    ("first", "last", "named"),
    [
        (date(2026, 9, 2), date(2026, 9, 1), "--from"),
        (date(1999, 12, 31), date(2026, 9, 1), "2000年至2100年"),
        (date(2026, 9, 1), date(9999, 12, 31), "2000年至2100年"),
    ],
)
def test_a_range_that_cannot_be_is_refused_in_words(first: date, last: date, named: str) -> None:
    with pytest.raises(Refusal, match=named):
        printed("jiaozuo", (first, last), "jsonl")
