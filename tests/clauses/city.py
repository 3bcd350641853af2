"""焦作 as a test county: the notice's own units, leaders by office, one project, an enterprise with an account."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from bot.simulator.stage import Actor
from bot.workbook.shape import ACCOUNTS
from bot.workbook.template import Cells, write_workbook
from models.mechanism import load_mechanism

GOVERNMENT = "焦作市人民政府"
COMPANY = "焦作中原新材料有限公司"
LEADERS = (  # 姓名, 职务, 领导小组 seat
    ("梁市长", "市长", "组长"),
    ("方常务", "常务副市长", "副组长1"),
    ("韩农业", "副市长", "副组长2"),
    ("罗城建", "副市长", "副组长3"),
    ("沈商务", "副市长", "副组长4"),
    ("陶工业", "副市长", "副组长5"),
)


def units() -> list[str]:
    """Return every unit the notice's task forces name, each once, in its order."""
    pack = load_mechanism("jiaozuo")
    return list(
        dict.fromkeys(name for taskforce in pack.taskforces for name in (*taskforce.lead_units, *taskforce.support))
    )


def people() -> Iterator[Cells]:
    """Yield who is registered: leaders, one liaison a unit, the office's deputy head with three identities."""
    for name, title, _ in LEADERS:
        yield _person(name, GOVERNMENT, title, "县领导、分包领导")
    yield _person("黄主任", "市发展改革委", "主任", "项目办、单位负责人、联络员")
    for number, unit in enumerate(units()):
        if unit != "市发展改革委":
            yield _person(f"联络{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[number]}", unit, "办公室主任", "联络员")
    yield _person("厂长老牛", COMPANY, "厂长", "")


def _person(name: str, unit: str, title: str, roles: str) -> Cells:
    account = f"JZ{abs(hash_of(name)):06d}"
    return {"姓名": name, "单位": unit, "职务": title, "角色": roles, "企业微信账号": account, "手机": "00000000001"}


def hash_of(name: str) -> int:
    """Return a number that is a name's own in every run."""
    return sum(ord(letter) * 31**place for place, letter in enumerate(name)) % 1_000_000


def write_city(path: Path) -> Path:
    """Write the city as an import workbook."""
    register: list[Cells] = [{"名称": f"焦作{name}", "简称": name, "类别": "市直部门"} for name in units()]
    register += [
        {"名称": GOVERNMENT, "简称": "市政府", "类别": "市直部门"},
        {"名称": "修武县人民政府", "简称": "修武县", "类别": "县（市）区"},
        {"名称": "博爱县人民政府", "简称": "博爱县", "类别": "县（市）区"},
        {"名称": "市城乡一体化示范区管委会", "简称": "示范区", "类别": "管委会"},
        {"名称": COMPANY, "简称": "中原新材", "类别": "企业"},
    ]
    projects: list[Cells] = [
        {
            "编号": "J01",
            "名称": "多晶硅新材料产业园",
            "别名": "多晶硅",
            "阶段": "在建",
            "分包领导": "陶工业",
            "责任单位": "市工业和信息化局",
            "建设单位": COMPANY,
            "联络员": "联络乙",
            "计划开工": date(2026, 3, 1),
            "计划竣工": date(2027, 6, 30),
        }
    ]
    write_workbook(path, {"单位": register, "人员": people(), "项目": projects})
    return path


def actors() -> list[Actor]:
    """Return everybody's phone; the key is the name."""
    column, platform = next(item for item in ACCOUNTS.items() if item[1] == "wecom")
    return [Actor(str(row["姓名"]), str(row["姓名"]), str(row["职务"]), platform, str(row[column])) for row in people()]
