"""The `duban` command (interface: the command line). 0 on success, 2 on wrong usage, 1 with a one-line reason."""

from __future__ import annotations

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.cli_agreements import agreement_app
from bot.cli_county import board_app, chain_app, need_app
from bot.cli_duties import burden_app, duties_app
from bot.cli_inspection import assessment_app, inspection_app
from bot.cli_investment import investment_app
from bot.cli_meeting_papers import papers_app
from bot.cli_meetings import meeting_app
from bot.cli_people import people_app
from bot.cli_plans import project_app
from bot.cli_public import document_app, extract_app
from bot.cli_rules import holidays_app, mechanism_app
from bot.cli_summaries import summary_app
from bot.cli_supervision import (
    delay_app,
    extension_app,
    notice_app,
    problem_app,
    request_app,
    task_app,
)
from bot.cli_units import unit_app
from bot.clock import Clock
from bot.commands import day_of, fail, on_ledger, open_books, say, settings_here
from bot.database import Database
from bot.logs import configure_logs
from bot.settings import WrongSetting
from models.calendar import WorkCalendar, local_date
from models.called import NOTHING, read_called
from models.called import SETTING as CALLED
from models.errors import Refusal
from models.ledger import County, Ledger, get_setting
from models.mechanism import MechanismError, load_mechanism
from models.project import Project

T = TypeVar("T")
app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="督办：县级重点项目调度助手（企业微信、钉钉）",
)
ledger_app = typer.Typer(no_args_is_help=True, help="台账")
app.add_typer(notice_app, name="notice")
meeting_app.add_typer(papers_app)
app.add_typer(meeting_app, name="meeting")
app.add_typer(ledger_app, name="ledger")
app.add_typer(task_app, name="task")
app.add_typer(problem_app, name="problem")
app.add_typer(extension_app, name="extension")
app.add_typer(request_app, name="request")
app.add_typer(delay_app, name="delay")
app.add_typer(inspection_app, name="inspection")
app.add_typer(assessment_app, name="assessment")
app.add_typer(project_app, name="project")
app.add_typer(investment_app, name="investment")
app.add_typer(agreement_app, name="agreement")
app.add_typer(mechanism_app, name="mechanism")
app.add_typer(holidays_app, name="holidays")
app.add_typer(duties_app, name="duties")
app.add_typer(burden_app, name="burden")
app.add_typer(summary_app, name="summary")
app.add_typer(people_app, name="people")
app.add_typer(unit_app, name="unit")
app.add_typer(board_app, name="board")
app.add_typer(chain_app, name="chain")
app.add_typer(need_app, name="need")
app.add_typer(extract_app, name="extract")
app.add_typer(document_app, name="document")


class Role(StrEnum):
    """What a process of the service does."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    SCHEDULER = "scheduler"


class CalendarFormat(StrEnum):
    """How the calendar is printed."""

    TABLE = "table"
    JSONL = "jsonl"
    ICS = "ics"


class LedgerFormat(StrEnum):
    """How the ledger is exported."""

    XLSX = "xlsx"
    JSONL = "jsonl"


def main() -> None:
    """Run the command line; every expected failure is one line on standard error."""
    try:
        app()
    except (WrongSetting, Refusal, MechanismError) as error:
        fail(str(error))
    except OperationalError as error:
        fail(f"the database does not answer: {str(error.orig).strip().splitlines()[0]}; check DUBAN_DATABASE_URL")
    except OSError as error:
        fail(f"{error.filename or 'file'}: {error.strerror}; check DUBAN_HOME and the paths given")


@app.command()
def init(
    mechanism: Annotated[str, typer.Option(help="jiaozuo、zhangzi、dancheng，或本县制度文件 FILE.yaml")] = "",
) -> None:
    """建库或升级，选定制度；可重复执行。"""
    from bot.schema import install

    settings = settings_here()
    chosen = load_mechanism(mechanism) if mechanism else None
    database = Database(settings.sqlalchemy_url)
    try:
        installed = install(database, chosen, local_date(Clock().now()))
    except ValueError as error:
        fail(str(error))
    finally:
        database.close()
    settings.media_folder.mkdir(parents=True, exist_ok=True)
    say(f"已就绪：{installed.area}《{installed.title}》（{installed.source}）")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="导入表 FILE.xlsx")],
    template: Annotated[bool, typer.Option("--template", help="写出空白导入表，不导入")] = False,
) -> None:
    """导入单位、人员、项目、节点、专班、群聊；全部成功或全部不动，可重复执行。"""
    from bot.workbook.importing import ImportFaults, import_file, write_template

    if template:
        write_template(file)
        say(f"已写出空白导入表：{file}")
        return
    database, _ = open_books(settings_here())
    try:
        summary = import_file(database, file, local_date(Clock().now()))
    except ImportFaults as error:
        for fault in error.faults:
            sys.stderr.write(f"{fault}\n")
        fail(f"共{len(error.faults)}处错误，没有导入任何内容，请改好后再导入。")
    finally:
        database.close()
    say(str(summary))


@app.command()
def serve(role: Annotated[Role, typer.Option(help="本进程做什么")] = Role.ALL) -> None:
    """运行服务。"""
    import uvicorn

    from bot.app import create_app
    from bot.county import NotReady
    from bot.wiring import build_service

    settings = settings_here()
    try:
        service = build_service(settings)
    except NotReady as error:
        fail(str(error))
    if not service.platforms:
        sys.stderr.write("提示：企业微信和钉钉都没有配置，服务只会空转；见 README「接入」。\n")
    uvicorn.run(
        create_app(service, role=role.value),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        proxy_headers=False,  # nothing here depends on the caller's address
        timeout_graceful_shutdown=5,
        server_header=False,
    )


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="演完一场就结束")] = False,
    port: Annotated[int, typer.Option(help="演示页端口")] = 8001,
) -> None:
    """演示：机器人旁边配一个模拟的企业微信和钉钉，演一场，再开一个聊天页。"""
    from bot.simulator.demo import run_demo

    configure_logs("error")
    raise SystemExit(asyncio.run(run_demo(once=once, port=port)))


@notice_app.command("issue")
def notice_issue(
    project: Annotated[str, typer.Option(help="项目编号")],
    matter: Annotated[str, typer.Option(help="督办事项")],
    to: Annotated[list[str], typer.Option(help="督办对象：姓名、姓名（单位）或单位，可写多个")],
    solve_by: Annotated[str, typer.Option(help="解决时限，如 2026-10-15")] = "",
    urgent: Annotated[str, typer.Option(help="确有急事、非工作时间也要送出的理由")] = "",
    more: Annotated[list[str] | None, typer.Argument(help="更多督办对象")] = None,
) -> None:
    """下发挂牌督办通知书，打印文号。"""
    from handlers.issuing import issue_notice, sent_notice
    from models.directory import find_addressees, find_project

    deadline = day_of(solve_by) if solve_by else None

    def work(ledger: Ledger) -> tuple[str, list[str], str]:
        people = [person for name in [*to, *(more or [])] for person in find_addressees(ledger, name)]
        unique = list({person.id: person for person in people}.values())
        notice = issue_notice(
            ledger,
            project=find_project(ledger, project),
            matter=matter,
            recipients=unique,
            solve_by=deadline,
            by=None,
            urgent=urgent,
        )
        sent = sent_notice(ledger, notice, urgent=urgent)
        leaves = f"{sent.leaves_at:%m-%d %H:%M}" if sent.leaves_at else ""
        return notice.number, sent.unreachable, leaves

    number, unreachable, leaves = on_ledger(work)
    say(number)
    if leaves:
        sys.stderr.write(f"现在不在工作时间，将于{leaves}送出；确有急事请加 --urgent 理由。\n")
    if unreachable:
        sys.stderr.write(f"没有登记账号，请另行通知：{'、'.join(unreachable)}\n")


@app.command()
def calendar(
    start: Annotated[str, typer.Option("--from", help="起，如 2026-01-01")],
    end: Annotated[str, typer.Option("--to", help="止，如 2026-12-31")],
    format: Annotated[CalendarFormat, typer.Option(help="样式")] = CalendarFormat.TABLE,
    mechanism: Annotated[str, typer.Option(help="不用本库的制度，改用这一个")] = "",
) -> None:
    """一段日子里要办什么、谁办、哪天提醒，每处与节假日的冲突都写明。"""
    from bot.calendars import print_calendar

    first, last = day_of(start), day_of(end)
    called = NOTHING
    if mechanism:
        county = County(load_mechanism(mechanism), WorkCalendar())
    else:
        database, county = open_books(settings_here())
        called = read_called(database.read(lambda session: get_setting(session, CALLED)))
        database.close()
    print_calendar(county, first, last, format.value, sys.stdout, called)


@ledger_app.command("export")
def ledger_export(
    format: Annotated[LedgerFormat, typer.Option(help="样式")],
    out: Annotated[Path, typer.Option(help="写到哪个文件")],
    project: Annotated[str, typer.Option(help="只要这个编号的项目")] = "",
    start: Annotated[str, typer.Option("--from", help="起，如 2026-09-01")] = "",
    end: Annotated[str, typer.Option("--to", help="止，如 2026-09-30")] = "",
    sources: Annotated[bool, typer.Option("--sources", help="加一张表，写明每格出自哪几条流水（只用于xlsx）")] = False,
) -> None:
    """导出台账。"""
    from bot.exporting import export_jsonl, export_xlsx

    first, last = (day_of(start) if start else None), (day_of(end) if end else None)
    database, county = open_books(settings_here())
    try:
        if project and not database.read(
            lambda session: session.scalar(select(Project.id).where(Project.code == project))
        ):
            fail(f"没有编号为「{project}」的项目")
        if format is LedgerFormat.JSONL:
            count = export_jsonl(database, out, project=project or None, start=first, end=last)
        else:
            count = export_xlsx(
                *(database, county, out),
                project=project or None,
                start=first,
                end=last,
                today=local_date(Clock().now()),
                sources=sources,
            )
    finally:
        database.close()
    say(f"已导出{count}条：{out}")


@ledger_app.command("verify")
def ledger_verify() -> None:
    """核对台账的哈希链和每个文件的摘要，指出第一处断裂。"""
    from bot.media import MediaStore
    from bot.verifying import verify

    settings = settings_here()
    database, _ = open_books(settings)
    try:
        faults = verify(database, MediaStore(settings.media_folder))
    finally:
        database.close()
    if faults:
        for fault in faults[1:]:
            sys.stderr.write(fault + "\n")
        fail(faults[0])
    say("台账完整：哈希链和文件摘要全部相符。")


@ledger_app.command("copies")
def ledger_copies() -> None:
    """列出照片、文字雷同而本人满规定工作日仍未说明的（同聊天里的「雷同待说明」）。"""
    from handlers.copying import case_line
    from models.copies import unanswered

    lines = on_ledger(lambda ledger: [case_line(ledger, case) for case in unanswered(ledger)])
    for line in lines:
        say(line)
    if not lines:
        say("没有雷同而本人未说明的。")


@app.command()
def doctor() -> None:
    """检查配置、凭据、可信IP、回调地址、时钟、磁盘、数据库、Redis、节假日数据，并说明怎么改。"""
    from bot.doctor import examine

    settings = settings_here()
    findings = asyncio.run(examine(settings))
    for finding in findings:
        say(f"{'✓' if finding.sound else '✗'} {finding.what}：{finding.words}")
    if any(not finding.sound for finding in findings):
        fail(f"{sum(not finding.sound for finding in findings)}处需要处理")
