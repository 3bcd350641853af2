"""The facts for assessment as files: a workbook for people, JSON lines for whoever counts again (JZ-25)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bot.exporting import fit_cell, whole_file
from models.assessment import DEFINITIONS, Fact, counted

_COLUMNS = {
    "类别": 16,
    "对象": 24,
    "事实类型": 20,
    "事实": 70,
    "日期": 12,
    "文号/编号": 24,
    "流水号": 10,
    "对方说明": 40,
}
_COUNTS = {"类别": 16, "对象": 24, "事实类型": 20, "数量": 8, "口径": 60}
_LINE = "只列事实，不含登录、打卡、聊天次数；数量均由“事实”页逐行计得，可复算。是否奖惩由领导决定。"
_LATE = "今天仍未按时、未经批准延期、未认定客观原因的项数"


def write_jsonl(rows: list[Fact], out: Path) -> None:
    """Write one JSON line a fact."""
    with whole_file(out) as partial:
        lines = "".join(json.dumps(fact.as_dict(), ensure_ascii=False) + "\n" for fact in rows)
        partial.write_text(lines, encoding="utf-8", newline="\n")


def write_xlsx(rows: list[Fact], year: int, out: Path) -> None:
    """Write the facts, and beside them what is counted from them with its definition."""
    import xlsxwriter

    with whole_file(out) as partial, xlsxwriter.Workbook(str(partial), {"strings_to_formulas": False}) as book:
        head = book.add_format({"bold": True, "border": 1, "align": "center"})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        sheet = _sheet(book, head, "事实", f"{year}年考核事实", _COLUMNS)
        for at, fact in enumerate(rows, start=3):
            seq = "" if fact.seq is None else str(fact.seq)
            values = (
                fact.award,
                fact.whose,
                fact.kind,
                fact.text,
                fact.day.isoformat(),
                fact.number,
                seq,
                fact.explanation,
            )
            _row(sheet, at, values, cell)
        sheet = _sheet(book, head, "指标", f"{year}年指标（由事实逐行计得）", _COUNTS)
        for at, (award, whose, kind, number) in enumerate(counted(rows), start=3):
            _row(sheet, at, (award, whose, kind, str(number), DEFINITIONS.get(kind, _LATE)), cell)


def _sheet(book: Any, head: Any, name: str, title: str, columns: dict[str, int]) -> Any:
    sheet = book.add_worksheet(name)
    sheet.write_string(0, 0, title)
    sheet.write_string(1, 0, _LINE)
    for place, (heading, width) in enumerate(columns.items()):
        sheet.set_column(place, place, width)
        sheet.write_string(2, place, heading, head)
    sheet.freeze_panes(3, 2)
    return sheet


def _row(sheet: Any, at: int, values: tuple[str, ...], style: Any) -> None:
    for place, value in enumerate(values):
        sheet.write_string(at, place, fit_cell(value), style)
