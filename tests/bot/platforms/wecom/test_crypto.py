"""The seal, against the platform's own vectors and against wechatpy."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
import xmltodict
from wechatpy.work.crypto import WeChatCrypto

from bot.platforms.base import Forged, Malformed, Stale
from bot.platforms.wecom import crypto, envelope
from bot.platforms.wecom.crypto import WeComSecrets, decrypt, encrypt, sign, verify

KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
CORP = "wx5823bf96d3bd56c7"
TOKEN = "QDG6eK"
PREFIX = b"0123456789abcdef"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SECRETS = WeComSecrets(CORP, 218, TOKEN, KEY)


@pytest.mark.parametrize(
    ("message", "receiver", "sealed", "signature"),
    [
        (
            "<xml><A>你好</A></xml>",
            CORP,
            "sKqRbbiSUnDhFHOvPjtUMTmyrD4ZZUhMPpls6a4agukCLY92fjcnZCyStQ/5rNo46nD/sGUXX3VcPrOJDT0pJw==",
            "4cca66fcab54e24d67c76da26f88f48c79582a0b",
        ),
        (
            '{"msgtype":"text"}',
            "",
            "sKqRbbiSUnDhFHOvPjtUMXwcNQzHVFNeLGShu75XAxnlReSDiqIMxFSwaGouVQm/TLf+6IgUPvQBjguiS7rgiw==",
            "8c845957b38b0d4e1d521d3ea395d3015afbdb35",
        ),
    ],
    ids=["app", "aibot"],
)
def test_sealing_gives_the_platforms_own_bytes(message: str, receiver: str, sealed: str, signature: str) -> None:
    assert encrypt(message.encode(), KEY, receiver, prefix=PREFIX) == sealed
    assert sign(TOKEN, "1700000000", "n0nce", sealed) == signature
    assert decrypt(sealed, KEY, receiver) == message.encode()


def test_page_signature_matches_the_official_sample() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    url = "http://mp.weixin.qq.com?params=value"
    expected = "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
    assert crypto.jsapi_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url) == expected
    assert crypto.jsapi_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, url + "#top") == expected


def test_wechatpy_opens_our_reply_and_we_open_its() -> None:
    theirs = WeChatCrypto(TOKEN, KEY, CORP)
    ours = xmltodict.parse(envelope.reply("<xml>好</xml>".encode(), SECRETS, NOW, "n1"))["xml"]
    opened = theirs.decrypt_message(ours, ours["MsgSignature"], ours["TimeStamp"], ours["Nonce"])
    assert opened == "<xml>好</xml>"
    back = xmltodict.parse(theirs.encrypt_message("<xml>回</xml>", "n2", ours["TimeStamp"]))["xml"]
    query = {"msg_signature": back["MsgSignature"], "timestamp": back["TimeStamp"], "nonce": "n2"}
    verify(back["Encrypt"], query, TOKEN, NOW)
    assert decrypt(back["Encrypt"], KEY, CORP) == "<xml>回</xml>".encode()


@pytest.mark.parametrize("size", range(33))
def test_every_length_of_padding_is_undone(size: int) -> None:
    assert decrypt(encrypt(b"x" * size, KEY, CORP), KEY, CORP) == b"x" * size


def test_another_corps_message_is_forged() -> None:
    with pytest.raises(Forged, match="receiver"):
        decrypt(encrypt(b"hello", KEY, CORP), KEY, "wx0000000000000000")


def _sealed_raw(plain: bytes) -> str:
    """Encrypt exactly these bytes, padding and all."""
    cipher = crypto._Cipher(base64.b64decode(KEY + "="))
    return base64.b64encode(cipher.cipher.encrypt(plain)).decode()


@pytest.mark.parametrize(
    "plain",
    [
        PREFIX + b"\x00\x00\x00\x01x" + b"\x00" * 11,
        PREFIX + b"\x00\x00\x00\x01x" + b"\x21" * 43,
        PREFIX + b"\x00\x00\x00\x01x" + b"\x01" * 9 + b"\x03\x02",
        PREFIX + b"\xff\xff\xff\xffx" + b"\x0b" * 11,
        b"\x20" * 32,
        b"\x10" * 16,
    ],
    ids=["zero", "thirty-three", "unequal", "length-outside", "nothing-but-padding", "one-block"],
)
def test_wrong_padding_or_length_is_forged(plain: bytes) -> None:
    with pytest.raises(Forged):
        decrypt(_sealed_raw(plain), KEY, CORP)


@pytest.mark.parametrize("text", ["", "!!!!", "QUJD", "x" * 23, "你好"])
def test_what_is_not_sealed_text_is_forged_not_an_error(text: str) -> None:
    with pytest.raises(Forged):
        decrypt(text, KEY, CORP)


def _query(when: datetime, nonce: str = "n0nce") -> dict[str, str]:
    return envelope.signed_query("sealed", SECRETS, when, nonce)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_a_signature_inside_the_window_is_believed(seconds: int) -> None:
    verify("sealed", _query(NOW + timedelta(seconds=seconds)), TOKEN, NOW)


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_a_signature_outside_the_window_is_stale(seconds: int) -> None:
    with pytest.raises(Stale):
        verify("sealed", _query(NOW + timedelta(seconds=seconds)), TOKEN, NOW)


@pytest.mark.parametrize("position", [0, 17, 39])
def test_one_wrong_digit_of_the_signature_is_forged(position: int) -> None:
    query = _query(NOW)
    right = query["msg_signature"]
    wrong = "0" if right[position] != "0" else "1"
    query["msg_signature"] = right[:position] + wrong + right[position + 1 :]
    with pytest.raises(Forged):
        verify("sealed", query, TOKEN, NOW)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("timestamp", "179540000"),
        ("timestamp", "17954000011"),
        ("timestamp", "\u0661" * 10),
        ("timestamp", "-795400000"),
        ("nonce", ""),
        ("nonce", "n" * 65),
        ("nonce", "a b"),
        ("nonce", "a\n"),
        ("msg_signature", ""),
        ("msg_signature", "A" * 40),
        ("msg_signature", "0" * 41),
    ],
)
def test_misshapen_parameters_are_malformed(name: str, value: str) -> None:
    with pytest.raises(Malformed):
        verify("sealed", _query(NOW) | {name: value}, TOKEN, NOW)


def test_digits_cannot_wander_between_timestamp_and_nonce() -> None:
    """The signature covers a concatenation, so both splits sign alike; only one has the right shape."""
    right = {"timestamp": str(int(NOW.timestamp())), "nonce": "22"}
    moved = {"timestamp": right["timestamp"] + "2", "nonce": "2"}
    signature = sign(TOKEN, right["timestamp"], right["nonce"], "~")
    assert sign(TOKEN, moved["timestamp"], moved["nonce"], "~") == signature
    verify("~", right | {"msg_signature": signature}, TOKEN, NOW)
    with pytest.raises(Malformed):
        verify("~", moved | {"msg_signature": signature}, TOKEN, NOW)


@pytest.mark.parametrize("key", ["", KEY[:-1], KEY + "A", KEY[:-1] + "=", "$" + KEY[1:]])
def test_a_key_of_the_wrong_shape_is_refused_at_once(key: str) -> None:
    with pytest.raises(ValueError, match="EncodingAESKey"):
        WeComSecrets(CORP, 1, TOKEN, key)


@pytest.mark.parametrize("token", ["", "a" * 33, "a b"])
def test_a_token_of_the_wrong_shape_is_refused_at_once(token: str) -> None:
    with pytest.raises(ValueError, match="Token"):
        WeComSecrets(CORP, 1, token, KEY)


def test_secrets_do_not_show_in_their_repr() -> None:
    assert TOKEN not in repr(SECRETS)
    assert KEY not in repr(SECRETS)
