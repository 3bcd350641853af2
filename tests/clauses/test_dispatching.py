"""The assigned leader's monthly and special dispatch, ZZ-13."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.simulator import sample_county
from tests.clauses.meeting_stories import at, entries, say, told
from tests.clauses.proof import proves
from tests.counties import open_world

pytestmark = pytest.mark.asyncio
DISPATCH = "调度二院：净化设备采购方案10月20日前完成；配套道路由交通局牵头，何军负责，9月30日前通车；围挡由住建局拆除"


@proves("ZZ-13")
async def test_a_leaders_dispatch_becomes_tasks_and_is_asked_only_for_the_missing_date(tmp_path: Path) -> None:
    """Unit and person come from the ledger where nobody else is named; it pays the leader's month and is followed."""
    start = at("2026-09-17")
    async with open_world(tmp_path, actors=sample_county.actors(), mechanism="zhangzi", start=start) as world:
        await world.dingtalk.gateway.connected(1)
        assert "还差：县第二人民医院迁建" in await say(world, ("李红梅", "我的义务"))
        assert await say(world, ("李红梅", DISPATCH)) == "「围挡由住建局拆除」还差完成时限，请补一句，补齐再交办。"
        assert "已交办：JB-3 住建局（杜明）" in await say(world, ("李红梅", "10月8日前"))
        given = [line["data"] for line in entries(world, "decision")]
        parts = [(one["unit"], one["person"], one["due"]) for one in given]  # type: ignore[index]
        assert parts == [
            ("卫健委", "许静", "2026-10-20"),
            ("交通局", "何军", "2026-09-30"),
            ("住建局", "杜明", "2026-10-08"),
        ]
        assert [one["discharges"] for one in given] == [["zz.monthly-dispatch"]] * 3  # type: ignore[index]
        assert told(world, "何军", "配套道路通车") and not told(world, "何军", "净化设备")
        assert "9月包项目领导月调度（9月30日前）已抵" in await say(world, ("李红梅", "我的义务"))

        await world.at(at("2026-10-08", "08:40"))
        assert "JB-2已超" in world.heard("何军")[-1]  # followed until it is closed


@proves("ZZ-13")
async def test_only_the_projects_leader_dispatches_and_a_month_without_news_counts_too(tmp_path: Path) -> None:
    async with open_world(
        tmp_path, actors=sample_county.actors(), mechanism="zhangzi", start=at("2026-09-17")
    ) as world:
        await world.dingtalk.gateway.connected(1)
        assert "已交办" not in await say(world, ("赵静", DISPATCH))
        assert "您分包的有《恒瑞冷链物流》、《2026年高标准农田》" in await say(world, ("孙立新", DISPATCH))
        assert entries(world, "decision") == []
        heard = await say(world, ("孙立新", "调度恒瑞冷链：没有新交办事项"))
        assert heard == "已记：《恒瑞冷链物流》本次调度没有新交办事项。"
        (line,) = entries(world, "decision")
        assert line["data"]["discharges"] == ["zz.monthly-dispatch"]  # type: ignore[index]
        duties = await say(world, ("孙立新", "我的义务"))
        assert "月调度（9月30日前）还差：2026年高标准农田" in duties
