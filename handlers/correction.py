"""「记错了」: what somebody just filed is taken back by entries that supersede it."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from handlers.understanding.refs import find_notice_ref
from models import duties, nodes
from models.entry import ENTRY_LABELS, Entry, EntryKind
from models.errors import Refusal
from models.notices import Withdrawn
from models.project import Project

router = Router()
_WITHIN = timedelta(hours=24)
_UNDOABLE = (
    EntryKind.VISIT,
    EntryKind.PROGRESS,
    EntryKind.PROBLEM,
    EntryKind.PHOTO,
    EntryKind.NOTE,
)


_WRONG = re.compile(r"^(?:刚才|刚刚|上面)?(?:那条|这条)?[记报说发]错了")


def _takes_back(turn: Turn) -> bool:
    if find_notice_ref(turn.reading.text) or Intent.REPLY in turn.reading.intents:
        return False  # a reply may well change its own words
    return bool(turn.reading.intents & {Intent.UNDO, Intent.CORRECTION}) or bool(_WRONG.match(turn.reading.text))


@router.command(_takes_back, help="撤回刚记的一条", example="记错了")
def undo(turn: Turn) -> None:
    """Take back what the sender's last filing message recorded, and the photos that joined it."""
    ledger = turn.ledger
    mine = [
        entry
        for entry in ledger.entries(kinds=_UNDOABLE, limit=100)
        if entry.person_id == turn.person.id
        and entry.project
        and ledger.now - entry.time <= _WITHIN
        and "notice" not in entry.data
    ]
    reports = [entry for entry in mine if "visit" not in entry.data]
    if not reports:
        raise Refusal("最近没有您记的内容可以撤回；要改更早的，请说明是哪一条。")
    last = reports[0]
    if last.data.get("about"):
        _take_back_step(turn, last)
        return
    taken = [entry for entry in mine if _belongs(entry, last, reports)]
    for entry in taken:
        ledger.record(
            EntryKind.CORRECTION,
            turn.inbound.text,
            person=turn.person,
            project=_project(turn, entry),
            data={"reason": "本人撤回", "corrects": entry.kind, **_kept(entry)},
            supersedes=entry.seq,
        )
        duties.void(ledger, entry.seq)
    project = _project(turn, last)
    kinds = dict.fromkeys(ENTRY_LABELS[EntryKind(entry.kind)] for entry in reversed(taken))
    turn.answer(Withdrawn("、".join(kinds), project.name if project else ""))


def _take_back_step(turn: Turn, last: Entry) -> None:
    """Take back a step of a procedure: a node's completion at once; other steps have their own way back."""
    project = _project(turn, last)
    node = next((node for node in project.nodes if node.name == last.data.get("node")), None) if project else None
    if project is None or node is None or last.data.get("state") != "done":
        office = turn.ledger.mechanism.office_name
        raise Refusal(f"刚才办的「{last.text[:30]}」不能用「记错了」撤回；请按正确的再说一遍，或请{office}更正。")
    nodes.reopen(turn.ledger, project, node, turn.person)
    turn.answer(Withdrawn(f"节点「{node.name}」完成", project.name))


def _belongs(entry: Entry, last: Entry, reports: list[Entry]) -> bool:
    if entry.message_id == last.message_id:
        return True
    together = {report.seq for report in reports if report.message_id == last.message_id}
    return entry.data.get("visit") in together


def _kept(entry: Entry) -> dict[str, object]:
    return {name: value for name, value in entry.data.items() if name not in ("discharges", "spans")}


def _project(turn: Turn, entry: Entry) -> Project | None:
    return turn.ledger.session.scalar(select(Project).where(Project.code == entry.project))
