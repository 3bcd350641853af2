"""Help, greetings, strangers, and what we could not place."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

from handlers.clues import from_stranger, is_clue
from handlers.routing import Handled, Message, Router, Turn
from handlers.second_reader import propose
from handlers.unclear import ask_what_is_meant
from handlers.understanding.phrases import Intent, has_secret_marking
from models.entry import EntryKind
from models.ledger import Ledger, Stranger
from models.message import Kind
from models.notices import Help, NotUnderstood, Plain, StrangerReported, StrangerTold
from models.trays import InState

router = Router()
MENU = {
    "MY_TODO": "我的待办",
    "MY_PROJECTS": "我的项目",
    "WHO_MISSING": "谁没报",
    "OVERDUE": "逾期",
    "MEETINGS": "哪天开会",
    "HELP": "帮助",
}
"""What pressing an entry of the WeCom app's menu means in words."""
_TOPIC = re.compile(r"^帮助[:：\s]*(?P<topic>\S{2,4})$")
_PLATFORM_NAMES = {"wecom": "企业微信", "dingtalk": "钉钉"}


@router.command(lambda turn: turn.inbound.kind is Kind.EVENT)
def entered(turn: Turn) -> None:
    """Somebody opened the conversation or was added: greet once for ever, otherwise say nothing."""
    if turn.inbound.action in ("subscribe", "enter_agent"):
        name = f"{turn.person.name}您好，我是督办助手。"
        turn.ledger.say(Help(name, daily_lines(turn)[:4]), to=turn.person, key=f"welcome:{turn.person.id}", push=False)


@router.command(lambda turn: has_secret_marking(turn.reading.text))
def secret(turn: Turn) -> None:
    """A text with a 密级 is refused and its words are not kept."""
    source = turn.ledger.source
    if source is not None:
        source.raw = ""
        source.message = {
            **source.message,
            "text": "",
        }
    turn.answer(Plain("这段文字带有密级标识，已拒收且未保存。涉密内容请走机要渠道，并在聊天里删除。"))


@router.command(lambda turn: Intent.HELP in turn.reading.intents)
def show_help(turn: Turn) -> None:
    """Tell what this person can say."""
    topics = [topic for topic in [*turn.router.topics, _OTHER] if daily_lines(turn, topic)]
    more = [(f"更多说法分{'、'.join(topics)}", f"帮助 {topics[0]}")] if topics else []
    turn.answer(Help(f"{turn.person.name}您好，您可以这样说：", [*daily_lines(turn), *more]))


def _topic(turn: Turn) -> str | None:
    found = _TOPIC.match(turn.reading.text)
    return found["topic"] if found and daily_lines(turn, found["topic"]) else None


@router.command(_topic)
def show_topic(turn: Turn, topic: str) -> None:
    """Tell what can be said about one topic."""
    turn.answer(Help(f"{topic}可以这样说：", daily_lines(turn, topic)))


@router.command(lambda turn: Intent.FEEDBACK in turn.reading.intents, help="提意见", example="提意见 提醒太多了")
def feedback(turn: Turn) -> None:
    """An opinion or a complaint (投诉建议): kept, and given to the office."""
    text = turn.inbound.text
    turn.ledger.record(EntryKind.NOTE, text, person=turn.person, data={"state": "feedback"})
    source = turn.ledger.source.id if turn.ledger.source else 0
    turn.ledger.say_to_office(Plain(f"{turn.person.name}提意见：{text[:200]}"), key=f"feedback:{source}")
    turn.answer(Plain(f"意见记下了，已转给{turn.ledger.mechanism.office_name}。"))


@router.command(lambda turn: turn.inbound.kind is Kind.VOICE and not turn.reading.text)
def voice_without_words(turn: Turn) -> InState:
    """A voice message no platform turned into text: kept, and said so."""
    turn.answer(Plain("语音已存，但平台没给出文字，我听不了。请长按转成文字发一遍，或直接打字。"))
    return InState.UNPLACED


def unplaced(turn: Turn) -> InState:
    """Keep what we could not place, answer with the nearest things we understand, list it for the office."""
    text = turn.inbound.text or f"［{turn.inbound.kind.value}］"
    turn.ledger.record(
        EntryKind.NOTE,
        text,
        person=turn.person,
        data={"state": "unplaced"},
        attachments=turn.message.attachments,
    )
    if elsewhere := _not_his(turn):
        office = turn.ledger.mechanism.office_name
        turn.answer(Plain(f"{elsewhere}不在您负责的范围里，没有入账；原话已留给{office}看。"))
    elif not propose(turn) and not ask_what_is_meant(turn):
        turn.answer(NotUnderstood(_nearest(turn)))
    return InState.UNPLACED


def _not_his(turn: Turn) -> str:
    """Return the projects that words name in full or in short, where none of them is the sender's to report on."""
    named = turn.reading.named
    return "" if turn.reading.visible else "".join(f"《{project.name}》" for project in named[:3])


def stranger(message: Message, ledger: Ledger) -> Handled:
    """Somebody not registered: one polite sentence, and the office is told once."""
    inbound = message.inbound
    if inbound.kind is Kind.EVENT or not inbound.sender:
        return Handled("stranger", InState.STRANGER)
    if inbound.veiled:
        return _veiled(ledger)
    if is_clue(inbound.text):
        return from_stranger(message, ledger)
    mark = f"stranger:{inbound.platform}:{inbound.sender}"
    ledger.say(
        StrangerTold(ledger.mechanism.office_name),
        to=Stranger(inbound.platform, inbound.sender),
        key=mark,
        push=False,
    )
    platform = _PLATFORM_NAMES.get(inbound.platform, inbound.platform)
    ledger.say_to_office(StrangerReported(platform, inbound.sender), key=f"{mark}:office")
    return Handled("stranger", InState.STRANGER)


def _veiled(ledger: Ledger) -> Handled:
    """Somebody the 智能机器人 names by an encrypted account: only its creator's rights can change that."""
    remedy = (
        "智能机器人送来的账号是加密的，认不出是谁，群里 @ 它说的话都没有办。"
        "请由企业微信的超级管理员重新创建这个机器人，或把发言人加进督办助手应用的可见范围。"
    )
    ledger.say_to_office(Plain(remedy), key=f"veiled:{ledger.today:%G-%V}")
    return Handled("veiled", InState.STRANGER)


_DAILY = (
    "记现场办公、进展、问题",
    "项目进展",
    "我的待办",
    "下发挂牌督办",
    "同意或退回材料",
    "报送月报、例会材料",
    "复函（五个落实）",
    "签收挂牌督办",
    "向召集人请假",
    "谁没报",
    "哪天开会",
    "申请销号",
    "发照片、发位置",
    "更正刚报的数",
    "撤回刚记的一条",
    "打开网页",
)
"""What help says, as far as the person may, in this order: what is used daily."""
_OTHER = "其他"
"""What belongs to no topic and is not used daily has this one."""


def daily_lines(turn: Turn, topic: str = "") -> list[tuple[str, str]]:
    """Return what this person may say of one topic, by default what is used daily."""
    lines = turn.router.help_for(turn.person.roles(turn.ledger.today), "" if topic == _OTHER else topic)
    if topic == _OTHER:
        return [line for line in lines if line[0] not in _DAILY]
    if topic:
        return lines
    return sorted((line for line in lines if line[0] in _DAILY), key=lambda line: _DAILY.index(line[0]))


def _nearest(turn: Turn) -> list[tuple[str, str]]:
    lines = turn.router.help_for(turn.person.roles(turn.ledger.today))
    text = turn.reading.text

    def likeness(line: tuple[str, str]) -> float:
        return max(fuzz.partial_ratio(text, line[0]), fuzz.partial_ratio(text, line[1]))

    return sorted(lines, key=likeness, reverse=True)[:3]
