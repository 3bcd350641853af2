"""The rules page: how this county has settled what its notice leaves open, and its holidays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import Response

from bot.holiday_entry import Change, enter_holidays
from bot.mechanisms import settled_lines
from bot.pages.desk import Desk
from bot.pages.rendering import html
from models import holidays
from models.deeds import Deed, may, whose
from models.errors import Refusal
from models.ledger import Ledger, get_setting
from models.people import Person

_Keep = Annotated[bool, Form()]
_Words = Annotated[str, Form()]
_Name = Annotated[str, Form(max_length=20)]
_Day = Annotated[date, Form()]


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Add the pages; `keep` of a form says whether to keep what it enters or only to show what would change."""

    @app.get("/rules")
    async def rules(request: Request) -> Response:
        return await desk.read(request, _rules)

    @app.get("/holidays")
    async def entered(request: Request) -> Response:
        return await desk.read(request, _holidays)

    @app.post("/holidays/year")
    async def year(request: Request, arrangement: _Words = "", keep: _Keep = False) -> Response:
        try:
            read = holidays.read_arrangement(arrangement)
        except Refusal as refusal:
            faults = refusal.words.splitlines()
            return await desk.read(
                request, lambda ledger, person: _holidays(ledger, person, draft=arrangement, faults=faults)
            )
        return await enter(
            request, keep, (read.year,), lambda stored: holidays.with_arrangement(stored, read), arrangement
        )

    @app.post("/holidays/rest")
    async def rest(
        request: Request,
        day: _Day,
        name: _Name = "",
        keep: _Keep = False,
    ) -> Response:
        return await enter(
            request, keep, (day.year,), lambda stored: holidays.with_local_rest(stored, day, name.strip())
        )

    async def enter(request: Request, keep: bool, years: tuple[int, ...], change: Change, draft: str = "") -> Response:
        def work(ledger: Ledger, person: Person) -> Response:
            changed = enter_holidays(ledger, person, years, change, keep=keep)
            return _holidays(ledger, person, changed=changed, kept=keep, draft="" if keep else draft)

        desk.check_origin(request)
        return await (desk.write if keep else desk.read)(request, work)


def _rules(ledger: Ledger, person: Person) -> Response:
    return html(
        "rules.html",
        me=person.name,
        area=ledger.mechanism.area,
        mechanism=ledger.mechanism,
        settled=list(settled_lines(ledger.mechanism)),
    )


def _holidays(
    ledger: Ledger,
    person: Person,
    *,
    changed: Sequence[str] | None = None,
    kept: bool = False,
    draft: str = "",
    faults: Sequence[str] = (),
) -> Response:
    stored = get_setting(ledger.session, holidays.SETTING) or {"years": {}, "local": {}}
    return html(
        "holidays.html",
        status=400 if faults else 200,
        me=person.name,
        area=ledger.mechanism.area,
        may_enter=may(ledger, person, Deed.KEEP_HOLIDAYS),
        whose=whose(ledger, Deed.KEEP_HOLIDAYS),
        years=sorted(stored["years"].items()),
        local=stored["local"],
        next_year=ledger.today.year + 1,
        changed=changed,
        kept=kept,
        draft=draft,
        faults=faults,
    )
