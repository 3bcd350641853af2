"""The demo's page as a newcomer meets it: a real app on loopback, a small county, a real browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from playwright.async_api import expect

from bot.simulator.page import KIND_NAMES, WEB, ClockFace, Jump, Place, Refused, create_page
from bot.simulator.serving import serve
from bot.simulator.stage import Actor, Bubble, Stage
from tests.browser import a_browser

CHINA = timezone(timedelta(hours=8))
LEADER = Actor("leader", "周建国", "副县长", "wecom", "ZhouJianGuo")
LIAISON = Actor("liaison", "陈浩", "工信局联络员", "dingtalk", "manager01")
HEAD = Actor("head", "马国强", "自然资源局局长", "wecom", "MaGuoQiang")


class SmallCounty:
    """A county of three that answers at once and remembers what was asked of it."""

    def __init__(self) -> None:
        self.instant = datetime(2026, 9, 17, 9, 0, tzinfo=CHINA)
        self.stage = Stage([LEADER, LIAISON, HEAD], lambda: self.instant)
        self.stage.add_group("wr01", "纺织园专班群")
        self.calls: list[tuple[Any, ...]] = []
        self.lines: list[dict[str, Any]] = []

    def show(self, key: str, kind: str, text: str, **more: Any) -> Bubble:
        return self.stage.show(self.stage.phones[key], self.stage.bubble(kind, text, **more))

    def write(self, kind: str, person: str, text: str) -> None:
        number = len(self.lines) + 1
        line = {
            "seq": number,
            "time": self.instant.isoformat(),
            "kind": kind,
            "project": "P01",
            "person": person,
        }
        rest: dict[str, Any] = {
            "text": text,
            "data": {},
            "attachments": [],
            "supersedes": None,
            "hash": f"{number:08x}" * 8,
        }
        self.lines.append(line | rest)

    async def say(self, actor_key: str, text: str) -> None:
        if text == "办不到":
            raise Refused("平台此刻不收消息")
        self.calls.append(("say", actor_key, text))
        self.show(actor_key, "text", text, mine=True)
        self.write("visit", self.stage.actors[actor_key].name, text)
        self.show(actor_key, "text", "已记：高端纺织产业园一期 现场办公，照片0张")
        self.show("liaison", "text", "周建国副县长已到高端纺织产业园一期")

    async def photo(self, actor_key: str, data: bytes, name: str) -> None:
        self.calls.append(("photo", actor_key, data, name))
        self.show(actor_key, "image", "", mine=True, image=f"/static/photos/{name}")

    async def location(self, actor_key: str, lat: float, lon: float, label: str) -> None:
        self.calls.append(("location", actor_key, lat, lon, label))
        self.show(actor_key, "location", label, mine=True)

    async def press(self, actor_key: str, bubble_number: int, button_key: str) -> None:
        self.calls.append(("press", actor_key, bubble_number, button_key))
        card = next(b for b in self.stage.phones[actor_key].bubbles if b.number == bubble_number)
        card.used = "已签收"
        self.write("notice_received", self.stage.actors[actor_key].name, "签收督办通知书")
        self.stage.touch()

    async def ledger(self, after_seq: int) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["seq"] > after_seq]

    async def clock(self) -> ClockFace:
        weekday = "周" + "一二三四五六日"[self.instant.weekday()]
        return {"now": self.instant.isoformat(), "weekday": weekday, "workday": True, "day_name": "工作日"}

    async def jumps(self) -> list[Jump]:
        tomorrow = datetime(2026, 9, 18, 8, 30, tzinfo=CHINA)
        return [{"label": "明早8:30", "to": tomorrow.isoformat()}, {"label": "会议前1小时", "to": None}]

    async def move_clock(self, to: datetime) -> None:
        self.calls.append(("move_clock", to))
        self.instant = to.astimezone(CHINA)
        self.write("note", "张敏", "提醒已发")

    async def places(self) -> list[Place]:
        return [{"label": "高端纺织产业园一期", "lat": 36.1, "lon": 113.0}]

    async def suggestions(self, actor_key: str) -> list[str]:
        return ["我到纺织园一期了"] if actor_key == "leader" else []


@asynccontextmanager
async def an_open_county() -> AsyncIterator[tuple[SmallCounty, httpx2.AsyncClient]]:
    county = SmallCounty()
    async with serve(create_page(county.stage, county)) as base, httpx2.AsyncClient(base_url=base) as client:
        yield county, client


@pytest.mark.asyncio
async def test_a_newcomer_talks_presses_and_moves_the_clock() -> None:
    county = SmallCounty()
    county.show("head", "card", "请三个工作日内回复", title="督办通知", buttons=(("accept", "签收"),))
    faults: list[str] = []
    async with serve(create_page(county.stage, county)) as base, a_browser(base, 1280, 800) as page:
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
        await page.reload()

        await page.get_by_text("周建国").first.click()
        await page.get_by_role("button", name="我到纺织园一期了").click()
        await expect(page.get_by_label("要说的话")).to_have_value("我到纺织园一期了")
        await page.get_by_label("要说的话").press("Enter")
        await expect(page.locator("#chat .mine")).to_contain_text("我到纺织园一期了")
        await expect(page.locator("#chat .theirs")).to_contain_text("已记：高端纺织产业园一期")
        await expect(page.locator("#ledger li").first).to_contain_text("现场办公")
        await expect(page.locator('[data-badge="phone:liaison"]')).to_have_text("1")
        await expect(page.locator("#others")).to_contain_text("周建国副县长已到")

        await page.get_by_role("radio", name="马国强").focus()
        await page.keyboard.press("Space")
        await page.get_by_role("button", name="签收").click()
        await expect(page.get_by_role("button", name="已签收")).to_be_disabled()

        await page.get_by_role("button", name="明早8:30").click()
        await expect(page.locator("#clock-date")).to_have_text("2026年9月18日 周五")
        await expect(page.locator("#ledger li").first).to_contain_text("提醒已发")
        await expect(page.get_by_role("button", name="会议前1小时")).to_be_disabled()
    assert county.calls == [
        ("say", "leader", "我到纺织园一期了"),
        ("press", "head", 1, "accept"),
        ("move_clock", datetime(2026, 9, 18, 8, 30, tzinfo=CHINA)),
    ]
    assert faults == []


@pytest.mark.asyncio
async def test_photos_and_places_go_out_from_the_phone() -> None:
    county = SmallCounty()
    async with serve(create_page(county.stage, county)) as base, a_browser(base, 1280, 800) as page:
        await page.get_by_role("button", name="照片").click()
        await page.get_by_role("button", name="钢结构吊装").click()
        await expect(page.locator("#chat .mine img")).to_have_js_property("naturalWidth", 960)
        await page.get_by_role("button", name="位置").click()
        await page.get_by_role("button", name="高端纺织产业园一期").click()
        await expect(page.locator("#chat .mine").last).to_contain_text("高端纺织产业园一期")
        await page.get_by_text("陈浩").first.click()
        await expect(page.get_by_role("button", name="位置")).to_be_disabled()
    picture = (WEB / "photos" / "steel.jpg").read_bytes()
    assert county.calls == [
        ("photo", "leader", picture, "steel.jpg"),
        ("location", "leader", 36.1, 113.0, "高端纺织产业园一期"),
    ]


@pytest.mark.asyncio
async def test_at_phone_width_nothing_runs_off_the_side() -> None:
    county = SmallCounty()
    county.show("leader", "card", "说明" * 60, title="督办通知书" * 4, fields=(("文号", "平重督2026年7号" * 3),))
    county.write("visit", "周建国", "到现场" * 80)
    async with serve(create_page(county.stage, county)) as base, a_browser(base, 390, 844) as page:
        for part in ("对话", "别人收到", "台账"):
            await page.get_by_role("button", name=part).click()
            assert await page.evaluate("document.documentElement.scrollWidth") <= 390
        await expect(page.locator("#ledger li")).to_be_visible()
        county.show("head", "text", "请来签收")
        await expect(page.get_by_role("button", name="别人收到 1")).to_be_visible()
        await page.get_by_role("button", name="别人收到").click()
        await page.get_by_role("button", name="请来签收").click()
        await expect(page.locator("#phone-owner")).to_contain_text("马国强")
        await expect(page.get_by_label("要说的话")).to_be_in_viewport()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.asyncio
async def test_the_page_finds_the_county_again_after_a_restart() -> None:
    before, after = SmallCounty(), SmallCounty()
    before.show("leader", "text", "重启之前")
    after.show("leader", "text", "重启之后")
    async with AsyncExitStack() as first:
        base = await first.enter_async_context(serve(create_page(before.stage, before)))
        async with a_browser(base, 1280, 800) as page:
            await expect(page.locator("#chat")).to_contain_text("重启之前")
            await first.aclose()
            await expect(page.get_by_role("alert")).to_contain_text("正在重连")
            async with serve(create_page(after.stage, after), port=urlsplit(base).port or 0):
                await expect(page.locator("#chat")).to_contain_text("重启之后", timeout=20_000)
                await expect(page.locator("#chat")).not_to_contain_text("重启之前")


@pytest.mark.asyncio
async def test_a_question_about_the_stage_is_answered_when_something_happens() -> None:
    async with an_open_county() as (county, client):
        first = (await client.get("/api/events?version=-1&since=0")).json()
        asked = asyncio.create_task(client.get(f"/api/events?version={first['version']}&since=0"))
        await asyncio.sleep(0.1)
        assert not asked.done()
        county.show("leader", "text", "早上好")
        news = (await asked).json()
        assert [b["text"] for b in news["bubbles"]] == ["早上好"]
        assert news["unread"] == {"phone:leader": 1}


@pytest.mark.asyncio
async def test_a_spent_card_is_told_again_to_whoever_saw_it_before() -> None:
    async with an_open_county() as (county, client):
        card = county.show("head", "card", "请签收", buttons=(("accept", "签收"),))
        await client.post("/api/actors/head/press", json={"bubble": card.number, "button": "accept"})
        news = (await client.get(f"/api/events?version=0&since={card.number}")).json()
        assert news["bubbles"] == []
        assert [(c["number"], c["used"]) for c in news["cards"]] == [(card.number, "已签收")]
        again = await client.post("/api/actors/head/press", json={"bubble": card.number, "button": "accept"})
        assert again.status_code == 409
        assert "已签收" in again.json()["error"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "body", "status", "said"),
    [
        ("/api/actors/nobody/text", {"text": "在吗"}, 404, "没有这个人"),
        ("/api/actors/leader/text", {"text": "  "}, 400, "请先写点什么"),
        ("/api/actors/leader/text", {"words": "在"}, 400, "内容不对：text"),
        ("/api/actors/leader/text", {"text": "字" * 30000}, 413, "内容太长"),
        ("/api/actors/leader/text", {"text": "办不到"}, 409, "平台此刻不收消息"),
        ("/api/actors/leader/location", {"lat": 136, "lon": 113}, 400, "内容不对：lat"),
        ("/api/actors/liaison/location", {"lat": 36, "lon": 113}, 409, "钉钉的机器人收不到位置"),
        ("/api/actors/leader/press", {"bubble": 99, "button": "accept"}, 404, "没有这个按钮"),
        ("/api/clock", {"to": "2026-09-16T08:00:00+08:00"}, 400, "时间只能往前走"),
        ("/api/clock", {"to": "2036-09-16T08:00:00+08:00"}, 400, "一次最多"),
        ("/api/clock", {"to": "2026-09-18T08:00:00"}, 400, "内容不对：to"),
        ("/api/nothing", {}, 404, "没有这个地址"),
    ],
)
async def test_what_cannot_be_done_is_said_in_words(path: str, body: dict[str, Any], status: int, said: str) -> None:
    async with an_open_county() as (county, client):
        answer = await client.post(path, json=body)
        assert answer.status_code == status
        assert said in answer.json()["error"]
        assert county.calls == []


@pytest.mark.asyncio
async def test_only_pictures_of_a_sane_size_are_taken_as_photos() -> None:
    async with an_open_county() as (county, client):
        path = "/api/actors/leader/photo?name=a.jpg"
        kind = {"content-type": "image/jpeg"}
        plain = await client.post(path, content=b"hello", headers={"content-type": "text/plain"})
        empty = await client.post(path, content=b"", headers=kind)
        huge = await client.post(path, content=b"x" * (20 * 1024 * 1024 + 1), headers=kind)
        assert [plain.status_code, empty.status_code, huge.status_code] == [415, 400, 413]
        assert county.calls == []
        largest = await client.post(path, content=b"x" * (20 * 1024 * 1024), headers=kind)
        assert largest.status_code == 200


@pytest.mark.asyncio
async def test_another_sites_form_cannot_speak_for_anybody() -> None:
    async with an_open_county() as (county, client):
        answer = await client.post(
            "/api/actors/leader/text", content=b'{"text":"hi"}', headers={"content-type": "text/plain"}
        )
        assert answer.status_code == 415
        assert county.calls == []


@pytest.mark.asyncio
async def test_the_page_allows_only_its_own_scripts_and_asks_nobody_else() -> None:
    async with an_open_county() as (_, client):
        page = await client.get("/")
        assert page.headers["content-security-policy"].startswith("default-src 'self'")
        for file in [*WEB.glob("*.html"), *WEB.glob("*.js"), *WEB.glob("*.css")]:
            text = file.read_text(encoding="utf-8")
            assert "http://" not in text
            assert "https://" not in text
        assert "style=" not in page.text
        assert "<script>" not in page.text


@pytest.mark.asyncio
async def test_ledger_lines_carry_the_chinese_name_of_their_kind() -> None:
    async with an_open_county() as (county, client):
        for kind in KIND_NAMES:
            county.write(kind, "周建国", "一条")
        lines = (await client.get("/api/ledger?after=1")).json()["lines"]
        assert [line["kind_name"] for line in lines] == list(KIND_NAMES.values())[1:]
