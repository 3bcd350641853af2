"""Counting back from the finish: nothing overlaps, nothing ends on a day off, every day has its step (DC-08)."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from models.backward_plan import count_back
from models.calendar import WorkCalendar
from models.mechanism_lists import Projects, Step
from models.nodes import named_nodes
from models.project import Node

CALENDAR = WorkCalendar()
STEPS = st.lists(st.integers(1, 120), min_size=1, max_size=8).map(
    lambda spans: [Step(name=f"第{at}步", workdays=days) for at, days in enumerate(spans)]
)


@given(finish=st.dates(date(2025, 6, 1), date(2027, 12, 31)), steps=STEPS)
def test_each_step_ends_where_the_next_begins_and_takes_its_working_days(finish: date, steps: list[Step]) -> None:
    planned = count_back(CALENDAR, finish, steps)
    assert [step.name for step in planned] == [step.name for step in steps]
    assert planned[-1].due == CALENDAR.previous_workday(finish)
    for before, step in pairwise(planned):
        assert before.due == step.start
    for step in planned:
        assert CALENDAR.is_workday(step.due)
        assert CALENDAR.workdays_between(step.start, step.due) == step.workdays


def test_a_plan_leaps_over_the_national_holiday() -> None:
    (step,) = count_back(CALENDAR, date(2026, 10, 9), [Step(name="验收", workdays=3)])
    assert (step.start, step.due) == (date(2026, 9, 29), date(2026, 10, 9))  # 30 September, 8 and 9 October


def test_the_usual_plan_puts_permits_before_construction() -> None:
    permits = [step.permit for step in Projects().plan]
    assert permits == sorted(permits, reverse=True)


def nodes(*names: str) -> list[Node]:
    return [Node(id=at, name=name, planned=date(2026, 10, at), unit_name="") for at, name in enumerate(names, start=1)]


def test_nodes_are_known_by_their_whole_name_or_by_what_it_is_made_of() -> None:
    known = nodes("主体封顶", "主体封顶验收", "手术楼施工图审查", "基础完成")
    assert [node.name for node in named_nodes(known, "主体封顶节点完成了")] == ["主体封顶"]
    assert [node.name for node in named_nodes(known, "主体封顶验收节点完成了")] == ["主体封顶验收"]
    assert [node.name for node in named_nodes(known, "审图节点完成了")] == ["手术楼施工图审查"]
    assert named_nodes(known, "节点完成了") == []
