"""A photo is fetched from where the platform says, and from nowhere inside this network."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from bot.platforms.base import MediaGone, MediaUnavailable
from bot.platforms.dingtalk.media import LIMIT, guard
from bot.platforms.dingtalk.platform import DingTalk

DOWNLOAD = "/v1.0/robot/messageFiles/download"


@pytest.mark.parametrize(
    "url",
    ["https://down.example.com/a.file?Expires=1", "http://down.example.com:8080/a", "https://8.8.8.8/a"],
)
def test_addresses_on_the_open_internet_are_admitted(url: str) -> None:
    guard(url)


INSIDE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://127.0.0.1./",
    "http://10.0.0.8/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data",
    "http://100.64.0.1/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[fe80::1%25eth0]/",
    "http://localhost/",
    "http://redis:6379/",
    "http://db.internal/",
]


@pytest.mark.parametrize(
    "url",
    [
        *INSIDE,
        "https://oapi.dingtalk.com@127.0.0.1/",
        "https://user:pass@down.example.com/",
        "https://down.example.com\\@evil.example/",
        "ftp://down.example.com/a",
        "file:///etc/passwd",
        "//down.example.com/a",
        "https://",
        "https://[/",
        "https://down.example.com:99999/",
        "https://下载.example/",
        "",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(MediaGone):
        guard(url)


def test_the_platforms_own_host_is_admitted_when_a_private_deployment_names_it() -> None:
    guard("http://10.0.0.8/a", trusted=frozenset({"10.0.0.8"}))
    with pytest.raises(MediaGone):
        guard("http://10.0.0.9/a", trusted=frozenset({"10.0.0.8"}))


def test_a_platform_on_this_machine_may_hand_out_addresses_on_it() -> None:
    guard("http://127.0.0.1:8000/a", local=True)
    with pytest.raises(MediaGone):
        guard("http://user@127.0.0.1:8000/a", local=True)


def ding(http: httpx2.AsyncClient) -> DingTalk:
    return DingTalk("client-7", "secret-of-seven", robot_code="robot-9", http=http)


@pytest.mark.asyncio
async def test_a_photo_is_asked_for_by_its_code_and_read(http: httpx2.AsyncClient, wire: Any) -> None:
    wire.script[DOWNLOAD] = [{"downloadUrl": "https://down.example.com/photo.file?sig=1"}]
    wire.script["/photo.file"] = [httpx2.Response(200, content=b"\xff\xd8photo")]
    assert await ding(http).fetch("code-1") == b"\xff\xd8photo"
    assert wire.bodies(DOWNLOAD) == [{"downloadCode": "code-1", "robotCode": "robot-9"}]
    (request,) = wire.requests("/photo.file")
    assert "x-acs-dingtalk-access-token" not in request.headers


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx2.Response(400, json={"code": "invalidParameter.robotCode.downloadCode"}), MediaGone),
        (httpx2.Response(500, json={"code": "system.error"}), MediaUnavailable),
        (httpx2.Response(403, json={"code": "Forbidden.AccessDenied.QpsLimitForApi"}), MediaUnavailable),
        (httpx2.ReadTimeout("t"), MediaUnavailable),
        ({}, MediaUnavailable),
        ({"downloadUrl": "http://169.254.169.254/latest"}, MediaGone),
    ],
)
async def test_a_code_that_gives_no_address(
    http: httpx2.AsyncClient, wire: Any, answer: Any, error: type[Exception]
) -> None:
    wire.script[DOWNLOAD] = [answer]
    with pytest.raises(error):
        await ding(http).fetch("code-1")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx2.Response(302, headers={"location": "http://127.0.0.1/"}), MediaGone),
        (httpx2.Response(403), MediaGone),
        (httpx2.Response(404), MediaGone),
        (httpx2.Response(503), MediaUnavailable),
        (httpx2.ReadTimeout("t"), MediaUnavailable),
        (httpx2.Response(200, headers={"content-length": "20971521"}, content=b"x"), MediaGone),
    ],
)
async def test_an_address_that_gives_no_photo(
    http: httpx2.AsyncClient, wire: Any, answer: Any, error: type[Exception]
) -> None:
    wire.script[DOWNLOAD] = [{"downloadUrl": "https://down.example.com/photo.file"}]
    wire.script["/photo.file"] = [answer]
    with pytest.raises(error):
        await ding(http).fetch("code-1")
    assert len(wire.asked) == 3


async def pour(size: int) -> AsyncIterator[bytes]:
    """A body that does not tell its length beforehand."""
    for start in range(0, size, 1 << 20):
        yield b"0" * min(1 << 20, size - start)


@pytest.mark.asyncio
async def test_a_photo_may_have_twenty_mebibytes_and_not_a_byte_more(http: httpx2.AsyncClient, wire: Any) -> None:
    wire.script[DOWNLOAD] = [{"downloadUrl": "https://down.example.com/photo.file"}]
    wire.script["/photo.file"] = [httpx2.Response(200, content=pour(size)) for size in (LIMIT, LIMIT + 1)]
    assert len(await ding(http).fetch("code-1")) == LIMIT
    with pytest.raises(MediaGone, match="20 MiB"):
        await ding(http).fetch("code-1")
