"""Supervision notices (挂牌督办, ZZ-18 to ZZ-20): the row, its steps, the two clocks and who may act."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import lookback
from models.actors import Scope, holders
from models.base import Base
from models.calendar import SHANGHAI, WorkCalendar, local_date
from models.entry import Entry, EntryKind
from models.errors import Forbidden, Overstepped, Refusal, WrongState
from models.ledger import Ledger
from models.obligation import reply_due
from models.people import Person, Role, Unit
from models.project import Project
from models.supervision_states import BY_ADDRESSEE, OPEN_STATES, STATE_LABELS, TRANSITIONS, VERBS, Action, State

KIND = "notice"
#: How a notice can be shown to have been received (A8).
PROOFS = {"signed": "签收", "read": "阅知", "paper": "纸质签收"}

#: The five 落实 (ZZ-19), in the notice's own order.
REPLY_ITEMS = {
    "measure": "解决办法",
    "unit": "责任单位",
    "leader": "责任领导",
    "person": "责任人",
    "deadline": "解决时限",
}


class SupervisionNotice(Base):
    """A 挂牌督办通知书. `reply` holds the items given so far; the ladders are frozen when it is issued."""

    __tablename__ = "supervision_notices"
    __table_args__ = (UniqueConstraint("year", "serial"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    year: Mapped[int]
    serial: Mapped[int]
    number: Mapped[str] = mapped_column(String(100), unique=True)
    handle: Mapped[str] = mapped_column(String(30))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    matter: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20), index=True)
    issued_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    reply_due: Mapped[date | None]
    solve_due: Mapped[date]
    replied_at: Mapped[datetime | None]
    reply: Mapped[dict[str, Any]]
    reply_ladder: Mapped[list[int]]
    solve_ladder: Mapped[list[int]]

    project: Mapped[Project] = relationship(lazy="joined")
    unit: Mapped[Unit] = relationship(lazy="joined")
    recipients: Mapped[list[Recipient]] = relationship(lazy="selectin", order_by="Recipient.id")

    @property
    def people(self) -> list[Person]:
        """To whom it was addressed."""
        return [recipient.person for recipient in self.recipients]

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return STATE_LABELS[State(self.state)]

    @property
    def missing(self) -> list[str]:
        """The 落实 still missing, as Chinese names."""
        return [label for item, label in REPLY_ITEMS.items() if not self.reply.get(item)]

    @property
    def reply_lines(self) -> list[tuple[str, str]]:
        """The 落实 given so far, named in Chinese."""
        return [(label, str(self.reply[item])) for item, label in REPLY_ITEMS.items() if self.reply.get(item)]


class Recipient(Base):
    """Somebody a notice was addressed to."""

    __tablename__ = "supervision_recipients"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("supervision_notices.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))

    person: Mapped[Person] = relationship(lazy="joined")


def move(notice: SupervisionNotice, action: Action) -> None:
    """Take one step of the table, or refuse in words."""
    target = TRANSITIONS.get((State(notice.state), action))
    if target is None:
        raise WrongState(f"{notice.number}现在是「{notice.label}」，不能再{VERBS[action]}。")
    notice.state = target.value


def is_addressee(ledger: Ledger, notice: SupervisionNotice, person: Person) -> bool:
    """Whether somebody acts for the addressee: named in the notice, or head or liaison of the same unit."""
    if person.id in {recipient.person_id for recipient in notice.recipients}:
        return True
    return person.unit_id == notice.unit_id and ledger.has_role(person, Role.UNIT_HEAD, Role.LIAISON)


def is_supervisor(ledger: Ledger, person: Person) -> bool:
    """Whether somebody may review and close (ZZ-20)."""
    return ledger.has_role(person, Role.OFFICE, Role.INSPECTOR)


def require(ledger: Ledger, notice: SupervisionNotice, person: Person | None, action: Action) -> None:
    """Refuse whoever may not do this (mission 4.1); None is the office at its own desk."""
    if person is None:
        return
    if action in BY_ADDRESSEE:
        if not is_addressee(ledger, notice, person):
            if person.unit_id == notice.unit_id:
                raise Forbidden(f"{notice.number}由{notice.unit.shown}负责人或联络员办理，请转告他们。")
            raise Forbidden(f"{notice.number}不是发给您单位的，请与{ledger.mechanism.office_name}联系。")
    elif not is_supervisor(ledger, person):
        raise Overstepped(
            f"{VERBS[action]}由{ledger.mechanism.office_name}或督查部门办理，办完了请发「申请销号」加上办理结果。"
        )


def issue(
    ledger: Ledger,
    *,
    project: Project,
    matter: str,
    recipients: list[Person],
    solve_by: date | None,
    by: Person | None,
    spans: dict[str, str] | None = None,
) -> SupervisionNotice:
    """Number and write a notice and its ledger entry; what is said about it is the caller's.

    The addressee is the first recipient's unit (督办对象). Where the county wants it signed first (审签) it stays a
    draft with its number reserved. `spans` are the words its addressee and its day came from.
    """
    rule = ledger.mechanism.supervision
    year = ledger.today.year
    serial = (
        ledger.session.scalar(select(func.max(SupervisionNotice.serial)).where(SupervisionNotice.year == year)) or 0
    ) + 1
    notice = SupervisionNotice(
        year=year,
        serial=serial,
        number=ledger.mechanism.notice_number(year, serial),
        handle=ledger.mechanism.notice_handle(year, serial),
        project_id=project.id,
        unit_id=recipients[0].unit_id,
        matter=matter,
        basis=rule.basis,
        state=State.DRAFTED.value,
        issued_at=ledger.now,
        solve_due=solve_by or ledger.today + timedelta(days=rule.default_solve_days),
        reply={},
        reply_ladder=list(rule.reply_ladder),
        solve_ladder=list(rule.solve_ladder),
        recipients=[Recipient(person_id=person.id) for person in recipients],
    )
    ledger.session.add(notice)
    ledger.session.flush()
    if rule.approver is None:
        release(ledger, notice, by, spans)
    else:
        record(ledger, notice, EntryKind.NOTE, matter, by, state=State.DRAFTED.value, spans=spans)
    return notice


def release(ledger: Ledger, notice: SupervisionNotice, by: Person | None, spans: dict[str, str] | None = None) -> None:
    """下发: from now on it counts."""
    move(notice, Action.ISSUE)
    notice.issued_at = ledger.now
    record(
        ledger,
        notice,
        EntryKind.NOTICE_ISSUED,
        notice.matter,
        by,
        to=[person.name for person in notice.people],
        unit=notice.unit.shown,
        solve_due=notice.solve_due.isoformat(),
        spans=spans,
    )


def record(
    ledger: Ledger,
    notice: SupervisionNotice,
    kind: EntryKind,
    text: str,
    by: Person | None,
    /,
    attachments: Sequence[dict[str, Any]] = (),
    supersedes: int | None = None,
    **data: Any,
) -> Entry:
    """Record a step of a notice; who acted for an addressee without being named in it is marked (代办)."""
    named = {recipient.person_id for recipient in notice.recipients}
    stands_in = by is not None and by.unit_id == notice.unit_id and by.id not in named
    return ledger.record(
        kind,
        text,
        person=by,
        project=notice.project,
        data={
            "notice": notice.number,
            "delegate_for": [one.name for one in notice.people] if stands_in else None,
            **data,
        },
        attachments=attachments,
        supersedes=supersedes,
    )


def receive(ledger: Ledger, notice: SupervisionNotice, person: Person | None) -> None:
    """签收: the reply clock starts; the day itself is not counted (A8, A9)."""
    note_receipt(ledger, notice, person, "signed", ledger.now)


def note_receipt(
    ledger: Ledger, notice: SupervisionNotice, person: Person | None, proof: str, at: datetime, signer: str = ""
) -> bool:
    """Take a proof of receipt (signed, read or paper); the earliest one starts the clock (A8). False: it was later."""
    if notice.received_at is None:
        move(notice, Action.RECEIVE)
    elif at >= notice.received_at:
        return False
    notice.received_at = at
    notice.reply_due = reply_due(at, ledger.mechanism, ledger.calendar)
    for stage in ("sign", "reply"):
        ledger.drop_waiting(duty(notice, stage))
    record(
        ledger,
        notice,
        EntryKind.NOTICE_RECEIVED,
        f"{PROOFS[proof]}{notice.number}" + (f"（{signer}）" if signer else ""),
        person,
        to=[recipient.name for recipient in notice.people],
        received=at.astimezone(SHANGHAI).isoformat(timespec="seconds"),
        reply_due=notice.reply_due.isoformat(),
        solve_due=notice.solve_due.isoformat(),
        proof=proof,
        signer=signer or None,
    )
    return True


def return_reply(ledger: Ledger, notice: SupervisionNotice, person: Person | None, remark: str) -> None:
    """退回: the office wants the reply completed; the items given stay, the clock goes on."""
    move(notice, Action.RETURN)
    notice.replied_at = None
    record(ledger, notice, EntryKind.NOTICE_RETURNED, remark or "退回补正", person, reason=remark or None)


def accept_reply(ledger: Ledger, notice: SupervisionNotice, person: Person | None, remark: str) -> None:
    """通过: the reply stands; the solving clock runs on."""
    move(notice, Action.ACCEPT)
    words = remark or f"{notice.number}复函通过"
    approver = person.name if person else ledger.mechanism.office_name
    record(ledger, notice, EntryKind.APPROVAL, words, person, state="accepted", approver=approver)


def request_close(
    ledger: Ledger,
    notice: SupervisionNotice,
    person: Person | None,
    text: str,
    attachments: Sequence[dict[str, Any]] = (),
) -> None:
    """申请销号 by the unit, with what shows that it is solved: words or photos (ZZ-20)."""
    move(notice, Action.REQUEST_CLOSE)
    record(ledger, notice, EntryKind.NOTE, text, person, attachments=attachments, state="closing")


def refuse_close(ledger: Ledger, notice: SupervisionNotice, person: Person | None, remark: str) -> None:
    """Send a request to close back: not solved yet."""
    move(notice, Action.REFUSE_CLOSE)
    words = remark or "销号申请退回"
    record(ledger, notice, EntryKind.NOTICE_RETURNED, words, person, reason=remark or None, state="accepted")


def close(ledger: Ledger, notice: SupervisionNotice, person: Person | None, remark: str) -> None:
    """销号 by the office or the inspectors, on the unit's evidence or on what they found themselves (ZZ-20)."""
    if notice.state == State.ACCEPTED.value and len(remark.strip()) < 2:
        raise Refusal(
            f"{notice.number}还没有销号申请和依据；您核实过的，请写明情况，例如「销号{notice.handle} 现场核实已交地」。"
        )
    move(notice, Action.CLOSE)
    approver = person.name if person else ledger.mechanism.office_name
    record(ledger, notice, EntryKind.NOTICE_CLOSED, remark or f"{notice.number}销号", person, approver=approver)
    lookback.plan(ledger, KIND, notice.handle, notice.project)
    forget_reminders(ledger, notice)


def forget_reminders(ledger: Ledger, notice: SupervisionNotice) -> None:
    """Drop whatever still waits to be said of it."""
    for stage in ("issued", "sign", "reply", "review", "solve"):
        ledger.drop_waiting(duty(notice, stage))


def deliver(ledger: Ledger, notice_id: int) -> None:
    """Note that the platform accepted the notice for at least one recipient."""
    notice = ledger.session.get(SupervisionNotice, notice_id)
    if notice is not None and notice.state == State.ISSUED.value:
        move(notice, Action.DELIVER)


def duty(notice: SupervisionNotice, stage: str) -> str:
    """Name what a reminder reminds of, so that meeting it cancels what waits."""
    return f"supervision:{notice.id}:{stage}"


def find(ledger: Ledger, reference: str) -> SupervisionNotice | None:
    """Find a notice by 文号, by handle (DB-07, DB07) or by its serial of this year or the last one given."""
    wanted = _squeeze(reference)
    notices = ledger.session.scalars(
        select(SupervisionNotice).order_by(SupervisionNotice.year.desc(), SupervisionNotice.serial.desc())
    )
    digits = re.fullmatch(r"\D{0,4}0*(\d{1,4})号?", wanted)
    for notice in notices:
        if wanted in (_squeeze(notice.number), _squeeze(notice.handle)):
            return notice
        if digits and int(digits[1]) == notice.serial:
            return notice
    return None


def open_notices(ledger: Ledger, unit_id: int | None = None) -> list[SupervisionNotice]:
    """Return the notices that are not closed, oldest first."""
    query = select(SupervisionNotice).where(SupervisionNotice.state.in_(OPEN_STATES)).order_by(SupervisionNotice.id)
    if unit_id is not None:
        query = query.where(SupervisionNotice.unit_id == unit_id)
    return list(ledger.session.scalars(query))


def notices_for(ledger: Ledger, person: Person, *states: State) -> list[SupervisionNotice]:
    """Return the open notices somebody acts on for the addressee, in the given states (all when none)."""
    wanted = {state.value for state in states}
    return [
        notice
        for notice in open_notices(ledger)
        if (not wanted or notice.state in wanted) and is_addressee(ledger, notice, person)
    ]


def answerable_by(ledger: Ledger, notice: SupervisionNotice) -> list[Person]:
    """Return whom to remind: the recipients and the unit's liaisons, each once."""
    people = {person.id: person for person in notice.people}
    for person in ledger.people_with(Role.LIAISON):
        if person.unit_id == notice.unit_id:
            people.setdefault(person.id, person)
    return list(people.values())


def informed(ledger: Ledger, notice: SupervisionNotice) -> list[Person]:
    """Return who gets a copy, as the pack says: the inspectors and the assigned leaders (抄送, 4.1)."""
    scope = Scope(project=notice.project)
    found = [one for actor in ledger.mechanism.supervision.copy_to for one in holders(ledger, actor, scope)]
    return list({person.id: person for person in found}.values())


def workdays_left(calendar: WorkCalendar, today: date, due: date) -> int:
    """Return the working days from today (not counted) to due; negative once it has passed."""
    if today <= due:
        return calendar.workdays_between(today, due)
    return -max(1, calendar.workdays_between(due, today))


def rung(ladder: list[int], left: int) -> int | None:
    """Return the rung reached: the lowest step not above what is left. What downtime missed is skipped."""
    reached = [step for step in ladder if left <= step]
    return min(reached) if reached else None


def sign_rung(notice: SupervisionNotice, calendar: WorkCalendar, today: date, after: int) -> int | None:
    """Return how many working days a notice has lain unsigned, once it is `after` or more."""
    waited = calendar.workdays_between(local_date(notice.issued_at), today)
    return after if waited >= after else None


def _squeeze(text: str) -> str:
    return re.sub(r"[\s\-－—_〔〕\[\]（）()第]", "", text).upper()
