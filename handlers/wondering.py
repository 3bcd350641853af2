"""Questions that no rule of their own knows: answered by what they speak of, and nothing is asked back.

A notice or a person that is named comes first, then a project; else the subject (督办, 节点, 开会 …) brings its list,
as if its usual sentence had been said.
"""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from handlers.aspects import told_of
from handlers.finding import named_notice
from handlers.people_meant import people_meant
from handlers.query import notice_status, project_status, status_lines
from handlers.reading import Reading
from handlers.routing import Router, Turn
from handlers.things import Thing, notice_line, notices_seen, task_line, tasks_seen, things_in_words
from handlers.understanding.refs import find_notice_ref
from handlers.understanding.wondering import wonders
from handlers.wording import five, some
from models.directory import unit_in
from models.message import Kind
from models.notices import Answer
from models.people import Person, Unit
from models.project import Part, Project
from models.rights import may_see, own_projects, projects_of_unit, sees_all
from models.trays import Incoming

router = Router()
_OF_SOMEBODY = re.compile(
    r"电话|手机|号码|联系|找|是谁|干啥|干什么|职务|哪个?(?:单位|局)|(?:管|包|负责)(?:着|了)?(?:啥|什么|哪|几)"
)
_OUR = re.compile(r"(?:我|俺|咱)们?(?:局|单位|委|镇|乡|中心|公司)")
_MOST_PEOPLE = 3
_SHORT = 8
_GOES_ON = timedelta(minutes=30)
_NUMBERED = re.compile(r"(?:DB|ISS|JB|TQ|XQ|HY)-?\d+", re.IGNORECASE)
_FEW = 3

# Which usual sentence answers a question that speaks of a subject, in the order in which they are tried.
_SUBJECTS = tuple(
    (re.compile(words), sentence)
    for words, sentence in (
        (r"延期", "延期申请清单"),
        (r"督办|挂牌|通知书|复函", "督办清单"),
        (r"交办", "交办清单"),
        (r"逾期|超期|过期|超时|拖期", "哪些逾期了"),
        (r"(?:谁|哪[个些家几]|几家|多少家)[^，。]{0,8}(?:没|未)[^，。]{0,3}(?:报|交)|报齐", "谁没报"),
        (r"节点|到期|工期|年底|(?:哪[个些几]|几个)[^，。]{0,8}(?:封顶|开工|竣工|完工|投产|通车|交付)", "未来30天节点"),
        (r"例会|调度会|开会|会议|参会|到会|[这那次个]会", "下次例会哪天开"),
        (r"问题|困难|难点|堵点|卡点|[被叫]堵|阻工", "问题清单"),
        (r"产业链|链长", "有哪些产业链"),
        (r"为啥|为什么|凭啥|依据|规定|非得|必须|义务", "我的义务"),
        (r"(?:我|俺|咱|今天|这周|本周|这个?月)[^，。]*(?:干|办|做|弄|忙|事|活|任务|欠|报|交)|待办", "我的待办"),
    )
)


def _asks(turn: Turn) -> bool:
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or turn.reading.is_report:
        return False
    return wonders(turn.reading.text)


# --- going on about what was asked a moment before ---------------------------------------------------------


def _goes_on(turn: Turn) -> str | None:
    """Return a short question with what the message before named put in front: 电话？ after 城北的联络员是谁."""
    text, reading = turn.reading.text, turn.reading
    if len(text) > _SHORT or not _asks(turn) or reading.decision.matches or _NUMBERED.search(text):
        return None
    before = _just_before(turn)
    if before is None:
        return None
    number = _NUMBERED.search(before.text)
    if number:
        return f"{number.group()}{text}"
    return f"{before.visible[0].name}{text}" if len(before.visible) == 1 else None


def _just_before(turn: Turn) -> Reading | None:
    source = turn.ledger.source
    if source is None:
        return None
    earlier = turn.ledger.session.scalars(
        select(Incoming)
        .where(
            Incoming.platform == source.platform,
            Incoming.sender == source.sender,
            Incoming.id < source.id,
            Incoming.sent_at > turn.inbound.sent_at - _GOES_ON,
        )
        .order_by(Incoming.id.desc())
        .limit(1)
    ).first()
    return Reading(earlier.inbound, turn.ledger, turn.person, turn.router.names) if earlier else None


@router.command(_goes_on)
def going_on(turn: Turn, text: str) -> None:
    """Answer as if it had been asked in full."""
    turn.router.again(turn, text=text)


# --- a notice, a person, a project ------------------------------------------------------------------------


@router.command(lambda turn: (_asks(turn) and (find_notice_ref(turn.reading.text) or None)) or None)
def of_notice(turn: Turn, reference: object) -> None:
    """How the notice stands that a question names by its number."""
    named = find_notice_ref(turn.reading.text)
    assert named is not None
    if named.number is None:
        turn.router.again(turn, text="督办清单")
        return
    notice_status(turn, [named_notice(turn, named)])


def _somebody(turn: Turn) -> list[Person] | None:
    if not _asks(turn) or not _OF_SOMEBODY.search(turn.reading.text):
        return None
    return people_meant(turn.ledger, turn.reading.text)[:_MOST_PEOPLE] or None


@router.command(_somebody)
def of_somebody(turn: Turn, people: list[Person]) -> None:
    """Who somebody is: unit, post, projects; the telephone to the office, colleagues and who shares a project."""
    turn.answer(Answer("查到：" if len(people) > 1 else f"{people[0].name}：", [_card(turn, one) for one in people]))


def _card(turn: Turn, person: Person) -> str:
    shared = [project for project in own_projects(turn.ledger, person) if may_see(turn.ledger, turn.person, project)]
    near = sees_all(turn.ledger, turn.person) or turn.person.unit_id == person.unit_id or bool(shared)
    phone = (person.mobile or "（没有登记电话）") if near else "（电话请问重点办）"
    phone = phone.replace("重点办", turn.ledger.mechanism.office_name)
    tells = [f"{person.name} {person.unit.shown}{person.title} {phone}"]
    led = [one for one in shared if person in one.people(Part.LEADER, turn.ledger.today)]
    tells += [f"分包{'、'.join(one.name for one in led)}"] if led else []
    others = [one for one in shared if one not in led]
    tells += [f"负责{'、'.join(one.name for one in others[:_FEW])}"] if others else []
    return "，".join(tells)


def _things(turn: Turn) -> list[Thing] | None:
    return (things_in_words(turn) or None) if _asks(turn) else None


@router.command(_things)
def of_things(turn: Turn, things: list[Thing]) -> None:
    """What is open and spoken of in words, in full."""
    turn.answer(Answer("台账里对得上的：", five([thing.line for thing in things], "件")))


@router.command(lambda turn: (_asks(turn) and turn.reading.visible) or None)
def of_project(turn: Turn, projects: list[Project]) -> None:
    """What is asked of one project and how it stands; of several how they stand."""
    lines = told_of(turn, projects[0]) if len(projects) == 1 else []
    if not lines:
        project_status(turn, projects)
        return
    turn.answer(Answer(f"《{projects[0].name}》", five([*lines, *status_lines(turn.ledger, projects[0])])))


@router.command(lambda turn: _asks(turn) and bool(turn.reading.decision.matches) and not turn.reading.visible)
def of_hidden(turn: Turn) -> None:
    """A project the asker may not see: the same answer as for one that does not exist."""
    turn.answer(Answer("没有找到您能查看的这个项目；可发「我的项目」看名单。", []))


def _unit(turn: Turn) -> Unit | None:
    if not _asks(turn):
        return None
    own = turn.person.unit if _OUR.search(turn.reading.text) else None
    return unit_in(turn.ledger, turn.reading.text) or own


@router.command(_unit)
def of_unit(turn: Turn, unit: Unit) -> None:
    """What a unit has in hand, as far as the asker may see: projects, notices, tasks."""
    ledger = turn.ledger
    everything = sees_all(ledger, turn.person)
    projects = [one for one in projects_of_unit(ledger, unit) if everything or may_see(ledger, turn.person, one)]
    lines = [f"项目{len(projects)}个：{some([one.name for one in projects])}"] if projects else []
    lines += [notice_line(ledger, one) for one in notices_seen(turn) if one.unit_id == unit.id]
    lines += [task_line(ledger, one) for one in tasks_seen(turn) if one.unit_id == unit.id]
    turn.answer(Answer(f"{unit.shown}：", five(lines) or ["没有您能查看的项目、督办和交办"]))


# --- a subject --------------------------------------------------------------------------------------------


def _subject(turn: Turn) -> str | None:
    if not _asks(turn):
        return None
    return next((sentence for words, sentence in _SUBJECTS if words.search(turn.reading.text)), None)


@router.command(_subject)
def of_subject(turn: Turn, sentence: str) -> None:
    """Answer as if the usual sentence had been said."""
    turn.router.again(turn, text=sentence)


def _own_few(turn: Turn) -> list[Project] | None:
    own = turn.reading.own
    return own if _asks(turn) and not turn.reading.decision.matches and 0 < len(own) <= _FEW else None


@router.command(_own_few)
def of_own(turn: Turn, projects: list[Project]) -> None:
    """Who has few projects and names none asks about his own."""
    project_status(turn, projects)
