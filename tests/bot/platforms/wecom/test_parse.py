"""From the raw captures in tests/wire/wecom to an Inbound, and what is never believed."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.platforms.base import Forged, Malformed, Rejected, Stale
from bot.platforms.wecom import WeComSecrets, envelope, parse_callback, verify_url
from models.message import Inbound, Kind, Location, MediaRef

WIRE = Path(__file__).resolve().parents[3] / "wire" / "wecom"
KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
OFFICIAL = WeComSecrets("wx5823bf96d3bd56c7", 218, "QDG6eK", KEY)
SECRETS = WeComSecrets("ww0123456789abcdef", 1000012, "QDG6eK", KEY)
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def _plain(case: str) -> bytes:
    return (WIRE / case / "plain.xml").read_bytes()


def _read(case: str, secrets: WeComSecrets = SECRETS) -> Inbound:
    return _deliver(_plain(case), secrets)


def _deliver(document: bytes, secrets: WeComSecrets = SECRETS) -> Inbound:
    body, query = envelope.callback(document, secrets, NOW, "n0nce")
    return parse_callback(body, query, secrets, NOW)[0]


def _official(case: str) -> tuple[dict[str, str], datetime]:
    query: dict[str, str] = json.loads((WIRE / case / "query.json").read_text())
    return query, datetime.fromtimestamp(int(query["timestamp"]), UTC)


def test_a_place_nobody_chose_to_tell_is_not_kept() -> None:
    body, query = envelope.callback(_plain("location-report"), SECRETS, NOW, "n0nce")
    _, raw = parse_callback(body, query, SECRETS, NOW)
    assert "<Latitude></Latitude>" in raw and "30.5" not in raw and "104.0" not in raw


def test_the_official_url_check_is_answered_byte_for_byte() -> None:
    query, then = _official("official-url-check")
    assert verify_url(query, OFFICIAL, then) == b"1616140317555161061"


def test_the_official_url_check_of_2014_is_stale_today() -> None:
    query, _ = _official("official-url-check")
    with pytest.raises(Stale):
        verify_url(query, OFFICIAL, NOW)


def test_the_official_url_check_with_one_digit_flipped_is_forged() -> None:
    query, then = _official("official-url-check")
    query["msg_signature"] = "6" + query["msg_signature"][1:]
    with pytest.raises(Forged):
        verify_url(query, OFFICIAL, then)


@pytest.mark.parametrize("echo", ["", "=", "你好", "x" * 21])
def test_a_url_check_without_sealed_text_is_malformed(echo: str) -> None:
    query, then = _official("official-url-check")
    with pytest.raises(Malformed):
        verify_url(query | {"echostr": echo}, OFFICIAL, then)


def test_the_official_message_is_read() -> None:
    query, then = _official("official-text")
    body = (WIRE / "official-text" / "body.xml").read_bytes()
    inbound, raw = parse_callback(body, query, OFFICIAL, then)
    assert (inbound.text, inbound.key, inbound.sender) == ("hello", "218:4561255354251345929", "mycreate")
    assert "<Content><![CDATA[hello]]></Content>" in raw


def test_the_official_message_is_forged_for_any_other_corp_or_app() -> None:
    query, then = _official("official-text")
    body = (WIRE / "official-text" / "body.xml").read_bytes()
    for secrets in (
        WeComSecrets("wx0", 218, "QDG6eK", KEY),
        WeComSecrets(OFFICIAL.corp_id, 219, "QDG6eK", KEY),
    ):
        with pytest.raises(Forged):
            parse_callback(body, query, secrets, then)


def test_the_raw_text_is_kept_as_it_was_sealed() -> None:
    body, query = envelope.callback(_plain("text"), SECRETS, NOW, "n0nce")
    assert parse_callback(body, query, SECRETS, NOW)[1].encode() == _plain("text")


EXPECTED: dict[str, dict[str, Any]] = {
    "text": {"kind": Kind.TEXT, "text": "查询 城北水厂"},
    "image": {"kind": Kind.IMAGE, "media": (MediaRef(Kind.IMAGE, "1AqPhoto"),)},
    "voice": {"kind": Kind.VOICE, "media": (MediaRef(Kind.VOICE, "1BvVoice"),), "text": ""},
    "voice-recognised": {"kind": Kind.VOICE, "text": "查项目"},
    "video": {"kind": Kind.VIDEO, "media": (MediaRef(Kind.VIDEO, "1CvVideo"),)},
    "location": {
        "kind": Kind.LOCATION,
        "location": Location(30.547645, 104.063236, "城北水厂工地西门", "gcj02"),
    },
    "link": {"kind": Kind.LINK, "text": "进度通报\n第三期\nhttps://example.gov.cn/3"},
    "file-undocumented": {"kind": Kind.UNKNOWN, "key": "1000012:7459035031717794950"},
    "enter-agent": {"kind": Kind.EVENT, "action": "enter_agent"},
    "subscribe": {"kind": Kind.EVENT, "action": "subscribe"},
    "unsubscribe": {"kind": Kind.EVENT, "action": "unsubscribe"},
    "click": {"kind": Kind.BUTTON, "action": "MY_TODO"},
    "view": {"kind": Kind.EVENT, "action": "view"},
    "location-report": {"kind": Kind.EVENT, "action": "location_report"},
    "card-press": {
        "kind": Kind.BUTTON,
        "action": "ACK",
        "task": "duban-2026-0031",
        "response_code": "RcAbc123",
    },
    "card-menu": {"kind": Kind.BUTTON, "action": "LATER", "response_code": "RcAbc123"},
    "photo-album": {"kind": Kind.EVENT, "action": "pic_photo_or_album"},
    "idle-warning": {"kind": Kind.EVENT, "action": "inactive_alert", "sender": "sys"},
}


@pytest.mark.parametrize("case", EXPECTED)
def test_each_capture_is_read(case: str) -> None:
    inbound = _read(case)
    assert {name: getattr(inbound, name) for name in EXPECTED[case]} == EXPECTED[case]
    assert inbound.conversation == inbound.sender
    assert Inbound.from_dict(json.loads(json.dumps(inbound.as_dict()))) == inbound


def test_every_capture_has_its_expectation() -> None:
    assert {path.parent.name for path in WIRE.glob("*/plain.xml")} == set(EXPECTED)


def test_time_is_the_senders_in_utc() -> None:
    assert _read("text").sent_at == datetime(2026, 11, 23, 2, 15, 1, tzinfo=UTC)


def test_the_datum_of_locations_is_a_setting() -> None:
    secrets = WeComSecrets(SECRETS.corp_id, SECRETS.agent_id, SECRETS.token, KEY, location_datum="wgs84")
    place = _read("location", secrets).location
    assert place is not None
    assert place.datum == "wgs84"


def test_a_redelivered_event_has_the_same_key_and_another_one_in_that_second_has_not() -> None:
    press = _plain("card-press")
    assert _deliver(press).key == _deliver(press).key
    for ours, other in ((b"ACK", b"NAK"), (b"RcAbc123", b"RcAbc124"), (b"2026-0031", b"2026-0032")):
        assert _deliver(press).key != _deliver(press.replace(ours, other)).key


def test_blanks_and_angle_brackets_in_a_text_survive() -> None:
    text = "  <!DOCTYPE html> &amp; a ]]&gt; \n"
    assert _deliver(_plain("text").replace("查询 城北水厂".encode(), text.encode())).text == text


def test_an_empty_text_is_empty() -> None:
    assert _deliver(_plain("text").replace("查询 城北水厂".encode(), b"")).text == ""


def test_a_message_type_without_id_is_still_told_apart() -> None:
    odd = _plain("file-undocumented").replace(b"<MsgId>7459035031717794950</MsgId>", b"")
    assert _deliver(odd).key == _deliver(odd).key != _deliver(odd.replace(b"1DfFile", b"1DfOther")).key


def test_a_message_for_another_app_is_forged() -> None:
    with pytest.raises(Forged):
        _deliver(_plain("text").replace(b"1000012", b"1000013"))


@pytest.mark.parametrize(
    ("case", "ours", "other"),
    [
        ("text", b"1795400101", b""),
        ("text", b"1795400101", b"yesterday"),
        ("text", b"1795400101", b"99999999999"),
        ("text", b"LiZhuren", b""),
        ("text", b"LiZhuren", b"x" * 65),
        ("text", b"</xml>", b""),
        ("text", b"xml>", b"msg>"),
        ("text", "查询".encode(), b"\xff\xfe"),
        ("image", b"1AqPhoto", b""),
        ("location", b"30.547645", b"nan"),
        ("location", b"30.547645", b"90.1"),
        ("location", b"104.063236", b"-180.5"),
        ("location", b"104.063236", b"east"),
        ("text", b"<xml>", b'<!DOCTYPE xml [<!ENTITY a "b">]><xml>'),
        ("text", b"<xml>", b'<!DOCTYPE xml SYSTEM "http://127.0.0.1/x.dtd"><xml>'),
        ("text", b"</xml>", b"<a>" * 10 + b"</a>" * 10 + b"</xml>"),
        ("text", b"</xml>", b"<a/>" * 200 + b"</xml>"),
        ("text", b"<MsgType>", b"<MsgType>&undefined;"),
    ],
)
def test_a_document_that_breaks_the_rules_is_malformed(case: str, ours: bytes, other: bytes) -> None:
    document = _plain(case)
    assert ours in document
    with pytest.raises(Malformed):
        _deliver(document.replace(ours, other))


@pytest.mark.parametrize("document", [b"", b"<xml/>", b"<xml></xml>", b"hello", b"\x00" * 40])
def test_a_sealed_nothing_is_malformed(document: bytes) -> None:
    with pytest.raises(Malformed):
        _deliver(document)


def test_a_repeated_type_is_no_accident_for_us() -> None:
    twice = _plain("text").replace(b"<MsgType>", b"<MsgType>text</MsgType><MsgType>", 1)
    assert _deliver(twice).kind is Kind.TEXT


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml></xml>",
        b"<xml><Encrypt></Encrypt></xml>",
        b"<xml><Encrypt>AAAA</Encrypt></xml>",
        b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><Encrypt>' + b"A" * 64 + b"</Encrypt></xml>",
        b"<xml><Encrypt>&a;" + b"A" * 64 + b"</Encrypt></xml>",
        b"<xml>" + b"<a>" * 200_000 + b"</a>" * 200_000 + b"</xml>",
        b"<xml><Encrypt>" + b"A" * 64 + b"</Encrypt><Encrypt>" + b"B" * 64 + b"</Encrypt></xml>",
        b"<xml>" + b"".join(b"<a%c>1</a%c>" % (n, n) for n in b"abcdefghijk") + b"</xml>",
        b"<xml><Encrypt>" + b"A" * (1024 * 1024) + b"</Encrypt></xml>",
        b"\xff\xfe<xml>",
    ],
    ids=["empty", "no-text", "blank", "short", "dtd", "entity", "deep", "two", "many", "huge", "utf16"],
)
def test_an_envelope_that_is_not_wecoms_never_reaches_the_cipher(body: bytes) -> None:
    _, query = envelope.callback(_plain("text"), SECRETS, NOW, "n0nce")
    with pytest.raises(Malformed):
        parse_callback(body, query, SECRETS, NOW)


def test_a_replayed_callback_is_stale() -> None:
    body, query = envelope.callback(_plain("text"), SECRETS, NOW - timedelta(seconds=301), "n0nce")
    with pytest.raises(Stale):
        parse_callback(body, query, SECRETS, NOW)


def test_a_callback_without_any_parameters_is_malformed() -> None:
    body, _ = envelope.callback(_plain("text"), SECRETS, NOW, "n0nce")
    with pytest.raises(Malformed):
        parse_callback(body, {}, SECRETS, NOW)


BODY, QUERY = envelope.callback(_plain("card-press"), SECRETS, NOW, "n0nce")
GENUINE = parse_callback(BODY, QUERY, SECRETS, NOW)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(BODY)), st.integers(0, 3), st.binary(max_size=6)), min_size=1, max_size=3))
def test_no_mutated_body_is_believed(edits: list[tuple[int, int, bytes]]) -> None:
    body = BODY
    for start, dropped, added in edits:
        body = body[:start] + added + body[start + dropped :]
    _never_another_message(body, QUERY)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(QUERY)), st.integers(0, 40), st.integers(0, 2), st.text(max_size=3))
def test_no_mutated_query_is_believed(name: str, start: int, dropped: int, added: str) -> None:
    value = QUERY[name][:start] + added + QUERY[name][start + dropped :]
    if value != QUERY[name]:
        with pytest.raises(Rejected):
            parse_callback(BODY, QUERY | {name: value}, SECRETS, NOW)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.dictionaries(st.sampled_from(sorted(QUERY)), st.text(max_size=45)))
def test_noise_is_rejected_and_nothing_worse(body: bytes, query: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        parse_callback(body, query, SECRETS, NOW)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(_plain("card-press"))), st.integers(0, 8), st.binary(max_size=8))
def test_even_well_sealed_nonsense_raises_nothing_but_rejected(start: int, dropped: int, added: bytes) -> None:
    plain = _plain("card-press")
    try:
        inbound = _deliver(plain[:start] + added + plain[start + dropped :])
    except Rejected:
        return
    assert isinstance(inbound, Inbound)


def _never_another_message(body: bytes, query: dict[str, str]) -> None:
    """The envelope itself is unsigned, so a blank more may pass; the message must then be the genuine one."""
    try:
        assert parse_callback(body, query, SECRETS, NOW) == GENUINE
    except Rejected:
        return
