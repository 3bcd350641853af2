"""Clues of 吃、拿、卡、要 and of doing nothing (DC-35): kept here and nowhere else.

No ledger entry, no group, no search, no export and no log holds a clue. The discipline inspector posted to the
project reads it, else every registered one; nobody else does, the office and the administrator included. A clue may
be anonymous: then not even its sender is kept.
"""

from __future__ import annotations

import re
from datetime import datetime, time
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.calendar import SHANGHAI
from models.errors import Forbidden
from models.ledger import Ledger
from models.people import Person, Role
from models.project import Part, Project
from models.trays import Incoming, Outgoing, OutState

DUTY = "clue:"
"""How the duty of every row of the out-tray begins that speaks of clues: it is blanked once it is sent."""
_ANONYMOUS = re.compile(r"匿名|不(?:要|想|愿)?(?:留|写|透露|署|说)(?:我的|我)?(?:姓名|名字|名)|别(?:说|写)(?:是)?我")


class ClueState(StrEnum):
    """Where a clue stands."""

    NEW = "new"
    TAKEN = "taken"
    CLOSED = "closed"


CLUE_LABELS = {ClueState.NEW: "待办理", ClueState.TAKEN: "办理中", ClueState.CLOSED: "已办结"}


class Clue(Base):
    """One clue. `person_id` and `account` are empty where its sender wished it."""

    __tablename__ = "clues"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("projects.id"))
    text: Mapped[str] = mapped_column(Text)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    account: Mapped[str] = mapped_column(String(150), default="")
    state: Mapped[str] = mapped_column(String(20), index=True)
    received_at: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    project: Mapped[Project | None] = relationship(lazy="joined")
    person: Mapped[Person | None] = relationship(lazy="joined", foreign_keys=person_id)


def wishes_anonymity(text: str) -> bool:
    """Whether the sender asks not to be named."""
    return bool(_ANONYMOUS.search(text))


def give(ledger: Ledger, text: str, *, person: Person | None, account: str, project: Project | None) -> Clue:
    """Keep a clue and blank the message it came in."""
    unnamed = wishes_anonymity(text)
    clue = Clue(
        project_id=project.id if project else None,
        text=text,
        person_id=None if unnamed or person is None else person.id,
        account="" if unnamed or person is not None else account,
        state=ClueState.NEW.value,
        # The minute would tell, beside the in-tray, who it was.
        received_at=datetime.combine(ledger.today, time.min, SHANGHAI) if unnamed else ledger.now,
    )
    ledger.session.add(clue)
    ledger.session.flush()
    ledger.session.refresh(clue)
    if ledger.source is not None:
        _blank(ledger.source, unnamed=unnamed)
    return clue


def readers(ledger: Ledger, clue: Clue) -> list[Person]:
    """Return who may read it: the inspectors posted to its project, else every registered one."""
    everybody = ledger.people_with(Role.DISCIPLINE)
    if clue.project is None:
        return everybody
    posted = {person.id for person in clue.project.people(Part.DISCIPLINE, ledger.today)}
    return [person for person in everybody if person.id in posted] or everybody


def clues_for(ledger: Ledger, person: Person) -> list[Clue]:
    """Return the open clues somebody may read, newest first; nothing for whoever is no inspector."""
    if not ledger.has_role(person, Role.DISCIPLINE):
        return []
    query = select(Clue).where(Clue.state != ClueState.CLOSED.value).order_by(Clue.id.desc())
    return [clue for clue in ledger.session.scalars(query) if person.id in {one.id for one in readers(ledger, clue)}]


def read_clue(ledger: Ledger, person: Person, number: int) -> Clue:
    """Return a clue to its reader. Raises Forbidden, the same for one that is not there and one that is not theirs."""
    clue = ledger.session.get(Clue, number)
    if clue is None or not ledger.has_role(person, Role.DISCIPLINE):
        raise Forbidden("没有找到这条线索。")
    if person.id not in {one.id for one in readers(ledger, clue)}:
        raise Forbidden("没有找到这条线索。")
    return clue


def move(ledger: Ledger, person: Person, number: int, state: ClueState) -> Clue:
    """Take a clue up or close it, by its reader."""
    clue = read_clue(ledger, person, number)
    clue.state, clue.taken_by = state.value, person.id
    return clue


def forget_words(ledger: Ledger) -> None:
    """Blank what was said about clues once it has left (or never will): the out-tray keeps no copy."""
    over = (OutState.SENT.value, OutState.FAILED.value, OutState.UNKNOWN.value, OutState.CANCELLED.value)
    ledger.session.execute(
        update(Outgoing)
        .where(Outgoing.duty.startswith(DUTY), Outgoing.state.in_(over))
        .values(words="", notice="plain", facts={"text": ""}, duty="")
    )


def _blank(source: Incoming, *, unnamed: bool) -> None:
    source.raw, source.digest = "", ""
    source.message = {**source.message, "text": ""}
    if unnamed:
        source.sender = source.conversation = ""
        source.message = {**source.message, "sender": "", "conversation": ""}
