"""One send, one outcome: what goes over the wire to DingTalk and what each answer is taken for."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import httpx2
import pytest
import structlog

from bot.platforms.base import Address, Button, Channel, Outcome, Words
from bot.platforms.dingtalk.parse import parse_robot_message
from bot.platforms.dingtalk.platform import DingTalk
from bot.platforms.dingtalk.verify import sign
from models.message import Kind

ONE = "/v1.0/robot/oToMessages/batchSend"
GROUP = "/v1.0/robot/groupMessages/send"
HOOK = "/robot/send"
CARD = "/v1.0/card/instances/createAndDeliver"
UPDATE = "/v1.0/card/instances"

LEADER = Address(Channel.PERSON, "leader003")
PLAIN = Words("【督办第12号】请于9月25日前签收。")
SIGN = Button("sign-12", "签收")
ASKING = Words("请签收督办第12号", title="挂牌督办通知书", fields=(("项目", "城东水厂"),), buttons=(SIGN,))
NOW = datetime(2026, 9, 21, 13, 0, tzinfo=UTC)


class Ticks:
    """Seconds that pass when told."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@pytest.fixture
def make(http: httpx2.AsyncClient, ticks: Ticks) -> Callable[..., DingTalk]:
    def build(**options: Any) -> DingTalk:
        return DingTalk("client-7", "secret-of-seven", http=http, now=lambda: NOW, clock=ticks, **options)

    return build


def params(body: dict[str, Any]) -> dict[str, str]:
    decoded: dict[str, str] = json.loads(body["msgParam"])
    return decoded


@pytest.mark.asyncio
async def test_plain_words_go_to_one_person_as_text(make: Callable[..., DingTalk], wire: Any) -> None:
    result = await make().send(PLAIN, LEADER, key="k1")
    assert (result.outcome, result.refs) == (Outcome.SENT, {"processQueryKey": "pqk-1"})
    (body,) = wire.bodies(ONE)
    assert body == {
        "robotCode": "client-7",
        "userIds": ["leader003"],
        "msgKey": "sampleText",
        "msgParam": json.dumps({"content": PLAIN.text}, ensure_ascii=False, separators=(",", ":")),
    }
    (request,) = wire.requests(ONE)
    assert request.headers["x-acs-dingtalk-access-token"] == "token-seed-1"
    assert request.url.host == "api.dingtalk.com"
    assert wire.bodies("/v1.0/oauth2/accessToken") == [{"appKey": "client-7", "appSecret": "secret-of-seven"}]


@pytest.mark.asyncio
async def test_many_sends_share_one_token(make: Callable[..., DingTalk], wire: Any) -> None:
    ding = make(robot_code="robot-9")
    for _ in range(3):
        await ding.send(PLAIN, LEADER, key="k")
    assert wire.tokens == 1
    assert wire.bodies(ONE)[2]["robotCode"] == "robot-9"


@pytest.mark.asyncio
@pytest.mark.parametrize("count", [1, 2, 5])
async def test_without_a_template_buttons_are_an_action_card_whose_press_comes_back_as_one(
    make: Callable[..., DingTalk], wire: Any, count: int
) -> None:
    buttons = tuple(Button(f"do-{n}", f"做法{n}") for n in range(count))
    await make().send(Words("请选择", buttons=buttons), LEADER, key="k")
    (body,) = wire.bodies(ONE)
    names = ["single"] if count == 1 else [f"action{{}}{n}" for n in range(1, count + 1)]
    assert body["msgKey"] == ("sampleActionCard" if count == 1 else f"sampleActionCard{count}")
    fields = params(body)
    for number, name in enumerate(names):
        title, url = (name.format(part) if "{" in name else name + part for part in ("Title", "URL"))
        assert fields[title] == f"做法{number}"
        said = unquote(fields[url].removeprefix("dtmd://dingtalkclient/sendMessage?content="))
        press = parse_robot_message(
            {
                "msgId": "m",
                "msgtype": "text",
                "conversationType": "1",
                "senderStaffId": "u",
                "createAt": 1789997600123,
                "text": {"content": said},
            }
        )
        assert (press.kind, press.action, press.text) == (Kind.BUTTON, f"do-{number}", f"做法{number}")


@pytest.mark.asyncio
async def test_more_buttons_than_a_card_holds_are_links(make: Callable[..., DingTalk], wire: Any) -> None:
    buttons = tuple(Button(f"do-{n}", f"做法{n}") for n in range(6))
    await make().send(Words("请选择", buttons=buttons), LEADER, key="k")
    (body,) = wire.bodies(ONE)
    assert body["msgKey"] == "sampleMarkdown"
    assert params(body)["text"].count("](dtmd://dingtalkclient/sendMessage?content=") == 6


@pytest.mark.asyncio
async def test_what_people_wrote_is_no_markup_on_a_card(make: Callable[..., DingTalk], wire: Any) -> None:
    await make().send(Words("[点此](http://x.example)\n# 大字 <font>`", buttons=(SIGN,)), LEADER, key="k")
    text = params(wire.bodies(ONE)[0])["text"]
    assert not set("[]<>`#") & set(text)
    assert "  \n  " in text


@pytest.mark.asyncio
async def test_a_long_text_is_cut_at_line_ends_into_numbered_pieces(make: Callable[..., DingTalk], wire: Any) -> None:
    lines = [f"第{n}项：" + "进展情况" * 20 for n in range(120)]
    result = await make().send(Words("\n".join(lines)), LEADER, key="k")
    bodies = wire.bodies(ONE)
    assert len(bodies) > 1 and result.outcome is Outcome.SENT
    assert all(len(body["msgParam"].encode()) <= 15_000 for body in bodies)
    contents = [params(body)["content"] for body in bodies]
    assert contents[0].startswith(f"（1/{len(bodies)}）第0项")
    told = "\n".join(content.partition("）")[2] for content in contents)
    assert told.split("\n") == lines


@pytest.mark.asyncio
async def test_the_buttons_of_a_long_text_are_on_its_last_piece(make: Callable[..., DingTalk], wire: Any) -> None:
    await make().send(Words("字" * 9000, buttons=(SIGN,)), LEADER, key="k")
    bodies = wire.bodies(ONE)
    assert [body["msgKey"] for body in bodies] == ["sampleText", "sampleActionCard"]
    assert all(len(body["msgParam"].encode()) <= 15_000 for body in bodies)


@pytest.mark.asyncio
async def test_half_of_a_long_text_is_not_sent_again_blindly(
    make: Callable[..., DingTalk], wire: Any, refusal: Callable[[int, str], httpx2.Response]
) -> None:
    wire.script[ONE] = [{"processQueryKey": "a"}, refusal(400, "send.too.fast")]
    result = await make().send(Words("字" * 9000), LEADER, key="k")
    assert result.outcome is Outcome.UNKNOWN and "已发出 1 条" in result.detail


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ({"processQueryKey": "p", "invalidStaffIdList": ["leader003"]}, Outcome.FAILED),
        ({"processQueryKey": "p", "flowControlledStaffIdList": ["leader003"]}, Outcome.RETRY),
        ({"processQueryKey": "p", "invalidStaffIdList": [], "flowControlledStaffIdList": None}, Outcome.SENT),
        (httpx2.ReadTimeout("t"), Outcome.UNKNOWN),
        (httpx2.ReadError("t"), Outcome.UNKNOWN),
        (httpx2.ConnectError("t"), Outcome.RETRY),
        (httpx2.ConnectTimeout("t"), Outcome.RETRY),
        (httpx2.Response(504, text="<html>"), Outcome.UNKNOWN),
        (httpx2.Response(200, text="<html>"), Outcome.RETRY),
    ],
)
async def test_what_became_of_a_send_is_said_as_it_is(
    make: Callable[..., DingTalk], wire: Any, answer: Any, outcome: Outcome
) -> None:
    wire.script[ONE] = [answer]
    assert (await make().send(PLAIN, LEADER, key="k")).outcome is outcome


@pytest.mark.asyncio
async def test_a_refused_token_is_renewed_once_and_the_send_repeated(
    make: Callable[..., DingTalk], wire: Any, refusal: Callable[[int, str], httpx2.Response]
) -> None:
    wire.script[ONE] = [refusal(400, "InvalidAuthentication"), {"processQueryKey": "p"}]
    assert (await make().send(PLAIN, LEADER, key="k")).outcome is Outcome.SENT
    tokens = [request.headers["x-acs-dingtalk-access-token"] for request in wire.requests(ONE)]
    assert tokens == ["token-seed-1", "token-seed-2"]


@pytest.mark.asyncio
async def test_a_token_refused_again_pauses_the_channel(
    make: Callable[..., DingTalk], wire: Any, refusal: Callable[[int, str], httpx2.Response]
) -> None:
    wire.script[ONE] = [refusal(400, "InvalidAuthentication")]
    assert (await make().send(PLAIN, LEADER, key="k")).outcome is Outcome.PAUSED
    assert len(wire.requests(ONE)) == 2


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx2.Response(400, json={"code": "invalidClientIdOrSecret"}), Outcome.PAUSED),
        (httpx2.Response(404, text=""), Outcome.PAUSED),
        (httpx2.ReadTimeout("t"), Outcome.RETRY),
        (httpx2.Response(502, text=""), Outcome.RETRY),
        ({"accessToken": ""}, Outcome.RETRY),
    ],
)
async def test_without_a_token_nothing_was_sent(
    make: Callable[..., DingTalk], wire: Any, answer: Any, outcome: Outcome
) -> None:
    wire.script["/v1.0/oauth2/accessToken"] = [answer]
    assert (await make().send(PLAIN, LEADER, key="k")).outcome is outcome
    assert wire.bodies(ONE) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("channel", [Channel.PERSON, Channel.WEBHOOK, Channel.DING_GROUP])
async def test_nobody_to_send_to_fails_without_a_call(
    make: Callable[..., DingTalk], wire: Any, channel: Channel
) -> None:
    assert (await make().send(PLAIN, Address(channel, " "), key="k")).outcome is Outcome.FAILED
    assert wire.asked == []


@pytest.mark.asyncio
async def test_a_channel_of_the_other_platform_fails(make: Callable[..., DingTalk]) -> None:
    assert (await make().send(PLAIN, Address(Channel.APP_GROUP, "c"), key="k")).outcome is Outcome.FAILED


@pytest.mark.asyncio
async def test_a_group_with_our_robot_gets_its_words(make: Callable[..., DingTalk], wire: Any) -> None:
    result = await make().send(PLAIN, Address(Channel.DING_GROUP, "cidGr0up=="), key="k")
    assert result.outcome is Outcome.SENT
    (body,) = wire.bodies(GROUP)
    assert (body["openConversationId"], body["msgKey"]) == ("cidGr0up==", "sampleText")


@pytest.mark.asyncio
async def test_with_a_template_buttons_are_a_card_under_the_key_of_the_message(
    make: Callable[..., DingTalk], wire: Any
) -> None:
    wire.script[CARD] = [{"success": True, "result": {"deliverResults": [{"success": True}]}}]
    result = await make(card_template_id="tpl.schema").send(ASKING, LEADER, key="notice-12-3")
    assert (result.outcome, result.refs) == (Outcome.SENT, {"outTrackId": "notice-12-3"})
    (body,) = wire.bodies(CARD)
    assert (body["outTrackId"], body["callbackType"]) == ("notice-12-3", "STREAM")
    assert body["openSpaceId"] == "dtv1.card//IM_ROBOT.leader003"
    assert body["imRobotOpenDeliverModel"] == {"spaceType": "IM_ROBOT", "robotCode": "client-7"}
    shown = body["cardData"]["cardParamMap"]
    assert all(isinstance(value, str) for value in shown.values())
    assert json.loads(shown["buttons"]) == [{"key": "sign-12", "label": "签收"}]
    assert (shown["title"], shown["fields"]) == ("挂牌督办通知书", "项目：城东水厂")


@pytest.mark.asyncio
async def test_a_card_answered_over_http_names_its_route(make: Callable[..., DingTalk], wire: Any) -> None:
    await make(card_template_id="t", card_callback="HTTP").send(ASKING, LEADER, key="k")
    (body,) = wire.bodies(CARD)
    assert (body["callbackType"], body["callbackRouteKey"]) == ("HTTP", "duban")


@pytest.mark.asyncio
async def test_words_too_long_for_a_card_go_as_a_robot_message(make: Callable[..., DingTalk], wire: Any) -> None:
    await make(card_template_id="t").send(Words("字" * 400, buttons=(SIGN,)), LEADER, key="k")
    assert wire.bodies(CARD) == []
    assert wire.bodies(ONE)[0]["msgKey"] == "sampleActionCard"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx2.Response(400, json={"code": "param.cardAlreadyExist"}), Outcome.SENT),
        (
            {"success": True, "result": {"deliverResults": [{"success": False, "errorMsg": "x"}]}},
            Outcome.FAILED,
        ),
        ({"success": True, "result": {"outTrackId": "k"}}, Outcome.SENT),
        (httpx2.ReadTimeout("t"), Outcome.UNKNOWN),
        (httpx2.Response(400, json={"code": "param.error"}), Outcome.FAILED),
    ],
)
async def test_what_became_of_a_card(make: Callable[..., DingTalk], wire: Any, answer: Any, outcome: Outcome) -> None:
    wire.script[CARD] = [answer]
    result = await make(card_template_id="t").send(ASKING, LEADER, key="k")
    assert result.outcome is outcome
    assert (result.refs == {"outTrackId": "k"}) is (outcome is Outcome.SENT)


@pytest.mark.asyncio
async def test_a_used_card_loses_its_buttons_and_says_which_was_pressed(
    make: Callable[..., DingTalk], wire: Any
) -> None:
    await make(card_template_id="t").retire(ASKING, {"outTrackId": "k"}, "已签收")
    ((method, _, body, _),) = [asked for asked in wire.asked if asked[1] == UPDATE]
    assert method == "PUT"
    assert body == {
        "outTrackId": "k",
        "cardData": {"cardParamMap": {"buttons": "[]", "pressed": "已签收"}},
        "cardUpdateOptions": {"updateCardDataByKey": True},
    }


@pytest.mark.asyncio
async def test_retiring_is_best_effort_and_only_for_cards(make: Callable[..., DingTalk], wire: Any) -> None:
    await make().retire(ASKING, {"processQueryKey": "p"}, "已签收")
    assert wire.asked == []
    wire.script[UPDATE] = [httpx2.ReadTimeout("t")]
    await make().retire(ASKING, {"outTrackId": "k"}, "已签收")


HOOKED = Address(Channel.WEBHOOK, "hook-token-seed", "SECseed")


@pytest.mark.asyncio
async def test_a_webhook_is_signed_recognises_repeats_and_calls_nobody(
    make: Callable[..., DingTalk], wire: Any
) -> None:
    result = await make().send(Words("@所有人 周例会"), HOOKED, key="k9")
    assert result.outcome is Outcome.SENT
    (request,) = wire.requests(HOOK)
    assert request.url.host == "oapi.dingtalk.com"
    timestamp = str(int(NOW.timestamp() * 1000))
    assert dict(request.url.params) == {
        "access_token": "hook-token-seed",
        "timestamp": timestamp,
        "sign": sign(timestamp, "SECseed"),
    }
    (body,) = wire.bodies(HOOK)
    assert body["msgUuid"] == "k9" and body["at"] == {"isAtAll": False}
    assert "@" not in body["text"]["content"] and "周例会" in body["text"]["content"]


@pytest.mark.asyncio
async def test_only_the_token_is_taken_from_a_webhooks_address(make: Callable[..., DingTalk], wire: Any) -> None:
    target = "https://evil.example/robot/send?access_token=hook-token-seed&x=1"
    await make().send(PLAIN, Address(Channel.WEBHOOK, target), key="k")
    (request,) = wire.requests(HOOK)
    assert request.url.host == "oapi.dingtalk.com"
    assert dict(request.url.params) == {"access_token": "hook-token-seed"}


@pytest.mark.asyncio
async def test_an_address_without_a_token_fails(make: Callable[..., DingTalk], wire: Any) -> None:
    for target in ("https://oapi.dingtalk.com/robot/send", "https://[/?access_token=x"):
        result = await make().send(PLAIN, Address(Channel.WEBHOOK, target), key="k")
        assert result.outcome is Outcome.FAILED
    assert wire.asked == []


@pytest.mark.asyncio
async def test_a_webhook_gets_eighteen_messages_a_minute(
    make: Callable[..., DingTalk], wire: Any, ticks: Ticks
) -> None:
    ding = make()
    for number in range(18):
        ticks.at = float(number)
        assert (await ding.send(PLAIN, HOOKED, key=f"k{number}")).outcome is Outcome.SENT
    waiting = await ding.send(PLAIN, HOOKED, key="k18")
    assert (waiting.outcome, waiting.code, waiting.retry_after) == (Outcome.RETRY, "", timedelta(seconds=43))
    assert len(wire.requests(HOOK)) == 18
    assert (await ding.send(PLAIN, Address(Channel.WEBHOOK, "another"), key="k")).outcome is Outcome.SENT
    ticks.at = 60.0
    assert (await ding.send(PLAIN, HOOKED, key="k18")).outcome is Outcome.SENT


@pytest.mark.asyncio
@pytest.mark.parametrize("code", [410100, 130101])
async def test_a_blocked_webhook_is_left_alone_for_ten_minutes(
    make: Callable[..., DingTalk], wire: Any, ticks: Ticks, code: int
) -> None:
    wire.script[HOOK] = [{"errcode": code, "errmsg": "m"}, {"errcode": 0}]
    ding = make()
    first = await ding.send(PLAIN, HOOKED, key="k")
    assert (first.outcome, first.retry_after) == (Outcome.RETRY, timedelta(minutes=10))
    ticks.at = 599.0
    assert (await ding.send(PLAIN, HOOKED, key="k")).retry_after == timedelta(seconds=1)
    ticks.at = 601.0
    assert (await ding.send(PLAIN, HOOKED, key="k")).outcome is Outcome.SENT
    assert len(wire.requests(HOOK)) == 2


@pytest.mark.asyncio
async def test_what_recognises_a_repeat_may_be_asked_again_after_silence(
    make: Callable[..., DingTalk], wire: Any
) -> None:
    for path in (HOOK, CARD, ONE):
        wire.script[path] = [httpx2.ReadTimeout("t")]
    ding = make(card_template_id="t")
    for words, to in ((PLAIN, HOOKED), (ASKING, LEADER), (PLAIN, LEADER)):
        result = await ding.send(words, to, key="k")
        assert result.outcome is Outcome.UNKNOWN
        assert ding.repeatable(words, to) is (result.retry_after is not None)
    assert ding.repeatable(ASKING, LEADER) and ding.repeatable(PLAIN, HOOKED)
    assert not make().repeatable(ASKING, LEADER)
    assert not ding.repeatable(Words("字" * 400, buttons=(SIGN,)), LEADER)
    assert not ding.repeatable(PLAIN, Address(Channel.DING_GROUP, "cid"))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "to", "answer"),
    [
        (GROUP, Address(Channel.DING_GROUP, "cid"), httpx2.Response(400, json={"code": "bot.stopped"})),
        (HOOK, HOOKED, httpx2.Response(200, json={"errcode": 40014})),
    ],
)
async def test_one_broken_group_does_not_pause_the_others(
    make: Callable[..., DingTalk], wire: Any, path: str, to: Address, answer: httpx2.Response
) -> None:
    wire.script[path] = [answer]
    assert (await make().send(PLAIN, to, key="k")).outcome is Outcome.FAILED


@pytest.mark.asyncio
async def test_a_group_send_with_the_apps_own_token_refused_pauses_all(
    make: Callable[..., DingTalk], wire: Any, refusal: Callable[[int, str], httpx2.Response]
) -> None:
    wire.script[GROUP] = [refusal(400, "InvalidAuthentication")]
    result = await make().send(PLAIN, Address(Channel.DING_GROUP, "cid"), key="k")
    assert result.outcome is Outcome.PAUSED


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "answer", "said"),
    [
        (
            "/v1.0/oauth2/accessToken",
            httpx2.Response(400, json={"code": "invalidClientIdOrSecret"}),
            "Client Secret",
        ),
        (
            "/v1.0/oauth2/jsapiTickets",
            httpx2.Response(403, json={"code": "Forbidden.AccessDenied.IpNotInWhiteList", "message": "203.0.113.9"}),
            "203.0.113.9",
        ),
        ("/v1.0/oauth2/accessToken", httpx2.ConnectError("t"), "连不上"),
    ],
)
async def test_checking_says_what_is_wrong(
    make: Callable[..., DingTalk], wire: Any, path: str, answer: Any, said: str
) -> None:
    wire.script[path] = [answer]
    told = await make().check()
    assert told is not None and said in told


@pytest.mark.asyncio
async def test_checking_is_silent_when_all_is_well_or_only_the_question_is_refused(
    make: Callable[..., DingTalk], wire: Any, refusal: Callable[[int, str], httpx2.Response]
) -> None:
    assert await make().check() is None
    wire.script["/v1.0/oauth2/jsapiTickets"] = [refusal(404, "not.here")]
    assert await make().check() is None


@pytest.mark.asyncio
async def test_no_log_line_and_no_result_holds_a_token_or_a_secret(
    make: Callable[..., DingTalk], wire: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, logger="httpx2")  # a service set up before may have quietened it
    with structlog.testing.capture_logs() as lines:
        results = [await make().send(PLAIN, HOOKED, key="k")]
        for answer in (
            httpx2.ReadTimeout("t"),
            httpx2.Response(200, json={"errcode": 310000, "errmsg": "SECseed"}),
        ):
            wire.script[HOOK] = wire.script[ONE] = [answer]
            results += [await make().send(PLAIN, to, key="k") for to in (HOOKED, LEADER)]
    text = caplog.text + repr(lines) + repr(results) + repr(HOOKED)
    assert "HTTP Request: POST" in text
    for secret in ("token-seed-", "secret-of-seven", "SECseed", "sign=%", "access_token=hook"):
        assert secret not in text
