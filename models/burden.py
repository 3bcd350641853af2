"""How much we may say first to one person a day (★9): the budget, when the next slot comes, who has a desk.

A push takes a slot of its local working day. The last slot waits for the afternoon, when what has gathered goes out
as one message; what is bound to an hour (a meeting's reminder) may take it at once. What finds no slot waits for the
next morning's digest: merged, shown, never lost. Answers are not pushes.
"""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import func, select

from models.calendar import SHANGHAI
from models.ledger import Ledger
from models.people import Person, Role
from models.trays import Outgoing

_DESK = frozenset({Role.OFFICE, Role.INSPECTOR, Role.ADMIN})


def allowance(ledger: Ledger, person: Person) -> int:
    """Return how many pushes somebody gets a working day; those whose desk this is (项目办, 督查) have their own."""
    rule = ledger.mechanism.burden
    return rule.desk if person.roles(ledger.today) & _DESK else rule.pushes


def pushed_today(ledger: Ledger, person: Person) -> int:
    """Return how many of today's slots are taken."""
    return (
        ledger.session.scalar(
            select(func.count()).where(Outgoing.person_id == person.id, Outgoing.pushed_on == ledger.today)
        )
        or 0
    )


def next_slot(ledger: Ledger, person: Person, *, bound: bool = False) -> datetime | None:
    """Return when something may be said to somebody, None when now; `bound` is for what an hour makes pointless."""
    most, taken = allowance(ledger, person), pushed_today(ledger, person)
    if taken >= most:
        tomorrow = datetime.combine(ledger.today, time.max, SHANGHAI)
        return ledger.county.next_push(tomorrow)
    afternoon = time.fromisoformat(ledger.mechanism.burden.afternoon)
    if bound or most == 1 or taken < most - 1 or ledger.local_now.time() >= afternoon:
        return None
    return datetime.combine(ledger.today, afternoon, SHANGHAI)


def free_slots(ledger: Ledger, person: Person) -> int:
    """Return how many pushes may leave now with one slot kept back for what is bound to an hour."""
    return max(0, allowance(ledger, person) - 1 - pushed_today(ledger, person))


def pushes_by_day(ledger: Ledger, first: date, last: date) -> dict[tuple[int, date], int]:
    """Return how many slots each person (id) used each local day, for the monthly self-check."""
    rows = ledger.session.execute(
        select(Outgoing.person_id, Outgoing.pushed_on, func.count())
        .where(Outgoing.pushed_on >= first, Outgoing.pushed_on <= last, Outgoing.person_id.is_not(None))
        .group_by(Outgoing.person_id, Outgoing.pushed_on)
    )
    return {(person, day): count for person, day, count in rows if person is not None and day is not None}
