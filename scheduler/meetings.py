"""Around a meeting: reminders before it begins, to people and to groups; what the office is still to do for it."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import select

from models.attendance import SeatState
from models.calendar import SHANGHAI, next_opening
from models.ledger import Ledger
from models.mechanism import MeetingReminder as Rule
from models.meeting import Meeting, MeetingState, coming_meetings, duty
from models.notices import MeetingChoice, MeetingReminder, Plain
from models.periods import shown
from models.regular import next_period, plan_of, regular_meeting
from models.topic import count_topics
from scheduler.speaking import may_remind, may_speak

_ROLL_WITHIN = timedelta(days=10)
_LASTS = timedelta(hours=2)


def meeting_reminders(ledger: Ledger) -> None:
    """Say the last reminder reached for each coming meeting, once."""
    if not may_speak(ledger):
        return
    for meeting in coming_meetings(ledger):
        reached = [
            (instant, number)
            for number, rule in enumerate(ledger.mechanism.meetings.reminders)
            if (instant := reminder_at(ledger, meeting, rule)) is not None and instant <= ledger.now
        ]
        if reached:
            _say(ledger, meeting, max(reached)[1])


def reminder_at(ledger: Ledger, meeting: Meeting, rule: Rule) -> datetime | None:
    """Return when a rule reminds of a meeting: None when only after it began or before it was called."""
    if rule.minutes is not None:
        instant = meeting.at - timedelta(minutes=rule.minutes)
    else:
        day = meeting.at.astimezone(SHANGHAI).date()
        day = ledger.calendar.add_workdays(day, -(rule.workdays or 1))
        instant = datetime.combine(day, time.fromisoformat(rule.at), SHANGHAI)
    instant = next_opening(instant, ledger.county.window, ledger.calendar)
    return instant if meeting.called_at < instant < meeting.at else None


def _say(ledger: Ledger, meeting: Meeting, number: int) -> None:
    words = MeetingReminder(meeting.name, meeting.at, meeting.place)
    rung = f"{duty(meeting)}:remind:{meeting.at.isoformat()}:{number}"
    for seat in meeting.seats:
        if seat.person is not None and seat.told and seat.state != SeatState.LEAVE_GRANTED.value:
            ledger.say(words, to=seat.person, key=f"{rung}:{seat.person_id}", duty=duty(meeting), expires_at=meeting.at)
    for group in meeting.groups:
        ledger.say(words, to=group.group, key=f"{rung}:g{group.group_id}", duty=duty(meeting), expires_at=meeting.at)


# --- the office's own part ------------------------------------------------------------------------------


def meeting_preparations(ledger: Ledger) -> None:
    """Once the material's day has passed, offer the office its proposal to the convenor; later, the notice (DC-20)."""
    if not may_remind(ledger) or not ledger.mechanism.meetings.rule:
        return
    period = next_period(ledger)
    plan = plan_of(ledger, period)
    if plan is None or not plan.materials_due < ledger.today <= plan.day:
        return
    meeting = regular_meeting(ledger, period)
    mine = f"{duty(meeting)}:prepare"
    if meeting.state == MeetingState.PROPOSED.value:
        words = MeetingChoice(
            title=f"可以提出召开{meeting.name}的建议了",
            lines=[
                f"材料报送日{shown(plan.materials_due)}已过，议题{count_topics(ledger, meeting)}项",
                f"拟{shown(plan.day)}，以召集人定的为准",
            ],
            hint="可回「报开会建议」。",
            buttons=[(f"suggest-{meeting.id}", "报召集人")],
        )
        ledger.say_to_office(words, key=f"{mine}:suggest", duty=mine)
    if meeting.state == MeetingState.DECIDED.value and ledger.calendar.workdays_between(ledger.today, meeting.day) <= 2:
        late = Plain(f"{meeting.name}召集人定在{shown(meeting.day)}，还没有发通知；没有通知就不提醒参会人。")
        ledger.say_to_office(late, key=f"{mine}:call", duty=mine)


def missing_rolls(ledger: Ledger) -> None:
    """Ask the office once, after a meeting, who came: nobody else is asked."""
    if not may_remind(ledger):
        return
    rows = ledger.session.scalars(
        select(Meeting).where(
            Meeting.state == MeetingState.CALLED.value,
            Meeting.at <= ledger.now - _LASTS,
            Meeting.at >= ledger.now - _ROLL_WITHIN,
        )
    )
    for meeting in rows:
        how = f"例如「{meeting.name}到会情况：全到」；议定事项直接回「议定：……」"
        words = Plain(f"{meeting.name}开过了，请登记到会情况，{how}。")
        ledger.say_to_office(words, key=f"{duty(meeting)}:roll", duty=f"{duty(meeting)}:roll")
