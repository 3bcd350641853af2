"""Asking for next year's official holidays, while dates in it are still computed from weekends alone."""

from __future__ import annotations

from datetime import date

from models.ledger import Ledger
from models.notices import Plain
from models.people import Role
from scheduler.speaking import may_remind

_MONTH, _DAY = 11, 20
"""By then the State Council has announced the next year (2026's came on 4 November 2025)."""


def missing_holidays(ledger: Ledger) -> None:
    """Tell the administrator once, from 20 November on, that next year's arrangement is not there."""
    year = ledger.today.year + 1
    if ledger.today < date(year - 1, _MONTH, _DAY) or ledger.calendar.is_official(year) or not may_remind(ledger):
        return
    words = (
        f"{year}年的放假调休安排还没有，明年的期限暂按周末推算。"
        "国务院办公厅公布后，请在服务器上用 duban holidays load 文件 录入，日子会自动重算。"
    )
    for person in ledger.people_with(Role.ADMIN) or ledger.people_with(Role.OFFICE):
        ledger.say(Plain(words), to=person, key=f"holidays:{year}:{person.id}")
