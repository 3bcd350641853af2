"""A notice pushed away (DB-01这事不赖我们 找城关镇去): no reply; said so, with what a reply must hold (ZZ-19)."""

from __future__ import annotations

import re

from handlers.routing import Router, Turn
from handlers.understanding.refs import find_notice_ref
from handlers.understanding.wondering import wonders
from models import supervision
from models.errors import Refusal
from models.message import Kind
from models.periods import shown
from models.supervision import REPLY_ITEMS, SupervisionNotice

router = Router()
_NOT_OURS = re.compile(
    r"(?:不|没|甭)(?:赖|怪|怨|归|属于|该|能|是|关)(?:着|到)?(?:我|俺|咱)|(?:跟|和|与)(?:我|俺|咱)们?[^，。；\s]{0,4}(?:没|无)(?:啥|有|什么)?关"
    r"|(?:该|得|应该|应当|要)?(?:去)?找(?!我|俺|咱)[^，。；\s]{1,8}(?:去|办|要)|(?:是|怪|赖|怨)(?:他们?|人家|[\u4e00-\u9fff]{2,6}(?:局|镇|乡|公司|办|委))(?:的)?(?:事|责任|问题|没)"
    r"|(?:我们?|俺们?|我局)(?:不认|不背|不接|管不了|管不着|办不了|没法办|没这个(?:职能|权))|推(?:给|到)(?:我|俺)"
)


def _pushes_away(turn: Turn) -> SupervisionNotice | None:
    """Return the open notice to the sender's own unit that words push away."""
    text = turn.reading.text
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or wonders(text) or not _NOT_OURS.search(text):
        return None
    reference = find_notice_ref(text)
    number = reference.number if reference else None
    found = supervision.open_notices(turn.ledger, turn.person.unit_id)
    if number is None:
        return found[0] if reference is not None and len(found) == 1 else None
    meant = supervision.find(turn.ledger, (reference.full if reference else None) or str(number))
    return meant if meant is not None and meant in found else None


@router.command(_pushes_away)
def pushed_away(turn: Turn, notice: SupervisionNotice) -> None:
    """Nothing is written: who thinks that it is another's affair says so in the reply, or to the office."""
    office = turn.ledger.mechanism.office_name
    due = f"，{shown(notice.reply_due)}前复函" if notice.reply_due and notice.missing else ""
    raise Refusal(
        f"这句没有记成{notice.handle}的复函：发给{notice.unit.shown}的，仍由{notice.unit.shown}答复{due}，"
        f"写明{'、'.join(REPLY_ITEMS.values())}；要别家配合可写进解决办法，对交给哪家有异议请与{office}联系。"
    )
