"""The pages as a browser gets them: in by the bot's link, once; nothing for anybody else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import httpx2
import pytest
import pytest_asyncio

from bot.simulator.world import World
from tests.browser import a_browser

pytestmark = pytest.mark.asyncio
ON_SQLITE = pytest.mark.parametrize("engine", ["sqlite"])  # what asks the database nothing of its own


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


@ON_SQLITE
async def test_nobody_else_gets_in(world: World, browser: httpx2.AsyncClient) -> None:
    assert (await browser.get("/")).status_code == 401
    assert (await browser.get("/", headers={"Cookie": "duban_session=made-up"})).status_code == 401
    link = await link_of(world, "张敏")
    foreign = await browser.post(link, headers={"Origin": "https://elsewhere.example"})
    assert foreign.status_code == 403
    assert (await browser.post(link, headers={"Origin": world.bot_url})).status_code == 200


@ON_SQLITE
async def test_a_page_loads_nothing_from_elsewhere(world: World) -> None:
    async with enter(world, "张敏") as browser:
        page = await browser.get("/")
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", page.text)
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert page.headers["referrer-policy"] == "same-origin"
        assert (await browser.get("/static/pages.css")).status_code == 200


async def test_the_duties_page_shows_which_message_paid_for_which(world: World) -> None:
    await world.say("周建国", "我在纺织园一期，钢结构起来了")
    await world.settle()
    number = world.ledger()[-1]["seq"]
    async with enter(world, "张敏") as browser:
        everybody = (await browser.get("/duties")).text
        assert f"台账第{number}条" in everybody and "钢结构起来了" in everybody
        assert "李红梅" in everybody and "依据：" in everybody
        mine = (await browser.get("/duties", params={"mine": "true"})).text
        assert "李红梅" not in mine
        assert f"台账第{number}条" not in (await browser.get("/duties", params={"on": "2026-08-20"})).text
    async with enter(world, "赵静") as browser:
        hers = (await browser.get("/duties")).text
        assert "县第二人民医院迁建" in hers and "高端纺织产业园" not in hers and "钢结构" not in hers
        assert "县第二人民医院迁建" in (await browser.get("/")).text


YEAR = """
year: 2027
source: 国办发明电〔2026〕9号
rest:
  元旦: 2027-01-01 至 2027-01-03
  春节: 2027-02-05 至 2027-02-11
  清明节: 2027-04-03 至 2027-04-05
  劳动节: 2027-05-01 至 2027-05-05
  端午节: 2027-06-09 至 2027-06-11
  中秋节: 2027-09-15 至 2027-09-17
  国庆节: 2027-10-01 至 2027-10-07
work:
  春节: [2027-02-14, 2027-02-20]
"""


async def test_the_office_enters_a_year_and_sees_what_changes(world: World) -> None:
    day = {"day": "2026-10-26", "name": "县庆"}
    async with enter(world, "张敏") as browser:
        shown = await browser.post("/holidays/year", data={"arrangement": YEAR})
        assert "还没有录入" in shown.text and "2027" in shown.text and " → " in shown.text
        assert "〔2026〕9号" not in (await browser.get("/holidays")).text
        kept = await browser.post("/holidays/year", data={"arrangement": YEAR, "keep": "true"})
        assert "已录入" in kept.text and " → " in kept.text
        assert "国办发明电〔2026〕9号" in (await browser.get("/holidays")).text
        faulty = await browser.post("/holidays/year", data={"arrangement": YEAR.replace("2027-02-14", "2027-02-15")})
        assert faulty.status_code == 400 and "2027-02-15本来就是工作日" in faulty.text
        assert "县庆" in (await browser.post("/holidays/rest", data={**day, "keep": "true"})).text
        assert (await browser.post("/holidays/rest", data={"day": "十月"})).status_code == 422
        assert not await world.office(lambda ledger: ledger.calendar.is_workday(date(2026, 10, 26)))
    async with enter(world, "陈浩") as browser:
        assert "录入由" in (await browser.get("/holidays")).text
        refused = await browser.post("/holidays/rest", data={**day, "name": "", "keep": "true"})
        assert refused.status_code == 403
        assert "县庆" in (await browser.get("/holidays")).text
        foreign = {"Origin": "https://elsewhere.example"}
        assert (await browser.post("/holidays/rest", data=day, headers=foreign)).status_code == 403


@ON_SQLITE
async def test_the_calendar_and_the_rules_can_be_read(world: World) -> None:
    async with enter(world, "高远") as browser:
        autumn = (await browser.get("/calendar", params={"first": "2026-09-17", "last": "2026-10-31"})).text
        assert "9月25日" in autumn and "中秋" in autumn and "依据" in autumn
        file = await browser.get("/calendar.ics", params={"first": "2026-09-17", "last": "2026-10-31"})
        assert file.headers["content-type"].startswith("text/calendar") and "BEGIN:VEVENT" in file.text
        backwards = await browser.get("/calendar", params={"first": "2026-10-31", "last": "2026-09-17"})
        assert backwards.status_code == 400 and "请改一改日期" in backwards.text
        rules = (await browser.get("/rules")).text
        assert "收到当日计不计入三个工作日" in rules and "conflicts.count_receipt_day" in rules


@ON_SQLITE
async def test_a_real_browser_gets_in_and_fits_a_phone(world: World) -> None:
    async with a_browser(await link_of(world, "张敏"), 390, 844) as page:
        await page.get_by_role("button", name="进入").click()
        await page.wait_for_selector(".menu")
        for path in ("", "duties", "calendar", "holidays", "rules"):
            await page.goto(f"{world.bot_url}/{path}")
            assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await page.goto(f"{world.bot_url}/holidays")
        await page.fill("textarea", YEAR)
        await page.get_by_role("button", name="先看哪些日子会变").click()
        await page.wait_for_selector("text=还没有录入")
