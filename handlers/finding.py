"""The notice somebody names, if it is theirs to see."""

from __future__ import annotations

import re

from handlers.routing import Turn
from handlers.understanding.likeness import most_alike
from handlers.understanding.refs import NoticeRef
from models import supervision
from models.directory import units_in
from models.errors import Forbidden
from models.rights import sees_all
from models.supervision import SupervisionNotice

REVIEW = re.compile(r"^(?P<verb>通过|同意|退回|销号|重开)[：:，,\s]*(?P<rest>.*)$", re.S)
REVIEW_TAIL = re.compile(r"^(?:把|将)?(?P<rest>.+?)(?:的)?(?:复函|督办)?(?P<verb>通过|退回|销号)(?:了|掉)?$")


def notice_by_id(turn: Turn, rest: str) -> SupervisionNotice:
    notice = turn.ledger.session.get(SupervisionNotice, int(rest)) if rest.isdigit() else None
    if notice is None:
        raise Forbidden("没有找到这件督办，可发「我的待办」看一看。")
    return notice


def named_notice(turn: Turn, reference: NoticeRef, *, ordered: bool = False) -> SupervisionNotice:
    """Return the notice somebody names; one answer whether it is not theirs or not there.

    `ordered`: something is to be done with it, so that whoever may not is told who may (C23).
    """
    notice = _look_up(turn, reference)
    allowed = notice is not None and (
        supervision.is_addressee(turn.ledger, notice, turn.person)
        or turn.person.unit_id == notice.unit_id
        or supervision.is_supervisor(turn.ledger, turn.person)
        or turn.person.id in {leader.id for leader in supervision.informed(turn.ledger, notice)}
        or ordered
        or REVIEW.match(turn.reading.text)
        or REVIEW_TAIL.match(turn.reading.text)
    )
    if notice is None or not allowed:
        raise Forbidden(f"没有找到「{reference.span.words}」，或者不是发给您单位的；可发「我的待办」看一看。")
    return notice


def _look_up(turn: Turn, reference: NoticeRef) -> SupervisionNotice | None:
    if reference.number is not None:
        return supervision.find(turn.ledger, reference.full or str(reference.number))
    found = spoken_of(turn)
    return found[0] if len(found) == 1 else None


def spoken_of(turn: Turn) -> list[SupervisionNotice]:
    """Return the open notices that words without a number may mean: by unit, project or matter, else all of theirs."""
    ledger, text = turn.ledger, turn.reading.text
    overseen = sees_all(ledger, turn.person)
    found = supervision.open_notices(ledger) if overseen else supervision.notices_for(ledger, turn.person)
    if not found and not overseen:
        found = supervision.open_notices(ledger, turn.person.unit_id)
    units = {unit.id for unit in units_in(ledger, text)} if overseen else set()
    projects = {project.id for project in turn.reading.visible}
    if units:
        found = [one for one in found if one.unit_id in units]
    if projects:
        found = [one for one in found if one.project_id in projects]
    return most_alike(text, found, lambda one: one.matter) or found
