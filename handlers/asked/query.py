"""Questions: answered from the ledger in at most five lines, within the asker's rights."""

from __future__ import annotations

import re

from handlers.asked.aspects import told_of, told_of_each
from handlers.asked.things import issued_and_signed, node_line, things_in_words
from handlers.duties import duty_lines
from handlers.finding import named_notice, spoken_of
from handlers.meeting_todo import meeting_todo
from handlers.noticing import note_reading
from handlers.routing import Router, Turn
from handlers.tracking import overdue_lines, todo_lines
from handlers.understanding.phrases import Intent
from handlers.understanding.refs import find_notice_ref
from handlers.understanding.wondering import wonders
from handlers.urging import urge_hint
from handlers.wording import dated, five, some
from models import brief, handover, succession, supervision
from models.calendar import SHANGHAI
from models.deeds import Deed, may
from models.entry import ENTRY_LABELS, EntryKind
from models.ledger import Ledger
from models.mechanism import Obligation
from models.nodes import named_nodes
from models.notices import Answer
from models.obligation import Occurrence
from models.overview import figures_line
from models.people import Person, Role
from models.periods import period_said, shown
from models.problem import open_problems
from models.project import Part, Project
from models.question import open_questions
from models.reporting import (
    REPORT_LABELS,
    ReportState,
    asked,
    find_submission,
    pending_for,
    unreported,
)
from models.rights import led_projects, may_see, own_projects, sees_all
from models.subjects import subjects_of
from models.supervision import SupervisionNotice
from models.supervision_states import State
from models.visit import forgotten_materials

router = Router()
_SENDS_BACK = re.compile(r"退给(?!谁)")  # what was not written may hold the words of a question
_OF_NODES = re.compile(r"时候|时间|哪天|几号|几月|何时|多会儿|计划|节点|按期|前能|能不能|[吗没]")
_NODES_TOLD = 3
_QUESTIONS = {
    "project": "有个问题等您答：这条说的是哪个项目？",
    "need": "有个问题等您答：缺的要素需要哪家解决、哪天前？",
    "proxy": "有份代报材料等您确认",
    "taskforce": "有个问题等您答：说的是哪个专班？",
}


@router.command(lambda turn: Intent.MY_TODO in turn.reading.intents, help="我的待办", example="我的待办")
def my_todo(turn: Turn) -> None:
    """What waits for the asker, most pressing first."""
    lines = _todo_lines(turn.ledger, turn.person)
    turn.answer(Answer("您的待办：" if lines else "您现在没有待办。", five(lines)))


@router.command(lambda turn: Intent.MY_PROJECTS in turn.reading.intents, help="我的项目", example="我的项目")
def my_projects(turn: Turn) -> None:
    """The projects the asker has a part in."""
    projects = led_projects(turn.ledger, turn.person) or own_projects(turn.ledger, turn.person)
    if not projects:
        turn.answer(Answer("名下还没有登记项目。", []))
        return
    lines = [_project_line(turn.ledger, project) for project in projects]
    turn.answer(Answer(f"您的项目共{len(projects)}个：", five(lines)))


@router.command(lambda turn: Intent.WHO_MISSING in turn.reading.intents, help="谁没报", example="谁没报")
def who_missing(turn: Turn) -> None:
    """Who has not reported: all of them for those who oversee the county, one's own state for others."""
    if re.search(r"复函|签收|回复", turn.reading.text):
        lines = _unanswered(turn)
        turn.answer(Answer("还没复函的督办：" if lines else "督办都复函了。", five(lines)))
        return
    lines = []
    for duty, occurrence in asked(turn.ledger):
        lines += _missing_lines(turn, occurrence, duty)
    lines = five(lines)
    if any("未报" in line for line in lines) and may(turn.ledger, turn.person, Deed.URGE):
        lines.append(urge_hint(turn.ledger))
    turn.answer(Answer("报送情况：" if lines else "现在没有要报的。", lines))


@router.command(lambda turn: Intent.NOTICE_LIST in turn.reading.intents, help="在办督办", example="督办清单")
def notice_list(turn: Turn) -> None:
    """The notices that are not closed and the asker may see."""
    lines = [
        f"{notice.handle} {notice.unit.shown}《{notice.project.name}》{notice.label}，{dated(notice.solve_due)}前解决"
        for notice in supervision.open_notices(turn.ledger)
        if sees_all(turn.ledger, turn.person) or _sees_notice(turn.ledger, turn.person, notice)
    ]
    turn.answer(Answer(f"没销号的督办{len(lines)}件：" if lines else "没有在办的督办。", five(lines)))


@router.command(lambda turn: Intent.OVERDUE in turn.reading.intents, help="逾期事项", example="哪些逾期了")
def overdue(turn: Turn) -> None:
    """What is past its date and the asker may see."""
    lines = _overdue_lines(turn.ledger, turn.person)
    turn.answer(Answer(f"逾期{len(lines)}项：" if lines else "没有逾期事项。", five(lines)))


def _asked_notices(turn: Turn) -> list[SupervisionNotice] | None:
    reference = find_notice_ref(turn.reading.text)
    if reference is None or not turn.reading.intents & {Intent.NOTICE_STATUS, Intent.PROJECT_STATUS}:
        return None
    if _SENDS_BACK.search(turn.reading.text):
        return None
    found = (spoken_of(turn) or _seen_of(turn)) if reference.number is None else []
    return found or [named_notice(turn, reference)]


def _seen_of(turn: Turn) -> list[SupervisionNotice]:
    """Return the open notices of the projects a question names, to who is of them."""
    codes = {project.id for project in turn.reading.visible}
    return [one for one in supervision.open_notices(turn.ledger) if one.project_id in codes]


@router.command(_asked_notices, help="督办到哪一步", example="DB-07到哪一步了")
def notice_status(turn: Turn, notices: list[SupervisionNotice]) -> None:
    """How supervision notices stand, all that may be meant; an addressee who asks has read it (A8)."""
    if len(notices) > 1 or (turn.person.unit_id != notices[0].unit_id and not sees_all(turn.ledger, turn.person)):
        lines = [f"{_notice_line(one)}：{_short(one.matter)}" for one in notices]
        turn.answer(Answer(f"对得上的督办{len(notices)}件：", five(lines, "件")))
        return
    notice = notices[0]
    note_reading(turn, notice)
    lines = [f"{notice.unit.shown}：{notice.label}（{issued_and_signed(turn.ledger, notice)}）", _short(notice.matter)]
    if notice.reply_due and notice.missing:
        lines.append(f"复函{dated(notice.reply_due)}前，还差{'、'.join(notice.missing)}")
    lines += ["；".join(f"{name}：{value}" for name, value in notice.reply_lines)] if notice.reply_lines else []
    lines.append(f"解决时限{dated(notice.solve_due)}")
    turn.answer(Answer(f"{notice.handle} {notice.number}《{notice.project.name}》", five(lines)))


@router.command(
    lambda turn: (Intent.PROJECT_STATUS in turn.reading.intents and turn.reading.visible) or None,
    help="项目进展",
    example="二院进展咋样",
)
def project_status(turn: Turn, projects: list[Project]) -> None:
    """How projects stand; several candidates are all answered, a question for reading would be rude."""
    if len(projects) == 1:
        lines = [*_told_in_words(turn, projects[0]), *status_lines(turn.ledger, projects[0])]
        turn.answer(Answer(f"《{projects[0].name}》", five(list(dict.fromkeys(lines)))))
        return
    lines = told_of_each(turn, projects) if wonders(turn.reading.text) else []
    lines = lines or [line for project in projects[:2] for line in _brief_lines(turn.ledger, project)]
    turn.answer(Answer(f"有{len(projects)}个项目对得上：", five(lines)))


@router.command(lambda turn: Intent.PROJECT_STATUS in turn.reading.intents and bool(turn.reading.decision.matches))
def project_hidden(turn: Turn) -> None:
    """A project the asker may not see: the same answer as for one that does not exist."""
    turn.answer(Answer("没有找到您能查看的这个项目；可发「我的项目」看名单。", []))


@router.command(
    lambda turn: Intent.UNPLACED_LIST in turn.reading.intents,
    help="没归类的消息",
    example="待归类",
    roles=(Role.OFFICE,),
)
def unplaced_list(turn: Turn) -> None:
    """The messages nobody could place, for the office."""
    notes = [
        entry
        for entry in turn.ledger.entries(kinds=(EntryKind.NOTE,), limit=200)
        if entry.data.get("state") == "unplaced"
    ]
    lines = [f"{dated(entry.time.astimezone(SHANGHAI).date())} {entry.person}：{_short(entry.text)}" for entry in notes]
    lines += [f"{dated(sent)} {name}：照片或位置，没有说明" for sent, name in forgotten_materials(turn.ledger)]
    heading = f"没归类的消息{len(lines)}条：" if lines else "没有待归类的消息。"
    turn.answer(Answer(heading, five(lines)))


# --- lines ----------------------------------------------------------------------------------------------


def _todo_lines(ledger: Ledger, person: Person) -> list[str]:
    lines = [_notice_todo(notice) for notice in supervision.notices_for(ledger, person)]
    lines = [line for line in lines if line]
    for duty, subject, pending in pending_for(ledger, person):
        lines.append(f"待您同意：{subject.name}{period_said(pending.period, ledger.today)}的{duty.name}")
    lines += meeting_todo(ledger, person)
    if ledger.has_role(person, Role.OFFICE):
        lines += _office_todo(ledger) + succession.alarms(ledger)
    lines += todo_lines(ledger, person)
    lines += _project_todo(ledger, person)
    for duty, occurrence in asked(ledger):
        assert occurrence.due is not None
        for subject in subjects_of(ledger, duty, person):
            row = find_submission(ledger, duty, occurrence.period, subject)
            if row is None or row.state in (ReportState.DRAFT.value, ReportState.RETURNED.value):
                period = period_said(occurrence.period, ledger.today)
                lines.append(f"{subject.name}：{duty.name}（{period}），{dated(occurrence.due)}前报")
    lines += duty_lines(ledger, person, only_open=True)
    for question in open_questions(ledger, person):
        lines.append(_QUESTIONS.get(question.subject, "有个问题等您答"))
    return lines


def _notice_todo(notice: SupervisionNotice) -> str:
    state = State(notice.state)
    if state in (State.ISSUED, State.DELIVERED):
        return f"签收{notice.handle}《{notice.project.name}》"
    if state in (State.RECEIVED, State.RETURNED) and notice.reply_due:
        return f"复函{notice.handle}《{notice.project.name}》，{dated(notice.reply_due)}前，差{len(notice.missing)}项"
    if state is State.ACCEPTED:
        return f"解决{notice.handle}《{notice.project.name}》，{dated(notice.solve_due)}前"
    return ""


def _office_todo(ledger: Ledger) -> list[str]:
    notices = supervision.open_notices(ledger)
    review = [notice.handle for notice in notices if notice.state == State.REPLIED.value]
    closing = [notice.handle for notice in notices if notice.state == State.CLOSING.value]
    lines = []
    if review:
        lines.append(f"复函待审：{'、'.join(review)}")
    if closing:
        lines.append(f"销号待定：{'、'.join(closing)}")
    return lines


def _project_todo(ledger: Ledger, person: Person) -> list[str]:
    """Return the declarations and hand-overs that wait for somebody."""
    lines = []
    if may(ledger, person, Deed.ADMIT_PROJECT):
        waiting = [row.number for row in brief.waiting(ledger)]
        lines += [f"项目申报待办：{'、'.join(waiting)}"] if waiting else []
    for row in handover.waiting_for(ledger, person.unit_id):
        what = f"补{'、'.join(row.missing)}" if row.signed else "签收移交"
        lines.append(f"{row.lead.shown}：{what}，{dated(row.due)}前")
    draft = brief.draft_of(ledger, person)
    if draft is not None and brief.missing(ledger, draft):
        lines.append(f"《{draft.name}》说明书还差{len(brief.missing(ledger, draft))}项")
    return lines


def _missing_lines(turn: Turn, occurrence: Occurrence, duty: Obligation) -> list[str]:
    assert occurrence.due is not None
    name, period = duty.name, period_said(occurrence.period, turn.ledger.today)
    when = f"{dated(occurrence.due)}前" + (f"；{occurrence.clash}" if occurrence.clash else "")
    if turn.reading.visible:
        return _missing_of(turn, occurrence, duty, f"{name}（{period}，{when}）")
    if sees_all(turn.ledger, turn.person):
        return [f"{name}（{period}，{when}）{_who_owes(turn.ledger, duty, occurrence)}"]
    lines = []
    for subject in subjects_of(turn.ledger, duty, turn.person):
        row = find_submission(turn.ledger, duty, occurrence.period, subject)
        state = REPORT_LABELS[ReportState(row.state)] if row else "未报"
        lines.append(f"{subject.name}：{name}（{period}，{when}）{state}")
    return lines


def _missing_of(turn: Turn, occurrence: Occurrence, duty: Obligation, told: str) -> list[str]:
    """Return how a report of the projects that are named stands."""
    owing = unreported(turn.ledger, duty, occurrence)
    lines = []
    for project in turn.reading.visible if duty.per == "project" else ():
        rows = [row for subject, row in owing if subject.project is not None and subject.project.id == project.id]
        state = (REPORT_LABELS[ReportState(rows[0].state)] if rows[0] else "未报") if rows else "已报"
        lines.append(f"{project.name}：{told}{state}")
    return lines


def _unanswered(turn: Turn) -> list[str]:
    """Return the notices not signed or not replied to, those the asker may see."""
    waiting = {State.ISSUED.value, State.DELIVERED.value, State.RECEIVED.value, State.RETURNED.value}
    return [
        f"{notice.handle} {notice.unit.shown}：{notice.label}"
        + (f"，{dated(notice.reply_due)}前" if notice.reply_due else "")
        for notice in supervision.open_notices(turn.ledger)
        if notice.state in waiting
        and (sees_all(turn.ledger, turn.person) or _sees_notice(turn.ledger, turn.person, notice))
    ]


def _who_owes(ledger: Ledger, duty: Obligation, occurrence: Occurrence) -> str:
    owing = unreported(ledger, duty, occurrence)
    waiting = [subject.shown for subject, row in owing if row and row.state == ReportState.PENDING.value]
    missing = [subject.shown for subject, _ in owing if subject.shown not in waiting]
    if not owing:
        return "都报了"
    told = f"未报{len(missing)}家：{some(missing, 12, '家')}" if missing else "都报了"
    return told + (f"；待同意{len(waiting)}家：{some(waiting, 12, '家')}" if waiting else "")


def _overdue_lines(ledger: Ledger, person: Person) -> list[str]:
    lines = _late_reports(ledger, person)
    for notice in supervision.open_notices(ledger):
        if not (sees_all(ledger, person) or _sees_notice(ledger, person, notice)):
            continue
        if notice.reply_due and notice.missing and notice.reply_due < ledger.today:
            lines.append(f"{notice.handle} {notice.unit.shown} 复函{dated(notice.reply_due)}到期")
        if notice.solve_due < ledger.today:
            lines.append(f"{notice.handle}《{notice.project.name}》解决时限{dated(notice.solve_due)}")
    lines += overdue_lines(ledger, person)
    by_code = {project.code: project for project in own_projects(ledger, person)}
    for problem in open_problems(ledger):
        if problem.due and problem.due < ledger.today and (sees_all(ledger, person) or problem.project in by_code):
            lines.append(f"{problem.number} {problem.short}，{dated(problem.due)}到期")
    return lines


def _late_reports(ledger: Ledger, person: Person) -> list[str]:
    """Return the reports past their date: all for those who oversee the county, one's own for others."""
    lines = []
    for duty, occurrence in asked(ledger):
        if occurrence.due is None or occurrence.due >= ledger.today:
            continue
        missing = [subject for subject, _ in unreported(ledger, duty, occurrence)]
        if not sees_all(ledger, person):
            own = {subject.key for subject in subjects_of(ledger, duty, person)}
            missing = [subject for subject in missing if subject.key in own]
        if missing:
            names = some([subject.shown for subject in missing], 12, "家")
            period = period_said(occurrence.period, ledger.today)
            lines.append(f"{duty.name}（{period}）{dated(occurrence.due)}到期，未报{len(missing)}家：{names}")
    return lines


def _sees_notice(ledger: Ledger, person: Person, notice: SupervisionNotice) -> bool:
    return supervision.is_addressee(ledger, notice, person) or may_see(ledger, person, notice.project)


def _project_line(ledger: Ledger, project: Project) -> str:
    latest = _latest_progress(ledger, project)
    return f"{project.name}：{project.stage or '在建'}，{latest}"


def _latest_progress(ledger: Ledger, project: Project) -> str:
    entries = ledger.entries(project=project.code, kinds=(EntryKind.PROGRESS, EntryKind.VISIT), limit=1)
    if not entries:
        return "还没有进展记录"
    entry = entries[0]
    day = entry.time.astimezone(SHANGHAI).date()
    return f"{shown(day)}{ENTRY_LABELS[EntryKind(entry.kind)]}：{_short(entry.text)}"


def status_lines(ledger: Ledger, project: Project) -> list[str]:
    """Return how a project stands: stage and news, money, notice, problems, what is next and whom to ask."""
    leaders = "、".join(project.names(Part.LEADER, ledger.today))
    led = f"，{leaders}分包" if leaders else ""
    lines = [f"{project.stage or '在建'}{led}；{_latest_progress(ledger, project)}"]
    money = _money_line(ledger, project)
    if money:
        lines.append(money)
    for notice in supervision.open_notices(ledger):
        if notice.project_id == project.id:
            lines.append(_notice_line(notice))
            break
    problems = open_problems(ledger, project)
    if problems:
        lines.append(f"未销号问题{len(problems)}个：{problems[0].number} {problems[0].short}")
    lines.append(_node_and_contact(ledger, project))
    return lines


def _asked_nodes(turn: Turn, project: Project) -> list[str]:
    """Return the nodes that a question speaks of (计划啥时候封顶)."""
    text = turn.reading.beside_names
    asked = named_nodes(project.nodes, text) if _OF_NODES.search(text) else []
    return [node_line(turn.ledger, project, node) for node in asked] if len(asked) <= _NODES_TOLD else []


def _told_in_words(turn: Turn, project: Project) -> list[str]:
    """Return what a question asks of a project: its aspects, its nodes, the open things its words speak of."""
    things = [thing.line for thing in things_in_words(turn)] if wonders(turn.reading.text) else []
    return [*_asked_nodes(turn, project), *told_of(turn, project), *things]


def _notice_line(notice: SupervisionNotice) -> str:
    reply = f"，{shown(notice.reply_due)}前复函" if notice.reply_due and notice.missing else ""
    return f"{notice.handle}（{notice.unit.shown}）{notice.label}{reply}，{dated(notice.solve_due)}前解决"


def _money_line(ledger: Ledger, project: Project) -> str:
    plan = f"年计划{project.annual_investment:.0f}万元" if project.annual_investment else ""
    told = figures_line(ledger, project)
    if told:
        return "，".join(part for part in (told, plan) if part)
    return f"{plan}，本期投资未报" if plan else ""


def _node_and_contact(ledger: Ledger, project: Project) -> str:
    coming = [node for node in project.nodes if node.finished is None and node.planned >= ledger.today]
    node = f"下个节点：{coming[0].name}{dated(coming[0].planned)}" if coming else "没有后续节点"
    contacts = project.people(Part.LIAISON, ledger.today)
    contact = f"；联系人：{contacts[0].name} {contacts[0].mobile}".rstrip() if contacts else ""
    return node + contact


def _brief_lines(ledger: Ledger, project: Project) -> list[str]:
    return [f"《{project.name}》{_latest_progress(ledger, project)}", _node_and_contact(ledger, project)]


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 30 else words[:29] + "…"
