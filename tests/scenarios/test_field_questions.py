"""What people in the field ask and tell in passing: a question writes nothing, and a receipt says all that was written.

On SQLite only: what is tested is how words are taken, not how they are stored.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.simulator import sample_county
from bot.simulator.world import World
from tests.counties import open_world

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("engine", ["sqlite"])]


async def say(world: World, who: str, text: str) -> str:
    await world.say(who, text)
    await world.settle()
    return world.heard(who)[-1]


def lines(world: World, kind: str) -> list[dict[str, Any]]:
    return [line for line in world.ledger() if line["kind"] == kind]


@pytest.mark.parametrize(
    "question", ["二院的问题", "二院有哪些问题没解决", "二院的问题有哪些", "二院还有几个问题没解决？", "二院问题清单"]
)
async def test_asking_for_the_problems_of_a_project_lists_them_and_files_none(world: World, question: str) -> None:
    await say(world, "李红梅", "二院缺电梯，厂家不发货")
    await say(world, "李红梅", "二院围挡被村民堵住了")
    answer = await say(world, "李红梅", question)
    assert "没销号的问题2个" in answer and "ISS-1" in answer and "ISS-2" in answer
    assert len(lines(world, "problem")) == 2


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("answer", "whose"),
    [
        ("住建局，杜明，9月30日", "住建局（杜明）"),
        ("住建局，9月30日", "住建局（杜明）"),
        ("住建局，周晓，9月30日", "住建局（周晓）"),
        ("9月30日", "卫健委（许静）"),
    ],
)
async def test_a_default_of_a_dispatch_gives_way_to_whom_the_answer_names(
    tmp_path: Path, answer: str, whose: str
) -> None:
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="zhangzi") as world:
        await world.dingtalk.gateway.connected(1)
        assert "还差完成时限" in await say(world, "李红梅", "调度二院：把围挡拆了")
        assert f"JB-1 {whose}：把围挡拆了，9月30日前" in await say(world, "李红梅", answer)


async def test_a_corrected_figure_takes_back_no_other_line(world: World) -> None:
    await say(world, "李红梅", "二院缺电梯，厂家不发货")
    answer = await say(world, "李红梅", "二院这个月投资1200万，不是1000万")
    assert "1200万元" in answer and not lines(world, "correction")
    assert lines(world, "progress")[-1]["data"]["month_amount"] == 1200


async def test_a_corrected_figure_makes_the_next_version_of_the_line_that_told_it(world: World) -> None:
    await say(world, "李红梅", "二院这个月完成投资1000万")
    await say(world, "李红梅", "二院缺电梯，厂家不发货")
    assert "已更正《县第二人民医院迁建》" in await say(world, "李红梅", "二院这个月投资1200万，不是1000万")
    [version] = lines(world, "correction")
    assert version["data"]["corrects"] == "progress" and version["data"]["month_amount"] == 1200


async def test_a_corrected_figure_nobody_told_is_asked_for(world: World) -> None:
    await say(world, "李红梅", "二院缺电梯，厂家不发货")
    assert "什么都没改" in await say(world, "李红梅", "不是2300万是2100万")
    assert not lines(world, "correction")


async def test_a_figure_told_roughly_can_be_taken_back(world: World) -> None:
    await say(world, "何军", "213路面大概完成三成")
    assert "进展" in await say(world, "何军", "记错了")
    assert lines(world, "correction")


async def test_a_receipt_says_the_progress_beside_the_problem(world: World) -> None:
    receipt = await say(world, "何军", "213路面完成三成，缺沥青")
    assert "ISS-1" in receipt and "路面约30%" in receipt
    await say(world, "何军", "213路基完成五成，村民堵路")
    again = await say(world, "何军", "213路基完成六成，村民又堵路")
    assert "ISS-2" in again and "没有另立" in again and "路基约60%" in again


@pytest.mark.parametrize(("who", "text"), [("何军", "213差42亩地"), ("郭峰", "恒瑞缺地30亩")])
async def test_land_that_is_lacking_is_a_problem_of_land(world: World, who: str, text: str) -> None:
    await say(world, who, text)
    assert lines(world, "problem")[-1]["data"]["category"] == "要素保障/土地"


async def test_no_problem_any_more_asks_which_problem_is_solved(world: World) -> None:
    assert "没有待解决的问题" in await say(world, "刘洋", "城北污水厂没问题了")
    await say(world, "刘洋", "城北污水厂缺电")
    assert "ISS-1" in await say(world, "刘洋", "城北污水厂没问题了")
    assert "销号申请" in await say(world, "刘洋", "是")
    assert lines(world, "problem")[0]["data"]["state"] == "open"


async def test_a_numbered_problem_said_to_be_solved_amid_other_words_is_asked_to_be_closed(world: World) -> None:
    await say(world, "王振东", "城北污水厂的路堵了")
    await say(world, "王振东", "城北污水厂缺电")
    answer = await say(world, "王振东", "城北污水厂的路通了，ISS-2解决了")
    assert "ISS-2已提交销号申请" in answer and not lines(world, "progress")


async def test_what_was_invested_in_a_month_is_answered_from_the_ledger(world: World) -> None:
    assert "还没有报" in await say(world, "高远", "213这个月投了多少")
    await say(world, "何军", "213本月完成投资1200万")
    assert "完成投资1200万元" in await say(world, "高远", "213这个月投了多少")


async def test_the_rates_of_the_county_are_for_those_who_oversee_it(world: World) -> None:
    assert "县领导" in await say(world, "刘洋", "开工率多少")


async def test_a_permit_that_is_there_is_noted_by_its_short_name(world: World) -> None:
    await say(world, "张敏", "恒瑞列手续清单")
    answer = await say(world, "张敏", "恒瑞环评具备了")
    assert "环评批复" in answer and "办结，已记" in answer


async def test_who_meets_when_who_is_in_charge_and_which_chains_there_are_are_questions(world: World) -> None:
    assert "10月项目推进调度例会：拟10月8日" in await say(world, "赵静", "近期会议")
    assert "还没有人请假" in await say(world, "张敏", "10月例会谁请假了")
    assert "由召集人和重点办掌握" in await say(world, "赵静", "10月例会谁请假了")
    assert lines(world, "leave") == []
    told = await say(world, "陈浩", "领导小组都有谁")
    assert "本制度没有领导小组" in told and "召集人 高远" in told and "成员单位11家" in told
    phones = await say(world, "赵静", "二院的联络员电话")
    assert "联络员：赵静 0" in phones and "分包领导：李红梅 0" in phones
    assert "没有找到您能查看的" in await say(world, "陈浩", "二院的联络员电话")
    assert "还没有登记产业链" in await say(world, "陈浩", "有哪些产业链")
    await say(world, "张敏", "登记产业链：纺织，方案：强链补链")
    assert "纺织链：链长空缺" in await say(world, "陈浩", "有哪些产业链")
    assert [line for line in world.ledger() if line["data"].get("state") == "unplaced"] == []


async def test_a_condition_said_to_be_there_waits_for_the_office_and_is_no_progress(world: World) -> None:
    assert "核实后算储备条件" in await say(world, "吴磊", "恒瑞可研具备了")
    assert lines(world, "progress") == []
    assert "还差4项" in await say(world, "张敏", "恒瑞还差什么才能进储备")
    await world.press("张敏", "已核实")
    await world.settle()
    assert "还差专家评审论证、审批、立项赋码" in world.heard("张敏")[-1]
    assert "专家评审论证已记" in await say(world, "张敏", "恒瑞专家评审通过了")
    assert "已记《恒瑞冷链物流》进展" in await say(world, "吴磊", "恒瑞场地平整完成了")
