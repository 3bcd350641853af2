"""提请 by chat (JZ-13): asked with a concrete suggestion, consented to below, answered by the main leader."""

from __future__ import annotations

import re

from handlers.finding import named_notice
from handlers.naming import Ordered, deadline_read, not_there, number_in, ordered, tell
from handlers.routing import Router, Turn
from handlers.understanding.refs import find_notice_ref
from handlers.understanding.text import said
from handlers.wording import five
from models import request as requests
from models.actors import holders, people_of
from models.directory import unit_mentions
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.mechanism import Actor
from models.notices import Answer, Plain, RequestAnswered, RequestRaised, RequestToConsent
from models.people import Person, Unit
from models.periods import shown
from models.problem import find_problem, project_of
from models.project import Project
from models.reporting import pending_for
from models.request import Draft, Level, Order, Request, RequestState
from models.task import TaskState, find_task

router = Router(topic="交办")
_LEAD = re.compile(
    r"^(?:现|拟|请|我们|我局)?提请(?!会议|上会|调度会|例会|事项单?(?:清单|有)|清单)"
    r"(?:(?:市|县)?(?:委、?(?:市|县)?)?(?:政府)?(?:主要领导|领导|上级|县长|市长|书记))?"
    r"(?:统筹)?(?:研究|解决|协调)*(?:事项)?[：:，, ]*",
)
_PARTS = {
    "tried": ("已做工作", "已做的工作", "做了什么"),
    "obstacle": ("难点", "困难", "卡点"),
    "suggestion": ("具体意见建议", "意见建议", "具体建议", "建议"),
    "decision": ("拟请决定", "拟请", "请决定"),
    "matter": ("事项",),
}
_LIST = re.compile(
    r"^(?:看看|查一?下)?(?:我的|等上级的?)?(?:提请(?:事项)?|等上级)(?:清单|名单|有哪些|事项|的?事)?[?？。]*$"
)
_VERBS = {
    **dict.fromkeys(("批示", "批复", "同意", "可以"), "yes"),
    **dict.fromkeys(("退回", "不同意", "打回"), "no"),
}
_BARE = re.compile(r"^(?P<verb>同意|批示|退回|不同意)(?:[：:，,。\s]+(?P<remark>.+))?$", re.S)


# --- acts, shared with the command line -----------------------------------------------------------------


def raise_up(ledger: Ledger, draft: Draft, project: Project | None, by: Person | None, unit: Unit | None) -> Request:
    """提请: give it to whoever comes next, the leading leader or the main one."""
    request = requests.ask(ledger, draft, project, by, unit)
    if request.state == RequestState.RAISED.value:
        _say_raised(ledger, request)
        return request
    words = RequestToConsent(
        number=request.number,
        project=project.name if project else "",
        unit=unit.shown if unit else "",
        matter=request.matter,
        suggestion=request.suggestion,
        buttons=[(f"consent-{request.id}", "同意"), (f"dissent-{request.id}", "退回")],
    )
    duty = requests.duty_key(request)
    for leader in requests.consenters(ledger, request):
        ledger.say(words, to=leader, key=f"{duty}:consent:{leader.id}", duty=duty)
    return request


def consent(ledger: Ledger, request: Request, person: Person, *, agree: bool, remark: str) -> None:
    """The leading leader's 同意 or 退回."""
    requests.consent(ledger, request, person, agree=agree, remark=remark)
    if agree:
        _say_raised(ledger, request)
        return
    _say_below(ledger, request, remark or "退回", "")


def answer(ledger: Ledger, request: Request, by: Person | None, text: str) -> str:
    """The main leader's 批示; return the number of the task it became or let go on, empty where none."""
    named, read = next(iter(unit_mentions(ledger, text)), None), deadline_read(ledger, text)
    unit = named.unit if named else None
    people = people_of(ledger, unit) if unit else []
    spans = said(unit=named.words if named else "", due=read.words if read else "")
    order = Order(unit, people[0] if people else None, read.date if read else None, spans)
    task = requests.answer(ledger, request, by, text, order)
    _say_below(ledger, request, text, task.number if task else "")
    _say_going_on(ledger, request)
    told = f"{request.number}主要领导已批示：{text[:80]}"
    more = f"；已成{task.number}，{task.due.isoformat()}前。" if task else "。没有写明单位或时限，请据此交办。"
    ledger.say_to_office(Plain(told + more), key=f"{requests.duty_key(request)}:answered")
    if task is not None and unit is not None and (request.unit is None or unit.id != request.unit.id):
        words = RequestAnswered(request.number, _project(request), request.state, text, task.number)
        tell(ledger, people, words, f"{requests.duty_key(request)}:task")
    return task.number if task else ""


def send_back(ledger: Ledger, request: Request, by: Person | None, remark: str) -> None:
    """The main leader's 退回."""
    requests.send_back(ledger, request, by, remark)
    _say_below(ledger, request, remark or "退回", "")
    _say_going_on(ledger, request)


def read_draft(text: str) -> Draft:
    """Read the parts of a request; what stands before the first label is the matter."""
    labels = {alias: part for part, aliases in _PARTS.items() for alias in aliases}
    either = "|".join(sorted(map(re.escape, labels), key=len, reverse=True))
    marks = list(re.finditer(rf"(?:(?<=[。；;\n，,、：: ])|^)(?P<label>{either})(?:是|为)?[：:]", text))
    found = {"matter": text[: marks[0].start()] if marks else text}
    for mark, end in zip(marks, [*(one.start() for one in marks[1:]), len(text)], strict=False):
        found[labels[mark["label"]]] = text[mark.end() : end]
    plain = {part: words.strip("：:，,。；; \n") for part, words in found.items()}
    return Draft(
        matter=plain["matter"],
        suggestion=plain.get("suggestion", ""),
        tried=plain.get("tried", ""),
        obstacle=plain.get("obstacle", ""),
        decision=plain.get("decision", ""),
    )


# --- chat -----------------------------------------------------------------------------------------------


@router.command(lambda turn: bool(_LIST.match(turn.reading.text)), help="提请事项和等上级的事", example="提请清单")
def request_list(turn: Turn) -> None:
    """What waits above, how long it has waited, and at which level (JZ-09, ★15)."""
    ledger = turn.ledger
    lines = [_line(ledger, request) for request in requests.requests_seen_by(ledger, turn.person)]
    heading = f"等上级的提请事项{len(lines)}件：" if lines else "没有等上级的提请事项。"
    turn.answer(Answer(heading, five(lines, "件")))


def _wants_to_raise(turn: Turn) -> tuple[Draft, Project | None] | None:
    text = turn.reading.text
    found = _LEAD.match(text)
    task, problem = number_in(turn, "task"), number_in(turn, "problem")
    if not found:
        named = re.match(r"^(?:把|将)?[A-Za-z]{2,4}-?\d+[：:，, ]*提请", text)
        if not named:
            return None
    rest = text[found.end() :] if found else text
    draft = read_draft(re.sub(r"^(?:把|将)?([A-Za-z]{2,4}-?\d+)[：:，, ]*提请[^：:，, ]{0,12}[：:，, ]*", "", rest))
    return _with_source(turn, draft, task, problem)


def _with_source(turn: Turn, draft: Draft, task: str | None, problem: str | None) -> tuple[Draft, Project | None]:
    """Join a request to the task, problem or notice it names, and to its project."""
    ledger = turn.ledger
    project = turn.reading.named[0] if len(turn.reading.named) == 1 else None
    if task is not None:
        found = find_task(ledger, task)
        if found is None or found.unit_id != turn.person.unit_id:
            raise not_there(task, "交办清单")
        return _sourced(draft, "task", found.number, found.requirement), found.project or project
    if problem is not None:
        open_one = find_problem(ledger, problem)
        if open_one is None:
            raise not_there(problem, "问题清单")
        return _sourced(draft, "problem", open_one.number, open_one.text), project_of(ledger, open_one)
    reference = find_notice_ref(turn.reading.text)
    if reference is not None and reference.number is not None:
        notice = named_notice(turn, reference)
        return _sourced(draft, "notice", notice.handle, notice.matter), notice.project
    return draft, project


def _sourced(draft: Draft, kind: str, number: str, matter: str) -> Draft:
    words = re.sub(rf"^[\s，,：:]*{re.escape(number)}[\s，,：:]*", "", draft.matter)
    return Draft(
        matter=words if len(words) > 4 else matter,
        suggestion=draft.suggestion,
        tried=draft.tried,
        obstacle=draft.obstacle,
        decision=draft.decision,
        source_kind=kind,
        source=number,
    )


@router.command(
    _wants_to_raise,
    help="提请主要领导",
    example="提请：恒瑞30亩用地指标没落实。已做工作：两次对接省厅。建议：由自然资源局调剂指标，10月底前批复",
)
def raise_in_words(turn: Turn, given: tuple[Draft, Project | None]) -> None:
    """提请 by a unit or a task force; without a concrete suggestion it comes back at once."""
    draft, project = given
    if len(draft.matter) < 4:
        raise Refusal("请写明提请什么事，例如「提请：恒瑞30亩指标没落实。建议：由自然资源局调剂，10月底前批复」。")
    request = raise_up(turn.ledger, draft, project, turn.person, turn.person.unit)
    if request.state == RequestState.RAISED.value:
        turn.answer(Plain(f"{request.number}已提请主要领导，记“等上级”；批示前不再催您单位。"))
        return
    names = "、".join(leader.name for leader in requests.consenters(turn.ledger, request))
    turn.answer(Plain(f"{request.number}已报{names}，同意后提请主要领导；您发「提请清单」随时能看到哪一步。"))


def _wants_to_act(turn: Turn) -> tuple[Request, str, str] | None:
    given = ordered(turn, "request", _VERBS)
    if given is not None:
        return _request(turn, given), given.order.verb, given.order.remark
    bare = _BARE.match(turn.reading.text)
    if not bare:
        return None
    mine = [*requests.to_consent(turn.ledger, turn.person), *_for_main_leader(turn)]
    if len(mine) != 1 or pending_for(turn.ledger, turn.person):
        return None
    return mine[0], _VERBS[bare["verb"]], (bare["remark"] or "").strip()


def _request(turn: Turn, given: Ordered) -> Request:
    request = requests.find_request(turn.ledger, given.number)
    if request is None or request.id not in {one.id for one in _near(turn)}:
        raise not_there(given.number, "提请清单")
    return request


def _near(turn: Turn) -> list[Request]:
    return [*requests.requests_seen_by(turn.ledger, turn.person), *requests.to_consent(turn.ledger, turn.person)]


def _for_main_leader(turn: Turn) -> list[Request]:
    leaders = {leader.id for leader in holders(turn.ledger, Actor.MAIN_LEADER)}
    return requests.open_requests(turn.ledger) if turn.person.id in leaders else []


@router.command(_wants_to_act, help="批示、同意或退回提请事项", example="批示TQ-1 由自然资源局牵头，10月20日前批复")
def act(turn: Turn, given: tuple[Request, str, str]) -> None:
    """One line by the leading leader or the main leader."""
    request, verb, remark = given
    if request.state == RequestState.ASKED.value:
        _consent(turn, request, agree=verb == "yes", remark=remark)
    elif verb == "no":
        send_back(turn.ledger, request, turn.person, remark)
        turn.answer(Plain(f"{request.number}已退回{request.unit.shown if request.unit else ''}，请其继续办理。"))
    else:
        task = answer(turn.ledger, request, turn.person, remark or "同意所提建议")
        more = f"，已列入{task}" if task else f"，{turn.ledger.mechanism.office_name}将据此交办"
        turn.answer(Plain(f"{request.number}的批示已记{more}。"))


@router.press("consent", "已同意")
def press_consent(turn: Turn, rest: str) -> None:
    """The card's 同意."""
    _consent(turn, _by_id(turn, rest), agree=True, remark="")


@router.press("dissent", "已退回")
def press_dissent(turn: Turn, rest: str) -> None:
    """The card's 退回."""
    _consent(turn, _by_id(turn, rest), agree=False, remark="")


@router.press("request_back", "已退回")
def press_back(turn: Turn, rest: str) -> None:
    """The main leader's card: 退回."""
    request = _by_id(turn, rest)
    send_back(turn.ledger, request, turn.person, "")
    turn.answer(Plain(f"{request.number}已退回。"))


def _consent(turn: Turn, request: Request, *, agree: bool, remark: str) -> None:
    consent(turn.ledger, request, turn.person, agree=agree, remark=remark)
    turn.answer(Plain(f"{request.number}已{'提请主要领导' if agree else '退回'}，已告知提出单位。"))


def _by_id(turn: Turn, rest: str) -> Request:
    request = turn.ledger.session.get(Request, int(rest)) if rest.isdigit() else None
    if request is None:
        raise Forbidden("没有找到这件提请，可发「提请清单」看一看。")
    return request


def _say_raised(ledger: Ledger, request: Request) -> None:
    words = RequestRaised(
        number=request.number,
        project=_project(request),
        unit=request.unit.shown if request.unit else "",
        matter=request.matter,
        tried=request.tried,
        obstacle=request.obstacle,
        suggestion=request.suggestion,
        decision=request.decision,
        buttons=[(f"request_back-{request.id}", "退回")],
    )
    duty = requests.duty_key(request)
    for leader in holders(ledger, Actor.MAIN_LEADER):
        ledger.say(words, to=leader, key=f"{duty}:raised:{leader.id}", duty=duty)
    if request.asker is not None and request.raised_by != request.asked_by:
        said = Plain(f"{request.number}已提请主要领导，记“等上级”；批示前不再催您单位。")
        ledger.say(said, to=request.asker, key=f"{duty}:up:{request.asker.id}")


def _say_below(ledger: Ledger, request: Request, text: str, task: str) -> None:
    words = RequestAnswered(request.number, _project(request), request.state, text, task)
    people = [*([request.asker] if request.asker else []), *(people_of(ledger, request.unit) if request.unit else [])]
    tell(ledger, people, words, f"{requests.duty_key(request)}:below:{ledger.now.isoformat()}")


def _say_going_on(ledger: Ledger, request: Request) -> None:
    """Tell whoever does the task that waited that it goes on, and by when."""
    task = find_task(ledger, request.source) if request.source_kind == "task" else None
    if task is not None and task.state == TaskState.OPEN.value:
        words = Plain(f"{task.number}继续办理，等上级的日子不算，时限{shown(task.due)}。")
        people = [*([task.person] if task.person else []), *people_of(ledger, task.unit)]
        tell(ledger, people, words, f"{requests.duty_key(request)}:goes-on")


def _line(ledger: Ledger, request: Request) -> str:
    names = {
        Level.TASKFORCE: Actor.TASKFORCE,
        Level.VICE_LEADER: Actor.VICE_LEADER,
        Level.MAIN_LEADER: Actor.MAIN_LEADER,
    }
    level = ledger.mechanism.actor_name(names[Level(request.level)])
    days = requests.waited(ledger, request)
    return f"{request.number} {request.short}：在{level}，{request.state}" + (f"，已等{days}个工作日" if days else "")


def _project(request: Request) -> str:
    return request.project.name if request.project else ""
