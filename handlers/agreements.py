"""Enterprise agreements by chat (企业协议, DC-28): what was promised by when, kept or not, and the lists."""

from __future__ import annotations

import re

from handlers.choosing import day_due, day_past, meant_project
from handlers.routing import Router, Turn
from handlers.wording import dated, five
from models import agreement
from models.agreement import AgreementTerm, find_term, told
from models.errors import Forbidden, Refusal
from models.notices import Answer, Plain
from models.people import Role
from models.rights import may_see, sees_all

router = Router(topic="协议")
_KEEPERS = (Role.OFFICE, Role.LIAISON, Role.UNIT_HEAD)
_ENTERS = re.compile(
    r"^(?:登记|录入)(?:企业)?(?:投资)?协议[：:，, ]*[^：:，,]{2,40}?[：:，, ]+(?P<text>.+)$"
    r"|^[^：:，,]{2,40}?(?:的)?(?:企业)?(?:投资)?协议(?:约定|要求|承诺)[：:，, ]+(?P<told>.+)$",
    re.S,
)
_STEPS = re.compile(
    r"^(?P<number>XY-?\d+)(?:的)?[\s，,]*(?:[^：:，,]{0,12}?(?P<met>已?经?(?:完成|办到|兑现|履行|做到)了?)|(?P<amend>改到|改为|延到))"
    r"[：:，, ]*(?P<rest>.*)$",
    re.S | re.I,
)
_WITHDRAWS = re.compile(r"^撤销(?P<number>XY-?\d+)[：:，, ]*(?P<rest>.*)$", re.S | re.I)
_LISTS = re.compile(
    r"^(?:看看|查一?下)?(?P<about>[^：:，,]{0,30}?)(?:的)?(?:企业)?(?:投资)?协议"
    r"(?:清单|情况|(?:都)?约定(?:了)?(?:啥|什么|哪些)|(?:办|落实|履行|完成)(?:得|到)?(?:咋样|怎么样|哪了|情况|如何)?)?了?[?？。]*$"
)
_LATE = re.compile(r"^(?:哪些|有哪些|看看)?(?:企业|项目)?(?:没有?|未)(?:按|照)(?:照)?协议.{0,16}$")
_BY_PROJECT = "可问「恒瑞的协议」这样的一个项目"
_REASON = re.compile(r"^[^：:，,]*[：:，,]\s*")


@router.command(
    lambda turn: _ENTERS.match(turn.reading.text),
    listed=_KEEPERS,
    help="登记企业协议约定",
    example="恒瑞协议约定：2026年12月31日前主体完工",
)
def enter(turn: Turn, found: re.Match[str]) -> None:
    """A term of an agreement, with its day."""
    project = meant_project(turn)
    if project is None:
        return
    text = (found["text"] or found["told"]).strip(" 。")
    term = agreement.enter(turn.ledger, project, text, day_due(turn, text), turn.person)
    turn.answer(
        Plain(
            f"已登记{told(turn.ledger, term)}。完成了请回「{term.number}已完成」，录错了由项目办「撤销{term.number}」。"
        )
    )


@router.command(lambda turn: _STEPS.match(turn.reading.text))
def step(turn: Turn, found: re.Match[str]) -> None:
    """已完成, with its day; 改到, with the supplementary agreement it rests on."""
    term = _named(turn, found["number"])
    rest = found["rest"].strip()
    if found["met"]:
        day = day_past(turn, turn.reading.text) or turn.ledger.today
        agreement.meet(turn.ledger, term, turn.person, day, rest)
        late = f"，比协议晚{(day - term.due).days}天" if day > term.due else ""
        turn.answer(Plain(f"{term.number}记为{dated(day)}完成{late}。"))
        return
    due = day_due(turn, rest)
    if due is None:
        raise Refusal(f"请写明改到哪天和依据，例如「{term.number}改到2027年3月31日：补充协议9月20日签订」。")
    reason = _REASON.sub("", rest, count=1)
    agreement.amend(turn.ledger, term, turn.person, due, reason if reason != rest else "")
    turn.answer(Plain(f"{term.number}的日期改为{due.isoformat()}，依据已记。"))


@router.command(lambda turn: _WITHDRAWS.match(turn.reading.text))
def withdraw(turn: Turn, found: re.Match[str]) -> None:
    """Take back what was entered wrongly."""
    term = _named(turn, found["number"])
    agreement.withdraw(turn.ledger, term, turn.person, found["rest"].strip())
    turn.answer(Plain(f"{term.number}已撤销，台账里留有记录。"))


@router.command(
    lambda turn: _LATE.match(turn.reading.text) or (not turn.reading.is_report and _LISTS.match(turn.reading.text)),
    help="企业协议清单",
    example="恒瑞的协议",
)
def list_terms(turn: Turn, found: re.Match[str]) -> None:
    """What was promised, and what is not kept: of the projects the asker may see."""
    ledger, person = turn.ledger, turn.person
    project = turn.reading.named[0] if len(turn.reading.named) == 1 else None
    seen = [
        one
        for one in agreement.terms(ledger, project)
        if sees_all(ledger, person) or may_see(ledger, person, one.project)
    ]
    late = [one for one in seen if one.met_on is None and one.due < ledger.today]
    if found.re is _LATE:
        heading = f"过了协议日期还没完成的{len(late)}条（是否取消优惠由领导决定）："
        turn.answer(
            Answer(
                heading if late else "没有过了协议日期还没完成的。",
                five([told(ledger, one) for one in late], "条", _BY_PROJECT),
            )
        )
        return
    if not seen:
        raise Refusal("您看得到的项目还没有登记企业协议；登记请说「恒瑞协议约定：2026年12月31日前主体完工」。")
    heading = f"企业协议{len(seen)}条，过期未完成{len(late)}条："
    turn.answer(Answer(heading, five([told(ledger, one) for one in seen], "条", _BY_PROJECT)))


def _named(turn: Turn, number: str) -> AgreementTerm:
    term = find_term(turn.ledger, number)
    if term is None or not may_see(turn.ledger, turn.person, term.project):
        raise Forbidden(f"没有找到「{number.upper()}」，或者不在您负责的范围里；可发「企业协议清单」看一看。")
    return term
