"""Pictures and words used again (★11): what its author has left unanswered for a week, said to the office once."""

from __future__ import annotations

from models.copies import COPY_LABELS, CopyKind, unanswered
from models.ledger import Ledger
from models.notices import Plain
from scheduler.speaking import may_remind


def unanswered_copies(ledger: Ledger) -> None:
    """Tell the office of new cases, in one sentence and without a verdict; one key a case, one message a day."""
    if not may_remind(ledger):
        return
    fresh = [case for case in unanswered(ledger) if not case.office_told]
    if not fresh:
        return
    told = "；".join(f"{case.person.name}{COPY_LABELS[CopyKind(case.kind)]}（流水{case.seq}）" for case in fresh[:3])
    more = f"等{len(fresh)}处" if len(fresh) > 3 else ""
    days = ledger.mechanism.copies.office_after_workdays
    words = f"照片或文字雷同，已问本人，{days}个工作日没有说明：{told}{more}。发「雷同待说明」看明细，请先问问情况。"
    ledger.say_to_office(Plain(words), key=f"copies:{fresh[0].id}")
    for case in fresh:
        case.office_told = True
