"""A county's workbook comes in whole or not at all, however untidy; a second one changes what it changes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from bot.database import Database
from bot.simulator.sample_county import ACTORS, actors, write_sample
from bot.workbook.cells import BadCell, read_cell
from bot.workbook.importing import ImportFaults, import_file, known_names, read_workbook, write_template
from bot.workbook.shape import SHEETS, Column, Summary
from models import tables
from models.base import Base
from models.ledger import get_setting, start_chain
from models.people import Account, Person, Role, Term, Unit
from models.project import Group, Node, Part, Project, ProjectSeat, Taskforce

FIRST = date(2026, 9, 17)
LATER = date(2026, 11, 20)
Sheets = dict[str, list[list[Any]]]

COUNTY: Sheets = {
    "单位": [
        ["名称*", "简称", "类别", "上级单位"],
        ["平澜县人民政府办公室", "县政府办", "县直部门", "平澜县人民政府"],
        ["平澜县工业和信息化局", "工信局", "县直部门", ""],
        ["平澜县自然资源局", "自然资源局", "县直部门", ""],
    ],
    "人员": [
        ["姓名*", "单位*", "职务", "角色", "手机", "企业微信账号", "钉钉账号"],
        ["周建国", "县政府办", "副县长", "县领导、分包领导", "00000000001", "ZhouJianGuo", ""],
        ["陈浩", "工信局", "股长", "联络员", "00000000002", "ChenHao", "chenhao01"],
        ["马国强", "自然资源局", "局长", "单位负责人", "00000000003", "MaGuoQiang", ""],
    ],
    "项目": [
        ["编号*", "名称*", "别名", "总投资", "年度计划投资", "分包领导*", "责任单位*", "联络员", "纬度", "经度"],
        ["P01", "高端纺织产业园一期", "纺织园一期", 52000, 24000, "周建国", "工信局", "陈浩", 34.07, 114.38],
    ],
    "节点": [["项目编号*", "节点*", "计划完成*", "责任单位"], ["P01", "主体封顶", "2026-12-25", "工信局"]],
}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    assert tables.ALL
    database = Database(f"sqlite:///{tmp_path / 'duban.db'}")
    Base.metadata.create_all(database.engine)
    database.write(start_chain)
    yield database
    database.close()


@pytest.fixture
def county() -> Sheets:
    return deepcopy(COUNTY)


def save(path: Path, sheets: Sheets) -> Path:
    book = openpyxl.Workbook()
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def set_cell(sheets: Sheets, sheet: str, column: str, value: Any, row: int = 2) -> None:
    """Set a cell by Excel's row number and the heading, adding the column when there is none."""
    headings = sheets[sheet][0]
    if column not in [str(heading).strip("*") for heading in headings]:
        for other in sheets[sheet]:
            other.append(None)
        headings[-1] = column
    place = [str(heading).strip("*") for heading in headings].index(column)
    sheets[sheet][row - 1][place] = value


def load(database: Database, tmp_path: Path, sheets: Sheets, today: date = FIRST) -> Summary:
    return import_file(database, save(tmp_path / "county.xlsx", sheets), today)


def faults_of(tmp_path: Path, sheets: Sheets) -> list[str]:
    with pytest.raises(ImportFaults) as caught:
        read_workbook(save(tmp_path / "county.xlsx", sheets))
    return [str(fault) for fault in caught.value.faults]


def only(database: Database, kind: type[Any], **where: Any) -> Any:
    return database.read(
        lambda session: session.scalars(select(kind).options(selectinload("*")).filter_by(**where)).one()
    )


def project(database: Database, code: str = "P01") -> Project:
    def read(session: Session) -> Project:
        whole = (selectinload(Project.aliases), selectinload(Project.nodes))
        return session.scalars(select(Project).options(*whole).where(Project.code == code)).one()

    return database.read(read)


def counted(database: Database) -> dict[str, int]:
    kinds = (Unit, Person, Account, Term, Project, ProjectSeat, Node, Taskforce, Group)
    return database.read(
        lambda session: {kind.__name__: session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds}
    )


# --- the sample county ------------------------------------------------------------------------------------


def test_the_sample_county_loads_with_every_seat_role_and_group(database: Database, tmp_path: Path) -> None:
    write_sample(tmp_path / "sample.xlsx")
    summary = import_file(database, tmp_path / "sample.xlsx", FIRST)
    assert summary.sheets["项目"].added == 8
    first = project(database)
    assert [person.name for person in first.people(Part.LEADER, FIRST)] == ["周建国"]
    assert [unit.short_name for unit in first.units(Part.PARTNER, FIRST)] == ["自然资源局", "供电公司"]
    assert first.names(Part.BUILDER_HEAD, FIRST) == ["罗锦程"]
    assert first.total_investment == Decimal("52000.00")
    assert first.taskforce is not None and first.taskforce.lead_units[0].short_name == "工信局"
    assert [alias.alias for alias in project(database, "P05").aliases] == ["213", "S213", "213省道"]
    assert only(database, Person, name="高远").roles(FIRST) == {Role.COUNTY_LEADER, Role.ASSIGNED_LEADER}
    platforms = {group.method: group.platform for group in database.read(lambda s: s.scalars(select(Group)).all())}
    assert platforms == {"应用群": "wecom", "群机器人": "wecom", "钉钉群": "dingtalk"}


def test_the_actors_of_the_demo_are_registered_under_their_accounts(database: Database, tmp_path: Path) -> None:
    write_sample(tmp_path / "sample.xlsx")
    import_file(database, tmp_path / "sample.xlsx", FIRST)
    for actor in (*ACTORS, *actors()):
        account = only(database, Account, platform=actor.platform, user_id=actor.user_id)
        assert account.person.name == actor.name
        assert account.person.mobile.startswith("000")
    assert {actor.platform for actor in ACTORS} == {"wecom", "dingtalk"}


# --- repeating --------------------------------------------------------------------------------------------


def test_the_same_workbook_twice_changes_nothing(database: Database, tmp_path: Path) -> None:
    write_sample(tmp_path / "sample.xlsx")
    import_file(database, tmp_path / "sample.xlsx", FIRST)
    before = counted(database)
    summary = import_file(database, tmp_path / "sample.xlsx", LATER)
    assert counted(database) == before
    assert all(tally.added == tally.changed == 0 for tally in summary.sheets.values())
    seats = database.read(lambda session: session.scalars(select(ProjectSeat)).all())
    assert {(seat.since, seat.until) for seat in seats} == {(date(2026, 1, 1), None)}


def test_each_import_tells_caches_that_names_changed(database: Database, tmp_path: Path, county: Sheets) -> None:
    for version in (1, 2):
        load(database, tmp_path, county)
        assert database.read(lambda session: get_setting(session, "names")) == {"version": version}


def test_a_new_leader_succeeds_and_old_papers_keep_the_old_one(
    database: Database, tmp_path: Path, county: Sheets
) -> None:
    load(database, tmp_path, county)
    county["人员"].append(["高远", "县政府办", "常务副县长", "分包领导", "", "GaoYuan", ""])
    set_cell(county, "项目", "分包领导", "高远")
    load(database, tmp_path, county, LATER)
    now = project(database)
    assert now.names(Part.LEADER, FIRST) == ["周建国"]
    assert now.names(Part.LEADER, LATER) == ["高远"]
    assert now.names(Part.LIAISON, LATER) == ["陈浩"]
    liaison = only(database, ProjectSeat, part=Part.LIAISON.value)
    assert liaison.since == date(2026, 1, 1)


def test_a_role_given_up_ends_on_the_day_of_the_import(database: Database, tmp_path: Path, county: Sheets) -> None:
    load(database, tmp_path, county)
    set_cell(county, "人员", "角色", "项目办、联络员", row=3)
    load(database, tmp_path, county, LATER)
    set_cell(county, "人员", "角色", "项目办", row=3)
    load(database, tmp_path, county, date(2026, 12, 1))
    chen = only(database, Person, name="陈浩")
    assert chen.roles(FIRST) == {Role.LIAISON}
    assert chen.roles(LATER) == {Role.LIAISON, Role.OFFICE}
    assert chen.roles(date(2026, 12, 1)) == {Role.OFFICE}


def test_what_a_later_workbook_does_not_hold_stays(database: Database, tmp_path: Path, county: Sheets) -> None:
    load(database, tmp_path, county)
    other = deepcopy(COUNTY)
    other["项目"][1] = ["P09", "新项目", "", None, None, "周建国", "工信局", "", None, None]
    del other["节点"]
    load(database, tmp_path, other, LATER)
    assert project(database).name == "高端纺织产业园一期"
    assert counted(database)["Node"] == 1
    assert project(database, "P09").total_investment is None


def test_an_absent_column_is_left_alone_and_a_blank_cell_is_cleared(
    database: Database, tmp_path: Path, county: Sheets
) -> None:
    load(database, tmp_path, county)
    county["项目"] = [
        ["编号", "名称", "年度计划投资", "分包领导", "责任单位"],
        ["P01", "新名称", None, "周建国", "工信局"],
    ]
    load(database, tmp_path, county, LATER)
    now = project(database)
    assert (now.name, now.total_investment, now.annual_investment) == ("新名称", Decimal("52000.00"), None)
    assert [alias.alias for alias in now.aliases] == ["纺织园一期"]
    assert now.names(Part.LIAISON, LATER) == ["陈浩"]


def test_a_node_is_found_again_by_project_and_name(database: Database, tmp_path: Path, county: Sheets) -> None:
    load(database, tmp_path, county)
    set_cell(county, "节点", "计划完成", datetime(2027, 1, 31))  # noqa: DTZ001 - Excel knows no zones
    load(database, tmp_path, county, LATER)
    assert only(database, Node, name="主体封顶").planned == date(2027, 1, 31)


def test_somebody_who_changes_units_stays_the_same_person(database: Database, tmp_path: Path, county: Sheets) -> None:
    load(database, tmp_path, county)
    before = only(database, Person, name="陈浩").id
    set_cell(county, "人员", "单位", "自然资源局", row=3)
    set_cell(county, "项目", "联络员", "陈浩")
    load(database, tmp_path, county, LATER)
    after = only(database, Person, name="陈浩")
    assert (after.id, after.unit.short_name) == (before, "自然资源局")
    assert only(database, ProjectSeat, part=Part.LIAISON.value).person_id == before


def test_two_people_may_swap_their_accounts(database: Database, tmp_path: Path, county: Sheets) -> None:
    load(database, tmp_path, county)
    set_cell(county, "人员", "企业微信账号", "ChenHao", row=2)
    set_cell(county, "人员", "企业微信账号", "ZhouJianGuo", row=3)
    load(database, tmp_path, county, LATER)
    assert only(database, Account, user_key="chenhao").person.name == "周建国"
    assert only(database, Account, user_key="zhoujianguo").person.name == "陈浩"
    assert only(database, Account, platform="dingtalk").person.name == "陈浩"


def test_references_may_name_what_an_earlier_workbook_brought(
    database: Database, tmp_path: Path, county: Sheets
) -> None:
    load(database, tmp_path, county)
    row = ["P02", "二期", "周建国", "平澜县工业和信息化局"]
    load(database, tmp_path, {"项目": [["编号", "名称", "分包领导", "责任单位"], row]}, LATER)
    second = project(database, "P02")
    assert second.people(Part.LEADER, LATER)[0].name == "周建国"
    assert second.people(Part.LEADER, FIRST) == []


# --- untidy but clear -------------------------------------------------------------------------------------


def test_line_breaks_padding_and_full_width_letters_are_tidied(
    database: Database, tmp_path: Path, county: Sheets
) -> None:
    set_cell(county, "人员", "姓名", " 陈　浩\u200b", row=3)
    set_cell(county, "项目", "编号", "\uff30 01")  # a full-width P
    set_cell(county, "项目", "名称", "高端纺织\n产业园一期 ")
    set_cell(county, "项目", "别名", "纺织园一期，一期厂房\n锦澜;213 省道")
    set_cell(county, "项目", "责任单位", "工信局\n自然资源局")
    load(database, tmp_path, county)
    tidy = project(database)
    assert tidy.name == "高端纺织产业园一期"
    assert [alias.alias for alias in tidy.aliases] == ["纺织园一期", "一期厂房", "锦澜", "213 省道"]
    assert [unit.short_name for unit in tidy.units(Part.RESPONSIBLE_UNIT, FIRST)] == ["工信局", "自然资源局"]
    assert tidy.people(Part.LIAISON, FIRST)[0].name == "陈浩"


def test_headings_may_lack_stars_carry_units_and_stand_below_a_title(
    database: Database, tmp_path: Path, county: Sheets
) -> None:
    county["项目"][0] = [
        "编 号",
        "名称\uff0a",
        " 别名",
        "总投资（万元）",
        "年度计划投资\n(万元)",
        *county["项目"][0][5:],
    ]
    county["项目"].insert(0, ["平澜县重点项目表"])
    county["单位"].append([None, " ", None, None])
    county[" 填表说明"] = [["随便写点什么"]]
    load(database, tmp_path, county)
    assert project(database).annual_investment == Decimal("24000.00")


def test_numbers_stand_for_codes_as_they_are_seen(database: Database, tmp_path: Path, county: Sheets) -> None:
    set_cell(county, "项目", "编号", 213.0)
    set_cell(county, "节点", "项目编号", 213)
    set_cell(county, "人员", "手机", 138.0)
    load(database, tmp_path, county)
    assert project(database, "213").nodes[0].name == "主体封顶"


def test_an_enterprise_and_its_head_need_not_be_registered(database: Database, tmp_path: Path, county: Sheets) -> None:
    set_cell(county, "项目", "建设单位", "锦澜纺织公司")
    set_cell(county, "项目", "建设单位责任人", "马国强")
    set_cell(county, "项目", "责任单位责任人", "秦勇")
    set_cell(county, "节点", "责任单位", "锦澜纺织公司")
    load(database, tmp_path, county)
    loaded = project(database)
    assert loaded.names(Part.BUILDER, FIRST) == ["锦澜纺织公司"]
    assert loaded.units(Part.BUILDER, FIRST) == []
    assert loaded.names(Part.BUILDER_HEAD, FIRST) == ["马国强"]
    assert loaded.people(Part.BUILDER_HEAD, FIRST) == [], "the bureau's head of that name is somebody else"
    assert loaded.names(Part.UNIT_HEAD, FIRST) == ["秦勇"]
    assert loaded.nodes[0].unit_name == "锦澜纺织公司"


def test_a_name_held_twice_is_told_apart_by_its_unit(database: Database, tmp_path: Path, county: Sheets) -> None:
    county["人员"].append(["陈浩", "自然资源局", "科员", "联络员", "", "ChenHao2", ""])
    assert faults_of(tmp_path, county) == [
        "项目 第2行「联络员」：「陈浩」有2人（平澜县工业和信息化局、平澜县自然资源局），请写成 姓名（单位）"
    ]
    set_cell(county, "项目", "联络员", "陈浩（自然资源局）")
    load(database, tmp_path, county)
    seat = only(database, ProjectSeat, part=Part.LIAISON.value)
    assert (seat.name, seat.person.unit.short_name) == ("陈浩", "自然资源局")


DAYS = {
    "2026-12-25": date(2026, 12, 25),
    "2026/12/5": date(2026, 12, 5),
    "2026.12.25": date(2026, 12, 25),
    "2026年12月25日": date(2026, 12, 25),
    " 2026－12－25 ": date(2026, 12, 25),
    datetime(2026, 12, 25): date(2026, 12, 25),  # noqa: DTZ001
    46381: date(2026, 12, 25),
    "2026-02-30": "没有「2026-02-30」这一天",
    "2026年12月": "缺少日，请写成",
    2026: "不是日期",
    "年底": "「年底」不是日期",
    "0206-12-25": "年份206不合理",
}


@pytest.mark.parametrize(("written", "meant"), DAYS.items())
def test_days_are_read_as_people_write_them(written: object, meant: date | str) -> None:
    column = next(column for column in SHEETS["项目"] if column.name == "计划开工")
    assert_reads(column, written, meant)


AMOUNTS = {
    52000: Decimal("52000.00"),
    "52,000": Decimal("52000.00"),
    "\uff15\uff12，\uff10\uff10\uff10.5": Decimal("52000.50"),
    "52000万元": Decimal("52000.00"),
    "1.85亿": Decimal("18500.00"),
    1234.5600000001: Decimal("1234.56"),
    0: Decimal("0.00"),
    -3: "是负数",
    "约2亿": "不是金额",
    "5,20": "不是金额",
    10**12: "太大",
    float("nan"): "不是金额",
    "#REF!": "公式出错",
}


@pytest.mark.parametrize(("written", "meant"), AMOUNTS.items())
def test_amounts_are_wan_yuan(written: object, meant: Decimal | str) -> None:
    column = next(column for column in SHEETS["项目"] if column.name == "总投资")
    assert_reads(column, written, meant)


def assert_reads(column: Column, written: object, meant: object) -> None:
    if not isinstance(meant, str):
        assert read_cell(column, written) == meant
        return
    with pytest.raises(BadCell, match=meant):
        read_cell(column, written)


DATUMS = {
    "": "gcj02",
    "gcj02": "gcj02",
    "高德": "gcj02",
    "WGS 84": "wgs84",
    "GPS": "wgs84",
    "bd－09": "bd09",
    "百度坐标": "bd09",
}


@pytest.mark.parametrize(("written", "datum"), DATUMS.items())
def test_a_datum_may_be_spelt_freely(
    database: Database, tmp_path: Path, county: Sheets, written: str, datum: str
) -> None:
    set_cell(county, "项目", "坐标系", written)
    load(database, tmp_path, county)
    assert project(database).datum == datum


@given(st.sampled_from([column for columns in SHEETS.values() for column in columns]), st.text())
def test_no_text_breaks_a_cell(column: Column, text: str) -> None:
    try:
        read_cell(column, text)
    except BadCell as error:
        assert str(error)


# --- faults -----------------------------------------------------------------------------------------------

FAULTS: list[tuple[str, str, Any, str]] = [
    ("人员", "角色", "包村干部、联络员", "人员 第2行「角色」：不认识「包村干部」，可填：县领导、分包领导"),
    ("人员", "单位", "林业局", "人员 第2行「单位」：「林业局」不在「单位」表中"),
    ("人员", "姓名", "", "人员 第2行「姓名」：必填，不能为空"),
    ("人员", "企业微信账号", "chenhao", "人员 第3行「企业微信账号」：账号「ChenHao」与第2行周建国相同"),
    ("项目", "分包领导", "周建业", "项目 第2行「分包领导」：「周建业」不在「人员」表中"),
    ("项目", "联络员", "陈浩、小陈", "项目 第2行「联络员」：「小陈」不在「人员」表中"),
    ("项目", "派驻纪检监察员", "丁一凡", "项目 第2行「派驻纪检监察员」：「丁一凡」不在「人员」表中"),
    ("项目", "责任单位", "工信局、林业局", "项目 第2行「责任单位」：「林业局」不在「单位」表中"),
    ("项目", "专班", "产业专班", "项目 第2行「专班」：「产业专班」不在「专班」表中"),
    ("项目", "总投资", "-5", "项目 第2行「总投资」：「-5」是负数"),
    ("项目", "计划竣工", "明年", "项目 第2行「计划竣工」：「明年」不是日期"),
    ("项目", "经度", None, "项目 第2行「经度」：纬度、经度要么都填，要么都不填"),
    ("项目", "纬度", 134.07, "项目 第2行「纬度」：「134.07」超出范围"),
    ("项目", "纬度", "北纬34度", "项目 第2行「纬度」：「北纬34度」不是度数"),
    ("项目", "坐标系", "北京54", "项目 第2行「坐标系」：不认识「北京54」"),
    ("项目", "名称", "很长" * 101, "项目 第2行「名称」：太长：202字，最多200字"),
    ("节点", "项目编号", "P99", "节点 第2行「项目编号」：「P99」不在「项目」表中"),
    ("节点", "责任单位", "林业局", "节点 第2行「责任单位」：「林业局」不在「单位」表中"),
    ("节点", "计划完成", "2026-13-01", "节点 第2行「计划完成」：没有「2026-13-01」这一天"),
]


@pytest.mark.parametrize(("sheet", "column", "value", "text"), FAULTS)
def test_a_fault_names_sheet_row_and_column(
    tmp_path: Path, county: Sheets, sheet: str, column: str, value: Any, text: str
) -> None:
    set_cell(county, sheet, column, value)
    assert any(fault.startswith(text) for fault in faults_of(tmp_path, county)), faults_of(tmp_path, county)


def test_coordinates_in_the_wrong_order_are_called_so(tmp_path: Path, county: Sheets) -> None:
    set_cell(county, "项目", "纬度", 114.38)
    set_cell(county, "项目", "经度", 34.07)
    assert faults_of(tmp_path, county) == ["项目 第2行「纬度」：纬度、经度写反了"]


def test_every_fault_is_listed_at_once_and_nothing_is_loaded(
    database: Database, tmp_path: Path, county: Sheets
) -> None:
    for sheet, column, value, _ in (FAULTS[0], FAULTS[4], FAULTS[9], FAULTS[16]):
        set_cell(county, sheet, column, value)
    with pytest.raises(ImportFaults) as caught:
        load(database, tmp_path, county)
    assert [(fault.sheet, fault.column) for fault in caught.value.faults] == [
        ("人员", "角色"),
        ("项目", "总投资"),
        ("项目", "分包领导"),
        ("节点", "项目编号"),
    ]
    assert set(counted(database).values()) == {0}


DOUBLES = {
    "单位": "单位 第5行「名称」：与第2行重复：平澜县人民政府办公室",
    "人员": "人员 第5行「姓名」：与第2行重复：周建国、平澜县人民政府办公室",
    "项目": "项目 第3行「编号」：与第2行重复：P01",
    "节点": "节点 第3行「节点」：与第2行重复：P01、主体封顶",
}


@pytest.mark.parametrize(("sheet", "text"), DOUBLES.items())
def test_doubles_are_faults(tmp_path: Path, county: Sheets, sheet: str, text: str) -> None:
    county[sheet].append(county[sheet][1])
    assert text in faults_of(tmp_path, county)


def test_headings_that_are_unknown_missing_or_double_are_faults(tmp_path: Path, county: Sheets) -> None:
    county["单位"][0] = ["名称", "简称", "类型", "简称"]
    county["节点"][0] = ["项目编号", "节点", "计划", "责任单位"]
    faults = faults_of(tmp_path, county)
    assert "单位 第1行「类型」：不认识这一列，可用：名称、简称、类别、上级单位" in faults
    assert "单位 第1行「简称」：这一列出现了两次" in faults
    assert "节点 第1行「计划完成」：缺少这一列" in faults


def test_a_misspelt_sheet_is_not_passed_over(tmp_path: Path, county: Sheets) -> None:
    county["项目清单"] = county.pop("项目")
    assert any(fault.startswith("项目清单：不认识这张表") for fault in faults_of(tmp_path, county))


def test_a_group_must_be_reachable_the_way_it_says(tmp_path: Path, county: Sheets) -> None:
    heading = ["名称*", "平台* (企业微信、钉钉)", "方式*", "标识*"]
    rows = [["甲", "钉钉", "应用群", "x"], ["乙", "飞书", "群机器人", "x"], ["丙", "钉钉", "短信", ""]]
    county["群聊"] = [heading, *rows]
    assert faults_of(tmp_path, county) == [
        "群聊 第2行「方式」：钉钉没有「应用群」",
        "群聊 第3行「平台」：不认识「飞书」，可填：企业微信、钉钉",
        "群聊 第4行「方式」：不认识「短信」，可填：应用群、群机器人、钉钉群",
        "群聊 第4行「标识」：必填，不能为空",
    ]


def test_an_account_registered_for_somebody_else_is_refused(database: Database, tmp_path: Path, county: Sheets) -> None:
    load(database, tmp_path, county)
    newcomer: Sheets = {"人员": [["姓名", "单位", "企业微信账号"], ["新来的", "工信局", "CHENHAO"]]}
    with pytest.raises(ImportFaults, match="账号「CHENHAO」已登记给陈浩（平澜县工业和信息化局）"):
        load(database, tmp_path, newcomer, LATER)


def test_a_short_name_of_two_units_must_be_written_out(tmp_path: Path, county: Sheets) -> None:
    county["单位"].append(["平澜开发区工业和信息化局", "工信局", "", ""])
    assert any("简称「工信局」有2个单位，请写全称" in fault for fault in faults_of(tmp_path, county))


def test_too_many_rows_are_refused_by_sheet(tmp_path: Path) -> None:
    rows = [["名称"], *([f"单位{number}"] for number in range(20_001))]
    assert faults_of(tmp_path, {"单位": rows}) == ["单位：超过20000行，请分几个文件导入"]


# --- files that are no workbook ---------------------------------------------------------------------------


def bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)


def other_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")


def damaged(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook")


FILES: dict[str, tuple[Callable[[Path], object], str]] = {
    "bomb": (bomb, "解压后过大"),
    "other zip": (other_zip, "不是 Excel 工作簿"),
    "damaged": (damaged, "文件已损坏"),
    "old xls": (lambda path: path.write_bytes(b"\xd0\xcf\x11\xe0" + b"0" * 600), "旧版 .xls 或加了密码"),
    "text": (lambda path: path.write_text("姓名,单位"), "不是 Excel 工作簿"),
    "empty": (lambda path: path.write_bytes(b""), "不是 Excel 工作簿"),
    "missing": (lambda path: None, "没有这个文件"),
    "folder": (lambda path: path.mkdir(), "打不开文件"),
    "no sheets of ours": (lambda path: save(path, {"数据": [["姓名"]]}), "没有可导入的表"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_is_no_import_workbook_is_one_clear_fault(tmp_path: Path, name: str) -> None:
    make, text = FILES[name]
    path = tmp_path / "county.xlsx"
    make(path)
    with pytest.raises(ImportFaults) as caught:
        read_workbook(path)
    assert len(caught.value.faults) == 1
    assert str(caught.value).startswith("county.xlsx：")
    assert text in str(caught.value)


# --- the template -----------------------------------------------------------------------------------------


def test_the_template_has_headings_notes_and_drop_downs_and_no_data(database: Database, tmp_path: Path) -> None:
    write_template(tmp_path / "empty.xlsx")
    book = openpyxl.load_workbook(tmp_path / "empty.xlsx")
    assert book.sheetnames == ["单位", "人员", "项目", "节点", "专班", "群聊"]
    for sheet in book.worksheets:
        assert [cell.value for cell in sheet[1]] == [column.heading for column in SHEETS[sheet.title]]
        assert all(cell.comment for cell in sheet[1])
        assert sheet.max_row == 1
        assert sheet.freeze_panes == "A2"
    lists = {rule.formula1 for rule in book["群聊"].data_validations.dataValidation}
    assert lists == {'"企业微信,钉钉"', '"应用群,群机器人,钉钉群"'}
    assert import_file(database, tmp_path / "empty.xlsx", FIRST).rows == 0


def test_the_snapshot_of_names_is_what_references_need(database: Database, tmp_path: Path, county: Sheets) -> None:
    load(database, tmp_path, county)
    known = database.read(known_names)
    assert known.accounts["dingtalk", "chenhao01"] == ("陈浩", "平澜县工业和信息化局")
    assert known.units["平澜县自然资源局"] == "自然资源局"
    assert known.projects == {"P01"}
