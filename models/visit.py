"""Site records (现场办公): what belongs to one visit, how near it was, which duties it pays.

Photos and places are a stream of their own, joined to a visit by person, time and project; order, delay and
repetition change nothing (mission ★10).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calendar import local_date
from models.entry import Entry, EntryKind
from models.geo import metres, nearness, to_wgs84
from models.ledger import Ledger
from models.people import Person
from models.project import Project
from models.trays import Incoming, Material

JOIN = timedelta(minutes=60)
"""How far apart a report and its photos may be sent."""
BACK_JOIN = timedelta(minutes=15)
"""How long after a report a photo still joins it by itself; later ones wait for words of their own."""
REPEAT = timedelta(minutes=30)
"""Within which the same words from the same person are the same report sent again."""

GOES_ON = timedelta(minutes=5)
"""Within which words that name no project go on about the one just spoken of."""

_REPORTS = (EntryKind.VISIT, EntryKind.PROGRESS, EntryKind.PROBLEM)


def held_materials(
    ledger: Ledger, person: Person, sent_at: datetime, projects: Collection[Project] = ()
) -> list[Material]:
    """Return the photos and places that wait for this report, in the order they were sent.

    What was sent from the page of another project than `projects` waits for words of its own.
    """
    rows = ledger.session.scalars(
        select(Material)
        .where(Material.person_id == person.id, Material.used.is_(False))
        .order_by(Material.sent_at, Material.id)
    )
    codes = {project.code for project in projects}
    near = [row for row in rows if abs(row.sent_at - sent_at) <= JOIN]
    return [row for row in near if not codes or row.incoming.message.get("project", "") in {"", *codes}]


def forgotten_materials(ledger: Ledger) -> list[tuple[date, str]]:
    """Return the days and senders of photos and places whose words never came."""
    rows = ledger.session.execute(
        select(Material.sent_at, Person.name)
        .join(Person, Person.id == Material.person_id)
        .where(Material.used.is_(False), Material.sent_at < ledger.now - JOIN)
        .order_by(Material.sent_at.desc())
        .limit(100)
    )
    return list(dict.fromkeys((local_date(sent), name) for sent, name in rows))


def gather(materials: list[Material]) -> list[dict[str, Any]]:
    """Take the attachments of materials, each picture once, and mark the materials as used."""
    found: dict[str, dict[str, Any]] = {}
    for material in materials:
        material.used = True
        for attachment in material.attachments:
            found.setdefault(attachment["sha256"], attachment)
    return list(found.values())


def place_of(materials: list[Material]) -> dict[str, Any] | None:
    """Return the last place among materials."""
    places = [material.location for material in materials if material.location]
    return places[-1] if places else None


def distance_to(project: Project, place: dict[str, Any] | None) -> float | None:
    """Return the metres between a place and a project's site, None when either is unknown."""
    if place is None or project.latitude is None or project.longitude is None:
        return None
    site = to_wgs84(project.latitude, project.longitude, project.datum)
    return metres(site, to_wgs84(place["latitude"], place["longitude"], place["datum"]))


def nearness_of(project: Project, place: dict[str, Any] | None) -> str:
    """Say how near a place was: 在场, 附近 or 未知."""
    return nearness(distance_to(project, place))


def visit_of_day(
    ledger: Ledger, person: Person, project: Project, occurred: date, *, mode: str, recorded_for: str
) -> Entry | None:
    """Return the visit that stands for a person, project and day: one trip is one visit, however often it is told.

    A call by 微信 and being there are two things: one may pay what the other does not (JZ-23).
    """
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    visits = ledger.session.scalars(
        select(Entry)
        .where(
            Entry.person_id == person.id,
            Entry.project == project.code,
            Entry.kind == EntryKind.VISIT.value,
            Entry.seq.not_in(newer),
            Entry.data["occurred"].as_string() == occurred.isoformat(),
        )
        .order_by(Entry.seq)
    )
    alike = (visit for visit in visits if (visit.data.get("recorded_for") or "") == recorded_for)
    return next((visit for visit in alike if visit.data.get("mode") == mode), None)


def last_report(ledger: Ledger, person: Person, sent_at: datetime) -> Entry | None:
    """Return the report a photo sent at that time belongs to, of those that stand: the last one before it.

    Words may overtake the photos that were sent before them, so that a later report takes them too, where none
    before it is as near.
    """
    near = [entry for entry in _lately_told(ledger, person) if -BACK_JOIN <= sent_of(entry) - sent_at <= JOIN]
    if not near:
        return None
    nearest = min(near, key=lambda entry: (abs(sent_of(entry) - sent_at), -entry.seq))
    same_message = [entry for entry in near if entry.message_id == nearest.message_id]
    joined = next((entry for entry in same_message if entry.data.get("joins")), None)
    if joined is not None:
        return ledger.session.get(Entry, joined.data["visit"])
    visits = (entry for entry in near if entry.kind == EntryKind.VISIT.value and entry.project == nearest.project)
    return next(visits, nearest)


def visit_beside(ledger: Ledger, person: Person, report: Entry) -> Entry:
    """Return the visit that was told of with a report, which its pictures belong to; the report where there is none."""
    told = _lately_told(ledger, person)
    near = (one for one in told if one.project == report.project and abs(sent_of(one) - sent_of(report)) <= JOIN)
    return next((one for one in near if one.kind == EntryKind.VISIT.value), report)


def project_spoken_of(ledger: Ledger, person: Person, sent_at: datetime) -> str | None:
    """Return the 编号 of the one project somebody's message of a moment ago was about, None for none or several."""
    lately = _lately_told(ledger, person, noted=True)
    told = [entry for entry in lately if timedelta(0) <= sent_at - sent_of(entry) <= GOES_ON]
    if not told:
        return None
    newest = max(told, key=sent_of)
    projects = {entry.project for entry in told if entry.message_id == newest.message_id}
    return projects.pop() if len(projects) == 1 else None


def _lately_told(ledger: Ledger, person: Person, *, noted: bool = False) -> list[Entry]:
    """Return what somebody reported last and stands, newest first: reports, and words added to a visit.

    `noted` takes in what was kept as a promise, or as others' words.
    """
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    kinds = [kind.value for kind in (*_REPORTS, EntryKind.PHOTO, EntryKind.NOTE)]
    entries = ledger.session.scalars(
        select(Entry)
        .where(
            Entry.person_id == person.id,
            Entry.kind.in_(kinds),
            Entry.project.is_not(None),
            Entry.seq.not_in(newer),
        )
        .order_by(Entry.seq.desc())
        .limit(20)
    )
    added = (EntryKind.PHOTO.value, EntryKind.NOTE.value)
    return [
        entry
        for entry in entries
        if entry.kind not in added or entry.data.get("joins") or (noted and entry.data.get("said_by"))
    ]


def report_it_came_with(ledger: Ledger, person: Person, sent_at: datetime, message: str) -> Entry | None:
    """Return the report of a photo that had to be waited for: of its own message, else the one it was sent for.

    That is the first report within the hour after it, as if it had been there; else the last shortly before.
    """
    newer = select(Entry.supersedes).where(Entry.supersedes.is_not(None))
    of_person = (Entry.person_id == person.id, Entry.project.is_not(None), Entry.seq.not_in(newer))
    if message:
        own = ledger.session.scalars(select(Entry).where(Entry.message_id == message, *of_person)).all()
        if own:
            return next((entry for entry in own if entry.kind == EntryKind.VISIT.value), own[0])
    kinds = [kind.value for kind in _REPORTS]
    entries = ledger.session.scalars(
        select(Entry)
        .where(*of_person, Entry.kind.in_(kinds), Entry.time >= sent_at - JOIN)
        .order_by(Entry.seq)
        .limit(100)
    ).all()
    after = [entry for entry in entries if timedelta() <= sent_of(entry) - sent_at <= JOIN]
    before = [entry for entry in entries if timedelta() < sent_at - sent_of(entry) <= BACK_JOIN]
    chosen = after[0] if after else before[-1] if before else None
    if chosen is None:
        return None
    same = [entry for entry in (*after, *before) if entry.message_id == chosen.message_id]
    return next((entry for entry in same if entry.kind == EntryKind.VISIT.value), chosen)


def already_filed(ledger: Ledger, person: Person, text: str, sent_at: datetime) -> Entry | None:
    """Return the report these very words made a moment before or after (a resend after bad signal)."""
    lately = _lately_told(ledger, person, noted=True)
    near = [entry for entry in lately if text and abs(sent_of(entry) - sent_at) <= REPEAT]
    rows = ledger.session.scalars(select(Incoming).where(Incoming.key.in_([entry.message_id for entry in near])))
    whole = {row.key: row.inbound.text for row in rows}  # of a message on two projects an entry holds its share
    return next((entry for entry in near if text in (entry.text, whole.get(entry.message_id or ""))), None)


def photos_of(session: Session, visit: Entry) -> list[str]:
    """Return the digests of a report's photos, those that came later included."""
    digests = [item["sha256"] for item in visit.attachments]
    later = session.scalars(select(Entry).where(Entry.kind == EntryKind.PHOTO.value, Entry.project == visit.project))
    for entry in later:
        if entry.data.get("visit") == visit.seq:
            digests.extend(item["sha256"] for item in entry.attachments)
    return list(dict.fromkeys(digests))


def sent_of(entry: Entry) -> datetime:
    """Return when what an entry tells was sent, which may be long before it reached us."""
    sent = entry.data.get("sent")
    return datetime.fromisoformat(sent) if sent else entry.time


def occurred_on(ledger: Ledger, read: date | None) -> date:
    """Return the local date something happened: what the words say, never later than today."""
    return min(read, ledger.today) if read else ledger.today
