"""`duban doctor`: looks at an installation, changes nothing, and says a remedy for every fault.

Words hold no secret, no address with a password in it and nobody's name, so they may be sent to whoever helps.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from pathlib import Path

import httpx2
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from pydantic import ValidationError
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

import models
from bot.addresses import is_local, is_private, shown, split
from bot.clock import Clock
from bot.database import Database
from bot.doctor_options import examine_reader, examine_robot
from bot.findings import Finding, sound, unsound
from bot.platforms.base import Platform
from bot.settings import DingTalkSettings, Settings, WeComSettings
from bot.shared_state import LocalState
from bot.wiring import build_platforms
from models import holidays
from models.calendar import WorkCalendar, local_date
from models.entry import ChainHead, Entry
from models.ledger import get_setting
from models.mechanism import Mechanism
from models.people import Person
from models.project import Part, Project, ProjectSeat

PATIENCE = 10.0
"""Seconds any one network wait may last."""

_GIB = 2**30
_LEAST_SHARE = 0.05
_MOST_SKEW = timedelta(seconds=60)
_HOLIDAYS = "节假日"
_NEXT_YEAR_FROM = 11  # the State Council publishes the next year's arrangement around November
_INIT = "请运行 duban init --mechanism jiaozuo（或 zhangzi、dancheng、本县制度文件）"
_NAMES = {"wecom": "企业微信", "dingtalk": "钉钉"}
_CALLBACKS = {"wecom": "/callbacks/wecom", "dingtalk": "/callbacks/dingtalk"}
_GOOD_NEWS = {"wecom": "凭据、可信IP和应用状态正常", "dingtalk": "凭据正常，接口可用"}


async def examine(settings: Settings, *, clock: Clock | None = None, patience: float = PATIENCE) -> list[Finding]:
    """Look at everything, in a fixed order. Network waits run side by side, each of at most `patience` seconds."""
    clock = clock or Clock()
    today = local_date(clock.now())
    books, redis, platforms, reader, robot, skew = await asyncio.gather(
        asyncio.to_thread(_books, settings, today, patience),
        _redis(settings, patience),
        _platforms(settings, clock, patience),
        examine_reader(settings, clock, patience),
        examine_robot(settings, patience),
        _clock(settings, clock, patience),
    )
    days = [finding for finding in books if finding.what == _HOLIDAYS]
    room = shutil.disk_usage(_existing(settings.home))
    return [
        _configuration(settings),
        *(finding for finding in books if finding not in days),
        judge_room(room.total, room.free),
        _media(settings.media_folder),
        *redis,
        *platforms,
        *reader,
        *robot,
        judge_callback(settings),
        skew,
        *(days or _holidays(WorkCalendar(), today)),
    ]


def _on(settings: Settings) -> dict[str, WeComSettings | DingTalkSettings]:
    """Return the settings of the platforms that are on, by name."""
    both: dict[str, WeComSettings | DingTalkSettings] = {
        "wecom": settings.wecom,
        "dingtalk": settings.dingtalk,
    }
    return {name: platform for name, platform in both.items() if platform.enabled}


def _configuration(settings: Settings) -> Finding:
    names = "和".join(_NAMES[name] for name in _on(settings))
    engine = "SQLite" if settings.sqlalchemy_url.startswith("sqlite") else "PostgreSQL"
    if not names:
        return sound("配置", f"{engine}；企业微信和钉钉都没有开通，收不到消息也发不出提醒，见 README「接入」")
    return sound("配置", f"{engine}；已开通{names}")


# --- database -------------------------------------------------------------------------------------------


def _books(settings: Settings, today: date, patience: float) -> list[Finding]:
    try:
        with contextlib.closing(_opened(settings, patience)) as database:
            return database.read(partial(_read_books, today=today))
    except FileNotFoundError:
        return [unsound("数据库", f"还没有建库：{_INIT}")]
    except ModuleNotFoundError:
        return [unsound("数据库", "缺少 PostgreSQL 驱动：请安装 duban[postgres]")]
    except Exception as error:  # each driver has its own, and every one of them is a finding
        return [
            unsound(
                "数据库",
                f"用不了（{type(error).__name__}）：请检查 DUBAN_DATABASE_URL、数据库是否在运行、账号密码和防火墙",
            )
        ]


def _opened(settings: Settings, patience: float) -> Database:
    """Open the database without making one: a missing SQLite file raises FileNotFoundError."""
    url = make_url(settings.sqlalchemy_url)
    if url.get_backend_name() == "sqlite":
        if url.database and not url.database.startswith(":") and not Path(url.database).exists():
            raise FileNotFoundError
    elif "connect_timeout" not in url.query:
        url = url.update_query_dict({"connect_timeout": str(max(1, round(patience)))})
    return Database(url.render_as_string(hide_password=False))


def _read_books(session: Session, today: date) -> list[Finding]:
    schema = _schema(session)
    if not schema.sound:
        return [schema]
    return [
        schema,
        *(_mechanism(session), _chain(session), _people(session), _projects(session, today)),
        *_holidays(_calendar(session), today),
    ]


def _calendar(session: Session) -> WorkCalendar:
    calendar = WorkCalendar()
    holidays.learn(calendar, get_setting(session, holidays.SETTING))
    return calendar


def _schema(session: Session) -> Finding:
    scripts = ScriptDirectory(str(Path(models.__path__[0]) / "migrations"))
    there = set(MigrationContext.configure(session.connection()).get_current_heads())
    if not there:
        return unsound("数据库", f"还是空的：{_INIT}")
    if there == set(scripts.get_heads()):
        return sound("数据库", f"连接正常，结构为最新（{'、'.join(sorted(there))}）")
    if there <= {script.revision for script in scripts.walk_revisions()}:
        return unsound("数据库", "结构比程序旧：请先用数据库工具备份（见 docs/running.md），再运行 duban init 升级")
    return unsound("数据库", "结构比程序新：请换用新版程序，或恢复升级前的备份（见 docs/running.md）")


def _mechanism(session: Session) -> Finding:
    stored = get_setting(session, "county")
    if stored is None:
        return unsound("制度", f"还没有选定：{_INIT}")
    try:
        mechanism = Mechanism.model_validate(stored["mechanism"])
    except (KeyError, ValidationError):
        return unsound("制度", f"库里存的制度与本程序对不上：{_INIT}，重新选定")
    return sound("制度", f"{mechanism.area}《{mechanism.title}》（{mechanism.source}）")


def _chain(session: Session) -> Finding:
    """Compare the chain's head with the newest entry; the whole chain is `duban ledger verify`."""
    head = session.get(ChainHead, 1)
    if head is None:
        return unsound("台账", "没有链首，记不了账：请运行 duban init")
    newest = session.scalar(select(Entry).order_by(Entry.seq.desc()).limit(1))
    if (newest.seq, newest.hash) != (head.seq, head.hash) if newest else head.seq != 0:
        return unsound("台账", "链首与最后一条对不上：请运行 duban ledger verify 查出断处，并从备份恢复")
    return sound("台账", f"链首在，共{head.seq}条")


def _people(session: Session) -> Finding:
    total = session.scalar(select(func.count()).select_from(Person)) or 0
    mute = session.scalar(select(func.count()).select_from(Person).where(~Person.accounts.any())) or 0
    if not total:
        return sound("人员", "还没有登记人员，可用 duban import 导入")
    if not mute:
        return sound("人员", f"登记{total}人，都有账号")
    return sound("人员", f"登记{total}人，其中{mute}人没有账号、收不到消息，可在导入表补上账号再导入")


def _projects(session: Session, today: date) -> Finding:
    total = session.scalar(select(func.count()).select_from(Project)) or 0
    if not total:
        return sound("项目", "还没有登记项目，可用 duban import 导入")
    gaps = [
        f"{missing}个没有{name}"
        for part, name in ((Part.LEADER, "分包领导"), (Part.LIAISON, "联络员"))
        if (missing := _without(session, part, today))
    ]
    return sound("项目", f"登记{total}个，{'、'.join(gaps) or '都有分包领导和联络员'}")


def _without(session: Session, part: Part, today: date) -> int:
    """Count the projects in which nobody plays a part today."""
    held: ColumnElement[bool] = and_(
        ProjectSeat.part == part.value,
        ProjectSeat.since <= today,
        or_(ProjectSeat.until.is_(None), ProjectSeat.until > today),
    )
    return session.scalar(select(func.count()).select_from(Project).where(~Project.seats.any(held))) or 0


# --- disk and Redis -------------------------------------------------------------------------------------


def judge_room(total: int, free: int) -> Finding:
    """Judge a disk by its bytes: less than 5 % or 1 GiB left is a fault."""
    share = free / total if total else 0.0
    left = f"剩{free / _GIB:.1f} GiB（{share:.0%}）"
    if share < _LEAST_SHARE or free < _GIB:
        return unsound("磁盘", f"空间不足，{left}：请清理或扩容，写满后消息和照片都存不下")
    return sound("磁盘", left)


def _existing(folder: Path) -> Path:
    """Return the folder itself or the nearest one above it that exists."""
    return next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())


def _media(folder: Path) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=_existing(folder)) as probe:
            probe.write(b"duban")
            probe.flush()
    except OSError as error:
        return unsound("照片文件夹", f"写不进去（{type(error).__name__}）：请检查 DUBAN_MEDIA_URL 和文件夹的属主、权限")
    return sound("照片文件夹", "可写" if folder.exists() else "还没有建，收到第一张照片时自动建立")


async def _redis(settings: Settings, patience: float) -> list[Finding]:
    if settings.redis_url is None or not settings.redis_url.get_secret_value():
        return []
    try:
        import redis.asyncio as redis
    except ModuleNotFoundError:
        return [unsound("Redis", "缺少 Redis 组件：请安装 duban[redis]，或去掉 DUBAN_REDIS_URL")]
    try:
        async with asyncio.timeout(patience), redis.Redis.from_url(settings.redis_url.get_secret_value()) as client:
            await client.ping()
    except (ValueError, OSError, redis.RedisError) as error:
        return [
            unsound(
                "Redis", f"没有应答（{type(error).__name__}）：请检查 DUBAN_REDIS_URL、密码、防火墙和 Redis 是否在运行"
            )
        ]
    return [sound("Redis", "连接正常")]


# --- platforms ------------------------------------------------------------------------------------------


async def _platforms(settings: Settings, clock: Clock, patience: float) -> list[Finding]:
    try:
        platforms = build_platforms(settings, LocalState(), clock)
    except ValueError:
        return [unsound("平台", "设置有误：请核对 DUBAN_WECOM__AGENT_ID（数字）和各 API_BASE（形如 https://主机）")]
    checks = (_platform(name, platform, patience) for name, platform in platforms.items())
    return list(await asyncio.gather(*checks))


async def _platform(name: str, platform: Platform, patience: float) -> Finding:
    try:
        async with asyncio.timeout(patience):
            fault = await platform.check()
    except TimeoutError:
        fault = f"{patience:.0f}秒内没有应答"
    finally:
        await platform.aclose()
    if fault is None:
        return sound(_NAMES[name], _GOOD_NEWS[name])
    fault = fault.removeprefix(f"{_NAMES[name]}：")
    remedy = "" if "请" in fault else f"；请检查网络、防火墙和 DUBAN_{name.upper()}__API_BASE"
    return unsound(_NAMES[name], fault + remedy)


def judge_callback(settings: Settings) -> Finding:
    """Judge the address the platforms call us at, by its form alone."""
    on = _on(settings)
    if settings.dingtalk.mode == "stream":
        on.pop("dingtalk", None)
    if not on:
        return sound("回调地址", f"没有平台需要回调；发给人的链接以 {shown(settings.base_url)} 开头")
    names = "和".join(_NAMES[name] for name in on)
    fault = _callback_fault(settings, on, names)
    if fault:
        return unsound("回调地址", fault)
    paths = [_CALLBACKS[name] for name in on]
    if settings.wecom.aibot.mode == "callback":
        paths.append(f"{_CALLBACKS['wecom']}/aibot")
    urls = "、".join(shown(settings.base_url) + path for path in paths)
    return sound("回调地址", f"{names}后台应填 {urls}")


def _callback_fault(settings: Settings, on: dict[str, WeComSettings | DingTalkSettings], names: str) -> str | None:
    remedy = f"请设为{names}能访问的 https 域名，由反向代理转到 {settings.host}:{settings.port}"
    if not settings.public_url:
        return f"没有设置 DUBAN_PUBLIC_URL，{names}的消息送不进来：{remedy}"
    parts = split(settings.public_url)
    if not parts.hostname or parts.scheme not in ("http", "https"):
        return f"DUBAN_PUBLIC_URL 不是完整的网址：{remedy}"
    if is_local(parts):
        return f"DUBAN_PUBLIC_URL 是本机地址，{names}连不到：{remedy}"
    if is_private(parts) and any(platform.api_base in _PUBLIC_HOSTS for platform in on.values()):
        return f"DUBAN_PUBLIC_URL 是内网地址，公网上的{names}连不到：{remedy}"
    if parts.scheme != "https":
        return f"DUBAN_PUBLIC_URL 不是 https，消息会明文经过公网：{remedy}"
    return None


_PUBLIC_HOSTS = {WeComSettings().api_base, DingTalkSettings().api_base}


# --- clock and holidays ---------------------------------------------------------------------------------


async def _clock(settings: Settings, clock: Clock, patience: float) -> Finding:
    on = _on(settings)
    for name, platform in on.items():
        skew = await _skew(platform.api_base, clock, patience)
        if skew is not None:
            return _judge_skew(skew, _NAMES[name])
    why = "平台没有应答" if on else "没有开通平台"
    return sound("时钟", f"{why}，无从核对；请确认本机开着网络对时（NTP）")


def _judge_skew(skew: timedelta, name: str) -> Finding:
    seconds = abs(round(skew.total_seconds()))
    if abs(skew) <= _MOST_SKEW:
        return sound("时钟", f"与{name}相差{seconds}秒")
    side = "快" if skew > timedelta() else "慢"
    return unsound("时钟", f"比{name}{side}{seconds}秒，签名会被拒、期限会算错：请开启网络对时（NTP，如 chrony）")


async def _skew(base: str, clock: Clock, patience: float) -> timedelta | None:
    """Return how far our clock is ahead of a server's (its Date header), None when it does not say."""
    try:
        async with asyncio.timeout(patience), httpx2.AsyncClient() as http, http.stream("GET", base) as answer:
            said = parsedate_to_datetime(answer.headers.get("date", ""))
    except (httpx2.HTTPError, httpx2.InvalidURL, TimeoutError, ValueError):
        return None
    return clock.now() - _in_utc(said)


def _in_utc(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _holidays(calendar: WorkCalendar, today: date) -> list[Finding]:
    years = [today.year, today.year + 1] if today.month >= _NEXT_YEAR_FROM else [today.year]
    return [_holiday(year, known=calendar.is_official(year)) for year in years]


def _holiday(year: int, *, known: bool) -> Finding:
    if known:
        return sound(_HOLIDAYS, f"{year}年的放假调休安排已有")
    return unsound(
        _HOLIDAYS, f"没有{year}年的放假调休安排，期限暂按周末推算：国务院办公厅公布后请用 duban holidays load 文件 录入"
    )
