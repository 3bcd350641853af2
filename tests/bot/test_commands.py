"""`docs/commands.md` has every command as it is now, and says in Chinese what each of them and each option does."""

from __future__ import annotations

from tests.bot.commands import DOCUMENT, document


def test_the_document_of_the_commands_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run python -m tests.bot.commands"


def test_every_argument_and_option_is_explained() -> None:
    assert [line for line in document().splitlines() if line.startswith("- `") and line.endswith("：")] == []
