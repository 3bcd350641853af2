"""A project's way through the county, told on both engines: declared, admitted, planned, handed over, looked at."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from bot.simulator.world import World
from models.calendar import SHANGHAI
from models.ledger import Ledger
from models.trays import Incoming

pytestmark = pytest.mark.asyncio


def _message(ledger: Ledger, text: str) -> tuple[str, str]:
    messages = [row for row in ledger.session.scalars(select(Incoming)) if row.inbound.text == text]
    return messages[0].key, messages[0].digest


async def ask(world: World, who: str, *texts: str) -> str:
    for text in texts:
        await world.say(who, text)
        await world.settle()
    return world.heard(who)[-1]


async def test_a_project_goes_from_a_sentence_to_a_plan(world: World) -> None:
    await ask(
        world, "梁静", "申报项目：城东物流园，投资主体平澜城投，总投资1.2亿元，建在城东新区，建设冷库，带动就业200人"
    )
    assert "SB-1" in await ask(world, "张敏", "我的待办")
    await world.press("张敏", "入库")
    await world.settle()
    await ask(
        world,
        "张敏",
        "城东物流园储备条件：可研、评审、审批、赋码已完成",
        "城东物流园转储备",
        "给城东物流园加标签 产业转型",
    )
    assert "产业转型1" in await ask(world, "张敏", "按板块统计")
    await ask(world, "梁静", "给城东物流园加节点：土地摘牌 9月30日", "城东物流园列手续清单")
    assert "土地摘牌" in await ask(world, "张敏", "未来30天节点")
    assert "还差7项" in await ask(world, "梁静", "城东物流园手续办到哪了")
    await ask(world, "梁静", "手续 城东物流园：环评批复 自然资源局 9月1日报审，9月10日前批")
    await world.at(datetime(2026, 9, 18, 9, 0, tzinfo=SHANGHAI))
    assert any("环评批复办理时限" in text for text in world.heard("韩雪"))
    assert "差" in await ask(world, "梁静", "城东物流园五清差啥")
    assert "储备1个" in await ask(world, "张敏", "四比四看")


async def test_a_lead_is_reviewed_and_handed_over(world: World) -> None:
    await ask(world, "冯涛", "线索：恒远食品加工，我带来，农业农村局跟进")
    await ask(world, "张敏", "XS-1转评估")
    names = ("区域规划", "产业前景", "生态环境", "水土保持", "国土空间", "安全生产", "投资强度", "产出效益")
    await ask(world, "张敏", *(f"XS-1评估 {name}：发改委 同意" for name in names), "XS-1评估结论：通过", "XS-1转签约")
    await ask(world, "张敏", "XS-1移交给自然资源局")
    assert "签收移交" in await ask(world, "韩雪", "我的待办")
    await ask(world, "韩雪", "签收XS-1", "XS-1时间表：11月摘牌；任务书：我局供地")
    assert "农业农村局：线索1条，落地计入0个" in await ask(world, "冯涛", "招商落地考核")
    assert "XS-1《恒远食品加工》" in await ask(world, "张敏", "招商情况")


async def test_a_completion_reported_by_mistake_is_taken_back_in_two_words(world: World) -> None:
    assert "9月17日完成" in await ask(world, "赵静", "二院主体封顶节点完成了")
    assert "主体封顶" in await ask(world, "赵静", "记错了")
    assert "主体封顶 计划12月15日" in await ask(world, "赵静", "二院节点")
    await ask(world, "张敏", "把高标田改为工作管理")
    assert "不能用「记错了」撤回" in await ask(world, "张敏", "记错了")


async def test_where_the_project_is_not_certain_the_order_waits_for_the_answer(world: World) -> None:
    asked = await ask(world, "刘洋", "污水厂加节点：围墙完工 10月30日")
    assert "说的是哪个项目" in asked
    assert not any(line["data"].get("about") == "node" for line in world.ledger())
    await world.press("刘洋", "城南污水处理厂")
    await world.settle()
    assert "《城南污水处理厂》节点「围墙完工」已加" in world.heard("刘洋")[-1]
    (line,) = [line for line in world.ledger() if line["data"].get("about") == "node"]
    assert line["project"] == "P06" and line["text"].startswith("新增节点")
    asked_in = await world.office(lambda ledger: _message(ledger, "污水厂加节点：围墙完工 10月30日"))
    assert (line["message_id"], line["source"]) == asked_in  # the order itself, not the press that filled its gap


async def test_what_somebody_may_not_do_or_see_is_refused_in_one_sentence(world: World) -> None:
    for who, text in (
        ("赵静", "恒瑞手续办到哪了"),
        ("赵静", "给213加节点：路面铺装 11月30日"),
        ("何军", "二院倒排工期"),
        ("何军", "入库SB-1"),
        ("赵静", "土地优先清单"),
    ):
        said = await ask(world, who, text)
        assert "恒瑞冷链物流" not in said and "往回推" not in said and "已加" not in said and "优先保障" not in said
    assert not any(line["data"].get("about") for line in world.ledger())


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_reports_that_only_sound_like_orders_are_filed_as_the_reports_they_are(world: World) -> None:
    kinds = {
        "二院已进入实施阶段，9月完成投资1200万元": "progress",
        "二院主体封顶节点没完成，缺钢筋": "problem",
        "二院审图审批逾期了，卡在住建局": "problem",
        "二院手续进展顺利，环评已批下来": "progress",
        "二院开工时间推迟到12月，图纸没出": "problem",
        "二院节点工程主体封顶完成30%": "progress",
        "二院正式开工了，今天完成土方1万方，群众都很配合，没有阻工": "progress",
        "二院完成了年度目标的六成": "progress",
    }
    for text, kind in kinds.items():
        before = len(world.ledger())
        await ask(world, "赵静", text)
        lines = world.ledger()[before:]
        assert kind in {line["kind"] for line in lines}, text
        assert not any(line["data"].get("about") for line in lines), text
