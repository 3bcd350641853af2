"""Opening an import workbook: guards against files that are not one, headings, and the rows of each sheet.

A workbook comes from outside: its unpacked size is checked before anything is parsed, rows are streamed and
counted. Faults are collected, never raised one by one.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from bot.workbook.cells import BadCell, plain, read_cell
from bot.workbook.shape import SHEETS, Column, Fault, ImportFaults, Row, Value

MAX_ROWS = 20_000
_MAX_UNPACKED = 100 * 1024 * 1024
_MAX_RATIO = 150  # sheets of real counties pack 5 to 40 times; a bomb a thousand times
_SMALL = 5 * 1024 * 1024  # unpacked, below which the ratio says nothing
_MAX_PARTS = 2000
_MAX_COLUMNS = 100
_HEADING_WITHIN = 5  # a title may stand above the headings
_OLD_OR_ENCRYPTED = b"\xd0\xcf\x11\xe0"
_NOTES = re.compile(r"(填表|填写)?(说明|须知)\d*")  # sheets the office may keep for itself

RawRow = tuple[int, tuple[Any, ...]]  # Excel's row number and its cells


@dataclass(slots=True)
class Sheets:
    """What was read: rows by sheet, which columns each sheet has, and every fault so far."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    columns: dict[str, frozenset[str]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_sheets(path: Path) -> Sheets:
    """Read every cell by its column's rule; raise :class:`ImportFaults` only when the file is no workbook."""
    sheets = Sheets()
    raw = _raw_sheets(path)
    if not any(rows and name in SHEETS for name, rows in raw.items()):
        raise _no_workbook(path, f"没有可导入的表，表名应为：{'、'.join(SHEETS)}")
    for name in SHEETS:
        if raw.get(name):
            _read_sheet(sheets, name, raw[name])
    for name in raw:
        if name not in SHEETS and raw[name] and not _NOTES.fullmatch(name):
            sheets.faults.append(Fault(name, 0, "", f"不认识这张表，可用：{'、'.join(SHEETS)}；不导入的表请删去"))
    return sheets


# --- the file ---------------------------------------------------------------------------------------------


def _no_workbook(path: Path, text: str) -> ImportFaults:
    return ImportFaults([Fault(path.name, 0, "", text)])


def _raw_sheets(path: Path) -> dict[str, list[RawRow]]:
    try:
        with path.open("rb") as file:
            _check_file(path, file)
            return _parse(path, file)
    except FileNotFoundError as error:
        raise _no_workbook(path, "没有这个文件") from error
    except OSError as error:
        raise _no_workbook(path, "打不开文件，请检查权限，或是否是个文件夹") from error


def _check_file(path: Path, file: IO[bytes]) -> None:
    if file.read(4) == _OLD_OR_ENCRYPTED:
        raise _no_workbook(path, "是旧版 .xls 或加了密码的文件，请另存为不加密的 .xlsx")
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError) as error:
        raise _no_workbook(path, "不是 Excel 工作簿（.xlsx）") from error
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise _no_workbook(path, "不是 Excel 工作簿（.xlsx）")
    if len(parts) > _MAX_PARTS or _is_bomb(parts):
        raise _no_workbook(path, "解压后过大，不予打开；请把六张表复制到新的工作簿再导入")
    file.seek(0)


def _is_bomb(parts: list[zipfile.ZipInfo]) -> bool:
    unpacked = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    return unpacked > _MAX_UNPACKED or (unpacked > _SMALL and unpacked > packed * _MAX_RATIO)


def _parse(path: Path, file: IO[bytes]) -> dict[str, list[RawRow]]:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about styles and extensions we do not read
        try:
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            return {_squeezed(sheet.title): _raw_rows(sheet) for sheet in book.worksheets}
        except Exception as error:  # a damaged file breaks openpyxl in any way there is
            raise _no_workbook(path, "文件已损坏，读不出来；请用 Excel 或 WPS 打开后另存为 .xlsx") from error


def _raw_rows(sheet: Any) -> list[RawRow]:
    """Return the rows that hold something, one more than allowed at most. The stated size is not believed."""
    sheet.reset_dimensions()
    rows: list[RawRow] = []
    for number, cells in enumerate(sheet.iter_rows(max_col=_MAX_COLUMNS, values_only=True), start=1):
        if cells.count(None) == len(cells):  # a million formatted but empty rows are common
            continue
        if any(cell is not None and str(cell).strip() for cell in cells):
            rows.append((number, cells))
            if len(rows) > MAX_ROWS + _HEADING_WITHIN:
                break
    return rows


# --- a sheet ----------------------------------------------------------------------------------------------


def _read_sheet(sheets: Sheets, name: str, raw: list[RawRow]) -> None:
    wanted = {column.name: column for column in SHEETS[name]}
    at = _heading_row(wanted, raw)
    places, faults = _places(name, wanted, raw[at])
    sheets.faults += faults
    sheets.columns[name] = frozenset(column.name for column in places.values())
    body = raw[at + 1 :]
    if len(body) > MAX_ROWS:
        sheets.faults.append(Fault(name, 0, "", f"超过{MAX_ROWS}行，请分几个文件导入"))
        return
    rows = sheets.rows.setdefault(name, [])
    for number, cells in body:
        values = dict(_cells(sheets.faults, name, places, number, cells))
        rows.append(Row(name, number, values))


def _heading_row(wanted: dict[str, Column], raw: list[RawRow]) -> int:
    """Return the place of the first row with a required heading, among the first few; 0 when none has."""
    required = {column.name for column in wanted.values() if column.required}
    for at, (_, cells) in enumerate(raw[:_HEADING_WITHIN]):
        if required & set(_headings(cells)):
            return at
    return 0


def _places(sheet: str, wanted: dict[str, Column], heading_row: RawRow) -> tuple[dict[int, Column], list[Fault]]:
    number, cells = heading_row
    places: dict[int, Column] = {}
    faults: list[Fault] = []
    for place, heading in enumerate(_headings(cells)):
        column = wanted.get(heading)
        if column is None and heading:
            faults.append(Fault(sheet, number, heading, f"不认识这一列，可用：{'、'.join(wanted)}"))
        elif column in places.values():
            faults.append(Fault(sheet, number, heading, "这一列出现了两次"))
        elif column is not None:
            places[place] = column
    missing = [column for column in wanted.values() if column.required and column not in places.values()]
    faults += [Fault(sheet, number, column.name, "缺少这一列") for column in missing]
    return places, faults


def _headings(cells: Iterable[Any]) -> list[str]:
    return [_heading("" if cell is None else str(cell)) for cell in cells]


def _heading(text: str) -> str:
    """Return a heading without stars, spaces and a note in brackets: "总投资（万元）" is 总投资."""
    squeezed = _squeezed(text)
    return re.sub(r"\(.*\)$", "", squeezed).strip("*") or squeezed


def _squeezed(text: str) -> str:
    return plain(unicodedata.normalize("NFKC", text))


def _cells(
    faults: list[Fault], sheet: str, places: dict[int, Column], number: int, cells: tuple[Any, ...]
) -> Iterator[tuple[str, Value]]:
    for place, column in places.items():
        raw = cells[place] if place < len(cells) else None
        try:
            yield column.name, read_cell(column, raw)
        except BadCell as error:
            faults.append(Fault(sheet, number, column.name, str(error)))
