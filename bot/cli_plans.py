"""`duban project` continued: permits, money, nodes, goals, dates, the chart, 五清 and 四比四看."""

from __future__ import annotations

import csv
import sys
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy import select

from bot.cli_projects import By, Code, a_day, acting, project_app
from bot.commands import day_of, fail, on_ledger, say
from models.directory import find_project
from models.ledger import Ledger
from models.project import Node, Project

__all__ = ["project_app"]


class ChartFormat(StrEnum):
    """How the chart is printed."""

    TEXT = "text"
    CSV = "csv"


@project_app.command()
def permit(
    project: Code,
    name: Annotated[str, typer.Argument(help="手续名称；不写就看清单")] = "",
    usual: Annotated[bool, typer.Option("--usual", help="按通常的手续列出清单")] = False,
    department: Annotated[str, typer.Option(help="哪个部门批")] = "",
    submitted: Annotated[str, typer.Option(help="哪天报审")] = "",
    due: Annotated[str, typer.Option(help="哪天前批")] = "",
    granted: Annotated[str, typer.Option(help="哪天办结")] = "",
    not_needed: Annotated[bool, typer.Option("--not-needed", help="本项目不用办这一项")] = False,
    by: By = "",
) -> None:
    """看或登记一个项目的手续。"""
    from models import permit as permits

    told = permits.PermitFacts(department, a_day(submitted), a_day(due), a_day(granted), False if not_needed else None)

    def work(ledger: Ledger) -> list[str]:
        found = find_project(ledger, project)
        if usual:
            permits.lay_out(ledger, found, acting(ledger, by))
        if name:
            permits.note_permit(ledger, found, name, told, acting(ledger, by))
        listed = permits.permits_of(ledger, found)
        done = "手续齐了，可以等资金" if permits.is_complete(listed) else "手续还没齐"
        return [*(permits.words_of(one) for one in listed), done]

    for line in on_ledger(work):
        say(line)


@project_app.command("permits")
def permits_(
    ready: Annotated[bool, typer.Option("--ready", help="哪些项目手续齐全、可以等资金")] = False,
) -> None:
    """各手续在各部门平均用几个工作日；或手续齐全的项目。"""
    from models import permit as permits

    def work(ledger: Ledger) -> list[str]:
        if ready:
            return [
                f"{one.code}\t{one.name}\t{f'资金{one.funds_ready}就绪' if one.funds_ready else '等资金'}"
                for one in permits.waiting_for_money(ledger)
            ]
        return [f"{one.name}\t{one.department}\t{one.workdays:g}\t{one.count}件" for one in permits.durations(ledger)]

    for line in on_ledger(work):
        say(line)


@project_app.command()
def funds(project: Code, ready: Annotated[str, typer.Option(help="资金哪天就绪")], by: By = "") -> None:
    """登记资金就绪。"""
    from models import permit as permits

    def work(ledger: Ledger) -> str:
        found = find_project(ledger, project)
        permits.set_funds(ledger, found, day_of(ready), acting(ledger, by))
        return f"《{found.name}》资金{ready}就绪。"

    say(on_ledger(work))


@project_app.command()
def priority(
    factor: Annotated[str, typer.Argument(help="要素，如 土地")],
    project: Annotated[str, typer.Argument(help="排哪个项目；不写就看清单")] = "",
    rank: Annotated[int, typer.Option(help="排第几")] = 0,
    by: By = "",
) -> None:
    """看或排定一种要素先保哪些项目。"""
    from models import permit as permits

    if bool(project) != (rank > 0):
        raise typer.BadParameter("排次序要同时写项目和 --rank")

    def work(ledger: Ledger) -> list[str]:
        if project:
            permits.rank_factor(ledger, factor, find_project(ledger, project), rank, acting(ledger, by))
        return [
            f"{at}\t{one.project.code}\t{one.project.name}\t{one.asks or '项目办排定'}"
            for at, one in enumerate(permits.priorities(ledger, factor), start=1)
        ]

    for line in on_ledger(work):
        say(line)


# --- nodes --------------------------------------------------------------------------------------------------


@project_app.command()
def node(
    project: Code,
    name: Annotated[str, typer.Argument(help="节点名称")],
    planned: Annotated[str, typer.Option(help="新增，或改到哪天")] = "",
    done: Annotated[str, typer.Option(help="哪天完成")] = "",
    undone: Annotated[bool, typer.Option("--undone", help="完成有误，改回未完成")] = False,
    after: Annotated[str, typer.Option(help="排在哪个节点后面（新增时）")] = "",
    unit: Annotated[str, typer.Option(help="责任单位（新增时）")] = "",
    reason: Annotated[str, typer.Option(help="改期的原因")] = "",
    by: By = "",
) -> None:
    """新增、改期、完成一个节点；前后对不上的马上说。"""
    from models import nodes

    if sum((bool(planned), bool(done), undone)) != 1:
        raise typer.BadParameter("--planned、--done、--undone 写一个")

    def work(ledger: Ledger) -> list[str]:
        found, person = find_project(ledger, project), acting(ledger, by)
        there = next((one for one in found.nodes if one.name == name), None)
        if there is None and not planned:
            fail(f"《{found.name}》没有节点「{name}」")
        if there is None:
            there = nodes.add(ledger, found, name, day_of(planned), by=person, unit_name=unit, after=after)
        elif planned:
            nodes.shift(ledger, found, there, day_of(planned), by=person, reason=reason)
        elif done:
            nodes.complete(ledger, found, there, on=day_of(done), text=f"节点「{name}」{done}完成", by=person)
        else:
            nodes.reopen(ledger, found, there, person)
        return [_node_line(there), *(f"请留意：{told}" for told in nodes.clashes(ledger, found))]

    for line in on_ledger(work):
        say(line)


def _node_line(one: Node) -> str:
    return f"{one.name}\t{f'{one.finished}完成' if one.finished else f'计划{one.planned}'}\t{one.unit_name}"


@project_app.command("nodes")
def nodes_(
    days: Annotated[int, typer.Option(help="看今后多少天")] = 30,
    missing: Annotated[bool, typer.Option("--missing", help="只列没排节点的项目")] = False,
) -> None:
    """今后一段日子要到的节点，或没排节点的项目。"""
    from models import nodes

    def work(ledger: Ledger) -> list[str]:
        if missing:
            return [f"{one.code}\t{one.name}" for one in nodes.without_nodes(ledger)]
        found = nodes.coming(ledger, days)
        lines = [
            f"{one.planned}\t{project.code}\t{project.name}\t{one.name}\t{one.unit_name}" for project, one in found
        ]
        return [*lines, f"{ledger.today}到{ledger.today + timedelta(days=days)}共{len(found)}个"]

    for line in on_ledger(work):
        say(line)


@project_app.command()
def plan(
    project: Code,
    finish: Annotated[str, typer.Option(help="竣工日期；不写用计划竣工")] = "",
    write: Annotated[bool, typer.Option("--write", help="写入台账")] = False,
    by: By = "",
) -> None:
    """倒排工期：由竣工往回推每一步，对不上的写明；加 --write 才写入。"""
    from models.backward_plan import plan_back, write_plan

    def work(ledger: Ledger) -> list[str]:
        found = find_project(ledger, project)
        last = a_day(finish) or found.planned_finish
        if last is None:
            fail(f"《{found.name}》没有计划竣工，请写 --finish")
        made = plan_back(ledger, found, last)
        lines = [f"竣工{last}往回推："]
        lines += [f"{step.start}\t{step.due}\t{step.name}\t{step.workdays}个工作日" for step in reversed(made.steps)]
        lines += [f"请留意：{told}" for told in made.clashes]
        if write:
            lines.append(f"已写入{len(write_plan(ledger, found, made, acting(ledger, by)))}处")
        return lines

    for line in on_ledger(work):
        say(line)


@project_app.command()
def goal(
    project: Code,
    text: Annotated[str, typer.Argument(help="目标；不写就看")] = "",
    year: Annotated[int, typer.Option(help="年份；不写就是今年")] = 0,
    due: Annotated[str, typer.Option(help="阶段目标写哪天前；不写就是年度目标")] = "",
    by: By = "",
) -> None:
    """看或登记年度目标、阶段目标和它们下面的节点。"""
    from models import nodes

    def work(ledger: Ledger) -> list[str]:
        found, chosen = find_project(ledger, project), year or ledger.today.year
        if text and due:
            nodes.add_stage_goal(ledger, found, text, day_of(due), acting(ledger, by))
        elif text:
            nodes.set_goal(ledger, found, chosen, text, acting(ledger, by))
        yearly, stages, rest = nodes.goals_of(ledger, found, chosen)
        lines = [f"{chosen}年度目标\t{yearly or '没登记'}"]
        for stage, under in stages:
            lines += [f"{stage.due}前\t{stage.goal}", *(f"\t{_node_line(one)}" for one in under)]
        return [*lines, *(f"其余节点\t{_node_line(one)}" for one in rest)]

    for line in on_ledger(work):
        say(line)


# --- the whole ----------------------------------------------------------------------------------------------


@project_app.command("date")
def date_(
    project: Code,
    what: Annotated[str, typer.Argument(help="落地、开工、竣工或达效")],
    on: Annotated[str, typer.Argument(help="哪天")],
    by: By = "",
) -> None:
    """登记落地、开工、竣工、达效的日期。"""
    from models.overview import set_date

    def work(ledger: Ledger) -> str:
        found = find_project(ledger, project)
        set_date(ledger, found, what, day_of(on), acting(ledger, by))
        return f"《{found.name}》{what}{on}，已记。"

    say(on_ledger(work))


@project_app.command("five")
def five_(project: Annotated[str, typer.Argument(help="项目编号；不写就看全部")] = "") -> None:
    """五清差什么。"""
    from models.five_clear import five_clear

    def work(ledger: Ledger) -> list[str]:
        everything = ledger.session.scalars(select(Project).order_by(Project.code))
        chosen = [find_project(ledger, project)] if project else list(everything)
        return [
            f"{one.code}\t{one.name}\t{clear.name}\t{'差' + '、'.join(clear.missing) if clear.missing else '清'}"
            for one in chosen
            for clear in five_clear(ledger, one)
        ]

    for line in on_ledger(work):
        say(line)


@project_app.command("four")
def four_() -> None:
    """四比四看表。"""
    from models.overview import four_views

    for line in on_ledger(lambda ledger: [f"{view.name}\t{view.seen}" for view in four_views(ledger)]):
        say(line)


@project_app.command()
def chart(
    year: Annotated[int, typer.Option(help="哪一年；不写就是今年")] = 0,
    format: Annotated[ChartFormat, typer.Option(help="样式")] = ChartFormat.TEXT,
) -> None:
    """挂图：每个项目一行，十二个月的进度条和数字；csv 可放进表格软件画图。"""
    from models.overview import CHART_COLUMNS, chart_cells, rows
    from models.overview import chart as draw
    from models.tags import year_list

    def work(ledger: Ledger) -> tuple[list[str], list[list[str]]]:
        chosen = year or ledger.today.year
        shown = rows(ledger, year_list(ledger, chosen))
        return draw(shown, chosen), chart_cells(shown)

    drawn, cells = on_ledger(work)
    if format is ChartFormat.CSV:
        csv.writer(sys.stdout, lineterminator="\n").writerows([CHART_COLUMNS, *cells])
        return
    for line in drawn:
        say(line)
