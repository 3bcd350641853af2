"""Nodes by chat: done, added, moved, counted back from the finish, ahead (DC-03, DC-08, JZ-18)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from handlers.choosing import day_due, day_past, meant_project
from handlers.routing import Router, Turn
from handlers.understanding.dates import read_dates
from handlers.wording import dated, five, packed
from models import nodes
from models import question as questions
from models.actors import Scope
from models.backward_plan import BackwardPlan, explain, plan_back, write_plan
from models.deeds import Deed, may
from models.directory import find_project, unit_mentions
from models.errors import Refusal
from models.mechanism import Step
from models.notices import Answer, Asked, Plain
from models.periods import shown
from models.project import Node, Project
from models.question import Question
from models.rights import own_projects, sees_all
from models.visit import gather, held_materials

router = Router(topic="节点")
_ASKS = re.compile(r"[?？]|吗$|没有$|了没$|哪些|几个|啥|什么|咋|怎么|情况|清单|一览|有没有")
_DONE = re.compile(r"(?:完成|办结|达到|实现|干完|做完|到位)了?")
_NODE_DONE = re.compile(rf"节点[^，。]{{0,4}}{_DONE.pattern}|(?:完成|实现|达到)了?[^，。]{{0,14}}节点")
_IN_PART = re.compile(r"[%\uff05]|百分之|[一二三四五六七八九两]成|一半|过半|大半|部分|基本")
_NOT_DONE = re.compile(r"(?:没有?|未|尚未|不能|还没)[^，。]{0,4}(?:完成|办结|达到|实现)|撤销|改回")
_TAKES_BACK = re.compile(r"撤销|改回|报错|有误")
_BRIEFLY = 18  # characters; a longer text that ends in 节点 or 目标 tells something
_TO_COME = re.compile(r"前完成|底完成|争取|预计|计划|确保|要完成|将完成|能完成|申请|延期")
_ADD = re.compile(r"(?:加|新增|增加|设置?|排)(?:一?个)?节点[:：，,\s]*(?P<rest>.+)$", re.S)
_MOVE = re.compile(
    r"节点(?:时间|日期)?[^，。]{0,4}?(?:改到|调到|推迟到|提前到|改为|调整到|延到|挪到)(?P<rest>.+)$", re.S
)
_BACK = re.compile(r"倒排(?:工期|计划|节点)?|往回(?:推|排)")
_STEP = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,12}?)(?P<days>\d{1,3})个?(?:工作日|天)")
_AHEAD = re.compile(
    r"(?:未来|今后|接下来|最近|近期|往后)(?P<days>\d{1,2}|一个?月|半个?月|[一两]周)?天?[^，。]{0,4}(?:关键)?节点|节点(?:前瞻|预告)"
)
_SPANS = {"一个月": 30, "一月": 30, "月": 30, "半个月": 15, "半月": 15, "一周": 7, "周": 7, "两周": 14}
_WITHOUT = re.compile(
    r"(?:哪些?|哪几个|什么|有没有|谁)[^，。]{0,8}(?:没有?|未|还没)[^，。]{0,4}节点"
    r"|(?:没有?|未)(?:排|设|定|编)?节点的?(?:项目|有)"
)
_CLASH = re.compile(r"节点[^，。]{0,6}(?:冲突|打架|对不上|不合理|矛盾)")
_LIST = re.compile(r"节点(?:都)?(?:有哪些|情况|清单|一览|计划|进展|咋样|怎么样)?[?？。]*$")
_GOAL = re.compile(r"(?P<year>20\d\d)?年?(?:的)?年度目标[:：是为\s]+(?P<goal>.+)$", re.S)
_STAGE = re.compile(r"阶段目标[:：是为\s]+(?P<goal>.+)$", re.S)
_GOALS = re.compile(r"(?:年度|阶段|今年)?(?:的)?目标(?:和节点)?(?:是?(?:啥|什么|多少)|有哪些|情况)?[?？。]*$")


# --- reading ------------------------------------------------------------------------------------------------


def _asks_briefly(turn: Turn, pattern: re.Pattern[str]) -> bool:
    """Whether a text asks and does nothing else: words before the pattern are a name, and few."""
    text = turn.reading.text
    return len(text) <= _BRIEFLY and bool(pattern.search(text)) and not _ADD.search(text) and not _DONE.search(text)


@router.command(lambda turn: _WITHOUT.search(turn.reading.text), help="没排节点的项目", example="哪些项目没有节点")
def without_nodes(turn: Turn, found: re.Match[str]) -> None:
    """The projects without a dated node: the asker's own, all for those who oversee the county."""
    mine = {project.id for project in own_projects(turn.ledger, turn.person)}
    everything = sees_all(turn.ledger, turn.person)
    bare = [one for one in nodes.without_nodes(turn.ledger) if everything or one.id in mine]
    lines = packed([f"{project.code}《{project.name}》" for project in bare], "、")
    turn.answer(Answer(f"还没排节点的项目{len(bare)}个：" if bare else "项目都排了节点。", five(lines)))


@router.command(lambda turn: _AHEAD.search(turn.reading.text), help="未来30天节点", example="未来30天节点")
def ahead(turn: Turn, found: re.Match[str]) -> None:
    """The nodes ahead, as the ledger has them."""
    words = found["days"] or ""
    days = int(words) if words.isdigit() else _SPANS.get(words, turn.ledger.mechanism.projects.look_ahead_days)
    own = None if sees_all(turn.ledger, turn.person) else own_projects(turn.ledger, turn.person)
    if turn.reading.named:
        own = turn.reading.visible
    pairs = nodes.coming(turn.ledger, days, own)
    heading = f"未来{days}天节点{len(pairs)}个：" if pairs else f"未来{days}天没有要到的节点。"
    if not pairs and turn.reading.named:
        today = turn.ledger.today
        later = [
            (project, node)
            for project in turn.reading.visible
            for node in nodes.open_nodes(project)
            if node.planned >= today
        ]
        pairs = later[:1]
        heading += "再往后：" if pairs else ""
    lines = [f"{shown(node.planned)}《{project.name}》{node.name}{_by(node)}" for project, node in pairs]
    turn.answer(Answer(heading, five(packed(lines, width=48))))


@router.command(lambda turn: (_CLASH.search(turn.reading.text) and turn.reading.visible) or None)
def clashes(turn: Turn, projects: list[Project]) -> None:
    """What in a plan cannot be."""
    told = nodes.clashes(turn.ledger, projects[0])
    heading = f"《{projects[0].name}》节点有{len(told)}处对不上：" if told else f"《{projects[0].name}》节点前后相合。"
    turn.answer(Answer(heading, five(told)))


@router.command(lambda turn: (_asks_briefly(turn, _LIST) and turn.reading.visible) or None)
def list_nodes(turn: Turn, projects: list[Project]) -> None:
    """A project's nodes, done ones marked."""
    lines = [
        f"{node.name} {shown(node.finished)}完成" if node.finished else f"{node.name} 计划{shown(node.planned)}"
        for node in projects[0].nodes
    ]
    heading = f"《{projects[0].name}》节点{len(lines)}个：" if lines else f"《{projects[0].name}》还没排节点。"
    turn.answer(Answer(heading, five(packed(lines))))


@router.command(lambda turn: (_asks_briefly(turn, _GOALS) and turn.reading.visible) or None)
def show_goals(turn: Turn, projects: list[Project]) -> None:
    """The year's goal, its stages, and the nodes that lead to each."""
    year = turn.ledger.today.year
    goal, stages, rest = nodes.goals_of(turn.ledger, projects[0], year)
    lines = [f"年度目标：{goal or '没登记'}"]
    for stage, under in stages:
        lines.append(f"{shown(stage.due)}前 {stage.goal}：{_names(under)}")
    if rest:
        lines.append(f"{'其余' if stages else ''}节点：{_names(rest)}")
    turn.answer(Answer(f"《{projects[0].name}》{year}年：", five(lines)))


def _names(listed: list[Node]) -> str:
    return "、".join(f"{node.name}{shown(node.planned)}" for node in listed) or "没有节点"


# --- writing ------------------------------------------------------------------------------------------------


@router.command(lambda turn: _GOAL.search(turn.reading.text))
def set_goal(turn: Turn, found: re.Match[str]) -> None:
    """年度目标."""
    project = meant_project(turn)
    if project is None:
        return
    year = int(found["year"]) if found["year"] else turn.ledger.today.year
    nodes.set_goal(turn.ledger, project, year, found["goal"].strip(" 。"), turn.person)
    turn.answer(Plain(f"《{project.name}》{year}年度目标记下了：{found['goal'].strip(' 。')}。"))


@router.command(
    lambda turn: _STAGE.search(turn.reading.text), help="年度、阶段目标", example="二院阶段目标：10月底前内墙完成"
)
def set_stage_goal(turn: Turn, found: re.Match[str]) -> None:
    """阶段目标, with its date."""
    project = meant_project(turn)
    if project is None:
        return
    due = day_due(turn, found["goal"])
    if due is None:
        raise Refusal("阶段目标要写明哪天前，例如「二院阶段目标：10月底前内墙完成」。")
    goal = _without_dates(turn, found["goal"], "")
    nodes.add_stage_goal(turn.ledger, project, goal, due, turn.person)
    turn.answer(Plain(f"《{project.name}》阶段目标记下了：{dated(due)}前{goal}。"))


@router.command(lambda turn: _ADD.search(turn.reading.text), help="加节点", example="给二院加节点：设备进场 11月20日")
def add_node(turn: Turn, found: re.Match[str]) -> None:
    """Add a node; what speaks against its day is said at once."""
    project = meant_project(turn)
    if project is None:
        return
    planned, name = day_due(turn, found["rest"]), _without_dates(turn, found["rest"])
    mention = next(iter(unit_mentions(turn.ledger, name)), None)
    if mention is not None:
        name = name.replace(mention.words, "").strip(" ，,：:（）()")
    if planned is None or not name:
        raise Refusal("请写明节点和日期，例如「给二院加节点：设备进场 11月20日」。")
    node = nodes.add(
        turn.ledger, project, name, planned, by=turn.person, unit_name=mention.unit.shown if mention else ""
    )
    told = nodes.node_clashes(turn.ledger, project, name, planned, None)
    warned = f"请留意：{'；'.join(told)}。" if told else ""
    turn.answer(Plain(f"《{project.name}》节点「{node.name}」已加，计划{dated(planned)}。{warned}"))


@router.command(lambda turn: _MOVE.search(turn.reading.text))
def move_node(turn: Turn, found: re.Match[str]) -> None:
    """Move a node: the office."""
    project = meant_project(turn)
    if project is None:
        return
    day, _, reason = found["rest"].partition("因")
    planned = day_due(turn, day)
    matches = nodes.named_nodes(nodes.open_nodes(project), _rest(turn, project).split("节点")[0])
    if planned is None or len(matches) != 1:
        raise Refusal("请写明哪个节点、改到哪天，例如「二院主体封顶节点改到12月20日 因雨停工」。")
    before = matches[0].planned
    nodes.shift(turn.ledger, project, matches[0], planned, by=turn.person, reason=reason.strip(" ：:，,。"))
    told = nodes.node_clashes(turn.ledger, project, matches[0].name, planned, None)
    warned = f"请留意：{'；'.join(told)}。" if told else ""
    turn.answer(Plain(f"《{project.name}》「{matches[0].name}」由{dated(before)}调到{dated(planned)}。{warned}"))


def _says_done(turn: Turn) -> bool:
    text = turn.reading.text
    told = bool(_NODE_DONE.search(text)) and not _ASKS.search(text)
    return told and not (_NOT_DONE.search(text) or _TO_COME.search(text) or _IN_PART.search(text))


@router.command(_says_done, help="节点完成", example="二院主体封顶节点完成了")
def complete_node(turn: Turn) -> None:
    """A node is done; where it is not certain which, the sender is asked."""
    project = _by_node(turn) or meant_project(turn)
    if project is None:
        return
    open_nodes, words = nodes.open_nodes(project), _rest(turn, project)
    matches = nodes.named_nodes(open_nodes, words)
    if len(matches) == 1 and matches[0].name in words:
        _complete(turn, project, matches[0], turn.inbound.text)
        return
    done = [node for node in project.nodes if node.finished and node.name in words]
    if done:
        raise Refusal(f"《{project.name}》「{done[0].name}」{done[0].finished}已完成，不用再报。")
    if not open_nodes:
        raise Refusal(f"《{project.name}》没有未完成的节点；要加请说「给{project.code}加节点：…」。")
    _ask_node(turn, project, matches or open_nodes)


def _by_node(turn: Turn) -> Project | None:
    """Return the one of the sender's projects whose open node a text names, where it names no project."""
    if turn.reading.decision.matches:
        return None
    text = turn.reading.text
    fits = [one for one in turn.reading.own if any(node.name in text for node in nodes.open_nodes(one))]
    return fits[0] if len(fits) == 1 else None


def _ask_node(turn: Turn, project: Project, matches: list[Node]) -> None:
    options = [(str(node.id), node.name[:20]) for node in matches[:3]]
    facts: dict[str, Any] = {"project": project.code, "text": turn.inbound.text}
    question = questions.ask(turn.ledger, turn.person, "node-done", facts, options)
    asks = (
        f"《{project.name}》完成的是「{options[0][1]}」吗？"
        if len(options) == 1
        else f"《{project.name}》哪个节点完成了？"
    )
    turn.answer(Asked(asks, question.buttons), duty=f"question:{question.id}")


@router.answered("node-done")
def complete_chosen(turn: Turn, question: Question, value: str) -> None:
    """The sender has said which node is done."""
    project = find_project(turn.ledger, str(question.facts["project"]))
    node = next((node for node in project.nodes if str(node.id) == value), None)
    if node is None:
        raise Refusal("这个节点已经不在台账里了，请再说一遍。")
    _complete(turn, project, node, str(question.facts["text"]))


def _complete(turn: Turn, project: Project, node: Node, text: str) -> None:
    on = day_past(turn, text) or turn.ledger.today
    photos = [*turn.message.attachments, *gather(held_materials(turn.ledger, turn.person, turn.inbound.sent_at))]
    nodes.complete(turn.ledger, project, node, on=on, text=text, by=turn.person, attachments=photos)
    left = nodes.open_nodes(project)
    coming = f"下个节点：{left[0].name}{dated(left[0].planned)}。" if left else "各节点都完成了。"
    kept = f"照片{len(photos)}张已存。" if photos else ""
    early = f"（计划{shown(node.planned)}）" if node.planned != on else ""
    turn.answer(Plain(f"已记《{project.name}》「{node.name}」{shown(on)}完成{early}。{kept}{coming}"))


@router.command(lambda turn: "节点" in turn.reading.text and _TAKES_BACK.search(turn.reading.text))
def reopen_node(turn: Turn, found: re.Match[str]) -> None:
    """A completion was wrong; what was never completed is only told."""
    project = meant_project(turn)
    if project is None:
        return
    matches = nodes.named_nodes(project.nodes, _rest(turn, project))
    if len(matches) != 1:
        raise Refusal("请写明是哪个节点，例如「二院主体封顶节点没完成，改回」。")
    nodes.reopen(turn.ledger, project, matches[0], turn.person)
    turn.answer(Plain(f"《{project.name}》「{matches[0].name}」已改回未完成，计划{dated(matches[0].planned)}。"))


# --- counting back ------------------------------------------------------------------------------------------


@router.command(lambda turn: _BACK.search(turn.reading.text), help="倒排工期", example="二院倒排工期，12月20日竣工")
def count_back(turn: Turn, found: re.Match[str]) -> None:
    """Count back from the finish, explain, name what cannot be, and ask before anything is written."""
    project = meant_project(turn)
    if project is None:
        return
    rest = _rest(turn, project)
    finish = day_due(turn, rest) or project.planned_finish
    if finish is None:
        raise Refusal(f"《{project.name}》没有计划竣工，请写明，例如「{project.code}倒排工期，12月20日竣工」。")
    steps = _steps(rest)
    plan = plan_back(turn.ledger, project, finish, steps)
    words = (
        f"《{project.name}》竣工{dated(finish)}往回推：\n" + "\n".join(packed(explain(plan), "←", 56)) + _warned(plan)
    )
    if not may(turn.ledger, turn.person, Deed.PLAN_NODES, Scope(project=project)):
        turn.answer(Plain(words))
        return
    facts: dict[str, Any] = {"project": project.code, "finish": finish.isoformat()}
    facts["steps"] = [step.model_dump() for step in steps]
    question = questions.ask(turn.ledger, turn.person, "plan-back", facts, [("yes", "写入台账"), ("no", "先不写")])
    turn.answer(Asked(words + "\n写入台账吗？", question.buttons), duty=f"question:{question.id}")


@router.answered("plan-back")
def write_counted(turn: Turn, question: Question, value: str) -> None:
    """Write the plan that was shown."""
    if value != "yes":
        turn.answer(Plain("好的，没有写入。"))
        return
    project = find_project(turn.ledger, str(question.facts["project"]))
    steps = [Step.model_validate(step) for step in question.facts["steps"]]
    plan = plan_back(turn.ledger, project, date.fromisoformat(question.facts["finish"]), steps)
    written = write_plan(turn.ledger, project, plan, turn.person)
    turn.answer(Plain(f"《{project.name}》节点已按倒排写入，共{len(plan.steps)}步，新增或调整{len(written)}处。"))


def _steps(text: str) -> list[Step]:
    given = [Step(name=found["name"], workdays=int(found["days"])) for found in _STEP.finditer(text)]
    return given if len(given) >= 2 else []


def _warned(plan: BackwardPlan) -> str:
    return "\n请留意：" + "；".join(plan.clashes) if plan.clashes else ""


# --- words --------------------------------------------------------------------------------------------------


def _rest(turn: Turn, project: Project) -> str:
    """Return a text without the words that name its project: a name may sound like a node."""
    text = turn.reading.text
    for match in turn.reading.decision.matches:
        if match.key == project.code:
            text = text.replace(match.span.words, "", 1)
    return text


def _without_dates(turn: Turn, text: str, tail: str = "完成") -> str:
    sent, is_workday = turn.ledger.local_now, turn.ledger.calendar.is_workday
    for read in reversed(read_dates(text, sent=sent, is_workday=is_workday)):
        text = text[: read.span.start] + text[read.span.end :]
    bare = re.sub(r"^(?:计划|定在)|(?:计划|定在)$", "", text.strip(" ，,。：:；;")).strip(" ，,。：:；;")
    return bare.removesuffix(tail) if tail else bare


def _by(node: Node) -> str:
    return f"（{node.unit_name}）" if node.unit_name else ""
