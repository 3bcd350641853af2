"""Questions that no rule of their own knows: answered by what they speak of, and nothing is asked back.

A notice or a person that is named comes first, then a project; else the subject (督办, 节点, 开会 …) brings its list,
as if its usual sentence had been said.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from sqlalchemy import select

from handlers.asked.aspects import told_of, told_of_each
from handlers.asked.query import notice_status, project_status, status_lines
from handlers.asked.register import asks
from handlers.asked.things import (
    Thing,
    node_line,
    notice_line,
    notices_seen,
    problem_line,
    problems_seen,
    reply_lines,
    task_line,
    tasks_seen,
    things_in_words,
    topic_line,
)
from handlers.finding import named_notice, spoken_of
from handlers.reading import Reading
from handlers.routing import Router, Turn
from handlers.understanding.numerals import parse_number
from handlers.understanding.refs import find_notice_ref
from handlers.understanding.wondering import only_wonders
from handlers.wording import five
from models import supervision
from models.attendance import Leave, leaves_by
from models.nodes import planned_between
from models.notices import Answer
from models.periods import month_end
from models.problem import Problem
from models.project import Project
from models.rights import sees_all
from models.supervision import SupervisionNotice
from models.topic import Topic, live_topics
from models.trays import Incoming

router = Router()
_SHORT = 8
_GOES_ON = timedelta(minutes=30)
_NUMBERED = re.compile(r"(?:DB|ISS|JB|TQ|XQ|HY)-?\d+", re.IGNORECASE)
_FEW = 3
_OTHER = re.compile(
    r"^(?:哦|嗯|好|行|中)?[，,\s]*(?:那|还有|再看看?)?(?:个)?(?P<name>[\u4e00-\u9fff\d]{2,8}?)(?:那边|那个|这边|的)*(?:呢|[咋怎]么?样|[咋怎]说)[?？]?$"
)
_NOTICES = re.compile(r"督办|挂.{0,2}牌|牌子|通知书|复函|回函")
_PROBLEMS = re.compile(r"问题|困难|难点|堵点|卡点|卡壳|[被叫]堵|阻工")
_PUT_OFF = re.compile(r"宽(?:到|限)|延(?:到|期|了)|缓(?:到|几|的)|往后(?:拖|推)")
_LEAVES = re.compile(r"(?:请的?)?假(?:条)?[^，。期]{0,6}(?:下来|批|准|同意|咋样|到哪)|(?:批|准)[^，。]{0,3}假")
_NODES = re.compile(r"节点|要(?:完|干)的|到期")
_MONTH = re.compile(r"(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月")
_DUE = re.compile(
    r"(?:限|最晚|最迟|期限|时限|截止|宽)[^，。]{0,4}(?:哪一?天|几号|几月|啥时候|什么时候|何时|多会儿)"
    r"|(?:哪一?天|几号|几月|啥时候|什么时候|何时)[^，。]{0,4}(?:之?前)?(?:得|必须|要|该)?(?:交|解决|办[完结成好]|弄[完好]|复函|到期)"
)
_EACH = re.compile(r"分别|各(?:是|自|归|由|在|投|要|有)|都(?:是|归|由)|[俩仨]")
_MINE = re.compile(r"我|俺|咱")

# Which usual sentence answers a question that speaks of a subject, in the order in which they are tried.
_SUBJECTS = tuple(
    (re.compile(words), sentence)
    for words, sentence in (
        (r"(?:例会|会议|上会的?)?材料[^，。]*(?:签|同意|点头|批|过目|审)", "例会材料最晚哪天报"),
        (r"等(?:我|俺)(?:批|签|同意|点头|办|定|看)|要(?:我|俺)(?:批|签|点头)", "我的待办"),
        (r"督办|挂牌|通知书|复函", "督办清单"),
        (r"交办", "交办清单"),
        (r"逾期|超期|过期|超时|拖期|[超过]了(?:日子|期|点)|(?:到|过)期没", "哪些逾期了"),
        (r"(?:谁|哪[个些家几]|几家|多少家)[^，。]{0,8}(?:没|未)[^，。]{0,3}(?:报|交)|报齐", "谁没报"),
        (r"节点|到期|工期|年底|(?:哪[个些几]|几个)[^，。]{0,8}(?:封顶|开工|竣工|完工|投产|通车|交付)", "未来30天节点"),
        (r"例会|调度会|开会|会议|参会|到会|[这那次个]会", "下次例会哪天开"),
        (r"产业链|链长", "有哪些产业链"),
        (r"为啥|为什么|凭啥|依据|规定|非得|必须|义务", "我的义务"),
        (r"(?:我|俺|咱|今天|这周|本周|这个?月)[^，。]*(?:干|办|做|弄|忙|事|活|任务|欠|报|交)|待办", "我的待办"),
    )
)


# --- going on about what was asked a moment before ---------------------------------------------------------


def _goes_on(turn: Turn) -> str | None:
    """Return a short question with what the message before named put in front: 电话？ after 城北的联络员是谁."""
    text, reading = turn.reading.text, turn.reading
    if len(text) > _SHORT or not asks(turn) or _NUMBERED.search(text):
        return None
    if reading.decision.matches and not (_OTHER.match(text) and len(reading.named) == 1):
        return None
    if reading.named:
        return _asked_again(_just_before(turn), reading.named[0])
    other = _OTHER.match(text)
    mine = [project for project in reading.own if other and other["name"] in project.name]
    before = _just_before(turn)
    if len(mine) == 1:
        return _asked_again(before, mine[0])
    if before is None:
        return None
    number = _NUMBERED.search(before.text)
    if number:
        return f"{number.group()}{text}"
    return f"{before.visible[0].name}{text}" if len(before.visible) == 1 else None


def _asked_again(before: Reading | None, project: Project) -> str:
    """Return the question just asked with another project in it: 那二期的呢 after 纺织园一期累计投了多少."""
    matches = before.decision.matches if before is not None and only_wonders(before.text) else ()
    if before is None or len(matches) != 1:
        return f"{project.name}现在咋样"
    span = matches[0].span
    return before.text[: span.start] + project.name + before.text[span.end :]


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


@router.command(lambda turn: (asks(turn) and (find_notice_ref(turn.reading.text) or None)) or None)
def of_notice(turn: Turn, reference: object) -> None:
    """How the notice stands that a question names by its number."""
    named = find_notice_ref(turn.reading.text)
    assert named is not None
    if named.number is None:
        of_notices(turn, spoken_of(turn) or notices_seen(turn))
        return
    found = supervision.find(turn.ledger, named.full or str(named.number))
    notice_status(turn, [found] if found in notices_seen(turn) and found is not None else [named_notice(turn, named)])


def _numbered(turn: Turn) -> list[str] | None:
    """Return the lines of the task or problem a question names by its number, where the asker may see it."""
    found = _NUMBERED.search(turn.reading.text) if asks(turn) else None
    if found is None:
        return None
    ledger, number = turn.ledger, found.group().upper()
    lines = [task_line(ledger, one) for one in tasks_seen(turn) if one.number == number]
    return lines + [problem_line(ledger, one) for one in problems_seen(turn) if one.number == number] or None


@router.command(_numbered)
def of_numbered(turn: Turn, lines: list[str]) -> None:
    """The task or problem that is named, in full."""
    turn.answer(Answer("台账里的：", lines))


def _things(turn: Turn) -> list[Thing] | None:
    return (things_in_words(turn) or None) if asks(turn) and not turn.reading.visible else None


@router.command(_things)
def of_things(turn: Turn, things: list[Thing]) -> None:
    """What is open and spoken of in words, in full."""
    turn.answer(Answer("台账里对得上的：", five([thing.line for thing in things], "件")))


@router.command(lambda turn: (asks(turn) and turn.reading.visible) or None)
def of_project(turn: Turn, projects: list[Project]) -> None:
    """What is asked of one project and how it stands; of several how they stand."""
    things = [thing.line for thing in things_in_words(turn)]
    if len(projects) > 1 and _EACH.search(turn.reading.text) and told_of_each(turn, projects):
        project_status(turn, projects)
        return
    if len(projects) > 1 and things:
        turn.answer(Answer("台账里对得上的：", five(things, "件")))
        return
    if len(projects) > 1:
        project_status(turn, projects)
        return
    lines = [*told_of(turn, projects[0]), *things]
    lines = list(dict.fromkeys([*lines, *status_lines(turn.ledger, projects[0])]))
    turn.answer(Answer(f"《{projects[0].name}》", five(lines)))


@router.command(lambda turn: asks(turn) and bool(turn.reading.decision.matches) and not turn.reading.visible)
def of_hidden(turn: Turn) -> None:
    """A project the asker may not see: the same answer as for one that does not exist."""
    turn.answer(Answer("没有找到您能查看的这个项目；可发「我的项目」看名单。", []))


# --- a subject --------------------------------------------------------------------------------------------


@router.command(lambda turn: (asks(turn) and _PROBLEMS.search(turn.reading.text) and problems_seen(turn)) or None)
def of_problems(turn: Turn, problems: list[Problem]) -> None:
    """The problems that are not closed, each with who told of it and who sees to it."""
    lines = [problem_line(turn.ledger, one) for one in problems]
    turn.answer(Answer(f"没销号的问题{len(lines)}个：", five(lines, "个")))


def _due_in_hand(turn: Turn) -> list[str] | None:
    """Return the lines of what the asker's unit has in hand, where he asks by when something is due or who set it."""
    if not asks(turn) or turn.reading.decision.matches or not _DUE.search(turn.reading.text):
        return None
    ledger, unit = turn.ledger, turn.person.unit_id
    lines = [notice_line(ledger, one) for one in notices_seen(turn) if one.unit_id == unit]
    lines += [task_line(ledger, one) for one in tasks_seen(turn) if one.unit_id == unit]
    return lines if 0 < len(lines) <= _FEW else None


@router.command(_due_in_hand)
def of_due_in_hand(turn: Turn, lines: list[str]) -> None:
    """Whose words no matter of the ledger shares, and who has few in hand, is told them all."""
    turn.answer(Answer("您单位手上的：", five(lines, "件")))


def _put_off(turn: Turn) -> list[str] | None:
    """Return the lines of the notices and tasks the asker may see, where he asks how long they were put off."""
    if not asks(turn) or not _PUT_OFF.search(turn.reading.text):
        return None
    ledger = turn.ledger
    lines = [notice_line(ledger, one) for one in notices_seen(turn)]
    return lines + [task_line(ledger, one) for one in tasks_seen(turn)] or None


@router.command(_put_off)
def of_extensions(turn: Turn, lines: list[str]) -> None:
    """What was asked to be put off, and what was granted, beside the days that stand; nothing asked is said so."""
    asked = [line for line in lines if "延到" in line]
    turn.answer(Answer("申请过延期的：" if asked else "没有申请过延期，原时限照算：", five(asked or lines, "件")))


@router.command(
    lambda turn: (asks(turn) and _LEAVES.search(turn.reading.text) and leaves_by(turn.ledger, turn.person)) or None
)
def of_leaves(turn: Turn, leaves: list[Leave]) -> None:
    """How the asker's own requests for leave stand."""
    turn.answer(Answer("您的请假：", five([f"{one.meeting.name}：{one.label}，{one.reason}" for one in leaves])))


def _own_topics(turn: Turn) -> list[Topic] | None:
    if not asks(turn) or "议题" not in turn.reading.text or not _MINE.search(turn.reading.text):
        return None
    return live_topics(turn.ledger, person=turn.person) or None


@router.command(_own_topics)
def of_topics(turn: Turn, topics: list[Topic]) -> None:
    """How the topics stand that the asker put forward."""
    turn.answer(Answer("您报的议题：", five([topic_line(one) for one in topics], "个")))


@router.command(lambda turn: (asks(turn) and _NOTICES.search(turn.reading.text) and notices_seen(turn)) or None)
def of_notices(turn: Turn, notices: list[SupervisionNotice]) -> None:
    """The notices the asker may see, in full: who ordered, who signed, what was replied."""
    lines = [line for notice in notices for line in (notice_line(turn.ledger, notice), *reply_lines(notice))]
    turn.answer(Answer(f"没销号的督办{len(notices)}件：" if notices else "没有在办的督办。", five(lines)))


def _month_of(turn: Turn) -> str | None:
    """Return the month of a question for nodes, where it names one."""
    if not asks(turn) or not _NODES.search(turn.reading.text):
        return None
    found = _MONTH.search(turn.reading.text)
    month = parse_number(found["month"]) if found else None
    return f"{turn.ledger.today.year}-{int(month):02d}" if month else None


@router.command(_month_of)
def of_nodes(turn: Turn, month: str) -> None:
    """The nodes planned in a month: of the projects named, else the asker's own, all where he oversees them."""
    first = date.fromisoformat(f"{month}-01")
    mine = None if sees_all(turn.ledger, turn.person) and not _MINE.search(turn.reading.text) else turn.reading.own
    pairs = planned_between(turn.ledger, first, month_end(first), turn.reading.visible or mine)
    lines = [node_line(turn.ledger, project, node) for project, node in pairs]
    turn.answer(
        Answer(f"{first.month}月节点{len(lines)}个：" if lines else f"{first.month}月没有节点。", five(lines, "个"))
    )


def _subject(turn: Turn) -> str | None:
    if not asks(turn):
        return None
    return next((sentence for words, sentence in _SUBJECTS if words.search(turn.reading.text)), None)


@router.command(_subject)
def of_subject(turn: Turn, sentence: str) -> None:
    """Answer as if the usual sentence had been said."""
    turn.router.again(turn, text=sentence)


def _own_few(turn: Turn) -> list[Project] | None:
    own = turn.reading.own
    return own if asks(turn) and not turn.reading.decision.matches and 0 < len(own) <= _FEW else None


@router.command(_own_few)
def of_own(turn: Turn, projects: list[Project]) -> None:
    """Who has few projects and names none asks about his own."""
    project_status(turn, projects)
