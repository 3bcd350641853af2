"""The database: one engine, units of work, and the threads they run in.

Domain code is synchronous and short; it runs in threads beside the event loop. On SQLite all writing of a process
runs in one thread, so writers queue instead of colliding (its busy back-off gave answers of seconds).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

T = TypeVar("T")
_PG_WRITERS = 8
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "busy_timeout=30000",
    "foreign_keys=ON",
    "wal_autocheckpoint=16000",  # pages: a checkpoint holds up the answers, so few of them (a log of about 64 MB)
)


class _UnitOfWork(Session):
    """A session that lets go of nothing it has read, so that what is asked for by its key is read once."""


@event.listens_for(_UnitOfWork, "loaded_as_persistent")
def _hold(session: Session, instance: object) -> None:
    session.info.setdefault("held", []).append(instance)


class Database:
    """Runs units of work. `work` functions receive a Session and must not commit; the edge does."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgres_engine(url)
        writers = 1 if self.is_sqlite else _PG_WRITERS
        self._writers = ThreadPoolExecutor(writers, thread_name_prefix="duban-write")
        # Units of work queue here and not for the threads, so that what must be stored overtakes them.
        self._turns = asyncio.Semaphore(max(1, writers - 1))
        self._readers = ThreadPoolExecutor(4, thread_name_prefix="duban-read")
        self._appenders: list[Appender] = []

    def write(self, work: Callable[[Session], T]) -> T:
        """Run a unit of work and commit it; once more if the connection was lost under it."""
        try:
            return self._write_once(work)
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            return self._write_once(work)

    def _write_once(self, work: Callable[[Session], T]) -> T:
        with _UnitOfWork(self.engine, expire_on_commit=False, autoflush=True) as session, session.begin():
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
        async with self._turns:
            return await asyncio.get_running_loop().run_in_executor(self._writers, self.write, work)

    async def in_read(self, work: Callable[[Session], T]) -> T:
        """Run :meth:`read` beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read, work)

    async def in_writer_thread(self, call: Callable[[], T]) -> T:
        """Run something in a thread that writes, before all units of work that have not begun."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, call)

    def appender(self, table: Table, unique: Sequence[str], columns: Sequence[str]) -> Appender:
        """Return what adds rows to a table fast; it is closed with the database."""
        self._appenders.append(Appender(self.engine, table, unique, columns))
        return self._appenders[-1]

    def close(self) -> None:
        """Finish what runs and close the connections."""
        self._writers.shutdown(wait=True)
        for appender in self._appenders:
            appender.close()
        self._readers.shutdown(wait=True)
        self.engine.dispose()


class Appender:
    """Adds rows to one table, leaving alone those already there: one transaction, one round trip.

    The driver is spoken to directly, over a connection of our own: SQLAlchemy's work on each row and each transaction
    costs more than storing it. `unique` are the columns that make a row the same, `columns` those that are given.
    Used by one thread at a time.
    """

    def __init__(self, engine: Engine, table: Table, unique: Sequence[str], columns: Sequence[str]) -> None:
        self._engine = engine
        self._connection: Any = None  # the driver's own
        dialect, quote = engine.dialect, engine.dialect.identifier_preparer.quote
        mark = "?" if dialect.paramstyle == "qmark" else "%s"
        self._statement = (
            f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, columns))}) "  # noqa: S608 - our own names
            f"VALUES ({', '.join([mark] * len(columns))}) ON CONFLICT ({', '.join(map(quote, unique))}) DO NOTHING"
        )
        self._columns = [(name, table.c[name].type.dialect_impl(dialect).bind_processor(dialect)) for name in columns]

    def bind(self, row: Mapping[str, Any]) -> list[Any]:
        """Return what the driver takes for a row, in the order of `columns`; any thread may, while a commit runs."""
        return [process(row[name]) if process else row[name] for name, process in self._columns]

    def add(self, rows: Sequence[list[Any]]) -> None:
        """Return once the bound rows are committed; once more over a new connection if the old one was lost."""
        try:
            self._commit(rows)
        except ConnectionResetError:
            self._commit(rows)

    def close(self) -> None:
        """Close the connection, and what it had not committed; the next use opens another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _commit(self, rows: Sequence[list[Any]]) -> None:
        """Commit all or nothing. Raises ConnectionResetError when it was the connection that failed."""
        try:
            self._run(self._driver(), rows)
        except BaseException as error:
            lost = self._lost(error)
            self.close()
            if lost:
                raise ConnectionResetError("the database closed the connection") from error
            raise

    def _run(self, driver: Any, rows: Sequence[list[Any]]) -> None:
        if self._engine.dialect.name == "sqlite":
            driver.execute("BEGIN IMMEDIATE")
            driver.executemany(self._statement, rows)
            driver.execute("COMMIT")
            return
        with driver.pipeline(), driver.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.executemany(self._statement, rows)
            cursor.execute("COMMIT")

    def _lost(self, error: BaseException) -> bool:
        if self._connection is None or not isinstance(error, self._engine.dialect.loaded_dbapi.Error):
            return False
        return self._engine.dialect.is_disconnect(error, self._connection, None)

    def _driver(self) -> Any:
        if self._connection is None:
            pooled = self._engine.raw_connection()
            pooled.detach()
            self._connection = pooled.dbapi_connection
            if self._engine.dialect.name != "sqlite":  # there the driver begins nothing by itself already
                self._connection.autocommit = True
        return self._connection


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
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # A write transaction takes its lock at once: a deferred one fails when it upgrades (SQLITE_BUSY).
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine
