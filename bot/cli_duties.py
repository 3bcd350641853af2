"""`duban duties`: who owes what, which entry paid; `duban burden`: the monthly self-check."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.clock import Clock
from bot.commands import day_of, fail, on_ledger, say
from models.calendar import local_date
from models.directory import find_person
from models.duty_rows import DutyRow, duty_rows
from models.ledger import Ledger
from models.selfcheck import self_check

duties_app = typer.Typer(no_args_is_help=True, help="定期义务：谁欠什么，哪条记录抵了哪项。")
burden_app = typer.Typer(no_args_is_help=True, help="减负：每月自查表。")


@duties_app.command("list")
def duties_list(
    on: Annotated[str, typer.Option(help="哪一天所在的各期，如 2026-09-18；不写是今天")] = "",
    person: Annotated[str, typer.Option(help="只看这个人的")] = "",
    duty: Annotated[str, typer.Option(help="只看这一项义务，写制度里的id")] = "",
    open_only: Annotated[bool, typer.Option("--open", help="只看还没抵的")] = False,
) -> None:
    """列出各期义务：欠的人、到期日、由台账哪一条抵。"""
    day = day_of(on) if on else local_date(Clock().now())

    def work(ledger: Ledger) -> list[str]:
        if duty and all(one.id != duty for one in ledger.mechanism.obligations if one.recurring):
            fail(f"制度里没有定期义务「{duty}」")
        who = find_person(ledger, person) if person else None
        return [_line(row) for row in duty_rows(ledger, day, person=who, duty=duty) if row.owed or not open_only]

    for line in on_ledger(work):
        say(line)


def _line(row: DutyRow) -> str:
    due = row.occurrence.due.isoformat() if row.occurrence.due else "—"
    head = f"{row.duty.clause}  {row.period}{row.duty.name}  {due}前  {row.subject.name}"
    if row.paid:
        text = f"：{row.entry.text[:30]}" if row.entry else ""
        return f"{head}  已抵：{row.paid_by}{text}"
    return f"{head}  欠：{row.owners}" if row.owed else f"{head}  免"


@burden_app.command("check")
def burden_check(month: Annotated[str, typer.Option(help="哪个月，如 2026-09")]) -> None:
    """五项禁令和减负规定的月度自查表；有一项不合即以状态1结束。"""
    first = day_of(f"{month}-01")
    checks = on_ledger(lambda ledger: self_check(ledger, first))
    say(f"{first.year}年{first.month}月减负自查表")
    for check in checks:
        mark = {True: "✓", False: "✗", None: "·"}[check.sound]
        say(f"{mark} {check.about}：{check.finding}")
    if any(check.sound is False for check in checks):
        fail(f"{sum(check.sound is False for check in checks)}项不合，请按上表整改")
