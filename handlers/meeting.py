"""Calling a meeting: announced to people and groups, reminded before it begins (DC-13, DC-15)."""

from __future__ import annotations

from datetime import datetime

from models.errors import Refusal
from models.ledger import Ledger
from models.meeting import Meeting, call_meeting, duty
from models.notices import MeetingCalled, MeetingCalledGroup
from models.people import Person
from models.project import Group


def announce_meeting(
    ledger: Ledger,
    *,
    name: str,
    at: datetime,
    place: str,
    convenor: str,
    people: list[Person],
    groups: list[Group],
    urgent: str = "",
) -> Meeting:
    """Write a meeting and tell everybody concerned, each person once. Raises Refusal for a time gone by."""
    if at <= ledger.now:
        raise Refusal("会议时间已经过去，请改一个以后的时间。")
    unique = list({person.id: person for person in people}.values())
    meeting = call_meeting(ledger, name=name, at=at, place=place, convenor=convenor, people=unique, groups=groups)
    words = MeetingCalled(name, at, place, convenor, _rules(ledger))
    for person in unique:
        ledger.say(words, to=person, key=f"{duty(meeting)}:called:{person.id}", duty=duty(meeting), urgent=urgent)
    for group in groups:
        ledger.say(
            MeetingCalledGroup(name, at, place),
            to=group,
            key=f"{duty(meeting)}:called:g{group.id}",
            duty=duty(meeting),
            urgent=urgent,
        )
    return meeting


def _rules(ledger: Ledger) -> list[str]:
    """Say how leave works where the mechanism does (DC-29)."""
    meetings = ledger.mechanism.meetings
    if meetings.leave_clause is None:
        return []
    return [f"请主要负责同志参会，不得替会；不能参会请向召集人（{meetings.convenor_title}）请假。"]
