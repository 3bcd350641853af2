"""Alembic's environment: the same scripts on SQLite and PostgreSQL, run by `duban init` over its own connection."""

from __future__ import annotations

from alembic import context

from models import tables
from models.base import Base

assert tables.ALL, "importing models.tables registers every table"


def run() -> None:
    """Run the migrations over the connection that the caller put into the configuration."""
    connection = context.config.attributes["connection"]
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


run()
