"""「记错了」: what somebody just filed is taken back by entries that supersede it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from handlers.routing import Router, Turn
from handlers.understanding.numbers import read_amounts
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
_FIGURES = {"month": "month_amount", "total": "total_amount", "percent": "percent"}
_NOT_BUT = re.compile(r"不是[^\d，。,]{0,6}(\d+(?:\.\d+)?)")
_WAN = 10000  # 1.85 said of 1.85亿, kept in 万元
_DIGIT = re.compile(r"\d")
_WRONG = re.compile(r"^(?:刚才|刚刚|上面)?(?:那条|这条)?[记报说发]错了")


@dataclass(frozen=True)
class _Taking:
    """What is taken back: the newest line, or the line whose figure is corrected."""

    figure: Entry | None = None


def _takes_back(turn: Turn) -> _Taking | None:
    """Read what is to be taken back; a new figure for no line of that project is left to be filed as a report."""
    text, intents = turn.reading.text, turn.reading.intents
    if find_notice_ref(text) or Intent.REPLY in intents:
        return None  # a reply may well change its own words
    if Intent.CORRECTION in intents and _DIGIT.search(text):
        line = _figure_line(turn)
        return None if line is None and turn.reading.is_report else _Taking(line)
    return _Taking() if intents & {Intent.UNDO, Intent.CORRECTION} or _WRONG.match(text) else None


def _figure_line(turn: Turn) -> Entry | None:
    """Return the sender's newest progress line with the figure that is corrected, of the project named if one is."""
    codes = {project.code for project in turn.reading.named}
    read = {_FIGURES[name] for name in read_amounts(turn.reading.text).spans if name in _FIGURES}
    old = _NOT_BUT.search(turn.reading.text)
    for entry in _mine(turn):
        told = {name: entry.data[name] for name in _FIGURES.values() if entry.data.get(name) is not None}
        values = [value for name, value in told.items() if not read or name in read]
        if entry.kind != EntryKind.PROGRESS.value or not values or (codes and entry.project not in codes):
            continue
        if old is None or any(float(value) in (float(old[1]), float(old[1]) * _WAN) for value in values):
            return entry
    return None


def _mine(turn: Turn) -> list[Entry]:
    """Return what the sender filed lately, newest first."""
    ledger = turn.ledger
    return [
        entry
        for entry in ledger.entries(kinds=_UNDOABLE, limit=100)
        if entry.person_id == turn.person.id
        and entry.project
        and ledger.now - entry.time <= _WITHIN
        and "notice" not in entry.data
    ]


@router.command(_takes_back, help="撤回刚记的一条", example="记错了")
def undo(turn: Turn, taking: _Taking) -> None:
    """Take back the line whose figure is corrected, else what the sender's last filing message recorded."""
    if taking.figure is not None:
        _withdraw(turn, [taking.figure])
        return
    if Intent.CORRECTION in turn.reading.intents and _DIGIT.search(turn.reading.text):
        raise Refusal("最近没有您报的这个数可以更正，什么都没改；请带项目名再报一遍，例如「二院本月完成1200万」。")
    mine = _mine(turn)
    reports = [entry for entry in mine if "visit" not in entry.data]
    if not reports:
        raise Refusal("最近没有您记的内容可以撤回；要改更早的，请说明是哪一条。")
    last = reports[0]
    if isinstance(last.data.get("about"), str):  # of a progress line it lists the figures told with 大概
        _take_back_step(turn, last)
        return
    _withdraw(turn, [entry for entry in mine if _belongs(entry, last, reports)])


def _withdraw(turn: Turn, taken: list[Entry]) -> None:
    """Supersede lines by corrections; what they paid is owed again."""
    ledger = turn.ledger
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
    project = _project(turn, taken[-1])
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
