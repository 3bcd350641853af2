"""`duban project`: the ledger of projects from the office's desk: 批, 归类, 申报, 手续, 日期, 五清, 四比四看."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer
from sqlalchemy import select

from bot.commands import day_of, fail, on_ledger, say
from models.directory import find_person, find_project
from models.ledger import Ledger
from models.people import Person
from models.project import ItemKind, Project

project_app = typer.Typer(no_args_is_help=True, help="项目：批次、归类、申报、手续、节点、五清")

By = Annotated[str, typer.Option("--by", help="经办人姓名；不写就是项目办")]
Code = Annotated[str, typer.Argument(help="项目编号或名称")]


def acting(ledger: Ledger, name: str) -> Person | None:
    """Return who acts: somebody registered, or None for the office's own desk."""
    return find_person(ledger, name) if name else None


def a_day(value: str) -> date | None:
    """Return the day an option names, None where it is left out."""
    return day_of(value) if value else None


@project_app.command("list")
def list_(
    year: Annotated[int, typer.Option(help="哪一年的清单；不写就是全部")] = 0,
    batch: Annotated[str, typer.Option(help="只要这一批，如 储备")] = "",
    tag: Annotated[str, typer.Option(help="只要这一类（板块、范围或领域）")] = "",
    kind: Annotated[str, typer.Option(help="只要 项目、事项 或 工作")] = "",
) -> None:
    """列出台账：编号、名称、批次、阶段、责任单位、分包领导、年计划、累计完成、进度。"""
    from models.overview import figures_of, rows
    from models.tags import year_list

    def work(ledger: Ledger) -> list[str]:
        everything = ledger.session.scalars(select(Project).order_by(Project.code))
        shown = rows(ledger, year_list(ledger, year) if year else everything)
        chosen = [
            row
            for row in shown
            if (not batch or row.batch == batch) and (not tag or tag in row.tags) and (not kind or row.kind == kind)
        ]
        lines = ["\t".join(("编号", "名称", "类型", "批次", "阶段", "责任单位", "分包领导", "归类", "数字"))]
        for row in chosen:
            facts = (row.code, row.name, row.kind, row.batch, row.stage, row.unit, row.leader)
            lines.append("\t".join((*facts, "、".join(row.tags), figures_of(row))))
        return [*lines, f"共{len(chosen)}个"]

    for line in on_ledger(work):
        say(line)


@project_app.command()
def batches() -> None:
    """四批各有多少，合计就是在库项目总数。"""
    from models.gate import counts
    from models.overview import batch_line

    def work(ledger: Ledger) -> list[str]:
        return [*(f"{name}\t{'、'.join(codes)}" for name, codes in counts(ledger).items()), batch_line(ledger)]

    for line in on_ledger(work):
        say(line)


@project_app.command()
def move(
    project: Code,
    to: Annotated[str, typer.Argument(help="谋划、包装、储备或实施")],
    reason: Annotated[str, typer.Option(help="退回上一批的原因")] = "",
    by: By = "",
) -> None:
    """转批次；进储备要四项条件齐，退回要写原因。"""
    from models import gate

    def work(ledger: Ledger) -> str:
        found = find_project(ledger, project)
        gate.move(ledger, found, to, by=acting(ledger, by), reason=reason)
        return f"《{found.name}》已转「{to}」。"

    say(on_ledger(work))


@project_app.command("gate")
def gate_(
    project: Code,
    met: Annotated[str, typer.Option(help="登记已具备的一项，如 可研")] = "",
    on: Annotated[str, typer.Option(help="哪天，如 2026-09-10；不写就是今天")] = "",
    evidence: Annotated[str, typer.Option(help="凭什么，如 平发改审〔2026〕3号")] = "",
    by: By = "",
) -> None:
    """看离储备还差什么，或登记具备了一项。"""
    from models import gate

    def work(ledger: Ledger) -> list[str]:
        found = find_project(ledger, project)
        if met:
            name = gate.find_condition(ledger, met)
            if name is None:
                fail(f"没有「{met}」这一项，可选：{'、'.join(gate.gate_names(ledger))}")
            gate.meet(ledger, found, name, on=a_day(on) or ledger.today, evidence=evidence, by=acting(ledger, by))
        items = gate.gate_of(ledger, found).items()
        lines = [f"{name}\t{f'{item.met} {item.evidence}'.strip() if item else '还没有'}" for name, item in items]
        lacking = gate.missing_for_gate(ledger, found)
        return [*lines, f"还差{'、'.join(lacking)}" if lacking else "储备条件齐了"]

    for line in on_ledger(work):
        say(line)


@project_app.command()
def tag(
    project: Code,
    names: Annotated[list[str], typer.Argument(help="板块、调度范围或重点领域，可写多个")],
    off: Annotated[bool, typer.Option("--off", help="取消而不是加上")] = False,
    by: By = "",
) -> None:
    """给项目归类，可归多类。"""
    from models import tags

    def work(ledger: Ledger) -> str:
        found = find_project(ledger, project)
        if off:
            for name in names:
                tags.untag(ledger, found, name, by=acting(ledger, by))
        else:
            tags.tag(ledger, found, names, by=acting(ledger, by))
        return f"《{found.name}》：{'、'.join(tags.tags_of(ledger, found)) or '没有归类'}"

    say(on_ledger(work))


@project_app.command()
def kind(project: Code, to: Annotated[ItemKind, typer.Argument(help="项目、事项或工作")], by: By = "") -> None:
    """把一条台账定为项目、事项或工作；督办、月报都照常。"""
    from models import tags

    def work(ledger: Ledger) -> str:
        found = find_project(ledger, project)
        tags.set_kind(ledger, found, to, by=acting(ledger, by))
        return f"《{found.name}》已按{to.value}管理。"

    say(on_ledger(work))


@project_app.command()
def stats(by: Annotated[str, typer.Option(help="板块、调度范围、重点领域或类型")] = "板块") -> None:
    """分类统计；一个项目归多类的，合计里只算一次。"""
    from models import tags

    if by not in ("类型", *(which.value for which in tags.TagList)):
        raise typer.BadParameter("--by 可选：板块、调度范围、重点领域、类型")

    def work(ledger: Ledger) -> list[str]:
        told = tags.tally_kinds(ledger) if by == "类型" else tags.tally(ledger, tags.TagList(by))
        lines = [f"{name}\t{len(codes)}\t{'、'.join(codes)}" for name, codes in told.rows.items()]
        without = [f"未归类\t{len(told.without)}\t{'、'.join(told.without)}"] if told.without else []
        return [*lines, *without, f"合计（去重）\t{told.total}"]

    for line in on_ledger(work):
        say(line)


@project_app.command()
def year(
    year: Annotated[int, typer.Argument(help="年份")],
    projects: Annotated[list[str] | None, typer.Argument(help="要列入的项目编号；不写就只看")] = None,
    by: By = "",
) -> None:
    """看一年的项目清单，或把项目列入；别的年份不变。"""
    from models.tags import enlist, year_list

    def work(ledger: Ledger) -> list[str]:
        for code in projects or []:
            enlist(ledger, find_project(ledger, code), year, by=acting(ledger, by))
        listed = year_list(ledger, year)
        return [*(f"{project.code}\t{project.name}" for project in listed), f"{year}年共{len(listed)}个"]

    for line in on_ledger(work):
        say(line)


# --- declaring ----------------------------------------------------------------------------------------------


@project_app.command()
def declare(
    name: Annotated[str, typer.Argument(help="项目名称")],
    by: Annotated[str, typer.Option("--by", help="说明书编写人（专职人员）姓名")],
    fact: Annotated[list[str] | None, typer.Option(help="如 投资主体=平澜城投，可写多个")] = None,
) -> None:
    """申报项目；五项说明书齐了才报上去，缺的列出来。"""
    from handlers.declaring import read_sum, tell_office
    from models import brief as briefs

    facts = dict(pair.split("=", 1) for pair in fact or [] if "=" in pair)

    def work(ledger: Ledger) -> tuple[str, list[str]]:
        brief = briefs.begin(ledger, find_person(ledger, by), name)
        briefs.fill(ledger, brief, facts, read_sum(facts.get("投资额度", "")))
        lacking = briefs.missing(ledger, brief)
        if not lacking:
            briefs.file(ledger, brief)
            tell_office(ledger, brief)
        return brief.number, lacking

    number, lacking = on_ledger(work)
    say(number)
    if lacking:
        fail(f"说明书还差{'、'.join(lacking)}，已存草稿；补齐用同一个名称再申报。")


def _decide(verb: str, number: str, by: str, reason: str = "") -> None:
    from handlers.declaring import decide_brief
    from models.brief import find_brief

    def work(ledger: Ledger) -> str:
        brief = find_brief(ledger, number)
        if brief is None:
            fail(f"没有「{number}」这份申报")
        decide_brief(ledger, verb, brief, acting(ledger, by), reason)
        return brief.project.code if brief.project is not None else f"{brief.number}已{verb}"

    say(on_ledger(work))


@project_app.command()
def accept(number: Annotated[str, typer.Argument(help="申报编号")], by: By = "") -> None:
    """受理申报。"""
    _decide("受理", number, by)


@project_app.command()
def admit(number: Annotated[str, typer.Argument(help="申报编号")], by: By = "") -> None:
    """入库，打印入库号。"""
    _decide("入库", number, by)


@project_app.command("return")
def return_(
    number: Annotated[str, typer.Argument(help="申报编号")],
    reason: Annotated[str, typer.Option(help="原因")],
    by: By = "",
) -> None:
    """退回申报，写明原因。"""
    _decide("退回", number, by, reason)


@project_app.command()
def change(
    project: Code,
    fact: Annotated[str, typer.Option(help="改哪一项，如 投资额度")],
    to: Annotated[str, typer.Option(help="改成什么")],
    by: By = "",
) -> None:
    """变更入库项目的说明书：留下新的一版，旧版还在台账里。"""
    from handlers.declaring import read_sum
    from models import brief as briefs

    def work(ledger: Ledger) -> str:
        brief = briefs.brief_of(ledger, find_project(ledger, project))
        if brief is None:
            fail(f"「{project}」不是申报入库的项目，没有说明书")
        briefs.change(ledger, brief, fact, to, acting(ledger, by), read_sum(to) if fact == "投资额度" else None)
        return f"《{brief.name}》说明书第{brief.version}版"

    say(on_ledger(work))
