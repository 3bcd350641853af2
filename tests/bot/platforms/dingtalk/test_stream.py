"""The Stream connection loses nothing it can keep, and says nothing it does not know."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
import structlog

from bot.platforms.dingtalk.gateway import Gateway as Connector
from bot.platforms.dingtalk.gateway import NotConnectedError
from bot.platforms.dingtalk.stream import StreamClient
from models.message import Inbound, Kind
from tests.bot.platforms.dingtalk.emulator import Gateway

WIRE = Path(__file__).parents[3] / "wire" / "dingtalk"
CARD = "/v1.0/card/instances/callback"


def wire(name: str, **change: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((WIRE / f"{name}.json").read_text(encoding="utf-8"))
    return data | change


class Office:
    """What the product does with a message: keeps it, when it may and can."""

    def __init__(self) -> None:
        self.kept: list[Inbound] = []
        self.raw: list[str] = []
        self.troubles: list[tuple[str, str]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.failing = False

    async def keep(self, message: Inbound, raw: str) -> None:
        await self.open.wait()
        if self.failing:
            raise OSError("disk full")
        self.kept.append(message)
        self.raw.append(raw)

    def trouble(self, code: str, detail: str) -> None:
        self.troubles.append((code, detail))


@pytest_asyncio.fixture
async def gateway() -> AsyncIterator[Gateway]:
    gateway = Gateway()
    await gateway.start()
    yield gateway
    await gateway.close()


@pytest.fixture
def office() -> Office:
    return Office()


Start = Callable[..., StreamClient]


@pytest_asyncio.fixture
async def start(gateway: Gateway, office: Office) -> AsyncIterator[Start]:
    running: list[tuple[StreamClient, asyncio.Task[None]]] = []

    def begin(**options: Any) -> StreamClient:
        options = {
            "on_message": office.keep,
            "on_trouble": office.trouble,
            "api_base": gateway.url,
            "backoff": (0.01, 0.05),
            "drain": 2.0,
        } | options
        client = StreamClient("client-7", "secret-of-seven", **options)
        running.append((client, asyncio.create_task(client.run())))
        return client

    yield begin
    office.open.set()
    for client, task in running:
        await asyncio.wait_for(client.stop(), 10)
        await asyncio.gather(task, return_exceptions=True)


async def until(condition: Callable[[], bool], within: float = 5.0) -> None:
    async with asyncio.timeout(within):
        while not condition():  # noqa: ASYNC110 - what is waited for tells nobody
            await asyncio.sleep(0.005)


@pytest.mark.asyncio
async def test_it_asks_for_messages_and_card_presses_and_for_no_events(gateway: Gateway, start: Start) -> None:
    client = start()
    await gateway.connected(1)
    await until(lambda: client.connected)
    (asked,) = gateway.opens
    assert (asked["clientId"], asked["clientSecret"]) == ("client-7", "secret-of-seven")
    assert asked["subscriptions"] == [
        {"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"},
        {"type": "CALLBACK", "topic": CARD},
    ]
    assert client.last_frame_age is None


@pytest.mark.asyncio
async def test_a_message_is_acknowledged_only_when_it_is_kept(gateway: Gateway, office: Office, start: Start) -> None:
    client = start()
    await gateway.connected(1)
    office.open.clear()
    await gateway.message(wire("text_single"))
    with pytest.raises(TimeoutError):
        await gateway.ack(within=0.2)
    office.open.set()
    _, ack = await gateway.ack()
    assert (ack["code"], ack["headers"]["messageId"]) == (200, "m-/v1.0/im/bot/messages/get")
    assert json.loads(ack["data"]) == {"response": None}
    assert office.kept[0].text == "今天到城东水厂现场办公，主体封顶"
    assert json.loads(office.raw[0]) == wire("text_single")
    assert client.last_frame_age is not None and client.last_frame_age < 3


@pytest.mark.asyncio
async def test_a_message_that_could_not_be_kept_is_not_acknowledged_and_taken_when_it_comes_again(
    gateway: Gateway, office: Office, start: Start
) -> None:
    start()
    await gateway.connected(1)
    office.failing = True
    await gateway.message(wire("text_single"))
    await asyncio.sleep(0.1)
    office.failing = False
    await gateway.message(wire("text_single"))
    assert (await gateway.ack())[1]["code"] == 200
    assert len(office.kept) == 1
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(gateway.ack(), 0.2)


@pytest.mark.asyncio
async def test_a_message_delivered_twice_is_handed_over_twice_under_one_key(
    gateway: Gateway, office: Office, start: Start
) -> None:
    start()
    await gateway.connected(1)
    for _ in range(2):
        await gateway.message(wire("text_single"))
        assert (await gateway.ack())[1]["code"] == 200
    assert office.kept[0].key == office.kept[1].key


@pytest.mark.asyncio
async def test_one_conversation_waits_its_turn_and_another_does_not(gateway: Gateway, start: Start) -> None:
    gate, order = asyncio.Event(), []

    async def keep(message: Inbound, _: str) -> None:
        if message.text == "甲一":
            await gate.wait()
        order.append(message.text)

    start(on_message=keep)
    await gateway.connected(1)
    for sender, text in (("a", "甲一"), ("a", "甲二"), ("b", "乙一")):
        await gateway.message(wire("text_single", senderStaffId=sender, text={"content": text}))
    await until(lambda: order == ["乙一"])
    gate.set()
    await until(lambda: order == ["乙一", "甲一", "甲二"])


@pytest.mark.asyncio
async def test_a_ping_is_answered_with_its_own_opaque_even_while_a_message_is_being_kept(
    gateway: Gateway, office: Office, start: Start
) -> None:
    start()
    await gateway.connected(1)
    office.open.clear()
    await gateway.message(wire("text_single"))
    await gateway.push("ping", {"opaque": "0d3f"}, kind="SYSTEM")
    _, ack = await gateway.ack()
    assert (ack["code"], json.loads(ack["data"])) == (200, {"opaque": "0d3f"})


@pytest.mark.asyncio
async def test_a_pressed_card_is_kept_and_answered(gateway: Gateway, office: Office, start: Start) -> None:
    start()
    await gateway.connected(1)
    await gateway.push(CARD, wire("card_callback"))
    _, ack = await gateway.ack(within=2.0)
    assert (ack["code"], json.loads(ack["data"])) == (200, {"response": {}})
    assert (office.kept[0].kind, office.kept[0].action) == (Kind.BUTTON, "sign-12")


@pytest.mark.asyncio
async def test_who_presses_a_card_is_answered_within_two_seconds_and_the_press_still_kept(
    gateway: Gateway, office: Office, start: Start
) -> None:
    start()
    await gateway.connected(1)
    office.open.clear()
    await gateway.push(CARD, wire("card_callback"))
    assert (await gateway.ack(within=2.0))[1]["code"] == 500
    office.open.set()
    await until(lambda: len(office.kept) == 1)


@pytest.mark.asyncio
async def test_a_topic_nobody_asked_for_is_unknown(gateway: Gateway, start: Start) -> None:
    start()
    await gateway.connected(1)
    await gateway.push("/v1.0/graph/api/invoke", {})
    assert (await gateway.ack())[1]["code"] == 404
    await gateway.push("*", {}, kind="EVENT", eventId="e", eventType="check_in")
    assert (await gateway.ack())[1]["code"] == 404


@pytest.mark.asyncio
async def test_an_event_asked_for_is_acknowledged_in_its_own_words(
    gateway: Gateway, office: Office, start: Start
) -> None:
    start(events=True)
    await gateway.connected(1)
    headers = {"eventId": "e-9", "eventType": "check_in", "eventBornTime": "1789997600123"}
    await gateway.push("*", {"staffId": "liaison017"}, kind="EVENT", **headers)
    assert json.loads((await gateway.ack())[1]["data"])["status"] == "SUCCESS"
    office.failing = True
    await gateway.push("*", {"staffId": "liaison017"}, kind="EVENT", **headers)
    assert json.loads((await gateway.ack())[1]["data"])["status"] == "LATER"
    assert [message.key for message in office.kept] == ["e-9"]


@pytest.mark.asyncio
async def test_frames_that_cannot_be_read_are_skipped_and_the_connection_lives(
    gateway: Gateway, office: Office, start: Start
) -> None:
    start()
    await gateway.connected(1)
    for frame in ("not json", "[]", "{}", '{"type":"SYSTEM","headers":{}}', b"\x00\x01", "[" * 90_000):
        await gateway.sockets[0].send(frame)
    await gateway.sockets[0].send(
        json.dumps({"type": "CALLBACK", "headers": {"topic": "/v1.0/im/bot/messages/get"}, "data": "{"})
    )
    assert (await gateway.ack())[1]["code"] == 400
    await gateway.message(wire("text_single"))
    assert (await gateway.ack())[0] == 0
    assert len(office.kept) == 1


@pytest.mark.asyncio
async def test_no_header_is_needed_but_the_topic(gateway: Gateway, office: Office, start: Start) -> None:
    start()
    await gateway.connected(1)
    frame = {"type": "CALLBACK", "headers": {"topic": CARD}, "data": json.dumps(wire("card_callback"))}
    await gateway.sockets[0].send(json.dumps(frame))
    assert (await gateway.ack())[1]["code"] == 200
    assert office.kept[0].action == "sign-12"


@pytest.mark.asyncio
@pytest.mark.parametrize("name", ["over_quota_message", "over_quota_msg"])
async def test_a_message_withheld_for_quota_alerts_the_operator(
    gateway: Gateway, office: Office, start: Start, name: str
) -> None:
    start()
    await gateway.connected(1)
    await gateway.message(wire(name))
    assert (await gateway.ack())[1]["code"] == 200
    assert office.kept == []
    ((code, detail),) = office.troubles
    assert code == "20001" and "额度" in detail


@pytest.mark.asyncio
async def test_when_the_server_rotates_the_next_socket_is_open_before_the_old_one_goes(
    gateway: Gateway, office: Office, start: Start
) -> None:
    client = start()
    await gateway.connected(1)
    await gateway.push("disconnect", {"reason": "connection is expired"}, kind="SYSTEM")
    await gateway.connected(2)
    assert gateway.sockets[0].close_code is None
    await gateway.message(wire("text_single", msgId="over-the-old"), on=0)
    assert (await gateway.ack())[0] == 0
    await gateway.message(wire("text_single", msgId="over-the-new"), on=1)
    assert (await gateway.ack())[0] == 1
    assert [message.key for message in office.kept] == ["over-the-old", "over-the-new"]
    await gateway.sockets[0].close()
    await asyncio.sleep(0.05)
    assert client.connected and len(gateway.sockets) == 2


@pytest.mark.asyncio
async def test_an_old_socket_the_server_forgets_is_closed_in_the_end(gateway: Gateway, start: Start) -> None:
    start(drain=0.2)
    await gateway.connected(1)
    await gateway.push("disconnect", {}, kind="SYSTEM")
    await gateway.connected(2)
    await asyncio.wait_for(gateway.sockets[0].wait_closed(), 3)
    assert gateway.sockets[0].close_code == 1000
    assert gateway.sockets[1].close_code is None


@pytest.mark.asyncio
async def test_a_message_being_kept_while_the_server_rotates_is_acknowledged_where_it_came_from(
    gateway: Gateway, office: Office, start: Start
) -> None:
    start()
    await gateway.connected(1)
    office.open.clear()
    await gateway.message(wire("text_single"))
    await gateway.push("disconnect", {}, kind="SYSTEM")
    await gateway.connected(2)
    office.open.set()
    number, ack = await gateway.ack()
    assert (number, ack["code"]) == (0, 200)


@pytest.mark.asyncio
async def test_after_an_abrupt_drop_it_comes_back_with_a_new_ticket(
    gateway: Gateway, office: Office, start: Start
) -> None:
    client = start()
    await gateway.connected(1)
    gateway.sockets[0].transport.abort()
    await gateway.connected(2)
    await gateway.message(wire("text_single"), on=1)
    assert (await gateway.ack())[0] == 1
    assert client.connected and len(gateway.opens) == 2


@pytest.mark.asyncio
async def test_a_clean_close_is_no_reason_to_come_back_at_once(gateway: Gateway, start: Start) -> None:
    start(backoff=(0.2, 5.0))
    await gateway.connected(1)
    await gateway.sockets[0].close()
    await asyncio.sleep(0.1)
    assert len(gateway.opens) == 1
    await gateway.connected(2)


@pytest.mark.asyncio
async def test_a_silent_socket_is_replaced(gateway: Gateway, office: Office, start: Start) -> None:
    start(idle_limit=0.2, drain=0.1)
    await gateway.connected(2)
    await gateway.message(wire("text_single"), on=1)
    assert (await gateway.ack())[1]["code"] == 200
    await asyncio.wait_for(gateway.sockets[0].wait_closed(), 3)


@pytest.mark.asyncio
async def test_refused_credentials_are_reported_and_not_tried_in_a_loop(
    gateway: Gateway, office: Office, start: Start
) -> None:
    gateway.refusals = [(400, '{"code":"invalidClientIdOrSecret","message":"x"}')] * 9
    client = start(backoff=(0.01, 30.0))
    await until(lambda: bool(office.troubles))
    await asyncio.sleep(0.3)
    assert len(gateway.opens) == 1
    code, detail = office.troubles[0]
    assert code == "invalidClientIdOrSecret" and "Client Secret" in detail
    assert not client.connected


@pytest.mark.asyncio
async def test_an_old_socket_that_still_speaks_does_not_hurry_its_replacement(gateway: Gateway, start: Start) -> None:
    start(backoff=(0.02, 30.0))
    await gateway.connected(1)
    gateway.refusals = [(503, "busy")] * 99
    await gateway.push("disconnect", {}, kind="SYSTEM")
    for _ in range(40):
        await gateway.push("ping", {"opaque": "0d3f"}, kind="SYSTEM", on=0)
        assert (await gateway.ack())[0] == 0
        await asyncio.sleep(0.02)
    assert 3 <= len(gateway.opens) <= 9


@pytest.mark.asyncio
async def test_a_public_platform_is_never_spoken_to_in_the_clear() -> None:
    answer = httpx2.Response(200, json={"endpoint": "ws://127.0.0.1:1/connect", "ticket": "t"})
    async with httpx2.AsyncClient(transport=httpx2.MockTransport(lambda _: answer)) as http:
        with pytest.raises(NotConnectedError, match=r"endpoint\.scheme"):
            await Connector("c", "s", api_base="https://api.dingtalk.com", http=http).connect()


@pytest.mark.asyncio
async def test_an_unknown_refusal_is_reported_too(gateway: Gateway, office: Office, start: Start) -> None:
    gateway.refusals = [(403, '{"code":"what.ever"}')]
    start(backoff=(0.01, 30.0))
    await until(lambda: bool(office.troubles))
    assert office.troubles[0][0] == "what.ever" and "Stream" in office.troubles[0][1]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "answer",
    [
        (503, "busy"),
        (500, '{"code":"system.busy"}'),
        (403, '{"code":"Forbidden.AccessDenied.QpsLimitForApi"}'),
        (200, "{}"),
        (200, "<html>"),
        (200, '{"endpoint":"http://127.0.0.1/","ticket":"t"}'),
        (200, '{"endpoint":"ws://127.0.0.1:1/connect","ticket":"t"}'),
        (200, '{"endpoint":"ws://[/connect","ticket":"t"}'),
    ],
)
async def test_a_gateway_in_trouble_is_tried_again(
    gateway: Gateway, office: Office, start: Start, answer: tuple[int, str]
) -> None:
    gateway.refusals = [answer] * 3
    start()
    await gateway.connected(1)
    assert len(gateway.opens) == 4
    assert office.troubles == []


@pytest.mark.asyncio
async def test_stopping_finishes_the_work_under_way_and_acknowledges_it(
    gateway: Gateway, office: Office, start: Start
) -> None:
    client = start()
    await gateway.connected(1)
    office.open.clear()
    await gateway.message(wire("text_single"))
    await until(lambda: client.last_frame_age is not None)
    stopping = asyncio.create_task(client.stop())
    await asyncio.sleep(0.05)
    assert not stopping.done()
    office.open.set()
    assert (await gateway.ack())[1]["code"] == 200
    await asyncio.wait_for(stopping, 5)
    await asyncio.wait_for(gateway.sockets[0].wait_closed(), 3)
    assert gateway.sockets[0].close_code == 1000
    assert not client.connected and len(office.kept) == 1


@pytest.mark.asyncio
async def test_stopping_does_not_wait_for_ever_for_work_that_hangs(
    gateway: Gateway, office: Office, start: Start
) -> None:
    client = start(drain=0.2)
    await gateway.connected(1)
    office.open.clear()
    await gateway.message(wire("text_single"))
    await until(lambda: client.last_frame_age is not None)
    await asyncio.wait_for(client.stop(), 3)
    assert office.kept == []


@pytest.mark.asyncio
async def test_stopping_interrupts_a_long_wait(gateway: Gateway, office: Office, start: Start) -> None:
    gateway.refusals = [(401, '{"code":"unauthorized.client"}')] * 9
    client = start(backoff=(30.0, 60.0))
    await until(lambda: bool(office.troubles))
    await asyncio.wait_for(client.stop(), 1)


@pytest.mark.asyncio
async def test_cancelling_ends_it_and_closes_the_socket(gateway: Gateway, office: Office) -> None:
    client = StreamClient("c", "s", on_message=office.keep, api_base=gateway.url)
    task = asyncio.create_task(client.run())
    await gateway.connected(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(gateway.sockets[0].wait_closed(), 3)
    assert not client.connected and len(gateway.opens) == 1


@pytest.mark.asyncio
async def test_nothing_that_is_logged_holds_a_ticket_a_secret_or_what_was_said(
    gateway: Gateway, office: Office, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as lines:
        gateway.refusals = [(200, '{"endpoint":"ws://127.0.0.1:1/connect","ticket":"ticket-seed"}')]
        client = start()
        await gateway.connected(1)
        office.failing = True
        await gateway.message(wire("text_single"))
        await asyncio.sleep(0.2)
        await client.stop()
    # The emulator's own server logs what it was sent; ours is every other logger.
    ours = [record.getMessage() for record in caplog.records if record.name != "websockets.server"]
    text = repr(ours) + repr(lines)
    assert "dingtalk_message_not_kept" in text
    for secret in ("ticket-seed", "ticket%2B", "ticket+/", "secret-of-seven", "主体封顶", "李联络"):
        assert secret not in text
