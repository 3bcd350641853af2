"""Periodic reports by chat (报送): parts, what is missing, drafts from the ledger (JZ-15, JZ-20, ZZ-14, DC-17)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers.consent import ask_consent
from handlers.figures import FIGURES, figures_in, progress_data
from handlers.parts import labelled, read_parts
from handlers.routing import Router, Turn
from handlers.summing import ask_which_is_right
from handlers.understanding.phrases import Intent
from models import question as questions
from models.actors import Scope, holders
from models.calendar import SHANGHAI
from models.drafting import Draft, drafts, figures
from models.entry import EntryKind
from models.errors import Refusal
from models.mechanism import Obligation
from models.notices import JointToConfirm, Plain, ReportDrafted, ReportFiled, ReportIncomplete
from models.obligation import Occurrence
from models.periods import period_said
from models.project import Part
from models.reporting import (
    ReportState,
    Submission,
    confirm_jointly,
    duty_key,
    find_submission,
    in_force,
    missing_parts,
    open_periods,
    reports,
    submit,
    unfinished_of,
)
from models.subjects import Subject, subjects_of
from models.visit import already_filed

router = Router()
_ASKED_LATELY = timedelta(minutes=30)
_REPORTING = {Intent.PROGRESS, Intent.PROBLEM, Intent.NO_NEWS, Intent.SOLVED}
_CONFIRMED = re.compile(r"项目单位[^，。；,;]{0,8}(?:已|都|也)?(?:经)?确认")
_HEADING = 16  # characters in which a report says which month it is for; later months are plans
_MONTH = re.compile(r"(?<!\d)(1[0-2]|[1-9])月")


@dataclass(frozen=True)
class _Report:
    duty: Obligation
    occurrence: Occurrence
    subject: Subject
    parts: dict[str, str]
    text: str = ""  # what is filed as its words, where the message itself says only yes


def _wants_to_report(turn: Turn) -> _Report | None:
    begun = _begun(turn)
    named = Intent.SUBMIT in turn.reading.intents
    if not named and not (begun and labelled(begun[0], turn.reading.text)):
        return _answer_to_ask(turn, begun) if begun else None
    owed = [(duty, subject) for duty in reports(turn.ledger) for subject in subjects_of(turn.ledger, duty, turn.person)]
    if not owed:
        raise Refusal("您名下没有要报送的材料；如果是替别人报，请让本单位联络员来发。")
    duty, subject = (begun[0], begun[1]) if begun and not named else _choose(turn, owed)
    month = _MONTH.search(turn.reading.text[:_HEADING].split("：")[0].split(":")[0])
    occurrence = in_force(turn.ledger, duty, int(month[1]) if month else None, subject)
    if occurrence is None:
        raise Refusal("现在不在报送期内。")
    parts = {**figures(turn.ledger, duty, occurrence, subject), **read_parts(duty, turn.reading.text)}
    return _Report(duty, occurrence, subject, {**parts, **_settled(turn, duty, subject)})


def _settled(turn: Turn, duty: Obligation, subject: Subject) -> dict[str, str]:
    """Return the parts that an answer has put right (C04)."""
    known = turn.settled.get(subject.project.code, {}) if subject.project else {}
    right = {FIGURES[name]: f"{value}万元" for name, (value, _) in known.items() if name in FIGURES}
    return {part.name: right[part.key] for part in duty.parts if part.key in right}


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


@router.command(
    _wants_to_report,
    help="报送月报、例会材料",
    example="报送：本月完成投资2300万，主体封顶。存在问题：缺变压器。下步打算：10月底通电",
)
def file_report(turn: Turn, report: _Report) -> None:
    """Take the parts given; file, hand to the approver, or ask exactly for what is missing."""
    ledger, project = turn.ledger, report.subject.project
    if project and ask_which_is_right(turn, project, turn.reading.text, report.occurrence.period):
        return
    row = submit(
        ledger,
        report.duty,
        report.occurrence,
        report.subject,
        report.parts,
        turn.person,
        report.text or turn.inbound.text,
    )
    _file_figures(turn, report)
    missing = missing_parts(report.duty, row)
    if missing:
        drafted = drafts(ledger, report.duty, report.occurrence, report.subject)
        if any(name in drafted for name in missing):
            _offer(turn, report, row, {name: drafted[name] for name in missing if name in drafted})
            return
        asks = [part.ask for part in report.duty.parts if part.name in missing]
        turn.answer(ReportIncomplete(report.duty.name, _said(turn, report), report.subject.name, list(row.parts), asks))
        return
    ledger.drop_waiting(duty_key(report.duty, report.occurrence.period, report.subject))
    _ask_jointly(turn, report, row)
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
    if approvers:
        ask_consent(ledger, report.duty, report.occurrence, report.subject, row)


def _ask_jointly(turn: Turn, report: _Report, row: Submission) -> None:
    """会同项目单位 (DC-17): note that the words tell of its consent, else ask whoever of it can be asked."""
    duty, project = report.duty, report.subject.project
    if duty.joint is None or project is None:
        return
    if _CONFIRMED.search(turn.reading.text):
        names = "、".join(project.names(Part.BUILDER_HEAD, turn.ledger.today)) or "项目单位"
        confirm_jointly(turn.ledger, row, f"{names}（{turn.person.name}代记）")
        return
    summary = "；".join(f"{name}：{text}" for name, text in row.parts.items())
    card = JointToConfirm(
        duty=duty.name,
        period=_said(turn, report),
        subject=report.subject.name,
        summary=summary if len(summary) <= 120 else summary[:119] + "…",
        buttons=[(f"joint-{row.id}-{row.version}", "确认")],
    )
    for person in holders(turn.ledger, duty.joint, Scope(project=project)):
        key = f"joint:{row.id}:{row.version}:{person.id}"
        turn.ledger.say(card, to=person, key=key, duty=f"joint:{row.id}:{row.version}")


@router.press("joint", "已确认")
def press_joint(turn: Turn, rest: str) -> None:
    """The project unit's 确认, for the version it was shown."""
    number, _, version = rest.partition("-")
    row = turn.ledger.session.get(Submission, int(number)) if number.isdigit() else None
    if row is None or str(row.version) != version:
        raise Refusal("这份材料后来改过，请以最新一张卡片为准。")
    confirm_jointly(turn.ledger, row, turn.person.name)
    turn.answer(Plain("好，已记下您的确认，会随材料一起报。"))


def _offer(turn: Turn, report: _Report, row: Submission, drafted: dict[str, Draft]) -> None:
    """Show what the ledger's lines make of the missing parts; what it cannot draft is asked for beside it."""
    ledger = turn.ledger
    missing = [name for name in missing_parts(report.duty, row) if name not in drafted]
    asks = [part.ask for part in report.duty.parts if part.name in missing]
    lines = [f"{name}：{draft.text}" for name, draft in drafted.items()]
    buttons = []
    if not missing:
        facts: dict[str, Any] = {"duty": report.duty.id, "period": report.occurrence.period}
        facts |= {"subject": report.subject.key, "parts": {name: draft.text for name, draft in drafted.items()}}
        question = questions.ask(ledger, turn.person, "draft", facts, [("file", "就这样报"), ("edit", "我来改")])
        buttons = question.buttons
    turn.answer(ReportDrafted(report.duty.name, _said(turn, report), report.subject.name, lines, asks, buttons))


@router.answered("draft")
def settle_draft(turn: Turn, question: questions.Question, answer: str) -> None:
    """Go on after the draft was shown: file it as it stands, or wait for the sender's own words."""
    if answer != "file":
        turn.answer(Plain("好，请按栏目写，例如「存在问题：……」，没写的仍用起草的。"))
        return
    facts = question.facts
    duty = turn.ledger.mechanism.obligation(facts["duty"])
    subject = next((one for one in subjects_of(turn.ledger, duty, turn.person) if one.key == facts["subject"]), None)
    occurrence = next((one for one in open_periods(turn.ledger, duty) if one.period == facts["period"]), None)
    if subject is None or occurrence is None:
        raise Refusal("这一期已经不在报送范围里了；可发「我的待办」看一看。")
    parts: dict[str, str] = facts["parts"]
    text = "；".join(f"{name}：{words}" for name, words in parts.items())
    file_report(turn, _Report(duty, occurrence, subject, parts, text))


def _said(turn: Turn, report: _Report) -> str:
    return period_said(report.occurrence.period, turn.ledger.today)


def _file_figures(turn: Turn, report: _Report) -> None:
    """Put a report's figures into the ledger as progress: one message serves every use of a fact (★4)."""
    project = report.subject.project
    if project is None or already_filed(turn.ledger, turn.person, turn.inbound.text, turn.inbound.sent_at):
        return
    amounts = figures_in(turn, turn.reading.text, project)
    if not set(amounts.spans) - amounts.assumed:
        return
    sent = turn.inbound.sent_at.astimezone(SHANGHAI)
    data = progress_data(amounts, report.occurrence.period, sent)
    turn.ledger.record(EntryKind.PROGRESS, turn.inbound.text, person=turn.person, project=project, data=data)
