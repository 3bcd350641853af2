"""Photos and places: joined to the report they belong to, or held until the words come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from handlers.filing import held_duty, keep_material
from handlers.reading import TextReading
from handlers.routing import Router, Turn
from models.entry import Entry, EntryKind
from models.message import Kind
from models.notices import MaterialHeld, PhotosAdded, PlaceAdded, Plain
from models.project import Project
from models.trays import Incoming, InState, Material
from models.visit import last_report, nearness_of, photos_of, sent_of

router = Router()
_HINT_AFTER = timedelta(seconds=3)


@router.command(
    lambda turn: turn.inbound.kind in (Kind.IMAGE, Kind.VIDEO, Kind.LOCATION) or _only_pictures(turn),
    help="发照片、发位置",
    example="（直接拍照或发定位，前后随便）",
    settles=True,
)
def material(turn: Turn) -> InState | None:
    """Join a photo or place to the report just made, else hold it."""
    attachments = list(turn.message.attachments)
    if turn.inbound.kind is not Kind.LOCATION and not attachments:
        return None  # lost on the way: the sender has been told already
    report = last_report(turn.ledger, turn.person, turn.inbound.sent_at)
    if report is None or _words_are_nearer(turn, report):
        _hold(turn, attachments)
    elif attachments:
        _add_photos(turn, report, attachments)
    else:
        _add_place(turn, report)
    return None


def _words_are_nearer(turn: Turn, report: Entry) -> bool:
    """Whether words that lie in the in-tray, not yet handled, were sent nearer to this than the report before."""
    source = turn.ledger.source
    assert source is not None
    waiting = turn.ledger.session.scalars(
        select(Incoming).where(
            Incoming.platform == source.platform,
            Incoming.conversation == source.conversation,
            Incoming.state == InState.NEW.value,
            Incoming.id != source.id,
            Incoming.kind.in_((Kind.TEXT.value, Kind.VOICE.value)),
        )
    )
    before = abs(turn.inbound.sent_at - sent_of(report))
    return any(
        abs(row.sent_at - turn.inbound.sent_at) <= before and TextReading(row.inbound.text).may_be_report
        for row in waiting
    )


def _only_pictures(turn: Turn) -> bool:
    return bool(turn.message.attachments) and not turn.reading.text and turn.inbound.kind is Kind.TEXT


def _place(turn: Turn) -> dict[str, Any] | None:
    where = turn.inbound.location
    if where is None:
        return None
    return {
        "latitude": where.latitude,
        "longitude": where.longitude,
        "datum": where.datum,
        "label": where.label,
    }


def _hold(turn: Turn, attachments: list[dict[str, Any]]) -> None:
    keep_material(turn, attachments, _place(turn))
    ledger, duty = turn.ledger, held_duty(turn.person)
    waiting = ledger.session.scalars(
        select(Material).where(Material.person_id == turn.person.id, Material.used.is_(False))
    ).all()
    photos = {item["sha256"] for held in waiting for item in held.attachments}
    ledger.drop_waiting(duty)
    assert ledger.source is not None
    ledger.say(
        MaterialHeld(len(photos), any(held.location for held in waiting)),
        to=turn.person,
        key=f"{duty}:{ledger.source.id}",
        push=False,
        not_before=ledger.now + _HINT_AFTER,
        duty=duty,
    )


def _add_photos(turn: Turn, report: Entry, attachments: list[dict[str, Any]]) -> None:
    ledger = turn.ledger
    before = photos_of(ledger.session, report)
    new = [item for item in attachments if item["sha256"] not in before]
    project = _project(turn, report)
    if not new:
        _say_repeated(turn, report, project)
        return
    ledger.record(
        EntryKind.PHOTO,
        f"补照片{len(new)}张",
        person=turn.person,
        project=project,
        data={"visit": report.seq, "occurred": report.data.get("occurred")},
        attachments=new,
    )
    duty = f"photos:{report.seq}"
    waiting = ledger.waiting_facts(duty)
    added = len(new) + sum(int(facts["added"]) for facts in waiting)
    ledger.drop_waiting(duty)
    assert ledger.source is not None
    ledger.say(
        PhotosAdded(project.name, added, len(before) + len(new)),
        to=turn.person,
        key=f"{duty}:{ledger.source.id}",
        push=False,
        not_before=ledger.now + _HINT_AFTER,
        duty=duty,
    )


def _say_repeated(turn: Turn, report: Entry, project: Project) -> None:
    """Say once that pictures came again, however many did."""
    ledger, duty = turn.ledger, f"repeated:{report.seq}"
    ledger.drop_waiting(duty)
    assert ledger.source is not None
    words = Plain(f"《{project.name}》这几张照片刚才已收到，不用重发。")
    key = f"{duty}:{ledger.source.id}"
    ledger.say(words, to=turn.person, key=key, push=False, not_before=ledger.now + _HINT_AFTER, duty=duty)


def _add_place(turn: Turn, report: Entry) -> None:
    project = _project(turn, report)
    near = nearness_of(project, _place(turn))
    turn.ledger.record(
        EntryKind.NOTE,
        f"补位置：{near}",
        person=turn.person,
        project=project,
        data={"visit": report.seq, "nearness": near},
    )
    turn.answer(PlaceAdded(project.name, near))


def _project(turn: Turn, report: Entry) -> Project:
    project = turn.ledger.session.scalar(select(Project).where(Project.code == report.project))
    assert project is not None
    return project
