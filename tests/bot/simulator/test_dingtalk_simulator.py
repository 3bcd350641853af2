"""What people do in the stand-in DingTalk reaches a product, and the gateway behaves as reported."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from datetime import timedelta
from typing import Any

import pytest
import websockets
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.simulator.dingtalk_org import robot_sign
from bot.simulator.serving import serve
from tests.bot.simulator.dingtalk_rig import (
    BOT,
    CARD,
    CLIENT,
    EVENTS,
    SECRET,
    ZHAO,
    acknowledge,
    receive,
    rigged,
)


def test_the_signature_agrees_with_the_documented_example() -> None:
    assert robot_sign("1577262236757", "this is a secret") == "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA="


@pytest.mark.asyncio
async def test_a_message_typed_to_the_robot_comes_as_a_stream_frame_and_is_acknowledged() -> None:
    async with rigged() as rig, rig.socket() as socket:
        saying = asyncio.create_task(rig.ding.say(ZHAO, "查询 城北水厂"))
        frame = await receive(socket)
        await acknowledge(socket, frame)
        delivery = await saying
        data = json.loads(frame["data"])
        assert (frame["type"], frame["headers"]["topic"]) == ("CALLBACK", BOT["topic"])
        assert isinstance(frame["headers"]["time"], str)
        assert (data["text"], data["senderStaffId"], data["conversationType"]) == (
            {"content": "查询 城北水厂"},
            ZHAO,
            "1",
        )
        assert (delivery.status, delivery.attempts, delivery.msg_id) == (200, 1, data["msgId"])
        assert [(b.text, b.mine) for b in rig.bubbles()] == [("查询 城北水厂", True)]


@pytest.mark.asyncio
async def test_a_group_message_names_its_group_and_starts_with_a_blank() -> None:
    async with rigged() as rig, rig.socket() as socket:
        saying = asyncio.create_task(rig.ding.say(ZHAO, "进度", group="cidG", group_name="水厂专班"))
        frame = await receive(socket)
        await acknowledge(socket, frame)
        await saying
        data = json.loads(frame["data"])
        assert (data["conversationType"], data["conversationId"]) == ("2", "cidG")
        assert (data["conversationTitle"], data["text"]["content"][0]) == ("水厂专班", " ")
        assert [(b.text, b.sender) for b in rig.stage.groups["cidG"].bubbles] == [("进度", "赵经理")]


@pytest.mark.asyncio
async def test_every_sort_of_message_carries_its_documented_members() -> None:
    async with rigged() as rig, rig.socket() as socket:
        ding = rig.ding
        ding.gateway.patience = 0.01
        await ding.audio(ZHAO, b"#!AMR", "已经开工")
        await ding.video(ZHAO, b"mp4")
        await ding.file(ZHAO, b"%PDF", "月报.pdf")
        await ding.rich(ZHAO, ["现场", b"\xff\xd8\xff"])
        frames = [json.loads((await receive(socket))["data"]) for _ in range(4)]
        audio, video, file, rich = (frame["content"] for frame in frames)
        assert [frame["msgtype"] for frame in frames] == ["audio", "video", "file", "richText"]
        assert audio["recognition"] == "已经开工"
        assert (video["videoType"], file["fileName"]) == ("mp4", "月报.pdf")
        assert rich["richText"][0] == {"text": "现场"} and rich["richText"][1]["type"] == "picture"


@pytest.mark.asyncio
async def test_a_photo_is_fetched_by_its_code_and_not_by_the_other_one() -> None:
    async with rigged() as rig, rig.socket() as socket:
        rig.ding.gateway.patience = 0.01
        await rig.ding.photo(ZHAO, b"\xff\xd8\xffpicture")
        content = json.loads((await receive(socket))["data"])["content"]
        path = "/v1.0/robot/messageFiles/download"
        body = {"downloadCode": content["downloadCode"], "robotCode": CLIENT}
        url = (await rig.call("POST", path, body)).json()["downloadUrl"]
        assert (await rig.http.get(url)).content == b"\xff\xd8\xffpicture"
        poor = await rig.call("POST", path, body | {"downloadCode": content["pictureDownloadCode"]})
        assert poor.status_code == 500
        rig.clock.advance(timedelta(hours=2))
        late = await rig.call("POST", path, body)
        assert (late.status_code, late.json()["code"]) == (400, "invalidParameter.robotCode.downloadCode")
        assert (await rig.http.get(url)).status_code == 403


@pytest.mark.asyncio
async def test_a_ticket_opens_one_connection_and_lives_90_seconds() -> None:
    async with rigged() as rig:
        opened = (await rig.open(BOT)).json()
        url = f"{opened['endpoint']}?ticket={opened['ticket']}"
        async with websockets.connect(url, proxy=None):
            with pytest.raises(websockets.InvalidStatus):
                await websockets.connect(url, proxy=None)
        late = (await rig.open(BOT)).json()
        rig.clock.advance(timedelta(seconds=90))
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(f"{late['endpoint']}?ticket={late['ticket']}", proxy=None)


@pytest.mark.asyncio
async def test_wrong_credentials_open_nothing() -> None:
    async with rigged() as rig:
        assert (await rig.open(BOT, secret="wrong")).status_code == 400


@pytest.mark.asyncio
async def test_an_unacknowledged_message_comes_again_and_an_acknowledged_one_does_not() -> None:
    async with rigged() as rig, rig.socket() as socket:
        rig.ding.gateway.redeliver_seconds = 0.2
        rig.ding.gateway.patience = 0.05
        delivery = await rig.ding.say(ZHAO, "签收")
        assert (delivery.status, delivery.attempts) == (None, 1)
        first, second = await receive(socket), await receive(socket)
        assert first["data"] == second["data"]
        assert first["headers"]["messageId"] != second["headers"]["messageId"]
        await acknowledge(socket, second)
        with pytest.raises(TimeoutError):
            await receive(socket, 0.4)


@pytest.mark.asyncio
async def test_a_message_nobody_listens_for_is_tried_again_or_lost() -> None:
    async with rigged() as rig:
        rig.ding.gateway.redeliver_seconds = 0.2
        rig.ding.gateway.patience = 0.05
        assert (await rig.ding.say(ZHAO, "在吗")).attempts == 0
        async with rig.socket() as socket:
            assert json.loads((await receive(socket))["data"])["text"]["content"] == "在吗"
        rig.ding.gateway.redeliver_seconds = None
        await rig.ding.say(ZHAO, "走了")
        async with rig.socket() as socket:
            with pytest.raises(TimeoutError):
                await receive(socket, 0.3)


@pytest.mark.asyncio
async def test_a_redelivered_message_is_the_same_to_the_letter() -> None:
    async with rigged() as rig, rig.socket() as socket:
        rig.ding.gateway.patience = 0.01
        delivery = await rig.ding.say(ZHAO, "签收")
        await rig.ding.redeliver(delivery)
        assert (await receive(socket))["data"] == (await receive(socket))["data"]
        assert len(rig.bubbles()) == 1


@pytest.mark.asyncio
async def test_rotation_says_disconnect_then_is_silent_then_closes() -> None:
    async with rigged() as rig, rig.socket() as old:
        rig.ding.gateway.drain_seconds = 0.4
        rig.ding.gateway.patience = 0.05
        await rig.ding.rotate()
        frame = await receive(old)
        assert (frame["type"], frame["headers"]["topic"]) == ("SYSTEM", "disconnect")
        async with rig.socket() as new:
            await rig.ding.say(ZHAO, "在吗")
            assert (await receive(new))["type"] == "CALLBACK"
            with pytest.raises(websockets.ConnectionClosed):
                await receive(old, 2.0)


@pytest.mark.asyncio
async def test_a_dropped_connection_ends_without_a_closing_handshake() -> None:
    async with rigged() as rig, rig.socket() as socket:
        await rig.ding.gateway.drop()
        with pytest.raises(websockets.ConnectionClosedError):
            await receive(socket)


@pytest.mark.asyncio
async def test_messages_spread_at_random_over_sockets_that_subscribed() -> None:
    async with rigged() as rig, rig.socket() as one, rig.socket() as two, rig.socket(CARD) as deaf:
        rig.ding.gateway.patience = 0.005
        rig.ding.gateway.redeliver_seconds = None
        for number in range(24):
            await rig.ding.say(ZHAO, str(number))
        counts = [0, 0]
        for index, socket in enumerate((one, two)):
            with contextlib.suppress(TimeoutError):
                while await receive(socket, 0.2):
                    counts[index] += 1
        assert sum(counts) == 24 and min(counts) > 0
        with pytest.raises(TimeoutError):
            await receive(deaf, 0.1)


@pytest.mark.asyncio
async def test_pings_carry_something_opaque_to_echo() -> None:
    async with rigged() as rig:
        rig.ding.gateway.ping_seconds = 0.05
        async with rig.socket() as socket:
            frame = await receive(socket)
            assert frame["headers"]["topic"] == "ping" and "opaque" in json.loads(frame["data"])
            await acknowledge(socket, frame, json.loads(frame["data"]))
            await receive(socket)
            assert rig.ding.gateway.connections[0].pongs == 1


@pytest.mark.asyncio
async def test_an_event_is_pushed_until_it_is_answered_with_success() -> None:
    async with rigged() as rig, rig.socket(EVENTS) as socket:
        task = asyncio.create_task(rig.ding.event("check_in", {"staffId": ZHAO}, waits=(0.1, 0.1, 0.1)))
        first = await receive(socket)
        await acknowledge(socket, first, {"status": "LATER"})
        second = await receive(socket)
        await acknowledge(socket, second, {"status": "SUCCESS"})
        assert first["headers"]["eventId"] == second["headers"]["eventId"]
        assert (await task).attempts == 2


@pytest.mark.asyncio
async def test_a_message_beyond_the_months_quota_has_no_content() -> None:
    async with rigged() as rig, rig.socket() as socket:
        rig.ding.gateway.patience = 0.01
        await rig.ding.over_quota(ZHAO)
        data = json.loads((await receive(socket))["data"])
        assert data["errorCode"] == "20001" and "text" not in data and "content" not in data


@pytest.mark.asyncio
async def test_http_mode_posts_signed_messages() -> None:
    seen: list[tuple[str, str, Any]] = []

    async def callback(request: Request) -> Response:
        seen.append((request.headers["timestamp"], request.headers["sign"], await request.json()))
        return JSONResponse({"msgtype": "text", "text": {"content": "收到"}})

    product = Starlette(routes=[Route("/dingtalk", callback, methods=["POST"])])
    async with serve(product) as url, rigged("http", f"{url}/dingtalk") as rig:
        delivery = await rig.ding.say(ZHAO, "签收")
        [(timestamp, sign, body)] = seen
        assert (delivery.status, body["text"]["content"]) == (200, "签收")
        assert sign == robot_sign(timestamp, SECRET)
        assert abs(int(timestamp) / 1000 - rig.clock.now().timestamp()) < 5
        assert [b.text for b in rig.bubbles()] == ["签收", "收到"]


ORACLE = """
import sys, dingtalk_stream
class Handler(dingtalk_stream.ChatbotHandler):
    async def process(self, callback):
        message = dingtalk_stream.ChatbotMessage.from_dict(callback.data)
        print(message.text.content, message.sender_staff_id, message.message_id, flush=True)
        return dingtalk_stream.AckMessage.STATUS_OK, "OK"
client = dingtalk_stream.DingTalkStreamClient(dingtalk_stream.Credential(sys.argv[1], sys.argv[2]))
client.register_callback_handler(dingtalk_stream.ChatbotMessage.TOPIC, Handler())
client.start_forever()
"""


@pytest.mark.asyncio
async def test_the_official_client_receives_and_acknowledges_a_message() -> None:
    async with rigged() as rig:
        environment = os.environ | {"DINGTALK_OPENAPI_ENDPOINT": rig.ding.base_url, "NO_PROXY": "*"}
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-W", "ignore", "-c", ORACLE, CLIENT, SECRET),
            env=environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await rig.ding.gateway.connected(within=30.0)
            rig.ding.gateway.patience = 10.0
            delivery = await rig.ding.say(ZHAO, "查询 城北水厂")
            assert process.stdout is not None
            line = (await process.stdout.readline()).decode().split()
            assert line == ["查询", "城北水厂", ZHAO, delivery.msg_id]
            assert (delivery.status, delivery.attempts) == (200, 1)
        finally:
            process.kill()
            await process.communicate()
