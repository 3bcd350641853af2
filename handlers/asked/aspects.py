"""What somebody wants to know of a project, one line an aspect: 总投资, 竣工, 牵头单位, 纪检, 专班, 谁签收的 ….

Aspects that other topics answer in full (contacts, figures, problems) are told here where a question speaks of
several, or puts them in words no rule knows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from handlers.asked.things import node_line, things_in_words, things_of
from handlers.routing import Router, Turn
from handlers.understanding.wondering import wonders
from handlers.wording import dated, five
from models.amounts import plain
from models.calendar import SHANGHAI
from models.entry import EntryKind
from models.nodes import named_nodes
from models.notices import Answer
from models.overview import figures_line
from models.periods import shown
from models.project import Part, Project
from models.standing import Standing, standings
from models.succession import PART_NAMES
from models.visit import sent_of

router = Router(topic="查询")
Tell = Callable[[Turn, Project], list[str]]


@dataclass(frozen=True)
class _Aspect:
    """`alone`: asked for on its own it is answered here, before the topics that read freer words."""

    words: re.Pattern[str]
    tell: Tell
    alone: bool = False


def _total(turn: Turn, project: Project) -> list[str]:
    total = project.total_investment
    return [f"总投资{plain(total)}万元（{plain(total / 10000)}亿元）" if total else "总投资没有登记"]


def _year(turn: Turn, project: Project) -> list[str]:
    annual = project.annual_investment
    standing = standings(turn.ledger.session, project.code).get(project.code) or Standing()
    done = standing.value("total")
    if not annual:
        return ["年计划没有登记"]
    share = (
        f"，已完成{plain(done)}万元，占{plain(round(done / float(annual) * 100, 1))}%" if done else "，还没有报过累计"
    )
    return [f"年计划{plain(annual)}万元{share}"]


def _figures(turn: Turn, project: Project) -> list[str]:
    return [figures_line(turn.ledger, project) or "还没有报过数"]


def _reported(turn: Turn, project: Project) -> list[str]:
    """Tell the last report of figures: when, by whom, and that this month's is not there yet."""
    ledger = turn.ledger
    month = f"{ledger.today:%Y-%m}"
    told = ledger.entries(project=project.code, kinds=(EntryKind.PROGRESS,), limit=100)
    sums = [one for one in told if one.data.get("month_amount") is not None or one.data.get("total_amount") is not None]
    lines = [] if any(one.data.get("period") == month for one in sums) else [f"{ledger.today.month}月的数还没报"]
    if sums:
        lines.append(
            f"上次：{shown(sent_of(sums[0]).astimezone(SHANGHAI).date())}{sums[0].person}报的「{sums[0].text[:40]}」"
        )
    return lines or ["还没有报过数"]


def _dates(turn: Turn, project: Project) -> list[str]:
    told = [
        f"{what}{day.year}年{dated(day)}" if day.year != turn.ledger.today.year else f"{what}{dated(day)}"
        for what, day in (
            ("计划开工", project.planned_start),
            ("实际开工", project.actual_start),
            ("计划竣工", project.planned_finish),
            ("实际竣工", project.actual_finish),
        )
        if day
    ]
    return ["，".join(told) or "开工竣工日期没有登记"]


def _seat(part: Part, name: str) -> Tell:
    def tell(turn: Turn, project: Project) -> list[str]:
        held = project.names(part, turn.ledger.today)
        return [f"{name}：{'、'.join(held) or '没有登记'}"]

    return tell


def _builder(turn: Turn, project: Project) -> list[str]:
    today = turn.ledger.today
    units, heads = project.names(Part.BUILDER, today), project.names(Part.BUILDER_HEAD, today)
    line = f"建设单位：{'、'.join(units) or '没有登记'}，责任人：{'、'.join(heads) or '没有登记'}"
    return [f"{line}（企业的电话没有登记）" if re.search(r"电话|手机|号码?|联系", turn.reading.text) else line]


def _liaison(turn: Turn, project: Project) -> list[str]:
    if _OF_BUILDER.search(turn.reading.text):
        return _builder(turn, project)
    people = project.people(Part.LIAISON, turn.ledger.today)
    return ["联络员：" + ("、".join(f"{one.name} {one.mobile}".strip() for one in people) or "没有登记")]


def _taskforce(turn: Turn, project: Project) -> list[str]:
    force = project.taskforce
    if force is None:
        return ["没有归专班"]
    leader = force.leader.name if force.leader else force.leader_name
    return [f"专班：{force.name}" + (f"，{leader}牵头" if leader else "")]


def _nodes(turn: Turn, project: Project) -> list[str]:
    text = turn.reading.beside_names
    text += "".join(node for work, node in _WORK_OF.items() if work in text and node not in text)
    asked = named_nodes(project.nodes, text)
    if not asked and re.search(r"下个?|下一", text):
        asked = [node for node in project.nodes if node.finished is None and node.planned >= turn.ledger.today][:1]
    return [node_line(turn.ledger, project, node) for node in asked[:3]]


def _open(turn: Turn, project: Project) -> list[str]:
    """Tell what is open; that nothing is, is an answer too."""
    return [thing.line for thing in things_of(turn, [project])] or ["没有在办的督办、交办，没有未销号的问题"]


def _seats_of_named(turn: Turn, project: Project) -> list[str]:
    """Tell what somebody named in the question is in the project, with the unit of his side."""
    today, held = turn.ledger.today, [seat for seat in project.seats if seat.covers(turn.ledger.today)]
    named = {seat.name for seat in held if seat.part in PART_NAMES and seat.name in turn.reading.text}
    lines = []
    for seat in held:
        if seat.name in named and seat.part in PART_NAMES:
            units = project.names(_SIDE[Part(seat.part)], today) if Part(seat.part) in _SIDE else []
            lines.append(f"{seat.name}：{PART_NAMES[Part(seat.part)]}" + (f"（{'、'.join(units)}）" if units else ""))
    return lines


def _own_visits(turn: Turn, project: Project) -> list[str]:
    told = turn.ledger.entries(project=project.code, kinds=(EntryKind.VISIT,), limit=50)
    own = [one for one in told if one.person_id == turn.person.id]
    if not own:
        return ["您还没有现场办公记录"]
    days = list(dict.fromkeys(str(one.data.get("occurred")) for one in own))
    said = [shown(date.fromisoformat(day)) for day in days[:3]]
    return [f"您的现场办公：{'、'.join(said)}"]


_FEW = 3
_SIDE = {Part.BUILDER_HEAD: Part.BUILDER, Part.UNIT_HEAD: Part.RESPONSIBLE_UNIT}
_OF_BUILDER = re.compile(r"(?:[\u4e00-\u9fff]总|老板|法人)的?(?:电话|手机|号|联系)")  # the name may hold the words
_WORD = 4  # characters
_LINES = 5
# What people call the work of a node.
_WORK_OF = {"打桩": "桩基", "审图": "施工图审查", "装设备": "设备安装", "盖顶": "封顶", "打井": "机井", "架梁": "梁"}
_OWN_ALL = re.compile(
    r"(?:我|俺|咱)(?:们)?(?:局|单位|委|镇|乡|公司)?(?:手上|手里|名下|包|管|负责)?的?(?:这|那)?(?:[俩仨]|[两二三]个|几个?)(?:项目|工程|事|活)?[^，。]*(?:各|分别|都)"
    r"|(?:各|分别)(?:是|要|该|投|干|计划)|^(?:这|那|我(?:那|这))(?:[俩仨]|[两二三]个|几个)"
)
_WHEN = r"(?:时候|时间|[啥何]时|什么时|多咱|哪一?[天月年]|几号|几月|何时|多会儿|哪一天|限到)"
_ASPECTS = tuple(
    _Aspect(re.compile(words), tell, alone)
    for words, tell, alone in (
        (r"总投|总盘子|盘子|总的?投资|总共(?:要)?(?:投|多少)|一共(?:要)?投", _total, True),
        (
            r"(?:年度?|全年|今年)(?:的)?(?:计划|任务|盘子|目标)|今年(?:要|得|该|计划|打算)*[^，。]{0,3}(?:干|完成|投)|占[^，。]{0,8}百分之|百分之几|盘子",
            _year,
            True,
        ),
        (
            rf"(?:竣工|完工|开工|交工|工期|动工|挖第一|建成)[^，。]{{0,6}}(?:{_WHEN}|期|定)|(?:^|(?<=[\s，、]))(?:计划)?(?:竣工|完工|开工)(?:日期|时间)?(?=$|[\s，、])|{_WHEN}[^，。]{{0,6}}(?:竣工|完工|开的?工|交工|动工|挖第一|建成)",
            _dates,
            True,
        ),
        (r"节点|" + _WHEN, _nodes, False),
        (r"配合(?:的)?(?:单位|部门|局)|(?:哪[些几个]|谁)[^，。]{0,4}配合", _seat(Part.PARTNER, "配合单位"), True),
        (r"角色|职务|干(?:啥|什么)的|管(?:啥|什么)|啥身份|什么身份|是谁|哪(?:头|边|方)的", _seats_of_named, False),
        (r"纪检|派驻|监察", _seat(Part.DISCIPLINE, "派驻纪检监察"), True),
        (r"专班", _taskforce, True),
        (
            r"老总|老板|法人|施工(?:单位|方|队)|建设单位|承建|业主|哪个公司|哪家公司|谁(?:在)?(?:干|建|施工)的?",
            _builder,
            True,
        ),
        (r"哪个?(?:局|单位|部门)|牵头|责任单位|归(?:谁|哪)|哪家", _seat(Part.RESPONSIBLE_UNIT, "责任单位"), False),
        (r"一把手|负责人|责任人|局长|当家|主任是谁", _seat(Part.UNIT_HEAD, "责任单位负责人"), False),
        (
            r"分包|包联|哪[个位]?(?:[正副]?县?)?领导|县领导|县长|归谁包|谁包的?|包的?领导",
            _seat(Part.LEADER, "分包领导"),
            False,
        ),
        (r"联络员|联系人|电话|号码|对接|联系", _liaison, False),
        (r"(?:报|记|填)(?:过|上来|了|的)|上次报|上回报", _reported, False),
        (r"(?:我|俺)[^，。]{0,8}报的|(?:上次|上回)报", _reported, True),
        (r"投资|多少钱|投了|完成多少|累计|干了多少", _figures, False),
        (r"督办|挂牌|挂过?牌|签收|谁签|复函|回函|交办|派下|压给|问题|困难|卡|堵|拖|要紧|注意|啥事|难处", _open, False),
        (
            r"(?:我|俺|咱)[^，。]{0,8}(?:去过|去没去|来过|到过|去了|(?:去|来|到)[^，。]{0,8}几[回次趟])",
            _own_visits,
            True,
        ),
    )
)


def told_of(turn: Turn, project: Project) -> list[str]:
    """Return the lines of every aspect a question speaks of."""
    text = _in_one_breath(turn.reading.beside_names)
    lines = [line for aspect in _ASPECTS if aspect.words.search(text) for line in aspect.tell(turn, project)]
    return list(dict.fromkeys(lines))


def told_of_each(turn: Turn, projects: Sequence[Project]) -> list[str]:
    """Return what is asked of each of several projects (城北、城南分别谁分包), each line with its project's name."""
    share = max(_LINES // len(projects), 1)
    return [f"《{project.name}》{line}" for project in projects for line in told_of(turn, project)[:share]]


def _in_one_breath(text: str) -> str:
    """Return a question dictated word by word (竣工。哪天。) without its stops; any other as it is."""
    pieces = [piece for piece in re.split(r"[，,。；;\s]+", text) if piece]
    return "".join(pieces) if all(len(piece) <= _WORD for piece in pieces) else text


def _asks_rarer(turn: Turn) -> list[Project] | None:
    """Return the projects of a question for an aspect that no other topic tells."""
    if turn.reading.is_report or not wonders(turn.reading.text):
        return None
    text = _in_one_breath(turn.reading.beside_names)
    asked = any(aspect.alone and aspect.words.search(text) for aspect in _ASPECTS) or _asks_a_node_too(turn, text)
    if not turn.reading.visible and things_in_words(turn):
        return None
    few = turn.reading.own if not turn.reading.decision.matches and _of_own(turn) else []
    return (turn.reading.visible or few or None) if asked else None


def _asks_a_node_too(turn: Turn, text: str) -> bool:
    """Whether the day of a node is asked for beside something else, which another topic would tell alone."""
    told = [aspect.tell for aspect in _ASPECTS if aspect.words.search(text)]
    return len(told) > 1 and _nodes in told and any(named_nodes(one.nodes, text) for one in turn.reading.visible)


def _of_own(turn: Turn) -> bool:
    """Whether a question without a name may mean the asker's own: his only project, or his few (我局俩项目各投多少)."""
    return len(turn.reading.own) == 1 or (len(turn.reading.own) <= _FEW and bool(_OWN_ALL.search(turn.reading.text)))


@router.command(_asks_rarer, help="问总投资、专班、派驻纪检", example="二院总投资多少")
def aspects(turn: Turn, projects: list[Project]) -> None:
    """Tell what is asked of one project, or of each that may be meant."""
    if len(projects) == 1:
        turn.answer(Answer(f"《{projects[0].name}》", five(told_of(turn, projects[0]))))
        return
    turn.answer(Answer(f"有{len(projects)}个项目对得上：", five(told_of_each(turn, projects))))
