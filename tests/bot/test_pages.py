"""The pages as a browser gets them: in by the bot's link, once; nothing for anybody else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx2
import pytest
import pytest_asyncio

from bot.simulator.world import World

pytestmark = pytest.mark.asyncio


async def link_of(world: World, who: str) -> str:
    """Ask the bot for the pages and return the link it sends."""
    await world.say(who, "看板")
    await world.settle()
    found = re.search(r"https?://\S+/in/\S+", world.heard(who)[-1])
    assert found
    return found[0]


@asynccontextmanager
async def enter(world: World, who: str) -> AsyncIterator[httpx2.AsyncClient]:
    """Give a browser in which somebody is signed in."""
    async with httpx2.AsyncClient(base_url=world.bot_url, trust_env=False, follow_redirects=True) as browser:
        answer = await browser.post(await link_of(world, who))
        assert answer.status_code == 200
        yield browser


@pytest_asyncio.fixture
async def browser(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    """A browser in which nobody is signed in."""
    async with httpx2.AsyncClient(base_url=world.bot_url, trust_env=False, follow_redirects=True) as client:
        yield client


async def test_the_link_lets_its_owner_in_once(world: World, browser: httpx2.AsyncClient) -> None:
    link = await link_of(world, "张敏")
    assert link.startswith(world.bot_url)
    for _ in range(3):  # a chat program fetches it for its preview
        assert "进入" in (await browser.get(link)).text
    first = await browser.post(link)
    assert first.status_code == 200 and "张敏您好" in first.text
    assert "张敏您好" in (await browser.get("/")).text
    async with httpx2.AsyncClient(trust_env=False, follow_redirects=True) as other:
        again = await other.post(link)
    assert again.status_code == 410 and "再发一次「看板」" in again.text
    assert (await browser.post("/out")).status_code == 200
    assert (await browser.get("/")).status_code == 401


async def test_a_link_and_a_session_run_out(world: World, browser: httpx2.AsyncClient) -> None:
    link = await link_of(world, "陈浩")
    world.clock.advance(timedelta(minutes=11))
    assert (await browser.post(link)).status_code == 410
    async with enter(world, "陈浩") as signed_in:
        world.clock.advance(timedelta(hours=11))
        assert (await signed_in.get("/")).status_code == 200
        world.clock.advance(timedelta(hours=2))
        assert (await signed_in.get("/")).status_code == 401


async def test_nobody_else_gets_in(world: World, browser: httpx2.AsyncClient) -> None:
    assert (await browser.get("/")).status_code == 401
    assert (await browser.get("/", headers={"Cookie": "duban_session=made-up"})).status_code == 401
    link = await link_of(world, "张敏")
    foreign = await browser.post(link, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    assert (await browser.post(link, headers={"Origin": world.bot_url})).status_code == 200


async def test_a_page_loads_nothing_from_elsewhere(world: World) -> None:
    async with enter(world, "张敏") as browser:
        page = await browser.get("/")
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page.text)
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert page.headers["referrer-policy"] == "no-referrer"
        assert (await browser.get("/static/pages.css")).status_code == 200
