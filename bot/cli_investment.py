"""`duban investment`: leads, stages, the review and handing over, from the desk (ZZ-07 to ZZ-10, ZZ-30)."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli_projects import By, acting
from bot.commands import day_of, fail, on_ledger, say
from models import investment
from models.directory import find_person, find_project, find_unit
from models.handover import current, hand_over
from models.investment import Lead
from models.ledger import Ledger
from models.people import Unit

investment_app = typer.Typer(no_args_is_help=True, help="招商：线索、阶段、评估、移交、帮办")

Number = Annotated[str, typer.Argument(help="线索编号、名称或项目编号")]


def _lead(ledger: Ledger, number: str) -> Lead:
    lead = investment.find_lead(ledger, number)
    if lead is None:
        fail(f"没有线索「{number}」")
    return lead


def _unit(ledger: Ledger, name: str) -> Unit:
    unit = find_unit(ledger, name)
    if unit is None:
        fail(f"没有登记单位「{name}」")
    return unit


@investment_app.command("lead")
def lead_(
    name: Annotated[str, typer.Argument(help="企业或项目名称")],
    unit: Annotated[str, typer.Option(help="哪个单位跟进")],
    brought_by: Annotated[str, typer.Option(help="谁提供的")],
    brought_unit: Annotated[str, typer.Option(help="提供人的单位")] = "",
    by: By = "",
) -> None:
    """登记线索，打印编号；从线索到落地都用它。"""

    def work(ledger: Ledger) -> str:
        return investment.register(
            ledger,
            name,
            unit=_unit(ledger, unit),
            brought_by=brought_by,
            brought_unit=_unit(ledger, brought_unit) if brought_unit else None,
            by=acting(ledger, by),
        ).number

    say(on_ledger(work))


@investment_app.command("list")
def list_() -> None:
    """列出线索：编号、名称、阶段、在本阶段多少天、谁提供、现在归谁。"""

    def work(ledger: Ledger) -> list[str]:
        lines = []
        for lead in investment.leads(ledger):
            row = current(ledger, lead)
            holder = row.holder if row else lead.unit
            days = (ledger.today - lead.since).days
            lines.append("\t".join((lead.number, lead.name, lead.stage, f"{days}天", lead.brought_by, holder.shown)))
        return [*lines, f"共{len(lines)}条"]

    for line in on_ledger(work):
        say(line)


@investment_app.command()
def show(number: Number) -> None:
    """一条线索到哪一步：各阶段用时、评估、移交。"""
    from handlers.investing import lead_heading, lead_lines

    def work(ledger: Ledger) -> list[str]:
        lead = _lead(ledger, number)
        return [lead_heading(lead), *lead_lines(ledger, lead)]

    for line in on_ledger(work):
        say(line)


@investment_app.command()
def move(
    number: Number,
    to: Annotated[str, typer.Argument(help="前期、评估、签约或落地")],
    reason: Annotated[str, typer.Option(help="退回的原因")] = "",
    on: Annotated[str, typer.Option(help="哪天；不写就是今天")] = "",
    by: By = "",
) -> None:
    """转招商阶段：一步一步往前，退回要写原因。"""

    def work(ledger: Ledger) -> str:
        lead, stage = _lead(ledger, number), investment.find_stage(ledger, to)
        day = day_of(on) if on else None
        investment.advance(ledger, lead, stage, by=acting(ledger, by), reason=reason, on=day)
        return f"{lead.shown}在「{lead.stage}」。"

    say(on_ledger(work))


@investment_app.command()
def review(
    number: Number,
    dimension: Annotated[str, typer.Option(help="哪一方面，如 生态环境")] = "",
    unit: Annotated[str, typer.Option(help="哪个部门的意见")] = "",
    opinion: Annotated[str, typer.Option(help="意见")] = "",
    conclude: Annotated[str, typer.Option(help="结论：通过 或 不通过")] = "",
    by: By = "",
) -> None:
    """登记会商评估的部门意见，或出结论；缺一方面都出不了结论。"""
    if bool(conclude) == bool(dimension and unit and opinion) or conclude not in ("", "通过", "不通过"):
        raise typer.BadParameter("写 --dimension、--unit、--opinion，或者写 --conclude 通过|不通过")

    def work(ledger: Ledger) -> str:
        lead, person = _lead(ledger, number), acting(ledger, by)
        if conclude:
            investment.conclude(ledger, lead, conclude == "通过", opinion, person)
            return f"{lead.shown}评估{conclude}。"
        investment.give_opinion(ledger, lead, dimension, unit, opinion, person)
        lacking = investment.missing_dimensions(ledger, lead)
        return f"还差{'、'.join(lacking)}" if lacking else "各方面意见齐了"

    say(on_ledger(work))


@investment_app.command("hand-over")
def hand_over_(number: Number, to: Annotated[str, typer.Option(help="移交给哪个单位")], by: By = "") -> None:
    """移交给承接部门，并通知它签收。"""
    from handlers.investing import tell_receiver

    def work(ledger: Ledger) -> str:
        row = hand_over(ledger, _lead(ledger, number), _unit(ledger, to), acting(ledger, by))
        tell_receiver(ledger, row)
        return f"{row.lead.shown}移交{row.receiver.shown}，{row.due}前签收并报时间表、任务书。"

    say(on_ledger(work))


@investment_app.command()
def sign(number: Number, by: Annotated[str, typer.Option("--by", help="承接部门签收人姓名")]) -> None:
    """承接部门签收。"""
    from models import handover

    def work(ledger: Ledger) -> str:
        row = current(ledger, _lead(ledger, number))
        if row is None:
            fail(f"「{number}」还没有移交")
        handover.sign(ledger, row, find_person(ledger, by))
        return f"{row.lead.shown}由{row.receiver.shown}承接。"

    say(on_ledger(work))


@investment_app.command()
def papers(
    number: Number,
    by: Annotated[str, typer.Option("--by", help="承接部门报送人姓名")],
    timetable: Annotated[str, typer.Option(help="时间表")] = "",
    tasks: Annotated[str, typer.Option(help="任务书")] = "",
) -> None:
    """报时间表、任务书。"""
    from models import handover

    told = {name: text for name, text in zip(handover.PAPERS, (timetable, tasks), strict=True) if text}
    if not told:
        raise typer.BadParameter("--timetable、--tasks 至少写一个")

    def work(ledger: Ledger) -> str:
        row = current(ledger, _lead(ledger, number))
        if row is None:
            fail(f"「{number}」还没有移交")
        handover.add_papers(ledger, row, told, find_person(ledger, by))
        return f"还差{'、'.join(row.missing)}" if row.missing else "两书齐了"

    say(on_ledger(work))


@investment_app.command()
def link(number: Number, project: Annotated[str, typer.Argument(help="台账项目编号")], by: By = "") -> None:
    """把线索对应到台账项目。"""

    def work(ledger: Ledger) -> str:
        lead = _lead(ledger, number)
        investment.link(ledger, lead, find_project(ledger, project), acting(ledger, by))
        return f"{lead.shown}对应{project}。"

    say(on_ledger(work))


@investment_app.command()
def helper(
    project: Annotated[str, typer.Argument(help="项目编号或名称")],
    name: Annotated[str, typer.Argument(help="帮办专人姓名；不写就看")] = "",
    by: By = "",
) -> None:
    """看或指定一个项目的帮办专人。"""

    def work(ledger: Ledger) -> str:
        found = find_project(ledger, project)
        if name:
            investment.name_helper(ledger, found, find_person(ledger, name), acting(ledger, by))
        return "、".join(investment.helpers(ledger, found)) or "还没定帮办专人"

    say(on_ledger(work))


@investment_app.command()
def shares() -> None:
    """各单位带来的线索和落地数；只有落地的计入考核。"""
    rows = on_ledger(investment.shares)
    for row in rows:
        say(f"{row.unit}\t线索{row.brought}\t落地{row.landed}")
