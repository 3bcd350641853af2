"""The papers of a meeting as plain text from the ledger: minutes, bulletin, attendance bulletin.

Every line is a fact the ledger holds; 会议指出, 会议强调 and the like are never made up. A bulletin is drafted by the
office, approved by the convenor, then issued under its serial number; after that there is only 更正 (DC-22).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Integer, String, Text, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.agenda import tasks_of
from models.attendance import SETTLED, SeatState, tally, unexcused
from models.base import Base
from models.entry import Entry, EntryKind
from models.errors import Refusal, WrongState
from models.ledger import Ledger
from models.meeting import Meeting, facts
from models.people import Person
from models.periods import shown
from models.task import Task
from models.topic import topics_of

_NUMERALS = "一二三四五六七八九十"


class PaperKind(StrEnum):
    """Which paper."""

    MINUTES = "minutes"
    BULLETIN = "bulletin"
    ATTENDANCE = "attendance"


class PaperState(StrEnum):
    """Where a paper stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    ISSUED = "issued"


PAPER_LABELS = {
    PaperState.DRAFT: "草稿",
    PaperState.WAITING: "待审定",
    PaperState.APPROVED: "已审定",
    PaperState.ISSUED: "已下发",
}


class MeetingDocument(Base):
    """One paper of one meeting. `serial` is given when it is issued; `issued_seq` is the entry that says so."""

    __tablename__ = "meeting_papers"

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(100))
    year: Mapped[int] = mapped_column(default=0)
    serial: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(20))
    drafted_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    issued_at: Mapped[datetime | None]
    issued_seq: Mapped[int | None] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    corrections: Mapped[list[str]]

    meeting: Mapped[Meeting] = relationship(lazy="joined")

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return PAPER_LABELS[PaperState(self.state)]


# --- steps ----------------------------------------------------------------------------------------------


def draft(ledger: Ledger, meeting: Meeting, kind: PaperKind) -> MeetingDocument:
    """Write a paper anew from the ledger; what is issued stays as it is. Raises WrongState."""
    paper = find_paper(ledger, meeting, kind)
    if paper is not None and paper.state == PaperState.ISSUED.value:
        raise WrongState(f"{paper.title}已经下发，只能更正，例如「更正通报第{paper.serial}期：……」。")
    title, text = _WRITERS[kind](ledger, meeting)
    if paper is None:
        paper = MeetingDocument(meeting_id=meeting.id, kind=kind.value, year=0, serial=0, corrections=[])
        ledger.session.add(paper)
    paper.title, paper.text = title, text
    paper.state, paper.approved_by, paper.drafted_at = PaperState.DRAFT.value, None, ledger.now
    ledger.session.flush()
    ledger.session.refresh(paper)
    return paper


def find_paper(ledger: Ledger, meeting: Meeting, kind: PaperKind) -> MeetingDocument | None:
    """Return a meeting's paper of a kind."""
    return ledger.session.scalar(
        select(MeetingDocument).where(MeetingDocument.meeting_id == meeting.id, MeetingDocument.kind == kind.value)
    )


def hand_up(ledger: Ledger, paper: MeetingDocument, by: Person | None) -> None:
    """Put a draft before the convenor. Raises Refusal for a bulletin without decisions."""
    _require(paper, PaperState.DRAFT, PaperState.WAITING)
    if paper.kind == PaperKind.BULLETIN.value and not tasks_of(ledger, paper.meeting):
        raise Refusal(f"{paper.meeting.name}还没有登记议定事项，请先登记再报审。")
    paper.state = PaperState.WAITING.value
    _record(ledger, paper, by, EntryKind.NOTE, "报召集人审定")


def approve(ledger: Ledger, paper: MeetingDocument, by: Person, *, agreed: bool, remark: str = "") -> None:
    """同意 or 退回 by the convenor, for the text as it stands."""
    _require(paper, PaperState.WAITING)
    paper.state = (PaperState.APPROVED if agreed else PaperState.DRAFT).value
    paper.approved_by = by.id if agreed else None
    _record(ledger, paper, by, EntryKind.APPROVAL, remark or ("同意" if agreed else "退回"))


def issue(ledger: Ledger, paper: MeetingDocument, by: Person | None) -> Entry:
    """Give a bulletin its serial number and freeze it. Raises WrongState before the convenor's consent."""
    if paper.state in (PaperState.DRAFT.value, PaperState.WAITING.value):
        raise WrongState(f"{paper.title}现在是「{paper.label}」，经召集人{paper.meeting.convenor}审定后才能下发。")
    _require(paper, PaperState.APPROVED)
    paper.year, paper.serial = ledger.today.year, _next_serial(ledger, paper)
    paper.state, paper.issued_at = PaperState.ISSUED.value, ledger.now
    paper.text = f"{paper.title}\n{number_of(ledger, paper)}\n{paper.text.partition(chr(10))[2]}"
    entry = _record(ledger, paper, by, EntryKind.APPROVAL, f"下发{paper.title}{number_of(ledger, paper)}")
    ledger.when_sealed(entry, lambda sealed: setattr(paper, "issued_seq", sealed.seq))
    return entry


def correct(ledger: Ledger, paper: MeetingDocument, by: Person | None, text: str) -> None:
    """Correct an issued paper by a new entry; its own text stays as it went out. Raises WrongState."""
    _require(paper, PaperState.ISSUED)
    paper.corrections = [*paper.corrections, text]
    ledger.record(
        EntryKind.CORRECTION,
        text,
        person=by,
        data={"reason": "更正", "paper": paper.title, "serial": paper.serial, **facts(paper.meeting)},
        supersedes=paper.issued_seq,
    )


def number_of(ledger: Ledger, paper: MeetingDocument) -> str:
    """Return an issued paper's number: 第3期."""
    return ledger.mechanism.numbering.bulletin.format(n=paper.serial, year=paper.year)


def find_issued(ledger: Ledger, serial: int) -> MeetingDocument | None:
    """Return the newest issued bulletin of a number."""
    return ledger.session.scalar(
        select(MeetingDocument)
        .where(MeetingDocument.kind == PaperKind.BULLETIN.value, MeetingDocument.serial == serial)
        .order_by(MeetingDocument.id.desc())
        .limit(1)
    )


def papers_before(ledger: Ledger, convenor: Person) -> list[MeetingDocument]:
    """Return the papers that wait for a convenor."""
    return list(
        ledger.session.scalars(
            select(MeetingDocument)
            .join(Meeting, Meeting.id == MeetingDocument.meeting_id)
            .where(Meeting.convenor_id == convenor.id, MeetingDocument.state == PaperState.WAITING.value)
        )
    )


def _next_serial(ledger: Ledger, paper: MeetingDocument) -> int:
    last = ledger.session.scalar(
        select(func.max(MeetingDocument.serial)).where(
            MeetingDocument.kind == paper.kind, MeetingDocument.year == ledger.today.year
        )
    )
    return (last or 0) + 1


def _require(paper: MeetingDocument, *states: PaperState) -> None:
    if PaperState(paper.state) not in states:
        raise WrongState(f"{paper.title}现在是「{paper.label}」，不能办这一步。")


def _record(ledger: Ledger, paper: MeetingDocument, by: Person | None, kind: EntryKind, text: str) -> Entry:
    data: dict[str, Any] = {
        **facts(paper.meeting),
        "about": "paper",
        "paper": paper.kind,
        "title": paper.title,
        "state": paper.label,
        "serial": paper.serial or None,
    }
    return ledger.record(kind, text, person=by, data=data)


# --- texts ----------------------------------------------------------------------------------------------


def _minutes(ledger: Ledger, meeting: Meeting) -> tuple[str, str]:
    bodies = bodies_of(ledger, meeting)
    title = f"{'、'.join(bodies)}{ledger.mechanism.documents.minutes}"
    both = [f"本纪要同时作为{'、'.join(bodies)}的会议纪要。"] if len(bodies) > 1 else []
    heard = [topic_words for topic in topics_of(ledger, meeting) if (topic_words := topic.text)]
    lines = [
        title,
        f"时间：{_when(meeting)}",
        f"地点：{meeting.place}",
        f"召集人：{meeting.convenor}",
        *both,
        *([f"会议研究了{'；'.join(heard)}。"] if heard else []),
        "会议议定：" if tasks_of(ledger, meeting) else "会议没有登记议定事项。",
        *_decided(ledger, meeting),
        *_attendance_lines(meeting),
    ]
    return title, "\n".join(lines)


def _bulletin(ledger: Ledger, meeting: Meeting) -> tuple[str, str]:
    title = ledger.mechanism.documents.bulletin
    lines = [
        title,
        f"{shown(meeting.day)}，{meeting.convenor}召集{meeting.name}，形成决定事项如下：",
        *_decided(ledger, meeting),
    ]
    return title, "\n".join(lines)


def _attendance(ledger: Ledger, meeting: Meeting) -> tuple[str, str]:
    """DC-30: numbers for those excused, names only for those who are not."""
    title = f"{meeting.name}{ledger.mechanism.documents.attendance_bulletin}"
    by_state = tally(meeting)
    came = sum(len(by_state.get(state, ())) for state in SETTLED)
    granted = len(by_state.get(SeatState.LEAVE_GRANTED, ()))
    named = unexcused(ledger, meeting)
    due = ledger.calendar.add_workdays(ledger.today, 2)
    lines = [
        title,
        f"会议：{meeting.name}，{_when(meeting)}，{meeting.place}",
        f"应到{len(meeting.seats)}人，实到{came}人，按程序请假{granted}人。",
        *(f"{_ordinal(n)}、{seat.unit_name}{seat.name}：{why}。" for n, (seat, why) in enumerate(named)),
        f"请上述单位于{shown(due)}前作出书面说明。" if named else "没有未履行请假程序的情况。",
    ]
    return title, "\n".join(lines)


_WRITERS = {PaperKind.MINUTES: _minutes, PaperKind.BULLETIN: _bulletin, PaperKind.ATTENDANCE: _attendance}


def bodies_of(ledger: Ledger, meeting: Meeting) -> list[str]:
    """Return the bodies a meeting served: its own, and those merged into it."""
    merged = ledger.session.scalars(select(Meeting).where(Meeting.merged_into == meeting.id).order_by(Meeting.id))
    return list(dict.fromkeys(one.body or one.name for one in (meeting, *merged)))


def _decided(ledger: Ledger, meeting: Meeting) -> list[str]:
    return [f"{_ordinal(number)}、{task_words(task)}" for number, task in enumerate(tasks_of(ledger, meeting))]


def task_words(task: Task) -> str:
    """Say a decision as papers do: 由X单位牵头，Y负责，10月20日前完成."""
    about = f"《{task.project.name}》" if task.project else ""
    return (
        f"{about}{task.requirement}，由{task.unit.shown}牵头，{task.person_name}负责，"
        f"{shown(task.due)}前完成（{task.number}）。"
    )


def _attendance_lines(meeting: Meeting) -> list[str]:
    by_state = tally(meeting)
    came = [name for state in SETTLED for name in by_state.get(state, ())]
    shown_states = (("出席", came), ("请假", by_state.get(SeatState.LEAVE_GRANTED, [])))
    also = (("列席", by_state.get(SeatState.OBSERVER, [])), ("替会", by_state.get(SeatState.STAND_IN, [])))
    return [f"{label}：{'、'.join(names)}" for label, names in (*shown_states, *also) if names]


def _when(meeting: Meeting) -> str:
    return f"{meeting.day.year}年{shown(meeting.day)}"


def _ordinal(index: int) -> str:
    return _NUMERALS[index] if index < len(_NUMERALS) else str(index + 1)
