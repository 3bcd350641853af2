"""Meetings (调度例会, 联席会议, 专班调度会; DC-13 to DC-29): proposed by rule, decided by notice, held, cancelled.

A regular meeting has a row from the first thing that is prepared for it (拟定); its members hear of it only when a
notice calls it (A3). Whoever changes a called day calls :func:`keep_called`, which lets the rule's dates follow.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.actors import holders
from models.base import Base
from models.calendar import SHANGHAI, local_date
from models.called import Called
from models.entry import Entry, EntryKind
from models.errors import WrongState
from models.ledger import Ledger
from models.mechanism import Actor
from models.people import Person
from models.project import Group, Taskforce


class MeetingState(StrEnum):
    """Where a meeting stands; 改期 is a step from one called day to another, not a state."""

    PROPOSED = "proposed"
    SUGGESTED = "suggested"
    DECIDED = "decided"
    CALLED = "called"
    HELD = "held"
    CANCELLED = "cancelled"
    MERGED = "merged"


MEETING_LABELS = {
    MeetingState.PROPOSED: "拟定",
    MeetingState.SUGGESTED: "待召集人定",
    MeetingState.DECIDED: "召集人已定",
    MeetingState.CALLED: "已通知",
    MeetingState.HELD: "已召开",
    MeetingState.CANCELLED: "已取消",
    MeetingState.MERGED: "已合并",
}
COMING = (MeetingState.PROPOSED, MeetingState.SUGGESTED, MeetingState.DECIDED, MeetingState.CALLED)
_BY_NOTICE = (MeetingState.CALLED.value, MeetingState.HELD.value)


class MeetingKind(StrEnum):
    """What sort of meeting; the value is stored, the label is how people call it."""

    REGULAR = "regular"  # 例会, 联席会议
    TASKFORCE = "taskforce"  # 专班调度会 (JZ-10)
    GENERAL = "general"  # 综合调度会 (JZ-14)
    MATCHING = "matching"  # 银政企对接 (DC-26)
    OTHER = "other"


FORMS = ("专题会议", "现场办公", "其他")
"""The forms a 专班 meeting may take (JZ-10)."""


class Meeting(Base):
    """A meeting. `period` is the month of a regular or 专班 meeting; `at` is a proposal until a notice calls it."""

    __tablename__ = "meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(String(200))
    convenor: Mapped[str] = mapped_column(String(50), default="")
    state: Mapped[str] = mapped_column(String(20), default="called")
    called_at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(20), default="other", server_default="other")
    period: Mapped[str] = mapped_column(String(20), default="", server_default="", index=True)
    body: Mapped[str] = mapped_column(String(100), default="", server_default="")
    form: Mapped[str] = mapped_column(String(20), default="", server_default="")
    taskforce_id: Mapped[int | None] = mapped_column(ForeignKey("taskforces.id"))
    convenor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"))

    seats: Mapped[list[MeetingSeat]] = relationship(lazy="selectin", order_by="MeetingSeat.id")
    groups: Mapped[list[MeetingGroup]] = relationship(lazy="selectin", order_by="MeetingGroup.id")
    taskforce: Mapped[Taskforce | None] = relationship(lazy="select")
    convened_by: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=convenor_id)

    @property
    def people(self) -> list[Person]:
        """Who is asked to attend and can be told here."""
        return [seat.person for seat in self.seats if seat.person is not None and seat.told]

    @property
    def number(self) -> str:
        """How people name it: HY-3."""
        return f"HY-{self.id}"

    @property
    def day(self) -> date:
        """Its local date."""
        return local_date(self.at)

    @property
    def label(self) -> str:
        """Its state in Chinese."""
        return MEETING_LABELS[MeetingState(self.state)]

    @property
    def by_notice(self) -> bool:
        """Whether a notice has fixed its day."""
        return self.state in _BY_NOTICE


class MeetingSeat(Base):
    """Somebody, or a unit outside the tenant (A25), asked to attend. `why` is what the seat is for."""

    __tablename__ = "meeting_seats"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), default="called")
    why: Mapped[str] = mapped_column(String(100), default="", server_default="")
    unit_name: Mapped[str] = mapped_column(String(100), default="", server_default="")
    relay: Mapped[str] = mapped_column(String(50), default="", server_default="")
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")

    person: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def name(self) -> str:
        """The person, or the unit where nobody is registered."""
        return self.person.name if self.person else self.unit_name

    @property
    def told(self) -> bool:
        """Whether we tell this seat ourselves: not an outside unit, not one whose invitation waits (DC-21)."""
        return self.person is not None and not self.relay and self.state != "to_invite"


class MeetingGroup(Base):
    """A group that is told."""

    __tablename__ = "meeting_groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    group_id: Mapped[int] = mapped_column(ForeignKey("groups.id"))

    group: Mapped[Group] = relationship(lazy="joined")


def call_meeting(
    ledger: Ledger,
    *,
    name: str,
    at: datetime,
    place: str,
    convenor: str,
    people: list[Person],
    groups: list[Group],
) -> Meeting:
    """Write a meeting; what is said about it is the caller's."""
    meeting = Meeting(
        name=name,
        at=at,
        place=place,
        convenor=convenor,
        state=MeetingState.CALLED.value,
        called_at=ledger.now,
        kind=MeetingKind.OTHER.value,
        period="",
        body="",
        form="",
        convenor_id=_convenor_named(ledger, convenor),
        seats=[seat_of(person) for person in people],
        groups=[MeetingGroup(group_id=group.id) for group in groups],
    )
    ledger.session.add(meeting)
    ledger.session.flush()
    return meeting


def seat_of(person: Person, why: str = "") -> MeetingSeat:
    """Return a seat for somebody; a registered person without an account is told on paper (A25)."""
    return MeetingSeat(
        person_id=person.id,
        person=person,
        state="called",
        why=why,
        unit_name=person.unit.shown,
        relay="" if person.accounts else "office",
        note="",
    )


def _convenor_named(ledger: Ledger, words: str) -> int | None:
    person = ledger.session.scalar(select(Person).where(Person.name == words).order_by(Person.id).limit(1))
    if person is not None:
        return person.id
    usual = usual_convenor(ledger)
    return usual.id if usual else None


def usual_convenor(ledger: Ledger) -> Person | None:
    """Return who convenes where a notice names nobody (A1)."""
    main = ledger.mechanism.conflicts.convenor == "main_leader"
    return next(iter(holders(ledger, Actor.MAIN_LEADER if main else Actor.CONVENOR)), None)


# --- steps ----------------------------------------------------------------------------------------------

_FROM = {
    MeetingState.SUGGESTED: (MeetingState.PROPOSED, MeetingState.SUGGESTED),
    MeetingState.DECIDED: (MeetingState.PROPOSED, MeetingState.SUGGESTED, MeetingState.DECIDED),
    MeetingState.CALLED: COMING,
    MeetingState.HELD: (MeetingState.CALLED, MeetingState.HELD),
    MeetingState.CANCELLED: COMING,
    MeetingState.MERGED: COMING,
}


def step(ledger: Ledger, meeting: Meeting, to: MeetingState, by: Person | None, text: str) -> Entry:
    """Take a meeting to another state and note it; the days of regular meetings follow. Raises WrongState."""
    if MeetingState(meeting.state) not in _FROM[to]:
        raise WrongState(f"{meeting.name}现在是「{meeting.label}」，不能再办这一步。")
    meeting.state = to.value
    if to in (MeetingState.CANCELLED, MeetingState.MERGED):
        ledger.drop_waiting(duty(meeting))
    data = {"about": "meeting", "state": meeting.label, **facts(meeting)}
    entry = ledger.record(EntryKind.NOTE, text, person=by, data=data)
    ledger.session.flush()
    keep_called(ledger)
    return entry


def facts(meeting: Meeting) -> dict[str, object]:
    """Return what an entry says of its meeting: its number and date, and who convenes it."""
    return {"meeting": {"number": meeting.number, "date": meeting.day.isoformat()}, "convenor": meeting.convenor}


def keep_called(ledger: Ledger) -> None:
    """Write the days that notices have fixed where the rules look for them (`ledger.called`)."""
    rows = ledger.session.execute(
        select(Meeting.period, Meeting.at).where(
            Meeting.period != "", Meeting.kind == MeetingKind.REGULAR.value, Meeting.state.in_(_BY_NOTICE)
        )
    )
    days = {period: local_date(at) for period, at in rows}
    ledger.call(Called(days, ledger.called.collections))


def set_collection(ledger: Ledger, period: str, day: date) -> None:
    """Let the collection notice of a meeting go out on a day of the office's choice (A4)."""
    called = ledger.called
    ledger.call(Called(called.days, {**called.collections, period: day}))


# --- looking up -----------------------------------------------------------------------------------------


def coming_meetings(ledger: Ledger, until: datetime | None = None) -> list[Meeting]:
    """Return the called meetings that have not begun, soonest first."""
    query = select(Meeting).where(Meeting.at > ledger.now, Meeting.state == MeetingState.CALLED.value)
    if until is not None:
        query = query.where(Meeting.at <= until)
    return list(ledger.session.scalars(query.order_by(Meeting.at)))


def last_held(ledger: Ledger, meeting: Meeting) -> Meeting | None:
    """Return the meeting of the same body held before this one: its decisions are what this one looks at first."""
    query = select(Meeting).where(
        Meeting.kind == meeting.kind,
        Meeting.state == MeetingState.HELD.value,
        Meeting.at < meeting.at,
        Meeting.id != meeting.id,
    )
    if meeting.taskforce_id is not None:
        query = query.where(Meeting.taskforce_id == meeting.taskforce_id)
    return ledger.session.scalar(query.order_by(Meeting.at.desc()).limit(1))


def is_meeting_called(ledger: Ledger, first: date, last: date) -> bool:
    """Whether a meeting is called between two local dates, both included."""
    start = datetime.combine(first, time(), SHANGHAI)
    end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    query = select(Meeting.id).where(Meeting.at >= start, Meeting.at < end, Meeting.state == "called").limit(1)
    return ledger.session.scalar(query) is not None


def duty(meeting: Meeting) -> str:
    """Name what a meeting's reminders remind of."""
    return f"meeting:{meeting.id}"


def moment_of(day: date, clock: str) -> datetime:
    """Return a local day's hour (`HH:MM`) as an instant."""
    return datetime.combine(day, time.fromisoformat(clock), SHANGHAI)
