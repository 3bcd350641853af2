"""催办 ordered by the office: one to one, to those still missing, in working hours unless a reason is given (C22)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time

from handlers.finding import named_notice
from handlers.likelihood import LIKELY, SURE, likely_sorts
from handlers.reading import Reading
from handlers.routing import Router, Turn
from handlers.understanding.hunch import likelihoods
from handlers.understanding.phrases import Intent
from handlers.understanding.refs import find_notice_ref
from models.calendar import SHANGHAI, is_open, next_opening
from models.deeds import Deed, may, require
from models.directory import people_in, units_in
from models.entry import EntryKind
from models.errors import Refusal
from models.ledger import Ledger
from models.mechanism import Obligation
from models.notices import Plain, ReportReminder
from models.obligation import Occurrence
from models.people import Person, Role
from models.periods import period_said, shown
from models.reporting import asked, duty_key, unreported
from models.subjects import Subject
from models.supervision import SupervisionNotice
from models.trays import InState

router = Router()
_SHOWN = 100
_CAME_TO_URGE = re.compile(r"(?:我|俺|咱)[^，。；,;\s]{0,6}[来去到在][^，。；,;\s]{0,4}催")  # 今天我过来催催图纸
_URGENT = re.compile(r"急催|急件|特急|加急|现在就|马上(?!到期|就|要)|立即|立刻|今晚|连夜|紧急")
# What ends a report: 你们帮着催催供电公司, 麻烦给催一下. It stands at the very end, with whom to urge and no more.
_PLEA = re.compile(
    r"[，,。；;\s]*(?:(?:你们?|您|恁|咱|办公室|领导|上面|请|麻烦|劳驾|能不能|可不可以|帮(?:忙|着|俺们?|我们?)?|给|也|快|再|赶紧|得)+)"
    r"催(?:办|一催|催|一?下)?(?P<whom>[\u4e00-\u9fff]{0,10})[吧呗啊呀了。!！\s]*$"
)
_REASON = re.compile(r"(?:原因|理由|因为|确有急事)(?:是|为)?[：:，, ]*(?P<reason>.{2,})$|[：:](?P<after>.{2,})$", re.S)


@dataclass(frozen=True)
class Urged:
    """What an order to urge came to: which duty, whom, and when it leaves."""

    duty: Obligation
    occurrence: Occurrence
    subjects: list[Subject]
    leaves_at: datetime | None


Meant = Callable[[Subject], bool]


def urge(ledger: Ledger, by: Person | None, *, words: str = "", urgent: str = "", meant: Meant | None = None) -> Urged:
    """Remind everybody who has not reported the duty `words` name, else the one due soonest. Raises Refusal.

    `meant` leaves only those who are named (催一下商务局).

    Outside working hours it waits for the next working morning; an urgent one gives its reason, which is kept.
    Whoever reports before it leaves is not reminded any more.
    """
    require(ledger, by, Deed.URGE)
    chosen = _choose(ledger, words, meant)
    if chosen is None:
        raise Refusal("说的这家没有欠报的，没有催。" if meant else "现在没有要催的：该报的都报了。")
    duty, occurrence, missing = chosen
    leaves = None if urgent else _leaves_at(ledger)
    for subject in missing:
        _say(ledger, duty, occurrence, subject, leaves, urgent)
    ledger.record(
        EntryKind.NOTE,
        words or f"催办{duty.name}",
        person=by,
        data={
            "about": "urge",
            "duty": duty.id,
            "period": occurrence.period,
            "subjects": [subject.shown for subject in missing],
            "urgent": urgent or None,
            "leaves": leaves.isoformat(timespec="minutes") if leaves else None,
        },
    )
    return Urged(duty, occurrence, missing, leaves)


def urge_hint(ledger: Ledger) -> str:
    """Offer to urge, with the time at which it would leave."""
    leaves = _leaves_at(ledger)
    when = f"{shown(leaves)}{leaves:%H:%M}" if leaves else "现在"
    return f"要催请回「催办」，我{when}一对一提醒没报的。"


def _urges(turn: Turn) -> bool:
    """催办: ordered, or said by somebody who may not; his report beside it (梁架到20片了 … 催催呗) is filed first."""
    if Intent.URGE not in turn.reading.intents or find_notice_ref(turn.reading.text):
        return False
    if _CAME_TO_URGE.search(turn.reading.text):
        return False
    if may(turn.ledger, turn.person, Deed.URGE):
        return True
    if turn.reading.is_report and turn.reading.named:
        return False
    names = [match.span for match in turn.reading.decision.matches]
    return not likely_sorts(likelihoods(turn.reading.text, names), LIKELY if names else SURE)


def _report_before_plea(turn: Turn) -> str | None:
    """Return what somebody who may not urge reports before he asks the office to: 用电老跳闸你们帮着催催供电公司."""
    text = turn.reading.text
    plea = _PLEA.search(text) if Intent.URGE in turn.reading.intents else None
    if plea is None or may(turn.ledger, turn.person, Deed.URGE):
        return None
    told = text[: plea.start()]
    inbound = replace(turn.inbound, text=told)
    reading = Reading(inbound, turn.ledger, turn.person, turn.router.names)
    return told if reading.is_report and (reading.named or len(reading.own) == 1) else None


@router.command(_report_before_plea)
def report_with_plea(turn: Turn, told: str) -> InState | None:
    """His report is filed; that the office urges somebody is the office's to decide, as it reads the report."""
    return turn.router.again(turn, text=told).state


def _urges_reply(turn: Turn) -> SupervisionNotice | None:
    """Read DB-01催一下 from whoever may urge: it is about that notice, not about reports."""
    reference = find_notice_ref(turn.reading.text)
    if Intent.URGE not in turn.reading.intents or reference is None or reference.number is None:
        return None
    return named_notice(turn, reference) if may(turn.ledger, turn.person, Deed.URGE) else None


@router.command(_urges_reply)
def urge_reply(turn: Turn, notice: SupervisionNotice) -> None:
    """Say that a notice's own reminders go out by its dates; nothing is sent twice."""
    due = f"复函截止{shown(notice.reply_due)}，" if notice.reply_due else ""
    stands = f"{notice.handle}（{notice.unit.shown}）{due}{shown(notice.solve_due)}前解决"
    turn.answer(Plain(f"{stands}，到期前我按时提醒他们，没有另发催办。"))


@router.command(
    _urges,
    listed=(Role.OFFICE, Role.INSPECTOR),
    help="催没报的",
    example="给没报的发个催办",
)
def urge_in_words(turn: Turn) -> None:
    """The office orders 催办; at night it waits for the morning, unless the reason is written."""
    text = turn.reading.text
    if turn.reading.named and not may(turn.ledger, turn.person, Deed.URGE):
        _pass_on(turn)
        return
    reason = ""
    if _URGENT.search(text):
        found = _REASON.search(text)
        reason = (found["reason"] or found["after"] or "").strip("。 ") if found else ""
        require(turn.ledger, turn.person, Deed.URGE)
        if not reason:
            raise Refusal("确有急事请写原因，例如「急催没报的，原因：省里今晚要数」；不急的我按工作时间送。")
    done = urge(turn.ledger, turn.person, words=text, urgent=reason, meant=_those_named(turn))
    turn.answer(Plain(_said(done, reason, turn.ledger.today)))


def _pass_on(turn: Turn) -> None:
    """Keep what somebody who may not urge wants urged, and put it before the office (二院审图催催住建)."""
    ledger, project = turn.ledger, turn.reading.named[0]
    entry = ledger.record(
        EntryKind.NOTE, turn.inbound.text, person=turn.person, project=project, data={"about": "plea"}
    )
    ledger.say_to_office(
        Plain(f"{turn.person.name}请催《{project.name}》：{turn.inbound.text[:_SHOWN]}"), key=f"plea:{entry.seq}"
    )
    turn.answer(Plain(f"《{project.name}》这件已转{ledger.mechanism.office_name}去催，原话给他们看了。"))


def _those_named(turn: Turn) -> Meant | None:
    """Return which reports are meant where units, people or projects are named; None for everybody's."""
    units = {unit.id for unit in units_in(turn.ledger, turn.reading.text)}
    people = {person.id for person in people_in(turn.ledger, turn.reading.text)}
    projects = {project.id for project in turn.reading.named}
    if not (units or people or projects):
        return None
    return lambda subject: (
        (subject.project is not None and subject.project.id in projects)
        or (not projects and any(one.id in people or one.unit_id in units for one in subject.owners))
    )


def _said(done: Urged, reason: str, today: date) -> str:
    names = "、".join(subject.shown for subject in done.subjects[:6]) + ("等" if len(done.subjects) > 6 else "")
    period = period_said(done.occurrence.period, today)
    head = f"{done.duty.name}（{period}）没报的{len(done.subjects)}家：{names}。"
    if reason:
        return head + f"已按急件一对一送出，原因已留痕：{reason}。"
    if done.leaves_at is None:
        return head + "已一对一提醒，报了的不打扰。"
    when = f"{shown(done.leaves_at)}{done.leaves_at:%H:%M}"
    return head + f"现在非工作时间，{when}一对一送出；确有急事请写原因，例如「急催没报的，原因：……」。"


def _choose(ledger: Ledger, words: str, meant: Meant | None) -> tuple[Obligation, Occurrence, list[Subject]] | None:
    """Return the duty to urge: the one the words name, else the one due soonest that somebody has not reported."""
    owing = []
    for duty, occurrence in asked(ledger):
        missing = [subject for subject, row in unreported(ledger, duty, occurrence) if meant is None or meant(subject)]
        if missing:
            owing.append((duty, occurrence, missing))
    named = [one for one in owing if any(word in words for word in _words_of(one[0]))]
    return min(named or owing, key=lambda one: one[1].due or date.max, default=None)


def _words_of(duty: Obligation) -> Sequence[str]:
    short = [word for word in ("月报", "季报", "专报", "例会材料", "材料", "调度情况") if word in duty.name]
    return [duty.name, *short]


def _leaves_at(ledger: Ledger) -> datetime | None:
    """Return when a push leaves that is ordered now: None at once, else the next working morning."""
    if is_open(ledger.now, ledger.county.window, ledger.calendar):
        return None
    opening = next_opening(ledger.now, ledger.county.window, ledger.calendar).astimezone(SHANGHAI)
    return max(opening, datetime.combine(opening.date(), time.fromisoformat(ledger.mechanism.morning), SHANGHAI))


def _say(
    ledger: Ledger, duty: Obligation, occurrence: Occurrence, subject: Subject, leaves: datetime | None, urgent: str
) -> None:
    assert occurrence.due is not None
    key = duty_key(duty, occurrence.period, subject)
    if urgent:
        ledger.drop_waiting(key)  # nobody hears the same thing again in the morning
    words = ReportReminder(
        duty=duty.name,
        period=period_said(occurrence.period, ledger.today),
        subject=subject.name,
        parts=[part.name for part in duty.parts if part.required],
        due=occurrence.due,
        today=ledger.today,
        clash=occurrence.clash or "",
        basis=ledger.mechanism.basis(duty.clause),
    )
    day = (leaves or ledger.local_now).date().isoformat()
    for person in subject.owners:
        ledger.say(
            words,
            to=person,
            key=f"{key}:urged:{day}{':urgent' if urgent else ''}:{person.id}",
            duty=key,
            not_before=leaves,
            urgent=urgent,
        )
