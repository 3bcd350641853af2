"""Permits, money and scarce factors by chat (ZZ-06, JZ-28): what is overdue is shown to its department alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from handlers.choosing import day_due, day_past, meant_project
from handlers.routing import Router, Turn
from handlers.understanding.intents import Intent
from handlers.wording import dated, five, packed
from models import permit
from models.actors import Scope
from models.deeds import Deed, require
from models.directory import unit_mentions
from models.errors import Refusal
from models.need import factor_names, factor_of
from models.notices import Answer, Plain
from models.permit import Permit, PermitFacts
from models.project import Project
from models.rights import sees_all

router = Router(topic="项目")
_QUESTION = re.compile(r"[?？]|吗$|了没$|没有$|啥时候|什么时候|谁")
_READY = re.compile(
    r"(?:哪些?|哪几个|什么)[^，。]{0,6}(?:可以|能|在|够)?等(?:着)?(?:资金|钱)|手续(?:都)?(?:齐|全|办完)了?的(?:项目)?(?:有)?(?:哪些|几个|多少)|项目等资金"
)
_PERMIT_LIST = re.compile(r"列(?:一?下|出)?手续(?:清单)?|手续清单(?:列|建)")
_PERMITS = re.compile(
    r"手续(?!.{0,4}谁)[^，。]{0,6}(?:到哪|咋样|怎么样|差啥|差什么|缺啥|缺什么|有哪些|齐了?[吗没])"
    r"|手续(?:办理)?(?:情况|进度|进展|清单)[?？。]*$|(?:差|缺)(?:啥|什么|哪些)手续"
)
_TELLS_PERMIT = re.compile(r"^手续[:：，,\s]+(?P<rest>[^:：]+[:：].+)$", re.S)
_GRANTED = re.compile(r"(?:批下来|批复|办结|办下来|办好|办完|拿到|取得|下来|核发|通过|具备|齐备)了")
_AVERAGE = re.compile(
    r"手续[^，。]{0,8}(?:平均|用时|多长时间)|平均[^，。]{0,6}(?:审批|手续)|审批(?:用时|时长|效率)(?:咋样|多少|情况)?[?？]*$"
)
_OVERDUE = re.compile(
    r"(?:我们?|俺们?|本)(?:局|单位|委|办)?[^，。]{0,4}(?:超时|超期|逾期)的?(?:手续|审批)"
    r"|^(?:查看?|看看?|哪些)?(?:超时|超期|逾期)的?(?:手续|审批)(?:有哪些|清单|有几个)?[?？。]*$"
    r"|(?:哪些|有没有|什么)(?:手续|审批)[^，。]{0,4}(?:超时|超期|逾期)"
)
_FACTOR = re.compile(
    r"(?P<factor>[\u4e00-\u9fff]{2,8}?)?(?:要素)?(?:优先(?:保障)?(?:清单|次序|顺序|名单)|先保(?:哪|谁)|保重点(?:清单|名单))"
)
_SHORTLY = ("可研", "环评", "能评", "稳评", "初设", "施工许可")  # what people call a permit by
_BRIEFLY = 30  # characters; a longer text reports more than one permit and is filed
_FUNDS = re.compile(r"资金(?:已|都)?(?:就绪|全部到位|落实到位)了?[。]?$")


@router.command(lambda turn: _READY.search(turn.reading.text), help="项目等资金", example="哪些项目可以等资金了")
def waiting_for_money(turn: Turn, found: re.Match[str]) -> None:
    """The projects whose permits are complete, with whether the money is there."""
    own = None if sees_all(turn.ledger, turn.person) else {project.id for project in turn.reading.own}
    ready = [project for project in permit.waiting_for_money(turn.ledger) if own is None or project.id in own]
    lines = [
        f"{project.code}《{project.name}》"
        + (f"资金{dated(project.funds_ready)}就绪" if project.funds_ready else "等资金")
        for project in ready
    ]
    turn.answer(
        Answer(f"手续齐全、可以等资金的项目{len(lines)}个：" if lines else "还没有手续齐全的项目。", five(lines))
    )


@router.command(lambda turn: _AVERAGE.search(turn.reading.text), help="审批用时", example="各手续平均用时")
def average(turn: Turn, found: re.Match[str]) -> None:
    """How long each permit takes in each department, in working days."""
    lines = [
        f"{one.name}（{one.department or '未写部门'}）平均{one.workdays:g}个工作日（{one.count}件）"
        for one in permit.durations(turn.ledger)
    ]
    turn.answer(Answer("各手续平均用时：" if lines else "还没有办结的手续可以统计。", five(lines)))


@router.command(lambda turn: _OVERDUE.search(turn.reading.text))
def overdue_permits(turn: Turn, found: re.Match[str]) -> None:
    """What is overdue is shown to the department that has it, and to nobody else (JZ-28)."""
    late = permit.overdue(turn.ledger, turn.person.unit_id)
    lines = [f"《{one.project.name}》{one.name}，{dated(one.due)}到期" for one in late if one.due]
    unit = turn.person.unit.shown
    turn.answer(Answer(f"{unit}超时的手续{len(lines)}件：" if lines else f"{unit}没有超时的手续。", five(lines)))


@router.command(lambda turn: _PERMIT_LIST.search(turn.reading.text))
def lay_out_permits(turn: Turn, found: re.Match[str]) -> None:
    """Give a project the usual list of permits."""
    project = meant_project(turn)
    if project is not None:
        listed = permit.lay_out(turn.ledger, project, turn.person)
        turn.answer(Plain(f"《{project.name}》手续清单{len(listed)}项：{'、'.join(one.name for one in listed)}。"))


def _asked_permits(turn: Turn) -> list[Project] | None:
    asked = _PERMITS.search(turn.reading.text) and not _TELLS_PERMIT.search(turn.reading.text)
    asked = asked and Intent.VISIT not in turn.reading.intents  # 去看了看手续跑得咋样
    return (turn.reading.visible or None) if asked else None


@router.command(_asked_permits, help="手续办到哪了", example="恒瑞手续办到哪了")
def show_permits(turn: Turn, projects: list[Project]) -> None:
    """A project's permits, what is missing first."""
    listed = [one for one in permit.permits_of(turn.ledger, projects[0]) if one.needed]
    if not listed:
        turn.answer(Plain(f"《{projects[0].name}》还没列手续清单；回「{projects[0].code}列手续清单」就按通常的列上。"))
        return
    missing = [one for one in listed if not one.granted]
    items = [permit.words_of(one) for one in missing] or [permit.words_of(one) for one in listed]
    heading = f"还差{len(missing)}项" if missing else "都办齐了，可以等资金"
    turn.answer(Answer(f"《{projects[0].name}》手续{len(listed)}项，{heading}：", five(packed(items, width=50))))


@router.command(
    lambda turn: _TELLS_PERMIT.match(turn.reading.text),
    help="登记手续",
    example="手续 恒瑞：建设用地 自然资源局 9月10日报审，10月15日前批",
)
def note_permit(turn: Turn, found: re.Match[str]) -> None:
    """What is told of one permit: the department, when it was handed in, by when it is due, when it was granted."""
    project = meant_project(turn)
    if project is None:
        return
    body = re.split(r"[:：]", found["rest"], maxsplit=1)[-1]
    name = re.split(r"[，,\s\d（(]", body.strip(), maxsplit=1)[0].strip()
    mention = next(iter(unit_mentions(turn.ledger, body)), None)
    if mention is not None and name == mention.words:
        raise Refusal("请先写手续名称，再写部门，例如「手续 恒瑞：建设用地 自然资源局 9月10日报审」。")
    told = _read_permit(turn, body, mention.unit.shown if mention else "")
    row, _ = permit.note_permit(turn.ledger, project, name, told, turn.person)
    turn.answer(Plain(f"《{project.name}》{permit.words_of(row)}，已记。"))


def _read_permit(turn: Turn, body: str, department: str) -> PermitFacts:
    parts = [part for part in re.split(r"[，,；;。\s]+", body)[1:] if part]

    def told(words: str, read: Callable[[Turn, str], date | None]) -> date | None:
        return next((day for part in parts if re.search(words, part) and (day := read(turn, part))), None)

    submitted = told(r"报审|受理|上报|提交|报件|[日号]报", day_past)
    granted = told(r"办结|批复|批了|取得|核发|批下来|拿到", day_past)
    due = told(r"前|限|到期", day_due)
    needed = False if re.search(r"不需要|不用办|免办", body) else None
    return PermitFacts(department, submitted, due, granted, needed)


def _granted(turn: Turn) -> Permit | None:
    """Return the open permit of the one project named, where the text says that it was granted."""
    text = turn.reading.text
    if len(text) > _BRIEFLY or not _GRANTED.search(text) or _QUESTION.search(text) or len(turn.reading.named) != 1:
        return None
    project = turn.reading.named[0]
    listed = [one for one in permit.permits_of(turn.ledger, project) if one.needed and not one.granted]
    fits = [one for one in listed if one.name in text] or [
        one for one in listed if any(word in text and word in one.name for word in _SHORTLY)
    ]
    return fits[0] if len(fits) == 1 and project in turn.reading.visible else None


@router.command(_granted)
def permit_granted(turn: Turn, row: Permit) -> None:
    """A permit on the list was granted, told in passing."""
    on = day_past(turn, turn.reading.text) or turn.ledger.today
    permit.note_permit(turn.ledger, row.project, row.name, PermitFacts(granted=on), turn.person)
    left = [one.name for one in permit.permits_of(turn.ledger, row.project) if one.needed and not one.granted]
    more = f"还差{'、'.join(left)}。" if left else "手续齐了，可以等资金。"
    turn.answer(Plain(f"《{row.project.name}》{row.name}{dated(on)}办结，已记。{more}"))


@router.command(lambda turn: _FACTOR.search(turn.reading.text), help="要素优先清单", example="土地优先清单")
def priorities(turn: Turn, found: re.Match[str]) -> None:
    """Who gets a scarce factor first."""
    require(turn.ledger, turn.person, Deed.SUPPLY_FACTOR, Scope(unit=turn.person.unit))
    known = factor_names(turn.ledger.mechanism)
    factor = factor_of(turn.ledger.mechanism, turn.reading.text)
    if factor is None:
        example = f"，例如「{known[0]}优先清单」；可选：{'、'.join(known)}" if known else ""
        raise Refusal(f"请写明哪一种要素{example}。")
    lines = [
        f"{at}. {one.project.code}《{one.project.name}》{'项目办排定' if one.rank else one.asks}"
        for at, one in enumerate(permit.priorities(turn.ledger, factor), start=1)
    ]
    turn.answer(Answer(f"{factor}优先保障{len(lines)}个：" if lines else f"没有项目在等{factor}。", five(lines)))


def tells_funds(turn: Turn) -> bool:
    """Whether a message says that a project's money is there."""
    text = turn.reading.text
    return bool(_FUNDS.search(text)) and not _QUESTION.search(text)


def note_funds(turn: Turn, project: Project) -> None:
    """Note that a project's money is there, on the day the message gives or today."""
    permit.set_funds(turn.ledger, project, day_past(turn, turn.reading.text) or turn.ledger.today, turn.person)


@router.command(lambda turn: tells_funds(turn) and bool(turn.reading.named))
def funds_ready(turn: Turn) -> None:
    """The money is there."""
    project = meant_project(turn)
    if project is not None:
        note_funds(turn, project)
        turn.answer(Plain(f"《{project.name}》资金就绪已记。"))
