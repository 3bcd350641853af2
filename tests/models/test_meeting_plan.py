"""The regular meeting of each month of 2026, what is counted back from it, and what collides."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import bot.simulator
from models.calendar import WorkCalendar
from models.mechanism import Conflicts, Mechanism, load_mechanism
from models.obligation import meeting_plan, occurrences, plan_around, proposed_meeting

CALENDAR = WorkCalendar()
ZHANGZI = load_mechanism("zhangzi")
DANCHENG = load_mechanism("dancheng")
PINGLAN = load_mechanism(Path(bot.simulator.__path__[0]) / "pinglan.yaml")


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}" if len(text) == 5 else text)


MEETINGS = [
    # month, first Monday, proposed, material due, collection notice, ask the office
    (1, "01-05", "01-05", "2025-12-29", "2025-12-19", False),
    (2, "02-02", "02-02", "01-26", "01-20", False),
    (3, "03-02", "03-02", "02-14", "02-09", True),
    (4, "04-06", "04-07", "03-31", "03-20", False),
    (5, "05-04", "05-06", "04-29", "04-20", False),
    (6, "06-01", "06-01", "05-25", "05-20", False),
    (7, "07-06", "07-06", "06-29", "06-18", False),
    (8, "08-03", "08-03", "07-27", "07-20", False),
    (9, "09-07", "09-07", "08-31", "08-20", False),
    (10, "10-05", "10-08", "09-30", "09-20", False),
    (11, "11-02", "11-02", "10-26", "10-20", False),
    (12, "12-07", "12-07", "11-30", "11-20", False),
]


@pytest.mark.parametrize("mechanism", [DANCHENG, PINGLAN], ids=["dancheng", "pinglan"])
@pytest.mark.parametrize(("month", "monday", "meeting", "materials", "collection", "ask"), MEETINGS)
def test_the_meetings_of_2026_and_what_is_counted_back_from_them(
    mechanism: Mechanism, month: int, monday: str, meeting: str, materials: str, collection: str, ask: bool
) -> None:
    plan = meeting_plan(2026, month, mechanism, CALENDAR)
    assert (plan.literal, plan.day) == (day(monday), day(meeting))
    assert plan.day == proposed_meeting(2026, month, mechanism, CALENDAR)
    assert (plan.materials_due, plan.collection) == (day(materials), day(collection))
    assert plan.ask_office is ask
    assert not plan.provisional


def test_each_collision_of_a_meeting_is_told_in_words() -> None:
    plans = {month: meeting_plan(2026, month, DANCHENG, CALENDAR) for month in range(1, 13)}
    assert {m: p.clash for m, p in plans.items() if p.clash} == {
        4: "4月6日为清明节，会议拟改4月7日",
        5: "5月4日为劳动节，会议拟改5月6日",
        10: "10月5日为国庆节，会议拟改10月8日",
    }
    assert {m: p.materials_clash for m, p in plans.items() if p.materials_clash} == {
        3: "2月23日为春节，材料报送提前至2月14日（星期六，调休上班）",
        10: "10月1日为国庆节，材料报送提前至9月30日",
    }
    assert {m: p.collection_clash for m, p in plans.items() if p.collection_clash} == {
        1: "12月20日为星期六，征集通知提前至12月19日",
        3: "2月20日为春节，晚于材料报送日2月14日，请项目办定征集通知日期（建议2月9日）",
        7: "6月20日为端午节，征集通知提前至6月18日",
        10: "9月20日为星期日，因国庆节调休上班，征集通知照常发出",
    }


def test_a_notice_beats_the_rule_and_everything_is_counted_back_again() -> None:
    plan = plan_around(date(2026, 10, 12), DANCHENG, CALENDAR)
    assert plan.day == date(2026, 10, 12)
    assert plan.materials_due == date(2026, 9, 30)  # 10-05 lies in the holiday
    assert plan.clash is None


def test_a_collection_too_close_to_the_material_asks_the_office() -> None:
    plan = plan_around(date(2026, 9, 29), DANCHENG, CALENDAR)  # material on 9-22, notice usually 8-20
    assert not plan.ask_office
    early = plan_around(date(2026, 9, 1), DANCHENG, CALENDAR)  # material on 8-25, three working days later
    assert not early.ask_office
    county = DANCHENG.model_copy(update={"conflicts": Conflicts(collection_min_workdays=4)})
    strict = plan_around(date(2026, 9, 1), county, CALENDAR)
    assert strict.ask_office
    assert strict.collection_clash == "8月20日离材料报送日8月25日太近，请项目办定征集通知日期（建议8月18日）"


def test_a_mechanism_without_a_meeting_day_proposes_none() -> None:
    with pytest.raises(ValueError, match="proposes no day"):
        proposed_meeting(2026, 9, ZHANGZI, CALENDAR)


def test_a_meeting_in_a_year_without_arrangement_is_provisional() -> None:
    assert meeting_plan(2027, 10, DANCHENG, CALENDAR).provisional
    collected = list(occurrences(DANCHENG.obligation("dc.collection"), day("12-01"), day("12-31"), CALENDAR, DANCHENG))
    assert [(one.due, one.period, one.provisional) for one in collected] == [(day("12-18"), "2027-01", True)]
