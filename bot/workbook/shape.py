"""The import workbook: its sheets, columns and rows, and what a fault in one looks like.

The headings are a public promise (interface: the import workbook). Reading lies in `workbook_reading.py`, the
checks across rows in `workbook_checks.py`, the empty workbook in `workbook_template.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, auto

from models.people import Role
from models.project import ItemKind, Part

PersonKey = tuple[str, str]  # 姓名, full name of the unit
Value = str | tuple[str, ...] | date | Decimal | float | None

PLATFORMS = {"企业微信": "wecom", "钉钉": "dingtalk"}
#: Ways into a group, and the platforms that have them.
METHODS = {"应用群": ("wecom",), "群机器人": ("wecom", "dingtalk"), "钉钉群": ("dingtalk",)}
ACCOUNTS = {"企业微信账号": "wecom", "钉钉账号": "dingtalk"}
DATUMS = ("GCJ-02", "WGS-84", "BD-09")
ROLES = tuple(role.value for role in Role)
KINDS = tuple(kind.value for kind in ItemKind)
BATCHES = ("谋划", "包装", "储备", "实施")


class Cell(Enum):
    """How a cell is read."""

    TEXT = auto()
    CODE = auto()  # half-width, without any space: 编号, accounts, telephone numbers
    LIST = auto()
    DATE = auto()
    MONEY = auto()  # 万元
    DEGREES = auto()
    DATUM = auto()
    CHOICE = auto()
    CHOICES = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `limit` is in characters (of each value where there are several)."""

    name: str
    note: str
    cell: Cell = Cell.TEXT
    required: bool = False
    limit: int = 100
    choices: tuple[str, ...] = ()
    width: int = 16

    @property
    def heading(self) -> str:
        """The heading as printed."""
        return f"{self.name}*" if self.required else self.name


_SEVERAL = "可填多个，用、隔开。"
_DATE = "日期，如 2026-12-25。"
_PERSON = "须在「人员」表中；有重名时写 姓名（单位）。"

SHEETS: dict[str, tuple[Column, ...]] = {
    "单位": (
        Column("名称", "全称，不能重复。例：平澜县自然资源局", required=True, width=28),
        Column("简称", "平时的叫法。例：自然资源局", limit=50),
        Column("类别", "例：县直部门、乡镇、企业", limit=50),
        Column("上级单位", "例：平澜县人民政府", width=24),
    ),
    "人员": (
        Column("姓名", "同一单位内不能重名。", required=True, limit=50, width=12),
        Column("单位", "「单位」表中的名称或简称。", required=True, width=28),
        Column("职务", "例：局长"),
        Column("角色", f"不填，或填：{'、'.join(ROLES)}。{_SEVERAL}", Cell.CHOICES, choices=ROLES, width=20),
        Column("手机", "问项目进展的人会看到联络员的号码。", Cell.CODE, limit=30),
        Column("企业微信账号", "管理后台通讯录中的「账号」。例：ZhangSan", Cell.CODE, limit=64),
        Column("钉钉账号", "管理后台中的 UserID。", Cell.CODE, limit=64),
    ),
    "项目": (
        Column("编号", "不能重复；再次导入按编号更新。例：P01", Cell.CODE, required=True, limit=50, width=10),
        Column("名称", "全称。", required=True, limit=200, width=30),
        Column("别名", f"平时的叫法。{_SEVERAL}例：二院、二医院", Cell.LIST, width=24),
        Column("类别", "例：产业、交通、民生", limit=50, width=12),
        Column("阶段", "例：前期、在建、竣工", limit=50, width=10),
        Column("专班", "「专班」表中的名称。", width=20),
        Column("总投资", "万元。", Cell.MONEY, width=12),
        Column("年度计划投资", "万元。", Cell.MONEY, width=14),
        Column("分包领导", f"{_SEVERAL}{_PERSON}", Cell.LIST, required=True),
        Column("责任单位", f"「单位」表中的名称或简称。{_SEVERAL}", Cell.LIST, required=True, width=28),
        Column("责任单位责任人", f"{_SEVERAL}可以不在「人员」表中。", Cell.LIST),
        Column("建设单位", f"{_SEVERAL}可以不在「单位」表中。", Cell.LIST, width=28),
        Column("建设单位责任人", f"{_SEVERAL}可以不在「人员」表中。", Cell.LIST),
        Column("配合单位", f"{_SEVERAL}可以不在「单位」表中。", Cell.LIST, width=28),
        Column("派驻纪检监察员", f"{_SEVERAL}{_PERSON}", Cell.LIST),
        Column("联络员", f"{_SEVERAL}{_PERSON}", Cell.LIST),
        Column("纬度", "度，与经度一起填。例：34.0512", Cell.DEGREES, width=10),
        Column("经度", "度，与纬度一起填。例：114.3608", Cell.DEGREES, width=10),
        Column(
            "坐标系",
            "GCJ-02（高德、腾讯，不填即是）、WGS-84（GPS）或 BD-09（百度）。",
            Cell.DATUM,
            choices=DATUMS,
            width=10,
        ),
        Column("计划开工", _DATE, Cell.DATE, width=13),
        Column("计划竣工", _DATE, Cell.DATE, width=13),
        Column("类型", f"不填就是项目，或填：{'、'.join(KINDS)}。", Cell.CHOICE, choices=KINDS, width=8),
        Column("批次", f"不填按阶段推定，或填：{'、'.join(BATCHES)}。", Cell.CHOICE, choices=BATCHES, width=8),
        Column("板块", "例：产业转型、基础设施", limit=50, width=12),
    ),
    "节点": (
        Column("项目编号", "「项目」表中的编号。", Cell.CODE, required=True, limit=50, width=10),
        Column("节点", "同一项目内不能重复。例：主体封顶", required=True, limit=200, width=28),
        Column("计划完成", _DATE, Cell.DATE, required=True, width=13),
        Column("责任单位", "「单位」表中的名称或简称，或本项目的建设单位、配合单位。", width=28),
    ),
    "专班": (
        Column("名称", "不能重复。例：产业项目专班", required=True, width=24),
        Column("牵头领导", _PERSON),
        Column("牵头单位", f"「单位」表中的名称或简称，第一个负责汇总。{_SEVERAL}", Cell.LIST, width=28),
        Column("配合部门", f"「单位」表中的名称或简称。{_SEVERAL}", Cell.LIST, width=36),
    ),
    "群聊": (
        Column("名称", "不能重复。例：重点项目调度群", required=True, width=24),
        Column("平台", "企业微信或钉钉。", Cell.CHOICE, required=True, choices=tuple(PLATFORMS), width=12),
        Column(
            "方式",
            "应用群（企业微信应用建的群）、群机器人（两个平台都有）、钉钉群（加了本机器人的群）。",
            Cell.CHOICE,
            required=True,
            choices=tuple(METHODS),
            width=12,
        ),
        Column(
            "标识",
            "应用群的 chatid、群机器人的 Webhook 地址或钉钉群的 openConversationId。",
            Cell.CODE,
            True,
            500,
            (),
            40,
        ),
        Column("密钥", "钉钉群机器人「加签」的密钥，没有就不填。", Cell.CODE, limit=200),
        Column("用途", "例：会议通知", limit=200, width=20),
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the workbook to mend. `row` is Excel's row number (0: the sheet or file as a whole)."""

    sheet: str
    row: int
    column: str
    text: str

    def __str__(self) -> str:
        place = f"第{self.row}行" if self.row else ""
        place += f"「{self.column}」" if self.column else ""
        return f"{self.sheet} {place}：{self.text}" if place else f"{self.sheet}：{self.text}"


class ImportFaults(Exception):
    """A workbook that cannot be loaded; `faults` names everything to mend, in the order of the workbook."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Row:
    """One row, each cell read by its column. A blank, absent or faulty cell is "", () or None."""

    sheet: str
    number: int
    values: Mapping[str, Value]

    def text(self, column: str) -> str:
        """Return a text, code or choice."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""

    def items(self, column: str) -> tuple[str, ...]:
        """Return the several values of a cell."""
        value = self.values.get(column)
        return value if isinstance(value, tuple) else ()

    def day(self, column: str) -> date | None:
        """Return a date."""
        value = self.values.get(column)
        return value if isinstance(value, date) else None

    def money(self, column: str) -> Decimal | None:
        """Return an amount in 万元."""
        value = self.values.get(column)
        return value if isinstance(value, Decimal) else None

    def degrees(self, column: str) -> float | None:
        """Return a coordinate."""
        value = self.values.get(column)
        return value if isinstance(value, float) else None

    def fault(self, column: str, text: str) -> Fault:
        """Return a fault of this row."""
        return Fault(self.sheet, self.number, column, text)


@dataclass(frozen=True, slots=True)
class Known:
    """What the database already has, for references and clashes."""

    units: Mapping[str, str] = field(default_factory=dict)  # 名称 → 简称
    people: frozenset[PersonKey] = frozenset()
    accounts: Mapping[tuple[str, str], PersonKey] = field(default_factory=dict)  # (platform, user key) → holder
    taskforces: frozenset[str] = frozenset()
    projects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seat:
    """A part in a project as the workbook gives it; `person` and `unit` only where they are registered."""

    part: Part
    name: str
    person: PersonKey | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A checked row of 人员; `unit` is the unit's full name, `accounts` goes from platform to user id."""

    row: Row
    key: PersonKey
    accounts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class TaskforceRow:
    """A checked row of 专班, its units by full name."""

    row: Row
    leader: PersonKey | None
    lead_units: tuple[str, ...]
    support_units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """A checked row of 项目."""

    row: Row
    seats: tuple[Seat, ...]


@dataclass(frozen=True, slots=True)
class NodeRow:
    """A checked row of 节点."""

    row: Row
    unit_name: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook without a fault. `columns`: which columns each sheet has; others are left alone."""

    columns: Mapping[str, frozenset[str]]
    units: tuple[Row, ...] = ()
    people: tuple[PersonRow, ...] = ()
    taskforces: tuple[TaskforceRow, ...] = ()
    projects: tuple[ProjectRow, ...] = ()
    nodes: tuple[NodeRow, ...] = ()
    groups: tuple[Row, ...] = ()

    def has(self, sheet: str, column: str) -> bool:
        """Whether the sheet has the column."""
        return column in self.columns.get(sheet, frozenset())


@dataclass(slots=True)
class Tally:
    """What became of the rows of one sheet."""

    added: int = 0
    changed: int = 0
    same: int = 0


@dataclass(slots=True)
class Summary:
    """What an import did, by sheet, and what the office should know besides."""

    sheets: dict[str, Tally] = field(default_factory=dict)
    hints: list[str] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """The summary in words."""
        told = [
            f"{sheet}：新增{tally.added}，更新{tally.changed}，未变{tally.same}" for sheet, tally in self.sheets.items()
        ]
        return told + self.hints

    def __str__(self) -> str:
        return "\n".join(self.lines)

    @property
    def rows(self) -> int:
        """How many rows the workbook had."""
        return sum(tally.added + tally.changed + tally.same for tally in self.sheets.values())

    def count(self, sheet: str, added: bool, changed: bool) -> None:
        """Note one row."""
        tally = self.sheets.setdefault(sheet, Tally())
        tally.added += added
        tally.changed += changed and not added
        tally.same += not added and not changed
