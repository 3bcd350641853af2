"""Being called by @ in a group: one short neutral sentence there, everything else one to one.

A group never hears what was said, a number, a place or a name; a question is answered one to one as well, a
meeting's hour not excepted: one rule nobody has to remember exceptions of.
"""

from __future__ import annotations

from datetime import timedelta

from handlers.routing import Message, Router, Turn
from models.ledger import Ledger, Room
from models.message import Inbound, Kind
from models.notices import GroupReceipt, Plain
from models.trays import InState

NOTED = "已记，详情已单独发给您。"
ANSWERED = "收到，已单独回复您。"
ALONE = "语音、视频、文件和位置群里办不了，请在单聊里发给我。"
UNREGISTERED = "您的账号还没有登记，这条没有办；请与{office}联系登记。"
UNNAMED = "平台没有告诉我您是谁（不在本组织，或机器人还没发布），这条没有办；请与{office}联系。"
VEILED = "智能机器人认不出您的账号，这条没有办；请改在督办助手应用里说，我已告诉{office}。"

RECEIPT_LIFE = timedelta(hours=1)
"""A receipt that comes later answers nobody; WeCom's way to give it ends then too (D101138)."""

router = Router()
_NOT_IN_GROUPS = {Kind.VOICE, Kind.VIDEO, Kind.FILE, Kind.LOCATION, Kind.UNKNOWN}


@router.command(
    lambda turn: bool(turn.inbound.quoted) and not turn.reading.text and not turn.inbound.media,
    help="在群里说（先 @ 我，不 @ 我收不到）",
    example="@督办助手 我的待办",
)
def only_quoted(turn: Turn) -> InState:
    """A call that says nothing but points at somebody's words: those are not the caller's."""
    turn.answer(Plain("引用的话不算您说的，我没有记。请把要记的或要问的写出来，再发一遍。"))
    return InState.UNPLACED


def acknowledge(message: Message, ledger: Ledger, noted: bool) -> None:
    """Say the one sentence a group hears, where the message came from one; `noted` when something was recorded.

    Whoever an encrypted account hides can be answered nowhere else either.
    """
    inbound = message.inbound
    hidden = inbound.veiled and message.person is None
    if not (inbound.group or hidden) or inbound.kind is Kind.EVENT or ledger.source is None:
        return
    words = _words(inbound, registered=message.person is not None, noted=noted)
    room = Room(inbound.platform, inbound.group, inbound.reply)
    receipt = GroupReceipt(words.format(office=ledger.mechanism.office_name))
    key = f"group:{ledger.source.id}"
    ledger.say(receipt, to=room, key=key, push=False, expires_at=ledger.now + RECEIPT_LIFE)


def _words(inbound: Inbound, *, registered: bool, noted: bool) -> str:
    if not registered:
        if inbound.veiled:
            return VEILED
        return UNREGISTERED if inbound.sender else UNNAMED
    if inbound.kind in _NOT_IN_GROUPS and not inbound.text:
        return ALONE
    return NOTED if noted else ANSWERED
