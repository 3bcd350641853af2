"""Signing in by the one-time link that the bot sends to whoever asks it for 看板."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response

from bot.pages.desk import COOKIE, Desk, ForeignForm, NotSignedIn
from bot.pages.rendering import html
from models.errors import Forbidden, Refusal
from models.ledger import Ledger
from models.sign_in import close_session, open_session, use_link


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Add the way in and out, and what a page says to whom it cannot serve."""

    @app.get("/in/{secret}")
    async def door(secret: str) -> Response:
        # Chat programs fetch links to preview them: only a press uses the link up.
        return html("enter.html", secret=secret)

    @app.post("/in/{secret}")
    async def enter(secret: str, request: Request) -> Response:
        desk.check_origin(request)

        def work(ledger: Ledger) -> str | None:
            person = use_link(ledger, secret)
            return open_session(ledger, person) if person else None

        session = await desk.on_ledger(work)
        if session is None:
            return html("said.html", 410, title="这个链接已经用过或过期", words="请给督办助手再发一次「看板」。")
        response = RedirectResponse("/", 303)
        desk.keep(response, session)
        return response

    @app.post("/out")
    async def leave(request: Request) -> Response:
        desk.check_origin(request)
        secret = request.cookies.get(COOKIE, "")
        await desk.on_ledger(lambda ledger: close_session(ledger, secret))
        response = html("said.html", title="已退出", words="再来时给督办助手发「看板」。")
        response.delete_cookie(COOKIE)
        return response

    @app.exception_handler(NotSignedIn)
    async def not_signed_in(_: Request, __: Exception) -> Response:
        return html(
            "said.html", 401, title="请先登录", words="在企业微信或钉钉里给督办助手发「看板」，点它回的链接进来。"
        )

    @app.exception_handler(ForeignForm)
    async def foreign_form(_: Request, __: Exception) -> Response:
        return html("said.html", 403, title="没有办成", words="请回到督办的页面上再点一次。")

    @app.exception_handler(Refusal)
    async def refused(_: Request, error: Exception) -> Response:
        assert isinstance(error, Refusal)
        return html("said.html", 403 if isinstance(error, Forbidden) else 400, title="没有办成", words=error.words)

    @app.exception_handler(RequestValidationError)
    async def unreadable(_: Request, __: Exception) -> Response:
        return html("said.html", 422, title="没有办成", words="有一项没填或填得不对，请退回去改一改。")
