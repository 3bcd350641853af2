"""The answer to a question that a proposal of the second reader led to: on 是 the message is filed as confirmed."""

from __future__ import annotations

from handlers.filing import file_told
from handlers.routing import Router, Turn, on_behalf_of
from handlers.second_reader import SUBJECT
from handlers.told import Told
from handlers.understanding.intents import Intent
from handlers.which_project import ask_project
from models import question as questions
from models.directory import find_project
from models.errors import Forbidden
from models.notices import Plain
from models.question import Question
from models.trays import Incoming, InState

router = Router()


@router.answered(SUBJECT)
def file_proposed(turn: Turn, question: Question, value: str) -> None:
    """File the message on 是, with the words it was read from and whose reading it was; on 不是 nothing is written."""
    facts = question.facts
    original = turn.ledger.session.get(Incoming, int(facts["incoming"]))
    if original is None:
        raise Forbidden("那条消息找不到了，请再说一遍。")
    if value == questions.NO:
        _declined(turn, question, original)
        return
    told = Told(frozenset({Intent(facts["intent"])}) if facts["intent"] else frozenset())
    mark = turn.ledger.mark()
    file_told(turn, find_project(turn.ledger, str(facts["project"])), original, told)
    for entry in turn.ledger.unsealed[mark:]:
        spans = {**facts["spans"], **entry.data.get("spans", {})}
        entry.data = {**entry.data, "spans": spans, "reader": facts["reader"]}
    original.state = InState.DONE.value


def _declined(turn: Turn, question: Question, original: Incoming) -> None:
    """Go on as without a second reader."""
    others = [project for project in turn.reading.own if project.code != question.facts["project"]]
    if question.facts["intent"] is None and others:
        with on_behalf_of(turn.ledger, original):
            ask_project(turn, others)
        return
    turn.answer(Plain("好的，没有记。请带上项目名换个说法再说一遍，原话项目办看得到。"))
