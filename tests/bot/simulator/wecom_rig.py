"""The stand-in WeCom served on loopback beside a product that only keeps what it is told."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx2
import xmltodict
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from wechatpy.work.crypto import WeChatCrypto

from bot.clock import Clock
from bot.simulator.serving import serve
from bot.simulator.stage import Actor, Stage
from bot.simulator.wecom import WeComSimulator
from bot.simulator.wecom_envelope import Envelope

TOKEN = "QDG6eK"
CORP = "wx5823bf96d3bd56c7"
AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SECRET = "app-secret-of-the-county"
AGENT = 1000012
LI, WANG = "LiZhuren", "WangKeyuan"

V1_ECHO = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
V2_CIPHER = (
    "RypEvHKD8QQKFhvQ6QleEB4J58tiPdvo+rtK1I9qca6aM/wvqnLSV5zEPeusUiX5L5X/0lWfrf0QADHHhGd3QczcdCUpj911L3vg3W/s"
    "YYvuJTs3TUUkSUXxaccAS0qhxchrRYt66wiSpGLYL42aM6A8dTT+6k4aSknmPj48kzJs8qLjvd4Xgpue06DOdnLxAUHzM6+kDZ+HMZfJ"
    "YuR+LtwGc2hgf5gsijff0ekUNXZiqATP7PF5mZxZ3Izoun1s4zG4LUMnvw2r+KqCKIw+3IQH03v+BCA9nMELNqbSf6tiWSrXJB3LAVGU"
    "callcrw8V2t9EL4EhzJWrQUax5wLVMNS0+rUPA3k22Ncx4XXZS9o0MBH27Bo6BpNelZpS+/uh9KsNlY6bHCmJU9p8g7m3fVKn28H3KDY"
    "A5Pl/T8Z1ptDAVe0lXdQ2YoyyH2uyPIGHBZZIs2pDBS8R07+qN+E7Q=="
)
V6_CIPHER = "sKqRbbiSUnDhFHOvPjtUMTmyrD4ZZUhMPpls6a4agukCLY92fjcnZCyStQ/5rNo46nD/sGUXX3VcPrOJDT0pJw=="
V6_CIPHER_NO_RECEIVER = "sKqRbbiSUnDhFHOvPjtUMXwcNQzHVFNeLGShu75XAxnlReSDiqIMxFSwaGouVQm/TLf+6IgUPvQBjguiS7rgiw=="


class Product:
    """A product that only keeps what it is told; `answers` are given first, then 200 with nothing."""

    def __init__(self) -> None:
        self.calls: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[Response] = []
        self.echo = Envelope(TOKEN, AES_KEY, CORP)
        self.quoted = False
        self.delay = 0.0
        self.app = Starlette(routes=[Route("/wecom", self.callback, methods=["GET", "POST"])])

    async def callback(self, request: Request) -> Response:
        query = dict(request.query_params)
        if request.method == "GET":
            plain = self.echo.decrypt(query["echostr"])
            return Response(f'"{plain}"' if self.quoted else plain)
        self.calls.append((query, await request.body()))
        await asyncio.sleep(self.delay)
        return self.answers.pop(0) if self.answers else Response()

    def opened(self, number: int = -1) -> dict[str, Any]:
        """Open one callback with the library, not with the simulator's own code."""
        query, body = self.calls[number]
        crypto = WeChatCrypto(TOKEN, AES_KEY, CORP)
        plain = crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        fields: dict[str, Any] = xmltodict.parse(plain)["xml"]
        return fields


class Rig:
    """The simulator, a product beside it and a caller of its interfaces."""

    def __init__(self, clock: Clock, product: Product) -> None:
        actors = [
            Actor("li", "李主任", "办公室主任", "wecom", LI),
            Actor("wang", "王科员", "科员", "wecom", WANG),
            Actor("zhao", "赵经理", "经理", "dingtalk", "zhao01"),
        ]
        self.clock = clock
        self.product = product
        self.stage = Stage(actors, clock.now)
        self.wecom = WeComSimulator(
            self.stage,
            corp_id=CORP,
            agent_id=AGENT,
            secret=SECRET,
            token=TOKEN,
            encoding_aes_key=AES_KEY,
            callback_url="",
            patience=0.4,
        )
        self.http = httpx2.AsyncClient(trust_env=False, timeout=2.0)

    async def get(self, path: str, **query: str) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.http.get(f"/cgi-bin/{path}", params=query)).json()
        return answer

    async def token(self) -> str:
        answer = await self.get("gettoken", corpid=CORP, corpsecret=SECRET)
        return str(answer["access_token"])

    async def post(self, path: str, body: Any, **query: str) -> dict[str, Any]:
        query.setdefault("access_token", await self.token())
        content = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        answer: dict[str, Any] = (await self.http.post(f"/cgi-bin/{path}", params=query, content=content)).json()
        return answer

    async def send(self, to: str = LI, **message: Any) -> dict[str, Any]:
        body = {"touser": to, "agentid": AGENT, "msgtype": "text", "text": {"content": "请签收"}}
        return await self.post("message/send", body | message)

    async def send_card(self, task_id: str = "duban-17-3", to: str = LI) -> dict[str, Any]:
        card = {
            "card_type": "button_interaction",
            "main_title": {"title": "挂牌督办", "desc": "城北水厂"},
            "horizontal_content_list": [{"keyname": "限期", "value": "12月1日"}],
            "button_list": [{"text": "签收", "key": "ACK"}, {"text": "转办", "key": "PASS"}],
            "task_id": task_id,
        }
        return await self.send(to, msgtype="template_card", template_card=card)

    def texts(self, key: str = "li") -> list[str]:
        return [bubble.text for bubble in self.stage.phones[key].bubbles]


@contextlib.asynccontextmanager
async def rigged() -> AsyncIterator[Rig]:
    rig = Rig(Clock(), Product())
    rig.clock.set(datetime(2026, 11, 23, 1, 0, tzinfo=UTC))
    async with serve(rig.product.app) as product_url, serve(rig.wecom.app) as platform_url:
        rig.wecom.callback_url = f"{product_url}/wecom"
        rig.http.base_url = httpx2.URL(platform_url)
        try:
            yield rig
        finally:
            await rig.http.aclose()
            await rig.wecom.aclose()
