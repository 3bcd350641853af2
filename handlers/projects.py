"""The ledger of projects by chat: 批 and gate, 归类, 年度清单, 日期, 五清, 四比四看 (JZ-02, JZ-06, ZZ-01 to ZZ-05)."""

from __future__ import annotations

import re
from datetime import date

from handlers.choosing import day_past, meant_project
from handlers.routing import Router, Turn
from handlers.wording import dated, five, packed, some
from models import gate, tags
from models import question as questions
from models.actors import Scope
from models.deeds import Deed, may, require
from models.delay_rows import has_started
from models.directory import find_project
from models.errors import Refusal
from models.five_clear import five_clear
from models.ledger import Ledger
from models.notices import Answer, Asked, Plain
from models.overview import DATES, four_views, set_date
from models.project import ItemKind, Project
from models.question import Question
from models.rights import sees_all
from models.tags import TagList

router = Router(topic="项目")
_BATCH = r"(?P<to>谋划|包装|储备|实施)"
_COUNTS = re.compile(
    r"(?:四批|批次)[^，。]{0,8}(?:多少|几个|数量|各有|情况|统计|分布)"
    r"|^[^，。]{0,6}(?:谋划|包装|储备|实施)(?:的|一批|项目|中)*(?:有|共)?(?:多少|几个|数量)[^，。]{0,4}[?？]*$"
    r"|(?:多少|几个)[^，。]{0,4}(?:谋划|包装|储备|实施)(?:的|项目|一批)*[?？]*$"
)
_LACKS = re.compile(
    r"(?:差|缺|少|还要)(?:啥|什么|哪些?|哪几[项样个])[^，。]{0,8}(?:储备|入储)|(?:进|入|转)(?:到)?储备[^，。]{0,6}(?:差|缺|条件)|储备条件[?？]?$"
)
_MOVE = re.compile(
    rf"(?P<verb>转到?|转入|调到|列入|移到|退回到?|退到)[「“]?{_BATCH}(?:一?批|库|项目)?[」”]?"
    r"(?P<rest>[。！!]?|[，,。：:\s]*(?:因|原因|由于).*)$",
    re.S,
)
_MET = re.compile(
    r"储备条件[:：，,\s]*(?P<name>[\u4e00-\u9fff、]{2,20}?)(?:已|都)?(?:完成|具备|通过|办结|取得|有)了?(?P<rest>.*)$",
    re.S,
)
_THERE = re.compile(
    r"^[的，, ]*(?P<what>[\u4e00-\u9fff]{2,12}?)(?:报告|批复|手续)?(?:已经|已|都)?"
    r"(?:具备|完成|通过|办结|办好|办下来|批下来|批复|取得|拿到|有)了?[。！!]*$"
)
_TAG = re.compile(
    r"(?:加|打|贴)(?:上)?(?:标签|分类)[:：，,\s]*(?P<names>.+)$|归(?:到|入|为)(?P<names2>[^，。]+?)(?:类|板块)[。]?$",
    re.S,
)
_UNTAG = re.compile(r"(?:去掉|取消|删掉?)(?:标签|分类)[:：，,\s]*(?P<name>.+)$")
_KIND = re.compile(r"(?:改成|改为|作为|按)(?P<kind>事项|工作|项目)(?:来)?(?:管理|调度|登记|管)[。]?$")
_STATS = re.compile(
    r"按(?P<what>板块|领域|重点领域|范围|调度范围|类型|类)(?:别)?(?:统计|汇总|分|看|有多少)|(?P<what2>板块|调度范围|重点领域)(?:统计|汇总|分布|情况)"
)
_DATE_TOLD = re.compile(
    r"(?:登记|记|实际)?(?P<what>落地|开工|竣工|达效|投产)(?:日期|时间)?[：:是为于]"
    r"|正式(?P<what2>落地|开工|竣工|达效|投产)了?[。！!]?$|(?:已经?|今天|昨天)(?P<what3>达效|落地)了[。！!]?$"
)
_BRIEFLY = 30  # characters; a longer text reports more than a date and is filed
_FIVE = re.compile(r"五清")
_FOUR = re.compile(r"四比四看")
_YEAR = re.compile(r"(?P<year>20\d\d|今|去|明)年的?(?:重点)?项目(?:清单|名单|有哪些|有几个|有多少|一共)")
_ENLIST = re.compile(r"列入(?P<year>20\d\d|今|明)年(?:度)?(?:重点项目)?(?:清单|名单|计划|项目)")
_QUESTION = re.compile(r"[?？]|吗$|了没$|没有$|啥时候|什么时候|谁")


# --- 批 and gate --------------------------------------------------------------------------------------------


@router.command(
    lambda turn: not turn.reading.named and _COUNTS.search(turn.reading.text), help="四批数量", example="四批各有多少"
)
def batch_counts(turn: Turn, found: re.Match[str]) -> None:
    """The four 批 with their total, for those who oversee the county; others see their own."""
    codes = gate.counts(turn.ledger)
    own = None if sees_all(turn.ledger, turn.person) else {project.code for project in turn.reading.own}
    shown = {name: [code for code in listed if own is None or code in own] for name, listed in codes.items()}
    lines = [f"{name}{len(listed)}个{'：' + some(listed) if listed else ''}" for name, listed in shown.items()]
    total = sum(len(listed) for listed in shown.values())
    kinds = {name: len(listed) for name, listed in tags.tally_kinds(turn.ledger).rows.items()} if own is None else {}
    others = "、".join(
        f"{name}{number}件" for name, number in kinds.items() if name != ItemKind.PROJECT.value and number
    )
    turn.answer(Answer(f"在库项目{total}个{'（另有' + others + '）' if others else ''}：", lines))


@router.command(
    lambda turn: (_LACKS.search(turn.reading.text) and turn.reading.visible) or None,
    help="离储备差什么",
    example="恒瑞还差什么才能进储备",
)
def gate_lacks(turn: Turn, projects: list[Project]) -> None:
    """What a project misses before 储备."""
    project, rows = projects[0], gate.gate_of(turn.ledger, projects[0])
    if not rows:
        turn.answer(Plain("本县制度没有规定储备条件，可以直接转。"))
        return
    lacking = [name for name, item in rows.items() if item is None]
    lines = [
        f"{name}：{dated(item.met) + ' ' + item.evidence if item else '还没有'}".strip() for name, item in rows.items()
    ]
    heading = f"还差{len(lacking)}项：{'、'.join(lacking)}" if lacking else "储备条件都具备了"
    turn.answer(Answer(f"《{project.name}》现在「{gate.batch_of(turn.ledger, project)}」，{heading}。", five(lines)))


@router.command(lambda turn: not _QUESTION.search(turn.reading.text) and _MET.search(turn.reading.text))
def gate_met(turn: Turn, found: re.Match[str]) -> None:
    """The office notes conditions as met."""
    project = meant_project(turn)
    if project is None:
        return
    names = [gate.find_condition(turn.ledger, word) for word in found["name"].split("、")]
    known = [name for name in names if name]
    if not known or len(known) != len(names):
        raise Refusal(f"储备条件有：{'、'.join(gate.gate_names(turn.ledger)) or '本县没有规定'}，请写其中的名称。")
    on = day_past(turn, turn.reading.text) or turn.ledger.today
    for name in known:
        gate.meet(turn.ledger, project, name, on=on, evidence=found["rest"].strip(" ，,。：:"), by=turn.person)
    turn.answer(Plain(_now_lacks(turn.ledger, project, "、".join(known))))


def _told_in_passing(turn: Turn) -> tuple[Project, str] | None:
    """Return the one project named and the condition before 储备 that is said to be there: 恒瑞可研具备了."""
    text = turn.reading.text
    if len(text) > _BRIEFLY or _QUESTION.search(text) or len(turn.reading.named) != 1:
        return None
    project = turn.reading.named[0]
    for match in turn.reading.decision.matches:
        text = text.replace(match.span.words, "", 1)
    found = _THERE.match(text)
    name = gate.find_condition(turn.ledger, found["what"]) if found else None
    ahead = project in turn.reading.visible and not has_started(project)
    return (project, name) if name and ahead else None


@router.command(_told_in_passing)
def condition_told(turn: Turn, told: tuple[Project, str]) -> None:
    """The office notes it; what anybody else tells is kept and put before the office to verify."""
    project, name = told
    ledger = turn.ledger
    on = day_past(turn, turn.reading.text) or ledger.today
    if may(ledger, turn.person, Deed.MOVE_PROJECT):
        gate.meet(ledger, project, name, on=on, evidence="", by=turn.person)
        turn.answer(Plain(_now_lacks(ledger, project, name)))
        return
    gate.tell(ledger, project, name, on=on, text=turn.inbound.text, by=turn.person)
    who = f"{turn.person.unit.shown}{turn.person.name}"
    words = f"{who}报《{project.name}》储备条件「{name}」{dated(on)}已具备，核实了请点「已核实」。"
    at = gate.gate_names(ledger).index(name)
    buttons = [(f"gatemet-{project.id}-{at}-{on:%Y-%m-%d}", "已核实")]
    ledger.say_to_office(Asked(words, buttons), key=f"gate:{project.id}:{at}:{turn.number}")
    turn.answer(Plain(f"《{project.name}》{name}已记为您报的，{ledger.mechanism.office_name}核实后算储备条件。"))


@router.press("gatemet", "已核实")
def press_met(turn: Turn, rest: str) -> None:
    """The office has verified what a unit told."""
    number, at, day = rest.split("-", 2)
    project, name = turn.ledger.session.get_one(Project, int(number)), gate.gate_names(turn.ledger)[int(at)]
    gate.meet(turn.ledger, project, name, on=date.fromisoformat(day), evidence="", by=turn.person)
    turn.answer(Plain(_now_lacks(turn.ledger, project, name)))


def _now_lacks(ledger: Ledger, project: Project, names: str) -> str:
    lacking = gate.missing_for_gate(ledger, project)
    more = f"还差{'、'.join(lacking)}。" if lacking else "储备条件齐了，可以转储备。"
    return f"《{project.name}》{names}已记。{more}"


@router.command(
    lambda turn: not _QUESTION.search(turn.reading.text) and _MOVE.search(turn.reading.text),
    help="转批次",
    example="恒瑞转储备",
)
def move_batch(turn: Turn, found: re.Match[str]) -> None:
    """Move a project to another 批."""
    project = meant_project(turn)
    if project is None:
        return
    before = gate.batch_of(turn.ledger, project)
    reason = re.sub(r"^[\s，,。：:]*(?:因为?|原因[:：]?|由于)?", "", found["rest"]).strip(" 。")
    gate.move(turn.ledger, project, found["to"], by=turn.person, reason=reason)
    turn.answer(Plain(f"《{project.name}》已由「{before}」转为「{found['to']}」。"))


# --- sorting ------------------------------------------------------------------------------------------------


@router.command(lambda turn: _UNTAG.search(turn.reading.text))
def take_tag_off(turn: Turn, found: re.Match[str]) -> None:
    """Take a scope, focus or board off."""
    project = meant_project(turn)
    if project is not None:
        name = tags.untag(turn.ledger, project, found["name"].strip(" 。"), by=turn.person)
        turn.answer(Plain(f"《{project.name}》已取消分类：{name}。"))


@router.command(
    lambda turn: not _QUESTION.search(turn.reading.text) and _TAG.search(turn.reading.text),
    help="给项目归类",
    example="给213加标签 基础设施重大项目",
)
def tag_project(turn: Turn, found: re.Match[str]) -> None:
    """Sort an item: scopes, focuses, a board."""
    project = meant_project(turn)
    if project is None:
        return
    words = [word for word in re.split(r"[、,，\s]+", (found["names"] or found["names2"]).strip(" 。")) if word]
    given = tags.tag(turn.ledger, project, words, by=turn.person)
    told = "、".join(tags.tags_of(turn.ledger, project))
    turn.answer(Plain(f"《{project.name}》{'归类已记' if given else '原来就是这样'}：{told}。"))


@router.command(
    lambda turn: _KIND.search(turn.reading.text) and bool(turn.reading.named) and _KIND.search(turn.reading.text)
)
def change_kind(turn: Turn, found: re.Match[str]) -> None:
    """Say whether an item is a project, a matter or a piece of work."""
    project = meant_project(turn)
    if project is not None:
        tags.set_kind(turn.ledger, project, ItemKind(found["kind"]), by=turn.person)
        turn.answer(Plain(f"《{project.name}》已按{found['kind']}管理，督办、月报照常。"))


@router.command(lambda turn: _STATS.search(turn.reading.text), help="分类统计", example="按板块统计")
def statistics(turn: Turn, found: re.Match[str]) -> None:
    """Count by board, scope, focus or sort; the total counts each item once."""
    if not sees_all(turn.ledger, turn.person):
        require(turn.ledger, turn.person, Deed.TAG_PROJECT)
    what = found["what"] or found["what2"]
    which = {"板块": TagList.BOARD, "领域": TagList.FOCUS, "重点领域": TagList.FOCUS}.get(what, TagList.SCOPE)
    told = tags.tally_kinds(turn.ledger) if what == "类型" else tags.tally(turn.ledger, which)
    items = [f"{name}{len(codes)}" for name, codes in told.rows.items() if codes]
    if told.without:
        items.append(f"未归类{len(told.without)}")
    lines = packed(items, "、", 44)
    if told.without:
        lines.append(f"还没有归类的可发「给{told.without[0]}加标签 {next(iter(told.rows), told.title)}」")
    turn.answer(Answer(f"按{told.title}统计，共{told.total}个（一个项目归多类的只计一次）：", five(lines)))


@router.command(lambda turn: _ENLIST.search(turn.reading.text))
def enlist(turn: Turn, found: re.Match[str]) -> None:
    """Put a project into a year's list."""
    project = meant_project(turn)
    if project is not None:
        year = _year(turn, found["year"])
        tags.enlist(turn.ledger, project, year, by=turn.person)
        turn.answer(Plain(f"《{project.name}》已列入{year}年重点项目清单，往年清单不变。"))


@router.command(lambda turn: _YEAR.search(turn.reading.text), help="年度清单", example="2026年项目清单")
def year_list(turn: Turn, found: re.Match[str]) -> None:
    """A year's list: all for those who oversee the county, one's own for others."""
    year = _year(turn, found["year"])
    own = None if sees_all(turn.ledger, turn.person) else {project.id for project in turn.reading.own}
    listed = [project for project in tags.year_list(turn.ledger, year) if own is None or project.id in own]
    lines = packed([f"{project.code}《{project.name}》" for project in listed], "、")
    turn.answer(Answer(f"{year}年清单{len(listed)}个：" if listed else f"{year}年没有项目。", five(lines)))


def _year(turn: Turn, words: str) -> int:
    today = turn.ledger.today.year
    return {"今": today, "去": today - 1, "明": today + 1}.get(words) or int(words)


# --- dates, 五清, 四比四看 ------------------------------------------------------------------------------------


def _tells_date(turn: Turn) -> re.Match[str] | None:
    text = turn.reading.text
    if len(text) > _BRIEFLY or _QUESTION.search(text) or not turn.reading.named:
        return None
    if re.search(r"计划|节点|推迟|提前|预计|争取|没|未", text):
        return None
    return _DATE_TOLD.search(text)


@router.command(_tells_date, help="登记落地、开工、达效", example="恒瑞开工日期：9月16日")
def tell_date(turn: Turn, found: re.Match[str]) -> None:
    """落地, 开工, 竣工 or 达效: written once the sender has confirmed the day."""
    project = meant_project(turn)
    if project is None:
        return
    require(turn.ledger, turn.person, Deed.SET_DATES, Scope(project=project))
    what = next(filter(None, (found["what"], found["what2"], found["what3"])))
    what = {"投产": "达效"}.get(what, what)
    day = day_past(turn, turn.reading.text) or turn.ledger.today
    facts = {"project": project.code, "what": what, "day": day.isoformat()}
    question = questions.ask(turn.ledger, turn.person, "date", facts, [("yes", "记上"), ("no", "先不记")])
    turn.answer(
        Asked(f"《{project.name}》{what}日期记为{dated(day)}，对吗？", question.buttons), duty=f"question:{question.id}"
    )


@router.answered("date")
def write_date(turn: Turn, question: Question, value: str) -> None:
    """The day was confirmed, or not."""
    if value != "yes":
        turn.answer(Plain("好的，没有记；请带日期再说一遍，例如「恒瑞开工日期：9月16日」。"))
        return
    project = find_project(turn.ledger, str(question.facts["project"]))
    what, day = str(question.facts["what"]), date.fromisoformat(question.facts["day"])
    set_date(turn.ledger, project, what, day, turn.person)
    left = [name for name, field in DATES.items() if getattr(project, field) is None]
    turn.answer(
        Plain(f"《{project.name}》{what}{dated(day)}已记。{'还没登记：' + '、'.join(left) + '。' if left else ''}")
    )


@router.command(
    lambda turn: (_FIVE.search(turn.reading.text) and (turn.reading.visible or turn.reading.own)) or None,
    help="五清差啥",
    example="二院五清差啥",
)
def five_clear_of(turn: Turn, projects: list[Project]) -> None:
    """What is missing for 五清: one project in full, several in a line each."""
    if len(projects) == 1:
        shown = five_clear(turn.ledger, projects[0])
        lacking = sum(bool(one.missing) for one in shown)
        lines = [f"{one.name}：{'差' + '、'.join(one.missing) if one.missing else '清'}" for one in shown]
        turn.answer(Answer(f"《{projects[0].name}》五清{'还差' + str(lacking) + '项' if lacking else '都清'}：", lines))
        return
    lines = []
    for project in projects:
        lacks = [one.name for one in five_clear(turn.ledger, project) if one.missing]
        lines.append(f"《{project.name}》{'差' + '、'.join(lacks) if lacks else '五清'}")
    turn.answer(Answer("五清情况：", five(lines)))


@router.command(lambda turn: _FOUR.search(turn.reading.text), help="四比四看", example="四比四看")
def four(turn: Turn, found: re.Match[str]) -> None:
    """The four comparisons: of the county for those who oversee it, of one's own projects for others."""
    everything = sees_all(turn.ledger, turn.person)
    shown = four_views(turn.ledger, None if everything else turn.reading.own)
    turn.answer(Answer("四比四看：", [f"{view.name}：{view.seen}" for view in shown]))
