"""The regular meeting: the day the rule proposes, and what is counted back from it.

Owns the proposal of a meeting's day (DC-13), the last day for material (DC-19) and the collection notice
(DC-16), each with the words for what collides. A notice beats the rule (A3): `plan_around` counts back from
the day it fixes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from models.calendar import WorkCalendar
from models.called import NOTHING, Called
from models.mechanism import Mechanism
from models.periods import literal_days, month_end, moved, shown, weekday_words, why_not_worked

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MeetingPlan:
    """A regular meeting and what is counted back from it; proposed by the rule or fixed by a notice.

    `literal` is the day the rule names; the clashes say in words why a date is not the literal one.
    """

    period: str
    literal: dt.date
    day: dt.date
    materials_due: dt.date
    collection: dt.date
    ask_office: bool
    provisional: bool
    clash: str | None
    materials_clash: str | None
    collection_clash: str | None
    by_notice: bool = False


def meeting_plan(
    year: int, month: int, mechanism: Mechanism, calendar: WorkCalendar, called: Called = NOTHING
) -> MeetingPlan:
    """Propose the regular meeting of a month (DC-13) with what is counted back from it (DC-16, DC-19).

    The day a notice names, and the office's own day for the collection notice, stand in the rule's place (`called`).
    ValueError when the pack's meetings block names no day, or none in that month.
    """
    if not mechanism.meetings.rule:
        raise ValueError(f"{mechanism.id}: the meetings block proposes no day")
    first = dt.date(year, month, 1)
    days = literal_days(mechanism.meetings.rule, first, month_end(first))
    if not days:
        raise ValueError(f"{mechanism.id}: no meeting is proposed for {year}-{month:02d}")
    period = f"{first:%Y-%m}"
    plan = _plan(days[0], called.days.get(period) or calendar.next_workday(days[0]), mechanism, calendar)
    plan = replace(plan, period=period)
    if period in called.days:
        plan = replace(plan, clash=_by_notice(days[0], plan.day), by_notice=True)
    if period in called.collections:
        plan = replace(plan, collection=called.collections[period], ask_office=False, collection_clash=None)
    return plan


def _by_notice(literal: dt.date, day: dt.date) -> str | None:
    return None if day == literal else f"会议通知定于{shown(day)}"


def proposed_meeting(year: int, month: int, mechanism: Mechanism, calendar: WorkCalendar) -> dt.date:
    """Return the day proposed for the month's regular meeting; raises as :func:`meeting_plan`."""
    return meeting_plan(year, month, mechanism, calendar).day


def plan_around(day: dt.date, mechanism: Mechanism, calendar: WorkCalendar) -> MeetingPlan:
    """Count everything back from a meeting that a notice has fixed (DC-15)."""
    return _plan(day, day, mechanism, calendar)


def _plan(literal: dt.date, day: dt.date, mechanism: Mechanism, calendar: WorkCalendar) -> MeetingPlan:
    week_before = day - dt.timedelta(days=mechanism.meetings.material_days)
    materials = calendar.previous_workday(week_before)
    collection, collection_clash, ask = _collection(literal, materials, mechanism, calendar)
    return MeetingPlan(
        period=f"{day:%Y-%m}",
        literal=literal,
        day=day,
        materials_due=materials,
        collection=collection,
        ask_office=ask,
        provisional=calendar.is_provisional(literal, day, materials, collection),
        clash=moved(literal, day, "会议拟改", calendar),
        materials_clash=moved(week_before, materials, "材料报送提前至", calendar),
        collection_clash=collection_clash,
    )


def _collection(
    literal_meeting: dt.date, materials: dt.date, mechanism: Mechanism, calendar: WorkCalendar
) -> tuple[dt.date, str | None, bool]:
    """Return the day of the collection notice, what collides, and whether the office must settle it (A4)."""
    rule = mechanism.meetings.collection
    month_before = literal_meeting.replace(day=1) - _DAY
    literal = month_before.replace(day=rule.day if rule else 20)
    day = calendar.previous_workday(literal)
    if calendar.workdays_between(day, materials) < mechanism.conflicts.collection_min_workdays:
        lead = rule.suggest_workdays if rule else 5
        proposal = calendar.add_workdays(materials, -lead)
        return proposal, _too_late(literal, materials, proposal, calendar), True
    if literal == day and (holiday := calendar.makeup_for(day)):
        return day, f"{shown(day)}为{weekday_words(day)}，因{holiday}调休上班，征集通知照常发出", False
    return day, moved(literal, day, "征集通知提前至", calendar), False


def _too_late(literal: dt.date, materials: dt.date, proposal: dt.date, calendar: WorkCalendar) -> str:
    reason = why_not_worked(literal, calendar)
    rests = f"为{reason}，" if reason else ""
    late = "晚于" if literal > materials else "离"
    close = "" if literal > materials else "太近"
    return (
        f"{shown(literal)}{rests}{late}材料报送日{shown(materials)}{close}，"
        f"请项目办定征集通知日期（建议{shown(proposal)}）"
    )
