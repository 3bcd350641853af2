"""Exports of the ledger (台账): JSON lines for programs, a workbook in the form of JZ-17 for people.

Files appear whole or not at all. Entries are streamed, so memory does not grow with the ledger. What people
wrote stays text: no cell of the workbook is a formula or a link.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.database import Database
from bot.exporting_rows import Cell, project_cells
from models.calendar import SHANGHAI
from models.entry import ENTRY_LABELS, Entry, EntryKind
from models.ledger import County
from models.mechanism import Mechanism
from models.project import Project

TITLE = "重大项目重点工作进度台账"
COLUMNS = {  # with their widths; the last eight are JZ-17's, word for word
    "序号": 5,
    "项目名称": 18,
    "前期审批手续时间节点": 26,
    "投资计划": 20,
    "开竣工等建设进度": 34,
    "存在的问题": 30,
    "解决方案": 30,
    "解决时限": 16,
    "责任单位": 20,
    "责任领导": 12,
}
FLOW_COLUMNS = {
    "流水号": 8,
    "时间": 19,
    "类别": 10,
    "项目编号": 10,
    "项目名称": 24,
    "人员": 10,
    "内容": 70,
    "附件数": 8,
    "校验码": 15,
    "更正流水号": 11,
}
SOURCE_COLUMNS = {
    "单元格": 10,
    "项目名称": 24,
    "栏目": 24,
    "流水号": 40,
    "出处": 24,
}
_BATCH = 1000
_A3 = 8
_HEAD_ROWS = 3  # title, line, headings
_FLOW_ROWS = 1_000_000  # of the 1,048,576 a sheet can hold; what is more goes on in the next
_CELL = 32_767  # UTF-16 units in a cell; xlsxwriter drops longer texts without a word
_CUT = "……（内容过长，已截断，全文见原始流水）"
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Which entries are meant: of one project (编号) or all, from one local date to another, both included."""

    project: str | None = None
    start: date | None = None
    end: date | None = None

    @property
    def after(self) -> datetime | None:
        """The instant at which the scope ends, exclusive."""
        return _midnight(self.end + timedelta(days=1)) if self.end else None

    def entries(self) -> Select[Entry]:
        """Return the query, oldest first, streaming."""
        query = select(Entry).order_by(Entry.seq).execution_options(yield_per=_BATCH)
        if self.project is not None:
            query = query.where(Entry.project == self.project)
        if self.start is not None:
            query = query.where(Entry.time >= _midnight(self.start))
        if self.after is not None:
            query = query.where(Entry.time < self.after)
        return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def export_jsonl(database: Database, out: Path, *, project: str | None, start: date | None, end: date | None) -> int:
    """Write one JSON line an entry, oldest first; return how many."""
    scope = Scope(project, start, end)

    def write(session: Session) -> int:
        count = 0
        with whole_file(out) as partial, partial.open("w", encoding="utf-8", newline="\n") as file:
            for entry in session.scalars(scope.entries()):
                file.write(json.dumps(entry.line(), ensure_ascii=False, separators=(",", ":")) + "\n")
                count += 1
            _sync(file)
        return count

    return database.read(write)


def export_xlsx(
    database: Database,
    county: County,
    out: Path,
    *,
    project: str | None,
    start: date | None,
    end: date | None,
    today: date,
    sources: bool = False,
) -> int:
    """Write the 台账 as a workbook; return how many entries its second sheet holds.

    The first sheet has a row for every project as things stood on `end` (else `today`, a local date); `start`
    only limits the second. With `sources` a sheet says which entries each cell comes from (JZ-17).
    """
    scope = Scope(project, start, end)

    def write(session: Session) -> int:
        import xlsxwriter

        with whole_file(out) as partial:
            with xlsxwriter.Workbook(str(partial), _OPTIONS) as book:
                styles = _styles(book)
                cells = project_cells(session, scope.project, scope.after, end or today)
                _write_ledger(book, styles, cells, end or today, county.mechanism)
                count = _write_flow(book, styles, session, scope)
                if sources:
                    _write_sources(book, styles, cells)
            with partial.open("rb+") as file:
                _sync(file)
        return count

    return database.read(write)


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """Give a file to write beside `out`, and put it there once it is complete."""
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        yield partial
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)


def _sync(file: IO[Any]) -> None:
    file.flush()
    os.fsync(file.fileno())


# --- the workbook -----------------------------------------------------------------------------------------


def _styles(book: Any) -> dict[str, Any]:
    cell = {"border": 1, "valign": "top", "text_wrap": True, "font_size": 10}
    return {
        "title": book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"}),
        "line": book.add_format({"font_size": 10, "valign": "vcenter"}),
        "head": book.add_format({**cell, "bold": True, "align": "center", "valign": "vcenter"}),
        "cell": book.add_format(cell),
        "centre": book.add_format({**cell, "align": "center"}),
        "time": book.add_format({**cell, "num_format": "yyyy-mm-dd hh:mm:ss"}),
    }


def _write_ledger(
    book: Any, styles: dict[str, Any], rows: list[tuple[Cell, ...]], day: date, mechanism: Mechanism
) -> None:
    line = f"填报单位：{mechanism.office.name}    截至日期：{day}    单位：万元    共{len(rows)}个项目"
    if mechanism.documents.ledger != TITLE:
        line += f"    本地制度称《{mechanism.documents.ledger}》"
    sheet = _sheet(book, styles, "台账", COLUMNS, f"《{TITLE}》", line)
    sheet.set_footer("&L填报人：            审核人：&C第 &P 页，共 &N 页")
    for number, cells in enumerate(rows, start=1):
        at = number + _HEAD_ROWS - 1
        sheet.write_number(at, 0, number, styles["centre"])
        for place, cell in enumerate(cells, start=1):
            _put(sheet, at, place, cell.text, styles["cell"])


def _write_sources(book: Any, styles: dict[str, Any], rows: list[tuple[Cell, ...]]) -> None:
    """Say of every cell of the first sheet that holds something which entries it comes from."""
    sheet = _sheet(
        book, styles, "来源", SOURCE_COLUMNS, "台账各格来源", "流水号见「流水」表；登记信息指导入表或项目办登记"
    )
    headings = list(COLUMNS)
    at = _HEAD_ROWS
    for number, cells in enumerate(rows, start=1):
        for place, cell in enumerate(cells, start=1):
            if not cell.text:
                continue
            where = f"{chr(ord('A') + place)}{number + _HEAD_ROWS}"
            seqs = "、".join(str(seq) for seq in cell.seqs)
            told = (where, cells[0].text, headings[place], seqs, "流水" if cell.seqs else "登记信息")
            for column, text in enumerate(told):
                _put(sheet, at, column, text, styles["cell"])
            at += 1


def _write_flow(book: Any, styles: dict[str, Any], session: Session, scope: Scope) -> int:
    names = dict(session.execute(select(Project.code, Project.name)).all())
    sheet, count = None, 0
    for entry in session.scalars(scope.entries()):
        at = count % _FLOW_ROWS
        if sheet is None or at == 0:
            part = count // _FLOW_ROWS
            sheet = _flow_sheet(book, styles, "流水" if part == 0 else f"流水{part + 1}", scope)
        _write_entry(sheet, styles, at + _HEAD_ROWS, entry, names)
        count += 1
    if sheet is None:
        _flow_sheet(book, styles, "流水", scope)
    return count


def _flow_sheet(book: Any, styles: dict[str, Any], name: str, scope: Scope) -> Any:
    line = f"起：{scope.start or '开始'}    止：{scope.end or '现在'}    每条一行，先旧后新，只增不改"
    return _sheet(book, styles, name, FLOW_COLUMNS, "台账流水", line)


def _sheet(book: Any, styles: dict[str, Any], name: str, columns: dict[str, int], title: str, line: str) -> Any:
    sheet = book.add_worksheet(name)
    for place, width in enumerate(columns.values()):
        sheet.set_column(place, place, width)
    sheet.set_landscape()
    sheet.set_paper(_A3)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.repeat_rows(0, _HEAD_ROWS - 1)
    sheet.freeze_panes(_HEAD_ROWS, 2)
    sheet.set_row(0, 30)
    sheet.merge_range(0, 0, 0, len(columns) - 1, title, styles["title"])
    _put(sheet, 1, 0, line, styles["line"])
    for place, heading in enumerate(columns):
        _put(sheet, _HEAD_ROWS - 1, place, heading, styles["head"])
    return sheet


def _write_entry(sheet: Any, styles: dict[str, Any], at: int, entry: Entry, names: dict[str, str]) -> None:
    code = entry.project or ""
    sheet.write_number(at, 0, entry.seq, styles["centre"])
    sheet.write_datetime(at, 1, entry.time.astimezone(SHANGHAI), styles["time"])
    texts = (ENTRY_LABELS[EntryKind(entry.kind)], code, names.get(code, ""), entry.person or "", entry.text)
    for place, text in enumerate(texts, start=2):
        _put(sheet, at, place, text, styles["cell"])
    sheet.write_number(at, 7, len(entry.attachments), styles["centre"])
    _put(sheet, at, 8, entry.hash[:12], styles["cell"])
    if entry.supersedes is None:
        _put(sheet, at, 9, "", styles["cell"])
    else:
        sheet.write_number(at, 9, entry.supersedes, styles["centre"])


def _put(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """Write a text as a text, whatever it begins with."""
    if sheet.write_string(row, column, fit_cell(text), style) != 0:
        raise ValueError(f"cell ({row}, {column}) of {sheet.name} was not written")


def fit_cell(text: str) -> str:
    """Return a text as long as a cell holds, with a mark where it was cut."""
    if len(text) <= _CELL // 2 or _units(text) <= _CELL:
        return text
    kept = text[: _CELL - len(_CUT)]
    while _units(kept) > _CELL - len(_CUT):
        kept = kept[: len(kept) - (_units(kept) - _CELL + len(_CUT) + 1) // 2]
    return kept + _CUT


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
