"""Changes of people by chat: who leaves, who takes over what from when, posts, ranks (JZ-03, JZ-07)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from handlers.confirming import confirm
from handlers.naming import deadline_in
from handlers.routing import Router, Turn
from handlers.wording import LINES, dated, five, packed, some
from models import question as questions
from models import succession
from models.actors import holders
from models.deeds import Deed, may, require
from models.directory import find_project
from models.errors import Refusal
from models.ledger import Ledger
from models.mechanism import Actor, Body
from models.notices import Answer, Plain
from models.people import Person
from models.project import Part, Project, Taskforce
from models.question import Question
from models.ranks import RANKS
from models.rights import sees_all
from models.roster import members_on

router = Router(topic="人员")
_GOES = re.compile(r"调走|调离|调任|调到|退休|离任|离职|不再担任|免去")
_TAKES = re.compile(r"换成|换为|改成|改为|变更为|交给|移交|接任|接替|接手|担任")
_PARTS = (
    (Part.LEADER, re.compile(r"(?:分包|包联|包项目|处级)领导")),
    (Part.UNIT_HEAD, re.compile(r"责任单位(?:的)?责任人")),
    (Part.BUILDER_HEAD, re.compile(r"建设单位(?:的)?责任人")),
    (Part.DISCIPLINE, re.compile(r"纪检(?:监察)?员")),
    (Part.LIAISON, re.compile(r"(?<!代理)联络员")),
)
_RANK = re.compile(rf"^(?P<name>[\u4e00-\u9fff]{{2,4}})(?:的)?职级(?:改为|改成|是|为)(?P<rank>{'|'.join(RANKS)})[。]?$")
_POST = re.compile(
    r"^(?P<name>[\u4e00-\u9fff]{2,4}?)(?:担任|兼任|任)(?P<body>[\u4e00-\u9fff]{0,20}?)"
    r"(?P<post>总召集人|召集人|副组长\d?|组长|副主任|主任)(?=[，,。 ]|$)"
)
_A_BODY = re.compile(r"(?:领导小组|联席会议|委员会|指挥部)$")
_VACANT = re.compile(r"(?:无|没有?|缺)分包领导|分包领导(?:空缺|缺)|(?:谁|哪些项目)没人(?:包|分包)")
_BODY = re.compile(r"^(?P<body>[\u4e00-\u9fff]{2,20}?)(?:都)?(?:有谁|是谁|有哪些人|的?组成(?:人员)?|的?名单)[?？。]*$")


@dataclass(frozen=True)
class _Change:
    """What a sentence orders: who goes, which part of which projects passes to whom, from when."""

    gone: Person | None
    part: Part | None
    projects: list[Project]
    new: Person | None
    since: date


def _wants_change(turn: Turn) -> _Change | None:
    text = turn.reading.text
    if not (_GOES.search(text) or _TAKES.search(text)) or re.search(r"[?？]|吗$|谁", text):
        return None
    people = _people_in(turn.ledger, text)
    part = next((part for part, pattern in _PARTS if pattern.search(text)), None)
    leaving = _GOES.search(text)
    gone = next((person for at, person in people if leaving and at < leaving.start()), None)
    if not people or (gone is None and part is None):
        return None
    if not may(turn.ledger, turn.person, Deed.MANAGE_PEOPLE) and part is None:
        return None  # somebody tells that a colleague has left: that is news, no order
    new = _successor(text, people, gone)
    if gone is None and (new is None or turn.reading.is_report):
        return None
    since = deadline_in(turn.ledger, text)
    return _Change(gone, part, _projects(turn, text), new, since or turn.ledger.today)


@router.command(
    _wants_change,
    help="换人、调离",
    example="周建国调走，P01、P02的分包领导换成孙立新，10月1日起",
)
def order_change(turn: Turn, change: _Change) -> None:
    """Show what a change of people entails and ask for one confirmation."""
    ledger = turn.ledger
    require(ledger, turn.person, Deed.MANAGE_PEOPLE)
    old = change.gone
    projects = change.projects
    if change.new is not None and not projects and old is not None:
        projects = _led_by(ledger, old, change.part or Part.LEADER)
    if change.new is not None and not projects:
        raise Refusal("请写明是哪些项目，例如「P01、P02的分包领导换成孙立新，10月1日起」。")
    part = change.part or Part.LEADER
    facts = {
        "part": part.value,
        "projects": [project.code for project in projects] if change.new else [],
        "new": change.new.id if change.new else None,
        "gone": old.id if old else None,
        "since": change.since.isoformat(),
    }
    confirm(turn, "people", facts, _what_follows(ledger, change, projects, part))


@router.answered("people")
def apply_change(turn: Turn, question: Question, value: str) -> None:
    """Do what was confirmed."""
    if value != questions.YES:
        turn.answer(Plain("好，没有改。"))
        return
    ledger, facts = turn.ledger, question.facts
    require(ledger, turn.person, Deed.MANAGE_PEOPLE)
    since, part = date.fromisoformat(facts["since"]), Part(facts["part"])
    gone = ledger.session.get(Person, facts["gone"]) if facts["gone"] else None
    new = ledger.session.get(Person, facts["new"]) if facts["new"] else None
    words = []
    if new is not None:
        projects = [find_project(ledger, code) for code in facts["projects"]]
        succession.hand_over(ledger, part=part, projects=projects, new=new, since=since, by=turn.person, old=gone)
        names = "、".join(f"《{project.name}》" for project in projects)
        words.append(f"{names}{succession.PART_NAMES[part]}：{new.name}，{dated(since)}起，交接单到时发给他。")
    if gone is not None:
        vacant = succession.leave(ledger, gone, since, turn.person)
        words.append(f"{gone.name}{dated(since)}起不再任职，以前的记录仍写他的名字。")
        if vacant:
            words.append("没有接的项目：" + "、".join(project.name for project in vacant) + "，请尽快定分包领导。")
    turn.answer(Answer("已改：", words))


def _what_follows(ledger: Ledger, change: _Change, projects: list[Project], part: Part) -> str:
    name = succession.PART_NAMES[part]
    words = []
    if change.gone is not None:
        words.append(f"{change.gone.name}{dated(change.since)}起调离")
    if change.new is not None:
        names = "、".join(f"《{project.name}》" for project in projects)
        words.append(f"{names}的{name}换成{change.new.name}，{dated(change.since)}起")
        promises = sum(len(succession.open_promises(ledger, project)) for project in projects)
        words.append(f"未了事项{promises}件随交")
    if change.gone is not None:
        taken = {project.id for project in projects} if change.new else set()
        rest = [project.name for project in _led_by(ledger, change.gone, Part.LEADER) if project.id not in taken]
        if rest:
            words.append(f"没说谁接：{'、'.join(rest)}，先空着")
        led = list(ledger.session.scalars(select(Taskforce).where(Taskforce.leader_id == change.gone.id)))
        if led:
            words.append(f"他牵头的{'、'.join(item.name for item in led)}也要另定牵头领导")
    return "；".join(words) + "。确认吗？"


# --- posts, ranks, vacancies ------------------------------------------------------------------------------


@router.command(lambda turn: _RANK.match(turn.reading.text))
def set_rank(turn: Turn, found: re.Match[str]) -> None:
    """Enter somebody's rank."""
    require(turn.ledger, turn.person, Deed.MANAGE_PEOPLE)
    person = _named(turn.ledger, found["name"])
    person.rank = found["rank"]
    turn.answer(Plain(f"{person.name}的职级已改为{person.rank}。"))


def _wants_post(turn: Turn) -> re.Match[str] | None:
    found = _POST.match(turn.reading.text)
    if found is None or not may(turn.ledger, turn.person, Deed.MANAGE_PEOPLE):
        return None
    return found if _people_in(turn.ledger, found["name"]) else None


@router.command(_wants_post)
def order_post(turn: Turn, found: re.Match[str]) -> None:
    """Somebody takes a post in a body (组长, 召集人): ask once."""
    person = _named(turn.ledger, found["name"])
    start = deadline_in(turn.ledger, turn.reading.text) or turn.ledger.today
    body = _body_name(turn.ledger, found["body"])
    facts = {"person": person.id, "body": body, "post": found["post"], "since": start.isoformat()}
    confirm(turn, "post", facts, f"{person.name}任{body}{found['post']}，{dated(start)}起。确认吗？")


@router.answered("post")
def apply_post(turn: Turn, question: Question, value: str) -> None:
    """Enter the post that was confirmed."""
    if value != questions.YES:
        turn.answer(Plain("好，没有改。"))
        return
    require(turn.ledger, turn.person, Deed.MANAGE_PEOPLE)
    facts = question.facts
    person = turn.ledger.session.get(Person, facts["person"])
    assert person is not None
    succession.give_post(
        turn.ledger,
        body=facts["body"],
        name=facts["post"],
        person=person,
        actor=succession.post_actor(facts["post"]),
        since=date.fromisoformat(facts["since"]),
        by=turn.person,
    )
    turn.answer(Plain(f"已登记：{person.name}任{facts['body']}{facts['post']}，以前的文书仍写当时的人。"))


@router.command(lambda turn: bool(_VACANT.search(turn.reading.text)) and sees_all(turn.ledger, turn.person))
def vacant_leaders(turn: Turn) -> None:
    """What the register of leaders lacks: vacancies, two leaders, rank, number of projects."""
    lines = succession.alarms(turn.ledger)
    turn.answer(Answer("分包领导和项目数：" if lines else "每个项目都有一位分包领导。", five(lines)))


def _asks_body(turn: Turn) -> str | None:
    """Return the words that ask for a body: one of the county's, or what can only be a body's name."""
    found = _BODY.match(turn.reading.text)
    if found is None:
        return None
    return (
        found["body"] if _body_name(turn.ledger, found["body"], strict=True) or _A_BODY.search(found["body"]) else None
    )


@router.command(_asks_body, help="机构组成", example="领导小组都有谁")
def body_posts(turn: Turn, words: str) -> None:
    """Who holds a body's posts today; of a body this county has not, those that it has."""
    ledger = turn.ledger
    name = _body_name(ledger, words, strict=True)
    bodies = [body for body in ledger.mechanism.bodies if (body.short or body.name) == name] or ledger.mechanism.bodies
    heading = f"{name}：" if name else f"本制度没有{words}，有："
    lines = [line for body in bodies for line in _body_lines(ledger, body, named=not name)]
    turn.answer(Answer(heading, packed(lines, width=200) if len(lines) > LINES else lines))


def _body_lines(ledger: Ledger, body: Body, *, named: bool) -> list[str]:
    """Say who holds a body's posts, by register or by title, else which posts the notice names; and its members."""
    posts = succession.posts_on(ledger, body.short or body.name, ledger.today)
    held = [f"{post.name} {post.person.name}（{post.person.title}）" for post in posts]
    if not held and any("召集人" in words for words in body.posts):
        held = [f"召集人 {person.name}（{person.title}）" for person in holders(ledger, Actor.CONVENOR)]
    if not held and body.posts:
        held = [f"{'、'.join(body.posts)}：姓名还没有登记"]
    members = members_on(ledger, body.name, ledger.today)
    lines = [*held, *([f"成员单位{len(members)}家：{some(members, measure='家')}"] if members else [])]
    return [f"{body.short or body.name}：{'；'.join(lines)}"] if named else lines


# --- reading ----------------------------------------------------------------------------------------------


def _people_in(ledger: Ledger, text: str) -> list[tuple[int, Person]]:
    """Return the registered people a text names, in the order of mention; a name held twice counts as nobody."""
    everybody = ledger.session.scalars(select(Person)).all()
    names = [person.name for person in everybody]
    found = [
        (text.find(person.name), person)
        for person in everybody
        if person.name in text and names.count(person.name) == 1
    ]
    return sorted(found, key=lambda item: item[0])


def _successor(text: str, people: list[tuple[int, Person]], gone: Person | None) -> Person | None:
    """Return who takes over: the name after 换成, 交给, or before 接任."""
    for at, person in people:
        if gone is not None and person.id == gone.id:
            continue
        before, after = text[:at], text[at + len(person.name) :]
        if re.search(r"(?:换成|换为|改成|改为|变更为|交给|移交给?)\s*$", before):
            return person
        if re.match(r"\s*(?:来)?(?:接任|接替|接手|担任)", after):
            return person
    return None


def _projects(turn: Turn, text: str) -> list[Project]:
    """Return the projects an order names: by 编号, several run together too (P01P02), or by name."""
    codes = turn.ledger.session.scalars(select(Project.code)).all()
    named = [code for code in sorted(codes, key=len, reverse=True) if code in text]
    if named:
        rows = turn.ledger.session.scalars(select(Project).where(Project.code.in_(named)).order_by(Project.id))
        return list(rows)
    return turn.reading.named


def _led_by(ledger: Ledger, person: Person, part: Part) -> list[Project]:
    projects = ledger.session.scalars(select(Project).order_by(Project.id))
    return [project for project in projects if person.id in {one.id for one in project.people(part, ledger.today)}]


def _named(ledger: Ledger, name: str) -> Person:
    people = [person for _, person in _people_in(ledger, name) if person.name == name]
    if len(people) != 1:
        raise Refusal(f"人员表里没有或不止一位「{name}」，请核对后再改。")
    return people[0]


def _body_name(ledger: Ledger, words: str, *, strict: bool = False) -> str:
    """Return the body a text means; the only one of the notice, else the regular meeting, where it names none."""
    bodies = ledger.mechanism.bodies
    for body in bodies:
        if words and (words in body.name or words == body.short):
            return body.short or body.name
    if strict:
        return ""
    if words:
        raise Refusal(f"没有「{words}」，本制度的机构：{'、'.join(body.name for body in bodies)}。")
    return (bodies[0].short or bodies[0].name) if bodies else ledger.mechanism.meetings.name
