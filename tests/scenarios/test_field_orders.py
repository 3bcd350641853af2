"""What people in the field ordered and were misunderstood in: each told as they wrote it."""

from __future__ import annotations

import pytest

from bot.simulator.world import World
from models.indicators import indicators
from tests.clauses.meeting_stories import CALL, at, entries, held, say, told

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("engine", ["sqlite"])]


async def test_leave_asked_for_somebody_else_is_hers_and_not_the_askers(world: World) -> None:
    await say(world, ("张敏", CALL))
    answer = await say(world, ("许静", "替李部长请假，10月例会她去省里"))
    assert "李红梅本人确认" in answer
    asked = entries(world, "leave")[-1]["data"]
    assert isinstance(asked, dict) and asked["person"] == "李红梅" and asked["recorded_for"] == "李红梅"
    assert told(world, "李红梅", "许静代请") and not told(world, "高远", "请假待您批")
    assert "没有记请假" in await say(world, ("许静", "替钱部长请假，10月例会他去省里"))
    assert len(entries(world, "leave")) == 1


async def test_the_regular_meeting_is_called_as_an_office_writes_it(world: World) -> None:
    words = "10月8日上午9点 县政府一楼会议室 召开十月份项目推进例会 各分包领导和责任单位主要负责人参加"
    answer = await say(world, ("张敏", words))
    assert "10月项目推进调度例会：10月8日（星期四）09:00，县政府一楼会议室" in answer
    assert told(world, "周建国", "10月项目推进调度例会") and not told(world, "罗斌", "10月项目推进调度例会")


async def test_a_corrected_date_replaces_the_old_one_in_the_matter(world: World) -> None:
    await say(world, ("张敏", "挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决"))
    answer = await say(world, ("张敏", "更正DB-01 解决时限改为10月20日"))
    assert "10月20日前解决" in answer and "10月15日" not in answer
    assert told(world, "韩雪", "更正：") and not [text for text in told(world, "韩雪", "更正：") if "10月15日" in text]


async def test_the_post_of_the_person_named_in_a_reply_is_kept(world: World) -> None:
    await say(world, ("张敏", "挂牌督办 自然资源局：213项目42亩地没交付，10月15日前解决"), ("韩雪", "签收DB-01"))
    await say(
        world,
        ("韩雪", "DB-01回复：办法是分两批交地，我局牵头，分管领导李卫东，责任人孙涛，10月15号前交完"),
        ("张敏", "退回DB-01 责任人没写职务"),
        ("韩雪", "DB-01补充：责任人孙涛（耕保股股长）"),
    )
    replied = entries(world, "notice_replied")[-1]["data"]
    assert isinstance(replied, dict) and replied["person"] == "孙涛（耕保股股长）"
    assert told(world, "张敏", "孙涛（耕保股股长）")


async def test_only_the_tasks_own_unit_and_the_office_explain_its_delay(world: World) -> None:
    await say(world, ("张敏", "交办卫健委：二院手术楼施工图报审，责任人赵静，9月18日前完成"))
    await world.at(at("2026-09-22"))
    for who in ("马国强", "韩雪"):
        assert "不归您单位" in await say(world, (who, "JB-1说明：等图纸"))
    assert "已记" in await say(world, ("赵静", "JB-1说明：设计院没出图"))
    assert "已记" in await say(world, ("张敏", "JB-1说明：电话核实，设计院没出图"))


async def test_the_four_comparisons_count_starts_as_the_rate_does(world: World) -> None:
    rate = (await world.office(indicators))[0]
    assert f"已开工{rate.done}个" in await say(world, ("张敏", "四比四看"))


async def test_after_cancelling_nobody_hears_of_another_day(world: World) -> None:
    await say(world, ("张敏", CALL), ("张敏", "取消10月例会"))
    for who in ("张敏", "苏琳", "许静", "赵静"):
        assert not told(world, who, "→10月8日")
    assert told(world, "许静", "取消")


async def test_somebody_who_does_not_want_to_be_reminded_is_heard(world: World) -> None:
    assert "没看明白" not in await say(world, ("张敏", "我不想被提醒了"))


async def test_a_meeting_is_acknowledged_by_its_name(world: World) -> None:
    await say(world, ("张敏", "通知开会：防汛调度会，9月21日15点，县政府二楼会议室，参会：卫健委、水利局"))
    assert "防汛调度会" in await say(world, ("许静", "防汛调度会收到"))


async def test_the_convenor_approves_the_bulletin_he_names(world: World) -> None:
    await held(world)
    await say(world, ("张敏", "议定：二院手术楼审图意见由住建局牵头，刘洋负责，10月20日前出具"))
    await say(world, ("张敏", "10月例会通报报审"))
    assert "已同意下发" in await say(world, ("高远", "审定10月例会通报"))


async def test_the_convenor_decides_the_day_of_the_meeting_he_names(world: World) -> None:
    await say(world, ("张敏", "报10月例会开会建议"))
    assert "定在10月9日" in await say(world, ("高远", "10月例会定在10月9日"))
