"""How ledger items are sorted: sort (JZ-02), scope (JZ-06), board and focus (ZZ-02), and the year's list (DC-02).

An item may bear several scopes and focuses; a statistic counts it under each of them and once in the total, so that
the totals of every statistic agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.deeds import Deed, require
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.mechanism import CodeList
from models.people import Person
from models.project import ItemKind, Project


class TagList(StrEnum):
    """Which code list of the pack a tag comes from; the value is how people call it."""

    SCOPE = "调度范围"
    FOCUS = "重点领域"
    BOARD = "板块"


class ProjectTag(Base):
    """One scope or focus an item bears."""

    __tablename__ = "project_tags"
    __table_args__ = (UniqueConstraint("project_id", "list", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    list: Mapped[str] = mapped_column(String(20), index=True)
    name: Mapped[str] = mapped_column(String(100))


class YearlyItem(Base):
    """An item's place in one year's list, with what is to be reached that year (年度目标, DC-02, DC-03)."""

    __tablename__ = "yearly_items"
    __table_args__ = (UniqueConstraint("project_id", "year"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    year: Mapped[int] = mapped_column(index=True)
    goal: Mapped[str] = mapped_column(String(500), default="")


@dataclass(frozen=True)
class Tally:
    """A statistic: items by name, those without one, and the total in which each item counts once."""

    title: str
    rows: dict[str, list[str]]
    without: list[str]

    @property
    def total(self) -> int:
        """How many items there are, each once however many names it bears."""
        return len({code for codes in self.rows.values() for code in codes} | set(self.without))


def code_list(ledger: Ledger, which: TagList) -> CodeList | None:
    """Return the pack's code list, None where the notice names none."""
    codes = ledger.mechanism.codes
    return {TagList.SCOPE: codes.scopes, TagList.FOCUS: codes.focus, TagList.BOARD: codes.boards}[which]


def find_tag(ledger: Ledger, words: str) -> tuple[TagList, str]:
    """Return the list and name that words mean, in full or in part. Raises Refusal that offers the choices."""
    known = [(which, name) for which in TagList for name in _names(ledger, which)]
    exact = [pair for pair in known if pair[1] == words]
    close = exact or [pair for pair in known if len(words) >= 2 and words in pair[1]]
    if len(close) == 1:
        return close[0]
    choices = "、".join(name for _, name in (close or known))
    raise Refusal(f"「{words}」对不上分类，可选：{choices}。" if choices else "本县制度没有列出分类名单，暂不能归类。")


def tag(ledger: Ledger, project: Project, words: Iterable[str], *, by: Person | None) -> list[str]:
    """Give an item scopes, focuses or a board; return the names it did not bear before."""
    require(ledger, by, Deed.TAG_PROJECT)
    given = []
    for which, name in [find_tag(ledger, word) for word in words]:
        if _bears(ledger, project, which, name):
            continue
        if which is TagList.BOARD:
            project.board = name
        else:
            ledger.session.add(ProjectTag(project_id=project.id, list=which.value, name=name))
        given.append(name)
    ledger.session.flush()
    if given:
        _note(ledger, project, by, f"归类：{'、'.join(given)}", "tagged", given)
    return given


def untag(ledger: Ledger, project: Project, words: str, *, by: Person | None) -> str:
    """Take a scope, focus or board off an item again; return its name."""
    require(ledger, by, Deed.TAG_PROJECT)
    which, name = find_tag(ledger, words)
    if not _bears(ledger, project, which, name):
        raise Refusal(f"《{project.name}》没有「{name}」这个分类。")
    if which is TagList.BOARD:
        project.board = ""
    else:
        row = _row(ledger, project, which, name)
        ledger.session.delete(row)
    ledger.session.flush()
    _note(ledger, project, by, f"取消归类：{name}", "untagged", [name])
    return name


def set_kind(ledger: Ledger, project: Project, kind: ItemKind, *, by: Person | None) -> None:
    """Say whether an item is a project, a matter or a piece of work (JZ-02)."""
    require(ledger, by, Deed.TAG_PROJECT)
    before, project.kind = project.kind, kind.value
    if before != kind.value:
        _note(ledger, project, by, f"类型由{before}改为{kind.value}", "kind", [kind.value])


def tags_of(ledger: Ledger, project: Project) -> list[str]:
    """Return the names an item bears: its board, then scopes and focuses."""
    rows = ledger.session.scalars(
        select(ProjectTag.name).where(ProjectTag.project_id == project.id).order_by(ProjectTag.id)
    )
    return [name for name in (project.board, *rows) if name]


def tally(ledger: Ledger, which: TagList) -> Tally:
    """Count the items by scope, focus or board."""
    pairs = ledger.session.execute(select(Project.id, Project.code, Project.board).order_by(Project.code)).all()
    codes = {number: code for number, code, _ in pairs}
    rows: dict[str, list[str]] = {name: [] for name in _names(ledger, which)}
    if which is TagList.BOARD:
        borne = [(number, board) for number, _, board in pairs if board]
    else:
        query = select(ProjectTag.project_id, ProjectTag.name).where(ProjectTag.list == which.value)
        borne = [(number, name) for number, name in ledger.session.execute(query)]
    for number, name in borne:
        rows.setdefault(name, []).append(codes[number])
    bearing = {number for number, _ in borne}
    return Tally(which.value, rows, [code for number, code in codes.items() if number not in bearing])


def tally_kinds(ledger: Ledger) -> Tally:
    """Count the items by their sort: 项目, 事项, 工作."""
    rows: dict[str, list[str]] = {kind.value: [] for kind in ItemKind}
    for code, kind in ledger.session.execute(select(Project.code, Project.kind).order_by(Project.code)):
        rows[kind].append(code)
    return Tally("类型", rows, [])


# --- the year's list ----------------------------------------------------------------------------------------


def enlist(ledger: Ledger, project: Project, year: int, *, by: Person | None) -> YearlyItem:
    """Put an item into a year's list; the lists of other years stay as they were (DC-02)."""
    require(ledger, by, Deed.TAG_PROJECT)
    item = yearly_item(ledger, project, year)
    if item is None:
        item = YearlyItem(project_id=project.id, year=year, goal="")
        ledger.session.add(item)
        ledger.session.flush()
        _note(ledger, project, by, f"列入{year}年重点项目清单", "enlisted", [str(year)])
    return item


def yearly_item(ledger: Ledger, project: Project, year: int) -> YearlyItem | None:
    """Return an item's place in a year's list."""
    return ledger.session.scalar(select(YearlyItem).where(YearlyItem.project_id == project.id, YearlyItem.year == year))


def year_list(ledger: Ledger, year: int) -> list[Project]:
    """Return the items of a year's list: those enlisted, else those whose plan reaches into that year."""
    listed = list(
        ledger.session.scalars(
            select(Project).join(YearlyItem, YearlyItem.project_id == Project.id).where(YearlyItem.year == year)
            .order_by(Project.code)
        )
    )  # fmt: skip
    if listed:
        return listed
    return [
        project for project in ledger.session.scalars(select(Project).order_by(Project.code)) if runs(project, year)
    ]


def runs(project: Project, year: int) -> bool:
    """Whether an item's plan reaches into a year; without dates it is of the present."""
    starts = project.actual_start or project.planned_start or date.min
    ends = project.actual_finish or project.planned_finish or date.max
    return starts <= date(year, 12, 31) and ends >= date(year, 1, 1)


def _names(ledger: Ledger, which: TagList) -> tuple[str, ...]:
    codes = code_list(ledger, which)
    return codes.names if codes else ()


def _bears(ledger: Ledger, project: Project, which: TagList, name: str) -> bool:
    if which is TagList.BOARD:
        return project.board == name
    return _row(ledger, project, which, name) is not None


def _row(ledger: Ledger, project: Project, which: TagList, name: str) -> ProjectTag | None:
    return ledger.session.scalar(
        select(ProjectTag).where(
            ProjectTag.project_id == project.id, ProjectTag.list == which.value, ProjectTag.name == name
        )
    )


def _note(ledger: Ledger, project: Project, by: Person | None, text: str, state: str, names: list[str]) -> None:
    ledger.record(
        EntryKind.NOTE, text, person=by, project=project, data={"about": "tag", "state": state, "names": names}
    )
