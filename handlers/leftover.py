"""What no other topic took: a yes with nothing to say it to, a statement about a project, which is asked about."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from handlers.filing import file_on, file_told, keep_material, sent_place, spoken_of
from handlers.likelihood import likely_sorts, sorts_to_ask
from handlers.routing import Router, Turn
from handlers.second_reader import propose
from handlers.sorting import CATEGORY, SUBJECT, ask_of_what_sort
from handlers.taking_up import keep_answer
from handlers.told import Told
from handlers.understanding.approval import read_approval
from handlers.understanding.denials import without_denied
from handlers.understanding.hunch import Sort, likelihoods
from handlers.understanding.nothing_done import nothing_done
from handlers.understanding.phrasebook.progress import QUESTION_WORDS
from handlers.understanding.phrases import Intent, looks_pasted
from handlers.understanding.wondering import wonders
from handlers.understanding.works import tells_of_works
from handlers.which_project import ask_project
from models.directory import find_project
from models.errors import Forbidden, Refusal
from models.message import Kind
from models.notices import Plain
from models.project import Project
from models.question import NO, Question
from models.trays import Incoming

router = Router()
_CONSENT = re.compile(
    r"^(?:我)?(?:(?:先|暂时)?(?:别|不要|不用|甭)报(?!警|名|废)|不同意|同意|不准|准了|准|不批|批准|退回|打回)(?:了|吧|的)*(?:[，,。；;！!\s]+.*)?$",
    re.S,
)
_SEEN_AND_AGREED = re.compile(r"(?:我|俺)[^，。]{0,4}(?:看|过目|核)[^，。\s]{0,3}[了过][，,\s]*同意[了吧]*[。!！]*$")
_WANTS = re.compile(QUESTION_WORDS + r"|^(?:请问|想问|问一?下|帮我|给我|查|看看|列|发|找|要|转)|[吧呗]$")
_LEAST = 3  # characters beside the project's name
_MOST = 3


def _agrees(turn: Turn) -> bool:
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE):
        return False
    if turn.reading.decision.matches:
        return bool(_SEEN_AND_AGREED.search(turn.reading.text))
    return bool(_CONSENT.match(turn.reading.text)) or read_approval(turn.reading.text) is not None


@router.command(_agrees)
def nothing_to_agree_to(turn: Turn) -> None:
    """同意 where nothing waits for it."""
    raise Refusal("现在没有等您同意的事项，什么都没记；可发「我的待办」看一看。")


def _tells_something(turn: Turn) -> list[Project] | None:
    """Return the projects of words that are no question, no order and nothing known."""
    text, reading = turn.reading.text, turn.reading
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or looks_pasted(text):
        return None
    if wonders(text) or _WANTS.search(without_denied(text)):
        return None
    if nothing_done(text, [match.span for match in reading.decision.matches]) and not likely_sorts(_likely(turn)):
        return None
    if reading.decision.matches:
        beside = len(reading.beside_names.strip(" ，,。"))
        return reading.visible if beside >= _LEAST or (beside and likely_sorts(_likely(turn))) else None
    return _unnamed(turn) if tells_of_works(text) or likely_sorts(_likely(turn)) else None


def _likely(turn: Turn) -> Mapping[Sort, float]:
    return likelihoods(turn.reading.text, [match.span for match in turn.reading.decision.matches])


def _unnamed(turn: Turn) -> list[Project] | None:
    """Return the projects words of works may mean without a name: just spoken of, the sender's few, or half named."""
    return spoken_of(turn) or turn.reading.own[:_MOST] or turn.reading.begun_alike or None


@router.command(_tells_something)
def ask_what_it_tells(turn: Turn, projects: list[Project]) -> None:
    """Ask of which project, where that is open, and of what sort it is; nothing is written until the answer."""
    if propose(turn):
        return
    assert turn.ledger.source is not None
    if turn.message.attachments or turn.inbound.location:
        keep_material(turn, list(turn.message.attachments), sent_place(turn.inbound))
    if len(projects) > 1 and not turn.reading.named:
        ask_project(turn, projects)
        return
    if len(turn.reading.named) > 1:
        file_on(turn, turn.reading.named)  # which asks about each one's own words
        return
    ask_of_what_sort(turn, projects, turn.ledger.source, turn.inbound.text, sorts_to_ask(_likely(turn)))


@router.answered(SUBJECT)
def file_of_that_sort(turn: Turn, question: Question, value: str) -> None:
    """File the words as what they were said to be."""
    _file(turn, question, value, Told() if value == NO else Told(frozenset({Intent(value)})))


@router.answered(CATEGORY)
def file_of_that_category(turn: Turn, question: Question, value: str) -> None:
    """File the words as a problem of the category that was named."""
    _file(turn, question, value, Told(frozenset({Intent.PROBLEM}), category=value))


def _file(turn: Turn, question: Question, value: str, told: Told) -> None:
    original = turn.ledger.session.get(Incoming, int(question.facts["incoming"]))
    if value == NO:
        turn.answer(Plain("好，没有记。"))
        return
    if original is None:
        raise Forbidden("那条消息找不到了，请再说一遍。")
    told = replace(told, words=str(question.facts.get("words") or ""))
    keep_answer(turn, question, value)
    for code in question.facts["projects"]:
        file_told(turn, find_project(turn.ledger, code), original, told)
