"""Topics (议题): raised by a unit, agreed to by its leader, taken by the office, put before a meeting, decided.

The leader's consent holds for the text it was given to (DC-18, C11): a changed text needs it anew, unless he has
said that it may go on once mended. Departments' questions to a task force (JZ-11) need no leader's consent.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.entry import EntryKind
from models.errors import WrongState
from models.ledger import Ledger
from models.meeting import Meeting, facts
from models.people import Person, Unit
from models.project import Part, Project


class TopicState(StrEnum):
    """Where a topic stands (mission 4.3)."""

    PENDING = "pending"
    RETURNED = "returned"
    SUBMITTED = "submitted"
    TAKEN = "taken"
    LISTED = "listed"
    PASSED_ON = "passed_on"
    REFUSED = "refused"
    DECIDED = "decided"


TOPIC_LABELS = {
    TopicState.PENDING: "待同意",
    TopicState.RETURNED: "附意见退回",
    TopicState.SUBMITTED: "已报",
    TopicState.TAKEN: "已受理",
    TopicState.LISTED: "已列入议程",
    TopicState.PASSED_ON: "已转办",
    TopicState.REFUSED: "已退回",
    TopicState.DECIDED: "已议定",
}
ALIVE = (
    TopicState.PENDING.value,
    TopicState.RETURNED.value,
    TopicState.SUBMITTED.value,
    TopicState.TAKEN.value,
    TopicState.LISTED.value,
)
ON_TABLE = (TopicState.SUBMITTED.value, TopicState.TAKEN.value, TopicState.LISTED.value, TopicState.DECIDED.value)
"""What a meeting sees: agreed to, and not sent elsewhere."""


class TopicSource(StrEnum):
    """Where a topic comes from; the value is how people call it."""

    UNIT = "单位议题"
    QUESTION = "部门提交问题"  # JZ-11
    REQUEST = "提请事项"  # JZ-13, JZ-14


class Topic(Base):
    """One thing to be put before a meeting. `version` counts its texts; `agreed` is the one the leader agreed to."""

    __tablename__ = "topics"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    source: Mapped[str] = mapped_column(String(20))
    category: Mapped[str] = mapped_column(String(30))
    text: Mapped[str] = mapped_column(Text)
    needs: Mapped[list[str]]
    version: Mapped[int] = mapped_column(default=1)
    agreed: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(String(20), index=True)
    remark: Mapped[str] = mapped_column(Text, default="")
    on_once_mended: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str] = mapped_column(Text, default="")
    due: Mapped[date | None]
    raised_at: Mapped[datetime]

    meeting: Mapped[Meeting | None] = relationship(lazy="joined")
    project: Mapped[Project | None] = relationship(lazy="joined")
    unit: Mapped[Unit | None] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=person_id)
    approver: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=approver_id)

    @property
    def number(self) -> str:
        """How people name it: YT-4."""
        return f"YT-{self.id}"

    @property
    def label(self) -> str:
        """The state in Chinese."""
        if self.state == TopicState.PENDING.value and self.approver:
            return f"待{self.approver.name}同意"
        return TOPIC_LABELS[TopicState(self.state)]


def raise_topic(
    ledger: Ledger,
    *,
    text: str,
    meeting: Meeting | None,
    project: Project | None,
    person: Person | None,
    category: str,
    needs: list[str],
    due: date | None,
    source: TopicSource = TopicSource.UNIT,
    unit: Unit | None = None,
) -> Topic:
    """Write a topic; a unit's own waits for the project's leader, unless he raises it himself."""
    leaders = project.people(Part.LEADER, ledger.today) if project and source is TopicSource.UNIT else []
    approver = leaders[0] if leaders and (person is None or person.id != leaders[0].id) else None
    topic = Topic(
        meeting_id=meeting.id if meeting else None,
        project_id=project.id if project else None,
        unit_id=unit.id if unit else person.unit_id if person else None,
        person_id=person.id if person else None,
        approver_id=approver.id if approver else None,
        source=source.value,
        category=category,
        text=text,
        needs=needs,
        version=1,
        agreed=0,
        state=(TopicState.PENDING if approver else TopicState.SUBMITTED).value,
        remark="",
        on_once_mended=False,
        outcome="",
        due=due,
        raised_at=ledger.now,
    )
    ledger.session.add(topic)
    ledger.session.flush()
    ledger.session.refresh(topic)
    record(ledger, topic, person, EntryKind.TOPIC, text)
    return topic


def revise(ledger: Ledger, topic: Topic, text: str, needs: list[str], by: Person | None) -> None:
    """Change the text; consent given to the old one no longer holds (DC-18). Raises WrongState."""
    if TopicState(topic.state) not in (TopicState.PENDING, TopicState.RETURNED, TopicState.SUBMITTED):
        raise WrongState(f"{topic.number}现在是「{topic.label}」，不能再改；要改请与项目办联系。")
    topic.text, topic.version = text, topic.version + 1
    topic.needs = needs or topic.needs
    straight = topic.approver_id is None or (topic.on_once_mended and topic.state == TopicState.RETURNED.value)
    topic.state = (TopicState.SUBMITTED if straight else TopicState.PENDING).value
    if straight and topic.approver_id is not None:
        topic.agreed = topic.version
    record(ledger, topic, by, EntryKind.TOPIC, text)


def agree(ledger: Ledger, topic: Topic, by: Person) -> None:
    """The leader agrees to the text as it stands. Raises WrongState."""
    _require(topic, TopicState.PENDING)
    topic.state, topic.agreed, topic.approver_id = TopicState.SUBMITTED.value, topic.version, by.id
    record(ledger, topic, by, EntryKind.APPROVAL, "同意")


def send_back(ledger: Ledger, topic: Topic, by: Person, remark: str) -> None:
    """The leader wants it changed first: 同意，把时间写明白 is not consent yet (C11). Raises WrongState."""
    _require(topic, TopicState.PENDING)
    topic.state, topic.remark, topic.on_once_mended = TopicState.RETURNED.value, remark, False
    record(ledger, topic, by, EntryKind.APPROVAL, remark or "退回")


def let_on_once_mended(ledger: Ledger, topic: Topic, by: Person) -> None:
    """The leader lets the mended text go on by itself, once (C11). Raises WrongState."""
    _require(topic, TopicState.RETURNED)
    topic.on_once_mended = True
    record(ledger, topic, by, EntryKind.APPROVAL, "改好直接报")


def handle(ledger: Ledger, topic: Topic, to: TopicState, by: Person | None, text: str = "") -> None:
    """受理, 列入, 转办 or 退回 by the office. Raises WrongState while the leader has not agreed."""
    _require(topic, TopicState.SUBMITTED, TopicState.TAKEN, TopicState.LISTED)
    topic.state, topic.outcome = to.value, text or topic.outcome
    record(ledger, topic, by, EntryKind.TOPIC, text or TOPIC_LABELS[to])


def conclude(ledger: Ledger, topic: Topic, by: Person | None, outcome: str) -> None:
    """A meeting has decided on it."""
    topic.state, topic.outcome = TopicState.DECIDED.value, outcome
    record(ledger, topic, by, EntryKind.TOPIC, outcome)


def record(ledger: Ledger, topic: Topic, by: Person | None, kind: EntryKind, text: str) -> None:
    """Record what became of a topic."""
    data: dict[str, Any] = facts(topic.meeting) if topic.meeting else {}
    data |= {
        "about": "topic",
        "topic": topic.number,
        "state": topic.label,
        "version": topic.version,
        "category": topic.category,
        "source": topic.source,
        "needs": topic.needs or None,
        "unit": topic.unit.shown if topic.unit else None,
        "due": topic.due.isoformat() if topic.due else None,
        "approver": topic.approver.name if topic.approver else None,
    }
    ledger.record(kind, text, person=by, project=topic.project, data=data)


def topics_of(ledger: Ledger, meeting: Meeting) -> list[Topic]:
    """Return what is on a meeting's table, in the order of numbers."""
    return list(
        ledger.session.scalars(
            select(Topic).where(Topic.meeting_id == meeting.id, Topic.state.in_(ON_TABLE)).order_by(Topic.id)
        )
    )


def topics_before(ledger: Ledger, leader: Person) -> list[Topic]:
    """Return the topics that wait for a leader's consent."""
    return list(
        ledger.session.scalars(
            select(Topic)
            .where(Topic.approver_id == leader.id, Topic.state == TopicState.PENDING.value)
            .order_by(Topic.id)
        )
    )


def live_topics(ledger: Ledger, *, person: Person | None = None) -> list[Topic]:
    """Return the topics not yet decided or sent elsewhere, of one unit where asked, newest first."""
    query = select(Topic).where(Topic.state.in_(ALIVE)).order_by(Topic.id.desc())
    if person is not None:
        query = query.where(Topic.unit_id == person.unit_id)
    return list(ledger.session.scalars(query))


def is_tabled(ledger: Ledger, number: str) -> bool:
    """Whether a request to the main leader (TQ-3) is on the table of a meeting, or was settled there."""
    query = select(Topic.id).where(
        Topic.source == TopicSource.REQUEST.value, Topic.text.startswith(f"{number} "), Topic.state.in_(ON_TABLE)
    )
    return ledger.session.scalar(query.limit(1)) is not None


def count_topics(ledger: Ledger, meeting: Meeting) -> int:
    """Count what is on a meeting's table."""
    return (
        ledger.session.scalar(
            select(func.count(Topic.id)).where(Topic.meeting_id == meeting.id, Topic.state.in_(ON_TABLE))
        )
        or 0
    )


def find_topic(ledger: Ledger, number: str) -> Topic | None:
    """Return the topic of a number (YT-4, yt4)."""
    digits = number.upper().removeprefix("YT").strip("- ")
    return ledger.session.get(Topic, int(digits)) if digits.isdigit() else None


def _require(topic: Topic, *states: TopicState) -> None:
    if TopicState(topic.state) not in states:
        raise WrongState(f"{topic.number}现在是「{topic.label}」，不能办这一步。")
