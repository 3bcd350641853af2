"""招商 by chat: leads, their four stages, the review, handing over, who runs the errands (ZZ-07 to ZZ-10, ZZ-30)."""

from __future__ import annotations

import re

from handlers.choosing import day_past, meant_project, references
from handlers.routing import Router, Turn
from handlers.wording import dated, five, packed, some
from models import handover, investment
from models.actors import holders, people_of
from models.deeds import Deed, may
from models.directory import find_person, known_names, people_in, unit_in, unit_mentions
from models.errors import Forbidden, Refusal
from models.handover import PAPERS, Handover
from models.investment import Lead
from models.ledger import Ledger
from models.mechanism import Actor
from models.notices import Answer, HandoverSent, Plain, Result
from models.people import Person, Unit
from models.project import Part, Project
from models.rights import may_see, sees_all

router = Router(topic="招商")
_REF = r"(?P<ref>[A-Za-z]{1,6}\s?[-—_]?\s?\d{1,5})"
_REGISTER = re.compile(r"^(?:登记|报|提供|有)?(?:一?[条个])?(?:招商)?线索[:：，,\s]+(?P<rest>.+)$", re.S)
_BROUGHT = re.compile(r"(?:由)?(?P<who>[\u4e00-\u9fff]{2,10}?)(?:带来|提供|引荐|介绍|牵线)(?:的)?")
_FOLLOWS = re.compile(r"(?:由)?(?P<unit>[\u4e00-\u9fff]{2,20}?)(?:负责)?(?:跟进|对接)")
_STAGES = r"(?P<stage>(?:项目)?(?:前期|评估|签约|落地))"
_MOVE = re.compile(rf"(?P<verb>转入?|转到|退回到?|退到)[「“]?{_STAGES}(?:阶段)?[」”]?了?(?P<rest>.*)$", re.S)
_OPINION = re.compile(r"(?:会商|评估)(?:意见)?[:：，,\s]*(?P<dim>[\u4e00-\u9fff]{2,6})[:：，,\s]+(?P<rest>.+)$", re.S)
_CONCLUDE = re.compile(r"(?:会商)?评估结论[:：是为，,\s]*(?P<verdict>不通过|通过)[，,。\s]*(?P<rest>.*)$", re.S)
_HAND = re.compile(r"移交(?:给|到|至)?(?P<to>[\u4e00-\u9fff]{2,20})")
_SIGN = re.compile(r"^(?:签收|接收|收到|承接)|(?:签收|接收)了?[。]?$")
_PAPER = re.compile(
    rf"(?P<name>{'|'.join(PAPERS)})[:：是为\s]*(?P<text>.*?)(?=[；;。\n]?\s*(?:{'|'.join(PAPERS)})|$)", re.S
)
_WHO_RUNS = re.compile(
    r"手续[^，。]{0,6}谁|谁[^，。]{0,6}(?:跑|办)[^，。]{0,4}手续|帮办(?:专人|员)?是?谁|谁[是在]?帮办"
)
_HELPER = re.compile(
    r"帮办(?:专人|员)?(?:定|是|为|由|换成|改为|:|：)+\s*(?P<who>[\u4e00-\u9fff]{2,6})"
    r"|由(?P<who2>[\u4e00-\u9fff]{2,4}?)(?:负责)?帮办"
)
_LIST = re.compile(
    r"^(?:看看?|查)?(?:全县|所有)?招商(?:引资)?(?:线索|项目|情况|进展|清单|台账)(?:有哪些|情况|清单|咋样|怎么样|进展)?[?？]*$"
    r"|^线索(?:清单|情况|有哪些)[?？]*$"
)
_SHARES = re.compile(r"招商[^，。]{0,4}(?:落地考核|考核|成绩|谁带)|谁[^，。]{0,6}(?:带来|招来)|落地考核")
_ASKS = re.compile(r"[?？]|吗$|咋|怎么|啥|什么|哪|谁|多久")
_EXAMPLE = "例如「线索：恒远食品加工，招商局刘强带来，商务局跟进」。"


def _lead(turn: Turn) -> Lead | None:
    """Return the lead a text names: by number, by its project, or by its own name."""
    for words in references(turn.reading.text):
        found = investment.find_lead(turn.ledger, words)
        if found is not None:
            return found
    for project in turn.reading.named:
        found = investment.find_lead(turn.ledger, project.code)
        if found is not None:
            return found
    return next((lead for lead in investment.leads(turn.ledger) if lead.name in turn.reading.text), None)


def _sees(turn: Turn, lead: Lead) -> bool:
    """Whether somebody may know of a lead: the office, 招商, who follows, who takes over, who brought it."""
    ledger, person = turn.ledger, turn.person
    row = handover.current(ledger, lead)
    units = {lead.unit_id, lead.brought_unit_id, row.receiver_id if row else None}
    if (
        sees_all(ledger, person)
        or person.unit_id in units
        or person.id == lead.entered_by
        or may(ledger, person, Deed.MOVE_LEAD)
    ):
        return True
    return lead.project is not None and may_see(ledger, person, lead.project)


def _with_lead(turn: Turn, pattern: re.Pattern[str], *, asks: bool = False) -> tuple[Lead, re.Match[str]] | None:
    found = pattern.search(turn.reading.text)
    if found is None or (bool(_ASKS.search(turn.reading.text)) and not asks):
        return None
    lead = _lead(turn)
    if not asks and lead is not None and not (references(turn.reading.text) or lead.name in turn.reading.text):
        return None  # a project's name alone orders nothing: 恒瑞移交了材料
    if lead is None and not _names_a_lead(turn):
        return None
    if lead is None or not _sees(turn, lead):
        raise Forbidden("没有找到这条线索，或者不归您单位。")
    return lead, found


def _names_a_lead(turn: Turn) -> bool:
    """Whether a text bears a number such as leads have, whether or not there is one."""
    mark = re.match(r"[A-Za-z]+", turn.ledger.mechanism.numbering.lead)
    return mark is not None and any(words.upper().startswith(mark[0]) for words in references(turn.reading.text))


# --- leads --------------------------------------------------------------------------------------------------


@router.command(
    lambda turn: _REGISTER.match(turn.reading.text),
    help="登记招商线索",
    example="线索：恒远食品加工，李局长带来，商务局跟进",
)
def register(turn: Turn, found: re.Match[str]) -> None:
    """Enter a lead: who brought it, which unit follows it."""
    rest = found["rest"]
    name = re.split(r"[，,。；;\n]", rest, maxsplit=1)[0].strip("《》「」 ")
    tail = rest[len(name) :]
    follows, brought = _FOLLOWS.search(tail), _BROUGHT.search(tail)
    unit = unit_in(turn.ledger, follows["unit"]) if follows else _unit_of_investors(turn.ledger) or turn.person.unit
    if len(name) < 2 or unit is None:
        raise Refusal(f"请写明企业或项目名称、哪家跟进，{_EXAMPLE}")
    who, whose = _bringer(turn, brought["who"] if brought else "")
    lead = investment.register(turn.ledger, name, unit=unit, brought_by=who, brought_unit=whose, by=turn.person)
    turn.answer(Plain(f"线索已登记：{lead.shown}，{who}提供，{unit.shown}跟进；从线索到落地都用这个编号。"))


def _unit_of_investors(ledger: Ledger) -> Unit | None:
    return next((person.unit for person in holders(ledger, Actor.INVESTMENT)), None)


def _bringer(turn: Turn, words: str) -> tuple[str, Unit | None]:
    """Return who brought a lead and his unit; the sender where nobody else is named."""
    if not words or words in ("我", "我们"):
        return turn.person.name, turn.person.unit
    people = people_in(turn.ledger, words)
    return words, people[0].unit if len(people) == 1 else unit_in(turn.ledger, words)


@router.command(lambda turn: _with_lead(turn, _CONCLUDE))
def conclude(turn: Turn, given: tuple[Lead, re.Match[str]]) -> None:
    """Conclude a review: not while a dimension is missing (ZZ-08)."""
    lead, found = given
    investment.conclude(turn.ledger, lead, found["verdict"] == "通过", found["rest"].strip(" 。"), turn.person)
    turn.answer(Plain(f"{lead.shown}评估结论：{found['verdict']}，已记。"))


@router.command(
    lambda turn: _with_lead(turn, _OPINION), help="会商评估意见", example="XS-1评估 生态环境：环保局 同意，符合准入"
)
def opinion(turn: Turn, given: tuple[Lead, re.Match[str]]) -> None:
    """A department's opinion on one of the eight dimensions."""
    lead, found = given
    mention = next(iter(unit_mentions(turn.ledger, found["rest"])), None)
    who = mention.unit.shown if mention else turn.person.unit.shown
    text = found["rest"].replace(mention.words, "") if mention else found["rest"]
    investment.give_opinion(turn.ledger, lead, found["dim"], who, text.strip(" ：:，,。"), turn.person)
    lacking = investment.missing_dimensions(turn.ledger, lead)
    more = f"还差{'、'.join(lacking)}。" if lacking else "各方面意见齐了，可以出评估结论。"
    turn.answer(Plain(f"{lead.shown}「{found['dim']}」{who}意见已记。{more}"))


@router.command(lambda turn: _with_lead(turn, _MOVE), help="转招商阶段", example="XS-1转签约")
def move_lead(turn: Turn, given: tuple[Lead, re.Match[str]]) -> None:
    """Move a lead on or, with a reason, back."""
    lead, found = given
    before, to = lead.stage, investment.find_stage(turn.ledger, found["stage"])
    reason = re.sub(r"^[\s，,。：:]*(?:因为?|原因[:：]?|由于)?", "", found["rest"]).strip(" 。")
    on = day_past(turn, turn.reading.text)
    investment.advance(turn.ledger, lead, to, by=turn.person, reason=reason, on=on)
    turn.answer(Plain(f"{lead.shown}已由「{before}」{'退回' if '退' in found['verb'] else '转为'}「{to}」。"))


# --- handing over -------------------------------------------------------------------------------------------


@router.command(lambda turn: _with_lead(turn, _HAND), help="移交招商项目", example="XS-1移交给自然资源局")
def hand_over(turn: Turn, given: tuple[Lead, re.Match[str]]) -> None:
    """Hand a project over; the receiving unit gets a card to sign."""
    lead, found = given
    unit = unit_in(turn.ledger, found["to"])
    if unit is None:
        raise Refusal(f"没有登记「{found['to']}」这个单位，请写单位名称或简称。")
    row = handover.hand_over(turn.ledger, lead, unit, turn.person)
    told = tell_receiver(turn.ledger, row)
    more = f"已通知{'、'.join(person.name for person in told)}" if told else f"{unit.shown}还没登记人员，请另行通知"
    turn.answer(
        Plain(
            f"{lead.shown}移交{unit.shown}，{dated(row.due)}前签收并报时间表、任务书；签收前仍由{row.giver.shown}负责。{more}。"
        )
    )


def tell_receiver(ledger: Ledger, row: Handover) -> list[Person]:
    """Say to the receiving unit what is handed over to it; return to whom."""
    duty = ledger.mechanism.event("handover")
    words = HandoverSent(
        number=row.lead.number,
        project=row.lead.name,
        giver=row.giver.shown,
        due=row.due,
        basis=ledger.mechanism.basis(duty.clause) if duty else ledger.mechanism.title,
        buttons=[(f"takeover-{row.id}", "签收")],
    )
    people = people_of(ledger, row.receiver)
    for person in people:
        ledger.say(words, to=person, key=f"handover:{row.id}:sent:{person.id}", duty=handover.duty_key(row))
    return people


@router.press("takeover", "已签收")
def press_sign(turn: Turn, rest: str) -> None:
    """The card's 签收."""
    row = turn.ledger.session.get(Handover, int(rest)) if rest.isdigit() else None
    if row is None:
        raise Forbidden("没有找到这件移交，可发「我的待办」看一看。")
    _sign(turn, row)


@router.command(lambda turn: _with_lead(turn, _SIGN), help="签收移交", example="签收XS-1")
def sign(turn: Turn, given: tuple[Lead, re.Match[str]]) -> None:
    """Sign for what was handed over."""
    row = handover.current(turn.ledger, given[0])
    if row is None:
        raise Refusal(f"{given[0].shown}还没有移交，不用签收。")
    _sign(turn, row)


def _sign(turn: Turn, row: Handover) -> None:
    handover.sign(turn.ledger, row, turn.person)
    lead = row.lead
    asks = f"请于{dated(row.due)}前报「{lead.number}时间表：…；任务书：…」。" if row.missing else ""
    turn.answer(Plain(f"已签收{lead.shown}，从现在起由{row.receiver.shown}承接。{asks}"))
    for person in people_of(turn.ledger, row.giver):
        words = Result(f"{lead.shown}{row.receiver.shown}已签收承接。")
        turn.ledger.say(words, to=person, key=f"handover:{row.id}:signed:{person.id}")


@router.command(
    lambda turn: _with_lead(turn, _PAPER),
    help="报时间表、任务书",
    example="XS-1时间表：10月摘牌；任务书：自然资源局供地",
)
def papers(turn: Turn, given: tuple[Lead, re.Match[str]]) -> None:
    """时间表 and 任务书 of whoever took over."""
    lead = given[0]
    row = handover.current(turn.ledger, lead)
    if row is None:
        raise Refusal(f"{lead.shown}还没有移交，先移交再报时间表、任务书。")
    told = {found["name"]: found["text"].strip(" ，,；;。") for found in _PAPER.finditer(turn.reading.text)}
    told = {name: text for name, text in told.items() if len(text) >= 2}
    if not told:
        raise Refusal(f"请写明内容，例如「{lead.number}时间表：10月摘牌、12月开工；任务书：自然资源局供地」。")
    handover.add_papers(turn.ledger, row, told, turn.person)
    more = f"还差{'、'.join(row.missing)}。" if row.missing else "两书齐了。"
    turn.answer(Plain(f"{lead.shown}{'、'.join(told)}已记。{more}"))


# --- who runs the errands -----------------------------------------------------------------------------------


@router.command(
    lambda turn: (_WHO_RUNS.search(turn.reading.text) and turn.reading.visible) or None,
    help="手续谁在跑",
    example="恒瑞的手续谁在跑",
)
def who_runs(turn: Turn, projects: list[Project]) -> None:
    """The named 帮办专人, at once; the liaison where nobody is named."""
    lines = []
    for project in projects:
        people = project.people(Part.HELPER, turn.ledger.today)
        if people:
            lines.append(f"《{project.name}》帮办专人：" + "、".join(_contact(person) for person in people))
            continue
        liaisons = project.people(Part.LIAISON, turn.ledger.today)
        named = f"；可先找联络员{_contact(liaisons[0])}" if liaisons else ""
        lines.append(f"《{project.name}》还没定帮办专人{named}")
    turn.answer(Plain("\n".join(five(lines, "个", "请带上项目全名问"))))


def _contact(person: Person) -> str:
    return f"{person.name}（{person.unit.shown}）{person.mobile}".rstrip()


@router.command(lambda turn: not _WHO_RUNS.search(turn.reading.text) and _HELPER.search(turn.reading.text))
def name_helper(turn: Turn, found: re.Match[str]) -> None:
    """Name who runs a project's errands."""
    project = meant_project(turn)
    if project is None:
        return
    words = found["who"] or found["who2"]
    known = next(
        (name for name in sorted(known_names(turn.ledger), key=len, reverse=True) if words.startswith(name)), words
    )
    helper = find_person(turn.ledger, known)
    investment.name_helper(turn.ledger, project, helper, turn.person)
    turn.answer(Plain(f"《{project.name}》帮办专人已定{helper.name}（{helper.unit.shown}）。"))
    if helper.id != turn.person.id:
        told = Plain(f"请您担任《{project.name}》帮办专人，帮企业跑手续；可发「{project.code}手续办到哪了」看清单。")
        turn.ledger.say(told, to=helper, key=f"helper:{project.id}:{helper.id}:{turn.ledger.today}")


# --- asking -------------------------------------------------------------------------------------------------


@router.command(lambda turn: _SHARES.search(turn.reading.text), help="招商落地考核", example="招商落地考核")
def shares(turn: Turn, found: re.Match[str]) -> None:
    """What each unit brought: only what has landed counts (ZZ-30)."""
    everything = sees_all(turn.ledger, turn.person) or may(turn.ledger, turn.person, Deed.MOVE_LEAD)
    own = turn.person.unit.shown
    rows = [row for row in investment.shares(turn.ledger) if everything or row.unit == own]
    lines = [f"{row.unit}：线索{row.brought}条，落地计入{row.landed}个" for row in rows]
    turn.answer(Answer("招商线索（落地后才计入考核）：" if lines else "还没有登记线索。", five(lines)))


@router.command(lambda turn: _LIST.search(turn.reading.text), help="招商情况", example="招商情况")
def list_leads(turn: Turn, found: re.Match[str]) -> None:
    """The leads by stage, those the asker may see."""
    shown = [lead for lead in investment.leads(turn.ledger) if _sees(turn, lead)]
    by_stage: dict[str, list[Lead]] = {name: [] for name in investment.stages(turn.ledger)}
    for lead in shown:
        by_stage.setdefault(lead.stage, []).append(lead)
    lines = [
        f"{stage}{len(own)}个" + ("：" + some([lead.shown for lead in own], 4) if own else "")
        for stage, own in by_stage.items()
    ]
    turn.answer(
        Answer(f"招商线索{len(shown)}条：" if shown else "没有您能看的招商线索。", five(lines) if shown else [])
    )


@router.command(lambda turn: re.search(_REF, turn.reading.text) and _with_lead(turn, _ASKS, asks=True))
def lead_status(turn: Turn, given: tuple[Lead, re.Match[str]]) -> None:
    """How a lead stands: stage, how long in each, review, who has it now, the papers."""
    turn.answer(Answer(lead_heading(given[0]), five(lead_lines(turn.ledger, given[0]))))


def lead_heading(lead: Lead) -> str:
    """Return a lead's number, name and stage."""
    return f"{lead.shown}在「{lead.stage}」，{lead.brought_by}提供"


def lead_lines(ledger: Ledger, lead: Lead) -> list[str]:
    """Return how a lead stands."""
    spent = [f"{stage}{days}天" for stage, days in investment.dwell(lead, ledger.today).items()]
    lines = packed([f"各阶段用时：{'、'.join(spent)}"])
    row = handover.current(ledger, lead)
    if row is None:
        lines.append(f"{lead.unit.shown}跟进")
    else:
        lines.append(_handed(row))
    lacking = investment.missing_dimensions(ledger, lead)
    if lead.passed is not None:
        lines.append(f"评估{'通过' if lead.passed else '不通过'}{'：' + lead.conclusion if lead.conclusion else ''}")
    elif lacking and lead.opinions:
        lines.append(f"评估还差{'、'.join(lacking)}")
    return lines


def _handed(row: Handover) -> str:
    """Say who has a project now and which paper is missing."""
    where = f"移交{row.receiver.shown}未签收，仍在{row.giver.shown}"
    if row.signed:
        where = f"{row.receiver.shown}{dated(row.signed)}签收"
    papers = f"缺{'、'.join(row.missing)}（{dated(row.due)}前）" if row.missing else "时间表、任务书已齐"
    return f"{where}，{papers}"
