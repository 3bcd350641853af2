"""Builds the service from its settings: engine, shared state, platforms, county, router, trays."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import structlog
from apscheduler.schedulers.base import BaseScheduler
from sqlalchemy.orm import Session

from bot.clock import Clock
from bot.county import NotReady, load_county
from bot.database import Database
from bot.fetching import Fetcher
from bot.intake import IntakeWorker, InTray
from bot.lease import DatabaseLease
from bot.media import MediaStore
from bot.metrics import STREAM_UP
from bot.outbox import OutTray
from bot.pictures import Darkroom
from bot.platforms.base import Platform
from bot.platforms.dingtalk import DingTalk, StreamClient
from bot.platforms.wecom import WeCom, WeComSecrets
from bot.platforms.wecom.aibot import AibotSecrets, AibotSocket, Robot
from bot.second_reader import SecondReader
from bot.settings import Settings
from bot.shared_state import LocalState, RedisState, SharedState
from handlers.order import build_router, make_ready
from models.ledger import County, Ledger
from scheduler.clock import start_clock, tick_all

log = structlog.get_logger(__name__)


@dataclass
class Service:
    """A wired installation; `start` and `stop` run it within an event loop."""

    settings: Settings
    clock: Clock
    database: Database
    state: SharedState
    county: County
    media: MediaStore
    darkroom: Darkroom
    platforms: dict[str, Platform]
    intray: InTray
    intake: IntakeWorker
    outtray: OutTray
    stream: StreamClient | None
    reader: SecondReader | None
    aibot: AibotSocket | None
    trouble: dict[str, str]

    def __post_init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []
        self._scheduler: BaseScheduler | None = None

    async def start(self, role: str = "all", *, pace: float = 1.0) -> None:
        """Run a role: web takes callbacks, worker handles and sends, scheduler speaks first; all does all."""
        loop = asyncio.get_running_loop()
        if role != "scheduler":
            self._tasks.append(loop.create_task(asyncio.to_thread(make_ready)))
        if role in ("all", "worker"):
            self._tasks.append(loop.create_task(self.intake.run()))
            self._tasks.append(loop.create_task(self.outtray.run()))
        if role in ("all", "web") and self.stream is not None:
            self._tasks.append(loop.create_task(self.stream.run()))
        # Who sends must hold the connection: the robot answers over the very one that asked.
        if role in ("all", "worker"):
            self.connect_aibot()
        if role in ("all", "scheduler"):
            await tick_all(self.run_on_ledger)
            self._scheduler = start_clock(self.run_on_ledger, pace=pace)
        for task in self._tasks:
            task.add_done_callback(_report_death)

    def connect_aibot(self) -> None:
        """Keep the robot's long connection, where the county uses one and no other process holds it."""
        if self.aibot is not None:
            self._tasks.append(asyncio.get_running_loop().create_task(self.aibot.run()))

    async def stop(self) -> None:
        """Take nothing new, finish what runs, close everything."""
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
        if self.stream is not None:
            await self.stream.stop()
        if self.aibot is not None:
            await self.aibot.stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for platform in self.platforms.values():
            await platform.aclose()
        if self.reader is not None:
            await self.reader.aclose()
        await self.darkroom.aclose()
        await self.state.aclose()
        await asyncio.get_running_loop().run_in_executor(None, self.database.close)

    async def run_on_ledger(self, work: Callable[[Ledger], None]) -> None:
        """Give `work` a ledger, seal and commit."""

        def unit(session: Session) -> None:
            ledger = Ledger(session, self.clock.now(), self.county)
            work(ledger)
            ledger.seal()

        await self.database.in_write(unit)
        self.state.nudge("out")

    async def settle(self) -> None:
        """Handle and send everything that is due now (the demo's scene and the tests)."""
        await self.intake.drain()
        await self.outtray.drain()


def _report_death(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("service.task_died", error=type(error).__name__, exc_info=error)


def build_service(settings: Settings, clock: Clock | None = None) -> Service:
    """Wire an installation. Raises :class:`NotReady` when the database is not initialised."""
    clock = clock or Clock()
    database = Database(settings.sqlalchemy_url)
    try:
        county = load_county(database)
    except NotReady:
        database.close()
        raise
    county.public_url = settings.base_url
    redis_url = settings.redis_url.get_secret_value() if settings.redis_url else ""
    state: SharedState = RedisState(redis_url) if redis_url else LocalState()
    trouble: dict[str, str] = {}
    darkroom = Darkroom(heic=settings.media.heic)
    intray = InTray(database, clock, state)
    reader = build_reader(settings, county.calendar.is_workday, clock)
    aibot = _aibot(settings, database, intray, trouble, clock)
    platforms = build_platforms(settings, state, clock, aibot)
    media = MediaStore(Path(settings.media_folder))
    return Service(
        settings,
        clock,
        database,
        state,
        county,
        media,
        darkroom,
        platforms,
        intray,
        IntakeWorker(database, clock, state, county, build_router(), Fetcher(platforms, media, darkroom), reader),
        OutTray(database, clock, state, county, platforms),
        _stream(settings, intray, trouble, clock),
        reader,
        aibot,
        trouble,
    )


def build_reader(settings: Settings, is_workday: Callable[[date], bool], clock: Clock) -> SecondReader | None:
    """Return the second reader where one is set up."""
    if not settings.reader.enabled:
        return None
    return SecondReader(settings.reader, is_workday=is_workday, clock=clock.seconds)


def wecom_secrets(settings: Settings) -> WeComSecrets:
    """Return what callbacks of the self-built app are verified with."""
    wecom = settings.wecom
    return WeComSecrets(
        corp_id=wecom.corp_id,
        agent_id=int(wecom.agent_id),
        token=wecom.token.get_secret_value(),
        encoding_aes_key=wecom.encoding_aes_key.get_secret_value(),
        location_datum=wecom.location_datum,
    )


def aibot_secrets(settings: Settings) -> AibotSecrets:
    """Return what callbacks of the 智能机器人 are verified with."""
    aibot = settings.wecom.aibot
    return AibotSecrets(aibot.token.get_secret_value(), aibot.encoding_aes_key.get_secret_value())


def build_platforms(
    settings: Settings, state: SharedState, clock: Clock, aibot: AibotSocket | None = None
) -> dict[str, Platform]:
    """Return the platforms whose settings are present."""
    platforms: dict[str, Platform] = {}
    wecom, dingtalk = settings.wecom, settings.dingtalk
    if wecom.enabled:
        platforms["wecom"] = WeCom(
            wecom_secrets(settings),
            wecom.secret.get_secret_value(),
            api_base=wecom.api_base,
            tokens=state.tokens(f"wecom:{wecom.corp_id}:{wecom.agent_id}"),
            robot=_robot(settings, clock, aibot),
            clock=clock.seconds,
        )
    if dingtalk.enabled:
        platforms["dingtalk"] = DingTalk(
            dingtalk.client_id,
            dingtalk.client_secret.get_secret_value(),
            robot_code=dingtalk.robot_code or dingtalk.client_id,
            # An interactive card's press comes over Stream only; in HTTP mode buttons are links that speak.
            card_template_id=dingtalk.card_template_id if dingtalk.mode == "stream" else "",
            api_base=dingtalk.api_base,
            oapi_base=dingtalk.oapi_base,
            tokens=state.tokens(f"dingtalk:{dingtalk.client_id}"),
            now=clock.now,
            clock=clock.seconds,
        )
    return platforms


def _robot(settings: Settings, clock: Clock, socket: AibotSocket | None) -> Robot | None:
    wecom = settings.wecom
    if not wecom.aibot.mode:
        return None
    key = wecom.aibot.encoding_aes_key.get_secret_value()
    return Robot(api_base=wecom.api_base, now=clock.now, aes_key=key, socket=socket, clock=clock.seconds)


def _aibot(
    settings: Settings, database: Database, intray: InTray, trouble: dict[str, str], clock: Clock
) -> AibotSocket | None:
    aibot = settings.wecom.aibot
    if aibot.mode != "stream":
        return None

    def on_trouble(detail: str) -> None:
        trouble["aibot"] = detail
        if detail:
            log.error("aibot.trouble")

    return AibotSocket(
        aibot.bot_id,
        aibot.secret.get_secret_value(),
        url=aibot.ws_url,
        on_message=intray.store,
        on_trouble=on_trouble,
        lease=DatabaseLease(database, clock, f"aibot:{aibot.bot_id}"),
        now=clock.now,
        page=settings.base_url,
    )


def _stream(settings: Settings, intray: InTray, trouble: dict[str, str], clock: Clock) -> StreamClient | None:
    dingtalk = settings.dingtalk
    if not dingtalk.enabled or dingtalk.mode != "stream":
        return None

    def on_trouble(code: str, detail: str) -> None:
        trouble["dingtalk"] = detail
        log.error("dingtalk.stream_trouble", code=code)

    client = StreamClient(
        dingtalk.client_id,
        dingtalk.client_secret.get_secret_value(),
        api_base=dingtalk.api_base,
        on_message=intray.store,
        on_trouble=on_trouble,
        now=clock.now,
    )
    STREAM_UP.set_function(lambda: float(client.connected))
    return client
