"""The demo's page: a county on a screen, and the JSON its script asks for.

This file owns what the browser may ask of the simulated county and how it is answered. What happens then
(the wire, the bot, the ledger) is the :class:`County`'s; what everybody sees is the :class:`Stage`'s.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypedDict

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.simulator.page_requests import (
    PHOTO_LIMIT,
    Moment,
    Pressing,
    Refused,
    Saying,
    Spot,
    json_body,
    read_body,
    wait_unless_gone,
    whole_number,
)
from bot.simulator.stage import Actor, Bubble, Screen, Stage

__all__ = ["ClockFace", "County", "Jump", "Place", "Refused", "create_page"]

POLL_SECONDS = 20.0
FARTHEST = timedelta(days=400)

WEB = Path(__file__).parent / "web"
SAMPLE_PHOTOS = (
    {"file": "steel.jpg", "label": "钢结构吊装"},
    {"file": "tanks.jpg", "label": "沉淀池"},
    {"file": "road.jpg", "label": "路面摊铺"},
)
PLATFORM_NAMES = {"wecom": "企业微信", "dingtalk": "钉钉"}
KIND_NAMES = {
    "visit": "现场办公",
    "progress": "进展",
    "problem": "存在问题",
    "resolution": "问题销号",
    "notice_issued": "挂牌督办",
    "notice_received": "签收",
    "notice_replied": "复函",
    "notice_returned": "退回",
    "notice_closed": "督办销号",
    "submission": "报送",
    "approval": "审定",
    "topic": "议题",
    "attendance": "参会回执",
    "leave": "请假",
    "decision": "决定事项",
    "photo": "照片",
    "note": "备注",
    "correction": "更正",
}
HEADERS = (
    (
        b"content-security-policy",
        b"default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        b"form-action 'self'; frame-ancestors 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
)


class ClockFace(TypedDict):
    """The county's clock. `now` is ISO 8601 at +08:00; `weekday` is such as 周四.

    `workday` follows the official calendar; `day_name` says it in words: 工作日, 周末, 中秋节放假, 调休上班.
    """

    now: str
    weekday: str
    workday: bool
    day_name: str


class Jump(TypedDict):
    """A moment worth moving to. `to` is ISO 8601 at +08:00, or None while there is none such."""

    label: str
    to: str | None


class Place(TypedDict):
    """A spot that can be sent as a location, in WGS-84 degrees or whatever the platform sends."""

    label: str
    lat: float
    lon: float


class County(Protocol):
    """What the page needs of the simulated county.

    The first four carry what somebody does over the wire; the sender's own bubble appears on the stage
    by them. Any of them may raise :class:`Refused`.
    """

    async def say(self, actor_key: str, text: str) -> None: ...
    async def photo(self, actor_key: str, data: bytes, name: str) -> None: ...
    async def location(self, actor_key: str, lat: float, lon: float, label: str) -> None: ...
    async def press(self, actor_key: str, bubble_number: int, button_key: str) -> None: ...

    async def ledger(self, after_seq: int) -> list[dict[str, Any]]:
        """Return the entries after `after_seq`, oldest first, keyed as in the ledger's JSON lines.

        A further key `project_name` is shown instead of the project's 编号.
        """

    async def clock(self) -> ClockFace: ...
    async def jumps(self) -> list[Jump]: ...
    async def move_clock(self, to: datetime) -> None: ...
    async def places(self) -> list[Place]: ...
    async def suggestions(self, actor_key: str) -> list[str]: ...


def create_page(stage: Stage, county: County) -> Starlette:
    """Build the page over a stage and a county.

    Every path is relative to the page, so it may be mounted below a prefix that ends in a slash.
    """
    page = _Page(stage, county)
    doing = {"text": page.text, "photo": page.photo, "location": page.location, "press": page.press}
    routes: list[Route | Mount] = [
        Route("/", _index),
        Route("/api/stage", page.stage_api),
        Route("/api/events", page.events),
        Route("/api/ledger", page.ledger),
        Route("/api/clock", page.clock),
        Route("/api/clock", page.move_clock, methods=["POST"]),
        Route("/api/actors/{key}/suggestions", page.suggestions),
        *(Route(f"/api/actors/{{key}}/{what}", act, methods=["POST"]) for what, act in doing.items()),
        Mount("/static", StaticFiles(directory=WEB)),
    ]
    return Starlette(
        routes=routes,
        middleware=[Middleware(_PageHeaders)],
        exception_handlers={Refused: _refused, HTTPException: _http_error, 500: _broken},
    )


class _Page:
    """The endpoints. `run` tells a browser that it now talks to another county than before."""

    def __init__(self, stage: Stage, county: County) -> None:
        self._stage = stage
        self._county = county
        self._run = secrets.token_hex(8)

    async def stage_api(self, request: Request) -> Response:
        """Who there is, which groups, and what can be sent."""
        return JSONResponse(
            {
                "run": self._run,
                "actors": [_actor_json(actor) for actor in self._stage.actors.values()],
                "groups": self._groups_json(),
                "places": await self._county.places(),
                "photos": SAMPLE_PHOTOS,
            }
        )

    async def events(self, request: Request) -> Response:
        """What is new on any screen since bubble `since`, as soon as the stage is beyond `version`.

        `cards` are the earlier cards as they stand now, because a button may have been spent since.
        Whoever still follows another `run` is answered at once.
        """
        version, since = whole_number(request, "version"), whole_number(request, "since")
        same_run = request.query_params.get("run", self._run) == self._run
        if same_run and version == self._stage.version:
            await self._wait(request, version)
        new = [_bubble_json(name, b) for name, b in self._bubbles() if b.number > since]
        return JSONResponse(
            {
                "run": self._run,
                "version": self._stage.version,
                "bubbles": new,
                "cards": [
                    _bubble_json(name, b) for name, b in self._bubbles() if b.number <= since and b.kind == "card"
                ],
                "unread": _count_unread(new),
                "groups": self._groups_json(),
                "clock": await self._county.clock(),
            }
        )

    async def _wait(self, request: Request, version: int) -> None:
        try:
            await wait_unless_gone(request, self._stage.wait_beyond(version, POLL_SECONDS))
        except asyncio.CancelledError:
            # A server that stops cancels what still waits; an answer ends it without a traceback.
            raise Refused("模拟县正在关闭", 503) from None

    async def ledger(self, request: Request) -> Response:
        """The ledger's lines after a sequence number, each with the Chinese name of its kind."""
        lines = await self._county.ledger(whole_number(request, "after"))
        named = [{**line, "kind_name": KIND_NAMES.get(line["kind"], line["kind"])} for line in lines]
        return JSONResponse({"run": self._run, "lines": named})

    async def clock(self, request: Request) -> Response:
        """The clock, and the moments worth moving to that still lie ahead."""
        face = await self._county.clock()
        now = datetime.fromisoformat(face["now"])
        jumps = [j for j in await self._county.jumps() if j["to"] is None or datetime.fromisoformat(j["to"]) > now]
        return JSONResponse({"clock": face, "jumps": jumps})

    async def move_clock(self, request: Request) -> Response:
        """Move the clock forward; what fell due on the way is what the bot then says."""
        to = (await json_body(request, Moment)).to
        now = datetime.fromisoformat((await self._county.clock())["now"])
        if to <= now:
            raise Refused("时间只能往前走", 400)
        if to - now > FARTHEST:
            raise Refused(f"一次最多往前走 {FARTHEST.days} 天", 400)
        await self._county.move_clock(to)
        self._stage.touch()
        return await self.clock(request)

    async def suggestions(self, request: Request) -> Response:
        """What this person might say now."""
        return JSONResponse({"suggestions": await self._county.suggestions(self._actor(request).key)})

    async def text(self, request: Request) -> Response:
        """Somebody types."""
        actor = self._actor(request)
        text = (await json_body(request, Saying)).text.strip()
        if not text:
            raise Refused("请先写点什么", 400)
        await self._county.say(actor.key, text)
        return _done()

    async def photo(self, request: Request) -> Response:
        """Somebody sends a picture: the body is the file, the query names it.

        Only `image/*` is taken, which also keeps another site's forms from posting here.
        """
        actor = self._actor(request)
        if not request.headers.get("content-type", "").startswith("image/"):
            raise Refused("这里只能发图片", 415)
        data = await read_body(request, PHOTO_LIMIT, "照片不能超过 20 MB")
        if not data:
            raise Refused("这张照片是空的", 400)
        name = request.query_params.get("name", "")[:100] or "photo.jpg"
        await self._county.photo(actor.key, data, name)
        return _done()

    async def location(self, request: Request) -> Response:
        """Somebody sends where they are."""
        actor = self._actor(request)
        if not _takes_location(actor):
            raise Refused("钉钉的机器人收不到位置，直接说到了哪里就行")
        spot = await json_body(request, Spot)
        await self._county.location(actor.key, spot.lat, spot.lon, spot.label.strip())
        return _done()

    async def press(self, request: Request) -> Response:
        """Somebody presses a button of a card on their own phone."""
        actor = self._actor(request)
        wanted = await json_body(request, Pressing)
        bubble = _find_card(self._stage.phones[actor.key], wanted)
        if bubble.used:
            raise Refused(f"这张卡片已经按过了：{bubble.used}")
        await self._county.press(actor.key, bubble.number, wanted.button)
        return _done()

    def _actor(self, request: Request) -> Actor:
        actor = self._stage.actors.get(request.path_params["key"])
        if actor is None:
            raise Refused("没有这个人", 404)
        return actor

    def _bubbles(self) -> Iterator[tuple[str, Bubble]]:
        for key in self._stage.actors:
            yield from ((f"phone:{key}", bubble) for bubble in self._stage.phones[key].bubbles)
        for target, group in self._stage.groups.items():
            yield from ((f"group:{target}", bubble) for bubble in group.bubbles)

    def _groups_json(self) -> list[dict[str, str]]:
        return [{"screen": f"group:{target}", "name": group.name} for target, group in self._stage.groups.items()]


async def _index(request: Request) -> Response:
    return FileResponse(WEB / "index.html", media_type="text/html; charset=utf-8")


def _done() -> Response:
    return JSONResponse({"done": True})


def _takes_location(actor: Actor) -> bool:
    # DingTalk robots receive text, picture, richText, audio, video and file: no location.
    return actor.platform == "wecom"


def _actor_json(actor: Actor) -> dict[str, Any]:
    return {
        "key": actor.key,
        "screen": f"phone:{actor.key}",
        "name": actor.name,
        "title": actor.title,
        "platform": actor.platform,
        "platform_name": PLATFORM_NAMES.get(actor.platform, actor.platform),
        "takes_location": _takes_location(actor),
    }


def _bubble_json(screen: str, bubble: Bubble) -> dict[str, Any]:
    return {
        "screen": screen,
        "number": bubble.number,
        "at": bubble.at.isoformat(),
        "kind": bubble.kind,
        "text": bubble.text,
        "mine": bubble.mine,
        "title": bubble.title,
        "fields": bubble.fields,
        "buttons": bubble.buttons,
        "used": bubble.used,
        "sender": bubble.sender,
        "image": bubble.image,
    }


def _count_unread(bubbles: list[dict[str, Any]]) -> dict[str, int]:
    """Count by screen what is new there and not its owner's own."""
    counts: dict[str, int] = {}
    for bubble in bubbles:
        if not bubble["mine"]:
            counts[bubble["screen"]] = counts.get(bubble["screen"], 0) + 1
    return counts


def _find_card(phone: Screen, wanted: Pressing) -> Bubble:
    for bubble in phone.bubbles:
        if bubble.number == wanted.bubble and any(key == wanted.button for key, _ in bubble.buttons):
            return bubble
    raise Refused("这部手机上没有这个按钮", 404)


async def _refused(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, Refused)
    return JSONResponse({"error": str(fault)}, fault.status)


async def _http_error(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    sentence = {404: "没有这个地址", 405: "不能这样请求"}.get(fault.status_code, "请求不对")
    return JSONResponse({"error": sentence}, fault.status_code, headers=fault.headers)


async def _broken(request: Request, fault: Exception) -> Response:
    return JSONResponse({"error": "模拟县出了错，请看终端里的日志"}, 500)


class _PageHeaders:
    """Adds the security headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *HEADERS]
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)
