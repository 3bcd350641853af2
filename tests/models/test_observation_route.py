"""The route of an observation: every site once, the order the same whatever order they were named in."""

from __future__ import annotations

from itertools import pairwise, permutations

from hypothesis import given
from hypothesis import strategies as st

from models.geo import metres
from models.observation import route

PLACES = st.tuples(st.floats(33.0, 35.0), st.floats(113.0, 115.0))
SITES = st.dictionaries(st.integers(1, 40).map(str), st.none() | PLACES, max_size=7)


@given(SITES)
def test_every_site_is_visited_once_those_without_coordinates_last(
    sites: dict[str, tuple[float, float] | None],
) -> None:
    stops = route(list(sites.items()))
    assert sorted(stop.code for stop in stops) == sorted(sites)
    known = [stop.metres is not None for stop in stops]
    assert known == sorted(known, reverse=True)


@given(st.dictionaries(st.integers(1, 40).map(str), PLACES, min_size=1, max_size=6))
def test_each_stop_says_how_far_it_lies_from_the_one_before(sites: dict[str, tuple[float, float]]) -> None:
    stops = route(list(sites.items()))
    walked = [metres(sites[one.code], sites[two.code]) for one, two in pairwise(stops)]
    assert [stop.metres for stop in stops] == [0, *map(round, walked)]


def test_a_line_of_sites_is_walked_from_one_end_to_the_other() -> None:
    line = {code: (34.0, 114.0 + number / 100) for number, code in enumerate("abcde")}
    for order in permutations(line):
        codes = [stop.code for stop in route([(code, line[code]) for code in order])]
        assert codes in (list("abcde"), list("edcba"))
