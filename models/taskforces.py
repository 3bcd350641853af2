"""The pack's task forces (专班, JZ-05), made for the units that are registered, led by office and not by name."""

from __future__ import annotations

from sqlalchemy import select

from models.entry import EntryKind
from models.ledger import Ledger
from models.mechanism import Leader
from models.mechanism import Taskforce as Listed
from models.people import Person, Role
from models.post import Post
from models.project import Project, Taskforce, TaskforceUnit
from models.unit_names import unit_of_notice

_SEAT = "副组长"


def make_taskforces(ledger: Ledger, by: Person | None) -> tuple[list[Taskforce], list[str]]:
    """Register the notice's task forces, safe to repeat; return them and what each still lacks, in words."""
    made, lacking = [], []
    for listed in ledger.mechanism.taskforces:
        taskforce = ledger.session.scalar(select(Taskforce).where(Taskforce.name == listed.name))
        if taskforce is None:
            taskforce = Taskforce(name=listed.name, leader_name="", seats=[])
            ledger.session.add(taskforce)
            ledger.session.flush()
        missing = [*_seat(ledger, taskforce, listed), *_lead(ledger, taskforce, listed)]
        if missing:
            lacking.append(f"{listed.name}：缺{'、'.join(missing)}")
        made.append(taskforce)
    ledger.session.flush()
    if made:
        ledger.record(
            EntryKind.NOTE,
            f"按制度登记专班{len(made)}个",
            person=by,
            data={"about": "extension", "state": "taskforces", "count": len(made)},
        )
    return made, lacking


def taskforces_of(ledger: Ledger, person: Person) -> list[Taskforce]:
    """Return the task forces somebody speaks of as ours: those he leads, else those his unit leads, else supports."""
    everything = ledger.session.scalars(select(Taskforce).order_by(Taskforce.id)).all()
    led = [taskforce for taskforce in everything if taskforce.leader_id == person.id]
    if led:
        return led
    leading = [taskforce for taskforce in everything if person.unit_id in {unit.id for unit in taskforce.lead_units}]
    return leading or [
        taskforce for taskforce in everything if person.unit_id in {seat.unit_id for seat in taskforce.seats}
    ]


def projects_of(ledger: Ledger, taskforce: Taskforce) -> list[Project]:
    """Return the projects of a task force."""
    return list(
        ledger.session.scalars(select(Project).where(Project.taskforce_id == taskforce.id).order_by(Project.id))
    )


def _seat(ledger: Ledger, taskforce: Taskforce, listed: Listed) -> list[str]:
    missing = []
    held = {(seat.unit_id, seat.lead) for seat in taskforce.seats}
    for names, lead in ((listed.lead_units, True), (listed.support, False)):
        for name in names:
            unit = unit_of_notice(ledger, name)
            if unit is None:
                missing.append(f"{'牵头' if lead else '配合'}单位{name}")
            elif (unit.id, lead) not in held:
                taskforce.seats.append(TaskforceUnit(unit=unit, lead=lead))
    return missing


def _lead(ledger: Ledger, taskforce: Taskforce, listed: Listed) -> list[str]:
    leader = _leader(ledger, listed.leader)
    if leader is not None:
        taskforce.leader, taskforce.leader_name = leader, leader.name
    return [] if taskforce.leader is not None else [f"牵头领导（{_SEAT}{listed.leader.seat}，{listed.leader.title}）"]


def _leader(ledger: Ledger, listed: Leader) -> Person | None:
    """Return who holds the seat in the leading group (equal seats are one person), else the only one of the title."""
    wanted = (f"{_SEAT}{listed.seat}", f"{_SEAT}{listed.seat}（{listed.title}）")
    posts = ledger.session.scalars(select(Post).where(Post.name.in_(wanted)).order_by(Post.id.desc()))
    seated = next((post.person for post in posts if post.covers(ledger.today)), None)
    if seated is not None:
        return seated
    titled = [person for person in ledger.people_with(Role.COUNTY_LEADER) if listed.title in person.title.split("、")]
    return titled[0] if len(titled) == 1 else None
