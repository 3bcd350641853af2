"""A question that nothing could answer: the sender is asked what of three near things he means, and gets it."""

from __future__ import annotations

from handlers.likelihood import LIKELY
from handlers.routing import Router, Turn
from handlers.understanding.hunch import Sort, likelihoods
from models import question as questions
from models.notices import Asked, Plain
from models.question import NO, Question

router = Router()
_SUBJECT = "unclear"


def ask_what_is_meant(turn: Turn) -> bool:
    """Offer the nearest answers to what is most likely a question; False where it is none."""
    reading = turn.reading
    names = [match.span for match in reading.decision.matches]
    if not reading.text or likelihoods(reading.text, names)[Sort.QUESTION] < LIKELY:
        return False
    about = (reading.visible or reading.own)[:1]
    options = [(f"{project.name}现在咋样", f"《{project.name}》情况") for project in about]
    options += [("我的待办", "我的待办"), (NO, "都不是")]
    question = questions.ask(turn.ledger, turn.person, _SUBJECT, {}, options)
    words = f"「{turn.inbound.text[:20]}」问的是哪一样？没对上就换个说法再问一遍，原话已留给办公室看。"
    turn.answer(Asked(words, question.buttons), duty=f"question:{question.id}")
    return True


@router.answered(_SUBJECT)
def answer_what_is_meant(turn: Turn, question: Question, value: str) -> None:
    """Answer what was chosen."""
    if value == NO:
        turn.answer(Plain("好。您换个说法再问，或发「帮助」看看能问什么。"))
        return
    turn.router.again(turn, text=value)
