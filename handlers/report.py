"""Periodic reports by chat (报送): parts, what is missing, the approver's one line (JZ-15, ZZ-14, DC-17, DC-18)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from handlers.filing import progress_data
from handlers.routing import Router, Turn
from handlers.understanding.numbers import read_amounts
from handlers.understanding.phrases import Intent
from models.calendar import SHANGHAI
from models.entry import EntryKind
from models.errors import Forbidden, Refusal
from models.mechanism import Obligation
from models.notices import Plain, ReportDecided, ReportFiled, ReportIncomplete
from models.obligation import Occurrence
from models.people import Person
from models.periods import period_said
from models.reporting import (
    ReportState,
    Submission,
    approval_card,
    decide,
    duty_key,
    find_submission,
    in_force,
    missing_parts,
    pending_for,
    reports,
    submit,
    unfinished_of,
)
from models.subjects import Subject, subjects_of

router = Router()
_ASKED_LATELY = timedelta(minutes=30)
_REPORTING = {Intent.PROGRESS, Intent.PROBLEM, Intent.NO_NEWS, Intent.SOLVED}
_HEAD = re.compile(r"^[^：:]{0,24}[：:]")
_UNITS = {"month_amount": "{}万元", "total_amount": "{}万元", "percent": "{}%"}
_AMOUNTS = {"month_amount": "month", "total_amount": "total", "percent": "percent"}
_HEADING = 16  # characters in which a report says which month it is for; later months are plans
_MONTH = re.compile(r"(?<!\d)(1[0-2]|[1-9])月")


@dataclass(frozen=True)
class _Report:
    duty: Obligation
    occurrence: Occurrence
    subject: Subject
    parts: dict[str, str]


def _wants_to_report(turn: Turn) -> _Report | None:
    begun = _begun(turn)
    named = Intent.SUBMIT in turn.reading.intents
    if not named and not (begun and _labelled(begun[0], turn.reading.text)):
        return _answer_to_ask(turn, begun) if begun else None
    owed = [(duty, subject) for duty in reports(turn.ledger) for subject in subjects_of(turn.ledger, duty, turn.person)]
    if not owed:
        raise Refusal("您名下没有要报送的材料；如果是替别人报，请让本单位联络员来发。")
    duty, subject = (begun[0], begun[1]) if begun and not named else _choose(turn, owed)
    month = _MONTH.search(turn.reading.text[:_HEADING].split("：")[0].split(":")[0])
    occurrence = in_force(turn.ledger, duty, int(month[1]) if month else None, subject)
    if occurrence is None:
        raise Refusal("现在不在报送期内。")
    parts = {**_from_ledger(turn, duty, occurrence, subject), **read_parts(duty, turn.reading.text)}
    return _Report(duty, occurrence, subject, parts)


def _from_ledger(turn: Turn, duty: Obligation, occurrence: Occurrence, subject: Subject) -> dict[str, str]:
    """Take from the ledger what it holds already: nobody is asked twice for a fact in a period."""
    if subject.project is None:
        return {}
    found: dict[str, str] = {}
    for entry in turn.ledger.entries(project=subject.project.code, kinds=(EntryKind.PROGRESS,), limit=20):
        if entry.data.get("period") != occurrence.period:
            continue
        for part in duty.parts:
            value = entry.data.get(part.key or "")
            if value is not None:
                found.setdefault(part.name, _UNITS.get(part.key or "", "{}").format(value))
    return found


def _answer_to_ask(turn: Turn, begun: tuple[Obligation, Subject]) -> _Report | None:
    """Take a plain sentence as the one part we have just asked for."""
    duty, subject = begun
    occurrence = in_force(turn.ledger, duty, subject=subject)
    row = find_submission(turn.ledger, duty, occurrence.period, subject) if occurrence else None
    if occurrence is None or row is None or turn.ledger.now - row.touched_at > _ASKED_LATELY:
        return None
    missing = missing_parts(duty, row)
    if len(missing) != 1 or turn.reading.intents - _REPORTING or len(turn.reading.text) < 2:
        return None
    return _Report(duty, occurrence, subject, {missing[0]: turn.reading.text})


def _begun(turn: Turn) -> tuple[Obligation, Subject] | None:
    """Return the report somebody has begun and not finished."""
    return next(iter(unfinished_of(turn.ledger, turn.person)), None)


def _choose(turn: Turn, owed: list[tuple[Obligation, Subject]]) -> tuple[Obligation, Subject]:
    """Pick which of several owed reports a text is: by project, by subject's name, by the duty's name."""
    text = turn.reading.text
    named = {project.id for project in turn.reading.named}

    def fit(item: tuple[Obligation, Subject]) -> tuple[bool, bool, bool, int]:
        duty, subject = item
        return (
            bool(subject.project and subject.project.id in named),
            subject.name in text,
            duty.name in text or any(word in text for word in _words_of(duty)),
            sum(1 for part in duty.parts if part.name in text),
        )

    best = max(owed, key=fit)
    rivals = [item for item in owed if fit(item) == fit(best)]
    if len({subject.key for _, subject in rivals}) > 1:
        names = "、".join(dict.fromkeys(subject.name for _, subject in rivals))
        raise Refusal(f"您要报的有好几项：{names}，请写明报哪一个，例如「报送{rivals[0][1].name}：……」。")
    return _soonest(turn, rivals)


def _soonest(turn: Turn, rivals: list[tuple[Obligation, Subject]]) -> tuple[Obligation, Subject]:
    def due(item: tuple[Obligation, Subject]) -> str:
        occurrence = in_force(turn.ledger, item[0])
        return occurrence.due.isoformat() if occurrence and occurrence.due else "9999"

    return min(rivals, key=due)


def _words_of(duty: Obligation) -> list[str]:
    return [word for word in ("季度", "半年", "年度", "月报", "专报", "例会", "调度情况") if word in duty.name]


def _labelled(duty: Obligation, text: str) -> bool:
    return any(re.search(rf"{re.escape(part.name)}\s*[：:]", text) for part in duty.parts)


def read_parts(duty: Obligation, text: str) -> dict[str, str]:
    """Split a report into the duty's parts: by their names, and by the figures that answer them.

    What precedes the first name is the first part, where that is not a figure.
    """
    names = {alias: part.name for part in duty.parts for alias in _aliases(part.name)}
    if not names:
        return {"正文": _HEAD.sub("", text, count=1).strip() or text}
    pattern = "|".join(re.escape(alias) for alias in sorted(names, key=len, reverse=True))
    label = rf"(?:(?<=[。；;\n，,、：:\s])|^)(?:[一二三四五\d][、.])?({pattern})\s*[：:是]"
    marks = list(re.finditer(label, text))
    parts = _figures(duty, text)
    lead = text[: marks[0].start()] if marks else text
    lead = _HEAD.sub("", lead, count=1).strip(" ，,。；;\n") if _HEAD.match(lead) else ""
    if lead and not _only_figures(duty):
        parts[duty.parts[0].name] = lead
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=False):
        body = text[mark.end() : end].strip(" ，,。；;\n")
        if body:
            parts[names[mark[1]]] = body
    return parts


def _only_figures(duty: Obligation) -> bool:
    """Whether the first part is a figure (本月完成投资), which free words before the labels cannot be."""
    return duty.parts[0].key in ("month_amount", "total_amount")


def _figures(duty: Obligation, text: str) -> dict[str, str]:
    amounts = read_amounts(text)
    found: dict[str, str] = {}
    for part in duty.parts:
        field = _AMOUNTS.get(part.key or "")
        if field and field in amounts.spans and field not in amounts.assumed and _only_figures(duty):
            found[part.name] = amounts.spans[field].words
    return found


def _aliases(name: str) -> list[str]:
    """Return the ways people shorten a part's name: 项目进展情况 is 进展情况 or 进展."""
    forms = {name, name.removeprefix("项目"), name.removeprefix("本月"), name.removesuffix("情况")}
    forms |= {form.removesuffix("情况") for form in forms} | {form.removeprefix("项目") for form in forms}
    forms |= {form.removesuffix("等") for form in forms}
    if "打算" in name or "计划" in name:
        forms |= {"下步打算", "下一步打算", "下步计划", "下一步计划", "下季度打算", "下季度计划", "下阶段打算", "打算"}
    if "存在问题" in name or name == "问题":
        forms |= {"存在问题", "存在的问题", "问题"}
    if "需要" in name:
        forms |= {"需要解决事项", "需要解决的事项", "需解决事项", "需要协调", "需协调事项"}
    if "招商" in name:
        forms |= {"招商引资", "招商引资项目", "招商"}
    if "谋划" in name:
        forms |= {"项目谋划", "重大项目谋划", "谋划"}
    return [form for form in forms if len(form) >= 2]


@router.command(
    _wants_to_report,
    help="报送月报、例会材料",
    example="报送：本月完成投资2300万，主体封顶。存在问题：缺变压器。下步打算：10月底通电",
)
def file_report(turn: Turn, report: _Report) -> None:
    """Take the parts given; file, hand to the approver, or ask exactly for what is missing."""
    ledger = turn.ledger
    row = submit(ledger, report.duty, report.occurrence, report.subject, report.parts, turn.person, turn.inbound.text)
    _file_figures(turn, report)
    missing = missing_parts(report.duty, row)
    if missing:
        asks = [part.ask for part in report.duty.parts if part.name in missing]
        turn.answer(ReportIncomplete(report.duty.name, _said(turn, report), report.subject.name, list(row.parts), asks))
        return
    ledger.drop_waiting(duty_key(report.duty, report.occurrence.period, report.subject))
    due = report.occurrence.due
    approvers = report.subject.approvers if row.state == ReportState.PENDING.value else ()
    turn.answer(
        ReportFiled(
            duty=report.duty.name,
            period=_said(turn, report),
            subject=report.subject.name,
            parts=list(row.parts),
            version=row.version,
            late=due is not None and ledger.today > due,
            approver="、".join(person.name for person in approvers),
        )
    )
    for person in approvers:
        _ask_approval(turn, report, row, person)


def _said(turn: Turn, report: _Report) -> str:
    return period_said(report.occurrence.period, turn.ledger.today)


def _file_figures(turn: Turn, report: _Report) -> None:
    """Put a report's figures into the ledger as progress: one message serves every use of a fact (★4)."""
    project = report.subject.project
    amounts = read_amounts(turn.reading.text)
    if project is None or not set(amounts.spans) - amounts.assumed:
        return
    sent = turn.inbound.sent_at.astimezone(SHANGHAI)
    data = progress_data(amounts, report.occurrence.period, sent)
    turn.ledger.record(EntryKind.PROGRESS, turn.inbound.text, person=turn.person, project=project, data=data)


def _ask_approval(turn: Turn, report: _Report, row: Submission, person: Person) -> None:
    card = approval_card(turn.ledger, report.duty, report.occurrence, report.subject, row)
    key, duty = f"approve:{row.id}:{row.version}:{person.id}", f"approve:{row.id}:{row.version}"
    turn.ledger.say(card, to=person, key=key, duty=duty)


# --- approving ------------------------------------------------------------------------------------------

_APPROVE = re.compile(r"^(?P<verb>同意|可以|行|中|没意见|退回|不同意)(?:[，,。；;：:\s]+(?P<remark>.+))?$", re.S)


def _wants_to_decide(turn: Turn) -> tuple[int, bool, str] | None:
    found = _APPROVE.match(turn.reading.text)
    if not found:
        return None
    pending = pending_for(turn.ledger, turn.person)
    if not pending:
        return None
    if len(pending) > 1:
        names = "、".join(subject.name for _, subject, _ in pending)
        raise Refusal(f"有{len(pending)}份待您同意：{names}，请在卡片上点，或一份一份说。")
    remark = (found["remark"] or "").strip()
    # 「同意，把时间写明」 asks for a change first, so it goes back (★3).
    approve = found["verb"] not in ("退回", "不同意") and not remark
    return pending[0][2].id, approve, remark


@router.command(_wants_to_decide, help="同意或退回材料", example="同意")
def decide_in_words(turn: Turn, given: tuple[int, bool, str]) -> None:
    """同意, or 退回 with what to change."""
    submission_id, approve, remark = given
    _decide(turn, submission_id, approve=approve, remark=remark)


@router.press("approve", "已同意")
def press_approve(turn: Turn, rest: str) -> None:
    """The card's 同意, for the version it showed."""
    _decide(turn, _version_shown(turn, rest), approve=True, remark="")


@router.press("send_back", "已退回")
def press_send_back(turn: Turn, rest: str) -> None:
    """The card's 退回."""
    _decide(turn, _version_shown(turn, rest), approve=False, remark="")


def _version_shown(turn: Turn, rest: str) -> int:
    number, _, version = rest.partition("-")
    row = turn.ledger.session.get(Submission, int(number)) if number.isdigit() else None
    if row is None:
        raise Forbidden("没有找到这份材料，可发「我的待办」看一看。")
    if str(row.version) != version:
        raise Refusal("这份材料后来改过，请以最新一张卡片为准。")
    return row.id


def _decide(turn: Turn, submission_id: int, *, approve: bool, remark: str) -> None:
    row = decide(turn.ledger, submission_id, turn.person, approve=approve, remark=remark)
    turn.ledger.drop_waiting(f"approve:{row.id}:{row.version}")
    duty = turn.ledger.mechanism.obligation(row.duty)
    subject = next(subject for subject in subjects_of(turn.ledger, duty, row.person) if subject.key == row.subject)
    said = period_said(row.period, turn.ledger.today)
    words = ReportDecided(duty.name, said, subject.name, approve, turn.person.name, remark)
    key = f"decided:{row.id}:{row.version}:{approve}:{turn.ledger.now.isoformat()}"
    turn.ledger.say(words, to=row.person, key=key)
    verb = "同意，已报" if approve else "退回"
    turn.answer(Plain(f"好，{subject.name}的{duty.name}{verb}，已告诉{row.person.name}。"))
