"""What no other topic took: a yes with nothing to say it to, a question or a statement about a project.

A question is answered with how the project stands, a statement is asked about: neither is guessed at nor lost.
"""

from __future__ import annotations

import re

from handlers.filing import file_told, keep_material, sent_place
from handlers.query import project_status
from handlers.routing import Router, Turn
from handlers.second_reader import propose
from handlers.understanding.phrasebook.progress import QUESTION_WORDS
from handlers.understanding.phrases import Intent, looks_pasted
from models import question as questions
from models.directory import find_project
from models.errors import Forbidden, Refusal
from models.message import Kind
from models.notices import Asked, Plain
from models.project import Project
from models.question import NO, Question
from models.rights import may_see
from models.trays import Incoming

router = Router()
_SUBJECT = "sort"
_CONSENT = re.compile(
    r"^(?:我)?(?:不同意|同意|不准|准了|准|不批|批准|退回|打回)(?:了|吧|的)*(?:[，,。；;！!\s]+.*)?$", re.S
)
_WANTS = re.compile(
    QUESTION_WORDS
    + r"|^(?:请问|想问|问一?下|帮我|给我|查|看看|列|发|找|要|转)|[吧呗]$|没(?:有)?(?:顾上)?(?:去|来|过去|到场)(?!电)"
)
_QUESTION = re.compile(
    r"[?？]\s*$|(?:吗|呢|么|没|没有|不)[啊呀]?[。!！]*$|[啥谁哪咋几]|什么|怎么|怎样|多少|多大|多久|为何|如何"
    r"|有没有|是不是|能不能|行不行|中不中|(?P<verb>[\u4e00-\u9fff])(?:没有?|不)(?P=verb)"
)
_NOTHING_DONE = re.compile(
    r"(?:没|没有|未|不)(?:顾上|能)?(?:去|来|到(?!位|货|账)|过去)(?:成|了|过)?|去不(?:了|成)|走不开"
)
_SORTS = {"进展": Intent.PROGRESS, "问题": Intent.PROBLEM}
_LEAST = 3  # characters beside the project's name


@router.command(lambda turn: turn.inbound.kind in (Kind.TEXT, Kind.VOICE) and bool(_CONSENT.match(turn.reading.text)))
def nothing_to_agree_to(turn: Turn) -> None:
    """同意 where nothing waits for it."""
    raise Refusal("现在没有等您同意的事项，什么都没记；可发「我的待办」看一看。")


def _asks_something(turn: Turn) -> list[Project] | None:
    """Return the projects of a question that no rule knows."""
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or not _QUESTION.search(turn.reading.text):
        return None
    return turn.reading.visible or None


@router.command(_asks_something)
def answer_of(turn: Turn, projects: list[Project]) -> None:
    """How they stand, instead of nothing."""
    project_status(turn, projects)


def _tells_something(turn: Turn) -> Project | None:
    """Return the one project of words that are no question, no order and nothing known."""
    text, reading = turn.reading.text, turn.reading
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or looks_pasted(text) or reading.intents:
        return None
    known = reading.named or (reading.visible if len(reading.visible) == 1 else [])
    if len(known) != 1 or _WANTS.search(text) or _NOTHING_DONE.search(text):
        return None
    if not may_see(turn.ledger, turn.person, known[0]):
        return None
    beside = len(text) - sum(match.span.end - match.span.start for match in reading.decision.matches)
    return known[0] if beside >= _LEAST else None


@router.command(_tells_something)
def ask_of_what_sort(turn: Turn, project: Project) -> None:
    """Ask whether it is progress or a problem; nothing is written until the answer."""
    if propose(turn):
        return
    assert turn.ledger.source is not None
    if turn.message.attachments or turn.inbound.location:
        keep_material(turn, list(turn.message.attachments), sent_place(turn.inbound))
    options = [*((sort.value, name) for name, sort in _SORTS.items()), (NO, "不用记")]
    facts = {"incoming": turn.ledger.source.id, "project": project.code}
    question = questions.ask(turn.ledger, turn.person, _SUBJECT, facts, options)
    buttons = [(question.button_key(at), name) for at, (_, name) in enumerate(options)]
    words = f"《{project.name}》「{turn.reading.text[:20]}」记成进展还是问题？"
    turn.answer(Asked(words, buttons), duty=f"question:{question.id}")


@router.answered(_SUBJECT)
def file_of_that_sort(turn: Turn, question: Question, value: str) -> None:
    """File the words as what they were said to be."""
    original = turn.ledger.session.get(Incoming, int(question.facts["incoming"]))
    if value == NO:
        turn.answer(Plain("好，没有记。"))
        return
    if original is None:
        raise Forbidden("那条消息找不到了，请再说一遍。")
    file_told(turn, find_project(turn.ledger, str(question.facts["project"])), original, frozenset({Intent(value)}))
