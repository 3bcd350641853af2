"""What a meeting's day brings along: dates that move with it (DC-15), invitations (DC-21), meetings to be merged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from models.actors import holders
from models.agenda import filed_materials, materials_duty
from models.attendance import SeatState
from models.deeds import Deed, require
from models.errors import WrongState
from models.ledger import Ledger
from models.mechanism import Actor
from models.meeting import Meeting, MeetingKind, MeetingSeat, MeetingState, duty, step
from models.meeting_plan import MeetingPlan
from models.notices import DatesMoved, MeetingCalled, MeetingChoice
from models.people import Person
from models.periods import shown, weekday_words
from models.regular import plan_of
from models.subjects import subjects


def tell_dates_moved(ledger: Ledger, meeting: Meeting, before: MeetingPlan | None) -> None:
    """Tell the office, and those whose material is due, once, what the notice has moved (DC-15)."""
    after = plan_of(ledger, meeting.period) if before else None
    if before is None or after is None or before.day == after.day:
        return
    pairs = (
        ("会议", before.day, after.day),
        ("材料报送", before.materials_due, after.materials_due),
        ("征集通知", before.collection, after.collection),
    )
    changes = [f"{what}：{shown(old)}→{shown(new)}（{weekday_words(new)}）" for what, old, new in pairs if old != new]
    words = DatesMoved(meeting.name, changes)
    key = f"{duty(meeting)}:dates:{after.day.isoformat()}:{ledger.now.isoformat()}"
    ledger.say_to_office(words, key=key)
    if before.materials_due != after.materials_due:
        mine = DatesMoved(meeting.name, changes[:2])
        for person in _still_to_report(ledger, meeting):
            ledger.say(mine, to=person, key=f"{key}:{person.id}", duty=f"{duty(meeting)}:dates")


def _still_to_report(ledger: Ledger, meeting: Meeting) -> list[Person]:
    material = materials_duty(ledger)
    if material is None:
        return []
    filed = filed_materials(ledger, material, meeting.period)
    owing = [one for one in subjects(ledger, material) if one.project is None or one.project.id not in filed]
    return list({person.id: person for subject in owing for person in subject.owners}.values())


# --- invitations ----------------------------------------------------------------------------------------


def ask_to_invite(ledger: Ledger, meeting: Meeting) -> None:
    """Hand the government office those a topic needs: it invites them, not the project office (DC-21)."""
    waiting = [seat for seat in meeting.seats if seat.state == SeatState.TO_INVITE.value]
    if not waiting:
        return
    names = "、".join(f"{seat.unit_name}{seat.person.name if seat.person else ''}" for seat in waiting)
    words = MeetingChoice(
        title=f"请通知议题有关人员参会：{meeting.name}",
        lines=[f"需通知：{names}", f"{shown(meeting.day)}，{meeting.place}"],
        hint="可回「发参会通知」。",
        buttons=[(f"invite-{meeting.id}", "发参会通知")],
    )
    mine = f"{duty(meeting)}:invite"
    for person in inviters(ledger):
        ledger.say(words, to=person, key=f"{mine}:{meeting.at.isoformat()}:{person.id}", duty=mine)


def inviters(ledger: Ledger) -> list[Person]:
    """Return who sends the invitations: the government office, or the office where the pack says so."""
    office = holders(ledger, Actor.OFFICE) if ledger.mechanism.meetings.office_invites else []
    return holders(ledger, Actor.GOVERNMENT_OFFICE) or office


def invite(ledger: Ledger, meeting: Meeting, by: Person | None) -> tuple[list[str], list[str]]:
    """Invite those the topics need; return who was told and who only can be on paper. Raises Forbidden."""
    require(ledger, by, Deed.INVITE)
    waiting = [seat for seat in meeting.seats if seat.state == SeatState.TO_INVITE.value]
    if not waiting:
        raise WrongState(f"{meeting.name}没有待通知的议题有关人员。")
    told = []
    for seat in waiting:
        seat.state = SeatState.CALLED.value
        if seat.person is not None and not seat.relay:
            told.append(seat.person.name)
            ledger.say(_invitation(ledger, meeting), to=seat.person, key=_key(meeting, seat), duty=duty(meeting))
    ledger.drop_waiting(f"{duty(meeting)}:invite")
    return told, [seat.name for seat in waiting if seat.name not in told]


def _invitation(ledger: Ledger, meeting: Meeting) -> MeetingCalled:
    by = ledger.mechanism.actor_name(Actor.GOVERNMENT_OFFICE)
    return MeetingCalled(
        meeting=meeting.name,
        at=meeting.at,
        place=meeting.place,
        convenor=meeting.convenor,
        rules=[f"{by}通知：会议研究的议题涉及贵单位，请参会。"],
        buttons=[(f"aware-{meeting.id}", "收到"), (f"askleave-{meeting.id}", "请假")],
    )


def _key(meeting: Meeting, seat: MeetingSeat) -> str:
    return f"{duty(meeting)}:called:{seat.person_id}"


# --- merging --------------------------------------------------------------------------------------------


def propose_merging(ledger: Ledger, meeting: Meeting) -> None:
    """Propose to the office to merge meetings that ask much the same people within a few days."""
    rule = ledger.mechanism.meetings
    for other in _near(ledger, meeting, rule.merge_days):
        share = shared(meeting, other)
        if share < rule.merge_share:
            continue
        first, second = sorted((meeting, other), key=lambda one: (one.kind != MeetingKind.REGULAR.value, one.at))
        words = MeetingChoice(
            title=f"两个会有{share}%的人相同，建议合并",
            lines=[f"{first.name}：{shown(first.day)}", f"{second.name}：{shown(second.day)}"],
            hint=f"合并后只开一次、出一份纪要；可回「合并{second.number}到{first.number}」。",
            buttons=[(f"merge-{first.id}-{second.id}", "合并"), (f"apart-{first.id}-{second.id}", "不合并")],
        )
        ledger.say_to_office(words, key=f"merge:{first.id}:{second.id}", duty=f"merge:{first.id}:{second.id}")


def _near(ledger: Ledger, meeting: Meeting, days: int) -> Sequence[Meeting]:
    reach = timedelta(days=days)
    return ledger.session.scalars(
        select(Meeting).where(
            Meeting.id != meeting.id,
            Meeting.state == MeetingState.CALLED.value,
            Meeting.at >= max(meeting.at - reach, ledger.now),
            Meeting.at <= meeting.at + reach,
        )
    ).all()


def shared(one: Meeting, other: Meeting) -> int:
    """Return how many percent of the smaller meeting's seats the other has too."""
    mine, theirs = ({seat.person_id or seat.unit_name for seat in meeting.seats} for meeting in (one, other))
    smaller = min(len(mine), len(theirs))
    return 100 * len(mine & theirs) // smaller if smaller else 0


def merge(ledger: Ledger, into: Meeting, other: Meeting, by: Person | None) -> list[Person]:
    """Merge `other` into `into`: one meeting, one 纪要 for both; return who was asked to both. Raises Forbidden."""
    require(ledger, by, Deed.MERGE_MEETINGS)
    step(ledger, other, MeetingState.MERGED, by, f"{other.name}并入{into.name}")
    other.merged_into = into.id
    there = {seat.person_id or seat.unit_name for seat in into.seats}
    new = [seat for seat in other.seats if (seat.person_id or seat.unit_name) not in there]
    into.seats = [
        *into.seats,
        *(
            MeetingSeat(
                person_id=seat.person_id,
                person=seat.person,
                state=seat.state,
                why=seat.why,
                unit_name=seat.unit_name,
                relay=seat.relay,
                note=seat.note,
            )
            for seat in new
        ),
    ]
    ledger.session.flush()
    return other.people


def said_at(moment: datetime, ledger: Ledger) -> str:
    """Say an instant: 10月9日（星期五）09:00."""
    local = moment.astimezone(ledger.local_now.tzinfo)
    return f"{shown(local.date())}（{weekday_words(local.date())}）{local:%H:%M}"
