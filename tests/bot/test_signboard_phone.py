"""A project's own page on a phone, in a real browser: scanned, signed in, written on, over a line that breaks."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import Base
from playwright.async_api import BrowserContext, Page, expect

from bot.simulator.visits import PHONE
from bot.simulator.world import World
from tests.bot.test_signboard import DINGTALK, WECOM, visits
from tests.browser import chromium

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("engine", ["sqlite"])]
SHOTS = os.environ.get("DUBAN_SHOTS", "")


def photo(shade: int, side: int = 640) -> dict[str, Any]:
    """Return a JPEG as a phone's camera hands it to a page: lying on its side, with the time it was taken."""
    noise = Image.effect_noise((side, side // 2), 80).point(lambda value: (value + shade) % 256)
    exif = Image.Exif()
    exif[Base.Orientation], exif[Base.DateTime] = 6, "2026:09:17 09:20:00"
    held = io.BytesIO()
    noise.convert("RGB").save(held, "JPEG", quality=95, exif=exif)
    return {"name": f"IMG_{shade}.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}


class App:
    """The app around a page: what its script client reaches on the phone."""

    def __init__(self, world: World, who: str, point: tuple[float, float] | None) -> None:
        self.world = world
        self.actor = world.actor(who)
        self.point = point

    async def call(self, name: str, options: dict[str, Any]) -> dict[str, Any]:
        """Answer a call of the script client, as the app would: what is signed wrongly is refused."""
        if name.endswith(".config"):
            platform = self.world.wecom if name.startswith("wx") else self.world.dingtalk
            return {"ok": platform.visits.configured(options, options["url"])}
        if name == "dd.requestAuthCode":
            code = self.world.dingtalk.visits.auth_code(options["corpId"], options["clientId"], self.actor.user_id)
            return {"ok": code is not None, "result": {"code": code}}
        asked_rightly = options.get("type") == "gcj02" or options.get("coordinate") == "1"
        if self.point is None or not asked_rightly:
            return {"ok": False, "code": 11}
        text = str if name.startswith("dd") else float
        return {"ok": True, "result": {"latitude": text(self.point[0]), "longitude": text(self.point[1])}}


@asynccontextmanager
async def phone(
    world: World, who: str, agent: str, point: tuple[float, float] | None = None
) -> AsyncIterator[tuple[BrowserContext, Page]]:
    """Give somebody's phone with the app's own browser open."""
    app = App(world, who, point)
    async with chromium() as browser:
        context = await browser.new_context(
            viewport={"width": 390, "height": 844}, locale="zh-CN", user_agent=agent, has_touch=True, is_mobile=True
        )
        await context.add_cookies([{"name": PHONE, "value": app.actor.user_id, "url": world.url}])
        await context.expose_function("simulatedApp", app.call)
        yield context, await context.new_page()


async def shot(page: Page, name: str) -> None:
    if SHOTS:
        await page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def site_of(world: World, code: str) -> tuple[float, float]:
    site = world.projects()[code]
    assert site.latitude is not None and site.longitude is not None
    return site.latitude, site.longitude


async def test_scanned_in_wecom_a_sentence_two_photos_and_a_place_become_one_visit(world: World) -> None:
    await world.say("赵静", "二院手术楼施工图审查卡住了，叫赵静盯一下，9月20日前解决")
    await world.settle()
    faults: list[str] = []
    small, large = photo(1), photo(2, 3200)
    assert len(large["buffer"]) > 3 * 1024 * 1024
    async with phone(world, "李红梅", WECOM, site_of(world, "P03")) as (_, page):
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        await page.goto(f"{world.bot_url}/p/P03")
        await expect(page.get_by_role("heading", name="县第二人民医院迁建")).to_be_visible()
        await expect(page.locator("dl")).to_contain_text("施工图审查")
        await expect(page.get_by_role("link", name="联络员 赵静")).to_be_visible()
        await shot(page, "1-opened")

        await page.get_by_label("现场怎么样").fill("主体到五层了，电梯还没到货")
        await page.locator("#camera").set_input_files(small)  # type: ignore[arg-type]
        await expect(page.locator("#photos img")).to_have_count(1)
        await page.locator("#album").set_input_files(large)  # type: ignore[arg-type]
        await expect(page.locator("#photos img")).to_have_count(2)
        await page.get_by_role("button", name="附上位置").click()
        await expect(page.get_by_role("button", name="已附位置")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        for control in await page.locator(".tool, #send, .people a").all():
            box = await control.bounding_box()
            assert box is not None and box["height"] >= 48
        await shot(page, "2-written")
        await page.locator("#send").dblclick()
        await expect(page.get_by_role("status")).to_have_text("已送达")
        await world.settle()
        await expect(page.locator("#receipt")).to_contain_text("照片2张，位置：在场")
        await expect(page.get_by_label("现场怎么样")).to_have_value("")
        await shot(page, "3-delivered")
    (visit,) = visits(world)
    assert visit["text"] == "主体到五层了，电梯还没到货" and len(visit["attachments"]) == 2
    assert visit["data"]["nearness"] == "在场"
    assert visit["attachments"][0]["sha256"] == hashlib.sha256(small["buffer"]).hexdigest()  # untouched
    with Image.open(world.service.media.path(visit["attachments"][1]["sha256"])) as smaller:
        assert smaller.size == (1280, 2560)  # upright now
        assert (smaller.getexif()[Base.Orientation], smaller.getexif()[Base.DateTime]) == (1, "2026:09:17 09:20:00")
    assert faults == []


async def test_in_dingtalk_the_app_signs_in_and_gives_the_place(world: World) -> None:
    async with phone(world, "何军", DINGTALK, site_of(world, "P05")) as (_, page):
        await page.goto(f"{world.bot_url}/p/P05")
        await expect(page.get_by_role("heading", name="S213平澜段改建")).to_be_visible()
        await page.get_by_label("现场怎么样").fill("路基压实到三公里")
        await page.get_by_role("button", name="附上位置").click()
        await expect(page.get_by_role("button", name="已附位置")).to_be_visible()
        await page.locator("#send").click()
        await expect(page.get_by_role("status")).to_have_text("已送达")
        await world.settle()
        await expect(page.locator("#receipt")).to_contain_text("位置：在场")
    (visit,) = visits(world)
    assert (visit["project"], visit["person"]) == ("P05", "何军")
    assert any("位置：在场" in words for words in world.heard("何军"))


async def test_a_line_that_breaks_and_a_page_that_is_opened_anew_lose_nothing_and_double_nothing(world: World) -> None:
    async with phone(world, "李红梅", WECOM) as (context, page):
        await page.goto(f"{world.bot_url}/p/P03")
        await page.evaluate("navigator.serviceWorker.ready")
        await page.get_by_label("现场怎么样").fill("外墙完成六成")
        await page.locator("#album").set_input_files([photo(3, 900), photo(4, 900)])  # type: ignore[arg-type]
        await expect(page.locator("#photos img")).to_have_count(2)

        await context.set_offline(True)
        await page.reload()  # opened without a signal: from the phone
        await expect(page.get_by_text("现在没有信号")).to_be_visible()
        await expect(page.get_by_label("现场怎么样")).to_have_value("外墙完成六成")
        await expect(page.locator("#photos img")).to_have_count(2)
        await page.locator("#send").click()
        await expect(page.get_by_role("status")).to_have_text("已存在手机上，等信号…")
        await shot(page, "4-no-signal")

        pieces, cut = count(1), asyncio.Event()

        async def cut_after_two(route: Any) -> None:
            if route.request.method == "PUT" and next(pieces) == 3:
                await context.set_offline(True)
                cut.set()
            await route.continue_()

        await context.route("**/sign/photos/**", cut_after_two)
        await context.set_offline(False)
        await asyncio.wait_for(cut.wait(), 20)
        await expect(page.get_by_role("status")).to_have_text("已存在手机上，等信号…")
        await context.set_offline(False)
        await page.reload()
        await expect(page.get_by_role("heading", name="县第二人民医院迁建")).to_be_visible()
        await expect(page.get_by_role("status")).to_have_text("已送达", timeout=15_000)
        await world.settle()
        await expect(page.locator("#receipt")).to_contain_text("照片2张")
    (visit,) = visits(world)
    assert visit["text"] == "外墙完成六成" and len(visit["attachments"]) == 2
