"""The commands about what is tracked: notices, tasks, problems, extensions, requests upward, delays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

import typer

from bot.commands import day_of, on_ledger, say
from models import supervision
from models.errors import Refusal
from models.ledger import Ledger
from models.people import Person
from models.supervision import SupervisionNotice

T = TypeVar("T")
notice_app = typer.Typer(no_args_is_help=True, help="挂牌督办")
task_app = typer.Typer(no_args_is_help=True, help="交办、议定事项")
problem_app = typer.Typer(no_args_is_help=True, help="问题台账")
extension_app = typer.Typer(no_args_is_help=True, help="申请延期")
request_app = typer.Typer(no_args_is_help=True, help="提请上级")
delay_app = typer.Typer(no_args_is_help=True, help="四类未按时")

By = Annotated[str, typer.Option("--by", help="谁办的：姓名；不写就是项目办")]
Remark = Annotated[str, typer.Option("--remark", help="说明、原因、办理结果")]
Number = Annotated[str, typer.Argument(help="编号，如 DB-07、JB-3、ISS-31、TQ-1")]


def acting(by: str, work: Callable[[Ledger, Person | None], T]) -> T:
    """Do one unit of work as somebody, or as the office's own desk."""
    from models.directory import find_person

    return on_ledger(lambda ledger: work(ledger, find_person(ledger, by) if by else None))


# --- notices --------------------------------------------------------------------------------------------


@notice_app.command("act")
def notice_act(
    verb: Annotated[str, typer.Argument(help="审签、通过、退回、销号、重开、归档、撤回")],
    number: Number,
    remark: Remark = "",
    by: By = "",
) -> None:
    """对一件督办办一步。"""
    from handlers import noticing, reviewing
    from models import supervision_acts as acts

    def work(ledger: Ledger, person: Person | None) -> str:
        notice = _notice(ledger, number)
        if verb == "审签":
            if person is None:
                raise Refusal("审签要写明是谁：--by 姓名")
            noticing.sign(ledger, notice, person)
        elif verb == "归档":
            acts.archive(ledger, notice, person, remark)
        elif verb in ("重开", "撤回"):
            (noticing.reopen if verb == "重开" else noticing.withdraw)(ledger, notice, person, remark)
        elif verb in ("通过", "退回", "销号"):
            reviewing.review_notice(ledger, notice, person, verb, remark)
        else:
            raise typer.BadParameter(f"不认得「{verb}」")
        return f"{notice.number}：{notice.label}"

    say(acting(by, work))


@notice_app.command("paper")
def notice_paper(
    number: Number,
    day: Annotated[str, typer.Option("--on", help="哪天签收，如 2026-09-17")],
    signer: Annotated[str, typer.Option(help="签收人")],
) -> None:
    """登记纸质签收；几种签收证明取最早的起算。"""
    from handlers import noticing

    received = day_of(day)

    def work(ledger: Ledger) -> str:
        notice = _notice(ledger, number)
        counted = noticing.receive_on_paper(ledger, notice, None, received, signer)
        return f"{notice.number}{'' if counted else '此前已有更早的签收，'}复函截止{notice.reply_due}"

    say(on_ledger(work))


@notice_app.command("correct")
def notice_correct(
    number: Number,
    reason: Annotated[str, typer.Option(help="为什么更正")],
    matter: Annotated[str, typer.Option(help="改后的督办事项")] = "",
    solve_by: Annotated[str, typer.Option(help="改后的解决时限，如 2026-10-20")] = "",
    by: By = "",
) -> None:
    """更正一件督办；原文留在台账里。"""
    from handlers import noticing

    due = day_of(solve_by) if solve_by else None

    def work(ledger: Ledger, person: Person | None) -> str:
        notice = _notice(ledger, number)
        noticing.correct(ledger, notice, person, matter=matter, solve_due=due, text=reason)
        return f"{notice.number}已更正，{notice.solve_due}前解决"

    say(acting(by, work))


@notice_app.command("urge")
def notice_urge(
    what: Annotated[str, typer.Option("--duty", help="催哪一项，如 月报；不写就催最近到期的")] = "",
    urgent: Annotated[str, typer.Option(help="确有急事、非工作时间也要送出的理由")] = "",
    by: By = "",
) -> None:
    """一对一催没报的；非工作时间等到下一个工作日早上。"""
    from handlers.urging import urge

    def work(ledger: Ledger, person: Person | None) -> str:
        done = urge(ledger, person, words=what, urgent=urgent)
        when = f"{done.leaves_at:%Y-%m-%d %H:%M}送出" if done.leaves_at else "现在送出"
        return f"{done.duty.name}（{done.occurrence.period}）没报的{len(done.subjects)}家，{when}"

    say(acting(by, work))


def _notice(ledger: Ledger, number: str) -> SupervisionNotice:
    notice = supervision.find(ledger, number)
    if notice is None:
        raise Refusal(f"没有「{number}」这件督办")
    return notice


# --- tasks ----------------------------------------------------------------------------------------------


@task_app.command("assign")
def task_assign(
    requirement: Annotated[str, typer.Option("--what", help="办理要求")],
    unit: Annotated[str, typer.Option("--unit", help="责任单位")] = "",
    person: Annotated[str, typer.Option("--person", help="责任人")] = "",
    due: Annotated[str, typer.Option("--due", help="完成时限，如 2026-10-15")] = "",
    project: Annotated[str, typer.Option(help="项目编号")] = "",
    by: By = "",
) -> None:
    """交办一件事；责任单位、责任人、要求、时限缺一不可。"""
    from handlers.tasks import give
    from models.directory import find_project, find_unit, people_named

    last = day_of(due) if due else None

    def work(ledger: Ledger, giver: Person | None) -> str:
        where = find_unit(ledger, unit)
        people = [one for one in people_named(ledger, person) if where is None or one.unit_id == where.id]
        task = give(
            ledger,
            requirement=requirement,
            unit=where,
            person=people[0] if people else None,
            person_name=person,
            due=last,
            by=giver,
            project=find_project(ledger, project) if project else None,
        )
        return task.number

    say(acting(by, work))


@task_app.command("act")
def task_act(
    verb: Annotated[str, typer.Argument(help="办结、销号、退回、重开、取消")],
    number: Number,
    remark: Remark = "",
    by: By = "",
) -> None:
    """报办结（责任单位），或销号、退回、重开、取消（项目办、督查）。"""
    from handlers.tasks import report_done, review
    from models.task import find_task

    verbs = {"销号": "close", "退回": "return", "重开": "reopen", "取消": "cancel"}

    def work(ledger: Ledger, person: Person | None) -> str:
        task = find_task(ledger, number)
        if task is None:
            raise Refusal(f"没有「{number}」这件交办事项")
        if verb == "办结":
            report_done(ledger, task, person, remark)
        elif verb in verbs:
            review(ledger, task, person, verbs[verb], remark)
        else:
            raise typer.BadParameter(f"不认得「{verb}」")
        return f"{task.number}：{task.label}"

    say(acting(by, work))


@task_app.command("list")
def task_list(unit: Annotated[str, typer.Option(help="只看一个单位")] = "") -> None:
    """在办的交办、议定事项。"""
    from models.directory import find_unit
    from models.task import live_tasks

    def work(ledger: Ledger) -> list[str]:
        where = find_unit(ledger, unit) if unit else None
        found = live_tasks(ledger, unit_id=where.id if where else None)
        return [f"{one.number}\t{one.due}\t{one.unit.shown}\t{one.label}\t{one.requirement}" for one in found]

    _print(on_ledger(work))


# --- problems -------------------------------------------------------------------------------------------


@problem_app.command("act")
def problem_act(
    verb: Annotated[str, typer.Argument(help="现场解决、申请销号、专题研究、销号、退回、重开、归档、转办")],
    number: Number,
    remark: Remark = "",
    to: Annotated[str, typer.Option(help="转办给哪个单位")] = "",
    by: By = "",
) -> None:
    """对一个问题办一步。"""
    from handlers import problems as acts
    from models import problem as problems
    from models.directory import find_unit

    verbs = {"销号": "close", "退回": "return", "重开": "reopen"}

    def work(ledger: Ledger, person: Person | None) -> str:
        found = problems.find_problem(ledger, number)
        if found is None:
            raise Refusal(f"没有「{number}」这个问题")
        if verb in ("现场解决", "申请销号"):
            acts.request_close(ledger, found, person, remark, on_site=verb == "现场解决")
        elif verb == "专题研究":
            acts.study(ledger, found, person, remark)
        elif verb == "归档":
            problems.archive(ledger, found, person, remark)
        elif verb == "转办":
            unit = find_unit(ledger, to)
            if unit is None:
                raise Refusal(f"没有「{to}」这个单位")
            problems.route(ledger, found, person, unit)
        elif verb in verbs:
            acts.review(ledger, found, person, verbs[verb], remark)
        else:
            raise typer.BadParameter(f"不认得「{verb}」")
        return f"{found.number}：{verb}"

    say(acting(by, work))


@problem_app.command("list")
def problem_list() -> None:
    """没有销号的问题。"""
    from models.problem import open_problems

    def work(ledger: Ledger) -> list[str]:
        return [
            f"{one.number}\t{one.project}\t{one.due or ''}\t{one.category}\t{one.label}\t{one.short}"
            for one in open_problems(ledger)
        ]

    _print(on_ledger(work))


# --- extensions, requests, delays -----------------------------------------------------------------------


@extension_app.command("decide")
def extension_decide(
    thing: Annotated[str, typer.Argument(help="哪一件，如 DB-07、JB-3、P07开工")],
    grant: Annotated[bool, typer.Option("--grant/--refuse", help="准还是不准")],
    until: Annotated[str, typer.Option(help="准到哪天；不写就按申请的日子")] = "",
    remark: Remark = "",
    by: By = "",
) -> None:
    """准或不准一份延期申请；没准以前原时限照算。"""
    from handlers.extending import decide
    from models.extension import pending

    day = day_of(until) if until else None

    def work(ledger: Ledger, person: Person | None) -> str:
        named = [one for one in pending(ledger) if one.label.replace("-", "").upper() == thing.replace("-", "").upper()]
        if not named:
            raise Refusal(f"「{thing}」没有待准的延期申请")
        decide(ledger, named[0], person, grant=grant, until=day, remark=remark)
        return f"{named[0].label}：{named[0].state}，时限{named[0].granted or named[0].due}"

    say(acting(by, work))


@extension_app.command("list")
def extension_list() -> None:
    """待准的延期申请。"""
    from models.extension import pending

    def work(ledger: Ledger) -> list[str]:
        return [f"{one.label}\t{one.unit_name}\t{one.due} → {one.wanted}\t{one.reason}" for one in pending(ledger)]

    _print(on_ledger(work))


@request_app.command("raise")
def request_raise(
    matter: Annotated[str, typer.Option("--what", help="提请什么事")],
    suggestion: Annotated[str, typer.Option(help="具体意见建议：由谁、怎么办、何时前")],
    by: Annotated[str, typer.Option("--by", help="谁提的：姓名")],
    project: Annotated[str, typer.Option(help="项目编号")] = "",
    source: Annotated[str, typer.Option(help="来自哪一件交办，如 JB-3")] = "",
    tried: Annotated[str, typer.Option(help="已做工作")] = "",
    obstacle: Annotated[str, typer.Option(help="难点")] = "",
) -> None:
    """提请主要领导；先经牵头领导同意。"""
    from handlers.requesting import raise_up
    from models.directory import find_project
    from models.request import Draft

    def work(ledger: Ledger, person: Person | None) -> str:
        assert person is not None
        kind = "task" if source else ""
        draft = Draft(matter, suggestion, tried, obstacle, "", kind, source.upper())
        where = find_project(ledger, project) if project else None
        request = raise_up(ledger, draft, where, person, person.unit)
        return f"{request.number}：{request.state}"

    say(acting(by, work))


@request_app.command("act")
def request_act(
    verb: Annotated[str, typer.Argument(help="同意、批示、退回")],
    number: Number,
    by: Annotated[str, typer.Option("--by", help="谁办的：姓名")],
    remark: Remark = "",
) -> None:
    """牵头领导同意或退回，主要领导批示或退回。"""
    from handlers.requesting import answer, consent, send_back
    from models.request import RequestState, find_request

    def work(ledger: Ledger, person: Person | None) -> str:
        assert person is not None
        request = find_request(ledger, number)
        if request is None:
            raise Refusal(f"没有「{number}」这件提请")
        if request.state == RequestState.ASKED.value:
            consent(ledger, request, person, agree=verb != "退回", remark=remark)
        elif verb == "退回":
            send_back(ledger, request, person, remark)
        else:
            answer(ledger, request, person, remark)
        return f"{request.number}：{request.state}"

    say(acting(by, work))


@request_app.command("list")
def request_list() -> None:
    """等主要领导批示的事项，等了几个工作日。"""
    from models.request import open_requests, waited

    def work(ledger: Ledger) -> list[str]:
        return [f"{one.number}\t{waited(ledger, one)}个工作日\t{one.matter}" for one in open_requests(ledger)]

    _print(on_ledger(work))


@delay_app.command("list")
def delay_list(
    unit: Annotated[str, typer.Option(help="只看一个单位")] = "",
    since: Annotated[str, typer.Option(help="连同从这天起晚了才完成的")] = "",
) -> None:
    """四类未按时清单：事实、依据、单位说明；企业没按协议完成的列在后面。"""
    from models.delay_rows import kind_name
    from models.delays import delays

    first = day_of(since) if since else None

    def work(ledger: Ledger) -> list[str]:
        rows = delays(ledger, unit=unit, span=(first, ledger.today) if first else None)
        return [f"{kind_name(ledger.mechanism, row)}\t{row.line}" for row in rows]

    _print(on_ledger(work))


@delay_app.command("cause")
def delay_cause(
    handle: Annotated[str, typer.Argument(help="哪一项，如 JB-3、P07开工")],
    cause: Annotated[str, typer.Argument(help="主观或客观")],
    remark: Remark = "",
    by: By = "",
) -> None:
    """认定未按时的原因；客观原因不进名单。"""
    from models.delays import CAUSES, decide_cause, find_delay

    if cause not in CAUSES:
        raise typer.BadParameter("原因写「主观」或「客观」")

    def work(ledger: Ledger, person: Person | None) -> str:
        row = find_delay(ledger, handle)
        if row is None:
            raise Refusal(f"未按时清单里没有「{handle}」")
        decide_cause(ledger, row, person, cause, remark)
        return f"{row.handle}：{cause}"

    say(acting(by, work))


@delay_app.command("rates")
def delay_rates() -> None:
    """开工率、联审联批完成率、年度计划投资完成率，口径写明。"""
    from models.indicators import indicators

    _print(on_ledger(lambda ledger: [indicator.line for indicator in indicators(ledger)]))


def _print(lines: list[str]) -> None:
    for line in lines or ["没有。"]:
        say(line)
