"""A report told of the wrong day or project (不是今天 是昨天去的; 是城南不是城北) is put right, not only taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from handlers.correction import lately_mine, take_back
from handlers.filing import file_told
from handlers.reading import Reading, named_in
from handlers.routing import Router, Turn
from handlers.told import Told
from handlers.understanding.dates import read_occurred, read_period
from handlers.understanding.moving import denied_part, kept_part, says_only_when
from handlers.understanding.phrases import Intent
from handlers.understanding.text import normalise
from handlers.wording import dated
from models import duties
from models.directory import find_project
from models.entry import Entry, EntryKind
from models.errors import Refusal
from models.notices import Plain
from models.project import Project
from models.trays import Incoming, Material
from models.visit import sent_of, visit_of_day

router = Router()
_TOLD = (EntryKind.VISIT.value, EntryKind.PROGRESS.value, EntryKind.PROBLEM.value, EntryKind.PHOTO.value)
_PHASE = re.compile(r"^([一二三四五六七八九1-9])期")


@dataclass(frozen=True)
class _Move:
    lines: list[Entry]
    day: date | None = None
    project: Project | None = None


def _moves(turn: Turn) -> _Move | None:
    said = kept_part(turn.reading.text) or ""
    lines = _last_lines(turn) if said else []
    if not lines:
        return None
    sent, is_workday = turn.ledger.local_now, turn.ledger.calendar.is_workday
    day = read_occurred(said, sent=sent, is_workday=is_workday)
    if day is not None and (says_only_when(said, day.span) or says_only_when(_without_aside(said), day.span)):
        return _Move(lines, day=day.date)
    meant = _of_the_denied(turn, lines)
    others = (_project_in(turn, said, line) for line in meant or lines)
    project = next((one for one in others if one is not None), None)
    if project is not None and not meant:
        told = "".join(
            f"《{find_project(turn.ledger, str(code)).name}》" for code in {one.project: None for one in lines}
        )
        raise Refusal(f"刚才那条说了{told}，什么都没改；请写明哪个不对，例如「不是一期，是二期」。")
    return _Move(meant, project=project) if project is not None else None


def _without_aside(said: str) -> str:
    """Return what stands before the last comma: 前天去的 of 前天去的，老了记不住."""
    return re.split(r"[，,\s]+", said)[0]


def _last_lines(turn: Turn) -> list[Entry]:
    """Return what the sender's last message filed."""
    last = next((entry for entry in lately_mine(turn) if entry.kind in _TOLD), None)
    if last is None:
        return []
    return [one for one in lately_mine(turn) if one.kind in _TOLD and one.message_id == last.message_id]


def _of_the_denied(turn: Turn, lines: list[Entry]) -> list[Entry]:
    """Return the lines of the project that was not meant; of a message on one project all, empty where it is open."""
    codes = {str(line.project) for line in lines}
    denied = denied_part(turn.reading.text)
    if len(codes) > 1:
        projects = [find_project(turn.ledger, code) for code in codes] if denied else []
        codes = {one.code for one in projects if denied in one.name or named_in(denied, one.called)}
    return [line for line in lines if line.project in codes] if len(codes) == 1 else []


def _needs_with(turn: Turn, lines: Sequence[Entry]) -> list[Entry]:
    """Return what was registered as lacking with the problems among lines of a message: it goes where they go."""
    problems = {line.data.get("problem") for line in lines} - {None}
    mine = [one for one in lately_mine(turn) if one.message_id == lines[0].message_id]
    return [one for one in mine if one.data.get("state") == "need" and one.data.get("problem") in problems]


def _project_in(turn: Turn, said: str, line: Entry) -> Project | None:
    """Return the other project some words name and say nothing else of; 二期 speaks of the one told of."""
    phase = _PHASE.match(said)
    if phase is not None and len(said) <= 4:
        now = find_project(turn.ledger, str(line.project))
        name = re.sub(r"[一二三四五六七八九1-9]期", f"{phase[1]}期", now.name)
        found = turn.ledger.session.scalar(select(Project).where(Project.name == name))
        return found if found is not None and found.code != line.project else None
    reading = Reading(replace(turn.inbound, text=said), turn.ledger, turn.person, turn.router.names)
    if len(reading.named) != 1 or reading.is_report or reading.named[0].code == line.project:
        return None
    return reading.named[0] if len(said) <= len(reading.decision.matches[0].span.words) + 4 else None


@router.command(_moves)
def move(turn: Turn, given: _Move) -> None:
    """Write it anew where it belongs; what stood before stays in the ledger, superseded."""
    if given.day is not None:
        _to_day(turn, given.lines, given.day)
    elif given.project is not None:
        _to_project(turn, given.lines, given.project)


def _visited(turn: Turn, project: Project, day: date, line: Entry) -> bool:
    mode, whose = str(line.data["mode"]), str(line.data.get("recorded_for") or "")
    return visit_of_day(turn.ledger, turn.person, project, day, mode=mode, recorded_for=whose) is not None


def _to_day(turn: Turn, lines: Sequence[Entry], day: date) -> None:
    project = find_project(turn.ledger, str(lines[0].project))
    if all(line.data.get("occurred") == day.isoformat() for line in lines):
        turn.answer(Plain(f"《{project.name}》台账里就是{dated(day)}，没有改。"))
        return
    for line in lines:
        if line.kind == EntryKind.VISIT.value and _visited(turn, project, day, line):
            raise Refusal(f"《{project.name}》{dated(day)}已有您的现场办公；今天这条不算请回「记错了」。")
    for line in lines:
        _on_day(turn, line, find_project(turn.ledger, str(line.project)), day)
    turn.answer(Plain(f"已改：《{project.name}》这条记到{dated(day)}，原来的留在台账。说错了回「记错了」。"))


def _on_day(turn: Turn, line: Entry, project: Project, day: date) -> None:
    """Record an entry's next version, of another day; a visit pays anew what it pays by its day."""
    ledger, kept = turn.ledger, {name: value for name, value in line.data.items() if name != "discharges"}
    told_later = ledger.today.isoformat() if day != ledger.today else None
    told: dict[str, Any] = {"occurred": day.isoformat(), "reported": told_later}
    if line.kind == EntryKind.PROGRESS.value and read_period(normalise(line.text), sent=sent_of(line)) is None:
        told["period"] = f"{day:%Y-%m}"
    told["spans"] = {**(kept.get("spans") or {}), "occurred": turn.inbound.text}
    if "raised" in kept:
        told["raised"] = day.isoformat()
    entry = ledger.record(
        EntryKind(line.kind),
        line.text,
        person=turn.person,
        project=project,
        data={**kept, **told, "reason": turn.inbound.text},
        attachments=line.attachments,
        supersedes=line.seq,
    )
    if line.kind != EntryKind.VISIT.value:
        duties.carry_over(ledger, line.seq, entry)
        return
    duties.void(ledger, line.seq)
    if not line.data.get("recorded_for"):
        mode = str(line.data.get("mode") or "")
        duties.pay(ledger, entry, person=turn.person, project=project, occurred=day, mode=mode)


def _to_project(turn: Turn, lines: list[Entry], project: Project) -> None:
    """Take the lines back and take their message up again, of the other project."""
    before = find_project(turn.ledger, str(lines[0].project))
    told = {line.kind for line in lines} & {Intent.VISIT.value, Intent.PROGRESS.value, Intent.PROBLEM.value}
    category = next((str(line.data["category"]) for line in lines if line.kind == Intent.PROBLEM.value), "")
    words = f"好，刚才那条不算《{before.name}》的，改记到《{project.name}》。"
    share = "，".join(dict.fromkeys(line.text for line in reversed(lines))) if _is_a_part(turn, lines) else ""
    tell_anew(turn, lines, project, Told(frozenset(map(Intent, told)), words=share, category=category), words)


def _is_a_part(turn: Turn, lines: Sequence[Entry]) -> bool:
    """Whether the message of these lines has told of other projects too."""
    return any(one.message_id == lines[0].message_id and one.project != lines[0].project for one in lately_mine(turn))


def tell_anew(
    turn: Turn, lines: list[Entry], project: Project, told: Told, words: str = "好，刚才那条不算，重记："
) -> None:
    """Take lines back, with what they entailed, and file their message anew as `told`. Raises Refusal."""
    original = turn.ledger.session.scalar(select(Incoming).where(Incoming.key == lines[0].message_id))
    if original is None:
        raise Refusal(f"那条消息找不到了，什么都没改；请把《{project.name}》的再说一遍，记错的那条回「记错了」。")
    take_back(turn, [*lines, *_needs_with(turn, lines)])
    _let_go(turn, lines, original.sent_at)
    turn.answer(Plain(words))
    file_told(turn, project, original, told)


def _let_go(turn: Turn, lines: Sequence[Entry], sent_at: datetime) -> None:
    """Let the pictures and the place of lines that are taken back be taken by what stands in their place."""
    known = {item["sha256"] for line in lines for item in line.attachments}
    used = select(Material).where(Material.person_id == turn.person.id, Material.used.is_(True))
    for material in turn.ledger.session.scalars(used.order_by(Material.id.desc()).limit(30)):
        if known & {item["sha256"] for item in material.attachments}:
            material.used = False
