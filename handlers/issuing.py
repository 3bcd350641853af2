"""Issuing a supervision notice (挂牌督办通知书, ZZ-18), from the desk or by chat."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from handlers.routing import Router, Turn
from handlers.understanding.dates import read_deadline
from handlers.understanding.phrases import Intent
from models import supervision
from models.calendar import is_open, next_opening
from models.directory import find_addressees
from models.errors import Refusal
from models.ledger import Ledger
from models.notices import SupervisionCopied, SupervisionIssued, SupervisionSent
from models.people import Person, Role
from models.project import Project
from models.supervision import SupervisionNotice

router = Router()
REQUIREMENT = "落实解决办法、责任单位、责任领导、责任人、解决时限，并书面复函。"
_OFFICE = (Role.OFFICE, Role.INSPECTOR)


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
    if solve_by is not None and solve_by < ledger.today:
        raise Refusal(f"解决时限{solve_by}已经过去，请改一个以后的日期。")
    notice = supervision.issue(ledger, project=project, matter=matter, recipients=recipients, solve_by=solve_by, by=by)
    duty = f"supervision:{notice.id}:issued"
    for person in recipients:
        ledger.say(_card(ledger, notice), to=person, key=f"{duty}:{person.id}", duty=duty, urgent=urgent)
    for leader in supervision.informed(ledger, notice):
        if leader.id not in {person.id for person in recipients}:
            copy = SupervisionCopied(notice.number, notice.unit.shown, project.name, matter, notice.solve_due)
            ledger.say(copy, to=leader, key=f"{duty}:copy:{leader.id}", duty=duty)
    return notice


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


_ISSUE = re.compile(
    r"^(?:请)?(?:给|向|对)?(?P<to>[^，,：:；;。\s]{2,20})?[，,\s]*(?:下发|发)?挂牌督办[：:，,\s]*(?P<rest>.+)$"
)


@router.command(
    lambda turn: _ISSUE.match(turn.reading.text) if Intent.ISSUE in turn.reading.intents else None,
    help="下发挂牌督办",
    example="挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决",
    roles=_OFFICE,
)
def issue_by_chat(turn: Turn, match: re.Match[str]) -> None:
    """The office orders a notice in one sentence: to whom, which project, what, by when."""
    order = _read_order(turn, match)
    notice = issue_notice(
        turn.ledger,
        project=order.project,
        matter=order.matter,
        recipients=order.recipients,
        solve_by=order.solve_by,
        by=turn.person,
    )
    turn.answer(sent_notice(turn.ledger, notice))


def _read_order(turn: Turn, match: re.Match[str]) -> _Order:
    rest = match["rest"].strip()
    to, matter = match["to"], rest
    if to is None:
        to, separator, matter = _split_addressee(rest)
        if not separator:
            raise Refusal("请写明督办谁、什么事，例如：挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决。")
    recipients = find_addressees(turn.ledger, to)
    if len(turn.reading.named) != 1:
        raise Refusal("请写明是哪一个项目（名称或编号），我再下发。")
    solve_by = read_deadline(matter, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    return _Order(turn.reading.named[0], recipients, matter, solve_by.date if solve_by else None)


def _split_addressee(text: str) -> tuple[str, str, str]:
    found = re.match(r"^(?:给|向|对)?\s*([^，,：:；;。\s]{2,20})[：:，,\s]+(.+)$", text)
    return (found[1], ":", found[2]) if found else ("", "", text)
