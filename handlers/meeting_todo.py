"""What of meetings waits for somebody: one line each, for 我的待办."""

from __future__ import annotations

from handlers.proposing import suggested_to
from models.attendance import SeatState, leaves_before, leaves_to_confirm, seats_of
from models.ledger import Ledger
from models.meeting_papers import papers_before
from models.observation import observations_before
from models.people import Person
from models.periods import period_said, shown
from models.topic import TopicState, live_topics, topics_before


def meeting_todo(ledger: Ledger, person: Person) -> list[str]:
    """Return what waits for somebody's word, and the called meetings he has not acknowledged."""
    lines = [f"请假待您批：{one.person.name}（{one.meeting.name}）" for one in leaves_before(ledger, person)]
    lines += [f"议题待您同意：{one.number} {one.text[:20]}" for one in topics_before(ledger, person)]
    lines += [f"会期待您定：{one.name}" for one in suggested_to(ledger, person)]
    lines += [f"观摩方案待您批：{period_said(one.period, ledger.today)}" for one in observations_before(ledger, person)]
    lines += [f"待您审定：《{one.title}》" for one in papers_before(ledger, person)]
    lines += [f"代您请的假待您确认：{one.meeting.name}" for one in leaves_to_confirm(ledger, person)]
    lines += [
        f"议题待改：{one.number}（{one.remark}）"
        for one in live_topics(ledger, person=person)
        if one.state == TopicState.RETURNED.value and one.person_id == person.id
    ]
    return lines + [
        f"参会：{meeting.name}，{shown(meeting.day)}" for meeting, _ in seats_of(ledger, person, SeatState.CALLED)
    ]
