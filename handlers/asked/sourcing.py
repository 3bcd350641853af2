"""数有来历 (★8): 「1.85亿哪来的」 brings the message, its author and time, who agreed, and the earlier versions."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.routing import Router, Turn
from handlers.understanding.numbers import read_money, read_percents
from handlers.wording import five
from models.amounts import plain
from models.calendar import SHANGHAI
from models.entry import Entry
from models.errors import Refusal
from models.figure_source import FIGURE_KEYS, agreed_to, find_figure, later_version, versions_before
from models.ledger import Ledger
from models.notices import Answer
from models.periods import period_said, shown
from models.project import Project
from models.rights import sees_all
from models.visit import sent_of

router = Router(topic="查询")
_ASKS = re.compile(
    r"(?:是|都)?(?:从|打)?哪(?:里|儿|一?条)?来的|(?:怎么|咋)来的|谁(?:给)?[报记]的|哪(?:个|位)报的|原话|(?:哪天|啥时候|几号)[报记](?:上|下|进)?(?:来|去)?的|(?:出处|来源|来历)(?:是|在|呢|[?？]|$)"
)
_WORDS = {"total_amount": r"累计|总(?:共|数)", "month_amount": r"本月|这个?月|当月|月投资", "percent": r"进度|百分|%"}
_ANY = re.compile(r"数|投资|钱")
_NAMES = {"total_amount": "累计{}万元", "month_amount": "完成{}万元", "percent": "{}%"}
_CHANNELS = {"wecom": "企业微信", "dingtalk": "钉钉", "office": "项目办"}
_QUOTED = 60


@dataclass(frozen=True)
class _Asked:
    """Which figure is asked about: by its value, or by what it is of a project that is named."""

    values: tuple[float, ...]
    keys: tuple[str, ...]
    projects: tuple[Project, ...]


def _asks(turn: Turn) -> _Asked | None:
    text = turn.reading.text
    if not _ASKS.search(text):
        return None
    sums = [float(money.value) for money in read_money(text)]
    shares = [float(percent.value) for percent in read_percents(text)]
    keys = tuple(key for key, words in _WORDS.items() if re.search(words, text))
    if not (sums or shares or keys or (_ANY.search(text) and turn.reading.visible)):
        return None
    if shares and not sums:
        keys = ("percent",)
    elif sums and not set(keys) & {"total_amount", "month_amount"}:
        keys = ("total_amount", "month_amount")
    own = turn.reading.own if len(turn.reading.own) == 1 and not turn.reading.decision.matches else []
    return _Asked((*sums, *shares), keys or FIGURE_KEYS, tuple(turn.reading.visible or own))


@router.command(_asks, help="问一个数的来历", example="纺织园一期累计1.85亿哪来的")
def source(turn: Turn, asked: _Asked) -> None:
    """Bring the message a figure came in; who may not see its project is told of none."""
    ledger = turn.ledger
    if not asked.values and not asked.projects:
        raise Refusal("要问哪个项目的数？请带上项目名，例如「二院累计哪来的」。")
    among = asked.projects or (() if sees_all(ledger, turn.person) else tuple(turn.reading.own))
    if not among and not sees_all(ledger, turn.person):
        raise Refusal("台账里没有您能查看的这个数；请带上项目名再问。")
    found = find_figure(ledger, [project.code for project in among], asked.keys, asked.values)
    if found is None:
        raise Refusal("台账里没有您能查看的这个数；请核对数字，或带上项目名再问。")
    entry, key = found
    turn.answer(Answer(_heading(turn, entry, key), five(_lines(ledger, entry, key))))


def _heading(turn: Turn, entry: Entry, key: str) -> str:
    project = next((one for one in turn.reading.own if one.code == entry.project), None)
    name = project.name if project else _name_of(turn.ledger, entry)
    return f"《{name}》{period_said(str(entry.data['period']), turn.ledger.today)}{_said(entry, key)}："


def _name_of(ledger: Ledger, entry: Entry) -> str:
    found = ledger.session.query(Project).filter_by(code=entry.project).one()
    return found.name


def _lines(ledger: Ledger, entry: Entry, key: str) -> list[str]:
    lines = [f"{_who_and_when(entry)}报的（流水{entry.seq}）", f"原话：「{entry.text[:_QUOTED]}」"]
    consent = agreed_to(ledger, entry)
    lines.append(consent if consent else "没有经过审定")
    later = _next_with_another(ledger, entry, key)
    if later is not None:
        changed = f"更正为{_said(later, key)}" if later.data.get("mends") else "撤回"
        lines.append(f"后来{_who_and_when(later)}{changed}（流水{later.seq}）")
    for older in versions_before(ledger, entry)[:1]:
        if older.data.get(key) is not None:
            lines.append(f"更正前：{_said(older, key)}，{_who_and_when(older)}报的（流水{older.seq}）")
    return lines


def _next_with_another(ledger: Ledger, entry: Entry, key: str) -> Entry | None:
    """Return the later version that says something else of this figure, or takes it back."""
    later = later_version(ledger, entry)
    while later is not None and later.data.get("mends") and later.data.get(key) == entry.data.get(key):
        later = later_version(ledger, later)
    return later


def _said(entry: Entry, key: str) -> str:
    about = "约" if key in (entry.data.get("about") or ()) else ""
    whole = entry.data.get("percent_of") or "形象进度" if key == "percent" else ""
    return whole + about + _NAMES[key].format(plain(entry.data[key]))


def _who_and_when(entry: Entry) -> str:
    sent = sent_of(entry).astimezone(SHANGHAI)
    return (
        f"{entry.person or '项目办'}{shown(sent.date())}{sent:%H:%M}（{_CHANNELS.get(entry.channel, entry.channel)}）"
    )
