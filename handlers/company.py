"""Greetings, thanks, 知道了 and small talk: a short kind answer, nothing filed, nobody asked anything."""

from __future__ import annotations

import re

from handlers.help import daily_lines
from handlers.routing import Router, Turn
from handlers.understanding.approval import read_approval
from handlers.understanding.courtesy import Courtesy, is_admonition, read_courtesy
from handlers.understanding.wondering import wonders
from models.message import Kind
from models.notices import Help, Plain
from models.people import Role

router = Router()
_FEW = 5
SMALL_TALK = "您辛苦了；有要记的、要查的，随时跟我说。"
_ALL_PROJECTS = re.compile(
    r"(?:所有|全部|全县|每个|各个?)的?(?:重点)?项目[^，。；\d]{0,6}(?:\d+%?|百分之百|全部?)?(?:都|已经?)*"
    r"(?:完工|完成|竣工|清零|没(?:有)?问题|正常|按期|达标)"
)
_FORBIDS = re.compile(
    r"^(?!.*(?:了|\d)).*(?:别|不要)(?:再|光|都)?(?:拖|等|忘|误|耽)"
)  # 都把表填好 别拖: nothing is done yet
_RANKS = re.compile(
    r"(?:排|列|弄|搞|发|晒|出|做|拉)(?:个|一个|一?下)?[^，。]{0,8}(?:名次|排名|排行榜?|座次|红黑榜|龙虎榜)|排(?:个|一?下)(?:名|序|队|座次)"
)
_AGREE = (Role.COUNTY_LEADER, Role.ASSIGNED_LEADER)
_SAID = {
    Courtesy.THANKS: "不客气，有事随时说。",
    Courtesy.NOTED: "好的。",
    Courtesy.SMALL_TALK: SMALL_TALK,
}


def _keeps_company(turn: Turn) -> Courtesy | None:
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or turn.reading.decision.matches:
        return None
    return read_courtesy(turn.reading.text)


def _admonishes(turn: Turn) -> bool:
    """各位抓紧把自家的材料弄弄: to everybody, and no report of anything."""
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or turn.reading.decision.matches:
        return False
    text = turn.reading.text
    return is_admonition(text) and (not turn.reading.is_report or bool(_FORBIDS.search(text)))


@router.command(_admonishes)
def keep_quiet(turn: Turn) -> None:
    """Words to everybody are nothing to file; who may have people urged hears how."""
    office = turn.ledger.has_role(turn.person, Role.OFFICE)
    way = "要催哪几家请发「给没报的发个催办」。" if office else "没有记；要大家都看到请发在工作群里。"
    turn.answer(Plain(f"知道了，{way}"))


def _speaks_for_all(turn: Turn) -> bool:
    """所有项目100%完工: nobody answers for all projects at once, whoever may have told him to write so."""
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or turn.reading.named or wonders(turn.reading.text):
        return False
    return bool(_ALL_PROJECTS.search(turn.reading.text))


@router.command(_speaks_for_all)
def one_by_one(turn: Turn) -> None:
    """Nothing is written of all projects by one sentence."""
    turn.answer(Plain("没有记：一句话不能替所有项目记，请一个项目一条报，带上项目名。"))


def _ranks(turn: Turn) -> bool:
    """Whether people are to be ranked: 把分包领导跑现场的次数排个名次."""
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or turn.reading.is_report:
        return False
    return bool(_RANKS.search(turn.reading.text))


@router.command(_ranks)
def not_ranked(turn: Turn) -> None:
    """Nobody is ranked or shown up before others (mission 6: no 排名, no 晒次数)."""
    turn.answer(Plain("不排名次，也不在群里晒次数，这是基层减负的规定；要看哪项还没报请发「谁没报」，只有您看得到。"))


@router.command(_keeps_company)
def keep_company(turn: Turn, sort: Courtesy) -> None:
    """Answer kindly and briefly; whoever greets or asks who we are hears what he may say.

    A leader's 中 or 可以, to which nothing waits, may have been meant for something: he is told that there is nothing.
    """
    if sort is Courtesy.NOTED and read_approval(turn.reading.text) and turn.ledger.has_role(turn.person, *_AGREE):
        turn.answer(Plain("好的。现在没有等您同意的事项；可发「我的待办」看一看。"))
        return
    if sort in _SAID:
        turn.answer(Plain(_SAID[sort]))
        return
    who = "，我是督办助手" if sort is Courtesy.WHO else ""
    turn.answer(Help(f"{turn.person.name}您好{who}，您可以这样说：", daily_lines(turn)[:_FEW]))
