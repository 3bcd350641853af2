"""The commands about rules: `duban mechanism` and `duban holidays`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands import day_of, fail, on_ledger, say
from bot.holiday_entry import Change, enter_holidays
from models import holidays
from models.ledger import get_setting
from models.mechanism import load_mechanism, schema_text

holidays_app = typer.Typer(no_args_is_help=True, help="节假日")
mechanism_app = typer.Typer(no_args_is_help=True, help="制度")


@mechanism_app.command("check")
def mechanism_check(
    file: Annotated[str, typer.Argument(metavar="FILE", help="制度文件 FILE.yaml，或随带的制度名")],
) -> None:
    """核对一份制度文件：能用就说明它怎么定，不能用就列出每一处错误。"""
    from bot.mechanisms import describe

    for line in describe(load_mechanism(file)):
        say(line)


@mechanism_app.command("schema")
def mechanism_schema() -> None:
    """写出制度文件的 JSON Schema，供编辑器边写边查。"""
    say(schema_text().rstrip())


@holidays_app.command("load")
def holidays_load(
    file: Annotated[Path, typer.Argument(help="一年的放假调休安排 FILE.yaml")],
) -> None:
    """录入国务院办公厅公布的一年放假调休安排；没有发出的都按它重算，变了的列出来。"""
    try:
        arrangement = holidays.read_arrangement(file.read_text(encoding="utf-8"))
    except UnicodeDecodeError:
        fail(f"{file.name}：不是UTF-8编码，请另存为UTF-8再录入")
    _enter((arrangement.year,), lambda stored: holidays.with_arrangement(stored, arrangement))


@holidays_app.command("rest")
def holidays_rest(
    day: Annotated[str, typer.Argument(help="哪天，如 2026-10-26")],
    name: Annotated[str, typer.Argument(help="叫什么，如 县庆；写「取消」就撤掉")],
) -> None:
    """加一个本县自己放假的日子。"""
    when, named = day_of(day), "" if name == "取消" else name
    _enter((when.year,), lambda stored: holidays.with_local_rest(stored, when, named))


@holidays_app.command("list")
def holidays_list() -> None:
    """列出办公室自己录入的安排。"""
    stored = on_ledger(lambda ledger: get_setting(ledger.session, holidays.SETTING)) or {"years": {}, "local": {}}
    for year, entered in sorted(stored["years"].items()):
        say(f"{year}年　{entered['source']}")
        for words, days in (("放假", entered["rest"]), ("上班", entered["work"])):
            say(f"  {words}：" + "、".join(f"{day} {name}" for day, name in days.items()))
    for when, named in stored["local"].items():
        say(f"{when} {named}（本县）")
    if not stored["years"] and not stored["local"]:
        say("没有另外录入；用的是随程序带的安排。")


def _enter(years: tuple[int, ...], change: Change) -> None:
    """Keep what the office enters and show what falls on other days by it."""
    changed = on_ledger(lambda ledger: enter_holidays(ledger, None, years, change))
    say(f"已录入；日子变了的{len(changed)}项：" if changed else "已录入；没有日子因此改变。")
    for line in changed:
        say(f"  {line}")
