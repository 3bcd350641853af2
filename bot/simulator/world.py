"""A whole made-up county in one event loop: the product, and a simulated WeCom and DingTalk, over real sockets.

The demo keeps it running; the tests drive it by hand. Nothing of the product knows that it is not the real world.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import SecretStr
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.app import create_app
from bot.clock import Clock
from bot.database import Database
from bot.intake import SETTLE
from bot.platforms.http import http_client
from bot.schema import install
from bot.settings import AibotSettings, DingTalkSettings, ReaderSettings, Settings, WeComSettings
from bot.simulator import sample_county
from bot.simulator.delivery import Delivery
from bot.simulator.dingtalk import DingTalkSimulator
from bot.simulator.dingtalk_org import corp_id_of
from bot.simulator.serving import serve
from bot.simulator.stage import Actor, Bubble, Stage
from bot.simulator.wecom import WeComSimulator
from bot.simulator.wecom_aibot import AibotSimulator
from bot.wiring import Service, build_service
from bot.workbook.importing import import_file
from models.calendar import local_date
from models.entry import Entry
from models.ledger import Ledger
from models.mechanism import load_mechanism
from models.project import Group, Project
from scheduler.clock import tick_all

T = TypeVar("T")
CORP_ID = "ww0pinglan00demo01"
AGENT_ID = 1000002
CLIENT_ID = "dingpinglandemo001"
AIBOT_ID = "aibPinglanDemo0001"
CARD_TEMPLATE = "pinglan-card.schema"
PACK = Path(__file__).with_name("pinglan.yaml")


@dataclass
class World:
    """The county and everybody's phones."""

    stage: Stage
    clock: Clock
    wecom: WeComSimulator
    dingtalk: DingTalkSimulator
    aibot: AibotSimulator | None
    service: Service
    site: Starlette
    url: str
    bot_url: str

    async def say(self, who: str, text: str) -> Delivery:
        """Let somebody write to the bot."""
        actor = self.actor(who)
        return await self._platform(actor).say(actor.user_id, text)

    async def photo(self, who: str, data: bytes, name: str = "photo.jpg") -> Delivery:
        """Let somebody send a picture."""
        actor = self.actor(who)
        return await self._platform(actor).photo(actor.user_id, data, name)

    async def call(self, who: str, text: str, group: str) -> Delivery:
        """Let somebody call the bot by @ in a group: DingTalk's robot, or WeCom's 智能机器人."""
        actor = self.actor(who)
        if actor.platform == "dingtalk":
            return await self.dingtalk.say(actor.user_id, text, group)
        assert self.aibot is not None, "open the world with an aibot mode"
        return await self.aibot.say(actor.user_id, text, group)

    def heard_in(self, group: str) -> list[str]:
        """Return what was said in a group, but for what its members said."""
        return [bubble.text for bubble in self.stage.groups[group].bubbles if not bubble.mine]

    async def location(self, who: str, latitude: float, longitude: float, label: str = "") -> Delivery:
        """Let somebody send a place; DingTalk robots receive none."""
        return await self.wecom.location(self.actor(who).user_id, latitude, longitude, label)

    async def press(self, who: str, label: str, *, on: Bubble | None = None) -> Delivery:
        """Let somebody press the newest unused button with this label, or the one `on` a card he received."""
        actor = self.actor(who)
        for bubble in [on] if on is not None else reversed(self.phone(who)):
            for key, shown in bubble.buttons:
                if shown == label and not bubble.used:
                    return await self._platform(actor).press(actor.user_id, bubble, key)
        raise LookupError(f"{who} sees no button {label}")

    async def settle(self) -> None:
        """Let the product finish: what waits a moment for its photos or words is handled too."""
        for _ in range(2):
            self.clock.advance(SETTLE * 2 + timedelta(milliseconds=10))
            await self.service.settle()

    async def tick(self) -> None:
        """Let every obligation look at the clock, and what they say be sent."""
        await tick_all(self.service.run_on_ledger)
        await self.service.settle()

    async def at(self, instant: datetime) -> None:
        """Let it be `instant`, and let the product notice."""
        self.clock.set(instant)
        await self.tick()

    async def office(self, work: Callable[[Ledger], T]) -> T:
        """Do something at the office's desk, in one unit of work."""
        results: list[T] = []

        def unit(ledger: Ledger) -> None:
            results.append(work(ledger))

        await self.service.run_on_ledger(unit)
        return results[0]

    def actor(self, who: str) -> Actor:
        """Return somebody by key or name."""
        for actor in self.stage.everybody:
            if who in (actor.key, actor.name):
                return actor
        raise LookupError(who)

    def phone(self, who: str) -> list[Bubble]:
        """Return what somebody sees."""
        return self.stage.phones[self.actor(who).key].bubbles

    def heard(self, who: str) -> list[str]:
        """Return the texts somebody received."""
        return [bubble.text for bubble in self.phone(who) if not bubble.mine]

    def ledger(self) -> list[dict[str, Any]]:
        """Return the ledger's lines, oldest first."""
        return self.service.database.read(
            lambda session: [entry.line() for entry in session.scalars(select(Entry).order_by(Entry.seq))]
        )

    def projects(self) -> dict[str, Project]:
        """Return the projects by 编号."""
        return self.service.database.read(
            lambda session: {project.code: project for project in session.scalars(select(Project))}
        )

    def groups_for(self, purpose: str) -> list[str]:
        """Return the names of the groups registered for a purpose."""
        return [group.name for group in self._groups() if group.purpose == purpose]

    def group_targets(self, purpose: str) -> list[str]:
        """Return what the platforms know those groups by."""
        return [group.target for group in self._groups() if group.purpose == purpose]

    def _groups(self) -> list[Group]:
        return self.service.database.read(lambda session: list(session.scalars(select(Group).order_by(Group.id))))

    def _platform(self, actor: Actor) -> WeComSimulator | DingTalkSimulator:
        return self.wecom if actor.platform == "wecom" else self.dingtalk


@asynccontextmanager
async def open_world(
    home: Path,
    *,
    actors: Sequence[Actor] = sample_county.ACTORS,
    extras: Sequence[Actor] = (),
    start: datetime = sample_county.START,
    mechanism: str | Path = PACK,
    workbook: Path | None = None,
    database_url: str = "",
    redis_url: str = "",
    role: str = "web",
    dingtalk_mode: Literal["stream", "http"] = "stream",
    aibot_mode: Literal["", "callback", "stream"] = "",
    port: int = 0,
    bot_port: int = 0,
    reader: ReaderSettings | None = None,
    founded: bool = False,
) -> AsyncIterator[World]:
    """Build and run a county. `role` "web" leaves handling, sending and ticking to the caller's hand.

    `founded` says that :func:`found` has been called for this home and database.
    """
    clock = Clock()
    clock.set(start)
    stage = Stage(actors, clock.now, extras)
    async with AsyncExitStack() as stack:
        settings = _settings(home, database_url, redis_url, dingtalk_mode, aibot_mode)
        wecom, dingtalk = _simulators(stage, settings, dingtalk_mode)
        aibot = _aibot_simulator(stage, settings.wecom.aibot)
        stack.push_async_callback(wecom.aclose)
        stack.push_async_callback(dingtalk.aclose)
        mounts = [Mount("/wecom", wecom.app), Mount("/dingtalk", dingtalk.app)]
        if aibot is not None:
            stack.push_async_callback(aibot.aclose)
            aibot.veiled = wecom.corp.veiled
            mounts.append(Mount("/aibot", aibot.app))
        site = Starlette(routes=mounts)
        url = await stack.enter_async_context(serve(site, port))
        dingtalk.base_url = f"{url}/dingtalk"
        settings = _at(settings, url).model_copy(update={"reader": reader or ReaderSettings()})
        if not founded:
            found(home, start, mechanism=mechanism, workbook=workbook, database_url=database_url)
        service = build_service(settings, clock)
        bot_url = await stack.enter_async_context(serve(create_app(service), bot_port))
        service.county.public_url = bot_url
        wecom.callback_url = f"{bot_url}/callbacks/wecom"
        dingtalk.callback_url = f"{bot_url}/callbacks/dingtalk"
        if aibot is not None:
            aibot.base_url, aibot.callback_url = f"{url}/aibot", f"{bot_url}/callbacks/wecom/aibot"
        stack.push_async_callback(service.stop)
        await service.start(role, pace=0.1)
        if role == "web":
            service.connect_aibot()
        await _open_groups(stage, settings, url)
        yield World(stage, clock, wecom, dingtalk, aibot, service, site, url, bot_url)


def _settings(
    home: Path,
    database_url: str,
    redis_url: str,
    mode: Literal["stream", "http"],
    aibot_mode: Literal["", "callback", "stream"],
) -> Settings:
    """Return made-up credentials; nothing of the environment's own settings leaks in."""
    return Settings(
        _env_file=None,  # type: ignore[call-arg]
        home=home,
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url) if redis_url else None,
        media_url="",
        public_url="",
        wecom=WeComSettings(
            corp_id=CORP_ID,
            agent_id=str(AGENT_ID),
            secret=SecretStr(secrets.token_urlsafe(24)),
            token=SecretStr(secrets.token_hex(12)),
            encoding_aes_key=SecretStr((secrets.token_hex(22))[:43]),
            aibot=AibotSettings(
                mode=aibot_mode,
                token=SecretStr(secrets.token_hex(12)),
                encoding_aes_key=SecretStr((secrets.token_hex(22))[:43]),
                bot_id=AIBOT_ID,
                secret=SecretStr(secrets.token_urlsafe(24)),
            ),
        ),
        dingtalk=DingTalkSettings(
            client_id=CLIENT_ID,
            client_secret=SecretStr(secrets.token_urlsafe(32)),
            card_template_id=CARD_TEMPLATE,
            mode=mode,
            corp_id=corp_id_of(CLIENT_ID),
            agent_id="3000000001",
        ),
    )


def _simulators(
    stage: Stage, settings: Settings, mode: Literal["stream", "http"]
) -> tuple[WeComSimulator, DingTalkSimulator]:
    wecom = WeComSimulator(
        stage,
        corp_id=CORP_ID,
        agent_id=AGENT_ID,
        secret=settings.wecom.secret.get_secret_value(),
        token=settings.wecom.token.get_secret_value(),
        encoding_aes_key=settings.wecom.encoding_aes_key.get_secret_value(),
        callback_url="",
        mount="/wecom",
    )
    dingtalk = DingTalkSimulator(
        stage,
        client_id=CLIENT_ID,
        client_secret=settings.dingtalk.client_secret.get_secret_value(),
        robot_code=CLIENT_ID,
        card_template_id=CARD_TEMPLATE,
        mode=mode,
        mount="/dingtalk",
    )
    return wecom, dingtalk


def _aibot_simulator(stage: Stage, aibot: AibotSettings) -> AibotSimulator | None:
    if not aibot.mode:
        return None
    return AibotSimulator(
        stage,
        mode=aibot.mode,
        token=aibot.token.get_secret_value(),
        encoding_aes_key=aibot.encoding_aes_key.get_secret_value(),
        bot_id=aibot.bot_id,
        secret=aibot.secret.get_secret_value(),
    )


def _at(settings: Settings, url: str) -> Settings:
    """Point the product at the simulated platforms."""
    socket = settings.wecom.aibot.model_copy(update={"ws_url": f"ws{url.removeprefix('http')}/aibot/ws"})
    wecom = settings.wecom.model_copy(
        update={
            "api_base": f"{url}/wecom",
            "aibot": socket,
            "oauth_base": f"{url}/wecom",
            "client_script": f"{url}/wecom/open/js/jweixin-1.2.0.js",
        }
    )
    hosts = {
        "api_base": f"{url}/dingtalk",
        "oapi_base": f"{url}/dingtalk",
        "client_script": f"{url}/dingtalk/dingding/dingtalk-jsapi/dingtalk.open.js",
    }
    return settings.model_copy(update={"wecom": wecom, "dingtalk": settings.dingtalk.model_copy(update=hosts)})


def found(
    home: Path,
    start: datetime,
    *,
    mechanism: str | Path = PACK,
    workbook: Path | None = None,
    database_url: str = "",
) -> None:
    """Found the county as its office would: `duban init`, then `duban import`."""
    home.mkdir(parents=True, exist_ok=True)
    if workbook is None:
        workbook = home / "平澜县导入表.xlsx"
        sample_county.write_sample(workbook)
    database = Database(_settings(home, database_url, "", "stream", "").sqlalchemy_url)
    try:
        today = local_date(start)
        install(database, load_mechanism(mechanism), today)
        import_file(database, workbook, today)
    finally:
        database.close()


async def _open_groups(stage: Stage, settings: Settings, url: str) -> None:
    """Let the sample county's groups exist on the platforms: the app group is created by its app, as it must be."""
    for target in (sample_county.DING_GROUP, sample_county.ROBOT_KEY):
        stage.add_group(target, sample_county.GROUP_NAMES[target])
    members = [actor.user_id for actor in stage.everybody if actor.platform == "wecom"]
    if len(members) < 2:
        return
    async with http_client(base_url=f"{url}/wecom/cgi-bin", trust_env=False) as client:
        secret = settings.wecom.secret.get_secret_value()
        token = (await client.get("/gettoken", params={"corpid": CORP_ID, "corpsecret": secret})).json()
        group = {
            "name": sample_county.GROUP_NAMES[sample_county.APP_GROUP],
            "owner": members[0],
            "userlist": members,
            "chatid": sample_county.APP_GROUP,
        }
        await client.post("/appchat/create", params={"access_token": token["access_token"]}, json=group)
