"""The three rates of DC-04 with what divides what, and 明显滞后 by a preset somebody can name (A15, A16)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import func, select

from models.calendar import SHANGHAI
from models.delay_rows import has_started, is_finished
from models.entry import Entry, EntryKind, of_kinds
from models.ledger import Ledger
from models.permit import Permit
from models.project import Node, Project

_PERMITS = (  # what a node before construction (前期审批手续) is called
    *("立项", "可研", "备案", "核准", "批复", "审批", "报批", "环评", "能评", "稳评", "水保", "洪评", "赋码"),
    *("选址", "规划", "用地", "土地", "摘牌", "征地", "许可", "施工证", "图审", "审查", "勘察", "初设", "设计"),
    *("招标", "招投标", "方案", "前期", "手续"),
)
_INVESTED = "各项目本年累计完成投资之和÷年度计划投资之和（无年度计划的项目不计）"


@dataclass(frozen=True)
class Indicator:
    """One rate: the figure, what it counts, and the entries (流水号) it rests on."""

    name: str
    done: Decimal
    whole: Decimal
    formula: str
    unit: str
    sources: tuple[int, ...] = ()

    @property
    def rate(self) -> Decimal | None:
        """The rate in percent, None where nothing is to be done."""
        return self.done / self.whole * 100 if self.whole else None

    @property
    def is_exceeded(self) -> bool:
        """超额: more than the plan; exactly the plan is not (DC-04)."""
        return self.rate is not None and self.rate > 100

    @property
    def line(self) -> str:
        """The figure with its denominator and how it is counted."""
        if self.rate is None:
            return f"{self.name}：没有应计项（口径：{self.formula}）"
        rate = f"{self.rate.quantize(Decimal('0.1')):f}".removesuffix(".0")
        exceeded = "，超额完成" if self.is_exceeded else ""
        return (
            f"{self.name}{rate}%（{_plain(self.done)}/{_plain(self.whole)}{self.unit}{exceeded}；口径：{self.formula}）"
        )


def indicators(ledger: Ledger) -> list[Indicator]:
    """Return 开工率, 联审联批完成率 and 年度计划投资完成率 of this year."""
    projects = list(ledger.session.scalars(select(Project).order_by(Project.id)))
    return [_started(ledger, projects), _permits(ledger), _invested(ledger, projects)]


def is_permit(name: str) -> bool:
    """Whether a node is one of the approvals before construction, by its name."""
    return any(word in name for word in _PERMITS)


def _started(ledger: Ledger, projects: list[Project]) -> Indicator:
    """A project carried over from earlier years counts as started (A15)."""
    end = date(ledger.today.year, 12, 31)
    due = [one for one in projects if has_started(one) or (one.planned_start and one.planned_start <= end)]
    done = sum(has_started(one) for one in due)
    formula = ledger.mechanism.conflicts.rates.started
    return Indicator("开工率", Decimal(done), Decimal(len(due)), formula, "个项目")


def _permits(ledger: Ledger) -> Indicator:
    """Count the permits a project needs; where none are registered, the nodes that are called so."""
    registered = ledger.session.execute(select(Permit.project_id, Permit.granted).where(Permit.needed.is_(True))).all()
    having = {project for project, _ in registered}
    nodes = ledger.session.execute(select(Node.project_id, Node.name, Node.finished))
    named = [finished for project, name, finished in nodes if project not in having and is_permit(name)]
    granted = [day for _, day in registered] + named
    done = sum(day is not None for day in granted)
    formula = ledger.mechanism.conflicts.rates.reviewed
    return Indicator("联审联批完成率", Decimal(done), Decimal(len(granted)), formula, "项")


def _invested(ledger: Ledger, projects: list[Project]) -> Indicator:
    planned = {one.code: one.annual_investment for one in projects if one.annual_investment}
    told = invested_this_year(ledger)
    done = sum((amount for code, (amount, _) in told.items() if code in planned), Decimal(0))
    whole = sum(planned.values(), Decimal(0))
    sources = tuple(sorted(seq for code, (_, seq) in told.items() if code in planned))
    return Indicator("年度计划投资完成率", done, whole, _INVESTED, "万元", sources)


def invested_this_year(ledger: Ledger) -> dict[str, tuple[Decimal, int]]:
    """Return, by 编号, what was invested this year in 万元 and the entry that says so: the newest that stands."""
    total = Entry.data["total_amount"].as_float()
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    first = datetime(ledger.today.year, 1, 1, tzinfo=SHANGHAI)
    newest = (
        select(func.max(Entry.seq))
        .where(of_kinds([EntryKind.PROGRESS]), Entry.time >= first, Entry.seq.not_in(newer))
        .where(total.is_not(None), Entry.data["period"].as_string().startswith(str(ledger.today.year)))
        .group_by(Entry.project)
    )
    entries = ledger.session.scalars(select(Entry).where(Entry.seq.in_(newest)))
    return {str(entry.project): (Decimal(str(entry.data["total_amount"])), entry.seq) for entry in entries}


# --- 明显滞后 --------------------------------------------------------------------------------------------

PRESETS = {
    "yinchuan": "银川（落后序时10至30个百分点黄，30以上红）",
    "sanya": "三亚（低于序时50%以内黄，以上红）",
    "xinhuang": "新晃（不足序时80%跟踪，不足60%黄牌）",
}


@dataclass(frozen=True)
class Lag:
    """A project behind the calendar, in percent of the year's plan, with the preset's own word for it."""

    project: Project
    done: Decimal
    elapsed: Decimal
    word: str
    seq: int


def lagging(ledger: Ledger) -> list[Lag]:
    """Return the projects 明显滞后 by the county's preset; none while it has chosen none (A16)."""
    preset = ledger.mechanism.conflicts.lag.preset
    if preset == "none":
        return []
    start = date(ledger.today.year, 1, 1)
    days = (date(ledger.today.year + 1, 1, 1) - start).days
    elapsed = Decimal((ledger.today - start).days + 1) / days * 100
    told = invested_this_year(ledger)
    found = []
    for project in ledger.session.scalars(select(Project).order_by(Project.id)):
        if project.code not in told or not project.annual_investment or is_finished(project):
            continue
        amount, seq = told[project.code]
        done = amount / project.annual_investment * 100
        word = lag_word(preset, done, elapsed)
        if word:
            found.append(Lag(project, done, elapsed, word, seq))
    return found


def lag_word(preset: str, done: Decimal, elapsed: Decimal) -> str:
    """Return what a preset calls a share done against the share of the year gone, in percent; empty: fine."""
    gap, share = elapsed - done, (done / elapsed * 100 if elapsed else Decimal(100))
    if preset == "yinchuan":
        return "红" if gap > 30 else "黄" if gap >= 10 else ""
    if preset == "sanya":
        return "" if share >= 100 else "黄" if share >= 50 else "红"
    if preset == "xinhuang":
        return "黄牌" if share < 60 else "跟踪" if share < 80 else ""
    return ""


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
