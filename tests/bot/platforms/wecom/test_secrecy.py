"""Over a real socket, with every logger wide open: no secret, token or key comes out."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator

import httpx2
import pytest
import pytest_asyncio
import structlog

from bot.platforms.base import Address, Channel, MediaGone, MediaUnavailable, Outcome, Words
from bot.platforms.redact import redact
from bot.platforms.wecom import WeCom, WeComSecrets
from bot.platforms.wecom.client import Client
from bot.platforms.wecom.errors import ApiError, NoAnswerError

SECRET = "SeedSecret0123456789abcdefghijklmnopqrstuv"
TOKEN = "SeedToken0123456789"
KEY = "seedkey0-1111-2222-3333-444444444444"
SECRETS = WeComSecrets("ww0123456789abcdef", 7, "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
LI = Address(Channel.PERSON, "LiZhuren")


class Socket:
    """An HTTP server of one answer at a time; an empty answer resets the connection."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.targets: list[str] = []
        self.base = ""

    async def start(self) -> asyncio.Server:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return server

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        self.targets.append(head.split(" ")[1])
        for line in head.lower().split("\r\n"):
            if line.startswith("content-length:"):
                await reader.readexactly(int(line.split(":")[1]))
        writer.write(self.answers.pop(0))
        await writer.drain()
        writer.close()


def _json(**data: object) -> bytes:
    body = json.dumps(data).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: "
    return head + str(len(body)).encode() + b"\r\n\r\n" + body


GRANTED = _json(errcode=0, errmsg="ok", access_token=TOKEN, expires_in=7200)


@pytest_asyncio.fixture
async def socket() -> AsyncIterator[Socket]:
    served = Socket()
    async with await served.start():
        yield served


@pytest.mark.asyncio
async def test_nothing_secret_is_logged_or_told(socket: Socket, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with structlog.testing.capture_logs() as events:
        told = await _misadventures(socket)
    logged = "\n".join([record.getMessage() for record in caplog.records] + [str(event) for event in events])
    assert "/cgi-bin/message/send" in logged
    assert any(SECRET in target for target in socket.targets)
    assert any(TOKEN in target for target in socket.targets)
    assert any(KEY in target for target in socket.targets)
    for seed in (SECRET, TOKEN, KEY):
        assert seed not in logged
        assert seed not in told


async def _misadventures(socket: Socket) -> str:
    """Meet every kind of failure and return all that was said about them."""
    told: list[str] = []
    async with httpx2.AsyncClient(trust_env=False) as http:
        wecom = WeCom(SECRETS, SECRET, api_base=socket.base, http=http)
        socket.answers = [
            b"",
            GRANTED,
            b"",
            _json(errcode=45002, errmsg=f"too long access_token={TOKEN}"),
            b"",
        ]
        told += [str(await wecom.send(Words("你好"), LI, key="k")) for _ in range(3)]
        told.append(str(await wecom.send(Words("你好"), Address(Channel.WEBHOOK, KEY), key="k")))
        socket.answers = [b"", _json(errcode=40007, errmsg=f"bad {TOKEN}")]
        for _ in range(2):
            try:
                await wecom.fetch("1Aq")
            except (MediaGone, MediaUnavailable) as error:
                told += traceback.format_exception(error)
        other = Client("ww0", SECRET, api_base=socket.base, http=http)
        socket.answers = [b"", _json(errcode=40001, errmsg=f"invalid credential corpsecret={SECRET}")]
        for _ in range(2):
            try:
                await other.get("/cgi-bin/agent/get")
            except (ApiError, NoAnswerError) as error:
                told += traceback.format_exception(error)
                told.append(str(vars(error)))
    return "\n".join(told)


@pytest.mark.asyncio
async def test_a_reset_after_the_request_was_read_is_unknown(socket: Socket) -> None:
    socket.answers = [GRANTED, b""]
    async with httpx2.AsyncClient(trust_env=False) as http:
        wecom = WeCom(SECRETS, SECRET, api_base=socket.base, http=http)
        assert (await wecom.send(Words("你好"), LI, key="k")).outcome is Outcome.UNKNOWN


@pytest.mark.asyncio
async def test_a_closed_port_is_a_plain_retry(socket: Socket) -> None:
    async with httpx2.AsyncClient(trust_env=False) as http:
        wecom = WeCom(SECRETS, SECRET, api_base="http://127.0.0.1:1", http=http)
        assert (await wecom.send(Words("你好"), LI, key="k")).outcome is Outcome.RETRY


@pytest.mark.asyncio
async def test_its_own_connections_are_closed() -> None:
    wecom = WeCom(SECRETS, SECRET)
    await wecom.aclose()


@pytest.mark.parametrize("base", ["qyapi.weixin.qq.com", "ftp://x", "https://", "https://x/?a=b"])
def test_an_api_address_without_scheme_or_host_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="接口地址"):
        WeCom(SECRETS, SECRET, api_base=base)


def test_secret_parameters_are_starred_out() -> None:
    text = f'GET https://x/cgi-bin/gettoken?corpid=ww0&corpsecret={SECRET} {{"access_token": "{TOKEN}"}}'
    assert redact(text) == 'GET https://x/cgi-bin/gettoken?corpid=ww0&corpsecret=*** {"access_token": "***"}'
