"""What one owes and why: 「凭啥催我」, 「别提醒了」, 「过两天再提醒」, 「我的义务」, a digest's cards one by one."""

from __future__ import annotations

import re
from datetime import date, timedelta

from handlers.naming import deadline_in
from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from handlers.wording import LINES, five
from models.duties import Payment, occurrence_now, payments
from models.entry import ENTRY_LABELS, Entry, EntryKind
from models.errors import Refusal
from models.hush import ALL, hush, lift
from models.ledger import Ledger
from models.mechanism import Obligation
from models.notices import Answer, Plain, read_notice
from models.obligation import Occurrence
from models.people import Person
from models.periods import period_said, shown
from models.reasons import Reason, last_pushes, reason_of
from models.subjects import subjects_of

router = Router()
_WHICH = re.compile(r"第?([1-9一二三四五六七八九])(?:件|条|个|项)?\s*$")
_DIGITS = "一二三四五六七八九"
_FIGURE = re.compile(r"数|亿|万|%")
_ENOUGH = re.compile(
    r"^(?:请|麻烦)?(?:以后|今后)?(?P<all>所有的?|全部的?|什么都|一切|都)?(?:提醒)?(?:全)?(?:都|也)?"
    r"(?:我|俺)?(?:别|不要|不用|不必|莫|不想)(?:再|老|总)?(?:被|收到|要)?(?:再|老|总)?(?:给?我|俺)?"
    r"(?:提醒|催|烦|发|叫|吵)(?:提醒)?(?:我|俺|了|啦|吧|个没完|个不停)*"
    r"(?:[，,。 !！]*(?:真|太|可|够|都|快)?(?:烦|吵|闹|多|够|受不了|看到了|知道了|记着)[^，。]{0,6})?[。!！]*$"
)
_LATER = re.compile(r"^(?P<when>.{1,8}?)(?:再|后再|之后再)(?:提醒|催|叫|说|发)(?:我|俺|一?下|吧|一遍|一次)*[。!！]*$")
_NUMBERED = re.compile(r"^(?:过|等)?(?P<n>[一两二三四五六七1-7])(?:天|日)(?:后)?$")
_AGAIN = re.compile(r"^(?:恢复|重新|打开|接着|继续)(?:给我)?(?:发)?提醒(?:我)?[。!！]*$")
_MINE = re.compile(
    r"^我(?:的|这(?:周|个?月|季度)的?)?(?:义务|履职)(?:情况|清单)?[。?？]*$|^我?(?:这周|本周|这个?月|本月)?(?:还)?(?:差|欠)(?:哪些|什么|啥)?义务[?？]*$"
)
_EACH = re.compile(r"^(?:逐件看?|一件一件(?:看|来|发)?|逐个看|逐条看)[。!！]*$")


# --- why ------------------------------------------------------------------------------------------------


@router.command(
    lambda turn: Intent.WHY in turn.reading.intents and not _FIGURE.search(turn.reading.text.partition("哪来")[0]),
    help="问提醒的依据",
    example="凭啥催我",
)
def why(turn: Turn) -> None:
    """The clause, the dates and the arithmetic of what we said last (★14)."""
    rows = last_pushes(turn.ledger, turn.person)
    if not rows:
        raise Refusal("最近两周没有主动给您发过提醒；要看还有什么事，可发「我的待办」。")
    reasons = list(dict.fromkeys(reason_of(turn.ledger, row) for row in rows))
    asked = _WHICH.search(turn.reading.text)
    if asked and len(reasons) > 1:
        number = _DIGITS.find(asked[1]) + 1 or int(asked[1])
        reasons = reasons[number - 1 : number] or reasons
    if len(reasons) == 1:
        turn.answer(Answer(f"{reasons[0].what}的依据：", _in_full(reasons[0])))
        return
    lines = [f"{number}. {one.what}：{one.basis}" for number, one in enumerate(reasons, 1)]
    turn.answer(Answer("刚才几件的依据（问细的回「凭啥催我第1件」）：", five(lines)))


def _in_full(reason: Reason) -> list[str]:
    quote = reason.quote if len(reason.quote) <= 70 else reason.quote[:69] + "…"
    return [reason.basis, f"原文：“{quote}”", *reason.reckoning][:LINES]


# --- not now, not again ---------------------------------------------------------------------------------


@router.command(lambda turn: _ENOUGH.match(turn.reading.text), help="不要某项提醒", example="别提醒了")
def enough(turn: Turn, found: re.Match[str]) -> None:
    """No more reminders of what we spoke of last; 所有 for everything periodic. The duty itself stays."""
    if found["all"]:
        hush(turn.ledger, turn.person, ALL, None)
        _note(turn, ALL, None)
        turn.answer(Plain("好，定期提醒都不发了；督办和会议通知照发。要恢复回「恢复提醒」。"))
        return
    keys = _spoken_of(turn)
    for key in keys:
        hush(turn.ledger, turn.person, key, None)
        _note(turn, key, None)
    turn.answer(Plain("好，这一期不再提醒；事还在「我的待办」里。全都不要回「所有提醒都别发了」，恢复回「恢复提醒」。"))


def _later(turn: Turn) -> date | None:
    found = _LATER.match(turn.reading.text)
    if not found:
        return None
    days = _NUMBERED.match(found["when"])
    if days:
        number = "一二三四五六七".find(days["n"].replace("两", "二")) + 1 or int(days["n"])
        return turn.ledger.today + timedelta(days=number)
    due = deadline_in(turn.ledger, found["when"] + "前")
    return due if due and due > turn.ledger.today else None


@router.command(_later, help="过几天再提醒", example="过两天再提醒")
def later(turn: Turn, until: date) -> None:
    """Snooze what we spoke of last until a day."""
    day = turn.ledger.calendar.next_workday(until)
    for key in _spoken_of(turn):
        hush(turn.ledger, turn.person, key, day)
        _note(turn, key, day)
    turn.answer(Plain(f"好，{shown(day)}上午再提醒您；期限不变。"))


@router.command(lambda turn: bool(_AGAIN.match(turn.reading.text)))
def again(turn: Turn) -> None:
    """Take back every such wish."""
    count = lift(turn.ledger, turn.person)
    _note(turn, "lifted", None)
    turn.answer(Plain("好，提醒恢复了。" if count else "您的提醒本来就开着。"))


def _spoken_of(turn: Turn) -> list[str]:
    keys = [row.duty for row in last_pushes(turn.ledger, turn.person) if row.duty.startswith("duty:")]
    if not keys:
        raise Refusal("最近没有给您发过定期提醒；督办期限和会议通知是必须送达的，不能关。")
    return list(dict.fromkeys(keys))


def _note(turn: Turn, scope: str, until: date | None) -> None:
    data = {"about": "hush", "scope": scope, "until": until.isoformat() if until else None}
    turn.ledger.record(EntryKind.NOTE, turn.inbound.text, person=turn.person, data=data)


# --- what pays what -------------------------------------------------------------------------------------


@router.command(lambda turn: bool(_MINE.match(turn.reading.text)), help="我的义务和抵扣", example="我的义务")
def my_duties(turn: Turn) -> None:
    """The recurring duties of the periods in force, each with the message that paid it, or what is open."""
    lines = duty_lines(turn.ledger, turn.person, only_open=False)
    turn.answer(Answer("您这一期的义务：" if lines else "您名下没有定期义务。", five(lines)))


def duty_lines(ledger: Ledger, person: Person, *, only_open: bool) -> list[str]:
    """Return a line for each recurring duty somebody owes now: what is open, and by what the rest was paid."""
    lines = []
    for duty in ledger.mechanism.obligations:
        if not duty.recurring or duty.parts or duty.per == "area":
            continue
        occurrence = occurrence_now(ledger, duty)
        if occurrence.due is not None and occurrence.due >= ledger.today and not occurrence.waived:
            line = _duty_line(ledger, person, duty, occurrence, only_open)
            lines += [line] if line else []
    return lines


def _duty_line(ledger: Ledger, person: Person, duty: Obligation, occurrence: Occurrence, only_open: bool) -> str:
    mine = subjects_of(ledger, duty, person)
    paid = payments(ledger, duty, occurrence.period, [subject.key for subject in mine]) if mine else {}
    waiting = [subject.name for subject in mine if subject.key not in paid]
    if not mine or (only_open and not waiting):
        return ""
    assert occurrence.due is not None
    head = f"{period_said(occurrence.period, ledger.today)}{duty.name}（{shown(occurrence.due)}前）"
    by_person = all(subject.key == f"person:{person.id}" for subject in mine)
    if waiting:
        return f"{head}还差一次" if by_person else f"{head}还差：{'、'.join(waiting)}"
    return f"{head}已抵：{_paid_by(ledger, next(iter(paid.values())))}"


def _paid_by(ledger: Ledger, payment: Payment) -> str:
    entry = ledger.session.get(Entry, payment.entry_seq) if payment.entry_seq else None
    if entry is None:
        return shown(payment.occurred)
    return f"{shown(payment.occurred)}{entry.person or ''}{ENTRY_LABELS[EntryKind(entry.kind)]}（台账第{entry.seq}条）"


# --- a digest's cards -----------------------------------------------------------------------------------


@router.command(lambda turn: bool(_EACH.match(turn.reading.text)))
def each(turn: Turn) -> None:
    """Send the cards of the last digest one by one, those that are still open."""
    rows = [row for row in last_pushes(turn.ledger, turn.person) if row.facts.get("buttons")]
    if not rows:
        raise Refusal("最近一次合并提醒里没有要逐件办的；可发「我的待办」看一看。")
    for row in rows:
        turn.answer(read_notice(row.notice, row.facts), duty=row.duty)
