"""What every page needs: who is there, and one unit of work on the ledger for him."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from bot.wiring import Service
from models.ledger import Ledger
from models.people import Person
from models.sign_in import SESSION_LIFE, session_holder

T = TypeVar("T")
COOKIE = "duban_session"


class NotSignedIn(Exception):
    """Nobody we know is at the page."""


class ForeignForm(Exception):
    """A form that another site had somebody send."""


class Desk:
    """The ledger as pages reach it."""

    def __init__(self, service: Service) -> None:
        # FastAPI keeps every endpoint it has looked at; a service that has ended must not stay with them.
        self._service = weakref.ref(service)

    @property
    def service(self) -> Service:
        """The running service."""
        service = self._service()
        assert service is not None
        return service

    async def read(self, request: Request, work: Callable[[Ledger, Person], T]) -> T:
        """Run `work` for whoever is signed in; nothing it changes is kept. Raises :class:`NotSignedIn`."""
        return await self.service.database.in_read(lambda session: self._for_visitor(session, request, work))

    async def write(self, request: Request, work: Callable[[Ledger, Person], T]) -> T:
        """Run `work` and keep what it changes. Raises :class:`NotSignedIn`, :class:`ForeignForm`."""
        self.check_origin(request)
        return await self.on_ledger(lambda ledger: work(ledger, _visitor(ledger, request)))

    async def on_ledger(self, work: Callable[[Ledger], T]) -> T:
        """Run `work` for nobody in particular, keep what it changes, and let the out-tray look."""

        def unit(session: Session) -> T:
            ledger = self._ledger(session)
            result = work(ledger)
            ledger.seal()
            return result

        result = await self.service.database.in_write(unit)
        self.service.state.nudge("out")
        return result

    def check_origin(self, request: Request) -> None:
        """Refuse a form sent from another site; browsers name where it comes from."""
        origin = request.headers.get("origin")
        if origin and urlsplit(origin).netloc not in (request.url.netloc, urlsplit(self.public_url).netloc):
            raise ForeignForm

    @property
    def public_url(self) -> str:
        """Where links lead."""
        return self.service.county.public_url

    def keep(self, response: Response, secret: str) -> None:
        """Let a browser keep a session; scripts cannot read it, other sites cannot send it."""
        response.set_cookie(
            COOKIE,
            secret,
            max_age=int(SESSION_LIFE.total_seconds()),
            httponly=True,
            samesite="lax",
            secure=self.public_url.startswith("https:"),
        )

    def _for_visitor(self, session: Session, request: Request, work: Callable[[Ledger, Person], T]) -> T:
        ledger = self._ledger(session)
        return work(ledger, _visitor(ledger, request))

    def _ledger(self, session: Session) -> Ledger:
        return Ledger(session, self.service.clock.now(), self.service.county)


def _visitor(ledger: Ledger, request: Request) -> Person:
    secret = request.cookies.get(COOKIE, "")
    person = session_holder(ledger, secret) if secret else None
    if person is None:
        raise NotSignedIn
    return person
