"""The stand-ins let people into pages as the platforms do: codes once and for minutes, tickets, trusted domains."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from bot.simulator.visits import PHONE
from tests.bot.simulator import dingtalk_rig, wecom_rig
from tests.bot.simulator.wecom_rig import CORP, LI

pytestmark = pytest.mark.asyncio
BACK = "https://duban.example.gov.cn/sign-in/wecom"


async def authorize(rig: wecom_rig.Rig, phone: str = LI, **change: str) -> httpx2.Response:
    query = {"appid": CORP, "redirect_uri": BACK, "response_type": "code", "scope": "snsapi_base", "state": "s1"}
    cookies = {"Cookie": f"{PHONE}={phone}"} if phone else {}
    return await rig.http.get("/connect/oauth2/authorize", params=query | change, headers=cookies)


async def test_a_wecom_code_is_good_once_and_for_five_minutes() -> None:
    async with wecom_rig.rigged() as rig:
        token = await rig.token()

        async def who(answer: httpx2.Response) -> tuple[int, str]:
            back = urlsplit(answer.headers["location"])
            told = {name: values[0] for name, values in parse_qs(back.query).items()}
            assert (back.path, told["state"]) == ("/sign-in/wecom", "s1")
            said = await rig.get("auth/getuserinfo", access_token=token, code=told["code"])
            return said["errcode"], said.get("userid") or said.get("openid") or ""

        first = await authorize(rig)
        assert await who(first) == (0, LI)
        assert await who(first) == (40029, "")
        assert await who(await authorize(rig, "somebody")) == (0, "osomebody")
        late = await authorize(rig)
        rig.clock.advance(timedelta(minutes=5))
        assert await who(late) == (40029, "")
        assert (await authorize(rig, "")).status_code == 403
        assert (await authorize(rig, appid="ww-other")).status_code == 400
        rig.wecom.visits.trusted = "other.example.gov.cn"
        assert "50001" in (await authorize(rig)).text


async def test_wecom_tickets_stay_the_same_while_they_live_and_are_two() -> None:
    async with wecom_rig.rigged() as rig:
        token = await rig.token()
        first = await rig.get("get_jsapi_ticket", access_token=token)
        assert await rig.get("get_jsapi_ticket", access_token=token) == first
        own = await rig.get("ticket/get", access_token=token, type="agent_config")
        assert own["ticket"] != first["ticket"] and own["expires_in"] == 7200
        assert (await rig.get("ticket/get", access_token=token, type="other"))["errcode"] == 40058
        assert (await rig.get("get_jsapi_ticket"))["errcode"] == 41001


async def test_a_dingtalk_code_is_good_once_and_for_its_own_app() -> None:
    async with dingtalk_rig.rigged() as rig:
        org, visits = rig.ding.org, rig.ding.visits
        assert visits.auth_code("ding-other", org.client_id, dingtalk_rig.ZHAO) is None
        code, late = (visits.auth_code(org.corp_id, org.client_id, dingtalk_rig.ZHAO) for _ in range(2))
        path = f"/topapi/v2/user/getuserinfo?access_token={await rig.token()}"
        told = (await rig.call("POST", path, {"code": code})).json()
        assert told["result"]["userid"] == dingtalk_rig.ZHAO
        assert (await rig.call("POST", path, {"code": code})).json()["errcode"] == 40078
        rig.clock.advance(timedelta(minutes=5))
        assert (await rig.call("POST", path, {"code": late})).json()["errcode"] == 40078
        first = (await rig.call("POST", "/v1.0/oauth2/jsapiTickets", {}, await rig.token())).json()
        again = (await rig.call("POST", "/v1.0/oauth2/jsapiTickets", {}, await rig.token())).json()
        assert first == again and first["expireIn"] == 7200
