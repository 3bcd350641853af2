"""The last resort for words about a known project: a question is answered with how it stands, a statement asked about.

What is said of a project and fits no rule is neither guessed at nor lost: one question offers what it may be filed as.
"""

from __future__ import annotations

import re

from handlers.filing import file_told
from handlers.naming import deadline_in
from handlers.problems import record_problem
from handlers.query import project_status
from handlers.routing import Router, Turn, on_behalf_of
from handlers.understanding.categories import category_of
from handlers.understanding.phrases import looks_pasted
from handlers.understanding.text import normalise
from models import question as questions
from models.calendar import SHANGHAI
from models.directory import find_project
from models.errors import Forbidden
from models.message import Kind
from models.notices import Asked, Notice, Plain
from models.project import Project
from models.question import Question
from models.rights import may_see
from models.trays import Incoming

router = Router()
_SUBJECT = "unsure"
_QUESTION = re.compile(
    r"[?？]\s*$|(?:吗|呢|么|没|没有|不)[啊呀]?[。!！]*$|[啥谁哪咋几]|什么|怎么|怎样|多少|多大|多久|为何|如何"
    r"|有没有|是不是|能不能|行不行|中不中|(?P<verb>[\u4e00-\u9fff])(?:没有?|不)(?P=verb)"
)
_NOTHING_DONE = re.compile(
    r"(?:没|没有|未|不)(?:顾上|能)?(?:去|来|到(?!位|货|账)|过去)(?:成|了|过)?|去不(?:了|成)|走不开"
)
_LEAST = 3  # characters besides the name
_AS = [("进展", "记作进展"), ("问题", "记作问题"), ("", "不用记")]


def _asks(turn: Turn) -> list[Project] | None:
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or not _QUESTION.search(turn.reading.text):
        return None
    return turn.reading.visible or None


@router.command(_asks)
def answer_of(turn: Turn, projects: list[Project]) -> None:
    """A question about projects that no rule knows: how they stand, instead of nothing."""
    project_status(turn, projects)


def _tells(turn: Turn) -> Project | None:
    text = turn.reading.text
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or looks_pasted(text) or turn.reading.intents:
        return None
    known = turn.reading.named or (turn.reading.visible if len(turn.reading.visible) == 1 else [])
    if len(known) != 1 or _NOTHING_DONE.search(text) or not may_see(turn.ledger, turn.person, known[0]):
        return None
    return known[0] if _besides_the_name(turn) >= _LEAST else None


def _besides_the_name(turn: Turn) -> int:
    named = sum(match.span.end - match.span.start for match in turn.reading.decision.matches[:1])
    return len(turn.reading.text) - named


@router.command(_tells)
def ask_what(turn: Turn, project: Project) -> None:
    """A statement no rule knows: ask once what it is to be filed as, and write nothing until the answer."""
    assert turn.ledger.source is not None
    facts = {"incoming": turn.ledger.source.id, "project": project.code}
    question = questions.ask(turn.ledger, turn.person, _SUBJECT, facts, _AS, beside=True)
    buttons = [(question.button_key(at), label) for at, (_, label) in enumerate(_AS)]
    turn.answer(Asked(f"《{project.name}》这句记作什么？", buttons), duty=f"question:{question.id}")


@router.answered(_SUBJECT)
def file_as(turn: Turn, question: Question, value: str) -> None:
    """File the words as what they were said to be, of the message they came in."""
    if not value:
        turn.answer(Plain("好，没有记。"))
        return
    original = turn.ledger.session.get(Incoming, int(question.facts["incoming"]))
    if original is None:
        raise Forbidden("那条消息找不到了，请再说一遍。")
    project = find_project(turn.ledger, str(question.facts["project"]))
    if value == "进展":
        file_told(turn, project, original)
        return
    with on_behalf_of(turn.ledger, original):
        turn.answer(_as_problem(turn, project, original))


def _as_problem(turn: Turn, project: Project, original: Incoming) -> Notice:
    """File the words as a problem of the day they were sent."""
    text, sent = original.inbound.text, original.inbound.sent_at.astimezone(SHANGHAI)
    return record_problem(
        turn.ledger,
        turn.person,
        project,
        text,
        category=category_of(normalise(text)),
        minder="",
        due=deadline_in(turn.ledger, text),
        occurred=sent.date(),
        sent=sent.isoformat(timespec="seconds"),
        attachments=[],
    )
