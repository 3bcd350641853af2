"""The right to be the only one: a row in the database, which every process of an installation shares."""

from __future__ import annotations

import contextlib
import secrets
from datetime import timedelta

import structlog
from sqlalchemy import delete, or_, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import Database
from models.trays import Lease

log = structlog.get_logger(__name__)

LIFE = timedelta(seconds=30)
"""How long somebody who died still counts as the holder."""


class DatabaseLease:
    """One process's claim to the lease called `name`; renew it `every` so many seconds."""

    every = LIFE.total_seconds() / 3

    def __init__(self, database: Database, clock: Clock, name: str) -> None:
        self._database = database
        self._clock = clock
        self._name = name
        self._me = secrets.token_hex(16)

    async def hold(self) -> bool:
        """Take or renew it; False while another has it, or while nobody can tell."""
        try:
            return await self._database.in_write(self._take)
        except SQLAlchemyError as error:  # another was the first ever to take it, or the database is away
            log.warning("lease.not_held", name=self._name, error=type(error).__name__)
            return False

    async def release(self) -> None:
        """Give it up, so that another need not wait for its end."""
        mine = delete(Lease).where(Lease.name == self._name, Lease.holder == self._me)
        with contextlib.suppress(SQLAlchemyError):
            await self._database.in_write(lambda session: session.execute(mine))

    def _take(self, session: Session) -> bool:
        now = self._clock.now()
        taken = session.execute(
            update(Lease)
            .where(Lease.name == self._name, or_(Lease.holder == self._me, Lease.until < now))
            .values(holder=self._me, until=now + LIFE)
        )
        if taken.rowcount:  # type: ignore[attr-defined]
            return True
        if session.get(Lease, self._name) is not None:
            return False
        session.add(Lease(name=self._name, holder=self._me, until=now + LIFE))
        session.flush()
        return True
