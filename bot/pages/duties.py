"""The duties page: who owes what, and which entry of the ledger paid for what (★4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from fastapi import FastAPI, Request
from fastapi.responses import Response

from bot.pages.desk import Desk
from bot.pages.rendering import html
from models.duty_rows import DutyRow, duty_rows
from models.ledger import Ledger
from models.mechanism import Obligation
from models.obligation import Occurrence
from models.people import Person
from models.rights import sees_all


@dataclass(frozen=True)
class DutyBlock:
    """One duty in one period with those who owe or have done it; what is open comes first."""

    duty: Obligation
    occurrence: Occurrence
    period: str
    basis: str
    owed: Sequence[DutyRow]
    done: Sequence[DutyRow]
    waived: int


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Add the page."""

    @app.get("/duties")
    async def duties(request: Request, on: date | None = None, mine: bool = False) -> Response:
        return await desk.read(request, lambda ledger, person: _page(ledger, person, on, mine))


def _page(ledger: Ledger, person: Person, on: date | None, mine: bool) -> Response:
    """The office and those whose work covers the county see everybody's; everybody else his own."""
    day, everybody = on or ledger.today, sees_all(ledger, person) and not mine
    rows = duty_rows(ledger, day, person=None if everybody else person)
    blocks = [_block(ledger, list(group)) for _, group in groupby(rows, key=lambda row: row.duty.id)]
    return html(
        "duties.html",
        me=person.name,
        area=ledger.mechanism.area,
        day=day,
        blocks=[block for block in blocks if block.owed or block.done],
        everybody=everybody,
        may_see_all=sees_all(ledger, person),
    )


def _block(ledger: Ledger, rows: list[DutyRow]) -> DutyBlock:
    duty, occurrence = rows[0].duty, rows[0].occurrence
    return DutyBlock(
        duty,
        occurrence,
        rows[0].period,
        f"{duty.clause} {ledger.mechanism.basis(duty.clause)}",
        [row for row in rows if row.owed],
        [row for row in rows if row.paid],
        sum(not row.owed and not row.paid for row in rows),
    )
