"""Consent before filing, by one line or one press, bound to the version that was shown (DC-18, ★3)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.returning import ask_once
from handlers.routing import Router, Turn
from handlers.understanding.approval import AGAIN, BEFORE, NO, YES, read_approval, remark_of, says_no, wants_change
from models.errors import Forbidden, Refusal
from models.mechanism import Obligation
from models.notices import Asked, Plain, ReportDecided
from models.people import Role
from models.periods import period_said
from models.reporting import Submission, decide, pending_for
from models.subjects import Subject, subjects_of

router = Router()
_APPROVE = re.compile(
    rf"^(?:(?P<all>都|全部?|全都)(?:同意|可以|行|中)|{BEFORE}(?P<no>{NO})|{BEFORE}(?P<yes>{YES}))"
    rf"(?:[，,。；;：:\s]*(?P<remark>.+))?$|^(?P<again>{AGAIN}.*)$",
    re.S,
)
_FILLER = re.compile(r"^(?:的|了|吧|报吧?|上报|材料|月报|专报|报告|[，,。；;：:！!\s])+|[。！!\s]+$")


@dataclass(frozen=True)
class _Decision:
    submissions: list[int]
    approve: bool
    remark: str
    unsure: bool = False  # a yes with words beside it that ask for no change


def _wants_to_decide(turn: Turn) -> _Decision | None:
    pending = pending_for(turn.ledger, turn.person)
    found = _APPROVE.match(turn.reading.text) if pending else None
    spoken = [match.span.words for match in turn.reading.decision.matches]
    read = read_approval(turn.reading.text, [*_names(pending), *spoken]) if pending else None
    if not pending or not (found or read):
        return None
    if found and found["all"]:
        return _Decision([row.id for _, _, row in pending], True, "")
    meant = _meant(turn, pending)
    if len(meant) > 1:
        names = "、".join(subject.name for _, subject, _ in meant)
        raise Refusal(
            f"有{len(meant)}份待您同意：{names}，请带上名字说，例如「同意{meant[0][1].name}」，或回「都同意」。"
        )
    _, subject, row = meant[0]
    if read is not None:
        unsure = read.said_yes and not read.agreed and not wants_change(read.remark)
        return _Decision([row.id], read.agreed, read.remark, unsure)
    assert found is not None
    remark = (found["remark"] or found["again"] or "").strip()
    for name in (subject.name, *_short_names(subject)):
        remark = remark.replace(name, "", 1)
    remark = remark_of(_FILLER.sub("", remark))
    # 「同意，把时间写明」 asks for a change first, so it goes back (★3).
    agreed = bool(found["yes"]) and not remark
    return _Decision([row.id], agreed, remark, unsure=not agreed and not wants_change(remark) and not says_no(remark))


def _meant(
    turn: Turn, pending: list[tuple[Obligation, Subject, Submission]]
) -> list[tuple[Obligation, Subject, Submission]]:
    """Return the pending reports that the words may mean: those they name, else all."""
    codes = {project.code for project in turn.reading.named}
    named = [
        item
        for item in pending
        if (item[1].project and item[1].project.code in codes) or item[1].name in turn.reading.text
    ]
    return named or pending


def _names(pending: list[tuple[Obligation, Subject, Submission]]) -> list[str]:
    return [name for _, subject, _ in pending for name in (subject.name, *_short_names(subject))]


def _short_names(subject: Subject) -> list[str]:
    aliases = [alias.alias for alias in subject.project.aliases] if subject.project else []
    return sorted(aliases, key=len, reverse=True)


@router.command(
    _wants_to_decide,
    listed=(Role.ASSIGNED_LEADER, Role.COUNTY_LEADER, Role.UNIT_HEAD),
    help="同意或退回材料",
    example="同意",
)
def decide_in_words(turn: Turn, given: _Decision) -> None:
    """同意, or 退回 with what to change."""
    if given.unsure:
        _ask_which_it_is(turn, given.submissions[0])
        return
    for number in given.submissions:
        decide_report(turn, number, approve=given.approve, remark=given.remark)


def _ask_which_it_is(turn: Turn, number: int) -> None:
    """Ask whether a yes with words beside it is one; nothing is decided until he says so."""
    row = turn.ledger.session.get(Submission, number)
    assert row is not None
    key = f"{row.id}-{row.version}"
    words = f"您说「{turn.inbound.text[:20]}」，这份材料是同意还是退回？"
    turn.answer(Asked(words, [(f"approve-{key}", "同意"), (f"send_back-{key}", "退回")]))


@router.press("approve", "已同意")
def press_approve(turn: Turn, rest: str) -> None:
    """The card's 同意, for the version it showed."""
    decide_report(turn, _version_shown(turn, rest), approve=True, remark="")


@router.press("send_back", "已退回")
def press_send_back(turn: Turn, rest: str) -> None:
    """The card's 退回."""
    decide_report(turn, _version_shown(turn, rest), approve=False, remark="")


def _version_shown(turn: Turn, rest: str) -> int:
    number, _, version = rest.partition("-")
    row = turn.ledger.session.get(Submission, int(number)) if number.isdigit() else None
    if row is None:
        raise Forbidden("没有找到这份材料，可发「我的待办」看一看。")
    if str(row.version) != version:
        raise Refusal("这份材料后来改过，请以最新一张卡片为准。")
    return row.id


def decide_report(turn: Turn, submission_id: int, *, approve: bool, remark: str) -> None:
    """同意 or 退回, tell the drafter, and ask once how a mended text goes on."""
    row = decide(turn.ledger, submission_id, turn.person, approve=approve, remark=remark)
    turn.ledger.drop_waiting(f"approve:{row.id}:{row.version}")
    duty = turn.ledger.mechanism.obligation(row.duty)
    subject = next(subject for subject in subjects_of(turn.ledger, duty, row.person) if subject.key == row.subject)
    said = period_said(row.period, turn.ledger.today)
    told = ReportDecided(duty.name, said, subject.name, approve, turn.person.name, remark)
    key = f"decided:{row.id}:{row.version}:{approve}:{turn.ledger.now.isoformat()}"
    turn.ledger.say(told, to=row.person, key=key)
    words = f"好，{subject.name}的{duty.name}{'同意，已报' if approve else '退回'}，已告诉{row.person.name}。"
    if approve:
        turn.answer(Plain(words))
        return
    ask_once(turn, row, words)
