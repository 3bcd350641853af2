"""「凭啥催我」 (★14): on which clause something was said, and how its date was reckoned, from the row that said it.

What a row reminds of stands in its `duty`; the part before the first colon says which rule explains it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from models.attendance import Leave
from models.calendar import local_date
from models.duties import due_within
from models.extension import Extension
from models.handover import Handover
from models.inspection_paper import InspectionPaper
from models.investment import Lead
from models.ledger import Ledger
from models.lookback import LookBack
from models.mechanism import Obligation
from models.meeting import Meeting
from models.need import Need
from models.obligation import Occurrence
from models.people import Person
from models.periods import shown, weekday_words, why_not_worked
from models.permit import Permit
from models.project import Node
from models.reporting import Submission, asked
from models.request import Request
from models.subjects import subjects_of
from models.summary import Summary
from models.supervision import SupervisionNotice
from models.task import Task
from models.trays import Outgoing, OutState

_LATELY = timedelta(days=14)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Reason:
    """Why something was said: what, on which words of the notice, and the reckoning, a line each."""

    what: str
    basis: str
    quote: str
    reckoning: tuple[str, ...] = ()


def last_pushes(ledger: Ledger, person: Person) -> list[Outgoing]:
    """Return what was said first to somebody last, a digest as its parts; nothing older than a fortnight."""
    last = ledger.session.scalar(
        select(Outgoing)
        .where(
            Outgoing.person_id == person.id,
            Outgoing.push,
            Outgoing.state == OutState.SENT.value,
            Outgoing.merged_into.is_(None),
            Outgoing.sent_at > ledger.now - _LATELY,
        )
        .order_by(Outgoing.sent_at.desc(), Outgoing.id.desc())
        .limit(1)
    )
    if last is None:
        return []
    parts = ledger.session.scalars(select(Outgoing).where(Outgoing.merged_into == last.id).order_by(Outgoing.id)).all()
    return list(parts) or [last]


def reason_of(ledger: Ledger, row: Outgoing) -> Reason:
    """Return why a row was said; what no rule explains rests on the mechanism as a whole."""
    kind, _, rest = row.duty.partition(":")
    found = _EXPLAIN[kind](ledger, rest) if kind in _EXPLAIN else None
    return found or Reason("这条是办事过程中的通知", ledger.mechanism.source, ledger.mechanism.title)


# --- recurring duties -----------------------------------------------------------------------------------


def _duty(ledger: Ledger, rest: str) -> Reason | None:
    duty_id, period, _ = rest.split(":", 2)
    return _recurring(ledger, _obligation(ledger, duty_id), period)


def _recurring(ledger: Ledger, duty: Obligation | None, period: str) -> Reason | None:
    occurrence = _occurrence(ledger, duty, period) if duty else None
    if duty is None or occurrence is None:
        return None
    return _written(ledger, duty.name, duty.clause, tuple(_reckoned(ledger, duty, occurrence)))


def reports_owed(ledger: Ledger, person: Person | None = None) -> list[tuple[Reason, date]]:
    """Return the reports somebody owes now, or that anybody does: why, and by when."""
    found = []
    for duty, occurrence in asked(ledger):
        owes = person is None or subjects_of(ledger, duty, person)
        reason = _recurring(ledger, duty, occurrence.period) if owes else None
        if reason is not None and occurrence.due is not None:
            found.append((reason, occurrence.due))
    return found


def _obligation(ledger: Ledger, duty_id: str) -> Obligation | None:
    return next((duty for duty in ledger.mechanism.obligations if duty.id == duty_id), None)


def _occurrence(ledger: Ledger, duty: Obligation, period: str) -> Occurrence | None:
    start, end = ledger.today - timedelta(days=100), ledger.today + timedelta(days=400)
    found = due_within(ledger, duty, start, end)
    return next((one for one in found if one.period == period), None)


def _reckoned(ledger: Ledger, duty: Obligation, one: Occurrence) -> list[str]:
    assert one.due is not None
    lines = [_RULES[duty.due.rule].format(due=shown(one.due), first=shown(one.starts), last=shown(one.ends))]
    reason = why_not_worked(one.due, ledger.calendar)
    if one.clash:
        lines.append(one.clash)
    elif reason and one.remind_on:
        lines.append(f"{shown(one.due)}为{reason}，提醒线是之前最后一个工作日{_worked(ledger, one.remind_on)}")
    if one.provisional:
        lines.append("该年放假安排未公布，暂按周末推算")
    return lines


_RULES = {
    "fixed_day": "制度写明{due}前，当日24时前都算按时，遇假不顺延",
    "period_end": "{first}至{last}之间有一次就行",
    "month_end": "制度没写日子，按当月最后一个工作日{due}",
    "meeting": "按规则拟在{due}，以通知为准",
    "before_meeting": "例会前一周，遇休息日提前到工作日：{due}",
    "after_meeting": "会后几个工作日内：{due}",
    "collection": "每月20日前后：{due}",
}


def reason_of_reply(ledger: Ledger, notice: SupervisionNotice) -> Reason | None:
    """Return on what the days of a notice's reply rest, and how they were counted; None where none run yet."""
    return _supervision(ledger, f"{notice.id}:reply") if notice.reply_due else None


# --- notices, meetings, approvals, tasks ----------------------------------------------------------------


def _supervision(ledger: Ledger, rest: str) -> Reason | None:
    number, _, stage = rest.partition(":")
    notice = ledger.session.get(SupervisionNotice, int(number)) if number.isdigit() else None
    if notice is None:
        return None
    rule = ledger.mechanism.supervision
    if stage == "reply" and notice.received_at and notice.reply_due:
        lines = (_counted(ledger, local_date(notice.received_at), notice.reply_due),)
        return _written(ledger, f"{notice.number}复函", rule.reply_clause, lines)
    if stage == "sign":
        lines = (f"{shown(local_date(notice.issued_at))}下发，签收后才起算三个工作日",)
        return _written(ledger, f"{notice.number}签收", rule.reply_clause, lines)
    lines = (f"通知书写明{shown(notice.solve_due)}前解决，与复函期限是两回事",)
    return _written(ledger, f"{notice.number}解决", rule.notice_clause, lines)


def _counted(ledger: Ledger, received: date, due: date) -> str:
    """Count the working days aloud: 9月17日签收（当日不计），9月18日、9月20日（星期日，调休上班）、9月21日。"""
    days = [received + _DAY * n for n in range(1, (due - received).days + 1)]
    worked = [_worked(ledger, day) for day in days if ledger.calendar.is_workday(day)]
    return f"{shown(received)}签收（当日不计），第1至{len(worked)}个工作日：{'、'.join(worked)}"


def _worked(ledger: Ledger, day: date) -> str:
    made_up = f"（{weekday_words(day)}，调休上班）" if ledger.calendar.makeup_for(day) else ""
    return shown(day) + made_up


def _meeting(ledger: Ledger, rest: str) -> Reason | None:
    meeting = ledger.session.get(Meeting, int(rest.partition(":")[0]))
    if meeting is None:
        return None
    lines = ("开会日期以通知为准，不按规则推算",)
    return _written(ledger, meeting.name, ledger.mechanism.meetings.clause, lines)


def _approval(ledger: Ledger, rest: str) -> Reason | None:
    row = ledger.session.get(Submission, int(rest.partition(":")[0]))
    duty = _obligation(ledger, row.duty) if row else None
    if row is None or duty is None:
        return None
    lines = ("经您同意后才算报出；改动一个字都要重新同意",)
    return _written(ledger, f"{duty.name}待同意", duty.also[-1] if duty.also else duty.clause, lines)


def _task(ledger: Ledger, rest: str) -> Reason | None:
    task = ledger.session.get(Task, int(rest.partition(":")[0]))
    duty = next((one for one in ledger.mechanism.obligations if not one.recurring and "decision" in one.id), None)
    if task is None:
        return None
    clause = duty.clause if duty else ledger.mechanism.supervision.notice_clause
    lines = (f"{task.source}{shown(local_date(task.given_at))}交办，写明{shown(task.due)}前完成",)
    return _written(ledger, f"{task.number}{task.requirement[:20]}", clause, lines)


def _look_back(ledger: Ledger, rest: str) -> Reason | None:
    look = ledger.session.get(LookBack, int(rest.partition(":")[0]))
    if look is None:
        return None
    days = ledger.mechanism.supervision.look_back_days
    lines = (f"销号满{days}天回头看一次，到{shown(look.due)}",)
    return _written(ledger, f"{look.number}回头看", ledger.mechanism.supervision.close_clause, lines)


def _extension(ledger: Ledger, rest: str) -> Reason | None:
    row = ledger.session.get(Extension, int(rest.partition(":")[0]))
    if row is None:
        return None
    lines = (f"{row.label}原时限{shown(row.due)}，申请延到{shown(row.wanted)}；没批以前原时限照算",)
    return _written(ledger, f"{row.label}延期", ledger.mechanism.supervision.notice_clause, lines)


def _request(ledger: Ledger, rest: str) -> Reason | None:
    row = ledger.session.get(Request, int(rest.partition(":")[0]))
    if row is None:
        return None
    lines = (f"{row.unit.shown if row.unit else ''}提请，写明了具体建议，等您批示",)
    return _written(ledger, f"提请事项{row.number}", _upward(ledger), lines)


def _upward(ledger: Ledger) -> str:
    """The clause by which what cannot be settled goes up; a notice without one has its supervision."""
    raised = next((one for one in ledger.mechanism.obligations if one.id.endswith(".request")), None)
    return raised.clause if raised else ledger.mechanism.supervision.notice_clause


def _paper(ledger: Ledger, rest: str) -> Reason | None:
    row = ledger.session.get(InspectionPaper, int(rest.partition(":")[0]))
    duty = _obligation(ledger, row.duty) if row and row.duty else None
    return _recurring(ledger, duty, row.period) if row and row.period else None


def _summary(ledger: Ledger, rest: str) -> Reason | None:
    row = ledger.session.get(Summary, int(rest.partition(":")[0]))
    duty = _obligation(ledger, row.duty) if row else None
    return _recurring(ledger, duty, row.period) if row else None


def _collection(ledger: Ledger, rest: str) -> Reason | None:
    duty = next((one for one in ledger.mechanism.obligations if one.due.rule == "collection"), None)
    return _recurring(ledger, duty, rest.partition(":")[0])


def _leave(ledger: Ledger, rest: str) -> Reason | None:
    row = ledger.session.get(Leave, int(rest.partition(":")[0]))
    if row is None:
        return None
    rule = ledger.mechanism.meetings
    lines = (f"{row.person.name}向本次会议召集人请假，会前要定",)
    return _written(ledger, f"{row.meeting.name}请假", rule.leave_clause or rule.clause, lines)


def _merge(ledger: Ledger, rest: str) -> Reason | None:
    rule = ledger.mechanism.meetings
    lines = (f"两个会有{rule.merge_share}%以上的人相同，又在{rule.merge_days}天以内",)
    return _written(ledger, "合并开会的建议", rule.clause, lines)


def _node(ledger: Ledger, rest: str) -> Reason | None:
    node = ledger.session.get(Node, int(rest.partition(":")[0]))
    if node is None:
        return None
    lines = (f"节点计划{shown(node.planned)}，到前几个工作日提醒一次，只为服务",)
    return _of_event(ledger, f"节点{node.name}", "node-service", lines)


def _permit(ledger: Ledger, rest: str) -> Reason | None:
    row = ledger.session.get(Permit, int(rest.partition(":")[0]))
    if row is None or row.due is None:
        return None
    lines = (f"{row.name}的办理时限是{shown(row.due)}，只提醒办理部门，不计项目单位",)
    return _of_event(ledger, f"{row.project.name}{row.name}", "node-service", lines)


def _handover(ledger: Ledger, rest: str) -> Reason | None:
    row = ledger.session.get(Handover, int(rest.partition(":")[0]))
    if row is None:
        return None
    lines = ("招商签约后移交承接部门，从移交起数工作日",)
    return _of_event(ledger, "招商项目移交", "handover", lines)


def _lead(ledger: Ledger, rest: str) -> Reason | None:
    row = ledger.session.get(Lead, int(rest.partition(":")[0]))
    if row is None:
        return None
    lines = (f"{row.number}{shown(row.since)}到了现在的阶段，从那天起数工作日",)
    return _of_event(ledger, f"{row.name}移交", "handover", lines)


def _board(ledger: Ledger, rest: str) -> Reason | None:
    names = ledger.mechanism.codes.board_names
    lines = ("牌上的名字和台账登记的不一样",)
    return _written(ledger, "标示牌", names.clause, lines) if names else None


def _need(ledger: Ledger, rest: str) -> Reason | None:
    row = ledger.session.get(Need, int(rest.partition(":")[0]))
    if row is None:
        return None
    lines = (f"{row.project.name}报了{row.size}没落实",)
    return _of_event(ledger, f"要素{row.handle}", "finance-matching", lines)


def _of_event(ledger: Ledger, what: str, kind: str, lines: tuple[str, ...]) -> Reason:
    """A duty that events bring about, by the end of its id; a notice without it has only its title."""
    duty = next((one for one in ledger.mechanism.obligations if one.id.endswith(f".{kind}")), None)
    if duty is None:
        return Reason(what, ledger.mechanism.source, ledger.mechanism.title, lines)
    return _written(ledger, what, duty.clause, lines)


def _written(ledger: Ledger, what: str, clause: str, reckoning: tuple[str, ...]) -> Reason:
    found = ledger.mechanism.clauses[clause]
    return Reason(what, ledger.mechanism.basis(clause), found.quote, reckoning)


_EXPLAIN: dict[str, Callable[[Ledger, str], Reason | None]] = {
    "duty": _duty,
    "supervision": _supervision,
    "meeting": _meeting,
    "approve": _approval,
    "joint": _approval,
    "task": _task,
    "look-back": _look_back,
    "extension": _extension,
    "request": _request,
    "paper": _paper,
    "summary": _summary,
    "publish": _summary,
    "collection": _collection,
    "leave": _leave,
    "merge": _merge,
    "node": _node,
    "permit": _permit,
    "handover": _handover,
    "lead": _lead,
    "board": _board,
    "need": _need,
}
