"""The commands about people: `duban people`."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands import day_of, on_ledger, say
from models.directory import find_person, find_project
from models.errors import Refusal
from models.ledger import Ledger
from models.people import Person, Role, Unit
from models.project import Part

people_app = typer.Typer(no_args_is_help=True, help="人员、职务、分工、班子、联络员、专班")
Since = Annotated[str, typer.Option(help="从哪天起，如 2026-10-01；不写是今天")]
By = Annotated[str, typer.Option("--by", help="以谁的名义办；不写是项目办")]
_PARTS = {
    "分包领导": Part.LEADER,
    "责任单位责任人": Part.UNIT_HEAD,
    "建设单位责任人": Part.BUILDER_HEAD,
    "派驻纪检监察员": Part.DISCIPLINE,
    "联络员": Part.LIAISON,
}


def actor(ledger: Ledger, name: str) -> Person | None:
    """Return who acts: somebody by name, or the office at its own keyboard."""
    return find_person(ledger, name) if name else None


@people_app.command("handover")
def handover(
    to: Annotated[str, typer.Option(help="谁接")],
    project: Annotated[list[str], typer.Option(help="项目编号，可写多个")],
    part: Annotated[str, typer.Option(help="、".join(_PARTS))] = "分包领导",
    origin: Annotated[str, typer.Option("--from", help="接谁的；不写就接现任")] = "",
    since: Since = "",
    by: By = "",
) -> None:
    """换人：从某天起由谁接，未了事项到那天一并发给接的人。"""
    from models.deeds import Deed, require
    from models.succession import hand_over

    if part not in _PARTS:
        raise typer.BadParameter(f"「{part}」不在可选之列：{'、'.join(_PARTS)}")
    start = day_of(since) if since else None

    def work(ledger: Ledger) -> None:
        who = actor(ledger, by)
        require(ledger, who, Deed.MANAGE_PEOPLE)
        hand_over(
            ledger,
            part=_PARTS[part],
            projects=[find_project(ledger, code) for code in project],
            new=find_person(ledger, to),
            old=find_person(ledger, origin) if origin else None,
            since=start or ledger.today,
            by=who,
        )

    on_ledger(work)
    say(f"已改：{'、'.join(project)}的{part}由{to}接任，{since or '今天'}起。")


@people_app.command("leave")
def leave(name: Annotated[str, typer.Argument(help="姓名")], since: Since = "", by: By = "") -> None:
    """调离：从某天起结束其全部职务和分工，列出没人接的项目。"""
    from models.deeds import Deed, require
    from models.succession import leave as go

    start = day_of(since) if since else None

    def work(ledger: Ledger) -> list[str]:
        who = actor(ledger, by)
        require(ledger, who, Deed.MANAGE_PEOPLE)
        return [project.name for project in go(ledger, find_person(ledger, name), start or ledger.today, who)]

    vacant = on_ledger(work)
    say(f"{name}已登记调离。" + (f"没人接的项目：{'、'.join(vacant)}" if vacant else ""))


@people_app.command("add")
def add(
    name: Annotated[str, typer.Argument(help="姓名")],
    unit: Annotated[str, typer.Option(help="单位")],
    title: Annotated[str, typer.Option(help="职务")] = "",
    role: Annotated[list[str] | None, typer.Option(help="、".join(role.value for role in Role))] = None,
    mobile: Annotated[str, typer.Option(help="手机")] = "",
    rank: Annotated[str, typer.Option(help="职级")] = "",
    wecom: Annotated[str, typer.Option(help="企业微信账号")] = "",
    dingtalk: Annotated[str, typer.Option(help="钉钉账号")] = "",
    by: By = "",
) -> None:
    """登记一个人：单位、职务、角色、账号。"""
    from models.enrolling import enrol

    wanted = [Role(value) for value in role or [] if value in {item.value for item in Role}]
    if len(wanted) != len(role or []):
        raise typer.BadParameter(f"角色只能是：{'、'.join(item.value for item in Role)}")

    def work(ledger: Ledger) -> None:
        who = actor(ledger, by)
        accounts = {"wecom": wecom, "dingtalk": dingtalk}
        enrol(ledger, name, registered_unit(ledger, unit), title, wanted, mobile, rank, accounts, who)

    on_ledger(work)
    say(f"已登记：{name}（{unit}）")


@people_app.command("role")
def role(
    name: Annotated[str, typer.Argument(help="姓名")],
    role: Annotated[str, typer.Argument(help="、".join(item.value for item in Role))],
    since: Since = "",
    end: Annotated[bool, typer.Option("--end", help="结束这个角色")] = False,
    by: By = "",
) -> None:
    """给人加上或结束一个角色，按日期。"""
    from models.enrolling import give_role

    if role not in {item.value for item in Role}:
        raise typer.BadParameter(f"角色只能是：{'、'.join(item.value for item in Role)}")
    start = day_of(since) if since else None

    def work(ledger: Ledger) -> None:
        person = find_person(ledger, name)
        give_role(ledger, person, Role(role), start or ledger.today, actor(ledger, by), end=end)

    on_ledger(work)
    say(f"{name}的角色「{role}」{'已结束' if end else '已登记'}。")


@people_app.command("rank")
def rank(
    name: Annotated[str, typer.Argument(help="姓名")], rank: Annotated[str, typer.Argument(help="职级")], by: By = ""
) -> None:
    """登记职级。"""
    from models.deeds import Deed, require
    from models.ranks import RANKS

    def work(ledger: Ledger) -> None:
        require(ledger, actor(ledger, by), Deed.MANAGE_PEOPLE)
        if rank not in RANKS:
            raise Refusal(f"职级只能是：{'、'.join(RANKS)}。")
        find_person(ledger, name).rank = rank

    on_ledger(work)
    say(f"{name}的职级已登记为{rank}。")


@people_app.command("post")
def post(
    body: Annotated[str, typer.Option(help="机构，如 领导小组")],
    name: Annotated[str, typer.Option(help="职务，如 副组长2、召集人")],
    person: Annotated[str, typer.Option(help="姓名")],
    since: Since = "",
    by: By = "",
) -> None:
    """登记一个人的职务，从某天起；原来的人到那天为止。"""
    from models.deeds import Deed, require
    from models.succession import give_post, post_actor

    start = day_of(since) if since else None

    def work(ledger: Ledger) -> None:
        who = actor(ledger, by)
        require(ledger, who, Deed.MANAGE_PEOPLE)
        give_post(
            ledger,
            body=body,
            name=name,
            person=find_person(ledger, person),
            actor=post_actor(name),
            since=start or ledger.today,
            by=who,
        )

    on_ledger(work)
    say(f"已登记：{person}任{body}{name}，{since or '今天'}起。")


@people_app.command("posts")
def posts(
    body: Annotated[str, typer.Argument(help="机构，如 领导小组")],
    on: Annotated[str, typer.Option(help="哪一天的，不写是今天")] = "",
) -> None:
    """一个机构某一天由哪些人组成。"""
    from models.succession import posts_on

    day = day_of(on) if on else None
    held = on_ledger(
        lambda ledger: [
            f"{item.name}\t{item.person.name}\t{item.person.title}"
            for item in posts_on(ledger, body, day or ledger.today)
        ]
    )
    for line in held or [f"{body}还没有登记职务。"]:
        say(line)


@people_app.command("vacancies")
def vacancies() -> None:
    """无分包领导、职级不符、项目数不符、联络员空缺、定期义务没有人办。"""
    from models.liaison import below_rank, doubles
    from models.liaison import vacancies as without
    from models.subjects import unmanned
    from models.succession import alarms

    def work(ledger: Ledger) -> list[str]:
        lines = alarms(ledger)
        lines += [f"没有联络员：{unit.shown}" for unit in without(ledger)]
        lines += [f"联络员不止一位：{unit.shown}" for unit in doubles(ledger)]
        for actor, owed in unmanned(ledger):
            lines.append(f"没有登记{ledger.mechanism.actor_name(actor)}：{'、'.join(one.name for one in owed)}没有人办")
        return lines + [f"联络员职级不到{ledger.mechanism.liaison_rank}：{one.name}" for one in below_rank(ledger)]

    for line in on_ledger(work) or ["没有空缺。"]:
        say(line)


@people_app.command("team")
def team(
    project: Annotated[str, typer.Argument(help="项目编号")],
    place: Annotated[str, typer.Option(help="组长、副组长、成员")] = "",
    person: Annotated[str, typer.Option(help="姓名；不写就列出班子")] = "",
    by: By = "",
) -> None:
    """项目班子：列出，或登记一个人；职级要合。"""
    from models.actors import Scope
    from models.deeds import Deed, require
    from models.team import Place, appoint, members, missing_places

    def work(ledger: Ledger) -> list[str]:
        item = find_project(ledger, project)
        if person:
            who = actor(ledger, by)
            require(ledger, who, Deed.APPOINT_TEAM, Scope(project=item))
            if place not in {one.value for one in Place}:
                raise Refusal("请写明 --place 组长、副组长或成员。")
            appoint(ledger, Place(place), find_person(ledger, person), project=item, by=who)
        lines = [f"{member.place}\t{member.name}\t{member.title}" for member in members(ledger, project_id=item.id)]
        missing = missing_places(ledger, item)
        return lines + ([f"还缺：{'、'.join(missing)}"] if missing else [])

    for line in on_ledger(work):
        say(line)


@people_app.command("stand-in")
def stand_in(
    person: Annotated[str, typer.Argument(help="代理联络员")],
    first: Annotated[str, typer.Option("--from", help="起")],
    last: Annotated[str, typer.Option("--to", help="止")],
    reason: Annotated[str, typer.Option(help="原因")] = "",
    by: By = "",
) -> None:
    """代理期：这几天由谁代理本单位联络员，到期自动恢复。"""
    from models.deeds import Deed, require
    from models.liaison import substitute

    start, end = day_of(first), day_of(last)

    def work(ledger: Ledger) -> None:
        who = actor(ledger, by)
        require(ledger, who, Deed.MANAGE_PEOPLE)
        one = find_person(ledger, person)
        substitute(ledger, one.unit, one, start, end, reason, who)

    on_ledger(work)
    say(f"已登记：{first}至{last}由{person}代理联络员。")


@people_app.command("taskforces")
def taskforces(by: By = "") -> None:
    """按制度建专班：已登记的单位直接入班，缺的列出来；可重复执行。"""
    from models.deeds import Deed, require
    from models.taskforces import make_taskforces

    def work(ledger: Ledger) -> tuple[int, list[str]]:
        who = actor(ledger, by)
        require(ledger, who, Deed.MANAGE_PEOPLE)
        made, lacking = make_taskforces(ledger, who)
        return len(made), lacking

    count, lacking = on_ledger(work)
    say(f"专班{count}个。" if count else "本制度没有写专班。")
    for line in lacking:
        say(f"  {line}")


def registered_unit(ledger: Ledger, words: str) -> Unit:
    from models.unit_names import unit_named

    unit = unit_named(ledger, words)
    if unit is None:
        raise Refusal(f"没有登记单位「{words}」，请先登记。")
    return unit
