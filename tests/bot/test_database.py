"""Units of work on the database."""

from __future__ import annotations

import gc
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from bot.database import Database
from bot.schema import migrate
from models.ledger import get_setting, put_setting


def test_a_unit_of_work_reads_a_row_by_its_key_once(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'duban.db'}")
    migrate(database)
    database.write(lambda session: put_setting(session, "names", {"version": 7}))
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))

    def work(session: Session) -> list[object]:
        found = []
        for _ in range(3):
            found.append((get_setting(session, "names") or {})["version"])
            gc.collect()  # nobody else holds the row
        return found

    assert database.write(work) == [7, 7, 7]
    assert len([words for words in asked if "FROM settings" in words]) == 1
    database.close()
