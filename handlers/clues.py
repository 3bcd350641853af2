"""The restricted channel (DC-35): a clue of 吃拿卡要 goes to the discipline inspector and leaves no trace elsewhere."""

from __future__ import annotations

import re

from sqlalchemy import select

from handlers.routing import Handled, Message, Router, Turn
from handlers.understanding.phrases import has_secret_marking
from handlers.understanding.text import normalise
from handlers.wording import dated, five
from models import clue as clues
from models.calendar import local_date
from models.clue import CLUE_LABELS, DUTY, Clue, ClueState
from models.ledger import Ledger, Stranger
from models.notices import Answer, ClueWaiting, Plain
from models.people import Role
from models.project import Project
from models.trays import InState

router = Router()
_GIVES = re.compile(r"^(?:我(?:要|想)?|匿名|实名)*(?:举报|检举|控告|反映问题线索|投诉干部)")
_TELLS = re.compile(
    r"吃[、]?拿[、]?卡[、]?要|索[要贿]|收(?:了|受)?(?:好处|红包|回扣|礼金)|要(?:好处|红包|回扣|烟要酒|烟酒|辛苦费|茶水钱)|才肯(?:给)?(?:办|签|协调|盖章|放行)[^，。]{0,4}(?:烟|酒|钱|好处)|不给好处|雁过拔毛|不(?:送|给|表示|意思)[^，。；]{0,8}(?:[，,\s]*)(?:手续|字|章|证|事儿?)?(?:就|都)?(?:压着|卡着|拖着|不给)?(?:不办|不批|不签|不盖|办不成|别想)|送[^，。；\s]{0,3}(?:条烟|瓶酒|红包|购物卡|礼金)"
)
_ABOUT = re.compile(r"(?:严禁|杜绝|整治|专项治理|查处|有没有|学习|会议|通知|工作)")
_ASKS = re.compile(r"^(?:看看|查看|看|我的)?(?:问题|举报)?线索[。?？]*$")
_MOVES = re.compile(r"^线索\s*(?P<number>\d+)\s*(?:已)?(?P<verb>办结|办完|办理|在办|受理)了?[。]?$")
_ONLY = re.compile(r"^(?:我(?:要|想)?|匿名|实名)*(?:举报|检举|控告)[。!！:：]*$")


def is_clue(text: str) -> bool:
    """Whether words are meant for the discipline inspector and for nobody else."""
    words = normalise(text)
    if has_secret_marking(words):
        return False
    return bool(_GIVES.search(words)) or bool(_TELLS.search(words) and not _ABOUT.search(words))


@router.command(lambda turn: is_clue(turn.inbound.text), help="举报吃拿卡要", example="举报 恒瑞办手续时有人要好处")
def note(turn: Turn) -> None:
    """Keep a clue where only its readers see it; the receipt says nothing of what."""
    if _ONLY.match(turn.reading.text):
        turn.answer(Plain("请一对一用一句话写清哪个项目、哪个单位、什么事；不想留名就写上「匿名」。"))
        return
    named = turn.reading.named
    project = named[0] if len(named) == 1 else None
    clue = clues.give(turn.ledger, turn.inbound.text, person=turn.person, account="", project=project)
    _tell_readers(turn.ledger, clue)
    turn.answer(Plain(_receipt(clue)), duty=f"{DUTY}receipt")


def from_stranger(message: Message, ledger: Ledger) -> Handled:
    """Take a clue of somebody who is not registered: an enterprise, a villager."""
    inbound = message.inbound
    account = f"{inbound.platform}:{inbound.sender}"
    project = _project(ledger, inbound.text)
    clue = clues.give(ledger, inbound.text, person=None, account=account, project=project)
    _tell_readers(ledger, clue)
    to, source = Stranger(inbound.platform, inbound.sender), ledger.source.id if ledger.source else 0
    ledger.say(Plain(_receipt(clue)), to=to, key=f"receipt:{source}", push=False, duty=f"{DUTY}receipt")
    return Handled("note", InState.DONE)


def _tell_readers(ledger: Ledger, clue: Clue) -> None:
    for person in clues.readers(ledger, clue):
        ledger.say(ClueWaiting(), to=person, key=f"clue:{clue.id}:{person.id}", duty=f"{DUTY}{clue.id}:told")


def _receipt(clue: Clue) -> str:
    named = "没有留您的名字" if clue.person_id is None and not clue.account else "您的身份只有纪检监察员看得到"
    return f"已收到（线索{clue.id}），只转给纪检监察员，不进台账、不进群；{named}。"


def _project(ledger: Ledger, text: str) -> Project | None:
    projects = ledger.session.scalars(select(Project)).all()
    named = [
        project
        for project in projects
        if project.name in text or any(len(alias.alias) >= 2 and alias.alias in text for alias in project.aliases)
    ]
    return named[0] if len(named) == 1 else None


@router.command(
    lambda turn: bool(_ASKS.match(turn.reading.text)) and turn.ledger.has_role(turn.person, Role.DISCIPLINE)
)
def read_clues(turn: Turn) -> None:
    """The clues an inspector may read; what is shown is blanked in the out-tray once it is sent."""
    found = clues.clues_for(turn.ledger, turn.person)
    if not found:
        turn.answer(Plain("没有等您看的线索。"))
        return
    lines = five([_line(clue) for clue in found], "条", "办结前面的再发「看线索」")
    first = found[0].id
    heading = f"线索{len(found)}条（办理请回「线索{first}受理」或「线索{first}办结」）："
    turn.answer(Answer(heading, lines), duty=f"{DUTY}read")


@router.command(lambda turn: _MOVES.match(turn.reading.text) if clues.clues_for(turn.ledger, turn.person) else None)
def move_clue(turn: Turn, found: re.Match[str]) -> None:
    """Take a clue up or close it."""
    state = ClueState.CLOSED if found["verb"] in ("办结", "办完") else ClueState.TAKEN
    clue = clues.move(turn.ledger, turn.person, int(found["number"]), state)
    turn.answer(Plain(f"线索{clue.id}：{CLUE_LABELS[state]}。"), duty=f"{DUTY}read")


def _line(clue: Clue) -> str:
    who = clue.person.name if clue.person else (clue.account or "匿名")
    about = f"《{clue.project.name}》" if clue.project else ""
    state = CLUE_LABELS[ClueState(clue.state)]
    return f"{clue.id} {dated(local_date(clue.received_at))}{about}{who}：{clue.text}（{state}）"
