"""同意, 准, 退回 in words: for whatever about a meeting waits for the sender; several waiting are told apart first."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from handlers import approving, bulletins, observing, proposing, topics
from handlers.attending import confirm, leave_of
from handlers.routing import Router, Turn
from handlers.understanding.approval import Approval, has_condition, read_apart, read_approval
from models import question as questions
from models.actors import Scope
from models.attendance import Leave, decide_leave, leaves_before, leaves_to_confirm, withdraw_leave
from models.deeds import Deed, require
from models.directory import people_in
from models.errors import Forbidden, Refusal, WrongState
from models.ledger import Ledger
from models.meeting_papers import MeetingDocument, papers_before
from models.notices import Asked, Plain, Result
from models.observation import Observation, observations_before
from models.people import Person, Role
from models.periods import period_words
from models.question import Question
from models.reporting import Submission, pending_for
from models.topic import Topic, topics_before

router = Router()
_LEAVE = re.compile(
    r"^(?P<verb>不准|不批准|不批|准假|批准|准了|准)(?P<who>[\u4e00-\u9fff]{2,4}?)??(?:的)?(?:请?假)?"
    r"(?:[，,。 ]+(?P<remark>.+))?[。!！]*$"
)
_OF_A_LEAVE = re.compile(r"[的个请份条]假(?!山|日|期|的|话|设)")
_SUBJECT = "assent"
_BUTTONS = 3
# Marks that name a sort of thing; every other names the thing itself.
_SORTS = {
    *("议题", "请假", "的假", "会期", "建议", "开会", "观摩", "材料", "月报", "专报", "纪要", "通报", "名单", "方案")
}
_VERB = re.compile(r"^(?:同意|可以|行|批准|没意见|审定|退回|不同意|不行)")
_CONFIRM = re.compile(r"^(?P<verb>确认请假|我确认请假|不请假|我不请假|我能去)[。!！]*$")


@dataclass(frozen=True)
class Waiting:
    """One thing that waits for the sender's word: what it is called, in full and on a button, and what his word does.

    `marks` are the words by which somebody names it.
    """

    key: str
    name: str
    label: str
    marks: tuple[str, ...]
    act: Callable[[bool, str], None]
    ask: Callable[[str], None] | None = None  # where a yes with a remark is no refusal

    @property
    def names(self) -> list[str]:
        """The words that name this very thing, not its sort."""
        return [mark for mark in self.marks if mark not in _SORTS]


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


def _no_such_leave(turn: Turn) -> bool:
    """田志强的假准了, where no such request waits for the sender."""
    text = turn.reading.text
    if not _OF_A_LEAVE.search(text) or _asked_leave(turn):
        return False
    return read_approval(text, [person.name for person in people_in(turn.ledger, text)]) is not None


@router.command(_no_such_leave)
def no_such_leave(turn: Turn) -> None:
    """Nothing is granted that nobody asked the sender for."""
    raise Forbidden("没有等您批的请假，什么都没记；请假由会议召集人批，可发「我的待办」看一看。")


# --- everything else ------------------------------------------------------------------------------------


def _assents(turn: Turn) -> tuple[list[Waiting], Approval] | None:
    """Return the waiting things the words may mean, with yes or no and what is to be changed."""
    text = turn.reading.text
    found = _waiting_for(turn)
    if not found:
        return None
    reports = _reports_for(turn)
    meant, rest = _meant(text, [*found, *reports])
    names = [mark for one in meant for mark in one.names]
    names += [match.span.words for match in turn.reading.decision.matches]
    read = read_approval(rest) or read_approval(text, names)
    if read is None and all(one.ask is not None for one in meant):
        read = read_apart(text, names)
    if read is None or all(one in reports for one in meant):
        return None
    return meant, read


def _meant(text: str, waiting: list[Waiting]) -> tuple[list[Waiting], str]:
    """Return what the words before the first comma name (同意10月例会议题), all where they name none; and the rest."""
    verb = _VERB.match(text)
    head, tail = _split(text[verb.end() :]) if verb else (text, "")
    named = [one for one in waiting if any(mark in head for mark in one.marks)]
    if not named:
        return waiting, text
    exact = [one for one in named if any(mark in head for mark in one.names)]
    return exact or named, verb[0] + tail if verb else text


def _split(text: str) -> tuple[str, str]:
    found = re.search(r"[，,。：:；;\s]", text)
    return (text[: found.start()], text[found.start() :]) if found else (text, "")


def _waiting_for(turn: Turn) -> list[Waiting]:
    ledger, me = turn.ledger, turn.person
    found = [_topic_waiting(turn, one) for one in topics_before(ledger, me)]
    found += [
        Waiting(
            f"day-{one.id}", f"{one.name}的会期", "会期", ("建议", "会期", "开会"), partial(proposing.answer, turn, one)
        )
        for one in proposing.suggested_to(ledger, me)
    ]
    found += [
        Waiting(
            f"tour-{one.id}",
            f"{period_words(one.period)}观摩方案",
            "观摩方案",
            ("观摩",),
            partial(_observation, turn, one),
        )
        for one in observations_before(ledger, me)
    ]
    found += [
        Waiting(
            f"paper-{one.id}",
            f"《{one.title}》",
            one.title[-8:],
            (one.title, one.title[-2:]),
            partial(_paper, turn, one),
        )
        for one in papers_before(ledger, me)
    ]
    return found + [
        Waiting(
            f"leave-{one.id}",
            _leave_name(one),
            f"{one.person.name}的请假",
            _leave_marks(one),
            partial(_leave, turn, one),
            partial(_ask_leave, turn, one),
        )
        for one in leaves_before(ledger, me)
    ]


def _leave_name(request: Leave) -> str:
    return f"{request.person.name}{request.meeting.name}的请假"


def _leave_marks(request: Leave) -> tuple[str, ...]:
    """Return the words for a leave: of whom, as he is called (老罗, 罗主任), and 请假 itself."""
    name, title = request.person.name, request.person.title.removeprefix("副")
    posts = {f"{name[0]}{post}" for post in (title, title[:1], title[-2:]) if post}
    return (name, request.person.unit.shown, f"老{name[0]}", f"小{name[0]}", *sorted(posts), "请假", "的假")


def _topic_waiting(turn: Turn, topic: Topic) -> Waiting:
    about = f"《{topic.project.name}》" if topic.project else ""
    meeting = topic.meeting.name if topic.meeting else ""
    project = topic.project
    names = project.called if project else ()
    marks = (topic.number, topic.number.replace("-", ""), *names, "议题")
    return Waiting(
        f"topic-{topic.id}", f"{meeting}议题{topic.number}{about}", topic.number, marks, partial(_topic, turn, topic)
    )


def _reports_for(turn: Turn) -> list[Waiting]:
    return [
        Waiting(
            f"report-{row.id}",
            f"《{subject.name}》的{duty.name}",
            subject.name,
            (subject.name, duty.name, "材料", "月报", "专报"),
            partial(_report, turn, row),
        )
        for duty, subject, row in pending_for(turn.ledger, turn.person)
    ]


def _report(turn: Turn, row: Submission, agreed: bool, remark: str) -> None:
    approving.decide_report(turn, row.id, approve=agreed, remark=remark)


def _topic(turn: Turn, topic: Topic, agreed: bool, remark: str) -> None:
    topics.decide(turn, topic, agreed=agreed, remark=remark)


def _observation(turn: Turn, row: Observation, agreed: bool, remark: str) -> None:
    observing.decide(turn, row, agreed=agreed, remark=remark)


def _paper(turn: Turn, paper: MeetingDocument, agreed: bool, remark: str) -> None:
    bulletins.decide(turn, paper, agreed=agreed, remark=remark)


def _leave(turn: Turn, request: Leave, agreed: bool, remark: str) -> None:
    decide_on(turn, request, grant=agreed, remark=remark)


def _ask_leave(turn: Turn, request: Leave, remark: str) -> None:
    """A yes with something added neither grants nor refuses a leave: ask."""
    buttons = [(f"grant-{request.id}", "准假"), (f"deny-{request.id}", "不准")]
    turn.answer(Asked(f"您说「{remark[:20]}」，{request.person.name}{request.meeting.name}的请假准不准？", buttons))


@router.command(_assents)
def assent(turn: Turn, given: tuple[list[Waiting], Approval]) -> None:
    """同意, or back with what is to be changed; of several things that wait, ask which is meant."""
    meant, read = given
    if len(meant) == 1:
        act_on(meant[0], read.agreed, read.remark, read.said_yes)
        return
    first = meant[:_BUTTONS]
    facts = {"agreed": read.agreed, "remark": read.remark, "said_yes": read.said_yes}
    question = questions.ask(turn.ledger, turn.person, _SUBJECT, facts, [(one.key, one.label) for one in first])
    rest = len(meant) - len(first)
    more = f"另有{rest}件，发「我的待办」看，写明是哪件再回。" if rest else ""
    words = f"有{len(meant)}件待您定：{'；'.join(one.name for one in first)}。{more}说的是哪一件？"
    turn.answer(Asked(words, question.buttons), duty=f"question:{question.id}")


@router.answered(_SUBJECT)
def settle(turn: Turn, question: Question, value: str) -> None:
    """Do what was said to the thing that was chosen, if it still waits."""
    waiting = {one.key: one for one in (*_waiting_for(turn), *_reports_for(turn))}
    if value not in waiting:
        raise WrongState("这一件已经办过了，可发「我的待办」看一看。")
    facts = question.facts
    act_on(waiting[value], bool(facts["agreed"]), str(facts["remark"]), bool(facts.get("said_yes")))


def waits_for(turn: Turn) -> list[Waiting]:
    """Return everything that waits for the sender's word, reports included."""
    return [*_waiting_for(turn), *_reports_for(turn)]


def act_on(waiting: Waiting, agreed: bool, remark: str, said_yes: bool) -> None:
    """Do what somebody's word means to a thing; a yes with a condition to a leave is asked about."""
    if waiting.ask is not None and said_yes and not agreed:
        if not has_condition(remark):
            waiting.act(True, remark)
            return
        waiting.ask(remark)
        return
    waiting.act(agreed, remark)
