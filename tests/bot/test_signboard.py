"""A project's own page over HTTP: who gets in, what is taken, what a weak line may do without harm."""

from __future__ import annotations

import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from bot.platforms.visiting import page_signature
from bot.simulator.stage import Actor
from bot.simulator.visits import PHONE
from bot.simulator.world import World

pytestmark = pytest.mark.asyncio
one_engine = pytest.mark.parametrize("engine", ["sqlite"])
WECOM = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 wxwork/4.1.36 MicroMessenger/7.0.1"
DINGTALK = "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 AliApp(DingTalk/7.6.0)"
PHOTO = b"\xff\xd8\xff\xe0" + b"seen at the site" * 2000
OTHER = b"\xff\xd8\xff\xe0" + b"seen at another corner" * 2000


@asynccontextmanager
async def phone(world: World, who: str, agent: str = WECOM) -> AsyncIterator[httpx2.AsyncClient]:
    """Give the browser inside somebody's app."""
    account = world.actor(who).user_id
    async with httpx2.AsyncClient(
        base_url=world.bot_url,
        trust_env=False,
        follow_redirects=True,
        headers={"User-Agent": agent},
        cookies={PHONE: account},
    ) as browser:
        yield browser


async def report(browser: httpx2.AsyncClient, number: int, **more: Any) -> httpx2.Response:
    sent = {"id": f"{number:08x}", "project": "P03", **more}
    return await browser.post("/sign/reports", json=sent)


async def upload(browser: httpx2.AsyncClient, photo: str, data: bytes, piece: int = 20_000) -> httpx2.Response:
    answer = None
    for start in range(0, len(data), piece):
        url = f"/sign/photos/{photo}?offset={start}&size={len(data)}"
        answer = await browser.put(url, content=data[start : start + piece])
    assert answer is not None
    return answer


async def receipt(browser: httpx2.AsyncClient, number: int) -> dict[str, Any]:
    answer: dict[str, Any] = (await browser.get(f"/sign/reports/{number:08x}")).json()
    return answer


def visits(world: World) -> list[dict[str, Any]]:
    return [line for line in world.ledger() if line["kind"] == "visit"]


async def test_a_page_is_signed_as_the_platform_publishes_it() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    url = "http://mp.weixin.qq.com?params=value"
    expected = "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
    assert page_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url) == expected
    assert page_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url + "#part") == expected


@one_engine
async def test_a_passer_by_learns_nothing_and_whoever_may_not_see_it_no_more(world: World) -> None:
    async with httpx2.AsyncClient(base_url=world.bot_url, trust_env=False) as passer_by:
        real, unreal = await passer_by.get("/p/P03"), await passer_by.get("/p/P99")
        assert (real.status_code, real.text) == (unreal.status_code, unreal.text)
        assert "请在企业微信或钉钉里打开" in real.text and "第二人民医院" not in real.text
        for path in ("/sign/photos/00000001", "/sign/reports/00000001", "/sign/client?url=x"):
            assert (await passer_by.get(path)).status_code == 401
        assert (await report(passer_by, 1, text="在吗")).status_code == 401
    async with phone(world, "陈浩") as browser:  # has a part in P01 and P02 only
        real, unreal = await browser.get("/p/P03"), await browser.get("/p/P99")
        assert (real.status_code, real.text) == (unreal.status_code, unreal.text) and real.status_code == 404
        known, unknown = (
            await report(browser, 1, text="在吗"),
            await browser.post("/sign/reports", json={"id": "00000002", "project": "P99", "text": "在吗"}),
        )
        assert (known.status_code, known.text) == (unknown.status_code, unknown.text) and known.status_code == 404
    await world.settle()
    assert visits(world) == []


@one_engine
async def test_wecom_signs_in_once_per_code_and_only_in_the_browser_that_asked(world: World) -> None:
    async with phone(world, "李红梅") as browser:
        page = await browser.get("/p/P03")
        assert page.status_code == 200 and str(page.url).startswith(f"{world.bot_url}/p/P03")
        assert "县第二人民医院迁建" in page.text
        used = next(str(answer.url) for answer in page.history if "code=" in str(answer.url))
    async with phone(world, "李红梅") as stranger:
        assert "这次登录过期了" in (await stranger.get(used)).text  # no state of its own
        stranger.cookies.set("duban_way_in", used.partition("state=")[2] + ":/p/P03")
        assert "这次登录过期了" in (await stranger.get(used)).text  # the code is used up
        assert "duban_session" not in stranger.cookies
    async with phone(world, "李红梅") as late:
        asked = await late.get("/p/P03", follow_redirects=False)
        back = (await late.get(asked.headers["location"], follow_redirects=False)).headers["location"]
        world.clock.advance(timedelta(minutes=6))
        answer = await late.get(back)
        assert answer.status_code == 403 and "请回到标示牌前再扫一次码" in answer.text
    world.wecom.fail_next("/cgi-bin/auth/getuserinfo", 1, 60020)
    async with phone(world, "李红梅") as unlucky:
        assert "企业微信这会儿登录不上" in (await unlucky.get("/p/P03")).text
    async with phone(world, "李红梅") as browser:
        browser.cookies.set(PHONE, "somebody-else")
        assert "没有认出您" in (await browser.get("/p/P03")).text
        browser.cookies.clear()
        world.stage.extras["new"] = Actor("new", "刚来的", "", "wecom", "GangLaiDe")
        browser.cookies.set(PHONE, "GangLaiDe")
        page = await browser.get("/p/P03")
        assert page.status_code == 403 and "您还没有登记" in page.text


async def test_what_the_page_sends_is_filed_once_like_what_is_said_in_chat(world: World) -> None:
    site = world.projects()["P03"]
    place = {"latitude": site.latitude, "longitude": site.longitude, "datum": "gcj02"}
    async with phone(world, "李红梅") as browser:
        await browser.get("/p/P03")
        first = await upload(browser, "aaaaaaaa", PHOTO)
        assert first.json() == {"received": len(PHOTO), "whole": True}
        await upload(browser, "bbbbbbbb", OTHER)
        sent = {"text": "主体到五层了，电梯还没到货", "photos": ["aaaaaaaa", "bbbbbbbb"], "place": place}
        for _ in range(3):  # the answer was lost on the way
            assert (await report(browser, 1, **sent)).json() == {"stored": True}
        assert await receipt(browser, 1) == {"state": "waiting"}
        await world.settle()
        told = await receipt(browser, 1)
        assert told["state"] == "done" and "照片2张，位置：在场" in told["words"][0]
        assert await receipt(browser, 2) == {"state": "unknown"}
    (visit,) = visits(world)
    assert (visit["project"], visit["person"], visit["channel"]) == ("P03", "李红梅", "page")
    assert visit["data"]["nearness"] == "在场" and "34.05" not in str(visit)
    digests = [hashlib.sha256(data).hexdigest() for data in (PHOTO, OTHER)]
    assert [item["sha256"] for item in visit["attachments"]] == digests
    (heard,) = world.heard("李红梅")
    assert heard == told["words"][0]


@one_engine
async def test_pieces_may_come_twice_too_early_or_days_later_and_what_is_no_photo_is_said(world: World) -> None:
    async with phone(world, "李红梅") as browser:
        await browser.get("/p/P03")
        size = len(PHOTO)
        early = await browser.put(f"/sign/photos/aaaaaaaa?offset=20000&size={size}", content=PHOTO[20_000:])
        assert (early.status_code, early.json()) == (409, {"received": 0})
        for _ in range(2):
            half = await browser.put(f"/sign/photos/aaaaaaaa?offset=0&size={size}", content=PHOTO[:20_000])
            assert half.json() == {"received": 20_000, "whole": False}
        assert (await report(browser, 1, text="到了", photos=["aaaaaaaa"])).json() == {"missing": ["aaaaaaaa"]}
        overlapping = await browser.put(f"/sign/photos/aaaaaaaa?offset=10000&size={size}", content=PHOTO[10_000:])
        assert overlapping.json() == {"received": size, "whole": True}
        assert (await browser.get("/sign/photos/aaaaaaaa")).json() == {"received": size, "whole": True}
        words = await upload(browser, "bbbbbbbb", b"#!/bin/sh\necho no picture\n" * 10)
        assert words.status_code == 422 and "不是照片" in words.json()["words"]
        huge = await browser.put(f"/sign/photos/cccccccc?offset=0&size={30 * 1024 * 1024}", content=b"x")
        assert huge.status_code == 422 and "最大20MB" in huge.json()["words"]
        assert (await browser.put("/sign/photos/..%2F..%2Fx?offset=0&size=1", content=b"x")).status_code in (404, 422)
        assert (await report(browser, 2)).status_code == 422
        foreign = {"Origin": "https://elsewhere.example"}
        sent = {"id": "00000009", "project": "P03", "text": "到"}
        posted = await browser.post("/sign/reports", json=sent, headers=foreign)
        assert posted.status_code == 403
        world.clock.advance(timedelta(hours=23))  # the line was away for so long; the session ran out
        assert (await report(browser, 3, text="我今天到二院工地了")).status_code == 401
        await browser.get("/p/P03")
        await report(browser, 3, text="我今天到二院工地了，外墙完成六成", photos=["aaaaaaaa"], age=20 * 3600)
        await world.settle()
    (visit,) = visits(world)
    assert visit["data"]["occurred"] == "2026-09-17" and visit["data"]["reported"] == "2026-09-18"
    assert len(visit["attachments"]) == 1


@one_engine
async def test_words_that_name_another_project_are_asked_about_and_others_are_news_of_this_one(world: World) -> None:
    async with phone(world, "张敏") as browser:  # the office sees every project
        await browser.get("/p/P03")
        await report(browser, 1, text="一切照旧，\0大伙都在")
        await world.settle()
        (line,) = [line for line in world.ledger() if line["person"] == "张敏"]
        assert (line["kind"], line["project"], line["text"]) == ("progress", "P03", "一切照旧，大伙都在")
        await upload(browser, "aaaaaaaa", PHOTO)
        await report(browser, 2, text="城北污水厂那路又叫堵住了", photos=["aaaaaaaa"])
        await world.settle()
        (asked,) = (await receipt(browser, 2))["words"]
        assert "哪个项目" in asked
        assert len([line for line in world.ledger() if line["person"] == "张敏"]) == 1
        await world.say("张敏", "我到213工地了")  # takes no photo that was sent from another project's page
        await world.settle()
        assert [line["attachments"] for line in visits(world)] == [[]]
        await world.press("张敏", "城北污水处理厂提标…")
        await world.settle()
        (problem,) = [line for line in world.ledger() if line["kind"] == "problem"]
        assert problem["project"] == "P04"


@one_engine
async def test_dingtalk_is_shown_where_to_add_a_place_and_the_place_joins_the_report(world: World) -> None:
    await world.say("何军", "我到213工地了")
    await world.settle()
    (heard,) = world.heard("何军")
    assert f"要附位置，点这里：{world.bot_url}/p/P05" in heard
    site = world.projects()["P05"]
    place = {"latitude": site.latitude, "longitude": site.longitude, "datum": "gcj02"}
    async with phone(world, "何军", DINGTALK) as browser:
        asked = await browser.get("/p/P05")
        assert asked.status_code == 401 and world.service.settings.dingtalk.client_script in asked.text
        org = world.dingtalk.org
        code = world.dingtalk.visits.auth_code(org.corp_id, org.client_id, world.actor("何军").user_id)
        assert (await browser.post("/sign-in/dingtalk", json={"code": code})).status_code == 200
        again = await browser.post("/sign-in/dingtalk", json={"code": code})
        assert again.status_code == 403 and again.json()["title"] == "这次登录过期了"
        assert (await browser.get("/p/P05")).status_code == 200
        await report(browser, 1, project="P05", place=place)
        await world.settle()
        assert "在场" in (await receipt(browser, 1))["words"][0]
    assert len(visits(world)) == 1
    bubble = world.dingtalk.build(world.actor("何军").user_id, "location", {"address": "工地"})
    await world.dingtalk.deliver(bubble)
    await world.settle()
    assert f"要附位置，请点项目的网页：\nS213平澜段改建：{world.bot_url}/p/P05" in world.heard("何军")[-1]


@one_engine
async def test_the_page_shows_the_five_lines_and_warns_of_a_stale_board(world: World) -> None:
    await world.say("赵静", "二院手术楼审图卡住了，叫赵静盯一下，9月20日前解决")
    await world.say("赵静", "二院标示牌已更新")
    await world.say("李红梅", "二院 9月19日前我去找审图中心要意见")
    await world.settle()
    async with phone(world, "赵静") as browser, phone(world, "李红梅") as leader:
        await leader.get("/p/P03")
        assert "我去找审图中心要意见" in (await leader.get("/p/P03")).text  # what she said in chat
        await browser.get("/p/P03")
        answer = await browser.get("/p/P03")
        lines = re.findall(r"<dt>(.+?)</dt>\n<dd[^>]*>(.+?)</dd>", answer.text, re.S)
        brief = {name: re.sub(r"\s*<[^>]+>\s*", " ", told).strip() for name, told in lines}
        assert list(brief) == ["您答应的", "没办完的", "本周到期", "分包领导", "找谁"]
        assert brief["您答应的"].startswith("盯办ISS-1") and brief["您答应的"].endswith("9月20日前")
        assert "9月20日到期" in brief["本周到期"] and brief["分包领导"] == "李红梅"
        assert brief["找谁"].startswith("联络员 赵静") and 'href="tel:' in answer.text
        assert "牌子该换了" not in answer.text
        assert "script-src 'self' http://127.0.0.1" in answer.headers["content-security-policy"]

        await world.say("张敏", "P03的分包领导换成孙立新，9月17日起")
        await world.settle()
        await world.press("张敏", "确认")
        await world.settle()
        warned = (await browser.get("/p/P03")).text
        assert "牌子该换了" in warned and "项目分包领导：牌上李红梅，台账孙立新" in warned
        assert "牌子该换了" not in (await leader.get("/p/P03")).text  # not his to see to
