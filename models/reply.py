"""A reply (复函) to a supervision notice: the five 落实 as they come in, put right until reviewed, in time or late."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from models.entry import Entry, EntryKind
from models.errors import WrongState
from models.ledger import Ledger
from models.obligation import end_of
from models.people import Person
from models.supervision import REPLY_ITEMS, SupervisionNotice, move, receive, record
from models.supervision_states import Action, State


def take_reply(
    ledger: Ledger,
    notice: SupervisionNotice,
    person: Person,
    items: dict[str, str],
    milestones: Sequence[tuple[date, str]] = (),
    spans: dict[str, str] | None = None,
) -> Entry | None:
    """Add 落实 to a reply; return its entry once the five are complete and it is filed with the office (ZZ-19).

    `milestones` are its dated steps, where it gives more than the last day; `spans` the words of each 落实. A reply
    that nobody has reviewed yet is put right by a new version, which is as much in time as the one it stands for.
    Raises WrongState.
    """
    before = _filed(ledger, notice) if notice.state == State.REPLIED.value else None
    if before is not None and all(notice.reply.get(name) == value for name, value in items.items()):
        raise WrongState(f"{notice.number}现在是「{notice.label}」，复函没有要改的。")
    if notice.state in (State.ISSUED.value, State.DELIVERED.value):
        receive(ledger, notice, person)
    if State(notice.state) not in (State.RECEIVED, State.RETURNED):
        move(notice, Action.REPLY)  # refuses in words
    if milestones:
        steps = [{"date": day.isoformat(), "what": what} for day, what in milestones]
        kept = _other_steps(notice) if before is not None else []
        notice.reply = {**notice.reply, "milestones": [*kept, *steps]}
    notice.reply = {**notice.reply, **{name: value for name, value in items.items() if value}}
    if spans:
        notice.reply = {**notice.reply, "spans": {**(notice.reply.get("spans") or {}), **spans}}
    if notice.missing:
        return None
    move(notice, Action.REPLY)
    notice.reply = {**notice.reply, "version": filed_version(notice) + 1}
    notice.replied_at = notice.replied_at if before is not None else ledger.now
    return record(
        ledger,
        notice,
        EntryKind.NOTICE_REPLIED,
        "；".join(f"{label}：{value}" for label, value in notice.reply_lines),
        person,
        supersedes=before.seq if before is not None else None,
        **{name: notice.reply[name] for name in REPLY_ITEMS},
        milestones=notice.reply.get("milestones"),
        spans=notice.reply.get("spans"),
        late_days=before.data.get("late_days") if before is not None else late_days(ledger, notice),
        supervised_unit=notice.unit.shown,
    )


def _other_steps(notice: SupervisionNotice) -> list[dict[str, str]]:
    """Return the dated steps of the filed reply before its last day, which is put right."""
    steps = notice.reply.get("milestones") or []
    return [step for step in steps if step["date"] != notice.reply.get("deadline")]


def filed_version(notice: SupervisionNotice) -> int:
    """Return how often a reply to a notice has been filed: 通过 is of the version it was pressed for."""
    return int(notice.reply.get("version") or 0)


def _filed(ledger: Ledger, notice: SupervisionNotice) -> Entry | None:
    """Return the entry of the reply that waits for review."""
    told = ledger.entries(project=notice.project.code, kinds=(EntryKind.NOTICE_REPLIED,), limit=200)
    return next((entry for entry in told if entry.data.get("notice") == notice.number), None)


def late_days(ledger: Ledger, notice: SupervisionNotice) -> int:
    """By how many working days a reply given now is late, 0 in time; its last day ends when the pack says (A10)."""
    if notice.reply_due is None or ledger.now < end_of(notice.reply_due, ledger.mechanism.supervision.reply_by):
        return 0
    return max(1, ledger.calendar.workdays_between(notice.reply_due, ledger.today))
