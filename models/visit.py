"""Site records (现场办公): what belongs to one visit, how near it was, which duties it pays.

Photos and places are a stream of their own, joined to a visit by person, time and project; order, delay and
repetition change nothing (mission ★10).
"""

from __future__ import annotations

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
from models.trays import Material

JOIN = timedelta(minutes=60)
"""How far apart a report and its photos may be sent."""
BACK_JOIN = timedelta(minutes=15)
"""How long after a report a photo still joins it by itself; later ones wait for words of their own."""
REPEAT = timedelta(minutes=30)
"""Within which the same words from the same person are the same report sent again."""

GOES_ON = timedelta(minutes=5)
"""Within which words that name no project go on about the one just spoken of."""

_REPORTS = (EntryKind.VISIT, EntryKind.PROGRESS, EntryKind.PROBLEM)


def held_materials(ledger: Ledger, person: Person, sent_at: datetime) -> list[Material]:
    """Return the photos and places that wait for this report, in the order they were sent."""
    rows = ledger.session.scalars(
        select(Material)
        .where(Material.person_id == person.id, Material.used.is_(False))
        .order_by(Material.sent_at, Material.id)
    )
    return [row for row in rows if abs(row.sent_at - sent_at) <= JOIN]


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


def visit_of_day(ledger: Ledger, person: Person, project: Project, occurred: date, recorded_for: str) -> Entry | None:
    """Return the visit that stands for a person, project and day: one trip is one visit, however often it is told."""
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
    return next((visit for visit in visits if (visit.data.get("recorded_for") or "") == recorded_for), None)


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
    return next((entry for entry in same_message if entry.kind == EntryKind.VISIT.value), nearest)


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


def already_filed(ledger: Ledger, person: Person, text: str, sent_at: datetime) -> Entry | None:
    """Return the report these very words made a moment before or after (a resend after bad signal)."""
    told = [entry for entry in _lately_told(ledger, person) if entry.text == text]
    return next((entry for entry in told if abs(sent_of(entry) - sent_at) <= REPEAT), None)


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
