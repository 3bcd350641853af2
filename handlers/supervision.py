"""挂牌督办 in conversation: issue, 签收, the five 落实, review, 销号 (ZZ-18 to ZZ-20)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from handlers.routing import Router, Turn
from handlers.understanding.dates import read_deadline
from handlers.understanding.phrases import Intent
from handlers.understanding.refs import NoticeRef, find_notice_ref
from handlers.understanding.reply import ReplyRead, is_empty_reply, read_reply
from models import supervision
from models.calendar import is_open, next_opening
from models.directory import find_addressees
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.notices import (
    CloseRequested,
    Plain,
    ReplyFiled,
    ReplyIncomplete,
    ReplyReviewed,
    ReplyToReview,
    SupervisionClosed,
    SupervisionCopied,
    SupervisionIssued,
    SupervisionReceived,
    SupervisionReceivedOffice,
    SupervisionSent,
)
from models.people import Person, Role
from models.project import Project
from models.supervision import REPLY_ITEMS, Action, State, SupervisionNotice

router = Router()
REQUIREMENT = "落实解决办法、责任单位、责任领导、责任人、解决时限，并书面复函。"
_OFFICE = (Role.OFFICE, Role.INSPECTOR)


# --- issuing --------------------------------------------------------------------------------------------


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


# --- signing --------------------------------------------------------------------------------------------


def _wants_to_sign(turn: Turn) -> SupervisionNotice | None:
    if Intent.SIGN not in turn.reading.intents:
        return None
    reference = find_notice_ref(turn.reading.text)
    waiting = supervision.notices_for(turn.ledger, turn.person, State.ISSUED, State.DELIVERED)
    if reference is not None:
        return _named(turn, reference)
    if not waiting:
        return None
    if len(waiting) > 1:
        handles = "、".join(notice.handle for notice in waiting)
        raise Refusal(f"有{len(waiting)}件待签收：{handles}，请回「签收」加编号。")
    return waiting[0]


@router.command(_wants_to_sign, help="签收挂牌督办", example="签收DB-07")
def sign(turn: Turn, notice: SupervisionNotice) -> None:
    """签收: the reply's clock starts."""
    supervision.require(turn.ledger, notice, turn.person, Action.RECEIVE)
    if notice.received_at is not None:
        _answer_received(turn, notice)
        return
    supervision.receive(turn.ledger, notice, turn.person)
    for stage in ("sign", "issued"):
        turn.ledger.drop_waiting(supervision.duty(notice, stage))
    _answer_received(turn, notice)
    _tell_office_received(turn.ledger, notice, turn.person)


@router.press("sign", "已签收")
def press_sign(turn: Turn, rest: str) -> None:
    """The card's 签收."""
    sign(turn, _by_id(turn, rest))


def _answer_received(turn: Turn, notice: SupervisionNotice) -> None:
    assert notice.received_at is not None and notice.reply_due is not None
    turn.answer(
        SupervisionReceived(
            number=notice.number,
            handle=notice.handle,
            project=notice.project.name,
            received=notice.received_at,
            reply_due=notice.reply_due,
            solve_due=notice.solve_due,
            items=list(REPLY_ITEMS.values()),
            provisional=turn.ledger.calendar.is_provisional(notice.reply_due),
        )
    )


def _tell_office_received(ledger: Ledger, notice: SupervisionNotice, person: Person) -> None:
    assert notice.reply_due is not None
    words = SupervisionReceivedOffice(notice.number, notice.project.name, person.name, notice.reply_due)
    ledger.say_to_office(words, key=f"supervision:{notice.id}:received", besides=person.id)


# --- replying -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reply:
    notice: SupervisionNotice
    read: ReplyRead


def _wants_to_reply(turn: Turn) -> _Reply | None:
    text = turn.reading.text
    if Intent.ISSUE in turn.reading.intents or Intent.REVIEW in turn.reading.intents:
        return None
    reference = find_notice_ref(text)
    read = read_reply(text, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    given = _items(turn, read)
    if reference is not None and (given or Intent.REPLY in turn.reading.intents or is_empty_reply(text)):
        return _Reply(_named(turn, reference), read)
    open_ones = supervision.notices_for(
        turn.ledger, turn.person, State.ISSUED, State.DELIVERED, State.RECEIVED, State.RETURNED
    )
    if len(open_ones) != 1:
        _refuse_unclear(turn, open_ones)
        return None
    begun = bool(open_ones[0].reply)
    if Intent.REPLY in turn.reading.intents or len(given) >= 2 or (given and begun):
        return _Reply(open_ones[0], read)
    if is_empty_reply(text) and open_ones[0].received_at is not None:
        return _Reply(open_ones[0], read)
    return None


def _refuse_unclear(turn: Turn, open_ones: list[SupervisionNotice]) -> None:
    """Ask which notice a reply is to, when it says that it is one."""
    if Intent.REPLY not in turn.reading.intents:
        return
    if not open_ones:
        raise Refusal("您单位现在没有待复函的督办；如要补充，请写明文号。")
    handles = "、".join(notice.handle for notice in open_ones)
    raise Refusal(f"有{len(open_ones)}件待复函：{handles}，请写明是哪一件，例如「{open_ones[0].handle}回复：…」。")


@router.command(
    _wants_to_reply,
    help="复函（五个落实）",
    example="DB-07回复：办法是分两批交地，我局牵头，分管领导李卫东，责任人孙涛，10月15号前交完",
)
def reply(turn: Turn, given: _Reply) -> None:
    """Take what was given of the five 落实 and ask exactly for the rest."""
    ledger, notice = turn.ledger, given.notice
    supervision.require(ledger, notice, turn.person, Action.REPLY)
    was_received = notice.received_at is not None
    complete = supervision.take_reply(ledger, notice, turn.person, _items(turn, given.read), turn.inbound.text)
    if not was_received:
        _tell_office_received(ledger, notice, turn.person)
    assert notice.reply_due is not None
    if not complete:
        turn.answer(ReplyIncomplete(notice.number, notice.handle, notice.reply_lines, notice.missing, notice.reply_due))
        return
    for stage in ("sign", "issued", "reply"):
        ledger.drop_waiting(supervision.duty(notice, stage))
    late = supervision.late_days(notice, ledger.calendar, ledger.today)
    deadline = date.fromisoformat(notice.reply["deadline"])
    turn.answer(ReplyFiled(notice.number, notice.project.name, notice.reply_lines, late, deadline > notice.solve_due))
    ledger.say_to_office(
        ReplyToReview(
            number=notice.number,
            handle=notice.handle,
            project=notice.project.name,
            unit=notice.unit.shown,
            items=notice.reply_lines,
            late_days=late,
            buttons=[(f"accept-{notice.id}", "通过"), (f"return-{notice.id}", "退回")],
        ),
        key=f"supervision:{notice.id}:review:{ledger.now.isoformat()}",
        duty=f"supervision:{notice.id}:review",
    )


def _items(turn: Turn, read: ReplyRead) -> dict[str, str]:
    """Return the 落实 read, with 我局 resolved to the sender's unit."""
    unit = turn.person.unit.shown if read.unit and read.unit[0] in "我本" else read.unit
    items = {
        "measure": read.measure,
        "unit": unit,
        "leader": read.leader,
        "person": read.person,
        "deadline": read.deadline.isoformat() if read.deadline else None,
    }
    return {name: value for name, value in items.items() if value}


# --- reviewing and closing ------------------------------------------------------------------------------

_REVIEW = re.compile(r"^(?P<verb>通过|同意|退回|销号|重开)[：:，,\s]*(?P<rest>.*)$", re.S)
_REVIEW_TAIL = re.compile(r"^(?:把|将)?(?P<rest>.+?)(?:的)?(?:复函|督办)?(?P<verb>通过|退回|销号)(?:了|掉)?$")


def _wants_to_review(turn: Turn) -> tuple[str, SupervisionNotice, str] | None:
    text = turn.reading.text
    found = _REVIEW.match(text) or _REVIEW_TAIL.match(text)
    reference = find_notice_ref(text)
    if not found or reference is None:
        return None
    remark = found["rest"].replace(reference.span.words, "", 1).strip("：:，,。 的复函") if found.re is _REVIEW else ""
    return found["verb"], _named(turn, reference), remark


@router.command(_wants_to_review, help="审复函、销号", example="退回DB-07 责任人没写全")
def review(turn: Turn, given: tuple[str, SupervisionNotice, str]) -> None:
    """通过, 退回 or 销号 by the office; a unit that tries is told who may (ZZ-20)."""
    verb, notice, remark = given
    if verb in ("通过", "同意"):
        _accept(turn, notice, remark)
    elif verb == "退回":
        _return(turn, notice, remark)
    else:
        _close(turn, notice, remark)


@router.press("accept", "已通过")
def press_accept(turn: Turn, rest: str) -> None:
    """The card's 通过."""
    _accept(turn, _by_id(turn, rest), "")


@router.press("return", "已退回")
def press_return(turn: Turn, rest: str) -> None:
    """The card's 退回."""
    _return(turn, _by_id(turn, rest), "")


@router.press("close", "已销号")
def press_close(turn: Turn, rest: str) -> None:
    """The card's 销号."""
    _close(turn, _by_id(turn, rest), "")


@router.press("keep", "已退回")
def press_keep(turn: Turn, rest: str) -> None:
    """The card's 退回 of a request to close."""
    _return(turn, _by_id(turn, rest), "")


def _accept(turn: Turn, notice: SupervisionNotice, remark: str) -> None:
    supervision.require(turn.ledger, notice, turn.person, Action.ACCEPT)
    supervision.accept_reply(turn.ledger, notice, turn.person, remark)
    _tell_reviewed(turn, notice, accepted=True, remark=remark)


def _return(turn: Turn, notice: SupervisionNotice, remark: str) -> None:
    if notice.state == State.CLOSING.value:
        supervision.require(turn.ledger, notice, turn.person, Action.REFUSE_CLOSE)
        supervision.refuse_close(turn.ledger, notice, turn.person, remark)
        words = f"{notice.number}的销号申请退回了{'：' + remark if remark else ''}，办结后请再申请。"
        _tell_addressees(turn.ledger, notice, Plain(words), "close-refused")
        turn.answer(Plain(f"已退回{notice.number}的销号申请，并告知{notice.unit.shown}。"))
        return
    supervision.require(turn.ledger, notice, turn.person, Action.RETURN)
    supervision.return_reply(turn.ledger, notice, turn.person, remark)
    _tell_reviewed(turn, notice, accepted=False, remark=remark)


def _close(turn: Turn, notice: SupervisionNotice, remark: str) -> None:
    supervision.require(turn.ledger, notice, turn.person, Action.CLOSE)
    supervision.close(turn.ledger, notice, turn.person, remark)
    words = SupervisionClosed(notice.number, notice.project.name, remark)
    _tell_addressees(turn.ledger, notice, words, "closed")
    turn.answer(words)


def _tell_reviewed(turn: Turn, notice: SupervisionNotice, *, accepted: bool, remark: str) -> None:
    assert notice.reply_due is not None
    turn.ledger.drop_waiting(f"supervision:{notice.id}:review")
    words = ReplyReviewed(
        notice.number,
        notice.handle,
        notice.project.name,
        accepted,
        remark,
        notice.solve_due,
        notice.reply_due,
    )
    _tell_addressees(turn.ledger, notice, words, "reviewed")
    verb = "通过" if accepted else "退回"
    turn.answer(Plain(f"已{verb}{notice.number}的复函，并告知{notice.unit.shown}。"))


def _tell_addressees(
    ledger: Ledger, notice: SupervisionNotice, words: ReplyReviewed | SupervisionClosed | Plain, what: str
) -> None:
    for person in supervision.answerable_by(ledger, notice):
        key = f"supervision:{notice.id}:{what}:{ledger.now.isoformat()}:{person.id}"
        ledger.say(words, to=person, key=key)


_REQUEST = re.compile(r"申请销号|请求销号|请.{0,6}销号|可以销号")


def _wants_to_request_close(turn: Turn) -> SupervisionNotice | None:
    if not _REQUEST.search(turn.reading.text):
        return None
    reference = find_notice_ref(turn.reading.text)
    if reference is not None:
        return _named(turn, reference)
    working = supervision.notices_for(turn.ledger, turn.person, State.ACCEPTED)
    if len(working) != 1:
        raise Refusal("请写明是哪一件督办，例如「申请销号DB-07 已于9月28日交地」。")
    return working[0]


@router.command(_wants_to_request_close, help="申请销号", example="申请销号DB-07 42亩已全部交付")
def request_close(turn: Turn, notice: SupervisionNotice) -> None:
    """The unit says it is solved; the office decides."""
    supervision.require(turn.ledger, notice, turn.person, Action.REQUEST_CLOSE)
    supervision.request_close(turn.ledger, notice, turn.person, turn.inbound.text)
    turn.answer(Plain(f"已提交{notice.number}的销号申请，由{turn.ledger.mechanism.office_name}核实后销号。"))
    turn.ledger.say_to_office(
        CloseRequested(
            number=notice.number,
            handle=notice.handle,
            project=notice.project.name,
            unit=notice.unit.shown,
            evidence=turn.inbound.text,
            buttons=[(f"close-{notice.id}", "销号"), (f"keep-{notice.id}", "退回")],
        ),
        key=f"supervision:{notice.id}:close-requested:{turn.ledger.now.isoformat()}",
    )


def _by_id(turn: Turn, rest: str) -> SupervisionNotice:
    notice = turn.ledger.session.get(SupervisionNotice, int(rest)) if rest.isdigit() else None
    if notice is None:
        raise Forbidden("没有找到这件督办，可发「我的待办」看一看。")
    return notice


def _named(turn: Turn, reference: NoticeRef) -> SupervisionNotice:
    """Return the notice somebody names; one answer whether it is not theirs or not there."""
    notice = _look_up(turn, reference)
    allowed = notice is not None and (
        supervision.is_addressee(turn.ledger, notice, turn.person)
        or supervision.is_supervisor(turn.ledger, turn.person)
        or turn.person.id in {leader.id for leader in supervision.informed(turn.ledger, notice)}
        or _REVIEW.match(turn.reading.text)
        or _REVIEW_TAIL.match(turn.reading.text)
    )
    if notice is None or not allowed:
        raise Forbidden(f"没有找到「{reference.span.words}」，或者不是发给您单位的；可发「我的待办」看一看。")
    return notice


def _look_up(turn: Turn, reference: NoticeRef) -> SupervisionNotice | None:
    if reference.number is not None:
        return supervision.find(turn.ledger, reference.full or str(reference.number))
    theirs = supervision.notices_for(turn.ledger, turn.person)
    return theirs[0] if len(theirs) == 1 else None
