"""改好直接报，还是再给您看？ Asked once of whoever sends a text back with a remark (C11): a topic or a report."""

from __future__ import annotations

import re

from handlers.routing import Router, Turn
from models import question as questions
from models import reporting, topic
from models.errors import Refusal
from models.notices import Asked, Plain
from models.question import Question
from models.reporting import ReportState, Submission
from models.topic import Topic, TopicState

router = Router()
_SUBJECT = "once_mended"
_STRAIGHT, _AGAIN = "straight", "again"
_OPTIONS = [(_STRAIGHT, "改好直接报"), (_AGAIN, "再给我看")]
_WORDS = re.compile(r"^(?:改好|改完|修改好)?了?[，, ]*(?:就)?(?:(?P<straight>直接(?:上)?报)|再(?:给|让|叫)我看)")


def ask_once(turn: Turn, row: Topic | Submission, words: str) -> None:
    """Tell whoever sent a text back that it is, and ask whether it may go on once it is mended."""
    facts = {"sort": "topic" if isinstance(row, Topic) else "report", "id": row.id}
    question = questions.ask(turn.ledger, turn.person, _SUBJECT, facts, _OPTIONS, beside=True)
    turn.answer(Asked(f"{words}改好直接报，还是再给您看？", question.buttons), duty=f"question:{question.id}")


@router.answered(_SUBJECT)
def settle(turn: Turn, question: Question, value: str) -> None:
    """Note what was answered; a text that was mended meanwhile waits for consent as it stands."""
    session, number = turn.ledger.session, int(question.facts["id"])
    row = session.get_one(Topic, number) if question.facts["sort"] == "topic" else session.get_one(Submission, number)
    if row.state not in (TopicState.RETURNED.value, ReportState.RETURNED.value):
        turn.answer(Plain("这份已经改好送来了，请看最新一张卡片，回「同意」就报。"))
        return
    if value == _AGAIN:
        turn.answer(Plain("好的，改好再给您看。"))
        return
    if isinstance(row, Topic):
        topic.let_on_once_mended(turn.ledger, row, turn.person)
    else:
        reporting.let_on_once_mended(turn.ledger, row, turn.person)
    turn.answer(Plain("好的，改好就直接报。"))


@router.command(lambda turn: _WORDS.match(turn.reading.text))
def settle_in_words(turn: Turn, found: re.Match[str]) -> None:
    """改好直接报, 再给我看, in words: what this leader sent back last."""
    asked = [one for one in questions.open_questions(turn.ledger, turn.person) if one.subject == _SUBJECT]
    if not asked:
        raise Refusal("没有您退回待改的议题或材料；可发「我的待办」看一看。")
    value = _STRAIGHT if found["straight"] else _AGAIN
    questions.settle(turn.ledger, asked[0], value)
    settle(turn, asked[0], value)
