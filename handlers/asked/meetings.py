"""Questions about a regular meeting: when, where, who convenes, what is due before it, of whom to ask leave."""

from __future__ import annotations

import re

from handlers.routing import Router, Turn
from handlers.understanding.phrases import Intent
from handlers.understanding.wondering import wonders
from handlers.which_meeting import period_named
from handlers.wording import dated, five
from models.actors import holders
from models.agenda import filed_materials, materials_duty
from models.calendar import SHANGHAI
from models.ledger import Ledger
from models.mechanism_blocks import Actor
from models.meeting import Meeting, coming_meetings
from models.meeting_plan import MeetingPlan
from models.notices import Answer
from models.regular import next_period, plan_of
from models.rights import sees_all
from models.subjects import subjects_of

router = Router()
OF_MEETING = re.compile(
    r"(?:例会|调度会|协调会|推进会|对接会|专题会|现场会|开会|[这那次个]会(?!儿)|征集|议题|汇报材料|会议?材料|会[前上](?:[用要交]|需要)?的?(?:汇报)?(?:材料|稿子?))[^，。]{0,14}(?:几号|哪天|时候|谁|哪|几点|几楼|地[点方]|日子|截止|最晚|最迟|提前|挪|啥|什么|栏)"
    r"|(?:几号|哪天|时候|谁|最晚|最迟)[^，。]{0,12}(?:例会|调度会|[这那次个]会(?!儿)|征集|议题|例会材料)"
    r"|(?:跟|向|找|给|递给|问)谁[^，。]{0,4}(?:请假|告假)|(?:请假|假条)[^，。]{0,6}(?:谁|哪)"
)
_LEAVE = re.compile(r"请假|假条|告假|来不了|去不了")
_CONVENES = re.compile(r"召集|主持|谁[^，。]{0,4}开")


def _asks(turn: Turn) -> bool:
    if Intent.WHEN_MEETING in turn.reading.intents:
        return True
    text = turn.reading.text
    return wonders(text) and bool(OF_MEETING.search(text)) and not turn.reading.is_report


@router.command(_asks, help="哪天开会", example="下次例会哪天开")
def when_meeting(turn: Turn) -> None:
    """Which meetings are called; else what the rule proposes, and that the notice decides."""
    ledger, text = turn.ledger, turn.reading.text
    period = period_named(ledger, text) or next_period(ledger)
    plan = plan_of(ledger, period)
    meetings = [meeting for meeting in coming_meetings(ledger) if _concerns(turn, meeting)]
    lines = [f"{_moment(meeting)} {meeting.name}，{meeting.place}" for meeting in meetings]
    if not meetings:
        lines += _proposal(ledger, plan)
    if plan is not None and _LEAVE.search(text):
        lines.append(f"请假向召集人{_convenor(ledger, meetings)}提，批了才算；不得替会。")
    elif _CONVENES.search(text):
        lines.append(f"召集人：{_convenor(ledger, meetings)}")
    lines += _own_material(turn, plan)
    if plan is not None and re.search(r"征集|通知", text):
        lines.append(f"征集通知{dated(plan.collection)}前后发")
    elif plan is not None and len(lines) < 5:
        lines.append(f"议题和材料{dated(plan.materials_due)}前报，写{_parts(ledger)}三栏" if _parts(ledger) else "")
    turn.answer(Answer("已通知的会议：" if meetings else "还没有会议通知。", five([line for line in lines if line])))


def _convenor(ledger: Ledger, meetings: list[Meeting]) -> str:
    if meetings and meetings[0].convened_by is not None:
        return meetings[0].convened_by.name
    people = holders(ledger, Actor.CONVENOR)
    return "、".join(person.name for person in people) or ledger.mechanism.actor_name(Actor.CONVENOR)


def _parts(ledger: Ledger) -> str:
    duty = materials_duty(ledger)
    return "、".join(part.name for part in duty.parts) if duty else ""


def _own_material(turn: Turn, plan: MeetingPlan | None) -> list[str]:
    """Say, of each project the asker reports for, whether material is still wanted and who agrees to it first (C14)."""
    material = materials_duty(turn.ledger)
    if material is None or plan is None:
        return []
    filed = filed_materials(turn.ledger, material, plan.period)
    lines = []
    for subject in subjects_of(turn.ledger, material, turn.person):
        through = "、".join(person.name for person in subject.approvers)
        how = f"经{through}同意后报" if through else "报"
        done = subject.project is not None and subject.project.id in filed
        lines.append(f"{subject.name}：" + ("材料已报" if done else f"材料{dated(plan.materials_due)}前{how}"))
    return lines


def _concerns(turn: Turn, meeting: Meeting) -> bool:
    """Whether somebody may know where and when: who is asked there, his colleagues, who oversees the county."""
    asked_there = {person.unit_id for person in meeting.people}
    return sees_all(turn.ledger, turn.person) or turn.person.unit_id in asked_there


def _proposal(ledger: Ledger, plan: MeetingPlan | None) -> list[str]:
    """Say what the rule proposes: the meeting's day, its clash, when its material is due."""
    name = ledger.mechanism.meetings.name
    if plan is None:
        return [f"{name}的日子以通知为准，有通知我马上告诉您。"]
    if plan.by_notice:
        return [f"{name}已通知{dated(plan.day)}。", f"材料{dated(plan.materials_due)}前报。"]
    clash = f"（{plan.clash}）" if plan.clash else ""
    return [f"{name}拟{dated(plan.day)}{clash}，以通知为准。", f"材料{dated(plan.materials_due)}前报。"]


def _moment(meeting: Meeting) -> str:
    local = meeting.at.astimezone(SHANGHAI)
    return f"{dated(local.date())}{local:%H:%M}"
