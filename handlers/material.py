"""Photos and places: joined to the report they belong to, or held until the words come."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from handlers.filing import file_materials, keep_material, sent_place
from handlers.reading import TextReading
from handlers.routing import Router, Turn
from handlers.told import shows_the_site
from handlers.visiting import show_visit
from handlers.which_project import held_duty
from models.entry import Entry, EntryKind
from models.message import Kind
from models.notices import MaterialHeld, PhotosAdded, PlaceAdded, Plain
from models.pictures import counted, is_picture
from models.project import Project
from models.trays import WAITS_FOR_MEDIA, Incoming, InState, Material
from models.visit import last_report, nearness_of, photos_of, report_it_came_with, sent_of

router = Router()
_HINT_AFTER = timedelta(seconds=3)


@router.command(
    lambda turn: turn.inbound.kind in (Kind.IMAGE, Kind.VIDEO, Kind.LOCATION) or _only_files(turn),
    help="发照片、发位置",
    example="（直接拍照或发定位，前后随便）",
    settles=True,
)
def material(turn: Turn) -> InState | None:
    """Join a photo or place to the report just made, else hold it."""
    attachments = list(turn.message.attachments)
    if turn.inbound.kind is not Kind.LOCATION and not attachments:
        return None  # lost on the way: the sender has been told already
    report = _report(turn)
    chosen = turn.reading.chosen
    if chosen is not None and (report is None or report.project != chosen.code):
        keep_material(turn, attachments, sent_place(turn.inbound))
        file_materials(turn, chosen, turn.inbound.sent_at)
        return None
    if report is None or _words_are_nearer(turn, report):
        _hold(turn, attachments)
        return None
    if attachments:
        _add_photos(turn, report, attachments)
    if turn.inbound.location is not None:
        _add_place(turn, report)
    return None


def _report(turn: Turn) -> Entry | None:
    ledger, sent = turn.ledger, turn.inbound.sent_at
    if ledger.source is not None and ledger.source.error == WAITS_FOR_MEDIA:
        return report_it_came_with(ledger, turn.person, sent, turn.inbound.part_of)
    return last_report(ledger, turn.person, sent)


def _words_are_nearer(turn: Turn, report: Entry) -> bool:
    """Whether words that lie in the in-tray, not yet handled, were sent nearer to this than the report before."""
    source = turn.ledger.source
    assert source is not None
    if source.error == WAITS_FOR_MEDIA:
        return False
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


def _only_files(turn: Turn) -> bool:
    if turn.inbound.part_of:
        return True
    return bool(turn.message.attachments) and not turn.reading.text and turn.inbound.kind is Kind.TEXT


def _hold(turn: Turn, attachments: list[dict[str, Any]]) -> None:
    keep_material(turn, attachments, sent_place(turn.inbound))
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
    ledger, project = turn.ledger, _project(turn, report)
    if report.kind != EntryKind.VISIT.value and any(map(shows_the_site, attachments)):
        _show_visit(turn, report, project, attachments, None)
        return
    before = photos_of(ledger.session, report)
    new = [item for item in attachments if item["sha256"] not in before]
    if not new:
        _say_repeated(turn, report, project)
        return
    photos = all(is_picture(item) for item in new)
    ledger.record(
        EntryKind.PHOTO,
        f"补照片{len(new)}张" if photos else f"补附件{len(new)}份",
        person=turn.person,
        project=project,
        data={"visit": report.seq, "occurred": report.data.get("occurred")},
        attachments=new,
    )
    fresh = counted(ledger, new) if photos else len(new)
    if not fresh:
        return  # its sender is asked about it instead
    duty = f"photos:{report.seq}"
    waiting = ledger.waiting_facts(duty)
    added = fresh + sum(int(facts["added"]) for facts in waiting)
    ledger.drop_waiting(duty)
    assert ledger.source is not None
    ledger.say(
        PhotosAdded(project.name, added, len(before) + fresh),
        to=turn.person,
        key=f"{duty}:{ledger.source.id}",
        push=False,
        not_before=ledger.now + _HINT_AFTER,
        duty=duty,
    )


def _show_visit(
    turn: Turn, report: Entry, project: Project, attachments: list[dict[str, Any]], place: dict[str, Any] | None
) -> None:
    """What comes after the words shows, as it would have with them, that the sender was there."""
    turn.answer(show_visit(turn, report, project, attachments, place))


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
    if report.kind != EntryKind.VISIT.value:
        _show_visit(turn, report, project, [], sent_place(turn.inbound))
        return
    near = nearness_of(project, sent_place(turn.inbound))
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
