"""`duban agreement`: what enterprises promised in their agreements, kept or not (DC-28)."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli_projects import By, acting
from bot.commands import day_of, fail, on_ledger, say
from models import agreement
from models.agreement import AgreementTerm
from models.directory import find_project
from models.ledger import Ledger
from models.project import Project

agreement_app = typer.Typer(no_args_is_help=True, help="企业协议：约定、完成、补充协议、清单")

Number = Annotated[str, typer.Argument(help="编号，如 XY-1")]
Why = Annotated[str, typer.Argument(help="依据或原因")]


def _project(ledger: Ledger, code: str) -> Project:
    project = find_project(ledger, code)
    if project is None:
        fail(f"没有项目「{code}」")
    return project


def _term(ledger: Ledger, number: str) -> AgreementTerm:
    term = agreement.find_term(ledger, number)
    if term is None:
        fail(f"没有协议约定「{number}」")
    return term


@agreement_app.command("add")
def add(
    project: Annotated[str, typer.Argument(help="项目编号")],
    text: Annotated[str, typer.Argument(help="约定的事")],
    due: Annotated[str, typer.Option(help="约定的日期，如 2026-12-31")],
    by: By = "",
) -> None:
    """登记一条协议约定，打印编号。"""
    day = day_of(due)

    def work(ledger: Ledger) -> str:
        return agreement.enter(ledger, _project(ledger, project), text, day, acting(ledger, by)).number

    say(on_ledger(work))


@agreement_app.command("met")
def met(
    number: Number,
    on: Annotated[str, typer.Option(help="哪天完成的")],
    text: Annotated[str, typer.Argument(help="完成情况")] = "",
    by: By = "",
) -> None:
    """记为完成。"""
    day = day_of(on)
    on_ledger(lambda ledger: agreement.meet(ledger, _term(ledger, number), acting(ledger, by), day, text))


@agreement_app.command("amend")
def amend(number: Number, reason: Why, due: Annotated[str, typer.Option(help="补充协议的日期")], by: By = "") -> None:
    """按补充协议改日期；原日期过了不能改。"""
    day = day_of(due)
    on_ledger(lambda ledger: agreement.amend(ledger, _term(ledger, number), acting(ledger, by), day, reason))


@agreement_app.command("withdraw")
def withdraw(number: Number, reason: Why, by: By = "") -> None:
    """撤销录错的一条；台账留记录。"""
    on_ledger(lambda ledger: agreement.withdraw(ledger, _term(ledger, number), acting(ledger, by), reason))


@agreement_app.command("list")
def list_(
    project: Annotated[str, typer.Option(help="只看一个项目")] = "",
    late: Annotated[bool, typer.Option("--late", help="只看过期未完成的")] = False,
) -> None:
    """协议约定和完成情况。"""

    def work(ledger: Ledger) -> list[str]:
        rows = agreement.terms(ledger, _project(ledger, project) if project else None)
        open_late = [row for row in rows if row.met_on is None and row.due < ledger.today]
        return [agreement.told(ledger, row) for row in (open_late if late else rows)]

    for line in on_ledger(work) or ["没有。"]:
        say(line)
