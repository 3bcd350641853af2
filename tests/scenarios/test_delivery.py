"""Every outgoing message is a row first, sent once as far as the platform allows, and its failure is seen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.simulator import sample_county
from bot.simulator.world import World
from handlers.issuing import issue_notice
from models.calendar import SHANGHAI
from models.directory import find_person, find_project
from models.ledger import Ledger
from models.notices import Plain
from models.trays import Delivery, Outgoing, OutState

pytestmark = pytest.mark.asyncio


async def say(world: World, who: str, text: str, key: str) -> None:
    def work(ledger: Ledger) -> None:
        ledger.say(Plain(text), to=find_person(ledger, who), key=key, push=False)

    await world.office(work)


def row(world: World, key: str) -> Outgoing:
    return world.service.database.read(
        lambda session: session.scalars(select(Outgoing).where(Outgoing.key == key)).one()
    )


def sends(world: World, path: str = "/cgi-bin/message/send") -> int:
    return sum(1 for seen in world.wecom.requests if seen.path.endswith(path))


async def test_a_busy_platform_is_tried_again_and_the_person_sees_it_once(world: World) -> None:
    world.wecom.fail_next("/cgi-bin/message/send", 2, -1)
    await say(world, "周建国", "一句话", "k1")
    for _ in range(4):
        await world.service.settle()
        world.clock.advance(timedelta(seconds=30))
    assert world.heard("周建国") == ["一句话"]
    assert row(world, "k1").state == OutState.SENT.value


async def test_an_expired_token_is_renewed_once_for_everybody(world: World) -> None:
    await say(world, "周建国", "先说一句", "k0")
    await world.service.settle()
    before = sum(1 for seen in world.wecom.requests if seen.path.endswith("gettoken"))
    world.wecom.revoke_token()
    for number in range(8):
        await say(world, ["周建国", "陈浩", "赵静", "张敏"][number % 4], f"第{number}句", f"k{number + 1}")
    await world.service.settle()
    after = sum(1 for seen in world.wecom.requests if seen.path.endswith("gettoken"))
    assert after - before == 1
    assert all(row(world, f"k{number + 1}").state == OutState.SENT.value for number in range(8))


async def test_an_answer_that_got_lost_is_not_shown_twice_on_wecom(world: World) -> None:
    world.wecom.fail_next("/cgi-bin/message/send", 1, "accept_then_reset")
    await say(world, "周建国", "只看到一次", "k1")
    for _ in range(3):
        await world.service.settle()
        world.clock.advance(timedelta(seconds=60))
    assert world.heard("周建国") == ["只看到一次"]
    assert sends(world) == 2


async def test_where_the_platform_cannot_tell_repeats_apart_an_unknown_outcome_is_shown_not_repeated(
    world: World,
) -> None:
    world.dingtalk.fail_next("/v1.0/robot/oToMessages/batchSend", 1, "accept_then_reset")
    await say(world, "刘洋", "可能收到了", "k1")
    for _ in range(3):
        await world.service.settle()
        world.clock.advance(timedelta(seconds=60))
    assert world.heard("刘洋") == ["可能收到了"]
    assert row(world, "k1").state == OutState.UNKNOWN.value


async def test_a_permanent_failure_is_told_to_the_office_and_nothing_loops(world: World) -> None:
    gone = world.actor("马国强")
    del world.stage.actors[gone.key]

    def work(ledger: Ledger) -> None:
        issue_notice(
            ledger,
            project=find_project(ledger, "P05"),
            matter="42亩地没交付",
            recipients=[find_person(ledger, "马国强")],
            solve_by=None,
            by=find_person(ledger, "张敏"),
        )

    await world.office(work)
    for _ in range(5):
        await world.service.settle()
        world.clock.advance(timedelta(minutes=10))
    told = [text for text in world.heard("张敏") if "没送到" in text]
    assert len(told) == 1
    assert "马国强" in told[0] and "挂牌督办通知书" in told[0]
    attempts = world.service.database.read(
        lambda session: list(
            session.scalars(select(Delivery).join(Outgoing).where(Outgoing.notice == "supervision_issued"))
        )
    )
    assert len(attempts) == 1


async def test_a_wrong_secret_pauses_the_channel_instead_of_hammering_it(world: World) -> None:
    world.wecom.fail_next("/cgi-bin/gettoken", 50, 40001)
    for number in range(6):
        await say(world, "周建国", f"第{number}句", f"k{number}")
    for _ in range(6):
        await world.service.settle()
        world.clock.advance(timedelta(seconds=20))
    assert sum(1 for seen in world.wecom.requests if seen.path.endswith("gettoken")) <= 2
    assert row(world, "k0").state == OutState.WAITING.value
    assert "wecom" in world.service.outtray.paused


async def test_a_row_claimed_by_a_process_that_died_is_sent_by_the_next_where_repeats_are_safe(world: World) -> None:
    await say(world, "周建国", "前一个进程死了", "k1")
    await say(world, "刘洋", "也死了", "k2")
    stale = world.clock.now() - timedelta(minutes=2)

    def die(session: object) -> None:
        assert hasattr(session, "execute")
        session.execute(update(Outgoing).values(state=OutState.SENDING.value, lease_until=stale, words=None))

    await world.service.database.in_write(die)
    await world.service.settle()
    assert world.heard("周建国") == ["前一个进程死了"]
    assert row(world, "k1").state == OutState.SENT.value


async def test_messages_to_one_person_keep_their_order(world: World) -> None:
    world.wecom.fail_next("/cgi-bin/message/send", 1, -1)
    for number in range(5):
        await say(world, "周建国", f"第{number}句", f"k{number}")
    for _ in range(3):
        await world.service.settle()
        world.clock.advance(timedelta(seconds=30))
    assert world.heard("周建国") == [f"第{number}句" for number in range(5)]


async def test_all_three_kinds_of_groups_are_reached(world: World) -> None:
    from models.directory import find_group

    def work(ledger: Ledger) -> None:
        for name in ("平澜重点项目调度群", "平澜重点项目通报群", "平澜城建交通群"):
            ledger.say(Plain("会议改到下午"), to=find_group(ledger, name), key=f"g:{name}")

    world.clock.set(datetime(2026, 9, 17, 10, 0, tzinfo=SHANGHAI))
    await world.office(work)
    await world.service.settle()
    for target in (sample_county.APP_GROUP, sample_county.ROBOT_KEY, sample_county.DING_GROUP):
        assert [bubble.text for bubble in world.stage.groups[target].bubbles] == ["会议改到下午"]


async def test_dingtalk_http_mode_carries_the_same_conversation(tmp_path: object) -> None:
    from pathlib import Path

    from bot.simulator.world import open_world

    assert isinstance(tmp_path, Path)
    async with open_world(tmp_path, actors=sample_county.actors(), dingtalk_mode="http") as world:
        await world.say("刘洋", "到城北污水厂现场了，设备到了6台")
        await world.settle()
        assert [line["kind"] for line in world.ledger()][:1] == ["progress"] or world.ledger()[0]["kind"] == "visit"
        assert any("城北污水处理厂提标改造" in text for text in world.heard("刘洋"))
