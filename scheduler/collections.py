"""The collection notice's day (DC-16): the office is asked to send it, or to name its day (A4)."""

from __future__ import annotations

from models.collecting import AROUND, Collecting, collecting, send_collection
from models.ledger import Ledger
from models.notices import MeetingChoice
from models.periods import shown
from scheduler.speaking import may_remind

_AHEAD = 3
"""Working days before the proposed day on which the office is asked where the usual day leaves too little time."""


def collection_notices(ledger: Ledger) -> None:
    """Ask the office on the day, and twice after; ask it for a day where two rules collide (A4)."""
    if not may_remind(ledger):
        return
    found = collecting(ledger)
    if found is None:
        return
    left = ledger.calendar.workdays_between(ledger.today, found.plan.collection)
    if found.plan.ask_office:
        if left <= _AHEAD:
            _ask_day(ledger, found)
        return
    if left > 0:
        return
    if found.period in ledger.called.collections:
        send_collection(ledger, found, None)
        return
    _ask_to_send(ledger, found, -left)


def _ask_to_send(ledger: Ledger, found: Collecting, late: int) -> None:
    rung = max(step for step in (0, 1, AROUND) if step <= late)
    clash = [found.plan.collection_clash] if found.plan.collection_clash else []
    words = MeetingChoice(
        title=f"该发{found.duty.name}了",
        lines=[
            f"例会{'' if found.period in ledger.called.days else '拟'}{shown(found.plan.day)}，"
            f"材料{shown(found.plan.materials_due)}前报",
            *clash,
        ],
        hint="可回「发征集通知」，我逐一发给各责任单位联络员。",
        buttons=[(f"collect-{found.period}", "发出")],
    )
    mine = f"collection:{found.period}"
    ledger.say_to_office(words, key=f"{mine}:{rung}", duty=mine)


def _ask_day(ledger: Ledger, found: Collecting) -> None:
    calendar = ledger.calendar
    proposed = max(found.plan.collection, ledger.today)
    later = calendar.add_workdays(proposed, 2)
    days = [day for day in (proposed, later) if day < found.plan.materials_due]
    words = MeetingChoice(
        title=f"{found.duty.name}哪天发？",
        lines=[
            found.plan.collection_clash or "",
            f"例会拟{shown(found.plan.day)}，材料{shown(found.plan.materials_due)}前报",
        ],
        hint="可点下面的日子，或回「征集通知定在某月某日」。",
        buttons=[(f"collectday-{found.period}-{day.isoformat()}", f"{shown(day)}发") for day in days]
        + [(f"collect-{found.period}", "现在发")],
    )
    mine = f"collection:{found.period}"
    ledger.say_to_office(words, key=f"{mine}:ask", duty=mine)
