"""Reminders before a meeting begins, to people and to groups."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from models.calendar import SHANGHAI, next_opening
from models.ledger import Ledger
from models.mechanism import MeetingReminder as Rule
from models.meeting import Meeting, coming_meetings, duty
from models.notices import MeetingReminder
from scheduler.speaking import may_speak


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
    for person in meeting.people:
        key = f"{duty(meeting)}:remind:{number}:{person.id}"
        ledger.say(words, to=person, key=key, duty=duty(meeting), expires_at=meeting.at)
    for seat in meeting.groups:
        key = f"{duty(meeting)}:remind:{number}:g{seat.group_id}"
        ledger.say(words, to=seat.group, key=key, duty=duty(meeting), expires_at=meeting.at)
