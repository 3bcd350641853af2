"""Meetings (调度例会, 联席会议, DC-13 to DC-29): announced by notice, to people and to groups."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.calendar import SHANGHAI, WorkCalendar
from models.ledger import Ledger
from models.people import Person
from models.project import Group


class Meeting(Base):
    """A meeting that is announced. The notice decides; a rule only proposes (DC-15)."""

    __tablename__ = "meetings"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    at: Mapped[datetime] = mapped_column(index=True)
    place: Mapped[str] = mapped_column(String(200))
    convenor: Mapped[str] = mapped_column(String(50), default="")
    state: Mapped[str] = mapped_column(String(20), default="called")
    called_at: Mapped[datetime]

    seats: Mapped[list[MeetingSeat]] = relationship(lazy="selectin", order_by="MeetingSeat.id")
    groups: Mapped[list[MeetingGroup]] = relationship(lazy="selectin", order_by="MeetingGroup.id")

    @property
    def people(self) -> list[Person]:
        """Who is asked to attend."""
        return [seat.person for seat in self.seats]


class MeetingSeat(Base):
    """Somebody asked to attend."""

    __tablename__ = "meeting_seats"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    state: Mapped[str] = mapped_column(String(20), default="called")

    person: Mapped[Person] = relationship(lazy="joined")


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
        state="called",
        called_at=ledger.now,
        seats=[MeetingSeat(person_id=person.id, state="called") for person in people],
        groups=[MeetingGroup(group_id=group.id) for group in groups],
    )
    ledger.session.add(meeting)
    ledger.session.flush()
    return meeting


def coming_meetings(ledger: Ledger, until: datetime | None = None) -> list[Meeting]:
    """Return the meetings that have not begun, soonest first."""
    query = select(Meeting).where(Meeting.at > ledger.now, Meeting.state == "called").order_by(Meeting.at)
    if until is not None:
        query = query.where(Meeting.at <= until)
    return list(ledger.session.scalars(query))


def is_meeting_called(ledger: Ledger, first: date, last: date) -> bool:
    """Whether a meeting is called between two local dates, both included."""
    start = datetime.combine(first, time(), SHANGHAI)
    end = datetime.combine(last + timedelta(days=1), time(), SHANGHAI)
    query = select(Meeting.id).where(Meeting.at >= start, Meeting.at < end, Meeting.state == "called").limit(1)
    return ledger.session.scalar(query) is not None


def duty(meeting: Meeting) -> str:
    """Name what a meeting's reminders remind of."""
    return f"meeting:{meeting.id}"


def day_before_reminder(meeting_at: datetime, at: time, calendar: WorkCalendar) -> datetime:
    """Return the instant of the reminder on the last working day before the meeting's day."""
    day = calendar.previous_workday(_local_day(meeting_at) - timedelta(days=1))
    return datetime.combine(day, at, SHANGHAI)


def _local_day(instant: datetime) -> date:
    return instant.astimezone(SHANGHAI).date()
