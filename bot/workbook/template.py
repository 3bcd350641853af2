"""Writing import workbooks: the empty one for an office to fill in, and filled ones (the sample county)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from bot.workbook.shape import SHEETS, Cell, Column

_ROWS_WITH_LISTS = 2000  # rows that get drop-downs
_FORMATS = {Cell.CODE: "@", Cell.DATE: "yyyy-mm-dd", Cell.MONEY: "#,##0.##", Cell.DEGREES: "0.0000##"}
_OTHER_SHEETS = {  # drop-downs that offer what another sheet holds
    ("人员", "单位"): "单位",
    ("项目", "专班"): "专班",
    ("节点", "项目编号"): "项目",
}

Cells = Mapping[str, object]  # column → str, number or date


def write_template(path: Path) -> None:
    """Write the empty workbook: headings, notes, drop-downs."""
    write_workbook(path, {})


def write_workbook(path: Path, rows: Mapping[str, Iterable[Cells]]) -> None:
    """Write a workbook with the given rows by sheet."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        for name, columns in SHEETS.items():
            sheet = book.add_worksheet(name)
            _head(book, sheet, columns)
            for place, column in enumerate(columns):
                _offer(sheet, name, place, column)
            for number, cells in enumerate(rows.get(name, ()), start=1):
                _write_row(sheet, columns, number, cells)


def _head(book: Any, sheet: Any, columns: tuple[Column, ...]) -> None:
    style = {"bold": True, "border": 1, "align": "center", "valign": "vcenter"}
    required = book.add_format({**style, "bg_color": "#FCE4D6", "font_color": "#C00000"})
    optional = book.add_format({**style, "bg_color": "#DDEBF7"})
    for place, column in enumerate(columns):
        body = {"num_format": _FORMATS[column.cell]} if column.cell in _FORMATS else {}
        sheet.set_column(place, place, column.width, book.add_format({**body, "text_wrap": True}))
        sheet.write_string(0, place, column.heading, required if column.required else optional)
        note = ("必填。" if column.required else "") + column.note
        sheet.write_comment(0, place, note, {"author": "", "x_scale": 1.8})
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 0)


def _offer(sheet: Any, name: str, place: int, column: Column) -> None:
    """Give a column its drop-down; where several values may stand, it only proposes."""
    other = _OTHER_SHEETS.get((name, column.name))
    source: object = list(column.choices)
    if other:
        source = f"='{other}'!$A$2:$A${_ROWS_WITH_LISTS + 1}"
    if not source:
        return
    strict = column.cell is Cell.CHOICE
    rule = {"validate": "list", "source": source, "show_error": strict, "ignore_blank": True}
    sheet.data_validation(1, place, _ROWS_WITH_LISTS, place, rule)


def _write_row(sheet: Any, columns: tuple[Column, ...], number: int, cells: Cells) -> None:
    for place, column in enumerate(columns):
        value = cells.get(column.name)
        if isinstance(value, date):
            sheet.write_datetime(number, place, value)
        elif isinstance(value, int | float):
            sheet.write_number(number, place, value)
        elif value is not None:
            sheet.write_string(number, place, str(value))
