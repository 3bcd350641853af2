"""When duties fall: the occurrences of a pack's obligations, the proposed meetings, and the year's calendar.

Owns the arithmetic from a cadence to two lines for every deadline: the literal date judges, the reminder
aims at the last working day up to it. Pure functions of a pack, a working calendar and a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.calendar import SHANGHAI, WorkCalendar, local_date
from models.called import NOTHING, Called
from models.mechanism import Actor, DutyKind, Mechanism, Obligation
from models.meeting_plan import MeetingPlan, meeting_plan, plan_around, proposed_meeting
from models.periods import literal_days, month_end, moved, period_of, period_words, shown

__all__ = [
    "CalendarEvent",
    "MeetingPlan",
    "Occurrence",
    "calendar_events",
    "current",
    "end_of",
    "ladder_day",
    "ladder_days",
    "meeting_plan",
    "occurrences",
    "plan_around",
    "proposed_meeting",
    "reply_due",
]

_DAY = dt.timedelta(days=1)
_REACH = dt.timedelta(days=70)  # how far a date that judges may lie from the literal day it comes from
_PERIOD_DAYS = {
    "week": 7, "half_month": 16, "month": 31, "two_months": 62, "quarter": 92, "half_year": 184, "year": 366,
}  # fmt: skip
_BY_MEETING = frozenset({"meeting", "before_meeting", "after_meeting", "collection"})
_ANNOUNCED = frozenset({DutyKind.COLLECTION, DutyKind.MEETING, DutyKind.OBSERVATION})
END_OF_DAY = "24:00"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One period of a duty. Days are Shanghai days; `due` is None for a duty that events bring about.

    `due` is the literal date that judges, `remind_on` the reminder line, `reminders` the days on which
    people are told. `starts` and `ends` bound the period in which facts pay the duty. `clash` says in words
    what collides. `by_notice` says that a notice has fixed the meeting it hangs on. `waived` marks a week
    without working days (A13); `ask_office` a date that only the office can settle (A4).
    """

    obligation: str
    period: str
    due: dt.date | None
    remind_on: dt.date | None
    starts: dt.date
    ends: dt.date
    reminders: tuple[dt.date, ...] = ()
    provisional: bool = False
    clash: str | None = None
    waived: bool = False
    ask_office: bool = False
    by_notice: bool = False


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One line of the year's calendar, with the fields of the public JSON lines."""

    date: dt.date
    time: str
    kind: str
    duty: str
    clause: str
    who: str
    text: str
    clash: str | None
    provisional: bool

    def as_dict(self) -> dict[str, object]:
        """Return the JSON-ready mapping in the public order of fields."""
        return {name: getattr(self, name) for name in self.__slots__} | {"date": self.date.isoformat()}


@dataclass(frozen=True, slots=True)
class _Dated:
    """The dates an obligation's rule gives for one literal day."""

    due: dt.date
    starts: dt.date
    ends: dt.date
    period: str
    clash: str | None = None
    ask_office: bool = False
    meeting: dt.date | None = None
    by_notice: bool = False


# --- occurrences ----------------------------------------------------------------------------------------


def occurrences(
    obligation: Obligation,
    start: dt.date,
    end: dt.date,
    calendar: WorkCalendar,
    mechanism: Mechanism,
    called: Called = NOTHING,
) -> Iterator[Occurrence]:
    """Yield the occurrences due within [start, end] in order of due date; none for an event's duty.

    `called` (the ledger's) lets what notices have fixed stand in the rule's place.
    """
    if not obligation.recurring:
        return
    found = _around(obligation, start - _REACH, end + _REACH, calendar, mechanism, called)
    yield from (one for one in found if one.due is not None and start <= one.due <= end)


def current(
    obligation: Obligation, today: dt.date, calendar: WorkCalendar, mechanism: Mechanism, called: Called = NOTHING
) -> Occurrence:
    """Return the occurrence in force: the latest whose period has begun, also when its date has passed.

    A duty that events bring about has one without dates, beginning today.
    """
    if not obligation.recurring or obligation.period is None:
        return Occurrence(obligation.id, "event", None, None, starts=today, ends=today)
    span = dt.timedelta(days=2 * _PERIOD_DAYS[obligation.period]) + _REACH
    around = _around(obligation, today - span, today + span, calendar, mechanism, called)
    return [one for one in around if one.starts <= today][-1]


def _around(
    obligation: Obligation,
    start: dt.date,
    end: dt.date,
    calendar: WorkCalendar,
    mechanism: Mechanism,
    called: Called,
) -> list[Occurrence]:
    literals = (day for day in literal_days(obligation.cadence, start, end) if not _off(obligation, day, mechanism))
    found = [_occurrence(obligation, literal, calendar, mechanism, called) for literal in literals]
    return sorted(found, key=lambda one: (one.starts, one.due or one.starts))


def _off(obligation: Obligation, literal: dt.date, mechanism: Mechanism) -> bool:
    """A2: where the slogan is taken at its word (单月调度，双月点评), even months have their observation only."""
    rule = obligation.due.rule
    if mechanism.conflicts.rhythm != "odd_meeting_even_observation" or obligation.kind is DutyKind.OBSERVATION:
        return False
    month = literal.month + 1 if rule == "collection" else literal.month
    return rule in _BY_MEETING and month % 2 == 0


def _occurrence(
    obligation: Obligation, literal: dt.date, calendar: WorkCalendar, mechanism: Mechanism, called: Called
) -> Occurrence:
    dated = _dated(obligation, literal, calendar, mechanism, called)
    line = calendar.previous_workday(dated.due)
    waived = _waived(obligation, dated, calendar, mechanism)
    told = () if waived else _reminders(obligation, dated, line, calendar)
    clash = f"{period_words(dated.period)}全周放假，本周免" if waived else dated.clash
    return Occurrence(
        obligation=obligation.id,
        period=dated.period,
        due=dated.due,
        remind_on=line,
        starts=dated.starts,
        ends=dated.ends,
        reminders=told,
        provisional=calendar.is_provisional(literal, dated.due, line, dated.ends, dated.meeting),
        clash=clash,
        waived=waived,
        ask_office=dated.ask_office,
        by_notice=dated.by_notice,
    )


def _dated(
    obligation: Obligation, literal: dt.date, calendar: WorkCalendar, mechanism: Mechanism, called: Called
) -> _Dated:
    rule = obligation.due.rule
    if rule == "collection":
        return _dated_by_collection(literal, calendar, mechanism, called)
    if rule in _BY_MEETING:
        return _dated_by_meeting(obligation, literal, calendar, mechanism, called)
    starts, ends, label = period_of(obligation.period or "month", literal)
    due, clash = literal, None
    if rule == "fixed_day":
        due, clash = _fixed_day(literal, calendar, mechanism)
    elif rule == "month_end" and mechanism.conflicts.month_end == "last_workday":
        due = calendar.previous_workday(literal)
    return _Dated(due, starts, ends, label, clash)


def _fixed_day(literal: dt.date, calendar: WorkCalendar, mechanism: Mechanism) -> tuple[dt.date, str | None]:
    """A6: the day counts as written; only the reminder moves, unless the county has settled otherwise."""
    line = calendar.previous_workday(literal)
    if mechanism.conflicts.fixed_day == "literal":
        return literal, moved(literal, line, "提醒提前至", calendar)
    return line, moved(literal, line, "截止提前至", calendar)


def _dated_by_meeting(
    obligation: Obligation, literal: dt.date, calendar: WorkCalendar, mechanism: Mechanism, called: Called
) -> _Dated:
    plan = meeting_plan(literal.year, literal.month, mechanism, calendar, called)
    if obligation.due.rule == "before_meeting":
        return _Dated(plan.materials_due, plan.collection, plan.day, plan.period, plan.materials_clash)
    # The month the rule names keeps its label, also when a notice puts the meeting into the next one.
    starts, ends, label = period_of(obligation.period or "month", literal)
    if obligation.due.rule == "after_meeting":
        due = calendar.add_workdays(plan.day, obligation.due.workdays or 1)
        return _Dated(due, plan.day, due, label)
    told = plan.clash if obligation.kind is DutyKind.MEETING else None
    return _Dated(plan.day, starts, max(ends, plan.day), label, told, by_notice=plan.by_notice)


def _dated_by_collection(literal: dt.date, calendar: WorkCalendar, mechanism: Mechanism, called: Called) -> _Dated:
    following = month_end(literal) + _DAY
    plan = meeting_plan(following.year, following.month, mechanism, calendar, called)
    month = literal.replace(day=1)
    starts = min(month, plan.collection)
    return _Dated(
        due=plan.collection,
        starts=starts,
        ends=month_end(literal),
        period=plan.period,
        clash=plan.collection_clash,
        ask_office=plan.ask_office,
        meeting=plan.day,
    )


def _waived(obligation: Obligation, dated: _Dated, calendar: WorkCalendar, mechanism: Mechanism) -> bool:
    """A13: a weekly duty asks nothing of a week that is all holiday."""
    if obligation.period != "week" or "empty_week" not in mechanism.conflicts.waive:
        return False
    return calendar.workdays_between(dated.starts - _DAY, dated.ends) == 0


def _reminders(obligation: Obligation, dated: _Dated, line: dt.date, calendar: WorkCalendar) -> tuple[dt.date, ...]:
    if obligation.kind in _ANNOUNCED:
        return ()
    steps = [ladder_day(line, step, calendar) for step in obligation.remind.ladder]
    months_days = [calendar.previous_workday(dated.ends.replace(day=day)) for day in obligation.remind.on_days]
    inside = (day if day >= dated.starts else line for day in (*steps, *months_days))
    return tuple(sorted(set(inside)))


# --- the calendar as people see it ----------------------------------------------------------------------


def calendar_events(
    mechanism: Mechanism, start: dt.date, end: dt.date, calendar: WorkCalendar, called: Called = NOTHING
) -> Iterator[CalendarEvent]:
    """Yield what is asked, of whom, when, within [start, end] in order of time.

    Meetings are the rule's proposals: their members are told nothing before a notice confirms the day (A3).
    """
    events = [
        event
        for obligation in mechanism.obligations
        for one in occurrences(obligation, start - _REACH, end + _REACH, calendar, mechanism, called)
        for event in _events(obligation, one, mechanism)
        if start <= event.date <= end
    ]
    yield from sorted(events, key=lambda event: (event.date, event.time, event.duty, event.kind))


def _events(obligation: Obligation, one: Occurrence, mechanism: Mechanism) -> Iterator[CalendarEvent]:
    for day in one.reminders:
        yield _event(obligation, one, mechanism, day, "reminder")
    if one.due is not None:
        yield _event(obligation, one, mechanism, one.due, obligation.kind.value)


def _event(obligation: Obligation, one: Occurrence, mechanism: Mechanism, day: dt.date, kind: str) -> CalendarEvent:
    guessed = "（暂按周末推算）" if one.provisional else ""
    return CalendarEvent(
        date=day,
        time=_time_of(kind, mechanism),
        kind=kind,
        duty=obligation.id,
        clause=obligation.clause,
        who=mechanism.actor_name(_asked(obligation, one)),
        text=_text(obligation, one, mechanism, kind) + guessed,
        clash=one.clash,
        provisional=one.provisional,
    )


def _asked(obligation: Obligation, one: Occurrence) -> Actor:
    """Return who is spoken to: a collection notice goes to those it asks, unless its day is still open."""
    if obligation.kind is DutyKind.COLLECTION and obligation.receiver and not one.ask_office:
        return obligation.receiver
    return obligation.owner


def _time_of(kind: str, mechanism: Mechanism) -> str:
    if kind in (DutyKind.MEETING, DutyKind.OBSERVATION):
        return mechanism.meetings.time
    return mechanism.morning if kind in ("reminder", DutyKind.COLLECTION) else END_OF_DAY


def _text(obligation: Obligation, one: Occurrence, mechanism: Mechanism, kind: str) -> str:
    subject = f"{period_words(one.period)}{obligation.name}"
    if one.waived:
        return f"{subject}：本周免"
    if obligation.kind is DutyKind.COLLECTION:
        return f"{subject}：请项目办定日期" if one.ask_office else f"{subject}：{mechanism.office_name}发出"
    if obligation.kind in _ANNOUNCED:
        return f"{subject}：已通知" if one.by_notice else f"{subject}：拟定，以通知为准"
    to = f"，报{mechanism.actor_name(obligation.receiver)}" if obligation.receiver else ""
    by = f"，{shown(one.due)}前" if one.due else ""
    return f"{'提醒：' if kind == 'reminder' else ''}{subject}{to}{by}"


# --- ladders and the reply's clock ----------------------------------------------------------------------


def ladder_day(due: dt.date, step: int, calendar: WorkCalendar) -> dt.date:
    """Return the day `step` working days before `due`: 0 is its reminder line, -1 the next working day."""
    line = calendar.previous_workday(due)
    if step == 0:
        return line
    return calendar.add_workdays(line, -step) if step > 0 else calendar.add_workdays(due, -step)


def ladder_days(due: dt.date, steps: Sequence[int], calendar: WorkCalendar) -> tuple[dt.date, ...]:
    """Return the days of a whole ladder in order of time."""
    return tuple(sorted({ladder_day(due, step, calendar) for step in steps}))


def reply_due(received: dt.datetime, mechanism: Mechanism, calendar: WorkCalendar) -> dt.date:
    """Return the last day for the reply to a notice that was received then (ZZ-19, A9)."""
    day = local_date(received)
    if mechanism.conflicts.count_receipt_day and calendar.is_workday(day):
        day -= _DAY
    return calendar.add_workdays(day, mechanism.supervision.reply_workdays)


def end_of(day: dt.date, closing: str = END_OF_DAY) -> dt.datetime:
    """Return the instant at which `day` is over: at `closing` (`HH:MM`, or 24:00), Shanghai time (A10)."""
    if closing == END_OF_DAY:
        return dt.datetime.combine(day + _DAY, dt.time(), SHANGHAI)
    return dt.datetime.combine(day, dt.time.fromisoformat(closing), SHANGHAI)
