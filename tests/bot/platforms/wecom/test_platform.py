"""Sending, retiring, fetching and checking against an API that misbehaves on demand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from bot.platforms.base import (
    Address,
    Button,
    Channel,
    MediaGone,
    MediaUnavailable,
    Outcome,
    Platform,
    Words,
)
from bot.platforms.wecom import WeCom

LI = Address(Channel.PERSON, "LiZhuren")
GROUP = Address(Channel.APP_GROUP, "duban001")
HOOK = Address(Channel.WEBHOOK, "11111111-2222-3333-4444-555555555555")
WORDS = Words("【督办提醒】城北水厂，整改期限 12月25日，剩余 3 天。")
CARD = Words(
    "【督办提醒】城北水厂未按期开工，请于三日内反馈。",
    title="督办第17号",
    fields=(("项目", "城北水厂"), ("期限", "12月25日")),
    buttons=(Button("ack:17", "签收"), Button("later:17", "稍后")),
)

Api = Any  # FakeWeCom of the conftest
Refusal = Callable[..., dict[str, Any]]


def test_it_is_a_platform(wecom: WeCom) -> None:
    platform: Platform = wecom
    assert platform.name == "wecom"


def test_only_what_goes_to_a_person_may_be_repeated_blindly(wecom: WeCom) -> None:
    assert [wecom.repeatable(WORDS, to) for to in (LI, GROUP, HOOK)] == [True, False, False]


@pytest.mark.asyncio
async def test_a_text_reaches_one_person_with_the_duplicate_check_on(wecom: WeCom, api: Api) -> None:
    result = await wecom.send(WORDS, LI, key="k1")
    assert (result.outcome, result.refs["msgid"]) == (Outcome.SENT, "m1")
    assert api.sent() == [
        {
            "touser": "LiZhuren",
            "agentid": 1000012,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": 14400,
            "msgtype": "text",
            "text": {"content": WORDS.text},
        }
    ]


@pytest.mark.asyncio
async def test_buttons_make_a_card_whose_task_is_the_key(wecom: WeCom, api: Api) -> None:
    result = await wecom.send(CARD, LI, key="k-17_3")
    card = api.sent()[0]["template_card"]
    assert card["task_id"] == "k-17_3"
    assert card["main_title"] == {"title": "督办第17号"}
    assert card["sub_title_text"] == CARD.text
    assert [(button["key"], button["text"]) for button in card["button_list"]] == [
        ("ack:17", "签收"),
        ("later:17", "稍后"),
    ]
    assert card["horizontal_content_list"][0] == {"keyname": "项目", "value": "城北水厂"}
    assert result.refs == {"msgid": "m1", "response_code": "Rc1", "userid": "LiZhuren"}


@pytest.mark.asyncio
async def test_a_card_stays_within_what_is_shown(wecom: WeCom, api: Api) -> None:
    words = Words(
        "长" * 500,
        title="题" * 99,
        fields=tuple((f"栏{n}", "值" * 99) for n in range(9)),
        buttons=tuple(Button(f"b{n}", "钮" * 99) for n in range(9)),
    )
    await wecom.send(words, LI, key="k")
    card = api.sent()[0]["template_card"]
    assert (len(card["sub_title_text"]), card["sub_title_text"][-1]) == (160, "…")
    assert len(card["main_title"]["title"]) == 36
    assert (len(card["button_list"]), len(card["horizontal_content_list"])) == (6, 6)
    assert len(card["horizontal_content_list"][0]["value"]) == 30


@pytest.mark.asyncio
@pytest.mark.parametrize("words", [WORDS, CARD], ids=["text", "card"])
async def test_a_repeat_is_the_same_to_the_byte(wecom: WeCom, api: Api, words: Words) -> None:
    api.queue("message/send", httpx2.ReadTimeout("slow"))
    first = await wecom.send(words, LI, key="k1")
    second = await wecom.send(words, LI, key="k1")
    assert (first.outcome, second.outcome) == (Outcome.UNKNOWN, Outcome.SENT)
    assert first.retry_after is not None
    assert "去重" in first.detail
    assert api.bodies[0] == api.bodies[1]


@pytest.mark.asyncio
@pytest.mark.parametrize("to", [LI, GROUP, HOOK], ids=["person", "group", "webhook"])
async def test_a_long_text_goes_in_numbered_parts_within_the_byte_limit(wecom: WeCom, api: Api, to: Address) -> None:
    lines = [f"{number}. 城北水厂及配套管网工程（一期）进度滞后，请抓紧。" for number in range(90)]
    await wecom.send(Words("\n".join(lines)), to, key="k")
    parts = [body["text"]["content"] for body in api.sent()]
    assert len(parts) > 2
    assert all(len(part.encode()) <= 2048 for part in parts)
    assert parts[0].startswith(f"（1/{len(parts)}）0. ")
    told = [line for part in parts for line in part.partition("）")[2].split("\n")]
    assert told == lines


@pytest.mark.asyncio
async def test_a_line_without_breaks_is_cut_between_characters(wecom: WeCom, api: Api) -> None:
    await wecom.send(Words("督" * 1500 + "😀" * 300), LI, key="k")
    parts = [body["text"]["content"].partition("）")[2] for body in api.sent()]
    assert "".join(parts) == "督" * 1500 + "😀" * 300


@pytest.mark.asyncio
async def test_a_text_of_exactly_the_limit_stays_whole(wecom: WeCom, api: Api) -> None:
    await wecom.send(Words("督" * 682 + "ab"), LI, key="k")
    await wecom.send(Words("督" * 682 + "abc"), LI, key="k")
    assert len(api.sent()[0]["text"]["content"].encode()) == 2048
    assert api.calls["message/send"] == 3


@pytest.mark.asyncio
async def test_peoples_words_become_neither_links_nor_mentions(wecom: WeCom, api: Api) -> None:
    await wecom.send(Words('<a href="http://evil.test">点此</a> <@all> 1<2 且 <abc>'), LI, key="k")
    content = api.sent()[0]["text"]["content"]
    assert "<a " not in content and "</a" not in content and "<@" not in content
    assert "1<2 且 <abc>" in content


@pytest.mark.asyncio
async def test_a_recipient_dropped_under_errcode_zero_is_failed_whatever_the_case(wecom: WeCom, api: Api) -> None:
    api.queue("message/send", {"errcode": 0, "errmsg": "ok", "invaliduser": "zhangsan|lizhuren", "msgid": "m"})
    api.queue("message/send", {"errcode": 0, "errmsg": "ok", "unlicenseduser": "lizhuren", "msgid": "m"})
    api.queue("message/send", {"errcode": 0, "errmsg": "ok", "invaliduser": "zhangsan", "msgid": "m"})
    results = [await wecom.send(WORDS, LI, key=f"k{number}") for number in range(3)]
    assert [result.outcome for result in results] == [Outcome.FAILED, Outcome.FAILED, Outcome.SENT]
    assert "可见范围" in results[0].detail
    assert "许可" in results[1].detail


@pytest.mark.asyncio
@pytest.mark.parametrize("target", ["@all", "@ALL", "LiZhuren|ZhangSan", "", "李主任"])
async def test_one_person_means_one_person(wecom: WeCom, api: Api, target: str) -> None:
    result = await wecom.send(WORDS, Address(Channel.PERSON, target), key="k")
    assert (result.outcome, api.calls["message/send"]) == (Outcome.FAILED, 0)


@pytest.mark.asyncio
@pytest.mark.parametrize("code", [40014, 42001, 41001])
async def test_a_refused_token_is_renewed_once_and_the_send_repeated(
    wecom: WeCom, api: Api, refusal: Refusal, code: int
) -> None:
    api.queue("message/send", refusal(code))
    result = await wecom.send(WORDS, LI, key="k")
    assert result.outcome is Outcome.SENT
    assert (api.calls["gettoken"], api.calls["message/send"]) == (2, 2)
    assert api.queries[-1]["access_token"] == "tok-2"
    assert api.bodies[0] == api.bodies[1]


@pytest.mark.asyncio
async def test_a_token_refused_for_ever_pauses_the_channel_and_never_loops(
    wecom: WeCom, api: Api, refusal: Refusal
) -> None:
    api.standing["message/send"] = refusal(40014)
    result = await wecom.send(WORDS, LI, key="k")
    assert (result.outcome, result.code) == (Outcome.PAUSED, "40014")
    assert (api.calls["gettoken"], api.calls["message/send"]) == (2, 2)


@pytest.mark.asyncio
async def test_a_wrong_secret_is_not_tried_again_for_ten_minutes(
    wecom: WeCom, api: Api, clock: Any, refusal: Refusal
) -> None:
    api.standing["gettoken"] = refusal(40001, "invalid credential")
    results = await asyncio.gather(*(wecom.send(WORDS, LI, key=f"k{number}") for number in range(20)))
    assert {result.outcome for result in results} == {Outcome.PAUSED}
    assert (await wecom.send(WORDS, LI, key="k")).outcome is Outcome.PAUSED
    assert (api.calls["gettoken"], api.calls["message/send"]) == (1, 0)
    clock.now += 601
    await wecom.send(WORDS, LI, key="k")
    assert api.calls["gettoken"] == 2


@pytest.mark.asyncio
async def test_twenty_sends_at_once_ask_for_one_token(wecom: WeCom, api: Api) -> None:
    people = [Address(Channel.PERSON, f"user{number}") for number in range(20)]
    results = await asyncio.gather(*(wecom.send(WORDS, person, key="k") for person in people))
    assert {result.outcome for result in results} == {Outcome.SENT}
    assert (api.calls["gettoken"], api.calls["message/send"]) == (1, 20)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("code", "outcome", "words"),
    [
        (-1, Outcome.RETRY, "繁忙"),
        (45009, Outcome.RETRY, "频率"),
        (45033, Outcome.RETRY, "并发"),
        (48002, Outcome.PAUSED, "权限"),
        (301002, Outcome.PAUSED, "AgentID"),
        (81013, Outcome.FAILED, "可见范围"),
        (60111, Outcome.FAILED, "可见范围"),
        (42045, Outcome.FAILED, "卡片"),
        (45002, Outcome.FAILED, "长度"),
        (40201, Outcome.FAILED, "拦截"),
        (86001, Outcome.FAILED, "绑定"),
        (93000, Outcome.FAILED, "机器人"),
        (987654, Outcome.RETRY, "未收录"),
    ],
)
async def test_each_code_has_its_outcome_and_a_line_for_the_office(
    wecom: WeCom, api: Api, refusal: Refusal, code: int, outcome: Outcome, words: str
) -> None:
    api.queue("message/send", refusal(code))
    result = await wecom.send(WORDS, LI, key="k")
    assert (result.outcome, result.code) == (outcome, str(code))
    assert words in result.detail
    assert (result.retry_after is not None) == (outcome is Outcome.RETRY)
    assert api.calls["message/send"] == 1


@pytest.mark.asyncio
async def test_a_group_that_is_not_ours_fails_alone_and_does_not_stop_the_app(
    wecom: WeCom, api: Api, refusal: Refusal
) -> None:
    api.queue("appchat/send", refusal(48002))
    assert (await wecom.send(WORDS, GROUP, key="k")).outcome is Outcome.FAILED


@pytest.mark.asyncio
async def test_an_untrusted_address_is_named_to_the_office(wecom: WeCom, api: Api, refusal: Refusal) -> None:
    said = "not allow to access from your ip, hint: [1795400333], from ip: 203.0.113.9, more info at x"
    api.standing["message/send"] = refusal(60020, said)
    result = await wecom.send(WORDS, LI, key="k")
    assert result.outcome is Outcome.PAUSED
    assert "203.0.113.9" in result.detail
    assert "企业可信IP" in result.detail


@pytest.mark.asyncio
@pytest.mark.parametrize("to", [LI, GROUP, HOOK], ids=["person", "group", "webhook"])
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx2.Response(200, html="<html>gateway</html>"), Outcome.UNKNOWN),
        (httpx2.Response(200, json=["ok"]), Outcome.UNKNOWN),
        (httpx2.Response(502, text="bad gateway"), Outcome.UNKNOWN),
        (httpx2.ReadTimeout("slow"), Outcome.UNKNOWN),
        (httpx2.ReadError("reset"), Outcome.UNKNOWN),
        (httpx2.ConnectError("refused"), Outcome.RETRY),
        (httpx2.ConnectTimeout("slow"), Outcome.RETRY),
        (httpx2.Response(302, headers={"location": "http://127.0.0.1/"}), Outcome.RETRY),
        (httpx2.Response(404, text="nothing here"), Outcome.RETRY),
    ],
    ids=["html", "list", "502", "timeout", "reset", "refused", "connect", "redirect", "404"],
)
async def test_a_missing_answer_is_unknown_only_if_the_message_may_have_gone(
    wecom: WeCom, api: Api, to: Address, answer: Any, outcome: Outcome
) -> None:
    path = {LI: "message/send", GROUP: "appchat/send", HOOK: "webhook/send"}[to]
    api.queue(path, answer)
    result = await wecom.send(WORDS, to, key="k")
    assert result.outcome is outcome
    assert (result.retry_after is not None) == (to is LI or outcome is Outcome.RETRY)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "answer",
    [
        httpx2.ReadTimeout("slow"),
        httpx2.Response(500),
        httpx2.Response(200, html="<html>"),
        httpx2.Response(200, json={"errcode": 0, "access_token": "", "expires_in": 7200}),
    ],
    ids=["timeout", "500", "html", "empty"],
)
async def test_without_a_token_nothing_was_sent_so_it_is_a_plain_retry(wecom: WeCom, api: Api, answer: Any) -> None:
    api.queue("gettoken", answer)
    result = await wecom.send(WORDS, GROUP, key="k")
    assert (result.outcome, api.calls["appchat/send"]) == (Outcome.RETRY, 0)


@pytest.mark.asyncio
async def test_a_groups_second_part_failing_is_no_clean_retry(wecom: WeCom, api: Api, refusal: Refusal) -> None:
    api.queue("appchat/send", {"errcode": 0, "errmsg": "ok"}, refusal(-1))
    result = await wecom.send(Words("督" * 1000), GROUP, key="k")
    assert (result.outcome, result.retry_after) == (Outcome.UNKNOWN, None)
    assert "前 1 条已发出" in result.detail


@pytest.mark.asyncio
async def test_a_persons_second_part_failing_is_retried_whole(wecom: WeCom, api: Api, refusal: Refusal) -> None:
    api.queue("message/send", {"errcode": 0, "errmsg": "ok"}, refusal(-1))
    assert (await wecom.send(Words("督" * 1000), LI, key="k")).outcome is Outcome.RETRY


@pytest.mark.asyncio
async def test_a_webhook_gets_twenty_a_minute_and_then_has_to_wait(wecom: WeCom, api: Api, clock: Any) -> None:
    for _ in range(20):
        assert (await wecom.send(WORDS, HOOK, key="k")).outcome is Outcome.SENT
    clock.now += 15
    held = await wecom.send(WORDS, HOOK, key="k")
    assert (held.outcome, held.retry_after) == (Outcome.RETRY, timedelta(seconds=45))
    other = Address(Channel.WEBHOOK, "99999999-2222-3333-4444-555555555555")
    assert (await wecom.send(WORDS, other, key="k")).outcome is Outcome.SENT
    clock.now += 45
    assert (await wecom.send(WORDS, HOOK, key="k")).outcome is Outcome.SENT
    assert api.calls["webhook/send"] == 22
    assert api.calls["gettoken"] == 0


@pytest.mark.asyncio
async def test_a_member_is_written_to_no_more_often_than_wecom_shows(wecom: WeCom, api: Api, clock: Any) -> None:
    outcomes = [(await wecom.send(WORDS, LI, key="k")).outcome for _ in range(25)]
    assert outcomes == [Outcome.SENT] * 24 + [Outcome.RETRY]
    same_person = Address(Channel.PERSON, "lizhuren")
    assert (await wecom.send(WORDS, same_person, key="k")).outcome is Outcome.RETRY
    for _ in range(40):
        clock.now += 60
        for _ in range(24):
            last = await wecom.send(WORDS, LI, key="k")
    assert last.outcome is Outcome.RETRY
    assert api.calls["message/send"] == 800
    assert last.retry_after is not None
    assert last.retry_after > timedelta(minutes=5)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "target",
    [
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=11111111-2222-3333-4444-555555555555",
        "https://evil.test/x?key=11111111-2222-3333-4444-555555555555",
    ],
)
async def test_of_a_webhooks_address_only_the_key_is_used(wecom: WeCom, api: Api, target: str) -> None:
    await wecom.send(WORDS, Address(Channel.WEBHOOK, target), key="k")
    assert api.queries == [{"key": HOOK.target}]
    assert api.calls["webhook/send"] == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("target", ["", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send", "a b c d e f"])
async def test_a_webhook_without_a_key_is_failed(wecom: WeCom, api: Api, target: str) -> None:
    assert (await wecom.send(WORDS, Address(Channel.WEBHOOK, target), key="k")).outcome is Outcome.FAILED
    assert not api.calls


@pytest.mark.asyncio
async def test_what_cannot_be_sent_here_is_failed(wecom: WeCom) -> None:
    assert (await wecom.send(WORDS, Address(Channel.DING_GROUP, "x"), key="k")).outcome is Outcome.FAILED
    assert (await wecom.send(Words(" \n"), LI, key="k")).outcome is Outcome.FAILED


@pytest.mark.asyncio
async def test_a_pressed_card_is_greyed_for_the_one_it_went_to(wecom: WeCom, api: Api) -> None:
    await wecom.retire(CARD, {"response_code": "Rc9", "userid": "LiZhuren"}, "已签收")
    assert api.sent() == [
        {
            "userids": ["LiZhuren"],
            "agentid": 1000012,
            "response_code": "Rc9",
            "button": {"replace_name": "已签收"},
        }
    ]


@pytest.mark.asyncio
async def test_retiring_never_raises(wecom: WeCom, api: Api, refusal: Refusal) -> None:
    await wecom.retire(CARD, {}, "已签收")
    assert not api.calls
    for answer in (refusal(60140), refusal(42022), httpx2.ReadTimeout("slow")):
        api.queue("message/update_template_card", answer)
        await wecom.retire(CARD, {"response_code": "Rc"}, "已签收")
    assert api.sent()[0]["atall"] == 1


@pytest.mark.asyncio
async def test_a_medium_is_fetched(wecom: WeCom, api: Api) -> None:
    photo = b"\xff\xd8\xff" + b"x" * 300_000
    api.queue("media/get", httpx2.Response(200, content=photo, headers={"content-type": "image/jpeg"}))
    assert await wecom.fetch("1AqPhoto") == photo
    assert api.queries[-1] == {"access_token": "tok-1", "media_id": "1AqPhoto"}


@pytest.mark.asyncio
@pytest.mark.parametrize("kind", ["application/json; charset=UTF-8", "text/plain", "image/jpeg"])
async def test_an_expired_medium_is_gone_though_the_answer_is_200(wecom: WeCom, api: Api, kind: str) -> None:
    said = b'{"errcode":40007,"errmsg":"invalid media_id"}'
    api.queue("media/get", httpx2.Response(200, content=said, headers={"content-type": kind}))
    with pytest.raises(MediaGone):
        await wecom.fetch("1AqPhoto")


@pytest.mark.asyncio
async def test_a_medium_behind_a_stale_token_is_fetched_after_all(wecom: WeCom, api: Api, refusal: Refusal) -> None:
    photo = httpx2.Response(200, content=b"\x89PNG", headers={"content-type": "image/png"})
    api.queue("media/get", refusal(42001), photo)
    assert await wecom.fetch("1AqPhoto") == b"\x89PNG"


@pytest.mark.asyncio
async def test_a_medium_above_twenty_megabytes_is_gone(wecom: WeCom, api: Api) -> None:
    big = httpx2.Response(200, content=bytes(20 * 1024 * 1024 + 1), headers={"content-type": "video/mp4"})
    api.queue("media/get", big)
    with pytest.raises(MediaGone):
        await wecom.fetch("1CvVideo")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "answer",
    [
        httpx2.ReadTimeout("slow"),
        httpx2.ConnectError("refused"),
        httpx2.Response(503),
        httpx2.Response(200, html="<html>login</html>"),
        httpx2.Response(200, content=b""),
        {"errcode": 45033, "errmsg": "busy"},
        {"errcode": 60020, "errmsg": "ip"},
        {"errcode": 0, "errmsg": "ok"},
    ],
    ids=["timeout", "refused", "503", "html", "empty", "busy", "ip", "ok-but-json"],
)
async def test_a_medium_that_may_come_later_is_unavailable(wecom: WeCom, api: Api, answer: Any) -> None:
    api.queue("media/get", answer)
    with pytest.raises(MediaUnavailable):
        await wecom.fetch("1AqPhoto")


@pytest.mark.asyncio
async def test_the_check_says_what_is_wrong_or_nothing(wecom: WeCom, api: Api, refusal: Refusal) -> None:
    assert await wecom.check() is None
    assert api.queries[-1]["agentid"] == "1000012"
    api.queue("agent/get", refusal(60020, "from ip: 203.0.113.9"), httpx2.ConnectError("refused"))
    api.queue("agent/get", {"errcode": 0, "errmsg": "ok", "close": 1})
    lines = [await wecom.check() for _ in range(3)]
    assert "203.0.113.9" in str(lines[0])
    assert "网络" in str(lines[1])
    assert "停用" in str(lines[2])
