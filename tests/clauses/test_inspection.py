"""Proofs of the clauses on inspection, the periodic papers, visits noted for others, and the facts for assessment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

import bot
from bot.assessing import write_jsonl, write_xlsx
from bot.simulator import sample_county
from bot.simulator.world import World
from models.assessment import counted, facts
from models.calendar import SHANGHAI
from models.duties import Payment
from models.inspection_paper import InspectionPaper
from tests.clauses.proof import proves
from tests.counties import open_world

ROOT = Path(bot.__file__).parent.parent
pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("engine", ["sqlite"])]


def at(day: str, clock: str = "08:40") -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


async def say(world: World, who: str, text: str) -> str:
    await world.say(who, text)
    await world.settle()
    return world.heard(who)[-1]


def lines(world: World, kind: str) -> list[dict[str, Any]]:
    return [line for line in world.ledger() if line["kind"] == kind]


def papers(world: World) -> list[InspectionPaper]:
    return world.service.database.read(
        lambda session: list(session.scalars(select(InspectionPaper).order_by(InspectionPaper.id)))
    )


def paid(world: World, duty: str) -> list[tuple[str, str]]:
    rows = world.service.database.read(
        lambda session: list(session.scalars(select(Payment).where(Payment.duty == duty).order_by(Payment.id)))
    )
    return [(row.period, row.subject) for row in rows]


def duban(home: Path, *arguments: str, status: int = 0) -> str:
    """Run the command as the office does, on the county's own books; return what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env={**os.environ, "DUBAN_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


async def begun(world: World) -> None:
    """Let a problem stand and a task be late."""
    await say(world, "刘洋", "城北污水厂那路叫村民堵住了，拉设备的车进不去")
    await say(world, "张敏", "交办交通局：213路基贯通方案上报，责任人何军，9月18日前完成")
    await world.at(at("2026-09-22"))


# --- joint inspection -----------------------------------------------------------------------------------


@proves("JZ-24")
async def test_every_conclusion_rests_on_entries_and_the_inspected_may_object(world: World) -> None:
    await begun(world)
    assert "由督查办理" in await say(world, "张敏", "联合督导方案：城北污水厂、213，督查组郑涛、梁静，9月22日")
    planned = await say(world, "郑涛", "联合督导方案：城北污水厂、213，督查组郑涛、梁静，9月22日")
    assert "DD-1" in planned and "节点、交办" in planned and "逾期1件：JB-1" in planned

    assert "结论要有依据" in await say(world, "郑涛", "DD-1结论 城北污水厂节点：进厂路未通")
    assert "没有第999条" in await say(world, "郑涛", "DD-1结论 城北污水厂节点：进厂路未通，依据第999条")
    await say(world, "郑涛", "DD-1结论 城北污水厂节点：进厂路未通，依据ISS-1")
    await say(world, "郑涛", "DD-1结论 213交办：方案超期未报，依据JB-1")
    found = [line for line in world.ledger() if line["data"].get("finding")]
    by_seq = {line["seq"]: line for line in world.ledger()}
    assert [by_seq[line["data"]["evidence"][0]]["kind"] for line in found] == ["problem", "decision"]

    assert "督查" in await say(world, "张敏", "印发DD-1")
    assert papers(world) == [] or papers(world)[0].published_at is None
    assert "督查专报 第1期" in await say(world, "郑涛", "印发DD-1")
    (issued,) = [line for line in world.ledger() if line["data"].get("about") == "paper"]
    assert "督查专报 第1期" in issued["text"] and "联合督导" in issued["text"]
    assert set(issued["data"]["sources"]) >= {line["data"]["evidence"][0] for line in found}

    assert "DD-1.1" in world.heard("刘洋")[-1] and "DD-1.2" not in world.heard("刘洋")[-1]
    assert "10月22日" in world.heard("何军")[-1]  # thirty days
    assert "没有找到" in await say(world, "刘洋", "异议DD-1.2：不是这样")
    await say(world, "何军", "异议DD-1.2：方案9月18日已交，有收条")
    assert "被督查单位异议：方案9月18日已交" in await say(world, "郑涛", "DD-1专报")
    world.clock.set(at("2026-10-23"))
    assert "异议期已于2026-10-22届满" in await say(world, "刘洋", "异议DD-1.1：路已通")
    assert "已经印发" in await say(world, "郑涛", "DD-1结论 213：又一条，依据JB-1")


@proves("DC-32")
async def test_decisions_are_before_the_inspectors_and_point_both_ways(world: World) -> None:
    await begun(world)
    assert "JB-1 交通局" in await say(world, "郑涛", "交办清单")
    assert "没有在办" in await say(world, "赵静", "交办清单")
    await say(world, "郑涛", "督查方案：213，9月22日")
    await say(world, "郑涛", "DD-1结论 213交办：方案超期未报，依据JB-1")
    assert "督查DD-1.1" in await say(world, "郑涛", "JB-1到哪一步了")  # from the decision to the inspection
    (finding,) = [line for line in world.ledger() if line["data"].get("finding")]
    assert finding["data"]["task"] == "JB-1"  # and back
    assert "JB-1" in await say(world, "郑涛", "DD-1专报")


# --- the cadences ---------------------------------------------------------------------------------------


@proves("ZZ-21")
async def test_one_inspection_and_one_bulletin_a_month_with_consecutive_numbers(engine: str, tmp_path: Path) -> None:
    start = at("2026-07-01", "09:00")
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="zhangzi", start=start) as world:
        for month_end in ("2026-07-31", "2026-08-31", "2026-09-30"):
            await world.at(at(month_end))
            await world.tick()
            drafts = [one for one in papers(world) if one.published_at is None]
            assert sorted(str(one.duty) for one in drafts) == ["zz.monthly-bulletin", "zz.monthly-inspection"]
            for one in drafts:
                await say(world, "郑涛", f"印发稿{one.id}")
            assert "已经印发" in await say(world, "郑涛", f"印发稿{drafts[0].id}")
        bulletins = [one for one in papers(world) if one.duty == "zz.monthly-bulletin"]
        assert [(one.period, one.serial) for one in bulletins] == [("2026-07", 1), ("2026-08", 2), ("2026-09", 3)]
        assert paid(world, "zz.monthly-bulletin") == [(one.period, "area") for one in bulletins]
        told = [text for who in ("陈浩", "刘洋", "赵静") for text in world.heard(who)]
        assert not [text for text in told if "督查" in text or "督导" in text]  # asking the units nothing


@proves("DC-33")
async def test_the_five_papers_are_drafted_on_their_days_from_the_ledger(engine: str, tmp_path: Path) -> None:
    start = at("2026-05-28", "09:00")
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="dancheng", start=start) as world:
        await say(world, "陈浩", "纺织园一期5月完成投资2300万，累计12000万，形象进度62%")
        (progress,) = lines(world, "progress")
        for day in ("2026-05-29", "2026-06-12", "2026-06-15", "2026-06-30"):
            await world.at(at(day))
        drafted = [(one.duty, one.period) for one in papers(world)]
        assert drafted.count(("dc.half-month-inspection", "2026-06-H1")) == 1
        for wanted in (
            ("dc.half-month-inspection", "2026-06-H2"),
            ("dc.monthly-bulletin", "2026-06"),
            ("dc.two-month-review", "2026-06"),
            ("dc.half-year", "2026-H1"),
        ):
            assert wanted in drafted
        await world.at(at("2026-12-31"))
        assert ("dc.year-end", "2026") in [(one.duty, one.period) for one in papers(world)]

        half_year = next(one for one in papers(world) if one.duty == "dc.half-year")
        assert "12000/" in half_year.body and half_year.sources == [progress["seq"]]
        await say(world, "郑涛", f"修改稿{half_year.id}：请各单位抓住三季度施工黄金期")
        await say(world, "郑涛", f"印发稿{half_year.id}")
        issued = next(line for line in world.ledger() if line["data"].get("period") == "2026-H1")
        assert "请各单位抓住三季度施工黄金期" in issued["text"]
        assert issued["data"]["discharges"] == ["dc.half-year"]
        assert paid(world, "dc.half-year") == [("2026-H1", "area")]


# --- a visit noted by somebody else ---------------------------------------------------------------------


@proves("DC-31")
async def test_a_visit_noted_by_a_secretary_pays_nothing_until_the_leader_says_it_was_his(world: World) -> None:
    receipt = await say(world, "陈浩", "周县长今天去了纺织园一期，我代记")
    assert "代记" in receipt and "已抵" not in receipt
    (noted,) = lines(world, "visit")
    assert noted["data"]["recorded_for"] == "周县长" and not noted["data"].get("discharges")
    assert paid(world, "pl.weekly-leader") == []

    await world.press("周建国", "是我去的")
    await world.settle()
    confirmed = lines(world, "visit")[-1]
    assert (confirmed["person"], confirmed["supersedes"]) == ("周建国", noted["seq"])
    assert "pl.weekly-leader" in confirmed["data"]["discharges"]
    assert paid(world, "pl.weekly-leader") == [("2026-W38", f"project:{world.projects()['P01'].id}")]
    assert paid(world, "pl.weekly-unit") == []  # the liaison has not been there himself


@proves("DC-31")
async def test_a_leader_who_says_it_was_not_him_pays_nothing(world: World) -> None:
    await say(world, "陈浩", "周县长今天去了纺织园一期，我代记")
    await world.press("周建国", "不是")
    await world.settle()
    assert len(lines(world, "visit")) == 1
    assert paid(world, "pl.weekly-leader") == []


# --- the facts for assessment ---------------------------------------------------------------------------


async def a_year(world: World) -> None:
    """Let a notice be answered late, a task be done in time and one be late, and some money be spent."""
    await begun(world)
    await say(world, "张敏", "挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决")
    await say(world, "马国强", "签收DB-01")
    await say(world, "张敏", "交办城关镇：纺织园一期周边清表，责任人王大山，9月30日前完成")
    await say(world, "张敏", "JB-2销号 现场核实已清表")
    await say(world, "何军", "JB-1说明：专家意见未回")
    await say(world, "陈浩", "纺织园一期9月完成投资2300万，累计18500万，形象进度82%")
    await say(world, "陈浩", "我在纺织园一期现场，钢结构起来八成了")
    await world.at(at("2026-09-29"))
    await say(world, "马国强", "DB-01回复：办法是分两批交地，我局牵头，分管领导李卫东，责任人孙涛，10月15号前全部交完")


@proves("JZ-25", "ZZ-23", "JZ-26")
async def test_the_exported_facts_have_time_number_and_the_units_words_and_count_again(
    world: World, tmp_path: Path
) -> None:
    await a_year(world)
    exported = await world.office(lambda ledger: facts(ledger, 2026))
    out = tmp_path / "facts.jsonl"
    write_jsonl(exported, out)
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    told = {(row["unit"], row["kind"]): row for row in rows}
    by_seq = {line["seq"]: line for line in world.ledger()}

    late = told["自然资源局", "逾期复函"]
    assert (late["number"], by_seq[late["seq"]]["kind"]) == ("平重办督〔2026〕1号", "notice_replied")
    assert late["date"] == "2026-09-29"
    behind = told["交通局", "调度任务未按时落实"]
    assert (behind["number"], behind["explanation"]) == ("JB-1", "专家意见未回")
    assert all(row["seq"] in by_seq for row in rows if row["seq"] is not None)

    # Neither the visit nor a single message is counted, and nothing is proposed.
    assert "visit" not in {by_seq[row["seq"]]["kind"] for row in rows if row["seq"]}
    everything = out.read_text(encoding="utf-8")
    for word in ("问责", "处分", "登录", "打卡", "得分", "排名", "建议"):
        assert word not in everything

    book_path = tmp_path / "facts.xlsx"
    write_xlsx(exported, 2026, book_path)
    book = openpyxl.load_workbook(book_path)
    shown = [tuple(row[:3]) for row in book["事实"].iter_rows(min_row=4, values_only=True)]
    for row in book["指标"].iter_rows(min_row=4, values_only=True):
        assert int(str(row[3])) == shown.count(tuple(row[:3]))  # every figure counts again from the rows
        assert row[4]  # and says what it counts
    assert sum(number for *_, number in counted(exported)) == len(rows)


@proves("DC-27")
async def test_the_facts_are_there_for_each_of_the_four_that_may_be_commended(engine: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with open_world(home, actors=sample_county.actors(), mechanism="dancheng") as world:
        await world.dingtalk.gateway.connected(1)
        await a_year(world)
        rows = await world.office(lambda ledger: facts(ledger, 2026))
    found = {(fact.award, fact.whose, fact.kind) for fact in rows}
    assert ("责任单位", "工信局", "年度投资") in found
    assert ("乡镇（街道）", "城关镇", "按期办结交办") in found
    assert ("优秀项目业主单位", "平澜锦澜纺织科技有限公司", "年度投资") in found
    assert ("个人", "王大山（城关镇）", "按期办结交办") in found


@proves("JZ-26")
async def test_only_the_office_and_the_inspectors_export(world: World, tmp_path: Path) -> None:
    await begun(world)
    out = tmp_path / "facts.xlsx"
    arguments = ("assessment", "export", "--format", "xlsx", "--out", str(out), "--by")
    assert "由重点办、督查中心办理" in duban(tmp_path, *arguments, "陈浩", status=1)
    assert not out.exists()
    duban(tmp_path, *arguments, "郑涛")
    assert out.exists()


# --- by command -----------------------------------------------------------------------------------------


async def test_what_is_done_by_chat_is_done_by_command_too(world: World, tmp_path: Path) -> None:
    given = ("--unit", "自然资源局", "--person", "李卫东", "--due", "2099-10-15", "--project", "P05")
    assert "JB-1" in duban(tmp_path, "task", "assign", "--what", "42亩地交付", *given)
    assert "申请销号" in duban(tmp_path, "task", "act", "办结", "JB-1", "--remark", "已交付", "--by", "李卫东")
    assert "已办结" in duban(tmp_path, "task", "act", "销号", "JB-1", "--by", "郑涛")
    await say(world, "刘洋", "城北污水厂那路叫村民堵住了，拉设备的车进不去")
    assert "ISS-1" in duban(tmp_path, "problem", "list")
    duban(tmp_path, "problem", "act", "销号", "ISS-1", "--remark", "现场核实路已通", "--by", "郑涛")
    assert "没有" in duban(tmp_path, "problem", "list")
    raised = ("--what", "恒瑞30亩指标没落实", "--suggestion", "由自然资源局调剂30亩，10月底前批复", "--project", "P07")
    assert "待牵头领导同意" in duban(tmp_path, "request", "raise", *raised, "--by", "吴磊")
    assert "DD-1" in duban(tmp_path, "inspection", "plan", "--project", "P04", "--by", "郑涛")
    evidence = ("--text", "路未通", "--evidence", "ISS-1", "--project", "P04", "--by", "郑涛")
    assert "DD-1.1" in duban(tmp_path, "inspection", "find", "DD-1", *evidence)
    assert "督查专报 第1期" in duban(tmp_path, "inspection", "publish", "DD-1", "--by", "郑涛")
    assert "开工率87.5%" in duban(tmp_path, "delay", "rates")
