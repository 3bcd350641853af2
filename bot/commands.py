"""What the commands of `duban` share: reading arguments, opening the books, one unit of the office's work, ending."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import NoReturn, TypeVar

import typer
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.database import Database
from bot.logs import configure_logs
from bot.settings import Settings, load_settings
from models.calendar import SHANGHAI
from models.ledger import County, Ledger

T = TypeVar("T")


def fail(reason: str) -> NoReturn:
    """End with status 1 and one reason on standard error."""
    sys.stderr.write(reason.rstrip() + "\n")
    raise SystemExit(1)


def say(line: str) -> None:
    """Print a line."""
    sys.stdout.write(line + "\n")


def day_of(value: str) -> date:
    """Return the day an argument names; wrong usage when it names none."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise typer.BadParameter(f"「{value}」不是日期，请写成 2026-12-25") from None


def instant_of(value: str) -> datetime:
    """Return the instant an argument names, in the county's zone where it names none."""
    try:
        instant = datetime.fromisoformat(value.strip())
        if len(value.strip()) <= len("2026-10-08"):
            raise ValueError("a day without its hour")
    except ValueError:
        raise typer.BadParameter(f"「{value}」不是时间，请写成 '2026-10-08 09:00'") from None
    return instant if instant.tzinfo else instant.replace(tzinfo=SHANGHAI)


def settings_here() -> Settings:
    """Read the settings and set up the logs."""
    settings = load_settings()
    configure_logs(settings.log_level)
    return settings


def open_books(settings: Settings) -> tuple[Database, County]:
    """Open the database of an installation that is ready."""
    from bot.county import NotReady, load_county

    database = Database(settings.sqlalchemy_url)
    try:
        return database, load_county(database)
    except NotReady as error:
        fail(str(error))


def on_ledger(work: Callable[[Ledger], T]) -> T:
    """Run one unit of work of the office at the command line."""
    database, county = open_books(settings_here())

    def unit(session: Session) -> T:
        ledger = Ledger(session, Clock().now(), county)
        result = work(ledger)
        ledger.seal()
        return result

    try:
        return database.write(unit)
    finally:
        database.close()
