"""Boards, chains, needs, clues, public texts, the police: what the county's joint notice asks, told on the wire."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text as sql
from sqlalchemy.orm import Session

from bot.board_page import board_page
from bot.exporting import export_jsonl
from bot.simulator import sample_county
from bot.simulator.stage import Actor as Phone
from bot.simulator.world import World
from models import chain, clue, matching, succession, team
from models.directory import find_person, find_project, find_unit
from models.enrolling import enrol
from models.errors import Refusal
from models.extract import exportable, rewrite
from models.ledger import Ledger
from models.need import offer_measure, open_needs, raise_need
from models.papers_meta import PaperMeta, addressees, find_meta, imprint, save_meta
from models.people import Role
from models.project import Part, Project
from models.unit_names import UnitKind, add_unit, expand, save_group, unit_named
from tests.clauses import city
from tests.clauses.proof import proves
from tests.clauses.stories import at, confirmed, tell, texts
from tests.counties import open_world

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("engine", ["sqlite"])]
CLUE = "举报：恒瑞办用地手续时有人索要两条烟"
ANONYMOUS = "匿名举报 恒瑞项目工作人员吃拿卡要"


@pytest_asyncio.fixture
async def dancheng(tmp_path: Path, engine: str) -> AsyncIterator[World]:
    """The sample county under 郸办〔2021〕4号, with the police and the media on the phone."""
    police = Phone("GongAn", "卫国", "公安局联络员", "wecom", "GongAn")
    media = Phone("RongMei", "文采", "融媒体中心记者", "wecom", "RongMei")
    actors = [*sample_county.actors(), police, media]
    async with open_world(tmp_path, actors=actors, mechanism="dancheng") as world:
        await world.office(_enrol)
        yield world


def _enrol(ledger: Ledger) -> None:
    unit = unit_named(ledger, "公安局")
    assert unit is not None
    enrol(ledger, "卫国", unit, "治安大队长", [Role.LIAISON], "00000000090", "", {"wecom": "GongAn"}, None)
    unit = add_unit(ledger, "平澜县融媒体中心", "融媒体中心", "县委部门", None)
    enrol(ledger, "文采", unit, "记者", [Role.LIAISON], "", "", {"wecom": "RongMei"}, None)


# --- people of the county -----------------------------------------------------------------------------------


@proves("DC-01")
async def test_party_and_government_units_stand_in_one_register_and_a_party_department_receives_a_notice(
    dancheng: World,
) -> None:
    def kinds(ledger: Ledger) -> dict[str, int]:
        group = save_group(ledger, "县委各部委", [UnitKind.PARTY], [], None)
        towns = save_group(ledger, "各乡镇", [UnitKind.TOWN], [], None)
        return {one.name: len(expand(ledger, one)) for one in (group, towns)}

    assert await dancheng.office(kinds) == {"县委各部委": 3, "各乡镇": 1}
    sent = await tell(dancheng, "张敏", "挂牌督办 融媒体中心：二院专题栏目没开，10月15日前解决")
    assert "已下发" in sent
    assert texts(dancheng, "文采", "二院专题栏目没开")


@proves("DC-05")
async def test_the_number_of_projects_and_the_rank_of_their_leaders_alarm_the_office(dancheng: World) -> None:
    todo = await tell(dancheng, "张敏", "我的待办")
    assert "项目登记8个，制度写的是52个" in todo
    await dancheng.at(at("2026-09-18"))
    (told,) = texts(dancheng, "张敏", "请补齐")
    assert "52个" in told and "郸办〔2021〕4号" in told

    def fill(ledger: Ledger) -> list[str]:
        first = find_project(ledger, "P01")
        for number in range(9, 53):
            extra = Project(code=f"X{number}", name=f"补登{number}号项目", category="", stage="")
            ledger.session.add(extra)
            ledger.session.flush()
            ledger.session.refresh(extra)
            succession.hand_over(
                ledger, part=Part.LEADER, projects=[extra], new=find_person(ledger, "高远"), since=ledger.today, by=None
            )
        quiet = succession.alarms(ledger)
        seat = next(seat for seat in first.seats if seat.part == Part.LEADER.value)
        seat.person_id, seat.name = find_person(ledger, "陈浩").id, "陈浩"
        ledger.session.flush()
        ledger.session.expire_all()
        return [*quiet, "|", *succession.alarms(ledger)]

    assert await dancheng.office(fill) == ["|", "分包领导不是处级1个：高端纺织产业园一期（陈浩）"]


@proves("DC-06")
async def test_every_project_has_a_team_and_what_it_lacks_is_named(dancheng: World) -> None:
    assert "还缺：组长、副组长、成员" in await tell(dancheng, "李红梅", "二院这个班子都是谁")
    await tell(dancheng, "李红梅", "二院班子：组长许静，副组长李卫东，成员赵静")
    answer = await tell(dancheng, "张敏", "二院班子是谁")
    assert "还缺" not in answer and "组长 许静" in answer

    def successor(ledger: Ledger) -> list[list[str]]:
        project = find_project(ledger, "P03")
        unit = find_unit(ledger, "卫健委")
        assert unit is not None
        new = enrol(ledger, "新主任", unit, "主任", [Role.UNIT_HEAD], "", "", {}, None)
        team.appoint(ledger, team.Place.HEAD, new, project=project, since=date(2026, 10, 1), by=None)
        return [
            [one.name for one in team.members(ledger, project_id=project.id, day=day) if one.place == "组长"]
            for day in (date(2026, 9, 30), date(2026, 10, 1))
        ]

    assert await dancheng.office(successor) == [["许静"], ["新主任"]]


# --- boards -----------------------------------------------------------------------------------------------


@proves("DC-07")
async def test_a_change_of_one_of_five_names_is_told_once_and_dropped_when_the_board_is_new(dancheng: World) -> None:
    shown = await tell(dancheng, "赵静", "二院标示牌")
    for name in ("李红梅", "许静", "宋文博", "住建局杜明、自然资源局马国强", "贺磊"):
        assert name in shown
    assert "与台账一致" in await tell(dancheng, "赵静", "二院标示牌已更新")

    await confirmed(dancheng, "张敏", "P03的分包领导换成孙立新，9月21日起")
    await dancheng.at(at("2026-09-18"))
    assert not texts(dancheng, "赵静", "牌面与台账不一致")
    for day in ("2026-09-21", "2026-09-22"):
        await dancheng.at(at(day))
    (told,) = texts(dancheng, "赵静", "牌面与台账不一致")
    assert "项目分包领导：牌上李红梅，台账孙立新" in told and "郸办〔2021〕4号 二(一)" in told
    assert "牌上李红梅" in await tell(dancheng, "张敏", "哪些标示牌对不上")

    refused = await tell(dancheng, "何军", "二院标示牌已更新")
    assert "登记标示牌由" in refused
    await tell(dancheng, "赵静", "二院标示牌已更新")
    line = [line for line in dancheng.ledger() if line["data"].get("state") == "board_shown"][-1]
    assert line["data"]["discharges"] == ["dc.board"]
    assert "没有发现" in await tell(dancheng, "张敏", "哪些标示牌对不上")


@proves("DC-07")
async def test_a_reminder_of_a_board_that_waits_is_cancelled_by_the_report(dancheng: World) -> None:
    await confirmed(dancheng, "张敏", "P03的分包领导换成孙立新，9月18日起")
    await dancheng.at(at("2026-09-18", "08:20"))
    assert not texts(dancheng, "赵静", "牌面与台账不一致")
    await tell(dancheng, "赵静", "二院标示牌已更新")
    await dancheng.at(at("2026-09-18", "08:40"))
    assert not texts(dancheng, "赵静", "牌面与台账不一致")


@proves("DC-07")
async def test_the_board_prints_with_its_five_names_and_their_headings(dancheng: World) -> None:
    def page(ledger: Ledger) -> str:
        project = find_project(ledger, "P03")
        project.name = "二院<迁建>"
        return board_page(ledger, project)

    html = await dancheng.office(page)
    headings = ("项目分包领导", "责任单位责任人", "建设单位责任人", "配合单位责任人", "派驻专职纪检监察员")
    assert [html.index(heading) for heading in headings] == sorted(html.index(heading) for heading in headings)
    assert "宋文博" in html and "二院&lt;迁建&gt;" in html and "A3 landscape" in html
    assert "http" not in html and "<script" not in html  # a printer needs no network


# --- chains -----------------------------------------------------------------------------------------------


@proves("DC-25")
async def test_a_chain_has_one_plan_four_lists_and_one_team_and_tells_its_projects(dancheng: World) -> None:
    def found(ledger: Ledger) -> None:
        chain.save_chain(ledger, "纺织产业链", "延链补链三年方案", None)

    await dancheng.office(found)
    assert "链长应由县领导担任" in await tell(dancheng, "张敏", "纺织链链长是陈浩")
    assert "链长已登记为周建国" in await tell(dancheng, "张敏", "纺织链链长是周建国")
    assert "已列入纺织链重点项目清单：高端纺织产业园一期" in await tell(dancheng, "张敏", "纺织链重点项目清单加P01")
    await tell(dancheng, "张敏", "纺织链重点企业清单加锦澜纺织")
    assert "调整产业链由" in await tell(dancheng, "陈浩", "纺织链重点园区清单加高新区")

    answer = await tell(dancheng, "周建国", "纺织链有哪些项目")
    assert "重点项目清单1项" in answer and "高端纺织产业园一期" in answer
    assert "高端纺织产业园一期" not in await tell(dancheng, "何军", "纺织链有哪些项目")
    lists = await tell(dancheng, "周建国", "纺织链的四个清单")
    assert "重点企业清单：锦澜纺织" in lists and "重点园区清单：空" in lists
    about = await tell(dancheng, "周建国", "纺织链链长是谁")
    assert "链长 周建国" in about and "延链补链三年方案" in about


@proves("DC-25")
async def test_the_four_lists_of_the_chains_are_not_the_provinces_four_lists(tmp_path: Path, engine: str) -> None:
    workbook = city.write_city(tmp_path / "焦作导入表.xlsx")
    async with open_world(tmp_path / "home", actors=city.actors(), mechanism="jiaozuo", workbook=workbook) as county:

        def refused(ledger: Ledger) -> str:
            with pytest.raises(Refusal) as caught:
                chain.save_chain(ledger, "纺织", "", None)
            return str(caught.value)

        assert "省先进制造业和新兴产业“四个清单”" in await county.office(refused)


# --- factor needs -----------------------------------------------------------------------------------------


@proves("DC-26", "JZ-16")
async def test_a_need_in_everyday_words_is_routed_summed_and_met_by_its_department(dancheng: World) -> None:
    filed = await tell(dancheng, "吴磊", "恒瑞冷链那30亩指标到现在没落实，企业催得紧，再不落实人家要走")
    assert "要素保障/土地" in filed and "缺土地30亩" in filed
    assert "需要哪家解决、哪天前？" in filed and "加个议题" in filed
    routed = await tell(dancheng, "吴磊", "自然资源局，10月15日前")
    assert "已转自然资源局" in routed and "10月15日" in routed
    assert texts(dancheng, "韩雪", "恒瑞冷链物流》缺土地30亩")

    await tell(dancheng, "何军", "213还缺12亩用地指标，没批下来，卡住了")
    lacking = await tell(dancheng, "张敏", "缺地的项目")
    assert "缺地的项目2个，合计42亩" in lacking and "恒瑞冷链物流：土地30亩" in lacking
    assert "42亩" not in await tell(dancheng, "吴磊", "缺地的项目")  # his own only
    assert "要自然资源局落实的2项" in await tell(dancheng, "马国强", "要我们局落实的要素")
    assert "土地：2个项目，合计42亩" in await tell(dancheng, "张敏", "要素缺口")

    assert "容缺办理" in await tell(dancheng, "马国强", "恒瑞用地走容缺办理")
    assert "已记落实" not in await tell(dancheng, "吴磊", "恒瑞30亩已落实")
    assert "已记落实" in await tell(dancheng, "马国强", "恒瑞30亩已落实")
    assert texts(dancheng, "吴磊", "已落实（自然资源局）")
    assert "合计12亩" in await tell(dancheng, "张敏", "缺地的项目")


@proves("DC-26")
async def test_money_and_people_are_needs_too_and_a_matching_of_banks_is_kept(dancheng: World) -> None:
    assert "缺银政企对接2000万元" in await tell(dancheng, "陈浩", "纺织园一期资金没到位，差2000万贷款，停了两天")
    assert "缺用工40人" in await tell(dancheng, "陈浩", "纺织园二期招不到人，缺40个工人，桩基干不动")
    money = await tell(dancheng, "张敏", "缺钱的项目")
    assert "合计2000万元" in money and "用工" not in money
    assert "用工40人" in await tell(dancheng, "张敏", "哪些项目缺人")

    def match(ledger: Ledger) -> int:
        project = find_project(ledger, "P01")
        return matching.record_matching(ledger, "三季度银企对接会", ledger.today, [project], "农商行授信1500万元", None)

    assert await dancheng.office(match) == 1
    entry = next(line for line in dancheng.ledger() if line["data"].get("state") == "matching")
    assert entry["kind"] == "decision" and entry["data"]["discharges"] == ["dc.finance-matching"]


@proves("DC-26")
async def test_a_need_goes_with_its_problem_to_the_project_that_was_meant(dancheng: World) -> None:
    await tell(dancheng, "陈浩", "纺织园一期缺40个工人，招不到人，干不动")
    await tell(dancheng, "陈浩", "不是一期，是二期")
    told = await tell(dancheng, "张敏", "哪些项目缺人")
    assert "缺人的项目1个" in told and "产业园二期：用工40人" in told


@proves("DC-26")
async def test_a_need_told_by_mistake_goes_with_its_problem(dancheng: World) -> None:
    await tell(dancheng, "吴磊", "恒瑞冷链那30亩指标到现在没落实，请自然资源局10月15日前解决")
    assert texts(dancheng, "韩雪", "恒瑞冷链物流》缺土地30亩")
    assert "问题" in await tell(dancheng, "吴磊", "记错了")
    assert "没有登记缺地的项目" in await tell(dancheng, "张敏", "缺地的项目")
    assert texts(dancheng, "韩雪", "不用落实了")
    await tell(dancheng, "吴磊", "恒瑞冷链那30亩指标到现在没落实")
    await tell(dancheng, "吴磊", "记错了")
    assert "需要哪家" not in await tell(dancheng, "吴磊", "自然资源局，10月15日前")


@proves("DC-26", "ZZ-06")
async def test_money_that_is_there_meets_the_need_and_makes_the_project_ready_in_one_message(dancheng: World) -> None:
    await tell(dancheng, "陈浩", "纺织园一期资金没到位，差2000万贷款，停了两天")
    said = await tell(dancheng, "张敏", "纺织园一期资金已落实到位")
    assert "银政企对接2000万元已记落实" in said and "资金就绪" in said
    assert "没有登记缺钱的项目" in await tell(dancheng, "张敏", "缺钱的项目")
    assert await dancheng.office(lambda ledger: find_project(ledger, "P01").funds_ready == ledger.today)
    assert "资金就绪已记" in await tell(dancheng, "张敏", "恒瑞资金已落实到位")  # nothing was registered as lacking


@proves("JZ-16")
async def test_the_citys_own_factors_and_measures_are_used(tmp_path: Path, engine: str) -> None:
    workbook = city.write_city(tmp_path / "焦作导入表.xlsx")
    async with open_world(tmp_path / "home", actors=city.actors(), mechanism="jiaozuo", workbook=workbook) as county:
        filed = await tell(county, "联络乙", "多晶硅的环评指标卡住了，企业等着开工")
        assert "缺环保容量" in filed

        def work(ledger: Ledger) -> tuple[list[str], str]:
            (held,) = open_needs(ledger)
            offer_measure(ledger, held, "多评合一", None)
            with pytest.raises(Refusal, match="可选：容缺办理"):
                offer_measure(ledger, held, "特事特办", None)
            with pytest.raises(Refusal, match="建设用地"):
                raise_need(ledger, project=held.project, factor="蒸汽", text="缺蒸汽", by=None)
            return [need.factor for need in open_needs(ledger)], held.measure

        assert await county.office(work) == (["环保容量"], "多评合一")


# --- external parties -------------------------------------------------------------------------------------


@proves("DC-36")
async def test_blocked_works_are_recognised_the_office_is_asked_and_the_police_see_what_was_sent_to_them(
    dancheng: World,
) -> None:
    cases = {
        "刘洋": ("城北污水厂那路又叫堵住了，拉设备的车进不去", "施工环境/阻挠施工"),
        "陈浩": ("纺织园一期村里非让必须用他们的沙，强买强卖，停了半天", "施工环境/强买强卖"),
        "何军": ("213工地有人强装强卸，车卸不了货，停工了", "施工环境/强装强卸"),
    }
    for who, (words, category) in cases.items():
        answer = await tell(dancheng, who, words)
        assert category in answer and "转公安局" in answer
    assert len(texts(dancheng, "张敏", "建议转公安局办理")) == 3
    assert "没有转给您单位的问题" in await tell(dancheng, "卫国", "转给我们局的问题")

    assert "转办问题由" in await tell(dancheng, "刘洋", "ISS-1转公安局")
    assert "ISS-1已转公安局" in await tell(dancheng, "张敏", "ISS-1转公安局")
    assert texts(dancheng, "卫国", "ISS-1《城北污水处理厂提标改造》")
    listed = await tell(dancheng, "卫国", "转给我们局的问题")
    assert "ISS-1" in listed and "阻挠施工" in listed and "ISS-2" not in listed


@proves("DC-07")
async def test_an_external_unit_is_noted_for_by_the_liaison_and_marked_as_such(dancheng: World) -> None:
    """A25: 供电公司 has no account; office or liaison relays, and the entry says so."""
    answer = await tell(dancheng, "陈浩", "代供电公司记：纺织园一期变压器10月5日前装好")
    assert "外部单位供电公司，由陈浩代记" in answer
    (line,) = [line for line in dancheng.ledger() if line["kind"] == "progress"]
    assert line["data"]["recorded_for"] == "供电公司" and line["person"] == "陈浩"
    assert "有账号" in await tell(dancheng, "陈浩", "代自然资源局记：纺织园一期地批了")
    assert "代外部单位记由" in await tell(dancheng, "秦勇", "代供电公司记：纺织园一期变压器装好了")


# --- clues ------------------------------------------------------------------------------------------------


def kept_anywhere(world: World, words: str) -> list[str]:
    """Return the tables, other than that of clues, where words lie."""

    def search(session: Session) -> list[str]:
        found = []
        names = session.execute(sql("SELECT name FROM sqlite_master WHERE type='table'")).scalars().all()
        for name in names:
            if name == "clues":
                continue
            rows = session.execute(sql(f'SELECT * FROM "{name}"')).all()
            if any(words in json.dumps([str(value) for value in row], ensure_ascii=False) for row in rows):
                found.append(str(name))
        return found

    return world.service.database.read(search)


@proves("DC-35")
async def test_a_clue_reaches_the_posted_inspector_only_and_leaves_no_trace_elsewhere(
    dancheng: World, tmp_path: Path
) -> None:
    receipt = await tell(dancheng, "吴磊", CLUE)
    assert "只转给纪检监察员" in receipt and "两条烟" not in receipt
    (push,) = texts(dancheng, "丁一凡", "线索")
    assert "恒瑞" not in push and "两条烟" not in push
    assert not texts(dancheng, "贺磊", "线索")  # not posted to this project

    assert "两条烟" in await tell(dancheng, "丁一凡", "线索")
    assert "没有等您看的线索" in await tell(dancheng, "贺磊", "线索")
    for who in ("张敏", "郑涛", "林正阳", "吴磊"):
        assert "两条烟" not in await tell(dancheng, who, "线索")
    assert "办理中" in await tell(dancheng, "丁一凡", "线索1受理")
    await dancheng.tick()

    assert kept_anywhere(dancheng, "两条烟") == []
    assert all("两条烟" not in line["text"] for line in dancheng.ledger())
    out = tmp_path / "ledger.jsonl"
    export_jsonl(dancheng.service.database, out, project=None, start=None, end=None)
    assert "两条烟" not in out.read_text(encoding="utf-8")
    assert not any("两条烟" in bubble.text for screen in dancheng.stage.groups.values() for bubble in screen.bubbles)
    assert "两条烟" not in await tell(dancheng, "张敏", "待归类")


@proves("DC-35")
async def test_an_anonymous_clue_keeps_no_sender_and_anybody_may_give_one(dancheng: World) -> None:
    await tell(dancheng, "吴磊", ANONYMOUS)
    listed = await tell(dancheng, "丁一凡", "线索")
    assert "匿名：" in listed and "吴磊" not in listed
    await dancheng.tick()

    def senders(ledger: Ledger) -> list[object]:
        rows = ledger.session.execute(sql("SELECT person_id, account FROM clues")).all()
        inbox = ledger.session.execute(
            sql("SELECT count(*) FROM incoming WHERE handler = 'note' AND (sender <> '' OR raw <> '')")
        ).scalar()
        return [*(value for row in rows for value in row), inbox]

    assert await dancheng.office(senders) == [None, "", 0]


@pytest_asyncio.fixture
async def with_villager(tmp_path: Path, engine: str) -> AsyncIterator[World]:
    villager = Phone("villager", "村民", "未登记", "wecom", "CunMin01")
    async with open_world(tmp_path, actors=sample_county.actors(), extras=[villager], mechanism="dancheng") as world:
        yield world


@proves("DC-35")
async def test_somebody_who_is_not_registered_may_give_a_clue_and_the_office_hears_nothing(
    with_villager: World,
) -> None:
    receipt = await tell(with_villager, "村民", "举报 213工地管事的收好处才让进料")
    assert "已收到（线索1）" in receipt
    assert not texts(with_villager, "张敏", "没有登记") and not texts(with_villager, "张敏", "CunMin01")
    assert "收好处" in await tell(with_villager, "丁一凡", "线索")  # posted to P05
    await with_villager.tick()
    assert kept_anywhere(with_villager, "收好处") == []


@proves("DC-35")
async def test_nobody_but_its_readers_can_read_a_clue_even_by_number(dancheng: World) -> None:
    await tell(dancheng, "吴磊", CLUE)

    def attempts(ledger: Ledger) -> list[str]:
        refused = []
        for name in ("张敏", "贺磊", "高远"):
            with pytest.raises(Refusal) as caught:
                clue.read_clue(ledger, find_person(ledger, name), 1)
            refused.append(str(caught.value))
        with pytest.raises(Refusal) as caught:
            clue.read_clue(ledger, find_person(ledger, "丁一凡"), 99)
        return [*refused, str(caught.value)]

    assert len(set(await dancheng.office(attempts))) == 1  # the same answer as for one that is not there


# --- the public -------------------------------------------------------------------------------------------


@proves("DC-34")
async def test_a_public_extract_is_approved_before_it_leaves_and_holds_no_personal_data(dancheng: World) -> None:
    await tell(dancheng, "赵静", "二院主体施工到六层，形象进度60%，累计完成9800万元")
    said = await tell(
        dancheng,
        "文采",
        "公开内容：二院进展顺利，许静主任和赵静介绍，联系电话13812345678，坐标34.0528,114.3617，李红梅部长到现场",
    )
    assert "公开内容1已提出" in said
    (card,) = texts(dancheng, "张敏", "批准后才能导出")
    for private in ("赵静", "许静", "13812345678", "34.0528", "114.3617"):
        assert private not in card
    assert "李红梅" in card  # a county leader acts in public

    def export(ledger: Ledger) -> str:
        return exportable(ledger, 1, None).text

    with pytest.raises(Refusal, match="批准后才能导出"):
        await dancheng.office(export)
    assert "由重点办" not in await tell(dancheng, "文采", "二院进展咋样")
    assert "批准公开内容由" in await tell(dancheng, "文采", "批准公开1")
    await dancheng.press("张敏", "批准")
    await dancheng.settle()
    assert texts(dancheng, "文采", "已批准，可以导出")
    assert "二院进展顺利" in await dancheng.office(export)

    def changed(ledger: Ledger) -> None:
        rewrite(ledger, 1, "二院进展顺利，主体封顶，年底交付使用", None)

    await dancheng.office(changed)
    with pytest.raises(Refusal, match="待批准"):
        await dancheng.office(export)


@proves("DC-37", "JZ-01")
async def test_a_document_carries_its_dates_its_copies_and_its_addressees_as_they_were_called_that_day(
    dancheng: World,
) -> None:
    await confirmed(dancheng, "张敏", "卫健委更名为卫生健康局")

    def work(ledger: Ledger) -> Iterator[object]:
        save_group(ledger, "县委各部委", [UnitKind.PARTY], [], None)
        meta = PaperMeta(date(2026, 9, 16), date(2026, 9, 17), 120, ("县委各部委", "卫生健康局", "宣传部"))
        save_meta(ledger, "郸重督〔2026〕1号", meta)
        held = find_meta(ledger, "郸重督〔2026〕1号")
        assert held is not None
        with pytest.raises(Refusal, match="没有登记单位或主送群组"):
            save_meta(ledger, "郸重督〔2026〕2号", PaperMeta(date(2026, 9, 16), to=("县外星办",)))
        return iter([held == meta, addressees(ledger, held), imprint(held, "县重点建设项目办公室")])

    same, names, last = await dancheng.office(work)
    assert same
    assert names == ["宣传部", "县纪委监委", "融媒体中心", "卫健委"]  # each once
    assert last == "县重点建设项目办公室 2026年9月17日印发（共印120份）"
    with pytest.raises(Refusal, match="印发日期不能早于成文日期"):
        PaperMeta(date(2026, 9, 17), date(2026, 9, 16))
