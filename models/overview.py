"""The county at a glance: the list and the chart of projects (JZ-08), 四比四看 with its dates (DC-11).

All figures come from `models/standing.py`, so that the list, the chart, the 台账 and an answer cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from models.actors import Scope
from models.amounts import plain
from models.deeds import Deed, require
from models.delay_rows import has_started
from models.entry import Entry, EntryKind
from models.errors import Refusal
from models.gate import batch_of, batches, counts
from models.investment import leads, stages
from models.ledger import Ledger
from models.people import Person
from models.periods import period_said
from models.problem import open_problems
from models.project import ItemKind, Part, Project
from models.standing import Standing, standings
from models.tags import tags_of

DATES = {"落地": "landed", "开工": "actual_start", "竣工": "actual_finish", "达效": "effective"}
"""What came about on a project, and the field that keeps it (DC-11)."""
_VIEWS = ("比谋划看储备", "比招引看投资", "比开工看进度", "比服务看实效")
_MONTHS = 12
_DONE, _PLANNED, _IDLE = "■", "□", "·"


@dataclass(frozen=True)
class Row:
    """One project as every output shows it. Money in 万元."""

    code: str
    name: str
    kind: str
    batch: str
    stage: str
    unit: str
    leader: str
    total: float | None
    annual: float | None
    done: float | None
    percent: float | None
    problems: int
    start: date | None
    finish: date | None
    started: date | None
    finished: date | None
    begun: bool
    tags: list[str]


def rows(ledger: Ledger, projects: Iterable[Project]) -> list[Row]:
    """Return projects as every output shows them."""
    chosen = list(projects)
    found = standings(ledger.session)
    open_by: dict[str, int] = {}
    for problem in open_problems(ledger):
        open_by[problem.project] = open_by.get(problem.project, 0) + 1
    return [
        _row(ledger, project, found.get(project.code) or Standing(), open_by.get(project.code, 0)) for project in chosen
    ]


def _row(ledger: Ledger, project: Project, standing: Standing, problems: int) -> Row:
    today = ledger.today
    return Row(
        code=project.code,
        name=project.name,
        kind=project.kind,
        batch=batch_of(ledger, project) if project.kind == ItemKind.PROJECT.value else "",
        stage=project.stage,
        unit="、".join(project.names(Part.RESPONSIBLE_UNIT, today)),
        leader="、".join(project.names(Part.LEADER, today)),
        total=float(project.total_investment) if project.total_investment is not None else None,
        annual=float(project.annual_investment) if project.annual_investment is not None else None,
        done=standing.value("total"),
        percent=standing.value("percent"),
        problems=problems,
        start=project.planned_start,
        finish=project.planned_finish,
        started=project.actual_start,
        finished=project.actual_finish,
        begun=has_started(project),
        tags=tags_of(ledger, project),
    )


def figures_line(ledger: Ledger, project: Project) -> str:
    """Return a project's figures in one line, empty where nothing was told."""
    standing = standings(ledger.session, project.code).get(project.code) or Standing()
    total, percent = standing.figures.get("total"), standing.figures.get("percent")
    parts = [
        f"累计{'约' if total.about else ''}{plain(total.value)}万元" if total else "",
        f"{percent.whole}{'约' if percent.about else ''}{plain(percent.value)}%" if percent else "",
    ]
    told = "，".join(part for part in parts if part)
    newest = max((figure for figure in (total, percent) if figure), key=lambda figure: figure.seq, default=None)
    return f"{period_said(newest.period, ledger.today)}{told}" if newest else ""


# --- the chart ----------------------------------------------------------------------------------------------


def chart(shown: Sequence[Row], year: int) -> list[str]:
    """Draw a year as one line a project, a character a month: done ■, planned □, idle ·, with the figures (挂图)."""
    lines = [f"{year}年，每格一个月：{_DONE}已完成 {_PLANNED}计划内 {_IDLE}不在工期"]
    for row in shown:
        bar = "".join(_month_mark(row, year, month) for month in range(1, _MONTHS + 1))
        lines.append(f"{bar} {row.code} {row.name} {figures_of(row)}".rstrip())
    return lines


CHART_COLUMNS = (
    *("编号", "名称", "责任单位", "计划开工", "计划竣工", "实际开工", "实际竣工"),
    *("年度计划投资", "累计完成投资", "形象进度"),
)


def chart_cells(shown: Sequence[Row]) -> list[list[str]]:
    """Return the chart as a table for programs that draw, under :data:`CHART_COLUMNS`."""
    return [
        [
            *(row.code, row.name, row.unit),
            *(day.isoformat() if day else "" for day in (row.start, row.finish, row.started, row.finished)),
            *(plain(value) if value is not None else "" for value in (row.annual, row.done, row.percent)),
        ]
        for row in shown
    ]


def figures_of(row: Row) -> str:
    """Return a row's figures in words."""
    parts = [
        f"累计{plain(row.done)}万元" if row.done is not None else "",
        f"年计划{plain(row.annual)}万元" if row.annual is not None else "",
        f"进度{plain(row.percent)}%" if row.percent is not None else "",
        f"未销号问题{row.problems}个" if row.problems else "",
    ]
    return "，".join(part for part in parts if part)


def _month_mark(row: Row, year: int, month: int) -> str:
    first = date(year, month, 1)
    last = date(year + month // 12, month % 12 + 1, 1)
    started, finished = row.started or row.start, row.finished or row.finish
    if started is None or started >= last or (finished is not None and finished < first):
        return _IDLE
    return _DONE if row.percent is not None and _share(row, first) <= row.percent / 100 else _PLANNED


def _share(row: Row, first: date) -> float:
    """Return how much of a project's time has passed when a month begins."""
    started, finished = row.started or row.start, row.finished or row.finish
    if started is None or finished is None or finished <= started:
        return 0.0
    return max(0.0, (first - started).days / (finished - started).days)


# --- dates and 四比四看 ---------------------------------------------------------------------------------------


def set_date(ledger: Ledger, project: Project, what: str, day: date, by: Person | None) -> Entry:
    """Note the day on which a project 落地, 开工, 竣工 or 达效; in that order, and not before it came."""
    require(ledger, by, Deed.SET_DATES, Scope(project=project))
    field = DATES.get(what)
    if field is None:
        raise Refusal(f"没有「{what}」这个日期，可登记：{'、'.join(DATES)}。")
    if day > ledger.today:
        raise Refusal(f"{day}还没到，等{what}了再登记。")
    order = list(DATES.items())
    at = list(DATES).index(what)
    for name, other in order:
        value = getattr(project, other)
        if value is not None and name != what and ((list(DATES).index(name) < at) == (value > day)) and value != day:
            raise Refusal(f"《{project.name}》{name}登记的是{value}，{what}{day}前后不合，请核对。")
    before = getattr(project, field)
    setattr(project, field, day)
    data = {"about": "date", "state": field, "occurred": day.isoformat()}
    data["before"] = before.isoformat() if before else ""
    return ledger.record(EntryKind.PROGRESS, f"{what}：{day}", person=by, project=project, data=data)


@dataclass(frozen=True)
class View:
    """One of the four comparisons: its name and what is seen."""

    name: str
    seen: str


def four_views(ledger: Ledger, projects: Sequence[Project] | None = None) -> list[View]:
    """Return 四比四看 of the county, or of some projects, from the ledger alone."""
    codes = ledger.mechanism.codes.four_views
    names = codes.names if codes and len(codes.names) == len(_VIEWS) else _VIEWS
    chosen = list(ledger.session.scalars(select(Project).order_by(Project.code))) if projects is None else projects
    projects = [project for project in chosen if project.kind == ItemKind.PROJECT.value]
    shown = rows(ledger, projects)
    seen = (
        _planning(ledger, shown),
        _investing(ledger, shown),
        _building(ledger, shown, projects),
        _serving(ledger, shown),
    )
    return [View(name, words) for name, words in zip(names, seen, strict=True)]


def _planning(ledger: Ledger, shown: Sequence[Row]) -> str:
    found = {name: sum(row.batch == name for row in shown) for name in batches(ledger)}
    return "，".join(f"{name}{number}个" for name, number in found.items())


def _investing(ledger: Ledger, shown: Sequence[Row]) -> str:
    by_stage = {name.removeprefix("项目"): len(leads(ledger, name)) for name in stages(ledger)}
    told = "、".join(f"{name}{number}" for name, number in by_stage.items())
    total, annual = _sum(row.total for row in shown), _sum(row.annual for row in shown)
    return f"招商线索{told}；总投资{plain(total)}万元，年计划{plain(annual)}万元"


def _building(ledger: Ledger, shown: Sequence[Row], projects: Sequence[Project]) -> str:
    """Count what has started as 开工率 does; what should have by today includes what already has."""
    started = [project for project in projects if has_started(project)]
    due = [one for one in projects if has_started(one) or (one.planned_start and one.planned_start <= ledger.today)]
    done, annual = _sum(row.done for row in shown), _sum(row.annual for row in shown)
    share = f"，占年计划{plain(round(done / annual * 100, 1))}%" if annual else ""
    return f"应开工{len(due)}个、已开工{len(started)}个；累计完成{plain(done)}万元{share}"


def _serving(ledger: Ledger, shown: Sequence[Row]) -> str:
    codes = {row.code for row in shown}
    projects = [project for project in ledger.session.scalars(select(Project)) if project.code in codes]
    landed = sum(project.landed is not None for project in projects)
    effective = sum(project.effective is not None for project in projects)
    finished = sum(row.finished is not None for row in shown)
    problems = sum(row.problems for row in shown)
    return f"落地{landed}个、竣工{finished}个、达效{effective}个；未销号问题{problems}个"


def _sum(values: Iterable[float | None]) -> float:
    return sum(value for value in values if value is not None)


def batch_line(ledger: Ledger) -> str:
    """Return the four 批 with the total that they are (ZZ-01)."""
    found = counts(ledger)
    total = sum(len(codes) for codes in found.values())
    return "、".join(f"{name}{len(codes)}个" for name, codes in found.items()) + f"，合计{total}个"
