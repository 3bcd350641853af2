"""Problems said in passing to be over (ISS-2解决了, 城北没问题了): closing is asked for, never taken as done."""

from __future__ import annotations

import re

from handlers.naming import evidence_with, not_there, number_in
from handlers.problems import request_close
from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from models import problem as problems
from models import question as questions
from models.notices import Asked, Plain
from models.problem import Problem, ProblemState
from models.project import Project
from models.question import Question
from models.rights import may_see

router = Router()
_SUBJECT = "solved"
_THERE = re.compile(r"现场|当场")
_AT_ONCE = 3  # as many as a card has buttons


def _numbered(turn: Turn) -> Problem | None:
    number = number_in(turn, "problem") if Intent.SOLVED in turn.reading.intents else None
    return _of(turn, number) if number else None


@router.command(_numbered)
def solved_numbered(turn: Turn, problem: Problem) -> None:
    """A numbered problem is said to be over, amid other words."""
    _request(turn, problem, turn.inbound.text)


def _one_project(turn: Turn) -> Project | None:
    if Intent.SOLVED not in turn.reading.intents or turn.reading.is_report or len(turn.reading.named) != 1:
        return None
    project = turn.reading.named[0]
    return project if may_see(turn.ledger, turn.person, project) else None


@router.command(_one_project)
def solved_somewhere(turn: Turn, project: Project) -> None:
    """A project's problem is said to be over without its number: ask which, and write nothing until the answer."""
    found = [one for one in problems.open_problems(turn.ledger, project) if one.state is not ProblemState.CLOSING]
    if not found:
        turn.answer(Plain(f"《{project.name}》没有待解决的问题，没有记。"))
        return
    offered = found[:_AT_ONCE]
    options = [(one.number, f"{one.number}申请销号") for one in offered]
    question = questions.ask(turn.ledger, turn.person, _SUBJECT, {"text": turn.inbound.text}, options)
    told = "、".join(f"{one.number}（{one.short[:12]}）" for one in offered)
    asks = f"《{project.name}》{told}，" + ("是这个解决了吗？" if len(found) == 1 else "是哪一个解决了？")
    turn.answer(Asked(asks, question.buttons), duty=f"question:{question.id}")


@router.answered(_SUBJECT)
def close_answered(turn: Turn, question: Question, number: str) -> None:
    """The answer names the problem; the words told before are the evidence."""
    _request(turn, _of(turn, number), str(question.facts["text"]))


def _of(turn: Turn, number: str) -> Problem:
    problem = problems.find_problem(turn.ledger, number)
    project = problems.project_of(turn.ledger, problem) if problem else None
    if problem is None or project is None or not may_see(turn.ledger, turn.person, project):
        raise not_there(number, "问题清单")
    return problem


def _request(turn: Turn, problem: Problem, text: str) -> None:
    there = bool(_THERE.search(text))
    request_close(turn.ledger, problem, turn.person, text, evidence_with(turn), on_site=there)
    how = "记为现场解决" if there else "已提交销号申请"
    turn.answer(Plain(f"{problem.number}{how}，由{turn.ledger.mechanism.office_name}或督查部门核实后销号。"))
