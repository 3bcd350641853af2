"""A made-up county of 52 projects and 60 people, for a simulated year."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.simulator.stage import Actor
from bot.workbook.template import write_workbook
from models.mechanism import Mechanism

_PLACES = [f"{first}{second}" for second in "岭湾" for first in "东西南北青白黄紫红碧金银玉石杨槐桃枣梨松柏桂兰菊荷莲"]
_WORKS = ("产业园", "中学迁建", "大桥改造", "水库加固", "物流城", "养老中心", "标准厂房")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
_FIELDS = "发改工信住建交通水利农业商务卫健教育民政环保文旅林业人社应急财政科技审批城管供销"
_UNITS = [f"{_FIELDS[place : place + 2]}局" for place in range(0, len(_FIELDS), 2)]
LEADERS = 10


@dataclass(frozen=True)
class Cast:
    """Who is who: project codes with the names of those who answer for them."""

    actors: list[Actor]
    projects: dict[str, dict[str, str]]
    taskforces: dict[str, dict[str, str]]


def found(path: Path, mechanism: Mechanism) -> Cast:
    """Write the county's workbook under a mechanism and return its cast."""
    people = list(_people())
    heads = {person["单位"]: person["姓名"] for person in people if person["角色"] == "单位负责人"}
    liaisons = {person["单位"]: person["姓名"] for person in people if person["角色"] == "联络员"}
    leaders = [person["姓名"] for person in people if "分包领导" in person["角色"]]
    projects = {}
    for number, place in enumerate(_PLACES):
        unit = _UNITS[number % len(_UNITS)]
        projects[f"X{number + 1:02d}"] = {
            "名称": f"{place}{_WORKS[number % len(_WORKS)]}",
            "分包领导": leaders[number % LEADERS],
            "责任单位": unit,
            "责任单位责任人": heads[unit],
            "联络员": liaisons[unit],
        }
    names = [taskforce.name for taskforce in mechanism.taskforces]
    taskforces = {
        name: {"牵头领导": leaders[number], "牵头单位": _UNITS[number], "联络员": liaisons[_UNITS[number]]}
        for number, name in enumerate(names)
    }
    write_workbook(
        path,
        {
            "单位": [{"名称": name, "类别": "县直部门"} for name in ("县政府办", "重点办", "督查室", *_UNITS)],
            "人员": people,
            "项目": [{"编号": code, "阶段": "在建", "年度计划投资": 1000, **cells} for code, cells in projects.items()],
            "专班": [
                {"名称": name, "牵头领导": cells["牵头领导"], "牵头单位": cells["牵头单位"]}
                for name, cells in taskforces.items()
            ],
        },
    )
    return Cast([_actor(person) for person in people], projects, taskforces)


def _people() -> list[dict[str, str]]:
    rows: list[tuple[str, str, str, str]] = []
    titles = ["县长", "常务副县长", *["副县长"] * (LEADERS - 1)]
    for number, title in enumerate(titles):
        roles = "县领导" if number == 0 else "县领导、分包领导"
        rows.append((f"{_SURNAMES[number]}领{'甲乙丙丁戊己庚辛壬癸子'[number]}", "县政府办", title, roles))
    for number, unit in enumerate(_UNITS):
        rows.append((f"{_SURNAMES[number]}首{_FIELDS[number * 2]}", unit, "局长", "单位负责人"))
        rows.append((f"{_SURNAMES[number]}联{_FIELDS[number * 2]}", unit, "股长", "联络员"))
    rows += [(f"{_SURNAMES[number]}办员", "重点办", "干部", "项目办") for number in range(6)]
    rows += [(f"{_SURNAMES[number]}督员", "督查室", "干部", "督查") for number in range(3)]
    columns = ("姓名", "单位", "职务", "角色", "企业微信账号", "钉钉账号")
    found = []
    for number, row in enumerate(rows):
        account = ("", f"ding{number:03d}") if number % 5 == 4 else (f"Wx{number:03d}", "")
        found.append({**dict(zip(columns, (*row, *account), strict=True)), "手机": f"000{number:08d}"})
    assert len(found) == 60
    return found


def _actor(person: dict[str, str]) -> Actor:
    platform = "wecom" if person["企业微信账号"] else "dingtalk"
    user = person["企业微信账号"] or person["钉钉账号"]
    return Actor(user, person["姓名"], person["职务"], platform, user)
