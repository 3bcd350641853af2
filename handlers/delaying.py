"""四类未按时 by chat: the lists, the unit's explanation, the office's finding of the cause (ZZ-22, DC-28, DC-04)."""

from __future__ import annotations

import re
from datetime import date, timedelta

from handlers.routing import Router, Turn
from handlers.wording import five
from models import delays
from models.delay_rows import Delay, by_kind
from models.delays import CAUSES
from models.errors import Refusal
from models.indicators import PRESETS, indicators, lagging
from models.notices import Answer, Plain
from models.rights import sees_all

router = Router(topic="督查")
_LIST = re.compile(
    r"^(?:看看|查一?下|列一?下)?(?:(?P<year>今年|本年|全年)|(?P<month>1[0-2]|[1-9])月份?|(?P<this>本月|这个月))?(?:的)?"
    r"(?:四类)?未按时(?:的)?(?:清单|名单|有哪些|项目|事项|落实)?[?？。]*$"
)
_EXPLAIN = re.compile(
    r"^(?P<handle>[A-Za-z]{1,4}-?\d+(?:(?![缺差少没补退交])[\u4e00-\u9fff]){0,16}?)(?:的)?(?:未按时)?(?:情况)?说明(?:情况)?"
    r"[：:，, ]+(?P<text>.+)$",
    re.S,
)
_CAUSE = re.compile(
    r"^(?:请)?认定(?P<handle>[A-Za-z]{1,4}-?\d+[\u4e00-\u9fff]{0,16}?)(?:的)?(?:为|是|属)?"
    r"(?P<cause>主观|客观)(?:原因)?[：:，, ]*(?P<text>.*)$",
    re.S,
)
_RATES = re.compile(r"开工率|联审联批|投资完成率|三项指标|三个指标|年度计划投资")
_RATES_ASKED = re.compile(
    r"(?:开工率|联审联批(?:完成)?率?|投资完成率|[三3](?:项|个)指标)(?:现在|目前)?(?:是|有|到)?(?:多少|咋样|怎么样|如何|几成)?(?:了|呢)?[?？。]*$"
)
_LAG = re.compile(r"明显滞后|滞后(?:项目|清单|的有)")


@router.command(lambda turn: _LIST.match(turn.reading.text), help="四类未按时清单", example="未按时清单")
def delay_list(turn: Turn, found: re.Match[str]) -> None:
    """The lists: all of them for those who oversee the county, one's own for others; of a month or year where asked."""
    span = _span(turn, found)
    unit = "" if sees_all(turn.ledger, turn.person) else turn.person.unit.shown
    rows = delays.delays(turn.ledger, unit=unit, span=span)
    if not rows:
        turn.answer(Answer("没有未按时的。", []))
        return
    lines = [f"{name}{len(group)}项" for name, group in by_kind(turn.ledger.mechanism, rows)]
    heading = f"未按时{len(rows)}项（已批准延期和客观原因的不列）："
    first = rows[0]
    shown = f"{first.line}；说明请发「{first.handle}说明：……」"
    # Five lines in all: the agreements' count, where there is one, stands beside the tasks'.
    turn.answer(Answer(heading, [*lines[:3], "；".join(lines[3:]), shown]))


def _span(turn: Turn, found: re.Match[str]) -> tuple[date, date] | None:
    """Return the days a list is asked for, None for what is late now."""
    today = turn.ledger.today
    if found["year"]:
        return date(today.year, 1, 1), today
    month = int(found["month"]) if found["month"] else today.month if found["this"] else None
    if month is None:
        return None
    first = date(today.year - (month > today.month), month, 1)
    return first, min(today, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


@router.command(
    lambda turn: _EXPLAIN.match(turn.reading.text), help="说明未按时的原因", example="P07开工说明：用地指标9月才下达"
)
def explain(turn: Turn, found: re.Match[str]) -> None:
    """The unit's own words beside the fact."""
    row = _named(turn, found["handle"])
    delays.explain(turn.ledger, row, turn.person, found["text"])
    office = turn.ledger.mechanism.office_name
    turn.answer(Plain(f"{row.handle}的情况说明已记，清单里照列您的说明；主观客观由{office}认定。"))


@router.command(
    lambda turn: _CAUSE.match(turn.reading.text),
    help="认定未按时原因",
    example="认定P07开工客观：省级指标9月30日才下达",
)
def decide_cause(turn: Turn, found: re.Match[str]) -> None:
    """主观 or 客观, by the office alone (DC-28)."""
    row = _named(turn, found["handle"])
    delays.decide_cause(turn.ledger, row, turn.person, found["cause"], found["text"])
    listed = "不再列入未按时清单" if found["cause"] == CAUSES[1] else "仍列在清单里，是否问责由领导决定"
    turn.answer(Plain(f"{row.handle}已认定{found['cause']}原因，{listed}。"))


@router.command(
    lambda turn: (
        bool(_RATES.search(turn.reading.text)) and not turn.reading.named and sees_all(turn.ledger, turn.person)
    ),
    help="开工率等三项指标",
    example="开工率多少",
)
def rates(turn: Turn) -> None:
    """The three rates with what divides what (DC-04, A15)."""
    turn.answer(Answer(f"{turn.ledger.today.year}年指标：", [indicator.line for indicator in indicators(turn.ledger)]))


@router.command(lambda turn: bool(_RATES_ASKED.search(turn.reading.text)))
def rates_of_the_county(turn: Turn) -> None:
    """The rates are the whole county's: say who may see them instead of asking for a project."""
    office = turn.ledger.mechanism.office_name
    turn.answer(Plain(f"全县指标由县领导、{office}和督查部门查看；您可以问自己项目的进展，例如「二院进展咋样」。"))


@router.command(lambda turn: bool(_LAG.search(turn.reading.text)) and sees_all(turn.ledger, turn.person))
def lag_list(turn: Turn) -> None:
    """明显滞后 by the preset the county has chosen; none is shipped (A16)."""
    preset = PRESETS.get(turn.ledger.mechanism.conflicts.lag.preset)
    if preset is None:
        turn.answer(Answer("本县没有设“明显滞后”的线，默认不判；可在制度文件里选用：", list(PRESETS.values())))
        return
    lines = [
        f"《{lag.project.name}》{lag.word}：年计划{lag.done:.1f}%，序时{lag.elapsed:.1f}%"
        for lag in lagging(turn.ledger)
    ]
    turn.answer(Answer(f"按{preset}，{len(lines)}个：", five(lines, "个")))


def _named(turn: Turn, handle: str) -> Delay:
    row = delays.find_delay(turn.ledger, handle)
    if row is None:
        raise Refusal(f"未按时清单里没有「{handle}」，请发「未按时清单」核对；编号如JB-3、P07开工。")
    return row
