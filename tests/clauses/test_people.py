"""Units, posts, hand-overs, teams, liaisons: what the notices ask of people, told on the wire and by the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from bot.simulator import sample_county
from bot.simulator.stage import Actor as Phone
from bot.simulator.world import World
from models import liaison, succession, unit_names
from models.absence import Absence
from models.actors import holders
from models.directory import find_person, find_project
from models.enrolling import enrol
from models.ledger import Ledger
from models.mechanism import Actor
from models.people import Person, Role
from models.project import Part, Taskforce
from models.project import Project as ProjectOf
from models.supervision import SupervisionNotice
from models.task import TaskSource, assign
from models.taskforces import make_taskforces
from models.unit_names import UnitKind, expand, kind_of, save_group, shown_on, unit_named
from tests.clauses import city
from tests.clauses.proof import proves
from tests.clauses.stories import at, confirmed, tell, texts
from tests.counties import open_world

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("engine", ["sqlite"])]


@pytest_asyncio.fixture
async def jiaozuo(tmp_path: Path, engine: str) -> AsyncIterator[World]:
    """The city under its own notice, its leading group's posts filled and its eight task forces made."""
    workbook = city.write_city(tmp_path / "焦作导入表.xlsx")
    async with open_world(
        tmp_path / "home", actors=city.actors(), mechanism="jiaozuo", workbook=workbook, start=sample_county.START
    ) as world:
        await world.office(_found_city)
        yield world


def _found_city(ledger: Ledger) -> None:
    for name, _, seat in city.LEADERS:
        person = find_person(ledger, name)
        succession.give_post(
            ledger, body="领导小组", name=seat, person=person, actor="", since=date(2026, 1, 1), by=None
        )
    made, lacking = make_taskforces(ledger, None)
    assert len(made) == 8 and lacking == []
    find_project(ledger, "J01").taskforce = made[1]


# --- units ------------------------------------------------------------------------------------------------


@proves("JZ-01")
async def test_an_addressee_group_stands_for_each_registered_unit_once_and_for_none_that_is_gone(
    jiaozuo: World,
) -> None:
    def work(ledger: Ledger) -> list[tuple[str, str]]:
        named = [unit_named(ledger, "市发展改革委"), unit_named(ledger, "修武县")]
        units = [unit for unit in named if unit is not None]
        group = save_group(
            ledger, "各县区各部门", [UnitKind.COUNTY, UnitKind.COMMITTEE, UnitKind.DEPARTMENT], units, None
        )
        before = [unit.shown for unit in expand(ledger, group)]
        gone, into = unit_named(ledger, "博爱县"), unit_named(ledger, "修武县")
        assert gone is not None and into is not None
        unit_names.merge(ledger, gone, into, ledger.today, None)
        return list(zip(before, [*(unit.shown for unit in expand(ledger, group)), "—"], strict=True))

    pairs = await jiaozuo.office(work)
    before, after = [one for one, _ in pairs], [one for _, one in pairs][:-1]
    assert len(before) == len(set(before)) == len(city.units()) + 4  # units, government, two counties, one committee
    assert "中原新材" not in before
    assert set(before) - set(after) == {"博爱县"}
    assert kind_in(jiaozuo, "示范区") is UnitKind.COMMITTEE


def kind_in(world: World, name: str) -> UnitKind:
    def look(session: Any) -> UnitKind:
        unit = session.scalar(select(unit_names.Unit).where(unit_names.Unit.short_name == name))
        return kind_of(unit)

    return world.service.database.read(look)


@proves("JZ-01", "JZ-03")
async def test_a_renamed_unit_is_understood_by_both_names_and_old_papers_keep_the_old_one(world: World) -> None:
    await tell(world, "张敏", "挂牌督办 卫健委：二院审图没出，10月15日前解决")
    await confirmed(world, "张敏", "卫健委更名为卫生健康局")
    old = next(line for line in world.ledger() if line["kind"] == "notice_issued")
    assert old["data"]["unit"] == "卫健委"

    world.clock.set(at("2026-09-18", "09:00"))
    for name in ("卫健委", "卫生健康局"):
        assert "已下发" in await tell(world, "张敏", f"挂牌督办 {name}：二院电梯没到货，10月20日前解决")
    assert "没有登记" in await tell(world, "张敏", "ISS-9转卫计局") or "没有找到" in world.heard("张敏")[-1]

    def names(ledger: Ledger) -> tuple[str, str]:
        notice = ledger.session.scalars(select(SupervisionNotice)).first()
        assert notice is not None
        return shown_on(ledger, notice.unit, date(2026, 9, 16)), shown_on(ledger, notice.unit, date(2026, 9, 18))

    assert await world.office(names) == ("卫健委", "卫生健康局")


# --- posts and identities ---------------------------------------------------------------------------------


@proves("JZ-03")
async def test_a_leading_group_has_its_posts_by_date_and_old_entries_keep_their_names(
    jiaozuo: World,
) -> None:
    assert "组长 梁市长" in await tell(jiaozuo, "黄主任", "领导小组都有谁")
    await tell(jiaozuo, "陶工业", "我在多晶硅工地，主体封顶了")
    await jiaozuo.office(enrol_leader)

    answer = await confirmed(jiaozuo, "黄主任", "新工业任领导小组副组长5，10月1日起")
    assert "新工业任领导小组副组长5" in answer

    def seats(ledger: Ledger) -> dict[str, list[str]]:
        return {
            day: [post.person.name for post in succession.posts_on(ledger, "领导小组", date.fromisoformat(day))]
            for day in ("2026-09-30", "2026-10-01")
        }

    held = await jiaozuo.office(seats)
    assert len(held["2026-09-30"]) == len(held["2026-10-01"]) == 6  # 组长1, 副组长5
    assert held["2026-09-30"][5] == "陶工业" and held["2026-10-01"][5] == "新工业"
    await jiaozuo.at(at("2026-10-08"))
    assert [line["person"] for line in jiaozuo.ledger() if line["kind"] == "visit"] == ["陶工业"]


def enrol_leader(ledger: Ledger) -> Person:
    unit = unit_named(ledger, "市政府")
    assert unit is not None
    return enrol(ledger, "新工业", unit, "副市长", [Role.COUNTY_LEADER], "", "", {}, None)


@proves("JZ-04")
async def test_somebody_with_three_identities_is_told_and_reminded_once(jiaozuo: World) -> None:
    await tell(jiaozuo, "陶工业", "提意见 提醒太多了")
    assert len(texts(jiaozuo, "黄主任", "提意见")) == 1

    def identities(ledger: Ledger) -> tuple[set[Role], list[str]]:
        person = find_person(ledger, "黄主任")
        return set(person.roles(ledger.today)), [one.name for one in holders(ledger, Actor.OFFICE)]

    roles, office = await jiaozuo.office(identities)
    assert {Role.OFFICE, Role.UNIT_HEAD, Role.LIAISON} <= roles and office == ["黄主任"]

    todo = (await tell(jiaozuo, "黄主任", "我的待办")).splitlines()[1:]
    assert len(todo) == len(set(todo)) > 0
    heard = len(jiaozuo.heard("黄主任"))
    await jiaozuo.at(at("2026-09-24"))  # 25 September is a holiday
    reminded = [text for text in jiaozuo.heard("黄主任")[heard:] if "战略性新兴产业专班" in text]
    assert len(reminded) == 1 and reminded[0].count("9月调度情况") == 1  # as liaison, as head and as the office


# --- task forces ------------------------------------------------------------------------------------------


@proves("JZ-05")
async def test_eight_task_forces_by_office_joint_leads_and_reports_count_by_task_force(jiaozuo: World) -> None:
    def facts(ledger: Ledger) -> dict[str, tuple[str, list[str], int]]:
        return {
            one.name: (one.leader_name, [unit.shown for unit in one.lead_units], len(one.seats))
            for one in ledger.session.scalars(select(Taskforce))
        }

    held = await jiaozuo.office(facts)
    assert [name for name, (leader, _, _) in held.items() if leader == "陶工业"] == [
        "先进制造业专班",
        "技术改造专班",
        "停缓建项目复工专班",
    ]
    assert sum(leader == "沈商务" for leader, _, _ in held.values()) == 2
    joint = {name: leads for name, (_, leads, _) in held.items() if len(leads) == 2}
    assert joint == {
        "现代服务业专班": ["市商务局", "市文化广电和旅游局"],
        "重大基础设施专班": ["市住房城乡建设局", "市交通运输局"],
    }
    missing = await tell(jiaozuo, "黄主任", "谁没报")
    assert "未报8家" in missing  # eight task forces, though six people lead them

    asked = await tell(jiaozuo, "陶工业", "我们专班的项目")
    assert "您有3个专班" in asked
    await jiaozuo.press("陶工业", "先进制造业专班")
    await jiaozuo.settle()
    assert "多晶硅新材料产业园" in jiaozuo.heard("陶工业")[-1]
    before = len(jiaozuo.ledger())
    assert "哪一个" in await tell(jiaozuo, "陶工业", "我们专班昨天开了调度会")
    assert len(jiaozuo.ledger()) == before  # nothing is written before the answer


@proves("JZ-05")
async def test_a_task_force_names_what_its_register_lacks(jiaozuo: World) -> None:
    def work(ledger: Ledger) -> list[str]:
        succession.leave(ledger, find_person(ledger, "韩农业"), ledger.today, None)
        taskforce = ledger.session.scalar(select(Taskforce).where(Taskforce.name == "现代农业专班"))
        assert taskforce is not None
        taskforce.leader = None
        return make_taskforces(ledger, None)[1]

    assert await jiaozuo.office(work) == ["现代农业专班：缺牵头领导（副组长2，副市长）"]


@proves("JZ-27")
async def test_a_vice_leader_sees_his_task_force_and_the_enterprise_learns_who_handles_its_difficulty(
    jiaozuo: World,
) -> None:
    answer = await tell(jiaozuo, "厂长老牛", "多晶硅厂区变压器一直没通电，供电那边卡住了")
    assert "ISS-1" in answer and "联络乙跟办" in answer and "00000000001" in answer
    told = texts(jiaozuo, "联络乙", "ISS-1")
    assert told and "中原新材" in told[0]
    assert [line["person"] for line in jiaozuo.ledger() if line["kind"] == "problem"] == ["厂长老牛"]

    view = await tell(jiaozuo, "陶工业", "先进制造业专班的项目")
    await tell(jiaozuo, "陶工业", "我们专班的项目")
    await jiaozuo.press("陶工业", "先进制造业专班")
    await jiaozuo.settle()
    view = jiaozuo.heard("陶工业")[-1]
    assert "牵头：市工业和信息化局" in view and "问题1个" in view


@proves("JZ-23")
async def test_a_supervision_by_wechat_pays_the_month_and_is_no_site_visit(jiaozuo: World) -> None:
    answer = await tell(jiaozuo, "陶工业", "在微信上调度了多晶硅，主体封顶了，现场问题让联络乙盯着")
    visits = [line for line in jiaozuo.ledger() if line["kind"] == "visit"]
    assert [line["data"]["mode"] for line in visits] == ["微信"]
    assert "jz.monthly-supervision" in visits[0]["data"]["discharges"]
    assert "分包督导" in answer


@proves("JZ-23")
async def test_the_same_words_pay_no_weekly_site_visit_where_the_notice_asks_for_one(
    tmp_path: Path, engine: str
) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="dancheng") as county:
        await tell(county, "李红梅", "在微信上调度了二院，主体封顶了")
        await tell(county, "李红梅", "到二院工地了，外墙快完了")
        first, second = [line for line in county.ledger() if line["kind"] == "visit"]
        assert first["data"]["mode"] == "微信" and "dc.weekly-leader" not in first["data"].get("discharges", [])
        assert second["data"]["mode"] == "现场" and "dc.weekly-leader" in second["data"]["discharges"]


# --- leaders and hand-overs -------------------------------------------------------------------------------


@proves("JZ-07")
async def test_a_leader_who_moves_hands_his_open_promises_on_and_the_history_keeps_his_name(world: World) -> None:
    await tell(world, "周建国", "我在纺织园一期现场，变压器没装，月底前得装上")
    await world.office(_give_task)
    answer = await confirmed(world, "张敏", "周建国调走，P01P02的分包领导换成孙立新，10月1日起")
    assert "孙立新" in answer

    before = await tell(world, "孙立新", "我包的项目")
    assert "高端纺织产业园一期" not in before and not texts(world, "孙立新", "未了事项")
    await world.at(at("2026-10-08"))
    (brief,) = texts(world, "孙立新", "未了事项")
    assert "接周建国" in brief and "ISS-1" in brief and "JB-1" in brief and "桩基完成" in brief
    await world.at(at("2026-10-09"))
    assert len(texts(world, "孙立新", "未了事项")) == 1

    assert "您的项目共4个" in await tell(world, "孙立新", "我包的项目")
    assert [line["person"] for line in world.ledger() if line["kind"] == "visit"] == ["周建国"]
    assert leaders(world, "P01", date(2026, 9, 30)) == ["周建国"]
    assert leaders(world, "P01", date(2026, 10, 1)) == ["孙立新"]


def _give_task(ledger: Ledger) -> None:
    person = find_person(ledger, "陈浩")
    assign(
        ledger,
        source=TaskSource.DISPATCH,
        requirement="催供电公司装变压器",
        unit=person.unit,
        person=person,
        due=date(2026, 10, 20),
        by=find_person(ledger, "周建国"),
        project=find_project(ledger, "P01"),
    )


def leaders(world: World, code: str, day: date) -> list[str]:
    return world.service.database.read(
        lambda session: session.scalar(select(ProjectOf).where(ProjectOf.code == code)).names(Part.LEADER, day)
    )


@proves("JZ-07")
async def test_a_vacancy_shows_at_once_in_the_offices_to_do_and_is_said_once(world: World) -> None:
    assert "无分包领导" not in await tell(world, "张敏", "我的待办")
    done = await confirmed(world, "张敏", "王振东调离")
    assert "请尽快定分包领导" in done
    assert "无分包领导2个：城北污水处理厂提标改造、城南污水处理厂" in await tell(world, "张敏", "我的待办")
    for day in ("2026-09-18", "2026-09-21"):
        await world.at(at(day))
    assert len(texts(world, "苏琳", "无分包领导2个")) == 1

    await confirmed(world, "张敏", "P04、P06的分包领导换成孙立新，今天起")
    assert "无分包领导" not in await tell(world, "张敏", "我的待办")


@proves("JZ-07")
async def test_only_those_who_keep_the_register_may_change_it_and_nothing_changes_unconfirmed(world: World) -> None:
    refused = await tell(world, "陈浩", "P01的分包领导换成孙立新，今天起")
    assert "由重点办" in refused
    await world.say("张敏", "P01的分包领导换成孙立新，今天起")
    await world.settle()
    await world.press("张敏", "取消")
    await world.settle()
    assert "没有改" in world.heard("张敏")[-1]
    assert leaders(world, "P01", date(2026, 9, 18)) == ["周建国"]
    low = await tell(world, "张敏", "P01的分包领导换成陈浩，今天起")
    await world.press("张敏", "确认")
    await world.settle()
    assert "确认吗" in low and "分包领导应是处级" in world.heard("张敏")[-1]
    assert leaders(world, "P01", date(2026, 9, 18)) == ["周建国"]


@proves("ZZ-11")
async def test_every_leader_asks_privately_for_the_projects_he_carries(tmp_path: Path, engine: str) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="zhangzi") as county:
        carried = {"周建国": 2, "李红梅": 1, "王振东": 2, "高远": 1, "孙立新": 2}
        for leader, count in carried.items():
            answer = await tell(county, leader, "我包的项目")
            assert f"您的项目共{count}个" in answer
        assert all("您的项目" not in text for text in county.heard("张敏"))


# --- teams and liaisons -----------------------------------------------------------------------------------


@proves("ZZ-12")
async def test_a_team_has_places_by_rank_and_is_told_with_telephones_to_those_of_the_project(world: World) -> None:
    assert "组长应由包联单位主要领导担任" in await tell(world, "许静", "二院班子：组长赵静")
    assert "包联单位的主要领导" in await tell(world, "许静", "二院班子：组长秦勇")
    assert "副组长应由相关部门分管领导担任" in await tell(world, "许静", "二院班子：副组长刘洋")
    assert "还缺副组长" in await tell(world, "许静", "二院班子：组长许静，成员赵静")
    assert "班子齐了" in await tell(world, "许静", "二院班子：副组长李卫东")
    answer = await tell(world, "李红梅", "二院这个班子都是谁")
    assert "组长 许静 00000000014" in answer and "副组长 李卫东" in answer and "成员 赵静" in answer
    assert "没有找到" in await tell(world, "陈浩", "二院这个班子都是谁")
    assert "调整项目班子由" in await tell(world, "陈浩", "纺织园一期班子：组长秦勇")


@proves("ZZ-29")
async def test_the_liaison_register_names_vacancies_and_ranks_and_a_substitute_stands_in_by_date(
    world: World,
) -> None:
    answer = await tell(world, "张敏", "哪些单位没有联络员")
    assert "公安局" in answer and "职级不到副科" in answer and "陈浩（股级）" in answer
    assert await tell(world, "张敏", "陈浩职级改为副科") and "陈浩（" not in await tell(world, "张敏", "联络员名单")

    await world.office(_hire)
    said = await tell(world, "许静", "9月18日到9月24日由宋洁代理联络员")
    assert "宋洁代理卫健委联络员" in said
    assert "不在" not in said

    def filing(ledger: Ledger) -> tuple[list[str], list[str]]:
        unit = find_person(ledger, "赵静").unit
        stand_ins = [one.name for one in liaison.stand_ins(ledger, unit)]
        return stand_ins, [one.name for one in find_project(ledger, "P03").people(Part.LIAISON, ledger.today)]

    assert await world.office(filing) == ([], ["赵静"])  # tomorrow, not today
    world.clock.set(at("2026-09-18", "09:00"))
    assert await world.office(filing) == (["宋洁"], ["赵静", "宋洁"])
    world.clock.set(at("2026-09-28", "09:00"))
    assert await world.office(filing) == ([], ["赵静"])


@proves("ZZ-29")
async def test_while_the_liaison_is_on_leave_the_unit_head_stands_in(world: World) -> None:
    def away(ledger: Ledger) -> list[str]:
        person = find_person(ledger, "赵静")
        assert liaison.stand_ins(ledger, person.unit) == []
        ledger.session.add(Absence(person_id=person.id, first=ledger.today, last=ledger.today, reason="病假"))
        ledger.session.flush()
        return [one.name for one in liaison.stand_ins(ledger, person.unit)]

    assert await world.office(away) == ["许静"]


@proves("ZZ-29")
async def test_a_report_by_somebody_else_counts_only_once_the_unit_has_confirmed_it(
    tmp_path: Path, engine: str
) -> None:
    song = Phone("SongJie", "宋洁", "卫健委科员", "wecom", "SongJie")
    async with open_world(tmp_path, actors=[*sample_county.actors(), song]) as county:
        await county.office(_hire)
        await _proxy_story(county)


async def _proxy_story(world: World) -> None:
    report = "报送二院9月月报：本月完成投资1200万，累计1.02亿，形象进度60%。存在问题：手术楼审图没出"
    held = await tell(world, "宋洁", report)
    assert "您不是卫健委联络员" in held and "确认后才算报送" in held
    assert not [line for line in world.ledger() if line["kind"] == "submission"]
    assert texts(world, "赵静", "宋洁替卫健委报") and texts(world, "许静", "宋洁替卫健委报")

    await world.press("赵静", "算数")
    await world.settle()
    (filed,) = [line for line in world.ledger() if line["kind"] == "submission"]
    assert filed["data"]["state"] == "待同意" and filed["text"] == report
    assert [line["text"] for line in world.ledger() if line["data"].get("state") == "proxy_confirmed"] == [
        "宋洁代报，赵静确认"
    ]
    assert "算卫健委报送" in world.heard("宋洁")[-1]
    await world.press("许静", "不算")
    await world.settle()
    assert "已经答过" in world.heard("许静")[-1]


def _hire(ledger: Ledger) -> None:
    unit = unit_named(ledger, "卫健委")
    assert unit is not None
    enrol(ledger, "宋洁", unit, "规划股科员", [], "", "", {"wecom": "SongJie"}, None)
