"""招商: from a clue to 落地 under one number, with review, hand-over and somebody who runs the errands."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot.simulator.world import World
from models.calendar import SHANGHAI
from tests.clauses.proof import proves

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("engine", ["sqlite"])]
DIMENSIONS = ("区域规划", "产业前景", "生态环境", "水土保持", "国土空间", "安全生产", "投资强度", "产出效益")


def at(day: str, clock: str = "09:00") -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=SHANGHAI)


async def ask(world: World, who: str, *texts: str) -> str:
    """Let somebody write, one after another; return the last thing they heard."""
    for text in texts:
        await world.say(who, text)
        await world.settle()
    return world.heard(who)[-1]


async def register(world: World, unit: str = "商务局") -> None:
    said = await ask(world, "陈浩", f"线索：恒远食品加工，城关镇李书记带来，{unit}跟进")
    assert "XS-1《恒远食品加工》" in said


async def review(world: World, *dimensions: str) -> str:
    return await ask(world, "吴磊", *(f"XS-1评估 {name}：发改委 同意" for name in dimensions))


async def signed_contract(world: World, unit: str = "商务局") -> None:
    await register(world, unit)
    await ask(world, "吴磊", "XS-1转评估")
    await review(world, *DIMENSIONS)
    assert "项目签约" in await ask(world, "吴磊", "XS-1评估结论：通过", "XS-1转签约")


def about(world: World, state: str) -> list[dict[str, object]]:
    return [
        line for line in world.ledger() if line["data"].get("about") == "lead" and line["data"].get("state") == state
    ]


@proves("ZZ-07")
async def test_stages_go_forward_one_by_one_or_back_with_a_reason_and_the_dwell_time_is_known(world: World) -> None:
    await register(world)
    assert "不能跳过" in await ask(world, "吴磊", "XS-1转签约")
    assert "县商务局、重点办" in await ask(world, "陈浩", "XS-1转评估")
    await ask(world, "吴磊", "XS-1转评估")
    await world.at(at("2026-09-27"))
    assert "写明原因" in await ask(world, "张敏", "XS-1退回前期")
    assert "退回「项目前期」" in await ask(world, "张敏", "XS-1退回前期 因企业调整投资")
    await world.at(at("2026-10-09"))
    told = await ask(world, "张敏", "XS-1咋样了")
    assert "项目前期12天" in told and "项目评估10天" in told
    assert [line["data"]["stage"] for line in about(world, "moved")] == ["项目评估", "项目前期"]
    assert about(world, "moved")[1]["data"]["reason"] == "企业调整投资"


@proves("ZZ-08")
async def test_a_review_that_lacks_a_dimension_comes_to_no_conclusion(world: World) -> None:
    await register(world)
    await ask(world, "吴磊", "XS-1转评估")
    assert "还差产出效益" in await review(world, *DIMENSIONS[:-1])
    assert "产出效益的意见，不能出结论" in await ask(world, "吴磊", "XS-1评估结论：通过")
    assert "不能转「项目签约」" in await ask(world, "吴磊", "XS-1转签约")
    assert not about(world, "concluded")
    assert "可以出评估结论" in await review(world, DIMENSIONS[-1])
    assert "评估结论：通过" in await ask(world, "吴磊", "XS-1评估结论：通过")
    opinions = about(world, "opinion")
    assert [line["data"]["dimension"] for line in opinions] == list(DIMENSIONS)


@proves("ZZ-09")
async def test_what_is_not_signed_for_stays_with_the_giver_and_the_receiver_is_asked_for_both_papers(
    world: World,
) -> None:
    await signed_contract(world, "农业农村局")
    await world.at(at("2026-10-09"))
    assert any("XS-1" in text and "移交承接部门" in text for text in world.heard("冯涛"))
    told = await ask(world, "张敏", "XS-1移交给自然资源局")
    assert "10月22日（周四）前签收" in told and "仍由农业农村局负责" in told  # ten working days from 9 October

    await world.at(at("2026-10-20"))  # three working days before
    assert sum("前签收" in text for text in world.heard("韩雪")) == 1
    await world.at(at("2026-10-23"))
    assert any("还没签收，仍由您单位负责" in text for text in world.heard("冯涛"))
    assert "仍在农业农村局" in await ask(world, "张敏", "XS-1咋样了")
    assert "承接部门办理" in await ask(world, "冯涛", "签收XS-1")

    await world.press("韩雪", "签收")
    await world.settle()
    assert "由自然资源局承接" in world.heard("韩雪")[-1]
    await world.at(at("2026-10-26"))
    assert any("还缺时间表、任务书" in text for text in world.heard("韩雪"))
    assert "还差任务书" in await ask(world, "韩雪", "XS-1时间表：11月摘牌、12月开工")
    assert "两书齐了" in await ask(world, "韩雪", "XS-1任务书：我局供地，供电公司通电")
    filed = [line for line in world.ledger() if line["data"].get("about") == "handover"]
    assert filed[-1]["kind"] == "submission" and filed[-1]["data"]["discharges"] == ["pl.handover"]
    heard = len(world.heard("韩雪"))
    await world.at(at("2026-11-02"))
    assert not any("任务书" in text for text in world.heard("韩雪")[heard:])


@proves("ZZ-10")
async def test_who_runs_an_enterprises_errands_is_answered_at_once(world: World) -> None:
    assert "还没定帮办专人" in await ask(world, "吴磊", "恒瑞的手续谁在跑")
    assert "由县" not in await ask(world, "吴磊", "恒瑞帮办专人定梁静")
    for who in ("吴磊", "孙立新", "林正阳", "梁静"):
        told = await ask(world, who, "恒瑞的手续谁在跑")
        assert "梁静（发改委）" in told and "00000000029" in told
    assert "梁静" not in await ask(world, "赵静", "恒瑞的手续谁在跑")  # not her project
    await ask(world, "吴磊", "恒瑞帮办专人换成冯涛")
    assert "冯涛" in await ask(world, "吴磊", "恒瑞的手续谁在跑")
    assert [line["data"]["helper"] for line in world.ledger() if line["data"].get("about") == "helper"] == [
        "梁静",
        "冯涛",
    ]


@proves("ZZ-30")
async def test_a_clue_keeps_its_number_and_counts_for_who_brought_it_only_once_it_has_landed(world: World) -> None:
    await signed_contract(world)
    assert "城关镇：线索1条，落地计入0个" in await ask(world, "张敏", "招商落地考核")
    assert "项目落地" in await ask(world, "吴磊", "XS-1转落地")
    assert "城关镇：线索1条，落地计入1个" in await ask(world, "张敏", "招商落地考核")
    lines = [line for line in world.ledger() if line["data"].get("about") == "lead"]
    assert {line["data"]["lead"] for line in lines} == {"XS-1"}
    assert [line["data"]["stage"] for line in about(world, "moved")] == ["项目评估", "项目签约", "项目落地"]
    assert "没有找到这条线索" in await ask(world, "何军", "XS-1咋样了")
    assert await ask(world, "何军", "XS-1咋样了") == await ask(world, "何军", "XS-9咋样了")
    assert "已登记：XS-1" in await ask(world, "冯涛", "线索：恒远食品加工，我带来，农业农村局跟进")
