"""A leader's short words that no rule reads while something waits for his yes: he is asked whether they are one."""

from __future__ import annotations

import re

from handlers.assenting import Waiting, act_on, waits_for
from handlers.routing import Router, Turn
from handlers.understanding.wondering import wonders
from models import question as questions
from models.errors import WrongState
from models.message import Kind
from models.notices import Asked, Plain
from models.question import Question

router = Router()
_SUBJECT = "undecided"
_YES, _NO = "yes", "no"
_MAY_DECIDE = re.compile(r"报|同意|准|批|假|会|改|写|数|退|材料|稿|议题|[看审]|行|中|可以|支持|去|提")
_PUTS_OFF = re.compile(r"再说|再看|看完|回头|[搁放等](?:着|一?[放等下会])|晚[上点些]|明[天儿]|不急|改天")
_LATER = re.compile(
    r"(?:这个?|那个?|材料|月报|议题)?(?:先|暂时?|且)?(?:压|放|搁|缓|等|停)(?:一?[压放搁缓等停下]|着|一会儿|两天|几天)(?:再说|吧|了)?(?=$|[，,。；;\s])"
    r"|(?:容|让|等)我(?:再)?(?:想想?|看看?|琢磨|考虑|问问)"
)
_LONGEST = 30


def _may_decide(turn: Turn) -> list[Waiting] | None:
    text, reading = turn.reading.text, turn.reading
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or len(text) > _LONGEST or reading.intents or wonders(text):
        return None
    if reading.decision.matches or not _MAY_DECIDE.search(text) or _PUTS_OFF.search(text):
        return None
    return waits_for(turn) or None


def _puts_off(turn: Turn) -> list[Waiting] | None:
    text, reading = turn.reading.text, turn.reading
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or len(text) > _LONGEST or reading.intents or wonders(text):
        return None
    return (waits_for(turn) or None) if _LATER.match(text) and not reading.decision.matches else None


@router.command(_puts_off)
def put_off(turn: Turn, waiting: list[Waiting]) -> None:
    """先压一压: what waits goes on waiting."""
    names = "；".join(one.name for one in waiting[:3])
    turn.answer(Plain(f"好，先放着：{names}。没有同意，也没有退回；定了回「同意」或「退回」。"))


@router.command(_may_decide)
def ask_for_a_verdict(turn: Turn, waiting: list[Waiting]) -> None:
    """Ask whether he agrees; nothing is decided until he says so (U3)."""
    if len(waiting) > 1:
        names = "；".join(one.name for one in waiting[:3])
        turn.answer(Asked(f"有{len(waiting)}件待您定：{names}。您这句是说哪一件，同意还是退回？", []))
        return
    one = waiting[0]
    facts = {"key": one.key, "remark": turn.inbound.text}
    question = questions.ask(turn.ledger, turn.person, _SUBJECT, facts, [(_YES, "同意"), (_NO, "退回")])
    words = f"{one.name}在等您定。您说「{turn.inbound.text[:20]}」，是同意还是退回？"
    turn.answer(Asked(words, question.buttons), duty=f"question:{question.id}")


@router.answered(_SUBJECT)
def decide(turn: Turn, question: Question, value: str) -> None:
    """Do what he says to the thing that waited; sent back, his first words go with it."""
    one = next((one for one in waits_for(turn) if one.key == question.facts["key"]), None)
    if one is None:
        raise WrongState("这一件已经办过了，可发「我的待办」看一看。")
    agreed = value == _YES
    act_on(one, agreed, "" if agreed else str(question.facts["remark"]), agreed)
