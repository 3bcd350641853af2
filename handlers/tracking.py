"""What is tracked, as lines of 我的待办 and 逾期: tasks, what waits for a decision, what waits to be published."""

from __future__ import annotations

from handlers.wording import some
from models import extension, inspection_paper, lookback, problem, request
from models import task as tasks
from models.ledger import Ledger
from models.people import Person, Role
from models.periods import shown
from models.problem import ProblemState
from models.rights import sees_all
from models.supervision_acts import drafts
from models.task import Task, TaskState


def todo_lines(ledger: Ledger, person: Person) -> list[str]:
    """Return what waits for somebody: his unit's tasks, his consent, and what his office decides."""
    lines = [f"待您同意提请：{one.number} {one.short}" for one in request.to_consent(ledger, person)]
    lines += [
        f"{task.number} {task.requirement[:20]}，{shown(task.due)}前"
        for task in tasks.live_tasks(ledger, unit_id=person.unit_id)
        if task.state == TaskState.OPEN.value
    ]
    if ledger.has_role(person, Role.OFFICE):
        lines += _office_lines(ledger)
    if ledger.has_role(person, Role.INSPECTOR):
        lines += [f"待印发：{one.number} {one.title}" for one in inspection_paper.drafts(ledger)]
    return lines


def overdue_lines(ledger: Ledger, person: Person) -> list[str]:
    """Return the tasks past their date somebody may see; what waits above is nobody's fault below."""
    late = [task for task in tasks.live_tasks(ledger, due_by=ledger.today) if _is_late(ledger, task)]
    everything = sees_all(ledger, person)
    return [
        f"{task.number} {task.unit.shown}：{task.requirement[:16]}，{shown(task.due)}到期，"
        f"超期{(ledger.today - task.due).days}天"
        for task in late
        if everything or task.unit_id == person.unit_id
    ]


def _is_late(ledger: Ledger, task: Task) -> bool:
    return task.due < ledger.today and task.state != TaskState.RAISED.value


def _office_lines(ledger: Ledger) -> list[str]:
    waiting = {
        "督办待审签": [notice.handle for notice in drafts(ledger)],
        "延期待准": [one.label for one in extension.pending(ledger)],
        "交办销号待定": [task.number for task in tasks.live_tasks(ledger) if task.state == TaskState.REPORTED.value],
        "问题销号待定": [one.number for one in problem.open_problems(ledger) if one.state is ProblemState.CLOSING],
        "该回头看": [look.number for look in lookback.due_looks(ledger)],
    }
    return [f"{what}：{some(numbers)}" for what, numbers in waiting.items() if numbers]
