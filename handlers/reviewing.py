"""Reviewing replies and closing notices (通过, 退回, 销号): the office's side; a unit may only ask (ZZ-20)."""

from __future__ import annotations

import re

from handlers.finding import REVIEW, REVIEW_TAIL, named_notice, notice_by_id
from handlers.naming import evidence_with
from handlers.routing import Router, Turn
from handlers.understanding.approval import read_approval
from handlers.understanding.orders import read_loose_order
from handlers.understanding.phrases import Intent
from handlers.understanding.refs import find_notice_ref
from models import supervision
from models.errors import Refusal
from models.ledger import Ledger
from models.notices import CloseRequested, Plain, ReplyReviewed, SupervisionClosed
from models.people import Person, Role
from models.pictures import only_copies
from models.reply import filed_version
from models.supervision import SupervisionNotice
from models.supervision_states import Action, State

router = Router()
_REVIEWERS = (Role.OFFICE, Role.INSPECTOR)  # in whose help it stands; who may is a deed's affair


_ASKING = re.compile(r"申请|请求|销号|DB-?\d+|[\u4e00-\u9fff]+〔\d+〕\d+号|，|。|\s", re.IGNORECASE)
_VERB = re.compile(r"(?P<verb>通过|同意|退回|打回|销号)")
_HAVE_READ = re.compile(r"(?:复函|回函|函复|回复|答复)[^，。；\s]{0,4}[看审核阅]了")
_SENT_BACK = re.compile(
    r"(?:复函|回函|函复|回复)[^，。；\s]{0,3}退给(?:他们|她们|[\u4e00-\u9fff]{2,6}?(?=[，。；：\s]|$))"
)
# In a phrase of its own: DB-01地都交了 你们给销了吧; DB-01的复函行 通过.
_LOOSE = {
    **dict.fromkeys(("销号", "销", "关", "关闭", "核销", "结案", "消号"), "销号"),
    **dict.fromkeys(("通过", "过", "算过"), "通过"),
    **dict.fromkeys(("退回", "打回", "退", "打回去", "退回去", "退给他们", "退给单位", "退给他"), "退回"),
}
_FILLING = re.compile(r"^(?:请|把|将|对)+|的?复函|督办件?|^[的了给吧掉：:，,。\s]+|[了吧掉]?[：:，,。\s]+$")


def _wants_to_review(turn: Turn) -> tuple[str, SupervisionNotice, str] | None:
    text = turn.reading.text
    reference = find_notice_ref(text)
    theirs = supervision.is_supervisor(turn.ledger, turn.person)
    others = {Intent.ASK_CLOSE, Intent.ISSUE} | (set() if theirs and _HAVE_READ.search(text) else {Intent.REPLY})
    if reference is None or turn.reading.intents & others:
        return None
    back = _SENT_BACK.search(text) if theirs else None
    if back is not None:
        return "退回", named_notice(turn, reference), text[back.end() :].strip(" ，,。：:")
    order = read_loose_order(text, reference.span, _LOOSE) if reference.number is not None else None
    if order is not None:
        return order.verb, named_notice(turn, reference, ordered=True), order.remark
    read = read_approval(text, [reference.span.words]) if theirs else None
    if read is not None:
        return ("通过" if read.agreed else "退回"), named_notice(turn, reference), read.remark
    found = REVIEW.match(text) or REVIEW_TAIL.match(text) or (_VERB.search(text) if theirs else None)
    if not found:
        return None
    verb = "退回" if found["verb"] == "打回" else found["verb"]
    rest = text.replace(reference.span.words, "", 1).replace(found["verb"], "", 1)
    for _ in range(3):
        rest = _FILLING.sub("", rest)
    return verb, named_notice(turn, reference), rest


@router.command(_wants_to_review, help="审复函、销号", example="退回DB-07 责任人没写全", listed=_REVIEWERS)
def review(turn: Turn, given: tuple[str, SupervisionNotice, str]) -> None:
    """通过, 退回 or 销号 by the office; a unit that tries is told who may (ZZ-20)."""
    verb, notice, remark = given
    turn.answer(review_notice(turn.ledger, notice, turn.person, verb, remark))


def review_notice(
    ledger: Ledger, notice: SupervisionNotice, by: Person | None, verb: str, remark: str
) -> Plain | SupervisionClosed:
    """Do one step of the office's review and tell the unit; return what whoever did it is told."""
    if verb in ("通过", "同意"):
        return _accept(ledger, notice, by, remark)
    return _return(ledger, notice, by, remark) if verb == "退回" else _close(ledger, notice, by, remark)


@router.press("accept", "已通过")
def press_accept(turn: Turn, rest: str) -> None:
    """The card's 通过, of the reply that the card shows."""
    number, _, version = rest.partition("-")
    notice = notice_by_id(turn, number)
    if version and int(version) != filed_version(notice):
        raise Refusal(f"{notice.handle}的复函后来改过，没有通过；请看最新的那条再审。")
    turn.answer(review_notice(turn.ledger, notice, turn.person, "通过", ""))


@router.press("return", "已退回")
def press_return(turn: Turn, rest: str) -> None:
    """The card's 退回."""
    turn.answer(review_notice(turn.ledger, notice_by_id(turn, rest), turn.person, "退回", ""))


@router.press("close", "已销号")
def press_close(turn: Turn, rest: str) -> None:
    """The card's 销号."""
    turn.answer(review_notice(turn.ledger, notice_by_id(turn, rest), turn.person, "销号", ""))


@router.press("keep", "已退回")
def press_keep(turn: Turn, rest: str) -> None:
    """The card's 退回 of a request to close."""
    turn.answer(review_notice(turn.ledger, notice_by_id(turn, rest), turn.person, "退回", ""))


def _accept(ledger: Ledger, notice: SupervisionNotice, by: Person | None, remark: str) -> Plain:
    supervision.require(ledger, notice, by, Action.ACCEPT)
    supervision.accept_reply(ledger, notice, by, remark)
    return _tell_reviewed(ledger, notice, accepted=True, remark=remark)


def _return(ledger: Ledger, notice: SupervisionNotice, by: Person | None, remark: str) -> Plain:
    if notice.state == State.CLOSING.value:
        supervision.require(ledger, notice, by, Action.REFUSE_CLOSE)
        supervision.refuse_close(ledger, notice, by, remark)
        words = f"{notice.number}的销号申请退回了{'：' + remark if remark else ''}，办结后请再申请。"
        _tell_addressees(ledger, notice, Plain(words), "close-refused")
        return Plain(f"已退回{notice.number}的销号申请，并告知{notice.unit.shown}。")
    supervision.require(ledger, notice, by, Action.RETURN)
    supervision.return_reply(ledger, notice, by, remark)
    return _tell_reviewed(ledger, notice, accepted=False, remark=remark)


def _close(ledger: Ledger, notice: SupervisionNotice, by: Person | None, remark: str) -> SupervisionClosed:
    supervision.require(ledger, notice, by, Action.CLOSE)
    supervision.close(ledger, notice, by, remark)
    words = SupervisionClosed(notice.number, notice.project.name, remark)
    _tell_addressees(ledger, notice, words, "closed")
    return words


def _tell_reviewed(ledger: Ledger, notice: SupervisionNotice, *, accepted: bool, remark: str) -> Plain:
    assert notice.reply_due is not None
    ledger.drop_waiting(f"supervision:{notice.id}:review")
    words = ReplyReviewed(
        notice.number,
        notice.handle,
        notice.project.name,
        accepted,
        remark,
        notice.solve_due,
        notice.reply_due,
    )
    _tell_addressees(ledger, notice, words, "reviewed")
    verb = "通过" if accepted else "退回"
    return Plain(f"已{verb}{notice.number}的复函，并告知{notice.unit.shown}。")


def _tell_addressees(
    ledger: Ledger, notice: SupervisionNotice, words: ReplyReviewed | SupervisionClosed | Plain, what: str
) -> None:
    for person in supervision.answerable_by(ledger, notice):
        key = f"supervision:{notice.id}:{what}:{ledger.now.isoformat()}:{person.id}"
        ledger.say(words, to=person, key=key)


def _wants_to_request_close(turn: Turn) -> SupervisionNotice | None:
    if Intent.ASK_CLOSE not in turn.reading.intents:
        return None
    reference = find_notice_ref(turn.reading.text)
    if reference is not None:
        return named_notice(turn, reference)
    working = supervision.notices_for(turn.ledger, turn.person, State.ACCEPTED)
    if len(working) != 1:
        raise Refusal("请写明是哪一件督办，例如「申请销号DB-07 已于9月28日交地」。")
    return working[0]


@router.command(_wants_to_request_close, help="申请销号", example="申请销号DB-07 42亩已全部交付")
def request_close(turn: Turn, notice: SupervisionNotice) -> None:
    """The unit says it is solved; the office decides."""
    supervision.require(turn.ledger, notice, turn.person, Action.REQUEST_CLOSE)
    pictures = evidence_with(turn)
    wordless = len(_FILLING.sub("", _ASKING.sub("", turn.reading.text))) < 4
    if wordless and not pictures:
        raise Refusal(f"请一并写明办理结果，或附上照片，例如「申请销号{notice.handle} 42亩已全部交付」。")
    supervision.request_close(turn.ledger, notice, turn.person, turn.inbound.text, pictures)
    if wordless and only_copies(turn.ledger, pictures):
        raise Refusal(f"这些照片以前用过，不能当作新的依据；请写明{notice.handle}的办理结果，或拍一张现在的。")
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
