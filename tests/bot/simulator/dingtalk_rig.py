"""The stand-in DingTalk served on loopback, and a bare Stream client to listen with."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import websockets

from bot.clock import Clock
from bot.simulator.dingtalk import DingTalkSimulator
from bot.simulator.serving import serve
from bot.simulator.stage import Actor, Stage

CLIENT, SECRET, TEMPLATE = "dingcounty", "client-secret-of-the-county", "tpl-1.schema"
ZHAO, QIAN = "zhao01", "qian02"
BOT = {"type": "CALLBACK", "topic": "/v1.0/im/bot/messages/get"}
CARD = {"type": "CALLBACK", "topic": "/v1.0/card/instances/callback"}
EVENTS = {"type": "EVENT", "topic": "*"}


class Rig:
    """The simulator and a caller of its interfaces."""

    def __init__(self, clock: Clock, mode: Any, callback_url: str) -> None:
        actors = [
            Actor("zhao", "赵经理", "项目经理", "dingtalk", ZHAO),
            Actor("qian", "钱工", "工程师", "dingtalk", QIAN),
        ]
        self.clock = clock
        self.stage = Stage(actors, clock.now)
        self.ding = DingTalkSimulator(
            self.stage,
            client_id=CLIENT,
            client_secret=SECRET,
            robot_code=CLIENT,
            card_template_id=TEMPLATE,
            mode=mode,
            callback_url=callback_url,
        )
        self.ding.gateway.patience = 1.0
        self.http = httpx2.AsyncClient(trust_env=False, timeout=2.0)

    async def call(self, method: str, path: str, body: Any, token: str | None = None) -> httpx2.Response:
        if token is None:
            token = await self.token()
        headers = {"x-acs-dingtalk-access-token": token, "accept": "application/json"}
        return await self.http.request(method, path, json=body, headers=headers)

    async def token(self) -> str:
        body = {"appKey": CLIENT, "appSecret": SECRET}
        answer = await self.http.post("/v1.0/oauth2/accessToken", json=body)
        return str(answer.json()["accessToken"])

    async def send(self, users: list[str], key: str = "sampleText", **params: str) -> httpx2.Response:
        body = {"robotCode": CLIENT, "userIds": users, "msgKey": key}
        body["msgParam"] = json.dumps(params or {"content": "请签收"}, ensure_ascii=False)
        return await self.call("POST", "/v1.0/robot/oToMessages/batchSend", body)

    async def open(self, *subscriptions: dict[str, str], secret: str = SECRET) -> httpx2.Response:
        body = {"clientId": CLIENT, "clientSecret": secret, "subscriptions": list(subscriptions), "ua": ""}
        headers = {"accept": "application/json"}
        return await self.http.post("/v1.0/gateway/connections/open", json=body, headers=headers)

    @contextlib.asynccontextmanager
    async def socket(self, *subscriptions: dict[str, str]) -> AsyncIterator[websockets.ClientConnection]:
        opened = (await self.open(*(subscriptions or (BOT,)))).json()
        before = len(self.ding.gateway.live)
        async with websockets.connect(f"{opened['endpoint']}?ticket={opened['ticket']}", proxy=None) as socket:
            await self.ding.gateway.connected(before + 1)
            yield socket

    async def create_card(self, ref: str = "duban-17-3", **change: Any) -> httpx2.Response:
        params = {"title": "挂牌督办", "text": "城北水厂", "fields": "限期：12月1日  \n  级别：红牌"}
        params["buttons"] = json.dumps([{"key": "ACK", "label": "签收"}], ensure_ascii=False)
        body = {
            "cardTemplateId": TEMPLATE,
            "outTrackId": ref,
            "callbackType": "STREAM",
            "cardData": {"cardParamMap": params},
            "openSpaceId": f"dtv1.card//IM_ROBOT.{ZHAO}",
            "imRobotOpenSpaceModel": {"supportForward": False},
            "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": CLIENT},
        }
        return await self.call("POST", "/v1.0/card/instances/createAndDeliver", body | change)

    def bubbles(self, key: str = "zhao") -> list[Any]:
        return self.stage.phones[key].bubbles


@contextlib.asynccontextmanager
async def rigged(mode: str = "stream", callback_url: str = "") -> AsyncIterator[Rig]:
    rig = Rig(Clock(), mode, callback_url)
    rig.clock.set(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    async with serve(rig.ding.app) as url:
        rig.ding.base_url = url
        rig.http.base_url = httpx2.URL(url)
        try:
            yield rig
        finally:
            await rig.http.aclose()
            await rig.ding.aclose()


async def receive(socket: websockets.ClientConnection, within: float = 1.0) -> dict[str, Any]:
    async with asyncio.timeout(within):
        frame: dict[str, Any] = json.loads(await socket.recv())
    return frame


async def acknowledge(socket: websockets.ClientConnection, frame: dict[str, Any], data: Any = None) -> None:
    headers = {"messageId": frame["headers"]["messageId"], "contentType": "application/json"}
    said = json.dumps({"response": None} if data is None else data, ensure_ascii=False)
    await socket.send(json.dumps({"code": 200, "headers": headers, "message": "OK", "data": said}))
