"""Creating and upgrading the database (`duban init`)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text
from sqlalchemy.orm import Session

import models
from bot.database import Database
from models.ledger import get_setting, put_setting, start_chain
from models.mechanism import Mechanism

_MIGRATIONS = Path(models.__path__[0]) / "migrations"
_LOCK = 7_230_001  # any number of ours: two `duban init` at once wait for each other


def migrate(database: Database) -> None:
    """Bring the schema to its newest form; safe to repeat."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def install(database: Database, mechanism: Mechanism | None, today: date) -> Mechanism:
    """Migrate and put the county under a mechanism; None keeps the one it has.

    Raises ValueError when there is none yet.
    """
    migrate(database)

    def work(session: Session) -> Mechanism:
        start_chain(session)
        stored = get_setting(session, "county")
        if mechanism is None:
            if stored is None:
                raise ValueError("the first `duban init` needs --mechanism jiaozuo, zhangzi, dancheng or a file")
            return Mechanism.model_validate(stored["mechanism"])
        since = stored["since"] if stored else today.isoformat()
        put_setting(session, "county", {"mechanism": mechanism.model_dump(mode="json"), "since": since})
        return mechanism

    return database.write(work)
