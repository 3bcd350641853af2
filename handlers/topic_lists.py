"""Departments' questions into a task force's next meeting (JZ-11), and looking at topics: merged, expanded, listed."""

from __future__ import annotations

import re

from sqlalchemy import select

from handlers.routing import Router, Turn
from handlers.topics import after_text, needs_of
from handlers.understanding.categories import category_of
from handlers.which_meeting import coming_or_next, period_named, taskforce_named
from handlers.wording import five
from models.agenda import theme_line, themes, topic_line
from models.errors import Refusal
from models.ledger import Ledger
from models.meeting import Meeting
from models.notices import Answer
from models.project import Taskforce, TaskforceUnit
from models.regular import taskforce_meeting
from models.rights import sees_all
from models.topic import TopicSource, live_topics, raise_topic, topics_of

router = Router(topic="会议")
_QUESTION = re.compile(
    r"^(?:我们?(?:局|单位)?)?(?:向|给)?(?P<to>[^，。：:]{0,16}?)提交(?:一?个)?问题[:：]\s*(?P<text>.+)$", re.S
)
_EXPAND = re.compile(r"^展开(?:一?下)?(?P<theme>[\u4e00-\u9fff·/、]{2,16}?)(?:类?的?(?:议题|问题))?$")
_LIST = re.compile(r"(?:议题|提请事项)(?:清单|列表|有哪些|都有啥|情况)|^(?:我的)?议题[?？]*$")


# --- departments' questions (JZ-11) ---------------------------------------------------------------------


@router.command(
    lambda turn: _QUESTION.match(turn.reading.text), help="向专班提交问题", example="向产业项目专班提交问题：……"
)
def question(turn: Turn, found: re.Match[str]) -> None:
    """A department submits a question into its task force's next meeting."""
    taskforce = taskforce_named(turn.ledger, turn.reading.text) or _own_taskforce(turn)
    meeting = next_taskforce_meeting(turn.ledger, taskforce, turn.reading.text)
    body = found["text"].strip(" 。")
    named = turn.reading.named
    topic = raise_topic(
        turn.ledger,
        text=body,
        meeting=meeting,
        project=named[0] if len(named) == 1 else None,
        person=turn.person,
        category=category_of(body),
        needs=needs_of(turn, body),
        due=None,
        source=TopicSource.QUESTION,
    )
    after_text(turn, topic)


def next_taskforce_meeting(ledger: Ledger, taskforce: Taskforce, text: str = "") -> Meeting:
    """Return a task force's next meeting: the named month's, else this month's."""
    return taskforce_meeting(ledger, taskforce, period_named(ledger, text) or f"{ledger.today:%Y-%m}")


def _own_taskforce(turn: Turn) -> Taskforce:
    rows = turn.ledger.session.scalars(
        select(Taskforce)
        .join(TaskforceUnit, TaskforceUnit.taskforce_id == Taskforce.id)
        .where(TaskforceUnit.unit_id == turn.person.unit_id)
        .order_by(Taskforce.id)
        .distinct()
    ).all()
    if len(rows) != 1:
        names = "、".join(row.name for row in rows) or "没有登记"
        raise Refusal(f"贵单位所在的专班：{names}，请写明提交给哪个专班，例如「向产业项目专班提交问题：……」。")
    return rows[0]


# --- looking --------------------------------------------------------------------------------------------


@router.command(lambda turn: _EXPAND.match(turn.reading.text))
def expand(turn: Turn, found: re.Match[str]) -> None:
    """Expand a merged theme to its topics and projects (DC-20)."""
    meeting = coming_or_next(turn.ledger, turn.reading.text)
    groups = themes(topics_of(turn.ledger, meeting))
    named = [theme for theme in groups if found["theme"] in theme]
    if not named:
        raise Refusal(f"{meeting.name}没有「{found['theme']}」类议题；现有：{'、'.join(groups) or '无'}。")
    topics = groups[named[0]]
    turn.answer(Answer(theme_line(named[0], topics), five([topic_line(topic) for topic in topics])))


@router.command(lambda turn: bool(_LIST.search(turn.reading.text)))
def list_topics(turn: Turn) -> None:
    """The topics the asker may see: the office all of a meeting's, others their own unit's."""
    ledger = turn.ledger
    everything = sees_all(ledger, turn.person)
    topics = live_topics(ledger, person=None if everything else turn.person)
    lines = [f"{topic_line(topic)}（{topic.label}）" for topic in topics]
    heading = f"议题{len(lines)}项：" if lines else "现在没有议题。"
    turn.answer(Answer(heading, five(lines)))
