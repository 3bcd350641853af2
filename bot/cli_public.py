"""The commands about what leaves the house: `duban extract`, `duban document`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli_people import By, actor
from bot.commands import day_of, on_ledger, say
from models.directory import find_project
from models.errors import Refusal
from models.ledger import Ledger

extract_app = typer.Typer(no_args_is_help=True, help="公开内容（融媒体）")
document_app = typer.Typer(no_args_is_help=True, help="文书的成文日期、印发日期、份数、主送")


# --- public texts -----------------------------------------------------------------------------------------


@extract_app.command("propose")
def extract_propose(
    project: Annotated[list[str] | None, typer.Option(help="由台账起草这些项目的进展")] = None,
    file: Annotated[Path | None, typer.Option(help="用这个文本文件")] = None,
    title: Annotated[str, typer.Option(help="题目")] = "重点项目进展",
    by: By = "",
) -> None:
    """提出公开内容：去掉人名、电话、坐标，等批准。"""
    from handlers.extracts import put_forward
    from models.extract import draft

    def work(ledger: Ledger) -> tuple[int, str]:
        text = file.read_text(encoding="utf-8") if file else ""
        text = text or draft(ledger, [find_project(ledger, code) for code in project or []])
        row = put_forward(ledger, title, text, actor(ledger, by))
        return row.id, row.text

    number, text = on_ledger(work)
    say(f"公开内容{number}（待批准）：")
    say(text)


@extract_app.command("approve")
def extract_approve(number: Annotated[int, typer.Argument(help="编号")], by: By = "") -> None:
    """批准公开。"""
    from handlers.extracts import decided

    on_ledger(lambda ledger: decided(ledger, number, actor(ledger, by), approve=True))
    say(f"公开内容{number}已批准。")


@extract_app.command("return")
def extract_return(
    number: Annotated[int, typer.Argument(help="编号")],
    remark: Annotated[str, typer.Option(help="怎么改")] = "",
    by: By = "",
) -> None:
    """退回修改。"""
    from handlers.extracts import decided

    on_ledger(lambda ledger: decided(ledger, number, actor(ledger, by), approve=False, remark=remark))
    say(f"公开内容{number}已退回。")


@extract_app.command("rewrite")
def extract_rewrite(
    number: Annotated[int, typer.Argument(help="编号")],
    file: Annotated[Path, typer.Option(help="改后的文本文件")],
    by: By = "",
) -> None:
    """改写：原来的批准作废，重新等批准。"""
    from handlers.extracts import ask_approval
    from models.extract import rewrite

    def work(ledger: Ledger) -> None:
        ask_approval(ledger, rewrite(ledger, number, file.read_text(encoding="utf-8"), actor(ledger, by)))

    on_ledger(work)
    say(f"公开内容{number}已改，待批准。")


@extract_app.command("export")
def extract_export(
    number: Annotated[int, typer.Argument(help="编号")],
    out: Annotated[Path, typer.Option(help="写到哪个文本文件")],
    by: By = "",
) -> None:
    """导出已批准的公开内容；没批准的不给。"""
    from models.extract import exportable

    def work(ledger: Ledger) -> str:
        row = exportable(ledger, number, actor(ledger, by))
        return f"{row.title}\n\n{row.text}\n"

    out.write_text(on_ledger(work), encoding="utf-8")
    say(f"已导出：{out}")


# --- documents --------------------------------------------------------------------------------------------


@document_app.command("set")
def document_set(
    paper: Annotated[str, typer.Argument(help="文号或文书名")],
    written: Annotated[str, typer.Option(help="成文日期")],
    printed: Annotated[str, typer.Option(help="印发日期")] = "",
    copies: Annotated[int, typer.Option(help="共印份数")] = 0,
    to: Annotated[list[str] | None, typer.Option(help="主送：单位或主送群组，可写多个")] = None,
    copy_to: Annotated[list[str] | None, typer.Option(help="抄送")] = None,
) -> None:
    """登记一份文书的成文日期、印发日期、份数、主送。"""
    from models.papers_meta import PaperMeta, addressees, imprint, save_meta

    meta = PaperMeta(
        day_of(written), day_of(printed) if printed else None, copies or None, tuple(to or ()), tuple(copy_to or ())
    )

    def work(ledger: Ledger) -> tuple[list[str], str]:
        save_meta(ledger, paper, meta)
        return addressees(ledger, meta), imprint(meta, ledger.mechanism.office.name)

    names, last = on_ledger(work)
    if names:
        say(f"主送：{'、'.join(names)}")
    say(last)


@document_app.command("show")
def document_show(paper: Annotated[str, typer.Argument(help="文号或文书名")]) -> None:
    """一份文书登记了什么。"""
    from models.papers_meta import addressees, find_meta, imprint

    def work(ledger: Ledger) -> list[str]:
        meta = find_meta(ledger, paper)
        if meta is None:
            raise Refusal(f"「{paper}」没有登记，请先登记。")
        lines = [f"成文日期\t{meta.written}", f"主送\t{'、'.join(addressees(ledger, meta))}"]
        return [*lines, imprint(meta, ledger.mechanism.office.name)]

    for line in on_ledger(work):
        say(line)
