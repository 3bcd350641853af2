"""The blocks a written mechanism (制度) is made of: clauses, bodies, duties, meetings, supervision, settings.

Owns the shape of each block of a rule pack and what makes one block wrong by itself. `models/mechanism.py`
puts them together, loads packs and offers these names.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal, Self

from dateutil.rrule import rrulestr
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

EVENT = "event"
_FREQUENCIES = ("FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY")


class Actor(StrEnum):
    """Who acts. The pack gives each the name its county uses (A19, A20, A23)."""

    ASSIGNED_LEADER = "assigned_leader"
    UNIT_HEAD = "unit_head"
    RESPONSIBLE_UNIT = "responsible_unit"
    LIAISON = "liaison"
    PROJECT_UNIT = "project_unit"
    TASKFORCE = "taskforce"
    TASKFORCE_LEADER = "taskforce_leader"
    LEAD_UNIT = "lead_unit"
    OFFICE = "office"
    INSPECTOR = "inspector"
    CONVENOR = "convenor"
    MAIN_LEADER = "main_leader"
    VICE_LEADER = "vice_leader"
    GOVERNMENT_OFFICE = "government_office"
    LOGISTICS = "logistics"
    ADDRESSEE = "addressee"
    ATTENDEE = "attendee"
    INVESTMENT = "investment"
    RECEIVING_UNIT = "receiving_unit"
    DEPARTMENT = "department"
    DISCIPLINE = "discipline"
    MEDIA = "media"
    ADMIN = "admin"


class DutyKind(StrEnum):
    """What an obligation puts into the calendar; the words of the public calendar."""

    DUE = "due"
    COLLECTION = "collection"
    MEETING = "meeting"
    OBSERVATION = "observation"
    INSPECTION = "inspection"
    BULLETIN = "bulletin"
    REPORT = "report"


class PayingKind(StrEnum):
    """Kinds of ledger entries that can pay a duty."""

    VISIT = "visit"
    PROGRESS = "progress"
    PROBLEM = "problem"
    RESOLUTION = "resolution"
    NOTICE_RECEIVED = "notice_received"
    NOTICE_REPLIED = "notice_replied"
    NOTICE_CLOSED = "notice_closed"
    SUBMISSION = "submission"
    APPROVAL = "approval"
    TOPIC = "topic"
    ATTENDANCE = "attendance"
    LEAVE = "leave"
    DECISION = "decision"
    NOTE = "note"


def _clock(value: object) -> object:
    # YAML 1.1 reads a bare 18:30 as the sexagesimal number 1110.
    return f"{value // 60:02d}:{value % 60:02d}" if isinstance(value, int) else value


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Clock = Annotated[str, BeforeValidator(_clock), StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
ClosingTime = Annotated[str, BeforeValidator(_clock), StringConstraints(pattern=r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")]
Steps = tuple[Annotated[int, Field(ge=-5, le=20)], ...]


class Block(BaseModel):
    """Unchangeable, and refusing keys it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Clause(Block):
    """Where a duty is written: the place in the notice and its key words."""

    place: Text
    quote: Text
    source: Text | None = None
    """文号 when the clause stands in another notice than the pack's own."""


class Body(Block):
    """An office, group or meeting that the notice names."""

    name: Text
    short: Text | None = None
    seat: Text | None = None
    """设在: the unit that houses it."""
    clause: Text | None = None
    posts: tuple[Text, ...] = ()
    members: tuple[Text, ...] = ()


class Leader(Block):
    """A taskforce's leader by office, never by name (A23); equal seats are one person."""

    title: Text
    seat: Annotated[int, Field(ge=1)]


class Taskforce(Block):
    """专班 with its leader, lead units (牵头单位) and supporting units (配合部门)."""

    name: Text
    leader: Leader
    lead_units: Annotated[tuple[Text, ...], Field(min_length=1)]
    support: tuple[Text, ...] = ()


class Hours(Block):
    """The speaking window on working days."""

    start: Clock = "08:00"
    end: Clock = "18:30"

    @model_validator(mode="after")
    def _daytime(self) -> Self:
        if not "07:00" <= self.start < self.end <= "20:00":
            raise ValueError("说话时段须在07:00至20:00之间 / hours must lie within 07:00-20:00")
        return self


class Burden(Block):
    """How much may be said first to one person a working day (★9); answers to whoever wrote do not count."""

    pushes: Annotated[int, Field(ge=1, le=5)] = 3
    desk: Annotated[int, Field(ge=1, le=12)] = 6
    """The same for those whose desk this is: the office, the inspectors, the administrator."""
    afternoon: Clock = "15:00"
    """When the day's last slot may be used by what has gathered."""


class Copies(Block):
    """Pictures and words used again (★11): the author is asked first, alone."""

    office_after_workdays: Annotated[int, Field(ge=1, le=20)] = 5
    """Working days after which the office sees what stays unanswered: a week, so that a trip or an office day missed
    is no accusation."""


class Numbering(Block):
    """Numbers of papers: patterns over `year` and `n`."""

    notice: Text
    handle: Text = "DB-{n:02d}"
    problem: Text = "ISS-{n}"
    task: Text = "JB-{n}"
    """交办, 议定事项."""
    request: Text = "TQ-{n}"
    """提请事项."""
    inspection: Text = "DD-{n}"
    """督查、督导."""
    declaration: Text = "SB-{n}"
    """项目申报."""
    project: Text = "{year}-{n:03d}"
    """入库号: the number of a declared project in the ledger (ZZ-04)."""
    lead: Text = "XS-{n}"
    """招商线索, kept from 线索 to 落地 (ZZ-30)."""
    bulletin: Text = "第{n}期"

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if "{year}" not in self.notice:
            raise ValueError("文号须含{year} / notice needs {year}")
        for pattern in (
            *(self.notice, self.handle, self.problem, self.task, self.request, self.inspection, self.bulletin),
            *(self.declaration, self.project, self.lead),
        ):
            _try_pattern(pattern)
        return self

    @property
    def letters(self) -> dict[str, str]:
        """The county's own letters of short numbers, each with the usual ones (DB, ISS, JB); empty where alike."""
        usual = {"DB": self.handle, "ISS": self.problem, "JB": self.task}
        own = {name: pattern.partition("{")[0].rstrip("-") for name, pattern in usual.items()}
        return {letters: name for name, letters in own.items() if letters and letters != name}


def _try_pattern(pattern: str) -> None:
    try:
        distinct = pattern.format(year=2026, n=1) != pattern.format(year=2026, n=2)
    except (KeyError, IndexError, ValueError) as error:
        raise ValueError(f"编号样式不可用 / bad pattern {pattern}") from error
    if not distinct:
        raise ValueError(f"编号样式须含{{n}} / pattern needs {{n}}: {pattern}")


class ReplyItem(Block):
    """One of the five things a reply must settle (ZZ-19); `key` is its name in the ledger."""

    key: Literal["measure", "unit", "leader", "person", "deadline"]
    name: Text
    ask: Text


class Supervision(Block):
    """挂牌督办: two clocks, the reply and the solving (A11). Ladders count working days before the date."""

    basis: Text
    """What a notice says it rests on: the paper's title and place."""
    notice_clause: Text
    reply_clause: Text
    close_clause: Text
    reply_workdays: Annotated[int, Field(ge=1, le=30)] = 3
    reply_by: ClosingTime = "24:00"
    """A10: the hour at which the reply's last day ends."""
    reply_items: Annotated[tuple[ReplyItem, ...], Field(min_length=1)]
    reply_ladder: Steps = (1, 0, -1)
    solve_ladder: Steps = (5, 1, 0, -1)
    sign_after_workdays: Annotated[int, Field(ge=1, le=10)] = 1
    default_solve_days: Annotated[int, Field(ge=1, le=365)] = 30
    """Calendar days to the 限期 when the issuer names none."""
    look_back_days: Annotated[int, Field(ge=0, le=365)] = 30
    copy_to: tuple[Actor, ...] = (Actor.INSPECTOR, Actor.ASSIGNED_LEADER)
    approver: Actor | None = None
    """审签: who agrees before a notice goes out; none where it is issued at once."""


class MeetingReminder(Block):
    """Before a meeting: so many working days earlier at `at`, or so many minutes earlier."""

    workdays: Annotated[int, Field(ge=1, le=10)] | None = None
    at: Clock = "15:00"
    minutes: Annotated[int, Field(ge=5, le=600)] | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (self.workdays is None) == (self.minutes is None):
            raise ValueError("workdays与minutes二选一 / give either workdays or minutes")
        return self


class Collection(Block):
    """征集通知 around a day of the month before the meeting (DC-16)."""

    day: Annotated[int, Field(ge=1, le=28)] = 20
    suggest_workdays: Annotated[int, Field(ge=1, le=15)] = 5
    """How long before the material is due to propose the notice when the usual day leaves too little time."""
    clause: Text


class Meetings(Block):
    """The regular meeting: what proposes its day, who convenes, what must be handed in before."""

    name: Text
    clause: Text
    rule: Text | None = None
    """RRULE that proposes the day; the notice decides (A3). None where the text names no day."""
    time: Clock = "09:00"
    material_days: Annotated[int, Field(ge=1, le=30)] = 7
    material_clause: Text | None = None
    collection: Collection | None = None
    convenor_title: Text
    chief_title: Text | None = None
    """总召集人, where there is one (ZZ-26)."""
    leave_clause: Text | None = None
    fixed_attendees: tuple[Text, ...] = ()
    agenda: tuple[Text, ...] = ()
    """Its items in their fixed order; 上次议定事项落实情况 always comes first."""
    material_sections: tuple[Text, Text, Text] = ("督项目进度", "查责任落实", "促问题解决")
    """DC-12: the sections of the material the office puts before the meeting."""
    office_invites: bool = False
    """DC-21: whether the office itself may invite those a topic needs; else the government office does."""
    after_observation: Clock = "15:00"
    """When the meeting begins that follows on an observation of the same day (DC-23)."""
    stop_minutes: Annotated[int, Field(ge=5, le=120)] = 20
    """How long an observation stays at a site, for the plan."""
    merge_share: Annotated[int, Field(ge=1, le=100)] = 60
    """Meetings that share so many percent of their members ..."""
    merge_days: Annotated[int, Field(ge=0, le=30)] = 3
    """... and lie so many days apart are proposed to be merged."""
    reminders: tuple[MeetingReminder, ...] = (MeetingReminder(workdays=1), MeetingReminder(minutes=60))


_DRAWN = ("visit", "decision", "problem", "progress")


class Part(Block):
    """One part of a submission, with the single question that asks for it."""

    name: Text
    required: bool = True
    ask: Text
    key: Text | None = None
    """The ledger field that already answers it, so that nobody is asked twice."""
    draws: tuple[Text, ...] = ()
    """From what it is drafted: kinds of entries (visit, decision, problem, progress), or `duty-id/part` of reports."""

    @model_validator(mode="after")
    def _drawable(self) -> Self:
        for source in self.draws:
            if "/" not in source and source not in _DRAWN:
                raise ValueError(f"draws不认识{source} / draws from {'、'.join(_DRAWN)} or duty-id/part")
        return self


class Due(Block):
    """How the date that the cadence names (the literal day) becomes the date that judges.

    `fixed_day` the literal day, judged as written (A6); `period_end` the last day of the period;
    `month_end` the last working day up to it (A7); `meeting` the next working day (A3); `before_meeting`
    and `after_meeting` count from the proposed meeting; `collection` the notice before it (A4);
    `after_receipt` and `stated` belong to events, `none` has no date.
    """

    rule: Literal[
        "fixed_day", "period_end", "month_end", "meeting", "before_meeting", "after_meeting",
        "collection", "after_receipt", "stated", "none",
    ]  # fmt: skip
    workdays: Annotated[int, Field(ge=1, le=60)] | None = None

    @model_validator(mode="after")
    def _counted(self) -> Self:
        if (self.rule in ("after_meeting", "after_receipt")) != (self.workdays is not None):
            raise ValueError(f"{self.rule}与workdays不相配 / workdays goes with after_meeting, after_receipt only")
        return self


class Remind(Block):
    """When people are told: working days before the reminder line, or days of the month."""

    ladder: Steps = (0,)
    on_days: tuple[Annotated[int, Field(ge=1, le=28)], ...] = ()

    @model_validator(mode="after")
    def _few(self) -> Self:
        if len(self.ladder) + len(self.on_days) > 3:
            raise ValueError("一项义务每期提醒不超过三次 / at most three reminders a period")
        return self


Period = Literal["week", "half_month", "month", "two_months", "quarter", "half_year", "year"]


class Obligation(Block):
    """One duty of the notice. `cadence` is an RFC 5545 RRULE naming its literal day, or `event`."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]+(\.[a-z0-9-]+)+$")]
    name: Text
    clause: Text
    also: tuple[Text, ...] = ()
    quote: Text
    kind: DutyKind = DutyKind.DUE
    cadence: Text
    period: Period | None = None
    owner: Actor
    receiver: Actor | None = None
    per: Literal["project", "person", "unit", "taskforce", "area"]
    parts: tuple[Part, ...] = ()
    drafter: Actor | None = None
    approver: Actor | None = None
    publisher: Actor | None = None
    joint: Actor | None = None
    """会同: who confirms what is drafted; kept with the text, and holding nothing up (DC-17)."""
    due: Due
    remind: Remind = Remind()
    discharged_by: tuple[PayingKind, ...] = ()
    modes: tuple[Literal["现场", "微信", "视频", "电话"], ...] = ()
    """Modes of a visit that count (JZ-23); empty where any counts."""

    @property
    def recurring(self) -> bool:
        """Whether the calendar alone brings it about."""
        return self.cadence != EVENT

    @property
    def roles(self) -> frozenset[Actor]:
        """Every role that has a hand in it."""
        return frozenset(
            role for role in (self.owner, self.receiver, self.drafter, self.approver, self.publisher) if role
        )

    @model_validator(mode="after")
    def _coherent(self) -> Self:
        if self.recurring == (self.due.rule in ("after_receipt", "stated", "none")):
            raise ValueError(f"cadence与due.rule不相配 / due.rule {self.due.rule} does not go with this cadence")
        if self.recurring != (self.period is not None):
            raise ValueError("定期义务须写period / a recurring duty needs period, an event has none")
        if self.recurring:
            _try_cadence(self.cadence)
        return self


def _try_cadence(cadence: str) -> None:
    if not cadence.startswith(_FREQUENCIES):
        raise ValueError("周期只能按周、月、年，不得更密 / FREQ must be WEEKLY, MONTHLY or YEARLY")
    try:
        rrulestr(cadence, dtstart=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"不是可用的RRULE / not a usable RRULE: {cadence}") from error
