"""Checks across rows of the import workbook: doubles, references, clashing accounts.

Takes rows already read cell by cell; gives a :class:`Workbook` with every reference settled, or the faults.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from bot.workbook.reading import Sheets, read_sheets
from bot.workbook.references import BadReference, References
from bot.workbook.shape import (
    ACCOUNTS,
    METHODS,
    PLATFORMS,
    SHEETS,
    Fault,
    ImportFaults,
    Known,
    NodeRow,
    PersonKey,
    PersonRow,
    ProjectRow,
    Row,
    Seat,
    TaskforceRow,
    Workbook,
)
from models.people import account_key
from models.project import Part

T = TypeVar("T")
_LATITUDES, _LONGITUDES = (3.0, 54.0), (73.0, 136.0)  # of China
_STRICT_PEOPLE = {"分包领导": Part.LEADER, "派驻纪检监察员": Part.DISCIPLINE, "联络员": Part.LIAISON}
_UNITS = {"责任单位": Part.RESPONSIBLE_UNIT, "建设单位": Part.BUILDER, "配合单位": Part.PARTNER}


def read_workbook(path: Path, known: Known | None = None) -> Workbook:
    """Read and check a workbook against itself and against what the database is `known` to have.

    Raises :class:`ImportFaults` with every fault found.
    """
    return _Checks(read_sheets(path), known or Known()).workbook()


class _Checks:
    def __init__(self, sheets: Sheets, known: Known) -> None:
        self._sheets = sheets
        self._known = known
        self._faults = sheets.faults
        units = {**known.units, **self._own_units()}
        names_of_units = References(units, (), ())
        self._people = [self._person(row, names_of_units) for row in self._of("人员")]
        self._own = {person.key for person in self._people}
        moved = {self._moved_from(person) for person in self._people}
        self._references = References(units, self._own, known.people - moved)

    def workbook(self) -> Workbook:
        """Return the checked workbook, or raise :class:`ImportFaults`."""
        self._doubles()
        self._accounts()
        book = Workbook(
            columns=self._sheets.columns,
            units=tuple(self._of("单位")),
            people=tuple(self._people),
            taskforces=tuple(self._taskforce(row) for row in self._of("专班")),
            projects=tuple(self._project(row) for row in self._of("项目")),
            nodes=tuple(self._node(row) for row in self._of("节点")),
            groups=tuple(self._group(row) for row in self._of("群聊")),
        )
        if self._faults:
            raise ImportFaults(sorted(self._faults, key=_place))
        return book

    def _of(self, sheet: str) -> list[Row]:
        return self._sheets.rows.get(sheet, [])

    def _try(self, row: Row, column: str, text: str, look: Callable[[str], T]) -> T | None:
        """Look a name up; a bad one is a fault and None, a blank one None."""
        try:
            return look(text) if text else None
        except BadReference as error:
            self._faults.append(row.fault(column, str(error)))
            return None

    # --- doubles ----------------------------------------------------------------------------------------

    def _doubles(self) -> None:
        self._no_double("单位", "名称", lambda row: (row.text("名称"),))
        self._no_double("专班", "名称", lambda row: (row.text("名称"),))
        self._no_double("项目", "编号", lambda row: (row.text("编号"),))
        self._no_double("项目", "名称", lambda row: (row.text("名称"),))
        self._no_double("群聊", "名称", lambda row: (row.text("名称"),))
        self._no_double("节点", "节点", lambda row: (row.text("项目编号"), row.text("节点")))
        keys = {person.row.number: person.key for person in self._people}
        self._no_double("人员", "姓名", lambda row: keys[row.number])

    def _no_double(self, sheet: str, column: str, key_of: Callable[[Row], tuple[str, ...]]) -> None:
        first: dict[tuple[str, ...], int] = {}
        for row in self._of(sheet):
            key = key_of(row)
            if key in first and all(key):
                self._faults.append(row.fault(column, f"与第{first[key]}行重复：{'、'.join(key)}"))
            first.setdefault(key, row.number)

    # --- units and people -------------------------------------------------------------------------------

    def _own_units(self) -> dict[str, str]:
        """Return the sheet's units with their 简称; where it has no such column the old ones stay."""
        rows = [row for row in self._of("单位") if row.text("名称")]
        if "简称" in self._sheets.columns.get("单位", ()):
            return {row.text("名称"): row.text("简称") for row in rows}
        return {row.text("名称"): self._known.units.get(row.text("名称"), "") for row in rows}

    def _person(self, row: Row, units: References) -> PersonRow:
        full = self._try(row, "单位", row.text("单位"), units.unit)
        accounts = {platform: row.text(column) for column, platform in ACCOUNTS.items() if row.text(column)}
        return PersonRow(row, (row.text("姓名"), full or row.text("单位")), accounts)

    def _moved_from(self, person: PersonRow) -> PersonKey:
        """Return where somebody was registered before: same name and account, other unit; else himself."""
        for platform, user_id in person.accounts.items():
            holder = self._known.accounts.get((platform, account_key(platform, user_id)))
            if holder and holder[0] == person.key[0] and holder not in self._own:
                return holder
        return person.key

    def _accounts(self) -> None:
        for column, platform in ACCOUNTS.items():
            first: dict[str, PersonRow] = {}
            for person in self._people:
                if platform in person.accounts:
                    self._account(person, column, platform, first)

    def _account(self, person: PersonRow, column: str, platform: str, first: dict[str, PersonRow]) -> None:
        user_id = person.accounts[platform]
        key = account_key(platform, user_id)
        other = first.setdefault(key, person)
        holder = self._known.accounts.get((platform, key), person.key)
        if other is not person:
            text = f"账号「{user_id}」与第{other.row.number}行{other.key[0]}相同"
            self._faults.append(person.row.fault(column, text))
        elif holder not in self._own and holder != self._moved_from(person):
            text = f"账号「{user_id}」已登记给{holder[0]}（{holder[1]}）"
            self._faults.append(person.row.fault(column, text))

    # --- task forces, nodes, groups ---------------------------------------------------------------------

    def _taskforce(self, row: Row) -> TaskforceRow:
        return TaskforceRow(
            row,
            self._try(row, "牵头领导", row.text("牵头领导"), self._references.person),
            self._unit_list(row, "牵头单位"),
            self._unit_list(row, "配合部门"),
        )

    def _unit_list(self, row: Row, column: str) -> tuple[str, ...]:
        found = [self._try(row, column, text, self._references.unit) for text in row.items(column)]
        return tuple(dict.fromkeys(name for name in found if name))

    @cached_property
    def _carriers(self) -> dict[str, set[str]]:
        """Who may carry a node of a project without being registered: its builders and partners."""
        return {row.text("编号"): {*row.items("建设单位"), *row.items("配合单位")} for row in self._of("项目")}

    def _node(self, row: Row) -> NodeRow:
        code, unit = row.text("项目编号"), row.text("责任单位")
        if code and code not in self._carriers and code not in self._known.projects:
            self._faults.append(row.fault("项目编号", f"「{code}」不在「项目」表中"))
        if unit in self._carriers.get(code, ()):
            return NodeRow(row, unit)
        return NodeRow(row, self._try(row, "责任单位", unit, self._references.unit) or "")

    def _group(self, row: Row) -> Row:
        platform, method = row.text("平台"), row.text("方式")
        if platform and method and PLATFORMS[platform] not in METHODS[method]:
            self._faults.append(row.fault("方式", f"{platform}没有「{method}」"))
        return row

    # --- projects ---------------------------------------------------------------------------------------

    @cached_property
    def _taskforces(self) -> set[str]:
        return {*self._known.taskforces, *(row.text("名称") for row in self._of("专班"))}

    def _project(self, row: Row) -> ProjectRow:
        self._point(row)
        start, finish = row.day("计划开工"), row.day("计划竣工")
        if start and finish and finish < start:
            self._faults.append(row.fault("计划竣工", f"早于计划开工（{start}）"))
        taskforce = row.text("专班")
        if taskforce and taskforce not in self._taskforces:
            self._faults.append(row.fault("专班", f"「{taskforce}」不在「专班」表中"))
        return ProjectRow(row, tuple(self._seats(row)))

    def _point(self, row: Row) -> None:
        latitude, longitude = row.degrees("纬度"), row.degrees("经度")
        if latitude is None or longitude is None:
            self._half_a_point(row, latitude, longitude)
        elif _within(longitude, _LATITUDES) and _within(latitude, _LONGITUDES):
            self._faults.append(row.fault("纬度", "纬度、经度写反了"))
        else:
            for column, degrees, bounds in (("纬度", latitude, _LATITUDES), ("经度", longitude, _LONGITUDES)):
                if not _within(degrees, bounds):
                    text = f"「{degrees:g}」超出范围（{bounds[0]:g}～{bounds[1]:g}度）"
                    self._faults.append(row.fault(column, text))

    def _half_a_point(self, row: Row, latitude: float | None, longitude: float | None) -> None:
        if latitude is None and longitude is None:
            return
        lacking = "纬度" if latitude is None else "经度"
        unreadable = lacking in self._sheets.columns["项目"] and lacking not in row.values
        if not unreadable:  # that is a fault already
            self._faults.append(row.fault(lacking, "纬度、经度要么都填，要么都不填"))

    def _seats(self, row: Row) -> list[Seat]:
        people = [self._person_seat(row, column, text) for column, text in _texts(row, _STRICT_PEOPLE)]
        units = [self._unit_seat(row, column, text) for column, text in _texts(row, _UNITS)]
        carrying = _units_of(units, Part.RESPONSIBLE_UNIT)
        building = _units_of(units, Part.BUILDER)
        heads = [self._head(row, "责任单位责任人", text, carrying) for text in row.items("责任单位责任人")]
        builders = [self._head(row, "建设单位责任人", text, building) for text in row.items("建设单位责任人")]
        found = (seat for seat in (*people, *units, *heads, *builders) if seat is not None)
        return list(dict.fromkeys(found))

    def _person_seat(self, row: Row, column: str, text: str) -> Seat | None:
        key = self._try(row, column, text, self._references.person)
        return Seat(_STRICT_PEOPLE[column], key[0], person=key) if key else None

    def _unit_seat(self, row: Row, column: str, text: str) -> Seat | None:
        if column == "责任单位":
            name = self._try(row, column, text, self._references.unit)
            return Seat(_UNITS[column], name, unit=name) if name else None
        registered = self._references.registered_unit(text)
        return Seat(_UNITS[column], registered or text, unit=registered)

    def _head(self, row: Row, column: str, text: str, units: list[str]) -> Seat | None:
        part = Part.UNIT_HEAD if column == "责任单位责任人" else Part.BUILDER_HEAD
        try:
            key = self._references.head(text, units, anywhere=part is Part.UNIT_HEAD)
        except BadReference as error:
            self._faults.append(row.fault(column, str(error)))
            return None
        return Seat(part, key[0] if key else text, person=key)


def _texts(row: Row, columns: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((column, text) for column in columns for text in row.items(column))


def _units_of(seats: Iterable[Seat | None], part: Part) -> list[str]:
    return [seat.unit for seat in seats if seat and seat.part is part and seat.unit]


def _within(degrees: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= degrees <= bounds[1]


def _place(fault: Fault) -> tuple[int, int]:
    sheets = list(SHEETS)
    return (sheets.index(fault.sheet) if fault.sheet in sheets else len(sheets), fault.row)
