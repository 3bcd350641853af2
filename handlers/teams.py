"""Teams of projects, task forces, liaisons by chat (ZZ-12, DC-06, JZ-05, JZ-27, ZZ-29)."""

from __future__ import annotations

import re
from datetime import date

from sqlalchemy import select

from handlers.routing import Router, Turn
from handlers.understanding.dates import read_dates
from handlers.understanding.phrases import Intent
from handlers.wording import dated, five, some
from models import liaison, team
from models import question as questions
from models.actors import Scope
from models.deeds import Deed, require
from models.directory import find_person
from models.enrolling import give_role
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.notices import Answer, Asked, Plain, ProxyReport, Result
from models.people import Person, Role
from models.problem import open_problems
from models.project import Part, Project, Taskforce
from models.question import Question
from models.ranks import rank_of
from models.reporting import reports
from models.rights import sees_all
from models.subjects import subjects_of
from models.taskforces import make_taskforces, projects_of, taskforces_of
from models.team import Place
from models.trays import Incoming
from models.unit_names import unit_named

router = Router(topic="人员")
_HAN = r"[\u4e00-\u9fff（）()]{2,12}"
_ASKS_TEAM = re.compile(
    r"班子(?:成员)?(?:都)?(?:是|有)?(?:谁|哪些人?|哪几个)|(?:谁|哪些人)(?:是|在)[^，。]{0,6}班子|班子(?:成员)?名单"
)
_SETS_TEAM = re.compile(r"班子[：:，,\s]*(?=(?:组长|副组长|成员))")
_PLACED = re.compile(rf"(?P<place>副组长|组长|成员)(?:是|为|：|:)?\s*(?P<names>{_HAN}(?:[、和]{_HAN})*)")
_OURS = re.compile(r"(?:我们|俺们|咱们?|本|我)(?:的)?(?:这个)?专班")
_OUR_PROJECTS = re.compile(r"专班(?:的)?(?:都)?(?:有哪些|有几个|的)?项目(?:有哪些|都?有啥|情况|进展|名单)?[?？。]*$")
_MAKES = re.compile(r"^(?:按(?:照)?制度)?(?:建立?|登记|成立)(?:八个|各)?专班[。]?$")
_LIAISON = re.compile(
    r"^(?P<name>[\u4e00-\u9fff]{2,4}?)(?P<end>不再)?(?:担任|任|当)(?P<unit>[\u4e00-\u9fff]{0,12}?)(?:的)?联络员[。]?$"
)
_NO_LIAISON = re.compile(r"联络员(?:空缺|缺|名单|情况)|(?:哪些|谁|哪几家)[^，。]{0,6}(?:没有?|无|缺)联络员")
_AWAY = re.compile(
    r"休假|休年假|年假|探亲|住院|产假|婚假|病假|事假|歇几天"
    r"|外出(?:学习|培训|考察)|(?:去|到)[^，。]{1,8}(?:学习|培训|出差)|出差"
)
_NOT_MINE = re.compile(r"[会]|代理|暂代|谁|吗|[?？]|工人|施工|监理|民工|企业|他们?|她|延期|宽限")
_STANDS_IN = re.compile(
    r"(?:由|让|叫)(?P<name>[\u4e00-\u9fff]{2,4}?)(?:先|暂时?)?(?:代理|暂代|代|顶|替)(?:[\u4e00-\u9fff]{2,12}的?)?联络员"
    r"|联络员(?:的)?(?:事[儿情]?|活儿?|工作|这[块摊]|这个?事)?(?:就|先|暂时?)*(?:由|让|叫|请|交给|托给)(?P<other>[\u4e00-\u9fff]{2,4}?)"
    r"(?:先|暂时?)?(?:代理|暂代|代|顶|替|接|管|盯)"
)


# --- teams ------------------------------------------------------------------------------------------------


def _asks_team(turn: Turn) -> bool:
    return bool(_ASKS_TEAM.search(turn.reading.text)) and bool(turn.reading.decision.matches)


@router.command(
    lambda turn: turn.reading.visible if _asks_team(turn) else None,
    help="项目班子是谁",
    example="二院这个班子都是谁",
)
def who_is_the_team(turn: Turn, projects: list[Project]) -> None:
    """The team of a project with telephone numbers, to whoever may see the project."""
    if not projects:
        turn.answer(Answer("没有找到您能查看的这个项目；可发「我的项目」看名单。", []))
        return
    project = projects[0]
    ledger = turn.ledger
    leaders = project.people(Part.LEADER, ledger.today)
    lines = [f"分包领导 {'、'.join(_contact(leader) for leader in leaders) or '空缺'}"]
    members = team.members(ledger, project_id=project.id)
    lines += [
        f"{member.place} {_contact(member.person)}，{member.person.unit.shown}{member.person.title}"
        for member in members
    ]
    missing = team.missing_places(ledger, project)
    if missing:
        lines.append(f"还缺：{'、'.join(missing)}")
    turn.answer(Answer(f"《{project.name}》的班子：", lines if len(lines) <= 8 else five(lines)))


@router.command(lambda turn: (bool(_SETS_TEAM.search(turn.reading.text)) and turn.reading.named) or None)
def set_team(turn: Turn, projects: list[Project]) -> None:
    """Put people into a project's team; their rank must fit the place (ZZ-12)."""
    project, ledger = projects[0], turn.ledger
    require(ledger, turn.person, Deed.APPOINT_TEAM, Scope(project=project))
    placed = [
        team.appoint(ledger, Place(found["place"]), find_person(ledger, name), project=project, by=turn.person)
        for found in _PLACED.finditer(turn.reading.text)
        for name in re.split("[、和]", found["names"])
    ]
    if not placed:
        raise Refusal("请写明组长、副组长、成员各是谁，例如「二院班子：组长许静，副组长李卫东，成员赵静」。")
    names = "，".join(f"{member.place}{member.name}" for member in placed)
    missing = team.missing_places(ledger, project)
    rest = f"还缺{'、'.join(missing)}。" if missing else "班子齐了。"
    turn.answer(Plain(f"《{project.name}》班子已登记：{names}。{rest}"))


# --- task forces ------------------------------------------------------------------------------------------


def _says_ours(turn: Turn) -> list[Taskforce] | None:
    text = turn.reading.text
    if not _OURS.search(text):
        return None
    everything = turn.ledger.session.scalars(select(Taskforce.name)).all()
    if any(name in text for name in everything):
        return None
    mine = taskforces_of(turn.ledger, turn.person)
    if len(mine) > 1 or (len(mine) == 1 and _OUR_PROJECTS.search(text)):
        return mine
    return None


@router.command(_says_ours, help="本专班的项目", example="我们专班的项目")
def our_taskforce(turn: Turn, mine: list[Taskforce]) -> None:
    """我们专班: the one he has; who has several is asked which, before anything is done (JZ-05)."""
    if len(mine) == 1:
        _show_taskforce(turn, mine[0])
        return
    ledger = turn.ledger
    assert ledger.source is not None
    options = [(str(taskforce.id), taskforce.name) for taskforce in mine[:3]]
    question = questions.ask(ledger, turn.person, "taskforce", {"incoming": ledger.source.id}, options)
    more = "（都不是就直接回专班名）" if len(mine) > 3 else ""
    turn.answer(Asked(f"您有{len(mine)}个专班，说的是哪一个？{more}", question.buttons), duty=f"question:{question.id}")


@router.answered("taskforce")
def the_taskforce_meant(turn: Turn, question: Question, value: str) -> None:
    """Go on with the words, the task force put in by name."""
    taskforce = turn.ledger.session.get(Taskforce, int(value))
    original = turn.ledger.session.get(Incoming, int(question.facts["incoming"]))
    assert taskforce is not None and original is not None
    text = original.inbound.text
    if _OUR_PROJECTS.search(text):
        _show_taskforce(turn, taskforce)
        return
    turn.router.again(turn, original=original, text=_OURS.sub(taskforce.name, text, count=1))


@router.command(lambda turn: bool(_MAKES.match(turn.reading.text)) and sees_all(turn.ledger, turn.person))
def make_listed(turn: Turn) -> None:
    """Make the notice's task forces for the units that are registered, and name what is missing (JZ-05)."""
    require(turn.ledger, turn.person, Deed.MANAGE_PEOPLE)
    made, lacking = make_taskforces(turn.ledger, turn.person)
    turn.answer(Answer(f"按制度登记专班{len(made)}个。" if made else "本制度没有写专班。", five(lacking)))


def _show_taskforce(turn: Turn, taskforce: Taskforce) -> None:
    """A vice leader's view of one task force: its projects, what is stuck, what is due (JZ-27)."""
    ledger = turn.ledger
    projects = projects_of(ledger, taskforce)
    lines = []
    for project in projects:
        problems = open_problems(ledger, project)
        coming = next((node for node in project.nodes if node.finished is None and node.planned >= ledger.today), None)
        stuck = f"，问题{len(problems)}个：{problems[0].short}" if problems else ""
        node = f"，{coming.name}{dated(coming.planned)}" if coming else ""
        lines.append(f"{project.name}：{project.stage or '在建'}{node}{stuck}")
    leads = "、".join(unit.shown for unit in taskforce.lead_units)
    turn.answer(Answer(f"{taskforce.name}（牵头：{leads or '未定'}）{len(projects)}个项目：", five(lines)))


# --- liaisons ---------------------------------------------------------------------------------------------


@router.command(
    lambda turn: bool(_NO_LIAISON.search(turn.reading.text)) and sees_all(turn.ledger, turn.person),
    help="联络员空缺",
    example="哪些单位没有联络员",
    roles=(Role.OFFICE, Role.INSPECTOR, Role.COUNTY_LEADER, Role.ADMIN),
)
def liaison_list(turn: Turn) -> None:
    """Which units have no liaison, more than one, or one below the rank (ZZ-29)."""
    ledger = turn.ledger
    vacant, twice, low = liaison.vacancies(ledger), liaison.doubles(ledger), liaison.below_rank(ledger)
    lines = [f"没有联络员{len(vacant)}家：{some([unit.shown for unit in vacant])}"] if vacant else []
    lines += [f"不止一位{len(twice)}家：{some([unit.shown for unit in twice])}"] if twice else []
    if low:
        names = some([f"{person.name}（{rank_of(ledger, person)}）" for person in low], 4)
        lines.append(f"职级不到{ledger.mechanism.liaison_rank}：{names}")
    turn.answer(Answer("联络员情况：" if lines else "各单位联络员齐全。", lines))


@router.command(lambda turn: _LIAISON.match(turn.reading.text))
def appoint_liaison(turn: Turn, found: re.Match[str]) -> None:
    """The office, or the unit's head, names or releases a unit's liaison."""
    ledger = turn.ledger
    person = find_person(ledger, found["name"])
    unit = unit_named(ledger, found["unit"]) if found["unit"] else person.unit
    if unit is None or unit.id != person.unit_id:
        raise Refusal(f"{person.name}在{person.unit.shown}，联络员应由本单位的人担任。")
    give_role(ledger, person, Role.LIAISON, ledger.today, turn.person, end=bool(found["end"]))
    wanted = ledger.mechanism.liaison_rank
    low = f"；制度要求{wanted}，登记的是{rank_of(ledger, person)}" if person in liaison.below_rank(ledger) else ""
    turn.answer(Plain(f"{person.name}{'不再任' if found['end'] else '已登记为'}{unit.shown}联络员{low}。"))


def _away(turn: Turn) -> tuple[date, date] | None:
    """Return the days somebody says he is away himself, where no meeting is spoken of."""
    text = turn.reading.text
    if not _AWAY.search(text) or _NOT_MINE.search(text) or turn.reading.decision.matches:
        return None
    reads = read_dates(text, sent=turn.ledger.local_now, is_workday=turn.ledger.calendar.is_workday)
    return (min(read.first for read in reads), max(read.date for read in reads)) if reads else None


@router.command(_away)
def away(turn: Turn, days: tuple[date, date]) -> None:
    """A liaison says that he will be away: who stands in is asked for; leave from a meeting is asked for by itself."""
    first, last = days
    span = dated(first) if first == last else f"{dated(first)}至{dated(last)}"
    if turn.ledger.has_role(turn.person, Role.LIAISON):
        told = f"{first.month}月{first.day}日到{last.month}月{last.day}日"
        turn.answer(Plain(f"{span}您不在，联络员由谁代理？请回「{told}由某某代理联络员」，写上姓名。"))
        return
    turn.answer(Plain(f"知道了，{span}您不在；其间有会请回「例会请假」加原因，由召集人批。"))


@router.command(lambda turn: _STANDS_IN.search(turn.reading.text))
def stand_in(turn: Turn, found: re.Match[str]) -> None:
    """Somebody stands in for the liaison for some days; ordered by the office, the head or the liaison himself."""
    ledger = turn.ledger
    person = find_person(ledger, found["name"] or found["other"])
    own = person.unit_id == turn.person.unit_id and ledger.has_role(turn.person, Role.UNIT_HEAD, Role.LIAISON)
    if not own:
        require(ledger, turn.person, Deed.MANAGE_PEOPLE)
    reads = read_dates(turn.reading.text, sent=ledger.local_now, is_workday=ledger.calendar.is_workday)
    if not reads:
        raise Refusal("请写明代理期，例如「9月21日到25日由宋洁代理联络员」。")
    first = min(read.first for read in reads)
    last = max(read.date for read in reads)
    liaison.substitute(ledger, person.unit, person, first, last, turn.reading.text, turn.person)
    turn.answer(
        Plain(f"已登记：{dated(first)}至{dated(last)}由{person.name}代理{person.unit.shown}联络员，到期自动恢复。")
    )


# --- reports by somebody else -----------------------------------------------------------------------------


def _files_for_unit(turn: Turn) -> list[Person] | None:
    """Return who must confirm a report by somebody who is not the liaison, None where nobody need."""
    if Intent.SUBMIT not in turn.reading.intents:
        return None
    owed = any(subjects_of(turn.ledger, duty, turn.person) for duty in reports(turn.ledger))
    people = [] if owed else liaison.confirmers(turn.ledger, turn.person)
    return ([person for person in people if _owes_reports(turn.ledger, person)] and people) or None


@router.command(_files_for_unit)
def report_for_unit(turn: Turn, people: list[Person]) -> None:
    """Hold a report until the unit's liaison or head says that it counts (ZZ-29)."""
    ledger = turn.ledger
    assert ledger.source is not None
    for person in people:
        options = [(questions.YES, "算数"), (questions.NO, "不算")]
        facts = {"incoming": ledger.source.id, "reporter": turn.person.id}
        question = questions.ask(ledger, person, "proxy", facts, options)
        words = ProxyReport(turn.person.name, turn.person.unit.shown, turn.reading.text[:120], question.buttons)
        ledger.say(words, to=person, key=f"proxy:{ledger.source.id}:{person.id}", duty=f"proxy:{ledger.source.id}")
    names = "、".join(person.name for person in people)
    turn.answer(Plain(f"您不是{turn.person.unit.shown}联络员，已请{names}确认，确认后才算报送。"))


@router.answered("proxy")
def decide_proxy(turn: Turn, question: Question, value: str) -> None:
    """The unit says whether the report counts: it is filed as the unit's, with who wrote and who confirmed."""
    ledger = turn.ledger
    original = ledger.session.get(Incoming, int(question.facts["incoming"]))
    reporter = ledger.session.get(Person, int(question.facts["reporter"]))
    assert original is not None and reporter is not None
    ledger.drop_waiting(f"proxy:{original.id}")
    for person in liaison.confirmers(ledger, reporter):
        for other in questions.open_questions(ledger, person):
            if other.subject == "proxy" and other.facts["incoming"] == original.id:
                questions.settle(ledger, other, "settled")
    key = f"proxy:{original.id}:decided"
    if value != questions.YES:
        ledger.say(
            Result(f"您替{reporter.unit.shown}报的材料，{turn.person.name}没有认，请与他联系。"), to=reporter, key=key
        )
        turn.answer(Plain("好，没有报送。"))
        return
    files_as = turn.person if _owes_reports(ledger, turn.person) else _first_reporter(ledger, turn.person)
    turn.router.again(turn, original=original, person=files_as)
    ledger.record(
        EntryKind.NOTE,
        f"{reporter.name}代报，{turn.person.name}确认",
        person=turn.person,
        data={"about": "extension", "state": "proxy_confirmed", "reporter": reporter.name, "unit": reporter.unit.shown},
    )
    ledger.say(Result(f"{turn.person.name}已确认，您报的材料算{reporter.unit.shown}报送。"), to=reporter, key=key)
    if files_as.id != turn.person.id:
        turn.answer(Plain(f"已按{reporter.unit.shown}报送，{files_as.name}也看得到。"))


def _owes_reports(ledger: Ledger, person: Person) -> bool:
    return any(subjects_of(ledger, duty, person) for duty in reports(ledger))


def _first_reporter(ledger: Ledger, person: Person) -> Person:
    liaisons = ledger.people_with(Role.LIAISON, {person.unit_id})
    return liaisons[0] if liaisons else person


def _contact(person: Person) -> str:
    return f"{person.name} {person.mobile}".strip()
