"""Called by @ in a group: one neutral sentence there, everything else one to one, on either platform's wire."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Literal

import httpx2
import pytest
from sqlalchemy import func, select

from bot.lease import DatabaseLease
from bot.simulator.delivery import Delivery
from bot.simulator.wecom_aibot import AibotSimulator
from bot.simulator.world import World
from models.ledger import Ledger
from models.notices import Plain
from models.people import Person
from models.trays import Incoming, Outgoing
from tests.counties import open_world

pytestmark = pytest.mark.asyncio

ROOM = "wrGroup01"
DING_ROOM = "cidGroup01=="
PHOTO = b"\xff\xd8\xff\xe0" + b"a picture" * 50
VISIT = "我在纺织园一期现场，钢结构起来八成了"
NOTED, ANSWERED = "已记，详情已单独发给您。", "收到，已单独回复您。"


@asynccontextmanager
async def county(home: Path, mode: Literal["callback", "stream"]) -> AsyncIterator[tuple[World, AibotSimulator]]:
    async with open_world(home, aibot_mode=mode) as world:
        assert world.aibot is not None
        world.stage.add_group(ROOM, "调度群")
        if mode == "stream":
            await world.aibot.gateway.connected()
        yield world, world.aibot


async def stored(world: World, count: int) -> None:
    """Wait until so many messages lie in the in-tray: a long connection acknowledges none."""
    async with asyncio.timeout(5):
        counted = select(func.count(Incoming.id))
        while count > world.service.database.read(lambda s: s.scalar(counted) or 0):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def neutral(world: World, room: str) -> None:
    """No group heard a figure, a project, a place or a name."""
    said = world.heard_in(room)
    names = [actor.name for actor in world.stage.everybody] + [project.name for project in world.projects().values()]
    assert said
    for text in said:
        assert not re.search(r"[0-9０-９%]|现场|亿|万", text), text
        assert not any(name in text for name in names), text
        assert len(text) <= 60


def lines(world: World, kind: str) -> list[str]:
    return [line["text"] for line in world.ledger() if line["kind"] == kind]


async def test_wecom_by_callback(tmp_path: Path) -> None:
    async with county(tmp_path, "callback") as (world, aibot):
        zhou = world.actor("周建国").user_id
        assert await aibot.verify_url()

        query, body = aibot.seal(aibot.build(zhou, "text", {"content": "二院停工了"}, ROOM))
        forged = query | {"msg_signature": "0" * 40}
        assert [await post(aibot, each, body) for each in (forged, {}, query | {"timestamp": "1400000000"})] == [
            403,
            400,
            403,
        ]
        await world.settle()
        assert world.heard_in(ROOM) == []

        said: Delivery = await world.call("周建国", VISIT, ROOM)
        await aibot.deliver(aibot_message(said))  # the platform tries again: nothing is doubled
        await world.settle()
        assert lines(world, "visit") == [VISIT]
        assert world.heard_in(ROOM) == [NOTED]
        assert "高端纺织产业园一期" in world.heard("周建国")[-1]

        await world.call("周建国", "纺织园一期进展怎么样", ROOM)
        await world.call("周建国", "高端纺织完成投资三千万", ROOM)
        await world.settle()
        assert world.heard_in(ROOM)[1:] == [ANSWERED, ANSWERED]
        assert "钢结构约80%" in "".join(world.heard("周建国"))
        question = [bubble for bubble in world.phone("周建国") if bubble.buttons][-1]
        assert "？" in question.text  # the follow-up is asked one to one

        await aibot.mixed(zhou, ["纺织园一期钢结构又吊装了两榀", PHOTO], ROOM)
        await world.settle()
        assert any(line["attachments"] for line in world.ledger())

        await aibot.say("nobody", "在吗", ROOM)
        await aibot.say(zhou, "", ROOM, quote={"msgtype": "text", "text": {"content": "二院停工了"}})
        await world.settle()
        assert world.heard_in(ROOM)[-2:] == ["您的账号还没有登记，这条没有办；请与重点办联系登记。", ANSWERED]
        assert "引用的话不算您说的" in world.heard("周建国")[-1]

        # One to one the question is a card in the robot's own chat; pressed, another takes its place at once.
        await aibot.say(zhou, "到纺织园了")
        await world.settle()
        card = next(bubble for bubble in reversed(world.phone("周建国")) if bubble.buttons)
        assert card.sender == "智能机器人"
        await aibot.press(zhou, card, card.buttons[0][0])
        assert card.used == "收到，正在办"
        await world.settle()
        assert "《高端纺织产业园一期》" in world.heard("周建国")[-1]
        assert not any("停工" in line["text"] for line in world.ledger())
        neutral(world, ROOM)


async def post(aibot: AibotSimulator, query: dict[str, str], body: bytes) -> int:
    async with httpx2.AsyncClient(trust_env=False) as http:
        return (await http.post(aibot.callback_url, params=query, content=body)).status_code


def aibot_message(delivery: Delivery) -> dict[str, object]:
    message: dict[str, object] = json.loads(delivery.plain)
    return message


async def test_wecom_by_long_connection_and_one_to_one(tmp_path: Path) -> None:
    async with county(tmp_path, "stream") as (world, aibot):
        zhou = world.actor("周建国").user_id
        await world.call("周建国", VISIT, ROOM)
        await stored(world, 1)
        await world.settle()
        assert world.heard_in(ROOM) == [NOTED]
        assert lines(world, "visit") == [VISIT]

        # One to one with the robot, the answer stands where the question stood; files come that way too.
        await aibot.say(zhou, "我的待办")
        await aibot.file(zhou, b"%PDF-1.7 a paper")
        await aibot.voice(zhou, "纺织园一期什么情况")
        await aibot.enter(zhou)
        await stored(world, 5)
        await world.settle()
        answers = [bubble.text for bubble in world.phone("周建国") if bubble.sender == "智能机器人" and not bubble.mine]
        assert any("您的待办" in text for text in answers)
        assert any("在群里请先 @ 我再说" in text for text in answers)
        assert any("钢结构约80%" in text for text in answers)

        # Whom the app cannot reach, the robot still can: he has spoken to it.
        world.wecom.corp.unlicensed.add(zhou)
        await world.office(lambda ledger: _remind(ledger, "周建国"))
        await world.service.settle()
        assert world.phone("周建国")[-1].sender == "智能机器人"
        neutral(world, ROOM)


def _remind(ledger: Ledger, name: str) -> None:
    person = ledger.session.scalars(select(Person).where(Person.name == name)).one()
    ledger.say(Plain("请看一下材料。"), to=person, key="test:remind", push=False)


async def test_an_encrypted_account_is_asked_for_and_otherwise_said(tmp_path: Path) -> None:
    async with county(tmp_path, "callback") as (world, aibot):
        world.wecom.corp.veiled[world.actor("周建国").user_id] = "woAJ2GCAAAXtWyujaWJHDDGi0mACExmpl"
        await world.call("周建国", VISIT, ROOM)
        await aibot.say("woAJ2GCAAAnobodyKnowsThisOne0000", "在吗", ROOM)
        await world.settle()
        assert lines(world, "visit") == [VISIT]
        assert sorted(world.heard_in(ROOM)) == sorted(
            [NOTED, "智能机器人认不出您的账号，这条没有办；请改在督办助手应用里说，我已告诉重点办。"]
        )
        waiting = world.service.database.read(lambda s: list(s.scalars(select(Outgoing.facts))))
        assert any("超级管理员" in str(facts) for facts in waiting)


async def test_dingtalk_groups(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        await world.dingtalk.gateway.connected(1)
        world.stage.add_group(DING_ROOM, "污水厂群")
        liu = world.actor("刘洋").user_id
        await world.call("刘洋", "城北污水厂那路又叫堵住了 拉设备的车进不去", DING_ROOM)
        await world.call("刘洋", "城北污水厂进展怎么样", DING_ROOM)
        await world.settle()
        heard = robots(world)
        assert heard == [NOTED, ANSWERED]
        assert "问题ISS-1" in world.heard("刘洋")[0]

        build = world.dingtalk.build
        await world.dingtalk.rich(liu, ["城北污水厂设备到了", PHOTO], DING_ROOM)
        await world.dingtalk.deliver(build(liu, "audio", {"downloadCode": "x", "duration": 900}, DING_ROOM))
        outsider = build(liu, "text", {"content": " 在吗"}, DING_ROOM)
        del outsider["senderStaffId"]
        await world.dingtalk.deliver(outsider)
        await world.settle()
        told = robots(world)[2:]
        assert "语音、视频、文件和位置群里办不了，请在单聊里发给我。" in told
        assert any(text.startswith("平台没有告诉我您是谁") for text in told)
        assert any(line["attachments"] for line in world.ledger())

        # Whom the robot may not write to one to one is told in the group how to begin.
        world.dingtalk.fail_next("/v1.0/robot/oToMessages/batchSend", 1, "staffId.notExisted")
        await world.call("刘洋", "我的待办", DING_ROOM)
        await world.settle()
        await world.service.settle()
        assert any("钉钉里搜到督办助手机器人" in text for text in robots(world))
        for text in robots(world):
            assert not re.search(r"[0-9]|污水", text)


def robots(world: World) -> list[str]:
    """What the robot said in the DingTalk group; its members' words stand there too."""
    return [bubble.text for bubble in world.stage.groups[DING_ROOM].bubbles if bubble.sender == "督办助手"]


async def test_one_process_holds_the_lease_until_it_ends(world: World) -> None:
    service = world.service
    one, two = (DatabaseLease(service.database, service.clock, "aibot:x") for _ in range(2))
    assert (await one.hold(), await two.hold(), await one.hold()) == (True, False, True)
    await one.release()
    assert (await two.hold(), await one.hold()) == (True, False)
    world.clock.advance(timedelta(seconds=31))
    assert (await one.hold(), await two.hold()) == (True, False)
