"""汇总 → 审定 → 通报 (JZ-15, JZ-20, JZ-21): the office gathers, the main leader approves, the inspectors publish."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.routing import Router, Turn
from models import deeds, summary
from models.actors import holders
from models.deeds import Deed
from models.errors import Refusal
from models.gathering import NOT_REPORTED, Gathered, gather_reports
from models.ledger import Ledger
from models.mechanism import Actor, Obligation
from models.notices import Answer, Plain, SummaryApproved, SummaryReturned, SummaryToApprove
from models.obligation import Occurrence
from models.people import Person, Role
from models.periods import period_said, period_words
from models.reporting import open_periods, reports
from models.summary import Summary, SummaryState

router = Router()
_GATHER = re.compile(r"^(?:请|帮我)?(?:把)?(?:汇总|合并)(?:一?下)?(?P<what>.*)$")
_THOUGH_EMPTY = (
    r"(?:[，,、 ]*(?P<empty>(?:都?没有?|无)(?:单位|人|一家)?(?:都没)?(?:报|报送|上报)了?[，,、 ]*[也就仍]?照[发报送]))?"
)
_SEND = re.compile(
    r"^(?:把)?(?P<before>.*?)(?:送审|报审|报主要领导审定|提请审定)(?P<after>[^，。！!]*?)(?:吧|一?下)?"
    rf"{_THOUGH_EMPTY}[。!！]*$"
)
_PUBLISH = re.compile(rf"^(?:把)?(?:发布|印发|通报)(?P<what>.*?(?:通报|报告|汇总)?){_THOUGH_EMPTY}[。!！]*$")
_DECIDE = re.compile(r"^(?P<verb>审定|同意|通过|退回|不同意)(?P<what>.*?)(?:[，,：:\s]+(?P<remark>.+))?$", re.S)


@dataclass(frozen=True)
class _Chain:
    """The reports that are gathered and the duty by which their summary becomes a bulletin."""

    reports: Obligation
    bulletin: Obligation
    occurrence: Occurrence


def chain_of(ledger: Ledger, what: str) -> _Chain | None:
    """Return which reports a text means (季度, 月, by the duty's name), with the newest period that is asked for."""
    found = [duty for duty in reports(ledger) if _names(duty, what)]
    duty = found[0] if found else None
    periods = open_periods(ledger, duty) if duty else []
    if duty is None or not periods:
        return None
    return _Chain(duty, bulletin_of(ledger, duty), periods[0] if len(periods) > 1 else periods[-1])


def bulletin_of(ledger: Ledger, duty: Obligation) -> Obligation:
    """Return the duty by which a report's summary is approved and published; the report's own where there is none."""
    quarterly = duty.period == "quarter"
    for other in ledger.mechanism.obligations:
        if quarterly and other.kind.value == "bulletin" and not other.recurring and other.publisher is not None:
            return other
    return duty.model_copy(update={"drafter": Actor.OFFICE, "approver": None, "publisher": Actor.OFFICE})


def _names(duty: Obligation, what: str) -> bool:
    if "季" in what:
        return duty.period == "quarter"
    if "月" in what or "调度情况" in what or "专报" in what:
        return duty.period == "month"
    return duty.name in what or not what.strip()


# --- gather ---------------------------------------------------------------------------------------------


@router.command(
    lambda turn: _GATHER.match(turn.reading.text), listed=(Role.OFFICE,), help="汇总报送", example="汇总第三季度报告"
)
def gather(turn: Turn, found: re.Match[str]) -> None:
    """Put the period's reports together; who is missing is told to the office alone."""
    deeds.require(turn.ledger, turn.person, Deed.MERGE_REPORTS)
    chain = chain_of(turn.ledger, found["what"])
    if chain is None:
        raise Refusal("没找到要汇总的报送，请写明是哪一种，例如「汇总9月调度情况」「汇总第三季度报告」。")
    gathered, row = gather_summary(turn.ledger, chain, turn.person)
    said = period_said(chain.occurrence.period, turn.ledger.today)
    done = gathered.sections - len(gathered.missing)
    lines = [f"{gathered.sections}份应报，已汇总{done}份，第{row.version}稿。"]
    if gathered.missing:
        lines.append(f"未报：{'、'.join(subject.name for subject in gathered.missing)}")
    if chain.bulletin.approver is not None:
        approver = turn.ledger.mechanism.actor_name(chain.bulletin.approver)
        lines.append(f"送{approver}审定请回「送审{said}报告」。")
    turn.answer(Answer(f"{gathered.title}：", lines))


def gather_summary(ledger: Ledger, chain: _Chain, by: Person | None) -> tuple[Gathered, Summary]:
    """Write the summary as the text of the duty that publishes it."""
    gathered = gather_reports(ledger, chain.reports, chain.occurrence)
    row = summary.draft(
        ledger,
        chain.bulletin,
        chain.occurrence.period,
        title=_title(chain),
        text=gathered.text,
        sources=gathered.sources,
        by=by,
    )
    return gathered, row


def _title(chain: _Chain) -> str:
    name = chain.bulletin.name + ("" if chain.bulletin.approver else "汇总")
    return period_words(chain.occurrence.period).removesuffix("季度" if name.startswith("季度") else "") + name


# --- approve --------------------------------------------------------------------------------------------


@router.command(lambda turn: _SEND.match(turn.reading.text), roles=())
def send_up(turn: Turn, found: re.Match[str]) -> None:
    """Put the summary before the leader who approves it."""
    chain = chain_of(turn.ledger, found["before"] + found["after"])
    row = summary.find_summary(turn.ledger, chain.bulletin, chain.occurrence.period) if chain else None
    if chain is None or row is None:
        raise Refusal("还没有汇总稿，请先发「汇总第三季度报告」。")
    send_for_approval(turn.ledger, chain.bulletin, row, turn.person, though_empty=found["empty"] or "")
    names = "、".join(person.name for person in holders(turn.ledger, chain.bulletin.approver or Actor.MAIN_LEADER))
    turn.answer(Plain(f"《{row.title}》第{row.version}稿已送{names}审定。"))


def send_for_approval(
    ledger: Ledger, duty: Obligation, row: Summary, by: Person | None, *, though_empty: str = ""
) -> None:
    """送审, and tell those who approve; one without any report only where `though_empty` says so."""
    people = holders(ledger, duty.approver) if duty.approver else []
    if not people:
        name = ledger.mechanism.actor_name(duty.approver) if duty.approver else ""
        raise Refusal(f"还没有登记{name}是谁，请先用 duban people 登记职务再送审。")
    summary.send_up(ledger, duty, row, by, though_empty=though_empty)
    missing = row.text.count(NOT_REPORTED)
    card = SummaryToApprove(
        title=row.title,
        summary=_summary(row),
        missing=missing,
        buttons=[(f"summary_ok-{row.id}-{row.version}", "审定"), (f"summary_back-{row.id}-{row.version}", "退回")],
    )
    for person in people:
        key = f"summary:{row.id}:{row.version}:{person.id}:{ledger.now.isoformat()}"
        ledger.say(card, to=person, key=key, duty=_key(row))


def _summary(row: Summary) -> str:
    body = " ".join(row.text.split("\n")[1:])
    return body if len(body) <= 120 else body[:119] + "…"


def _key(row: Summary) -> str:
    return f"summary:{row.id}:{row.version}"


def _pending(turn: Turn) -> list[tuple[Obligation, Summary]]:
    found = []
    for row in summary.summaries_in(turn.ledger, SummaryState.PENDING):
        duty = turn.ledger.mechanism.obligation(row.duty)
        if duty.approver and turn.person.id in {person.id for person in holders(turn.ledger, duty.approver)}:
            found.append((duty, row))
    return found


def _wants_to_decide(turn: Turn) -> tuple[Obligation, Summary, bool, str] | None:
    found = _DECIDE.match(turn.reading.text)
    pending = _pending(turn) if found else []
    if not found or not pending:
        return None
    duty, row = pending[0]
    remark = (found["remark"] or "").strip()
    return duty, row, found["verb"] in ("审定", "同意", "通过") and not remark, remark


@router.command(_wants_to_decide)
def decide_in_words(turn: Turn, given: tuple[Obligation, Summary, bool, str]) -> None:
    """审定 or 退回 in one line."""
    _decide(turn, *given)


@router.press("summary_ok", "已审定")
def press_ok(turn: Turn, rest: str) -> None:
    """The card's 审定, for the version it showed."""
    _decide(turn, *_shown(turn, rest), True, "")


@router.press("summary_back", "已退回")
def press_back(turn: Turn, rest: str) -> None:
    """The card's 退回."""
    _decide(turn, *_shown(turn, rest), False, "")


def _shown(turn: Turn, rest: str) -> tuple[Obligation, Summary]:
    number, _, version = rest.partition("-")
    row = turn.ledger.session.get(Summary, int(number)) if number.isdigit() else None
    if row is None or str(row.version) != version:
        raise Refusal("这份稿子后来改过，请以最新一张卡片为准。")
    return turn.ledger.mechanism.obligation(row.duty), row


def _decide(turn: Turn, duty: Obligation, row: Summary, approve: bool, remark: str) -> None:
    turn.answer(Plain(decide_summary(turn.ledger, duty, row, turn.person, approve=approve, remark=remark)))


def decide_summary(ledger: Ledger, duty: Obligation, row: Summary, by: Person, *, approve: bool, remark: str) -> str:
    """审定 or 退回, and tell whoever goes on with it; return the receipt."""
    summary.decide(ledger, duty, row, by, approve=approve, remark=remark)
    ledger.drop_waiting(_key(row))
    moment = ledger.now.isoformat()
    if not approve:
        ledger.say_to_office(SummaryReturned(row.title, by.name, remark), key=f"summary-returned:{row.id}:{moment}")
        return f"《{row.title}》已退回修改。"
    publisher = duty.publisher or Actor.OFFICE
    for person in holders(ledger, publisher):
        key = f"summary-approved:{row.id}:{row.version}:{person.id}:{moment}"
        ledger.say(SummaryApproved(row.title, by.name), to=person, key=key, duty=f"publish:{row.id}")
    return f"《{row.title}》已审定，由{ledger.mechanism.actor_name(publisher)}发布。"


# --- publish --------------------------------------------------------------------------------------------


def _to_publish(turn: Turn) -> tuple[Obligation, Summary | None, str] | None:
    found = _PUBLISH.match(turn.reading.text)
    chain = chain_of(turn.ledger, found["what"]) if found else None
    if found is None or chain is None:
        return None
    row = summary.find_summary(turn.ledger, chain.bulletin, chain.occurrence.period)
    return chain.bulletin, row, found["empty"] or ""


@router.command(_to_publish)
def publish(turn: Turn, given: tuple[Obligation, Summary | None, str]) -> None:
    """Issue what was approved; whoever tries before, or in another's place, is refused and that is kept."""
    duty, row, though_empty = given
    if row is None:
        raise Refusal("还没有汇总稿，无从发布。")
    savepoint = turn.ledger.session.begin_nested()
    try:
        summary.publish(turn.ledger, duty, row, turn.person, though_empty=though_empty)
    except Refusal as refusal:
        savepoint.rollback()
        summary.note_refusal(turn.ledger, row, turn.person, f"要发布《{row.title}》")
        turn.answer(Plain(refusal.words))
        return
    savepoint.commit()
    turn.ledger.drop_waiting(f"publish:{row.id}")
    turn.answer(Plain(f"《{row.title}》已发布，{row.number}。"))
