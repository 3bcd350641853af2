"""What a periodic paper of the inspectors says: figures and lists out of the ledger, each with its sources (DC-33).

Nobody is asked for anything: the units have told it once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from models import supervision
from models import task as tasks
from models.calendar import SHANGHAI
from models.delay_rows import by_kind
from models.delays import delays
from models.entry import Entry, EntryKind
from models.indicators import PRESETS, indicators, lagging
from models.inspection import Inspection
from models.ledger import Ledger
from models.obligation import Occurrence
from models.problem import solved_on_site
from models.project import Node, Project
from models.request import open_requests, waited

_AHEAD = timedelta(days=30)
_DONE = {EntryKind.NOTICE_CLOSED: "督办销号", EntryKind.RESOLUTION: "问题和交办事项办结"}


@dataclass
class Body:
    """A paper's text as it grows, with the entries (流水号) it rests on."""

    lines: list[str] = field(default_factory=list)
    sources: list[int] = field(default_factory=list)

    def add(self, line: str, *seqs: int) -> None:
        """Add a line and what it rests on."""
        shown = f"（流水{'、'.join(map(str, seqs[:8]))}{'等' if len(seqs) > 8 else ''}）" if seqs else ""
        self.lines.append(line + shown)
        self.sources += [seq for seq in seqs if seq not in self.sources]

    @property
    def text(self) -> str:
        """The whole."""
        return "\n".join(self.lines)


def periodic(ledger: Ledger, occurrence: Occurrence) -> Body:
    """Draw up a periodic paper for one period of a duty."""
    body = Body()
    _progress(ledger, body)
    _done(ledger, body, occurrence.starts, occurrence.ends)
    _late(ledger, body, occurrence.starts, occurrence.ends)
    _next(ledger, body)
    return body


def of_inspection(ledger: Ledger, inspection: Inspection) -> Body:
    """Draw up the frame of a 督查专报: the plan and the two fixed checks; the findings follow it."""
    body = Body()
    kind = "联合督导" if inspection.joint else "督查"
    body.add(f"一、{kind}概况：{inspection.day}，{'、'.join(inspection.team) or '督查人员'}，{inspection.title}")
    for code in inspection.projects:
        project = ledger.session.scalar(select(Project).where(Project.code == code))
        if project is not None:
            _check(ledger, body, project)
    body.add("二、督查结论")
    for finding in inspection.findings:
        body.sources += [seq for seq in finding.evidence if seq not in body.sources]
    return body


def _check(ledger: Ledger, body: Body, project: Project) -> None:
    nodes = [node for node in project.nodes if node.planned <= ledger.today]
    late = [node for node in nodes if node.finished is None]
    names = "、".join(f"{node.name}（应于{node.planned}）" for node in late)
    body.add(f"《{project.name}》节点：到期{len(nodes)}个，未完成{len(late)}个{'：' + names if names else ''}")
    given = tasks.live_tasks(ledger, project_id=project.id)
    overdue = [task for task in given if task.due < ledger.today]
    numbers = "、".join(task.number for task in overdue)
    body.add(
        f"《{project.name}》交办：在办{len(given)}件，逾期{len(overdue)}件{'：' + numbers if numbers else ''}",
        *_decisions(ledger, overdue),
    )


def _decisions(ledger: Ledger, given: list[tasks.Task]) -> list[int]:
    numbers = [task.number for task in given]
    if not numbers:
        return []
    about = Entry.data["task"].as_string().in_(numbers)
    return list(ledger.session.scalars(select(Entry.seq).where(Entry.kind == EntryKind.DECISION.value, about)))


def _progress(ledger: Ledger, body: Body) -> None:
    body.add("一、总体进展")
    for indicator in indicators(ledger):
        body.add(indicator.line, *indicator.sources)


def _done(ledger: Ledger, body: Body, start: date, end: date) -> None:
    body.add("二、办理成效")
    first = datetime.combine(start, time(), SHANGHAI)
    after = datetime.combine(end + timedelta(days=1), time(), SHANGHAI)
    for kind, name in _DONE.items():
        query = select(Entry.seq).where(Entry.kind == kind.value, Entry.time >= first, Entry.time < after)
        seqs = list(ledger.session.scalars(query.order_by(Entry.seq)))
        body.add(f"{name}{len(seqs)}件", *seqs)
    solved = solved_on_site(ledger, start, end)
    body.add(
        f"提出问题{solved.raised}个，现场解决{solved.on_site}个（已核销{solved.verified}个），转专题研究{solved.study}个",
        *solved.seqs,
    )


def _late(ledger: Ledger, body: Body, start: date, end: date) -> None:
    body.add("三、存在问题")
    found = delays(ledger, span=(start, min(end, ledger.today)))
    for name, rows in by_kind(ledger.mechanism, found):
        body.add(f"{name}：{len(rows)}项")
        for row in rows:
            body.add(row.line)
            body.sources += [seq for seq in row.evidence if seq not in body.sources]
    nodes = select(Node.id).where(Node.finished.is_(None), Node.planned < ledger.today)
    body.add(f"到期未完成节点{len(list(ledger.session.scalars(nodes)))}个（按导入和批准的计划）")
    overdue = [notice for notice in supervision.open_notices(ledger) if notice.solve_due < ledger.today]
    handles = "、".join(notice.handle for notice in overdue)
    body.add(f"挂牌督办超期{len(overdue)}件{'：' + handles if handles else ''}")
    preset = PRESETS.get(ledger.mechanism.conflicts.lag.preset)
    if preset:
        body.add(f"明显滞后（{preset}）：")
        for lag in lagging(ledger):
            body.add(f"《{lag.project.name}》{lag.word}：完成年计划{lag.done:.1f}%，序时{lag.elapsed:.1f}%", lag.seq)


def _next(ledger: Ledger, body: Body) -> None:
    body.add("四、下步要求")
    for request in open_requests(ledger):
        body.add(f"{request.number}《{request.short}》等主要领导批示{waited(ledger, request)}个工作日")
    for task in tasks.live_tasks(ledger, due_by=ledger.today + _AHEAD):
        if task.due >= ledger.today:
            body.add(f"{task.number} {task.unit.shown}：{task.requirement[:40]}，{task.due}前")
