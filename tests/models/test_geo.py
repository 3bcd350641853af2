"""Three datums, one place: nearness never mixes them, and is all anybody is told."""

from __future__ import annotations

import math
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.geo import gcj02_from_wgs84, metres, nearness, to_wgs84
from models.project import Project
from models.visit import distance_to, nearness_of

SITE = (34.0712, 114.3856)  # in WGS-84


def bd09_from_gcj02(latitude: float, longitude: float) -> tuple[float, float]:
    """Baidu's own forward formula, written a second time."""
    turn = math.pi * 3000 / 180
    z = math.hypot(longitude, latitude) + 0.00002 * math.sin(latitude * turn)
    theta = math.atan2(latitude, longitude) + 0.000003 * math.cos(longitude * turn)
    return z * math.sin(theta) + 0.006, z * math.cos(theta) + 0.0065


def in_datum(point: tuple[float, float], datum: str) -> tuple[float, float]:
    if datum == "wgs84":
        return point
    gcj02 = gcj02_from_wgs84(*point)
    return gcj02 if datum == "gcj02" else bd09_from_gcj02(*gcj02)


def project(point: tuple[float, float], datum: str) -> Project:
    return Project(code="P", name="", category="", stage="", latitude=point[0], longitude=point[1], datum=datum)


def place(point: tuple[float, float], datum: str) -> dict[str, object]:
    return {"latitude": point[0], "longitude": point[1], "datum": datum, "label": ""}


DATUMS = ("wgs84", "gcj02", "bd09")


@pytest.mark.parametrize(("site", "sent"), list(product(DATUMS, DATUMS)))
def test_one_place_is_one_place_in_whatever_datum_it_is_told(site: str, sent: str) -> None:
    where = project(in_datum(SITE, site), site)
    distance = distance_to(where, place(in_datum(SITE, sent), sent))
    assert distance is not None and distance < 2
    if site != sent:  # told in the wrong datum it would lie hundreds of metres off
        mixed = distance_to(where, place(in_datum(SITE, sent), site))
        assert mixed is not None and mixed > 300


@pytest.mark.parametrize(
    ("datum", "given_", "wgs84"),
    [
        # The published sample points of the two conversions: 30 cm is what their authors agree to.
        ("gcj02", (31.17530398364597, 121.531541859215), (31.1774276, 121.5272106)),
        ("bd09", (39.92133699351021, 116.41036949371029), None),
    ],
)
def test_published_sample_points(datum: str, given_: tuple[float, float], wgs84: tuple[float, float] | None) -> None:
    expected = wgs84 or to_wgs84(39.915, 116.404, "gcj02")
    assert metres(to_wgs84(*given_, datum), expected) < 1.0


@given(st.floats(20, 48), st.floats(80, 130))
@settings(max_examples=60)
def test_conversions_are_each_others_inverse(latitude: float, longitude: float) -> None:
    for datum in ("gcj02", "bd09"):
        there = in_datum((latitude, longitude), datum)
        assert metres(to_wgs84(*there, datum), (latitude, longitude)) < 2


@pytest.mark.parametrize(
    ("distance", "words"),
    [(None, "未知"), (0.0, "在场"), (300.0, "在场"), (300.1, "附近"), (2000.0, "附近"), (2000.1, "未知")],
)
def test_three_words_and_no_more(distance: float | None, words: str) -> None:
    assert nearness(distance) == words


def test_an_unknown_side_is_unknown() -> None:
    unset = Project(code="P", name="", category="", stage="", datum="gcj02")
    assert nearness_of(unset, place(SITE, "gcj02")) == "未知"
    assert nearness_of(project(SITE, "wgs84"), None) == "未知"
