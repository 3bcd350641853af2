"""`duban doctor` on what may be switched on: the second reader and the 智能机器人."""

from __future__ import annotations

import asyncio
from urllib.parse import SplitResult

from bot.addresses import is_local, is_private, split
from bot.clock import Clock
from bot.findings import Finding, sound, unsound
from bot.platforms.wecom.aibot.line import Line, LineDownError
from bot.settings import Settings
from bot.wiring import build_reader
from models.calendar import WorkCalendar


async def examine_reader(settings: Settings, clock: Clock, patience: float) -> list[Finding]:
    """Ask the second reader once, where one is configured."""
    reader = build_reader(settings, WorkCalendar().is_workday, clock)
    if reader is None:
        return []
    try:
        async with asyncio.timeout(patience):
            fault = await reader.fault()
    except TimeoutError:
        fault = "没有应答：请检查 DUBAN_READER__URL、网络和防火墙"
    finally:
        await reader.aclose()
    open_line = split(settings.reader.url).scheme != "https" and not _is_near(split(settings.reader.url))
    if fault is None and open_line:
        fault = "地址不是 https，消息会明文经过公网：请改 DUBAN_READER__URL"
    if fault:
        return [unsound("辅助识读", f"{fault}；不影响记账，拿不准的照旧留给办公室看")]
    names = "发送" if settings.reader.names else "不发送"
    return [sound("辅助识读", f"应答正常，模型 {settings.reader.model}；只发去掉人名电话的单条消息，项目名{names}")]


def _is_near(parts: SplitResult) -> bool:
    return is_local(parts) or is_private(parts)


async def examine_robot(settings: Settings, patience: float) -> list[Finding]:
    """Look at the 智能机器人. Its long connection is only knocked at: to subscribe would kick the one at work."""
    aibot = settings.wecom.aibot
    if not aibot.mode:
        return []
    if aibot.mode == "callback":
        return [sound("智能机器人", "URL 回调方式；群里 @ 它才收得到")]
    try:
        async with asyncio.timeout(patience):
            await (await Line.open(aibot.ws_url)).close()
    except (LineDownError, TimeoutError):
        words = "长连接的地址连不上：请检查网络、防火墙和 DUBAN_WECOM__AIBOT__WS_URL"
        return [unsound("智能机器人", words)]
    return [sound("智能机器人", "长连接的地址连得上；凭据由服务自己核对，连没连上看 /readyz")]
