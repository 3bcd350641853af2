"""The county's projects as a whole, to who oversees them: sums, the largest, what has not started, never reported.

Also whose projects somebody or some task force has (周县长手里几个项目, 产业专班底下都有哪些).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from sqlalchemy import func, select

from handlers.asked.people_meant import people_meant
from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from handlers.understanding.wondering import wonders
from handlers.wording import five, some
from models.amounts import plain
from models.ledger import Ledger
from models.notices import Answer
from models.overview import Row, rows
from models.project import ItemKind, Project, Taskforce
from models.rights import led_projects, may_see, own_projects, sees_all

router = Router(topic="查询")
_ALL = re.compile(
    r"全县|全部|所有|一共|总共|合计|加一?[块起]|合一?[块起]|哪个项目|哪些项目|哪几个|的(?:是|有)哪|的项目(?:都)?有|几个"
)
_OWNS = re.compile(
    r"(?:几个|哪些|哪几个|多少个?|啥|什么)(?:项目|工程|点)|项目(?:都)?(?:有|是)?(?:哪些|几个|哪几个|叫啥|啥)|(?:包|管|分包|联系|派驻|摊)[^，。]{0,6}(?:哪|几|啥)"
)
_MINE = re.compile(r"我|俺|咱")
_FORCE = re.compile(r"重点|项目|建设|推进|工作|专班|和|与|、")
_MOST_ROWS = 2000  # beyond, a chat is no place to add them up


def _in_yi(value: float) -> str:
    return f"{plain(value)}万元（{plain(value / 10000)}亿元）"


def _sum_total(shown: Sequence[Row]) -> str:
    return f"总投资合计{_in_yi(sum(row.total or 0 for row in shown))}"


def _sum_annual(shown: Sequence[Row]) -> str:
    return f"年计划合计{_in_yi(sum(row.annual or 0 for row in shown))}"


def _largest(shown: Sequence[Row]) -> str:
    total = max(shown, key=lambda row: row.total or 0)
    annual = max(shown, key=lambda row: row.annual or 0)
    return f"总投资最大：{total.name}{_in_yi(total.total or 0)}；年计划最大：{annual.name}{_in_yi(annual.annual or 0)}"


def _smallest(shown: Sequence[Row]) -> str:
    total = min((row for row in shown if row.total), key=lambda row: row.total or 0, default=shown[0])
    annual = min((row for row in shown if row.annual), key=lambda row: row.annual or 0, default=shown[0])
    return f"总投资最小：{total.name}{_in_yi(total.total or 0)}；年计划最小：{annual.name}{_in_yi(annual.annual or 0)}"


def _building(shown: Sequence[Row]) -> str:
    return f"在建{sum(row.begun and row.finished is None for row in shown)}个，共{len(shown)}个"


def _shares(shown: Sequence[Row]) -> str:
    """Tell what share of the year's plan each project has done, the largest first."""
    known = sorted(((row.done / row.annual, row.name) for row in shown if row.done and row.annual), reverse=True)
    return f"占年计划：{some([f'{name}{plain(round(share * 100, 1))}%' for share, name in known])}（其余没报过累计）"


def _idle(shown: Sequence[Row]) -> str:
    names = [row.name for row in shown if not row.begun]
    return f"没开工的{len(names)}个：{some(names)}" if names else "都开工了"


def _silent(shown: Sequence[Row]) -> str:
    names = [row.name for row in shown if row.done is None]
    return f"没报过投资的{len(names)}个：{some(names)}" if names else "都报过投资"


def _troubled(shown: Sequence[Row]) -> str:
    names = [f"{row.name}{row.problems}个" for row in shown if row.problems]
    return f"有未销号问题的{len(names)}个：{some(names)}" if names else "没有未销号的问题"


def _done(shown: Sequence[Row]) -> str:
    return f"累计完成投资合计{_in_yi(sum(row.done or 0 for row in shown))}（只含报过的）"


_TELLS: tuple[tuple[re.Pattern[str], Callable[[Sequence[Row]], str]], ...] = tuple(
    (re.compile(words), tell)
    for words, tell in (
        (r"过半|一半|百分之|%|几成|完成率|进度|占", _shares),
        (r"最[大多高]|头一?个|第一", _largest),
        (r"最[小少低]", _smallest),
        (r"在建", _building),
        (r"(?:没|未|还没有?)(?:开工|动工|动)", _idle),
        (r"(?:没|未)[^，。]{0,6}报|报过", _silent),
        (r"(?:项目|哪几?个)[^，。]{0,8}(?:问题|困难|卡)", _troubled),
        (r"(?:完成|干|投)了?[^，。]{0,6}多少|累计", _done),
        (r"总投资|盘子|总的?投资", _sum_total),
        (r"计划|任务", _sum_annual),
    )
)


def _asks_all(turn: Turn) -> str | None:
    text = turn.reading.text
    if not wonders(text) or turn.reading.decision.matches or not _ALL.search(text):
        return None
    tells = [tell for words, tell in _TELLS if words.search(text)]
    return _told(turn, tells) if tells else None


def _told(turn: Turn, tells: Sequence[Callable[[Sequence[Row]], str]]) -> str | None:
    projects = _seen(turn)
    shown = rows(turn.ledger, projects) if projects else []
    return "\n".join(tell(shown) for tell in tells) if shown else None


def _seen(turn: Turn) -> list[Project]:
    """Return the projects the asker oversees, else his own; none where they are too many to add up here."""
    ledger = turn.ledger
    if not sees_all(ledger, turn.person):
        return turn.reading.own
    of_projects = Project.kind == ItemKind.PROJECT.value
    number = ledger.session.scalar(select(func.count()).select_from(Project).where(of_projects)) or 0
    if number > _MOST_ROWS:
        return []
    return list(ledger.session.scalars(select(Project).where(of_projects).order_by(Project.code)))


@router.command(_asks_all, help="合计、最大、没开工的", example="全县今年计划投资一共多少")
def of_all(turn: Turn, told: str) -> None:
    """Sums and extremes of the projects the asker may see."""
    turn.answer(Answer(f"{'全县' if sees_all(turn.ledger, turn.person) else '您'}的项目：", five(told.split("\n"))))


# --- whose projects ---------------------------------------------------------------------------------------


def _asks_whose(turn: Turn) -> tuple[str, list[Project]] | None:
    text = turn.reading.text
    if Intent.MY_PROJECTS in turn.reading.intents or "节点" in text or turn.reading.decision.matches:
        return None
    if not wonders(text) or not _OWNS.search(text):
        return None
    ledger = turn.ledger
    force = taskforce_named(ledger, text)
    if force is not None:
        found = list(ledger.session.scalars(select(Project).where(Project.taskforce_id == force.id)))
        return force.name, [one for one in found if may_see(ledger, turn.person, one)]
    people = people_meant(ledger, text) or ([turn.person] if _MINE.search(text) else [])
    if len(people) != 1:
        return None
    found = led_projects(ledger, people[0]) or own_projects(ledger, people[0])
    return people[0].name, [one for one in found if may_see(ledger, turn.person, one)]


def taskforce_named(ledger: Ledger, text: str) -> Taskforce | None:
    """Return the one task force a text names, in full or by what tells it apart (民生那个专班)."""
    if "专班" not in text:
        return None
    named = [
        one
        for one in ledger.session.scalars(select(Taskforce).order_by(Taskforce.id))
        if one.name in text or any(pair in text for pair in _telling_pairs(one.name))
    ]
    return named[0] if len(named) == 1 else None


def _telling_pairs(name: str) -> list[str]:
    """Return the pairs of characters that tell a task force apart: 民生, 基础, 设施."""
    return [core[at : at + 2] for core in _FORCE.split(name) for at in range(len(core) - 1)]


@router.command(_asks_whose)
def whose(turn: Turn, found: tuple[str, list[Project]]) -> None:
    """The projects of one person or task force, as far as the asker may see them."""
    name, projects = found
    lines = [f"{one.name}（{one.stage or '在建'}）" for one in projects]
    turn.answer(
        Answer(f"{name}的项目{len(projects)}个：" if projects else f"{name}没有您能查看的项目。", five(lines, "个"))
    )
