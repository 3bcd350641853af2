"""The stand-in DingTalk answers calls as documented."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.simulator.serving import serve
from tests.bot.simulator.dingtalk_rig import CARD, CLIENT, QIAN, SECRET, ZHAO, acknowledge, receive, rigged


@pytest.mark.asyncio
async def test_batch_send_tells_who_did_not_get_it() -> None:
    async with rigged() as rig:
        rig.ding.org.flow_controlled[QIAN] = 1
        answer = (await rig.send([ZHAO, QIAN, "nobody"])).json()
        assert (answer["invalidStaffIdList"], answer["flowControlledStaffIdList"]) == (["nobody"], [QIAN])
        assert answer["processQueryKey"]
        assert (len(rig.bubbles("zhao")), len(rig.bubbles("qian"))) == (1, 0)
        await rig.send([QIAN])
        assert len(rig.bubbles("qian")) == 1


@pytest.mark.asyncio
async def test_wrong_sends_are_refused_in_dingtalks_way() -> None:
    async with rigged() as rig:
        path = "/v1.0/robot/oToMessages/batchSend"
        body: dict[str, Any] = {"robotCode": CLIENT, "userIds": [ZHAO], "msgKey": "sampleText"}
        refused = [
            await rig.call("POST", path, body | {"msgParam": {"content": "x"}}),
            await rig.call("POST", path, body | {"msgParam": "{}"}),
            await rig.call("POST", path, body | {"msgParam": "{}", "msgKey": "poem"}),
            await rig.call("POST", path, body | {"msgParam": "{}", "userIds": [ZHAO] * 21}),
            await rig.send(["nobody"]),
            await rig.call("POST", path, body, token="stale"),
        ]
        assert {answer.status_code for answer in refused} == {400}
        assert refused[-1].json()["code"] == "InvalidAuthentication"
        assert rig.bubbles() == []


@pytest.mark.asyncio
async def test_more_than_20_calls_a_second_are_refused_with_403() -> None:
    async with rigged() as rig:
        token = await rig.token()
        body = {"robotCode": CLIENT, "openConversationId": "cidG", "msgKey": "sampleText"}
        body["msgParam"] = '{"content":"x"}'
        rig.stage.add_group("cidG", "群")
        path = "/v1.0/robot/groupMessages/send"
        answers = await asyncio.gather(*(rig.call("POST", path, body, token) for _ in range(25)))
        assert sorted(answer.status_code for answer in answers) == [200] * 20 + [403] * 5
        assert len(rig.stage.groups["cidG"].bubbles) == 20


@pytest.mark.asyncio
async def test_the_months_quota_runs_out_for_billed_calls_only() -> None:
    async with rigged() as rig:
        rig.ding.org.monthly_calls = 1
        assert (await rig.send([ZHAO])).status_code == 200
        refused = await rig.send([ZHAO])
        assert (refused.status_code, refused.json()["code"]) == (
            403,
            "Forbidden.AccessDenied.ApiCountLimitForOrg",
        )
        assert await rig.token()


@pytest.mark.asyncio
async def test_asking_for_the_token_again_renews_it() -> None:
    async with rigged() as rig:
        first = await rig.token()
        rig.clock.advance(timedelta(seconds=7000))
        assert await rig.token() == first
        rig.clock.advance(timedelta(seconds=7000))
        assert (await rig.call("POST", "/v1.0/oauth2/jsapiTickets", {}, first)).status_code == 200
        rig.clock.advance(timedelta(seconds=200))
        assert (await rig.call("POST", "/v1.0/oauth2/jsapiTickets", {}, first)).status_code == 400
        old = await rig.http.get("/gettoken", params={"appkey": CLIENT, "appsecret": "no"})
        assert (old.status_code, old.json()["errcode"]) == (200, 40089)


@pytest.mark.asyncio
async def test_an_action_cards_button_makes_its_presser_speak() -> None:
    async with rigged() as rig, rig.socket() as socket:
        rig.ding.gateway.patience = 0.01
        url = "dtmd://dingtalkclient/sendMessage?content=%E7%AD%BE%E6%94%B6%20%2317-3"
        await rig.send(
            [ZHAO],
            "sampleActionCard2",
            title="督办",
            text="一行  \n  二行",
            actionTitle1="签收",
            actionURL1=url,
            actionTitle2="详情",
            actionURL2="https://example.com",
        )
        [card] = rig.bubbles()
        assert (card.text, card.buttons[0]) == ("一行\n二行", ("签收 #17-3", "签收"))
        await rig.ding.press(ZHAO, card, "签收 #17-3")
        assert json.loads((await receive(socket))["data"])["text"]["content"] == "签收 #17-3"
        with pytest.raises(LookupError):
            await rig.ding.press(ZHAO, card, "https://example.com")


@pytest.mark.asyncio
async def test_a_card_is_delivered_once_per_out_track_id() -> None:
    async with rigged() as rig:
        first, again = await rig.create_card(), await rig.create_card()
        assert first.json()["result"]["deliverResults"][0]["success"] is True
        assert again.status_code == 200
        [card] = rig.bubbles()
        assert (card.title, card.text, card.ref) == ("挂牌督办", "城北水厂", "duban-17-3")
        assert card.fields == (("限期", "12月1日"), ("级别", "红牌"))
        assert card.buttons == (("ACK", "签收"),)
        rig.ding.org.repeated_card_is_error = True
        refused = await rig.create_card()
        assert (refused.status_code, refused.json()["code"]) == (400, "param.cardAlreadyExist")


@pytest.mark.asyncio
async def test_a_cards_failed_delivery_hides_behind_success() -> None:
    async with rigged() as rig:
        answer = await rig.create_card(openSpaceId="dtv1.card//IM_ROBOT.nobody")
        [result] = answer.json()["result"]["deliverResults"]
        assert (answer.status_code, answer.json()["success"], result["success"]) == (200, True, False)
        assert (await rig.create_card(cardData={"cardParamMap": {"n": 1}})).status_code == 400


@pytest.mark.asyncio
async def test_a_pressed_card_calls_back_and_changes_only_as_the_app_says() -> None:
    async with rigged() as rig, rig.socket(CARD) as socket:
        await rig.create_card()
        [card] = rig.bubbles()
        pressing = asyncio.create_task(rig.ding.press(ZHAO, card, "ACK"))
        frame = await receive(socket)
        await acknowledge(socket, frame)
        assert (await pressing).status == 200
        data = json.loads(frame["data"])
        assert (data["type"], data["outTrackId"], data["userId"]) == ("actionCallback", card.ref, ZHAO)
        assert json.loads(data["content"])["cardPrivateData"]["actionIds"] == ["ACK"]
        assert (card.used, card.buttons) == ("", (("ACK", "签收"),))
        change: dict[str, Any] = {"outTrackId": card.ref}
        change["cardData"] = {"cardParamMap": {"buttons": "[]", "pressed": "已签收"}}
        change["cardUpdateOptions"] = {"updateCardDataByKey": True}
        await rig.call("PUT", "/v1.0/card/instances", change)
        assert (card.title, card.used, card.buttons) == ("挂牌督办", "已签收", ())
        del change["cardUpdateOptions"]
        await rig.call("PUT", "/v1.0/card/instances", change)
        assert (card.title, card.used) == ("", "已签收")
        with pytest.raises(LookupError):
            await rig.ding.press(ZHAO, card.ref, "ACK")


@pytest.mark.asyncio
async def test_the_answer_to_a_press_may_change_the_card() -> None:
    async with rigged() as rig, rig.socket(CARD) as socket:
        await rig.create_card()
        pressing = asyncio.create_task(rig.ding.press(ZHAO, "duban-17-3", "ACK"))
        change = {
            "cardData": {"cardParamMap": {"pressed": "已签收"}},
            "cardUpdateOptions": {"updateCardDataByKey": True},
        }
        await acknowledge(socket, await receive(socket), {"response": change})
        await pressing
        assert rig.bubbles()[0].used == "已签收"


@pytest.mark.asyncio
async def test_a_webhook_checks_its_signature_and_goes_quiet_for_ten_minutes() -> None:
    async with rigged() as rig:
        rig.ding.add_webhook("tok", "指挥部", secret="SEC1")

        async def speak(uuid: str = "", forged: bool = False) -> int:
            secret = "wrong" if forged else "SEC1"
            now = str(int(rig.clock.now().timestamp() * 1000))
            digest = hmac.new(secret.encode(), f"{now}\n{secret}".encode(), hashlib.sha256).digest()
            query = {"access_token": "tok", "timestamp": now, "sign": base64.b64encode(digest).decode()}
            body = {"msgtype": "text", "text": {"content": "通报"}, "msgUuid": uuid}
            return int((await rig.http.post("/robot/send", params=query, json=body)).json()["errcode"])

        assert await speak(forged=True) == 310000
        assert [await speak(uuid="same"), await speak(uuid="same")] == [0, 0]
        assert len(rig.stage.groups["tok"].bubbles) == 1
        assert [await speak() for _ in range(19)] == [0] * 18 + [410100]
        rig.clock.advance(timedelta(minutes=9))
        assert await speak() == 410100
        rig.clock.advance(timedelta(minutes=1))
        assert await speak() == 0
        unknown = await rig.http.post("/robot/send", params={"access_token": "none"}, json={})
        assert unknown.json()["errcode"] == 300005


@pytest.mark.asyncio
async def test_a_session_webhook_works_for_90_minutes() -> None:
    async with rigged() as rig, rig.socket() as socket:
        rig.ding.gateway.patience = 0.01
        await rig.ding.say(ZHAO, "在吗")
        url = json.loads((await receive(socket))["data"])["sessionWebhook"]
        body = {"msgtype": "text", "text": {"content": "在"}}
        assert (await rig.http.post(url, json=body)).json()["errcode"] == 0
        assert rig.bubbles()[-1].text == "在"
        rig.clock.advance(timedelta(minutes=90))
        assert (await rig.http.post(url, json=body)).json()["errcode"] == 300001


@pytest.mark.asyncio
async def test_ordered_trouble_comes_in_dingtalks_own_words() -> None:
    async with rigged() as rig:
        path = "/v1.0/robot/oToMessages/batchSend"
        qps = "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"
        for trouble in (qps, "InvalidAuthentication", "system.error", "1111", "html", 503):
            rig.ding.fail_next(path, 1, trouble)
        answers = [await rig.send([ZHAO]) for _ in range(6)]
        assert [answer.status_code for answer in answers] == [403, 400, 500, 200, 200, 503]
        assert answers[0].json()["code"] == qps
        assert answers[3].json()["status"] == 1111
        rig.ding.fail_next("/robot/send", 1, 410100)
        old = await rig.http.post("/robot/send", json={})
        assert (old.status_code, old.json()["errcode"]) == (200, 410100)
        await rig.token()
        rig.http.timeout = httpx2.Timeout(0.3)
        rig.ding.fail_next(path, 1, "accept_then_timeout")
        with pytest.raises(httpx2.ReadTimeout):
            await rig.send([ZHAO])
        assert len(rig.bubbles()) == 1
        assert SECRET not in repr(rig.ding.requests)


@pytest.mark.asyncio
async def test_http_cards_call_the_registered_url() -> None:
    seen: list[dict[str, str]] = []

    async def callback(request: Request) -> Response:
        seen.append(dict(request.headers))
        return JSONResponse({"cardData": {"cardParamMap": {"pressed": "已签收"}}})

    product = Starlette(routes=[Route("/card", callback, methods=["POST"])])
    async with serve(product) as url, rigged("http") as rig:
        route = {"callbackRouteKey": "duban", "callbackUrl": f"{url}/card", "apiSecret": "s"}
        assert (await rig.call("POST", "/v1.0/card/callbacks/register", route)).json()["success"]
        await rig.create_card(callbackType="HTTP", callbackRouteKey="duban")
        assert (await rig.ding.press(ZHAO, "duban-17-3", "ACK")).status == 200
        stamp = seen[0]["x-ddpaas-signature-timestamp"]
        digest = hmac.new(b"s", stamp.encode(), hashlib.sha256).digest()
        assert seen[0]["x-ddpaas-signature"] == base64.b64encode(digest).decode()
        assert rig.bubbles()[0].used == "已签收"
