"""Filing what people report from the site: a visit (现场办公), progress (进展), a problem (存在问题).

Photos and places join the report by person and time. Where the project is not certain nothing is written: one question
with at most three buttons, and the message waits for the answer.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from handlers.aliasing import propose_alias
from handlers.categorising import likeliest_category
from handlers.charging import given_out, gives_charge, minder_of, stated_due
from handlers.consent import report_with
from handlers.doubting import ask_about_figures
from handlers.figures import figures_in, progress_data, progress_summary, with_answers
from handlers.following import follow_up
from handlers.hearsay import keep_heard, note_heard
from handlers.likelihood import sure_sorts
from handlers.naming import not_there, number_in
from handlers.photos import Receipt, photo_place, with_remarks
from handlers.problems import record_problem
from handlers.reading import TextReading
from handlers.routing import Router, Turn, on_behalf_of
from handlers.second_reader import propose
from handlers.sharing import (
    Share,
    ask_about,
    ask_about_doubts,
    read_shares,
    say_nothing_filed,
    sort_out,
    without_doubtful,
)
from handlers.spans import problem_spans, progress_spans
from handlers.stalling import ask_where_stuck
from handlers.summing import ask_which_is_right
from handlers.told import NOTHING_TOLD, Facts, Told, read_facts, reported
from handlers.understanding.categories import category_of
from handlers.understanding.dates import read_period
from handlers.understanding.hunch import likelihoods
from handlers.understanding.phrasebook.problems import NO_PROBLEM
from handlers.understanding.phrases import Intent, looks_pasted
from handlers.understanding.wondering import wonders
from handlers.visiting import record_visit, reminders, show_visit
from handlers.which_project import ask_project, held_duty
from handlers.which_visit import ask_which_visit
from handlers.wording import dated
from models import question as questions
from models.directory import find_project
from models.entry import Entry, EntryKind
from models.errors import Forbidden
from models.message import Inbound, Kind
from models.notices import Notice, Plain, ProblemAgain, ProblemFiled, ProgressFiled
from models.people import Person
from models.pictures import counted
from models.problem import find_problem, open_problems
from models.project import Project
from models.rights import may_see
from models.trays import Incoming, InState, Material
from models.visit import (
    GOES_ON,
    already_filed,
    gather,
    held_materials,
    nearness_of,
    photos_of,
    place_of,
    project_spoken_of,
    visit_beside,
)

router = Router()
_QUOTED = 24
_THERE = "在场"
_SHORT = 20


def _reports(turn: Turn) -> bool:
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or looks_pasted(turn.reading.text):
        return False
    if Intent.FINE in turn.reading.intents and turn.reading.named:
        return True
    return turn.reading.is_report or gives_charge(turn) or _tells_where(turn) or _surely_reports(turn)


def _surely_reports(turn: Turn) -> bool:
    """Whether words that no rule knows are a report for certain."""
    names = [match.span for match in turn.reading.decision.matches]
    return not wonders(turn.reading.text) and bool(sure_sorts(likelihoods(turn.reading.text, names)))


def _tells_where(turn: Turn) -> bool:
    """Whether words that nothing knows came right after a place at the sender's own site: he is there (C02)."""
    text = turn.reading.text
    return not turn.reading.intents and len(text) <= _SHORT and not wonders(text) and bool(_near(turn))


@router.command(
    _reports,
    help="记现场办公、进展、问题",
    example="到二院工地了，外墙完成六成，差电梯没到货",
    settles=True,
)
def report(turn: Turn) -> InState | None:
    """File what a message reports, or ask which project it means."""
    if turn.message.attachments or turn.inbound.location:
        keep_material(turn, list(turn.message.attachments), sent_place(turn.inbound))
    again = already_filed(turn.ledger, turn.person, turn.inbound.text, turn.inbound.sent_at)
    if again is not None:
        _take_again(turn, again)
        return None
    named = turn.reading.named or spoken_of(turn)
    if named:
        file_on(turn, named)
        return None
    if (numbered := number_in(turn, "problem")) and not turn.reading.decision.matches:
        raise not_there(numbered, "问题台账")  # of a project that is not his: never filed on his own instead
    candidates = _near(turn) or turn.reading.candidates
    if not candidates:
        turn.ledger.record(EntryKind.NOTE, turn.inbound.text, person=turn.person, data={"state": "unplaced"})
        if not propose(turn):
            turn.answer(Plain("这条说的是哪个项目？请带上项目名再说一遍，原话我先留着。"))
        return InState.UNPLACED
    if len(turn.reading.own) == 1 and not turn.reading.decision.matches and not turn.reading.names_elsewhere:
        file_on(turn, turn.reading.own)
        return None
    if not propose(turn):
        ask_project(turn, candidates)
    return None


def sent_place(inbound: Inbound) -> dict[str, Any] | None:
    """Return the place that came with a message, as materials keep it."""
    where = inbound.location
    if where is None:
        return None
    return {"latitude": where.latitude, "longitude": where.longitude, "datum": where.datum, "label": where.label}


def _take_again(turn: Turn, again: Entry) -> None:
    """A message sent again after bad signal makes nothing twice; a picture that had not come through is added."""
    ledger, report = turn.ledger, visit_beside(turn.ledger, turn.person, again)
    project = find_project(ledger, str(again.project))
    held = gather(held_materials(ledger, turn.person, turn.inbound.sent_at))
    known = set(photos_of(ledger.session, report))
    new = [item for item in held if item["sha256"] not in known]
    ledger.drop_waiting(held_duty(turn.person))
    if new and report.kind != EntryKind.VISIT.value:
        turn.answer(show_visit(turn, report, project, new, None))
        return
    if new:
        data = {"visit": report.seq, "occurred": report.data.get("occurred")}
        text = f"补照片{len(new)}张"
        ledger.record(EntryKind.PHOTO, text, person=turn.person, project=project, data=data, attachments=new)
    added = f"，新收到的照片{len(new)}张补上了" if new else ""
    turn.answer(Plain(f"《{project.name}》这条刚才已记，不用重发{added}。"))


def spoken_of(turn: Turn) -> list[Project]:
    """Return the project just spoken of, where words without a name go on about it; an arrival is somewhere new."""
    if turn.reading.decision.matches or Intent.VISIT in turn.reading.intents:
        return []
    numbered = number_in(turn, "problem")
    problem = find_problem(turn.ledger, numbered) if numbered else None
    code = problem.project if problem else project_spoken_of(turn.ledger, turn.person, turn.inbound.sent_at)
    project = find_project(turn.ledger, code) if code else None
    return [project] if project and may_see(turn.ledger, turn.person, project) else []


def _near(turn: Turn) -> list[Project]:
    """Return the sender's own project at whose site the place that came with the words is, where it is one (C02)."""
    if turn.reading.decision.matches:
        return []
    place = place_of(held_materials(turn.ledger, turn.person, turn.inbound.sent_at))
    there = [project for project in turn.reading.own if nearness_of(project, place) == _THERE]
    return there if len(there) == 1 else []


def keep_material(turn: Turn, attachments: list[dict[str, Any]], place: dict[str, Any] | None) -> None:
    """Hold pictures or a place until the report they belong to takes them."""
    assert turn.ledger.source is not None
    turn.ledger.session.add(
        Material(
            incoming_id=turn.ledger.source.id,
            person_id=turn.person.id,
            sent_at=turn.inbound.sent_at,
            attachments=attachments,
            location=place,
            used=False,
        )
    )
    turn.ledger.session.flush()


@router.answered("project")
def file_answered(turn: Turn, question: questions.Question, code: str) -> None:
    """File a message whose project was asked for, as of the message it came from."""
    project = find_project(turn.ledger, code)
    original = turn.ledger.session.get(Incoming, int(question.facts["incoming"]))
    if original is None:
        raise Forbidden("那条消息找不到了，请再说一遍。")
    with on_behalf_of(turn.ledger, original):
        if original.kind in (Kind.IMAGE.value, Kind.LOCATION.value, Kind.VIDEO.value):
            file_materials(turn, project, original.sent_at)
        else:
            file_on(turn, [project], original)
    propose_alias(turn, str(question.facts.get("words") or ""), project)


def file_told(turn: Turn, project: Project, original: Incoming, told: Told) -> None:
    """File an earlier message, or words of it, as its sender has confirmed."""
    with on_behalf_of(turn.ledger, original):
        file_on(turn, [project], original, told)


def file_on(
    turn: Turn,
    projects: list[Project],
    original: Incoming | None = None,
    told: Told = NOTHING_TOLD,
) -> None:
    """File a message on the project it names; on each of them, with its own words, where it names several.

    Only what is known is filed: that nothing was done yet is left out, and words no rule knows are asked about.
    """
    ledger = turn.ledger
    inbound = original.inbound if original else turn.inbound
    read = _allowed(turn, read_shares(turn, projects, inbound, told))
    read, doubts = without_doubtful(turn, read, told)
    if any(_is_unclear(turn, project, facts, len(projects) > 1) for project, facts in read):
        return
    materials = held_materials(ledger, turn.person, inbound.sent_at, projects)
    read, unknown = sort_out(read, shown=bool(materials))
    if read:
        _file_shares(turn, read, materials)
    else:
        say_nothing_filed(turn, projects, asked=bool(unknown or doubts))
    unknown = [one for one in unknown if not any(doubt.project is one[0] for doubt in doubts)]
    ask_about(turn, unknown, original, told.words, of_all=len(unknown) == len(projects))
    ask_about_doubts(turn, doubts, original)
    if len(projects) == 1 and read:
        _file_what_went_on(turn, projects[0], inbound)


def _allowed(turn: Turn, read: list[Share]) -> list[Share]:
    """Return the shares of projects that the sender may see; say which of them are not his. Raises Forbidden."""
    barred = [project for project, _ in read if not may_see(turn.ledger, turn.person, project)]
    if not barred:
        return read
    names, office = "".join(f"《{project.name}》" for project in barred), turn.ledger.mechanism.office_name
    words = f"{names}不在您负责的范围里，没有记；如有变动请告诉{office}。"
    if len(barred) == len(read):
        raise Forbidden(words)
    turn.answer(Plain(words))
    return [one for one in read if one[0] not in barred]


def _file_shares(turn: Turn, read: list[Share], materials: list[Material]) -> None:
    """Write what each project's words make; the pictures and the place go with each."""
    ledger = turn.ledger
    ledger.drop_waiting(held_duty(turn.person))
    place, attachments = place_of(materials), gather(materials)
    one_trip_one_project = ledger.mechanism.conflicts.one_trip == "first_project"
    for number, (project, facts) in enumerate(read):
        counts = number == 0 or not one_trip_one_project
        facts = replace(
            facts,
            place=place or photo_place(ledger, attachments, facts.occurred),
            attachments=attachments,
            counts=counts,
        )
        receipt = _record(turn, project, facts)
        if number == 0 and isinstance(receipt, Receipt):
            receipt = with_remarks(ledger, receipt, attachments, facts.occurred)
        turn.answer(receipt)
        for day in facts.also_on:
            turn.answer(record_visit(turn, project, replace(facts, occurred=day, attachments=[], place=None), []))
        if facts.recorded_for and facts.along:
            turn.answer(record_visit(turn, project, replace(facts, recorded_for=""), []))
        ask_where_stuck(turn, project, facts.intents)


def _file_what_went_on(turn: Turn, project: Project, inbound: Inbound) -> None:
    """File the words that went on about this project and overtook the ones that name it: nobody need answer."""
    ledger = turn.ledger
    for question in reversed(questions.open_questions(ledger, turn.person)):
        if question.subject != "project" or not question.facts.get("goes_on"):
            continue
        later = ledger.session.get(Incoming, int(question.facts["incoming"]))
        if later is not None and timedelta(0) <= later.sent_at - inbound.sent_at <= GOES_ON:
            questions.settle(ledger, question, project.code)
            ledger.drop_waiting(f"question:{question.id}")
            file_answered(turn, question, project.code)


def _is_unclear(turn: Turn, project: Project, facts: Facts, among: bool) -> bool:
    """Ask about figures that do not add up, before anything of the message is written (C04)."""
    if ask_which_visit(turn, project, facts, among=among):
        return True
    if Intent.PROGRESS not in facts.intents:
        return False
    text, period = TextReading(facts.own).text, _period(facts)
    return ask_which_is_right(turn, project, text, period, among=among) or ask_about_figures(
        turn, project, text, period, among=among
    )


def _record(turn: Turn, project: Project, facts: Facts) -> Notice:
    """Write the entries one project's words make; return the receipt."""
    if facts.only_heard:
        return keep_heard(turn, project, facts)
    problems = _record_problems(turn, project, facts) if Intent.PROBLEM in facts.intents else []
    problem = problems[0] if problems else None
    extras: list[str] = []
    if Intent.PROGRESS in facts.intents or Intent.NO_NEWS in facts.intents or not (facts.is_visit or problem):
        extras += _record_progress(turn, project, facts, problem)
    extras += note_heard(turn, project, facts)
    if isinstance(problem, ProblemFiled):
        further = [line for one in problems[1:] for line in _beside_visit(one)]
        problem = replace(problem, extras=[*further, *follow_up(turn, project, problem, facts.text)])
    if problem is not None and facts.is_visit:
        extras += _beside_visit(problem)
    if facts.is_visit:
        return record_visit(turn, project, facts, extras)
    if problem is not None:
        told = Intent.PROGRESS in facts.intents or Intent.NO_NEWS in facts.intents
        beside = [f"进展一并记了：{extras[0]}。" if told else extras[0], *extras[1:]] if extras else []
        return replace(problem, extras=[*beside, *problem.extras])
    others = _open_still(turn, project) or reminders(turn.ledger, project)
    return ProgressFiled(project.name, extras[0], counted(turn.ledger, facts.attachments), extras[1:], others)


def _open_still(turn: Turn, project: Project) -> list[str]:
    """Say that a problem is open where the sender says there is none: words close nothing (C18)."""
    found = open_problems(turn.ledger, project)
    if not found or not NO_PROBLEM.search(turn.reading.text):
        return []
    return [f"提醒：{found[0].number} {found[0].short}还没销号，解决了请回「{found[0].number}申请销号」。"]


def _beside_visit(problem: ProblemFiled | ProblemAgain) -> list[str]:
    kind = problem.category.rpartition("/")[2]
    if isinstance(problem, ProblemAgain):
        return [f"问题{problem.number}（{kind}）又反映一次，没有另立。"]
    minder = f"，{problem.person}盯办" if problem.person else ""
    due = f"，{dated(problem.due)}前" if problem.due else ""
    risk = f"，风险{problem.risk}" if problem.risk else ""
    return [f"问题{problem.number}（{kind}{risk}）{minder + due or '已记'}。", *problem.extras]


def _period(facts: Facts) -> str:
    period = read_period(TextReading(facts.own).text, sent=datetime.fromisoformat(facts.sent))
    return period.period if period else f"{facts.occurred:%Y-%m}"


def _record_progress(
    turn: Turn, project: Project, facts: Facts, problem: ProblemFiled | ProblemAgain | None
) -> list[str]:
    ledger, person = turn.ledger, turn.person
    amounts = figures_in(turn, TextReading(facts.own).text, project)
    figures = progress_data(amounts, _period(facts), datetime.fromisoformat(facts.sent))
    data = {
        **figures,
        "spans": progress_spans(turn, facts, figures["spans"]),
        "occurred": facts.occurred.isoformat(),
        "reported": reported(facts, ledger.today),
        "no_news": (Intent.NO_NEWS in facts.intents) or None,
    }
    attachments = [] if facts.is_visit else facts.attachments
    text = with_answers(turn, project, facts.text)
    entry = ledger.record(EntryKind.PROGRESS, text, person=person, project=project, data=data, attachments=attachments)
    stuck = f"{problem.number}{problem.category}" if problem else ""
    report = report_with(ledger, person, project, entry, stuck)
    summary = progress_summary(data) or f"「{facts.own[:_QUOTED]}」"
    return [summary, *([report] if report else [])]


def _record_problems(turn: Turn, project: Project, facts: Facts) -> list[ProblemFiled | ProblemAgain]:
    """Record what is wrong; of several orders that are given out in one message each is one."""
    minder, due = minder_of(turn.ledger, turn.person, project, facts.text)
    items = given_out(turn.ledger, facts.text)
    if not items:
        category = facts.category or likeliest_category(facts)
        return [_record_problem(turn, project, facts, facts.text, category, minder, due)]
    return [
        _record_problem(
            turn,
            project,
            facts,
            item,
            facts.category or category_of(item),
            minder,
            stated_due(turn.ledger, TextReading(item).text),
        )
        for item in items
    ]


def _record_problem(
    turn: Turn, project: Project, facts: Facts, text: str, category: str, minder: Person | None, due: date | None
) -> ProblemFiled | ProblemAgain:
    filed = record_problem(
        turn.ledger,
        turn.person,
        project,
        text,
        category=category,
        minder=minder.name if minder else "",
        due=due,
        occurred=facts.occurred,
        sent=facts.sent,
        spans=problem_spans(turn, facts, text, category=category, minder=minder, due=due),
        attachments=[] if facts.is_visit else facts.attachments,
    )
    if minder is not None and minder.id != turn.person.id and isinstance(filed, ProblemFiled):
        when = f"，{dated(filed.due)}前" if filed.due else ""
        words = f"{turn.person.name}请您盯办《{project.name}》{filed.number}（{filed.category}）{when}：{text[:60]}"
        turn.ledger.say(Plain(words), to=minder, key=f"minder:{filed.number}:{minder.id}")
    return filed


def file_materials(turn: Turn, project: Project, sent_at: datetime) -> None:
    """File photos and places that came without words on the project the sender has named."""
    if not may_see(turn.ledger, turn.person, project):
        raise Forbidden(f"《{project.name}》不在您负责的范围里，没有记。")
    materials = held_materials(turn.ledger, turn.person, sent_at, [project])
    facts = read_facts(turn, replace(turn.inbound, sent_at=sent_at), project, "")
    attachments = gather(materials)
    place = place_of(materials) or photo_place(turn.ledger, attachments, facts.occurred)
    facts = replace(facts, place=place, attachments=attachments)
    turn.ledger.drop_waiting(held_duty(turn.person))
    receipt = record_visit(turn, project, facts, [])
    turn.answer(with_remarks(turn.ledger, receipt, attachments, facts.occurred))
