"""「213这个月投了多少」, 「纺织园累计投了多少」: what was invested, as the ledger's newest line that stands says."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select

from handlers.routing import Router, Turn
from handlers.understanding.dates import read_period
from handlers.understanding.lookups import Lookup, asks_for
from handlers.understanding.wondering import wonders
from handlers.wording import five
from models.amounts import plain
from models.entry import EntryKind
from models.ledger import Ledger
from models.notices import Answer
from models.overview import figures_line
from models.project import Project
from models.rights import may_see

router = Router(topic="查询")
_ASKS = re.compile(
    r"(?:投|花|干|报|完成)(?:了|过|资|的|[一那这]?个)*(?:投资)?(?:数|额)?(?:是|有)?(?:多少|几多)(?:钱|投资|万)?(?:来着|[?？。]*(?=$|[\s，,]))"
)
_MONTH = re.compile(r"(?:这个?|本|上个?|当)月|(?:\d{1,2}|[一二三四五六七八九十]{1,2})月")
_WHO_TOLD = re.compile(
    r"(?:都|有)?(?:谁|哪些?(?:项目|单位|家|个)|哪几[个家])(?:都|已经?)?报(?:了|过|上来)+(?:的|了)?[?？。]*$"
)


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


def _asks_who_told(turn: Turn) -> str | None:
    """Return the month whose reporters are asked for: 8月的投资都谁报过."""
    text = turn.reading.text
    if not _WHO_TOLD.search(text) or not _MONTH.search(text) or "投资" not in text:
        return None
    read = read_period(text, sent=turn.ledger.local_now)
    return read.period if read else None


@router.command(_asks_who_told)
def who_told_sums(turn: Turn, period: str) -> None:
    """Every sum of the month that stands, with who told it, of the projects the asker may see."""
    ledger, lines = turn.ledger, []
    projects = turn.reading.visible or list(ledger.session.scalars(select(Project).order_by(Project.code)))
    for project in (one for one in projects if may_see(ledger, turn.person, one)):
        told = ledger.entries(project=project.code, kinds=(EntryKind.PROGRESS,), limit=200)
        of_month = (one for one in told if one.data.get("period") == period)
        entry = next((one for one in of_month if one.data.get("month_amount") is not None), None)
        if entry is not None:
            lines.append(f"《{project.name}》{plain(entry.data['month_amount'])}万元，{entry.person}报")
    month = f"{int(period[5:])}月投资"
    turn.answer(Answer(f"{month}报了{len(lines)}个：" if lines else f"{month}还没有人报。", five(lines, "个")))


def _asks_how_much(text: str) -> bool:
    """Whether a text asks for sums; 给多少钱都不挪窝, 累计多少我还得问财务 ask for none."""
    return asks_for(text, Lookup.HOW_MUCH) and wonders(text)


@router.command(
    lambda turn: (_asks_how_much(turn.reading.text) and turn.reading.visible) or None,
    help="完成了多少投资",
    example="纺织园累计投了多少钱",
)
def how_much(turn: Turn, projects: list[Project]) -> None:
    """The figures told last, of every project that may be meant, with the year's plan."""
    lines = [f"《{project.name}》{_figures(turn.ledger, project)}" for project in projects]
    turn.answer(Answer("台账里的数（问来历回「累计哪来的」）：", five(lines, "个")))


def _figures(ledger: Ledger, project: Project) -> str:
    plan = f"年计划{project.annual_investment:.0f}万元" if project.annual_investment else ""
    return "，".join(words for words in (figures_line(ledger, project) or "还没有报过数", plan) if words)
