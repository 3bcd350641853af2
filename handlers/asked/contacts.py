"""二院的联络员电话: who is in charge of a project and how to reach them, to whoever may see it."""

from __future__ import annotations

import re

from handlers.routing import Router, Turn
from handlers.wording import five, packed
from models.ledger import Ledger
from models.notices import Answer
from models.people import Person
from models.project import Part, Project

router = Router(topic="查询")
_CONTACT = re.compile(
    r"(?:联络员|联系人|负责人|责任人|分包领导|包联领导|分包的领导)(?:的)?(?:是谁|电话|手机号?|号码|联系方式)|(?:联系|咋联系|怎么联系)方式[?？。]*$"
    r"|(?:谁的?)?(?:电话|手机号|号码)(?:是)?(?:多少|几)|^[^，。：:\d]{2,14}(?:的)?电话[?？。]*$"
    r"|(?:哪个|哪家|啥|什么|哪些)(?:局|单位|部门|委|专班)(?:在)?(?:牵头|负责|管|主责|包)|(?:责任|牵头|主责)单位(?:是)?(?:谁|哪|啥|[?？]|$)|归(?:谁|哪)[^，。]{0,4}管"
)


@router.command(
    lambda turn: (bool(_CONTACT.search(turn.reading.text)) and turn.reading.visible) or None,
    help="项目联系人",
    example="二院的联络员电话",
)
def contacts(turn: Turn, projects: list[Project]) -> None:
    """Who is in charge and their telephone numbers, to whoever may see the project."""
    lines = [line for project in projects[:2] for line in _contact_lines(turn.ledger, project)]
    heading = f"《{projects[0].name}》" if len(projects) == 1 else f"有{len(projects)}个项目对得上："
    turn.answer(Answer(heading, five(lines if len(projects) == 1 else packed(lines))))


def _contact_lines(ledger: Ledger, project: Project) -> list[str]:
    parts = ((Part.LEADER, "分包领导"), (Part.UNIT_HEAD, "责任单位责任人"), (Part.LIAISON, "联络员"))
    told = [
        f"{name}：" + ("、".join(_contact(person) for person in project.people(part, ledger.today)) or "还没有登记")
        for part, name in parts
    ]
    units = "、".join(unit.shown for unit in project.units(Part.RESPONSIBLE_UNIT, ledger.today))
    return [*told, f"责任单位：{units or '还没有登记'}"]


def _contact(person: Person) -> str:
    return f"{person.name} {person.mobile or '（没有登记电话）'}"


@router.command(lambda turn: bool(_CONTACT.search(turn.reading.text)) and bool(turn.reading.decision.matches))
def hidden(turn: Turn) -> None:
    """A project the asker may not see: the same answer as for one that does not exist."""
    turn.answer(Answer("没有找到您能查看的这个项目；可发「我的项目」看名单。", []))
