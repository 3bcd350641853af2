"""Which meeting somebody speaks of: by number, by month, by task force, else the nearest."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import select

from handlers.understanding.numerals import parse_number
from handlers.wording import some
from models.errors import Refusal
from models.ledger import Ledger
from models.meeting import Meeting, MeetingState, coming_meetings
from models.project import Taskforce
from models.regular import find_regular, next_period, regular_meeting, taskforce_meeting

LATELY = timedelta(days=20)
_NUMBER = re.compile(r"HY\s?-?\s?(\d+)", re.IGNORECASE)
_MONTH = re.compile(
    r"(?<![\d年])(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?(?:的)?"
    r"(?=[^，。；\d]{0,14}?(?:例会|调度会|联席会|会议|会|议程|纪要|通报|观摩))"
)
_NEXT = re.compile(r"下(?:个)?月|下一?次|下回")
MEETING_WORDS = r"(?:例会|调度会|联席会议?|推进会|对接会|专题会议?|会议|HY-?\d+|会)"


def period_named(ledger: Ledger, text: str) -> str | None:
    """Return the month of the regular meeting a text names (10月例会): the nearest October."""
    found = _MONTH.search(text)
    month = parse_number(found["month"]) if found else None
    if month is None:
        return None
    ahead = (int(month) - ledger.today.month + 3) % 12 - 3
    index = ledger.today.year * 12 + ledger.today.month - 1 + ahead
    return f"{index // 12}-{index % 12 + 1:02d}"


def taskforce_named(ledger: Ledger, text: str) -> Taskforce | None:
    """Return the task force a text names, in full or without 专班."""
    if "专班" not in text:
        return None
    found = ledger.session.scalars(select(Taskforce).order_by(Taskforce.id)).all()
    named = [one for one in found if one.name in text or f"{one.name.removesuffix('专班')}专班" in text]
    return named[0] if len(named) == 1 else None


def meeting_named(ledger: Ledger, text: str) -> Meeting | None:
    """Return the meeting a text names, a regular one not prepared yet included; None where it names none."""
    number = _NUMBER.search(text)
    if number:
        return ledger.session.get(Meeting, int(number[1]))
    period = period_named(ledger, text)
    taskforce = taskforce_named(ledger, text)
    if taskforce is not None:
        return taskforce_meeting(ledger, taskforce, period or f"{ledger.today:%Y-%m}")
    if period is not None:
        return regular_meeting(ledger, period)
    called = [meeting for meeting in coming_meetings(ledger) if meeting.name in text]
    if len(called) == 1:
        return called[0]
    if _NEXT.search(text) or ledger.mechanism.meetings.name in text or "例会" in text:
        return regular_meeting(ledger, next_period(ledger))
    return None


def coming_or_next(ledger: Ledger, text: str) -> Meeting:
    """Return the meeting a text names, else the next regular one."""
    return meeting_named(ledger, text) or regular_meeting(ledger, next_period(ledger))


def called_named(ledger: Ledger, text: str) -> Meeting:
    """Return the called meeting a text names, else the only one called. Raises Refusal."""
    number = _NUMBER.search(text)
    if number:
        meeting = ledger.session.get(Meeting, int(number[1]))
        if meeting is None:
            raise Refusal(f"没有编号{number[0]}的会议，可发「近期会议」看一看。")
        return meeting
    period = period_named(ledger, text)
    found = find_regular(ledger, period) if period and not taskforce_named(ledger, text) else None
    if found is not None:
        return found
    coming = _of_taskforce(ledger, text, coming_meetings(ledger))
    named = [meeting for meeting in coming if meeting.name in text]
    if len(named or coming) == 1:
        return (named or coming)[0]
    if not coming:
        raise Refusal("现在没有已通知、还没开的会议。")
    names = some([f"{meeting.number}{meeting.name}" for meeting in coming], 5)
    raise Refusal(f"已通知的会议有{len(coming)}个：{names}，请写明是哪一个。")


def begun_meeting(ledger: Ledger, text: str) -> Meeting:
    """Return the meeting a text names, else the last one begun lately: what is decided, rolled, written up."""
    number = _NUMBER.search(text)
    query = select(Meeting).where(
        Meeting.state.in_((MeetingState.CALLED.value, MeetingState.HELD.value)),
        Meeting.at <= ledger.now + timedelta(minutes=30),
        Meeting.at >= ledger.now - LATELY,
    )
    lately = list(ledger.session.scalars(query.order_by(Meeting.at.desc())))
    if number:
        lately = [meeting for meeting in [ledger.session.get(Meeting, int(number[1]))] if meeting is not None]
    period = period_named(ledger, text)
    if period and not number and not taskforce_named(ledger, text):
        found = find_regular(ledger, period)
        lately = [found] if found else []
    lately = _of_taskforce(ledger, text, lately)
    named = [meeting for meeting in lately if meeting.name in text] or lately
    if not named:
        raise Refusal("最近没有开过的会议可登记；请写明是哪次会，例如「10月例会议定：……」。")
    if named[0].at > ledger.now + timedelta(minutes=30):
        raise Refusal(f"{named[0].name}还没有开，开过再登记。")
    return named[0]


def _of_taskforce(ledger: Ledger, text: str, meetings: list[Meeting]) -> list[Meeting]:
    taskforce = taskforce_named(ledger, text)
    return [one for one in meetings if one.taskforce_id == taskforce.id] if taskforce else meetings
