"""「记错了」: what somebody just filed is taken back by entries that supersede it."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from handlers.consent import restate, withdraw_reports
from handlers.figures import FIGURES, progress_summary
from handlers.following import forget_need
from handlers.mending import corrects_figure, next_version
from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from handlers.understanding.refs import find_notice_ref
from models import duties, nodes
from models.entry import ENTRY_LABELS, Entry, EntryKind
from models.errors import Refusal
from models.figure_source import versions_before
from models.notices import Plain, Withdrawn
from models.project import Project

router = Router()
_WITHIN = timedelta(hours=24)
_TOLD_AT_LENGTH = 30  # characters
_A_SUM = re.compile(r"投资|累计|[\d一二三四五六七八九十百千两]万|个?亿")
_UNDOABLE = (
    EntryKind.VISIT,
    EntryKind.PROGRESS,
    EntryKind.PROBLEM,
    EntryKind.PHOTO,
    EntryKind.NOTE,
)
_PROGRESS = EntryKind.PROGRESS.value
_WRONG = re.compile(r"^(?:刚才|刚刚|上面)?(?:那条|这条)?[记报说发]错了")


def _takes_back(turn: Turn) -> bool | None:
    """Read that something is to be taken back; a new figure for no line of that project is left to be filed."""
    text, intents = turn.reading.text, turn.reading.intents
    if find_notice_ref(text) or Intent.REPLY in intents:
        return None  # a reply may well change its own words
    if corrects_figure(turn):
        return None if turn.reading.is_report or _tells_anew(turn) else True
    return bool(intents & {Intent.UNDO, Intent.CORRECTION} or _WRONG.match(text)) or None


def _tells_anew(turn: Turn) -> bool:
    """Whether a figure is told of a project and put right as it is spoken: 九月份五百二 不对 那是计划 五百四十万."""
    text = turn.reading.text
    return bool(turn.reading.named) and len(text) >= _TOLD_AT_LENGTH and bool(_A_SUM.search(text))


def lately_mine(turn: Turn) -> list[Entry]:
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
def undo(turn: Turn) -> None:
    """Take back what the sender's last filing message recorded; of a correction, the version before stands again."""
    if corrects_figure(turn):
        raise Refusal("最近没有您报的这个数可以更正，什么都没改；请带项目名再报一遍，例如「二院本月完成1200万」。")
    mine = lately_mine(turn)
    named = {project.code for project in turn.reading.named}
    mine = [entry for entry in mine if entry.project in named] or mine
    reports = [entry for entry in mine if "visit" not in entry.data or entry.data.get("joins")]
    if not reports:
        raise Refusal("最近没有您记的内容可以撤回；要改更早的，请说明是哪一条。")
    last = reports[0]
    if last.data.get("mends"):
        _restore(turn, last)
        return
    if _is_step(last):
        told = [entry for entry in reports if entry.message_id == last.message_id and not _is_step(entry)]
        if not told:
            _take_back_step(turn, last)
            return
        last = told[0]  # what is lacking was registered with the problem that told of it
    _withdraw(turn, [entry for entry in mine if _belongs(entry, last, reports)])


def _is_step(entry: Entry) -> bool:
    """Whether an entry is a step of a procedure; of a progress line `about` lists the figures told with 大概."""
    return isinstance(entry.data.get("about"), str)


def _withdraw(turn: Turn, taken: list[Entry]) -> None:
    take_back(turn, taken)
    project = _project(turn, taken[-1])
    kinds = dict.fromkeys(ENTRY_LABELS[EntryKind(entry.kind)] for entry in reversed(taken))
    turn.answer(Withdrawn("、".join(kinds), project.name if project else ""))


def take_back(turn: Turn, taken: list[Entry]) -> None:
    """Supersede lines by corrections; what they paid is owed again."""
    ledger = turn.ledger
    reports = [report for entry in taken if entry.kind == _PROGRESS for report in withdraw_reports(ledger, entry)]
    for entry in [*taken, *reports]:
        ledger.record(
            EntryKind.CORRECTION,
            turn.inbound.text,
            person=turn.person,
            project=_project(turn, entry),
            data={"reason": "本人撤回", "corrects": entry.kind, **_kept(entry)},
            supersedes=entry.seq,
        )
        duties.void(ledger, entry.seq)
        if entry.data.get("state") == "need":
            forget_need(turn, entry)


def _restore(turn: Turn, last: Entry) -> None:
    """Take a correction back by a version that says again what was said before it."""
    ledger = turn.ledger
    before = versions_before(ledger, last)[0]
    told = {key: before.data.get(key) for key in (*FIGURES.values(), "about", "approximate", "spans")}
    words = "" if any(told[name] is not None for name in FIGURES.values()) else before.text
    entry = next_version(ledger, last, turn.person, turn.inbound.text, told, text=words)
    project = _project(turn, last)
    assert project is not None
    said = restate(ledger, turn.person, project, entry)
    summary = progress_summary(entry.data) or f"「{before.text[:30]}」"
    turn.answer(Plain(f"好，《{project.name}》刚才的更正不算了，恢复为：{summary}。{said}"))


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
    together = {report.seq for report in reports if report.message_id == last.message_id and "visit" not in report.data}
    return entry.data.get("visit") in together


def _kept(entry: Entry) -> dict[str, object]:
    return {name: value for name, value in entry.data.items() if name not in ("discharges", "spans")}


def _project(turn: Turn, entry: Entry) -> Project | None:
    return turn.ledger.session.scalar(select(Project).where(Project.code == entry.project))
