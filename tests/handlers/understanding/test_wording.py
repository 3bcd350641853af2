"""Copied words are found, honest short reports are left in peace: both rates are measured and asserted (★11)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from handlers.understanding.wording import Wording, copied, foreign_names
from tests.handlers.understanding.wordings import LONG, PAIRS, SHORT

MOST_FALSE_ALARMS = 0.05
LEAST_FOUND = 0.95


def _one_clause_gone(text: str) -> str:
    return "，".join(text.split("，")[:-1])


def _turned_about(text: str) -> str:
    clauses = text.split("，")
    return "，".join(clauses[1:] + clauses[:1])


def _smoothed(text: str) -> str:
    return (
        text.replace("施工", "现场施工")
        .replace("完成", "已全部完成")
        .replace("要求", "提出要求")
        .replace("还在", "仍在")
    )


def _framed(text: str) -> str:
    return f"报送：本月完成投资860万元，{text}。下步打算：加快推进，确保年底前完成"


def _other_figures(text: str) -> str:
    return text.translate(str.maketrans("二三四六七十", "五六九八四三"))


MADE_OVER: dict[str, Callable[[str], str]] = {
    "as it was": lambda text: text,
    "one clause gone": _one_clause_gone,
    "clauses turned about": _turned_about,
    "words changed": _smoothed,
    "put into the form": _framed,
    "other figures": _other_figures,
}


def honest() -> list[tuple[str, str, bool]]:
    """Return (earlier, later, of the same project) of reports that are nobody's copies."""
    again = [(text, text, same) for text in SHORT for same in (True, False)]
    return [*again, *((old, new, same) for old, new in PAIRS for same in (True, False))]


def test_honest_reports_raise_no_more_alarms_than_promised() -> None:
    pairs = honest()
    alarms = [pair for pair in pairs if copied(Wording(pair[1]), Wording(pair[0]), same_project=pair[2])]
    assert len(pairs) >= 100
    assert len(alarms) / len(pairs) <= MOST_FALSE_ALARMS, alarms


def test_long_honest_reports_of_different_projects_are_no_copies_of_each_other() -> None:
    alarms = [
        (one, other)
        for at, one in enumerate(LONG)
        for other in LONG[:at]
        if copied(Wording(one), Wording(other), same_project=False)
    ]
    assert alarms == []


def test_seeded_copies_are_found_by_their_keys_and_by_their_words() -> None:
    seeded = [(text, change(text), how) for text in LONG for how, change in MADE_OVER.items()]
    missed = [
        (how, new[:20])
        for old, new, how in seeded
        if not copied(Wording(new), Wording(old), same_project=False)
        or len(set(Wording(new).keys()) & set(Wording(old).keys())) < 2
    ]
    assert len(seeded) >= 40
    assert 1 - len(missed) / len(seeded) >= LEAST_FOUND, missed


@pytest.mark.parametrize("text", LONG[:4])
def test_a_projects_own_text_is_a_copy_only_with_the_same_figures(text: str) -> None:
    with_figures = f"完成投资2300万元，{text}"
    assert copied(Wording(with_figures), Wording(with_figures), same_project=True)
    assert not copied(Wording(with_figures.replace("2300", "2600")), Wording(with_figures), same_project=True)


def test_a_copy_under_another_name_is_a_copy_and_a_name_left_inside_is_seen() -> None:
    old = Wording("城北污水厂" + LONG[5], ("城北污水处理厂", "城北污水厂"))
    new = Wording("二院" + LONG[5], ("县第二人民医院迁建", "二院"))
    assert copied(new, old, same_project=False)
    assert foreign_names("二院外墙完成，城北污水处理厂管网没通", ("二院",), ("城北污水处理厂", "纺织园")) == [
        "城北污水处理厂"
    ]
