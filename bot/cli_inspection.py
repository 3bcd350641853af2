"""The commands of the inspectors and of assessment: `duban inspection` and `duban assessment`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_supervision import acting
from bot.commands import day_of, on_ledger, say
from models.errors import Refusal
from models.ledger import Ledger
from models.people import Person

inspection_app = typer.Typer(no_args_is_help=True, help="督查、督导")
assessment_app = typer.Typer(no_args_is_help=True, help="考核事实")
Inspector = Annotated[str, typer.Option("--by", help="哪位督查人员：姓名")]
What = Annotated[str, typer.Argument(help="稿号或督查编号，如 稿3、DD-1")]


class FactFormat(StrEnum):
    """How the facts are written."""

    XLSX = "xlsx"
    JSONL = "jsonl"


@inspection_app.command("plan")
def inspection_plan(
    projects: Annotated[list[str], typer.Option("--project", help="督查哪些项目（编号），可写多次")],
    by: Inspector,
    team: Annotated[list[str] | None, typer.Option(help="督查组成员，可写多次")] = None,
    day: Annotated[str, typer.Option("--on", help="哪天，如 2026-09-22")] = "",
    joint: Annotated[bool, typer.Option("--joint", help="联合督导")] = False,
) -> None:
    """定督查方案，打印编号。"""
    from models import inspection
    from models.directory import find_project

    when = day_of(day) if day else None

    def work(ledger: Ledger, person: Person | None) -> str:
        where = [find_project(ledger, code) for code in projects]
        kind = "联合督导" if joint else "督查"
        names = "、".join(project.name for project in where)
        one = inspection.plan(
            ledger,
            title=f"{kind}{names}情况"[:200],
            team=list(team or ([person.name] if person else [])),
            projects=where,
            day=when or ledger.today,
            joint=joint,
            by=person,
        )
        return one.number

    say(acting(by, work))


@inspection_app.command("find")
def inspection_find(
    number: Annotated[str, typer.Argument(help="督查编号，如 DD-1")],
    text: Annotated[str, typer.Option("--text", help="结论")],
    evidence: Annotated[str, typer.Option(help="依据：第12条、ISS-31、JB-3、DB-07")],
    by: Inspector,
    project: Annotated[str, typer.Option(help="项目编号")] = "",
) -> None:
    """记一条结论；没有依据记不上。"""
    from handlers.inspecting import add_finding
    from models import inspection
    from models.directory import find_project

    def work(ledger: Ledger, person: Person | None) -> str:
        one = inspection.find_inspection(ledger, number)
        if one is None:
            raise Refusal(f"没有「{number}」这次督查")
        where = [find_project(ledger, project)] if project else []
        return add_finding(ledger, one, f"{text}，依据{evidence}", where, person).number

    say(acting(by, work))


@inspection_app.command("show")
def inspection_show(what: What) -> None:
    """打印文稿全文，数字后面是台账流水号。"""
    from handlers.inspecting import find_paper
    from models.inspection_paper import text_of

    def work(ledger: Ledger) -> str:
        found = find_paper(ledger, what)
        if found is None:
            raise Refusal(f"没有「{what}」这份文稿")
        return text_of(ledger, found)

    say(on_ledger(work))


@inspection_app.command("revise")
def inspection_revise(what: What, text: Annotated[str, typer.Option("--text", help="加的话")], by: Inspector) -> None:
    """在文稿里加一句要求。"""
    from handlers.inspecting import find_paper
    from models.inspection_paper import revise

    def work(ledger: Ledger, person: Person | None) -> str:
        found = find_paper(ledger, what)
        if found is None:
            raise Refusal(f"没有「{what}」这份文稿")
        revise(ledger, found, person, text)
        return f"已加进{found.number}"

    say(acting(by, work))


@inspection_app.command("publish")
def inspection_publish(what: What, by: Inspector) -> None:
    """印发，打印期号；只有督查部门能印发。"""
    from handlers.inspecting import find_paper, publish

    def work(ledger: Ledger, person: Person | None) -> str:
        found = find_paper(ledger, what)
        if found is None:
            raise Refusal(f"没有「{what}」这份文稿")
        return publish(ledger, found, person)

    say(acting(by, work))


@inspection_app.command("list")
def inspection_list() -> None:
    """还没印发的文稿和督查。"""
    from models.inspection import open_inspections
    from models.inspection_paper import drafts

    def work(ledger: Ledger) -> list[str]:
        lines = [f"{one.number}\t{one.title}" for one in drafts(ledger) if one.inspection_id is None]
        return lines + [f"{one.number}\t{one.title}\t结论{len(one.findings)}条" for one in open_inspections(ledger)]

    for line in on_ledger(work) or ["没有待印发的。"]:
        say(line)


@assessment_app.command("export")
def assessment_export(
    format: Annotated[FactFormat, typer.Option(help="样式")],
    out: Annotated[Path, typer.Option(help="写到哪个文件")],
    year: Annotated[int, typer.Option(help="哪一年；不写就是今年")] = 0,
    unit: Annotated[str, typer.Option(help="只要一个单位")] = "",
    by: Annotated[str, typer.Option("--by", help="谁导出的：姓名；不写就是项目办")] = "",
) -> None:
    """导出考核事实：每行有事实、日期、文号、流水号和对方说明；不含登录、打卡次数。"""
    from bot.assessing import write_jsonl, write_xlsx
    from models.assessment import Fact, facts
    from models.deeds import Deed, require

    def work(ledger: Ledger, person: Person | None) -> tuple[list[Fact], int]:
        require(ledger, person, Deed.EXPORT_ASSESSMENT)
        wanted = year or ledger.today.year
        return facts(ledger, wanted, unit), wanted

    rows, wanted = acting(by, work)
    if format is FactFormat.JSONL:
        write_jsonl(rows, out)
    else:
        write_xlsx(rows, wanted, out)
    say(f"已导出{len(rows)}条事实：{out}")
