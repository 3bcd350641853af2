"""Who comes, who asked leave of whom, who sent somebody else (DC-29, DC-30, A21).

Leave is the convenor's to grant, for this meeting, asked by the person himself; what others ask for him waits for
his own word. A substitute (替会) is no attendance and no leave.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.absence import Absence
from models.base import Base
from models.entry import Entry, EntryKind
from models.errors import Refusal, WrongState
from models.ledger import Ledger
from models.meeting import Meeting, MeetingSeat, MeetingState, facts
from models.people import Person
from models.periods import shown


class SeatState(StrEnum):
    """How it stands with one attendee (mission 4.3)."""

    TO_INVITE = "to_invite"
    CALLED = "called"
    AWARE = "aware"
    LEAVE_ASKED = "leave_asked"
    LEAVE_GRANTED = "leave_granted"
    LEAVE_REFUSED = "leave_refused"
    STAND_IN = "stand_in"
    OBSERVER = "observer"
    LATE_TOLD = "late_told"
    PRESENT = "present"
    LATE = "late"
    ABSENT = "absent"


SEAT_LABELS = {
    SeatState.TO_INVITE: "待政府办通知",
    SeatState.CALLED: "已通知",
    SeatState.AWARE: "已知晓",
    SeatState.LEAVE_ASKED: "请假待批",
    SeatState.LEAVE_GRANTED: "请假（准）",
    SeatState.LEAVE_REFUSED: "请假（未准）",
    SeatState.STAND_IN: "替会",
    SeatState.OBSERVER: "列席",
    SeatState.LATE_TOLD: "迟到报备",
    SeatState.PRESENT: "到会",
    SeatState.LATE: "迟到",
    SeatState.ABSENT: "缺席",
}
SETTLED = (SeatState.PRESENT, SeatState.LATE, SeatState.LATE_TOLD)
"""Present, in whatever way."""


class LeaveState(StrEnum):
    """Where a request for leave stands."""

    UNCONFIRMED = "unconfirmed"  # 代请, waits for the person's own word
    WAITING = "waiting"
    GRANTED = "granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


LEAVE_LABELS = {
    LeaveState.UNCONFIRMED: "待本人确认",
    LeaveState.WAITING: "待批",
    LeaveState.GRANTED: "准",
    LeaveState.REFUSED: "未准",
    LeaveState.WITHDRAWN: "已撤回",
}
_OPEN = (LeaveState.UNCONFIRMED.value, LeaveState.WAITING.value)


class Leave(Base):
    """A request for leave from one meeting; `first` and `last` are the days it covers, where it names any."""

    __tablename__ = "leaves"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    convenor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200))
    first: Mapped[date | None]
    last: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), index=True)
    asked_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(lazy="joined", foreign_keys=person_id)
    meeting: Mapped[Meeting] = relationship(lazy="joined")

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return LEAVE_LABELS[LeaveState(self.state)]


# --- seats ----------------------------------------------------------------------------------------------


def seat_for(meeting: Meeting, person: Person) -> MeetingSeat | None:
    """Return somebody's own seat at a meeting."""
    return next((seat for seat in meeting.seats if seat.person_id == person.id), None)


def seats_of(ledger: Ledger, person: Person, *states: SeatState) -> list[tuple[Meeting, MeetingSeat]]:
    """Return somebody's seats at called meetings that have not begun, soonest first, in these states or in any."""
    query = (
        select(Meeting, MeetingSeat)
        .join(MeetingSeat, MeetingSeat.meeting_id == Meeting.id)
        .where(
            MeetingSeat.person_id == person.id,
            Meeting.state == MeetingState.CALLED.value,
            Meeting.at > ledger.now,
        )
        .order_by(Meeting.at)
    )
    if states:
        query = query.where(MeetingSeat.state.in_([state.value for state in states]))
    return [(meeting, seat) for meeting, seat in ledger.session.execute(query)]


def mark(
    ledger: Ledger, meeting: Meeting, seat: MeetingSeat, state: SeatState, by: Person | None, text: str, note: str = ""
) -> Entry:
    """Note how it stands with one attendee."""
    seat.state, seat.note = state.value, note[:200] or seat.note
    return ledger.record(
        EntryKind.ATTENDANCE,
        text,
        person=by,
        data={
            **facts(meeting),
            "state": SEAT_LABELS[state],
            "person": seat.person.name if seat.person else None,
            "unit": seat.unit_name or None,
            "reason": note or None,
            "recorded_for": seat.name if by is None or by.id != seat.person_id else None,
        },
    )


# --- leave ----------------------------------------------------------------------------------------------


def ask_leave(
    ledger: Ledger,
    meeting: Meeting,
    person: Person,
    *,
    by: Person | None,
    reason: str,
    first: date | None = None,
    last: date | None = None,
    spans: dict[str, str] | None = None,
) -> Leave:
    """Ask the meeting's convenor for leave; a request made by somebody else waits for the person's own word.

    `spans` are the words the person and the days came from. Raises Refusal for somebody who is not asked to attend,
    or whose days do not meet the meeting.
    """
    if meeting.by_notice and seat_for(meeting, person) is None:
        raise Refusal(f"{person.name}不在{meeting.name}的参会名单里，不用请假。")
    if meeting.at <= ledger.now:
        raise Refusal(f"{meeting.name}已经开过，不能再请假；有情况请向召集人{meeting.convenor}书面说明。")
    if first is not None and last is not None and not first <= meeting.day <= last:
        raise Refusal(f"{shown(first)}至{shown(last)}与{meeting.name}不冲突，不用请假。")
    for older in open_leaves(ledger, meeting, person):
        older.state = LeaveState.WITHDRAWN.value
    himself = by is not None and by.id == person.id
    leave = Leave(
        meeting_id=meeting.id,
        person_id=person.id,
        asked_by=by.id if by else None,
        convenor_id=meeting.convenor_id,
        reason=reason[:200],
        first=first,
        last=last,
        state=(LeaveState.WAITING if himself else LeaveState.UNCONFIRMED).value,
        asked_at=ledger.now,
    )
    ledger.session.add(leave)
    ledger.session.flush()
    ledger.session.refresh(leave)
    _put(meeting, person, SeatState.LEAVE_ASKED, reason)
    _record(ledger, leave, by, reason, spans)
    return leave


def confirm_leave(ledger: Ledger, leave: Leave, by: Person) -> None:
    """The person himself stands by what was asked for him. Raises WrongState, Refusal."""
    if by.id != leave.person_id:
        raise Refusal(f"这份请假要由{leave.person.name}本人确认。")
    _require(leave, LeaveState.UNCONFIRMED)
    leave.state = LeaveState.WAITING.value
    _record(ledger, leave, by, "本人确认请假")


def withdraw_leave(ledger: Ledger, leave: Leave, by: Person) -> None:
    """The person does not want the leave: he attends."""
    _require(leave, LeaveState.UNCONFIRMED, LeaveState.WAITING, LeaveState.GRANTED)
    leave.state = LeaveState.WITHDRAWN.value
    _put(leave.meeting, leave.person, SeatState.AWARE, "")
    _record(ledger, leave, by, "不请假")


def decide_leave(ledger: Ledger, leave: Leave, by: Person, *, grant: bool, remark: str = "") -> None:
    """准 or 不准 by this meeting's convenor; what is granted for days waives what they cover (A13)."""
    _require(leave, LeaveState.WAITING)
    leave.state = (LeaveState.GRANTED if grant else LeaveState.REFUSED).value
    leave.decided_by = by.id
    state = SeatState.LEAVE_GRANTED if grant else SeatState.LEAVE_REFUSED
    _put(leave.meeting, leave.person, state, leave.reason)
    if grant and leave.first is not None and leave.last is not None:
        ledger.session.add(
            Absence(
                person_id=leave.person_id,
                first=leave.first,
                last=leave.last,
                reason=leave.reason,
                granted_by=by.id,
            )
        )
    _record(ledger, leave, by, remark or ("准假" if grant else "不准假"))


def void_leaves(ledger: Ledger, meeting: Meeting) -> list[Person]:
    """Leave was asked from the day the meeting had: on another day it is asked anew. Return whose it was."""
    states = [*_OPEN, LeaveState.GRANTED.value]
    rows = ledger.session.scalars(select(Leave).where(Leave.meeting_id == meeting.id, Leave.state.in_(states))).all()
    for leave in rows:
        leave.state = LeaveState.WITHDRAWN.value
        ledger.drop_waiting(f"leave:{leave.id}")
        _put(meeting, leave.person, SeatState.CALLED, "")
        _record(ledger, leave, None, "会期变动，原请假作废")
    return [leave.person for leave in rows]


def open_leaves(ledger: Ledger, meeting: Meeting, person: Person) -> list[Leave]:
    """Return somebody's undecided requests for one meeting."""
    return list(
        ledger.session.scalars(
            select(Leave).where(Leave.meeting_id == meeting.id, Leave.person_id == person.id, Leave.state.in_(_OPEN))
        )
    )


def leaves_of(ledger: Ledger, meeting: Meeting) -> list[Leave]:
    """Return the leave asked for a meeting that stands: waiting, granted or not."""
    query = select(Leave).where(Leave.meeting_id == meeting.id, Leave.state != LeaveState.WITHDRAWN.value)
    return list(ledger.session.scalars(query.order_by(Leave.id)))


def leaves_by(ledger: Ledger, person: Person) -> list[Leave]:
    """Return somebody's requests for leave, the newest first, withdrawn ones included."""
    query = select(Leave).where(Leave.person_id == person.id).order_by(Leave.id.desc()).limit(5)
    return list(ledger.session.scalars(query))


def leaves_before(ledger: Ledger, convenor: Person) -> list[Leave]:
    """Return the requests that wait for a convenor."""
    return list(
        ledger.session.scalars(
            select(Leave)
            .where(Leave.convenor_id == convenor.id, Leave.state == LeaveState.WAITING.value)
            .order_by(Leave.id)
        )
    )


def leaves_to_confirm(ledger: Ledger, person: Person) -> list[Leave]:
    """Return what others have asked for somebody."""
    return list(
        ledger.session.scalars(
            select(Leave)
            .where(Leave.person_id == person.id, Leave.state == LeaveState.UNCONFIRMED.value)
            .order_by(Leave.id)
        )
    )


def _require(leave: Leave, *states: LeaveState) -> None:
    if LeaveState(leave.state) not in states:
        raise WrongState(f"{leave.person.name}的请假现在是「{leave.label}」，不用再办了。")


def _put(meeting: Meeting, person: Person, state: SeatState, note: str) -> None:
    seat = seat_for(meeting, person)
    if seat is not None:
        seat.state, seat.note = state.value, note[:200]


def _record(ledger: Ledger, leave: Leave, by: Person | None, text: str, spans: dict[str, str] | None = None) -> None:
    himself = by is not None and by.id == leave.person_id
    ledger.record(
        EntryKind.LEAVE,
        text,
        person=by,
        data={
            **facts(leave.meeting),
            "state": leave.label,
            "person": leave.person.name,
            "unit": leave.person.unit.shown,
            "reason": leave.reason,
            "first": leave.first.isoformat() if leave.first else None,
            "last": leave.last.isoformat() if leave.last else None,
            "recorded_for": None if himself or leave.decided_by else leave.person.name,
            "spans": spans,
        },
    )


# --- the roll -------------------------------------------------------------------------------------------


def call_roll(
    ledger: Ledger, meeting: Meeting, by: Person | None, exceptions: dict[str, SeatState], text: str
) -> dict[SeatState, list[str]]:
    """Note who came, by the office after the meeting: everybody not excused and not named came.

    `exceptions` are names (or units) with 缺席, 迟到, 替会 or 列席. Raises Refusal for a name not on the list.
    """
    seats = {seat.name: seat for seat in meeting.seats} | {seat.unit_name: seat for seat in meeting.seats}
    unknown = [name for name in exceptions if name not in seats]
    if unknown:
        raise Refusal(f"{'、'.join(unknown)}不在{meeting.name}的参会名单里，请核对后再登记。")
    named = {id(seats[name]): state for name, state in exceptions.items()}
    present = []
    for seat in meeting.seats:
        state = named.get(id(seat)) or _by_default(SeatState(seat.state))
        if state is SeatState.PRESENT:
            seat.state = state.value
            present.append(seat.name)
        elif id(seat) in named:
            mark(ledger, meeting, seat, state, by, text)
    ledger.record(
        EntryKind.ATTENDANCE,
        text,
        person=by,
        data={**facts(meeting), "state": SEAT_LABELS[SeatState.PRESENT], "present": present},
    )
    return tally(meeting)


def _by_default(state: SeatState) -> SeatState:
    """What a seat becomes when the roll does not name it: leave, substitutes and observers stay what they are."""
    kept = (SeatState.LEAVE_GRANTED, SeatState.STAND_IN, SeatState.OBSERVER, SeatState.TO_INVITE, *SETTLED)
    return state if state in kept and state is not SeatState.LATE_TOLD else SeatState.PRESENT


def tally(meeting: Meeting) -> dict[SeatState, list[str]]:
    """Return the names by how it stands with them."""
    found: dict[SeatState, list[str]] = {}
    for seat in meeting.seats:
        found.setdefault(SeatState(seat.state), []).append(seat.name)
    return found


def unexcused(ledger: Ledger, meeting: Meeting) -> list[tuple[MeetingSeat, str]]:
    """Return who is to be named in the attendance bulletin (DC-30) with why: never anybody whose leave was granted."""
    named = {SeatState.ABSENT: "缺席，未履行请假程序", SeatState.LEAVE_REFUSED: "请假未准，未到会"}
    if ledger.mechanism.conflicts.substitute == "not_attendance":
        named[SeatState.STAND_IN] = "擅自安排他人替会"
    return [(seat, named[state]) for seat in meeting.seats if (state := SeatState(seat.state)) in named]
