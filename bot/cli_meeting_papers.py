"""The commands about what a meeting works on and leaves behind: topics, agenda, decisions, papers, members, tours."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from sqlalchemy import select

from bot.cli_meetings import By, Which, begun, person_of, prepared
from bot.commands import day_of, instant_of, on_ledger, say
from models.calendar import SHANGHAI
from models.errors import Refusal
from models.ledger import Ledger

papers_app = typer.Typer()


class PaperName(StrEnum):
    """Which paper."""

    MINUTES = "minutes"
    BULLETIN = "bulletin"
    ATTENDANCE = "attendance"


@papers_app.command("topic")
def meeting_topic(
    meeting: Which,
    text: Annotated[str, typer.Option(help="议题内容")],
    project: Annotated[str, typer.Option(help="项目编号")] = "",
    need: Annotated[list[str] | None, typer.Option(help="需要参会的单位，可写多个")] = None,
    by: By = "",
) -> None:
    """登记议题；有项目的先经分包领导同意。"""
    from handlers.topics import put_topic

    def work(ledger: Ledger) -> str:
        return put_topic(ledger, prepared(ledger, meeting), text, project, need or [], person_of(ledger, by))

    say(on_ledger(work))


@papers_app.command("handle-topic")
def meeting_handle_topic(
    number: Annotated[str, typer.Argument(help="议题编号，如 YT-4")],
    verb: Annotated[str, typer.Argument(help="同意、附意见退回（分包领导，须写 --by）；受理、列入、转办、退回")],
    text: Annotated[str, typer.Option(help="说明；转办写明单位")] = "",
    by: By = "",
) -> None:
    """分包领导同意或附意见退回议题；项目办受理、列入、转办、退回。"""
    from handlers.topics import settle_consent, settle_topic
    from models.topic import find_topic

    def work(ledger: Ledger) -> str:
        topic = find_topic(ledger, number)
        if topic is None:
            raise Refusal(f"没有找到议题{number}。")
        who = person_of(ledger, by)
        if verb in ("同意", "附意见退回"):
            return settle_consent(ledger, topic, who, agreed=verb == "同意", remark=text)
        return settle_topic(ledger, topic, verb, text, who)

    say(on_ledger(work))


@papers_app.command("agenda")
def meeting_agenda(
    meeting: Which, material: Annotated[bool, typer.Option("--material", help="打印三栏会议材料")] = False
) -> None:
    """议程：第一项是上次议定事项落实情况；--material 打印会议材料。"""
    from handlers.bulletins import sections_text
    from models import agenda

    def work(ledger: Ledger) -> str:
        found = prepared(ledger, meeting)
        return sections_text(agenda.material(ledger, found) if material else agenda.agenda(ledger, found))

    say(on_ledger(work))


@papers_app.command("general")
def meeting_general(by: By = "") -> None:
    """把待研究的提请事项一步生成综合调度会议程。"""
    from handlers.bulletins import sections_text
    from handlers.proposing import make_general
    from models import agenda
    from models.deeds import Deed, require

    def work(ledger: Ledger) -> str:
        require(ledger, person_of(ledger, by), Deed.PROPOSE_MEETING)
        found, _ = make_general(ledger, person_of(ledger, by))
        return f"{found.number} {found.name}\n{sections_text(agenda.agenda(ledger, found))}"

    say(on_ledger(work))


@papers_app.command("decision")
def meeting_decision(
    meeting: Which,
    requirement: Annotated[str, typer.Option(help="办理要求")],
    unit: Annotated[str, typer.Option(help="责任单位")] = "",
    person: Annotated[str, typer.Option(help="责任人")] = "",
    due: Annotated[str, typer.Option(help="完成时限，如 2026-10-20")] = "",
    project: Annotated[str, typer.Option(help="项目编号")] = "",
    by: By = "",
) -> None:
    """登记议定事项，打印编号；四项缺一不可。"""
    from handlers.deciding import give, task_line
    from models.directory import find_project, find_unit
    from models.people import Person as Registered

    day = day_of(due) if due else None

    def work(ledger: Ledger) -> str:
        who = ledger.session.scalar(select(Registered).where(Registered.name == person)) if person else None
        task = give(
            ledger,
            begun(ledger, meeting),
            requirement=requirement,
            unit=find_unit(ledger, unit) if unit else None,
            person=who,
            name=person,
            due=day,
            project=find_project(ledger, project) if project else None,
            by=person_of(ledger, by),
        )
        return task_line(task)

    say(on_ledger(work))


@papers_app.command("paper")
def meeting_paper(
    meeting: Which,
    kind: Annotated[PaperName, typer.Argument(help="minutes纪要、bulletin通报、attendance到会情况通报")],
    by: By = "",
) -> None:
    """从台账起草纪要、通报、到会情况通报，打印全文。"""
    from handlers.bulletins import write
    from models.meeting_papers import PaperKind

    def work(ledger: Ledger) -> str:
        return write(ledger, begun(ledger, meeting), PaperKind(kind.value), person_of(ledger, by)).text

    say(on_ledger(work))


@papers_app.command("bulletin")
def meeting_bulletin(
    meeting: Which,
    approve: Annotated[bool, typer.Option("--approve", help="召集人审定（须写 --by）")] = False,
    issue: Annotated[bool, typer.Option("--issue", help="下发，编期号")] = False,
    correct: Annotated[str, typer.Option("--correct", help="更正的话；下发以后只能更正")] = "",
    by: By = "",
) -> None:
    """通报：不带选项是报召集人审定。"""
    from handlers import bulletins
    from models.meeting_papers import number_of

    def work(ledger: Ledger) -> str:
        found, who = begun(ledger, meeting), person_of(ledger, by)
        if approve:
            return bulletins.settle_paper(ledger, found, who)
        if issue:
            paper = bulletins.publish(ledger, found, who)
            return f"《{paper.title}》{number_of(ledger, paper)}已下发"
        if correct:
            return bulletins.amend_of(ledger, found, correct, who)
        return f"《{bulletins.put_up(ledger, found, who).title}》已报召集人审定"

    say(on_ledger(work))


@papers_app.command("collect")
def meeting_collect(
    on: Annotated[str, typer.Option("--on", help="先定日子，如 2026-02-09；不写就现在发出")] = "", by: By = ""
) -> None:
    """例会材料征集通知：现在发出，或先定日子。"""
    from handlers.proposing import collect_later, collect_now

    day = day_of(on) if on else None

    def work(ledger: Ledger) -> str:
        who = person_of(ledger, by)
        return collect_later(ledger, day, who) if day else collect_now(ledger, who)

    say(on_ledger(work))


@papers_app.command("members")
def meeting_members(
    body: Annotated[str, typer.Argument(help="议事机构，如 联席会议；不写就是唯一的那个")] = "",
    add: Annotated[str, typer.Option(help="增加的成员单位")] = "",
    remove: Annotated[str, typer.Option(help="调出的成员单位")] = "",
    on: Annotated[str, typer.Option("--on", help="哪天起（查名单就是哪天的）；不写就是今天")] = "",
    by: By = "",
) -> None:
    """成员单位：查看，或从某天起增加、调出；以前的会议名单不变。"""
    from handlers.members import change
    from models.roster import body_named, members_on

    def work(ledger: Ledger) -> list[str]:
        day = day_of(on) if on else ledger.today
        found = body_named(ledger, body)
        for unit, joins in ((add, True), (remove, False)):
            if unit:
                change(ledger, found, unit, day, joins=joins, by=person_of(ledger, by))
        return members_on(ledger, found.name, day)

    for name in on_ledger(work):
        say(name)


@papers_app.command("observe")
def meeting_observe(
    at: Annotated[str, typer.Option(help="观摩时间，如 '2026-10-09 09:00'")] = "",
    project: Annotated[list[str] | None, typer.Option(help="观摩的项目编号，可写多个")] = None,
    submit: Annotated[bool, typer.Option("--submit", help="方案报召集人批")] = False,
    approve: Annotated[bool, typer.Option("--approve", help="召集人批准（须写 --by）")] = False,
    guide: Annotated[bool, typer.Option("--guide", help="打印活动指南")] = False,
    done: Annotated[bool, typer.Option("--done", help="登记观摩已完成")] = False,
    by: By = "",
) -> None:
    """观摩：拟方案（路线按直线距离排序），报批，批准，打印指南，登记完成。"""
    from handlers import observing
    from models.directory import find_project
    from models.observation import guide_text, plan_text

    instant = instant_of(at) if at else None

    def work(ledger: Ledger) -> str:
        who = person_of(ledger, by)
        if instant is not None:
            projects = [find_project(ledger, code) for code in project or []]
            observing.draft(ledger, instant.astimezone(SHANGHAI), projects, who)
        row = observing.latest(ledger)
        if submit:
            observing.put_up(ledger, row, who)
        if approve:
            observing.settle(ledger, row, who, agreed=True, remark="")
        if done:
            observing.finish(ledger, row, who)
        return guide_text(ledger, row) if guide else plan_text(ledger, row)

    say(on_ledger(work))
