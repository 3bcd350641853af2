"""What people do in the stand-in WeCom reaches a product as the documents say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import xmltodict
from starlette.responses import Response

from bot.simulator.wecom_envelope import Envelope
from tests.bot.simulator.wecom_rig import (
    AES_KEY,
    AGENT,
    CORP,
    LI,
    TOKEN,
    V1_ECHO,
    V2_CIPHER,
    V6_CIPHER,
    V6_CIPHER_NO_RECEIVER,
    rigged,
)


def test_the_envelope_agrees_with_the_documented_vectors() -> None:
    envelope = Envelope(TOKEN, AES_KEY, CORP)
    assert envelope.signature("1409659589", "263014780", V1_ECHO) == "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3"
    assert envelope.decrypt(V1_ECHO) == "1616140317555161061"
    assert envelope.signature("1409659813", "1372623149", V2_CIPHER) == "477715d11cdb4164915debcba66cb864d751f3e6"
    message = xmltodict.parse(envelope.decrypt(V2_CIPHER))["xml"]
    assert (message["Content"], message["MsgId"], message["AgentID"]) == (
        "hello",
        "4561255354251345929",
        "218",
    )


def test_the_envelope_seals_byte_for_byte_as_the_official_library() -> None:
    salt = b"0123456789abcdef"
    envelope = Envelope(TOKEN, AES_KEY, CORP)
    assert envelope.encrypt("<xml><A>你好</A></xml>", salt) == V6_CIPHER
    assert envelope.signature("1700000000", "n0nce", V6_CIPHER) == "4cca66fcab54e24d67c76da26f88f48c79582a0b"
    assert Envelope(TOKEN, AES_KEY, "").encrypt('{"msgtype":"text"}', salt) == V6_CIPHER_NO_RECEIVER


def test_the_envelope_refuses_what_is_meant_for_another_corp() -> None:
    with pytest.raises(ValueError, match="receiver"):
        Envelope(TOKEN, AES_KEY, "wx0000000000000000").decrypt(V2_CIPHER)


@pytest.mark.asyncio
async def test_what_a_person_types_arrives_sealed_and_stands_on_their_own_phone() -> None:
    async with rigged() as rig:
        delivery = await rig.wecom.say(LI, "查询 城北水厂 ]]> <b>")
        message = rig.product.opened()
        assert message["Content"] == "查询 城北水厂 ]]> <b>"
        assert (message["FromUserName"], message["MsgId"]) == (LI, delivery.msg_id)
        assert message["CreateTime"] == str(int(rig.clock.now().timestamp()))
        assert (delivery.status, delivery.attempts) == (200, 1)
        [bubble] = rig.stage.phones["li"].bubbles
        assert (bubble.text, bubble.mine) == ("查询 城北水厂 ]]> <b>", True)


@pytest.mark.asyncio
async def test_every_sort_of_message_and_event_has_the_documented_fields() -> None:
    async with rigged() as rig:
        await rig.wecom.location(LI, 30.547645, 104.063236, "城北水厂工地西门")
        await rig.wecom.voice(LI, b"#!AMR\n" + bytes(20))
        await rig.wecom.video(LI, bytes(4) + b"ftypmp42")
        await rig.wecom.link(LI, "通知", "全文", "https://example.com/a")
        await rig.wecom.menu(LI, "MY_TODO")
        await rig.wecom.enter(LI)
        await rig.wecom.subscribe(LI)
        location, voice, video, link, click, enter, subscribe = map(rig.product.opened, range(7))
        assert (location["Location_X"], location["Location_Y"]) == ("30.547645", "104.063236")
        assert voice["Format"] == "amr"
        assert video["ThumbMediaId"] != video["MediaId"]
        assert link["Url"] == "https://example.com/a"
        assert (click["Event"], click["EventKey"], "MsgId" in click) == ("click", "MY_TODO", False)
        assert (enter["Event"], enter["EventKey"]) == ("enter_agent", None)
        assert subscribe["Event"] == "subscribe"


@pytest.mark.asyncio
async def test_a_photo_can_be_fetched_for_three_days_and_then_comes_as_json_with_status_200() -> None:
    async with rigged() as rig:
        await rig.wecom.photo(LI, b"\xff\xd8\xff" + bytes(50), "steel.jpg")
        media_id = rig.product.opened()["MediaId"]
        query = {"access_token": await rig.token(), "media_id": media_id}
        got = await rig.http.get("/cgi-bin/media/get", params=query)
        assert (got.content[:3], got.headers["content-type"]) == (b"\xff\xd8\xff", "image/jpeg")
        assert "attachment; filename=" in got.headers["content-disposition"]
        rig.clock.advance(timedelta(days=3))
        query["access_token"] = await rig.token()
        gone = await rig.http.get("/cgi-bin/media/get", params=query)
        assert (gone.status_code, gone.json()["errcode"]) == (200, 40007)
        page = rig.stage.phones["li"].bubbles[0].image
        assert (await rig.http.get(page)).status_code == 200


@pytest.mark.asyncio
async def test_a_failing_product_gets_the_same_message_three_times_and_then_never_again() -> None:
    async with rigged() as rig:
        rig.product.answers = [Response(status_code=500) for _ in range(4)]
        delivery = await rig.wecom.say(LI, "在吗")
        assert (delivery.status, delivery.attempts, len(rig.product.calls)) == (500, 3, 3)
        assert {rig.product.opened(n)["MsgId"] for n in range(3)} == {delivery.msg_id}
        assert len({query["nonce"] for query, _ in rig.product.calls}) == 3


@pytest.mark.asyncio
async def test_a_slow_product_is_cut_off_and_asked_again() -> None:
    async with rigged() as rig:
        rig.product.delay = 0.6
        delivery = await rig.wecom.say(LI, "在吗")
        assert (delivery.status, delivery.attempts) == (None, 3)


@pytest.mark.asyncio
async def test_a_former_message_can_be_delivered_again_under_a_fresh_signature() -> None:
    async with rigged() as rig:
        first = await rig.wecom.say(LI, "签收")
        rig.clock.advance(timedelta(minutes=20))
        again = await rig.wecom.redeliver(first)
        assert rig.product.opened(0) == rig.product.opened(1)
        assert rig.product.calls[0][0]["timestamp"] != rig.product.calls[1][0]["timestamp"]
        assert again.msg_id == first.msg_id
        assert len(rig.stage.phones["li"].bubbles) == 1


@pytest.mark.asyncio
async def test_raw_parts_let_a_test_age_and_post_what_it_likes() -> None:
    async with rigged() as rig:
        plain, _ = rig.wecom.build(LI, "text", Content="旧的")
        sealed = rig.wecom.seal(plain, at=datetime(2026, 1, 1, tzinfo=UTC), nonce="abc")
        assert (await rig.wecom.post(sealed)).status_code == 200
        assert rig.product.calls[0][0]["timestamp"] == "1767225600"
        assert rig.product.calls[0][0]["nonce"] == "abc"


@pytest.mark.asyncio
async def test_the_url_check_wants_the_echo_byte_for_byte() -> None:
    async with rigged() as rig:
        assert (await rig.wecom.verify_url()).ok
        rig.product.quoted = True
        refused = await rig.wecom.verify_url()
        assert not refused.ok and "bytes" in refused.reason


@pytest.mark.asyncio
async def test_a_pressed_card_is_greyed_only_by_the_app_and_once_per_code() -> None:
    async with rigged() as rig:
        assert "response_code" in await rig.send_card()
        [card] = rig.stage.phones["li"].bubbles
        assert (card.title, card.text, card.fields) == ("挂牌督办", "城北水厂", (("限期", "12月1日"),))
        assert (card.ref, card.buttons) == ("duban-17-3", (("ACK", "签收"), ("PASS", "转办")))
        await rig.wecom.press(LI, card, "ACK")
        event = rig.product.opened()
        assert (event["Event"], event["EventKey"], event["TaskId"]) == (
            "template_card_event",
            "ACK",
            card.ref,
        )
        assert card.used == ""
        body = {"userids": [LI], "agentid": AGENT, "button": {"replace_name": "已签收"}}
        body["response_code"] = event["ResponseCode"]
        assert (await rig.post("message/update_template_card", body))["errcode"] == 0
        assert card.used == "已签收"
        assert (await rig.post("message/update_template_card", body))["errcode"] == 42022
        with pytest.raises(LookupError):
            await rig.wecom.press(LI, card.ref, "ACK")


@pytest.mark.asyncio
async def test_a_response_code_dies_after_72_hours() -> None:
    async with rigged() as rig:
        code = (await rig.send_card())["response_code"]
        rig.clock.advance(timedelta(hours=72))
        body = {"userids": [LI], "agentid": AGENT, "response_code": code, "button": {"replace_name": "x"}}
        assert (await rig.post("message/update_template_card", body))["errcode"] == 60140


@pytest.mark.asyncio
async def test_choices_made_on_a_card_come_with_the_press() -> None:
    async with rigged() as rig:
        await rig.send_card()
        await rig.wecom.press(LI, "duban-17-3", "ACK", {"progress": ["p80", "p90"]})
        item = rig.product.opened()["SelectedItems"]["SelectedItem"]
        assert (item["QuestionKey"], item["OptionIds"]["OptionId"]) == ("progress", ["p80", "p90"])


@pytest.mark.asyncio
async def test_an_answer_inside_the_callback_is_shown() -> None:
    async with rigged() as rig:
        inner = "<xml><MsgType>text</MsgType><Content>收到</Content></xml>"
        cipher = rig.product.echo.encrypt(inner)
        signature = rig.product.echo.signature("1", "n", cipher)
        outer = f"<xml><Encrypt>{cipher}</Encrypt><MsgSignature>{signature}</MsgSignature>"
        rig.product.answers = [Response(outer + "<TimeStamp>1</TimeStamp><Nonce>n</Nonce></xml>")]
        await rig.wecom.say(LI, "在吗")
        assert rig.texts() == ["在吗", "收到"]
