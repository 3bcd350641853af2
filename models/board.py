"""The site board (标示牌, DC-07): five names as the ledger has them, and what the printed board says instead."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import quote

from sqlalchemy import ForeignKey, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from models.actors import people_of
from models.base import Base
from models.duties import pay
from models.entry import EntryKind
from models.ledger import Ledger
from models.people import Person, Role, Term, Unit
from models.project import Part, Project, ProjectSeat

LABELS = ("项目分包领导", "责任单位责任人", "建设单位责任人", "配合单位责任人", "派驻专职纪检监察员")
NOBODY = "（空缺）"
_DAY = timedelta(days=1)
_LOOK_BACK = timedelta(days=14)
_AT_ONCE = 500
"""How far back a change is still told: longer than the longest holiday."""


class Board(Base):
    """What the printed board of a project said from a day on, as its unit reported it."""

    __tablename__ = "boards"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id"), index=True)
    names: Mapped[list[str]]
    shown_on: Mapped[date]
    reported_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))


def page_url(public_url: str, project: Project) -> str:
    """Return the address its QR code leads to. The code (编号) is in it, so that a new name needs no new board.

    Nothing is gained by guessing it: the page tells nobody anything before he has shown who he is, and whoever may
    not see the project hears what is said of one that does not exist.
    """
    return f"{public_url}/p/{quote(project.code, safe='')}"


def labels(ledger: Ledger) -> tuple[str, ...]:
    """Return the five headings as the notice has them."""
    listed = ledger.mechanism.codes.board_names
    return listed.names if listed and len(listed.names) == len(LABELS) else LABELS


def five_names(ledger: Ledger, project: Project, day: date | None = None) -> list[str]:
    """Return the five names that hold on a local date (today), in the order of :func:`labels`."""
    on = day or ledger.today
    partners = [_head_of(ledger, unit, on) for unit in project.units(Part.PARTNER, on)]
    parts = [project.names(part, on) for part in (Part.LEADER, Part.UNIT_HEAD, Part.BUILDER_HEAD)]
    return [_joined(names) for names in (*parts, partners, project.names(Part.DISCIPLINE, on))]


def shown(ledger: Ledger, project: Project) -> Board | None:
    """Return what the board says now, None where its unit has never reported it."""
    return ledger.session.scalar(select(Board).where(Board.project_id == project.id).order_by(Board.id.desc()).limit(1))


def differences(ledger: Ledger, project: Project, taken: list[str] | None = None) -> list[tuple[str, str, str]]:
    """Return (heading, on the board, in the ledger) where they differ.

    `taken` is what the board is taken to say where nobody has reported it.
    """
    board = shown(ledger, project)
    printed = board.names if board else taken
    if printed is None:
        return []
    now = five_names(ledger, project)
    return [(label, was, name) for label, was, name in zip(labels(ledger), printed, now, strict=True) if was != name]


def report_shown(ledger: Ledger, project: Project, person: Person | None, text: str) -> Board:
    """Note that the board says what the ledger says; the duty to update it is met and what waits is dropped."""
    row = Board(
        project_id=project.id,
        names=five_names(ledger, project),
        shown_on=ledger.today,
        reported_by=person.id if person else None,
    )
    ledger.session.add(row)
    entry = ledger.record(
        EntryKind.NOTE,
        text,
        person=person,
        project=project,
        data={"about": "extension", "state": "board_shown", "names": row.names, "occurred": ledger.today.isoformat()},
    )
    duty = board_duty(ledger)
    if duty is not None:
        pay(
            ledger,
            entry,
            person=person,
            project=project,
            occurred=ledger.today,
            duty=duty,
            period=ledger.today.isoformat(),
            subject=f"project:{project.id}",
        )
    ledger.drop_waiting(duty_key(project))
    return row


def board_duty(ledger: Ledger) -> str | None:
    """Return the id of the pack's duty to keep boards up to date, None where the notice has none."""
    return next((duty.id for duty in ledger.mechanism.obligations if duty.id.endswith(".board")), None)


def duty_key(project: Project) -> str:
    """Name what the reminder reminds of."""
    return f"board:{project.id}"


def changed_lately(ledger: Ledger) -> dict[int, date]:
    """Return the projects one of whose names began or ended these days, with the last day on which one did."""
    first, last = ledger.today - _LOOK_BACK, ledger.today
    seats = ledger.session.execute(
        select(ProjectSeat.project_id, ProjectSeat.since, ProjectSeat.until).where(
            or_(ProjectSeat.since.between(first, last), ProjectSeat.until.between(first, last))
        )
    )
    changes = [(project, since, until) for project, since, until in seats]
    changes += _partners_whose_head_changed(ledger, first, last)
    latest: dict[int, date] = {}
    for project, since, until in changes:
        days = [day for day in (since, until) if day is not None and first <= day <= last]
        latest[project] = max([*days, latest.get(project, date.min)])
    return latest


def assumed(ledger: Ledger, project: Project, changed: date | None) -> list[str] | None:
    """Return what an unreported board is taken to say: the names that held before the last change, None if none did."""
    if changed is None:
        return None
    before = five_names(ledger, project, changed - _DAY)
    return before if any(name != NOBODY for name in before) else None


def changed_projects(ledger: Ledger) -> list[tuple[Project, list[tuple[str, str, str]]]]:
    """Return the projects whose names changed these days and whose board differs, with what differs."""
    lately = changed_lately(ledger)
    return _differing(ledger, lately, set(lately))


def stale(ledger: Ledger) -> list[tuple[Project, list[tuple[str, str, str]]]]:
    """Return every project whose board is known, or taken, to say other names than the ledger."""
    lately = changed_lately(ledger)
    return _differing(ledger, lately, set(lately) | set(ledger.session.scalars(select(Board.project_id).distinct())))


def stale_names(ledger: Ledger, project: Project) -> list[tuple[str, str, str]]:
    """Return (heading, on the board, in the ledger) where one project's board is known, or taken, to differ."""
    return differences(ledger, project, assumed(ledger, project, changed_lately(ledger).get(project.id)))


def answerable(ledger: Ledger, project: Project) -> list[Person]:
    """Return who sees to the board: the project's liaison, else who reports for the responsible unit."""
    named = project.people(Part.LIAISON, ledger.today)
    return named or people_of(ledger, *project.units(Part.RESPONSIBLE_UNIT, ledger.today))


def _differing(
    ledger: Ledger, lately: dict[int, date], ids: set[int]
) -> list[tuple[Project, list[tuple[str, str, str]]]]:
    found = []
    ordered = sorted(ids)
    for start in range(0, len(ordered), _AT_ONCE):
        some = ordered[start : start + _AT_ONCE]
        for project in ledger.session.scalars(select(Project).where(Project.id.in_(some)).order_by(Project.id)):
            changes = differences(ledger, project, assumed(ledger, project, lately.get(project.id)))
            if changes:
                found.append((project, changes))
    return found


def _partners_whose_head_changed(ledger: Ledger, first: date, last: date) -> list[tuple[int, date, date | None]]:
    rows = ledger.session.execute(
        select(ProjectSeat.project_id, Term.since, Term.until)
        .join(Person, Person.unit_id == ProjectSeat.unit_id)
        .join(Term, Term.person_id == Person.id)
        .where(
            ProjectSeat.part == Part.PARTNER.value,
            Term.role == Role.UNIT_HEAD.value,
            or_(Term.since.between(first, last), Term.until.between(first, last)),
        )
    )
    return [(project, since, until) for project, since, until in rows]


def _head_of(ledger: Ledger, unit: Unit, day: date) -> str:
    query = select(Term).join(Person).where(Person.unit_id == unit.id, Term.role == Role.UNIT_HEAD.value)
    heads = [term.person.name for term in ledger.session.scalars(query.order_by(Term.id)) if term.covers(day)]
    return f"{unit.shown}{heads[0]}" if heads else unit.shown


def _joined(names: list[str]) -> str:
    return "、".join(names) if names else NOBODY
