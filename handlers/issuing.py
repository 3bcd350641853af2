"""Issuing a supervision notice (挂牌督办通知书, ZZ-18), from the desk or by chat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.choosing import ask_among, day_due, meant_project
from handlers.naming import deadline_read
from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from handlers.understanding.text import said
from models import question as questions
from models import supervision
from models.actors import holders
from models.calendar import is_open, next_opening
from models.deeds import Deed, require
from models.directory import find_addressees, find_project, known_names, names_in
from models.errors import Refusal
from models.ledger import Ledger
from models.notices import Asked, Plain, SupervisionCopied, SupervisionDrafted, SupervisionIssued, SupervisionSent
from models.people import Person, Role
from models.periods import shown
from models.project import Project
from models.question import Question
from models.supervision import SupervisionNotice
from models.supervision_states import State

router = Router()
_EXAMPLE = "例如：挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决。"
REQUIREMENT = "落实解决办法、责任单位、责任领导、责任人、解决时限，并书面复函。"
_OFFICE = (Role.OFFICE,)
_SHORT = 20  # characters of an answer that is only a day


def issue_notice(
    ledger: Ledger,
    *,
    project: Project,
    matter: str,
    recipients: list[Person],
    solve_by: date | None,
    by: Person | None,
    urgent: str = "",
    spans: dict[str, str] | None = None,
) -> SupervisionNotice:
    """Issue a notice and say so to the addressees and the assigned leaders."""
    if len(matter.strip()) < 2:
        raise Refusal(f"请写明督办什么事，{_EXAMPLE}")
    if solve_by is not None and solve_by < ledger.today:
        raise Refusal(f"解决时限{solve_by}已经过去，请改一个以后的日期。")
    require(ledger, by, Deed.ISSUE_NOTICE)
    notice = supervision.issue(
        ledger, project=project, matter=matter, recipients=recipients, solve_by=solve_by, by=by, spans=spans
    )
    if notice.state == State.DRAFTED.value:
        _ask_to_sign(ledger, notice, by)
    else:
        send_out(ledger, notice, urgent=urgent)
    return notice


def send_out(ledger: Ledger, notice: SupervisionNotice, *, urgent: str = "") -> None:
    """Say a notice to its addressees, and a copy to the assigned leaders."""
    project, matter = notice.project, notice.matter
    recipients = notice.people
    duty = f"supervision:{notice.id}:issued"
    for person in recipients:
        ledger.say(_card(ledger, notice), to=person, key=f"{duty}:{person.id}", duty=duty, urgent=urgent)
    for leader in supervision.informed(ledger, notice):
        if leader.id not in {person.id for person in recipients}:
            copy = SupervisionCopied(notice.number, notice.unit.shown, project.name, matter, notice.solve_due)
            ledger.say(copy, to=leader, key=f"{duty}:copy:{leader.id}", duty=duty)


def _ask_to_sign(ledger: Ledger, notice: SupervisionNotice, by: Person | None) -> None:
    """审签 first, where the county wants it."""
    approver = ledger.mechanism.supervision.approver
    assert approver is not None
    words = SupervisionDrafted(
        number=notice.number,
        handle=notice.handle,
        project=notice.project.name,
        unit=notice.unit.shown,
        matter=notice.matter,
        solve_due=notice.solve_due,
        buttons=[(f"sign_off-{notice.id}", "审签")],
    )
    for person in holders(ledger, approver):
        if by is None or person.id != by.id:
            ledger.say(words, to=person, key=f"supervision:{notice.id}:sign-off:{person.id}")


def sent_notice(ledger: Ledger, notice: SupervisionNotice, *, urgent: str = "") -> SupervisionSent:
    """Say under which number a notice goes out, and when it leaves."""
    closed = not urgent and not is_open(ledger.now, ledger.county.window, ledger.calendar)
    return SupervisionSent(
        number=notice.number,
        handle=notice.handle,
        project=notice.project.name,
        recipients=[person.name for person in notice.people],
        solve_due=notice.solve_due,
        leaves_at=next_opening(ledger.now, ledger.county.window, ledger.calendar) if closed else None,
        unreachable=[person.name for person in notice.people if not person.accounts],
    )


def _card(ledger: Ledger, notice: SupervisionNotice) -> SupervisionIssued:
    rule = ledger.mechanism.supervision
    due = ledger.calendar.add_workdays(ledger.today, rule.reply_workdays)
    contact = next(iter(ledger.people_with(Role.OFFICE)), None)
    return SupervisionIssued(
        number=notice.number,
        handle=notice.handle,
        project=notice.project.name,
        matter=notice.matter,
        requirement=REQUIREMENT,
        basis=notice.basis,
        office=ledger.mechanism.office_name,
        contact=f"{contact.name} {contact.mobile}".strip() if contact else "",
        reply_workdays=rule.reply_workdays,
        reply_due_if_today=due,
        solve_due=notice.solve_due,
        provisional=ledger.calendar.is_provisional(due),
        buttons=[(f"sign-{notice.id}", "签收")],
    )


@dataclass(frozen=True)
class _Order:
    project: Project
    recipients: list[Person]
    matter: str
    solve_by: date | None
    spans: dict[str, str]  # the words its addressee and its day came from


_SUBJECT = "issue"
_ASKED_LATELY = timedelta(hours=12)
_ORDER_WORDS = re.compile(
    r"(?:请|帮我)?(?:那边|那儿|他们)?(?:也|再|先|都|这回|得|要|该|必须|应该)*(?:下发|发|下|出|来)?(?:一?[个张份件块道])?"
    r"(?:挂牌督办(?:通知书?|单)?|督办(?:通知书?|单|函)|(?:给(?:它|他们?))?挂(?:一?[个块次回]|上|起)?牌|挂牌(?=[\u4e00-\u9fff])|挂(?:上|起来)|督办(?=$|[，。；,;\s]))[了吧]*"
    r"|^(?:请|麻烦)?督办(?:一?下)?|下发通知书?"
)
_TO = re.compile(r"(?:督办|给|对|向|把|将|发|下发)[：:\s]*$")


@router.command(
    lambda turn: Intent.ISSUE in turn.reading.intents,
    help="下发挂牌督办",
    example="挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决",
    roles=_OFFICE,
)
def issue_by_chat(turn: Turn) -> None:
    """The office orders a notice in one sentence: to whom, which project, what, by when."""
    order = _read_order(turn)
    if order is None:
        return
    if order.solve_by is None:
        _ask_by_when(turn, order)
        return
    _issue(turn, order)


def _issue(turn: Turn, order: _Order) -> None:
    notice = issue_notice(
        turn.ledger,
        project=order.project,
        matter=order.matter,
        recipients=order.recipients,
        solve_by=order.solve_by,
        by=turn.person,
        spans=order.spans,
    )
    if notice.state == State.DRAFTED.value:
        approver = turn.ledger.mechanism.supervision.approver
        name = turn.ledger.mechanism.actor_name(approver) if approver else ""
        turn.answer(Plain(f"{notice.number}（{notice.handle}）已拟好，{name}审签后下发。"))
        return
    turn.answer(sent_notice(turn.ledger, notice))


def _ask_by_when(turn: Turn, order: _Order) -> None:
    """A notice says by when the matter is to be solved (ZZ-18): without a day it does not go out."""
    facts = {
        "project": order.project.code,
        "recipients": [person.id for person in order.recipients],
        "matter": order.matter,
        "spans": order.spans,
    }
    questions.ask(turn.ledger, turn.person, _SUBJECT, facts, [])
    unit = order.recipients[0].unit.shown
    words = f"督办{unit}《{order.project.name}》「{order.matter[:30]}」，限哪天前解决？回个日期就下发，现在还没有发。"
    turn.answer(Asked(words, []))


def _completes(turn: Turn) -> tuple[Question, _Order] | None:
    """Read the day a short answer gives to the order that waits for it."""
    if len(turn.reading.text) > _SHORT or turn.reading.intents:
        return None
    for question in questions.open_questions(turn.ledger, turn.person):
        if question.subject == _SUBJECT and turn.ledger.now - question.asked_at <= _ASKED_LATELY:
            due = day_due(turn, turn.reading.text)
            if due is None:
                return None
            facts = question.facts
            recipients = [turn.ledger.session.get_one(Person, number) for number in facts["recipients"]]
            matter = f"{facts['matter']}，{shown(due)}前解决"
            spans = {**facts.get("spans", {}), "solve_due": turn.reading.text}
            return question, _Order(find_project(turn.ledger, facts["project"]), recipients, matter, due, spans)
    return None


@router.command(_completes)
def issue_with_day(turn: Turn, given: tuple[Question, _Order]) -> None:
    """The day that was asked for: now the notice goes out."""
    question, order = given
    questions.settle(turn.ledger, question, turn.reading.text)
    _issue(turn, order)


def _read_order(turn: Turn) -> _Order | None:
    """Return the order; None once it was asked which project is meant. Raises Refusal."""
    text = turn.reading.text
    mention = _addressee(turn.ledger, text)
    if mention is None:
        raise Refusal(f"请写明督办哪个单位或哪个人、什么事，{_EXAMPLE}")
    if not (turn.reading.named or turn.reading.candidates):
        if alike := turn.reading.begun_alike:
            ask_among(turn, alike)
            return None
        raise Refusal(f"请写明是哪一个项目（名称或编号），我再下发，{_EXAMPLE}")
    project = meant_project(turn)
    if project is None:
        return None
    matter, matches = _matter(text, mention), turn.reading.decision.matches
    if matter.replace(matches[0].span.words if matches else "", "").strip("，, 。项目") == "":
        raise Refusal(f"请写明督办什么事，{_EXAMPLE}")
    recipients = find_addressees(turn.ledger, mention)
    due = deadline_read(turn.ledger, matter)
    spans = said(to=mention, solve_due=due.words if due else "")
    return _Order(project, recipients, matter, due.date if due else None, spans)


def _addressee(ledger: Ledger, text: str) -> str | None:
    """Return the unit or person an order names: the one right after 督办, 给, 对 or 向, else the first."""
    mentions = names_in(known_names(ledger), text)
    pointed = [name for position, name in mentions if _TO.search(text[:position])]
    return next(iter([*pointed, *(name for _, name in mentions)]), None)


def _matter(text: str, addressee: str) -> str:
    """Return what is to be solved: the order without its verb and its addressee."""
    rest = _ORDER_WORDS.sub("", text, count=1)
    rest = re.sub(rf"(?:给|对|向|把|将|督办)?[：:\s]*{re.escape(addressee)}[：:，,\s]*", "", rest, count=1)
    return re.sub(r"^[吧呗了]+", "", rest.strip("：:，,；; 。")).strip("：:，,；; 。")
