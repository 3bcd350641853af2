"""「还那样，没啥进展」 (C19): filed as it is; one tap says where it is stuck, the third in a row is told privately."""

from __future__ import annotations

from handlers.problems import record_problem
from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from models import question as questions
from models.directory import find_project
from models.entry import EntryKind
from models.notices import Asked
from models.project import Project
from models.question import Question

router = Router()
_SUBJECT = "stuck"
_WHERE = {"征地": "征地拆迁", "资金": "要素保障/资金", "手续": "立项审批"}
_IN_A_ROW = 3


def ask_where_stuck(turn: Turn, project: Project, intents: frozenset[Intent]) -> None:
    """Ask whoever reports no news, once and with three buttons, where it is stuck; nobody else hears of it."""
    if Intent.NO_NEWS not in intents or Intent.PROBLEM in intents:
        return
    asks = f"《{project.name}》卡在哪？（都不是就直接说，没卡住不用回）"
    if _times_in_a_row(turn, project) >= _IN_A_ROW:
        asks = f"《{project.name}》已连续{_times_in_a_row(turn, project)}次无新进展，只提醒您本人。{asks}"
    _ask(turn, project, asks)


def ask_after_same_words(turn: Turn, project: Project, months: int) -> None:
    """Ask whoever reports word for word the same for months whether something blocks it; nobody else hears of it."""
    _ask(turn, project, f"《{project.name}》连续{months}个月报的一字不差，有没有卡点？只问您本人，没有就不用回。")


def _ask(turn: Turn, project: Project, asks: str) -> None:
    options = [(category, name) for name, category in _WHERE.items()]
    question = questions.ask(turn.ledger, turn.person, _SUBJECT, {"project": project.code}, options)
    turn.answer(Asked(asks, question.buttons), duty=f"question:{question.id}")


@router.answered(_SUBJECT)
def note_where_stuck(turn: Turn, question: Question, category: str) -> None:
    """The tap becomes a problem of that sort, or the one that is open told again."""
    name = next(name for name, told in _WHERE.items() if told == category)
    project = find_project(turn.ledger, str(question.facts["project"]))
    sent = turn.ledger.local_now
    turn.answer(
        record_problem(
            turn.ledger,
            turn.person,
            project,
            f"没有新进展，还是卡在{name}",
            category=category,
            minder="",
            due=None,
            occurred=turn.ledger.today,
            sent=sent.isoformat(timespec="seconds"),
            attachments=[],
            same_kind=True,
        )
    )


def _times_in_a_row(turn: Turn, project: Project) -> int:
    """Return how many reports in a row, this one included, brought no news."""
    told = turn.ledger.entries(project=project.code, kinds=(EntryKind.PROGRESS,), limit=10)
    before = 0
    for entry in told:
        if not entry.data.get("no_news"):
            break
        before += 1
    return before + 1
