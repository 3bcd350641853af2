"""Calling a meeting: its roster, its notice to people and groups, what else follows from the day (DC-13 to DC-15).

What an office asks by command or by chat ends here; the clock reminds before it begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from handlers.meeting_ripples import ask_to_invite, propose_merging, said_at, tell_dates_moved
from models.actors import Scope, holders
from models.deeds import Deed, require
from models.errors import Refusal, WrongState
from models.ledger import Ledger
from models.mechanism import Actor
from models.meeting import (
    Meeting,
    MeetingGroup,
    MeetingKind,
    MeetingSeat,
    MeetingState,
    call_meeting,
    duty,
    seat_of,
    step,
)
from models.notices import MeetingCalled, MeetingCalledGroup
from models.people import Person, Role
from models.periods import shown
from models.project import Group, Project
from models.regular import plan_of
from models.roster import builders, relay_words, seats_for
from models.topic import topics_of


@dataclass
class Called:
    """What became of a call: the meeting, whom the office tells on paper, what it should think of."""

    meeting: Meeting
    on_paper: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


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
    _require_future(ledger, at)
    unique = list({person.id: person for person in people}.values())
    meeting = call_meeting(ledger, name=name, at=at, place=place, convenor=convenor, people=unique, groups=groups)
    send_notice(ledger, meeting, urgent=urgent)
    propose_merging(ledger, meeting)
    return meeting


def call_prepared(
    ledger: Ledger,
    meeting: Meeting,
    *,
    at: datetime,
    place: str,
    by: Person | None,
    extra: Sequence[Person] = (),
    groups: Sequence[Group] = (),
    convenor: Person | None = None,
    urgent: str = "",
) -> Called:
    """Give notice of a meeting that was prepared (拟定): roster, notice, and whatever its day moves.

    Raises Forbidden for whoever may not call it, Refusal for a time gone by.
    """
    require_caller(ledger, meeting, by)
    _require_future(ledger, at)
    if meeting.state == MeetingState.CALLED.value:
        was = said_at(meeting.at, ledger)
        raise WrongState(f"{meeting.name}已经通知在{was}；要改请回「{meeting.name}改到某月某日」。")
    before = plan_of(ledger, meeting.period) if meeting.kind == MeetingKind.REGULAR.value else None
    meeting.at, meeting.place, meeting.called_at = at, place, ledger.now
    if convenor is not None:
        meeting.convenor, meeting.convenor_id, meeting.convened_by = convenor.name, convenor.id, convenor
    projects = _projects(ledger, meeting)
    seats = seats_for(ledger, meeting, projects, _needs(ledger, meeting), extra)
    on_agenda = [topic.project for topic in topics_of(ledger, meeting) if topic.project]
    meeting.seats = _once([*seats, *_taskforce_seats(ledger, meeting), *builders(ledger, meeting, on_agenda)])
    meeting.groups = [MeetingGroup(group_id=group.id, group=group) for group in groups]
    text = f"通知{meeting.name}：{said_at(at, ledger)}，{place}"
    step(ledger, meeting, MeetingState.CALLED, by, text)
    ledger.drop_waiting(f"{duty(meeting)}:prepare")
    send_notice(ledger, meeting, urgent=urgent)
    tell_dates_moved(ledger, meeting, before)
    ask_to_invite(ledger, meeting)
    propose_merging(ledger, meeting)
    return Called(meeting, on_paper(ledger, meeting), warnings_for(ledger, meeting))


def require_caller(ledger: Ledger, meeting: Meeting, by: Person | None) -> None:
    """Refuse whoever may not call this meeting: a 专班's is its own leader's and lead units' too (JZ-10)."""
    if meeting.taskforce is not None:
        require(ledger, by, Deed.CALL_TASKFORCE, Scope(taskforce=meeting.taskforce))
    else:
        require(ledger, by, Deed.CALL_MEETING)


def require_mover(ledger: Ledger, meeting: Meeting, by: Person | None) -> None:
    """Refuse whoever may not move this meeting: its convenor may, and whoever may call it."""
    if meeting.taskforce is not None and meeting.convened_by is not by:
        require(ledger, by, Deed.CALL_TASKFORCE, Scope(taskforce=meeting.taskforce))
        return
    require(ledger, by, Deed.MOVE_MEETING, Scope(convenor=meeting.convened_by))


def send_notice(ledger: Ledger, meeting: Meeting, *, urgent: str = "") -> None:
    """Tell everybody asked and every group, each once."""
    words = MeetingCalled(
        meeting=meeting.name,
        at=meeting.at,
        place=meeting.place,
        convenor=meeting.convenor,
        rules=_rules(ledger, meeting),
        buttons=[(f"aware-{meeting.id}", "收到"), (f"askleave-{meeting.id}", "请假")],
    )
    for person in meeting.people:
        ledger.say(words, to=person, key=f"{duty(meeting)}:called:{person.id}", duty=duty(meeting), urgent=urgent)
    for seat in meeting.groups:
        ledger.say(
            MeetingCalledGroup(meeting.name, meeting.at, meeting.place),
            to=seat.group,
            key=f"{duty(meeting)}:called:g{seat.group_id}",
            duty=duty(meeting),
            urgent=urgent,
        )


def on_paper(ledger: Ledger, meeting: Meeting) -> dict[str, list[str]]:
    """Return the seats we cannot tell ourselves (A25: outside units, people without an account) by who relays."""
    found: dict[str, list[str]] = {}
    for seat in meeting.seats:
        if seat.relay:
            found.setdefault(relay_words(ledger, seat), []).append(seat.name)
    return found


def warnings_for(ledger: Ledger, meeting: Meeting) -> list[str]:
    """Return what the office should think of; nothing here blocks."""
    warnings = []
    if not ledger.calendar.is_workday(meeting.day):
        warnings.append(f"{shown(meeting.day)}是{ledger.calendar.name_of(meeting.day) or '周末'}，不是工作日。")
    heads = [seat for seat in meeting.seats if seat.person and ledger.has_role(seat.person, Role.UNIT_HEAD)]
    if heads and _by_deputy(ledger, meeting):
        warnings.append(
            f"召集人{meeting.convenor}是分管负责同志，按减负若干规定一般不要求下级单位一把手参会；"
            f"本次要求{len(heads)}位一把手参会，请酌定。"
        )
    return warnings


def _by_deputy(ledger: Ledger, meeting: Meeting) -> bool:
    return meeting.convenor_id not in {person.id for person in holders(ledger, Actor.MAIN_LEADER)}


def _require_future(ledger: Ledger, at: datetime) -> None:
    if at <= ledger.now:
        raise Refusal("会议时间已经过去，请改一个以后的时间。")


def _projects(ledger: Ledger, meeting: Meeting) -> list[Project]:
    """Whose leaders and units are asked: every project's at the regular meeting, else those on the agenda."""
    if meeting.kind == MeetingKind.REGULAR.value:
        return list(ledger.session.scalars(select(Project).order_by(Project.id)))
    found = {topic.project.id: topic.project for topic in topics_of(ledger, meeting) if topic.project}
    return list(found.values())


def _needs(ledger: Ledger, meeting: Meeting) -> list[str]:
    return list(dict.fromkeys(unit for topic in topics_of(ledger, meeting) for unit in topic.needs))


def _taskforce_seats(ledger: Ledger, meeting: Meeting) -> list[MeetingSeat]:
    """A 专班's own people: its leader and every unit's head."""
    if meeting.taskforce is None:
        return []
    leader = [seat_of(meeting.taskforce.leader, "牵头领导")] if meeting.taskforce.leader else []
    units = {seat.unit_id: seat.unit for seat in meeting.taskforce.seats}
    heads = [person for unit_id in units for person in ledger.people_with(Role.UNIT_HEAD, {unit_id})]
    return [*leader, *(seat_of(head, "成员单位") for head in heads)]


def _once(seats: Iterable[MeetingSeat]) -> list[MeetingSeat]:
    found: dict[object, MeetingSeat] = {}
    for seat in seats:
        found.setdefault(seat.person_id or seat.unit_name, seat)
    return list(found.values())


def _rules(ledger: Ledger, meeting: Meeting) -> list[str]:
    """Say how leave works where the mechanism does (DC-29)."""
    rule = ledger.mechanism.meetings
    if rule.leave_clause is None:
        return []
    convenor = meeting.convenor or rule.convenor_title
    return [f"请主要负责同志参会，不得替会；不能参会请向召集人（{convenor}）请假。"]
