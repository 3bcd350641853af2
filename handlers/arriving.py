"""到场速览 (★5, C24): who goes to a site hears in five lines what he said last, what is open, due, and who runs it."""

from __future__ import annotations

from datetime import date, timedelta

from handlers.asked.aspects import told_of
from handlers.reading import REPORTS
from handlers.routing import Router, Turn
from handlers.understanding.dates import read_deadline
from handlers.understanding.moments import at_an_hour_ahead
from handlers.understanding.phrases import Intent, read_intents
from handlers.understanding.text import clause_at, normalise, phrases
from handlers.understanding.wondering import wonders
from handlers.wording import dated, five
from models import supervision
from models import task as tasks
from models.calendar import SHANGHAI
from models.directory import units_in
from models.entry import Entry, EntryKind
from models.ledger import Ledger
from models.notices import Answer
from models.overview import figures_line
from models.people import Person
from models.periods import shown
from models.problem import Problem, open_problems
from models.project import Part, Project
from models.promise import HEARD, kept_of
from models.reporting import ReportState, asked, find_submission
from models.subjects import subject_at
from models.task import Task
from models.visit import sent_of

router = Router()
_SAID_AT_MOST = 3
_AHEAD = timedelta(days=7)


def _sets_out(turn: Turn) -> list[Project] | None:
    """Return where somebody is going; what he reports before he says so (完成1300万 明天去现场) comes first."""
    text = turn.reading.text
    if Intent.GOING not in turn.reading.intents:
        sent = turn.inbound.sent_at.astimezone(SHANGHAI)
        if Intent.VISIT in turn.reading.intents and at_an_hour_ahead(text, sent=sent):
            return turn.reading.visible or None
        return None
    setting_out = (phrase.start for phrase in phrases(text) if Intent.GOING in read_intents(phrase.words))
    before = text[: next(setting_out, 0)]
    return None if REPORTS & set(read_intents(before)) else turn.reading.visible or None


@router.command(
    _sets_out,
    help="到场前看一眼",
    example="我一会儿去二院",
)
def going(turn: Turn, projects: list[Project]) -> None:
    """Serve before recording: nothing is filed until somebody is there or says so."""
    for project in projects[:2]:
        asked = told_of(turn, project) if len(projects) == 1 and wonders(turn.reading.text) else []
        lines = [*asked, *brief_lines(turn.ledger, turn.person, project)]
        turn.answer(Answer(f"《{project.name}》", five(list(dict.fromkeys(lines)))))


def brief_lines(ledger: Ledger, person: Person, project: Project) -> list[str]:
    """Return the five lines: what was said last, open problems, what is due, the figures, who is in charge."""
    lines = [
        last_said(ledger, person, project) or _heard_line(ledger, project),
        _open_line(ledger, project),
        _due_line(ledger, project),
        _figures_line(ledger, project),
        _people_line(ledger, project),
    ]
    return [line for line in lines if line]


def last_said(ledger: Ledger, person: Person, project: Project, before: Entry | None = None) -> str:
    """Return what :func:`said_before` has, in one line; empty for none.

    `before` is the entry being written: what the same message says is not what he said last.
    """
    said = said_before(ledger, person, project, before.message_id if before is not None else None)
    return f"上次您说：{'；'.join(said[:_SAID_AT_MOST])}" if said else ""


def said_before(ledger: Ledger, person: Person, project: Project, source: str | None = None) -> list[str]:
    """Return what somebody promised, raised with a date or assigned on a project and is still open.

    What the message `source` says is left out.
    """
    said = _raised(ledger, person, project, source) + _promised(ledger, person, project, source)
    return said + [_of_task(task) for task in _given(ledger, person, project)]


def _raised(ledger: Ledger, person: Person, project: Project, source: str | None) -> list[str]:
    told = _first_tellings(ledger, project)
    return [
        f"{_clause_with_date(ledger, told[problem.number])}（{problem.number}{_late(ledger, problem.due)}）"
        for problem in open_problems(ledger, project)
        if problem.due
        and problem.number in told
        and told[problem.number].person_id == person.id
        and told[problem.number].message_id != source
    ]


def _first_tellings(ledger: Ledger, project: Project) -> dict[str, Entry]:
    """Return by number the entry in which each problem was first told."""
    entries = ledger.entries(project=project.code, kinds=(EntryKind.PROBLEM,), limit=100)
    return {str(entry.data.get("problem")): entry for entry in entries}


def _promised(ledger: Ledger, person: Person, project: Project, source: str | None) -> list[str]:
    return [
        f"{note.data['matter']}{_late_note(ledger, note)}"
        for note in kept_of(ledger, project)
        if note.person_id == person.id and note.data["state"] != HEARD and note.message_id != source
    ]


def _heard_line(ledger: Ledger, project: Project) -> str:
    heard = next((note for note in kept_of(ledger, project) if note.data["state"] == HEARD), None)
    if heard is None:
        return ""
    return f"{heard.data['said_by']}说：{heard.data['matter']}（{shown(sent_of(heard))}{heard.person}转述）"


def _given(ledger: Ledger, person: Person, project: Project) -> list[Task]:
    return [task for task in tasks.live_tasks(ledger, project_id=project.id) if task.given_by == person.id]


def _of_task(task: Task) -> str:
    return f"交办{task.unit.shown}{task.requirement[:16]}，{shown(task.due)}前（{task.number}）"


def _open_line(ledger: Ledger, project: Project) -> str:
    found = sorted(open_problems(ledger, project), key=lambda problem: problem.due or date.max)
    if not found:
        return "没有未销号的问题"
    listed = "；".join(_open(ledger, problem) for problem in found[:2])
    return f"未销号{len(found)}个：{listed}"


def _open(ledger: Ledger, problem: Problem) -> str:
    due = f"，{dated(problem.due)}{'已超期' if problem.due < ledger.today else '到期'}" if problem.due else ""
    unit = problem.unit or next((unit.shown for unit in units_in(ledger, problem.text)), "")
    return f"{problem.number} {problem.short[:14]}{due}{f'（{unit}）' if unit else ''}"


def _due_line(ledger: Ledger, project: Project) -> str:
    """Return what falls due within a week: nodes, tasks, notices."""
    until = ledger.today + _AHEAD
    due = [(node.planned, f"{node.name}") for node in project.nodes if node.finished is None]
    due += [
        (task.due, f"{task.number}（{task.unit.shown}）") for task in tasks.live_tasks(ledger, project_id=project.id)
    ]
    for notice in supervision.open_notices(ledger):
        if notice.project_id == project.id:
            when = notice.reply_due if notice.missing and notice.reply_due else notice.solve_due
            due.append((when, f"{notice.handle}{'复函' if when == notice.reply_due else '解决'}"))
    soon = sorted((day, what) for day, what in due if day <= until)
    said = [f"{what}{dated(day)}{'已到期' if day < ledger.today else ''}" for day, what in soon[:2]]
    return f"一周内到期：{'；'.join(said)}" if said else "一周内没有到期的"


def _figures_line(ledger: Ledger, project: Project) -> str:
    """Return the figures, and which report of the month is missing, with who is to file it."""
    told = figures_line(ledger, project)
    owing = []
    for duty, occurrence in asked(ledger):
        if duty.per != "project" or not any(part.key == "month_amount" for part in duty.parts):
            continue
        subject = subject_at(ledger, duty, f"project:{project.id}")
        row = find_submission(ledger, duty, occurrence.period, subject) if subject else None
        if row is None or row.state != ReportState.FILED.value:
            owing.append(int(occurrence.period[5:7]))
    liaison = "、".join(project.names(Part.LIAISON, ledger.today))
    unfiled = f"{max(owing)}月投资未报{f'（{liaison}）' if liaison else ''}" if owing else ""
    return "，".join(words for words in (told, unfiled) if words)


def _people_line(ledger: Ledger, project: Project) -> str:
    units = "、".join(unit.shown for unit in project.units(Part.RESPONSIBLE_UNIT, ledger.today))
    people = [*project.people(Part.UNIT_HEAD, ledger.today), *project.people(Part.LIAISON, ledger.today)]
    named = "；".join(f"{person.name} {person.mobile}".strip() for person in people[:2])
    return f"{units}：{named}" if named else ""


def _clause_with_date(ledger: Ledger, entry: Entry) -> str:
    text = normalise(entry.text)
    read = read_deadline(text, sent=sent_of(entry), is_workday=ledger.calendar.is_workday)
    words = clause_at(text, read.span.start).words if read else text
    return words if len(words) <= 24 else words[:23] + "…"


def _late_note(ledger: Ledger, note: Entry) -> str:
    due = date.fromisoformat(note.data["due"]) if note.data.get("due") else None
    late = _late(ledger, due).strip()
    return f"（{late}）" if late else ""


def _late(ledger: Ledger, due: date | None) -> str:
    days = (ledger.today - due).days if due else 0
    return f" 已超{days}天" if days > 0 else ""
