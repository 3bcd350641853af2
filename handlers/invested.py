"""「213这个月投了多少」: what was invested in a month, as the ledger's newest line that stands says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.routing import Router, Turn
from handlers.understanding.dates import read_period
from models.amounts import plain
from models.entry import EntryKind
from models.notices import Answer
from models.project import Project

router = Router()
_ASKS = re.compile(r"(?:投|花|完成)(?:了|资)*(?:投资)?(?:是|有)?(?:多少|几多)(?:钱|投资|万)?[?？。]*$")
_MONTH = re.compile(r"(?:这个?|本|上个?|当)月|\d{1,2}月")


@dataclass(frozen=True)
class _Asked:
    project: Project
    period: str


def _asks_month(turn: Turn) -> _Asked | None:
    text, visible = turn.reading.text, turn.reading.visible
    if not _ASKS.search(text) or not _MONTH.search(text) or len(visible) != 1:
        return None
    read = read_period(text, sent=turn.ledger.local_now)
    return _Asked(visible[0], read.period if read else f"{turn.ledger.today:%Y-%m}")


@router.command(_asks_month)
def invested_in_month(turn: Turn, asked: _Asked) -> None:
    """The month's figure with the total told beside it; that none was told is an answer too."""
    told = turn.ledger.entries(project=asked.project.code, kinds=(EntryKind.PROGRESS,), limit=200)
    of_month = [one.data for one in told if one.data.get("period") == asked.period]
    figure = next((data for data in of_month if data.get("month_amount") is not None), None)
    month = f"{int(asked.period[5:])}月"
    if figure is None:
        turn.answer(Answer(f"《{asked.project.name}》{month}投资还没有报。", []))
        return
    about = "约" if "month_amount" in (figure.get("about") or ()) else ""
    total = f"，累计{plain(figure['total_amount'])}万元" if figure.get("total_amount") is not None else ""
    turn.answer(
        Answer(f"《{asked.project.name}》{month}完成投资{about}{plain(figure['month_amount'])}万元{total}。", [])
    )
