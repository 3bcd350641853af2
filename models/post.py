"""Posts (职务): who convenes, heads or sits in a body, from one day to another, so that old papers keep old names."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.people import Person


class Post(Base):
    """A seat somebody holds by office (组长, 召集人, 分管副市长); `actor` is the part it plays in the mechanism.

    `actor` is empty for a seat that no rule speaks of. `until` is exclusive (JZ-03, ZZ-26, A23).
    """

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(String(30), index=True, default="")
    body: Mapped[str] = mapped_column(String(100), default="")
    name: Mapped[str] = mapped_column(String(50))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    since: Mapped[date]
    until: Mapped[date | None]

    person: Mapped[Person] = relationship(lazy="joined")

    def covers(self, day: date) -> bool:
        """Whether the post is held on that local date."""
        return self.since <= day and (self.until is None or day < self.until)
