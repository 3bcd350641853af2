"""Signing in by the platform: whoever opens a page inside WeCom or DingTalk is known there already.

In WeCom the browser goes to the OAuth page and comes back with a code; in DingTalk the page asks the app for one. A
code is good once, and the state it comes back with only in the browser it was given to.
"""

from __future__ import annotations

import hmac
import secrets
from urllib.parse import quote, urlsplit

import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from bot.pages.desk import Desk
from bot.pages.rendering import html
from bot.platforms.dingtalk import DingTalk
from bot.platforms.visiting import CodeRefused, Outsider, VisitUnavailable
from bot.platforms.wecom import WeCom
from bot.platforms.wecom.visits import authorize_url
from models.ledger import Ledger
from models.sign_in import open_session

log = structlog.get_logger(__name__)
STATE_COOKIE = "duban_way_in"
_STATE_SECONDS = 600
_NAMES = {"wecom": "企业微信", "dingtalk": "钉钉"}
# The apps' script clients speak to their app over addresses of their own.
_BRIDGES = "weixin: wxwork: wxworklocal: weixinpreinject: dingtalk: nuva:"


class _NotAdmitted(Exception):
    """Nobody is let in; the texts are what he reads."""

    def __init__(self, title: str, words: str) -> None:
        super().__init__(title)
        self.title = title
        self.words = words


def app_of(request: Request) -> str:
    """Return the platform in whose app a page is opened, by the browser's own account; "" in any other browser."""
    agent = request.headers.get("user-agent", "").lower()
    return "wecom" if "wxwork/" in agent else "dingtalk" if "dingtalk" in agent else ""


def allow_client(response: Response, script: str) -> Response:
    """Let a page load an app's script client from its own address, and nothing else from anywhere."""
    parts = urlsplit(script)
    policy = response.headers["Content-Security-Policy"]
    more = f"; script-src 'self' {parts.scheme}://{parts.netloc}; frame-src {_BRIDGES}"
    response.headers["Content-Security-Policy"] = policy + more
    return response


def way_in(desk: Desk, request: Request) -> Response:
    """Begin to sign in whoever opened a page without a session; the page itself is not told apart from any other."""
    settings, app = desk.service.settings, app_of(request)
    if app == "wecom" and settings.wecom.enabled:
        return _to_wecom(desk, request.url.path)
    if app == "dingtalk" and settings.dingtalk.enabled and settings.dingtalk.corp_id:
        ding = settings.dingtalk
        page = html("ding_in.html", 401, corp_id=ding.corp_id, client_id=ding.client_id, script=ding.client_script)
        return allow_client(page, ding.client_script)
    names = "或".join(_NAMES[name] for name in desk.service.platforms if name in _NAMES)
    hint = f"请用手机上的{names}扫这个码，登录由{names}完成。\n或者给督办助手发「看板」，点它回的链接进来，再扫一次。"
    return html("said.html", 401, title=f"请在{names}里打开", words=hint)


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Add the two ways back from the platforms."""

    @app.get("/sign-in/wecom")
    async def from_wecom(request: Request, code: str = "", state: str = "") -> Response:
        kept, _, path = request.cookies.get(STATE_COOKIE, "").partition(":")
        if not kept or not hmac.compare_digest(kept.encode(), state.encode()):
            return _said(_NotAdmitted("这次登录过期了", "请回到标示牌前再扫一次码。"))
        try:
            session = await _admit(desk, "wecom", code)
        except _NotAdmitted as error:
            return _said(error)
        response = RedirectResponse(path if path.startswith("/p/") else "/", 303)
        response.delete_cookie(STATE_COOKIE)
        desk.keep(response, session)
        return response

    @app.post("/sign-in/dingtalk")
    async def from_dingtalk(request: Request) -> Response:
        desk.check_origin(request)
        code = str((await request.json()).get("code", ""))
        try:
            session = await _admit(desk, "dingtalk", code)
        except _NotAdmitted as error:
            return JSONResponse({"title": error.title, "words": error.words}, 403)
        response = JSONResponse({})
        desk.keep(response, session)
        return response


def _to_wecom(desk: Desk, path: str) -> Response:
    wecom, state = desk.service.settings.wecom, secrets.token_urlsafe(16)
    back = f"{desk.public_url}/sign-in/wecom"
    url = authorize_url(wecom.oauth_base, corp_id=wecom.corp_id, agent_id=wecom.agent_id, back=back, state=state)
    response = RedirectResponse(url, 302, {"Cache-Control": "no-store"})
    response.set_cookie(
        STATE_COOKIE,
        f"{state}:{quote(path)}",
        max_age=_STATE_SECONDS,
        httponly=True,
        samesite="lax",
        secure=desk.public_url.startswith("https:"),
    )
    return response


async def _admit(desk: Desk, name: str, code: str) -> str:
    """Return the secret of a new session of whoever is behind a code. Raises _NotAdmitted."""
    account = await _account(desk, name, code)

    def work(ledger: Ledger) -> str | None:
        person = ledger.person_by_account(name, account)
        return open_session(ledger, person) if person else None

    session = await desk.on_ledger(work)
    if session is None:
        office = desk.service.county.mechanism.office_name
        raise _NotAdmitted("您还没有登记", f"请把姓名和{_NAMES[name]}账号告诉{office}，登记后再扫码。")
    return session


async def _account(desk: Desk, name: str, code: str) -> str:
    platform = desk.service.platforms.get(name)
    if not isinstance(platform, WeCom | DingTalk) or not code:
        raise _NotAdmitted("这次登录过期了", "请回到标示牌前再扫一次码。")
    try:
        return await platform.visits.who(code)
    except CodeRefused:
        raise _NotAdmitted("这次登录过期了", "请回到标示牌前再扫一次码。") from None
    except Outsider:
        words = f"这个页面只给本单位{_NAMES[name]}的成员用；请换用单位的账号再扫一次。"
        raise _NotAdmitted("没有认出您", words) from None
    except VisitUnavailable as error:
        log.warning("sign_in.unavailable", platform=name, reason=str(error))
        words = "请过一会儿再扫一次码；急事可直接给督办助手发消息。"
        raise _NotAdmitted(f"{_NAMES[name]}这会儿登录不上", words) from None


def _said(error: _NotAdmitted) -> Response:
    return html("said.html", 403, title=error.title, words=error.words)
