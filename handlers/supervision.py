"""挂牌督办 at the addressee's: 签收 and the five 落实 of the reply (复函, ZZ-19)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from handlers.finding import named_notice, notice_by_id
from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from handlers.understanding.refs import find_notice_ref
from handlers.understanding.reply import ReplyRead, is_empty_reply, read_reply
from handlers.understanding.reply_patterns import AMENDED, ITEM_NAMES, Item
from handlers.understanding.wondering import only_wonders
from models import supervision
from models.errors import Refusal
from models.ledger import Ledger
from models.notices import (
    Plain,
    ReplyFiled,
    ReplyIncomplete,
    ReplyToReview,
    SupervisionReceived,
    SupervisionReceivedOffice,
)
from models.people import Person
from models.periods import shown
from models.reply import filed_version, take_reply
from models.supervision import REPLY_ITEMS, SupervisionNotice
from models.supervision_states import Action, State

router = Router()
_MAY_SIGN = re.compile(
    r"(?:督办|挂牌|通知书?)[^。]{0,12}?(?:签字|签收|签)(?:就)?(?:[行中]不|[行中]吗|可以吗|能行|算不算|作数)|谁(?:能|来|可以)签"
)
_OF_THE_REPLY = re.compile(r"复函|回复|回函|答复")
_NOTED = re.compile(r"^(?:好的?|嗯|行|中)?[，,、 ]*(?:收到|知道|明白|知悉)了?[。!！~]*$")


def _wants_to_sign(turn: Turn) -> SupervisionNotice | None:
    if Intent.SIGN not in turn.reading.intents:
        return None
    reference = find_notice_ref(turn.reading.text)
    waiting = supervision.notices_for(turn.ledger, turn.person, State.ISSUED, State.DELIVERED)
    if reference is not None:
        return named_notice(turn, reference)
    if not waiting:
        if turn.reading.text.startswith("签收"):
            raise Refusal("您单位现在没有待签收的督办。")
        return None
    if len(waiting) > 1:
        handles = "、".join(notice.handle for notice in waiting)
        raise Refusal(f"有{len(waiting)}件待签收：{handles}，请回「签收」加编号。")
    return waiting[0]


@router.command(_wants_to_sign, help="签收挂牌督办", example="签收DB-07")
def sign(turn: Turn, notice: SupervisionNotice) -> None:
    """签收: the reply's clock starts. Others of the unit hear who signs and by when the reply is due."""
    ledger = turn.ledger
    if turn.person.unit_id == notice.unit_id and not supervision.is_addressee(ledger, notice, turn.person):
        _tell_who_signs(turn, notice)
        return
    if turn.person.unit_id != notice.unit_id or notice.received_at is None:
        supervision.require(turn.ledger, notice, turn.person, Action.RECEIVE)
    if notice.received_at is not None:
        _answer_received(turn, notice)
        return
    supervision.receive(turn.ledger, notice, turn.person)
    for stage in ("sign", "issued"):
        turn.ledger.drop_waiting(supervision.duty(notice, stage))
    _answer_received(turn, notice)
    _tell_office_received(turn.ledger, notice, turn.person)


def _asks_to_sign(turn: Turn) -> SupervisionNotice | None:
    """督办通知我签字行不: the open notice of the sender's unit that such a question may mean."""
    if not _MAY_SIGN.search(turn.reading.text):
        return None
    found = supervision.open_notices(turn.ledger, turn.person.unit_id)
    return found[0] if len(found) == 1 else None


@router.command(_asks_to_sign)
def who_signs(turn: Turn, notice: SupervisionNotice) -> None:
    """Who signs for it, and how it stands; asking signs nothing."""
    _tell_who_signs(turn, notice)


@router.press("sign", "已签收")
def press_sign(turn: Turn, rest: str) -> None:
    """The card's 签收."""
    sign(turn, notice_by_id(turn, rest))


def _tell_who_signs(turn: Turn, notice: SupervisionNotice) -> None:
    names = "、".join(person.name for person in supervision.answerable_by(turn.ledger, notice))
    stands = f"已签收，复函截止{shown(notice.reply_due)}" if notice.reply_due else "还没有签收，请提醒他们回「签收」"
    turn.answer(
        Plain(
            f"{notice.handle}由{notice.unit.shown}负责人或联络员（{names}）签收，没有另记；现在{stands}，"
            f"{shown(notice.solve_due)}前解决。"
        )
    )


def _answer_received(turn: Turn, notice: SupervisionNotice) -> None:
    assert notice.received_at is not None and notice.reply_due is not None
    turn.answer(
        SupervisionReceived(
            number=notice.number,
            handle=notice.handle,
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


_NO_REPLY = {
    Intent.ISSUE,
    Intent.REVIEW,
    Intent.ASK_CLOSE,
    Intent.HELP,
    Intent.UNDO,
    Intent.SUBMIT,
    Intent.MY_TODO,
    Intent.MY_PROJECTS,
    Intent.WHO_MISSING,
    Intent.OVERDUE,
    Intent.WHEN_MEETING,
}


@dataclass(frozen=True)
class _Reply:
    notice: SupervisionNotice
    read: ReplyRead


def _amends(turn: Turn) -> _Reply | None:
    """Read what puts a reply right that waits for review: 复函里责任人改成韩雪."""
    text = turn.reading.text
    found = AMENDED.search(text)
    if found is None or not (find_notice_ref(text) or _OF_THE_REPLY.search(text)):
        return None
    waiting = supervision.notices_for(turn.ledger, turn.person, State.REPLIED)
    reference = find_notice_ref(text)
    meant = [one for one in waiting if reference is None or one == named_notice(turn, reference)]
    item = next((item for item in Item if found[item.value]), None)
    if len(meant) != 1 or item is None:
        return None
    sent, calendar = turn.ledger.local_now, turn.ledger.calendar
    words = f"{ITEM_NAMES[item]}：{found['value']}"
    return _Reply(meant[0], read_reply(words, sent=sent, is_workday=calendar.is_workday))


def _wants_to_reply(turn: Turn) -> _Reply | None:
    if only_wonders(turn.reading.text):
        return None
    if amended := _amends(turn):
        return amended
    text = turn.reading.text
    if turn.reading.intents & _NO_REPLY:
        return None
    reference = find_notice_ref(text)
    read = _read(turn, None)
    given = _items(turn, read)
    if reference is not None and (given or Intent.REPLY in turn.reading.intents or is_empty_reply(text)):
        return _Reply(named_notice(turn, reference), read)
    open_ones = supervision.notices_for(
        turn.ledger, turn.person, State.ISSUED, State.DELIVERED, State.RECEIVED, State.RETURNED
    )
    if len(open_ones) != 1:
        _refuse_unclear(turn, open_ones)
        return None
    begun = bool(open_ones[0].reply)
    if begun and len(open_ones[0].missing) == 1:
        read = _read(turn, open_ones[0])
        given = _items(turn, read)
    if Intent.REPLY in turn.reading.intents or (len(given) >= 2 and read.is_deliberate) or (given and begun):
        return _Reply(open_ones[0], read)
    if is_empty_reply(text) and open_ones[0].received_at is not None:
        return _Reply(open_ones[0], read)
    return None


def _read(turn: Turn, notice: SupervisionNotice | None) -> ReplyRead:
    """Read a reply; where one item alone is missing, bare words may be that item."""
    asked = None
    if notice is not None:
        asked = next(item for item in Item if not notice.reply.get(item.value))
    calendar = turn.ledger.calendar
    return read_reply(turn.reading.text, sent=turn.ledger.local_now, is_workday=calendar.is_workday, asked=asked)


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
    if turn.person.unit_id == notice.unit_id and not supervision.is_addressee(ledger, notice, turn.person):
        _pass_on(turn, given)
        return
    supervision.require(ledger, notice, turn.person, Action.REPLY)
    was_received = notice.received_at is not None
    steps = [(one.date, one.words) for one in given.read.milestones]
    spans = {item.value: span.words for item, span in given.read.spans.items()}
    filed = take_reply(ledger, notice, turn.person, _items(turn, given.read), steps, spans)
    if not was_received:
        _tell_office_received(ledger, notice, turn.person)
    assert notice.reply_due is not None
    if filed is None:
        turn.answer(ReplyIncomplete(notice.number, notice.reply_lines, notice.missing, notice.reply_due))
        return
    for stage in ("sign", "issued", "reply", "review"):
        ledger.drop_waiting(supervision.duty(notice, stage))
    late = int(filed.data.get("late_days") or 0)
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
            buttons=[(f"accept-{notice.id}-{filed_version(notice)}", "通过"), (f"return-{notice.id}", "退回")],
        ),
        key=f"supervision:{notice.id}:review:{turn.number}",
        duty=f"supervision:{notice.id}:review",
    )


def _pass_on(turn: Turn, given: _Reply) -> None:
    """A colleague of the addressees drafts for them: it is passed on to those who reply, and nothing is filed."""
    ledger, notice = turn.ledger, given.notice
    items = _items(turn, given.read)
    lacks = "、".join(name for key, name in REPLY_ITEMS.items() if not (items.get(key) or notice.reply.get(key)))
    people = supervision.answerable_by(ledger, notice)
    names = "、".join(person.name for person in people)
    by_when = f"，复函截止{shown(notice.reply_due)}" if notice.reply_due else ""
    words = f"{notice.handle}由{notice.unit.shown}负责人或联络员（{names}）复函，没有另记。"
    if items:
        words += "您说的已转给他们，由他们发出才算数。"
        tell = Plain(f"{turn.person.name}代拟{notice.handle}复函：「{turn.inbound.text[:60]}」，请核后由您发出。")
        key = f"supervision:{notice.id}:drafted:{turn.number}"
        for person in people:
            ledger.say(tell, to=person, key=f"{key}:{person.id}")
    turn.answer(Plain(words + (f"还缺{lacks}{by_when}。" if lacks else f"五项齐了{by_when}。")))


@router.command(lambda turn: bool(_NOTED.match(turn.reading.text)))
def noted(turn: Turn) -> None:
    """Somebody says he has read something, and nothing of his waits to be signed for."""
    turn.answer(Plain("好的。"))


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
