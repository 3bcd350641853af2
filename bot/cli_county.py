"""The commands about boards, chains and needs: `duban board`, `duban chain`, `duban need`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_people import By, actor
from bot.commands import day_of, fail, on_ledger, say
from models.directory import find_person, find_project, find_unit
from models.errors import Refusal
from models.ledger import Ledger

if TYPE_CHECKING:
    from models.chain import Chain

board_app = typer.Typer(no_args_is_help=True, help="标示牌")
chain_app = typer.Typer(no_args_is_help=True, help="产业链（链长制）")
need_app = typer.Typer(no_args_is_help=True, help="要素需求")
Code = Annotated[str, typer.Argument(metavar="项目编号", help="项目编号")]


# --- boards -----------------------------------------------------------------------------------------------


@board_app.command("show")
def board_show(project: Code) -> None:
    """标示牌该写的五个人，与已登记的牌面对照。"""
    from models import board

    def work(ledger: Ledger) -> list[str]:
        item = find_project(ledger, project)
        changes = {label: was for label, was, _ in board.differences(ledger, item)}
        names = zip(board.labels(ledger), board.five_names(ledger, item), strict=True)
        return [f"{label}\t{name}" + (f"\t牌上：{changes[label]}" if label in changes else "") for label, name in names]

    for line in on_ledger(work):
        say(line)


@board_app.command("print")
def board_print(project: Code, out: Annotated[Path, typer.Option(help="写到哪个网页文件 FILE.html")]) -> None:
    """写出可打印的标示牌（A3横版网页，浏览器里直接打印）。"""
    from bot.board_page import board_page, write_board
    from bot.settings import load_settings

    address = load_settings().public_url.rstrip("/")
    write_board(out, on_ledger(lambda ledger: board_page(ledger, find_project(ledger, project), address)))
    say(f"已写出：{out}" if address else f"已写出：{out}（没有设置 DUBAN_PUBLIC_URL，牌上没有二维码）")


@board_app.command("code")
def board_code(project: Code, out: Annotated[Path, typer.Option(help="写到哪个文件 FILE.svg 或 FILE.png")]) -> None:
    """写出项目的二维码：扫码打开这个项目的页面；项目改名不用换。"""
    from bot.board_code import write_code
    from bot.settings import load_settings
    from models.board import page_url

    address = load_settings().public_url.rstrip("/")
    if not address:
        fail("二维码要写上网页的地址，请先设置 DUBAN_PUBLIC_URL，如 https://duban.example.gov.cn")
    if out.suffix.lower() not in (".svg", ".png"):
        raise typer.BadParameter("文件名要以 .svg 或 .png 结尾")
    url = on_ledger(lambda ledger: page_url(address, find_project(ledger, project)))
    write_code(out, url)
    say(f"已写出：{out}（{url}）")


@board_app.command("updated")
def board_updated(project: Code, by: By = "") -> None:
    """登记牌面已与台账一致，不再提醒。"""
    from models.actors import Scope
    from models.board import report_shown
    from models.deeds import Deed, require

    def work(ledger: Ledger) -> None:
        item, who = find_project(ledger, project), actor(ledger, by)
        require(ledger, who, Deed.UPDATE_BOARD, Scope(project=item))
        report_shown(ledger, item, who, f"{item.name}标示牌已更新")

    on_ledger(work)
    say(f"{project}牌面已登记。")


@board_app.command("stale")
def board_stale() -> None:
    """列出牌面与台账不一致的项目。"""
    from models.board import stale

    def work(ledger: Ledger) -> list[str]:
        return [
            f"{project.code}\t{label}\t牌上：{was}\t台账：{now}"
            for project, changes in stale(ledger)
            for label, was, now in changes
        ]

    for line in on_ledger(work) or ["没有发现牌面与台账不一致。"]:
        say(line)


# --- chains -----------------------------------------------------------------------------------------------


@chain_app.command("add")
def chain_add(
    name: Annotated[str, typer.Argument(help="链名，如 纺织")],
    plan: Annotated[str, typer.Option(help="方案")] = "",
    chief: Annotated[str, typer.Option(help="链长")] = "",
    by: By = "",
) -> None:
    """登记一条产业链，或改它的方案和链长：一条链一个方案一位链长。"""
    from models.chain import save_chain
    from models.deeds import Deed, require
    from models.team import Place, appoint

    def work(ledger: Ledger) -> str:
        who = actor(ledger, by)
        require(ledger, who, Deed.KEEP_CHAINS)
        chain = save_chain(ledger, name, plan, who)
        if chief:
            appoint(ledger, Place.CHIEF, find_person(ledger, chief), chain_id=chain.id, by=who)
        return chain.shown

    say(f"已登记：{on_ledger(work)}")


@chain_app.command("team")
def chain_team(
    name: Annotated[str, typer.Argument(help="链名")],
    place: Annotated[str, typer.Option(help="链长、组长、副组长、成员")],
    person: Annotated[str, typer.Option(help="姓名")],
    by: By = "",
) -> None:
    """链上班子登记一个人；职级要合。"""
    from models.deeds import Deed, require
    from models.team import Place, appoint

    if place not in {one.value for one in Place}:
        raise typer.BadParameter("只能是链长、组长、副组长、成员")

    def work(ledger: Ledger) -> None:
        who = actor(ledger, by)
        require(ledger, who, Deed.KEEP_CHAINS)
        appoint(ledger, Place(place), find_person(ledger, person), chain_id=_chain(ledger, name).id, by=who)

    on_ledger(work)
    say(f"{name}：{place}{person}")


@chain_app.command("item")
def chain_item(
    name: Annotated[str, typer.Argument(help="链名")],
    list_: Annotated[str, typer.Option("--list", help="重点事项清单、重点园区清单、重点企业清单、重点项目清单")],
    what: Annotated[str, typer.Option(help="列入什么")] = "",
    project: Annotated[str, typer.Option(help="项目编号")] = "",
    off: Annotated[bool, typer.Option("--off", help="移出")] = False,
    by: By = "",
) -> None:
    """四个清单里列入或移出一项。"""
    from models.chain import on_list, put_on_list, take_off
    from models.deeds import Deed, require

    def work(ledger: Ledger) -> str:
        who = actor(ledger, by)
        require(ledger, who, Deed.KEEP_CHAINS)
        chain = _chain(ledger, name)
        found = find_project(ledger, project) if project else None
        item = put_on_list(ledger, chain, list_, name=what, project=found, by=who)
        if off:
            take_off(ledger, item, who)
        return f"{chain.shown}{item.list_name}：{len(on_list(ledger, chain, item.list_name))}项"

    say(on_ledger(work))


@chain_app.command("show")
def chain_show(name: Annotated[str, typer.Argument(help="链名")]) -> None:
    """一条链的链长、班子、方案和四个清单。"""
    from models.chain import list_names, on_list
    from models.team import members

    def work(ledger: Ledger) -> list[str]:
        chain = _chain(ledger, name)
        lines = [f"方案\t{chain.plan}"]
        lines += [f"{one.place}\t{one.name}\t{one.title}" for one in members(ledger, chain_id=chain.id)]
        for listed in list_names(ledger):
            lines.append(f"{listed}\t" + "、".join(item.name for item in on_list(ledger, chain, listed)))
        return lines

    for line in on_ledger(work):
        say(line)


# --- needs ------------------------------------------------------------------------------------------------


@need_app.command("add")
def need_add(
    project: Code,
    factor: Annotated[str, typer.Option(help="哪类要素")],
    text: Annotated[str, typer.Option(help="说明")],
    amount: Annotated[str, typer.Option(help="多少，如 30亩、2000万元、40人")] = "",
    department: Annotated[str, typer.Option(help="由哪家解决；不写按制度")] = "",
    due: Annotated[str, typer.Option(help="哪天前")] = "",
    by: By = "",
) -> None:
    """登记一项要素需求，转给解决的部门。"""
    from handlers.following import tell_department
    from models.need import raise_need
    from models.rights import may_see

    size, measure = _amount(amount)
    day = day_of(due) if due else None

    def work(ledger: Ledger) -> str:
        item, who = find_project(ledger, project), actor(ledger, by)
        if who is not None and not may_see(ledger, who, item):
            raise Refusal(f"《{item.name}》不在{who.name}负责的范围里，没有登记。")
        unit = find_unit(ledger, department) if department else None
        if department and unit is None:
            raise Refusal(f"没有登记单位「{department}」，请先登记。")
        need = raise_need(
            ledger,
            project=item,
            factor=factor,
            text=text,
            by=who,
            amount=size,
            measure_unit=measure,
            department=unit,
            due=day,
        )
        tell_department(ledger, need)
        return f"{need.handle}\t{need.size}\t{need.department.shown if need.department else '未定由谁解决'}"

    say(on_ledger(work))


@need_app.command("list")
def need_list(
    factor: Annotated[str, typer.Option(help="只要这一类")] = "",
    department: Annotated[str, typer.Option(help="只要转给这个部门的")] = "",
) -> None:
    """没落实的要素需求和各类缺口合计。"""
    from handlers.needs import gap_lines
    from models.need import open_needs

    def work(ledger: Ledger) -> list[str]:
        unit = find_unit(ledger, department) if department else None
        found = open_needs(ledger, factors=[factor] if factor else (), department=unit)
        rows = [
            f"{need.handle}\t{need.project.code}\t{need.size}\t{need.department.shown if need.department else ''}"
            f"\t{need.due or ''}\t{need.measure}".rstrip()
            for need in found
        ]
        return [*rows, *gap_lines(found)]

    for line in on_ledger(work) or ["没有未落实的要素需求。"]:
        say(line)


@need_app.command("met")
def need_met(
    number: Annotated[str, typer.Argument(help="编号，如 XQ-1")],
    text: Annotated[str, typer.Option(help="怎么落实的")] = "已落实",
    by: By = "",
) -> None:
    """已落实（由保障的部门或项目办说）。"""
    from models.need import find_need, supply

    on_ledger(lambda ledger: supply(ledger, find_need(ledger, number), actor(ledger, by), text))
    say(f"{number}已落实。")


@need_app.command("withdraw")
def need_withdraw(
    number: Annotated[str, typer.Argument(help="编号")],
    text: Annotated[str, typer.Option(help="原因")] = "不再需要",
    by: By = "",
) -> None:
    """撤回：不再需要。"""
    from models.deeds import Deed, require
    from models.need import find_need, withdraw

    def work(ledger: Ledger) -> None:
        who = actor(ledger, by)
        require(ledger, who, Deed.SUPPLY_FACTOR)
        withdraw(ledger, find_need(ledger, number), who, text)

    on_ledger(work)
    say(f"{number}已撤回。")


@need_app.command("measure")
def need_measure(
    number: Annotated[str, typer.Argument(help="编号")],
    measure: Annotated[str, typer.Argument(help="服务措施，如 容缺办理")],
    by: By = "",
) -> None:
    """登记用了哪项服务措施。"""
    from models.need import find_need, offer_measure

    on_ledger(lambda ledger: offer_measure(ledger, find_need(ledger, number), measure, actor(ledger, by)))
    say(f"{number}：{measure}")


@need_app.command("match")
def need_match(
    name: Annotated[str, typer.Argument(help="对接会名称")],
    on: Annotated[str, typer.Option(help="哪天")],
    project: Annotated[list[str], typer.Option(help="参加的项目编号，可写多个")],
    result: Annotated[str, typer.Option(help="对接结果")],
    by: By = "",
) -> None:
    """登记一次银政企对接会和每个项目的结果。"""
    from models.matching import record_matching

    day = day_of(on)

    def work(ledger: Ledger) -> int:
        projects = [find_project(ledger, code) for code in project]
        return record_matching(ledger, name, day, projects, result, actor(ledger, by))

    say(f"已登记：{name}，{on_ledger(work)}个项目")


def _chain(ledger: Ledger, name: str) -> Chain:
    from models.chain import find_chain

    chain = find_chain(ledger, name)
    if chain is None:
        raise Refusal(f"没有登记「{name}」这条链，请先用 duban chain add 登记。")
    return chain


def _amount(words: str) -> tuple[Decimal | None, str]:
    """Read 30亩 as an amount and its measure."""
    if not words:
        return None, ""
    digits = words.rstrip("亩万元人吨度方立米千瓦时个名位")
    try:
        return Decimal(digits), words[len(digits) :]
    except InvalidOperation:
        fail(f"「{words}」看不懂，请写成 30亩、2000万元、40人")
