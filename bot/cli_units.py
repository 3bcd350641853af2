"""The commands about the register of units: `duban unit`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from bot.cli_people import By, Since, actor
from bot.cli_people import registered_unit as _unit
from bot.clock import Clock
from bot.commands import day_of, on_ledger, say
from models.calendar import local_date
from models.errors import Refusal
from models.ledger import Ledger
from models.people import Person

unit_app = typer.Typer(no_args_is_help=True, help="单位、更名合并、主送群组")


@unit_app.command("list")
def unit_list(kind: Annotated[str, typer.Option(help="只要这一类：县区、部门、乡镇、党委部门…")] = "") -> None:
    """列出单位、类别和曾用名。"""
    from models.unit_names import UnitKind, former_names, kind_of, units_in_force

    if kind and kind not in {item.value for item in UnitKind}:
        raise typer.BadParameter(f"类别只能是：{'、'.join(item.value for item in UnitKind)}")

    def work(ledger: Ledger) -> list[str]:
        units = units_in_force(ledger, [UnitKind(kind)] if kind else ())
        return [
            f"{unit.name}\t{unit.short_name}\t{kind_of(unit).value}\t{'、'.join(former_names(ledger, unit))}".rstrip()
            for unit in units
        ]

    for line in on_ledger(work):
        say(line)


@unit_app.command("add")
def unit_add(
    name: Annotated[str, typer.Argument(help="全称")],
    short: Annotated[str, typer.Option(help="规范简称")] = "",
    kind: Annotated[str, typer.Option(help="类别")] = "部门",
    by: By = "",
) -> None:
    """登记一个单位。"""
    from models.unit_names import add_unit

    _managing(by, lambda ledger, who: add_unit(ledger, name, short, kind, who))
    say(f"已登记：{name}")


@unit_app.command("rename")
def unit_rename(
    old: Annotated[str, typer.Argument(help="现名")],
    new: Annotated[str, typer.Argument(help="新名（全称）")],
    short: Annotated[str, typer.Option(help="新的规范简称")] = "",
    since: Since = "",
    by: By = "",
) -> None:
    """更名：新旧叫法都听得懂，以前的文书仍是旧名。"""
    from models.unit_names import rename

    start = day_of(since) if since else local_date(Clock().now())
    _managing(by, lambda ledger, who: rename(ledger, _unit(ledger, old), new, short, start, who))
    say(f"{old}已更名为{short or new}。")


@unit_app.command("merge")
def unit_merge(
    gone: Annotated[str, typer.Argument(help="并掉的单位")],
    into: Annotated[str, typer.Argument(help="并入的单位")],
    since: Since = "",
    by: By = "",
) -> None:
    """合并：人员和分工随转，以前的文书仍是旧名。"""
    from models.unit_names import merge

    start = day_of(since) if since else local_date(Clock().now())
    _managing(by, lambda ledger, who: merge(ledger, _unit(ledger, gone), _unit(ledger, into), start, who))
    say(f"{gone}已并入{into}。")


@unit_app.command("alias")
def unit_alias(
    unit: Annotated[str, typer.Argument(help="单位")],
    name: Annotated[str, typer.Argument(help="别的叫法")],
    by: By = "",
) -> None:
    """登记别的叫法，如 供电公司 电业局。"""
    from models.unit_names import also_called

    _managing(by, lambda ledger, who: also_called(ledger, _unit(ledger, unit), name, who))
    say(f"以后「{name}」就是{unit}。")


@unit_app.command("group")
def unit_group(
    name: Annotated[str, typer.Argument(help="主送群组名")],
    kind: Annotated[list[str] | None, typer.Option(help="整类单位，可写多个")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="单个单位，可写多个")] = None,
    by: By = "",
) -> None:
    """主送群组：登记，或不带选项时展开成单位。"""
    from models.unit_names import UnitKind, expand, find_addressee_group, save_group

    if any(item not in {one.value for one in UnitKind} for item in kind or []):
        raise typer.BadParameter(f"类别只能是：{'、'.join(one.value for one in UnitKind)}")

    def work(ledger: Ledger) -> list[str]:
        group = find_addressee_group(ledger, name)
        if kind or unit:
            _manage(ledger, by)
            units = [_unit(ledger, words) for words in unit or []]
            group = save_group(ledger, name, [UnitKind(item) for item in kind or []], units, actor(ledger, by))
        if group is None:
            raise Refusal(f"没有主送群组「{name}」，请用 --kind 或 --unit 登记。")
        return [one.name for one in expand(ledger, group)]

    names = on_ledger(work)
    say(f"{name}：{len(names)}个单位")
    for line in names:
        say(f"  {line}")


def _managing(by: str, work: Callable[[Ledger, Person | None], object]) -> None:
    def unit(ledger: Ledger) -> None:
        _manage(ledger, by)
        work(ledger, actor(ledger, by))

    on_ledger(unit)


def _manage(ledger: Ledger, by: str) -> None:
    from models.deeds import Deed, require

    require(ledger, actor(ledger, by), Deed.MANAGE_PEOPLE)
