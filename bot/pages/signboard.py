"""A project's own page, behind the QR code of its site board (标示牌): the brief, one sentence, photos, a place.

What is sent goes into the in-tray like any message, stored before it is answered and once however often it is sent.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Annotated, Literal

from fastapi import Body, FastAPI, HTTPException, Query, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import select

from bot.media import Refused
from bot.pages.desk import Desk, NotSignedIn
from bot.pages.platform_sign_in import allow_client, app_of, way_in
from bot.pages.receipts import receipt_of
from bot.pages.rendering import STATIC, html
from bot.platforms.dingtalk import DingTalk
from bot.platforms.visiting import VisitUnavailable, page_signature
from bot.platforms.wecom import WeCom
from bot.uploads import Gap, Progress, UploadRefused, Uploads
from handlers.arriving import said_before
from models import board
from models.ledger import Ledger
from models.message import PAGE, Inbound, Kind, Location, MediaRef
from models.people import Person
from models.project import Project
from models.rights import may_see
from models.site_brief import SiteBrief, site_brief

_NUMBER = re.compile(r"[A-Z]{2,3}-\d+")
_LONGEST_AGE = 14 * 86400.0
_NOT_FOUND = "没有您能查看的这个项目。"
_MOST_PHOTOS = 30


class Place(BaseModel):
    """Where the phone says it is."""

    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    datum: Literal["gcj02", "wgs84"]


class Report(BaseModel):
    """What a page sends. `id` is the phone's own and stays the same however often it is sent; `age` is in seconds."""

    id: str = Field(pattern=r"^[0-9a-f-]{8,40}$")
    project: str = Field(max_length=50)
    text: str = Field(default="", max_length=2000)
    photos: list[str] = Field(default=[], max_length=_MOST_PHOTOS)
    place: Place | None = None
    age: float = Field(default=0, ge=0)


def add_routes(app: FastAPI, desk: Desk) -> None:
    """Add the page and what it calls."""
    uploads = Uploads(desk.service.media)

    @app.get("/p/{code:path}")
    async def page(code: str, request: Request) -> Response:
        try:
            response = await desk.read(request, lambda ledger, person: _page(ledger, person, code))
        except NotSignedIn:
            return way_in(desk, request)
        script = _client_script(desk, app_of(request))
        return allow_client(response, script) if script else response

    @app.get("/sign/shell")
    async def shell() -> Response:
        return html("signboard_shell.html")

    @app.get("/sign-worker.js")
    async def worker() -> Response:
        # At the root, because a worker serves no page above its own path.
        return FileResponse(STATIC / "sign" / "worker.js", media_type="text/javascript")

    @app.get("/sign/client")
    async def client(request: Request, url: Annotated[str, Query(max_length=500)]) -> Response:
        await desk.read(request, lambda _ledger, person: person.id)
        return await _client(desk, app_of(request), url)

    @app.get("/sign/photos/{photo}")
    async def progress(photo: str, request: Request) -> Response:
        person_id = await desk.read(request, lambda _, person: person.id)
        return await _told(lambda: uploads.progress(person_id, photo))

    @app.put("/sign/photos/{photo}")
    async def piece(photo: str, request: Request, offset: int, size: int) -> Response:
        desk.check_origin(request)
        person_id = await desk.read(request, lambda _, person: person.id)
        content = await request.body()
        return await _told(lambda: uploads.add(person_id, photo, offset, size, content))

    @app.post("/sign/reports")
    async def report(request: Request, sent: Annotated[Report, Body()]) -> Response:
        desk.check_origin(request)
        return await _take(desk, uploads, request, sent)

    @app.get("/sign/reports/{report_id}")
    async def receipt(report_id: str, request: Request) -> Response:
        return JSONResponse(await desk.read(request, lambda ledger, me: receipt_of(ledger, me, report_id)))


def _page(ledger: Ledger, person: Person, code: str) -> Response:
    project = _visible(ledger, person, code)
    if project is None:
        words = f"{_NOT_FOUND}可给督办助手发「我的项目」看名单。"
        return html("said.html", 404, title="没有找到这个项目", words=words)
    stale = board.stale_names(ledger, project) if person in board.answerable(ledger, project) else []
    return html(
        "signboard.html",
        project=project.name,
        code=project.code,
        me=person.name,
        person=person.id,
        area=ledger.mechanism.area,
        brief=_brief(ledger, person, project),
        stale=[f"{label}：牌上{was}，台账{now}" for label, was, now in stale],
    )


def _brief(ledger: Ledger, person: Person, project: Project) -> SiteBrief:
    """Return what he should know before he goes, with what he said himself in chat (★5), each matter once."""
    brief = site_brief(ledger, person, project)
    told = "".join(brief.promised)
    said = [line for line in said_before(ledger, person, project) if not _names_one_of(line, told)]
    return replace(brief, promised=[*brief.promised, *said])


def _names_one_of(line: str, told: str) -> bool:
    return any(number in told for number in _NUMBER.findall(line))


def _visible(ledger: Ledger, person: Person, code: str) -> Project | None:
    project = ledger.session.scalar(select(Project).where(Project.code == code))
    return project if project is not None and may_see(ledger, person, project) else None


async def _told(work: Callable[[], Progress]) -> Response:
    """Say how far a photo has come, or why it cannot be taken."""
    try:
        there = await asyncio.to_thread(work)
    except Gap as gap:
        return JSONResponse({"received": gap.received}, 409)
    except (UploadRefused, Refused) as error:
        return JSONResponse({"words": str(error)}, 422)
    return JSONResponse({"received": there.received, "whole": bool(there.digest)})


async def _take(desk: Desk, uploads: Uploads, request: Request, sent: Report) -> Response:
    """Store a report; the answer is given once it is committed, or was before."""

    def who(ledger: Ledger, person: Person) -> int | None:
        return person.id if _visible(ledger, person, sent.project) else None

    person_id = await desk.read(request, who)
    if person_id is None:
        return JSONResponse({"words": _NOT_FOUND}, 404)
    if not (sent.text.strip() or sent.photos or sent.place):
        return JSONResponse({"words": "请写一句话，或者拍张照片、附上位置。"}, 422)
    there = [await asyncio.to_thread(uploads.progress, person_id, photo) for photo in sent.photos]
    missing = [photo for photo, progress in zip(sent.photos, there, strict=True) if not progress.digest]
    if missing:
        return JSONResponse({"missing": missing}, 409)
    inbound = _inbound(desk, person_id, sent, [progress.digest for progress in there])
    raw = {**sent.model_dump(exclude={"age"}), "text": inbound.text, "photos": [one.digest for one in there]}
    await desk.service.intray.store(inbound, json.dumps(raw, ensure_ascii=False))
    return JSONResponse({"stored": True})


def _inbound(desk: Desk, person_id: int, sent: Report, digests: list[str]) -> Inbound:
    """Return the message as of when it was written: a phone's clock may be wrong, how long ago it counts is not."""
    age, text = timedelta(seconds=min(sent.age, _LONGEST_AGE)), sent.text.replace("\0", "").strip()
    kind = Kind.TEXT if text else Kind.IMAGE if sent.photos else Kind.LOCATION
    place = sent.place
    return Inbound(
        platform=PAGE,
        key=f"{person_id}:{sent.id}",
        conversation=f"page:{person_id}",
        sender=str(person_id),
        kind=kind,
        sent_at=desk.service.clock.now() - age,
        text=text,
        media=tuple(MediaRef(Kind.IMAGE, digest) for digest in dict.fromkeys(digests)),
        location=Location(place.latitude, place.longitude, datum=place.datum) if place else None,
        project=sent.project,
    )


# --- the apps' script clients ---------------------------------------------------------------------------


def _client_script(desk: Desk, app: str) -> str:
    """Return the address of the script client of the app the page is in, where its platform is set up for pages."""
    settings = desk.service.settings
    if app == "wecom" and settings.wecom.enabled:
        return settings.wecom.client_script
    if app == "dingtalk" and settings.dingtalk.enabled and settings.dingtalk.corp_id and settings.dingtalk.agent_id:
        return settings.dingtalk.client_script
    return ""


async def _client(desk: Desk, app: str, url: str) -> Response:
    """Say how a page asks the app it is in for the place: by which script, configured how; other browsers know."""
    script, platform = _client_script(desk, app), desk.service.platforms.get(app)
    if not script or not isinstance(platform, WeCom | DingTalk):
        return JSONResponse({"app": ""})
    if not url.startswith(f"{desk.public_url}/p/"):
        raise HTTPException(400)
    try:
        ticket = await platform.visits.ticket()
    except VisitUnavailable:
        return JSONResponse({"words": "这会儿拿不到位置，不附也可以提交。"}, 503)
    nonce, stamp = secrets.token_hex(8), int(desk.service.clock.now().timestamp())
    if isinstance(platform, WeCom):
        signature = page_signature(ticket, nonce, stamp, url)
        config = {"appId": desk.service.settings.wecom.corp_id, "timestamp": stamp}
    else:
        signature = page_signature(ticket, nonce, stamp, url, "sha256")
        ding = desk.service.settings.dingtalk
        config = {"corpId": ding.corp_id, "agentId": ding.agent_id, "timeStamp": stamp}
    return JSONResponse({"app": app, "script": script, "config": {**config, "nonceStr": nonce, "signature": signature}})
