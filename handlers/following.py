"""What follows from a problem: a need of some factor, a unit that usually solves it, somebody who sees to it.

JZ-16, DC-26 (要素), DC-36 (施工环境 → 公安局), JZ-27 (the enterprise's own difficulty).
"""

from __future__ import annotations

import re
from decimal import Decimal

from handlers.naming import deadline_in
from handlers.routing import Turn
from handlers.understanding.numbers import read_amounts, read_areas, read_money
from handlers.wording import dated
from models import question as questions
from models.actors import Scope, holders, holds
from models.directory import units_in
from models.entry import Entry
from models.ledger import Ledger
from models.mechanism import Actor
from models.need import Need, NeedState, find_need, lacking, raise_need, withdraw
from models.notices import DifficultyRaised, Plain, ProblemFiled
from models.people import Person, Unit
from models.problem import usual_route
from models.project import Part, Project

_PEOPLE = re.compile(r"(\d+)(?:多|来)?(?:个|名|位)?(?:人|工人|技工|民工)")


def follow_up(turn: Turn, project: Project, problem: ProblemFiled, text: str) -> list[str]:
    """Do what a problem just filed entails; return the lines its receipt adds."""
    need = need_from(turn.ledger, turn.person, project, text, category=problem.category, number=problem.number)
    lines = _need_lines(turn, need) if need is not None else []
    lines += _route_lines(turn.ledger, problem)
    return lines + _handler_lines(turn, project, problem, text)


def need_from(
    ledger: Ledger, person: Person | None, project: Project, text: str, *, category: str, number: str = ""
) -> Need | None:
    """Register the factor a text says is lacking, None where it speaks of none."""
    factor = lacking(ledger.mechanism, text, category)
    if factor is None:
        return None
    amount, unit = amount_in(text)
    return raise_need(
        ledger,
        project=project,
        factor=factor,
        text=text,
        by=person,
        amount=amount,
        measure_unit=unit,
        department=_supplier_in(ledger, project, text),
        due=deadline_in(ledger, text),
        problem=number,
    )


def amount_in(text: str) -> tuple[Decimal | None, str]:
    """Return how much is lacking and in which measure: 30 亩, 2000 万元, 40 人; what was done is not lacking."""
    areas = read_areas(text)
    if areas:
        return areas[0].value, "亩"
    people = _PEOPLE.search(text)
    if people:
        return Decimal(people[1]), "人"
    done = [span for name, span in read_amounts(text).spans.items() if name != "percent"]
    moneys = [money for money in read_money(text) if not any(money.span.overlaps(span) for span in done)]
    return (moneys[0].value, "万元") if moneys else (None, "")


def _supplier_in(ledger: Ledger, project: Project, text: str) -> Unit | None:
    """Return the first unit a text names that is not the one which builds: its own name says who lacks something."""
    builders = project.units(Part.BUILDER, ledger.today)
    named = units_in(ledger, text.replace(project.name, ""))
    return next((unit for unit in named if unit not in builders), None)


def _need_lines(turn: Turn, need: Need) -> list[str]:
    """Say who is to supply it, and ask for what is not known: which department, by when; a topic is offered."""
    if need.department is not None and need.due is not None:
        tell_department(turn.ledger, need)
        return [f"{need.size}（{need.handle}）转{need.department.shown}。"]
    options = [(f"unit:{need.department_id}", f"由{need.department.shown}解决")] if need.department else []
    questions.ask(turn.ledger, turn.person, "need", {"need": need.id}, options)
    usual = need.department.shown if need.department else "自然资源局"
    asks = f"缺{need.size}（{need.handle}）。需要哪家解决、哪天前？直接回，如「{usual}，10天内」。"
    return [asks, f"要上会就回「加个议题：{need.project.name}{need.size}没落实」。"]


def forget_need(turn: Turn, entry: Entry) -> None:
    """Withdraw what an entry that is taken back said was lacking; the department that knows of it hears so."""
    ledger = turn.ledger
    need = find_need(ledger, str(entry.data["need"]))
    if need.state != NeedState.OPEN.value or need.text != entry.text:
        return  # supplied since, or told anew
    withdraw(ledger, need, turn.person, turn.inbound.text)
    for question in questions.open_questions(ledger, turn.person):
        if question.subject == "need" and question.facts.get("need") == need.id:
            questions.settle(ledger, question, "withdrawn")
    if need.department is not None and need.due is not None:
        words = Plain(f"《{need.project.name}》缺{need.size}是报错了，不用落实了。")
        for person in holders(ledger, Actor.RESPONSIBLE_UNIT, Scope(unit=need.department)):
            ledger.say(words, to=person, key=f"need:{need.id}:withdrawn:{person.id}")


def tell_department(ledger: Ledger, need: Need) -> None:
    """Tell the department what it is to supply, once for every date asked."""
    if need.department is None:
        return
    when = f"，{dated(need.due)}前" if need.due else ""
    words = Plain(
        f"《{need.project.name}》缺{need.size}，请{need.department.shown}落实{when}。"
        f"落实了请回「{need.project.name}{need.size}已落实」。"
    )
    for person in holders(ledger, Actor.RESPONSIBLE_UNIT, Scope(unit=need.department)):
        ledger.say(words, to=person, key=f"need:{need.id}:{need.due}:{person.id}", duty=f"need:{need.id}")


def _route_lines(ledger: Ledger, problem: ProblemFiled) -> list[str]:
    unit = usual_route(ledger, problem.category)
    return [f"已提请{ledger.mechanism.office_name}转{unit}。"] if unit else []


def _handler_lines(turn: Turn, project: Project, problem: ProblemFiled, text: str) -> list[str]:
    """Let the project's own unit know who sees to its difficulty, and let him know of it."""
    ledger = turn.ledger
    builders = {unit.id for unit in project.units(Part.BUILDER, ledger.today)}
    builds = turn.person.unit_id in builders or holds(ledger, turn.person, Actor.PROJECT_UNIT, Scope(project=project))
    minders = [one for one in holders(ledger, Actor.RESPONSIBLE_UNIT, Scope(project=project)) if one != turn.person]
    if not builds or not minders:
        return []
    for minder in minders:
        ledger.say(
            DifficultyRaised(project.name, problem.number, problem.category, turn.person.unit.shown, text),
            to=minder,
            key=f"difficulty:{problem.number}:{minder.id}",
        )
    first = minders[0]
    return [f"由{first.unit.shown}{first.name}跟办{'，电话' + first.mobile if first.mobile else ''}，已告诉他。"]
