"""Meetings that are prepared before anybody calls them: the regular one of a month, a task force's, others.

Proposed by the rule where the pack names a day (DC-13, A3); topics, material and the convenor's decision gather
around the row until a notice calls it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from models.ledger import Ledger
from models.meeting import COMING, Meeting, MeetingKind, MeetingState, moment_of, usual_convenor
from models.meeting_plan import MeetingPlan, meeting_plan
from models.people import Person
from models.periods import month_end
from models.project import Taskforce


def regular_meeting(ledger: Ledger, period: str) -> Meeting:
    """Return the regular meeting of a month, proposed by the rule where nothing is prepared for it yet."""
    return find_regular(ledger, period) or _propose(ledger, period)


def find_regular(ledger: Ledger, period: str) -> Meeting | None:
    """Return the regular meeting of a month, unless it was cancelled."""
    return ledger.session.scalar(
        select(Meeting).where(
            Meeting.period == period,
            Meeting.kind == MeetingKind.REGULAR.value,
            Meeting.state != MeetingState.CANCELLED.value,
        )
    )


def _propose(ledger: Ledger, period: str) -> Meeting:
    rule = ledger.mechanism.meetings
    plan = plan_of(ledger, period)
    last = ledger.calendar.previous_workday(month_end(date.fromisoformat(f"{period}-01")))
    convenor = usual_convenor(ledger)
    meeting = Meeting(
        name=f"{int(period[5:])}月{rule.name}",
        at=moment_of(plan.day if plan else last, rule.time),
        place="",
        convenor=convenor.name if convenor else rule.convenor_title,
        convenor_id=convenor.id if convenor else None,
        state=MeetingState.PROPOSED.value,
        called_at=ledger.now,
        kind=MeetingKind.REGULAR.value,
        period=period,
        body=regular_body(ledger),
        form="",
    )
    ledger.session.add(meeting)
    ledger.session.flush()
    ledger.session.refresh(meeting)
    return meeting


def regular_body(ledger: Ledger) -> str:
    """Return the name of the body whose meeting it is: the pack's body of that name, else its first with members."""
    bodies = [body for body in ledger.mechanism.bodies if body.members]
    name = ledger.mechanism.meetings.name
    named = [body for body in bodies if name in (body.name, body.short)]
    return next((body.name for body in [*named, *bodies]), name)


def plan_of(ledger: Ledger, period: str) -> MeetingPlan | None:
    """Return a month's plan with what notices have fixed; None where the pack proposes no day."""
    if not ledger.mechanism.meetings.rule:
        return None
    year, month = int(period[:4]), int(period[5:])
    return meeting_plan(year, month, ledger.mechanism, ledger.calendar, ledger.called)


def next_period(ledger: Ledger) -> str:
    """Return the month of the next regular meeting: the first not held, cancelled or gone by."""
    day = ledger.today.replace(day=1)
    for _ in range(3):
        period = f"{day:%Y-%m}"
        if _lies_ahead(ledger, period):
            return period
        day = month_end(day) + timedelta(days=1)
    return f"{day:%Y-%m}"


def _lies_ahead(ledger: Ledger, period: str) -> bool:
    meeting = find_regular(ledger, period)
    if meeting is not None and meeting.by_notice:
        return meeting.state == MeetingState.CALLED.value and meeting.day >= ledger.today
    plan = plan_of(ledger, period)
    return plan.day >= ledger.today if plan else True


def taskforce_meeting(ledger: Ledger, taskforce: Taskforce, period: str) -> Meeting:
    """Return the 专班 meeting of a month that is still to come, or prepare one (JZ-11)."""
    found = ledger.session.scalar(
        select(Meeting)
        .where(
            Meeting.kind == MeetingKind.TASKFORCE.value,
            Meeting.taskforce_id == taskforce.id,
            Meeting.period == period,
            Meeting.state.in_([state.value for state in COMING]),
        )
        .order_by(Meeting.id.desc())
    )
    if found is not None:
        return found
    last = ledger.calendar.previous_workday(month_end(date.fromisoformat(f"{period}-01")))
    return prepare(
        ledger,
        kind=MeetingKind.TASKFORCE,
        name=f"{taskforce.name}{int(period[5:])}月调度会",
        at=moment_of(max(last, ledger.today), ledger.mechanism.meetings.time),
        convenor=taskforce.leader,
        period=period,
        taskforce=taskforce,
    )


def prepare(
    ledger: Ledger,
    *,
    kind: MeetingKind,
    name: str,
    at: datetime,
    convenor: Person | None,
    period: str = "",
    taskforce: Taskforce | None = None,
) -> Meeting:
    """Write a meeting that is being prepared; nobody is told."""
    meeting = Meeting(
        name=name,
        at=at,
        place="",
        convenor=convenor.name if convenor else "",
        convenor_id=convenor.id if convenor else None,
        state=MeetingState.PROPOSED.value,
        called_at=ledger.now,
        kind=kind.value,
        period=period,
        body=taskforce.name if taskforce else "",
        form="",
        taskforce_id=taskforce.id if taskforce else None,
    )
    ledger.session.add(meeting)
    ledger.session.flush()
    ledger.session.refresh(meeting)
    return meeting
