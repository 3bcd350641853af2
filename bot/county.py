"""The county that an installation serves, as its database has it."""

from __future__ import annotations

from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.database import Database
from models.calendar import WorkCalendar
from models.ledger import County, get_setting
from models.mechanism import Mechanism


class NotReady(Exception):
    """The installation cannot serve yet; the text names the remedy."""


def load_county(database: Database) -> County:
    """Read the mechanism the database was initialised under. Raises :class:`NotReady`."""
    stored = None
    try:
        stored = database.read(lambda session: get_setting(session, "county"))
    except ProgrammingError:
        pass  # no tables yet
    except OperationalError as error:
        if "no such table" not in str(error):
            cause = str(error.orig).strip().splitlines()[0]
            raise NotReady(f"the database does not answer: {cause}; check DUBAN_DATABASE_URL and DUBAN_HOME") from None
    if stored is not None:
        county = County(Mechanism.model_validate(stored["mechanism"]), WorkCalendar())
        database.read(county.keep_up)
        return county
    raise NotReady("the database is not initialised: run `duban init --mechanism jiaozuo|zhangzi|dancheng|FILE`")
