"""The figures of a report: as words give them, or as an answer settled them since; and as receipts say them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from handlers.routing import Turn
from handlers.understanding.numbers import AmountsRead, read_amounts
from handlers.understanding.text import Span
from models.amounts import plain
from models.project import Project

FIGURES = {"month": "month_amount", "total": "total_amount", "percent": "percent"}
"""The names of figures as they are read, and as the ledger keeps them."""
ASIDE = "aside"
"""The name under which an answer settles that a sum is none of these."""


def figures_in(turn: Turn, text: str, project: Project) -> AmountsRead:
    """Return what a text says of a project's figures, with those an answer has put right."""
    read = read_amounts(text)
    settled = turn.settled.get(project.code, {})
    loose = tuple(money for money in read.loose if all(money.span.words != words for _, words in settled.values()))
    read = replace(read, loose=loose)
    for name, (value, words) in settled.items():
        if name not in FIGURES:
            continue
        other = [key for key in read.assumed if key not in settled and read.spans[key].words == words]
        if other:  # 620万 turned out to be the total
            read = _without(read, other[0])
        read = _without(read, name)
        read = _with(read, name, Decimal(value), Span(0, 0, words))
    return read


def _with(read: AmountsRead, name: str, value: Decimal, span: Span) -> AmountsRead:
    spans = {**read.spans, name: span}
    if name == "month":
        return replace(read, month=value, spans=spans)
    return replace(read, total=value, spans=spans) if name == "total" else replace(read, percent=value, spans=spans)


def _without(read: AmountsRead, name: str) -> AmountsRead:
    """Return figures without one of them, whatever was thought of it."""
    return replace(
        read,
        month=None if name == "month" else read.month,
        total=None if name == "total" else read.total,
        percent=None if name == "percent" else read.percent,
        spans={key: span for key, span in read.spans.items() if key != name},
        either={key: choices for key, choices in read.either.items() if key != name},
        assumed=read.assumed - {name},
        unitless=read.unitless - {name},
        about=read.about - {name},
        approximate=bool(read.about - {name}),
    )


def with_answers(turn: Turn, project: Project, text: str) -> str:
    """Return the words of a report with those of the answers that settled its figures."""
    words = [words for _, words in turn.settled.get(project.code, {}).values() if words not in text]
    return f"{text}（答：{'，'.join(words)}）" if words else text


def progress_data(amounts: AmountsRead, period: str, sent: datetime) -> dict[str, Any]:
    """Return what a progress entry holds of the figures read, without those we are not sure of."""
    sure = {name: getattr(amounts, name) for name in FIGURES if name not in amounts.assumed}
    return {
        "occurred": sent.date().isoformat(),
        "period": period,
        "month_amount": number(sure.get("month")),
        "total_amount": number(sure.get("total")),
        "percent": number(sure.get("percent")),
        "percent_of": amounts.percent_of or None,
        "approximate": amounts.approximate or None,
        "about": sorted(FIGURES[name] for name in amounts.about if name in sure) or None,
        "sent": sent.isoformat(timespec="seconds"),
        "spans": {FIGURES[name]: span.words for name, span in amounts.spans.items() if name in sure} or None,
    }


def progress_summary(data: dict[str, Any]) -> str:
    """Return the figures of a progress entry as a receipt says them; empty where it has none."""
    about = data.get("about") or ()
    month = "本月" if data["period"] == data["occurred"][:7] else f"{int(data['period'][5:])}月"
    shown = {
        "month_amount": month + "完成{}万元",
        "total_amount": "累计{}万元",
        "percent": (data.get("percent_of") or "形象进度") + "{}%",
    }
    parts = [
        words.format(("约" if name in about else "") + plain(data[name]))
        for name, words in shown.items()
        if data.get(name) is not None
    ]
    return "，".join(parts) or ("无新进展" if data.get("no_news") else "")


def number(value: Any) -> float | int | None:
    """Return a figure as JSON keeps it."""
    if value is None:
        return None
    read = float(value)
    return int(read) if read.is_integer() else read
