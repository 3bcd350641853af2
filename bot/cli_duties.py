"""`duban duties`: who owes what, which entry paid; `duban burden`: the monthly self-check."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.clock import Clock
from bot.commands import day_of, fail, on_ledger, say
from models.calendar import local_date
from models.directory import find_person
from models.duties import due_within, payments
from models.entry import Entry
from models.ledger import Ledger
from models.mechanism import Obligation
from models.obligation import Occurrence
from models.periods import period_words
from models.selfcheck import self_check
from models.subjects import Subject, subjects, subjects_of

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
        wanted = [one for one in ledger.mechanism.obligations if one.recurring and duty in ("", one.id)]
        if not wanted:
            fail(f"制度里没有定期义务「{duty}」")
        who = find_person(ledger, person) if person else None
        lines = []
        for one in wanted:
            found = subjects_of(ledger, one, who) if who else subjects(ledger, one)
            for occurrence in due_within(ledger, one, day, day.replace(year=day.year + 1)):
                if occurrence.starts <= day <= occurrence.ends:
                    lines += _lines(ledger, one, occurrence, found, open_only)
        return lines

    for line in on_ledger(work):
        say(line)


def _lines(
    ledger: Ledger, duty: Obligation, occurrence: Occurrence, found: list[Subject], open_only: bool
) -> list[str]:
    paid = payments(ledger, duty, occurrence.period)
    due = occurrence.due.isoformat() if occurrence.due else "—"
    head = f"{duty.clause}  {period_words(occurrence.period)}{duty.name}  {due}前"
    lines = []
    for subject in found:
        payment = paid.get(subject.key)
        if payment is None:
            owners = "、".join(person.name for person in subject.owners) or "（空缺）"
            lines.append(f"{head}  {subject.name}  {'免' if occurrence.waived else f'欠：{owners}'}")
        elif not open_only:
            entry = ledger.session.get(Entry, payment.entry_seq) if payment.entry_seq else None
            by = f"台账第{entry.seq}条 {entry.person or ''}：{entry.text[:30]}" if entry else "—"
            lines.append(f"{head}  {subject.name}  已抵：{by}")
    return lines


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
