"""The calendar page and its iCalendar file: what will be asked, of whom, when, and what collides."""

from __future__ import annotations

import io
from datetime import date, timedelta
from urllib.parse import urlencode

from fastapi import FastAPI, Request
from fastapi.responses import Response

from bot.calendars import print_calendar
from bot.pages.desk import Desk
from bot.pages.rendering import html
from models.errors import Refusal
from models.ledger import Ledger
from models.obligation import calendar_events
from models.people import Person

_AHEAD = timedelta(days=60)
_LONGEST = timedelta(days=366)


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Add the page and the file."""

    @app.get("/calendar")
    async def calendar(request: Request, first: date | None = None, last: date | None = None) -> Response:
        return await desk.read(request, lambda ledger, person: _page(ledger, person, *_range(ledger, first, last)))

    @app.get("/calendar.ics")
    async def file(request: Request, first: date | None = None, last: date | None = None) -> Response:
        return await desk.read(request, lambda ledger, _: _file(ledger, *_range(ledger, first, last)))


def _range(ledger: Ledger, first: date | None, last: date | None) -> tuple[date, date]:
    first = first or ledger.today
    last = last or first + _AHEAD
    if not first <= last <= first + _LONGEST:
        raise Refusal("止日要在起日之后、一年之内，请改一改日期。")
    return first, last


def _page(ledger: Ledger, person: Person, first: date, last: date) -> Response:
    events = list(calendar_events(ledger.mechanism, first, last, ledger.calendar, ledger.called))
    return html(
        "calendar.html",
        me=person.name,
        area=ledger.mechanism.area,
        first=first,
        last=last,
        file="/calendar.ics?" + urlencode({"first": first.isoformat(), "last": last.isoformat()}),
        events=[(event, ledger.mechanism.basis(event.clause)) for event in events],
        clashes=sum(bool(event.clash) for event in events),
    )


def _file(ledger: Ledger, first: date, last: date) -> Response:
    out = io.StringIO(newline="")
    print_calendar(ledger.county, first, last, "ics", out, ledger.called)
    headers = {"Content-Disposition": 'attachment; filename="duban.ics"'}
    return Response(out.getvalue(), media_type="text/calendar; charset=utf-8", headers=headers)
