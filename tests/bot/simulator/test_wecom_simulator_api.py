"""The stand-in WeCom answers calls as documented, above all where it says nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from bot.simulator.serving import serve
from tests.bot.simulator.wecom_rig import CORP, LI, SECRET, WANG, rigged


@pytest.mark.asyncio
async def test_the_token_stays_the_same_until_it_expires_or_is_revoked() -> None:
    async with rigged() as rig:
        first = await rig.token()
        assert await rig.token() == first
        assert (await rig.send())["errcode"] == 0
        rig.clock.advance(timedelta(seconds=7200))
        assert (await rig.post("message/send", {}, access_token=first))["errcode"] == 42001
        second = await rig.token()
        assert second != first
        rig.wecom.revoke_token()
        assert (await rig.post("message/send", {}, access_token=second))["errcode"] == 40014
        assert (await rig.post("message/send", {}, access_token=""))["errcode"] == 41001


@pytest.mark.asyncio
async def test_wrong_secrets_end_in_an_hour_without_tokens() -> None:
    async with rigged() as rig:
        assert (await rig.get("gettoken", corpid="wx1", corpsecret=SECRET))["errcode"] == 40013
        for _ in range(5):
            assert (await rig.get("gettoken", corpid=CORP, corpsecret="no"))["errcode"] == 40001
        assert (await rig.get("gettoken", corpid=CORP, corpsecret=SECRET))["errcode"] == 45009
        rig.clock.advance(timedelta(hours=1))
        assert (await rig.get("gettoken", corpid=CORP, corpsecret=SECRET))["errcode"] == 0


@pytest.mark.asyncio
async def test_part_of_the_recipients_failing_looks_like_success() -> None:
    async with rigged() as rig:
        rig.wecom.corp.unlicensed.add(WANG)
        answer = await rig.send(f"{LI}|NoBody|{WANG}")
        assert (answer["errcode"], answer["invaliduser"], answer["unlicenseduser"]) == (
            0,
            "nobody",
            WANG.lower(),
        )
        assert rig.texts("li") == ["请签收"] and rig.texts("wang") == []
        assert (await rig.send("NoBody"))["errcode"] == 81013


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"agentid": 7}, 40056),
        ({"agentid": "1000012"}, 40056),
        ({"touser": ""}, 82001),
        ({"touser": "|".join(f"u{n}" for n in range(1001))}, 40032),
        ({"msgtype": "poem"}, 40008),
        ({"text": {"content": ""}}, 44004),
        ({"msgtype": "textcard", "textcard": {"title": "无链接", "description": "x"}}, 40058),
        ({"msgtype": "image", "image": {"media_id": "gone"}}, 40007),
        ({"msgtype": "markdown", "markdown": {"content": "字" * 700}}, 45002),
        ({"msgtype": "template_card", "template_card": {"card_type": "text_notice"}}, 42045),
        ({"msgtype": "template_card", "template_card": {"card_type": "button_interaction"}}, 42014),
    ],
)
async def test_a_wrong_message_is_refused_with_its_code(change: dict[str, Any], code: int) -> None:
    async with rigged() as rig:
        assert (await rig.send(**change))["errcode"] == code
        assert rig.texts() == []


@pytest.mark.asyncio
async def test_broken_json_is_refused() -> None:
    async with rigged() as rig:
        assert (await rig.post("message/send", b"{"))["errcode"] == 47001


@pytest.mark.asyncio
async def test_long_text_is_cut_at_2048_bytes_without_a_word() -> None:
    async with rigged() as rig:
        answer = await rig.send(text={"content": "字" * 700})
        assert answer["errcode"] == 0
        assert rig.texts() == ["字" * 682]


@pytest.mark.asyncio
async def test_the_identical_request_is_accepted_and_shown_once_within_its_interval() -> None:
    async with rigged() as rig:
        check: dict[str, Any] = {"enable_duplicate_check": 1, "duplicate_check_interval": 14400}
        assert (await rig.send(**check))["errcode"] == 0
        assert (await rig.send(**check))["errcode"] == 0
        assert len(rig.texts()) == 1
        rig.clock.advance(timedelta(hours=4))
        await rig.send(**check)
        assert len(rig.texts()) == 2
        await rig.send()
        await rig.send()
        assert len(rig.texts()) == 4


@pytest.mark.asyncio
async def test_the_31st_message_of_a_minute_vanishes_though_it_was_accepted() -> None:
    async with rigged() as rig:
        answers = [await rig.send(text={"content": f"第{n}条"}) for n in range(31)]
        assert {answer["errcode"] for answer in answers} == {0}
        assert len(rig.texts()) == 30
        assert [(d.user_id, d.text) for d in rig.wecom.dropped] == [(LI, "第30条")]
        rig.clock.advance(timedelta(minutes=1))
        await rig.send()
        assert len(rig.texts()) == 31


@pytest.mark.asyncio
async def test_a_task_id_is_good_for_one_card() -> None:
    async with rigged() as rig:
        await rig.send_card("same")
        assert (await rig.send_card("same", WANG))["errcode"] == 42014
        assert rig.texts("wang") == []


@pytest.mark.asyncio
async def test_uploaded_media_can_be_sent_and_bad_uploads_are_refused() -> None:
    async with rigged() as rig:
        query = {"access_token": await rig.token(), "type": "image"}
        files = {"media": ("工地.png", b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png")}
        kept = (await rig.http.post("/cgi-bin/media/upload", params=query, files=files)).json()
        answer = await rig.send(msgtype="image", image={"media_id": kept["media_id"]})
        assert (kept["errcode"], answer["errcode"]) == (0, 0)
        assert rig.stage.phones["li"].bubbles[0].image == f"/pictures/{kept['media_id']}"
        files = {"media": ("x.gif", b"GIF89a" + bytes(20), "image/gif")}
        refused = (await rig.http.post("/cgi-bin/media/upload", params=query, files=files)).json()
        assert refused["errcode"] == 40004


@pytest.mark.asyncio
async def test_the_app_speaks_in_groups_it_made_but_not_in_others() -> None:
    async with rigged() as rig:
        made = await rig.post("appchat/create", {"name": "城北水厂专班", "userlist": [LI, WANG], "owner": LI})
        chat = made["chatid"]
        text = {"msgtype": "text", "text": {"content": "周报"}}
        assert (await rig.post("appchat/send", {"chatid": chat} | text))["errcode"] == 0
        assert [bubble.text for bubble in rig.stage.groups[chat].bubbles] == ["周报"]
        assert (await rig.post("appchat/send", {"chatid": "nosuch"} | text))["errcode"] == 86003
        assert (await rig.post("appchat/send", {"chatid": "no such"} | text))["errcode"] == 86001
        rig.wecom.corp.foreign_chats.add("other")
        assert (await rig.post("appchat/send", {"chatid": "other"} | text))["errcode"] == 86008
        card = {"chatid": chat, "msgtype": "template_card", "template_card": {}}
        assert (await rig.post("appchat/send", card))["errcode"] == 40008
        await rig.post("appchat/update", {"chatid": chat, "name": "专班", "del_user_list": [WANG]})
        info = (await rig.get("appchat/get", access_token=await rig.token(), chatid=chat))["chat_info"]
        assert (info["name"], info["userlist"]) == ("专班", [LI])


@pytest.mark.asyncio
async def test_a_group_message_beyond_200_a_minute_vanishes() -> None:
    async with rigged() as rig:
        rig.stage.add_group("crowd", "大群")
        text = {"chatid": "crowd", "msgtype": "text", "text": {"content": "x"}}
        codes = {(await rig.post("appchat/send", text))["errcode"] for _ in range(201)}
        assert codes == {0}
        assert len(rig.stage.groups["crowd"].bubbles) == 200
        assert {drop.user_id for drop in rig.wecom.dropped} == {LI, WANG}


@pytest.mark.asyncio
async def test_a_webhook_takes_20_a_minute_and_says_so() -> None:
    async with rigged() as rig:
        rig.stage.add_group("key-1", "指挥部群")
        text = {"msgtype": "text", "text": {"content": "通报", "mentioned_list": ["@all"]}}
        codes = [(await rig.post("webhook/send", text, key="key-1"))["errcode"] for _ in range(21)]
        assert codes == [0] * 20 + [45009]
        assert rig.stage.groups["key-1"].bubbles[0].text == "通报 @所有人"
        assert (await rig.post("webhook/send", text, key="nobody"))["errcode"] == 93000
        rig.clock.advance(timedelta(minutes=1))
        long = {"msgtype": "text", "text": {"content": "字" * 683}}
        assert (await rig.post("webhook/send", long, key="key-1"))["errcode"] == 40058


@pytest.mark.asyncio
async def test_ordered_trouble_comes_and_goes() -> None:
    async with rigged() as rig:
        path = "message/send"
        rig.wecom.fail_next(path, 1, 45009)
        assert (await rig.send())["errcode"] == 45009
        rig.wecom.fail_next(path, 1, 503)
        rig.wecom.fail_next(path, 1, "html")
        token = await rig.token()
        raw = [await rig.http.post("/cgi-bin/message/send", params={"access_token": token}) for _ in range(2)]
        assert [answer.status_code for answer in raw] == [503, 200]
        assert raw[1].headers["content-type"].startswith("text/html")
        rig.wecom.fail_next(path, 1, "reset")
        with pytest.raises(httpx2.TransportError):
            await rig.send()
        assert rig.texts() == []
        assert (await rig.send())["errcode"] == 0


@pytest.mark.asyncio
@pytest.mark.parametrize(("fault", "shown"), [("timeout", 0), ("accept_then_timeout", 1), ("accept_then_reset", 1)])
async def test_silence_may_or_may_not_mean_that_it_was_done(fault: str, shown: int) -> None:
    async with rigged() as rig:
        await rig.token()
        rig.http.timeout = httpx2.Timeout(0.3)
        rig.wecom.fail_next("message/send", 1, fault, where=LI)
        with pytest.raises(httpx2.TransportError):
            await rig.send()
        assert len(rig.texts()) == shown


@pytest.mark.asyncio
async def test_trouble_can_come_by_chance() -> None:
    async with rigged() as rig:
        rig.wecom.app.fail_often("message/send", 0.5, -1)
        codes = [(await rig.send(text={"content": str(n)}))["errcode"] for n in range(20)]
        assert set(codes) == {0, -1}
        rig.wecom.app.heal()
        assert (await rig.send())["errcode"] == 0


@pytest.mark.asyncio
async def test_calls_are_written_down_without_secrets() -> None:
    async with rigged() as rig:
        await rig.send()
        gettoken, send = rig.wecom.requests
        assert (gettoken.path, gettoken.query["corpsecret"]) == ("/cgi-bin/gettoken", "***")
        assert (send.path, send.query["access_token"]) == ("/cgi-bin/message/send", "***")
        assert send.body["text"] == {"content": "请签收"}
        assert send.at.tzinfo is not None
        assert SECRET not in repr(rig.wecom.requests)


@pytest.mark.asyncio
async def test_it_works_the_same_under_a_path_of_a_larger_app() -> None:
    async with rigged() as rig, serve(Starlette(routes=[Mount("/wecom", app=rig.wecom.app)])) as url:
        rig.http.base_url = httpx2.URL(f"{url}/wecom")
        assert (await rig.send())["errcode"] == 0
        assert rig.wecom.requests[-1].path == "/cgi-bin/message/send"
        rig.wecom.fail_next("message/send", 1, "reset")
        with pytest.raises(httpx2.TransportError):
            await rig.send()
