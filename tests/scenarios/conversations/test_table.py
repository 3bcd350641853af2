"""Every sample conversation has its story, and the table of them is current."""

from __future__ import annotations

from tests.scenarios.conversations.table import DOCUMENT, TITLES, stories, table


def test_every_conversation_has_a_story() -> None:
    assert set(TITLES) == set(stories())


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == table(), "run python -m tests.scenarios.conversations.table"
