"""Projects, who carries them, their nodes (节点), the task forces (专班) and the chat groups."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Numeric, String, UniqueConstraint, and_, or_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base
from models.people import Person, Unit


class Part(StrEnum):
    """The part somebody or some unit plays in a project (DC-07, JZ-17)."""

    LEADER = "leader"  # 分包领导
    RESPONSIBLE_UNIT = "responsible_unit"  # 责任单位
    UNIT_HEAD = "unit_head"  # 责任单位责任人
    BUILDER = "builder"  # 建设单位
    BUILDER_HEAD = "builder_head"  # 建设单位责任人
    PARTNER = "partner"  # 配合单位
    DISCIPLINE = "discipline"  # 派驻纪检监察员
    LIAISON = "liaison"  # 联络员
    HELPER = "helper"  # 帮办专人 (ZZ-10)


class ItemKind(StrEnum):
    """What a ledger item is (JZ-02); the value is how people call it."""

    PROJECT = "项目"
    MATTER = "事项"
    WORK = "工作"


OVER_STAGES = ("竣工", "已竣工", "完工", "已完工", "投产", "已投产", "终止", "已终止", "取消", "已取消")
"""Stages in which nothing is asked of a project any more."""


class Taskforce(Base):
    """A task force (专班) with its leading person (牵头领导) and units (JZ-05)."""

    __tablename__ = "taskforces"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    leader_name: Mapped[str] = mapped_column(String(50), default="")
    leader_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))

    leader: Mapped[Person | None] = relationship(lazy="joined")
    seats: Mapped[list[TaskforceUnit]] = relationship(lazy="selectin", order_by="TaskforceUnit.id")

    @property
    def lead_units(self) -> list[Unit]:
        """The leading units (牵头单位), the first of them reporting."""
        return [seat.unit for seat in self.seats if seat.lead]


class TaskforceUnit(Base):
    """A unit's seat in a task force: leading (牵头) or supporting (配合)."""

    __tablename__ = "taskforce_units"
    __table_args__ = (UniqueConstraint("taskforce_id", "unit_id", "lead"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    taskforce_id: Mapped[int] = mapped_column(ForeignKey("taskforces.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    lead: Mapped[bool]

    unit: Mapped[Unit] = relationship(lazy="joined")


class Project(Base):
    """A ledger item: a project, a matter or a piece of work (JZ-02). Money in 万元.

    `batch` is its 批 (ZZ-01), `board` its 板块 (ZZ-02); `landed`, `actual_start`, `actual_finish` and `effective` are
    落地, 开工, 竣工 and 达效 as they came about (DC-11).
    """

    __tablename__ = "projects"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(50), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(50), default="")
    stage: Mapped[str] = mapped_column(String(50), default="")
    taskforce_id: Mapped[int | None] = mapped_column(ForeignKey("taskforces.id"))
    total_investment: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    annual_investment: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    datum: Mapped[str] = mapped_column(String(10), default="gcj02")
    planned_start: Mapped[date | None]
    planned_finish: Mapped[date | None]
    kind: Mapped[str] = mapped_column(String(20), default=ItemKind.PROJECT.value)
    batch: Mapped[str] = mapped_column(String(20), default="")
    board: Mapped[str] = mapped_column(String(50), default="")
    landed: Mapped[date | None]
    actual_start: Mapped[date | None]
    actual_finish: Mapped[date | None]
    effective: Mapped[date | None]
    funds_ready: Mapped[date | None]

    taskforce: Mapped[Taskforce | None] = relationship(lazy="joined")
    aliases: Mapped[list[ProjectAlias]] = relationship(order_by="ProjectAlias.id")
    seats: Mapped[list[ProjectSeat]] = relationship(lazy="selectin", order_by="ProjectSeat.id")
    nodes: Mapped[list[Node]] = relationship(order_by="Node.planned")

    @hybrid_property
    def is_live(self) -> bool:
        """Whether duties are owed for it: neither finished nor given up."""
        return self.stage not in OVER_STAGES

    @is_live.inplace.expression
    @classmethod
    def _is_live(cls) -> ColumnElement[bool]:
        return cls.stage.not_in(OVER_STAGES)

    @property
    def called(self) -> tuple[str, ...]:
        """What it goes by: its name and its aliases."""
        return (self.name, *(alias.alias for alias in self.aliases))

    def people(self, part: Part, today: date) -> list[Person]:
        """Return the registered people who play a part on a local date."""
        return [seat.person for seat in self._seats(part, today) if seat.person is not None]

    def units(self, part: Part, today: date) -> list[Unit]:
        """Return the registered units that play a part on a local date."""
        return [seat.unit for seat in self._seats(part, today) if seat.unit is not None]

    def names(self, part: Part, today: date) -> list[str]:
        """Return the names that play a part, registered or not (an enterprise's head often is not)."""
        return [seat.name for seat in self._seats(part, today)]

    def _seats(self, part: Part, today: date) -> list[ProjectSeat]:
        return [seat for seat in self.seats if seat.part == part and seat.covers(today)]


class ProjectAlias(Base):
    """Another name people use for a project."""

    __tablename__ = "project_aliases"
    __table_args__ = (UniqueConstraint("project_id", "alias"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"))
    alias: Mapped[str] = mapped_column(String(100))


class ProjectSeat(Base):
    """A part in a project, held from one local date to another (until is exclusive)."""

    __tablename__ = "project_seats"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    part: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    since: Mapped[date] = mapped_column(index=True)
    until: Mapped[date | None] = mapped_column(index=True)

    person: Mapped[Person | None] = relationship(lazy="joined")
    unit: Mapped[Unit | None] = relationship(lazy="joined")

    def covers(self, day: date) -> bool:
        """Whether the part is held on that local date."""
        return self.since <= day and (self.until is None or day < self.until)


def held_on(day: date) -> ColumnElement[bool]:
    """Return what :meth:`ProjectSeat.covers` says, as a condition of a query."""
    return and_(ProjectSeat.since <= day, or_(ProjectSeat.until.is_(None), ProjectSeat.until > day))


class Node(Base):
    """A dated step of a project's plan (节点, DC-08). `after` names the project's node that must come before it."""

    __tablename__ = "nodes"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    planned: Mapped[date] = mapped_column(index=True)
    after: Mapped[str] = mapped_column(String(200), default="")
    unit_name: Mapped[str] = mapped_column(String(100), default="")
    finished: Mapped[date | None]


class Group(Base):
    """A chat group messages may be sent to (群聊). `method` is the workbook's 方式; `secret` signs a webhook."""

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(100), unique=True)
    platform: Mapped[str] = mapped_column(String(20))
    method: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[str] = mapped_column(String(200), default="")
