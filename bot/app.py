"""The HTTP door: a thin ASGI front for callbacks, FastAPI for everything else.

The callbacks' path is the hot one (performance notes: FastAPI's own layers cost more than all of the crypto), so it
is answered before FastAPI is reached: read the body, verify, store, and an empty 200 once it is committed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from urllib.parse import parse_qsl

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from starlette.types import Receive, Scope, Send

from bot.metrics import REJECTED
from bot.pages import add_pages
from bot.platforms.base import Rejected
from bot.platforms.dingtalk import QuotaExceeded, parse_http_callback
from bot.platforms.wecom import aibot, parse_callback, verify_url
from bot.platforms.wecom.aibot.courtesy import courtesy
from bot.wiring import Service, aibot_secrets, wecom_secrets
from models.trays import Incoming, InState, Outgoing, OutState

log = structlog.get_logger(__name__)

MAX_BODY = 1024 * 1024
_STALE = timedelta(minutes=5)
_Route = Callable[[Scope, Receive, Send], Awaitable[None]]


class TooLarge(Rejected):
    """A callback beyond any the platforms send."""

    status = 413


class Door:
    """Answers the platforms' callbacks itself and hands everything else to FastAPI."""

    def __init__(self, service: Service, pages: FastAPI) -> None:
        self._service = service
        self._pages = pages
        self._routes: dict[str, _Route] = {}
        if service.settings.wecom.enabled:
            self._wecom = wecom_secrets(service.settings)
            self._routes["/callbacks/wecom"] = self._wecom_route
        if service.settings.wecom.aibot.mode == "callback":
            self._aibot = aibot_secrets(service.settings)
            self._routes["/callbacks/wecom/aibot"] = self._aibot_route
        if service.settings.dingtalk.enabled and service.settings.dingtalk.mode == "http":
            self._routes["/callbacks/dingtalk"] = self._dingtalk_route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = self._routes.get(scope.get("path", "")) if scope["type"] == "http" else None
        if route is None:
            await self._pages(scope, receive, send)
            return
        try:
            await route(scope, receive, send)
        except QuotaExceeded as error:
            self._service.trouble["dingtalk"] = f"本月消息配额用完（{error.code}），请购买增购包或换专业版"
            await _answer(send, 200)
        except Rejected as error:
            REJECTED.labels(scope["path"].rsplit("/", 1)[-1], type(error).__name__).inc()
            log.warning("callback.rejected", path=scope["path"], reason=type(error).__name__)
            await _answer(send, error.status)
        except Exception as error:
            # Not stored, so not 200: the platform sends it again.
            log.error("callback.failed", path=scope["path"], error=type(error).__name__)
            await _answer(send, 500)

    async def _wecom_route(self, scope: Scope, receive: Receive, send: Send) -> None:
        query, now = _query(scope), self._service.clock.now()
        if scope["method"] == "GET":
            await _answer(send, 200, verify_url(query, self._wecom, now))
        elif scope["method"] == "POST":
            inbound, raw = parse_callback(await _body(receive), query, self._wecom, now)
            await self._service.intray.store(inbound, raw)
            await _answer(send, 200)
        else:
            await _answer(send, 405)

    async def _aibot_route(self, scope: Scope, receive: Receive, send: Send) -> None:
        query, now = _query(scope), self._service.clock.now()
        if scope["method"] == "GET":
            await _answer(send, 200, aibot.verify_url(query, self._aibot, now))
        elif scope["method"] == "POST":
            inbound, raw = aibot.read_callback(await _body(receive), query, self._aibot, now)
            await self._service.intray.store(inbound, raw)
            polite = courtesy(inbound, self._service.settings.base_url)
            await _answer(send, 200, aibot.passive_reply(polite[1], query, self._aibot, now) if polite else b"")
        else:
            await _answer(send, 405)

    async def _dingtalk_route(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] != "POST":
            await _answer(send, 405)
            return
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        secret = self._service.settings.dingtalk.client_secret.get_secret_value()
        inbound, raw = parse_http_callback(await _body(receive), headers, secret, self._service.clock.now())
        await self._service.intray.store(inbound, raw)
        await _answer(send, 200)


def _query(scope: Scope) -> dict[str, str]:
    return dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))


async def _body(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise TooLarge("the caller went away before the body was whole")
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY:
            raise TooLarge(f"body over {MAX_BODY} bytes")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


async def _answer(send: Send, status: int, body: bytes = b"") -> None:
    headers = [(b"content-length", b"%d" % len(body))]
    if body:
        headers.append((b"content-type", b"text/plain; charset=utf-8"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def create_app(service: Service, *, role: str = "all") -> Door:
    """Return the ASGI application; its lifespan starts and stops the service."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await service.start(role)
        yield
        await service.stop()

    pages = FastAPI(
        title="Duban",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
        max_body_size=20 * MAX_BODY,
        telemetry={"auto_configure": False},
    )

    pages.state.service = service

    @pages.get("/healthz")
    async def healthz() -> PlainTextResponse:
        return PlainTextResponse("ok")

    @pages.get("/readyz")
    async def readyz(request: Request) -> JSONResponse:
        faults = await readiness(request.app.state.service, role)
        return JSONResponse({"ready": not faults, "faults": faults}, 503 if faults else 200)

    @pages.get("/metrics")
    async def metrics() -> PlainTextResponse:
        return PlainTextResponse(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    add_pages(pages, service)
    return Door(service, pages)


async def readiness(service: Service, role: str = "all") -> list[str]:
    """Return what keeps the service from working, each with its remedy; empty when it works."""
    faults: list[str] = []
    try:
        faults += await service.database.in_read(lambda session: _stuck(session, service))
    except Exception as error:
        faults.append(f"database: {type(error).__name__}; check DUBAN_DATABASE_URL and that it runs")
    redis = await service.state.check()
    if redis:
        faults.append(redis)
    faults += [f"{name}: {detail}" for name, (_, detail) in service.outtray.paused.items()]
    if service.stream is not None and role in ("all", "web") and not service.stream.connected:
        faults.append(f"dingtalk: Stream is not connected {service.trouble.get('dingtalk', '')}".strip())
    if service.aibot is not None and role in ("all", "worker") and service.trouble.get("aibot"):
        faults.append(f"aibot: {service.trouble['aibot']}")
    return faults


def _stuck(session: Session, service: Service) -> list[str]:
    session.execute(text("SELECT 1"))
    stale = service.clock.now() - _STALE
    faults = []
    unhandled = session.scalar(
        select(func.count()).where(Incoming.state == InState.NEW.value, Incoming.received_at < stale)
    )
    if unhandled:
        faults.append(f"{unhandled} messages lie unhandled for over five minutes; is a worker running?")
    unsent = session.scalar(
        select(func.count()).where(Outgoing.state == OutState.WAITING.value, Outgoing.not_before < stale)
    )
    if unsent:
        faults.append(f"{unsent} messages wait unsent for over five minutes; is a worker running?")
    return faults
