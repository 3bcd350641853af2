"""The ledger leaves the house: line by line for programs, under the headings of JZ-17 for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.database import Database
from bot.exporting import COLUMNS, FLOW_COLUMNS, export_jsonl, export_xlsx, fit_cell
from bot.simulator.sample_county import write_sample
from bot.workbook.importing import import_file
from models import tables
from models.base import Base
from models.calendar import SHANGHAI, WorkCalendar
from models.entry import EntryKind, line_hash
from models.indicators import is_permit
from models.ledger import County, Ledger, start_chain
from models.mechanism import load_mechanism
from models.people import Person
from models.project import Project

TODAY = date(2026, 9, 17)
NOON = datetime(2026, 9, 17, 12, 0, tzinfo=SHANGHAI)
Telling = Callable[..., int]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "sample.xlsx"
    write_sample(path)
    return path


@pytest.fixture
def database(tmp_path: Path, sample: Path) -> Iterator[Database]:
    assert tables.ALL
    database = Database(f"sqlite:///{tmp_path / 'duban.db'}")
    Base.metadata.create_all(database.engine)
    database.write(start_chain)
    import_file(database, sample, date(2026, 1, 1))
    yield database
    database.close()


@pytest.fixture(scope="module")
def county() -> County:
    return County(load_mechanism("jiaozuo"), WorkCalendar())


@pytest.fixture
def tell(database: Database, county: County) -> Telling:
    """Record and seal one entry; give its number."""

    def tell(kind: EntryKind, text: str, code: str | None = "P01", at: datetime = NOON, **more: Any) -> int:
        def work(session: Session) -> int:
            ledger = Ledger(session, at, county)
            project = session.scalar(select(Project).where(Project.code == code))
            person = session.scalar(select(Person).where(Person.name == "陈浩"))
            supersedes = more.pop("supersedes", None)
            entry = ledger.record(kind, text, person=person, project=project, data=more, supersedes=supersedes)
            ledger.seal()
            return entry.seq

        return database.write(work)

    return tell


def lines(database: Database, out: Path, **scope: Any) -> list[dict[str, Any]]:
    wanted = {"project": None, "start": None, "end": None, **scope}
    count = export_jsonl(database, out, **wanted)
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert count == len(found)
    return found


def sheets(database: Database, county: County, out: Path, **scope: Any) -> tuple[Worksheet, Worksheet]:
    wanted = {"project": None, "start": None, "end": None, "today": TODAY, **scope}
    export_xlsx(database, county, out, **wanted)
    book = openpyxl.load_workbook(out)
    return book["台账"], book["流水"]


def row_of(sheet: Worksheet, name: str) -> dict[str, str]:
    for row in sheet.iter_rows(min_row=4, values_only=True):
        if row[1] == name:
            return {heading: str(cell or "") for heading, cell in zip(COLUMNS, row, strict=True)}
    raise AssertionError(f"no row for {name}")


# --- JSON lines -------------------------------------------------------------------------------------------


def test_lines_come_oldest_first_with_every_promised_key_and_a_checkable_hash(
    database: Database, tell: Telling, tmp_path: Path
) -> None:
    tell(EntryKind.PROGRESS, "主体封顶", total_amount=18500)
    tell(EntryKind.NOTE, "还没归档", code=None)
    first, second = lines(database, tmp_path / "ledger.jsonl")
    promised = "seq time kind project person text data attachments channel message_id supersedes hash"
    assert set(promised.split()) <= set(first)
    assert (first["seq"], second["seq"]) == (1, 2)
    assert first["time"] == "2026-09-17T12:00:00.000+08:00"
    assert (first["person"], first["project"], second["project"]) == ("陈浩", "P01", None)
    assert second["prev"] == first["hash"] == line_hash(first)


def test_lines_are_limited_by_project_and_by_days_in_shanghai(
    database: Database, tell: Telling, tmp_path: Path
) -> None:
    tell(EntryKind.NOTE, "九月十六日夜", at=datetime(2026, 9, 16, 23, 59, tzinfo=SHANGHAI))
    tell(EntryKind.NOTE, "九月十七日凌晨", at=datetime(2026, 9, 17, 0, 0, tzinfo=SHANGHAI))
    tell(EntryKind.NOTE, "九月十七日夜", code="P03", at=datetime(2026, 9, 17, 23, 59, 59, tzinfo=SHANGHAI))
    tell(EntryKind.NOTE, "九月十八日凌晨", at=datetime(2026, 9, 18, 0, 0, tzinfo=SHANGHAI))
    out = tmp_path / "ledger.jsonl"
    that_day = lines(database, out, start=TODAY, end=TODAY)
    assert [line["text"] for line in that_day] == ["九月十七日凌晨", "九月十七日夜"]
    assert [line["seq"] for line in lines(database, out, project="P01")] == [1, 2, 4]
    assert lines(database, out, project="P01", end=date(2026, 9, 15)) == []


def test_a_failed_export_leaves_the_old_file_and_no_remains(database: Database, tell: Telling, tmp_path: Path) -> None:
    out = tmp_path / "out" / "ledger.jsonl"
    tell(EntryKind.NOTE, "第一条")
    assert len(lines(database, out)) == 1
    before = out.read_bytes()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE entries SET data = '{broken'")
    with pytest.raises(ValueError, match="property name"):
        export_jsonl(database, out, project=None, start=None, end=None)
    assert out.read_bytes() == before
    assert [path.name for path in out.parent.iterdir()] == ["ledger.jsonl"]


# --- the workbook -----------------------------------------------------------------------------------------


def test_the_headings_are_word_for_word_those_of_the_notice(database: Database, county: County, tmp_path: Path) -> None:
    ledger, flow = sheets(database, county, tmp_path / "ledger.xlsx")
    assert ledger["A1"].value == "《重大项目重点工作进度台账》"
    assert [cell.value for cell in ledger[3]] == [
        "序号",
        "项目名称",
        "前期审批手续时间节点",
        "投资计划",
        "开竣工等建设进度",
        "存在的问题",
        "解决方案",
        "解决时限",
        "责任单位",
        "责任领导",
    ]
    assert f"填报单位：{county.mechanism.office.name}" in ledger["A2"].value
    assert "截至日期：2026-09-17" in ledger["A2"].value
    assert "单位：万元" in ledger["A2"].value
    assert [cell.value for cell in flow[3]] == list(FLOW_COLUMNS)


def test_it_prints_on_a3_across_with_headings_on_every_page(database: Database, county: County, tmp_path: Path) -> None:
    for sheet in sheets(database, county, tmp_path / "ledger.xlsx"):
        assert (sheet.page_setup.orientation, str(sheet.page_setup.paperSize)) == ("landscape", "8")
        assert sheet.print_title_rows == "$1:$3"
        assert sheet.freeze_panes == "C4"
        assert sheet["E3"].alignment.wrap_text


def test_each_project_is_one_row_made_of_plan_nodes_and_entries(
    database: Database, county: County, tell: Telling, tmp_path: Path
) -> None:
    tell(EntryKind.PROGRESS, "八月完成", period="2026-08", total_amount=16200, month_amount=1900)
    tell(EntryKind.PROGRESS, "钢结构起来了", period="2026-09", total_amount=18500, month_amount=2300, percent=82)
    tell(EntryKind.PROGRESS, "还那样", period="2026-09")
    ledger, _ = sheets(database, county, tmp_path / "ledger.xlsx")
    assert ledger.max_row == 3 + 8
    row = row_of(ledger, "高端纺织产业园一期")
    assert row["序号"] == "1"
    assert row["前期审批手续时间节点"] == "施工许可证：计划2025-10-10"
    assert row["投资计划"].split("\n") == [
        "总投资52,000",
        "年度计划24,000",
        "累计完成18,500（至2026-09，流水2）",
        "2026-09完成2,300（流水2）",
    ]
    building = row["开竣工等建设进度"].split("\n")
    assert "计划竣工：2026-12-20" in building
    assert "钢结构完成：计划2026-09-30" in building
    assert building[-2:] == ["形象进度82%（流水2）", "最新进展 2026-09-17：还那样（流水3）"]
    assert (row["责任单位"], row["责任领导"]) == ("平澜县工业和信息化局", "周建国")


def test_problems_stand_until_closed_and_notices_bring_solution_and_date(
    database: Database, county: County, tell: Telling, tmp_path: Path
) -> None:
    problem = {"code": "P05", "problem": "ISS-31", "due": "2026-09-15", "state": "open"}
    tell(EntryKind.PROBLEM, "村民堵路", **problem)
    tell(EntryKind.PROBLEM, "材料没到", code="P05", problem="ISS-32", state="open")
    tell(EntryKind.RESOLUTION, "到了", code="P05", problem="ISS-32", state="closed")
    notice = {"code": "P05", "notice": "平重督〔2026〕7号"}
    tell(EntryKind.NOTICE_ISSUED, "42亩未交地", **notice, solve_due="2026-10-15", unit="自然资源局")
    reply = {"measure": "分两批交地", "deadline": "2026-10-12", "leader": "李卫东", "unit": "自然资源局"}
    tell(EntryKind.NOTICE_REPLIED, "办法是分两批交地", **notice, **reply)
    row = row_of(sheets(database, county, tmp_path / "a.xlsx")[0], "S213平澜段改建")
    assert row["存在的问题"].split("\n") == [
        "ISS-31 村民堵路（流水1）",
        "平重督〔2026〕7号 挂牌督办：42亩未交地（流水4）",
    ]
    assert row["解决方案"] == "平重督〔2026〕7号 分两批交地（流水5）"
    assert row["解决时限"] == "ISS-31 2026-09-15\n平重督〔2026〕7号 2026-10-12"
    assert row["责任单位"].endswith("\n平重督〔2026〕7号 自然资源局")
    assert row["责任领导"] == "高远\n平重督〔2026〕7号 李卫东"
    tell(EntryKind.NOTICE_CLOSED, "销号", **notice)
    row = row_of(sheets(database, county, tmp_path / "b.xlsx")[0], "S213平澜段改建")
    assert row["存在的问题"] == "ISS-31 村民堵路（流水1）"


def test_what_was_taken_back_or_corrected_does_not_stand(
    database: Database, county: County, tell: Telling, tmp_path: Path
) -> None:
    wrong = tell(EntryKind.PROGRESS, "累计1.85亿", total_amount=18500)
    tell(EntryKind.CORRECTION, "是1.83亿", supersedes=wrong, reason="报错", total_amount=18300)
    gone = tell(EntryKind.PROBLEM, "看错了", problem="ISS-40", state="open")
    tell(EntryKind.CORRECTION, "记错了", supersedes=gone, reason="本人撤回", corrects="problem", problem="ISS-40")
    row = row_of(sheets(database, county, tmp_path / "ledger.xlsx")[0], "高端纺织产业园一期")
    assert "累计完成18,300（至2026-09，流水2）" in row["投资计划"]
    assert "18,500" not in str(row)
    assert row["存在的问题"] == ""


def test_the_first_sheet_tells_how_things_stood_on_the_last_day(
    database: Database, county: County, tell: Telling, tmp_path: Path
) -> None:
    tell(EntryKind.PROGRESS, "八月", at=datetime(2026, 8, 20, 9, tzinfo=SHANGHAI), total_amount=16200)
    tell(EntryKind.PROGRESS, "九月", total_amount=18500)
    scope = {"start": date(2026, 8, 25), "end": date(2026, 8, 31)}
    ledger, flow = sheets(database, county, tmp_path / "ledger.xlsx", **scope)
    assert "累计完成16,200" in row_of(ledger, "高端纺织产业园一期")["投资计划"]
    assert "截至日期：2026-08-31" in ledger["A2"].value
    assert flow.max_row == 3


def test_one_project_alone_may_be_asked_for(database: Database, county: County, tell: Telling, tmp_path: Path) -> None:
    tell(EntryKind.NOTE, "一期")
    tell(EntryKind.NOTE, "二院", code="P03")
    ledger, flow = sheets(database, county, tmp_path / "ledger.xlsx", project="P03")
    assert [row[1] for row in ledger.iter_rows(min_row=4, values_only=True)] == ["县第二人民医院迁建"]
    assert [row[6] for row in flow.iter_rows(min_row=4, values_only=True)] == ["二院"]


def test_the_flow_has_every_entry_with_its_seal(
    database: Database, county: County, tell: Telling, tmp_path: Path
) -> None:
    old = tell(EntryKind.VISIT, "到了二院", code="P03")
    tell(EntryKind.CORRECTION, "记错了", code="P03", supersedes=old, reason="本人撤回")
    _, flow = sheets(database, county, tmp_path / "ledger.xlsx")
    seals = [line["hash"][:12] for line in lines(database, tmp_path / "ledger.jsonl")]
    rows = list(flow.iter_rows(min_row=4, values_only=True))
    noon = NOON.replace(tzinfo=None)
    assert rows[0][:9] == (1, noon, "现场办公", "P03", "县第二人民医院迁建", "陈浩", "到了二院", 0, seals[0])
    assert (rows[1][2], rows[1][8], rows[1][9]) == ("更正", seals[1], 1)


HOSTILE = (
    "=1+1",
    '=HYPERLINK("http://evil","x")',
    "+1",
    "-1",
    "@SUM(A1)",
    "http://example.com/x",
    "{=1}",
    "\t=1",
    "00123",
    "a\x0b\x1f\ufffeb",
    "<b>&amp;",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_people_wrote_stays_text(
    database: Database, county: County, tell: Telling, tmp_path: Path, text: str
) -> None:
    tell(EntryKind.PROBLEM, text, problem=text, due=text, state="open")
    ledger, flow = sheets(database, county, tmp_path / "ledger.xlsx")
    for sheet in (ledger, flow):
        for row in sheet.iter_rows(min_row=4):
            for cell in row:
                assert cell.data_type in ("s", "n", "d"), cell.value
                assert cell.hyperlink is None
    assert flow["G4"].data_type == "s"


def test_a_text_too_long_for_a_cell_is_cut_with_a_mark(
    database: Database, county: County, tell: Telling, tmp_path: Path
) -> None:
    tell(EntryKind.NOTE, "长" * 40_000)
    _, flow = sheets(database, county, tmp_path / "ledger.xlsx")
    assert len(flow["G4"].value) == 32_767
    assert flow["G4"].value.endswith("已截断，全文见原始流水）")


@pytest.mark.parametrize("text", ["好" * 32_767, "😀" * 16_383, "短"])
def test_a_text_that_fits_is_not_cut(text: str) -> None:
    assert fit_cell(text) == text


@pytest.mark.parametrize("text", ["😀" * 16_384, "好" * 30_000 + "😀" * 5_000])
def test_cells_are_measured_as_excel_measures_them(text: str) -> None:
    cut = fit_cell(text)
    assert len(cut.encode("utf-16-le")) // 2 <= 32_767
    assert len(cut) > 16_000


@pytest.mark.parametrize(
    ("node", "permit"),
    [("环评批复", True), ("施工许可证", True), ("土地摘牌", True), ("主体封顶", False), ("联动试车", False)],
)
def test_nodes_are_told_apart_by_name(node: str, permit: bool) -> None:
    assert is_permit(node) is permit
