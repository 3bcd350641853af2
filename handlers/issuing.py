"""Issuing a supervision notice (挂牌督办通知书, ZZ-18), from the desk or by chat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from handlers.naming import deadline_in
from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from models import supervision
from models.actors import holders
from models.calendar import is_open, next_opening
from models.deeds import Deed, require
from models.directory import find_addressees, known_names, names_in
from models.errors import Refusal
from models.ledger import Ledger
from models.notices import Plain, SupervisionCopied, SupervisionDrafted, SupervisionIssued, SupervisionSent
from models.people import Person, Role
from models.project import Project
from models.supervision import SupervisionNotice
from models.supervision_states import State

router = Router()
_EXAMPLE = "例如：挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决。"
REQUIREMENT = "落实解决办法、责任单位、责任领导、责任人、解决时限，并书面复函。"
_OFFICE = (Role.OFFICE,)


def issue_notice(
    ledger: Ledger,
    *,
    project: Project,
    matter: str,
    recipients: list[Person],
    solve_by: date | None,
    by: Person | None,
    urgent: str = "",
) -> SupervisionNotice:
    """Issue a notice and say so to the addressees and the assigned leaders."""
    if len(matter.strip()) < 2:
        raise Refusal(f"请写明督办什么事，{_EXAMPLE}")
    if solve_by is not None and solve_by < ledger.today:
        raise Refusal(f"解决时限{solve_by}已经过去，请改一个以后的日期。")
    require(ledger, by, Deed.ISSUE_NOTICE)
    notice = supervision.issue(ledger, project=project, matter=matter, recipients=recipients, solve_by=solve_by, by=by)
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


_ORDER_WORDS = re.compile(r"(?:请|帮我)?(?:下发|发|下)?(?:个|一份|一件)?挂牌督办(?:通知书?|单)?|^督办|下发通知书?")
_TO = re.compile(r"(?:督办|给|对|向|发|下发)[：:\s]*$")


@router.command(
    lambda turn: Intent.ISSUE in turn.reading.intents,
    help="下发挂牌督办",
    example="挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决",
    roles=_OFFICE,
)
def issue_by_chat(turn: Turn) -> None:
    """The office orders a notice in one sentence: to whom, which project, what, by when."""
    order = _read_order(turn)
    notice = issue_notice(
        turn.ledger,
        project=order.project,
        matter=order.matter,
        recipients=order.recipients,
        solve_by=order.solve_by,
        by=turn.person,
    )
    if notice.state == State.DRAFTED.value:
        approver = turn.ledger.mechanism.supervision.approver
        name = turn.ledger.mechanism.actor_name(approver) if approver else ""
        turn.answer(Plain(f"{notice.number}（{notice.handle}）已拟好，{name}审签后下发。"))
        return
    turn.answer(sent_notice(turn.ledger, notice))


def _read_order(turn: Turn) -> _Order:
    text = turn.reading.text
    mention = _addressee(turn.ledger, text)
    if mention is None:
        raise Refusal(f"请写明督办哪个单位或哪个人、什么事，{_EXAMPLE}")
    if len(turn.reading.named) != 1:
        raise Refusal(f"请写明是哪一个项目（名称或编号），我再下发，{_EXAMPLE}")
    matter = _matter(text, mention)
    if matter.replace(turn.reading.decision.matches[0].span.words, "").strip("，, 。项目") == "":
        raise Refusal(f"请写明督办什么事，{_EXAMPLE}")
    recipients = find_addressees(turn.ledger, mention)
    return _Order(turn.reading.named[0], recipients, matter, deadline_in(turn.ledger, matter))


def _addressee(ledger: Ledger, text: str) -> str | None:
    """Return the unit or person an order names: the one right after 督办, 给, 对 or 向, else the first."""
    mentions = names_in(known_names(ledger), text)
    pointed = [name for position, name in mentions if _TO.search(text[:position])]
    return next(iter([*pointed, *(name for _, name in mentions)]), None)


def _matter(text: str, addressee: str) -> str:
    """Return what is to be solved: the order without its verb and its addressee."""
    rest = _ORDER_WORDS.sub("", text, count=1)
    rest = re.sub(rf"(?:给|对|向|督办)?[：:\s]*{re.escape(addressee)}[：:，,\s]*", "", rest, count=1)
    return rest.strip("：:，,；; 。")
