"""The platform's own client accepts our emulated gateway, so what the other tests talk to is lifelike."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import dingtalk_stream  # noqa: F401 - locked with the other tests' packages: without it this must fail, not be left out
import pytest

from tests.bot.platforms.dingtalk.emulator import Gateway

WIRE = Path(__file__).parents[3] / "wire" / "dingtalk"
CLIENT = """
import dingtalk_stream as d

class Bot(d.ChatbotHandler):
    async def process(self, callback):
        message = d.ChatbotMessage.from_dict(callback.data)
        return d.AckMessage.STATUS_OK, message.text.content

client = d.DingTalkStreamClient(d.Credential("client-7", "secret-of-seven"))
client.register_callback_handler(d.ChatbotMessage.TOPIC, Bot())
client.start_forever()
"""


@pytest.mark.asyncio
async def test_the_official_client_connects_reads_a_message_and_follows_a_disconnect() -> None:
    gateway = Gateway()
    await gateway.start()
    environment = os.environ | {"DINGTALK_OPENAPI_ENDPOINT": gateway.url, "NO_PROXY": "127.0.0.1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        CLIENT,
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        async with asyncio.timeout(30):
            await _converse(gateway)
    finally:
        process.kill()
        await process.wait()
        await gateway.close()


async def _converse(gateway: Gateway) -> None:
    await gateway.connected(1, within=25)
    assert gateway.opens[0]["clientId"] == "client-7"
    await gateway.message(json.loads((WIRE / "text_single.json").read_text(encoding="utf-8")))
    _, ack = await gateway.ack()
    assert (ack["code"], json.loads(ack["data"])["response"]) == (200, "今天到城东水厂现场办公，主体封顶")
    await gateway.push("ping", {"opaque": "0d3f"}, kind="SYSTEM")
    assert json.loads((await gateway.ack())[1]["data"])["opaque"] == "0d3f"
    await gateway.push("disconnect", {"reason": "connection is expired"}, kind="SYSTEM")
    await gateway.connected(2, within=25)
