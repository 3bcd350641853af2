"""Words in WeCom's dialect: texts within the byte limit, button cards within the lengths shown (D90236).

Pure and deterministic: the same words and key give the same payload, on which the duplicate check relies.
"""

from __future__ import annotations

import re
from typing import Any

from bot.platforms.base import Button, Words

TEXT_LIMIT = 2048  # bytes; WeCom cuts the rest without a word
SOURCE = "重点项目督办"

_NUMBERING = 24  # bytes kept for （12/34）
_TITLE, _SUBTITLE, _NAME, _VALUE, _LABEL = 36, 160, 10, 30, 10  # characters
_MOST_FIELDS = 6
_MOST_BUTTONS = 6
_MARKUP = re.compile(r"<(?=\s*/?\s*(?:a\b|@))", re.IGNORECASE)


def plain(text: str) -> str:
    """Return `text` with links and mentions disarmed: a person's words must not become either."""
    sound = text.encode("utf-8", "replace").decode()
    return _MARKUP.sub("\uff1c", sound)


def cut(text: str, length: int) -> str:
    """Return at most `length` characters, the last an ellipsis if any were dropped."""
    return text if len(text) <= length else text[: length - 1] + "…"


def texts(text: str, limit: int = TEXT_LIMIT) -> list[str]:
    """Split into messages of at most `limit` bytes on line borders, numbered （1/2） when several."""
    whole = plain(text).strip()
    if len(whole.encode()) <= limit:
        return [whole] if whole else []
    parts = _pack(whole, limit - _NUMBERING)
    return [f"（{number}/{len(parts)}）{part}" for number, part in enumerate(parts, 1)]


def _pack(text: str, room: int) -> list[str]:
    parts: list[str] = []
    current = ""
    for line in text.splitlines(keepends=True):
        for piece in _pieces(line, room):
            if current and len((current + piece).encode()) > room:
                parts.append(current)
                current = ""
            current += piece
    parts.append(current)
    return [part.strip("\r\n") for part in parts if part.strip()]


def _pieces(line: str, room: int) -> list[str]:
    """Cut a line longer than `room` bytes between characters."""
    data = line.encode()
    pieces: list[str] = []
    while data:
        piece = data[:room].decode("utf-8", "ignore")
        pieces.append(piece)
        data = data[len(piece.encode()) :]
    return pieces


def card(words: Words, task_id: str) -> dict[str, Any]:
    """Return a `button_interaction` card; `task_id` comes back with the press."""
    text = plain(words.brief or words.text).strip()
    content: dict[str, Any] = {
        "card_type": "button_interaction",
        "source": {"desc": SOURCE},
        "main_title": {"title": cut(plain(words.title) or text.partition("\n")[0], _TITLE)},
        "sub_title_text": cut(text, _SUBTITLE),
        "button_list": [_button(button) for button in words.buttons[:_MOST_BUTTONS]],
        "task_id": task_id,
    }
    if words.fields:
        content["horizontal_content_list"] = [_field(*pair) for pair in words.fields[:_MOST_FIELDS]]
    return content


def _button(button: Button) -> dict[str, Any]:
    return {"text": cut(button.label, _LABEL), "style": 1, "key": button.key}


def _field(name: str, value: str) -> dict[str, Any]:
    return {"keyname": cut(plain(name), _NAME), "value": cut(plain(value), _VALUE)}
