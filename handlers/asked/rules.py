"""What the written mechanism says, asked in one's own words: which clause, why so, how the days were counted (★14)."""

from __future__ import annotations

import re

from handlers.asked.meetings import OF_MEETING
from handlers.asked.things import notices_seen
from handlers.routing import Router, Turn
from handlers.understanding.likeness import likeness
from handlers.understanding.wondering import wonders
from handlers.wording import dated, five
from models.ledger import Ledger
from models.notices import Answer
from models.reasons import reason_of_reply, reports_owed
from models.rights import sees_all
from models.supervision import SupervisionNotice

router = Router(topic="查询")
_RULE = re.compile(
    r"哪(?:一?条|个文|份文|个文件|里)(?:上)?(?:写|规定|说|定|要求)|规定(?:是|的|里|上)|是(?:啥|什么|哪)规定|依据|凭(?:啥|什么|哪)|为(?:啥|什么|何)|按(?:规矩|规定|制度|理)"
    r"|非(?:得|叫|要)|必须得?[^，。]{0,8}[吗么]"
)
_WHY = re.compile(r"凭|为|依据|哪条|哪一条|文上|文件")
_OF_REMINDER = re.compile(r"催|提醒|督办我|找我|找俺|挂牌")
_COUNTED = re.compile(
    r"(?:工作日|期限|时限|复函|回函|日子)[^，。]{0,12}(?:咋|怎么|如何|为啥|为什么|哪天算|算不算|几天|到头)|(?:咋|怎么)(?:数|推|算)(?:出来|的)"
    r"|(?:只|就|才|光)(?:给|留|有)[^，。]{0,4}[\d一两二三四五六七几]个?(?:天|日|工作日)"
    r"|(?:复函|回函)[^，。]{0,8}(?:\d{1,2}[日号]|还是)|\d{1,2}[日号]?[^，。]{0,4}交?复函[^，。]{0,4}(?:晚|迟|来得及|行)"
)
_REPORT_DUE = re.compile(
    r"(?:月报|季报|周报|专报)[^，。]{0,8}(?:[交报]不[交报]|还[交报])|(?:[交报]不[交报]|还[交报])[^，。]{0,4}(?:月报|季报|专报)|(?:月报|季报|周报|专报|报数|报送|进展报告)[^，。]{0,12}(?:几号|哪天|截止|提前|最晚|最迟|时候|顺延|推迟|晚|期限)|(?:几号|哪天|啥时候|最晚|最迟)[^，。]{0,8}报(?:月报|进展|数|送)|(?:月|本期|这期)的?数[^，。]{0,6}(?:几号|哪天|截止|最晚|最迟|时候)"
)
_ALIKE = 0.12
_MOST = 2
# What people call things that the notice puts another way.
_SAID = {
    r"点头|签字|过目": "同意",
    r"下去一?趟|跑一?趟|去现场|去一?[趟回次]|到工地": "现场办公深入现场调研",
    r"顶替|替我|代替|派个?副|不能替": "替会一把手参会",
    r"复函|回函": "复函书面三个工作日",
    r"挂牌|牌子": "挂牌督办通知书",
    r"材料[^，。]*[号日]": "于月例会前一周报",
    r"材料|三栏": "项目进展情况、存在问题、需要解决事项",
    r"月报|报数|报进展": "每月25日前报送进展",
    r"请假|假条": "向会议召集人请假",
    r"标示牌|牌上": "标示牌注明",
}


def _asks_count(turn: Turn) -> list[SupervisionNotice] | None:
    text = turn.reading.text
    if not wonders(text) or not _COUNTED.search(text):
        return None
    found = [one for one in notices_seen(turn) if one.reply_due is not None]
    own = [one for one in found if one.unit_id == turn.person.unit_id]
    return own or (found if sees_all(turn.ledger, turn.person) else None) or None


@router.command(_asks_count)
def how_counted(turn: Turn, notices: list[SupervisionNotice]) -> None:
    """How the three working days of a reply were counted, day by day (ZZ-19)."""
    reasons = [reason for notice in notices if (reason := reason_of_reply(turn.ledger, notice)) is not None]
    lines = [line for reason in reasons for line in (f"{reason.what}：{reason.basis}", *reason.reckoning)]
    turn.answer(Answer("复函期限是这样数的：", five(lines)))


def _asks_rule(turn: Turn) -> list[str] | None:
    text = turn.reading.text
    if not wonders(text) or not _RULE.search(text) or _OF_REMINDER.search(text) or turn.reading.is_report:
        return None
    if OF_MEETING.search(text) and not _WHY.search(text):
        return None
    return _alike(turn.ledger, text) or None


@router.command(_asks_rule, help="问制度里的规定", example="例会材料凭啥要领导同意")
def rule(turn: Turn, clauses: list[str]) -> None:
    """The clauses whose words are nearest, quoted; what moved a day is told beside them."""
    lines = [
        f"{clause}（{turn.ledger.mechanism.basis(clause)}）：“{_quote(turn.ledger, clause)}”" for clause in clauses
    ]
    turn.answer(Answer("制度里对得上的：", five(lines)))


def _asks_due(turn: Turn) -> list[str] | None:
    text = turn.reading.text
    if not wonders(text) or not _REPORT_DUE.search(text) or turn.reading.is_report:
        return None
    owed = reports_owed(turn.ledger, turn.person) or reports_owed(turn.ledger)
    return [
        line for reason, due in owed for line in (f"{reason.what}：{dated(due)}前，{reason.basis}", *reason.reckoning)
    ] or None


@router.command(_asks_due, help="月报哪天截止", example="月报最晚哪天报")
def report_due(turn: Turn, lines: list[str]) -> None:
    """By when the asker's reports are due, and what a holiday moves (R-M1)."""
    turn.answer(Answer("报送的期限：", five(lines)))


def _alike(ledger: Ledger, text: str) -> list[str]:
    sought = text + "".join(words for said, words in _SAID.items() if re.search(said, text))
    named = {duty.clause: duty.name for duty in ledger.mechanism.obligations}
    scored = {
        clause: likeness(sought, found.quote + named.get(clause, ""))
        for clause, found in ledger.mechanism.clauses.items()
    }
    best = sorted(scored, key=lambda clause: scored[clause], reverse=True)[:_MOST]
    return [clause for clause in best if scored[clause] >= _ALIKE]


def _quote(ledger: Ledger, clause: str) -> str:
    quote = ledger.mechanism.clauses[clause].quote
    return quote if len(quote) <= 80 else quote[:79] + "…"
