"""Answers to our questions: by a press, a number, or the words on a button; hours later if need be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from handlers.routing import Router, Turn
from handlers.sorting import SUBJECT as SORT
from models import question as questions
from models.errors import Forbidden
from models.question import Question

router = Router()
_YES = re.compile(
    r"(?:(?:是|对|嗯+|中|好|行|成|没错|可以|正是|就是|就|准|ok)(?:的|了|呢|吧|啊|呀|嘞|哩|它|这个|那个|这一个|项目)*[，,。！!\s]*)+",
    re.IGNORECASE,
)
_NOTE_IT = re.compile(r"(?:要|那就|就|都)*记(?:上|下|着)?(?:吧|的|了)?[，,。！!\s]*")
_NO = re.compile(
    r"(?:(?:不是|不对|不用|不|算了|先不|不要|没有|别记|不记)(?:的|了|吧|啊|呀|它|这个|那个)*[，,。！!\s]*)+"
)
_NOT_TO_BE_KEPT = re.compile(
    r"(?:就|先|都|这个?|那就|[啥甚]也|[啥甚]都|什么都)*(?:不用|别|甭|不必|不要|没啥|没必要)记(?:了|它|吧|的)*(?:[，,。\s].{0,12})?"
)
_FIRST = re.compile(r"(?:说的?)?(?:是)?(?:头一|第一|前[头面边]?(?:那|一|这)?|上[头面]那?)个(?:项目)?")
_LAST = re.compile(r"(?:说的?)?(?:是)?(?:最后一?|末一?|后[头面边]?(?:那|一|这)?|下[头面]那?)个(?:项目)?")
_CHOICE = re.compile(r"^(?:第)?([1-3一二三])(?:个)?$")
_CHOSEN = re.compile(
    r"^(?:(?:[哦噢喔嗯啊哎唉诶]+|就|按|选|用|是|算作?|当成?|记[成为]?|归|说的?|指的?|应该|我|俺|这|那|的)[，,\s]*)+(?=.{1})"
    r"|(?:里头|里面|里|就[行中成]|得了|算|来|吧|呀|啊|嘞|呢|了|哈|的|那一?个|这一?个|那边|项目|[，,。！!\s])+$|(?<=\d)万元?(?:吧)?$"
)
_BUT = re.compile(r"^(?:可?不是|不要)[^，,。\s是]{1,8}[，,\s]*(?:而是|就是|是|要)(?=.)")
_YOURS = re.compile(
    r"(?:.{1,12}[，,。\s])?(?:那?就|按|还是|以)*(?:你|恁|您)(?:们)?(?:那个?|算的?|说的?|那数)+(?:得|是)?(?:对|为准|来|吧|就行|行|中)*的?"
)
_NOT_THE_OTHER = re.compile(r"(?<=.)[，,。\s]*(?:不是|可不是|不要)[^，,。\s]+$")
_NOT_THIS = re.compile(r"不是|不对|错了")
_BESIDE_FIGURE = re.compile(r"[按是用就以为的了吧元万数，,。\s]")
_SIDE = re.compile(r"^(?P<side>[东西南北一二三四五])(?:边|面|头|区|期)?$")
_UNIT = re.compile(r"(?:(?:对|是|嗯)的?[，,\s]*)?(?:单位)?(?:都)?(?:是|按)?(?:万|万元|万块)(?:的|吧|啊|呀|为单位)?")
_LATELY = timedelta(hours=24)
_LEAST_WORDS = 2
_DIGITS = {"一": 1, "二": 2, "三": 3}


@dataclass(frozen=True)
class _Choice:
    question: Question
    index: int


def _chosen(turn: Turn) -> _Choice | None:
    text = turn.reading.text.strip("。.!！ ")
    if not text:
        return None
    for question in questions.open_questions(turn.ledger, turn.person):
        index = _index_of(turn, question, text)
        if index is not None:
            return _Choice(question, index)
    return None


def _index_of(turn: Turn, question: Question, text: str) -> int | None:
    values = [value for value, _ in question.options]
    if _YES.fullmatch(text) and (
        len(values) == 1 or values[0] == questions.YES or question.options[0][1].startswith("是，")
    ):
        return 0
    if _asks_of_one(question) and (_YES.fullmatch(text) or _NOTE_IT.fullmatch(text)):
        return 0
    says_no = _NO.fullmatch(text) is not None
    if says_no and "no" in values:
        return values.index("no")
    if says_no and question.options and question.options[-1][1].startswith("不是，"):
        return len(values) - 1
    if "no" in values and _NOT_TO_BE_KEPT.fullmatch(text):
        return values.index("no")
    if question.subject == "project" and (_FIRST.fullmatch(text) or _LAST.fullmatch(text)):
        return 0 if _FIRST.fullmatch(text) else len(values) - 1
    if question.options and question.options[0][1].startswith("累计") and _YOURS.fullmatch(text):
        return 0
    number = _CHOICE.match(text)
    if number:
        index = (_DIGITS.get(number[1]) or int(number[1])) - 1
        return index if index < len(question.options) else None
    if _UNIT.fullmatch(text) and question.options and question.options[0][1].startswith("是，记上"):
        return 0  # 万元: all that the figures lacked
    part = _of_words(turn, question, text)
    if part is not None:
        return part
    if question.subject == "project" and not turn.reading.is_report:
        return _named_option(turn, question, text)
    return None


def _asks_of_one(question: Question) -> bool:
    """Whether it asks of one sort of thing whether to note it: 要不要记现场办公？"""
    return question.subject == SORT and len(question.options) == 2


def _of_words(turn: Turn, question: Question, text: str) -> int | None:
    """Return the one option that the words are a part of: 二期的, 提标改造那个, 北边的; lately asked ones only."""
    chosen = _CHOSEN.sub("", _CHOSEN.sub("", _NOT_THE_OTHER.sub("", _BUT.sub("", text))))
    whole = [index for index, (value, label) in enumerate(question.options) if text in (value, label)]
    if whole:
        return whole[0]
    lately = turn.ledger.now - question.asked_at <= _LATELY
    for words in dict.fromkeys((text, chosen)) if lately else ():
        side = _SIDE.match(words)
        part = side["side"] if side else words
        alike = [at for at, (value, label) in enumerate(question.options) if part == value or part in label]
        alike = alike or [at for at, (_, label) in enumerate(question.options) if _bare(part) == _bare(label)]
        if len(alike) == 1 and (side or len(part) >= _LEAST_WORDS):
            return alike[0]
    return None


def _bare(words: str) -> str:
    """Return words without what does not change a figure: 累计按10200万 is 累计10200."""
    return _BESIDE_FIGURE.sub("", words)


def _named_option(turn: Turn, question: Question, text: str) -> int | None:
    """Take a bare project name as the answer, one that was not offered included."""
    named = turn.reading.named
    if len(named) != 1 or len(text) > len(named[0].name) + 6:
        return None
    for index, (value, _) in enumerate(question.options):
        if value == named[0].code:
            return None if _NOT_THIS.match(text) else index
    question.options = [*question.options, [named[0].code, named[0].name]]
    return len(question.options) - 1


@router.command(_chosen)
def answer(turn: Turn, choice: _Choice) -> None:
    """Go on with what the question held up."""
    question = choice.question
    value = str(question.options[choice.index][0])
    questions.settle(turn.ledger, question, value)
    turn.ledger.drop_waiting(f"question:{question.id}")
    turn.router.continuations[question.subject](turn, question, value)


@router.press("q", "已选")
def press_answer(turn: Turn, rest: str) -> None:
    """A question's button."""
    found = re.fullmatch(r"(\d+)-(\d)", rest)
    question = turn.ledger.session.get(Question, int(found[1])) if found else None
    if found is None or question is None or question.person_id != turn.person.id:
        raise Forbidden("这个问题不是问您的，请直接说要办什么。")
    index = int(found[2])
    if question.answered_at is not None or index >= len(question.options):
        raise Forbidden("这个问题已经答过了；要改请回「记错了」再说一遍。")
    turn.pressed = f"已选 {question.options[index][1]}"[:20]
    answer(turn, _Choice(question, index))
