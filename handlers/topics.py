"""Topics by chat: raised (C10), agreed to or sent back (C11), taken by the office, put to a task force (JZ-11)."""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.reading import Reading
from handlers.returning import ask_once
from handlers.routing import Router, Turn
from handlers.understanding.categories import category_of
from handlers.understanding.names import Verdict
from handlers.understanding.phrases import Intent
from handlers.which_meeting import coming_or_next
from models.actors import Scope, people_of
from models.agenda import topic_line
from models.deeds import Deed, require
from models.directory import find_project, units_in
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.meeting import Meeting, MeetingKind
from models.notices import Asked, MeetingChoice, Plain, Result
from models.people import Person, Role
from models.periods import shown
from models.project import Project
from models.regular import plan_of
from models.rights import may_see, sees_all
from models.topic import (
    Topic,
    TopicState,
    agree,
    find_topic,
    handle,
    live_topics,
    raise_topic,
    revise,
    send_back,
)
from models.trays import Incoming

router = Router(topic="会议")
_FEW = 3
_HEAD = re.compile(
    r"^.{0,24}?议题(?:再|也)?(?:申报|报送|上报|提交|建议|(?:报|加|提|上|补|添|增)?(?:[一二两三\d]?[个项条]))?[吧呗哈啊]?\s*[:：,，]?\s*"
    r"(?:(?:内容)?就(?:说|写|叫|是)(?:是)?|(?:内容|题目|名字)(?:是|为|叫|写)|说的是)?\s*[:：,，]?\s*"
)
_BROUGHT = re.compile(
    r"(?:这个?)?(?:的?(?:事儿?|问题))?[，,\s]*(?:我们?|俺们?)?(?:想|要|打算|准备|能不能|能否|可否|可不可以|建议|请求|申请|得|给|也|再|都)*(?:上一?下|上|(?<=想)在|拿到|提到|放到|列到|列入|搬到|递到)"
    r"[^，。]{0,10}?(?:例会|调度会|会(?!儿))(?:上)?(?:去)?(?:说道|说说?|议一?议|研究|讨论|过一?过|过(?=一下)|定一?定|解决|协调|一下|吧|呗)*(?:$|[。!！，,\s]+)"
)
# 请把恒瑞摘牌列进议题; 想请10月例会研究下213高压线迁改: the matter stands inside the asking.
_MEETING = (
    r"(?:下个?月|下次|这次|本月|这个月|\d{1,2}月(?:份)?|[一二三四五六七八九十]+月(?:份)?)?的?(?:项目推进)?(?:调度)?"
    r"(?:例会|调度会|会(?!儿))"
)
_PUT_IN = re.compile(
    rf"^(?:{_MEETING}(?:上)?)?[，,：:\s]*(?:请|麻烦|能不能|想)?(?:把|将)(?P<what>[^，。；：:]{{2,40}}?)(?:的?(?:事儿?|问题))?"
    rf"(?:也|再)?(?:列|加|放|提|报|拿|搬)(?:进|入|到|上)(?:{_MEETING})?的?(?:上|议题|议程)(?:里|上)?(?:去)?[了吧呗]?"
    rf"|^(?:[^，。；：:\s]{{2,12}}[：:，,\s]+)?(?:我们?|俺们?)?(?:现|特)?(?:想|拟|建议|提请|请|申请|要求|希望)+(?:在|到|由|请)?{_MEETING}(?:上)?(?:研究|议|讨论|解决|协调|定|过)(?:[研议定过]|一?下|一[议定过]|讨论|解决|协调)*(?P<what2>.+)$"
    rf"|^(?:{_MEETING}(?:上)?)?[，,：:\s]*(?:再)?(?:给|为|就|针对)(?P<for>[^，。；：:]{{3,30}}?)(?:这个?)?(?:的?(?:事儿?|问题))?(?:排|加|报|列|弄|提|上)(?:一?[个条项])议题"
    rf"|^{_MEETING}(?:上)?(?:我们?|俺们?)?(?:想|要|打算|准备|建议|得)+(?:说|提|讲|议|研究|讨论|反映|解决|协调|汇报)(?:[说提讲议]|一?下|一[说提讲议])*(?P<what3>.+)$"
)
_EDGES = " ，,。；;：:、"
# Something else than what was told before: 另10月例会报个议题, 还有一个 10月例会加个议题.
_SPOKEN_OF = re.compile(
    rf"(?<=[，。；,;\s])(?:另外?|还有(?:就是)?|再一?个|再就是|再者|同时|对了|顺便)[，,\s]?(?:想|请|再)?(?:一?个)?(?:给)?{_MEETING}[^，。；;]{{0,6}}议题"
    rf"|(?<=[，。；,;\s])(?:另外?|还有(?:就是)?|再一?个|再就是|再者|同时|对了|顺便)[，,\s]?(?:报|加|提)(?:一?[个条项])?议题"
)
_ASKS_LEADER = re.compile(
    r"[，,。；; ]*请[^，。]{1,8}?(?:看了|审了|过目|看一下|同意|审定)[^，。]{0,4}(?:再?报|上报|报)?[。!！]*$"
)
_CHANGE = re.compile(
    r"^(?:把)?(?:我的)?(?:YT-?(?P<number>\d+)|议题)(?:的内容)?(?:改为|改成|修改为|改一下)[:：]?\s*(?P<text>.+)$",
    re.S | re.I,
)
_OFFICE = re.compile(
    r"^(?P<verb>受理|列入|转办|退回)\s*(?:议题)?\s*(?P<number>YT-?\d+)[：:，,\s]*(?P<rest>.*)$", re.S | re.I
)


# --- raising --------------------------------------------------------------------------------------------


@router.command(
    lambda turn: Intent.TOPIC in turn.reading.intents and bool(_any_of(turn.reading.text)),
    help="报议题",
    example="10月调度会加个议题：尾水管线过河要水利局出意见",
)
def raise_by_chat(turn: Turn) -> None:
    """A unit puts something forward; its project's leader is asked first. What is reported before it is filed."""
    text = turn.reading.text
    begins = _begins(text)
    told = text[:begins].strip(_EDGES)
    if told and _reports(turn, told):
        names = "".join(project.name for project in turn.reading.named[:1])
        turn.router.again(turn, text=told)
        turn.router.again(turn, text=f"{names}，{text[begins:]}" if names not in text[begins:] else text[begins:])
        return
    body = _body(turn.reading.text)
    if len(body) < 4:
        raise Refusal("请写明议题内容，例如「10月例会加个议题：城南污水厂尾水管线过河要水利局出意见」。")
    if turn.reading.decision.verdict is Verdict.ASK:
        _ask_project(turn)
        return
    own = turn.reading.own if not turn.reading.decision.matches else []
    if 1 < len(own) <= _FEW and not sees_all(turn.ledger, turn.person):
        _ask_project(turn)
        return
    named = turn.reading.named or (own if len(own) == 1 else [])
    _raise(turn, turn.inbound.text, body, named[0] if named else None)


def _begins(text: str) -> int:
    """Return where the phrase begins that speaks of the meeting or the topic (另10月例会报个议题), 0 for at once."""
    found = _SPOKEN_OF.search(text)
    return found.start() if found else 0


def _reports(turn: Turn, told: str) -> bool:
    """Whether words are a report of the site, and not the matter of the topic (恒瑞没地这事 想上例会)."""
    inbound = replace(turn.inbound, text=told)
    reading = Reading(inbound, turn.ledger, turn.person, turn.router.names)
    return reading.is_report and Intent.TOPIC not in reading.intents


def _any_of(text: str) -> re.Match[str] | None:
    return _PUT_IN.match(text) or _HEAD.match(text) or _BROUGHT.search(text)


def _body(text: str) -> str:
    put = _PUT_IN.match(text)
    if put:
        rest = put["what2"] or put["what3"] or f"{put['what'] or put['for']}，{text[put.end() :]}"
        return _ASKS_LEADER.sub("", rest).strip(" ，,。")
    return _BROUGHT.sub("，", _ASKS_LEADER.sub("", _HEAD.sub("", text, count=1))).strip(" ，,。")


def _ask_project(turn: Turn) -> None:
    assert turn.ledger.source is not None
    number = turn.ledger.source.id
    buttons = [(f"topicon-{number}-{project.code}", project.name) for project in turn.reading.candidates[:3]]
    turn.answer(Asked("这个议题说的是哪个项目？", buttons))


@router.press("topicon", "已选")
def press_project(turn: Turn, rest: str) -> None:
    """Which project the topic is about."""
    number, _, code = rest.partition("-")
    original = turn.ledger.session.get(Incoming, int(number)) if number.isdigit() else None
    if original is None:
        raise Forbidden("那条消息找不到了，请再说一遍。")
    _raise(turn, original.inbound.text, _body(original.inbound.text), find_project(turn.ledger, code))


def _raise(turn: Turn, text: str, body: str, project: Project | None) -> None:
    ledger = turn.ledger
    if project is not None and not may_see(ledger, turn.person, project):
        raise Forbidden(f"《{project.name}》不在您负责的范围里，没有记；如有变动请告诉{ledger.mechanism.office_name}。")
    meeting = coming_or_next(ledger, text)
    plan = plan_of(ledger, meeting.period) if meeting.kind == MeetingKind.REGULAR.value else None
    topic = raise_topic(
        ledger,
        text=body,
        meeting=meeting,
        project=project,
        person=turn.person,
        category=category_of(body),
        needs=needs_of(turn, body),
        due=plan.materials_due if plan else None,
    )
    after_text(turn, topic)


def put_topic(
    ledger: Ledger,
    meeting: Meeting,
    text: str,
    code: str,
    needs: list[str],
    by: Person | None,
) -> str:
    """Write a topic at the desk, put it before whoever is next; return what is told. Raises Refusal."""
    topic = raise_topic(
        ledger,
        text=text,
        meeting=meeting,
        project=find_project(ledger, code) if code else None,
        person=by,
        category=category_of(text),
        needs=needs,
        due=None,
    )
    before_whoever_is_next(ledger, topic)
    return f"{topic.number} {topic.label}"


def needs_of(turn: Turn, body: str) -> list[str]:
    """The units a topic needs at the table: those it names besides the speaker's own."""
    return [unit.shown for unit in units_in(turn.ledger, body) if unit.id != turn.person.unit_id]


def after_text(turn: Turn, topic: Topic) -> None:
    """Answer whoever wrote the text and put it before whoever is next."""
    about = f"《{topic.project.name}》" if topic.project else ""
    needs = f"，需{'、'.join(topic.needs)}参会" if topic.needs else ""
    due = f"，{shown(topic.due)}前报" if topic.due else ""
    meeting = topic.meeting.name if topic.meeting else "会议"
    turn.answer(Plain(f"议题{topic.number}已记：{about}{meeting}{needs}；{topic.label}{due}。"))
    before_whoever_is_next(turn.ledger, topic)


def before_whoever_is_next(ledger: Ledger, topic: Topic) -> None:
    """Put a topic before its leader, or before the office where he has agreed or raised it himself."""
    if topic.state == TopicState.PENDING.value:
        ask_leader(ledger, topic)
    else:
        tell_office(ledger, topic)


def ask_leader(ledger: Ledger, topic: Topic) -> None:
    """Put the text as it stands before the leader."""
    if topic.approver is None:
        return
    words = MeetingChoice(
        title=f"议题待您同意：{topic.meeting.name if topic.meeting else ''}",
        lines=[
            topic_line(topic),
            f"{topic.unit.shown if topic.unit else ''}{topic.person.name if topic.person else ''}提出",
        ],
        hint="可回「同意」，或「同意，把……写明白」附意见退回。",
        buttons=[(f"topicyes-{topic.id}-{topic.version}", "同意"), (f"topicno-{topic.id}-{topic.version}", "退回")],
    )
    mine = f"topic:{topic.id}"
    ledger.drop_waiting(mine)
    ledger.say(words, to=topic.approver, key=f"{mine}:{topic.version}", duty=mine)


def tell_office(ledger: Ledger, topic: Topic) -> None:
    """Hand a topic to the office, or to the task force's lead unit whose meeting it is for."""
    words = MeetingChoice(
        title=f"议题已报：{topic.meeting.name if topic.meeting else ''}",
        lines=[topic_line(topic), f"类别：{topic.category}"],
        hint=f"可回「列入{topic.number}」「转办{topic.number} 由某局办」「退回{topic.number}」。",
        buttons=[(f"tlist-{topic.id}", "列入"), (f"tpass-{topic.id}", "转办"), (f"trefuse-{topic.id}", "退回")],
    )
    key = f"topic:{topic.id}:office"
    if topic.meeting is not None and topic.meeting.taskforce is not None:
        for person in people_of(ledger, *topic.meeting.taskforce.lead_units):
            ledger.say(words, to=person, key=f"{key}:{topic.version}:{person.id}", duty=key)
        return
    ledger.say_to_office(words, key=f"{key}:{topic.version}", duty=key)


# --- changing -------------------------------------------------------------------------------------------


@router.command(lambda turn: _CHANGE.match(turn.reading.text))
def change(turn: Turn, found: re.Match[str]) -> None:
    """The unit mends its text; consent to the old one is void (DC-18)."""
    topic = _own(turn, found["number"])
    body = _ASKS_LEADER.sub("", found["text"]).strip(" ，,。")
    revise(turn.ledger, topic, body, needs_of(turn, body), turn.person)
    after_text(turn, topic)


def _own(turn: Turn, number: str | None) -> Topic:
    if number:
        topic = find_topic(turn.ledger, number)
        if topic is None or topic.unit_id != turn.person.unit_id:
            raise Forbidden(f"没有找到议题YT-{number}，或者不是您单位的。")
        return topic
    mine = [one for one in live_topics(turn.ledger, person=turn.person) if one.state != TopicState.LISTED.value]
    returned = [one for one in mine if one.state == TopicState.RETURNED.value] or mine
    if len(returned) != 1:
        names = "、".join(one.number for one in mine) or "现在没有"
        raise Refusal(f"您单位可改的议题：{names}，请写明编号，例如「YT-1改为：……」。")
    return returned[0]


# --- the leader -----------------------------------------------------------------------------------------


@router.press("topicyes", "已同意")
def press_agree(turn: Turn, rest: str) -> None:
    """The card's 同意, for the text it showed."""
    decide(turn, _shown(turn, rest), agreed=True, remark="")


@router.press("topicno", "已退回")
def press_send_back(turn: Turn, rest: str) -> None:
    """The card's 退回."""
    decide(turn, _shown(turn, rest), agreed=False, remark="")


def _shown(turn: Turn, rest: str) -> Topic:
    number, _, version = rest.partition("-")
    topic = find_topic(turn.ledger, number)
    if topic is None:
        raise Forbidden("没有找到这个议题。")
    if str(topic.version) != version:
        raise Refusal("这个议题后来改过，请以最新一张卡片为准。")
    return topic


def decide(turn: Turn, topic: Topic, *, agreed: bool, remark: str) -> None:
    """同意; or back with the remark, and ask once whether the mended text may go on by itself (C11)."""
    words = settle_consent(turn.ledger, topic, turn.person, agreed=agreed, remark=remark)
    if agreed:
        turn.answer(Plain(words))
        return
    ask_once(turn, topic, words)


def settle_consent(ledger: Ledger, topic: Topic, by: Person | None, *, agreed: bool, remark: str) -> str:
    """The leader agrees, or sends back with what is to be changed; return what he is told. Raises Forbidden."""
    require(ledger, by, Deed.AGREE_TOPIC, Scope(project=topic.project))
    assert by is not None
    ledger.drop_waiting(f"topic:{topic.id}")
    if agreed:
        agree(ledger, topic, by)
        office = ledger.mechanism.office_name
        _tell_drafter(ledger, topic, f"{by.name}同意了议题{topic.number}，已报{office}。")
        tell_office(ledger, topic)
        return f"好，议题{topic.number}同意，已报{office}。"
    send_back(ledger, topic, by, remark)
    wants = f"：{remark}" if remark else ""
    _tell_drafter(ledger, topic, f"{by.name}把议题{topic.number}退回了{wants}；请回「议题改为：……」。")
    return f"已附意见退回{topic.person.name if topic.person else '提出单位'}{wants}。"


def _tell_drafter(ledger: Ledger, topic: Topic, words: str) -> None:
    if topic.person is not None:
        ledger.say(Result(words), to=topic.person, key=f"topic:{topic.id}:{topic.version}:{topic.state}")


# --- the office -----------------------------------------------------------------------------------------


@router.command(
    lambda turn: _OFFICE.match(turn.reading.text),
    listed=(Role.OFFICE,),
    help="受理、列入、转办、退回议题",
    example="列入YT-1",
)
def office_handles(turn: Turn, found: re.Match[str]) -> None:
    """What the office, or a task force's lead unit, does with a topic."""
    topic = find_topic(turn.ledger, found["number"])
    if topic is None:
        raise Refusal(f"没有找到议题{found['number'].upper()}。")
    handle_topic(turn, topic, found["verb"], found["rest"].strip())


@router.press("tlist", "已列入")
def press_list(turn: Turn, rest: str) -> None:
    """The card's 列入."""
    handle_topic(turn, _by_id(turn, rest), "列入", "")


@router.press("tpass", "已转办")
def press_pass(turn: Turn, rest: str) -> None:
    """The card's 转办: to the units the topic names."""
    handle_topic(turn, _by_id(turn, rest), "转办", "")


@router.press("trefuse", "已退回")
def press_refuse(turn: Turn, rest: str) -> None:
    """The card's 退回."""
    handle_topic(turn, _by_id(turn, rest), "退回", "")


def _by_id(turn: Turn, rest: str) -> Topic:
    topic = find_topic(turn.ledger, rest)
    if topic is None:
        raise Forbidden("没有找到这个议题。")
    return topic


_STATES = {
    "受理": TopicState.TAKEN,
    "列入": TopicState.LISTED,
    "转办": TopicState.PASSED_ON,
    "退回": TopicState.REFUSED,
}


def handle_topic(turn: Turn, topic: Topic, verb: str, rest: str) -> None:
    """受理, 列入, 转办, 退回, by chat."""
    turn.answer(Plain(settle_topic(turn.ledger, topic, verb, rest, turn.person)))


def settle_topic(ledger: Ledger, topic: Topic, verb: str, rest: str, by: Person | None) -> str:
    """受理, 列入, 转办, 退回, and say so to those concerned; return what is told. Raises Refusal, Forbidden."""
    if verb not in _STATES:
        raise Refusal(f"议题只能{'、'.join(_STATES)}。")
    _require_taker(ledger, topic, by)
    units = units_in(ledger, rest or "、".join(topic.needs))
    if verb == "转办" and not units:
        raise Refusal(f"请写明转给哪家办，例如「转办{topic.number} 由水利局10月10日前答复」。")
    text = rest if verb != "转办" else f"转{'、'.join(unit.shown for unit in units)}办{'：' + rest if rest else ''}"
    handle(ledger, topic, _STATES[verb], by, text)
    ledger.drop_waiting(f"topic:{topic.id}:office")
    if verb == "转办":
        for person in people_of(ledger, *units):
            words = Plain(f"{ledger.mechanism.office_name}转办议题{topic.number}：{topic_line(topic)}。{rest}")
            ledger.say(words, to=person, key=f"topic:{topic.id}:passed:{person.id}")
    _tell_drafter(ledger, topic, f"议题{topic.number}{topic.label}{'：' + text if text else ''}。")
    return f"议题{topic.number}{topic.label}{'，' + text if text else ''}。"


def _require_taker(ledger: Ledger, topic: Topic, person: Person | None) -> None:
    if topic.meeting is not None and topic.meeting.taskforce is not None:
        require(ledger, person, Deed.CALL_TASKFORCE, Scope(taskforce=topic.meeting.taskforce))
    else:
        require(ledger, person, Deed.TAKE_TOPIC)
