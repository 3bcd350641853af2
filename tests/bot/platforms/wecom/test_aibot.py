"""The robot's callback: from the captures in tests/wire/wecom/aibot to an Inbound, its seal, its media."""

from __future__ import annotations

import base64
import contextlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.base import (
    Address,
    Button,
    Channel,
    Forged,
    Malformed,
    MediaGone,
    MediaUnavailable,
    Outcome,
    Rejected,
    Stale,
    Words,
)
from bot.platforms.wecom import crypto
from bot.platforms.wecom.aibot import AibotSecrets, Robot, passive_reply, read_callback, verify_url
from bot.platforms.wecom.aibot.courtesy import courtesy
from bot.platforms.wecom.aibot.parse import parse_message
from bot.simulator.wecom_aibot_talk import encipher
from bot.simulator.wecom_envelope import Envelope
from models.message import Inbound, Kind

WIRE = Path(__file__).resolve().parents[3] / "wire" / "wecom" / "aibot"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SECRETS = AibotSecrets("QDG6eK", KEY)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ENVELOPE = Envelope("QDG6eK", KEY, "")


def wire(case: str) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((WIRE / f"{case}.json").read_text(encoding="utf-8"))
    return data


def seal(plain: str, at: datetime = NOW, nonce: str = "n0nce") -> tuple[bytes, dict[str, str]]:
    """Seal as the platform would, by the simulator's own codec."""
    sealed, timestamp = ENVELOPE.encrypt(plain), str(int(at.timestamp()))
    query = {"msg_signature": ENVELOPE.signature(timestamp, nonce, sealed), "timestamp": timestamp, "nonce": nonce}
    return json.dumps({"encrypt": sealed}).encode(), query


def read(case: str) -> Inbound:
    body, query = seal(json.dumps(wire(case), ensure_ascii=False))
    return read_callback(body, query, SECRETS, NOW)[0]


# --- what arrives ---------------------------------------------------------------------------------------


def test_a_call_in_a_group_keeps_its_group_and_loses_the_mention() -> None:
    message = read("text_group")
    assert (message.kind, message.text) == (Kind.TEXT, "二院外墙完成六成")
    assert message.group == message.conversation == "wrExampleGroup01"
    assert (message.platform, message.sender, message.sent_at) == ("wecom", "LiZhuren", NOW)
    assert message.key == "aibot:aibExample0001:CAIQ16HMjQYY_NGagIOAgAMgq4KM0AI="
    assert message.reply.startswith("url:https://qyapi.weixin.qq.com/")
    assert Inbound.from_dict(message.as_dict()) == message


@pytest.mark.parametrize(
    ("case", "kind", "text", "pictures"),
    [
        ("text_single", Kind.TEXT, "我的待办", 0),
        ("voice", Kind.VOICE, "二院外墙完成六成", 0),
        ("image", Kind.IMAGE, "", 1),
        ("file", Kind.FILE, "", 1),
        ("video", Kind.VIDEO, "", 1),
        ("mixed_group", Kind.TEXT, "电梯到货了", 2),
        ("unknown", Kind.UNKNOWN, "", 0),
    ],
)
def test_every_documented_type_is_read(case: str, kind: Kind, text: str, pictures: int) -> None:
    message = read(case)
    assert (message.kind, message.text, len(message.media)) == (kind, text, pictures)


def test_what_is_quoted_is_not_what_is_said() -> None:
    message = read("quote_group")
    assert (message.text, message.quoted) == ("", "二院外墙完成六成")


def test_an_encrypted_account_is_known_for_one() -> None:
    assert read("veiled").veiled and not read("text_group").veiled


def test_over_the_long_connection_the_answer_goes_by_its_handle() -> None:
    message = parse_message(wire("text_stream"), NOW, "REQ-1")
    assert message.reply == "req:REQ-1"
    assert message.sent_at == datetime.fromtimestamp(1795400101, UTC)


def test_events_a_press_and_what_is_said_at_once() -> None:
    pressed, entered, thumb = read("card_press"), read("enter_chat"), read("feedback")
    assert (pressed.kind, pressed.action, pressed.task) == (Kind.BUTTON, "q-3-0", "duban-2026-0031")
    assert (entered.kind, entered.action, thumb.action) == (Kind.EVENT, "enter_chat", "feedback_event")
    welcome, used = courtesy(entered, ""), courtesy(pressed, "https://duban.example")
    assert welcome is not None and "不 @ 我收不到" in welcome[1]["text"]["content"]
    assert used is not None
    assert used[1]["template_card"]["task_id"] == "duban-2026-0031"
    assert used[1]["template_card"]["card_action"] == {"type": 1, "url": "https://duban.example"}
    assert courtesy(thumb, "") is None and courtesy(read("text_group"), "") is None


# --- the seal -------------------------------------------------------------------------------------------


def test_the_vector_of_the_platforms_own_codec_with_an_empty_receiver() -> None:
    sealed = "sKqRbbiSUnDhFHOvPjtUMXwcNQzHVFNeLGShu75XAxnlReSDiqIMxFSwaGouVQm/TLf+6IgUPvQBjguiS7rgiw=="
    assert crypto.encrypt(b'{"msgtype":"text"}', KEY, "", prefix=b"0123456789abcdef") == sealed
    assert crypto.sign("QDG6eK", "1700000000", "n0nce", sealed) == "8c845957b38b0d4e1d521d3ea395d3015afbdb35"
    assert crypto.decrypt(sealed, KEY, "") == b'{"msgtype":"text"}'


def test_the_url_check_is_answered_byte_for_byte() -> None:
    body, query = seal("1616140317555161061")
    echo = {"echostr": json.loads(body)["encrypt"]}
    assert verify_url(query | echo, SECRETS, NOW) == b"1616140317555161061"
    with pytest.raises(Stale):
        verify_url(query | echo, SECRETS, NOW + timedelta(minutes=6))


def test_what_is_sealed_for_an_app_is_not_the_robots() -> None:
    other = Envelope("QDG6eK", KEY, "ww0123456789abcdef")
    sealed = other.encrypt(json.dumps(wire("text_group")))
    query = {"timestamp": str(int(NOW.timestamp())), "nonce": "n"}
    query["msg_signature"] = other.signature(query["timestamp"], "n", sealed)
    with pytest.raises(Forged):
        read_callback(json.dumps({"encrypt": sealed}).encode(), query, SECRETS, NOW)


def test_the_passive_answer_carries_the_nonce_of_its_question() -> None:
    answer = json.loads(passive_reply({"msgtype": "text"}, {"nonce": "asked"}, SECRETS, NOW))
    assert (answer["nonce"], answer["timestamp"]) == ("asked", int(NOW.timestamp()))
    assert answer["msgsignature"] == ENVELOPE.signature(str(answer["timestamp"]), "asked", answer["encrypt"])
    assert json.loads(ENVELOPE.decrypt(answer["encrypt"])) == {"msgtype": "text"}


_NAMES = [
    "msgid",
    "from",
    "userid",
    "msgtype",
    "text",
    "mixed",
    "msg_item",
    "event",
    "content",
    "chattype",
    "quote",
    "image",
]


def _objects(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_NAMES), inner, max_size=6)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=8), _objects, max_leaves=12))
@settings(max_examples=150)
def test_whatever_is_sealed_is_read_or_refused(data: object) -> None:
    body, query = seal(json.dumps(data))
    with contextlib.suppress(Rejected):
        read_callback(body, query, SECRETS, NOW)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"encrypt": 1}', b'{"encrypt": "!"}', b"[" * 100_000])
def test_an_envelope_of_another_shape_is_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        read_callback(body, seal("{}")[1], SECRETS, NOW)


# --- media and answers ----------------------------------------------------------------------------------

STREAM_KEY = base64.b64encode(bytes(range(32))).decode().rstrip("=")


def robot(answer: httpx2.Response | Exception, now: datetime = NOW, seen: list[httpx2.Request] | None = None) -> Robot:
    def respond(request: httpx2.Request) -> httpx2.Response:
        if seen is not None:
            seen.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = httpx2.AsyncClient(transport=httpx2.MockTransport(respond))
    return Robot(api_base="https://qyapi.weixin.qq.com", now=lambda: now, aes_key=KEY, http=http)


@pytest.mark.asyncio
@pytest.mark.parametrize(("case", "key"), [("image", KEY), ("image_stream", KEY)])
async def test_a_picture_is_deciphered(case: str, key: str) -> None:
    (medium,) = read(case).media
    lying = httpx2.Response(200, content=encipher(b"\xff\xd8\xff a picture", key))
    assert await robot(lying).fetch(medium.ref) == b"\xff\xd8\xff a picture"


@pytest.mark.asyncio
async def test_a_files_own_key_opens_it() -> None:
    data = wire("image") | {"image": {"url": "https://cos.example/x", "aeskey": STREAM_KEY}}
    (medium,) = parse_message(data, NOW, "r").media
    lying = httpx2.Response(200, content=encipher(b"whole", STREAM_KEY))
    assert await robot(lying).fetch(medium.ref) == b"whole"


@pytest.mark.asyncio
async def test_a_medium_is_tried_again_for_five_minutes_and_then_given_up() -> None:
    (medium,) = read("image").media
    for trouble in (httpx2.ConnectError("no"), httpx2.Response(503)):
        with pytest.raises(MediaUnavailable):
            await robot(trouble).fetch(medium.ref)
        with pytest.raises(MediaGone):
            await robot(trouble, NOW + timedelta(minutes=5)).fetch(medium.ref)
    for trouble in (httpx2.Response(403), httpx2.Response(200, content=b"not ciphered")):
        with pytest.raises(MediaGone):
            await robot(trouble).fetch(medium.ref)


WORDS = Words("看[这里](http://x) <@all>", buttons=(Button("q-1-0", "是"),))


@pytest.mark.asyncio
async def test_a_group_is_answered_in_plain_words_and_a_person_by_card() -> None:
    seen: list[httpx2.Request] = []
    accepted = httpx2.Response(200, json={"errcode": 0})
    reply = read("text_group").reply
    room = Address(Channel.ROOM, "wrExampleGroup01", reply=reply)
    person = Address(Channel.PERSON, "LiZhuren", reply=reply)
    assert (await robot(accepted, seen=seen).reply(WORDS, room, "k1")).outcome is Outcome.SENT
    assert (await robot(accepted, seen=seen).reply(WORDS, person, "k2")).outcome is Outcome.SENT
    in_group, alone = (json.loads(request.content) for request in seen)
    assert in_group == {"msgtype": "markdown", "markdown": {"content": "看[这里］(http://x) ＜@all>"}}
    assert alone["template_card"]["task_id"] == "k2"
    assert alone["template_card"]["button_list"][0]["key"] == "q-1-0"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (httpx2.Response(200, json={"errcode": 60140}), Outcome.FAILED),
        (httpx2.Response(200, json={"errcode": 45009}), Outcome.RETRY),
        (httpx2.Response(502, text="gateway"), Outcome.UNKNOWN),
        (httpx2.ReadTimeout("slow"), Outcome.UNKNOWN),
        (httpx2.ConnectError("no"), Outcome.RETRY),
    ],
)
async def test_what_became_of_an_answer_is_told_apart(answer: httpx2.Response | Exception, outcome: Outcome) -> None:
    room = Address(Channel.ROOM, "wrExampleGroup01", reply=read("text_group").reply)
    assert (await robot(answer).reply(Words("已记"), room, "k")).outcome is outcome


@pytest.mark.asyncio
async def test_an_answer_goes_to_the_platform_and_nowhere_else() -> None:
    seen: list[httpx2.Request] = []
    here = robot(httpx2.Response(200, json={"errcode": 0}), seen=seen)
    for url in ("https://evil.example/x", "https://qyapi.weixin.qq.com.evil.example/x"):
        room = Address(Channel.ROOM, "g", reply=f"url:{url}")
        assert (await here.reply(Words("已记"), room, "k")).outcome is Outcome.FAILED
    assert seen == []
