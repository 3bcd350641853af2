"""A real Chromium for the tests of pages."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, async_playwright

CHROMIUM = Path("/usr/bin/chromium")
HERE_IS_CHROMIUM = CHROMIUM.exists()
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Give a Chromium. Where there is none the test is left out and says so; `.ci/run` takes that for a failure."""
    if not HERE_IS_CHROMIUM:
        pytest.skip("no Chromium at /usr/bin/chromium: the page was not looked at in a browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def a_browser(address: str, width: int, height: int) -> AsyncIterator[Page]:
    """Give a page of this size at an address."""
    async with chromium() as browser:
        page = await browser.new_page(viewport={"width": width, "height": height}, locale="zh-CN")
        await page.goto(address)
        yield page
