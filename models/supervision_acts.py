"""What the office does to a supervision notice besides reviewing it: 审签, 更正, 撤回, 纸质签收, 重开, 回头看."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import select

from models import lookback, supervision
from models.actors import holds
from models.calendar import SHANGHAI
from models.deeds import Deed, require
from models.entry import Entry, EntryKind
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.people import Person
from models.supervision import SupervisionNotice
from models.supervision_states import Action, State

_AT_DESK = time(9, 0)
"""A paper is signed for on a day; the hour decides nothing, the receipt's day is not counted (A9)."""


def sign(ledger: Ledger, notice: SupervisionNotice, person: Person) -> None:
    """审签: whom the pack names lets the notice go out; not the one who drafted it, where the office signs itself."""
    actor = ledger.mechanism.supervision.approver
    if actor is None or not holds(ledger, person, actor):
        name = ledger.mechanism.actor_name(actor) if actor else ledger.mechanism.office_name
        raise Forbidden(f"督办通知书由{name}审签，可发「督办清单」看办到哪一步。")
    if notice.state != State.DRAFTED.value:
        supervision.move(notice, Action.ISSUE)  # refuses in words
    supervision.record(ledger, notice, EntryKind.APPROVAL, f"审签{notice.number}", person, state="signed")
    supervision.release(ledger, notice, person)


def withdraw(ledger: Ledger, notice: SupervisionNotice, person: Person | None, reason: str) -> None:
    """撤回 before the reply: it asks nothing of anybody any more; its number stays used. Who signs may stop a draft."""
    signer = ledger.mechanism.supervision.approver if notice.state == State.DRAFTED.value else None
    if not (signer and person and holds(ledger, person, signer)):
        require(ledger, person, Deed.ISSUE_NOTICE)
    if len(reason.strip()) < 2:
        raise Refusal(f"请写明撤回原因，例如「撤回{notice.handle} 项目单位已交地」。")
    supervision.move(notice, Action.WITHDRAW)
    state = State.WITHDRAWN.value
    supervision.record(ledger, notice, EntryKind.NOTE, f"撤回：{reason}", person, state=state, reason=reason)
    supervision.forget_reminders(ledger, notice)


def correct(
    ledger: Ledger,
    notice: SupervisionNotice,
    person: Person | None,
    *,
    matter: str = "",
    solve_due: date | None = None,
    reason: str,
) -> None:
    """更正 the matter or the date of what was issued: a correction beside the old text, which stays in the ledger."""
    require(ledger, person, Deed.ISSUE_NOTICE)
    if notice.state in (State.CLOSED.value, State.ARCHIVED.value, State.WITHDRAWN.value):
        raise Refusal(f"{notice.number}现在是「{notice.label}」，不用再更正。")
    if not matter and solve_due is None:
        raise Refusal(f"请写明更正什么，例如「更正{notice.handle}：解决时限改为10月20日」。")
    notice.matter = matter or notice.matter
    if solve_due is not None:
        notice.solve_due = solve_due
        ledger.drop_waiting(supervision.duty(notice, "solve"))
    supervision.record(
        ledger,
        notice,
        EntryKind.CORRECTION,
        reason,
        person,
        supersedes=_issued_seq(ledger, notice),
        reason=reason,
        corrects=EntryKind.NOTICE_ISSUED.value,
        matter=notice.matter,
        unit=notice.unit.shown,
        to=[one.name for one in notice.people],
        solve_due=notice.solve_due.isoformat(),
    )


def receive_on_paper(ledger: Ledger, notice: SupervisionNotice, person: Person | None, day: date, signer: str) -> bool:
    """纸质签收, entered by the office; False where an earlier proof already runs the clock (A8)."""
    require(ledger, person, Deed.ISSUE_NOTICE)
    if "paper" not in ledger.mechanism.conflicts.received_by:
        raise Refusal("本县制度不以纸质签收起算，请督办对象在聊天里签收。")
    if day > ledger.today:
        raise Refusal(f"纸质签收的日子{day.isoformat()}还没到，请核对。")
    if day < notice.issued_at.astimezone(SHANGHAI).date():
        raise Refusal(f"纸质签收的日子早于{notice.number}下发的日子，请核对。")
    _require_unreplied(notice)
    at = max(datetime.combine(day, _AT_DESK, SHANGHAI), notice.issued_at)
    return supervision.note_receipt(ledger, notice, person, "paper", min(at, ledger.now), signer)


def note_reading(ledger: Ledger, notice: SupervisionNotice, person: Person) -> bool:
    """Take it that an addressee has read a notice he asks about: unsigned, that starts the clock (A8)."""
    unsigned = notice.state in (State.ISSUED.value, State.DELIVERED.value)
    if not unsigned or "read" not in ledger.mechanism.conflicts.received_by:
        return False
    if not supervision.is_addressee(ledger, notice, person):
        return False
    return supervision.note_receipt(ledger, notice, person, "read", ledger.now)


def reopen(ledger: Ledger, notice: SupervisionNotice, person: Person | None, reason: str) -> None:
    """重开 what was closed and is not solved; the old date stands until an extension is granted."""
    supervision.require(ledger, notice, person, Action.REOPEN)
    if len(reason.strip()) < 2:
        raise Refusal(f"请写明为什么重开，例如「重开{notice.handle} 回头看发现路又堵了」。")
    supervision.move(notice, Action.REOPEN)
    supervision.record(
        ledger, notice, EntryKind.NOTICE_RETURNED, f"重开：{reason}", person, state="reopened", reason=reason
    )
    lookback.take(ledger, supervision.KIND, notice.handle, f"重开：{reason}")


def archive(ledger: Ledger, notice: SupervisionNotice, person: Person | None, remark: str) -> None:
    """回头看 found it solved indeed: 归档."""
    supervision.require(ledger, notice, person, Action.ARCHIVE)
    supervision.move(notice, Action.ARCHIVE)
    words = remark or "回头看属实，归档"
    supervision.record(ledger, notice, EntryKind.NOTE, words, person, state=State.ARCHIVED.value, look_back="属实归档")
    lookback.take(ledger, supervision.KIND, notice.handle, words)


def drafts(ledger: Ledger) -> list[SupervisionNotice]:
    """Return the notices that wait to be signed, oldest first."""
    query = select(SupervisionNotice).where(SupervisionNotice.state == State.DRAFTED.value)
    return list(ledger.session.scalars(query.order_by(SupervisionNotice.id)))


def _require_unreplied(notice: SupervisionNotice) -> None:
    if notice.replied_at is not None or notice.state == State.DRAFTED.value:
        raise Refusal(f"{notice.number}现在是「{notice.label}」，签收日子不再变动。")


def _issued_seq(ledger: Ledger, notice: SupervisionNotice) -> int | None:
    """Return the entry that stands for the notice's text: the one issued, or its last correction."""
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    kinds = (EntryKind.NOTICE_ISSUED.value, EntryKind.CORRECTION.value)
    return ledger.session.scalar(
        select(Entry.seq)
        .where(Entry.kind.in_(kinds), Entry.project == notice.project.code, Entry.seq.not_in(newer))
        .where(Entry.data["notice"].as_string() == notice.number)
        .order_by(Entry.seq.desc())
        .limit(1)
    )
