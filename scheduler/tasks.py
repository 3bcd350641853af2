"""What tasks and looks back bring about: reminders by the pack's ladder, and 回头看 (JZ-12, ZZ-20)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models import lookback
from models.actors import people_of
from models.ledger import Ledger
from models.mechanism import Obligation, PayingKind
from models.notices import LookBackDue, TaskReminder
from models.people import Person, Role
from models.supervision import rung, workdays_left
from models.task import Task, TaskState, duty_key
from scheduler.speaking import may_remind

_USUAL = (1, 0, -1)
_REACH = timedelta(days=15)  # National Day and the days around it


def task_reminders(ledger: Ledger) -> None:
    """Say the rung each open task has reached, once; nothing of what is reported or waits for somebody above."""
    if not may_remind(ledger):
        return
    duty = _task_duty(ledger)
    ladder = sorted({*(duty.remind.ladder if duty else _USUAL), -1})
    last = ledger.today + timedelta(days=2 * max(ladder, default=0)) + _REACH
    query = select(Task).where(Task.state == TaskState.OPEN.value, Task.due <= last).order_by(Task.due, Task.id)
    for task in ledger.session.scalars(query):
        left = workdays_left(ledger.calendar, ledger.today, task.due)
        reached = rung(ladder, left)
        if reached is not None:
            _say(ledger, task, reached, left, duty)


def look_back_reminders(ledger: Ledger) -> None:
    """Tell the office and the inspectors, once, that the day of a look back has come."""
    if not may_remind(ledger):
        return
    for look in lookback.due_looks(ledger):
        words = LookBackDue(
            number=look.number,
            project=look.project.name if look.project else "",
            days=ledger.mechanism.supervision.look_back_days,
            buttons=[],
        )
        for person in _lookers(ledger):
            key = f"{lookback.duty_key(look)}:{person.id}"
            ledger.say(words, to=person, key=key, duty=lookback.duty_key(look))


def _task_duty(ledger: Ledger) -> Obligation | None:
    """Return the pack's event duty that a resolution discharges: what meetings and dispatches decide."""
    return next(
        (
            duty
            for duty in ledger.mechanism.obligations
            if not duty.recurring and PayingKind.RESOLUTION in duty.discharged_by
        ),
        None,
    )


def _say(ledger: Ledger, task: Task, reached: int, left: int, duty: Obligation | None) -> None:
    words = TaskReminder(
        number=task.number,
        project=task.project.name if task.project else "",
        requirement=task.requirement,
        due=task.due,
        workdays_left=left,
        basis=ledger.mechanism.basis(duty.clause) if duty else "",
    )
    people = [*([task.person] if task.person else []), *people_of(ledger, task.unit)]
    for person in {one.id: one for one in people}.values():
        key = f"{duty_key(task)}:{task.due.isoformat()}:{reached}:{person.id}"
        ledger.say(words, to=person, key=key, duty=duty_key(task))


def _lookers(ledger: Ledger) -> list[Person]:
    people = [*ledger.people_with(Role.OFFICE), *ledger.people_with(Role.INSPECTOR)]
    return list({person.id: person for person in people}.values())
