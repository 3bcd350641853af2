"""Observations (观摩, DC-23, DC-24): a plan with day, projects and route; the meeting that follows on it; the guide.

The route is a suggestion by straight lines between the sites' coordinates; the guide's figures are the ledger's, with
the instant they were read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.amounts import plain
from models.base import Base
from models.entry import Entry, EntryKind
from models.errors import Refusal, WrongState
from models.geo import metres, to_wgs84
from models.ledger import Ledger
from models.meeting import Meeting
from models.people import Person
from models.periods import shown
from models.project import Part, Project


class ObservationState(StrEnum):
    """Where an observation stands."""

    DRAFT = "draft"
    WAITING = "waiting"
    APPROVED = "approved"
    HELD = "held"
    CANCELLED = "cancelled"


OBSERVATION_LABELS = {
    ObservationState.DRAFT: "拟定",
    ObservationState.WAITING: "待召集人批",
    ObservationState.APPROVED: "已批准",
    ObservationState.HELD: "已完成",
    ObservationState.CANCELLED: "已取消",
}


class Observation(Base):
    """A tour of sites. `stops` are the projects in the order of the route, each with the way to it and the stay."""

    __tablename__ = "observations"

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(20), index=True)
    at: Mapped[datetime]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id"), index=True)
    convenor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    state: Mapped[str] = mapped_column(String(20), index=True)
    stops: Mapped[list[Any]]

    meeting: Mapped[Meeting | None] = relationship(lazy="joined")
    convenor: Mapped[Person | None] = relationship(lazy="joined")

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return OBSERVATION_LABELS[ObservationState(self.state)]


@dataclass(frozen=True, slots=True)
class Stop:
    """One site on the way: `metres` from the one before, None where its coordinates are unknown."""

    code: str
    metres: int | None


def route(sites: Sequence[tuple[str, tuple[float, float] | None]]) -> list[Stop]:
    """Order sites by nearest neighbour from the first that has coordinates; sites without any come last.

    `sites` are (key, WGS-84 degrees). Of all starting points the one with the shortest way is taken.
    """
    known = [(key, place) for key, place in sites if place is not None]
    tours = [_tour(known, start) for start in range(len(known))]
    best = min(tours, key=lambda tour: sum(stop.metres or 0 for stop in tour)) if tours else []
    return [*best, *(Stop(key, None) for key, place in sites if place is None)]


def _tour(known: list[tuple[str, tuple[float, float]]], start: int) -> list[Stop]:
    left = [*known]
    key, here = left.pop(start)
    stops = [Stop(key, 0)]
    while left:
        nearest = min(range(len(left)), key=lambda index: (metres(here, left[index][1]), left[index][0]))
        key, there = left.pop(nearest)
        stops.append(Stop(key, round(metres(here, there))))
        here = there
    return stops


def plan(
    ledger: Ledger,
    *,
    period: str,
    at: datetime,
    projects: Sequence[Project],
    convenor: Person | None,
    meeting: Meeting,
    by: Person | None,
) -> Observation:
    """Draft an observation; one already drafted for the period is written anew. Raises Refusal, WrongState."""
    if not projects:
        raise Refusal("请写明观摩哪些项目，例如「拟定观摩方案 10月8日 纺织园一期、二院」。")
    if at <= ledger.now:
        raise Refusal("观摩时间已经过去，请改一个以后的时间。")
    row = find_observation(ledger, period)
    if row is not None and row.state == ObservationState.HELD.value:
        raise WrongState(f"{period}的观摩已经完成。")
    if row is None:
        row = Observation(period=period)
        ledger.session.add(row)
    stay = ledger.mechanism.meetings.stop_minutes
    by_code = {project.code: project for project in projects}
    stops = route([(project.code, _place(project)) for project in projects])
    row.at, row.meeting_id, row.convenor_id = at, meeting.id, convenor.id if convenor else None
    row.state = ObservationState.DRAFT.value
    row.stops = [
        {"code": stop.code, "name": by_code[stop.code].name, "metres": stop.metres, "minutes": stay} for stop in stops
    ]
    ledger.session.flush()
    ledger.session.refresh(row)
    record(ledger, row, by, "拟定观摩方案")
    return row


def next_approved(ledger: Ledger) -> Observation | None:
    """Return the next observation whose plan the convenor has approved."""
    coming = select(Observation).where(
        Observation.at >= ledger.now, Observation.state == ObservationState.APPROVED.value
    )
    return ledger.session.scalars(coming.order_by(Observation.at)).first()


def find_observation(ledger: Ledger, period: str) -> Observation | None:
    """Return the observation of a period."""
    return ledger.session.scalar(
        select(Observation).where(Observation.period == period, Observation.state != ObservationState.CANCELLED.value)
    )


def observations_before(ledger: Ledger, convenor: Person) -> list[Observation]:
    """Return the plans that wait for a convenor."""
    return list(
        ledger.session.scalars(
            select(Observation).where(
                Observation.convenor_id == convenor.id, Observation.state == ObservationState.WAITING.value
            )
        )
    )


def move(ledger: Ledger, row: Observation, to: ObservationState, by: Person | None, text: str) -> Entry:
    """Take a plan one step on (待批, 批准, 退回, 完成). Raises WrongState."""
    allowed = {
        ObservationState.WAITING: (ObservationState.DRAFT, ObservationState.WAITING),
        ObservationState.APPROVED: (ObservationState.WAITING,),
        ObservationState.DRAFT: (ObservationState.WAITING,),
        ObservationState.HELD: (ObservationState.APPROVED,),
        ObservationState.CANCELLED: (ObservationState.DRAFT, ObservationState.WAITING, ObservationState.APPROVED),
    }
    if ObservationState(row.state) not in allowed[to]:
        raise WrongState(f"{row.period}的观摩现在是「{row.label}」，不能办这一步。")
    row.state = to.value
    return record(ledger, row, by, text)


def record(ledger: Ledger, row: Observation, by: Person | None, text: str) -> Entry:
    """Record what became of a plan."""
    day = row.at.astimezone(ledger.local_now.tzinfo).date()
    data = {
        "about": "observation",
        "period": row.period,
        "state": row.label,
        "date": day.isoformat(),
        "projects": [stop["code"] for stop in row.stops],
    }
    return ledger.record(EntryKind.NOTE, text, person=by, data=data)


# --- papers ---------------------------------------------------------------------------------------------


def route_lines(row: Observation) -> list[str]:
    """Return the route, one line a stop, with distances by straight line."""
    lines = []
    for number, stop in enumerate(row.stops, start=1):
        way = stop["metres"]
        far = "坐标未登记" if way is None else "起点" if not way else f"距上一点{way / 1000:.1f}公里"
        lines.append(f"{number}. {stop['name']}（{far}，停留{stop['minutes']}分钟）")
    return lines


def total_kilometres(row: Observation) -> float:
    """Return the length of the route by straight lines."""
    return round(sum(stop["metres"] or 0 for stop in row.stops) / 1000, 1)


def plan_text(ledger: Ledger, row: Observation) -> str:
    """Return the plan (观摩活动方案)."""
    local = row.at.astimezone(ledger.local_now.tzinfo)
    after = row.meeting.at.astimezone(local.tzinfo) if row.meeting else None
    return "\n".join(
        [
            ledger.mechanism.documents.observation_plan,
            f"时间：{local.year}年{shown(local.date())}{local:%H:%M}",
            f"召集人：{row.convenor.name if row.convenor else ledger.mechanism.meetings.convenor_title}",
            "观摩路线（按直线距离排序，行车以实际道路为准）：",
            *route_lines(row),
            f"全程直线约{total_kilometres(row)}公里。",
            *([f"观摩结束后于{after:%H:%M}召开{row.meeting.name}。"] if after and row.meeting else []),
        ]
    )


def guide_text(ledger: Ledger, row: Observation) -> str:
    """Return the guide book (活动指南): a card a project, its figures the ledger's, with the instant they were read."""
    codes = [str(stop["code"]) for stop in row.stops]
    found = {
        project.code: project for project in ledger.session.scalars(select(Project).where(Project.code.in_(codes)))
    }
    local = ledger.local_now
    return "\n".join(
        [
            "观摩活动指南",
            f"数据截至{local.year}年{shown(local.date())}{local:%H:%M}，与台账同源，金额单位：万元。",
            *(line for code in codes if code in found for line in _card(ledger, found[code], local.date())),
        ]
    )


def _card(ledger: Ledger, project: Project, today: date) -> list[str]:
    leaders = "、".join(project.names(Part.LEADER, today))
    units = "、".join(unit.shown for unit in project.units(Part.RESPONSIBLE_UNIT, today))
    builder = "、".join(project.names(Part.BUILDER, today))
    money = f"总投资{_money(project.total_investment)}，年计划{_money(project.annual_investment)}"
    return [
        f"《{project.name}》{project.category}，{project.stage}；{money}",
        f"分包领导：{leaders}；责任单位：{units}；建设单位：{builder}",
        _figures(ledger, project),
    ]


def _money(amount: Decimal | None) -> str:
    return plain(float(amount)) if amount is not None else "未登记"


def _figures(ledger: Ledger, project: Project) -> str:
    for entry in ledger.entries(project=project.code, kinds=(EntryKind.PROGRESS,), limit=20):
        total, percent = entry.data.get("total_amount"), entry.data.get("percent")
        if total is not None or percent is not None:
            parts = [
                f"累计完成{plain(total)}" if total is not None else "",
                f"形象进度{plain(percent)}%" if percent else "",
            ]
            return f"{entry.data.get('period', '')}：{'，'.join(part for part in parts if part)}（台账第{entry.seq}条）"
    return "本期投资未报"


def _place(project: Project) -> tuple[float, float] | None:
    if project.latitude is None or project.longitude is None:
        return None
    return to_wgs84(project.latitude, project.longitude, project.datum)
