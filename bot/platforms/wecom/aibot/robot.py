"""Answering through the robot: once by the callback's response_url within the hour, or over the long connection.

The robot speaks first only over the long connection, and only to whoever has spoken to it before (846607).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2

from bot.platforms.base import Address, Channel, Outcome, Result, Words
from bot.platforms.http import http_client
from bot.platforms.wecom import dialect, limits
from bot.platforms.wecom.aibot import line, media
from bot.platforms.wecom.aibot.line import LineDownError, NoAckError
from bot.platforms.wecom.aibot.parse import read_object
from bot.platforms.wecom.aibot.socket import AibotSocket
from bot.platforms.wecom.client import encode

TEXT_LIMIT = 20_480  # bytes
_TIMEOUT = httpx2.Timeout(10.0)
_LATER = timedelta(seconds=2)
_BUSY = (-1, 6000, 45009, 45033)
_TITLE, _SUBTITLE, _NAME, _VALUE = 26, 112, 5, 26  # characters shown on a robot's card; an app's shows more
_REMEDIES = {
    846605: "这条消息已不能再答",
    846607: "对方还没有和智能机器人说过话：请对方在企业微信里找到它、发一句「你好」",
    846608: "这条消息已不能再答",
    93001: "这个群不能由智能机器人发消息",
    93006: "群标识不对",
}
_NEVER_SENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout, httpx2.UnsupportedProtocol)


class Robot:
    """The robot as :class:`bot.platforms.wecom.WeCom` uses it.

    `aes_key` opens what came by callback; `socket` is there in long-connection mode; `api_base` tells which
    host's response_url is believed.
    """

    def __init__(
        self,
        *,
        api_base: str,
        now: Callable[[], datetime],
        aes_key: str = "",
        socket: AibotSocket | None = None,
        http: httpx2.AsyncClient | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._host = urlsplit(api_base).hostname or ""
        self._now = now
        self._aes_key = aes_key
        self.socket = socket
        self._http = http or http_client(trust_env=False)
        self._own_http = http is None
        self._pace = limits.Limiter(limits.PER_MEMBER, clock)

    async def reply(self, words: Words, to: Address, key: str) -> Result:
        """Answer where the question was asked."""
        how, _, handle = to.reply.partition(":")
        if how == "req":
            body = _card(words, key) if _as_card(words, to) else _stream(words, key)
            return await self._over_line(line.RESPOND, body, to.target, handle)
        if how == "url" and self._believed(handle):
            return await self._by_url(handle, _card(words, key) if _as_card(words, to) else _markdown(words))
        return Result(Outcome.FAILED, "reply", "这条消息已不能在原处回答")

    async def push(self, words: Words, userid: str, key: str) -> Result:
        """Speak to somebody one to one without being asked."""
        if self.socket is None:
            return Result(Outcome.FAILED, "aibot", "智能机器人用回调方式时不能主动发消息")
        body = _card(words, key) if words.buttons else _markdown(words)
        return await self._over_line(line.SEND, {"chatid": userid, "chat_type": 1, **body}, userid)

    async def fetch(self, ref: str) -> bytes:
        """Return a medium's bytes. Raises MediaUnavailable or MediaGone."""
        return await media.fetch(self._http, ref, self._aes_key, self._now())

    async def aclose(self) -> None:
        """Close connections."""
        if self._own_http:
            await self._http.aclose()

    def _believed(self, url: str) -> bool:
        host = urlsplit(url).hostname or ""
        return host == self._host or host.endswith(".weixin.qq.com")

    async def _by_url(self, url: str, body: dict[str, Any]) -> Result:
        headers = {"Content-Type": "application/json"}
        try:
            answer = await self._http.post(url, content=encode(body), headers=headers, timeout=_TIMEOUT)
            said = read_object(answer.content)
        except _NEVER_SENT:
            return Result(Outcome.RETRY, "connect", "连不上企业微信")
        except Exception as error:  # the answer is not JSON, or never came
            return Result(Outcome.UNKNOWN, type(error).__name__, "智能机器人的回答不知道到没到")
        return _judged(said)

    async def _over_line(self, cmd: str, body: dict[str, Any], chat: str, req_id: str = "") -> Result:
        if self.socket is None or not self.socket.connected:
            return Result(Outcome.RETRY, "", "智能机器人的长连接不在这个进程或还没连上", _LATER)
        wait = self._pace.admit(chat)
        if wait:
            return Result(Outcome.RETRY, "", "为免智能机器人被限流，稍后再发", timedelta(seconds=wait))
        try:
            return _judged(await self.socket.ask(cmd, body, req_id))
        except LineDownError:
            return Result(Outcome.RETRY, "", "智能机器人的长连接断了，稍后再发", _LATER)
        except NoAckError:
            return Result(Outcome.UNKNOWN, "noack", "智能机器人的回答不知道到没到")


def _judged(said: dict[str, Any]) -> Result:
    code = said.get("errcode", 0)
    if code == 0:
        return Result(Outcome.SENT)
    outcome = Outcome.RETRY if code in _BUSY else Outcome.FAILED
    return Result(outcome, str(code), _REMEDIES.get(code, f"智能机器人没能发出（错误码 {code}）"))


def _as_card(words: Words, to: Address) -> bool:
    """Cards go one to one only: a group's would let anybody press for another."""
    return bool(words.buttons) and to.channel is not Channel.ROOM


def _shown(words: Words) -> str:
    """Return the text as markdown that is nothing but text: a person's words must not become a link or a call."""
    whole = dialect.texts(words.text.replace("](", "］("), TEXT_LIMIT)
    return whole[0] if whole else ""


def _markdown(words: Words) -> dict[str, Any]:
    return {"msgtype": "markdown", "markdown": {"content": _shown(words)}}


def _stream(words: Words, key: str) -> dict[str, Any]:
    """Return a stream that is finished at once: the one form of text a callback is answered with."""
    return {"msgtype": "stream", "stream": {"id": key, "finish": True, "content": _shown(words)}}


def _card(words: Words, key: str) -> dict[str, Any]:
    card = dialect.card(words, key)
    card["main_title"] = {"title": dialect.cut(card["main_title"]["title"], _TITLE)}
    card["sub_title_text"] = dialect.cut(card["sub_title_text"], _SUBTITLE)
    if "horizontal_content_list" in card:
        card["horizontal_content_list"] = [
            {"keyname": dialect.cut(row["keyname"], _NAME), "value": dialect.cut(row["value"], _VALUE)}
            for row in card["horizontal_content_list"]
        ]
    return {"msgtype": "template_card", "template_card": card}
