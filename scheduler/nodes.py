"""Nodes and permits that come near: an offer of help before a node (JZ-18), and to a department what is overdue there.

How long before a node the unit hears of it is the ladder of the notice's own duty; where the notice names none, nobody
is reminded.
"""

from __future__ import annotations

from models import permit as permits
from models.actors import Scope, holders, people_of
from models.directory import find_unit
from models.ledger import Ledger
from models.mechanism import Actor
from models.nodes import duty_key, planned_between
from models.notices import NodeComing, Plain
from models.people import Person
from models.project import Node, Project
from models.supervision import rung
from scheduler.speaking import may_remind


def node_reminders(ledger: Ledger) -> None:
    """Offer help to the unit that has a node, once a rung, until the node is done."""
    duty = ledger.mechanism.event("node-service")
    if duty is None or not duty.remind.ladder or not may_remind(ledger):
        return
    last = ledger.calendar.add_workdays(ledger.today, max(*duty.remind.ladder, 1))
    for project, node in planned_between(ledger, ledger.today, last):
        left = ledger.calendar.workdays_between(ledger.today, node.planned)
        step = rung(list(duty.remind.ladder), left)
        if step is None:
            continue
        words = NodeComing(project.name, node.name, node.planned, left, ledger.mechanism.basis(duty.clause))
        for person in _concerned(ledger, project, node):
            key = f"{duty_key(node)}:{node.planned.isoformat()}:{step}:{person.id}"
            ledger.say(words, to=person, key=key, duty=duty_key(node))


def permit_reminders(ledger: Ledger) -> None:
    """Tell the approving department, and nobody else, once, that a permit is past its date (JZ-28)."""
    if not may_remind(ledger):
        return
    for row in permits.overdue(ledger):
        if row.unit is None or row.due is None:
            continue
        words = Plain(
            f"《{row.project.name}》的{row.name}办理时限{row.due}已过；办结了请回「{row.name}批下来了」带上项目名。"
        )
        for person in people_of(ledger, row.unit):
            key = f"{permits.duty_key(row)}:{row.due.isoformat()}:{person.id}"
            ledger.say(words, to=person, key=key, duty=permits.duty_key(row))


def _concerned(ledger: Ledger, project: Project, node: Node) -> list[Person]:
    """Return who is told of a node: the unit it names where that is registered, and the responsible unit."""
    unit = find_unit(ledger, node.unit_name) if node.unit_name else None
    theirs = people_of(ledger, unit) if unit else []
    responsible = holders(ledger, Actor.RESPONSIBLE_UNIT, Scope(project=project))
    return list({person.id: person for person in [*theirs, *responsible]}.values())
