"""Units, people, their accounts and their roles, each with dates, so that old papers keep old names."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base


class Role(StrEnum):
    """What somebody is in the county's mechanism. The value is the word the import workbook uses."""

    COUNTY_LEADER = "县领导"
    ASSIGNED_LEADER = "分包领导"
    UNIT_HEAD = "单位负责人"
    LIAISON = "联络员"
    OFFICE = "项目办"
    INSPECTOR = "督查"
    DISCIPLINE = "纪检"
    ADMIN = "管理员"


class Unit(Base):
    """A unit (单位): bureau, township, party department, enterprise."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    short_name: Mapped[str] = mapped_column(String(50), default="")
    kind: Mapped[str] = mapped_column(String(50), default="")
    parent_name: Mapped[str] = mapped_column(String(100), default="")
    merged_into_id: Mapped[int | None]  # no foreign key: SQLite would have to build the whole table anew
    until: Mapped[date | None]
    """From when it is no more: abolished or merged into another; old papers keep its name."""

    @property
    def shown(self) -> str:
        """The name people use: the regular abbreviation (规范简称) where there is one."""
        return self.short_name or self.name


class Person(Base):
    """Somebody the office has registered."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("name", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(50), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    title: Mapped[str] = mapped_column(String(100), default="")
    mobile: Mapped[str] = mapped_column(String(30), default="")
    rank: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """职级 where the office has entered it; else `models/ranks.py` reads it off the title."""

    unit: Mapped[Unit] = relationship(lazy="joined")
    accounts: Mapped[list[Account]] = relationship(back_populates="person")
    terms: Mapped[list[Term]] = relationship(back_populates="person")

    def roles(self, today: date) -> frozenset[Role]:
        """Return the roles held on a local date."""
        return frozenset(Role(term.role) for term in self.terms if term.covers(today))


class Account(Base):
    """A person's id on one platform. WeCom ids are compared without regard to case."""

    __tablename__ = "accounts"
    __table_args__ = (UniqueConstraint("platform", "user_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    platform: Mapped[str] = mapped_column(String(20))
    user_id: Mapped[str] = mapped_column(String(128))
    user_key: Mapped[str] = mapped_column(String(128))

    person: Mapped[Person] = relationship(back_populates="accounts", lazy="joined")


class Term(Base):
    """A role held by a person from one local date to another (until is exclusive, open when None)."""

    __tablename__ = "terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    role: Mapped[str] = mapped_column(String(20), index=True)
    since: Mapped[date] = mapped_column(index=True)
    until: Mapped[date | None] = mapped_column(index=True)

    person: Mapped[Person] = relationship(back_populates="terms", lazy="joined")

    def covers(self, day: date) -> bool:
        """Whether the role is held on that local date."""
        return self.since <= day and (self.until is None or day < self.until)


def account_key(platform: str, user_id: str) -> str:
    """Return the form accounts are compared in."""
    return user_id.lower() if platform == "wecom" else user_id
