"""The year's 放假调休安排 as the office enters it: what it changes, and what is refused before it moves a deadline."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from models.calendar import WorkCalendar
from models.errors import Refusal
from models.holidays import learn, read_arrangement, with_arrangement, with_local_rest

# Made up: the State Council has not announced 2027 when this is written.
OF_2027 = """
year: 2027
source: 国办发明电〔2026〕99号
rest:
  元旦: 2027-01-01 至 2027-01-03
  春节: 2027-02-05 至 2027-02-11
  清明节: [2027-04-03, 2027-04-04, 2027-04-05]
  劳动节: 2027-05-01 至 2027-05-05
  端午节: 2027-06-09
  中秋节: 2027-09-15
  国庆节: 2027-10-01 至 2027-10-07
work:
  春节: [2027-02-14, 2027-02-20]
  国庆节: 2027-10-09
"""


def after(text: str = OF_2027) -> WorkCalendar:
    calendar = WorkCalendar()
    learn(calendar, with_arrangement(None, read_arrangement(text)))
    return calendar


def faults_of(text: str) -> str:
    with pytest.raises(Refusal) as caught:
        read_arrangement(text)
    return str(caught.value)


def test_an_entered_year_is_official_and_counts() -> None:
    before, now = WorkCalendar(), after()
    assert before.is_provisional(date(2027, 2, 8)) and not now.is_provisional(date(2027, 2, 8))
    assert before.is_workday(date(2027, 2, 8)) and not now.is_workday(date(2027, 2, 8))
    assert now.name_of(date(2027, 2, 8)) == "春节"
    assert not before.is_workday(date(2027, 2, 14)) and now.is_workday(date(2027, 2, 14))
    assert now.makeup_for(date(2027, 2, 14)) == "春节"
    # ZZ-19's three working days from Thursday 4 February, the eve of the holiday; Sunday the 14th is worked.
    assert before.add_workdays(date(2027, 2, 4), 3) == date(2027, 2, 9)
    assert now.add_workdays(date(2027, 2, 4), 3) == date(2027, 2, 15)


def test_the_shipped_years_stay_and_an_entered_one_takes_the_place_of_a_shipped_one() -> None:
    rest, _, _ = OF_2027.replace("2027", "2026").partition("work:")
    calendar = after(f"{rest}work:\n  春节: 2026-02-15\n")
    assert calendar.name_of(date(2025, 10, 1)) is not None
    assert calendar.is_workday(date(2026, 9, 20)) is False  # a make-up day of the shipped 2026, not of the entered one
    assert calendar.is_workday(date(2026, 2, 15))


def test_a_county_adds_a_day_off_and_takes_it_out_again() -> None:
    day = date(2026, 10, 26)
    setting = with_local_rest(None, day, "县庆")
    calendar = WorkCalendar()
    learn(calendar, setting)
    assert (calendar.is_workday(day), calendar.name_of(day)) == (False, "县庆")
    learn(calendar, with_local_rest(setting, day, ""))
    assert calendar.is_workday(day)


def test_an_arrangement_and_a_day_off_stand_beside_each_other() -> None:
    setting = with_arrangement(with_local_rest(None, date(2027, 3, 1), "县庆"), read_arrangement(OF_2027))
    calendar = WorkCalendar()
    learn(calendar, setting)
    assert not calendar.is_workday(date(2027, 3, 1)) and not calendar.is_workday(date(2027, 2, 8))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("  端午节: 2027-06-09\n", "", "没有写端午"),
        ("2027-09-15", "九月十五", "rest.中秋节"),
        ("2027-02-20", "2027-02-23", "本来就是工作日"),
        ("2027-02-14", "2027-02-07", "又放假又上班"),
        ("2027-10-09", "2028-10-08", "不在2027年"),
        ("2027-06-09", "2027-05-05", "重复"),
        ("source:", "fuente:", "不认识的项：fuente"),
        ("year: 2027\n", "", "要有 year"),
        ("rest:", "rest: [", "不是可用的YAML"),
    ],
)
def test_a_slip_of_the_pen_is_named(old: str, new: str, said: str) -> None:
    assert said in faults_of(OF_2027.replace(old, new, 1))


def test_the_guides_example_is_read() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "running.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```yaml\n(year: .*?)```", guide, re.DOTALL)
    assert read_arrangement(example).year == 2027


def test_every_fault_is_named_at_once() -> None:
    faults = faults_of(OF_2027.replace("  端午节: 2027-06-09\n", "").replace("2027-02-20", "2027-02-23"))
    assert "没有写端午" in faults and "本来就是工作日" in faults
