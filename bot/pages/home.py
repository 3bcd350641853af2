"""The first page: what waits for whoever is there, and where one can go."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.responses import Response

from bot.pages.desk import Desk
from bot.pages.rendering import html
from models.duty_rows import duty_rows
from models.ledger import Ledger
from models.people import Person


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Add the page."""

    @app.get("/")
    async def home(request: Request) -> Response:
        return await desk.read(request, _home)


def _home(ledger: Ledger, person: Person) -> Response:
    rows = duty_rows(ledger, ledger.today, person=person)
    return html(
        "home.html",
        me=person.name,
        area=ledger.mechanism.area,
        owed=[row for row in rows if row.owed],
    )
