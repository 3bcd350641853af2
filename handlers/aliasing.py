"""A name that had to be asked about (C16): proposed to the office as an alias, never learned by itself."""

from __future__ import annotations

from sqlalchemy import select

from handlers.routing import Router, Turn
from models import question as questions
from models.directory import find_project, names_changed
from models.entry import EntryKind
from models.ledger import Ledger
from models.notices import Asked, Plain
from models.people import Role
from models.project import Project, ProjectAlias
from models.question import Question

router = Router()
_SUBJECT = "alias"
_LONGEST = 20


def propose_alias(turn: Turn, words: str, project: Project) -> None:
    """Ask the office whether a name somebody used, and confirmed, is to be one of the project's."""
    ledger = turn.ledger
    if not 2 <= len(words) <= _LONGEST or words in _names(project) or _is_known(ledger, words):
        return
    facts = {"words": words, "project": project.code}
    for person in ledger.people_with(Role.OFFICE):
        if any(one.subject == _SUBJECT and one.facts == facts for one in questions.open_questions(ledger, person)):
            continue
        options = [(questions.YES, "作为别名"), (questions.NO, "不用")]
        question = questions.ask(ledger, person, _SUBJECT, facts, options, beside=True)
        asks = f"{turn.person.name}说的「{words}」，确认是《{project.name}》。要登记为别名吗？登记后不再问。"
        ledger.say(Asked(asks, question.buttons), to=person, key=f"alias:{question.id}", duty=f"question:{question.id}")


@router.answered(_SUBJECT)
def settle(turn: Turn, question: Question, value: str) -> None:
    """登记, or not; whichever of the office answers first answers for all."""
    ledger, words = turn.ledger, str(question.facts["words"])
    project = find_project(ledger, str(question.facts["project"]))
    for other in ledger.session.scalars(
        select(Question).where(Question.subject == _SUBJECT, Question.answered_at.is_(None))
    ):
        if other.facts == question.facts:
            questions.settle(ledger, other, value)
            ledger.drop_waiting(f"question:{other.id}")
    if value != questions.YES:
        turn.answer(Plain(f"好，「{words}」不作为《{project.name}》的别名，以后照问。"))
        return
    if words not in _names(project) and not _is_known(ledger, words):
        project.aliases.append(ProjectAlias(alias=words))
        names_changed(ledger)
        data = {"state": "alias", "alias": words}
        ledger.record(EntryKind.NOTE, f"登记别名：{words}", person=turn.person, project=project, data=data)
    turn.answer(Plain(f"已登记：「{words}」就是《{project.name}》。"))


def _names(project: Project) -> set[str]:
    return set(project.called)


def _is_known(ledger: Ledger, words: str) -> bool:
    """Whether some project goes by that name already: one name, one project."""
    taken = select(ProjectAlias.id).where(ProjectAlias.alias == words).limit(1)
    return ledger.session.scalar(taken) is not None
