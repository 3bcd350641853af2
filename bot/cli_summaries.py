"""`duban summary`: 汇总, 送审, 审定 and 发布 of what is put together from reports."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.commands import fail, on_ledger, say
from models import summary
from models.directory import find_person
from models.ledger import Ledger
from models.mechanism import Obligation
from models.people import Person
from models.periods import period_words
from models.summary import Summary

summary_app = typer.Typer(no_args_is_help=True, help="汇总稿和通报：汇总、送审、审定、发布。")

_What = Annotated[str, typer.Argument(help="哪一种报送，如 第三季度报告、9月调度情况")]
_Empty = Annotated[str, typer.Option("--though-empty", help="一份都没报也照发：写明原因，写入台账")]
_By = Annotated[str, typer.Option(help="以谁的身份办；不写是项目办")]


@summary_app.command("gather")
def summary_gather(what: _What, by: _By = "") -> None:
    """把各家报送汇总成稿，并列出未报的。"""
    from handlers.publishing import chain_of, gather_summary

    def work(ledger: Ledger) -> list[str]:
        chain = chain_of(ledger, what)
        if chain is None:
            fail(f"没找到要汇总的报送：{what}")
        gathered, row = gather_summary(ledger, chain, _person(ledger, by))
        missing = "、".join(subject.name for subject in gathered.missing)
        return [f"《{row.title}》第{row.version}稿，应报{gathered.sections}份，未报：{missing or '无'}"]

    for line in on_ledger(work):
        say(line)


@summary_app.command("show")
def summary_show(what: _What) -> None:
    """打印稿子和它现在到哪一步。"""

    def work(ledger: Ledger) -> str:
        _, row = _find(ledger, what)
        return f"《{row.title}》{row.label} 第{row.version}稿 {row.number}\n{row.text}"

    say(on_ledger(work))


@summary_app.command("edit")
def summary_edit(what: _What, file: Annotated[Path, typer.Option(help="改好的文字稿，UTF-8")], by: _By = "") -> None:
    """换成改好的文字；审定过的要重新送审。"""
    text = file.read_text(encoding="utf-8").strip()

    def work(ledger: Ledger) -> str:
        duty, row = _find(ledger, what)
        row = summary.draft(
            ledger, duty, row.period, title=row.title, text=text, sources=row.sources, by=_person(ledger, by)
        )
        return f"《{row.title}》第{row.version}稿，{row.label}"

    say(on_ledger(work))


@summary_app.command("send")
def summary_send(what: _What, by: _By = "", though_empty: _Empty = "") -> None:
    """送审；一份都没报的要写明照发的原因。"""
    from handlers.publishing import send_for_approval

    def work(ledger: Ledger) -> str:
        duty, row = _find(ledger, what)
        send_for_approval(ledger, duty, row, _person(ledger, by), though_empty=though_empty)
        return f"《{row.title}》第{row.version}稿已送审"

    say(on_ledger(work))


@summary_app.command("decide")
def summary_decide(
    what: _What,
    by: Annotated[str, typer.Option(help="审定的领导")],
    back: Annotated[str, typer.Option("--return", help="退回，并写明意见")] = "",
) -> None:
    """审定，或退回。"""
    from handlers.publishing import decide_summary

    def work(ledger: Ledger) -> str:
        duty, row = _find(ledger, what)
        who = find_person(ledger, by)
        return decide_summary(ledger, duty, row, who, approve=not back, remark=back)

    say(on_ledger(work))


@summary_app.command("publish")
def summary_publish(what: _What, by: _By = "", though_empty: _Empty = "") -> None:
    """发布已审定的稿子，编期号。"""

    def work(ledger: Ledger) -> str:
        duty, row = _find(ledger, what)
        summary.publish(ledger, duty, row, _person(ledger, by), though_empty=though_empty)
        ledger.drop_waiting(f"publish:{row.id}")
        return f"《{row.title}》已发布，{row.number}"

    say(on_ledger(work))


def _find(ledger: Ledger, what: str) -> tuple[Obligation, Summary]:
    from handlers.publishing import chain_of

    chain = chain_of(ledger, what)
    row = summary.find_summary(ledger, chain.bulletin, chain.occurrence.period) if chain else None
    if chain is None or row is None:
        period = period_words(chain.occurrence.period) if chain else ""
        fail(f"还没有{period}{what}的汇总稿，请先 duban summary gather {what}")
    return chain.bulletin, row


def _person(ledger: Ledger, name: str) -> Person | None:
    return find_person(ledger, name) if name else None
