"""The papers of a meeting by chat: material, agenda, 纪要, 通报 (draft, consent, issue, 更正), 到会情况通报."""

from __future__ import annotations

import re

from handlers.routing import Router, Turn
from handlers.which_meeting import begun_meeting, coming_or_next
from models import duties
from models.actors import Scope, people_of
from models.agenda import agenda, material, opening, tasks_of
from models.deeds import Deed, may, require
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.meeting import Meeting, MeetingKind
from models.meeting_papers import (
    MeetingDocument,
    PaperKind,
    approve,
    correct,
    draft,
    find_issued,
    find_paper,
    hand_up,
    issue,
    number_of,
    task_words,
)
from models.notices import Amended, BulletinIssued, MeetingChoice, MeetingPaper, Plain, Result
from models.people import Person, Role, Unit
from models.rights import sees_all

router = Router(topic="会议")
_MATERIAL = re.compile(
    r"^(?:看|出|要|整理)?(?:一下)?[^，。：:]{0,14}?(?:会议材料|例会材料汇总|例会汇总材料|上会材料)[。]?$"
)
_AGENDA = re.compile(r"^(?!.*列入)(?:看|出|要)?(?:一下)?[^，。：:]{0,16}?会?(?:的)?议程[。?？]?$")
_OPENING = re.compile(r"上次(?:会议?)?(?:议定|决定)(?:的)?(?:事项|事)?(?:落实|办)?(?:得)?(?:情况|咋样|怎么样|完成)?")
_DRAFT = re.compile(
    r"^(?:起草|生成|写|拟|出|看)(?:一?个|一?份)?(?P<which>[^，。：:]{0,16}?)(?P<paper>到会情况通报|会议纪要|纪要|通报)[。]?$"
)
_HAND_UP = re.compile(r"^(?:把)?[^，。：:]{0,16}?通报(?:报审|送审|报召集人(?:审定)?)[。]?$")
_ISSUE = re.compile(r"^(?:把)?(?:下发|印发|发(?!布))(?!.*(?:季度|半年|月报|督查))[^，。：:]{0,16}?(?<!情况)通报[。]?$")
_APPROVE = re.compile(r"^(?:请)?(?:审定|同意下发)(?!.*(?:季度|半年|月报|督查))[^，。：:]{0,16}?(?<!情况)通报[。!！]*$")
_CORRECT = re.compile(r"^更正(?:一下)?通报第?(?P<serial>\d+)期?[：:，,\s]+(?P<text>.+)$", re.S)
_PAPERS = {"到会情况通报": PaperKind.ATTENDANCE, "会议纪要": PaperKind.MINUTES, "纪要": PaperKind.MINUTES}


# --- before the meeting ---------------------------------------------------------------------------------


@router.command(
    lambda turn: bool(_MATERIAL.match(turn.reading.text)),
    listed=(Role.OFFICE,),
    help="会议材料",
    example="10月例会会议材料",
)
def show_material(turn: Turn) -> None:
    """The material in its three sections (DC-12)."""
    _require_reader(turn)
    meeting = coming_or_next(turn.ledger, turn.reading.text)
    turn.answer(MeetingPaper(f"{meeting.name}材料", sections_text(material(turn.ledger, meeting))))


@router.command(
    lambda turn: bool(_AGENDA.match(turn.reading.text)), listed=(Role.OFFICE,), help="会议议程", example="10月例会议程"
)
def show_agenda(turn: Turn) -> None:
    """The agenda in its fixed order, last time's decisions first."""
    _require_reader(turn)
    meeting = coming_or_next(turn.ledger, turn.reading.text)
    turn.answer(MeetingPaper(f"{meeting.name}议程", sections_text(agenda(turn.ledger, meeting))))


@router.command(lambda turn: bool(_OPENING.search(turn.reading.text)))
def show_opening(turn: Turn) -> None:
    """The opening page: what the last meeting decided, done and undone."""
    _require_reader(turn)
    meeting = coming_or_next(turn.ledger, turn.reading.text)
    turn.answer(MeetingPaper("上次议定事项落实情况", "\n".join(opening(turn.ledger, meeting))))


def sections_text(sections: list[tuple[str, list[str]]]) -> str:
    """Write titled sections as text: 一、督项目进度."""
    numerals = "一二三四五六七八九十"
    return "\n".join(
        line
        for number, (title, lines) in enumerate(sections)
        for line in (f"{numerals[number] if number < 10 else number + 1}、{title}", *lines)
    )


def _require_reader(turn: Turn) -> None:
    if not (sees_all(turn.ledger, turn.person) or may(turn.ledger, turn.person, Deed.RECORD_ATTENDANCE)):
        raise Forbidden(f"会议材料请向{turn.ledger.mechanism.office_name}了解。")


# --- papers ---------------------------------------------------------------------------------------------


@router.command(
    lambda turn: _DRAFT.match(turn.reading.text),
    listed=(Role.OFFICE,),
    help="起草纪要、通报",
    example="起草10月例会纪要",
)
def draft_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """A draft from the ledger: minutes, bulletin, attendance bulletin."""
    kind = _PAPERS.get(found["paper"], PaperKind.BULLETIN)
    paper = write(turn.ledger, begun_meeting(turn.ledger, turn.reading.text), kind, turn.person)
    turn.answer(MeetingPaper(f"［{paper.label}］", paper.text))


def write(ledger: Ledger, meeting: Meeting, kind: PaperKind, by: Person | None) -> MeetingDocument:
    """Draft a paper, by whoever may (ZZ-28, DC-22, DC-30)."""
    require(ledger, by, Deed.RECORD_ATTENDANCE if kind is PaperKind.ATTENDANCE else Deed.DRAFT_BULLETIN)
    return draft(ledger, meeting, kind)


@router.command(lambda turn: bool(_HAND_UP.match(turn.reading.text)))
def hand_up_by_chat(turn: Turn) -> None:
    """Put the bulletin before the convenor."""
    paper = put_up(turn.ledger, begun_meeting(turn.ledger, turn.reading.text), turn.person)
    turn.answer(Plain(f"《{paper.title}》已报召集人{paper.meeting.convenor}审定。"))


def put_up(ledger: Ledger, meeting: Meeting, by: Person | None) -> MeetingDocument:
    """Draft the bulletin where there is none, and put it before the convenor. Raises Refusal, Forbidden."""
    require(ledger, by, Deed.DRAFT_BULLETIN)
    paper = find_paper(ledger, meeting, PaperKind.BULLETIN) or draft(ledger, meeting, PaperKind.BULLETIN)
    hand_up(ledger, paper, by)
    items = tasks_of(ledger, meeting)
    words = MeetingChoice(
        title=f"通报待您审定：{paper.title}",
        lines=[f"{meeting.name}议定{len(items)}项", *(task_words(task) for task in items[:3])],
        hint="可回「同意」，或「退回」加意见。",
        buttons=[(f"paperyes-{paper.id}", "同意"), (f"paperno-{paper.id}", "退回")],
    )
    mine = f"paper:{paper.id}"
    if meeting.convened_by is not None:
        ledger.say(words, to=meeting.convened_by, key=f"{mine}:{ledger.now.isoformat()}", duty=mine)
    return paper


@router.press("paperyes", "已同意")
def press_approve(turn: Turn, rest: str) -> None:
    """The convenor's 同意."""
    decide(turn, _paper(turn, rest), agreed=True, remark="")


@router.press("paperno", "已退回")
def press_return(turn: Turn, rest: str) -> None:
    """The convenor's 退回."""
    decide(turn, _paper(turn, rest), agreed=False, remark="")


def decide(turn: Turn, paper: MeetingDocument, *, agreed: bool, remark: str) -> None:
    """The convenor approves the bulletin or sends it back, by chat."""
    turn.answer(Plain(settle(turn.ledger, paper, turn.person, agreed=agreed, remark=remark)))


def settle_paper(ledger: Ledger, meeting: Meeting, by: Person | None) -> str:
    """Approve a meeting's bulletin; return what is told. Raises Refusal, Forbidden."""
    paper = find_paper(ledger, meeting, PaperKind.BULLETIN)
    if paper is None:
        raise Refusal(f"{meeting.name}的通报还没有报审。")
    return settle(ledger, paper, by, agreed=True, remark="")


@router.command(lambda turn: bool(_APPROVE.match(turn.reading.text)))
def approve_by_chat(turn: Turn) -> None:
    """The convenor's 审定, naming the meeting."""
    turn.answer(Plain(settle_paper(turn.ledger, begun_meeting(turn.ledger, turn.reading.text), turn.person)))


def settle(ledger: Ledger, paper: MeetingDocument, by: Person | None, *, agreed: bool, remark: str) -> str:
    """The convenor approves the bulletin or sends it back; return what he is told. Raises Forbidden, WrongState."""
    require(ledger, by, Deed.APPROVE_BULLETIN, Scope(convenor=paper.meeting.convened_by))
    assert by is not None
    approve(ledger, paper, by, agreed=agreed, remark=remark)
    ledger.drop_waiting(f"paper:{paper.id}")
    verb = "审定了" if agreed else "退回了"
    more = f"：{remark}" if remark else "，可回「下发通报」。" if agreed else "，改好再报审。"
    words = Result(f"{by.name}{verb}《{paper.title}》{more}")
    ledger.say_to_office(words, key=f"paper:{paper.id}:{ledger.now.isoformat()}", besides=by.id)
    return "好，已同意下发。" if agreed else f"好，已退回{ledger.mechanism.office_name}修改。"


@router.command(
    lambda turn: bool(_ISSUE.match(turn.reading.text)),
    listed=(Role.OFFICE,),
    help="下发通报",
    example="下发10月例会通报",
)
def issue_by_chat(turn: Turn) -> None:
    """Issue the bulletin under its serial number."""
    meeting = begun_meeting(turn.ledger, turn.reading.text)
    paper = publish(turn.ledger, meeting, turn.person)
    count = len(tasks_of(turn.ledger, meeting))
    turn.answer(Plain(f"《{paper.title}》{number_of(turn.ledger, paper)}已下发，{count}项，已告知各有关单位。"))


def publish(ledger: Ledger, meeting: Meeting, by: Person | None) -> MeetingDocument:
    """Issue a meeting's bulletin, pay its duty, tell each unit its own items. Raises WrongState, Forbidden."""
    require(ledger, by, Deed.ISSUE_BULLETIN)
    paper = find_paper(ledger, meeting, PaperKind.BULLETIN)
    if paper is None:
        raise Refusal(f"{meeting.name}的通报还没有起草，可回「起草{meeting.name}通报」。")
    entry = issue(ledger, paper, by)
    for duty in ledger.mechanism.obligations:
        if duty.due.rule == "after_meeting" and meeting.kind == MeetingKind.REGULAR.value:
            duties.pay(
                ledger,
                entry,
                person=by,
                occurred=ledger.today,
                duty=duty.id,
                period=meeting.period,
                subject="area",
            )
    for unit, items in _by_unit(ledger, meeting).items():
        words = BulletinIssued(paper.title, number_of(ledger, paper), items)
        for person in _heads_and_liaisons(ledger, unit):
            ledger.say(words, to=person, key=f"paper:{paper.id}:issued:{person.id}")
    return paper


def _by_unit(ledger: Ledger, meeting: Meeting) -> dict[Unit, list[str]]:
    found: dict[Unit, list[str]] = {}
    for task in tasks_of(ledger, meeting):
        found.setdefault(task.unit, []).append(task_words(task))
    return found


def _heads_and_liaisons(ledger: Ledger, unit: Unit) -> list[Person]:
    everybody = [*ledger.people_with(Role.UNIT_HEAD, {unit.id}), *people_of(ledger, unit)]
    return [person for person in {one.id: one for one in everybody}.values() if person.accounts]


@router.command(lambda turn: _CORRECT.match(turn.reading.text))
def correct_by_chat(turn: Turn, found: re.Match[str]) -> None:
    """After issue there is only 更正."""
    paper = amend(turn.ledger, int(found["serial"]), found["text"].strip(), turn.person)
    turn.answer(
        Plain(f"《{paper.title}》{number_of(turn.ledger, paper)}的更正已记入台账，并告知各有关单位；原文不改。")
    )


def amend(ledger: Ledger, serial: int, text: str, by: Person | None) -> MeetingDocument:
    """Correct an issued bulletin and say so to the units in it. Raises Refusal, Forbidden."""
    require(ledger, by, Deed.ISSUE_BULLETIN)
    paper = find_issued(ledger, serial)
    if paper is None:
        raise Refusal(f"没有已下发的第{serial}期通报。")
    correct(ledger, paper, by, text)
    words = Amended(f"更正：《{paper.title}》{number_of(ledger, paper)}，{text}")
    for unit in _by_unit(ledger, paper.meeting):
        for person in _heads_and_liaisons(ledger, unit):
            ledger.say(words, to=person, key=f"paper:{paper.id}:correction{len(paper.corrections)}:{person.id}")
    return paper


def amend_of(ledger: Ledger, meeting: Meeting, text: str, by: Person | None) -> str:
    """Correct a meeting's issued bulletin; return what is told. Raises Refusal, Forbidden."""
    paper = find_paper(ledger, meeting, PaperKind.BULLETIN)
    if paper is None or not paper.serial:
        raise Refusal(f"{meeting.name}的通报还没有下发，直接改草稿即可。")
    amend(ledger, paper.serial, text, by)
    return f"《{paper.title}》{number_of(ledger, paper)}已更正"


def _paper(turn: Turn, rest: str) -> MeetingDocument:
    paper = turn.ledger.session.get(MeetingDocument, int(rest)) if rest.isdigit() else None
    if paper is None:
        raise Forbidden("没有找到这份通报。")
    return paper
