"""An assigned leader's dispatch (工作调度, ZZ-13): told in one breath, split into tasks, asked for just what lacks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from handlers.decisions import ask_missing, completed, read_decision, split_items
from handlers.routing import Router, Turn
from handlers.tasks import give
from handlers.wording import five
from models import duties
from models import question as questions
from models.actors import Scope, holders
from models.deeds import Deed, may
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.mechanism import Actor
from models.notices import Answer, Plain
from models.people import Person, Unit
from models.periods import shown
from models.project import Part, Project
from models.rights import own_projects
from models.task import Task, missing_of

router = Router(topic="交办")
_SUBJECT = "dispatch"
_DISPATCH = re.compile(
    r"^(?P<head>[^：:。，,]{0,24}?)(?:工作|月|专项|现场)?调度(?:会|了|一下|事项|要求)?(?P<tail>[^：:。，,]{0,16})[：:]\s*(?P<text>.+)$",
    re.S,
)
_NOTHING = re.compile(r"(?:没有?|无)(?:新的?|新增)?(?:交办|议定|问题|事项|要求)")


@dataclass(frozen=True)
class _Dispatch:
    project: Project
    text: str


def _dispatches(turn: Turn) -> _Dispatch | None:
    found = _DISPATCH.match(turn.reading.text)
    if found is None:
        return None
    led = [project for project in own_projects(turn.ledger, turn.person) if _leads(turn, project)]
    named = [project for project in turn.reading.named if _leads(turn, project)]
    if len(named) == 1:
        return _Dispatch(named[0], found["text"])
    if not led:
        return None
    if len(led) == 1 and not turn.reading.named:
        return _Dispatch(led[0], found["text"])
    names = "、".join(f"《{project.name}》" for project in led[:3])
    raise Refusal(f"请带上调度的项目再发一次，例如「调度{led[0].name}：……」；您分包的有{names}。")


def _leads(turn: Turn, project: Project) -> bool:
    return turn.person in project.people(Part.LEADER, turn.ledger.today) and may(
        turn.ledger, turn.person, Deed.ASSIGN_TASK, Scope(project, project.taskforce)
    )


@router.command(
    _dispatches, help="调度项目", example="调度二院：围挡由住建局月底前拆完；水泵房由供电公司10月20日前送电"
)
def dispatch(turn: Turn, given: _Dispatch) -> None:
    """Each item becomes a task; unit and person come from the project where nobody else is named."""
    if _NOTHING.search(given.text) and len(split_items(given.text)) <= 1:
        _note_without_tasks(turn, given)
        return
    items = [_with_defaults(turn.ledger, read_decision(turn, item), given.project) for item in split_items(given.text)]
    if not items:
        raise Refusal("请写明谁办、办什么、何时前，例如「调度二院：围挡由住建局月底前拆完」。")
    done = [_give(turn.ledger, item, turn.person) for item in items if not item["missing"]]
    open_items = [item for item in items if item["missing"]]
    if done:
        heading = f"《{given.project.name}》调度{len(done)}项，已交办："
        turn.answer(Answer(heading, five([_line(task) for task in done], "件", "可发「交办清单」看")))
    if open_items:
        ask_missing(turn, _SUBJECT, {}, open_items)


@router.command(lambda turn: completed(turn, _SUBJECT))
def complete(turn: Turn, answered: tuple[questions.Question, dict[str, Any]]) -> None:
    """Take the words as what was missing."""
    question, first = answered
    rest = list(question.facts["items"])[1:]
    project = turn.ledger.session.get(Project, first["project"])
    assert project is not None
    first = _with_defaults(turn.ledger, first, project)
    questions.settle(turn.ledger, question, turn.reading.text)
    if first["missing"]:
        ask_missing(turn, _SUBJECT, {}, [first, *rest])
        return
    turn.answer(Plain(f"已交办：{_line(_give(turn.ledger, first, turn.person))}。"))
    if rest:
        ask_missing(turn, _SUBJECT, {}, rest)


def _note_without_tasks(turn: Turn, given: _Dispatch) -> None:
    """A dispatch that gave nothing new is one all the same."""
    ledger = turn.ledger
    entry = ledger.record(
        EntryKind.DECISION,
        turn.inbound.text,
        person=turn.person,
        project=given.project,
        data={"about": "dispatch", "tasks": 0},
    )
    duties.pay(ledger, entry, person=turn.person, occurred=ledger.today, project=given.project)
    turn.answer(Plain(f"已记：《{given.project.name}》本次调度没有新交办事项。"))


def _with_defaults(ledger: Ledger, item: dict[str, Any], project: Project) -> dict[str, Any]:
    """Fill in what the ledger holds: the project, its unit where none is named, and that unit's head.

    `defaulted` says which of them nobody has named.
    """
    defaulted = [key for key in ("unit", "name") if not item[key] or key in item.get("defaulted", ())]
    own = project.units(Part.RESPONSIBLE_UNIT, ledger.today)
    unit = ledger.session.get(Unit, item["unit"]) if item["unit"] else next(iter(own), None)
    person, name = item["person"], item["name"]
    if not name and unit is not None:
        scope = Scope(project) if unit in own else Scope(unit=unit)
        head = next(iter(holders(ledger, Actor.UNIT_HEAD, scope)), None)
        person, name = (head.id, head.name) if head else (person, name)
    due = date.fromisoformat(item["due"]) if item["due"] else None
    return {
        **item,
        "unit": unit.id if unit else None,
        "person": person,
        "name": name,
        "project": project.id,
        "defaulted": defaulted,
        "missing": missing_of(requirement=item["requirement"], unit=unit, person=name, due=due),
    }


def _give(ledger: Ledger, item: dict[str, Any], by: Person) -> Task:
    return give(
        ledger,
        requirement=item["requirement"],
        unit=ledger.session.get(Unit, item["unit"]),
        person=ledger.session.get(Person, item["person"]) if item["person"] else None,
        person_name=item["name"],
        due=date.fromisoformat(item["due"]),
        by=by,
        project=ledger.session.get(Project, item["project"]),
        spans=item.get("spans"),
    )


def _line(task: Task) -> str:
    return f"{task.number} {task.unit.shown}（{task.person_name}）：{task.requirement}，{shown(task.due)}前"
