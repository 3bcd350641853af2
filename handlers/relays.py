"""What the office or a liaison notes for others: words of an external unit (A25), a problem sent to a unit (DC-36)."""

from __future__ import annotations

import re

from sqlalchemy import select

from handlers.routing import Router, Turn
from handlers.wording import dated, five
from models.actors import Scope
from models.deeds import Deed, require
from models.directory import find_project
from models.entry import EntryKind
from models.errors import Forbidden, Refusal
from models.notices import Answer, Plain
from models.people import Person, Role, Unit
from models.problem import problems_with
from models.project import Part
from models.rights import may_see
from models.unit_names import UnitKind, kind_of, unit_named

router = Router(topic="交办")
_NAME = r"[\u4e00-\u9fff（）()]{2,24}?"
_RELAYS = re.compile(rf"^(?:代|替|帮)(?P<unit>{_NAME})(?:代?记|报)(?:一?下|一条)?[：:，, ]+(?P<text>.+)$", re.S)
_OURS = re.compile(r"转给?(?:我们|俺们|我)(?:局|单位|委)?的(?:问题|事项)?|(?:我们局|我局|我单位)要处置的问题")


def _relays(turn: Turn) -> tuple[Unit | str, str] | None:
    found = _RELAYS.match(turn.inbound.text.strip())
    if found is None:
        return None
    unit = unit_named(turn.ledger, found["unit"])
    builders = {name for project in turn.reading.visible for name in project.names(Part.BUILDER, turn.ledger.today)}
    if unit is None and not any(found["unit"] in name for name in builders):
        return None
    if unit is not None and _may_report_itself(turn, unit) and turn.ledger.has_role(turn.person, Role.OFFICE):
        return None  # the office files what a unit told it as any other report
    return unit or found["unit"], found["text"].strip()


@router.command(_relays, help="代外部单位记", example="代供电公司记：纺织园一期变压器10月5日前装好")
def relay(turn: Turn, given: tuple[Unit | str, str]) -> None:
    """Note what somebody outside the county's chat says, marked as noted for it (代记)."""
    said_by, text = given
    ledger = turn.ledger
    name = said_by.shown if isinstance(said_by, Unit) else said_by
    if isinstance(said_by, Unit) and _may_report_itself(turn, said_by):
        raise Refusal(f"{name}自己有账号，请由{name}直接报。")
    if len(turn.reading.named) != 1:
        raise Refusal(f"代{name}记的是哪个项目？请带上项目名再说一遍。")
    project = turn.reading.named[0]
    if not may_see(ledger, turn.person, project):
        raise Forbidden(f"《{project.name}》不在您负责的范围里，没有记。")
    require(ledger, turn.person, Deed.RELAY, Scope(project=project))
    _allowed(turn)
    ledger.record(
        EntryKind.PROGRESS,
        text,
        person=turn.person,
        project=project,
        data={
            "recorded_for": name,
            "external": True,
            "occurred": ledger.today.isoformat(),
            "period": f"{ledger.today:%Y-%m}",
            "sent": ledger.local_now.isoformat(timespec="seconds"),
        },
        attachments=turn.message.attachments,
    )
    turn.answer(
        Plain(f"已记《{project.name}》：{text[:60]}（外部单位{name}，由{turn.person.name}代记）。说错了回「记错了」。")
    )


@router.command(lambda turn: bool(_OURS.search(turn.reading.text)), help="转给我单位的问题", example="转给我们局的问题")
def problems_sent_to_us(turn: Turn) -> None:
    """The open problems that were sent to the asker's unit."""
    found = problems_with(turn.ledger, turn.person.unit)
    lines = [
        f"{problem.number}《{find_project(turn.ledger, problem.project).name}》{problem.category}：{problem.short}"
        + (f"，{dated(problem.due)}前" if problem.due else "")
        for problem in found
    ]
    turn.answer(
        Answer(
            f"转给{turn.person.unit.shown}的问题{len(found)}个：" if found else "没有转给您单位的问题。", five(lines)
        )
    )


def _allowed(turn: Turn) -> None:
    """A25: who may relay is the county's to say."""
    allowed = turn.ledger.mechanism.conflicts.external_relay
    roles = {"office": Role.OFFICE, "liaison": Role.LIAISON}
    if not turn.ledger.has_role(turn.person, *(roles[name] for name in allowed)):
        raise Forbidden(f"代记由{'、'.join(roles[name].value for name in allowed)}办理。")


def _may_report_itself(turn: Turn, unit: Unit) -> bool:
    return kind_of(unit) is not UnitKind.COMPANY and _reachable(turn, unit)


def _reachable(turn: Turn, unit: Unit) -> bool:
    people = turn.ledger.session.scalars(select(Person).where(Person.unit_id == unit.id))
    return any(person.accounts for person in people)
