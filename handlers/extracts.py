"""Texts for the public by chat: proposed, approved or returned by the office (DC-34). Exported by command only."""

from __future__ import annotations

import re

from handlers.routing import Router, Turn
from handlers.wording import five
from models import extract
from models.actors import holders
from models.deeds import Deed, may, require
from models.errors import Refusal
from models.extract import Extract
from models.ledger import Ledger
from models.mechanism import Actor
from models.notices import Answer, ExtractToApprove, Plain, Result
from models.people import Person

router = Router()
_PROPOSES = re.compile(r"^(?:提出|提交|申请)?公开(?:内容|信息|报道)[：:]\s*(?P<text>.+)$", re.S)
_DECIDES = re.compile(r"^(?P<verb>批准|同意|退回)公开(?:内容)?\s*(?P<number>\d+)[，,：: ]*(?P<remark>.*)$", re.S)
_LISTS = re.compile(r"^(?:待批(?:准)?的?)?公开内容(?:有哪些|清单)?[?？。]*$")


def put_forward(ledger: Ledger, title: str, text: str, by: Person | None) -> Extract:
    """Propose a text and ask the office for its approval, once a text."""
    row = extract.propose(ledger, title, text, by)
    ask_approval(ledger, row)
    return row


def ask_approval(ledger: Ledger, row: Extract) -> None:
    """Put a text before everybody who may approve it."""
    buttons = [(f"extract-{row.id}-yes", "批准"), (f"extract-{row.id}-no", "退回")]
    words = ExtractToApprove(f"公开内容{row.id}：{row.title}", row.text[:300], buttons)
    for person in holders(ledger, Actor.OFFICE):
        key = f"extract:{row.id}:{ledger.now.isoformat()}:{person.id}"
        ledger.say(words, to=person, key=key, duty=f"extract:{row.id}")


def decided(ledger: Ledger, number: int, by: Person | None, *, approve: bool, remark: str = "") -> Extract:
    """Approve or return, and tell who proposed it."""
    row = extract.decide(ledger, number, by, approve=approve, remark=remark)
    ledger.drop_waiting(f"extract:{row.id}")
    proposer = ledger.session.get(Person, row.proposed_by) if row.proposed_by else None
    if proposer is not None and (by is None or proposer.id != by.id):
        verdict = "已批准，可以导出" if approve else f"退回{'：' + remark if remark else ''}"
        ledger.say(
            Result(f"公开内容{row.id}《{row.title}》{verdict}。"), to=proposer, key=f"extract:{row.id}:{verdict[:20]}"
        )
    return row


@router.command(lambda turn: _PROPOSES.match(turn.inbound.text.strip()))
def propose_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """Somebody of the office or the media puts a text forward."""
    require(turn.ledger, turn.person, Deed.PROPOSE_EXTRACT)
    text = found["text"].strip()
    projects = turn.reading.named
    if len(text) < 30 and projects:
        text = extract.draft(turn.ledger, projects)
    row = put_forward(turn.ledger, "", text, turn.person)
    turn.answer(Plain(f"公开内容{row.id}已提出，待{turn.ledger.mechanism.office_name}批准；人名、电话、坐标已去掉。"))


@router.command(lambda turn: _DECIDES.match(turn.reading.text))
def decide_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """批准公开3, 退回公开3 and why."""
    _decide(turn, int(found["number"]), approve=found["verb"] != "退回", remark=found["remark"].strip())


@router.press("extract", "已处理")
def press_decide(turn: Turn, rest: str) -> None:
    """The card's buttons."""
    number, _, verdict = rest.partition("-")
    if not number.isdigit():
        raise Refusal("没有找到这份公开内容。")
    _decide(turn, int(number), approve=verdict == "yes", remark="")


@router.command(
    lambda turn: bool(_LISTS.match(turn.reading.text)) and may(turn.ledger, turn.person, Deed.APPROVE_EXTRACT)
)
def waiting_extracts(turn: Turn) -> None:
    """What waits for approval."""
    rows = extract.waiting(turn.ledger)
    lines = [f"{row.id} {row.title}" for row in rows]
    turn.answer(Answer(f"待批准的公开内容{len(rows)}份：" if rows else "没有待批准的公开内容。", five(lines)))


def _decide(turn: Turn, number: int, *, approve: bool, remark: str) -> None:
    row = decided(turn.ledger, number, turn.person, approve=approve, remark=remark)
    done = "已批准，可以导出" if approve else "已退回"
    turn.pressed = done[:3]
    turn.answer(Plain(f"公开内容{row.id}{done}。"))
