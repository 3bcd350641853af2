"""A called meeting that is moved, cancelled, merged or held: whoever was asked hears it once, what waits is dropped."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import select

from handlers.meeting import require_caller, require_mover
from handlers.meeting_ripples import merge, said_at, tell_dates_moved
from models import duties
from models.attendance import void_leaves
from models.calendar import local_date
from models.entry import Entry, EntryKind
from models.errors import Refusal, WrongState
from models.ledger import Ledger
from models.mechanism import Actor, DutyKind, Obligation, PayingKind
from models.meeting import Meeting, MeetingKind, MeetingState, duty, facts, keep_called, step
from models.notices import Amended, MeetingCancelled, MeetingMoved
from models.people import Person
from models.regular import plan_of

_SPECIAL = {MeetingKind.MATCHING.value: Actor.DEPARTMENT, MeetingKind.GENERAL.value: Actor.MAIN_LEADER}


def move_meeting(ledger: Ledger, meeting: Meeting, at: datetime, place: str, by: Person | None) -> None:
    """改期: the notice's new day counts, for the meeting and for all that is counted back from it (DC-15)."""
    require_mover(ledger, meeting, by)
    if meeting.state != MeetingState.CALLED.value:
        raise WrongState(f"{meeting.name}现在是「{meeting.label}」，还没有通知，直接发会议通知即可。")
    if at <= ledger.now:
        raise Refusal("会议时间已经过去，请改一个以后的时间。")
    if at == meeting.at and place in ("", meeting.place):
        raise Refusal(f"{meeting.name}本来就定在{said_at(at, ledger)}。")
    before = plan_of(ledger, meeting.period) if meeting.kind == MeetingKind.REGULAR.value else None
    told, was = meeting.people, meeting.at
    ledger.drop_waiting(duty(meeting))
    meeting.at, meeting.place, meeting.called_at = at, place or meeting.place, ledger.now
    text = f"{meeting.name}改期：{said_at(was, ledger)}改为{said_at(at, ledger)}"
    data = {"about": "meeting", "state": "改期", "before": was.astimezone(ledger.local_now.tzinfo).isoformat()}
    ledger.record(EntryKind.NOTE, text, person=by, data=data | facts(meeting))
    ledger.session.flush()
    keep_called(ledger)
    moved = f"moved:{ledger.now.isoformat()}"
    _tell(ledger, meeting, MeetingMoved(meeting.name, was, at, meeting.place), moved, told)
    if local_date(was) != meeting.day:
        words = Amended(f"{meeting.name}改了日子，您原来的请假作废；还不能到会，请再向召集人{meeting.convenor}请假。")
        for person in void_leaves(ledger, meeting):
            ledger.say(words, to=person, key=f"{duty(meeting)}:{moved}:leave:{person.id}")
    tell_dates_moved(ledger, meeting, before)


def move_to_day(ledger: Ledger, meeting: Meeting, day: date, clock: time | None, place: str, by: Person | None) -> str:
    """改期 to a day, at the hour it had where none is given; return what is told."""
    local = meeting.at.astimezone(ledger.local_now.tzinfo)
    at = datetime.combine(day, clock or local.time(), local.tzinfo)
    move_meeting(ledger, meeting, at, place, by)
    return f"{meeting.name}已改到{said_at(at, ledger)}，参会人和要报材料的已各告知一次。"


def cancel_meeting(ledger: Ledger, meeting: Meeting, by: Person | None, reason: str) -> None:
    """取消: those who were told hear it once, and of no other day; a meeting nobody heard of just ends."""
    require_caller(ledger, meeting, by)
    called = meeting.state == MeetingState.CALLED.value
    step(ledger, meeting, MeetingState.CANCELLED, by, f"取消{meeting.name}{'：' + reason if reason else ''}")
    if called:
        _tell(ledger, meeting, MeetingCancelled(meeting.name, meeting.at, reason), "cancelled", meeting.people)


def merge_meetings(ledger: Ledger, into: Meeting, other: Meeting, by: Person | None) -> None:
    """Merge two called meetings: who was asked to both hears it once."""
    told = merge(ledger, into, other, by)
    ledger.drop_waiting(f"merge:{into.id}:{other.id}")
    words = MeetingMoved(f"{other.name}（与{into.name}合并召开）", other.at, into.at, into.place)
    _tell(ledger, other, words, "merged", told)


def hold_meeting(ledger: Ledger, meeting: Meeting, by: Person | None, text: str, form: str = "") -> Entry | None:
    """Note that a meeting took place: it pays the duties it was called for. None when that is known already."""
    if meeting.state == MeetingState.HELD.value:
        return None
    if meeting.at > ledger.now:
        raise Refusal(f"{meeting.name}定在{said_at(meeting.at, ledger)}，还没有开。")
    meeting.form = form or meeting.form
    entry = step(ledger, meeting, MeetingState.HELD, by, text)
    if meeting.form:
        entry.data = {**entry.data, "form": meeting.form}
    merged = ledger.session.scalars(select(Meeting).where(Meeting.merged_into == meeting.id))
    for one in (meeting, *merged):
        _pay(ledger, one, entry, by)
    return entry


def _pay(ledger: Ledger, meeting: Meeting, entry: Entry, by: Person | None) -> None:
    for obligation in ledger.mechanism.obligations:
        subject = _subject(meeting, obligation)
        if subject is None or PayingKind.DECISION not in obligation.discharged_by:
            continue
        duties.pay(
            ledger,
            entry,
            person=by,
            occurred=meeting.day,
            duty=obligation.id,
            period=_period(meeting, obligation),
            subject=subject,
        )


def _subject(meeting: Meeting, obligation: Obligation) -> str | None:
    """Return for whom a meeting pays a duty, None where it does not."""
    if meeting.kind == MeetingKind.REGULAR.value and obligation.recurring and obligation.per == "area":
        return "area"
    if meeting.kind == MeetingKind.TASKFORCE.value and obligation.recurring and obligation.per == "taskforce":
        return f"taskforce:{meeting.taskforce_id}"
    if obligation.kind is DutyKind.MEETING and not obligation.recurring:
        return "area" if _SPECIAL.get(meeting.kind) is obligation.owner else None
    return None


def _period(meeting: Meeting, obligation: Obligation) -> str | None:
    """The month a regular meeting is for; the day of one that no calendar brings about; else what the day gives."""
    if obligation.due.rule == "meeting":
        return meeting.period
    return None if obligation.recurring else meeting.day.isoformat()


def _tell(
    ledger: Ledger, meeting: Meeting, words: MeetingMoved | MeetingCancelled, what: str, people: list[Person]
) -> None:
    for person in people:
        ledger.say(words, to=person, key=f"{duty(meeting)}:{what}:{person.id}", duty=f"{duty(meeting)}:{what}")
    for seat in meeting.groups:
        ledger.say(words, to=seat.group, key=f"{duty(meeting)}:{what}:g{seat.group_id}", duty=f"{duty(meeting)}:{what}")
