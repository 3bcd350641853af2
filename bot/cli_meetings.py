"""The commands about meetings: `duban meeting …`. What people do by chat, the office does here too.

`--by 姓名` acts as somebody whose the deed is (a convenor, the government office), else the office's own desk acts.
"""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from sqlalchemy import select

from bot.commands import day_of, instant_of, on_ledger, say
from models.calendar import SHANGHAI
from models.errors import Refusal
from models.ledger import Ledger
from models.meeting import Meeting
from models.people import Person
from models.project import Group

meeting_app = typer.Typer(no_args_is_help=True, help="会议")
By = Annotated[str, typer.Option("--by", help="谁办的：姓名；不写就是项目办")]
Which = Annotated[str, typer.Argument(metavar="MEETING", help="哪次会：HY-3、10月例会")]


def person_of(ledger: Ledger, name: str) -> Person | None:
    """Return who acts; None for the office's own desk."""
    from models.directory import find_person

    return find_person(ledger, name) if name else None


@meeting_app.command("call")
def meeting_call(
    name: Annotated[str, typer.Option(help="会议名称；「10月例会」用制度的名单")],
    at: Annotated[str, typer.Option(help="时间，如 '2026-10-08 09:00'")],
    place: Annotated[str, typer.Option(help="地点")],
    attend: Annotated[list[str] | None, typer.Option(help="参会的人或单位，可写多个")] = None,
    group: Annotated[list[str] | None, typer.Option(help="通知的群，可写多个")] = None,
    convenor: Annotated[str, typer.Option(help="召集人；不写按制度")] = "",
    urgent: Annotated[str, typer.Option(help="确有急事、非工作时间也要送出的理由")] = "",
    regular: Annotated[
        bool, typer.Option("--regular", help="按月例会或专班会通知：固定名单、报送日期随之重算")
    ] = False,
    by: By = "",
    more: Annotated[list[str] | None, typer.Argument(help="更多参会的人或单位")] = None,
) -> None:
    """通知会议：发给人和群，会前提醒。"""
    from handlers.meeting import Called, announce_meeting, call_prepared, on_paper, warnings_for
    from handlers.which_meeting import coming_or_next
    from models.directory import find_attendees, find_group

    if not regular and not (attend or more):
        raise typer.BadParameter("请用 --attend 写明参会的人或单位，或用 --regular 按例会名单通知")
    instant = instant_of(at)

    def work(ledger: Ledger) -> tuple[str, int, int, dict[str, list[str]], list[str]]:
        names, groups = _sort_names(ledger, [*(attend or []), *(more or [])], group or [])
        people = [person for words in names for person in find_attendees(ledger, words)]
        found = [find_group(ledger, words) for words in groups]
        if regular:
            result = call_prepared(
                ledger,
                coming_or_next(ledger, name),
                at=instant,
                place=place,
                by=person_of(ledger, by),
                extra=people,
                groups=found,
                convenor=person_of(ledger, convenor),
                urgent=urgent,
            )
        else:
            usual = ledger.mechanism.meetings.convenor_title
            meeting = announce_meeting(
                ledger,
                name=name,
                at=instant,
                place=place,
                convenor=convenor or usual,
                people=people,
                groups=found,
                urgent=urgent,
            )
            result = Called(meeting, on_paper(ledger, meeting), warnings_for(ledger, meeting))
        told = result.meeting
        return told.name, len(told.people), len(told.groups), result.on_paper, result.warnings

    called_name, people, groups, paper, warnings = on_ledger(work)
    for line in warnings:
        sys.stderr.write(f"提示：{line}\n")
    for how, names in paper.items():
        sys.stderr.write(f"请另发纸质通知，{how}：{'、'.join(names)}\n")
    also = f"和{groups}个群" if groups else ""
    say(f"已通知{people}人{also}：{called_name}，{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}，{place}")


def _sort_names(ledger: Ledger, names: list[str], groups: list[str]) -> tuple[list[str], list[str]]:
    """Put the values after `--group A B` where they belong: the shell's parser gives B to nobody."""
    known = set(ledger.session.scalars(select(Group.name)))
    return [name for name in names if name not in known], [
        *groups,
        *(name for name in names if name in known),
    ]


@meeting_app.command("list")
def meeting_list() -> None:
    """列出近期会议和编号；上月没有开例会的写明「未召开」。"""
    from handlers.convening import meeting_lines, unheld_line

    def work(ledger: Ledger) -> list[str]:
        return [*meeting_lines(ledger), *unheld_line(ledger)]

    for line in on_ledger(work) or ["近期没有会议"]:
        say(line)


@meeting_app.command("propose")
def meeting_propose(meeting: Which, by: By = "") -> None:
    """提出召开会议的建议，报召集人。"""
    from handlers.proposing import proposal_lines, suggest

    def work(ledger: Ledger) -> list[str]:
        found = prepared(ledger, meeting)
        suggest(ledger, found, person_of(ledger, by))
        return proposal_lines(ledger, found)

    for line in on_ledger(work):
        say(line)


@meeting_app.command("decide")
def meeting_decide(
    meeting: Which,
    by: Annotated[str, typer.Option("--by", help="召集人姓名")],
    on: Annotated[str, typer.Option("--on", help="改到哪天，如 2026-10-09；不写就同意拟定的日子")] = "",
) -> None:
    """召集人定会期。"""
    from handlers.proposing import fix

    day = day_of(on) if on else None

    def work(ledger: Ledger) -> str:
        return fix(ledger, prepared(ledger, meeting), person_of(ledger, by), day)

    say(on_ledger(work))


@meeting_app.command("move")
def meeting_move(
    meeting: Which,
    at: Annotated[str, typer.Option(help="改到什么时候，如 '2026-10-12 09:00'")],
    place: Annotated[str, typer.Option(help="改在哪里；不写不变")] = "",
    by: By = "",
) -> None:
    """会议改期：参会人和要报材料的各告知一次。"""
    from handlers.meeting_changes import move_meeting

    instant = instant_of(at)
    on_ledger(lambda ledger: move_meeting(ledger, called(ledger, meeting), instant, place, person_of(ledger, by)))
    say(f"已改到{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}")


@meeting_app.command("cancel")
def meeting_cancel(meeting: Which, reason: Annotated[str, typer.Option(help="原因")] = "", by: By = "") -> None:
    """取消会议：已通知的各告知一次。"""
    from handlers.meeting_changes import cancel_meeting

    on_ledger(lambda ledger: cancel_meeting(ledger, called(ledger, meeting), person_of(ledger, by), reason))
    say("已取消")


@meeting_app.command("merge")
def meeting_merge(into: Which, other: Annotated[str, typer.Argument(help="并入的会")], by: By = "") -> None:
    """合并两个已通知的会：一次开、一份纪要。"""
    from handlers.meeting_changes import merge_meetings

    def work(ledger: Ledger) -> None:
        merge_meetings(ledger, called(ledger, into), called(ledger, other), person_of(ledger, by))

    on_ledger(work)
    say("已合并")


@meeting_app.command("invite")
def meeting_invite(meeting: Which, by: By = "") -> None:
    """通知议题有关人员参会；由政府办办理，项目办须制度授权。"""
    from handlers.meeting_ripples import invite

    told, other = on_ledger(lambda ledger: invite(ledger, called(ledger, meeting), person_of(ledger, by)))
    say(f"已通知：{'、'.join(told) or '无'}" + (f"；请另行通知：{'、'.join(other)}" if other else ""))


@meeting_app.command("leave")
def meeting_leave(
    meeting: Which,
    person: Annotated[str, typer.Option(help="谁请假")],
    reason: Annotated[str, typer.Option(help="原因")],
    start: Annotated[str, typer.Option("--from", help="离开的第一天")] = "",
    end: Annotated[str, typer.Option("--to", help="离开的最后一天")] = "",
    by: By = "",
) -> None:
    """代人请假：待本人确认后报召集人。"""
    from handlers.attending import put_leave
    from models.attendance import ask_leave
    from models.directory import find_person

    def work(ledger: Ledger) -> str:
        who, asker = find_person(ledger, person), person_of(ledger, by)
        request = ask_leave(
            ledger,
            prepared(ledger, meeting),
            who,
            by=asker,
            reason=reason,
            first=day_of(start) if start else None,
            last=day_of(end or start) if start else None,
        )
        return put_leave(ledger, request, asker)

    say(on_ledger(work))


@meeting_app.command("grant")
def meeting_grant(
    meeting: Which,
    person: Annotated[str, typer.Option(help="谁的假")],
    by: Annotated[str, typer.Option("--by", help="召集人姓名")],
    refuse: Annotated[bool, typer.Option("--refuse", help="不准")] = False,
    remark: Annotated[str, typer.Option(help="意见")] = "",
) -> None:
    """召集人批假。"""
    from handlers.assenting import settle_leave
    from models.attendance import leaves_before
    from models.directory import find_person

    def work(ledger: Ledger) -> str:
        convenor, who = find_person(ledger, by), find_person(ledger, person)
        wanted = prepared(ledger, meeting)
        for request in leaves_before(ledger, convenor):
            if request.person_id == who.id and request.meeting_id == wanted.id:
                return settle_leave(ledger, request, convenor, grant=not refuse, remark=remark)
        raise Refusal(f"没有{who.name}{wanted.name}的待批请假。")

    say(on_ledger(work))


@meeting_app.command("roll")
def meeting_roll(
    meeting: Which,
    absent: Annotated[list[str] | None, typer.Option(help="缺席的人，可写多个")] = None,
    late: Annotated[list[str] | None, typer.Option(help="迟到的人，可写多个")] = None,
    stand_in: Annotated[list[str] | None, typer.Option("--stand-in", help="由别人替会的人，可写多个")] = None,
    by: By = "",
) -> None:
    """登记到会情况：没写到的都算到会，已准假的不动。"""
    from handlers.deciding import roll
    from models.attendance import SeatState

    named = {SeatState.ABSENT: absent, SeatState.LATE: late, SeatState.STAND_IN: stand_in}
    exceptions = {name: state for state, names in named.items() for name in names or []}

    def work(ledger: Ledger) -> list[str]:
        return roll(ledger, begun(ledger, meeting), person_of(ledger, by), exceptions, "到会情况登记")

    for line in on_ledger(work):
        say(line)


@meeting_app.command("attend")
def meeting_attend(
    meeting: Which,
    person: Annotated[str, typer.Option(help="谁")],
    state: Annotated[str, typer.Option(help="已知晓、到会、迟到、迟到报备、替会、列席、缺席")] = "已知晓",
    by: By = "",
) -> None:
    """登记一个人的参会情况。"""
    from models.attendance import SEAT_LABELS, mark, seat_for
    from models.deeds import Deed, require
    from models.directory import find_person

    states = {label: value for value, label in SEAT_LABELS.items()}
    if state not in states:
        raise typer.BadParameter(f"「{state}」不在可选之列")

    def work(ledger: Ledger) -> str:
        require(ledger, person_of(ledger, by), Deed.RECORD_ATTENDANCE)
        who, found = find_person(ledger, person), prepared(ledger, meeting)
        seat = seat_for(found, who)
        if seat is None:
            raise Refusal(f"{who.name}不在{found.name}的参会名单里。")
        mark(ledger, found, seat, states[state], person_of(ledger, by), state)
        return f"{who.name}：{state}"

    say(on_ledger(work))


@meeting_app.command("roster")
def meeting_roster(meeting: Which) -> None:
    """参会名单和各人状态，外部单位写明由谁代记。"""
    from handlers.convening import roster_lines

    for line in on_ledger(lambda ledger: roster_lines(ledger, prepared(ledger, meeting))):
        say(line)


@meeting_app.command("held")
def meeting_held(
    meeting: Which, form: Annotated[str, typer.Option(help="专题会议、现场办公、其他")] = "", by: By = ""
) -> None:
    """登记会议已召开。"""
    from handlers.meeting import require_caller
    from handlers.meeting_changes import hold_meeting
    from models.meeting import FORMS

    if form and form not in FORMS:
        raise typer.BadParameter(f"形式只能写{'、'.join(FORMS)}")

    def work(ledger: Ledger) -> list[str]:
        found, who = begun(ledger, meeting), person_of(ledger, by)
        require_caller(ledger, found, who)
        entry = hold_meeting(ledger, found, who, f"{found.name}已召开", form)
        return list(entry.data.get("discharges", [])) if entry else []

    paid = on_ledger(work)
    say(f"已登记；抵义务：{'、'.join(paid) or '无'}")


def prepared(ledger: Ledger, words: str) -> Meeting:
    """Return the meeting named, one that is only prepared included. Raises Refusal."""
    from handlers.which_meeting import meeting_named

    found = meeting_named(ledger, words)
    if found is None:
        raise Refusal(f"没有找到「{words}」这次会，可用 duban meeting list 看编号。")
    return found


def called(ledger: Ledger, words: str) -> Meeting:
    """Return the called meeting named. Raises Refusal."""
    from handlers.which_meeting import called_named

    return called_named(ledger, words)


def begun(ledger: Ledger, words: str) -> Meeting:
    """Return the meeting named that has begun. Raises Refusal."""
    from handlers.which_meeting import begun_meeting

    return begun_meeting(ledger, words)
