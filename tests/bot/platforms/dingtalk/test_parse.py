"""What DingTalk sends becomes one `Inbound`, or is refused by name."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.base import Forged, Malformed, Rejected, Stale
from bot.platforms.dingtalk.parse import (
    QuotaExceeded,
    parse_card_callback,
    parse_event,
    parse_http_callback,
    parse_robot_message,
)
from bot.platforms.dingtalk.verify import sign
from models.message import Inbound, Kind, MediaRef

WIRE = Path(__file__).parents[3] / "wire" / "dingtalk"
SENT = datetime(2026, 9, 21, 13, 33, 20, 123000, tzinfo=UTC)
NOW = datetime(2026, 9, 21, 13, 33, 25, tzinfo=UTC)


def wire(name: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((WIRE / f"{name}.json").read_text(encoding="utf-8"))
    return data


def test_a_single_chat_is_the_conversation_of_its_sender() -> None:
    message = parse_robot_message(wire("text_single"))
    assert message == Inbound(
        platform="dingtalk",
        key="msgT0aB3dE5fG7hJ9kL1mN==",
        conversation="liaison017",
        sender="liaison017",
        kind=Kind.TEXT,
        sent_at=SENT,
        text="今天到城东水厂现场办公，主体封顶",
    )


def test_a_group_message_keeps_its_group_and_loses_the_space_of_the_mention() -> None:
    message = parse_robot_message(wire("text_group"))
    assert message.text == "城东水厂进展如何"
    assert message.conversation == message.group == "cidGr0upAbCdEfGhIjKlMn=="
    assert (message.group_name, message.sender) == ("县重点项目工作群", "liaison017")


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("@督办助手 进展", "进展"),
        (" @督办助手\u2005进展 如何", "进展 如何"),
        ("@督办助手", ""),
        ("进展 @张三 看", "进展 @张三 看"),
    ],
)
def test_a_mention_at_the_beginning_is_not_part_of_what_was_said(said: str, text: str) -> None:
    data = wire("text_group") | {"text": {"content": said}}
    assert parse_robot_message(data).text == text


def test_a_mention_in_a_single_chat_is_left_alone() -> None:
    data = wire("text_single") | {"text": {"content": "@张三 明天到场"}}
    assert parse_robot_message(data).text == "@张三 明天到场"


def test_somebody_outside_the_organisation_has_no_sender() -> None:
    outsider = parse_robot_message(wire("text_group_outsider"))
    assert (outsider.sender, outsider.conversation) == ("", "cidGr0upAbCdEfGhIjKlMn==")
    single = wire("text_single")
    del single["senderStaffId"]
    assert parse_robot_message(single).conversation == "cidQ7mDoc4vB1sPx0Yh2Kk9w=="


def test_the_text_a_button_sends_is_a_press() -> None:
    press = parse_robot_message(wire("text_press"))
    assert (press.kind, press.action, press.text) == (Kind.BUTTON, "sign-12", "签收")


@pytest.mark.parametrize(
    "text", ["#sign-12", "签收#sign-12", "签收 #签-12", "签收 # sign", "长" * 21 + " #a", "看\n签收 #a"]
)
def test_other_text_with_a_hash_is_text(text: str) -> None:
    message = parse_robot_message(wire("text_single") | {"text": {"content": text}})
    assert (message.kind, message.action, message.text) == (Kind.TEXT, "", text)


@pytest.mark.parametrize(
    ("name", "kind", "text", "media"),
    [
        ("picture", Kind.IMAGE, "", (MediaRef(Kind.IMAGE, "pic-first"),)),
        ("audio", Kind.VOICE, "今天到现场看了进度", (MediaRef(Kind.VOICE, "voice-1"),)),
        ("video", Kind.VIDEO, "", (MediaRef(Kind.VIDEO, "video-1"),)),
        ("file", Kind.FILE, "", (MediaRef(Kind.FILE, "file-1", "周报.xlsx"),)),
        (
            "rich_text",
            Kind.TEXT,
            "城东水厂今日浇筑完成\n",
            (MediaRef(Kind.IMAGE, "rich-1"), MediaRef(Kind.IMAGE, "rich-2")),
        ),
        ("unknown", Kind.UNKNOWN, "", ()),
        ("markdown", Kind.TEXT, "引用的内容", ()),
    ],
)
def test_each_type_keeps_its_words_and_media(name: str, kind: Kind, text: str, media: tuple[MediaRef, ...]) -> None:
    message = parse_robot_message(wire(name))
    assert (message.kind, message.text, message.media) == (kind, text, media)


def test_the_second_download_code_serves_when_there_is_no_first() -> None:
    data = wire("picture") | {"content": {"pictureDownloadCode": "only"}}
    assert parse_robot_message(data).media == (MediaRef(Kind.IMAGE, "only"),)


def test_rich_text_of_pictures_alone_is_an_image() -> None:
    data = wire("rich_text") | {"content": {"richText": [{"type": "picture", "downloadCode": "a"}]}}
    assert parse_robot_message(data).kind is Kind.IMAGE


def test_what_no_database_takes_is_dropped_from_the_words() -> None:
    data = wire("text_single") | {"text": {"content": "甲\x00乙\ud800丙"}}
    assert parse_robot_message(data).text == "甲乙丙"


@pytest.mark.parametrize("name", ["over_quota_message", "over_quota_msg"])
def test_a_message_withheld_for_quota_says_so_and_is_answered_with_200(name: str) -> None:
    with pytest.raises(QuotaExceeded) as caught:
        parse_robot_message(wire(name))
    assert (caught.value.code, caught.value.status) == ("20001", 200)


@pytest.mark.parametrize(
    "change",
    [
        {"msgId": None},
        {"msgId": "有空格 的"},
        {"msgtype": None},
        {"conversationType": "3"},
        {"conversationType": None},
        {"createAt": None},
        {"createAt": "yesterday"},
        {"createAt": 10**18},
        {"createAt": True},
        {"senderStaffId": ["liaison017"]},
        {"text": None},
        {"text": "plain"},
        {"msgtype": "picture", "content": {}},
        {"msgtype": "richText", "content": {"richText": {}}},
        {"msgtype": "richText", "content": {"richText": [1]}},
        {"conversationType": "2", "conversationId": None},
    ],
)
def test_what_is_not_as_documented_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        parse_robot_message(wire("text_single") | change)


def press(**change: Any) -> Inbound:
    return parse_card_callback(wire("card_callback") | change, at=SENT, delivery="frame-1")


def test_a_pressed_card_says_who_pressed_what() -> None:
    message = press()
    assert (message.kind, message.action, message.task) == (Kind.BUTTON, "sign-12", "notice-12-3")
    assert (message.sender, message.conversation, message.sent_at) == ("leader003", "leader003", SENT)


def test_the_same_press_delivered_twice_has_one_key_and_another_press_another() -> None:
    card = wire("card_callback")
    again = parse_card_callback(card, at=NOW, delivery="frame-1")
    later = parse_card_callback(card, at=NOW, delivery="frame-2")
    assert press().key == again.key != later.key
    assert press().key != press(userId="leader004").key
    assert len(press().key) <= 64


@pytest.mark.parametrize(
    "change",
    [
        {"content": None},
        {"content": "{"},
        {"content": "{}"},
        {"content": {"cardPrivateData": {"actionIds": []}}},
        {"content": {"cardPrivateData": {"actionIds": [{}]}}},
        {"userId": None},
        {"outTrackId": ""},
    ],
)
def test_a_press_that_names_nobody_or_nothing_is_malformed(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        press(**change)


def test_an_event_is_keyed_by_its_own_id() -> None:
    headers = {"eventId": "e-1", "eventType": "check_in", "eventBornTime": "1789997600123"}
    event = parse_event(headers, {"staffId": "liaison017"})
    assert (event.kind, event.key, event.action) == (Kind.EVENT, "e-1", "check_in")
    assert (event.sender, event.sent_at) == ("liaison017", SENT)


def http(body: bytes, *, at: datetime = NOW, signed: str = "s3") -> tuple[Inbound, str]:
    timestamp = str(int(NOW.timestamp() * 1000))
    return parse_http_callback(body, {"timestamp": timestamp, "sign": sign(timestamp, signed)}, "s3", at)


def test_a_signed_body_comes_back_with_the_raw_text_to_keep() -> None:
    body = (WIRE / "text_single.json").read_bytes()
    message, raw = http(body)
    assert (message.key, raw) == ("msgT0aB3dE5fG7hJ9kL1mN==", body.decode())


def test_the_signature_is_checked_before_the_body_is_read() -> None:
    with pytest.raises(Forged):
        http(b"not json", signed="other")
    with pytest.raises(Stale):
        http(b"not json", at=datetime(2026, 9, 21, 15, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe", b"[]", b"null", b"{", b"[" * 100_000, b'{"a":' + b"9" * 5000 + b"}", b" " * 2_000_000],
)
def test_bodies_that_are_no_object_are_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        http(body)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["1", "2", "text", "richText"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
FIELDS = [
    "msgId",
    "msgtype",
    "conversationType",
    "conversationId",
    "createAt",
    "senderStaffId",
    "text",
    "content",
]
NAMES = ["text_single", "rich_text", "audio", "unknown", "over_quota_msg"]


@settings(deadline=None)
@given(name=st.sampled_from(NAMES), change=st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=3))
def test_a_damaged_message_is_read_or_refused_and_nothing_else(name: str, change: dict[str, Any]) -> None:
    with contextlib.suppress(Rejected):
        message = parse_robot_message(wire(name) | change)
        assert message.key and message.conversation and message.sent_at.tzinfo is UTC
        message.text.encode()


@settings(deadline=None)
@given(content=JSON, track=JSON, user=JSON)
def test_a_damaged_press_is_read_or_refused_and_nothing_else(content: Any, track: Any, user: Any) -> None:
    change = {"content": {"cardPrivateData": {"actionIds": ["a"], "params": content}}, "outTrackId": track}
    for data in (change, {"content": content, "userId": user}):
        with contextlib.suppress(Rejected):
            parse_card_callback(wire("card_callback") | data, at=SENT)


@settings(deadline=None)
@given(body=st.binary(max_size=200))
def test_a_signed_body_of_junk_is_read_or_refused_and_nothing_else(body: bytes) -> None:
    with contextlib.suppress(Rejected):
        http(body)
