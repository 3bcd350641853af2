"""Filing what people report from the site: a visit (现场办公), progress (进展), a problem (存在问题).

Photos and places join the report by person and time. Where the project is not certain nothing is written: one question
with at most three buttons, and the message waits for the answer.
"""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from handlers.following import follow_up
from handlers.naming import deadline_in
from handlers.photos import Receipt, photo_place, with_remarks
from handlers.problems import record_problem
from handlers.proxies import ask_whom_it_was_noted_for
from handlers.reading import TextReading, intents_of
from handlers.routing import Router, Turn, on_behalf_of
from handlers.second_reader import propose
from handlers.stalling import ask_where_stuck
from handlers.understanding.categories import category_of
from handlers.understanding.dates import read_occurred, read_period
from handlers.understanding.numbers import AmountsRead, read_amounts
from handlers.understanding.people import companions, find_assignee, is_called, recorded_for
from handlers.understanding.phrases import Intent, looks_pasted, visit_mode
from models import duties
from models import question as questions
from models.actors import Scope, holders
from models.amounts import plain
from models.board import page_url
from models.calendar import SHANGHAI
from models.directory import find_project
from models.entry import Entry, EntryKind
from models.errors import Forbidden
from models.ledger import Ledger
from models.mechanism import Actor, Obligation
from models.message import Inbound, Kind
from models.notices import Asked, Plain, ProblemAgain, ProblemFiled, ProgressFiled, VisitFiled
from models.people import Person
from models.periods import shown
from models.pictures import counted
from models.problem import open_problems
from models.project import Project
from models.rights import may_see
from models.trays import Incoming, InState, Material
from models.visit import (
    already_filed,
    distance_to,
    gather,
    held_materials,
    nearness_of,
    occurred_on,
    place_of,
)

router = Router()
_FAR = 2000.0
_SOMEBODY = re.compile(
    r"^(?:今天|昨天|上午|下午|刚才|刚刚)?(?P<who>[\u4e00-\u9fff]{1,3}(?:副)?(?:县长|市长|书记|主任|局长|部长|主席|乡长|镇长))"
    r"(?=今天|昨天|上午|下午|刚|又|也|带|来|到|去|在)"
)
_AMOUNTS = {"month": "month_amount", "total": "total_amount", "percent": "percent"}


def _reports(turn: Turn) -> bool:
    if turn.inbound.kind not in (Kind.TEXT, Kind.VOICE) or not turn.reading.is_report:
        return False
    return not looks_pasted(turn.reading.text)


@router.command(
    _reports,
    help="记现场办公、进展、问题",
    example="到二院工地了，外墙完成六成，差电梯没到货",
    settles=True,
)
def report(turn: Turn) -> InState | None:
    """File what a message reports, or ask which project it means."""
    again = already_filed(turn.ledger, turn.person, turn.inbound.text)
    if again is not None:
        for material in held_materials(turn.ledger, turn.person, turn.inbound.sent_at):
            material.used = True
        turn.answer(Plain("这条刚才已记，不用重发。"))
        return None
    if turn.message.attachments or turn.inbound.location:
        keep_material(turn, list(turn.message.attachments), sent_place(turn.inbound))
    named = turn.reading.named
    if named:
        file_on(turn, named)
        return None
    if not named and not turn.reading.candidates:
        turn.ledger.record(EntryKind.NOTE, turn.inbound.text, person=turn.person, data={"state": "unplaced"})
        if not propose(turn):
            turn.answer(Plain("这条说的是哪个项目？请带上项目名再说一遍，原话我先留着。"))
        return InState.UNPLACED
    if not named and len(turn.reading.own) == 1 and not turn.reading.decision.matches:
        file_on(turn, turn.reading.own)
        return None
    if not propose(turn):
        ask_project(turn, turn.reading.candidates)
    return None


def sent_place(inbound: Inbound) -> dict[str, Any] | None:
    """Return the place that came with a message, as materials keep it."""
    where = inbound.location
    if where is None:
        return None
    return {"latitude": where.latitude, "longitude": where.longitude, "datum": where.datum, "label": where.label}


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


def ask_project(turn: Turn, candidates: list[Project]) -> None:
    """Ask which project a message means; nothing is written until the answer."""
    ledger, person = turn.ledger, turn.person
    place = place_of(held_materials(ledger, person, turn.inbound.sent_at))
    ordered = _nearest_first(candidates, place)[:3]
    assert ledger.source is not None
    question = questions.ask(
        ledger,
        person,
        "project",
        {"incoming": ledger.source.id},
        [(project.code, project.name) for project in ordered],
    )
    asks = f"是《{ordered[0].name}》吗？" if len(ordered) == 1 else "这条说的是哪个项目？"
    more = "（都不是就直接回项目名）"
    buttons = [(question.button_key(i), project.name) for i, project in enumerate(ordered)]
    ledger.drop_waiting(held_duty(person))
    turn.answer(Asked(asks + more, buttons), duty=f"question:{question.id}")


def held_duty(person: Person) -> str:
    """Name the hint that photos wait for words."""
    return f"held:{person.id}"


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


@dataclass(frozen=True)
class _Facts:
    """What one message reports on one project."""

    text: str
    sent: str
    occurred: date
    intents: frozenset[Intent]
    attachments: list[dict[str, Any]]
    place: dict[str, Any] | None
    mode: str
    recorded_for: str  # 代记: the words for the person it is noted for
    counts: bool = True  # a second project of one trip may not (A14)

    @property
    def is_visit(self) -> bool:
        """A visit is said to be one, or shown by photos and a place sent with the words."""
        shown = any(item["type"].startswith(("image/", "video/")) for item in self.attachments)
        return Intent.VISIT in self.intents or shown or self.place is not None


def file_told(turn: Turn, project: Project, original: Incoming, told: frozenset[Intent]) -> None:
    """File an earlier message as its sender has confirmed it; `told` is what the rules did not read in it."""
    with on_behalf_of(turn.ledger, original):
        file_on(turn, [project], original, told)


def file_on(
    turn: Turn, projects: list[Project], original: Incoming | None = None, told: frozenset[Intent] = frozenset()
) -> None:
    """File a message on the project it names; on each of them, with its own words, where it names several."""
    ledger = turn.ledger
    for project in projects:
        if not may_see(ledger, turn.person, project):
            office = ledger.mechanism.office_name
            raise Forbidden(f"《{project.name}》不在您负责的范围里，没有记；如有变动请告诉{office}。")
    inbound = original.inbound if original else turn.inbound
    materials = held_materials(ledger, turn.person, inbound.sent_at, projects)
    ledger.drop_waiting(held_duty(turn.person))
    place, attachments = place_of(materials), gather(materials)
    texts = [inbound.text] if len(projects) == 1 else turn.reading.shares()
    sent = inbound.sent_at.astimezone(SHANGHAI)
    one_trip_one_project = ledger.mechanism.conflicts.one_trip == "first_project"
    for number, (project, text) in enumerate(zip(projects, texts, strict=True)):
        facts = _facts(ledger, turn.person, project, text, sent, place, attachments)
        counts = number == 0 or not one_trip_one_project
        facts = dataclasses.replace(facts, counts=counts, intents=facts.intents | told)
        receipt = _record(turn, project, facts)
        turn.answer(with_remarks(ledger, receipt, attachments, facts.occurred) if number == 0 else receipt)
        ask_where_stuck(turn, project, facts.intents)


def _record(turn: Turn, project: Project, facts: _Facts) -> Receipt:
    """Write the entries one project's words make; return the receipt."""
    ledger, person = turn.ledger, turn.person
    extras: list[str] = []
    if Intent.PROGRESS in facts.intents or Intent.NO_NEWS in facts.intents:
        extras += _record_progress(ledger, person, project, facts)
    problem = _record_problem(ledger, person, project, facts) if Intent.PROBLEM in facts.intents else None
    if isinstance(problem, ProblemFiled):
        problem = replace(problem, extras=follow_up(turn, project, problem, facts.text))
    if problem is not None and facts.is_visit:
        extras += _beside_visit(problem)
    if facts.is_visit:
        return _record_visit(ledger, person, project, facts, extras)
    if problem is not None:
        beside = [f"进展一并记了：{extras[0]}。", *extras[1:]] if extras else []
        return replace(problem, extras=[*beside, *problem.extras])
    extras = extras or _record_progress(ledger, person, project, facts)
    return ProgressFiled(project.name, extras[0], counted(ledger, facts.attachments), extras[1:])


def _beside_visit(problem: ProblemFiled | ProblemAgain) -> list[str]:
    if isinstance(problem, ProblemAgain):
        return [f"问题{problem.number}（{problem.category}）又反映一次，没有另立。"]
    minder = f"，盯办：{problem.person}" if problem.person else ""
    return [f"问题{problem.number}（{problem.category}）已入问题台账{minder}。", *problem.extras]


def _facts(
    ledger: Ledger,
    sender: Person,
    project: Project,
    text: str,
    sent: datetime,
    place: dict[str, Any] | None,
    attachments: list[dict[str, Any]],
) -> _Facts:
    read = TextReading(text)
    occurred = read_occurred(read.text, sent=sent, is_workday=ledger.calendar.is_workday)
    proxy = recorded_for(read.text) or _SOMEBODY.match(read.text)
    return _Facts(
        text=text,
        sent=sent.isoformat(timespec="seconds"),
        occurred=occurred_on(ledger, occurred.date if occurred else sent.date()),
        intents=intents_of(text, [project.name, *(alias.alias for alias in project.aliases)]),
        place=place
        or photo_place(ledger, attachments, occurred_on(ledger, occurred.date if occurred else sent.date())),
        attachments=attachments,
        mode=visit_mode(read.text),
        recorded_for=_proxy_name(proxy, sender),
    )


def _proxy_name(proxy: Any, sender: Person) -> str:
    """Return for whom a visit is noted, empty when the sender speaks of himself."""
    if proxy is None:
        return ""
    words = str(proxy["who"]) if isinstance(proxy, re.Match) else str(proxy.words)
    return "" if is_called(words, sender.name, sender.title) else words


def _record_visit(ledger: Ledger, person: Person, project: Project, facts: _Facts, extras: list[str]) -> VisitFiled:
    near = nearness_of(project, facts.place)
    entry = ledger.record(
        EntryKind.VISIT,
        facts.text,
        person=person,
        project=project,
        data={
            "occurred": facts.occurred.isoformat(),
            "mode": facts.mode,
            "nearness": near,
            "recorded_for": facts.recorded_for or None,
            "sent": facts.sent,
            "reported": ledger.today.isoformat() if facts.occurred != ledger.today else None,
        },
        attachments=facts.attachments,
    )
    paid = _pay(ledger, entry, person, project, facts)
    extras = [*extras, *_where_to_add_a_place(ledger, project, facts)]
    if facts.recorded_for:
        extras = [*extras, _ask_to_confirm(ledger, project, facts, person)]
    return VisitFiled(
        project=project.name,
        photos=counted(ledger, facts.attachments),
        nearness=near,
        occurred=facts.occurred,
        today=ledger.today,
        extras=extras,
        discharges=[duty.name for duty in paid],
        others=_reminders(ledger, project),
    )


def _where_to_add_a_place(ledger: Ledger, project: Project, facts: _Facts) -> list[str]:
    """DingTalk's robot receives no places; the project's page does."""
    asked = ledger.source is not None and ledger.source.platform == "dingtalk" and ledger.county.public_url
    if not asked or facts.place or facts.recorded_for or facts.occurred != ledger.today or project.latitude is None:
        return []
    return [f"要附位置，点这里：{page_url(ledger.county.public_url, project)}"]


def _ask_to_confirm(ledger: Ledger, project: Project, facts: _Facts, sender: Person) -> str:
    """代记 is no visit of the sender's; the one it is noted for is asked once (DC-31)."""
    day = shown(facts.occurred)
    person = ask_whom_it_was_noted_for(ledger, project, facts.recorded_for, day, sender)
    return f"记为代记；已请{person.name}本人确认，确认后才算其现场办公。" if person else "记为代记，不抵现场办公。"


def _pay(ledger: Ledger, entry: Entry, person: Person, project: Project, facts: _Facts) -> list[Obligation]:
    """Let a visit pay every duty it fits (★4), for those who came along too: two who go together are two."""
    if facts.recorded_for or not facts.counts:
        return []
    there = [person, *_came_along(ledger, project, facts.text, person)]
    paid = [
        duty
        for one in there
        for duty in duties.pay(ledger, entry, person=one, project=project, occurred=facts.occurred, mode=facts.mode)
    ]
    if len(there) > 1:
        entry.data = {**entry.data, "companions": [one.name for one in there[1:]]}
    return list({duty.id: duty for duty in paid}.values())


def _came_along(ledger: Ledger, project: Project, text: str, sender: Person) -> list[Person]:
    """Return those of the project's people whom the words name as having come along."""
    called = companions(TextReading(text).text)
    if not called:
        return []
    people = {seat.person_id: seat.person for seat in project.seats if seat.person and seat.covers(ledger.today)}
    people |= {head.id: head for head in holders(ledger, Actor.UNIT_HEAD, Scope(project=project))}
    return [
        person
        for person in people.values()
        if person.id != sender.id and any(is_called(words, person.name, person.title) for words in called)
    ]


def _record_progress(ledger: Ledger, person: Person, project: Project, facts: _Facts) -> list[str]:
    text = TextReading(facts.text).text
    amounts = read_amounts(text)
    sent = datetime.fromisoformat(facts.sent)
    period = read_period(text, sent=sent)
    data = {
        **progress_data(amounts, period.period if period else f"{facts.occurred:%Y-%m}", sent),
        "occurred": facts.occurred.isoformat(),
        "no_news": (Intent.NO_NEWS in facts.intents) or None,
    }
    attachments = [] if facts.is_visit else facts.attachments
    ledger.record(EntryKind.PROGRESS, facts.text, person=person, project=project, data=data, attachments=attachments)
    unsure = [amounts.spans[name].words for name in amounts.assumed if name in amounts.spans]
    doubts = [f"「{words}」没看准，这个数没记，请带单位再说一遍。" for words in unsure]
    return [_progress_summary(data), *doubts]


def progress_data(amounts: AmountsRead, period: str, sent: datetime) -> dict[str, Any]:
    """Return what a progress entry holds of the figures read, without those we are not sure of."""
    sure = {name: getattr(amounts, name) for name in _AMOUNTS if name not in amounts.assumed}
    return {
        "occurred": sent.date().isoformat(),
        "period": period,
        "month_amount": _number(sure.get("month")),
        "total_amount": _number(sure.get("total")),
        "percent": _number(sure.get("percent")),
        "percent_of": amounts.percent_of or None,
        "approximate": amounts.approximate or None,
        "about": sorted(_AMOUNTS[name] for name in amounts.about if name in sure) or None,
        "sent": sent.isoformat(timespec="seconds"),
        "spans": {_AMOUNTS[name]: span.words for name, span in amounts.spans.items() if name in sure} or None,
    }


def _progress_summary(data: dict[str, Any]) -> str:
    about = data.get("about") or ()
    month = "本月" if data["period"] == data["occurred"][:7] else f"{int(data['period'][5:])}月"
    shown = {
        "month_amount": month + "完成{}万元",
        "total_amount": "累计{}万元",
        "percent": (data.get("percent_of") or "形象进度") + "{}%",
    }
    parts = [
        words.format(("约" if name in about else "") + plain(data[name]))
        for name, words in shown.items()
        if data.get(name) is not None
    ]
    return "，".join(parts) or ("无新进展" if data.get("no_news") else "进展已记")


def _record_problem(ledger: Ledger, person: Person, project: Project, facts: _Facts) -> ProblemFiled | ProblemAgain:
    return record_problem(
        ledger,
        person,
        project,
        facts.text,
        category=category_of(facts.text),
        minder=_minder(ledger, project, facts.text),
        due=deadline_in(ledger, facts.text),
        occurred=facts.occurred,
        sent=facts.sent,
        attachments=[] if facts.is_visit else facts.attachments,
    )


def _minder(ledger: Ledger, project: Project, text: str) -> str:
    """Return who is asked to see to it (叫小陈盯一下), where the words fit exactly one of the project's people."""
    words = find_assignee(TextReading(text).text)
    if words is None:
        return ""
    people = {seat.person for seat in project.seats if seat.person is not None and seat.covers(ledger.today)}
    meant = [person for person in people if is_called(words.words, person.name, person.title)]
    return meant[0].name if len(meant) == 1 else ""


def _reminders(ledger: Ledger, project: Project) -> list[str]:
    overdue = [problem for problem in open_problems(ledger, project) if problem.due and problem.due < ledger.today]
    return [f"提醒：{problem.number} {problem.short}已超期。" for problem in overdue[:1]]


def file_materials(turn: Turn, project: Project, sent_at: datetime) -> None:
    """File photos and places that came without words on the project the sender has named."""
    if not may_see(turn.ledger, turn.person, project):
        raise Forbidden(f"《{project.name}》不在您负责的范围里，没有记。")
    materials = held_materials(turn.ledger, turn.person, sent_at, [project])
    sent = sent_at.astimezone(SHANGHAI)
    facts = _facts(turn.ledger, turn.person, project, "", sent, place_of(materials), gather(materials))
    turn.ledger.drop_waiting(held_duty(turn.person))
    receipt = _record_visit(turn.ledger, turn.person, project, facts, [])
    turn.answer(with_remarks(turn.ledger, receipt, facts.attachments, facts.occurred))


def _nearest_first(projects: list[Project], place: dict[str, Any] | None) -> list[Project]:
    """Put the projects whose site is near a place first."""

    def far(project: Project) -> float:
        distance = distance_to(project, place)
        return distance if distance is not None and distance < _FAR else _FAR

    return sorted(projects, key=far)


def _number(value: Any) -> float | int | None:
    if value is None:
        return None
    number = float(value)
    return int(number) if number.is_integer() else number
