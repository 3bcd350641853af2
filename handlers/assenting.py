"""同意, 准, 退回 in words: for whatever about a meeting waits for the sender; several waiting are told apart first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from handlers import bulletins, observing, proposing, topics
from handlers.attending import confirm, leave_of
from handlers.routing import Router, Turn
from handlers.understanding.approval import Approval, read_approval
from models.actors import Scope
from models.attendance import Leave, decide_leave, leaves_before, leaves_to_confirm, withdraw_leave
from models.deeds import Deed, require
from models.errors import Refusal
from models.ledger import Ledger
from models.meeting_papers import Paper, papers_before
from models.notices import Asked, Plain, Result
from models.observation import Observation, observations_before
from models.people import Person, Role
from models.reporting import pending_for
from models.topic import Topic, topics_before

router = Router()
_LEAVE = re.compile(
    r"^(?P<verb>不准|不批准|不批|准假|批准|准了|准)(?P<who>[\u4e00-\u9fff]{2,4}?)??(?:的)?(?:请?假)?"
    r"(?:[，,。 ]+(?P<remark>.+))?[。!！]*$"
)
_CONFIRM = re.compile(r"^(?P<verb>确认请假|我确认请假|不请假|我不请假|我能去)[。!！]*$")


@dataclass(frozen=True)
class _Waiting:
    """One thing that waits for the sender's word: what it is called, and what his word does."""

    name: str
    act: Callable[[bool, str], None]
    ask: Callable[[str], None] | None = None  # where a yes with a remark is no refusal


# --- leave ----------------------------------------------------------------------------------------------


def _grants(turn: Turn) -> re.Match[str] | None:
    found = _LEAVE.match(turn.reading.text)
    return found if found and _asked_leave(turn) else None


@router.command(
    _grants,
    listed=(Role.COUNTY_LEADER, Role.ASSIGNED_LEADER),
    help="批假",
    example="准",
)
def grant_in_words(turn: Turn, found: re.Match[str]) -> None:
    """准, 不准, 准何建业的假: by this meeting's convenor."""
    waiting = _asked_leave(turn)
    if found["who"]:
        waiting = [one for one in waiting if one.person.name == found["who"]]
    if len(waiting) != 1:
        names = "、".join(one.person.name for one in _asked_leave(turn))
        raise Refusal(f"待您批的请假：{names}，请写明准谁的，例如「准{names.split('、')[0]}的假」。")
    decide_on(turn, waiting[0], grant=not found["verb"].startswith("不"), remark=(found["remark"] or "").strip())


def _asked_leave(turn: Turn) -> list[Leave]:
    return leaves_before(turn.ledger, turn.person)


@router.press("grant", "已准")
def press_grant(turn: Turn, rest: str) -> None:
    """The card's 准."""
    decide_on(turn, leave_of(turn, rest), grant=True, remark="")


@router.press("deny", "未准")
def press_deny(turn: Turn, rest: str) -> None:
    """The card's 不准."""
    decide_on(turn, leave_of(turn, rest), grant=False, remark="")


def decide_on(turn: Turn, request: Leave, *, grant: bool, remark: str) -> None:
    """Grant or refuse, by chat."""
    turn.answer(Plain(settle_leave(turn.ledger, request, turn.person, grant=grant, remark=remark)))


def settle_leave(ledger: Ledger, request: Leave, by: Person, *, grant: bool, remark: str) -> str:
    """Grant or refuse, and tell the person and the office; return what the convenor is told. Raises Forbidden."""
    meeting = request.meeting
    require(ledger, by, Deed.GRANT_LEAVE, Scope(convenor=meeting.convened_by))
    decide_leave(ledger, request, by, grant=grant, remark=remark)
    ledger.drop_waiting(f"leave:{request.id}")
    verb = "准假" if grant else "没有准假，请按时到会"
    words = Result(f"{meeting.name}请假：召集人{by.name}{verb}{'（' + remark + '）' if remark else ''}。")
    key = f"leave:{request.id}:decided"
    ledger.say(words, to=request.person, key=f"{key}:{request.person_id}")
    told = Plain(f"{request.person.name}{meeting.name}请假：召集人{'准' if grant else '未准'}。")
    ledger.say_to_office(told, key=key, besides=by.id)
    return f"好，{request.person.name}的请假{'准了' if grant else '没有准'}，已告诉本人。"


def _confirms(turn: Turn) -> re.Match[str] | None:
    found = _CONFIRM.match(turn.reading.text)
    return found if found and leaves_to_confirm(turn.ledger, turn.person) else None


@router.command(_confirms)
def confirm_in_words(turn: Turn, found: re.Match[str]) -> None:
    """确认请假, 不请假: what others asked for the sender."""
    request = leaves_to_confirm(turn.ledger, turn.person)[0]
    if "确认" in found["verb"]:
        confirm(turn, request)
        return
    withdraw_leave(turn.ledger, request, turn.person)
    turn.answer(Plain(f"好的，{request.meeting.name}照常参加。"))


# --- everything else ------------------------------------------------------------------------------------


def _assents(turn: Turn) -> tuple[_Waiting, Approval] | None:
    read = read_approval(turn.reading.text)
    if read is None:
        return None
    waiting = _waiting_for(turn)
    if not waiting:
        return None
    reports = [subject.name for _, subject, _ in pending_for(turn.ledger, turn.person)]
    if len(waiting) + len(reports) > 1:
        names = "、".join([one.name for one in waiting] + [f"{name}的材料" for name in reports])
        raise Refusal(f"有{len(waiting) + len(reports)}件待您定：{names}，请在卡片上点。")
    return waiting[0], read


def _waiting_for(turn: Turn) -> list[_Waiting]:
    ledger, me = turn.ledger, turn.person
    found = [_Waiting(f"议题{one.number}", partial(_topic, turn, one)) for one in topics_before(ledger, me)]
    found += [
        _Waiting(f"{one.name}的建议", partial(proposing.answer, turn, one))
        for one in proposing.suggested_to(ledger, me)
    ]
    found += [_Waiting("观摩方案", partial(_observation, turn, one)) for one in observations_before(ledger, me)]
    found += [_Waiting(f"《{one.title}》", partial(_paper, turn, one)) for one in papers_before(ledger, me)]
    found += [
        _Waiting(f"{one.person.name}的请假", partial(_leave, turn, one), partial(_ask_leave, turn, one))
        for one in leaves_before(ledger, me)
    ]
    return found


def _topic(turn: Turn, topic: Topic, agreed: bool, remark: str) -> None:
    topics.decide(turn, topic, agreed=agreed, remark=remark)


def _observation(turn: Turn, row: Observation, agreed: bool, remark: str) -> None:
    observing.decide(turn, row, agreed=agreed, remark=remark)


def _paper(turn: Turn, paper: Paper, agreed: bool, remark: str) -> None:
    bulletins.decide(turn, paper, agreed=agreed, remark=remark)


def _leave(turn: Turn, request: Leave, agreed: bool, remark: str) -> None:
    decide_on(turn, request, grant=agreed, remark=remark)


def _ask_leave(turn: Turn, request: Leave, remark: str) -> None:
    """A yes with something added neither grants nor refuses a leave: ask."""
    buttons = [(f"grant-{request.id}", "准假"), (f"deny-{request.id}", "不准")]
    turn.answer(Asked(f"您说「{remark[:20]}」，{request.person.name}{request.meeting.name}的请假准不准？", buttons))


@router.command(_assents)
def assent(turn: Turn, given: tuple[_Waiting, Approval]) -> None:
    """同意, or back with what is to be changed."""
    waiting, read = given
    if waiting.ask is not None and read.said_yes and not read.agreed:
        waiting.ask(read.remark)
        return
    waiting.act(read.agreed, read.remark)
