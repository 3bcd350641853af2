"""What the office does to a notice besides reviewing it: 审签, 撤回, 更正, 纸质签收, 重开, 回头看 (4.3, A8)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from handlers.finding import named_notice
from handlers.issuing import send_out, sent_notice
from handlers.naming import deadline_in, tell
from handlers.routing import Router, Turn
from handlers.understanding.dates import read_dates, read_occurred
from handlers.understanding.orders import Order, looked_back, read_loose_order, read_order
from handlers.understanding.refs import find_notice_ref
from models import supervision
from models import supervision_acts as acts
from models.calendar import SHANGHAI
from models.errors import Refusal
from models.ledger import Ledger
from models.notices import Amended, Notice, Plain, SupervisionReceivedOffice
from models.people import Person
from models.periods import shown
from models.supervision import SupervisionNotice, is_supervisor

router = Router(topic="督查")
_VERBS = {
    **dict.fromkeys(("审签", "签发", "同意下发"), "sign"),
    **dict.fromkeys(("撤回", "撤销", "撤了", "撤掉", "收回", "作废", "取消"), "withdraw"),
    **dict.fromkeys(("更正", "订正"), "correct"),
    **dict.fromkeys(("纸质签收", "纸质已签收", "书面签收"), "paper"),
    **dict.fromkeys(("重开",), "reopen"),
    "回头看": "look",
    **dict.fromkeys(("回头看属实", "属实", "归档"), "archive"),
}
_LOOSE = dict.fromkeys(("撤", "撤回来", "收回来", "收"), "withdraw")
_MATTER = re.compile(r"(?:督办)?事项(?:改为|改成|应为|更正为)[：:]?\s*(?P<matter>[^；;\n]+)")
_RESET = re.compile(
    r"(?:期限|时限|时间|日期)[^，。；\d]{0,4}(?:改|调|挪|变)(?:到|成|为|至)(?P<day>[^，。；]*\d[^，。；?？]*)$"
)
_DAY = re.compile(r"(?:20\d\d[-年])?\d{1,2}[-月]\d{1,2}[日号]?|今天|昨天|前天")


# --- acts, shared with the command line -----------------------------------------------------------------


def sign(ledger: Ledger, notice: SupervisionNotice, person: Person) -> None:
    """审签: it goes out now."""
    acts.sign(ledger, notice, person)
    send_out(ledger, notice)


def withdraw(ledger: Ledger, notice: SupervisionNotice, person: Person | None, reason: str) -> None:
    """撤回, and say so to those who had got it."""
    had_it = notice.state != "drafted"
    acts.withdraw(ledger, notice, person, reason)
    if had_it:
        words = f"{notice.number}《{notice.project.name}》已撤回：{reason}，不用再办。"
        _tell(ledger, notice, Amended(words), "withdrawn")


def correct(
    ledger: Ledger, notice: SupervisionNotice, person: Person | None, *, matter: str, solve_due: date | None, text: str
) -> None:
    """更正 the matter or the date, and say so; a date alone replaces the old one where the matter names it."""
    if solve_due is not None and not matter:
        matter = _with_new_date(ledger, notice, solve_due)
    acts.correct(ledger, notice, person, matter=matter, solve_due=solve_due, reason=text)
    if notice.state != "drafted":
        words = f"{notice.number}更正：{notice.matter}，{notice.solve_due.isoformat()}前解决；以此为准。"
        _tell(ledger, notice, Amended(words), "corrected")


def _with_new_date(ledger: Ledger, notice: SupervisionNotice, solve_due: date) -> str:
    """Return the matter with the new date in the old one's place, so that no notice shows both."""
    words, calendar = notice.matter, ledger.calendar
    sent = notice.issued_at.astimezone(SHANGHAI)
    for read in reversed(read_dates(words, sent=sent, is_workday=calendar.is_workday)):
        if read.date == notice.solve_due:
            before = re.search(r"(?:之前|以前|前)$", read.words)
            new = f"{shown(solve_due)}{before[0] if before else ''}"
            words = words[: read.span.start] + new + words[read.span.end :]
    return words


def receive_on_paper(ledger: Ledger, notice: SupervisionNotice, person: Person | None, day: date, signer: str) -> bool:
    """纸质签收, entered by the office; the addressee is told when the reply is due. False: an earlier proof stands."""
    counted = acts.receive_on_paper(ledger, notice, person, day, signer)
    if counted:
        assert notice.reply_due is not None
        words = f"{notice.number}已登记纸质签收（{day.isoformat()}），复函截止{notice.reply_due.isoformat()}。"
        _tell(ledger, notice, Amended(words), "paper")
    return counted


def reopen(ledger: Ledger, notice: SupervisionNotice, person: Person | None, reason: str) -> None:
    """重开, and say so to the addressee."""
    acts.reopen(ledger, notice, person, reason)
    words = (
        f"{notice.number}《{notice.project.name}》重开：{reason}；请继续办理，时限仍为{notice.solve_due.isoformat()}。"
    )
    _tell(ledger, notice, Amended(words), "reopened")


def note_reading(turn: Turn, notice: SupervisionNotice) -> None:
    """An addressee asks about a notice he has not signed: he has read it, and the clock runs from now (A8)."""
    if acts.note_reading(turn.ledger, notice, turn.person):
        assert notice.reply_due is not None
        words = SupervisionReceivedOffice(notice.number, notice.project.name, turn.person.name, notice.reply_due)
        turn.ledger.say_to_office(words, key=f"supervision:{notice.id}:received", besides=turn.person.id)


# --- chat -----------------------------------------------------------------------------------------------


def _ordered(turn: Turn) -> tuple[SupervisionNotice, Order] | None:
    reference = find_notice_ref(turn.reading.text)
    if reference is None or reference.number is None:
        return None
    order = read_order(turn.reading.text, reference.span, _VERBS)
    reset = _RESET.search(turn.reading.text) if is_supervisor(turn.ledger, turn.person) else None
    if reset and order is None:
        return named_notice(turn, reference, ordered=True), Order("correct", reset["day"])
    order = order or read_loose_order(turn.reading.text, reference.span, _VERBS | _LOOSE)
    if order is None:
        return None
    return named_notice(turn, reference, ordered=True), looked_back(order)


@router.command(_ordered, help="审签、撤回、更正督办，登记纸质签收", example="DB-07 纸质签收 9月17日 李卫东")
def act(turn: Turn, given: tuple[SupervisionNotice, Order]) -> None:
    """One order about one notice."""
    notice, order = given
    _ACTS[order.verb](turn, notice, order.remark)


@router.press("sign_off", "已审签")
def press_sign(turn: Turn, rest: str) -> None:
    """The card's 审签."""
    notice = turn.ledger.session.get(SupervisionNotice, int(rest)) if rest.isdigit() else None
    if notice is None:
        raise Refusal("没有找到这份通知书，可发「督办清单」看一看。")
    _sign(turn, notice, "")


def _sign(turn: Turn, notice: SupervisionNotice, remark: str) -> None:
    sign(turn.ledger, notice, turn.person)
    words = sent_notice(turn.ledger, notice)
    turn.answer(words)
    key = f"supervision:{notice.id}:signed"
    turn.ledger.say_to_office(words, key=key, besides=turn.person.id)


def _withdraw(turn: Turn, notice: SupervisionNotice, remark: str) -> None:
    withdraw(turn.ledger, notice, turn.person, remark)
    turn.answer(Plain(f"{notice.number}已撤回，已告知{notice.unit.shown}。"))


def _correct(turn: Turn, notice: SupervisionNotice, remark: str) -> None:
    matter = _MATTER.search(remark)
    rest = _MATTER.sub("", remark) if matter else remark
    solve_due = deadline_in(turn.ledger, rest)
    correct(
        turn.ledger,
        notice,
        turn.person,
        matter=matter["matter"].strip("，,。 ") if matter else "",
        solve_due=solve_due,
        text=remark,
    )
    turn.answer(Plain(f"{notice.number}已更正：{notice.matter[:40]}，{notice.solve_due.isoformat()}前解决，已告知。"))


def _paper(turn: Turn, notice: SupervisionNotice, remark: str) -> None:
    read = read_occurred(remark, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    signer = re.sub(r"[\s，,。：:]|签收人|签字|签", "", _DAY.sub("", remark))
    if read is None or not signer:
        raise Refusal(f"请写明哪天、谁签收的，例如「{notice.handle} 纸质签收 9月17日 李卫东」。")
    counted = receive_on_paper(turn.ledger, notice, turn.person, read.date, signer)
    assert notice.received_at is not None and notice.reply_due is not None
    since = notice.received_at.astimezone(SHANGHAI).date().isoformat()
    stands = "" if counted else "此前已有更早的签收，"
    turn.answer(Plain(f"{notice.number}{stands}按{since}签收起算，复函截止{notice.reply_due.isoformat()}。"))


def _reopen(turn: Turn, notice: SupervisionNotice, remark: str) -> None:
    reopen(turn.ledger, notice, turn.person, remark)
    turn.answer(Plain(f"{notice.number}已重开，已告知{notice.unit.shown}。"))


def _archive(turn: Turn, notice: SupervisionNotice, remark: str) -> None:
    acts.archive(turn.ledger, notice, turn.person, remark)
    turn.answer(Plain(f"{notice.number}回头看属实，已归档。"))


_ACTS: dict[str, Any] = {
    "sign": _sign,
    "withdraw": _withdraw,
    "correct": _correct,
    "paper": _paper,
    "reopen": _reopen,
    "archive": _archive,
}


def _tell(ledger: Ledger, notice: SupervisionNotice, words: Notice, what: str) -> None:
    key = f"supervision:{notice.id}:{what}:{ledger.now.isoformat()}"
    tell(ledger, supervision.answerable_by(ledger, notice), words, key)
