"""Who is told to see to what is wrong, and by when: 叫何军9月28号前把便道修好, 泵房漏水 刘洋三天内处理完."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from handlers.naming import deadline_in
from handlers.routing import Turn
from handlers.understanding.dates import DateRead, read_dates
from handlers.understanding.forecasts import is_forecast, without_forecasts
from handlers.understanding.people import find_assignee, find_charged, is_called, spoken_to
from handlers.understanding.phrasebook.hindrances import tells_of_trouble
from handlers.understanding.text import clause_at, clauses, normalise, phrases
from models.actors import Scope, holders
from models.directory import people_in
from models.ledger import Ledger
from models.mechanism import Actor
from models.people import Person, Role
from models.project import Project
from models.rights import sees_all

_TODAY = re.compile(
    r"(?:今[天日儿晚]|下班|天黑|\d[日号])[^，。；;\s]{0,2}(?:之?内|之?前|必须|得|要|务必|一定|就[办弄改修清])|(?:必须|得|要|务必)[^，。；;\s]{0,4}今[天日儿晚]"
)


# What somebody is asked to say or to send is no matter of the site; what he has done is no order.
_FOR_US = re.compile(
    r"(?:报|发|交|送)(?:一?下|个|来|上来)?(?:9?月?的?数|月报|周报|材料|进度|总结|报表|照片)|(?:给|跟|向)我(?:说|回|打|发|报|汇报)|汇报|回(?:个)?(?:话|电话|信)"
    r"|(?:参|到|开|替)会|来我?(?:办公室|这)|[替代帮](?:我|俺|他|她)?(?:记|登|报|交|填)|请假"
)
_DONE = re.compile(r"(?:[完好过掉走上通]|处理|解决|弄)了[。!！]*$")


_GIVEN_OUT = re.compile(r"(?:交代|安排|布置|要求|定|说)了?[二两俩三仨四五六几\d]+(?:件|项|个)?事?(?:情|儿)?[：:，,\s]")
_ITEMS = re.compile(r"[；;。\n]|(?<=[\u4e00-\u9fff])[，,\s](?=[二三四五2-5][是、.])")
_LEAST = 4  # characters
_SUMMED = re.compile(r"份?的?(?:完成|投资|累计|产值|数)")  # 9月完成投资910万: whose figure it is, not by when


# 让卫健委跟燃气公司对接下周一给我回个信
_ORDER = re.compile(r"(?:让|叫|请|责成|要求|安排|派)(?!我|俺|路|人家|村|群众|他们?堵|开|干|进|过)[\u4e00-\u9fff]{2,8}")
_THE_REST = re.compile(r"剩下的?|其余的?|余下的?|剩余的?|其它的?|其他的?")
_PUT_OFF = re.compile(
    r"(?:得|要|只能|还|就)等(?:到)?(?:下|明|后|\d+月|\d+[日号]|[年月]底)(?![^，。；]{0,12}前)|(?:排|推迟?|拖|延期?)到(?:了)?(?:下|明|后|\d+月|\d+[日号]|[年月]底)(?![^，。；]{0,12}前)"
)


@dataclass(frozen=True)
class Charge:
    """Somebody registered who is told to do something, and by when where that is said."""

    person: Person
    due: date | None


def charge_in(ledger: Ledger, sender: Person, text: str) -> Charge | None:
    """Return whom the sender charges with something, None for what he means to do himself.

    Anybody may say 叫何军…; that 赵静礼拜天前清走 is an order shows only where whoever says it gives orders.
    """
    plain = normalise(text)
    if not tells_of_trouble(plain):
        return None
    if _FOR_US.search(plain):
        return None
    named = {person.name: person for person in people_in(ledger, plain) if person.id != sender.id}
    charged = find_charged(plain, list(named))
    if charged is None or not (charged.plainly or _gives_orders(ledger, sender)):
        return None
    due = due_in(ledger, plain, charged.name.start)
    done = due is None and _DONE.search(clause_at(plain, charged.name.start).words)
    return None if done else Charge(named[charged.name.words], due)


def given_out(ledger: Ledger, text: str) -> list[str]:
    """Return the orders a text gives out one by one, each with its own day: 交代两件：外电源月底前接；围挡28号前刷.

    Empty where it gives but one, or where one of them has no day.
    """
    head = _GIVEN_OUT.search(text)
    if head is None:
        return []
    items = [item.strip(" ，,") for item in _ITEMS.split(text[head.end() :])]
    items = [item for item in items if len(item) >= _LEAST and find_charged(item, _names_in(ledger, item)) is None]
    dated = [item for item in items if stated_due(ledger, normalise(item)) is not None]
    return items if len(items) > 1 and dated == items else []


def _names_in(ledger: Ledger, text: str) -> list[str]:
    return [person.name for person in people_in(ledger, text)]


def due_in(ledger: Ledger, text: str, since: int) -> date | None:
    """Return by when an order is to be done: what reads as a deadline, else the last day to come after its name."""
    due = stated_due(ledger, _said_with(text, since))
    if due is not None:
        return due
    read = [one for one in _dates_in(ledger, text) if not is_forecast(one, text)]
    later = [one.date for one in read if one.span.start >= since and one.date >= ledger.today]
    return max(later, default=None)


def _dates_in(ledger: Ledger, text: str) -> list[DateRead]:
    sent = ledger.source.sent_at if ledger.source else ledger.now
    reads = read_dates(text, sent=sent, is_workday=ledger.calendar.is_workday)
    return [one for one in reads if not (one.first != one.date and _SUMMED.match(text, one.span.end))]


def _without_forecasts(ledger: Ledger, text: str) -> str:
    return without_forecasts(text, _dates_in(ledger, text))


def _said_with(text: str, at: int) -> str:
    """Return a text without the phrases before `at` that say when the rest of the works is to be done."""
    before = next((phrase.start for phrase in reversed(phrases(text)) if phrase.start <= at), 0)
    if _THE_REST.search(text[:before]):
        return text[before:]
    return text[at:] if _THE_REST.search(text[:at]) else text


def stated_due(ledger: Ledger, text: str) -> date | None:
    """Return the deadline words give; the day something was done (今天铺完) or may come (排到下个月) is none."""
    due = deadline_in(ledger, _without_forecasts(ledger, _without_put_off(text)))
    if due is None:
        return None
    return None if due == ledger.today and not _TODAY.search(text) else due


def _without_put_off(text: str) -> str:
    """Return a text without the clauses that tell until when something was put off: 供电排到下月了，9月30日前解决."""
    for clause in reversed(clauses(text)):
        if _PUT_OFF.search(clause.words):
            text = f"{text[: clause.start]}{'　' * len(clause.words)}{text[clause.end :]}"
    return text


def gives_charge(turn: Turn) -> bool:
    """Whether a message charges somebody with something by a day, and says nothing else."""
    if turn.reading.intents:
        return False
    charge = charge_in(turn.ledger, turn.person, turn.reading.text)
    return charge is not None and charge.due is not None


def minder_of(ledger: Ledger, sender: Person, project: Project, text: str) -> tuple[Person | None, date | None]:
    """Return who is asked to see to a problem and by when: whoever is charged, else whom the words fit of its own."""
    charge = charge_in(ledger, sender, text)
    if charge is not None:
        return charge.person, charge.due
    plain = normalise(text)
    people = {seat.person for seat in project.seats if seat.person is not None and seat.covers(ledger.today)}
    people |= {head for head in holders(ledger, Actor.UNIT_HEAD, Scope(project=project)) if head != sender}
    words = find_assignee(plain)
    for called in [*([words] if words else []), *spoken_to(plain)]:
        meant = [person for person in people if is_called(called.words, person.name, person.title)]
        if len(meant) == 1:
            return meant[0], due_in(ledger, plain, called.start)
    return None, _due_of_order(ledger, text)


def _due_of_order(ledger: Ledger, text: str) -> date | None:
    """Return the deadline of what somebody is told to do, which is not that of another matter told before it."""
    plain = normalise(text)
    orders = list(_ORDER.finditer(plain))
    due = stated_due(ledger, plain[orders[-1].start() :]) if orders else None
    return due or stated_due(ledger, text)


def _gives_orders(ledger: Ledger, sender: Person) -> bool:
    return sees_all(ledger, sender) or ledger.has_role(sender, Role.ASSIGNED_LEADER, Role.UNIT_HEAD)
