"""The database: one engine, units of work, and the threads they run in.

Domain code is synchronous and short; it runs in threads beside the event loop. On SQLite all writing of a process
runs in one thread, so writers queue instead of colliding (its busy back-off gave answers of seconds).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

T = TypeVar("T")
_PG_WRITERS = 8


class Database:
    """Runs units of work. `work` functions receive a Session and must not commit; the edge does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        writers = 1 if self.is_sqlite else _PG_WRITERS
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="duban-write")
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="duban-read")

    def write(self, work: Callable[[Session], T]) -> T:
        """Run a unit of work and commit it; once more if the connection was lost under it."""
        try:
            return self._write_once(work)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._write_once(work)

    def _write_once(self, work: Callable[[Session], T]) -> T:
        with Session(self.engine, expire_on_commit=False, autoflush=True) as session, session.begin():
            return work(session)

    def read(self, work: Callable[[Session], T]) -> T:
        """Run queries that change nothing."""
        with (
            self.engine.connect().execution_options(read_only=True) as connection,
            Session(connection, expire_on_commit=False) as session,
        ):
            return work(session)

    async def in_write(self, work: Callable[[Session], T]) -> T:
        """Run :meth:`write` beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, self.write, work)

    async def in_read(self, work: Callable[[Session], T]) -> T:
        """Run :meth:`read` beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read, work)

    async def in_writer_thread(self, call: Callable[[], T]) -> T:
        """Run something in the thread that writes, so that it queues with the other writers."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, call)

    def close(self) -> None:
        """Finish what runs and close the connections."""
        self._writers.shutdown(wait=True)
        self._readers.shutdown(wait=True)
        self.engine.dispose()


class Appender:
    """Adds rows to a table, leaving alone those already there.

    The statement is compiled once and given to the driver as it is: SQLAlchemy's own work on each row costs more
    than storing it. `unique` are the columns that make a row the same, `columns` those that are given.
    """

    def __init__(self, database: Database, table: Table, unique: Sequence[str], columns: Sequence[str]) -> None:
        self._engine = database.engine
        dialect = self._engine.dialect
        insert = (sqlite if database.is_sqlite else postgresql).insert(table).inline()
        compiled = insert.on_conflict_do_nothing(index_elements=unique).compile(dialect=dialect, column_keys=columns)
        self._statement = str(compiled)
        self._in_order = itemgetter(*compiled.positiontup) if compiled.positional and compiled.positiontup else None
        self._processors = [
            (name, processor)
            for name in columns
            if (processor := table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) is not None
        ]

    def add(self, rows: Sequence[dict[str, Any]]) -> None:
        """Store rows in one transaction; returns once they are committed."""
        parameters = [self._parameters(row) for row in rows]
        with self._engine.begin() as connection:
            connection.exec_driver_sql(self._statement, parameters)

    def _parameters(self, row: dict[str, Any]) -> Any:
        for name, processor in self._processors:
            row[name] = processor(row[name])
        return self._in_order(row) if self._in_order is not None else row


def _postgres_engine(url: str) -> Engine:
    return create_engine(url, pool_size=_PG_WRITERS + 4, max_overflow=4, pool_pre_ping=True)


def _sqlite_engine(url: str) -> Engine:
    path = url.removeprefix("sqlite:///")
    if path and path != url and not path.startswith(":"):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": 30, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _open(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin transactions of its own
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A write transaction takes its lock at once: a deferred one fails when it upgrades (SQLITE_BUSY).
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
