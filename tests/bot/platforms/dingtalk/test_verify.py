"""A callback in HTTP mode is believed when its signature is right and recent, and not otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.platforms.base import Forged, Malformed, Stale
from bot.platforms.dingtalk.verify import sign, verify

SECRET = "this is a secret"
TIMESTAMP = "1577262236757"
GOLDEN = "DJrE6qdyVGCQz9z5r2MDuNcNAhwYnuAkyj13cx169CA="
THEN = datetime.fromtimestamp(1577262236.757, tz=UTC)


def test_the_signature_is_the_one_of_the_documented_inputs() -> None:
    assert sign(TIMESTAMP, SECRET) == GOLDEN


@pytest.mark.parametrize("offset", [timedelta(), timedelta(seconds=600), timedelta(seconds=-600)])
def test_a_right_signature_within_ten_minutes_either_side_is_accepted(offset: timedelta) -> None:
    verify({"Timestamp": TIMESTAMP, "SIGN": GOLDEN}, SECRET, THEN + offset)


@pytest.mark.parametrize("offset", [timedelta(seconds=601), timedelta(seconds=-601)])
def test_a_right_signature_outside_the_window_is_stale(offset: timedelta) -> None:
    with pytest.raises(Stale):
        verify({"timestamp": TIMESTAMP, "sign": GOLDEN}, SECRET, THEN + offset)


def test_the_window_can_be_widened_to_the_documented_hour_and_no_further() -> None:
    headers = {"timestamp": TIMESTAMP, "sign": GOLDEN}
    verify(headers, SECRET, THEN + timedelta(minutes=59), timedelta(hours=9))
    with pytest.raises(Stale):
        verify(headers, SECRET, THEN + timedelta(minutes=61), timedelta(hours=9))


@pytest.mark.parametrize(
    ("timestamp", "given", "secret"),
    [
        ("1577262236758", GOLDEN, SECRET),
        (TIMESTAMP, "A" + GOLDEN[1:], SECRET),
        (TIMESTAMP, GOLDEN, "another secret"),
        (TIMESTAMP, sign(TIMESTAMP, ""), ""),
    ],
)
def test_a_wrong_signature_is_forged(timestamp: str, given: str, secret: str) -> None:
    with pytest.raises(Forged):
        verify({"timestamp": timestamp, "sign": given}, secret, THEN)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"timestamp": TIMESTAMP},
        {"sign": GOLDEN},
        {"timestamp": TIMESTAMP + "0", "sign": GOLDEN},
        {"timestamp": "\uff11" + TIMESTAMP[1:], "sign": GOLDEN},
        {"timestamp": TIMESTAMP + "\n", "sign": GOLDEN},
        {"timestamp": TIMESTAMP, "sign": GOLDEN[:-1]},
        {"timestamp": TIMESTAMP, "sign": GOLDEN + "\n"},
        {"timestamp": TIMESTAMP, "sign": "签" * 43 + "="},
    ],
)
def test_headers_of_another_shape_are_malformed(headers: dict[str, str]) -> None:
    with pytest.raises(Malformed):
        verify(headers, SECRET, THEN)
