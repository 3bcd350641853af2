"""Around a leave: of whom it is asked, that it is not needed after all, who is on leave (DC-29)."""

from __future__ import annotations

import re

from handlers.routing import Router, Turn
from handlers.which_meeting import coming_or_next
from handlers.wording import five
from models.attendance import Leave, leaves_of, open_leaves, seats_of, withdraw_leave
from models.deeds import Deed, may
from models.errors import Forbidden
from models.notices import Answer, Plain
from models.periods import shown
from models.rights import sees_all

router = Router()
_OF_WHOM = re.compile(
    r"(?:跟|向|找|给)[^，。]{1,8}?(?:说|请|报|批)?还是(?:跟|向|找|给)"
    r"|(?:跟|向|找|给|和|同|问)(?:谁|哪个|哪位|哪一位|哪里|哪儿)(?:去)?(?:请|告|说|报|批|打招呼|讲)"
)
_ABOUT_LEAVE = re.compile(r"假|(?:来|去|到|参加)不(?:了|成)|(?:不能|没法|去不|来不)[^，。]{0,4}(?:去|来|到|参)")
_COMES_AFTER_ALL = re.compile(
    r"假?不(?:用)?请(?:假)?了|不用请假了|假(?:条)?(?:撤|取消|作废)|撤(?:回|销|了)?(?:我的)?(?:请)?假|销假|又能(?:去|来|参加|到)"
)
_WHO_LEFT = re.compile(
    r"(?:谁|哪些人|哪几个人?|哪些单位|几个人|多少人)(?:都|还|要|又)?(?:请(?:了|个)?假|没(?:有)?请假)"
    r"|请(?:了)?假(?:的)?(?:人)?(?:都)?(?:有(?:谁|哪些|几个|多少)|是谁|名单|情况|几个|多少)|有(?:没有)?人请(?:了)?假"
)


def _asks_of_whom(turn: Turn) -> bool:
    text = turn.reading.text
    return bool(_OF_WHOM.search(text) and _ABOUT_LEAVE.search(text))


@router.command(_asks_of_whom)
def of_whom(turn: Turn) -> None:
    """来不了该跟谁请假: the convenor, and how; nothing is filed."""
    meeting = coming_or_next(turn.ledger, turn.reading.text)
    words = f"{meeting.name}向召集人{meeting.convenor}请假：回一句「{meeting.name}请假」加原因，我转给他批；不得替会。"
    turn.answer(Plain(words))


def _comes_after_all(turn: Turn) -> Leave | None:
    """我又能去了 假不请了: the sender's own leave that is not decided yet."""
    if not _COMES_AFTER_ALL.search(turn.reading.text):
        return None
    seats = seats_of(turn.ledger, turn.person)
    found = [one for meeting, _ in seats for one in open_leaves(turn.ledger, meeting, turn.person)]
    return found[0] if len(found) == 1 else None


@router.command(_comes_after_all)
def take_leave_back(turn: Turn, request: Leave) -> None:
    """He attends after all; the convenor's card goes."""
    withdraw_leave(turn.ledger, request, turn.person)
    turn.ledger.drop_waiting(f"leave:{request.id}")
    turn.answer(Plain(f"好的，请假撤回了，{request.meeting.name}{shown(request.meeting.day)}照常参加。"))


# --- who is on leave ------------------------------------------------------------------------------------


@router.command(lambda turn: bool(_WHO_LEFT.search(turn.reading.text)))
def who_left(turn: Turn) -> None:
    """谁请假了: for those who keep the roll, oversee the county or convene this meeting."""
    ledger, person = turn.ledger, turn.person
    meeting = coming_or_next(ledger, turn.reading.text)
    if not (
        may(ledger, person, Deed.RECORD_ATTENDANCE) or meeting.convenor_id == person.id or sees_all(ledger, person)
    ):
        raise Forbidden(f"请假情况由召集人和{ledger.mechanism.office_name}掌握；您自己的请假可发「我的待办」看。")
    lines = [
        f"{one.person.unit.shown}{one.person.name}：{one.label}，{one.reason}" for one in leaves_of(ledger, meeting)
    ]
    turn.answer(
        Answer(f"{meeting.name}请假{len(lines)}人：" if lines else f"{meeting.name}还没有人请假。", five(lines, "人"))
    )
