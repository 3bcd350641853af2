"""Factor needs by chat (要素需求): who lacks what, who supplies it, that it is there (JZ-16, DC-26)."""

from __future__ import annotations

import re

from handlers.following import amount_in, tell_department
from handlers.naming import deadline_in
from handlers.permits import note_funds, tells_funds
from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from handlers.wording import dated, five
from models import need as needs
from models import question as questions
from models.actors import Scope, holders
from models.deeds import Deed, may
from models.directory import unit_in
from models.ledger import Ledger
from models.mechanism import Actor
from models.need import Need
from models.notices import Answer, Plain, Result
from models.people import Person, Unit
from models.project import Project
from models.question import Question
from models.rights import may_see, sees_all

router = Router(topic="要素")
_FACTOR_WORDS = (
    "土地|建设用地|用地|地|资金|钱|贷款|专项债|政府债|企业债|人手|工人|用工|人|工"
    "|环保容量|环评指标|环境容量|能耗|电|水|气|要素"
)
_LACKS = re.compile(
    rf"(?:哪些|几个|谁|什么)[^，。]{{0,6}}[缺差欠](?P<what>{_FACTOR_WORDS})"
    rf"|^[缺差欠](?P<what2>{_FACTOR_WORDS})的?(?:项目|企业|有哪些|都有谁|单位)"
)
_GAP = re.compile(r"要素(?:缺口|需求|保障情况)|(?:土地|用地|资金|用工)缺口|还缺多少(?:地|亩)")
_OURS = re.compile(
    r"(?:要|等|该)(?:我们|俺们|我)(?:局|单位|委|公司)?(?:保障|落实|解决)的|我们(?:局|单位|委|公司)?的?要素需求"
)
_MET = re.compile(r"(?:已经?|都|全)?(?:落实|批下来|到位|保障|解决)了?[。!！]*$|已(?:落实|到位|批)")
_NOT = re.compile(r"没|未|不|[?？]|吗|等|尽快|抓紧")
# 说错了 不是住建局的事 该供电公司办
_NOT_THEIRS = re.compile(
    r"不(?:是|归|该|找)(?P<old>[^，。；\s]{2,10}?)(?:的?事儿?|的活儿?|管|办)?[，,；\s]+"
    r"(?:应该?|该|是|归|找|得|由)+(?P<new>[^，。；\s]{2,12}?)(?:的?事儿?|的活儿?|来)?(?:办|管|解决|负责|落实)?(?:的|才对|吧)*[。!！]*$"
)
_MONEY = ("债", "融资", "资金", "投资", "银政企")
_FEW = 48
_CHANGES_A_DAY = re.compile(r"(?:期限|时限|限期)[^，。]{0,6}(?:改[成到为]|错)")  # of the problem that was told


def _asks_lacking(turn: Turn) -> str | None:
    found = _LACKS.search(turn.reading.text)
    if found:
        return found["what"] or found["what2"]
    return "要素" if _GAP.search(turn.reading.text) and not turn.reading.named else None


@router.command(_asks_lacking, help="缺要素的项目", example="缺地的项目")
def who_lacks(turn: Turn, what: str) -> None:
    """Which projects lack a factor and how much together; every factor's gap where none is named."""
    ledger = turn.ledger
    if what == "要素":
        text = turn.reading.text
        what = next((word for word in ("土地", "用地", "资金", "用工") if word in text), "")
    factors = _factors(ledger, what)
    found = [need for need in needs.open_needs(ledger, factors=factors) if _may_read(turn, need)]
    if not found:
        turn.answer(Answer(f"没有登记缺{what or '要素'}的项目。", []))
        return
    if not what:
        turn.answer(Answer("要素缺口：", five(gap_lines(found))))
        return
    total = needs.total(found)
    names = len({need.project_id for need in found})
    turn.answer(
        Answer(f"缺{what}的项目{names}个{f'，合计{total}' if total else ''}：", five([_line(need) for need in found]))
    )


@router.command(
    lambda turn: bool(_OURS.search(turn.reading.text)), help="要我单位保障的要素", example="要我们局落实的要素"
)
def ours_to_supply(turn: Turn) -> None:
    """What was routed to the asker's unit."""
    found = needs.open_needs(turn.ledger, department=turn.person.unit)
    heading = f"要{turn.person.unit.shown}落实的{len(found)}项：" if found else "没有转到您单位的要素需求。"
    turn.answer(Answer(heading, five([_line(need) for need in found])))


def _of_project(turn: Turn) -> list[Project] | None:
    asks = re.search(r"要素(?:需求|保障|缺口|情况)|缺(?:哪些|什么|啥)要素", turn.reading.text)
    return (asks and not turn.reading.is_report and turn.reading.visible) or None


@router.command(_of_project)
def needs_of_project(turn: Turn, projects: list[Project]) -> None:
    """What one project lacks and who supplies it: the enterprise reads it too."""
    found = needs.open_needs(turn.ledger, project=projects[0])
    heading = (
        f"《{projects[0].name}》要素需求{len(found)}项：" if found else f"《{projects[0].name}》没有未落实的要素需求。"
    )
    turn.answer(Answer(heading, five([_line(need, named=False) for need in found])))


# --- who supplies it, by when -----------------------------------------------------------------------------


def _fills(turn: Turn) -> Question | None:
    """Return the question about a need that these words answer: a unit, a date, or both, and nothing else."""
    text = turn.reading.text
    if len(text) > _FEW or turn.reading.intents & {Intent.TOPIC, Intent.UNDO} or turn.reading.named:
        return None
    asked = next((q for q in questions.open_questions(turn.ledger, turn.person) if q.subject == "need"), None)
    if asked is None or _CHANGES_A_DAY.search(text):
        return None
    return asked if unit_in(turn.ledger, text) or deadline_in(turn.ledger, turn.reading.text) else None


@router.command(_fills)
def fill_need(turn: Turn, question: Question) -> None:
    """Take the department and the date we asked for."""
    need = needs.find_need(turn.ledger, str(question.facts["need"]))
    read = deadline_in(turn.ledger, turn.reading.text)
    needs.route_need(turn.ledger, need, unit_in(turn.ledger, turn.reading.text), read, turn.person)
    _routed(turn, question, need)


def _not_theirs(turn: Turn) -> tuple[Need, Unit] | None:
    """Return the need the sender told of last and the unit that is to supply it instead of the one it was put to."""
    found = _NOT_THEIRS.search(turn.reading.text)
    if found is None:
        return None
    old, new = unit_in(turn.ledger, found["old"]), unit_in(turn.ledger, found["new"])
    mine = [one for one in needs.open_needs(turn.ledger) if one.raised_by == turn.person.id]
    mine = [one for one in mine if old is not None and one.department_id == old.id]
    return (max(mine, key=lambda one: one.id), new) if mine and new is not None and new is not old else None


@router.command(_not_theirs)
def put_to_another(turn: Turn, given: tuple[Need, Unit]) -> None:
    """The department was wrong: the right one has it now."""
    need, unit = given
    needs.route_need(turn.ledger, need, unit, None, turn.person)
    tell_department(turn.ledger, need)
    when = f"，{dated(need.due)}前" if need.due else "，没写期限"
    turn.answer(Plain(f"《{need.project.name}》{need.size}（{need.handle}）改由{unit.shown}解决{when}。"))


@router.answered("need")
def take_usual(turn: Turn, question: Question, value: str) -> None:
    """The usual department it is."""
    need = needs.find_need(turn.ledger, str(question.facts["need"]))
    unit = next((one for one in [need.department] if one and value == f"unit:{one.id}"), None)
    needs.route_need(turn.ledger, need, unit, None, turn.person)
    _routed(turn, question, need)


def _routed(turn: Turn, question: Question, need: Need) -> None:
    if need.department is None:
        turn.answer(Plain(f"《{need.project.name}》{need.size}记下了。需要哪家解决？直接回单位名。"))
        return
    questions.settle(turn.ledger, question, need.handle)
    tell_department(turn.ledger, need)
    when = f"，{dated(need.due)}前" if need.due else "，没写期限"
    turn.answer(Plain(f"《{need.project.name}》{need.size}（{need.handle}）已转{need.department.shown}{when}。"))


# --- met --------------------------------------------------------------------------------------------------


def _says_met(turn: Turn) -> Need | None:
    text = turn.reading.text
    if not _MET.search(text) or _NOT.search(text):
        return None
    handle = re.search(r"XQ-?(\d+)", text, re.IGNORECASE)
    if handle:
        need = needs.find_need(turn.ledger, handle[1])
        return need if may_see(turn.ledger, turn.person, need.project) or _supplies(turn, need) else None
    if len(turn.reading.named) != 1:
        return None
    held = needs.open_needs(turn.ledger, project=turn.reading.named[0])
    factors = _factors(turn.ledger, "资金") if tells_funds(turn) else [needs.factor_of(turn.ledger.mechanism, text)]
    fitting = [need for need in held if need.factor in factors] or _of_measure(held, amount_in(text)[1])
    return fitting[0] if len(fitting) == 1 and _supplies(turn, fitting[0]) else None


@router.command(_says_met, help="要素已落实", example="恒瑞30亩已落实")
def need_met(turn: Turn, need: Need) -> None:
    """The department says that the factor is there; the unit that asked is told. Money that is there is ready."""
    ledger = turn.ledger
    needs.supply(ledger, need, turn.person, turn.inbound.text)
    told = holders(ledger, Actor.RESPONSIBLE_UNIT, Scope(project=need.project))
    raised = ledger.session.get(Person, need.raised_by) if need.raised_by else None
    for person in {one.id: one for one in [*told, *([raised] if raised else [])]}.values():
        if person.id != turn.person.id:
            words = Result(f"《{need.project.name}》{need.size}已落实（{turn.person.unit.shown}）；没到位请直接回话。")
            ledger.say(words, to=person, key=f"need:{need.id}:met:{person.id}")
    funds = tells_funds(turn) and may(ledger, turn.person, Deed.SET_DATES, Scope(project=need.project))
    if funds:
        note_funds(turn, need.project)
    ready = "；资金就绪也记了" if funds else ""
    turn.answer(Plain(f"《{need.project.name}》{need.size}已记落实，已告诉责任单位{ready}。"))


def _measure(turn: Turn) -> tuple[Need, str] | None:
    names = [name for name in needs.measures(turn.ledger.mechanism) if name in turn.reading.text]
    if not names or len(turn.reading.named) != 1:
        return None
    held = [need for need in needs.open_needs(turn.ledger, project=turn.reading.named[0]) if _supplies(turn, need)]
    factor = needs.factor_of(turn.ledger.mechanism, turn.reading.text)
    fitting = [need for need in held if need.factor == factor] or held
    return (fitting[0], names[0]) if fitting else None


@router.command(_measure)
def use_measure(turn: Turn, given: tuple[Need, str]) -> None:
    """Note which service measure is used (容缺办理, 并联审批)."""
    need, measure = given
    needs.offer_measure(turn.ledger, need, measure, turn.person)
    turn.answer(Plain(f"《{need.project.name}》{need.size}已记：{measure}。"))


# --- lines ------------------------------------------------------------------------------------------------


def gap_lines(found: list[Need]) -> list[str]:
    """Return one line a factor: how many projects, how much together."""
    by_factor: dict[str, list[Need]] = {}
    for need in found:
        by_factor.setdefault(need.factor, []).append(need)
    lines = []
    for factor, held in by_factor.items():
        total = needs.total(held)
        lines.append(f"{factor}：{len({need.project_id for need in held})}个项目" + (f"，合计{total}" if total else ""))
    return lines


def _line(need: Need, *, named: bool = True) -> str:
    who = f"，{need.department.shown}" if need.department else "，未定由谁解决"
    when = f"{dated(need.due)}前" if need.due else "未定期限"
    measure = f"，{need.measure}" if need.measure else ""
    return f"{need.project.name if named else need.handle}：{need.size}{who}{when}{measure}"


def _factors(ledger: Ledger, what: str) -> list[str]:
    names = needs.factor_names(ledger.mechanism)
    if not what:
        return []
    if what in ("资金", "钱", "贷款"):
        return [name for name in names if any(word in name for word in _MONEY)]
    if what in ("人", "工", "工人", "人手", "用工"):
        return [name for name in names if "用工" in name]
    if what in ("电", "水", "气"):
        return [name for name in names if what in name]
    factor = needs.factor_of(ledger.mechanism, f"缺{what}") or needs.factor_of(ledger.mechanism, what)
    return [factor] if factor else ["—"]


def _of_measure(held: list[Need], unit: str) -> list[Need]:
    return [need for need in held if unit and need.measure_unit == unit]


def _supplies(turn: Turn, need: Need) -> bool:
    scope = Scope(unit=need.department) if need.department else Scope()
    return may(turn.ledger, turn.person, Deed.SUPPLY_FACTOR, scope)


def _may_read(turn: Turn, need: Need) -> bool:
    if sees_all(turn.ledger, turn.person) or need.department_id == turn.person.unit_id:
        return True
    return may_see(turn.ledger, turn.person, need.project)
