"""Questions we put to people: at most three buttons, answered by a press or in words, hours later if need be."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.ledger import Ledger
from models.people import Person

MOST_BUTTONS = 3
YES, NO = "yes", "no"
"""The values of a question that asks for one confirmation."""


class Question(Base):
    """One open question. `subject` names the handler that asked, `facts` what it needs to go on.

    `options` is a list of [value, label]; `incoming` the in-tray rows that wait for the answer.
    """

    __tablename__ = "questions"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    subject: Mapped[str] = mapped_column(String(50))
    facts: Mapped[dict[str, Any]]
    options: Mapped[list[Any]]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(200), default="")

    def button_key(self, index: int) -> str:
        """Return the press that means option `index`."""
        return f"q-{self.id}-{index}"

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """What is pressed and what stands on it; further options can only be said."""
        return [(self.button_key(at), str(label)) for at, (_, label) in enumerate(self.options)][:MOST_BUTTONS]


def ask(
    ledger: Ledger,
    person: Person,
    subject: str,
    facts: dict[str, Any],
    options: list[tuple[str, str]],
    *,
    beside: bool = False,
) -> Question:
    """Write a question; an older open one of the same subject is set aside, unless both are to wait (`beside`)."""
    for older in open_questions(ledger, person):
        if older.subject == subject and not beside:
            settle(ledger, older, "superseded")
    question = Question(
        person_id=person.id,
        subject=subject,
        facts=facts,
        options=[list(option) for option in options],
        asked_at=ledger.now,
        answer="",
    )
    ledger.session.add(question)
    ledger.session.flush()
    ledger.asked.add(person.id)
    return question


def open_questions(ledger: Ledger, person: Person) -> list[Question]:
    """Return a person's unanswered questions, newest first."""
    return list(
        ledger.session.scalars(
            select(Question)
            .where(Question.person_id == person.id, Question.answered_at.is_(None))
            .order_by(Question.id.desc())
        )
    )


def settle(ledger: Ledger, question: Question, answer: str) -> None:
    """Note the answer."""
    question.answered_at = ledger.now
    question.answer = answer[:200]
