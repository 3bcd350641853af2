"""What a meeting looks at, in the notice's fixed order: last time's decisions first, then the pack's items (DC-22).

Owns the agenda, its opening page (上次议定事项落实情况, ZZ-25), topics merged by theme (DC-20) and the material in
three sections (DC-12).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from models.entry import EntryKind
from models.ledger import Ledger
from models.mechanism import Obligation
from models.meeting import Meeting, MeetingKind, last_held
from models.people import Person
from models.periods import shown
from models.project import Part, Project
from models.regular import prepare
from models.reporting import ReportState, Submission
from models.task import Task, TaskState
from models.topic import Topic, TopicSource, TopicState, conclude, handle, raise_topic, topics_of

OPENING = "上次议定事项落实情况"
_NOTHING = ("", "无", "没有", "暂无")


@dataclass(frozen=True)
class AgendaLine:
    """One thing for a meeting's agenda from outside its topics (提请事项): a text, who brings it, on which project."""

    text: str
    category: str
    project: Project | None = None
    by: Person | None = None


def agenda(ledger: Ledger, meeting: Meeting) -> list[tuple[str, list[str]]]:
    """Return a meeting's items in their fixed order, each with its lines."""
    items = [item for item in ledger.mechanism.meetings.agenda if item != OPENING]
    listed = [(item, list[str]()) for item in items] or [("研究议题", list[str]())]
    listed[-1] = (listed[-1][0], [topic_line(topic) for topic in topics_of(ledger, meeting)])
    return [(OPENING, opening(ledger, meeting)), *listed]


def opening(ledger: Ledger, meeting: Meeting) -> list[str]:
    """Return the opening page: what the last meeting of this body decided, done and undone."""
    last = last_held(ledger, meeting)
    tasks = tasks_of(ledger, last) if last else []
    if last is None or not tasks:
        return ["上次会议没有议定事项。"]
    done = [task for task in tasks if task.state == TaskState.DONE.value]
    undone = [task for task in tasks if task.state not in (TaskState.DONE.value, TaskState.CANCELLED.value)]
    heading = f"{last.name}（{shown(last.day)}）议定{len(tasks)}项，已办结{len(done)}项，未办结{len(undone)}项。"
    lines = [f"已办结：{task.number} {task.unit.shown}：{task.requirement}" for task in done]
    return [heading, *lines, *(_undone(ledger, task) for task in undone)]


def _undone(ledger: Ledger, task: Task) -> str:
    late = "，已逾期" if task.due < ledger.today and task.state == TaskState.OPEN.value else ""
    who = f"{task.unit.shown}（{task.person_name}）"
    return f"未办结：{task.number} {who}：{task.requirement}，{shown(task.due)}前{late}（{task.label}）"


def tasks_of(ledger: Ledger, meeting: Meeting) -> list[Task]:
    """Return what a meeting decided, with what was merged into it."""
    merged = select(Meeting.id).where(Meeting.merged_into == meeting.id)
    return list(
        ledger.session.scalars(
            select(Task).where((Task.meeting_id == meeting.id) | Task.meeting_id.in_(merged)).order_by(Task.id)
        )
    )


# --- topics ---------------------------------------------------------------------------------------------


def themes(topics: Iterable[Topic]) -> dict[str, list[Topic]]:
    """Merge topics by problem category, the fullest theme first (DC-20)."""
    found: dict[str, list[Topic]] = {}
    for topic in topics:
        found.setdefault(topic.category, []).append(topic)
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def theme_line(theme: str, topics: list[Topic]) -> str:
    """Say a theme in one line: how many topics, on which projects."""
    names = list(dict.fromkeys(topic.project.name for topic in topics if topic.project))
    about = f"：{'、'.join(names[:3])}{'等' if len(names) > 3 else ''}" if names else ""
    return f"{theme}{len(topics)}项{about}"


def topic_line(topic: Topic) -> str:
    """Say a topic in one line."""
    about = f"《{topic.project.name}》" if topic.project else ""
    needs = f"（需{'、'.join(topic.needs)}参会）" if topic.needs else ""
    return f"{topic.number} {about}{topic.text}{needs}"


def table(
    ledger: Ledger, meeting: Meeting, lines: Iterable[AgendaLine], source: TopicSource = TopicSource.REQUEST
) -> list[Topic]:
    """Put lines from elsewhere on a meeting's agenda as topics: the way in for 提请事项 (JZ-14)."""
    return [
        raise_topic(
            ledger,
            text=line.text,
            meeting=meeting,
            project=line.project,
            person=line.by,
            category=line.category,
            needs=[],
            due=None,
            source=source,
        )
        for line in lines
    ]


def general_meeting(ledger: Ledger, lines: Iterable[AgendaLine], convenor: Person | None, by: Person | None) -> Meeting:
    """Make a general meeting (综合调度会) out of what waits for the main leader, in one step (JZ-14)."""
    duty = next((one for one in ledger.mechanism.obligations if one.id.endswith("general-meeting")), None)
    name = duty.name if duty else "综合调度会"
    day = ledger.calendar.add_workdays(ledger.today, 3)
    at = ledger.local_now.replace(year=day.year, month=day.month, day=day.day, hour=9, minute=0, second=0)
    meeting = prepare(ledger, kind=MeetingKind.GENERAL, name=name, at=at, convenor=convenor)
    for topic in table(ledger, meeting, lines):
        handle(ledger, topic, TopicState.LISTED, by, f"列入{name}")
    return meeting


def settle_topics(ledger: Ledger, meeting: Meeting, task: Task) -> None:
    """Let a decision conclude the topic it is about: the one of its project, or the only one left."""
    waiting = [topic for topic in topics_of(ledger, meeting) if topic.state != TopicState.DECIDED.value]
    of_project = [topic for topic in waiting if task.project_id and topic.project_id == task.project_id]
    chosen = of_project if len(of_project) == 1 else []
    for topic in chosen:
        conclude(ledger, topic, None, f"{task.number} {task.requirement}")


# --- material -------------------------------------------------------------------------------------------


def material(ledger: Ledger, meeting: Meeting) -> list[tuple[str, list[str]]]:
    """Return the meeting's material in the notice's three sections (督项目进度、查责任落实、促问题解决, DC-12)."""
    progress, answering, problems = ledger.mechanism.meetings.material_sections
    duty = materials_duty(ledger)
    filed = filed_materials(ledger, duty, meeting.period) if duty else {}
    projects = list(ledger.session.scalars(select(Project).order_by(Project.id)))
    missing = [_missing(ledger, project) for project in projects if project.id not in filed] if duty else []
    asks = [line for project in projects if project.id in filed for line in _asks(project, filed[project.id])]
    merged = [
        line
        for theme, topics in themes(topics_of(ledger, meeting)).items()
        for line in (theme_line(theme, topics), *(topic_line(topic) for topic in topics))
    ]
    return [
        (progress, [_progress(ledger, project, filed.get(project.id)) for project in projects]),
        (answering, [*opening(ledger, meeting), *missing]),
        (problems, [*merged, *asks] or ["没有需要研究的问题。"]),
    ]


def materials_duty(ledger: Ledger) -> Obligation | None:
    """Return the pack's duty to hand in material before the regular meeting (DC-17, DC-19)."""
    return next((duty for duty in ledger.mechanism.obligations if duty.due.rule == "before_meeting"), None)


def filed_materials(ledger: Ledger, duty: Obligation, period: str) -> dict[int, dict[str, str]]:
    """Return the parts of the material filed for a period, by project id."""
    rows = ledger.session.scalars(
        select(Submission).where(
            Submission.duty == duty.id, Submission.period == period, Submission.state == ReportState.FILED.value
        )
    )
    return {int(row.subject.removeprefix("project:")): dict(row.parts) for row in rows if "project:" in row.subject}


def _progress(ledger: Ledger, project: Project, parts: dict[str, str] | None) -> str:
    if parts:
        return f"《{project.name}》{next(iter(parts.values()))}"
    entries = ledger.entries(project=project.code, kinds=(EntryKind.PROGRESS,), limit=1)
    return f"《{project.name}》{entries[0].text if entries else '本期没有进展记录'}"


def _missing(ledger: Ledger, project: Project) -> str:
    units = "、".join(unit.shown for unit in project.units(Part.RESPONSIBLE_UNIT, ledger.today))
    return f"未报例会材料：{units}《{project.name}》"


def _asks(project: Project, parts: dict[str, str]) -> list[str]:
    rest = list(parts.items())[1:]
    return [f"《{project.name}》{name}：{text}" for name, text in rest if text.strip("。.") not in _NOTHING]
